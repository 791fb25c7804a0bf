//! Progress and agreement. Numbers of work done are for everybody; what was decided is for leads, and settled outcomes for all.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::members::Person;
use super::outcomes::{parse_stage, parse_verdict};
use super::{App, AppResult, Member};
use crate::model::{CitationId, Role, Stage, UserId};
use crate::screen::agreement::{Judgement, Pair, Scale, pairs, whole};
use crate::store::{self, screening};

/// Days begin in Japan, where the users are.
const JST_MS: i64 = 9 * 3600 * 1000;
const DAY_MS: i64 = 24 * 3600 * 1000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Progress {
    pub stages: Vec<StageProgress>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageProgress {
    pub stage: String,
    /// Citations at the stage.
    pub total: u64,
    pub settled: u64,
    /// Under way; for anybody but leads conflicts are among them.
    pub pending: u64,
    /// Leads only.
    pub in_conflict: Option<u64>,
    pub included: u64,
    pub excluded: u64,
    /// At full text: those whose report is not there yet.
    pub awaiting_report: u64,
    pub decisions_needed: u64,
    pub decisions_made: u64,
    /// Of `decisions_made`: in another tool.
    pub decisions_elsewhere: u64,
    pub reviewers: Vec<ReviewerProgress>,
    pub per_day: Vec<DayCount>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewerProgress {
    pub user: Person,
    pub done: i64,
    /// Of `done`: made in another tool.
    pub elsewhere: i64,
    pub open: i64,
    pub today: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayCount {
    /// `2026-11-21`, in Japan's time.
    pub day: String,
    pub n: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Agreement {
    pub pairs: Vec<PairAgreement>,
    /// Over all reviewers.
    pub citations: usize,
    pub percent: Option<f64>,
    pub fleiss: Option<f64>,
    /// The verdicts that the tables tell apart, in their order.
    pub categories: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PairAgreement {
    pub a: Person,
    pub b: Person,
    pub n: u32,
    pub percent: Option<f64>,
    pub kappa: Option<f64>,
    pub kappa_low: Option<f64>,
    pub kappa_high: Option<f64>,
    pub pabak: Option<f64>,
    pub ac1: Option<f64>,
    pub table: Vec<Vec<u32>>,
}

impl App {
    pub async fn progress(&self, member: &Member) -> AppResult<Progress> {
        let now = self.at_one_moment().await?;
        let mut stages = Vec::new();
        for stage in Stage::ALL {
            stages.push(now.stage_progress(member, stage).await?);
        }
        Ok(Progress { stages })
    }

    async fn stage_progress(&self, member: &Member, stage: Stage) -> AppResult<StageProgress> {
        let db = self.db();
        let rules = self.rules(member.review).await?;
        let required = rules.at(stage).required() as u64;
        let rows: Vec<_> =
            screening::stages_of_review(&db, member.review).await?.into_iter().filter(|row| row.stage == stage.as_str()).collect();
        let number = |outcome: &str| rows.iter().filter(|row| row.outcome == outcome).count() as u64;
        let (pending, in_conflict) = (number("pending"), number("in_conflict"));
        let now = self.clock.now();
        let today = (now + JST_MS).div_euclid(DAY_MS) * DAY_MS - JST_MS;
        let per_day = store::facts::per_day(&db, member.review, stage.as_str(), JST_MS).await?;
        Ok(StageProgress {
            stage: stage.as_str().into(),
            total: rows.len() as u64,
            settled: rows.len() as u64 - pending - in_conflict,
            pending: if member.is_lead() { pending } else { pending + in_conflict },
            in_conflict: member.is_lead().then_some(in_conflict),
            included: number("included"),
            excluded: number("excluded"),
            awaiting_report: rows.iter().filter(|row| !row.ready).count() as u64,
            decisions_needed: rows.iter().map(|row| required.max(row.decided as u64)).sum(),
            decisions_made: rows.iter().map(|row| row.decided as u64).sum(),
            decisions_elsewhere: rows.iter().map(|row| row.elsewhere as u64).sum(),
            reviewers: self.reviewers_progress(member, stage, today).await?,
            per_day: per_day.into_iter().map(|row| DayCount { day: super::time(row.day * DAY_MS)[..10].to_string(), n: row.n }).collect(),
        })
    }

    async fn reviewers_progress(&self, member: &Member, stage: Stage, today: i64) -> AppResult<Vec<ReviewerProgress>> {
        let db = self.db();
        let mut done: HashMap<Uuid, store::facts::Done> = store::facts::done_by_reviewer(&db, member.review, stage.as_str(), today)
            .await?
            .into_iter()
            .map(|row| (row.user_id, row))
            .collect();
        let mut reviewers = Vec::new();
        for row in store::reviews::members(&db, member.review).await? {
            let counts = done.remove(&row.user_id);
            if !row.screens && counts.is_none() {
                continue;
            }
            let asked = Member { user: member.user.clone(), review: member.review, role: Role::Reviewer, screens: true };
            let open = if row.screens { self.remaining_for(&asked, row.user_id, stage).await? } else { 0 };
            reviewers.push(ReviewerProgress {
                user: Person { id: row.user_id, login: row.login, name: row.name },
                done: counts.as_ref().map_or(0, |row| row.done),
                elsewhere: counts.as_ref().map_or(0, |row| row.elsewhere),
                open,
                today: counts.map_or(0, |row| row.today),
            });
        }
        // Who left the review: what they decided counts on.
        let mut people = if done.is_empty() { HashMap::new() } else { self.people(&db).await? };
        let left = done.into_values().filter_map(|row| Some((people.remove(&row.user_id)?, row)));
        let mut left: Vec<ReviewerProgress> = left
            .map(|(user, row)| ReviewerProgress { user, done: row.done, elsewhere: row.elsewhere, open: 0, today: row.today })
            .collect();
        left.sort_by(|a, b| a.user.login.cmp(&b.user.login));
        reviewers.extend(left);
        Ok(reviewers)
    }

    async fn remaining_for(&self, member: &Member, user: Uuid, stage: Stage) -> AppResult<i64> {
        let mut member = member.clone();
        member.user.id = user;
        self.remaining(&member, stage).await
    }

    /// How well reviewers agree on what they decided independently: each one's first decision on a citation.
    pub async fn agreement(&self, member: &Member, stage: &str) -> AppResult<Agreement> {
        member.lead()?;
        let stage = parse_stage(stage)?;
        let scale = Scale::of(self.rules(member.review).await?.settings(stage).maybe);
        let db = self.db();
        let judgements = self.first_judgements(member.review, stage).await?;
        let people = self.people(&db).await?;
        let all = whole(scale, &judgements);
        let views = pairs(scale, &judgements).into_iter().filter_map(|pair| pair_view(pair, &people));
        Ok(Agreement {
            pairs: views.collect(),
            citations: all.table.len(),
            percent: all.percent,
            fleiss: all.fleiss_kappa,
            categories: scale.categories().iter().map(|verdict| super::outcomes::verdict_text(*verdict).to_string()).collect(),
        })
    }

    /// The first decision of each reviewer on each citation, before any conflict on it was settled. Of decisions made elsewhere
    /// nobody knows whether they were made independently: they are not among them.
    async fn first_judgements(&self, review: Uuid, stage: Stage) -> AppResult<Vec<Judgement>> {
        let db = self.db();
        let mut seen: HashMap<(Uuid, Uuid), Judgement> = HashMap::new();
        let mut rows = screening::decisions_of_stage(&db, review, stage.as_str()).await?;
        rows.sort_by_key(store::DecisionRow::order);
        for row in rows {
            if row.state == "taken_back" {
                continue;
            }
            let verdict = parse_verdict(&row.verdict)?;
            let judgement = Judgement { citation: CitationId(row.citation_id), reviewer: UserId(row.user_id), verdict };
            seen.entry((row.citation_id, row.user_id)).or_insert(judgement);
        }
        let mut judgements: Vec<Judgement> = seen.into_values().collect();
        judgements.sort_by_key(|judgement| (judgement.citation, judgement.reviewer));
        Ok(judgements)
    }
}

/// What rounding leaves of an interval that has no width.
const NO_WIDTH: f64 = 1e-9;

fn pair_view(pair: Pair, people: &HashMap<Uuid, Person>) -> Option<PairAgreement> {
    let kappa = pair.table.kappa();
    // Where one of the two always said the same the formula gives an interval without width: nothing is known, not all.
    let interval = kappa.as_ref().filter(|kappa| kappa.high - kappa.low > NO_WIDTH);
    Some(PairAgreement {
        a: people.get(&pair.a.0)?.clone(),
        b: people.get(&pair.b.0)?.clone(),
        n: pair.table.n(),
        percent: pair.table.percent(),
        kappa: kappa.as_ref().map(|kappa| kappa.value),
        kappa_low: interval.map(|kappa| kappa.low),
        kappa_high: interval.map(|kappa| kappa.high),
        pabak: pair.table.pabak(),
        ac1: pair.table.ac1(),
        table: pair.table.cells,
    })
}
