//! Statements about pairs → which records are one citation. The one place where citations change their records.
//! One rule: the groups follow from records and statements alone; taking a statement back and grouping again is undoing it.
//!
//! Every record has a home citation with the record's own id. A group shows itself as the home of its smallest live record (the
//! root); the other homes are merged into it. Records of withdrawn imports never join others, but their homes stay with the
//! group they were in, so that decisions made there still count.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::FutureExt;
use uuid::Uuid;

use super::merged::{self, Part};
use super::{App, AppError, AppResult};
use crate::dedup::{self, Statement};
use crate::model::{PairVerdict, SourceKind};
use crate::store::links::Said;
use crate::store::records::Standing;
use crate::store::{self, Db, SourceRow};

/// Records that one transaction regroups, so that decisions get their turn in between.
const BATCH: usize = 400;

/// A group as it should be.
struct Group {
    root: Uuid,
    live: Vec<Uuid>,
    /// Also those of withdrawn imports.
    all: Vec<Uuid>,
}

/// What a regrouping did.
#[derive(Debug, Default)]
pub(crate) struct Regrouped {
    /// Citations that changed, those that ended among them.
    pub citations: Vec<Uuid>,
    /// What the search index should follow up to.
    pub version: i64,
}

/// The sources of a review as merging needs them.
pub(crate) struct Places(HashMap<Uuid, (i64, bool)>);

impl Places {
    pub(crate) fn of(rows: &[SourceRow]) -> Self {
        let databases = |row: &SourceRow| SourceKind::parse(&row.kind).is_none_or(SourceKind::is_database_or_register);
        Self(rows.iter().map(|row| (row.id, (row.position, databases(row)))).collect())
    }

    pub(crate) fn part(&self, id: Uuid, source: Uuid, record: crate::model::Record) -> Part {
        let (position, in_databases) = self.0.get(&source).copied().unwrap_or((i64::MAX, true));
        Part { id, source: (position, source), in_databases, record }
    }
}

impl App {
    /// Groups the records that hang together with `seeds` anew, within the caller's transaction. `again`: writes the merged
    /// fields also of groups whose records are the same as before (because their text, source or standing changed).
    pub(crate) async fn regroup(&self, db: &Db<'_>, review: Uuid, seeds: &[Uuid], again: bool) -> AppResult<Regrouped> {
        let (records, said) = closure(db, review, seeds).await?;
        let now = Now::of(&records);
        let mut changed: Vec<Group> = Vec::new();
        for group in groups(&records, &said) {
            if again || now.differs(&group) {
                changed.push(group);
            }
        }
        if changed.is_empty() {
            return Ok(Regrouped { citations: Vec::new(), version: store::citations::version(db, review).await? });
        }
        self.write_groups(db, review, &changed).await?;
        let mut citations: Vec<Uuid> = changed.iter().flat_map(|group| group.all.iter().copied()).collect();
        citations.sort_unstable();
        self.refresh_stages(db, review, &citations).await?;
        let version = store::citations::next_version(db, review).await?;
        Ok(Regrouped { citations, version })
    }

    async fn write_groups(&self, db: &Db<'_>, review: Uuid, groups: &[Group]) -> AppResult<()> {
        let wanted: Vec<Uuid> = groups.iter().flat_map(|group| shown(group).iter().copied()).collect();
        let places = Places::of(&store::sources::list(db, review).await?);
        let mut parts: HashMap<Uuid, Part> = HashMap::new();
        for row in store::records::by_ids(db, review, &wanted).await? {
            parts.insert(row.id, places.part(row.id, row.source_id, serde_json::from_str(&row.data).unwrap_or_default()));
        }
        let choices = store::choices::of_records(db, &wanted).await?;
        let roots: Vec<Uuid> = groups.iter().map(|group| group.root).collect();
        let mut rows: HashMap<Uuid, store::CitationRow> =
            store::citations::by_ids(db, review, &roots).await?.into_iter().map(|row| (row.id, row)).collect();
        for group in groups {
            let row = rows.remove(&group.root).ok_or_else(|| AppError::internal(format!("record {} has no home", group.root)))?;
            let parts: Vec<Part> = shown(group).iter().filter_map(|id| parts.remove(id)).collect();
            let row = store::CitationRow { merged_into: None, active: !group.live.is_empty(), ..row };
            store::citations::update(db, merged::fill(row, &parts, &merged::standing(&choices, shown(group)))).await?;
            let others: Vec<Uuid> = group.all.iter().copied().filter(|id| *id != group.root).collect();
            if !others.is_empty() {
                store::citations::merge_into(db, group.root, &others).await?;
            }
            store::records::move_to(db, group.root, &group.all).await?;
        }
        Ok(())
    }

