//! Deciding: a reviewer answers a task, changes their mind, takes an answer back, reads what they decided.
//! An acknowledged decision is on disk; the same decision sent twice is stored once; nothing a reviewer wrote is deleted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::members::Person;
use super::outcomes::{answers, parse_stage, parse_verdict, verdict_text};
use super::{App, AppError, AppResult, Member, Page, parse_time, time};
use crate::model::{Answer, CriterionId, Decision, DecisionId, ReasonId, Stage, UserId};
use crate::screen;
use crate::store::tasks::TaskAt;
use crate::store::{self, Db, DecisionRow, screening, tasks};

const NOTE_MAX: usize = 5000;
const PAGE_MAX: u64 = 200;

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewDecision {
    /// Made by the client, so that sending it again is harmless.
    pub id: Uuid,
    pub task_id: Uuid,
    pub verdict: String,
    #[serde(default)]
    pub answers: BTreeMap<Uuid, String>,
    #[serde(default)]
    pub reason_id: Option<Uuid>,
    #[serde(default)]
    pub note: String,
    /// When the reviewer decided, by their clock; it may arrive much later. One from the future was made now.
    pub decided_at: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionView {
    pub id: Uuid,
    pub task_id: Uuid,
    /// The citation as the reviewer saw it.
    pub citation_id: Uuid,
    pub number: i64,
    pub title: String,
    pub stage: String,
    pub verdict: String,
    pub answers: BTreeMap<String, String>,
    pub reason_id: Option<Uuid>,
    pub note: String,
    pub decided_at: String,
    pub received_at: String,
    pub reviewer: Option<Person>,
    /// The one that counts.
    pub live: bool,
    /// Taken back by its reviewer.
    pub undone: bool,
    /// Made in another tool and given to the reviewer by a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<ElsewhereMark>,
}

/// Where a decision was made that was not made here.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ElsewhereMark {
    /// `rayyan`, `covidence`, `asreview`, `eppi` or `table`.
    pub tool: String,
    /// The name in the file; empty when it has none.
    pub name: String,
}

/// Which of one's own decisions.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct MineQuery {
    pub stage: Option<String>,
    pub verdict: Option<String>,
    /// Words of the title or of one's own note, or the citation's number.
    pub q: Option<String>,
    pub citation_id: Option<Uuid>,
    pub after: Option<String>,
    pub limit: Option<u64>,
}

impl App {
    /// Stores a decision and brings the citation's outcome up to date, in one transaction.
    ///
    /// # Errors
    /// `not_found` for a task that is not the member's, `conflict` when the citation is no longer at the stage,
    /// `invalid` for what the stage's rules want and the decision lacks.
    pub async fn decide(&self, member: &Member, new: NewDecision) -> AppResult<DecisionView> {
        member.screener()?;
        let rules = self.rules(member.review).await?;
        let now = self.clock.now();
        let decided_at = parse_time(&new.decided_at).ok_or(AppError::invalid("decided_at", "bad_time"))?.min(now);
        let (app, by) = (self.clone(), member.clone());
        let (row, number, title) = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    if let Some(stored) = screening::decision(db, new.id).await? {
                        return if stored.user_id == by.user.id && stored.review_id == by.review {
                            let root = app.root(db, by.review, stored.citation_id).await?;
                            Ok((stored, root.number, root.title))
                        } else {
                            Err(AppError::conflict("id_taken"))
                        };
                    }
                    let task = app.my_live_task(db, &by, new.task_id).await?;
                    let stage = parse_stage(&task.stage)?;
                    let decision = checked(&rules, stage, &by, &new)?;
                    let row = DecisionRow {
                        seq: 0,
                        id: new.id,
                        review_id: by.review,
                        task_id: task.id,
                        citation_id: task.citation_id,
                        stage: task.stage.clone(),
                        user_id: by.user.id,
                        verdict: verdict_text(decision.verdict).into(),
                        answers: serde_json::to_string(&decision.answers).map_err(AppError::internal)?,
                        reason_id: new.reason_id,
                        note: decision.note.clone(),
                        settings_version: rules.version(stage),
                        decided_at,
                        received_at: now,
                        state: "live".into(),
                        elsewhere_id: None,
                        attribution_id: None,
                    };
                    let row = app.store_decision(db, &by, &task, row, rules.at(stage).required()).await?;
                    Ok((row, task.number, task.title))
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(view(&row, number, &title, None, None))
    }

    /// The member's own task.
    async fn my_task(&self, db: &Db<'_>, member: &Member, id: Uuid) -> AppResult<TaskAt> {
        let task = tasks::task(db, id).await?;
        let mine = task.filter(|task| task.review_id == member.review && task.user_id == member.user.id);
        mine.ok_or(AppError::not_found("task"))
    }

