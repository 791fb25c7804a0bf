//! Slow work as rows: queued, claimed, kept alive by heartbeats, finished.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{JobRow, jobs};

pub async fn insert(db: &Db<'_>, row: JobRow) -> StoreResult<()> {
    jobs::Entity::insert(row.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

pub async fn get(db: &Db<'_>, id: Uuid) -> StoreResult<Option<JobRow>> {
    Ok(jobs::Entity::find_by_id(id).one(&db.0).await?)
}

/// Newest first.
pub async fn of_review(db: &Db<'_>, review: Uuid, limit: u64) -> StoreResult<Vec<JobRow>> {
    let query = jobs::Entity::find().filter(jobs::Column::ReviewId.eq(review));
    Ok(query.order_by_desc(jobs::Column::CreatedAt).order_by_desc(jobs::Column::Id).limit(limit).all(&db.0).await?)
}

/// The latest job of a kind.
pub async fn latest(db: &Db<'_>, review: Uuid, kind: &str) -> StoreResult<Option<JobRow>> {
    let query = jobs::Entity::find().filter(jobs::Column::ReviewId.eq(review)).filter(jobs::Column::Kind.eq(kind));
    Ok(query.order_by_desc(jobs::Column::CreatedAt).order_by_desc(jobs::Column::Id).one(&db.0).await?)
}

/// Takes the oldest job that waits, or whose worker has not been heard of for `stale` milliseconds; it is running from then on. Nor was
/// one heard of at a time to come: the machine's clock was set back.
pub async fn claim(db: &Db<'_>, now: i64, stale: i64) -> StoreResult<Option<JobRow>> {
    let sql = "UPDATE jobs SET state = 'running', heartbeat_at = $1, attempts = attempts + 1 WHERE id = (SELECT id FROM jobs \
               WHERE state = 'queued' OR (state = 'running' AND (heartbeat_at < $2 OR heartbeat_at > $3)) \
               ORDER BY created_at, id LIMIT 1) RETURNING *";
    db.one(sql, [now.into(), (now - stale).into(), (now + stale).into()]).await
}

/// Says that the job is alive and how far it is.
pub async fn beat(db: &Db<'_>, id: Uuid, done: i64, total: i64, message: &str, now: i64) -> StoreResult<()> {
    let sql = "UPDATE jobs SET done = $1, total = $2, message = $3, heartbeat_at = $4 WHERE id = $5 AND state = 'running'";
    db.execute(sql, [done.into(), total.into(), message.into(), now.into(), id.into()]).await?;
    Ok(())
}

/// `state` is `done` or `failed`.
pub async fn finish(db: &Db<'_>, id: Uuid, state: &str, result: Option<String>, error: Option<String>, now: i64) -> StoreResult<()> {
    let sql = "UPDATE jobs SET state = $1, result = $2, error = $3, finished_at = $4, done = CASE WHEN $1 = 'done' THEN total ELSE done END \
               WHERE id = $5";
    db.execute(sql, [state.into(), result.into(), error.into(), now.into(), id.into()]).await?;
    Ok(())
}

/// Puts a running job back into the queue as if this attempt had not been: what ended it is no fault of the job's.
pub async fn release(db: &Db<'_>, id: Uuid) -> StoreResult<()> {
    let sql = "UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = $1 AND state = 'running'";
    db.execute(sql, [id.into()]).await?;
    Ok(())
}
