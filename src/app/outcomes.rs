//! What is derived of a citation's way through the stages, computed anew from decisions, resolutions and reports.
//! The one rule: a rebuild of everything gives the same rows as the changes one by one did.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::rules::ReviewRules;
use super::{App, AppError, AppResult};
use crate::model::{
    Answer, CitationId, CriterionId, Decision, DecisionId, Order, Outcome, ReasonId, Resolution, ResolutionId, Stage, UserId, Verdict,
};
use crate::store::attached::{self, Families};
use crate::store::{self, CitationRow, CitationStageRow, Db, DecisionRow, ReportRow, ResolutionRow, screening, tasks};
use crate::{rank, screen};

/// Everything that is known about some citations' way through the stages, by root.
#[derive(Default)]
struct Known {
    roots: Vec<CitationRow>,
    decisions: HashMap<(Uuid, Stage), Vec<DecisionRow>>,
    resolutions: HashMap<(Uuid, Stage), ResolutionRow>,
    /// Reviewers with a live task.
    holders: HashMap<(Uuid, Stage), HashSet<Uuid>>,
    rows: HashMap<(Uuid, Stage), CitationStageRow>,
    /// Withdrawn before screening.
    removed: HashSet<Uuid>,
    reports: HashMap<Uuid, ReportRow>,
}

impl App {
    /// Brings `citation_stages` and `reports` of these citations up to date with the truth. Ids that are merged into
    /// another citation are taken off their stages.
    pub(crate) async fn refresh_stages(&self, db: &Db<'_>, review: Uuid, citations: &[Uuid]) -> AppResult<()> {
        let rules = self.rules(review).await?;
        for chunk in citations.chunks(500) {
            let known = self.know(db, chunk).await?;
            let mut changed = Vec::new();
            for root in &known.roots {
                for row in self.stage_rows(&rules, &known, root) {
                    if known.rows.get(&(root.id, parse_stage(&row.stage)?)) != Some(&row) {
                        changed.push(row);
                    }
                }
                if is_included(&changed, &known, root.id) && !known.reports.contains_key(&root.id) {
                    attached::put_report(db, sought(root, self.clock.now())).await?;
                }
            }
            match changed.as_slice() {
                [row] if known.rows.contains_key(&(row.citation_id, parse_stage(&row.stage)?)) => screening::update_stage(db, row).await?,
                _ => screening::put_stages(db, changed).await?,
            }
        }
        Ok(())
    }

    /// The same for the path that every decision takes, with what that path knows already: the row as it stands and the
    /// decisions that are live now. Who holds a task has not changed by answering it.
    pub(crate) async fn refresh_decided(
        &self,
        db: &Db<'_>,
        review: Uuid,
        row: CitationStageRow,
        live_rows: &[DecisionRow],
    ) -> AppResult<()> {
        let rules = self.rules(review).await?;
        let stage = parse_stage(&row.stage)?;
        let latest = screening::last_resolution_at(db, row.citation_id, &row.stage).await?;
        let decisions = live(live_rows);
        let (outcome, reason_id) =
            outcome_columns(screen::outcome(&rules.at(stage), &decisions, latest.as_ref().and_then(resolution).as_ref()));
        let reaches_on = stage == Stage::TitleAbstract && (row.outcome == "included") != (outcome == "included");
        if reaches_on {
            return self.refresh_stages(db, review, &[row.citation_id]).await;
        }
        let (decided, elsewhere) = (decisions.len() as i64, made_elsewhere(live_rows, &decisions));
        let row = CitationStageRow { outcome: outcome.into(), reason_id, decided, elsewhere, ..row };
        Ok(screening::update_stage(db, &row).await?)
    }

    /// What the rows of these citations should be, whatever is stored.
    pub(crate) async fn derived_stages(&self, db: &Db<'_>, review: Uuid, citations: &[Uuid]) -> AppResult<Vec<CitationStageRow>> {
        let rules = self.rules(review).await?;
        let known = self.know(db, citations).await?;
        Ok(known.roots.iter().flat_map(|root| self.stage_rows(&rules, &known, root)).collect())
    }

