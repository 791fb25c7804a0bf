//! Weights and vetoes → verdicts, for all candidate pairs of an import.
//!
//! One rule: merging needs the score, agreement in two independent groups of fields, and no veto.

use super::{
    BlockStats, Options, Progress, block,
    compare::{self, Features, PageLevel, TitleLevel},
    context::{Context, TELLING_TITLE},
    explain,
    fold::mix,
    glance::Glances,
    group,
    journal::{Journals, NO_JOURNAL, Relation},
    parse::{self, Kind, Parsed},
    score::{self, Weights},
    veto::{self, Veto},
};
use crate::model::{DedupLevel, Evidence, PairVerdict, Record, ScoredPair};
use rustc_hash::{FxHashMap, FxHashSet};

/// Score from which a pair is merged, and from which a person is asked.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    pub same: f32,
    pub review: f32,
}

/// The thresholds of a level.
pub fn thresholds(level: DedupLevel) -> Thresholds {
    match level {
        DedupLevel::Cautious => Thresholds { same: 9.0, review: 2.0 },
        DedupLevel::Balanced => Thresholds { same: 5.0, review: 1.0 },
        DedupLevel::Thorough => Thresholds { same: 3.0, review: 0.0 },
    }
}

/// Scores between which abstracts are compared: beyond, they could not change the verdict at any level.
const ABSTRACTS_FROM: f32 = -4.0;
const ABSTRACTS_TO: f32 = 13.0;
/// Title, people and place must not all be needed to believe a link: `Related` is kept from this score of title and people on.
const RELATED_SCORE: f32 = 6.0;
/// Times two journal spellings must meet in otherwise sure pairs to count as one journal.
const ALIAS_MIN: u32 = 3;

/// Largest cluster whose inner pairs are all checked.
const BRIDGE_LIMIT: usize = 60;
/// Below this, two records that only a third one links are kept apart.
const BRIDGE_SCORE: f32 = -4.0;

