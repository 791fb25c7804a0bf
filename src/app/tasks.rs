//! Handing out work: the next citations for a reviewer, from the pool, or as they were dealt.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::outcomes::parse_stage;
use super::shown::{ReportFile, ReportView, ScreenCitation, screen_citation};
use super::{App, AppError, AppResult, Member, time};
use crate::model::{Assignment, CitationId, Stage, UserId};
use crate::screen;
use crate::store::attached::{self, Families};
use crate::store::{self, Db, ReportRow, TaskRow, screening, tasks};

/// Tasks that one pull may ask for.
const PULL_MAX: u64 = 30;
/// A task of the pool that was not answered for this long goes to somebody else when nothing else is left.
const STALE_MS: i64 = 12 * 3600 * 1000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Task {
    pub id: Uuid,
    pub stage: String,
    pub citation: ScreenCitation,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Next {
    pub tasks: Vec<Task>,
    /// Citations that wait for this reviewer, in hand or in the pool.
    pub remaining: i64,
    pub done_by_me: i64,
    /// Why there are no tasks: `finished`, or `waiting` (for full texts, or for the stage before).
    pub done_reason: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct NextQuery {
    pub limit: Option<u64>,
    /// Ids of tasks that the page holds already, separated by commas.
    pub exclude: Option<String>,
}

/// Reviewers for the citations that a filter selects.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Named {
    pub user_ids: Vec<Uuid>,
    /// As the query of the list of citations.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub filter: super::citations::CitationQuery,
    /// A pilot round: only so many of them, drawn at random among those that nobody was asked about yet.
    #[serde(default)]
    pub sample: Option<usize>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Assigned {
    pub citations: usize,
    /// Tasks that were not there before.
    pub tasks: usize,
}

impl App {
    /// The reviewer's next tasks. In the pool, work is taken here; the same open tasks come again until they are answered.
    pub async fn next_tasks(&self, member: &Member, stage: &str, query: NextQuery) -> AppResult<Next> {
        member.screener()?;
        let stage = parse_stage(stage)?;
        let limit = query.limit.unwrap_or(5).clamp(1, PULL_MAX);
        let held: Vec<Uuid> =
            query.exclude.iter().flat_map(|ids| ids.split(',')).filter_map(|id| Uuid::parse_str(id.trim()).ok()).collect();
        let wanted = limit + held.len() as u64;
        let rules = self.rules(member.review).await?;
        let settings = rules.settings(stage).clone();
        let required = rules.at(stage).required();
        let asked = asked(member, stage, required);
        if (tasks::open_tasks(&self.db(), asked, wanted).await?.len() as u64) < wanted {
            let (app, by) = (self.clone(), member.clone());
            self.store
                .write::<_, AppError, _>(move |db| {
                    async move {
                        match settings.assignment {
                            Assignment::Pool => app.pull(db, &by, stage, asked, wanted).await,
                            Assignment::Pairs | Assignment::Split => app.deal(db, &by, stage, &settings).await,
                            Assignment::Manual => Ok(()),
                        }
                    }
                    .boxed()
                })
                .await?;
        }
        let now = self.at_one_moment().await?;
        let open = tasks::open_tasks(&now.db(), asked, wanted).await?;
        let fresh: Vec<(Uuid, Uuid)> =
            open.iter().filter(|task| !held.contains(&task.id)).take(limit as usize).map(|task| (task.id, task.root)).collect();
        let tasks = now.tasks(member, &fresh, stage).await?;
        let remaining = now.remaining(member, stage).await?;
        let done_by_me = screening::count_live(&now.db(), member.review, stage.as_str(), member.user.id).await?;
        let done_reason = if open.is_empty() { Some(now.why_nothing(member, stage).await?) } else { None };
        Ok(Next { tasks, remaining, done_by_me, done_reason })
    }

    /// What waits for a reviewer at a stage: tasks in hand and, in the pool, those that could be taken.
    pub async fn remaining(&self, member: &Member, stage: Stage) -> AppResult<i64> {
        let (now, rules) = (self.at_one_moment().await?, self.rules(member.review).await?);
        let db = now.db();
        let asked = asked(member, stage, rules.at(stage).required());
        let mut remaining = tasks::count_open_tasks(&db, asked).await?;
        if rules.settings(stage).assignment == Assignment::Pool {
            remaining += tasks::count_free(&db, asked).await?;
        }
        Ok(remaining)
    }

    async fn why_nothing(&self, member: &Member, stage: Stage) -> AppResult<String> {
        let waits = stage == Stage::FullText && tasks::more_to_come(&self.db(), member.review).await?;
        Ok(if waits { "waiting" } else { "finished" }.into())
    }

    /// Takes work from the pool until the reviewer holds `wanted` tasks or nothing is left.
    async fn pull(&self, db: &Db<'_>, by: &Member, stage: Stage, asked: tasks::Asked<'_>, wanted: u64) -> AppResult<()> {
        let held = tasks::open_tasks(db, asked, wanted).await?.len() as u64;
        let missing = wanted.saturating_sub(held) as i64;
        let mut free = tasks::free(db, asked, missing).await?;
        if free.is_empty() && missing > 0 {
            self.release_stale(db, by, stage, missing as u64).await?;
            free = tasks::free(db, asked, missing).await?;
        }
        let taken: Vec<Uuid> = free.iter().map(|citation| citation.citation_id).collect();
        let made = free.iter().map(|citation| self.task_row(by.review, citation.citation_id, stage, by.user.id, citation.order_key));
        let made: Vec<TaskRow> = made.collect();
        tasks::add_taken(db, &taken, stage.as_str(), 1).await?;
        Ok(tasks::insert_tasks(db, made).await?)
    }

    async fn release_stale(&self, db: &Db<'_>, by: &Member, stage: Stage, wanted: u64) -> AppResult<()> {
        let before = self.clock.now() - STALE_MS;
        let stale = tasks::stale_tasks(db, by.review, stage.as_str(), by.user.id, before, wanted).await?;
        let mut roots = Vec::new();
        for task in &stale {
            tasks::set_task_state(db, task.id, "withdrawn", None).await?;
            roots.push(self.root(db, by.review, task.citation_id).await?.id);
        }
        self.refresh_stages(db, by.review, &roots).await
    }

    /// Deals every citation that has too few reviewers to a group. Later imports, and what somebody who left had not decided, are
    /// dealt when somebody asks next.
    async fn deal(&self, db: &Db<'_>, by: &Member, stage: Stage, settings: &crate::model::StageSettings) -> AppResult<()> {
        let reviewers: Vec<UserId> = store::reviews::screeners(db, by.review).await?.into_iter().map(UserId).collect();
        let size = settings.reviewers_per_citation as usize;
        let undealt = tasks::undealt(db, by.review, stage.as_str(), size as i64).await?;
        if undealt.is_empty() {
            return Ok(());
        }
        let dealer = screen::assign::Dealer::new(&reviewers, size, settings.seed);
        let mut dealer = match dealer {
            Ok(dealer) => dealer,
            Err(_) if tasks::count_open_tasks(db, asked(by, stage, size)).await? > 0 => return Ok(()), // they go on with what they have
            Err(few) => return Err(AppError::conflict("too_few_reviewers").with(few.wanted)),
        };
        let earlier = self.dealt_groups(db, by.review, stage).await?;
        for group in earlier.values() {
            dealer.dealt(group);
        }
        let decided: Vec<Uuid> = undealt.iter().filter(|citation| citation.taken > 0).map(|citation| citation.citation_id).collect();
        let mut held: HashMap<Uuid, Vec<UserId>> = HashMap::new();
        for (id, root) in screening::merged_into(db, &decided).await?.into_iter().chain(decided.iter().map(|id| (*id, *id))) {
            held.entry(root).or_default().extend(earlier.get(&id).into_iter().flatten());
        }
        let mut tasks = Vec::new();
        for (at, citation) in undealt.iter().enumerate() {
            let mut group = dealer.deal(CitationId(citation.citation_id));
            if let Some(held) = held.get(&citation.citation_id) {
                group.retain(|user| !held.contains(user)); // who has it already; as many as are missing take turns
                let turn = at % group.len().max(1);
                group.rotate_left(turn);
                group.truncate(size - citation.taken as usize);
            }
            tasks::add_taken(db, &[citation.citation_id], stage.as_str(), group.len() as i64).await?;
            for user in group {
                tasks.push(self.task_row(by.review, citation.citation_id, stage, user.0, citation.order_key));
            }
        }
        Ok(tasks::insert_tasks(db, tasks).await?)
    }

    /// A lead names the reviewers of the citations that a list shows; those who have the task already keep it.
    ///
    /// # Errors
    /// `invalid` for somebody who does not screen, and for a pilot round of more or fewer people than the stage wants decisions:
    /// others would see outcomes before they have decided, or none would ever come.
    pub async fn assign(&self, member: &Member, stage: &str, named: Named) -> AppResult<Assigned> {
        member.lead()?;
        let stage = parse_stage(stage)?;
        let screens: Vec<Uuid> = store::reviews::members(&self.db(), member.review)
            .await?
            .into_iter()
            .filter(|row| row.screens)
            .map(|row| row.user_id)
            .collect();
        if named.user_ids.is_empty() || named.user_ids.iter().any(|id| !screens.contains(id)) {
            return Err(AppError::invalid("user_ids", "screeners_only"));
        }
        let mut found: Vec<Uuid> = self.select(member, &named.filter).await?.found.iter().map(|light| light.id).collect();
        if let Some(size) = named.sample {
            let rules = self.rules(member.review).await?;
            let required = rules.at(stage).required();
            if named.user_ids.iter().collect::<HashSet<_>>().len() != required {
                return Err(AppError::invalid("user_ids", "pilot_reviewers").with(required));
            }
            let rows = screening::stages_of(&self.db(), &found).await?;
            let untouched = rows.iter().filter(|row| row.stage == stage.as_str() && row.active && row.taken == 0);
            let drawn = screen::assign::sample(rules.settings(stage).seed, untouched.map(|row| CitationId(row.citation_id)), size);
            found = drawn.into_iter().map(|citation| citation.0).collect();
        }
        let mut assigned = 0;
        for chunk in found.chunks(500) {
            let (app, by, users, chunk) = (self.clone(), member.clone(), named.user_ids.clone(), chunk.to_vec());
            assigned += self
                .store
                .write::<_, AppError, _>(move |db| async move { app.assign_chunk(db, &by, stage, &users, &chunk).await }.boxed())
                .await?;
        }
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(Assigned { citations: found.len(), tasks: assigned })
    }

    async fn assign_chunk(&self, db: &Db<'_>, by: &Member, stage: Stage, users: &[Uuid], citations: &[Uuid]) -> AppResult<usize> {
        let live: HashSet<(Uuid, Uuid)> = tasks::live_tasks(db, citations)
            .await?
            .into_iter()
            .filter(|task| task.stage == stage.as_str())
            .map(|task| (task.citation_id, task.user_id))
            .collect();
        let mut tasks = Vec::new();
        for row in screening::stages_of(db, citations).await?.iter().filter(|row| row.stage == stage.as_str() && row.active) {
            for user in users.iter().filter(|user| !live.contains(&(row.citation_id, **user))) {
                tasks.push(self.task_row(by.review, row.citation_id, stage, *user, row.order_key));
            }
        }
        let made = tasks.len();
        tasks::insert_tasks(db, tasks).await?;
        self.refresh_stages(db, by.review, citations).await?;
        Ok(made)
    }

    async fn dealt_groups(&self, db: &Db<'_>, review: Uuid, stage: Stage) -> AppResult<BTreeMap<Uuid, Vec<UserId>>> {
        let mut groups: BTreeMap<Uuid, Vec<UserId>> = BTreeMap::new();
        for (citation, user) in tasks::task_holders(db, review, stage.as_str()).await? {
            groups.entry(citation).or_default().push(UserId(user));
        }
        Ok(groups)
    }

    fn task_row(&self, review: Uuid, citation: Uuid, stage: Stage, user: Uuid, order_key: i64) -> TaskRow {
        TaskRow {
            id: self.clock.id(),
            review_id: review,
            citation_id: citation,
            stage: stage.as_str().into(),
            user_id: user,
            state: "open".into(),
            order_key,
            created_at: self.clock.now(),
            done_at: None,
        }
    }

    /// Tasks with their citations, in the order given: (task, root citation).
    pub(crate) async fn tasks(&self, member: &Member, ids: &[(Uuid, Uuid)], stage: Stage) -> AppResult<Vec<Task>> {
        let roots: Vec<Uuid> = ids.iter().map(|(_, root)| *root).collect();
        let mut citations: HashMap<Uuid, ScreenCitation> =
            self.screen_citations(&self.db(), member.review, &roots).await?.into_iter().map(|citation| (citation.id, citation)).collect();
        Ok(ids
            .iter()
            .filter_map(|(id, root)| Some(Task { id: *id, stage: stage.as_str().into(), citation: citations.remove(root)? }))
            .collect())
    }

    /// Citations as a screening page shows them, with labels and reports.
    pub(crate) async fn screen_citations(&self, db: &Db<'_>, review: Uuid, ids: &[Uuid]) -> AppResult<Vec<ScreenCitation>> {
        let names = screening::source_names(db, review).await?;
        let families = Families::of(db, ids).await?;
        let mut reports = attached::reports(db, &families).await?;
        let mut labels = attached::labels(db, &families).await?;
        let people = if reports.is_empty() { HashMap::new() } else { self.people(db).await? };
        let mut views = Vec::new();
        for row in screening::citations(db, ids).await? {
            let mut view = screen_citation(&row, &names);
            view.labels = labels.remove(&row.id).unwrap_or_default();
            view.report = reports
                .remove(&row.id)
                .map(|report| report_view(&report, people.get(&report.user_id.unwrap_or_default()).map(|p| p.name.clone())));
            views.push(view);
        }
        let place: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        views.sort_by_key(|view| place.get(&view.id).copied());
        Ok(views)
    }
}

fn asked(member: &Member, stage: Stage, required: usize) -> tasks::Asked<'static> {
    tasks::Asked { review: member.review, stage: stage.as_str(), user: member.user.id, required: required as i64 }
}

pub(crate) fn report_view(row: &ReportRow, by: Option<String>) -> ReportView {
    let url = format!("/api/reviews/{}/citations/{}/report/file", row.review_id, row.citation_id);
    ReportView {
        state: row.state.clone(),
        file: row.file_sha256.as_ref().map(|_| ReportFile {
            name: row.file_name.clone().unwrap_or_default(),
            bytes: row.file_bytes.unwrap_or(0),
            url,
        }),
        link: row.link.clone(),
        reason: row.reason.clone(),
        note: row.note.clone(),
        at: time(row.at),
        by,
    }
}
