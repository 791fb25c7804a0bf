//! What a run of deduplication would do at each level, computed before anything is merged.
//! One rule: a preview writes nothing but its own result, and says when the review has changed since.

use std::collections::{BTreeMap, HashMap};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dedup::Compared;
use super::dedup_figures::{Named, SourcePair, SourceSplit, named};
use super::jobs::{Job, Progress, Started};
use super::regroup::statements;
use super::reviews::level_text;
use super::{App, AppError, AppResult, Member, jobs, time};
use crate::dedup::preview::{self, Changes, Effect, LEVELS, SourceEffect};
use crate::dedup::{self, Options, Statement};
use crate::model::{PairVerdict, Record, RecordState, ScoredPair};
use crate::store;

/// Regroupings of a level that are kept to be shown.
const CHANGES_MAX: usize = 200;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DedupPreview {
    /// The job that makes or made it.
    pub job: Option<Job>,
    /// Something changed since it was made, so that a run could do something else.
    pub stale: bool,
    pub at: Option<String>,
    pub rule_version: Option<i64>,
    /// From the one that merges least; none while there is no preview.
    pub levels: Vec<LevelPreview>,
}

/// What one level would make of the review. Persons' words stand at every level.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LevelPreview {
    /// `cautious`, `balanced` or `thorough`.
    pub level: String,
    pub records: usize,
    pub citations: usize,
    /// Records that would no longer be citations of their own.
    pub merged: usize,
    /// Pairs that a person would be asked about.
    pub review: usize,
    pub related: usize,
    pub by_source: Vec<SourceSplit>,
    pub by_pair: Vec<SourcePair>,
    /// Beside what stands now: groups of citations that would become one, and others that would be divided otherwise.
    pub joined: usize,
    pub parted: usize,
    /// Pairs that nobody asks about now.
    pub asked: usize,
}

/// Citations that would be divided otherwise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Regrouped {
    pub before: Vec<Vec<RecordLine>>,
    pub after: Vec<Vec<Uuid>>,
}

/// A record in one line.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct RecordLine {
    pub id: Uuid,
    pub title: Option<String>,
    pub source: String,
    pub year: Option<i32>,
    pub journal: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegroupedList {
    pub items: Vec<Regrouped>,
    /// More than are listed, maybe.
    pub total: usize,
}

/// A preview as its job keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The last change of the review that it knows of, as a place in the audit trail.
    seen: i64,
    rule_version: i64,
    levels: Vec<LevelPreview>,
    changes: BTreeMap<String, Vec<KeptChange>>,
}

#[derive(Serialize, Deserialize)]
struct KeptChange {
    before: Vec<Vec<Uuid>>,
    after: Vec<Vec<Uuid>>,
}