    /// The same, or where it was given to somebody else and came back, the task that stands in its place.
    async fn my_live_task(&self, db: &Db<'_>, member: &Member, id: Uuid) -> AppResult<TaskAt> {
        let task = self.my_task(db, member, id).await?;
        if task.state != "withdrawn" {
            return Ok(task);
        }
        let live = tasks::live_tasks(db, &[task.citation_id]).await?;
        let again = live.into_iter().find(|other| other.user_id == task.user_id && other.stage == task.stage);
        match again {
            Some(again) => self.my_task(db, member, again.id).await,
            None => Ok(task),
        }
    }

    /// Adds the decision and says what became of it. One that the reviewer's own later word has overtaken, and one that comes
    /// when as many others as the stage asks for have decided (they were asked in this one's place, or citations were merged),
    /// is kept to be read and counts for nothing.
    async fn store_decision(&self, db: &Db<'_>, by: &Member, task: &TaskAt, row: DecisionRow, required: usize) -> AppResult<DecisionRow> {
        let at_stage = task.stage_row().filter(|row| row.active && row.ready).ok_or(AppError::conflict("not_at_stage"))?;
        let rows = screening::decisions_at(db, task.root, &task.stage).await?;
        let (mine, mut live): (Vec<DecisionRow>, Vec<DecisionRow>) =
            rows.into_iter().partition(|old| old.user_id == by.user.id && old.citation_id == row.citation_id);
        live.retain(|old| old.state == "live");
        let overtaken = mine.iter().any(|old| old.order() > row.order());
        let asked_too_many = !decides(&mine, by.user.id) && !decides(&live, by.user.id) && reviewers(&live) >= required;
        if overtaken || asked_too_many {
            let row = DecisionRow { state: "superseded".into(), ..row };
            screening::insert_decision(db, &row).await?;
            self.log_by(db, by, "decision.late", ("citation", task.root), None, Some(trail(&row))).await?;
            return Ok(row);
        }
        let earlier: Vec<&DecisionRow> = mine.iter().filter(|old| old.state == "live").collect();
        let before = earlier.last().map(|old| trail(old));
        screening::set_decision_state(db, &earlier.iter().map(|old| old.id).collect::<Vec<_>>(), "superseded").await?;
        screening::insert_decision(db, &row).await?;
        tasks::set_task_state(db, task.id, "done", Some(row.received_at)).await?;
        let action = if before.is_some() { "decision.change" } else { "decision.make" };
        self.log_by(db, by, action, ("citation", task.root), before, Some(trail(&row))).await?;
        live.push(row.clone());
        if task.state == "withdrawn" {
            self.refresh_stages(db, by.review, &[task.root]).await?; // who holds the citation has changed
        } else {
            self.refresh_decided(db, by.review, at_stage, &live).await?;
        }
        Ok(row)
    }

    /// Takes one's own live decision back; the task is open again, the row stays to be read.
    pub async fn undo_decision(&self, member: &Member, id: Uuid) -> AppResult<super::tasks::Task> {
        member.screener()?;
        let (app, by) = (self.clone(), member.clone());
        let task = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let row = screening::decision(db, id).await?;
                    let row = row.filter(|row| row.user_id == by.user.id && row.review_id == by.review);
                    let row = row.ok_or(AppError::not_found("decision"))?;
                    let task = app.my_task(db, &by, row.task_id).await?;
                    if row.state == "live" {
                        screening::set_decision_state(db, &[id], "taken_back").await?;
                        tasks::set_task_state(db, task.id, "open", None).await?;
                        app.log_by(db, &by, "decision.undo", ("citation", task.root), Some(trail(&row)), None).await?;
                        app.refresh_stages(db, by.review, &[task.root]).await?;
                    }
                    Ok(task)
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        let tasks = self.tasks(member, &[(task.id, task.root)], parse_stage(&task.stage)?).await?;
        tasks.into_iter().next().ok_or(AppError::not_found("task"))
    }

    /// One's own decisions, newest first.
    pub async fn my_decisions(&self, member: &Member, query: MineQuery) -> AppResult<Page<DecisionView>> {
        let now = self.at_one_moment().await?;
        let db = now.db();
        let citations = match query.citation_id {
            Some(id) => Some(now.family(&db, now.root(&db, member.review, id).await?.id).await?),
            None => None,
        };
        let filter = screening::MineFilter {
            stage: query.stage.as_deref().map(parse_stage).transpose()?.map(|stage| stage.as_str().to_string()),
            verdict: query.verdict.as_deref().map(parse_verdict).transpose()?.map(|verdict| verdict_text(verdict).to_string()),
            before_seq: query.after.as_deref().and_then(|after| after.parse().ok()),
            citations,
            text: query.q.filter(|q| !q.trim().is_empty()),
        };
        let limit = query.limit.unwrap_or(50).clamp(1, PAGE_MAX);
        let rows = screening::decisions_of(&db, member.review, member.user.id, &filter, limit).await?;
        let total = screening::count_decisions_of(&db, member.review, member.user.id, &filter).await?;
        let next = super::cursor(&rows, limit as usize, |row| row.seq.to_string());
        Ok(Page { items: now.decision_views(&db, &rows, false).await?, total, next })
    }

