//! Why something was refused. Few kinds; a stable code from which `http` makes a sentence in the reader's language.

use crate::store::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Invalid,
    NotFound,
    Unauthenticated,
    Forbidden,
    Conflict,
    TooLarge,
    TooMany,
    Busy,
    Internal,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("{code} {detail}")]
pub struct AppError {
    pub kind: Kind,
    /// Stable; each has a message in both languages.
    pub code: &'static str,
    /// The field of the request that it is about.
    pub field: Option<&'static str>,
    /// The thing and the limit, to be put into the message. Internals go to the log instead.
    pub detail: String,
}

pub type AppResult<T> = Result<T, AppError>;

impl AppError {
    fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, field: None, detail: String::new() }
    }

    pub fn invalid(field: &'static str, code: &'static str) -> Self {
        Self { field: Some(field), ..Self::new(Kind::Invalid, code) }
    }

    /// `thing` is the noun that was looked for.
    pub fn not_found(thing: &str) -> Self {
        Self { detail: thing.into(), ..Self::new(Kind::NotFound, "not_found") }
    }

    pub fn unauthenticated(code: &'static str) -> Self {
        Self::new(Kind::Unauthenticated, code)
    }

    pub fn forbidden(code: &'static str) -> Self {
        Self::new(Kind::Forbidden, code)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::new(Kind::Conflict, code)
    }

    pub fn too_large(code: &'static str, limit: impl ToString) -> Self {
        Self { detail: limit.to_string(), ..Self::new(Kind::TooLarge, code) }
    }

    pub fn too_many(code: &'static str) -> Self {
        Self::new(Kind::TooMany, code)
    }

    /// Logged here, once; the person only hears that something went wrong.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        tracing::error!(error = %what, "internal error");
        Self::new(Kind::Internal, "internal")
    }

    #[must_use]
    pub fn with(mut self, detail: impl ToString) -> Self {
        self.detail = detail.to_string();
        self
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(text) => {
                tracing::warn!(error = text, "the database is busy");
                Self::new(Kind::Busy, "busy")
            }
            StoreError::Duplicate(_) => Self::conflict("already_there"),
            other => Self::internal(other),
        }
    }
}
