//! Work done elsewhere: decisions that a file brought from another tool, and a lead's word on whose they are.
//! One rule: until a lead says so they count for nobody; from then on they are that member's decisions and keep their mark.
//! Why it is so: docs/decisions/08-elsewhere.md.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::elsewhere_words::{LabelWord, ReasonTable, ReasonWord};
use super::members::Person;
use super::outcomes::parse_stage;
use super::record_views::PriorView;
use super::{App, AppError, AppResult, Member, time};
use crate::clock::Clock;
use crate::model::{PriorDecision, Stage};
use crate::store::elsewhere::{Group, Made};
use crate::store::{self, AttributionRow, Db, DecisionRow, ElsewhereRow, ImportRow, TaskRow, screening, tasks};

/// Decisions that one transaction gives or takes back, so that others get their turn in between.
pub(super) const BATCH: usize = 500;
/// Reasons that one attribution may name.
const REASONS_MAX: usize = 500;
/// Names that the report on a file lists.
const NAMES_SHOWN: usize = 20;

/// What an import brings of work done elsewhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Elsewhere {
    pub groups: Vec<ElsewhereGroup>,
    /// The file's words for exclusion, the most frequent first.
    pub reasons: Vec<ReasonWord>,
    pub labels: Vec<LabelWord>,
}

/// What one name decided at one stage, as the file has both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElsewhereGroup {
    /// Empty where the file does not say who decided.
    pub name: String,
    /// `title_abstract`, `full_text`, or empty where the file does not say.
    pub stage: String,
    pub tool: String,
    pub included: i64,
    pub excluded: i64,
    pub maybe: i64,
    /// Entries with a reason, a note or labels, but without a verdict; they are shown and never count.
    pub unsaid: i64,
    pub attribution: Option<Attribution>,
}

/// Whose decisions they are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Attribution {
    pub id: Uuid,
    pub user: Person,
    pub stage: String,
    /// Decisions that the member was given.
    pub counted: i64,
    pub by: String,
    pub at: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewAttribution {
    pub name: String,
    /// The stage of the group, as the file has it.
    #[serde(default)]
    pub from_stage: String,
    pub user_id: Uuid,
    /// Where the decisions count: `title_abstract` or `full_text`.
    pub stage: String,
    /// The file's words for exclusion → the review's reason, or null to keep them as a note. Words that are not named are matched by their text.
    #[serde(default)]
    pub reasons: BTreeMap<String, Option<Uuid>>,
}

/// What a file says was decided elsewhere, counted before it is imported.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct DecidedElsewhere {
    pub included: u32,
    pub excluded: u32,
    pub maybe: u32,
    /// Who decided, as the file names them; the first of many.
    pub names: Vec<String>,
}

/// A decision made elsewhere, on the page of its citation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElsewhereView {
    pub import_id: Uuid,
    #[serde(flatten)]
    pub prior: PriorView,
    /// Name of the member whose decision it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_for: Option<String>,
}

impl DecidedElsewhere {
    pub(super) fn add(&mut self, prior: &PriorDecision) {
        match prior.verdict.as_str() {
            "include" => self.included += 1,
            "exclude" => self.excluded += 1,
            "maybe" => self.maybe += 1,
            _ => return,
        }
        if !prior.reviewer.is_empty() && self.names.len() < NAMES_SHOWN && !self.names.contains(&prior.reviewer) {
            self.names.push(prior.reviewer.clone());
        }
    }
}

/// The rows of a decision that a record brings. The words that the entry has beside a verdict which a lead said are a row of their own, put
/// aside while the verdict stands.
pub(super) fn rows(clock: &Clock, import: &ImportRow, record: Uuid, prior: &PriorDecision) -> Vec<ElsewhereRow> {
    let mut rows = vec![row(clock.id(), import, record, prior)];
    if prior.said && !(prior.reason.is_empty() && prior.note.is_empty() && prior.labels.is_empty()) {
        let words = PriorDecision { verdict: String::new(), said: false, ..prior.clone() };
        rows.push(ElsewhereRow { live: false, ..row(clock.id(), import, record, &words) });
    }
    rows
}

