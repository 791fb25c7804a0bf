//! Sources that were searched, the searches at them, uploads, imports and the entries that could not be read.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{ImportRow, RejectedRow, SearchRow, SourceRow, UploadRow, imports, rejected_entries, searches, sources, uploads};

/// In the review's order.
pub async fn list(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<SourceRow>> {
    let query = sources::Entity::find().filter(sources::Column::ReviewId.eq(review)).filter(sources::Column::RemovedAt.is_null());
    Ok(query.order_by_asc(sources::Column::Position).order_by_asc(sources::Column::Id).all(&db.0).await?)
}

pub async fn get(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<SourceRow>> {
    let row = sources::Entity::find_by_id(id).one(&db.0).await?;
    Ok(row.filter(|row| row.review_id == review && row.removed_at.is_none()))
}

pub async fn put(db: &Db<'_>, row: SourceRow) -> StoreResult<()> {
    use sources::Column as C;
    let conflict = OnConflict::column(C::Id).update_columns([C::Position, C::Name, C::Platform, C::Kind, C::RemovedAt]).to_owned();
    sources::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Oldest first.
pub async fn searches(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<SearchRow>> {
    let query = searches::Entity::find().filter(searches::Column::ReviewId.eq(review));
    Ok(query.order_by_asc(searches::Column::CreatedAt).order_by_asc(searches::Column::Id).all(&db.0).await?)
}

pub async fn search(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<SearchRow>> {
    let row = searches::Entity::find_by_id(id).one(&db.0).await?;
    Ok(row.filter(|row| row.review_id == review))
}

pub async fn put_search(db: &Db<'_>, row: SearchRow) -> StoreResult<()> {
    use searches::Column as C;
    let conflict = OnConflict::column(C::Id).update_columns([C::Strategy, C::SearchedOn, C::Limits, C::Hits]).to_owned();
    searches::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Notes that the review was given a file; the first note stands.
pub async fn put_upload(db: &Db<'_>, row: UploadRow) -> StoreResult<()> {
    if upload(db, row.review_id, &row.sha256).await?.is_none() {
        uploads::Entity::insert(row.into_active_model()).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

pub async fn upload(db: &Db<'_>, review: Uuid, sha256: &str) -> StoreResult<Option<UploadRow>> {
    Ok(uploads::Entity::find_by_id((review, sha256.to_string())).one(&db.0).await?)
}

/// Oldest first.
pub async fn imports(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<ImportRow>> {
    let query = imports::Entity::find().filter(imports::Column::ReviewId.eq(review));
    Ok(query.order_by_asc(imports::Column::CreatedAt).order_by_asc(imports::Column::Id).all(&db.0).await?)
}

pub async fn import(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<ImportRow>> {
    let row = imports::Entity::find_by_id(id).one(&db.0).await?;
    Ok(row.filter(|row| row.review_id == review))
}

/// The latest import of the same bytes that stands or is being read.
pub async fn import_of_file(db: &Db<'_>, review: Uuid, sha256: &str) -> StoreResult<Option<ImportRow>> {
    let query = imports::Entity::find().filter(imports::Column::ReviewId.eq(review)).filter(imports::Column::Sha256.eq(sha256));
    let query = query.filter(imports::Column::Status.is_in(["reading", "done"]));
    Ok(query.order_by_desc(imports::Column::CreatedAt).one(&db.0).await?)
}

pub async fn insert_import(db: &Db<'_>, row: ImportRow) -> StoreResult<()> {
    imports::Entity::insert(row.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Writes every column of the import anew.
pub async fn update_import(db: &Db<'_>, row: ImportRow) -> StoreResult<()> {
    row.into_active_model().reset_all().update(&db.0).await?;
    Ok(())
}

pub async fn insert_rejected(db: &Db<'_>, rows: Vec<RejectedRow>) -> StoreResult<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        rejected_entries::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// In file order.
pub async fn rejected(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<RejectedRow>> {
    let query = rejected_entries::Entity::find().filter(rejected_entries::Column::ImportId.eq(import));
    Ok(query.order_by_asc(rejected_entries::Column::N).all(&db.0).await?)
}

pub async fn rejected_entry(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<RejectedRow>> {
    let row = rejected_entries::Entity::find_by_id(id).one(&db.0).await?;
    Ok(row.filter(|row| row.review_id == review))
}

/// Writes every column of the rejected entry anew.
pub async fn update_rejected(db: &Db<'_>, row: RejectedRow) -> StoreResult<()> {
    row.into_active_model().reset_all().update(&db.0).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Count {
    id: Uuid,
    n: i64,
}

/// Rejected entries that nobody has looked at, by import.
pub async fn rejected_open(db: &Db<'_>, review: Uuid) -> StoreResult<BTreeMap<Uuid, i64>> {
    let sql = "SELECT import_id AS id, COUNT(*) AS n FROM rejected_entries WHERE review_id = $1 AND state = 'open' GROUP BY import_id";
    let rows: Vec<Count> = db.all(sql, [review.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.n)).collect())
}

/// Removes what an unfinished reading of the import left behind, so that it can be read again.
pub async fn clear_staged(db: &Db<'_>, import: Uuid) -> StoreResult<()> {
    let sql = "DELETE FROM citations WHERE id IN (SELECT id FROM records WHERE import_id = $1 AND active = FALSE)";
    db.execute(sql, [import.into()]).await?;
    let of_staged = "DELETE FROM elsewhere WHERE record_id IN (SELECT id FROM records WHERE import_id = $1 AND active = FALSE)";
    db.execute(of_staged, [import.into()]).await?;
    db.execute("DELETE FROM records WHERE import_id = $1 AND active = FALSE", [import.into()]).await?;
    db.execute("DELETE FROM rejected_entries WHERE import_id = $1", [import.into()]).await?;
    Ok(())
}

/// Places in the audit trail: of the last change of which records count, of the last run of deduplication, and of the last of either or of
/// a statement about duplicates.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub struct LastChanges {
    pub records: i64,
    pub dedup: i64,
    pub last: i64,
}

pub async fn last_changes(db: &Db<'_>, review: Uuid) -> StoreResult<LastChanges> {
    let sql = "SELECT COALESCE(MAX(CASE WHEN action LIKE 'import.%' OR action LIKE 'rejected.%' THEN seq ELSE 0 END), 0) AS records, \
               COALESCE(MAX(CASE WHEN action = 'dedup.run' THEN seq ELSE 0 END), 0) AS dedup, COALESCE(MAX(seq), 0) AS last \
               FROM audit WHERE review_id = $1 AND action IN ('dedup.run', 'dedup.undo', 'import.read', 'import.withdraw', \
               'import.restore', 'rejected.repair', 'rejected.reopen', 'link.same', 'link.related', 'link.different', 'link.undo')";
    Ok(db.one(sql, [review.into()]).await?.unwrap_or_default())
}
