//! Duplicates: the engine's statements written down, the groups that follow, and what persons say about pairs.
//! One rule: nothing is merged or split but by a statement that stands in `links` and can be taken back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::jobs::{Job, Progress, Started};
use super::record_views::RecordView;
use super::regroup::{verdict, verdict_text};
use super::reviews::{level_text, parse_level};
use super::{App, AppError, AppResult, Member, Page, jobs, time};
use crate::dedup::{self, Options};
use crate::model::{Evidence, PairVerdict, Record, ScoredPair};
use crate::store::links::{NewLink, Said};
use crate::store::{self, LinkRow, RecordRow};

/// Statements that one transaction writes.
const BATCH: usize = 500;
const PAGE_MAX: usize = 200;
const PAGE: usize = 50;
/// A rule's statement is written again when its score moved by more than this (log-odds) while the verdict stayed.
const SCORE_MOVED: f64 = 1.0;
/// Statements that one split may make.
const SPLIT_MAX: usize = 2_000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DedupState {
    pub last_job: Option<Job>,
    /// Records came or went since the last run.
    pub stale: bool,
    pub records: i64,
    pub citations: i64,
    /// `records − citations`: PRISMA's duplicates removed.
    pub merged: i64,
    /// Pairs that a person should look at.
    pub to_review: usize,
    /// Pairs about the same work that are not the same publication.
    pub related: usize,
    /// Merged records by the two sources that share them; a source beside itself holds duplicates of its own.
    pub by_pair: Vec<SourcePair>,
    pub level: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourcePair {
    pub a: String,
    pub b: String,
    pub n: i64,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DedupOptions {
    /// `cautious`, `balanced` or `thorough`; none: the review's.
    pub level: Option<String>,
}

/// Two records and what is said about them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pair {
    pub link_id: Uuid,
    pub a: RecordView,
    pub b: RecordView,
    /// Log-odds.
    pub score: f64,
    /// `same`, `related`, `different` or `review`.
    pub verdict: String,
    /// `rule`, or the name of the person who said it.
    pub by: String,
    pub rule_version: Option<i64>,
    #[schema(value_type = Vec<Object>)]
    pub evidence: Vec<Evidence>,
    pub decided_at: String,
    pub a_citation: Uuid,
    pub b_citation: Uuid,
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct PairQuery {
    /// `review` (default), `same`, `related` or `different`.
    pub state: Option<String>,
    pub after: Option<String>,
    pub limit: Option<usize>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PairWord {
    pub a: Uuid,
    pub b: Uuid,
    /// `same`, `different` or `related`.
    pub verdict: String,
}

/// The citations that hold the records now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PairDecided {
    pub link_id: Uuid,
    pub citation_ids: Vec<Uuid>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct LinkRef {
    pub link_id: Uuid,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Changed {
    pub citation_ids: Vec<Uuid>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Split {
    pub record_ids: Vec<Uuid>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SplitDone {
    pub link_ids: Vec<Uuid>,
    pub citation_ids: Vec<Uuid>,
}

type PairKey = (Uuid, Uuid);

/// What stands about each pair: a person's latest word, else the rules' latest.
pub(crate) fn effective(said: Vec<Said>) -> BTreeMap<PairKey, Said> {
    let mut standing: BTreeMap<PairKey, Said> = BTreeMap::new();
    for link in said {
        let key = (link.record_a, link.record_b);
        let keep_person = standing.get(&key).is_some_and(|other| other.by_user.is_some()) && link.by_user.is_none();
        if !keep_person {
            standing.insert(key, link);
        }
    }
    standing
}

impl App {
    /// Starts a run over all records of the review.
    pub async fn start_dedup(&self, member: &Member, options: DedupOptions) -> AppResult<Started> {
        member.lead()?;
        let review = store::reviews::get(&self.db(), member.review).await?.ok_or(AppError::not_found("review"))?;
        let level = match options.level.as_deref().filter(|level| !level.is_empty()) {
            Some(level) => super::accounts::one_of(level, "level", &["cautious", "balanced", "thorough"])?,
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
    pub(super) async fn run_dedup(&self, review: Uuid, payload: &Value, progress: &Progress) -> AppResult<Value> {
        let level = parse_level(payload["level"].as_str().unwrap_or_default());
        progress.at("comparing", 0, 100);
        let rows = store::records::comparable(&self.db(), review).await?;
        let records = rows.len();
        let told = progress.clone();
        let compared = tokio::task::spawn_blocking(move || {
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let sources = numbered(rows.iter().map(|row| row.source_id));
            let texts: Vec<Record> = rows.iter().map(|row| serde_json::from_str(&row.data).unwrap_or_default()).collect();
            let options = Options { level, ..Options::default() };
            let tell = &mut |_: &'static str, part: f32| told.at("comparing", (part * 80.0) as i64, 100);
            (ids, dedup::find_pairs_with(&texts, &sources, &options, tell).0)
        });
        let (ids, pairs) = compared.await.map_err(AppError::internal)?;
        progress.at("grouping", 85, 100);
        let fresh = self.new_statements(review, &ids, &pairs).await?;
        let written = fresh.len();
        for chunk in fresh.chunks(BATCH) {
            let rows = chunk.to_vec();
            self.store.write::<_, AppError, _>(move |db| async move { Ok(store::links::insert(db, rows).await?) }.boxed()).await?;
        }
        let moved = self.misplaced(review).await?;
        let all = moved.len().max(1);
        self.regroup_in_batches(review, &moved, false, |done| progress.at("grouping", 85 + (done * 15 / all) as i64, 100)).await?;
        self.events.send(review, "dedup", serde_json::json!({}));
        let totals = store::citations::totals(&self.db(), review).await?;
        let of = |verdict| dedup::of_verdict(&pairs, verdict).count();
        progress.at("grouping", 100, 100);
        Ok(serde_json::json!({
            "records": records, "citations": totals.citations, "merged": totals.records - totals.citations,
            "same": of(PairVerdict::Same), "review": of(PairVerdict::Review), "related": of(PairVerdict::Related),
            "statements": written, "rule_version": dedup::RULE_VERSION, "level": level_text(level),
        }))
    }

    /// What the rules say now and did not say before. A pair they no longer speak of gets an empty `different`.
    async fn new_statements(&self, review: Uuid, ids: &[Uuid], pairs: &[ScoredPair]) -> AppResult<Vec<NewLink>> {
        let compared: BTreeSet<Uuid> = ids.iter().copied().collect();
        let mut before: BTreeMap<PairKey, Said> = BTreeMap::new();
        for link in store::links::all(&self.db(), review).await?.into_iter().filter(|link| link.by_user.is_none()) {
            before.insert((link.record_a, link.record_b), link);
        }
        let now = self.clock.now();
        let link = |(a, b): PairKey, verdict: PairVerdict, score: f32, evidence: &[Evidence]| NewLink {
            id: self.clock.id(),
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
        let (db, review) = (self.db(), member.review);
        let row = store::reviews::get(&db, review).await?.ok_or(AppError::not_found("review"))?;
        let last = store::jobs::latest(&db, review, "dedup").await?;
        let totals = store::citations::totals(&db, review).await?;
        let standing = store::records::standing(&db, review).await?;
        let sources: HashMap<Uuid, Uuid> = standing.iter().filter(|r| r.active).map(|r| (r.id, r.source_id)).collect();
        let effective = effective(store::links::all(&db, review).await?);
        let live = effective.iter().filter(|((a, b), _)| sources.contains_key(a) && sources.contains_key(b));
        let count = |verdict: &str| live.clone().filter(|(_, said)| said.verdict == verdict).count();
        let changes = store::sources::last_changes(&db, review).await?;
        let finished = last.as_ref().is_some_and(|job| job.state == "done");
        Ok(DedupState {
            stale: totals.records > 0 && (!finished || changes.records > changes.dedup),
            to_review: count("review"),
            related: count("related"),
            records: totals.records,
            citations: totals.citations,
            merged: totals.records - totals.citations,
            by_pair: self.by_pair(review, &standing).await?,
            last_job: last.map(|job| jobs::view(job, &member.user.locale)),
            level: row.dedup_level,
        })
    }

    /// For each citation of several records: every record after the first counts once, beside the source of the first.
    async fn by_pair(&self, review: Uuid, standing: &[store::records::Standing]) -> AppResult<Vec<SourcePair>> {
        let rows = store::sources::list(&self.db(), review).await?;
        let position: HashMap<Uuid, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        let mut citations: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
        for record in standing.iter().filter(|record| record.active) {
            citations.entry(record.citation_id).or_default().extend(position.get(&record.source_id));
        }
        let mut counts: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for mut of in citations.into_values().filter(|of| of.len() > 1) {
            of.sort_unstable();
            for other in &of[1..] {
                *counts.entry((of[0], *other)).or_default() += 1;
            }
        }
        let name = |at: usize| rows[at].name.clone();
        Ok(counts.into_iter().map(|((a, b), n)| SourcePair { a: name(a), b: name(b), n }).collect())
    }

    /// Pairs of live records by what stands about them, the least certain first.
    pub async fn pairs(&self, member: &Member, query: PairQuery) -> AppResult<Page<Pair>> {
        let state = query.state.as_deref().unwrap_or("review");
        super::accounts::one_of(state, "state", &["review", "same", "related", "different"])?;
        let (db, review) = (self.db(), member.review);
        let live: HashMap<Uuid, bool> = store::records::standing(&db, review).await?.into_iter().map(|r| (r.id, r.active)).collect();
        let lives = |id: &Uuid| live.get(id).copied().unwrap_or(false);
        let said = store::links::all(&db, review).await?;
        let mut found: Vec<Said> = effective(said).into_values().filter(|said| said.verdict == state && wanted(said)).collect();
        found.retain(|said| lives(&said.record_a) && lives(&said.record_b));
        found.sort_by(|x, y| x.score.abs().total_cmp(&y.score.abs()).then(x.seq.cmp(&y.seq)));
        let total = found.len() as u64;
        let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let start = match query.after.as_deref().and_then(|after| after.parse::<i64>().ok()) {
            Some(seq) => found.iter().position(|said| said.seq == seq).map_or(0, |at| at + 1),
            None => 0,
        };
        let page: Vec<i64> = found.iter().skip(start).take(limit).map(|said| said.seq).collect();
        let next = if start + page.len() < found.len() { page.last().map(ToString::to_string) } else { None };
        let links = store::links::by_seq(&db, &page).await?;
        let mut links: HashMap<i64, LinkRow> = links.into_iter().map(|link| (link.seq, link)).collect();
        let rows = page.iter().filter_map(|seq| links.remove(seq)).collect();
        Ok(Page { items: self.pair_views(review, rows).await?, total, next })
    }

    async fn pair_views(&self, review: Uuid, links: Vec<LinkRow>) -> AppResult<Vec<Pair>> {
        let ids: BTreeSet<Uuid> = links.iter().flat_map(|link| [link.record_a, link.record_b]).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let records = store::records::by_ids(&self.db(), review, &ids).await?;
        let records: HashMap<Uuid, RecordRow> = records.into_iter().map(|row| (row.id, row)).collect();
        let names = self.names(review).await?;
        let view = |row: &RecordRow| RecordView::stored(row.clone(), Some(names.source(row.source_id)), None);
        let pairs = links.into_iter().filter_map(|link| {
            let (a, b) = (records.get(&link.record_a)?, records.get(&link.record_b)?);
            Some(Pair {
                link_id: link.id,
                a: view(a),
                b: view(b),
                score: link.score,
                verdict: link.verdict,
                by: link.by_user.map_or_else(|| "rule".into(), |user| names.user(user)),
                rule_version: link.rule_version,
                evidence: serde_json::from_str(&link.evidence).unwrap_or_default(),
                decided_at: time(link.created_at),
                a_citation: a.citation_id,
                b_citation: b.citation_id,
            })
        });
        Ok(pairs.collect())
    }

    /// A person's word about a pair; it beats the rules' and every earlier word.
    ///
    /// # Errors
    /// `invalid` for the same record twice; `not_found` unless both are in the review.
    pub async fn say(&self, member: &Member, word: PairWord) -> AppResult<PairDecided> {
        member.contributor()?;
        super::accounts::one_of(&word.verdict, "verdict", &["same", "different", "related"])?;
        if word.a == word.b {
            return Err(AppError::invalid("b", "same_record"));
        }
        let records = store::records::by_ids(&self.db(), member.review, &[word.a, word.b]).await?;
        if records.len() != 2 {
            return Err(AppError::not_found("record"));
        }
        let (links, citation_ids) = self.say_all(member, vec![(word.a, word.b)], verdict(&word.verdict)).await?;
        Ok(PairDecided { link_id: links[0], citation_ids })
    }

    /// Writes a person's words about pairs and groups again, in one transaction.
    async fn say_all(&self, member: &Member, pairs: Vec<PairKey>, verdict: PairVerdict) -> AppResult<(Vec<Uuid>, Vec<Uuid>)> {
        let now = self.clock.now();
        let links: Vec<NewLink> = pairs
            .iter()
            .map(|(a, b)| NewLink {
                id: self.clock.id(),
                review_id: member.review,
                record_a: *a.min(b),
                record_b: *a.max(b),
                verdict: verdict_text(verdict),
                by_user: Some(member.user.id),
                rule_version: None,
                score: 0.0,
                evidence: "[]".into(),
                created_at: now,
            })
            .collect();
        let ids: Vec<Uuid> = links.iter().map(|link| link.id).collect();
        let seeds: BTreeSet<Uuid> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let seeds: Vec<Uuid> = seeds.into_iter().collect();
        let action = match verdict {
            PairVerdict::Same => "link.same",
            PairVerdict::Related => "link.related",
            _ => "link.different",
        };
        let (app, by, records) = (self.clone(), member.clone(), seeds.clone());
        let regrouped = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    for link in &links {
                        let after = serde_json::json!({ "a": link.record_a, "b": link.record_b, "verdict": link.verdict });
                        app.log_by(db, &by, action, ("link", link.id), None, Some(after)).await?;
                    }
                    store::links::insert(db, links).await?;
                    app.regroup(db, by.review, &seeds, false).await
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        Ok((ids, self.citations_of(member.review, &records).await?))
    }

    async fn citations_of(&self, review: Uuid, records: &[Uuid]) -> AppResult<Vec<Uuid>> {
        let rows = store::records::standing_of(&self.db(), review, records, &[]).await?;
        Ok(rows.into_iter().map(|row| row.citation_id).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Takes a statement back; what it had merged or split is as before it.
    ///
    /// # Errors
    /// `conflict` when it was taken back already.
    pub async fn undo_link(&self, member: &Member, link: Uuid) -> AppResult<Changed> {
        member.contributor()?;
        let (app, by, now) = (self.clone(), member.clone(), self.clock.now());
        let row = store::links::get(&self.db(), member.review, link).await?.ok_or(AppError::not_found("link"))?;
        let seeds = vec![row.record_a, row.record_b];
        let records = seeds.clone();
        let regrouped = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    if !store::links::undo(db, link, by.user.id, now).await? {
                        return Err(AppError::conflict("already_undone"));
                    }
                    let before = serde_json::json!({ "a": row.record_a, "b": row.record_b, "verdict": row.verdict });
                    app.log_by(db, &by, "link.undo", ("link", link), Some(before), None).await?;
                    app.regroup(db, by.review, &seeds, false).await
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        Ok(Changed { citation_ids: self.citations_of(member.review, &records).await? })
    }

    /// Takes records out of a citation: each is different from everything that stays.
    ///
    /// # Errors
    /// `invalid` when they are not some, but not all, of the citation's records.
    pub async fn split(&self, member: &Member, citation: Uuid, split: Split) -> AppResult<SplitDone> {
        member.contributor()?;
        store::citations::get(&self.db(), member.review, citation).await?.ok_or(AppError::not_found("citation"))?;
        let records = store::records::of_citation(&self.db(), citation).await?;
        let out: BTreeSet<Uuid> = split.record_ids.into_iter().collect();
        let (leave, stay): (Vec<Uuid>, Vec<Uuid>) = records.iter().map(|record| record.id).partition(|id| out.contains(id));
        if leave.is_empty() || stay.is_empty() || leave.len() != out.len() {
            return Err(AppError::invalid("record_ids", "split_some"));
        }
        if leave.len() * stay.len() > SPLIT_MAX {
            return Err(AppError::invalid("record_ids", "too_many_items").with(SPLIT_MAX));
        }
        let pairs = leave.iter().flat_map(|a| stay.iter().map(move |b| (*a, *b))).collect();
        let (link_ids, citation_ids) = self.say_all(member, pairs, PairVerdict::Different).await?;
        Ok(SplitDone { link_ids, citation_ids })
    }
}

/// The empty statement with which rules take an earlier one back is nothing to look at.
fn wanted(said: &Said) -> bool {
    said.verdict != "different" || said.by_user.is_some()
}

fn merged_evidence(evidence: &[Evidence]) -> String {
    super::merged::no_nul(serde_json::to_string(evidence).unwrap_or_default())
}

/// Ids as small numbers, in order of appearance.
fn numbered(ids: impl Iterator<Item = Uuid>) -> Vec<u32> {
    let mut known: HashMap<Uuid, u32> = HashMap::new();
    ids.map(|id| {
        let next = known.len() as u32;
        *known.entry(id).or_insert(next)
    })
    .collect()
}