pub(super) fn row(id: Uuid, import: &ImportRow, record: Uuid, prior: &PriorDecision) -> ElsewhereRow {
    let text = |text: &str| super::merged::no_nul(text.to_string());
    ElsewhereRow {
        id,
        review_id: import.review_id,
        import_id: import.id,
        record_id: record,
        tool: prior.tool.clone(),
        name: text(prior.reviewer.trim()),
        stage: prior.stage.clone(),
        verdict: prior.verdict.clone(),
        reason: text(&prior.reason),
        note: text(&prior.note),
        labels: text(&serde_json::json!(prior.labels).to_string()),
        said: prior.said,
        live: true,
    }
}

impl App {
    /// What an import brings, and whose it is.
    pub async fn elsewhere(&self, member: &Member, import: Uuid) -> AppResult<Elsewhere> {
        member.lead()?;
        let now = self.at_one_moment().await?;
        let db = now.db();
        let import = now.import_row(member, import).await?;
        let people = now.people(&db).await?;
        let attributions = store::elsewhere::attributions(&db, import.id).await?;
        let mut groups = Vec::new();
        for group in store::elsewhere::groups(&db, import.id).await? {
            let standing =
                attributions.iter().find(|row| row.undone_at.is_none() && row.name == group.name && row.from_stage == group.stage);
            let attribution = match standing {
                Some(row) => Some(now.attribution_view(&db, row, &people).await?),
                None => None,
            };
            let Group { name, stage, tool, included, excluded, maybe, unsaid } = group;
            groups.push(ElsewhereGroup { name, stage, tool, included, excluded, maybe, unsaid, attribution });
        }
        let made = store::elsewhere::of_import(&db, import.id).await?;
        let chosen = attributions.iter().rev().find_map(|row| serde_json::from_str(&row.reasons).ok()).unwrap_or_default();
        let table = ReasonTable::new(&now.reasons(member.review).await?, &chosen);
        Ok(Elsewhere { groups, reasons: table.words(&made), labels: now.label_words(member, &import, &made).await? })
    }

    async fn attribution_view(&self, db: &Db<'_>, row: &AttributionRow, people: &HashMap<Uuid, Person>) -> AppResult<Attribution> {
        let name = |id: Uuid| people.get(&id).cloned().unwrap_or(Person { id, login: String::new(), name: String::new() });
        Ok(Attribution {
            id: row.id,
            user: name(row.user_id),
            stage: row.stage.clone(),
            counted: store::elsewhere::count_attributed(db, row.id).await?,
            by: name(row.created_by).name,
            at: time(row.created_at),
        })
    }

    /// Gives the decisions of a name to a member, at a stage.
    ///
    /// # Errors
    /// `not_found` when the file has no such name, `conflict` when the name has a member already, or the member a name of the same
    /// file at the stage; `invalid` for somebody who is no member.
    pub async fn map_elsewhere(&self, member: &Member, import: Uuid, new: NewAttribution) -> AppResult<Elsewhere> {
        member.lead()?;
        let stage = parse_stage(&new.stage)?;
        let import_row = self.import_row(member, import).await?;
        if import_row.status != "done" {
            return Err(AppError::conflict("import_not_in_state").with(import_row.status));
        }
        if store::reviews::member(&self.db(), member.review, new.user_id).await?.is_none() {
            return Err(AppError::invalid("user_id", "not_found").with("member"));
        }
        let reasons = self.reasons(member.review).await?;
        if new.reasons.len() > REASONS_MAX {
            return Err(AppError::invalid("reasons", "too_many_items").with(REASONS_MAX));
        }
        if new.reasons.values().flatten().any(|id| reasons.iter().all(|reason| reason.id != Some(*id))) {
            return Err(AppError::invalid("reasons", "not_found").with("reason"));
        }
        let mut made = store::elsewhere::of_import(&self.db(), import).await?;
        made.retain(|made| made.name == new.name && made.stage == new.from_stage && !made.verdict.is_empty());
        if made.is_empty() {
            return Err(AppError::not_found("name"));
        }
        let attribution = AttributionRow {
            id: self.clock.id(),
            review_id: member.review,
            import_id: import,
            name: new.name,
            from_stage: new.from_stage,
            user_id: new.user_id,
            stage: stage.as_str().into(),
            reasons: serde_json::to_string(&new.reasons).map_err(AppError::internal)?,
            created_by: member.user.id,
            created_at: self.clock.now(),
            undone_by: None,
            undone_at: None,
        };
        self.begin_attribution(member, &attribution, made.len()).await?;
        let table = std::sync::Arc::new(ReasonTable::new(&reasons, &new.reasons));
        for chunk in made.chunks(BATCH) {
            let (app, attribution, chunk, table) = (self.clone(), attribution.clone(), chunk.to_vec(), table.clone());
            self.store.write::<_, AppError, _>(move |db| async move { app.give(db, &attribution, &chunk, &table).await }.boxed()).await?;
        }
        self.events.send(member.review, "progress", serde_json::json!({}));
        self.elsewhere(member, import).await
    }

