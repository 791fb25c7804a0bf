//! Decisions that files brought from other tools, and the attributions that give them to members. What is mapped is a row of
//! `decisions` besides, with the ids of both. No row is taken away: it counts while its record does, or is put aside for what a lead says.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{AttributionRow, CitationLabelRow, DecisionRow, ElsewhereRow, attributions, citation_labels, decisions, elsewhere};
use super::records::IDS_PER_STATEMENT;
use super::screening::UNMAPPED;

pub async fn insert(db: &Db<'_>, rows: Vec<ElsewhereRow>) -> StoreResult<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        elsewhere::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// What one name decided in a file, at one stage as the file names it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Group {
    pub name: String,
    pub stage: String,
    pub tool: String,
    pub included: i64,
    pub excluded: i64,
    pub maybe: i64,
    /// Entries with a reason, a note or labels, but without a verdict.
    pub unsaid: i64,
}

/// By stage and name.
pub async fn groups(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<Group>> {
    let sql = "SELECT e.name, e.stage, MIN(e.tool) AS tool, SUM(CASE WHEN e.verdict = 'include' THEN 1 ELSE 0 END) AS included, \
               SUM(CASE WHEN e.verdict = 'exclude' THEN 1 ELSE 0 END) AS excluded, SUM(CASE WHEN e.verdict = 'maybe' THEN 1 ELSE 0 END) AS maybe, \
               SUM(CASE WHEN e.verdict = '' THEN 1 ELSE 0 END) AS unsaid FROM elsewhere e JOIN records r ON r.id = e.record_id \
               WHERE e.import_id = $1 AND e.live = TRUE AND r.active = TRUE GROUP BY e.name, e.stage ORDER BY e.stage DESC, e.name";
    db.all(sql, [import.into()]).await
}

/// How many decisions each import of a review brings; imports that bring none are not named.
pub async fn verdicts_by_import(db: &Db<'_>, review: Uuid) -> StoreResult<BTreeMap<Uuid, i64>> {
    #[derive(FromQueryResult)]
    struct Count {
        id: Uuid,
        n: i64,
    }
    let sql = "SELECT e.import_id AS id, COUNT(*) AS n FROM elsewhere e JOIN records r ON r.id = e.record_id \
               WHERE e.review_id = $1 AND e.verdict <> '' AND e.live = TRUE AND r.active = TRUE GROUP BY e.import_id";
    let rows: Vec<Count> = db.all(sql, [review.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.n)).collect())
}

/// A decision made elsewhere, with the citation that shows its record now.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Made {
    pub id: Uuid,
    pub import_id: Uuid,
    pub record_id: Uuid,
    pub root: Uuid,
    pub tool: String,
    pub name: String,
    pub stage: String,
    pub verdict: String,
    pub reason: String,
    pub note: String,
    /// JSON list.
    pub labels: String,
}

const MADE: &str = "SELECT e.id, e.import_id, e.record_id, r.citation_id AS root, e.tool, e.name, e.stage, e.verdict, e.reason, e.note, e.labels \
     FROM elsewhere e JOIN records r ON r.id = e.record_id WHERE e.live = TRUE AND r.active = TRUE";

/// All of an import, in file order.
pub async fn of_import(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<Made>> {
    db.all(&format!("{MADE} AND e.import_id = $1 ORDER BY r.n, e.id"), [import.into()]).await
}

/// All on a citation, by the file they came in.
pub async fn of_citation(db: &Db<'_>, citation: Uuid) -> StoreResult<Vec<Made>> {
    db.all(&format!("{MADE} AND r.citation_id = $1 ORDER BY e.import_id, r.n, e.id"), [citation.into()]).await
}

/// Those with these ids, in no order.
pub async fn by_ids(db: &Db<'_>, ids: &[Uuid]) -> StoreResult<Vec<ElsewhereRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        rows.extend(elsewhere::Entity::find().filter(elsewhere::Column::Id.is_in(chunk.iter().copied())).all(&db.0).await?);
    }
    Ok(rows)
}

/// Imports of the review whose files bring decisions, also withdrawn ones.
pub async fn imports(db: &Db<'_>, review: Uuid) -> StoreResult<HashSet<Uuid>> {
    let query = elsewhere::Entity::find().select_only().column(elsewhere::Column::ImportId).distinct();
    let live = query.filter(elsewhere::Column::ReviewId.eq(review)).filter(elsewhere::Column::Live.eq(true));
    let found: Vec<Uuid> = live.into_tuple().all(&db.0).await?;
    Ok(found.into_iter().collect())
}

