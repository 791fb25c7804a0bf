//! Records: immutable but for which citation they are in and whether their import stands.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{RecordRow, records};

/// Ids in one `IN (…)`; both databases allow far more parameters.
pub(super) const IDS_PER_STATEMENT: usize = 1000;

pub async fn insert(db: &Db<'_>, rows: Vec<RecordRow>) -> StoreResult<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        records::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// Those of `ids` that are in the review, by id.
pub async fn by_ids(db: &Db<'_>, review: Uuid, ids: &[Uuid]) -> StoreResult<Vec<RecordRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let query = records::Entity::find().filter(records::Column::Id.is_in(chunk.iter().copied()));
        rows.extend(query.filter(records::Column::ReviewId.eq(review)).order_by_asc(records::Column::Id).all(&db.0).await?);
    }
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// The live records of a citation, by id.
pub async fn of_citation(db: &Db<'_>, citation: Uuid) -> StoreResult<Vec<RecordRow>> {
    of_citations(db, &[citation]).await
}

/// The live records of these citations, by id.
pub async fn of_citations(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<RecordRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(IDS_PER_STATEMENT) {
        let query = records::Entity::find().filter(records::Column::CitationId.is_in(chunk.iter().copied()));
        rows.extend(query.filter(records::Column::Active.eq(true)).all(&db.0).await?);
    }
    rows.sort_by_key(|row: &RecordRow| row.id);
    Ok(rows)
}

/// The first records of an import, in file order.
pub async fn first_of_import(db: &Db<'_>, import: Uuid, limit: u64) -> StoreResult<Vec<RecordRow>> {
    use sea_orm::QuerySelect;
    let query = records::Entity::find().filter(records::Column::ImportId.eq(import));
    Ok(query.order_by_asc(records::Column::N).limit(limit).all(&db.0).await?)
}

/// What comparing wants to know of a record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Comparable {
    pub id: Uuid,
    pub source_id: Uuid,
    pub data: String,
}

/// Live records of the review with their text, by id.
pub async fn comparable(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Comparable>> {
    let sql = "SELECT id, source_id, data FROM records WHERE review_id = $1 AND active = TRUE ORDER BY id";
    db.all(sql, [review.into()]).await
}

/// Where a record stands: what grouping needs.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Standing {
    pub id: Uuid,
    pub citation_id: Uuid,
    pub source_id: Uuid,
    pub active: bool,
}

const STANDING: [records::Column; 4] =
    [records::Column::Id, records::Column::CitationId, records::Column::SourceId, records::Column::Active];

/// Every record of the review, also those of withdrawn imports, by id.
pub async fn standing(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Standing>> {
    let sql = "SELECT id, citation_id, source_id, active FROM records WHERE review_id = $1 ORDER BY id";
    db.all(sql, [review.into()]).await
}

/// Records of the review among `ids`, or in a citation among `citations`; in no order, may repeat.
pub async fn standing_of(db: &Db<'_>, review: Uuid, ids: &[Uuid], citations: &[Uuid]) -> StoreResult<Vec<Standing>> {
    use sea_orm::QuerySelect;
    let mut rows = Vec::with_capacity(ids.len());
    for (column, values) in [(records::Column::Id, ids), (records::Column::CitationId, citations)] {
        for chunk in values.chunks(IDS_PER_STATEMENT) {
            let query = records::Entity::find().select_only().columns(STANDING).filter(column.is_in(chunk.iter().copied()));
            rows.extend(query.filter(records::Column::ReviewId.eq(review)).into_model::<Standing>().all(&db.0).await?);
        }
    }
    Ok(rows)
}

/// Ids of an import's records, in file order.
pub async fn ids_of_import(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<Uuid>> {
    #[derive(FromQueryResult)]
    struct Id {
        id: Uuid,
    }
    let rows: Vec<Id> = db.all("SELECT id FROM records WHERE import_id = $1 ORDER BY n, id", [import.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Puts records into a citation.
pub async fn move_to(db: &Db<'_>, citation: Uuid, ids: &[Uuid]) -> StoreResult<()> {
    use sea_orm::sea_query::Expr;
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let update = records::Entity::update_many().col_expr(records::Column::CitationId, Expr::value(citation));
        update.filter(records::Column::Id.is_in(chunk.iter().copied())).exec(&db.0).await?;
    }
    Ok(())
}

/// Makes all records of an import count, or not. A record that a repair made and a person took back stays out.
pub async fn set_active(db: &Db<'_>, import: Uuid, active: bool) -> StoreResult<()> {
    let sql = "UPDATE records SET active = $1 WHERE import_id = $2 AND active <> $1 AND ($1 = FALSE OR NOT EXISTS (SELECT 1 FROM \
               rejected_entries e WHERE e.import_id = records.import_id AND e.n = records.n AND (e.state <> 'repaired' OR e.record_id <> records.id)))";
    db.execute(sql, [active.into(), import.into()]).await?;
    Ok(())
}

/// Makes one record count, or not.
pub async fn set_record_active(db: &Db<'_>, record: Uuid, active: bool) -> StoreResult<()> {
    db.execute("UPDATE records SET active = $1 WHERE id = $2", [active.into(), record.into()]).await?;
    Ok(())
}

/// Live records of the review, per source.
pub async fn count_by_source(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<(Uuid, i64)>> {
    #[derive(FromQueryResult)]
    struct Count {
        id: Uuid,
        n: i64,
    }
    let sql = "SELECT source_id AS id, COUNT(*) AS n FROM records WHERE review_id = $1 AND active = TRUE GROUP BY source_id";
    let rows: Vec<Count> = db.all(sql, [review.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.n)).collect())
}