    async fn know(&self, db: &Db<'_>, citations: &[Uuid]) -> AppResult<Known> {
        let mut known = Known { roots: screening::citations(db, citations).await?, ..Known::default() };
        let families = Families::of(db, citations).await?;
        let all = families.ids();
        for row in screening::live_decisions(db, &all).await? {
            known.decisions.entry((families.root(row.citation_id), parse_stage(&row.stage)?)).or_default().push(row);
        }
        if !known.decisions.is_empty() {
            for row in screening::resolutions_on(db, &all).await? {
                known.resolutions.insert((families.root(row.citation_id), parse_stage(&row.stage)?), row); // oldest first: the latest stays
            }
        }
        for row in tasks::live_tasks(db, &all).await? {
            known.holders.entry((families.root(row.citation_id), parse_stage(&row.stage)?)).or_default().insert(row.user_id);
        }
        for row in screening::stages_of(db, citations).await? {
            known.rows.insert((row.citation_id, parse_stage(&row.stage)?), row);
        }
        known.removed = attached::removed(db, &families).await?.into_keys().collect();
        known.reports = attached::reports(db, &families).await?;
        Ok(known)
    }

    /// The rows of a citation: title/abstract always, full text once it was reached.
    fn stage_rows(&self, rules: &ReviewRules, known: &Known, root: &CitationRow) -> Vec<CitationStageRow> {
        let lives = root.active && root.merged_into.is_none() && !known.removed.contains(&root.id);
        let first = stage_row(rules, known, root, Stage::TitleAbstract, lives, true);
        let reached = first.active && first.outcome == "included";
        let ready = known.reports.get(&root.id).is_some_and(|report| report.state == "retrieved");
        let mut rows = vec![first];
        if reached || known.rows.contains_key(&(root.id, Stage::FullText)) {
            rows.push(stage_row(rules, known, root, Stage::FullText, reached, ready));
        }
        rows
    }
}

fn stage_row(rules: &ReviewRules, known: &Known, root: &CitationRow, stage: Stage, active: bool, ready: bool) -> CitationStageRow {
    let key = (root.id, stage);
    let rows = known.decisions.get(&key).map_or(&[][..], Vec::as_slice);
    let decisions = live(rows);
    let resolution = known.resolutions.get(&key).and_then(resolution);
    let outcome = screen::outcome(&rules.at(stage), &decisions, resolution.as_ref());
    let (outcome, reason_id) = outcome_columns(outcome);
    let decided = decisions.len() as i64;
    let deciders: HashSet<Uuid> = decisions.iter().map(|decision| decision.reviewer.0).collect();
    let taken = known.holders.get(&key).map_or(decided, |holders| holders.union(&deciders).count() as i64);
    let order_key = known.rows.get(&key).map_or_else(|| order_key(rules, stage, root), |row| row.order_key);
    CitationStageRow {
        citation_id: root.id,
        stage: stage.as_str().into(),
        review_id: root.review_id,
        active,
        ready,
        outcome: outcome.into(),
        reason_id,
        taken,
        decided,
        elsewhere: made_elsewhere(rows, &decisions),
        order_key,
    }
}

/// A citation's number, by which equally relevant ones are ordered, fits into so many bits.
const NUMBER_BITS: u32 = 40;

/// Where the citation stands in the stage's order.
pub(crate) fn order_key(rules: &ReviewRules, stage: Stage, root: &CitationRow) -> i64 {
    let settings = rules.settings(stage);
    match settings.order {
        Order::Import => root.number,
        Order::Relevance => {
            let behind = rank::MAX_SCORE - rank::by_terms(&super::shown::Stored::of(root).record, rules.terms());
            (behind << NUMBER_BITS) + root.number
        }
        Order::Random => (screen::assign::shuffle_key(settings.seed, CitationId(root.id)) >> 1) as i64,
    }
}

fn is_included(changed: &[CitationStageRow], known: &Known, root: Uuid) -> bool {
    let new = changed.iter().find(|row| row.citation_id == root && row.stage == Stage::TitleAbstract.as_str());
    let row = new.or_else(|| known.rows.get(&(root, Stage::TitleAbstract)));
    row.is_some_and(|row| row.active && row.outcome == "included")
}