    /// Groups these records and what hangs together with them, in transactions small enough for others to come between.
    pub(crate) async fn regroup_in_batches(
        &self,
        review: Uuid,
        records: &[Uuid],
        again: bool,
        mut told: impl FnMut(usize),
    ) -> AppResult<()> {
        let mut done = 0;
        for chunk in records.chunks(BATCH) {
            let (app, seeds) = (self.clone(), chunk.to_vec());
            let regrouped =
                self.store.write::<_, AppError, _>(move |db| async move { app.regroup(db, review, &seeds, again).await }.boxed()).await?;
            self.follow(review, regrouped);
            done += chunk.len();
            told(done);
        }
        Ok(())
    }

    /// Groups every record of the review and writes every citation anew.
    pub async fn regroup_all(&self, review: Uuid) -> AppResult<()> {
        let records: Vec<Uuid> = store::records::standing(&self.db(), review).await?.into_iter().map(|record| record.id).collect();
        self.regroup_in_batches(review, &records, true, |_| ()).await
    }

    /// After the commit: the index follows, and who watches is told.
    pub(crate) fn follow(&self, review: Uuid, regrouped: Regrouped) {
        if !regrouped.citations.is_empty() {
            self.reindex(review, regrouped.version, regrouped.citations);
            self.events.send(review, "dedup", serde_json::json!({}));
            self.events.send(review, "progress", serde_json::json!({}));
        }
    }

    /// Records whose group differs from what is stored: those that `regroup` would move.
    pub(crate) async fn misplaced(&self, review: Uuid) -> AppResult<Vec<Uuid>> {
        let db = self.db();
        let records = store::records::standing(&db, review).await?;
        let said = store::links::all(&db, review).await?;
        let now = Now::of(&records);
        let found = tokio::task::spawn_blocking(move || {
            let changed = groups(&records, &said).into_iter().filter(|group| now.differs(group));
            changed.flat_map(|group| group.all).collect::<Vec<Uuid>>()
        });
        found.await.map_err(AppError::internal)
    }
}

/// The records whose fields a citation shows: the live ones, or all where none lives.
fn shown(group: &Group) -> &[Uuid] {
    if group.live.is_empty() { &group.all } else { &group.live }
}

/// Which citation each record is in, and how many each holds.
struct Now {
    citation: HashMap<Uuid, Uuid>,
    held: HashMap<Uuid, usize>,
}

impl Now {
    fn of(records: &[Standing]) -> Self {
        let mut held = HashMap::new();
        for record in records {
            *held.entry(record.citation_id).or_default() += 1;
        }
        Self { citation: records.iter().map(|record| (record.id, record.citation_id)).collect(), held }
    }

    /// Whether a record of the group is elsewhere, or the group's citation holds one that is not of the group.
    fn differs(&self, group: &Group) -> bool {
        let elsewhere = group.all.iter().any(|id| self.citation.get(id) != Some(&group.root));
        elsewhere || self.held.get(&group.root) != Some(&group.all.len())
    }
}

