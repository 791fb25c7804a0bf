//! The audit trail: every change of what a report would show is written in the same transaction as the change itself.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{App, AppResult, Member};
use crate::store::{Db, StoreError, audit};

/// One change: what was done to what, and its state before and after (as JSON, `None` where there was nothing).
pub struct Change<'a> {
    pub review: Option<Uuid>,
    pub user: Option<Uuid>,
    /// `noun.verb`, e.g. `criteria.change`; each has a sentence in both languages in `http::messages`.
    pub action: &'static str,
    pub object_kind: &'static str,
    pub object_id: &'a str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl App {
    /// Writes `change` to the trail within the caller's transaction.
    pub(crate) async fn log(&self, db: &Db<'_>, change: Change<'_>) -> Result<(), StoreError> {
        audit::insert(
            db,
            audit::NewAudit {
                review_id: change.review,
                user_id: change.user,
                at: self.clock.now(),
                action: change.action,
                object_kind: change.object_kind,
                object_id: change.object_id,
                before: change.before.map(|v| v.to_string()),
                after: change.after.map(|v| v.to_string()),
            },
        )
        .await
    }

    /// Shorthand for a change that a member of a review makes.
    pub(crate) async fn log_by(
        &self,
        db: &Db<'_>,
        member: &Member,
        action: &'static str,
        object: (&'static str, Uuid),
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<(), StoreError> {
        let id = object.1.to_string();
        let change = Change {
            review: Some(member.review),
            user: Some(member.user.id),
            action,
            object_kind: object.0,
            object_id: &id,
            before,
            after,
        };
        self.log(db, change).await
    }
}

/// What a value looks like in the trail.
pub(crate) fn json<T: Serialize>(value: &T) -> AppResult<Option<Value>> {
    serde_json::to_value(value).map(Some).map_err(super::AppError::internal)
}