/// One run over an import.
pub struct Engine<'a> {
    records: &'a [Record],
    parsed: Vec<Parsed>,
    context: Context,
    journals: Journals,
    options: &'a Options,
    sketches: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Engine<'a> {
    /// Parses and counts.
    pub fn new(records: &'a [Record], sources: &[u32], options: &'a Options, progress: Progress<'_>) -> Self {
        progress("parse", 0.0);
        let mut journals = Journals::default();
        let parsed: Vec<Parsed> = records.iter().map(|r| parse::parse(r, &mut journals)).collect();
        progress("count", 0.0);
        let sources: Vec<u32> = (0..records.len()).map(|i| sources.get(i).copied().unwrap_or(0)).collect();
        let context = Context::new(&parsed, &sources);
        Self { records, parsed, context, journals, options, sketches: FxHashMap::default() }
    }

    /// Blocks, compares and judges: one list of pairs for each level asked for.
    pub fn run(mut self, levels: &[DedupLevel], progress: Progress<'_>) -> (Vec<Vec<ScoredPair>>, BlockStats) {
        progress("block", 0.0);
        let new_from = self.options.new_from.unwrap_or(0);
        let (mut open, stats) = block::candidates(&self.parsed, &self.context, &self.journals, 0, &self.options.without_keys);
        // All first looks before the first longer one: what they need lies side by side.
        {
            let glances = Glances::new(&self.parsed);
            open.retain(|pair| {
                let (a, b) = block::unpack(*pair);
                !glances.rule_out(a as usize, b as usize)
            });
        }
        let mut compared: Vec<(u32, u32, Features)> = Vec::new();
        let total = open.len().max(1) as f32;
        for (n, (a, b)) in open.into_iter().map(block::unpack).enumerate() {
            if n % 4096 == 0 {
                progress("compare", n as f32 / total);
            }
            let (i, j) = self.in_order(a, b);
            let features = compare::compare_open(&self.parsed[i], &self.parsed[j], (i, j), &self.context, &mut self.journals);
            let worth = |f: &Features| {
                f.title != TitleLevel::Low
                    || veto::same_place(f)
                    || f.volume == Relation::Equal && f.pages == PageLevel::Equal && f.people.matched > 0
                    || f.doi == Relation::Equal
                    || f.pmid == Relation::Equal
            };
            compared.extend(features.filter(worth).map(|features| (a, b, features)));
        }
        self.learn_journals(&mut compared);
        self.learn_databases(&mut compared);
        settle_columns(&mut compared);
        let mut lists: Vec<Vec<ScoredPair>> = vec![Vec::new(); levels.len()];
        for (a, b, features) in &compared {
            self.judge(*a, *b, features, levels, &mut lists);
        }
        for pairs in &mut lists {
            self.check_bridges(pairs);
            pairs.retain(|p| p.b as usize >= new_from);
        }
        (lists, stats)
    }

    /// The full comparison, whatever it finds.
    fn compare(&mut self, a: u32, b: u32) -> Features {
        let (i, j) = self.in_order(a, b);
        compare::compare(&self.parsed[i], &self.parsed[j], (i, j), &self.context, &mut self.journals)
    }

    /// Positions such that which side is first depends on content alone.
    fn in_order(&self, a: u32, b: u32) -> (usize, usize) {
        let (i, j) = (a as usize, b as usize);
        if self.parsed[i].content > self.parsed[j].content { (j, i) } else { (i, j) }
    }

    /// Journal spellings that meet again and again in pairs with equal title and people are one journal ("SIGMOD Conference" and
    /// "International Conference on Management of Data").
    fn learn_journals(&mut self, compared: &mut [(u32, u32, Features)]) {
        let mut meetings: FxHashMap<(u32, u32), (u32, u32)> = FxHashMap::default();
        let mut own: FxHashMap<u32, u32> = FxHashMap::default();
        for (a, b, f) in compared.iter() {
            let (x, y) = (self.parsed[*a as usize].journal, self.parsed[*b as usize].journal);
            let sure =
                f.title == TitleLevel::Exact && !f.recurring && f.people.matched > 0 && f.people.matched == f.people.shorter && f.year <= 0;
            if x == y && sure {
                *own.entry(x).or_default() += 1;
            }
            if x == NO_JOURNAL || y == NO_JOURNAL || x == y || !sure || f.journal != Relation::Conflict {
                continue;
            }
            if self.journals.get(x).map(|j| j.preprint) != self.journals.get(y).map(|j| j.preprint) {
                continue;
            }
            let meeting = |i: u32| self.parsed[i as usize].kind == Kind::Meeting;
            if meeting(*a) != meeting(*b) {
                continue; // the same titles at a meeting and in a journal make no journal of the meeting
            }
            let entry = meetings.entry((x.min(y), x.max(y))).or_default();
            entry.0 += 1;
            entry.1 += u32::from(f.pages == PageLevel::Disjoint || f.volume == Relation::Conflict || f.doi == Relation::Conflict);
        }
        for ((x, y), (met, against)) in meetings {
            // Two journals that each meet themselves much more often are two journals that printed the same abstracts.
            let rather_itself = [x, y].iter().map(|j| own.get(j).copied().unwrap_or(0)).min().is_some_and(|own| own > 3 * met);
            if met >= ALIAS_MIN && against * 4 <= met && !rather_itself {
                self.journals.learn(x, y);
            }
        }
        for (a, b, f) in compared {
            if f.journal == Relation::Conflict {
                f.journal = self.journals.relation(self.parsed[*a as usize].journal, self.parsed[*b as usize].journal);
            }
        }
    }

    /// A database that plainly lists works twice (a merged library, a search engine) says nothing by listing two entries.
    fn learn_databases(&self, compared: &mut [(u32, u32, Features)]) {
        let mut listed: FxHashMap<u32, u32> = FxHashMap::default();
        self.parsed.iter().for_each(|p| *listed.entry(p.database).or_default() += 1);
        let mut twins: FxHashMap<u32, u32> = FxHashMap::default();
        for (a, _, _) in compared.iter().filter(|(_, _, f)| f.same_database && f.year <= 0 && twin(f)) {
            *twins.entry(self.parsed[*a as usize].database).or_default() += 1;
        }
        twins.retain(|database, n| *n >= TWINS_MIN && *n * TWINS_SHARE >= listed[database]);
        for (a, _, f) in compared.iter_mut().filter(|(_, _, f)| f.same_database) {
            f.same_database = !twins.contains_key(&self.parsed[*a as usize].database);
        }
    }

    /// The verdicts on one pair, added to the lists of the levels at which it is worth keeping. The score is the same at every level.
    fn judge(&mut self, a: u32, b: u32, features: &Features, levels: &[DedupLevel], lists: &mut [Vec<ScoredPair>]) {
        let mut f = *features;
        let mut weights = score::weigh(&f);
        let mut total = weights.total(f.same_database);
        if (ABSTRACTS_FROM..ABSTRACTS_TO).contains(&total) {
            f.abstracts = self.abstracts(a, b);
            weights = score::weigh(&f);
            total = weights.total(f.same_database);
        }
        let veto = self.veto(&f, a, b);
        let mut pair: Option<ScoredPair> = None;
        for (level, list) in levels.iter().zip(lists) {
            let Some(verdict) = verdict(&f, &weights, total, veto, thresholds(*level)) else { continue };
            let made = pair.take().unwrap_or_else(|| {
                let evidence = explain::explain(&f, &weights, veto, &self.records[a as usize], &self.records[b as usize]);
                ScoredPair { a, b, score: self.with_tie_break(total, a, b), verdict, evidence }
            });
            if levels.len() > 1 {
                pair = Some(made.clone());
            }
            list.push(ScoredPair { verdict, ..made });
        }
    }

    fn veto(&self, f: &Features, a: u32, b: u32) -> Option<Veto> {
        veto::veto(f, &self.parsed[a as usize], &self.parsed[b as usize]).filter(|veto| !self.options.without_vetoes.contains(veto))
    }

    /// Looks at the pairs that merging would put together although no key brought them together: a veto among them, or plain
    /// disagreement, keeps their clusters apart (see `group`).
    fn check_bridges(&mut self, pairs: &mut Vec<ScoredPair>) {
        let clusters = group::group(self.parsed.len(), &group::statements(pairs));
        let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (i, cluster) in clusters.iter().enumerate() {
            members.entry(*cluster).or_default().push(i as u32);
        }
        let mut groups: Vec<Vec<u32>> = members.into_values().filter(|m| (3..=BRIDGE_LIMIT).contains(&m.len())).collect();
        groups.sort_unstable();
        if groups.is_empty() {
            return;
        }
        let judged: FxHashSet<(u32, u32)> = pairs.iter().map(|p| (p.a, p.b)).collect();
        for group in groups {
            for (n, &a) in group.iter().enumerate() {
                for &b in group[n + 1..].iter().filter(|b| !judged.contains(&(a, **b))) {
                    pairs.extend(self.bridge(a, b));
                }
            }
        }
        pairs.sort_by_key(|p| (p.a, p.b));
    }

    /// The statement that keeps an unjudged pair of one cluster apart, if it should be.
    fn bridge(&mut self, a: u32, b: u32) -> Option<ScoredPair> {
        let f = self.compare(a, b);
        let weights = score::weigh(&f);
        let total = weights.total(f.same_database);
        let veto = self.veto(&f, a, b);
        if veto.is_none() && total >= BRIDGE_SCORE {
            return None;
        }
        let mut evidence = explain::explain(&f, &weights, veto, &self.records[a as usize], &self.records[b as usize]);
        if veto.is_none() {
            evidence.insert(0, Evidence { field: "cluster".into(), code: "veto_bridge".into(), weight: 0.0, detail: String::new() });
        }
        let verdict = if veto.is_some_and(Veto::is_related) { PairVerdict::Related } else { PairVerdict::Review };
        Some(ScoredPair { a, b, score: self.with_tie_break(total, a, b), verdict, evidence })
    }

    /// Equal scores are told apart by content, in the third decimal, so that grouping never depends on positions.
    fn with_tie_break(&self, total: f32, a: u32, b: u32) -> f32 {
        let (x, y) = (self.parsed[a as usize].content, self.parsed[b as usize].content);
        let share = mix(x ^ y) % 1000;
        (total * 100.0).round() / 100.0 + share as f32 * 1e-5
    }

    fn abstracts(&mut self, a: u32, b: u32) -> f32 {
        if !self.parsed[a as usize].has_abstract || !self.parsed[b as usize].has_abstract {
            return -1.0;
        }
        for i in [a, b] {
            let text = self.records[i as usize].abstract_text.as_deref().unwrap_or_default();
            self.sketches.entry(i).or_insert_with(|| parse::sketch(text));
        }
        compare::abstract_overlap(&self.sketches[&a], &self.sketches[&b])
    }
}

