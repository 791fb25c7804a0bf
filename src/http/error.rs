//! The one table from kinds of errors to statuses, and the envelope `{code, message, field?, detail?}` in the reader's language.

use std::fmt;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::messages;
use crate::app::{AppError, Kind};

/// What every refused request answers.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// Stable, for programs.
    pub code: String,
    /// In the user's language: what is wrong and what to do.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// An `AppError` on its way out.
#[derive(Clone, Debug)]
pub struct HttpError(pub AppError);

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<AppError> for HttpError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

/// The language that the answer should have, noted by whoever finds out who is asking.
#[derive(Clone, Copy)]
pub struct Locale(pub &'static str);

impl Locale {
    pub fn of(text: &str) -> Self {
        Locale(if text.starts_with("ja") { "ja" } else { "en" })
    }
}

impl ResponseError for HttpError {
    fn status_code(&self) -> StatusCode {
        match self.0.kind {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.0.clone());
        response
    }
}

/// Middleware: puts an error's words in. It runs outermost, so that actix's own refusals (bad JSON, bad path) get the same envelope.
pub async fn put_into_words(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let is_api = request.path().starts_with("/api/");
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("en").to_ascii_lowercase();
    let response = next.call(request).await?;
    if !is_api || !(response.status().is_client_error() || response.status().is_server_error()) {
        return Ok(response.map_into_left_body());
    }
    let locale = response.request().extensions().get::<Locale>().map_or_else(|| Locale::of(&accept), |l| *l);
    let known = response.response().extensions().get::<AppError>().cloned();
    let error = known.unwrap_or_else(|| foreign(response.status(), response.response().error().map(ToString::to_string)));
    let body = ErrorBody {
        code: error.code.into(),
        message: messages::error(&error, locale.0),
        field: error.field.map(Into::into),
        detail: error.detail.clone(),
    };
    let answer = HttpResponse::build(response.status()).json(body);
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

/// A refusal of actix itself.
fn foreign(status: StatusCode, text: Option<String>) -> AppError {
    match status {
        StatusCode::NOT_FOUND => AppError::not_found("page"),
        StatusCode::PAYLOAD_TOO_LARGE => AppError::too_large("too_large", ""),
        _ if status.is_server_error() => AppError::internal(text.unwrap_or_default()),
        _ => AppError::invalid("body", "bad_request").with(text.unwrap_or_default().chars().take(200).collect::<String>()),
    }
}
