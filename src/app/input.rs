//! Checks of what people send: a text, both texts, one word of a list. One rule: a refusal names the field, what is wrong with it and
//! the limit, and what is let through is trimmed.

use super::{AppError, AppResult, L10n};

/// Trimmed, not empty, at most `max` characters.
pub(super) fn text(value: &str, field: &'static str, max: usize) -> AppResult<String> {
    let value = value.trim();
    match value.chars().count() {
        0 => Err(AppError::invalid(field, "required")),
        n if n > max => Err(AppError::invalid(field, "too_long").with(max)),
        _ => Ok(value.to_string()),
    }
}

/// Trimmed, at most `max` characters; may be empty.
pub(super) fn bounded(value: &str, field: &'static str, max: usize) -> AppResult<String> {
    let value = value.trim();
    if value.chars().count() > max { Err(AppError::invalid(field, "too_long").with(max)) } else { Ok(value.to_string()) }
}

/// Both texts trimmed and within `max` characters; `required` wants at least one of them.
pub(super) fn l10n(value: &L10n, field: &'static str, max: usize, required: bool) -> AppResult<L10n> {
    let (ja, en) = value.trimmed();
    let value = L10n::new(ja, en);
    if required && value.ja.is_empty() && value.en.is_empty() {
        return Err(AppError::invalid(field, "required"));
    }
    if value.ja.chars().count().max(value.en.chars().count()) > max {
        return Err(AppError::invalid(field, "too_long").with(max));
    }
    Ok(value)
}

/// A word of the list as it is.
pub(super) fn one_of(value: &str, field: &'static str, allowed: &[&str]) -> AppResult<String> {
    if allowed.contains(&value) { Ok(value.to_string()) } else { Err(AppError::invalid(field, "not_one_of").with(allowed.join(", "))) }
}