    async fn begin_attribution(&self, member: &Member, attribution: &AttributionRow, decisions: usize) -> AppResult<()> {
        let (app, by, row) = (self.clone(), member.clone(), attribution.clone());
        let mut after = trail(&row);
        after["decisions"] = decisions.into();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let standing = store::elsewhere::attributions(db, row.import_id).await?;
                    let mut standing = standing.iter().filter(|other| other.undone_at.is_none());
                    if standing.clone().any(|other| other.name == row.name && other.from_stage == row.from_stage) {
                        return Err(AppError::conflict("name_has_member"));
                    }
                    if standing.any(|other| other.user_id == row.user_id && other.stage == row.stage) {
                        return Err(AppError::conflict("member_has_name"));
                    }
                    app.log_by(db, &by, "elsewhere.map", ("import", row.import_id), None, Some(after)).await?;
                    Ok(store::elsewhere::insert_attribution(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    /// Makes decisions of the member out of what the name decided. A task that the member has is answered by it; where there is
    /// none, one is made that bears the decision's id. What the member decided here on the same citation stands.
    async fn give(&self, db: &Db<'_>, attribution: &AttributionRow, made: &[Made], reasons: &ReasonTable) -> AppResult<()> {
        let rules = self.rules(attribution.review_id).await?;
        let stage = parse_stage(&attribution.stage)?;
        let roots: Vec<Uuid> = made.iter().map(|made| made.root).collect::<HashSet<_>>().into_iter().collect();
        let mut root_of: HashMap<Uuid, Uuid> = screening::merged_into(db, &roots).await?.into_iter().collect();
        root_of.extend(roots.iter().map(|id| (*id, *id)));
        let family: Vec<Uuid> = root_of.keys().copied().collect();
        let mine = |stage: &str, user: Uuid| stage == attribution.stage && user == attribution.user_id;
        let mut tasks: HashMap<Uuid, Vec<TaskRow>> = HashMap::new();
        for task in tasks::live_tasks(db, &family).await?.into_iter().filter(|task| mine(&task.stage, task.user_id)) {
            tasks.entry(root_of[&task.citation_id]).or_default().push(task);
        }
        let own = screening::live_decisions(db, &family).await?.into_iter();
        let own: HashSet<Uuid> =
            own.filter(|row| row.elsewhere_id.is_none() && mine(&row.stage, row.user_id)).map(|row| row.citation_id).collect();
        let order: HashMap<Uuid, i64> = screening::stages_of(db, &roots)
            .await?
            .into_iter()
            .filter(|row| row.stage == attribution.stage)
            .map(|row| (row.citation_id, row.order_key))
            .collect();
        for made in made {
            let id = self.clock.id();
            let held = tasks.entry(made.root).or_default();
            let task = held.iter().find(|task| task.citation_id == made.record_id).or(held.first()).cloned();
            let task_id = task.as_ref().map_or(id, |task| task.id);
            match task {
                Some(task) if task.state == "open" => tasks::set_task_state(db, task.id, "done", Some(attribution.created_at)).await?,
                Some(_) => {}
                None => {
                    let task = answered_task(attribution, id, made.record_id, order.get(&made.root).copied().unwrap_or(0));
                    tasks::insert_tasks(db, vec![task.clone()]).await?;
                    held.push(task);
                }
            }
            let (reason_id, note) = reasons.read(made);
            let state = if own.contains(&made.record_id) { "superseded" } else { "live" };
            let row = DecisionRow { reason_id, note, ..decision_row(attribution, id, task_id, made, rules.version(stage), state) };
            screening::insert_decision(db, &row).await?;
        }
        self.refresh_stages(db, attribution.review_id, &roots).await
    }

    /// Takes an attribution back: what it gave counts no longer, what it answered is asked again.
    pub async fn unmap_elsewhere(&self, member: &Member, import: Uuid, attribution: Uuid) -> AppResult<Elsewhere> {
        member.lead()?;
        let import_row = self.import_row(member, import).await?;
        let rows = store::elsewhere::attributions(&self.db(), import_row.id).await?;
        let row = rows.into_iter().find(|row| row.id == attribution).ok_or(AppError::not_found("attribution"))?;
        if row.undone_at.is_some() {
            return Err(AppError::conflict("already_undone"));
        }
        self.undo_attribution(member, &row).await?;
        self.elsewhere(member, import).await
    }

    /// Takes back every attribution of an import.
    pub(super) async fn undo_attributions(&self, member: &Member, import: Uuid) -> AppResult<()> {
        for row in store::elsewhere::attributions(&self.db(), import).await?.iter().filter(|row| row.undone_at.is_none()) {
            self.undo_attribution(member, row).await?;
        }
        Ok(())
    }

    async fn undo_attribution(&self, member: &Member, attribution: &AttributionRow) -> AppResult<()> {
        let rows = store::elsewhere::attributed(&self.db(), attribution.id).await?;
        let made: std::sync::Arc<HashSet<Uuid>> = std::sync::Arc::new(rows.iter().map(|row| row.id).collect());
        for chunk in rows.chunks(BATCH) {
            let (app, chunk, made) = (self.clone(), chunk.to_vec(), made.clone());
            self.store.write::<_, AppError, _>(move |db| async move { app.take_back(db, &chunk, &made).await }.boxed()).await?;
        }
        let (app, by, row, decisions) = (self.clone(), member.clone(), attribution.clone(), rows.len());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let mut before = trail(&row);
                    before["decisions"] = decisions.into();
                    app.log_by(db, &by, "elsewhere.unmap", ("import", row.import_id), Some(before), None).await?;
                    Ok(store::elsewhere::undo_attribution(db, row.id, by.user.id, app.clock.now()).await?)
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(())
    }

    /// `made`: ids of all decisions of the attribution; a task with such an id was made by it.
    async fn take_back(&self, db: &Db<'_>, rows: &[DecisionRow], made: &HashSet<Uuid>) -> AppResult<()> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        screening::set_decision_state(db, &ids, screening::UNMAPPED).await?;
        let tasks: Vec<Uuid> = rows.iter().map(|row| row.task_id).collect();
        let answered = store::elsewhere::answered(db, &tasks).await?;
        for task in tasks.iter().filter(|task| !answered.contains(task)) {
            tasks::set_task_state(db, *task, if made.contains(task) { "withdrawn" } else { "open" }, None).await?;
        }
        let seen: Vec<Uuid> = rows.iter().map(|row| row.citation_id).collect();
        let roots: HashSet<Uuid> = screening::citations(db, &seen).await?.iter().map(|row| row.merged_into.unwrap_or(row.id)).collect();
        match rows.first() {
            Some(row) => self.refresh_stages(db, row.review_id, &roots.into_iter().collect::<Vec<_>>()).await,
            None => Ok(()),
        }
    }

    /// Imports whose text is closed to the asking member: it holds decisions, and one who does not lead may still have to decide.
    pub(super) async fn closed_files(&self, member: &Member) -> AppResult<HashSet<Uuid>> {
        if member.is_lead() { Ok(HashSet::new()) } else { Ok(store::elsewhere::imports(&self.db(), member.review).await?) }
    }

    /// What was decided elsewhere on a citation.
    pub(super) async fn elsewhere_on(&self, db: &Db<'_>, root: Uuid) -> AppResult<Vec<ElsewhereView>> {
        let made = store::elsewhere::of_citation(db, root).await?;
        if made.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.people(db).await?;
        let mut attributions: Vec<AttributionRow> = Vec::new();
        for import in made.iter().map(|made| made.import_id).collect::<HashSet<_>>() {
            attributions.extend(store::elsewhere::attributions(db, import).await?.into_iter().filter(|row| row.undone_at.is_none()));
        }
        let counts_for = |made: &Made| {
            let of = |row: &&AttributionRow| row.import_id == made.import_id && row.name == made.name && row.from_stage == made.stage;
            let attribution = attributions.iter().find(of).filter(|_| !made.verdict.is_empty())?;
            people.get(&attribution.user_id).map(|person| person.name.clone())
        };
        let views = made.iter().map(|made| ElsewhereView {
            import_id: made.import_id,
            prior: PriorView {
                tool: made.tool.clone(),
                name: made.name.clone(),
                stage: made.stage.clone(),
                verdict: made.verdict.clone(),
                reason: made.reason.clone(),
                note: made.note.clone(),
                labels: serde_json::from_str(&made.labels).unwrap_or_default(),
            },
            counts_for: counts_for(made),
        });
        Ok(views.collect())
    }
}

fn answered_task(attribution: &AttributionRow, id: Uuid, citation: Uuid, order_key: i64) -> TaskRow {
    TaskRow {
        id,
        review_id: attribution.review_id,
        citation_id: citation,
        stage: attribution.stage.clone(),
        user_id: attribution.user_id,
        state: "done".into(),
        order_key,
        created_at: attribution.created_at,
        done_at: Some(attribution.created_at),
    }
}

fn decision_row(attribution: &AttributionRow, id: Uuid, task_id: Uuid, made: &Made, settings_version: i64, state: &str) -> DecisionRow {
    DecisionRow {
        seq: 0,
        id,
        review_id: attribution.review_id,
        task_id,
        citation_id: made.record_id,
        stage: attribution.stage.clone(),
        user_id: attribution.user_id,
        verdict: made.verdict.clone(),
        answers: "{}".into(),
        reason_id: None,
        note: String::new(),
        settings_version,
        decided_at: attribution.created_at,
        received_at: attribution.created_at,
        state: state.into(),
        elsewhere_id: Some(made.id),
        attribution_id: Some(attribution.id),
    }
}

/// What the audit trail keeps of an attribution.
fn trail(row: &AttributionRow) -> serde_json::Value {
    let reasons: serde_json::Value = serde_json::from_str(&row.reasons).unwrap_or_default();
    serde_json::json!({
        "attribution_id": row.id, "name": row.name, "from_stage": row.from_stage, "user_id": row.user_id, "stage": row.stage, "reasons": reasons,
    })
}

/// Whether a member may read what was decided elsewhere on a citation: leads always, others once nothing that is blind is open.
pub(super) fn may_read(member: &Member, stages: &[store::CitationStageRow], blind: impl Fn(Stage) -> bool) -> bool {
    let settled = |row: &store::CitationStageRow| matches!(row.outcome.as_str(), "included" | "excluded");
    let open = |row: &&store::CitationStageRow| row.active && !settled(row) && Stage::parse(&row.stage).is_some_and(&blind);
    member.is_lead() || !stages.iter().any(|row| open(&row))
}
