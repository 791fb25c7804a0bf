//! Duplicates: the engine's statements written down, the groups that follow, and what persons say about pairs.
//! One rule: nothing is merged or split but by a statement that stands in `links` and can be taken back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dedup_figures::{SourcePair, SourceSplit};
use super::jobs::{Job, Progress, Started};
use super::pairs::PairKey;
use super::regroup::verdict_text;
use super::reviews::{level_text, parse_level};
use super::{App, AppError, AppResult, Member, jobs};
use crate::dedup::{self, Options};
use crate::model::{Evidence, PairVerdict, Record, ScoredPair};
use crate::store;
use crate::store::links::{NewLink, Said};

/// Statements that one transaction writes.
const BATCH: usize = 500;
/// A rule's statement is written again when its score moved by more than this (log-odds) while the verdict stayed.
const SCORE_MOVED: f64 = 1.0;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DedupState {
    pub last_job: Option<Job>,
    /// Records came or went since the last run, or the run was taken back.
    pub stale: bool,
    /// The last run was taken back.
    pub undone: bool,
    pub records: i64,
    pub citations: i64,
    /// `records − citations`: PRISMA's duplicates removed.
    pub merged: i64,
    /// Questions for a person.
    pub to_review: usize,
    /// Pairs about the same work that are not the same publication.
    pub related: usize,
    pub by_source: Vec<SourceSplit>,
    /// Merged records by the two sources that share them; a source beside itself holds duplicates of its own.
    pub by_pair: Vec<SourcePair>,
    pub level: String,
    /// The run that can be taken back: the last of which anything stands.
    pub last_run: Option<Uuid>,
    /// The version of the rules now; the last run's stands in its result.
    pub rule_version: i64,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DedupOptions {
    /// `cautious`, `balanced` or `thorough`; none: the review's.
    pub level: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct RunRef {
    pub job_id: Uuid,
}

impl App {
    /// Starts a run over all records of the review.
    pub async fn start_dedup(&self, member: &Member, options: DedupOptions) -> AppResult<Started> {
        member.lead()?;
        let review = store::reviews::get(&self.db(), member.review).await?.ok_or(AppError::not_found("review"))?;
        let level = match options.level.as_deref().filter(|level| !level.is_empty()) {
            Some(level) => super::input::one_of(level, "level", &["cautious", "balanced", "thorough"])?,
            None => review.dedup_level.clone(),
        };
        let (app, by) = (self.clone(), member.clone());
        let job_id = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let after = serde_json::json!({ "level": level, "rule_version": dedup::RULE_VERSION });
                    app.log_by(db, &by, "dedup.run", ("review", by.review), None, Some(after)).await?;
                    if review.dedup_level != level {
                        store::reviews::update(db, store::ReviewRow { dedup_level: level.clone(), ..review }).await?;
                    }
                    Ok(app.enqueue(db, &by, "dedup", serde_json::json!({ "level": level })).await?)
                }
                .boxed()
            })
            .await?;
        self.wake_jobs();
        Ok(Started { job_id })
    }

    /// The job: compares all records, writes what is new, groups what moved.
    pub(super) async fn run_dedup(&self, review: Uuid, run: Uuid, payload: &Value, progress: &Progress) -> AppResult<Value> {
        let level = parse_level(payload["level"].as_str().unwrap_or_default());
        let compared = self.compared(review, progress).await?;
        let records = compared.ids.len();
        let told = progress.clone();
        let found = tokio::task::spawn_blocking(move || {
            let options = Options { level, ..Options::default() };
            let tell = &mut |_: &'static str, part: f32| told.at("comparing", (part * 80.0) as i64, 100);
            let pairs = dedup::find_pairs_with(&compared.texts, &compared.sources, &options, tell).0;
            (compared.ids, pairs)
        });
        let (ids, pairs) = found.await.map_err(AppError::internal)?;
        progress.at("grouping", 85, 100);
        let fresh = self.new_statements(review, run, &ids, &pairs).await?;
        let written = fresh.len();
        for chunk in fresh.chunks(BATCH) {
            let rows = chunk.to_vec();
            self.store.write::<_, AppError, _>(move |db| async move { Ok(store::links::insert(db, rows).await?) }.boxed()).await?;
        }
        self.group_what_moved(review, progress).await?;
        let totals = store::citations::totals(&self.db(), review).await?;
        let of = |verdict| dedup::of_verdict(&pairs, verdict).count();
        progress.at("grouping", 100, 100);
        Ok(serde_json::json!({
            "records": records, "citations": totals.citations, "merged": totals.records - totals.citations,
            "same": of(PairVerdict::Same), "review": of(PairVerdict::Review), "related": of(PairVerdict::Related),
            "statements": written, "rule_version": dedup::RULE_VERSION, "level": level_text(level),
        }))
    }

    /// The live records of the review, as the engine takes them.
    pub(super) async fn compared(&self, review: Uuid, progress: &Progress) -> AppResult<Compared> {
        progress.at("comparing", 0, 100);
        let rows = store::records::comparable(&self.db(), review).await?;
        let places = store::sources::list(&self.db(), review).await?;
        let place: HashMap<Uuid, u32> = places.iter().zip(0u32..).map(|(row, at)| (row.id, at)).collect();
        let read = tokio::task::spawn_blocking(move || Compared {
            ids: rows.iter().map(|row| row.id).collect(),
            sources: rows.iter().map(|row| place.get(&row.source_id).copied().unwrap_or(u32::MAX)).collect(),
            texts: rows.iter().map(|row| serde_json::from_str(&row.data).unwrap_or_default()).collect(),
        });
        read.await.map_err(AppError::internal)
    }

    /// Groups every record whose place follows no longer from what stands; the last part of a run and of taking one back.
    async fn group_what_moved(&self, review: Uuid, progress: &Progress) -> AppResult<()> {
        let moved = self.misplaced(review).await?;
        let all = moved.len().max(1);
        self.regroup_in_batches(review, &moved, false, |done| progress.at("grouping", 85 + (done * 15 / all) as i64, 100)).await?;
        self.events.send(review, "dedup", serde_json::json!({}));
        Ok(())
    }

    /// Starts taking a run back: everything that the rules said in it.
    ///
    /// # Errors
    /// `conflict` unless it is the last run of which anything stands.
    pub async fn undo_dedup(&self, member: &Member, run: Uuid) -> AppResult<Started> {
        member.lead()?;
        let (app, by) = (self.clone(), member.clone());
        let job_id = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    if store::links::last_run(db, by.review).await? != Some(run) {
                        return Err(AppError::conflict("not_last_run"));
                    }
                    app.log_by(db, &by, "dedup.undo", ("job", run), None, None).await?;
                    Ok(app.enqueue(db, &by, "dedup_undo", serde_json::json!({ "run": run, "by": by.user.id })).await?)
                }
                .boxed()
            })
            .await?;
        self.wake_jobs();
        Ok(Started { job_id })
    }

    /// The job that takes a run back; what stood before it stands again.
    pub(super) async fn run_dedup_undo(&self, review: Uuid, payload: &Value, progress: &Progress) -> AppResult<Value> {
        progress.at("grouping", 0, 100);
        let id = |key: &str| payload[key].as_str().and_then(|text| text.parse::<Uuid>().ok());
        let (by, now) = (id("by"), self.clock.now());
        let run = id("run").ok_or_else(|| AppError::internal("a job that takes back no run"))?;
        let undone = self
            .store
            .write::<_, AppError, _>(move |db| async move { Ok(store::links::undo_act(db, review, run, by, now).await?) }.boxed())
            .await?;
        self.group_what_moved(review, progress).await?;
        progress.at("grouping", 100, 100);
        Ok(serde_json::json!({ "statements": undone }))
    }

    /// What the rules say now and did not say before. A pair they no longer speak of gets an empty `different`.
    async fn new_statements(&self, review: Uuid, run: Uuid, ids: &[Uuid], pairs: &[ScoredPair]) -> AppResult<Vec<NewLink>> {
        let compared: BTreeSet<Uuid> = ids.iter().copied().collect();
        let mut before: BTreeMap<PairKey, Said> = BTreeMap::new();
        for link in store::links::all(&self.db(), review).await?.into_iter().filter(|link| link.by_user.is_none()) {
            before.insert((link.record_a, link.record_b), link);
        }
        let now = self.clock.now();
        let link = |(a, b): PairKey, verdict: PairVerdict, score: f32, evidence: &[Evidence]| NewLink {
            id: self.clock.id(),
            act: run,
            review_id: review,
            record_a: a,
            record_b: b,
            verdict: verdict_text(verdict),
            by_user: None,
            rule_version: Some(i64::from(dedup::RULE_VERSION)),
            score: f64::from(score),
            evidence: merged_evidence(evidence),
            created_at: now,
        };
        let mut fresh = Vec::new();
        for pair in pairs {
            let (a, b) = (ids[pair.a as usize], ids[pair.b as usize]);
            let key = (a.min(b), a.max(b));
            let old = before.remove(&key);
            let stands = old.is_some_and(|old| {
                old.verdict == verdict_text(pair.verdict)
                    && old.rule_version == Some(i64::from(dedup::RULE_VERSION))
                    && (old.score - f64::from(pair.score)).abs() <= SCORE_MOVED
            });
            if !stands {
                fresh.push(link(key, pair.verdict, pair.score, &pair.evidence));
            }
        }
        let gone =
            before.into_iter().filter(|(key, old)| old.verdict != "different" && compared.contains(&key.0) && compared.contains(&key.1));
        fresh.extend(gone.map(|(key, _)| link(key, PairVerdict::Different, 0.0, &[])));
        Ok(fresh)
    }

    pub async fn dedup_state(&self, member: &Member) -> AppResult<DedupState> {
        let now = self.at_one_moment().await?;
        let (db, review) = (now.db(), member.review);
        let row = store::reviews::get(&db, review).await?.ok_or(AppError::not_found("review"))?;
        let last = store::jobs::latest(&db, review, "dedup").await?;
        let figures = now.dedup_figures(review).await?;
        let (records, citations) = figures.totals();
        let (by_source, by_pair) = figures.tables();
        let changes = store::sources::last_changes(&db, review).await?;
        let finished = last.as_ref().is_some_and(|job| job.state == "done");
        let undone = match &last {
            Some(job) => store::links::run_undone(&db, job.id).await?,
            None => false,
        };
        Ok(DedupState {
            stale: records > 0 && (!finished || undone || changes.records > changes.dedup),
            undone,
            to_review: figures.to_review,
            related: figures.related,
            records,
            citations,
            merged: records - citations,
            by_source,
            by_pair,
            last_job: last.map(|job| jobs::view(job, &member.user.locale)),
            level: row.dedup_level,
            last_run: store::links::last_run(&db, review).await?,
            rule_version: i64::from(dedup::RULE_VERSION),
        })
    }
}

/// Live records, as the engine takes them: in the order of ids, sources as places in the review's order.
pub(super) struct Compared {
    pub ids: Vec<Uuid>,
    pub sources: Vec<u32>,
    pub texts: Vec<Record>,
}

fn merged_evidence(evidence: &[Evidence]) -> String {
    super::merged::no_nul(serde_json::to_string(evidence).unwrap_or_default())
}