/// The seeds, everything in a citation with one of them, and everything that a `same` ties to one of those; with what was said.
async fn closure(db: &Db<'_>, review: Uuid, seeds: &[Uuid]) -> AppResult<(Vec<Standing>, Vec<Said>)> {
    let mut records: BTreeMap<Uuid, Standing> = BTreeMap::new();
    let mut said: BTreeMap<i64, Said> = BTreeMap::new();
    let mut ids: BTreeSet<Uuid> = seeds.iter().copied().collect();
    let mut citations: BTreeSet<Uuid> = BTreeSet::new();
    loop {
        let new_ids: Vec<Uuid> = ids.iter().filter(|id| !records.contains_key(id)).copied().collect();
        let mut found = store::records::standing_of(db, review, &new_ids, &[]).await?;
        let new_citations: Vec<Uuid> =
            found.iter().map(|record| record.citation_id).collect::<BTreeSet<_>>().into_iter().filter(|id| citations.insert(*id)).collect();
        found.extend(store::records::standing_of(db, review, &[], &new_citations).await?);
        let fresh: BTreeMap<Uuid, Standing> =
            found.into_iter().filter(|record| !records.contains_key(&record.id)).map(|record| (record.id, record)).collect();
        if fresh.is_empty() {
            break;
        }
        let frontier: Vec<Uuid> = fresh.keys().copied().collect();
        records.extend(fresh);
        for link in store::links::touching(db, review, &frontier).await? {
            if link.verdict == "same" {
                ids.extend([link.record_a, link.record_b]);
            }
            said.insert(link.seq, link);
        }
    }
    Ok((records.into_values().collect(), said.into_values().collect()))
}

/// The groups of `records` (in order of ids) by what was said about them.
fn groups(records: &[Standing], said: &[Said]) -> Vec<Group> {
    let place: HashMap<Uuid, u32> = records.iter().zip(0u32..).map(|(record, at)| (record.id, at)).collect();
    let statements = statements(&place, said);
    let lives = |at: u32| records[at as usize].active;
    let among_live: Vec<Statement> = statements.iter().filter(|said| lives(said.a) && lives(said.b)).cloned().collect();
    let mut live = dedup::group(records.len(), &among_live);
    if records.iter().any(|record| !record.active) {
        let with_all = dedup::group(records.len(), &statements);
        // A withdrawn record stays with the first group that it would be in if it were live.
        let mut host: HashMap<u32, u32> = HashMap::new();
        for at in (0..records.len()).filter(|at| records[*at].active) {
            host.entry(with_all[at]).or_insert(live[at]);
        }
        for at in (0..records.len()).filter(|at| !records[*at].active) {
            live[at] = host.get(&with_all[at]).copied().unwrap_or(with_all[at]);
        }
    }
    let mut by_root: BTreeMap<u32, Group> = BTreeMap::new();
    for (record, root) in records.iter().zip(&live) {
        let root_id = records[*root as usize].id;
        let group = by_root.entry(*root).or_insert_with(|| Group { root: root_id, live: Vec::new(), all: Vec::new() });
        group.all.push(record.id);
        if record.active {
            group.live.push(record.id);
        }
    }
    by_root.into_values().collect()
}

/// What stands: every word of a person, the newest of the rules on each pair.
pub(super) fn statements(place: &HashMap<Uuid, u32>, said: &[Said]) -> Vec<Statement> {
    let mut persons = Vec::new();
    let mut rules: BTreeMap<(u32, u32), Statement> = BTreeMap::new();
    for link in said {
        let (Some(&a), Some(&b)) = (place.get(&link.record_a), place.get(&link.record_b)) else { continue };
        let verdict = verdict(&link.verdict);
        let by_person = link.by_user.is_some();
        let statement = Statement {
            a,
            b,
            verdict,
            by_person,
            seq: u64::try_from(link.seq).unwrap_or(0),
            score: link.score as f32,
            veto: !by_person && (link.veto || verdict == PairVerdict::Related),
        };
        if by_person {
            persons.push(statement);
        } else {
            rules.insert((a, b), statement); // oldest first: the newest stays
        }
    }
    persons.extend(rules.into_values());
    persons
}

pub(crate) fn verdict(text: &str) -> PairVerdict {
    match text {
        "same" => PairVerdict::Same,
        "related" => PairVerdict::Related,
        "different" => PairVerdict::Different,
        _ => PairVerdict::Review,
    }
}

pub(crate) fn verdict_text(verdict: PairVerdict) -> &'static str {
    match verdict {
        PairVerdict::Same => "same",
        PairVerdict::Related => "related",
        PairVerdict::Different => "different",
        PairVerdict::Review => "review",
    }
}