/// Entries of a recurring column that nothing but title, people, journal and year describes. Where each of two has only the other, they
/// are one entry, listed once by each database; among several nobody could tell which belongs to which, so nothing is said.
fn settle_columns(compared: &mut Vec<(u32, u32, Features)>) {
    let bare = |f: &Features| {
        f.recurring
            && f.title == TitleLevel::Exact
            && f.people.matched > 0
            && f.year == 0
            && f.unplaced
            && f.pages == PageLevel::Missing
            && f.doi != Relation::Equal
            && f.pmid != Relation::Equal
    };
    let mut rivals: FxHashMap<u32, u32> = FxHashMap::default();
    for (a, b, _) in compared.iter().filter(|(_, _, f)| bare(f)) {
        *rivals.entry(*a).or_default() += 1;
        *rivals.entry(*b).or_default() += 1;
    }
    compared.retain_mut(|(a, b, f)| {
        if !bare(f) {
            return true;
        }
        f.recurring = false;
        rivals[a] == 1 && rivals[b] == 1
    });
}

/// Twins in a database from which on it counts as one that lists works twice, and of how many of its records one must be a twin.
const TWINS_MIN: u32 = 3;
const TWINS_SHARE: u32 = 100;

/// The same telling title by all the same people, and nothing against it: one work listed twice.
fn twin(f: &Features) -> bool {
    f.title_info >= TELLING_TITLE && veto::same_words(f) && f.people.matched == f.people.longer && !in_conflict(f)
}

