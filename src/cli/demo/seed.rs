//! The demonstration's story: the lead sets the review up and imports, twelve reviewers screen for three weeks, some of it
//! is in conflict, some at full text. Time is told by a clock that this story moves; chance comes from the plan's seed alone.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use super::plan::{self, Gold, Person, Plan};
use crate::app::accounts::NewUser;
use crate::app::conflicts::{Conflict, ConflictQuery, NewResolution};
use crate::app::decisions::NewDecision;
use crate::app::dedup::DedupOptions;
use crate::app::imports::NewImport;
use crate::app::members::NewMember;
use crate::app::reports::{NotRetrieved, ReportQuery};
use crate::app::review_lists::{Criterion, Reason, Term};
use crate::app::reviews::{NewReview, ReviewPatch};
use crate::app::sources::{SearchInput, SourceInput};
use crate::app::tasks::{NextQuery, Task};
use crate::app::uploads::ReadChoice;
use crate::app::{App, Member, time};
use crate::clock::Clock;
use crate::jobs;
use crate::store;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// The story begins this long before now.
const STORY_MS: i64 = 21 * DAY_MS;

/// The people and things of the story.
struct Story<'a> {
    app: App,
    clock: Clock,
    plan: &'a Plan,
    lead: Member,
    reviewers: Vec<Member>,
    criteria: HashMap<String, Uuid>,
    reasons: HashMap<String, Uuid>,
    /// What a careful reviewer would make of each citation.
    gold: HashMap<Uuid, Gold>,
    chance: StdRng,
    /// How far one decision moves the clock.
    pace: i64,
}

/// Makes the whole of it. The clock of `app` tells when the story ends.
pub async fn seed(app: &App, plan: &Plan, password: &str) -> Result<()> {
    let clock = Clock::fixed(app.clock.now() - STORY_MS, plan.start.seed);
    let told = app.with_clock(clock.clone());
    let worker = jobs::start(told.clone());
    let mut story = begin(told, clock, plan, password).await?;
    story.import().await?;
    story.screen().await?;
    story.full_texts().await?;
    worker.stop().await;
    Ok(())
}

/// Both forms of a name, for readers of either.
pub fn name(person: &Person) -> String {
    format!("{} ({})", person.name.ja, person.name.en)
}

async fn begin<'a>(app: App, clock: Clock, plan: &'a Plan, password: &str) -> Result<Story<'a>> {
    let user = |person: &Person, is_admin: bool| NewUser {
        login: person.login.clone(),
        name: name(person),
        password: password.into(),
        is_admin,
        locale: Some("ja".into()),
    };
    let lead = app.create_user(user(&plan.lead, true)).await?;
    let new = NewReview {
        title: plan.review.title.clone(),
        question: plan.review.question.clone(),
        protocol_doi: Some(plan.review.protocol_doi.clone()),
        p_label: Some("patient".into()),
        template: Some("empty".into()),
    };
    let review = app.create_review(&lead, new).await?;
    let lead = app.member(&lead, review).await?;
    let patch = ReviewPatch { notice: Some(plan.review.notice.clone()), ..ReviewPatch::default() };
    app.change_review(&lead, patch).await?;
    app.mark_as_demo(review).await?;
    let mut reviewers = Vec::new();
    for person in &plan.reviewer {
        let reviewer = app.create_user(user(person, false)).await?;
        app.add_member(&lead, NewMember { user_id: reviewer.id, role: "reviewer".into(), screens: None }).await?;
        reviewers.push(app.member(&reviewer, review).await?);
    }
    let mut story = Story {
        app,
        clock,
        plan,
        lead,
        reviewers,
        criteria: HashMap::new(),
        reasons: HashMap::new(),
        gold: HashMap::new(),
        chance: StdRng::seed_from_u64(plan.start.seed),
        pace: 1,
    };
    story.set_lists().await?;
    Ok(story)
}

