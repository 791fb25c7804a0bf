//! The queries behind counts: what is true of a review's live citations, whole.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{SourceRow, sources};

/// In the review's order; those taken away are not among them.
pub async fn sources(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<SourceRow>> {
    let query = sources::Entity::find().filter(sources::Column::ReviewId.eq(review)).filter(sources::Column::RemovedAt.is_null());
    Ok(query.order_by_asc(sources::Column::Position).all(&db.0).await?)
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct RecordCount {
    pub citation_id: Uuid,
    pub source_id: Uuid,
    pub n: i64,
}

pub async fn records_by_source(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<RecordCount>> {
    let sql =
        "SELECT citation_id, source_id, COUNT(*) AS n FROM records WHERE review_id = $1 AND active = TRUE GROUP BY citation_id, source_id";
    db.all(sql, [review.into()]).await
}

/// Decisions of a stage per reviewer: live, and those received since `today`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Done {
    pub user_id: Uuid,
    pub done: i64,
    /// Of `done`: made elsewhere.
    pub elsewhere: i64,
    /// Made here since `today`.
    pub today: i64,
}

pub async fn done_by_reviewer(db: &Db<'_>, review: Uuid, stage: &str, today: i64) -> StoreResult<Vec<Done>> {
    let sql = "SELECT user_id, COUNT(*) AS done, SUM(CASE WHEN elsewhere_id IS NULL THEN 0 ELSE 1 END) AS elsewhere, \
               SUM(CASE WHEN elsewhere_id IS NULL AND received_at >= $3 THEN 1 ELSE 0 END) AS today FROM decisions \
               WHERE review_id = $1 AND stage = $2 AND state = 'live' GROUP BY user_id";
    db.all(sql, [review.into(), stage.into(), today.into()]).await
}

/// Decisions made here that count, per day: (days since 1970 UTC, shifted by `offset` milliseconds, number).
#[derive(Clone, Debug, FromQueryResult)]
pub struct PerDay {
    pub day: i64,
    pub n: i64,
}

pub async fn per_day(db: &Db<'_>, review: Uuid, stage: &str, offset: i64) -> StoreResult<Vec<PerDay>> {
    let sql = "SELECT (received_at + $3) / 86400000 AS day, COUNT(*) AS n FROM decisions \
               WHERE review_id = $1 AND stage = $2 AND state = 'live' AND elsewhere_id IS NULL GROUP BY 1 ORDER BY 1";
    db.all(sql, [review.into(), stage.into(), offset.into()]).await
}

pub async fn study_names(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<(Uuid, String)>> {
    use super::entity::studies;
    use studies::Column as C;
    let query = studies::Entity::find().select_only().column(C::Id).column(C::Name).filter(C::ReviewId.eq(review));
    Ok(query.into_tuple().all(&db.0).await?)
}

pub async fn insert_study(db: &Db<'_>, review: Uuid, id: Uuid, name: &str) -> StoreResult<()> {
    db.execute("INSERT INTO studies (id, review_id, name) VALUES ($1, $2, $3)", [id.into(), review.into(), name.into()]).await?;
    Ok(())
}

/// Where a record stands: its file, its number there, its citation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RecordPlace {
    pub import_id: Uuid,
    pub n: i64,
    pub citation_id: Uuid,
}

pub async fn record_places(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<RecordPlace>> {
    db.all("SELECT import_id, n, citation_id FROM records WHERE review_id = $1 AND active = TRUE ORDER BY id", [review.into()]).await
}
