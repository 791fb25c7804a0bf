//! Pairs of records: the questions that wait for a person, what was said about the others, and saying it.
//! One rule: nothing is merged or split but by a statement that stands in `links`; one answer is one act and is taken back whole.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::record_views::RecordView;
use super::regroup::{Regrouped, verdict, verdict_text};
use super::reviews::parse_level;
use super::{App, AppError, AppResult, Items, Member, Page, time};
use crate::dedup::queue;
use crate::model::{DedupLevel, Evidence, PairVerdict};
use crate::store::links::{Apart, NewLink, Open, Said, Stands};
use crate::store::{self, LinkRow, RecordRow};

const PAGE_MAX: usize = 200;
const PAGE: usize = 50;
/// Pairs that one answer may speak of.
const WORDS_MAX: usize = 2_000;

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
    /// What kind of question it is: `field_code` of its evidence.
    pub kind: String,
    /// Other pairs of records that ask, or of which the same answer was given, about the same two citations: one answer goes for all.
    pub also: Vec<PairIds>,
    /// Records of both citations together.
    pub records: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct PairIds {
    pub a: Uuid,
    pub b: Uuid,
}

/// Questions of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PairKind {
    pub kind: String,
    pub n: usize,
}

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct PairQuery {
    /// `review` (default), `same`, `related` or `different`.
    pub state: Option<String>,
    /// Among those to review: only questions of this kind.
    pub kind: Option<String>,
    pub after: Option<String>,
    pub limit: Option<usize>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PairWord {
    pub a: Uuid,
    pub b: Uuid,
    /// `same`, `different` or `related`.
    pub verdict: String,
    /// More pairs to say the same of, in the same act.
    #[serde(default)]
    pub also: Vec<PairIds>,
}

/// The citations that hold the records now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PairDecided {
    /// Taking this one back takes back the whole act.
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
    /// Pairs that the act spoke of.
    pub pairs: usize,
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

pub(crate) type PairKey = (Uuid, Uuid);

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

/// A pair of a list, by its statement. A question stands for every open pair between the same two citations, and so does its answer.
pub(crate) struct Listed {
    seq: i64,
    pair: PairIds,
    also: Vec<PairIds>,
    records: usize,
}

impl Listed {
    /// The records that the question is about.
    pub(crate) fn records(&self) -> impl Iterator<Item = Uuid> {
        std::iter::once(&self.pair).chain(&self.also).flat_map(|pair| [pair.a, pair.b])
    }
}

/// What waits for a person: open pairs, one question for each two citations, the answer that decides most first. Two citations that a
/// person keeps apart are not asked about again by way of other records.
fn questions(open: &[Open], apart: &[Apart], level: DedupLevel) -> Vec<Listed> {
    let either_way = |a: Uuid, b: Uuid| (a.min(b), a.max(b));
    let apart: HashSet<PairKey> = apart.iter().map(|of| either_way(of.citation_a, of.citation_b)).collect();
    let mut between: BTreeMap<PairKey, Vec<(f64, &Open)>> = BTreeMap::new();
    for link in open {
        let key = either_way(link.citation_a, link.citation_b);
        if !apart.contains(&key) {
            let worth = queue::worth(link.score, link.veto, level, usize::try_from(link.records).unwrap_or(0));
            between.entry(key).or_default().push((worth, link));
        }
    }
    let most_first = |(p, x): &(f64, &Open), (q, y): &(f64, &Open)| q.total_cmp(p).then(x.seq.cmp(&y.seq));
    let mut found: Vec<Vec<(f64, &Open)>> = between.into_values().collect();
    found.iter_mut().for_each(|links| links.sort_by(most_first));
    found.sort_by(|x, y| most_first(&x[0], &y[0]));
    let ids = |link: &Open| PairIds { a: link.record_a, b: link.record_b };
    let question = |links: Vec<(f64, &Open)>| Listed {
        seq: links[0].1.seq,
        pair: ids(links[0].1),
        also: links[1..].iter().map(|(_, link)| ids(link)).collect(),
        records: usize::try_from(links[0].1.records).unwrap_or(0),
    };
    found.into_iter().map(question).collect()
}

/// Where a line stands in its list: the least certain first.
#[derive(PartialEq, PartialOrd)]
struct Place(f64, i64);

impl Place {
    fn of(score: f64, seq: i64) -> Self {
        Self(score.abs(), seq)
    }
}

/// What stands, in order; what one answer of a person said of the same two citations is one line.
fn answers(found: Vec<Stands>) -> Vec<(Place, Listed)> {
    let mut listed: Vec<(Place, Listed)> = Vec::with_capacity(found.len());
    let mut places: HashMap<(Uuid, Uuid, Uuid), usize> = HashMap::new();
    for said in found {
        let pair = PairIds { a: said.record_a, b: said.record_b };
        let (a, b) = (said.citation_a.min(said.citation_b), said.citation_a.max(said.citation_b));
        let place = *places.entry((said.act, a, b)).or_insert(listed.len());
        match listed.get_mut(place) {
            Some((_, answer)) if said.by_user.is_some() => answer.also.push(pair),
            _ => listed.push((Place::of(said.score, said.seq), Listed { seq: said.seq, pair, also: Vec::new(), records: 2 })),
        }
    }
    listed
}

impl App {
    /// Pairs by what stands about them: questions in the order of the queue, others the least certain first.
    pub async fn pairs(&self, member: &Member, query: PairQuery) -> AppResult<Page<Pair>> {
        let state = query.state.as_deref().unwrap_or("review");
        super::input::one_of(state, "state", &["review", "same", "related", "different"])?;
        let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let after = query.after.as_deref().and_then(|after| after.parse::<i64>().ok());
        let now = self.at_one_moment().await?;
        let (page, total, last) = match state {
            "review" => now.queue_page(member.review, query.kind.as_deref().unwrap_or_default(), after, limit).await?,
            _ => now.standing_page(member.review, state, after, limit).await?,
        };
        Ok(Page { items: now.pair_views(member.review, page).await?, total, next: last.map(|seq| seq.to_string()) })
    }

    /// Questions after one of them, how many there are in all, and the last one where more follow.
    async fn queue_page(&self, review: Uuid, kind: &str, after: Option<i64>, limit: usize) -> AppResult<(Vec<Listed>, u64, Option<i64>)> {
        let mut found = self.questions(review).await?;
        if !kind.is_empty() {
            let kinds = self.kinds(&found).await?;
            found.retain(|listed| kinds.get(&listed.seq).is_some_and(|known| known == kind));
        }
        let total = found.len();
        let start = after.and_then(|seq| found.iter().position(|listed| listed.seq == seq)).map_or(0, |at| at + 1);
        let page: Vec<Listed> = found.drain(start..).take(limit).collect();
        let last = page.last().filter(|_| start + page.len() < total).map(|listed| listed.seq);
        Ok((page, total as u64, last))
    }

    /// The same of what is decided; the statement to go on after may have been taken back meanwhile.
    async fn standing_page(
        &self,
        review: Uuid,
        state: &str,
        after: Option<i64>,
        limit: usize,
    ) -> AppResult<(Vec<Listed>, u64, Option<i64>)> {
        let db = self.db();
        let mut found = answers(store::links::standing(&db, review, state).await?);
        let total = found.len();
        let after = match after {
            Some(seq) => store::links::by_seq(&db, &[seq]).await?.pop(),
            None => None,
        };
        let start = after.map_or(0, |link| found.partition_point(|(place, _)| *place <= Place::of(link.score, link.seq)));
        let page: Vec<Listed> = found.drain(start..).take(limit).map(|(_, listed)| listed).collect();
        let last = page.last().filter(|_| start + page.len() < total).map(|listed| listed.seq);
        Ok((page, total as u64, last))
    }

    /// How many questions of each kind wait, most first.
    pub async fn pair_kinds(&self, member: &Member) -> AppResult<Items<PairKind>> {
        let now = self.at_one_moment().await?;
        let found = now.questions(member.review).await?;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for kind in now.kinds(&found).await?.into_values() {
            *counts.entry(kind).or_default() += 1;
        }
        let mut items: Vec<PairKind> = counts.into_iter().map(|(kind, n)| PairKind { kind, n }).collect();
        items.sort_by_key(|kind| std::cmp::Reverse(kind.n));
        Ok(Items { items })
    }

    pub(super) async fn questions(&self, review: Uuid) -> AppResult<Vec<Listed>> {
        let db = self.db();
        let row = store::reviews::get(&db, review).await?.ok_or(AppError::not_found("review"))?;
        let (open, apart) = (store::links::open(&db, review).await?, store::links::apart(&db, review).await?);
        Ok(questions(&open, &apart, parse_level(&row.dedup_level)))
    }

    /// The kind of each pair, by its statement's place.
    async fn kinds(&self, listed: &[Listed]) -> AppResult<HashMap<i64, String>> {
        let seqs: Vec<i64> = listed.iter().map(|listed| listed.seq).collect();
        let rows = store::links::by_seq(&self.db(), &seqs).await?;
        Ok(rows.into_iter().map(|row| (row.seq, kind_of(&evidence_of(&row)))).collect())
    }

    async fn pair_views(&self, review: Uuid, listed: Vec<Listed>) -> AppResult<Vec<Pair>> {
        let seqs: Vec<i64> = listed.iter().map(|listed| listed.seq).collect();
        let mut links: HashMap<i64, LinkRow> =
            store::links::by_seq(&self.db(), &seqs).await?.into_iter().map(|link| (link.seq, link)).collect();
        let ids: BTreeSet<Uuid> = links.values().flat_map(|link| [link.record_a, link.record_b]).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let records = store::records::by_ids(&self.db(), review, &ids).await?;
        let records: HashMap<Uuid, RecordRow> = records.into_iter().map(|row| (row.id, row)).collect();
        let names = self.names(review).await?;
        // Two records beside each other are read field by field; their raw entries would only be carried about.
        let view = |row: &RecordRow| RecordView {
            raw: None,
            ..RecordView::stored(row.clone(), Some(names.source(row.source_id)), None, &HashSet::new())
        };
        let pairs = listed.into_iter().filter_map(|listed| {
            let link = links.remove(&listed.seq)?;
            let (a, b) = (records.get(&link.record_a)?, records.get(&link.record_b)?);
            let evidence = evidence_of(&link);
            Some(Pair {
                link_id: link.id,
                a: view(a),
                b: view(b),
                score: link.score,
                verdict: link.verdict,
                by: link.by_user.map_or_else(|| "rule".into(), |user| names.user(user)),
                rule_version: link.rule_version,
                kind: kind_of(&evidence),
                evidence,
                decided_at: time(link.created_at),
                a_citation: a.citation_id,
                b_citation: b.citation_id,
                also: listed.also,
                records: listed.records,
            })
        });
        Ok(pairs.collect())
    }

    /// A person's word about a pair, and about more pairs in the same act; it beats the rules' and every earlier word.
    ///
    /// # Errors
    /// `invalid` for the same record twice and for too many pairs; `not_found` unless all records are in the review.
    pub async fn say(&self, member: &Member, word: PairWord) -> AppResult<PairDecided> {
        member.contributor()?;
        super::input::one_of(&word.verdict, "verdict", &["same", "different", "related"])?;
        if word.also.len() >= WORDS_MAX {
            return Err(AppError::invalid("also", "too_many_items").with(WORDS_MAX - 1));
        }
        let mut pairs = vec![(word.a, word.b)];
        pairs.extend(word.also.iter().map(|pair| (pair.a, pair.b)));
        if pairs.iter().any(|(a, b)| a == b) {
            return Err(AppError::invalid("b", "same_record"));
        }
        let ids: BTreeSet<Uuid> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        if store::records::standing_of(&self.db(), member.review, &ids, &[]).await?.len() != ids.len() {
            return Err(AppError::not_found("record"));
        }
        let (links, citation_ids) = self.say_all(member, pairs, verdict(&word.verdict)).await?;
        Ok(PairDecided { link_id: links[0], citation_ids })
    }

    /// Writes a person's words about pairs and groups again, in one transaction.
    async fn say_all(&self, member: &Member, pairs: Vec<PairKey>, verdict: PairVerdict) -> AppResult<(Vec<Uuid>, Vec<Uuid>)> {
        let (now, act) = (self.clock.now(), self.clock.id());
        let links: Vec<NewLink> = pairs
            .iter()
            .map(|(a, b)| NewLink {
                id: self.clock.id(),
                act,
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
        self.said(member.review, regrouped);
        Ok((ids, self.citations_of(member.review, &records).await?))
    }

    /// After the commit. Also a word that moves no record has answered a question.
    fn said(&self, review: Uuid, regrouped: Regrouped) {
        if regrouped.citations.is_empty() {
            self.events.send(review, "dedup", serde_json::json!({}));
        }
        self.follow(review, regrouped);
    }

    async fn citations_of(&self, review: Uuid, records: &[Uuid]) -> AppResult<Vec<Uuid>> {
        let rows = store::records::standing_of(&self.db(), review, records, &[]).await?;
        Ok(rows.into_iter().map(|row| row.citation_id).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Takes a statement back, and whatever a person said in the same act; what that had merged or split is as before it.
    ///
    /// # Errors
    /// `conflict` when it was taken back already; rules' statements are taken back with their run.
    pub async fn undo_link(&self, member: &Member, link: Uuid) -> AppResult<Changed> {
        member.contributor()?;
        let (app, by, now) = (self.clone(), member.clone(), self.clock.now());
        let row = store::links::get(&self.db(), member.review, link).await?.ok_or(AppError::not_found("link"))?;
        if row.by_user.is_none() {
            return Err(AppError::invalid("link_id", "rules_word"));
        }
        let (records, pairs, regrouped) = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let links = store::links::of_act(db, by.review, row.act).await?;
                    if store::links::undo_act(db, by.review, row.act, Some(by.user.id), now).await? == 0 {
                        return Err(AppError::conflict("already_undone"));
                    }
                    let (mut seeds, pairs) = (BTreeSet::new(), links.len());
                    for link in links {
                        let before = serde_json::json!({ "a": link.record_a, "b": link.record_b, "verdict": link.verdict });
                        app.log_by(db, &by, "link.undo", ("link", link.id), Some(before), None).await?;
                        seeds.extend([link.record_a, link.record_b]);
                    }
                    let seeds: Vec<Uuid> = seeds.into_iter().collect();
                    let regrouped = app.regroup(db, by.review, &seeds, false).await?;
                    Ok((seeds, pairs, regrouped))
                }
                .boxed()
            })
            .await?;
        self.said(member.review, regrouped);
        Ok(Changed { citation_ids: self.citations_of(member.review, &records).await?, pairs })
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
        if leave.len() * stay.len() > WORDS_MAX {
            return Err(AppError::invalid("record_ids", "too_many_items").with(WORDS_MAX));
        }
        let pairs = leave.iter().flat_map(|a| stay.iter().map(move |b| (*a, *b))).collect();
        let (link_ids, citation_ids) = self.say_all(member, pairs, PairVerdict::Different).await?;
        Ok(SplitDone { link_ids, citation_ids })
    }
}

fn evidence_of(link: &LinkRow) -> Vec<Evidence> {
    serde_json::from_str(&link.evidence).unwrap_or_default()
}

fn kind_of(evidence: &[Evidence]) -> String {
    queue::kind(evidence).map(|(field, code)| format!("{field}_{code}")).unwrap_or_default()
}