    /// Rows with the citations' titles and, when `named`, the reviewers' names.
    pub(crate) async fn decision_views(&self, db: &Db<'_>, rows: &[DecisionRow], named: bool) -> AppResult<Vec<DecisionView>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.citation_id).collect();
        let citations: HashMap<Uuid, store::CitationRow> =
            screening::citations(db, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let people = if named { self.people(db).await? } else { HashMap::new() };
        let made: Vec<Uuid> = rows.iter().filter_map(|row| row.elsewhere_id).collect();
        let marks: HashMap<Uuid, ElsewhereMark> = store::elsewhere::by_ids(db, &made)
            .await?
            .into_iter()
            .map(|row| (row.id, ElsewhereMark { tool: row.tool, name: row.name }))
            .collect();
        let views = rows.iter().map(|row| {
            let (number, title) = citations.get(&row.citation_id).map_or((0, ""), |citation| (citation.number, citation.title.as_str()));
            let mark = row.elsewhere_id.and_then(|id| marks.get(&id).cloned());
            view(row, number, title, people.get(&row.user_id).cloned(), mark)
        });
        Ok(views.collect())
    }

    /// Everybody who has or had an account, by id.
    pub(crate) async fn people(&self, db: &Db<'_>) -> AppResult<HashMap<Uuid, Person>> {
        let users = store::accounts::users(db).await?;
        Ok(users.into_iter().map(|user| (user.id, Person { id: user.id, login: user.login, name: user.name })).collect())
    }
}

/// How many reviewers have decided.
fn reviewers(live: &[DecisionRow]) -> usize {
    live.iter().map(|row| row.user_id).collect::<BTreeSet<_>>().len()
}

fn decides(rows: &[DecisionRow], user: Uuid) -> bool {
    rows.iter().any(|row| row.user_id == user && row.state == "live")
}

/// The decision as the rules take it, when they do.
fn checked(rules: &super::rules::ReviewRules, stage: Stage, member: &Member, new: &NewDecision) -> AppResult<Decision> {
    let mut answers = BTreeMap::new();
    for (criterion, answer) in &new.answers {
        if !rules.has_criterion(*criterion) {
            continue; // put away since the page was loaded; what is asked now counts
        }
        let answer = match answer.as_str() {
            "met" => Answer::Met,
            "not_met" => Answer::NotMet,
            "unclear" => Answer::Unclear,
            _ => return Err(AppError::invalid("answers", "not_one_of").with("met, not_met, unclear")),
        };
        answers.insert(CriterionId(*criterion), answer);
    }
    if new.reason_id.is_some_and(|id| !rules.has_reason(id)) {
        return Err(AppError::invalid("reason_id", "not_found").with("reason"));
    }
    if new.note.chars().count() > NOTE_MAX {
        return Err(AppError::invalid("note", "too_long").with(NOTE_MAX));
    }
    let decision = Decision {
        id: DecisionId(new.id),
        reviewer: UserId(member.user.id),
        verdict: parse_verdict(&new.verdict)?,
        answers,
        reason: new.reason_id.map(ReasonId),
        note: new.note.trim().to_string(),
    };
    match screen::decide::problems(&rules.at(stage), stage, &decision).first() {
        Some(problem) => Err(AppError::invalid(problem.field(), problem.code())),
        None => Ok(decision),
    }
}

fn trail(row: &DecisionRow) -> serde_json::Value {
    serde_json::json!({
        "stage": row.stage, "verdict": row.verdict, "reason_id": row.reason_id, "answers": answers(&row.answers), "note": row.note,
        "decision_id": row.id, "decided_at": time(row.decided_at),
    })
}

fn view(row: &DecisionRow, number: i64, title: &str, reviewer: Option<Person>, elsewhere: Option<ElsewhereMark>) -> DecisionView {
    let shown: BTreeMap<String, String> = serde_json::from_str(&row.answers).unwrap_or_default();
    DecisionView {
        id: row.id,
        task_id: row.task_id,
        citation_id: row.citation_id,
        number,
        title: title.to_string(),
        stage: row.stage.clone(),
        verdict: row.verdict.clone(),
        answers: shown,
        reason_id: row.reason_id,
        note: row.note.clone(),
        decided_at: time(row.decided_at),
        received_at: time(row.received_at),
        reviewer,
        live: row.state == "live",
        undone: row.state == "taken_back",
        elsewhere,
    }
}
