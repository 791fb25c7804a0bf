//! Tasks: what a reviewer was asked, holds, may take next. A task stays with the citation that the reviewer saw, which may have been
//! merged into another since; "root" is the one that lives.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{CitationStageRow, TaskRow, citation_stages, tasks};

/// A task with the root of its citation and the root's row at the task's stage.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TaskAt {
    pub id: Uuid,
    pub review_id: Uuid,
    /// The citation as the reviewer saw it.
    pub citation_id: Uuid,
    pub stage: String,
    pub user_id: Uuid,
    pub state: String,
    pub root: Uuid,
    pub number: i64,
    pub title: String,
    active: Option<bool>,
    ready: Option<bool>,
    outcome: Option<String>,
    reason_id: Option<Uuid>,
    taken: Option<i64>,
    decided: Option<i64>,
    elsewhere: Option<i64>,
    order_key: Option<i64>,
}

impl TaskAt {
    /// The row of the citation at the stage, when there is one.
    pub fn stage_row(&self) -> Option<CitationStageRow> {
        Some(CitationStageRow {
            citation_id: self.root,
            stage: self.stage.clone(),
            review_id: self.review_id,
            active: self.active?,
            ready: self.ready?,
            outcome: self.outcome.clone()?,
            reason_id: self.reason_id,
            taken: self.taken?,
            decided: self.decided?,
            elsewhere: self.elsewhere?,
            order_key: self.order_key?,
        })
    }
}

pub async fn task(db: &Db<'_>, id: Uuid) -> StoreResult<Option<TaskAt>> {
    let sql = "SELECT t.id, t.review_id, t.citation_id, t.stage, t.user_id, t.state, c.id AS root, c.number, c.title, \
               s.active, s.ready, s.outcome, s.reason_id, s.taken, s.decided, s.elsewhere, s.order_key \
               FROM tasks t JOIN citations seen ON seen.id = t.citation_id JOIN citations c ON c.id = COALESCE(seen.merged_into, seen.id) \
               LEFT JOIN citation_stages s ON s.citation_id = c.id AND s.stage = t.stage WHERE t.id = $1";
    db.one(sql, [id.into()]).await
}

pub async fn insert_tasks(db: &Db<'_>, rows: Vec<TaskRow>) -> StoreResult<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        tasks::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

pub async fn set_task_state(db: &Db<'_>, id: Uuid, state: &str, done_at: Option<i64>) -> StoreResult<()> {
    db.execute("UPDATE tasks SET state = $1, done_at = $2 WHERE id = $3", [state.into(), done_at.into(), id.into()]).await?;
    Ok(())
}

/// Open and done tasks on these citations.
pub async fn live_tasks(db: &Db<'_>, citations: &[Uuid]) -> StoreResult<Vec<TaskRow>> {
    let mut rows = Vec::new();
    for chunk in citations.chunks(500) {
        let query = tasks::Entity::find().filter(tasks::Column::CitationId.is_in(chunk.iter().copied()));
        rows.extend(query.filter(tasks::Column::State.ne("withdrawn")).all(&db.0).await?);
    }
    Ok(rows)
}

/// A task that waits for its reviewer, with the root of its citation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OpenTask {
    pub id: Uuid,
    pub root: Uuid,
}

/// Open tasks whose citation still is at the stage and wants a decision, one for each citation: where several were merged, the
/// reviewer's answer or first open task on any of them stands for the rest ($4: decisions that the stage asks for). That a task
/// is not withdrawn is said although the states say it, because the index of live tasks is chosen by it.
const OPEN_TASKS: &str = "FROM tasks t JOIN citations c ON c.id = t.citation_id \
     JOIN citation_stages s ON s.citation_id = COALESCE(c.merged_into, c.id) AND s.stage = t.stage \
     WHERE t.review_id = $1 AND t.stage = $2 AND t.user_id = $3 AND t.state = 'open' AND s.active = TRUE AND s.ready = TRUE \
     AND s.decided < $4 AND NOT EXISTS (SELECT 1 FROM citations m JOIN tasks o ON o.citation_id = m.id WHERE m.merged_into = s.citation_id \
     AND o.stage = t.stage AND o.user_id = t.user_id AND o.state <> 'withdrawn' AND (o.state = 'done' OR (o.state = 'open' AND o.id < t.id))) \
     AND (c.merged_into IS NULL OR NOT EXISTS (SELECT 1 FROM tasks o WHERE o.citation_id = s.citation_id \
     AND o.stage = t.stage AND o.user_id = t.user_id AND o.state <> 'withdrawn' AND (o.state = 'done' OR (o.state = 'open' AND o.id < t.id))))";