impl Story<'_> {
    /// Criteria, reasons and highlight terms.
    async fn set_lists(&mut self) -> Result<()> {
        let criterion = |plan: &plan::CriterionPlan| Criterion {
            id: None,
            key: plan.key.clone(),
            kind: plan.kind.clone(),
            label: plan.label.clone(),
            includes: plan.includes.clone(),
            excludes: plan.excludes.clone(),
            version: 0,
            position: 0,
        };
        let criteria = self.app.set_criteria(&self.lead, self.plan.criterion.iter().map(criterion).collect::<Vec<_>>().into()).await?;
        self.criteria = criteria.into_iter().filter_map(|criterion| Some((criterion.key, criterion.id?))).collect();
        let reason = |plan: &plan::ReasonPlan| Reason {
            id: None,
            label: plan.label.clone(),
            criterion_id: plan.criterion.as_ref().and_then(|key| self.criteria.get(key)).copied(),
            stages: Vec::new(),
            position: 0,
            active: true,
        };
        let reasons = self.app.set_reasons(&self.lead, self.plan.reason.iter().map(reason).collect::<Vec<_>>().into()).await?;
        let keys = self.plan.reason.iter().map(|reason| reason.key.clone());
        self.reasons = keys.zip(reasons).filter_map(|(key, reason)| Some((key, reason.id?))).collect();
        let mut terms = Vec::new();
        for group in &self.plan.terms {
            for text in group.ja.iter().chain(&group.en) {
                let whole_word_upper = text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_uppercase());
                terms.push(Term { id: None, text: text.clone(), variants: Vec::new(), group: group.group.clone(), whole_word_upper });
            }
        }
        self.app.set_terms(&self.lead, terms.into()).await?;
        Ok(())
    }

    /// The searches and their files; then the duplicates.
    async fn import(&mut self) -> Result<()> {
        for source in &self.plan.source {
            let name = if source.database.is_empty() { source.name.ja.clone() } else { source.database.clone() };
            let input = SourceInput { name: Some(name), platform: Some(source.platform.clone()), kind: Some(source.kind.clone()) };
            let id = self.app.add_source(&self.lead, input).await?.id;
            for search in &source.search {
                let input = SearchInput {
                    strategy: Some(search.strategy.trim().to_string()),
                    searched_on: Some(search.date.clone()),
                    limits: Some(search.limits.get("ja").to_string()),
                    hits: Some(search.hits),
                };
                let search_id = self.app.add_search(&self.lead, id, input).await?.id;
                for file in &search.files {
                    self.upload(search_id, file).await?;
                }
            }
        }
        self.wait().await?;
        self.clock.advance(DAY_MS);
        self.app.start_dedup(&self.lead, DedupOptions::default()).await?;
        self.wait().await?;
        self.read_gold().await
    }

    async fn upload(&self, search_id: Uuid, file: &str) -> Result<()> {
        let path = self.app.blobs.incoming(file).await?;
        tokio::fs::write(&path, plan::file(file)?).await?;
        let upload = self.app.upload(&self.lead, file, &path, ReadChoice::default()).await?;
        let new = NewImport { search_id, sha256: upload.sha256, file_name: file.into(), ..NewImport::default() };
        self.app.start_import(&self.lead, new).await?;
        self.clock.advance(60_000);
        Ok(())
    }

    /// Until no job is left.
    async fn wait(&self) -> Result<()> {
        loop {
            let jobs = self.app.jobs(&self.lead).await?;
            if let Some(failed) = jobs.iter().find(|job| job.state == "failed") {
                bail!("{}: {}", failed.kind, failed.error.clone().unwrap_or_default());
            }
            if jobs.iter().all(|job| job.state == "done") {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Which gold line belongs to which citation.
    async fn read_gold(&mut self) -> Result<()> {
        let gold = plan::gold()?;
        let files: HashMap<Uuid, String> =
            self.app.imports(&self.lead).await?.into_iter().map(|import| (import.id, import.file_name)).collect();
        for place in store::facts::record_places(&self.app.db(), self.lead.review).await? {
            let Some(file) = files.get(&place.import_id) else { continue };
            if let Some(line) = gold.get(&(file.clone(), u32::try_from(place.n).unwrap_or(0))) {
                self.gold.entry(place.citation_id).or_insert_with(|| line.clone());
            }
        }
        Ok(())
    }

    /// Title/abstract: most are settled, some have one decision, some stay in conflict.
    async fn screen(&mut self) -> Result<()> {
        let start = &self.plan.start;
        let total = store::screening::live_citations(&self.app.db(), self.lead.review).await?.len() as f64;
        let settled = (total * start.title_abstract_settled) as usize;
        let single = (total * start.title_abstract_one_decision) as usize;
        self.pace = 14 * DAY_MS / (settled as i64 * 2 + single as i64).max(1);
        for turn in 0..settled * 2 {
            let who = (turn / 2 * 5 + turn % 2 * 7 + turn / 24) % self.reviewers.len();
            self.decide_next(who, "title_abstract").await?;
        }
        for turn in 0..single {
            self.decide_next(turn % 3, "title_abstract").await?;
        }
        let keep = (settled as f64 * start.title_abstract_conflicts) as usize;
        self.settle_conflicts("title_abstract", keep).await
    }

    /// Full texts: some are not to be had, most are there, about half of those are decided.
    async fn full_texts(&mut self) -> Result<()> {
        let query = ReportQuery { limit: Some(200), ..ReportQuery::default() };
        let reports = self.app.reports(&self.lead, query).await?.items;
        let missing = self.plan.start.full_text_not_retrieved;
        let waiting = reports.len() / 6;
        let mut there = 0;
        for (at, report) in reports.iter().enumerate() {
            self.clock.advance(20 * 60_000);
            let citation = report.citation.id;
            if at % (reports.len() / missing.max(1)).max(1) == 1 && at / (reports.len() / missing.max(1)).max(1) < missing {
                let reasons = &self.plan.not_retrieved_reason;
                let reason = reasons[at % reasons.len()].label.ja.clone();
                self.app.report_not_retrieved(&self.lead, citation, NotRetrieved { reason, note: String::new() }).await?;
            } else if at + waiting < reports.len() {
                let name = format!("{}.pdf", report.citation.number);
                let path = self.app.blobs.incoming(&name).await?;
                tokio::fs::write(&path, stand_in(report.citation.number)).await?;
                self.app.put_report_file(&self.lead, citation, &name, &path).await?;
                there += 1;
            }
        }
        let settled = (f64::from(there) * self.plan.start.full_text_settled) as usize;
        self.pace = DAY_MS / 20;
        for turn in 0..settled * 2 {
            let who = (turn / 2 + turn % 2 * 6) % self.reviewers.len();
            self.decide_next(who, "full_text").await?;
        }
        self.settle_conflicts("full_text", self.plan.start.full_text_conflicts).await
    }

    /// A reviewer takes the next citation and decides, as their gold line and chance will have it.
    async fn decide_next(&mut self, who: usize, stage: &str) -> Result<()> {
        self.clock.advance(self.pace);
        let query = NextQuery { limit: Some(1), exclude: None };
        let next = self.app.next_tasks(&self.reviewers[who], stage, query).await?;
        let Some(task) = next.tasks.into_iter().next() else { return Ok(()) };
        let new = self.decision(&task)?;
        self.app.decide(&self.reviewers[who], new).await?;
        Ok(())
    }

    fn decision(&mut self, task: &Task) -> Result<NewDecision> {
        let gold = self.gold.get(&task.citation.id).cloned();
        let full_text = task.stage == "full_text";
        let (grade, criterion) = match &gold {
            Some(gold) if full_text => (gold.full_text.clone(), gold.full_text_reason.clone()),
            Some(gold) => (gold.gold.clone(), gold.criterion.clone()),
            None => ("exclude".to_string(), String::new()),
        };
        let grade = if grade.is_empty() { "exclude".to_string() } else { grade };
        let chances = self.plan.start.decide.get(&grade).context("a grade without chances in demo/review.toml")?;
        let draw: f64 = self.chance.random();
        let verdict = match draw {
            draw if draw < chances.p_include => "include",
            draw if draw < chances.p_include + chances.p_maybe && !full_text => "maybe",
            _ => "exclude",
        };
        let reason_id = (verdict == "exclude").then(|| self.reason(&criterion)).flatten();
        let answers = if verdict == "include" {
            self.criteria.values().map(|id| (*id, "met".to_string())).collect()
        } else {
            self.criteria
                .get(&criterion)
                .map(|id| (*id, if verdict == "maybe" { "unclear" } else { "not_met" }.to_string()))
                .into_iter()
                .collect()
        };
        let answers = if self.chance.random_bool(0.35) { answers } else { Default::default() };
        let note = if self.chance.random_bool(self.plan.start.note_share) { self.note(task) } else { String::new() };
        Ok(NewDecision {
            id: self.app.clock.id(),
            task_id: task.id,
            verdict: verdict.into(),
            answers,
            reason_id,
            note,
            decided_at: time(self.clock.now()),
        })
    }

    /// The reason for the criterion that fails; sometimes another one.
    fn reason(&mut self, criterion: &str) -> Option<Uuid> {
        let keys: Vec<&String> = self.plan.reason.iter().map(|reason| &reason.key).collect();
        let other = self.chance.random_bool(self.plan.start.p_other_reason);
        let key =
            if other || !self.reasons.contains_key(criterion) { keys[self.chance.random_range(0..keys.len())].as_str() } else { criterion };
        self.reasons.get(key).copied()
    }

    fn note(&mut self, task: &Task) -> String {
        let notes = &self.plan.start.notes;
        let japanese = task.citation.language.as_deref() == Some("ja");
        let list = if japanese { &notes.ja } else { &notes.en };
        list[self.chance.random_range(0..list.len())].clone()
    }

    /// The lead settles the conflicts of a stage but for the last `keep`.
    async fn settle_conflicts(&mut self, stage: &str, keep: usize) -> Result<()> {
        let query = ConflictQuery { limit: Some(200), ..ConflictQuery::default() };
        let open = self.app.conflicts(&self.lead, stage, query).await?.items;
        let settle = open.len().saturating_sub(keep);
        for conflict in open.into_iter().take(settle) {
            self.clock.advance(10 * 60_000);
            let new = self.resolution(&conflict, stage);
            self.app.resolve(&self.lead, conflict.citation.id, stage, new).await?;
        }
        Ok(())
    }

    fn resolution(&mut self, conflict: &Conflict, stage: &str) -> NewResolution {
        let gold = self.gold.get(&conflict.citation.id);
        let include = gold.is_some_and(|gold| if stage == "full_text" { gold.full_text == "include" } else { gold.gold != "exclude" });
        let named = conflict.decisions.iter().find_map(|decision| decision.reason_id);
        let notes = &self.plan.start.resolution_notes.ja;
        let note = notes[if include { 0 } else { 1 + self.chance.random_range(0..notes.len() - 1) }].clone();
        let reason_id = (!include).then(|| named.or_else(|| self.reasons.values().min().copied())).flatten();
        NewResolution { verdict: if include { "include" } else { "exclude" }.into(), reason_id, note }
    }
}

/// A one-page PDF that says what it stands for.
fn stand_in(number: i64) -> Vec<u8> {
    let lines = [
        "Erabi demonstration",
        &format!("This page stands for the full text of citation {number}."),
        "The record is invented; there is no paper.",
    ];
    let text: String = lines
        .iter()
        .enumerate()
        .map(|(at, line)| format!("BT /F1 {} Tf 72 {} Td ({line}) Tj ET\n", if at == 0 { 20 } else { 12 }, 720 - at * 30))
        .collect();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_string(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_string(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let table = pdf.len();
    pdf += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        pdf += &format!("{place:010} 00000 n \n");
    }
    pdf += &format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    pdf.into_bytes()
}
