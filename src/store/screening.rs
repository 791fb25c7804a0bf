//! Decisions, resolutions, and what is derived of them per citation and stage.
//! "Root" is the citation that lives; decisions stay with the citation that the reviewer saw, which may be merged into it.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{CitationRow, CitationStageRow, DecisionRow, ResolutionRow, citation_stages, citations, decisions, resolutions};

pub async fn citation(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<CitationRow>> {
    Ok(citations::Entity::find_by_id(id).filter(citations::Column::ReviewId.eq(review)).one(&db.0).await?)
}

/// The citations with these ids, in no particular order.
pub async fn citations(db: &Db<'_>, ids: &[Uuid]) -> StoreResult<Vec<CitationRow>> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        rows.extend(citations::Entity::find().filter(citations::Column::Id.is_in(chunk.iter().copied())).all(&db.0).await?);
    }
    Ok(rows)
}

/// The citations merged into these roots: (citation, root). The roots themselves are not among them.
pub async fn merged_into(db: &Db<'_>, roots: &[Uuid]) -> StoreResult<Vec<(Uuid, Uuid)>> {
    let mut pairs = Vec::new();
    for chunk in roots.chunks(500) {
        let query = citations::Entity::find().select_only().column(citations::Column::Id).column(citations::Column::MergedInto);
        let rows: Vec<(Uuid, Option<Uuid>)> =
            query.filter(citations::Column::MergedInto.is_in(chunk.iter().copied())).into_tuple().all(&db.0).await?;
        pairs.extend(rows.into_iter().filter_map(|(id, root)| Some((id, root?))));
    }
    Ok(pairs)
}

pub async fn live_decisions(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<DecisionRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(500) {
        let query = decisions::Entity::find().filter(decisions::Column::CitationId.is_in(chunk.iter().copied()));
        rows.extend(query.filter(decisions::Column::State.eq("live")).order_by_asc(decisions::Column::Seq).all(&db.0).await?);
    }
    Ok(rows)
}

/// The citations of one root: `$1` itself and all that are merged into it.
const FAMILY: &str = "(SELECT f.id FROM citations f WHERE f.id = $1 OR f.merged_into = $1)";

/// Every decision on a root and what is merged into it, at one stage, oldest first; those of attributions that were undone
/// are not among them.
pub async fn decisions_at(db: &Db<'_>, root: Uuid, stage: &str) -> StoreResult<Vec<DecisionRow>> {
    let sql = format!("SELECT * FROM decisions WHERE citation_id IN {FAMILY} AND stage = $2 AND state <> $3 ORDER BY seq");
    db.all(&sql, [root.into(), stage.into(), UNMAPPED.into()]).await
}

/// The last resolution of a root and what is merged into it, at one stage.
pub async fn last_resolution_at(db: &Db<'_>, root: Uuid, stage: &str) -> StoreResult<Option<ResolutionRow>> {
    let sql = format!("SELECT * FROM resolutions WHERE citation_id IN {FAMILY} AND stage = $2 ORDER BY seq DESC LIMIT 1");
    db.one(&sql, [root.into(), stage.into()]).await
}

/// Every decision on these citations, oldest first; those of attributions that were undone are not among them.
pub async fn decisions_on(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<DecisionRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(500) {
        let query = decisions::Entity::find().filter(decisions::Column::CitationId.is_in(chunk.iter().copied()));
        rows.extend(query.filter(decisions::Column::State.ne(UNMAPPED)).order_by_asc(decisions::Column::Seq).all(&db.0).await?);
    }
    Ok(rows)
}

/// The state of a decision made elsewhere whose attribution was undone: it counts nowhere and is shown where it was made only.
pub const UNMAPPED: &str = "unmapped";

pub async fn resolutions_on(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<ResolutionRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(500) {
        let query = resolutions::Entity::find().filter(resolutions::Column::CitationId.is_in(chunk.iter().copied()));
        rows.extend(query.order_by_asc(resolutions::Column::Seq).all(&db.0).await?);
    }
    Ok(rows)
}

pub async fn stages_of(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<CitationStageRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(500) {
        rows.extend(
            citation_stages::Entity::find().filter(citation_stages::Column::CitationId.is_in(chunk.iter().copied())).all(&db.0).await?,
        );
    }
    Ok(rows)
}