/// A reviewer at a stage that asks for `required` decisions on each citation.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub review: Uuid,
    pub stage: &'a str,
    pub user: Uuid,
    pub required: i64,
}

impl Asked<'_> {
    fn values(self) -> Vec<Value> {
        vec![self.review.into(), self.stage.into(), self.user.into(), self.required.into()]
    }
}

/// In the stage's order.
pub async fn open_tasks(db: &Db<'_>, asked: Asked<'_>, limit: u64) -> StoreResult<Vec<OpenTask>> {
    let sql = format!("SELECT t.id, s.citation_id AS root {OPEN_TASKS} ORDER BY t.order_key, t.id LIMIT $5");
    db.all(&sql, asked.values().into_iter().chain([(limit as i64).into()])).await
}

pub async fn count_open_tasks(db: &Db<'_>, asked: Asked<'_>) -> StoreResult<i64> {
    let sql = format!("SELECT COUNT(*) AS n {OPEN_TASKS}");
    db.count(&sql, asked.values()).await
}

/// Citations that still want a reviewer and that this one has no task for.
const FREE: &str = "FROM citation_stages s WHERE s.review_id = $1 AND s.stage = $2 AND s.active = TRUE AND s.ready = TRUE \
     AND s.outcome = 'pending' AND s.taken < $4 AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.citation_id = s.citation_id \
     AND t.stage = s.stage AND t.user_id = $3 AND t.state <> 'withdrawn') \
     AND NOT EXISTS (SELECT 1 FROM citations m JOIN tasks t ON t.citation_id = m.id WHERE m.merged_into = s.citation_id \
     AND t.stage = s.stage AND t.user_id = $3 AND t.state <> 'withdrawn')";

#[derive(Clone, Debug, FromQueryResult)]
pub struct Free {
    pub citation_id: Uuid,
    pub order_key: i64,
}

/// The next citations of the pool in the stage's order: first those that nobody holds, then those that another holds but
/// that still want one more (the rule of `screen::pull`, as SQL).
pub async fn free(db: &Db<'_>, asked: Asked<'_>, limit: i64) -> StoreResult<Vec<Free>> {
    let sql = |held: &str| format!("SELECT s.citation_id, s.order_key {FREE} AND {held} ORDER BY s.order_key, s.citation_id LIMIT $5");
    let values = |limit: i64| asked.values().into_iter().chain([limit.into()]);
    let mut found: Vec<Free> = db.all(&sql("s.taken = s.decided"), values(limit)).await?;
    let missing = limit - found.len() as i64;
    if missing > 0 {
        found.extend(db.all::<Free>(&sql("s.taken <> s.decided"), values(missing)).await?);
    }
    Ok(found)
}

/// How many `free` could give: all that want a reviewer, less those that this one has a task for.
pub async fn count_free(db: &Db<'_>, asked: Asked<'_>) -> StoreResult<i64> {
    const WANTED: &str = "s.active = TRUE AND s.ready = TRUE AND s.outcome = 'pending' AND s.taken";
    let all = format!("SELECT COUNT(*) AS n FROM citation_stages s WHERE s.review_id = $1 AND s.stage = $2 AND {WANTED} < $3");
    let all = db.count(&all, [asked.review.into(), asked.stage.into(), asked.required.into()]).await?;
    // The root is looked up only where the citation that the task names has left the stage: few have.
    let held = format!(
        "SELECT COUNT(DISTINCT s.citation_id) AS n FROM tasks t \
         JOIN citation_stages own ON own.citation_id = t.citation_id AND own.stage = t.stage \
         JOIN citation_stages s ON s.stage = own.stage AND s.citation_id = CASE WHEN own.active = TRUE THEN own.citation_id \
         ELSE (SELECT COALESCE(c.merged_into, c.id) FROM citations c WHERE c.id = own.citation_id) END \
         WHERE t.review_id = $1 AND t.stage = $2 AND t.user_id = $3 AND t.state <> 'withdrawn' \
         AND (own.active = FALSE OR (own.outcome = 'pending' AND own.taken < $4)) AND {WANTED} < $4"
    );
    let held = db.count(&held, asked.values()).await?;
    Ok(all - held)
}