/// How many independent groups agree: identifier, title, people, place, abstract.
fn groups(f: &Features) -> u32 {
    let id = veto::same_id(f) || f.accession == Relation::Equal && f.same_database;
    let title = f.title >= TitleLevel::Close && !f.recurring;
    let people = f.people.matched > 0 && f.people.matched * 2 >= f.people.shorter || f.readings.0 > f.readings.1 || nobody(f);
    u32::from(id) + u32::from(title) + u32::from(people) + u32::from(veto::same_place(f)) + u32::from(f.abstracts > 0.5)
}

/// No authors on one side or both, and a telling title in the same journal and year: news, tables, notes of a group.
fn nobody(f: &Features) -> bool {
    f.people.shorter == 0
        && !f.kanji_latin
        && f.title == TitleLevel::Exact
        && !f.recurring
        && f.title_info >= TELLING_TITLE
        && matches!(f.journal, Relation::Equal | Relation::Compatible)
        && f.year == 0
        && f.volume != Relation::Conflict
        && f.pages != PageLevel::Disjoint
}

/// A short title needs less when nothing at all speaks against the pair.
const ALL_AGREES: f32 = 2.0;

/// Title, all people and the year agree, the journal too, and no field conflicts.
fn all_agrees(f: &Features) -> bool {
    let people = f.people.matched > 0 && f.people.matched == f.people.longer;
    f.title == TitleLevel::Exact && !f.recurring && people && f.year == 0 && f.journal != Relation::Missing && !in_conflict(f)
}

/// And still less when the abstracts are one text.
const SAME_ABSTRACT: f32 = 3.0;

/// Title and abstract are the same words, and no field conflicts.
fn same_abstract(f: &Features) -> bool {
    let people = f.people.shorter == 0 || f.people.matched > 0;
    f.title == TitleLevel::Exact && !f.recurring && f.abstracts > 0.9 && people && f.year <= 0 && !in_conflict(f)
}

/// A field other than title, people and year says that these are two.
fn in_conflict(f: &Features) -> bool {
    [f.journal, f.volume, f.issue, f.doi, f.pmid, f.trial].contains(&Relation::Conflict) || f.pages == PageLevel::Disjoint
}