pub async fn put_stages(db: &Db<'_>, rows: Vec<CitationStageRow>) -> StoreResult<()> {
    use citation_stages::Column as C;
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let changed = [C::Active, C::Ready, C::Outcome, C::ReasonId, C::Taken, C::Decided, C::Elsewhere, C::OrderKey];
        let conflict = OnConflict::columns([C::CitationId, C::Stage]).update_columns(changed).to_owned();
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        citation_stages::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// Changes the one row of a citation at a stage, for the path that every decision takes.
pub async fn update_stage(db: &Db<'_>, row: &CitationStageRow) -> StoreResult<()> {
    let sql = "UPDATE citation_stages SET active = $1, ready = $2, outcome = $3, reason_id = $4, taken = $5, decided = $6, \
               elsewhere = $7 WHERE citation_id = $8 AND stage = $9";
    let values: [Value; 9] = [
        row.active.into(),
        row.ready.into(),
        row.outcome.as_str().into(),
        row.reason_id.into(),
        row.taken.into(),
        row.decided.into(),
        row.elsewhere.into(),
        row.citation_id.into(),
        row.stage.as_str().into(),
    ];
    db.execute(sql, values).await?;
    Ok(())
}

/// All rows of a review's live stages, for counts.
pub async fn stages_of_review(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<CitationStageRow>> {
    let query = citation_stages::Entity::find().filter(citation_stages::Column::ReviewId.eq(review));
    Ok(query.filter(citation_stages::Column::Active.eq(true)).all(&db.0).await?)
}

// Decisions

pub async fn decision(db: &Db<'_>, id: Uuid) -> StoreResult<Option<DecisionRow>> {
    Ok(decisions::Entity::find().filter(decisions::Column::Id.eq(id)).one(&db.0).await?)
}

/// Adds the decision; `seq` is given by the database.
pub async fn insert_decision(db: &Db<'_>, row: &DecisionRow) -> StoreResult<()> {
    let sql = "INSERT INTO decisions (id, review_id, task_id, citation_id, stage, user_id, verdict, answers, reason_id, note, settings_version, \
               decided_at, received_at, state, elsewhere_id, attribution_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let values: [Value; 16] = [
        row.id.into(),
        row.review_id.into(),
        row.task_id.into(),
        row.citation_id.into(),
        row.stage.as_str().into(),
        row.user_id.into(),
        row.verdict.as_str().into(),
        row.answers.as_str().into(),
        row.reason_id.into(),
        row.note.as_str().into(),
        row.settings_version.into(),
        row.decided_at.into(),
        row.received_at.into(),
        row.state.as_str().into(),
        row.elsewhere_id.into(),
        row.attribution_id.into(),
    ];
    db.execute(sql, values).await?;
    Ok(())
}

pub async fn set_decision_state(db: &Db<'_>, ids: &[Uuid], state: &str) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let update = decisions::Entity::update_many().col_expr(decisions::Column::State, Expr::value(state));
    update.filter(decisions::Column::Id.is_in(ids.iter().copied())).exec(&db.0).await?;
    Ok(())
}

/// Which of a reviewer's own decisions.
#[derive(Clone, Debug, Default)]
pub struct MineFilter {
    pub stage: Option<String>,
    pub verdict: Option<String>,
    /// Only decisions before this one (newest come first).
    pub before_seq: Option<i64>,
    /// All decisions on this citation, also earlier ones; without it the live ones only.
    pub citations: Option<Vec<Uuid>>,
    /// What stands in the citation's title or in the reviewer's own note, or the citation's number.
    pub text: Option<String>,
}

/// Newest first.
pub async fn decisions_of(db: &Db<'_>, review: Uuid, user: Uuid, filter: &MineFilter, limit: u64) -> StoreResult<Vec<DecisionRow>> {
    use decisions::Column as C;
    let mut query = mine(review, user, filter);
    if let Some(seq) = filter.before_seq {
        query = query.filter(C::Seq.lt(seq));
    }
    Ok(query.order_by_desc(C::Seq).limit(limit).all(&db.0).await?)
}

pub async fn count_decisions_of(db: &Db<'_>, review: Uuid, user: Uuid, filter: &MineFilter) -> StoreResult<u64> {
    Ok(sea_orm::PaginatorTrait::count(mine(review, user, filter), &db.0).await?)
}

fn mine(review: Uuid, user: Uuid, filter: &MineFilter) -> sea_orm::Select<decisions::Entity> {
    use decisions::Column as C;
    let mut query = decisions::Entity::find().filter(C::ReviewId.eq(review)).filter(C::UserId.eq(user)).filter(C::State.ne(UNMAPPED));
    match &filter.citations {
        Some(ids) => query = query.filter(C::CitationId.is_in(ids.iter().copied())),
        None => query = query.filter(C::State.eq("live")),
    }
    if let Some(stage) = &filter.stage {
        query = query.filter(C::Stage.eq(stage));
    }
    if let Some(verdict) = &filter.verdict {
        query = query.filter(C::Verdict.eq(verdict));
    }
    if let Some(text) = &filter.text {
        let like = super::db::clean_like(&text.to_lowercase());
        let holds = |column: Expr| {
            let like = sea_orm::sea_query::LikeExpr::new(like.clone()).escape('\\');
            Expr::expr(sea_orm::sea_query::Func::lower(column)).like(like)
        };
        let number = text.trim().parse::<i64>().unwrap_or(-1); // no citation has it
        let sub = sea_orm::sea_query::Query::select()
            .column(citations::Column::Id)
            .from(citations::Entity)
            .and_where(citations::Column::ReviewId.eq(review))
            .cond_where(citations::Column::Number.eq(number).or(holds(Expr::col(citations::Column::Title))))
            .to_owned();
        query = query.filter(C::CitationId.in_subquery(sub).or(holds(Expr::col((decisions::Entity, C::Note)))));
    }
    query
}

/// What the reviewer decided here; decisions made elsewhere are not among them.
pub async fn count_live(db: &Db<'_>, review: Uuid, stage: &str, user: Uuid) -> StoreResult<i64> {
    let sql = "SELECT COUNT(*) AS n FROM decisions WHERE review_id = $1 AND user_id = $2 AND stage = $3 AND state = 'live' \
               AND elsewhere_id IS NULL";
    db.count(sql, [review.into(), user.into(), stage.into()]).await
}

/// All live decisions of a review at a stage.
pub async fn live_of_review(db: &Db<'_>, review: Uuid, stage: &str) -> StoreResult<Vec<DecisionRow>> {
    let sql = "SELECT * FROM decisions WHERE review_id = $1 AND stage = $2 AND state = 'live' ORDER BY seq";
    db.all(sql, [review.into(), stage.into()]).await
}

// Resolutions

pub async fn insert_resolution(db: &Db<'_>, row: &ResolutionRow) -> StoreResult<()> {
    let sql = "INSERT INTO resolutions (id, review_id, citation_id, stage, kind, verdict, reason_id, note, user_id, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        row.id.into(),
        row.review_id.into(),
        row.citation_id.into(),
        row.stage.as_str().into(),
        row.kind.as_str().into(),
        row.verdict.clone().into(),
        row.reason_id.into(),
        row.note.as_str().into(),
        row.user_id.into(),
        row.created_at.into(),
    ];
    db.execute(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Conflict {
    pub citation_id: Uuid,
    pub number: i64,
}

/// Citations in conflict at a stage (`open`), or those that a resolution has settled, by citation number.
pub async fn conflicts(db: &Db<'_>, review: Uuid, stage: &str, open: bool, after: i64, limit: u64) -> StoreResult<Vec<Conflict>> {
    let sql = format!("SELECT s.citation_id, c.number {} AND c.number > $3 ORDER BY c.number LIMIT $4", conflicts_from(open));
    db.all(&sql, [review.into(), stage.into(), after.into(), (limit as i64).into()]).await
}

pub async fn count_conflicts(db: &Db<'_>, review: Uuid, stage: &str, open: bool) -> StoreResult<i64> {
    let sql = format!("SELECT COUNT(*) AS n {}", conflicts_from(open));
    db.count(&sql, [review.into(), stage.into()]).await
}

fn conflicts_from(open: bool) -> String {
    let which = if open {
        "s.outcome = 'in_conflict'"
    } else {
        "s.outcome <> 'in_conflict' AND EXISTS (SELECT 1 FROM resolutions r JOIN citations rc ON rc.id = r.citation_id \
         WHERE (rc.id = c.id OR rc.merged_into = c.id) AND r.stage = s.stage)"
    };
    format!(
        "FROM citation_stages s JOIN citations c ON c.id = s.citation_id WHERE s.review_id = $1 AND s.stage = $2 AND s.active = TRUE AND {which}"
    )
}

// What screens show beside a citation

pub async fn source_names(db: &Db<'_>, review: Uuid) -> StoreResult<std::collections::BTreeMap<Uuid, String>> {
    use super::entity::sources;
    let rows = sources::Entity::find().filter(sources::Column::ReviewId.eq(review)).all(&db.0).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Every resolution of a review at a stage, oldest first.
pub async fn resolutions_of_review(db: &Db<'_>, review: Uuid, stage: &str) -> StoreResult<Vec<ResolutionRow>> {
    use resolutions::Column as C;
    let query = resolutions::Entity::find().filter(C::ReviewId.eq(review)).filter(C::Stage.eq(stage));
    Ok(query.order_by_asc(C::Seq).all(&db.0).await?)
}

/// Ids of the citations that live, by number.
pub async fn live_citations(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Uuid>> {
    use citations::Column as C;
    let query = citations::Entity::find().select_only().column(C::Id).filter(C::ReviewId.eq(review)).filter(C::Active.eq(true));
    Ok(query.filter(C::MergedInto.is_null()).order_by_asc(C::Number).into_tuple().all(&db.0).await?)
}

/// Citations that title/abstract screening includes now.
pub async fn at_full_text(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Uuid>> {
    use citation_stages::Column as C;
    let query = citation_stages::Entity::find().select_only().column(C::CitationId).filter(C::ReviewId.eq(review));
    Ok(query.filter(C::Stage.eq("full_text")).filter(C::Active.eq(true)).into_tuple().all(&db.0).await?)
}

/// Every decision of a review at a stage that was made here, oldest first.
pub async fn decisions_of_stage(db: &Db<'_>, review: Uuid, stage: &str) -> StoreResult<Vec<DecisionRow>> {
    use decisions::Column as C;
    let query = decisions::Entity::find().filter(C::ReviewId.eq(review)).filter(C::Stage.eq(stage)).filter(C::ElsewhereId.is_null());
    Ok(query.order_by_asc(C::Seq).all(&db.0).await?)
}
