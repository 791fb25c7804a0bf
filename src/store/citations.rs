//! Citations, derived of records and links; the version that the search index follows.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{CitationRow, citations};
use super::records::IDS_PER_STATEMENT;

pub async fn insert(db: &Db<'_>, rows: Vec<CitationRow>) -> StoreResult<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        citations::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

pub async fn get(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<CitationRow>> {
    let row = citations::Entity::find_by_id(id).one(&db.0).await?;
    Ok(row.filter(|row| row.review_id == review))
}

/// Those of `ids` that are in the review, in no order.
pub async fn by_ids(db: &Db<'_>, review: Uuid, ids: &[Uuid]) -> StoreResult<Vec<CitationRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let query = citations::Entity::find().filter(citations::Column::Id.is_in(chunk.iter().copied()));
        rows.extend(query.filter(citations::Column::ReviewId.eq(review)).all(&db.0).await?);
    }
    Ok(rows)
}

/// The next live citations after a number, with all their fields, by number.
pub async fn live_after(db: &Db<'_>, review: Uuid, number: i64, limit: u64) -> StoreResult<Vec<CitationRow>> {
    let query = citations::Entity::find().filter(citations::Column::ReviewId.eq(review)).filter(citations::Column::Active.eq(true));
    let query = query.filter(citations::Column::MergedInto.is_null()).filter(citations::Column::Number.gt(number));
    Ok(query.order_by_asc(citations::Column::Number).limit(limit).all(&db.0).await?)
}

/// Writes every column of the citation anew.
pub async fn update(db: &Db<'_>, row: CitationRow) -> StoreResult<()> {
    row.into_active_model().reset_all().update(&db.0).await?;
    Ok(())
}

/// Ends the life of these citations on their own: from now on `root` shows their records.
pub async fn merge_into(db: &Db<'_>, root: Uuid, ids: &[Uuid]) -> StoreResult<()> {
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let update = citations::Entity::update_many()
            .col_expr(citations::Column::MergedInto, Expr::value(Some(root)))
            .col_expr(citations::Column::Active, Expr::value(false));
        update.filter(citations::Column::Id.is_in(chunk.iter().copied())).exec(&db.0).await?;
    }
    Ok(())
}

/// Wakes the home citations of an import's records.
pub async fn activate_import(db: &Db<'_>, import: Uuid) -> StoreResult<()> {
    let sql = "UPDATE citations SET active = TRUE WHERE merged_into IS NULL AND id IN (SELECT id FROM records WHERE import_id = $1)";
    db.execute(sql, [import.into()]).await?;
    Ok(())
}

/// Which live citations.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub source: Option<Uuid>,
    pub label: Option<Uuid>,
    /// `Some(true)`: only withdrawn ones, `Some(false)`: only others.
    pub removed: Option<bool>,
    pub year_from: Option<i64>,
    pub year_to: Option<i64>,
    pub stage: Option<&'static str>,
    /// At that stage: allowed outcomes; empty: any.
    pub outcomes: Vec<&'static str>,
    /// At that stage: excluded for this reason (`Some(None)`: for none).
    pub reason: Option<Option<Uuid>>,
    /// Not (yet) at that stage.
    pub absent: bool,
}

/// What sorting needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Light {
    pub id: Uuid,
    pub number: i64,
    pub year: Option<i64>,
}

/// Live citations that pass the filter, by number.
pub async fn filtered(db: &Db<'_>, review: Uuid, filter: &Filter) -> StoreResult<Vec<Light>> {
    let mut values: Vec<Value> = vec![review.into()];
    let mut sql = String::from("SELECT c.id, c.number, c.year FROM citations c");
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut clauses = vec!["c.review_id = $1".to_string(), "c.active = TRUE".into(), "c.merged_into IS NULL".into()];
    if let Some(label) = filter.label {
        let label = bind(label.into());
        clauses.push(format!(
            "({})",
            of_family(&format!("EXISTS (SELECT 1 FROM citation_labels l WHERE l.citation_id = c.id AND l.label_id = {label})"))
        ));
    }
    if let Some(source) = filter.source {
        clauses.push(format!("c.sources LIKE {}", bind(format!("%\"{source}\"%").into())));
    }
    match filter.removed {
        Some(true) => clauses.push(format!("({})", of_family("c.removed_kind IS NOT NULL"))),
        Some(false) => clauses.push(format!("NOT ({})", of_family("c.removed_kind IS NOT NULL"))),
        None => {}
    }
    if let Some(year) = filter.year_from {
        clauses.push(format!("c.year >= {}", bind(year.into())));
    }
    if let Some(year) = filter.year_to {
        clauses.push(format!("c.year <= {}", bind(year.into())));
    }
    if let Some(stage) = filter.stage {
        let on = format!("s.citation_id = c.id AND s.stage = {} AND s.active = TRUE", bind(stage.into()));
        if filter.absent {
            clauses.push(format!("NOT EXISTS (SELECT 1 FROM citation_stages s WHERE {on})"));
        } else {
            sql += &format!(" JOIN citation_stages s ON {on}");
        }
        if !filter.outcomes.is_empty() {
            let outcomes: Vec<String> = filter.outcomes.iter().map(|outcome| bind((*outcome).into())).collect();
            clauses.push(format!("s.outcome IN ({})", outcomes.join(",")));
        }
        match filter.reason {
            Some(Some(reason)) => clauses.push(format!("s.reason_id = {}", bind(reason.into()))),
            Some(None) => clauses.push("s.reason_id IS NULL".into()),
            None => {}
        }
    }
    sql += &format!(" WHERE {} ORDER BY c.number", clauses.join(" AND "));
    db.all(&sql, values).await
}

/// What `holds` says of citation `c`, said of it or of one that was merged into it.
fn of_family(holds: &str) -> String {
    format!("{holds} OR EXISTS (SELECT 1 FROM citations m WHERE m.merged_into = c.id AND {})", holds.replace("c.", "m."))
}

/// Live citations and records of the review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Totals {
    pub records: i64,
    pub citations: i64,
}

pub async fn totals(db: &Db<'_>, review: Uuid) -> StoreResult<Totals> {
    let sql = "SELECT (SELECT COUNT(*) FROM records WHERE review_id = $1 AND active = TRUE) AS records, \
               (SELECT COUNT(*) FROM citations WHERE review_id = $1 AND active = TRUE AND merged_into IS NULL) AS citations";
    Ok(db.one(sql, [review.into()]).await?.unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Version {
    version: i64,
}

/// Counts up what the search index follows; in the transaction of every change that a search would show.
pub async fn next_version(db: &Db<'_>, review: Uuid) -> StoreResult<i64> {
    let sql = "INSERT INTO index_versions (review_id, version) VALUES ($1, 1) \
               ON CONFLICT (review_id) DO UPDATE SET version = index_versions.version + 1 RETURNING version";
    Ok(db.one::<Version>(sql, [review.into()]).await?.map_or(0, |row| row.version))
}

/// The version that the search index should have.
pub async fn version(db: &Db<'_>, review: Uuid) -> StoreResult<i64> {
    let row = db.one::<Version>("SELECT version FROM index_versions WHERE review_id = $1", [review.into()]).await?;
    Ok(row.map_or(0, |row| row.version))
}