fn verdict(f: &Features, w: &Weights, total: f32, veto: Option<Veto>, limits: Thresholds) -> Option<PairVerdict> {
    let belongs = w.title + w.authors + w.abstracts.max(0.0) + w.doi.max(0.0) + w.pmid.max(0.0);
    if let Some(veto) = veto {
        if (veto.wants_review() || answered(f, veto) || printed_again(f, veto))
            && total >= limits.review
            && (veto != Veto::SameDatabase || twin(f))
        {
            return Some(PairVerdict::Review);
        }
        let related = veto.is_related() && belongs >= RELATED_SCORE && f.title >= TitleLevel::Close;
        return related.then_some(PairVerdict::Related);
    }
    if f.title <= TitleLevel::Loose
        && let Some(cross) = across_languages(f)
    {
        return Some(cross);
    }
    let sure_place = match f.pages {
        PageLevel::Disjoint if f.volume == Relation::Conflict => f.pmid == Relation::Equal, // a DOI that another item's place contradicts
        PageLevel::Disjoint if f.year > 0 && f.journal == Relation::Missing => veto::same_id(f), // a meeting's paper and the journal's
        PageLevel::Disjoint => veto::same_id(f) || f.volume == Relation::Missing || veto::same_words(f) && f.page_span == 0,
        _ => true,
    };
    let odd = (f.diff.odd_a.min(f.diff.odd_b), f.diff.odd_a.max(f.diff.odd_b));
    let other_words = f.doi == Relation::Conflict && f.title < TitleLevel::Variant && (odd.0 > 0 || odd.1 > 0 && !veto::same_place(f));
    let bare = f.journal == Relation::Conflict
        && (f.people.matched < 2 || f.volume != Relation::Equal)
        && !matches!(f.pages, PageLevel::Equal | PageLevel::Start)
        && !veto::same_id(f);
    let all_people = f.people.matched > 0 && f.people.matched == f.people.longer;
    let only_year = f.unplaced && f.journal == Relation::Compatible && f.title == TitleLevel::Exact && all_people && f.year == 1;
    let listed = f.people.matched == f.people.shorter && f.people.shorter >= LISTED_PEOPLE; // lists are cut after three or six
    let near = f.year <= 1 || f.volume == Relation::Equal;
    let same_text = f.journal == Relation::Compatible && f.title == TitleLevel::Exact && f.abstracts > 0.5;
    let known = (f.journal == Relation::Equal || same_text) && (all_people || listed) && near || only_year;
    let unplaced = f.year > 0 && !known && !veto::same_id(f) && f.pages == PageLevel::Missing;
    let least = if same_abstract(f) {
        limits.same - SAME_ABSTRACT
    } else if all_agrees(f) || nobody(f) {
        limits.same - ALL_AGREES
    } else {
        limits.same
    };
    let strangers = f.people.matched == 0 && f.people.shorter > 0 && f.people.initials_differ == 0;
    let changed = f.title <= TitleLevel::Close && odd.0 > 0; // other words on both sides
    let other_doi = f.doi == Relation::Conflict && f.title < TitleLevel::Exact;
    let one_side_placed = f.volume == Relation::Missing && !f.unplaced;
    let another = f.diff.population || f.protocol || f.title <= TitleLevel::Close && odd.1 >= ANOTHER_SUBJECT && one_side_placed;
    let doubtful = (strangers || f.head || f.next_part || changed || other_doi || another) && !veto::same_id(f) && !veto::same_place(f);
    if total >= least && !doubtful && !bare && !unplaced && !other_words && groups(f) >= 2 && f.title != TitleLevel::Low && sure_place {
        return Some(PairVerdict::Same);
    }
    (total >= limits.review && groups(f) >= 1 || retitled(f)).then_some(PairVerdict::Review)
}

/// Words of its own that make a title that is only close to another one speak of another subject.
const ANOTHER_SUBJECT: u8 = 2;

/// A letter and its reply in one range of pages, by the same people: perhaps a record of both together.
fn answered(f: &Features, veto: Veto) -> bool {
    veto == Veto::Notice && f.pages == PageLevel::Overlap && f.title == TitleLevel::Exact && f.people.matched == f.people.shorter
}