impl App {
    /// Starts computing what each level would do.
    pub async fn start_dedup_preview(&self, member: &Member) -> AppResult<Started> {
        member.lead()?;
        let (app, by) = (self.clone(), member.clone());
        let job_id = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move { Ok(app.enqueue(db, &by, "dedup_preview", serde_json::json!({})).await?) }.boxed()
            })
            .await?;
        self.wake_jobs();
        Ok(Started { job_id })
    }

    /// The job: one scoring pass, three levels, what would change at each.
    pub(super) async fn run_dedup_preview(&self, review: Uuid, progress: &Progress) -> AppResult<Value> {
        let db = self.db();
        let seen = store::sources::last_changes(&db, review).await?.last;
        let compared = self.compared(review, progress).await?;
        let said = store::links::all(&db, review).await?;
        let place: HashMap<Uuid, u32> = compared.ids.iter().zip(0u32..).map(|(id, at)| (*id, at)).collect();
        let stored = statements(&place, &said);
        let names = named(&store::sources::list(&db, review).await?);
        let told = progress.clone();
        let made = tokio::task::spawn_blocking(move || {
            let tell = &mut |_: &'static str, part: f32| told.at("comparing", (part * 90.0) as i64, 100);
            let found = dedup::find_levels(&compared.texts, &compared.sources, &Options::default(), tell);
            kept(seen, &compared, &stored, &found, &names)
        });
        let kept = made.await.map_err(AppError::internal)?;
        progress.at("comparing", 100, 100);
        serde_json::to_value(kept).map_err(AppError::internal)
    }

    /// The last preview, as far as it is there.
    pub async fn dedup_preview(&self, member: &Member) -> AppResult<DedupPreview> {
        let (db, review) = (self.db(), member.review);
        let row = store::jobs::latest(&db, review, "dedup_preview").await?;
        let kept = row.as_ref().and_then(|row| kept_of(row.result.as_deref()));
        let last = store::sources::last_changes(&db, review).await?.last;
        let stale = kept.as_ref().is_none_or(|kept| kept.seen != last || kept.rule_version != i64::from(dedup::RULE_VERSION));
        Ok(DedupPreview {
            at: row.as_ref().and_then(|row| row.finished_at).map(time),
            job: row.map(|row| jobs::view(row, &member.user.locale)),
            stale,
            rule_version: kept.as_ref().map(|kept| kept.rule_version),
            levels: kept.map(|kept| kept.levels).unwrap_or_default(),
        })
    }

    /// The citations that a run at `level` would divide otherwise.
    ///
    /// # Errors
    /// `not_found` without a preview of that level.
    pub async fn dedup_changes(&self, member: &Member, level: &str) -> AppResult<RegroupedList> {
        let (db, review) = (self.db(), member.review);
        let row = store::jobs::latest(&db, review, "dedup_preview").await?;
        let mut kept = row.and_then(|row| kept_of(row.result.as_deref())).ok_or(AppError::not_found("preview"))?;
        let changes = kept.changes.remove(level).ok_or(AppError::not_found("level"))?;
        let total = kept.levels.iter().find(|known| known.level == level).map_or(0, |known| known.joined + known.parted);
        let ids: Vec<Uuid> = changes.iter().flat_map(|change| change.before.iter().flatten().copied()).collect();
        let names = self.names(review).await?;
        let rows = store::records::by_ids(&db, review, &ids).await?;
        let lines: HashMap<Uuid, RecordLine> = rows
            .into_iter()
            .map(|row| {
                let record: Record = serde_json::from_str(&row.data).unwrap_or_default();
                let title = record.title.or(record.title_other);
                (row.id, RecordLine { id: row.id, title, source: names.source(row.source_id), year: record.year, journal: record.journal })
            })
            .collect();
        let items = changes.into_iter().map(|change| Regrouped {
            before: change.before.iter().map(|group| group.iter().filter_map(|id| lines.get(id).cloned()).collect()).collect(),
            after: change.after,
        });
        Ok(RegroupedList { items: items.collect(), total })
    }
}

fn kept_of(result: Option<&str>) -> Option<Kept> {
    serde_json::from_str(result?).ok()
}

fn kept(seen: i64, compared: &Compared, stored: &[Statement], found: &[Vec<ScoredPair>; 3], names: &[Named]) -> Kept {
    let mut kept =
        Kept { seen, rule_version: i64::from(dedup::RULE_VERSION), levels: Vec::with_capacity(LEVELS.len()), changes: BTreeMap::new() };
    let ids = |groups: &[Vec<u32>]| groups.iter().map(|group| group.iter().map(|at| compared.ids[*at as usize]).collect()).collect();
    for (level, pairs) in LEVELS.into_iter().zip(found) {
        let n = compared.ids.len();
        let effect = preview::effect(n, &compared.sources, &preview::with_words(pairs, stored));
        let changes = preview::changes(n, stored, pairs);
        let level = level_text(level).to_string();
        kept.levels.push(level_preview(level.clone(), &effect, &changes, names));
        let shown = changes.regroupings.iter().take(CHANGES_MAX);
        kept.changes.insert(level, shown.map(|change| KeptChange { before: ids(&change.before), after: ids(&change.after) }).collect());
    }
    kept
}

fn level_preview(level: String, effect: &Effect, changes: &Changes, names: &[Named]) -> LevelPreview {
    let source = |at: u32| names.get(at as usize);
    let joined = changes.regroupings.iter().filter(|change| change.after.len() == 1).count();
    LevelPreview {
        level,
        records: effect.records,
        citations: effect.records - effect.merged,
        merged: effect.merged,
        review: effect.review_pairs,
        related: effect.related_pairs,
        by_source: effect
            .by_source
            .iter()
            .filter_map(|of| Some(SourceSplit::new(source(of.source)?, |state| in_state(of, state))))
            .collect(),
        by_pair: effect.by_pair.iter().filter_map(|(a, b, n)| Some(SourcePair::new(source(*a)?, source(*b)?, *n))).collect(),
        joined,
        parted: changes.regroupings.len() - joined,
        asked: changes.pairs.iter().filter(|change| change.after == Some(PairVerdict::Review)).count(),
    }
}

fn in_state(of: &SourceEffect, state: Option<RecordState>) -> usize {
    match state {
        None => of.records,
        Some(RecordState::Certain) => of.certain,
        Some(RecordState::Review) => of.review,
        Some(RecordState::Related) => of.related,
        Some(RecordState::Unique) => of.unique,
    }
}
