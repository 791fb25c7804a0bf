//! Signing in and out, one's own account, users, and invitations as seen from outside.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::{self, Me};
use super::{Data, Reply, no_content};
use crate::app::accounts::{NewUser, SignedIn, User, UserPatch};
use crate::app::members::InvitationInfo;
use crate::app::{AppError, DemoAccount, Items};

#[derive(Serialize, ToSchema)]
pub struct Session {
    pub user: Option<User>,
    /// Goes into the header `X-Erabi-CSRF` of everything but GET.
    pub csrf: String,
    /// No administrator yet: show the first-run page.
    pub setup_needed: bool,
    pub version: String,
    pub demo: bool,
    pub demo_accounts: Vec<DemoAccount>,
}

#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    pub login: String,
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

async fn view(app: &Data, user: Option<User>, csrf: String) -> Result<Session, AppError> {
    Ok(Session {
        setup_needed: user.is_none() && app.setup_needed().await?,
        user,
        csrf,
        version: env!("CARGO_PKG_VERSION").into(),
        demo: !app.options.demo_accounts.is_empty(),
        demo_accounts: app.options.demo_accounts.clone(),
    })
}

async fn signed_in(app: &Data, signed_in: SignedIn) -> Result<HttpResponse, super::error::HttpError> {
    let cookie = auth::cookie(&signed_in.token, app.options.secure_cookies);
    Ok(HttpResponse::Ok().cookie(cookie).json(view(app, Some(User::from(&signed_in.user)), signed_in.csrf).await?))
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = Session)))]
#[get("/api/session")]
pub async fn get_session(app: Data, request: HttpRequest) -> Reply<Session> {
    let me = auth::session(&request).await?;
    let (user, csrf) = me.map_or((None, String::new()), |me| (Some(User::from(&me.user)), me.csrf));
    Ok(web::Json(view(&app, user, csrf).await?))
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = Session)))]
#[post("/api/session")]
pub async fn sign_in(app: Data, body: web::Json<SignIn>) -> Result<HttpResponse, super::error::HttpError> {
    let new = app.sign_in(&body.login, &body.password).await?;
    signed_in(&app, new).await
}

#[utoipa::path(tag = "accounts", responses((status = 204)))]
#[delete("/api/session")]
pub async fn sign_out(app: Data, me: Me) -> Result<HttpResponse, super::error::HttpError> {
    app.sign_out(&me.token).await?;
    Ok(HttpResponse::NoContent().cookie(auth::no_cookie()).finish())
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = Session)))]
#[post("/api/setup")]
pub async fn set_up(app: Data, body: web::Json<NewUser>) -> Result<HttpResponse, super::error::HttpError> {
    let new = app.set_up(body.into_inner()).await?;
    signed_in(&app, new).await
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = User)))]
#[patch("/api/me")]
pub async fn change_me(app: Data, me: Me, body: web::Json<UserPatch>) -> Reply<User> {
    Ok(web::Json(app.change_me(&me.user, body.into_inner()).await?))
}

#[utoipa::path(tag = "accounts", responses((status = 204)))]
#[post("/api/me/password")]
pub async fn change_password(app: Data, me: Me, body: web::Json<PasswordChange>) -> Result<HttpResponse, super::error::HttpError> {
    app.change_password(&me.user, &me.token, &body.current, &body.new).await?;
    no_content()
}

/// Users: administrators see all of them; others only those they can add to a review.
#[utoipa::path(tag = "accounts", responses((status = 200, body = Items<User>)))]
#[get("/api/users")]
pub async fn users(app: Data, me: Me) -> Reply<Items<User>> {
    let mut items = app.users().await?;
    if !me.user.is_admin {
        items.retain(|user| !user.disabled);
        for user in &mut items {
            (user.keymap, user.last_seen_at) = Default::default();
        }
    }
    Ok(web::Json(Items { items }))
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = User)))]
#[post("/api/users")]
pub async fn create_user(app: Data, me: Me, body: web::Json<NewUser>) -> Reply<User> {
    if !me.user.is_admin {
        return Err(AppError::forbidden("admin_only").into());
    }
    Ok(web::Json(User::from(&app.create_user(body.into_inner()).await?)))
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = User)))]
#[patch("/api/users/{user}")]
pub async fn change_user(app: Data, me: Me, user: web::Path<Uuid>, body: web::Json<UserPatch>) -> Reply<User> {
    if !me.user.is_admin {
        return Err(AppError::forbidden("admin_only").into());
    }
    Ok(web::Json(app.change_user(&me.user, *user, body.into_inner()).await?))
}

#[utoipa::path(tag = "accounts", responses((status = 200, body = InvitationInfo)))]
#[get("/api/invitations/{token}")]
pub async fn invitation(app: Data, token: web::Path<String>) -> Reply<InvitationInfo> {
    Ok(web::Json(app.invitation_info(&token).await?))
}

/// Takes an invitation: somebody signed in joins as they are, anybody else gets an account.
#[utoipa::path(tag = "accounts", request_body = Option<NewUser>, responses((status = 200, body = Session)))]
#[post("/api/invitations/{token}")]
pub async fn join(
    app: Data,
    request: HttpRequest,
    token: web::Path<String>,
    body: Option<web::Json<NewUser>>,
) -> Result<HttpResponse, super::error::HttpError> {
    if let Some(me) = auth::session(&request).await? {
        app.join_as(&token, &me.user).await?;
        return Ok(HttpResponse::Ok().json(view(&app, Some(User::from(&me.user)), me.csrf).await?));
    }
    let new = body.map(web::Json::into_inner).unwrap_or_default();
    let new = app.join(&token, new).await?;
    signed_in(&app, new).await
}