/// The same article, abstract and all, in two volumes of one journal: printed twice, or one of the two places is a slip.
fn printed_again(f: &Features, veto: Veto) -> bool {
    veto == Veto::OtherPlace
        && matches!(f.journal, Relation::Equal | Relation::Compatible)
        && veto::same_words(f)
        && f.people.matched == f.people.longer
        && f.abstracts > 0.8
        && (0..=1).contains(&f.year)
}

/// Shortest list of authors that databases cut longer ones to.
const LISTED_PEOPLE: usize = 3;

/// People that make it likely that a title was only worded anew.
const RETITLED_PEOPLE: usize = 4;

/// The same many people in the same journal and year, a title partly alike, and a side without volume and pages: a person decides.
fn retitled(f: &Features) -> bool {
    f.title == TitleLevel::Loose
        && f.people.matched >= RETITLED_PEOPLE
        && f.people.matched == f.people.shorter
        && matches!(f.journal, Relation::Equal | Relation::Compatible)
        && f.year == 0
        && f.volume == Relation::Missing
        && f.pages == PageLevel::Missing
        && f.doi != Relation::Conflict
}

/// The same article under titles that can't be compared word by word: place in the journal and people must carry it.
fn across_languages(f: &Features) -> Option<PairVerdict> {
    if f.year > 1 || f.issue == Relation::Conflict && f.pages != PageLevel::Equal {
        return None;
    }
    let journal = matches!(f.journal, Relation::Equal | Relation::Compatible);
    let start = matches!(f.pages, PageLevel::Equal | PageLevel::Start);
    let volume = f.volume == Relation::Equal;
    let id = f.doi == Relation::Equal && !f.container;
    let people = f.people.matched > 0 && f.people.matched == f.people.shorter || f.people.first && f.people.matched * 2 >= f.people.shorter;
    if f.cross_script || f.kanji_latin {
        let (agree, contradict) = f.readings;
        if contradict > agree {
            return None;
        }
        let named = agree > 0 && contradict == 0 || f.people.matched > 0 && f.people.matched == f.people.shorter;
        let points = u32::from(journal)
            + u32::from(volume)
            + u32::from(start)
            + u32::from(f.pages == PageLevel::Equal)
            + u32::from(f.year == 0)
            + u32::from(f.issue == Relation::Equal)
            + 2 * u32::from(named)
            + 3 * u32::from(id);
        let everything = volume && f.issue == Relation::Equal && f.pages == PageLevel::Equal && f.page_span >= 1 && f.year == 0;
        if everything && agree >= 2 && named && f.same_count && f.journal == Relation::Missing {
            return Some(PairVerdict::Same); // a journal that the table does not hold
        }
        if (journal && volume && start || id) && f.volume != Relation::Conflict && points >= 6 {
            return Some(PairVerdict::Same);
        }
        return (points >= 4 && start && (journal || named)).then_some(PairVerdict::Review);
    }
    let whole = volume && f.pages == PageLevel::Equal && f.page_span >= 1 && f.year == 0;
    let everybody = f.people.matched > 1 && f.people.matched == f.people.longer;
    if !(journal && volume && start) {
        let slipped = journal && volume && f.pages == PageLevel::Overlap && people && f.translated;
        if slipped && f.title == TitleLevel::Loose && f.people.matched == f.people.longer && f.year == 0 {
            return Some(PairVerdict::Same);
        }
        let whole = whole && !(f.journal == Relation::Conflict && f.issue == Relation::Conflict);
        return match (whole && people, everybody && (f.translated || f.title == TitleLevel::Loose)) {
            (true, true) => Some(PairVerdict::Same),
            (true, false) => Some(PairVerdict::Review),
            _ => slipped.then_some(PairVerdict::Review),
        };
    }
    if f.issue == Relation::Conflict || f.doi == Relation::Conflict {
        return (people && f.translated).then_some(PairVerdict::Review);
    }
    if people && (f.translated || f.pages == PageLevel::Equal && f.page_span >= 1 || f.abstracts > 0.8) {
        return Some(PairVerdict::Same);
    }
    (people || f.translated || f.people.shorter == 0 && f.pages == PageLevel::Equal && f.page_span >= 2).then_some(PairVerdict::Review)
}