/// All that an import ever brought, also what was put aside, by record.
pub async fn rows_of_import(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<ElsewhereRow>> {
    use elsewhere::Column as C;
    Ok(elsewhere::Entity::find().filter(C::ImportId.eq(import)).order_by_asc(C::RecordId).order_by_asc(C::Id).all(&db.0).await?)
}

/// Lets the verdict that a lead says of a whole file stand, and what the file itself says where it says one; empty: that alone. Words of an
/// entry that went with the verdict are put aside for it.
pub async fn stand_by(db: &Db<'_>, import: Uuid, said: &str) -> StoreResult<()> {
    db.execute("UPDATE elsewhere SET live = NOT said WHERE import_id = $1", [import.into()]).await?;
    let verdict = "UPDATE elsewhere SET live = TRUE WHERE import_id = $1 AND said = TRUE AND verdict = $2";
    db.execute(verdict, [import.into(), said.into()]).await?;
    let words = "UPDATE elsewhere SET live = FALSE WHERE import_id = $1 AND said = FALSE AND name = '' AND verdict = '' AND EXISTS \
                 (SELECT 1 FROM elsewhere s WHERE s.record_id = elsewhere.record_id AND s.said = TRUE AND s.live = TRUE AND s.stage = elsewhere.stage \
                 AND s.reason = elsewhere.reason AND s.note = elsewhere.note AND s.labels = elsewhere.labels)";
    db.execute(words, [import.into()]).await?;
    Ok(())
}

// Attributions

pub async fn insert_attribution(db: &Db<'_>, row: AttributionRow) -> StoreResult<()> {
    attributions::Entity::insert(row.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

/// The attributions of an import, oldest first, also those undone.
pub async fn attributions(db: &Db<'_>, import: Uuid) -> StoreResult<Vec<AttributionRow>> {
    let query = attributions::Entity::find().filter(attributions::Column::ImportId.eq(import));
    Ok(query.order_by_asc(attributions::Column::Id).all(&db.0).await?)
}

pub async fn undo_attribution(db: &Db<'_>, id: Uuid, by: Uuid, now: i64) -> StoreResult<()> {
    let sql = "UPDATE attributions SET undone_by = $1, undone_at = $2 WHERE id = $3";
    db.execute(sql, [by.into(), now.into(), id.into()]).await?;
    Ok(())
}

/// The decisions that an attribution made and that stand.
pub async fn attributed(db: &Db<'_>, attribution: Uuid) -> StoreResult<Vec<DecisionRow>> {
    use decisions::Column as C;
    let query = decisions::Entity::find().filter(C::AttributionId.eq(attribution)).filter(C::State.ne(UNMAPPED));
    Ok(query.order_by_asc(C::Seq).all(&db.0).await?)
}

pub async fn count_attributed(db: &Db<'_>, attribution: Uuid) -> StoreResult<i64> {
    let sql = "SELECT COUNT(*) AS n FROM decisions WHERE attribution_id = $1 AND state <> $2";
    db.count(sql, [attribution.into(), UNMAPPED.into()]).await
}

/// Tasks among `ids` that a live decision answers.
pub async fn answered(db: &Db<'_>, ids: &[Uuid]) -> StoreResult<HashSet<Uuid>> {
    use decisions::Column as C;
    let query = decisions::Entity::find().select_only().column(C::TaskId).filter(C::TaskId.is_in(ids.iter().copied()));
    let found: Vec<Uuid> = query.filter(C::State.eq("live")).into_tuple().all(&db.0).await?;
    Ok(found.into_iter().collect())
}

// Labels

/// Puts labels on citations; those that are there stay as they are.
pub async fn add_labels(db: &Db<'_>, rows: Vec<CitationLabelRow>) -> StoreResult<()> {
    use citation_labels::Column as C;
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        let conflict = sea_orm::sea_query::OnConflict::columns([C::CitationId, C::LabelId]).do_nothing().to_owned();
        citation_labels::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// Takes off what the labels of an import put on citations; what a person chose stays.
pub async fn clear_labels(db: &Db<'_>, import: Uuid) -> StoreResult<()> {
    db.execute("DELETE FROM citation_labels WHERE import_id = $1", [Value::from(import)]).await?;
    Ok(())
}