/// A citation that wants reviewers.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Undealt {
    pub citation_id: Uuid,
    pub order_key: i64,
    /// Reviewers it has: those who decided on it, here or elsewhere, or were asked.
    pub taken: i64,
}

/// Citations at the stage that want more reviewers than they have, in the stage's order: new ones, and those of which some decided
/// elsewhere, a reviewer left, or the stage asks for more than before.
pub async fn undealt(db: &Db<'_>, review: Uuid, stage: &str, size: i64) -> StoreResult<Vec<Undealt>> {
    let sql = "SELECT citation_id, order_key, taken FROM citation_stages WHERE review_id = $1 AND stage = $2 AND active = TRUE AND ready = TRUE \
               AND outcome = 'pending' AND taken < $3 ORDER BY order_key, citation_id";
    db.all(sql, [review.into(), stage.into(), size.into()]).await
}

/// Notes that `by` more reviewers hold a task for each of these citations.
pub async fn add_taken(db: &Db<'_>, citations: &[Uuid], stage: &str, by: i64) -> StoreResult<()> {
    use citation_stages::Column as C;
    for chunk in citations.chunks(500) {
        let update = citation_stages::Entity::update_many().col_expr(C::Taken, Expr::col(C::Taken).add(by));
        update.filter(C::Stage.eq(stage)).filter(C::CitationId.is_in(chunk.iter().copied())).exec(&db.0).await?;
    }
    Ok(())
}

/// Open tasks of other reviewers that were handed out before `before` and never answered.
pub async fn stale_tasks(db: &Db<'_>, review: Uuid, stage: &str, user: Uuid, before: i64, limit: u64) -> StoreResult<Vec<TaskRow>> {
    use tasks::Column as C;
    let query = tasks::Entity::find().filter(C::ReviewId.eq(review)).filter(C::Stage.eq(stage)).filter(C::State.eq("open"));
    Ok(query.filter(C::UserId.ne(user)).filter(C::CreatedAt.lt(before)).order_by_asc(C::CreatedAt).limit(limit).all(&db.0).await?)
}

/// Takes back what a reviewer was asked and has not answered, at any stage; the roots of those citations.
pub async fn withdraw_open(db: &Db<'_>, review: Uuid, user: Uuid) -> StoreResult<Vec<Uuid>> {
    const THEIRS: &str = "review_id = $1 AND user_id = $2 AND state = 'open'";
    let sql = format!(
        "SELECT DISTINCT COALESCE(c.merged_into, c.id) AS id FROM citations c WHERE c.id IN (SELECT citation_id FROM tasks WHERE {THEIRS})"
    );
    let roots = db.all::<Root>(&sql, [review.into(), user.into()]).await?;
    db.execute(&format!("UPDATE tasks SET state = 'withdrawn' WHERE {THEIRS}"), [review.into(), user.into()]).await?;
    Ok(roots.into_iter().map(|root| root.id).collect())
}

#[derive(FromQueryResult)]
struct Root {
    id: Uuid,
}

/// Live tasks at a stage: (citation, reviewer).
pub async fn task_holders(db: &Db<'_>, review: Uuid, stage: &str) -> StoreResult<Vec<(Uuid, Uuid)>> {
    use tasks::Column as C;
    let query = tasks::Entity::find().select_only().column(C::CitationId).column(C::UserId);
    let query = query.filter(C::ReviewId.eq(review)).filter(C::Stage.eq(stage)).filter(C::State.ne("withdrawn"));
    Ok(query.order_by_asc(C::Id).into_tuple().all(&db.0).await?)
}

/// Whether a citation may still come to the full-text stage: one that waits for its report, or one not yet settled before.
pub async fn more_to_come(db: &Db<'_>, review: Uuid) -> StoreResult<bool> {
    let sql = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM citation_stages WHERE review_id = $1 AND active = TRUE \
               AND ((stage = 'full_text' AND ready = FALSE) OR (stage = 'title_abstract' AND outcome = 'pending')) LIMIT 1) AS waiting";
    Ok(db.count(sql, [review.into()]).await? > 0)
}
