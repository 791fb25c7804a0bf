//! The audit trail: rows are added, never changed.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{AuditRow, audit};

pub struct NewAudit<'a> {
    pub review_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub at: i64,
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: &'a str,
    pub before: Option<String>,
    pub after: Option<String>,
}

pub async fn insert(db: &Db<'_>, row: NewAudit<'_>) -> StoreResult<()> {
    let sql = "INSERT INTO audit (review_id, user_id, at, action, object_kind, object_id, before_value, after_value) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        row.review_id.into(),
        row.user_id.into(),
        row.at.into(),
        row.action.into(),
        row.object_kind.into(),
        row.object_id.into(),
        row.before.into(),
        row.after.into(),
    ];
    db.execute(sql, values).await?;
    Ok(())
}

/// Which rows of a review's trail.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only rows before this one (the trail is shown newest first).
    pub before_seq: Option<i64>,
    pub action: Option<String>,
    pub user: Option<Uuid>,
    pub object: Option<String>,
}

fn select(review: Uuid, filter: &Filter) -> sea_orm::Select<audit::Entity> {
    let mut query = audit::Entity::find().filter(audit::Column::ReviewId.eq(review));
    if let Some(action) = &filter.action {
        query = query.filter(audit::Column::Action.starts_with(action));
    }
    if let Some(user) = filter.user {
        query = query.filter(audit::Column::UserId.eq(user));
    }
    if let Some(object) = &filter.object {
        query = query.filter(audit::Column::ObjectId.eq(object));
    }
    query
}

/// Newest first.
pub async fn page(db: &Db<'_>, review: Uuid, filter: &Filter, limit: u64) -> StoreResult<Vec<AuditRow>> {
    let mut query = select(review, filter);
    if let Some(seq) = filter.before_seq {
        query = query.filter(audit::Column::Seq.lt(seq));
    }
    Ok(query.order_by_desc(audit::Column::Seq).limit(limit).all(&db.0).await?)
}

pub async fn count(db: &Db<'_>, review: Uuid, filter: &Filter) -> StoreResult<u64> {
    Ok(select(review, filter).count(&db.0).await?)
}
