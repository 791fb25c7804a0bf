//! Who is asking. `Me` is a signed-in user, `In` a member of the review in the path; both refuse a forged request.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use uuid::Uuid;

use super::error::{HttpError, Locale};
use crate::app::{App, AppError, Member, UserRow};

pub const COOKIE: &str = "erabi_session";
pub const CSRF_HEADER: &str = "x-erabi-csrf";
const COOKIE_DAYS: i64 = 30;

/// A signed-in user.
pub struct Me {
    pub user: UserRow,
    pub token: String,
    pub csrf: String,
}

/// A signed-in user who is a member of the review in the path's `{review}`.
pub struct In(pub Member);

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, HttpError>>>>;

impl FromRequest for Me {
    type Error = HttpError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { me(&request).await })
    }
}

impl FromRequest for In {
    type Error = HttpError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let me = me(&request).await?;
            let review = request.match_info().get("review").and_then(|text| Uuid::parse_str(text).ok());
            let review = review.ok_or(AppError::not_found("review"))?;
            Ok(In(app(&request)?.member(&me.user, review).await?))
        })
    }
}

fn app(request: &HttpRequest) -> Result<web::Data<App>, AppError> {
    request.app_data::<web::Data<App>>().cloned().ok_or_else(|| AppError::internal("no app in the server"))
}

/// The session of a request, if any, without the check against forgery.
pub async fn session(request: &HttpRequest) -> Result<Option<Me>, HttpError> {
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(None) };
    let found = app(request)?.session(cookie.value()).await?;
    Ok(found.map(|(session, user)| {
        request.extensions_mut().insert(Locale::of(&user.locale));
        Me { user, token: cookie.value().to_string(), csrf: session.csrf }
    }))
}

async fn me(request: &HttpRequest) -> Result<Me, HttpError> {
    let me = session(request).await?.ok_or(AppError::unauthenticated("unauthenticated"))?;
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let sent = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    if safe || sent == Some(me.csrf.as_str()) { Ok(me) } else { Err(AppError::forbidden("csrf").into()) }
}

/// Middleware: a request that a browser says comes from another site changes nothing, signed in or not.
pub async fn same_site_only(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let foreign_site = header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = header("host").unwrap_or_default();
    let foreign_origin = header("origin").is_some_and(|origin| origin.split_once("://").is_none_or(|(_, origin)| origin != host));
    let behind_proxy = header("sec-fetch-site") == Some("same-origin"); // the proxy may have changed Host; the browser itself vouches
    if !safe && (foreign_site || (foreign_origin && !behind_proxy)) {
        return Err(HttpError(AppError::forbidden("csrf")).into());
    }
    next.call(request).await
}

pub fn cookie(token: &str, secure: bool) -> Cookie<'static> {
    let cookie = Cookie::build(COOKIE, token.to_string()).path("/").http_only(true).same_site(SameSite::Lax).secure(secure);
    cookie.max_age(Duration::days(COOKIE_DAYS)).finish()
}

pub fn no_cookie() -> Cookie<'static> {
    let mut cookie = Cookie::build(COOKIE, "").path("/").http_only(true).finish();
    cookie.make_removal();
    cookie
}