fn sought(root: &CitationRow, now: i64) -> ReportRow {
    ReportRow {
        citation_id: root.id,
        review_id: root.review_id,
        state: "sought".into(),
        file_sha256: None,
        file_name: None,
        file_bytes: None,
        link: None,
        reason: String::new(),
        note: String::new(),
        user_id: None,
        at: now,
    }
}

/// The latest decision of each reviewer, from live rows (of a citation and those merged into it).
pub(crate) fn live(rows: &[DecisionRow]) -> Vec<Decision> {
    let mut rows: Vec<&DecisionRow> = rows.iter().collect();
    rows.sort_by_key(|row| row.order());
    screen::live(rows.into_iter().filter_map(decision))
}

/// Of the decisions that count: how many were made elsewhere.
fn made_elsewhere(rows: &[DecisionRow], live: &[Decision]) -> i64 {
    let elsewhere = rows.iter().filter(|row| row.elsewhere_id.is_some() && live.iter().any(|decision| decision.id.0 == row.id));
    elsewhere.count() as i64
}

pub(crate) fn decision(row: &DecisionRow) -> Option<Decision> {
    Some(Decision {
        id: DecisionId(row.id),
        reviewer: UserId(row.user_id),
        verdict: parse_verdict(&row.verdict).ok()?,
        answers: answers(&row.answers),
        reason: row.reason_id.map(ReasonId),
        note: row.note.clone(),
    })
}

pub(crate) fn answers(text: &str) -> std::collections::BTreeMap<CriterionId, Answer> {
    serde_json::from_str(text).unwrap_or_default()
}

/// `None` for a reopened conflict.
pub(crate) fn resolution(row: &ResolutionRow) -> Option<Resolution> {
    let verdict = parse_verdict(row.verdict.as_deref()?).ok()?;
    Some(Resolution { id: ResolutionId(row.id), verdict, reason: row.reason_id.map(ReasonId) })
}

pub(crate) fn outcome_columns(outcome: Outcome) -> (&'static str, Option<Uuid>) {
    match outcome {
        Outcome::Pending => ("pending", None),
        Outcome::InConflict => ("in_conflict", None),
        Outcome::Included => ("included", None),
        Outcome::Excluded(reason) => ("excluded", reason.map(|reason| reason.0)),
    }
}

pub(crate) fn outcome_of(row: &CitationStageRow) -> Outcome {
    match row.outcome.as_str() {
        "in_conflict" => Outcome::InConflict,
        "included" => Outcome::Included,
        "excluded" => Outcome::Excluded(row.reason_id.map(ReasonId)),
        _ => Outcome::Pending,
    }
}

pub(crate) fn parse_stage(text: &str) -> AppResult<Stage> {
    Stage::parse(text).ok_or_else(|| AppError::invalid("stage", "not_one_of").with("title_abstract, full_text"))
}

pub(crate) fn parse_verdict(text: &str) -> AppResult<Verdict> {
    match text {
        "include" => Ok(Verdict::Include),
        "exclude" => Ok(Verdict::Exclude),
        "maybe" => Ok(Verdict::Maybe),
        _ => Err(AppError::invalid("verdict", "not_one_of").with("include, exclude, maybe")),
    }
}

pub(crate) fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Include => "include",
        Verdict::Exclude => "exclude",
        Verdict::Maybe => "maybe",
    }
}

impl App {
    /// The root of a citation: the one it was merged into, or itself.
    pub(crate) async fn root(&self, db: &Db<'_>, review: Uuid, citation: Uuid) -> AppResult<CitationRow> {
        let row = screening::citation(db, review, citation).await?.ok_or(AppError::not_found("citation"))?;
        match row.merged_into {
            Some(root) => store::screening::citation(db, review, root).await?.ok_or(AppError::not_found("citation")),
            None => Ok(row),
        }
    }

    /// The root and all citations merged into it.
    pub(crate) async fn family(&self, db: &Db<'_>, root: Uuid) -> AppResult<Vec<Uuid>> {
        let merged = screening::merged_into(db, &[root]).await?;
        Ok(std::iter::once(root).chain(merged.into_iter().map(|(id, _)| id)).collect())
    }
}
