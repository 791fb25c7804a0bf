//! What deduplication would do before it does it: each level's effect on this data, and what a further run would change.
//!
//! One rule: nothing is scored here. Effects follow from statements by the same `group` that merges, so a preview can't differ from
//! the run it shows.

use super::{Options, Progress, Statement, find_levels, group, statements};
use crate::model::{DedupLevel, PairVerdict, Record, ScoredPair};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The three levels, from the one that merges least. `Cautious` is shown as careful, `Balanced` as standard, `Thorough` as generous.
pub const LEVELS: [DedupLevel; 3] = [DedupLevel::Cautious, DedupLevel::Balanced, DedupLevel::Thorough];

/// Where the records of one source would end up; each counts once, under the first that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceEffect {
    pub source: u32,
    pub records: usize,
    /// In a citation of several records.
    pub certain: usize,
    /// Alone, with a pair that a person should look at.
    pub review: usize,
    /// Alone, related to another record.
    pub related: usize,
    /// None of these.
    pub unique: usize,
}

/// What a set of statements makes of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    pub records: usize,
    /// Records that are no longer citations of their own: `records − merged` citations are left.
    pub merged: usize,
    /// Citations of several records.
    pub groups: usize,
    /// Questions for a person, and the records in them: pairs to look at whose records are not together anyway; several between the same
    /// two citations are one question.
    pub review_pairs: usize,
    pub review_records: usize,
    /// Related pairs.
    pub related_pairs: usize,
    /// By number of the source, rising.
    pub by_source: Vec<SourceEffect>,
    /// `(a, b, n)`, `a ≤ b`: each record of a citation after the first counts once, beside the source of the first, as PRISMA's duplicates
    /// are counted; `(a, a, n)` are duplicates within a source. Sorted.
    pub by_pair: Vec<(u32, u32, usize)>,
}

/// What each of [`LEVELS`] would do, from one scoring pass. `words` are persons' statements: they stand at every level.
/// `sources[i]` is the source of record `i`; a shorter slice counts as source 0.
pub fn levels(records: &[Record], sources: &[u32], options: &Options, words: &[Statement], progress: Progress<'_>) -> [Effect; 3] {
    find_levels(records, sources, options, progress).map(|pairs| effect(records.len(), sources, &with_words(&pairs, words)))
}

/// The rules' statements about these pairs, and persons' words.
pub fn with_words(pairs: &[ScoredPair], words: &[Statement]) -> Vec<Statement> {
    words.iter().filter(|word| word.by_person).cloned().chain(statements(pairs)).collect()
}

/// What the statements make of `n` records.
pub fn effect(n: usize, sources: &[u32], said: &[Statement]) -> Effect {
    let clusters = group(n, said);
    let source = |i: usize| sources.get(i).copied().unwrap_or(0);
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (i, cluster) in clusters.iter().enumerate() {
        members.entry(*cluster).or_default().push(source(i));
    }
    let mut pairs: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for of in members.values_mut().filter(|of| of.len() > 1) {
        of.sort_unstable();
        of[1..].iter().for_each(|other| *pairs.entry((of[0], *other)).or_default() += 1);
    }
    let mut effect = Effect {
        records: n,
        merged: n - members.len(),
        groups: members.values().filter(|of| of.len() > 1).count(),
        by_pair: pairs.into_iter().map(|((a, b), n)| (a, b, n)).collect(),
        ..Effect::default()
    };
    let (mut review, mut related, mut asked) = (FxHashSet::default(), FxHashSet::default(), FxHashSet::default());
    let between = |a: u32, b: u32| {
        let (x, y) = (clusters[a as usize], clusters[b as usize]);
        (x.min(y), x.max(y))
    };
    let standing = standing(said);
    let spoken: FxHashSet<(u32, u32)> = said.iter().filter(|s| s.by_person).map(key).collect();
    let kept_apart = |k: &&(u32, u32)| matches!(standing.get(*k), Some(PairVerdict::Different | PairVerdict::Related));
    let apart: FxHashSet<(u32, u32)> = spoken.iter().filter(kept_apart).map(|&(a, b)| between(a, b)).collect();
    for (&(a, b), verdict) in &standing {
        match verdict {
            PairVerdict::Review => {
                let (x, y) = between(a, b);
                if x != y && !apart.contains(&(x, y)) {
                    effect.review_pairs += usize::from(asked.insert((x, y)));
                    review.extend([a, b]);
                }
            }
            PairVerdict::Related => {
                effect.related_pairs += 1;
                related.extend([a, b]);
            }
            _ => {}
        }
    }
    effect.review_records = review.len();
    let mut by_source: BTreeMap<u32, SourceEffect> = BTreeMap::new();
    for i in 0..n {
        let of = by_source.entry(source(i)).or_default();
        of.source = source(i);
        of.records += 1;
        let id = i as u32;
        let slot = match () {
            () if members[&clusters[i]].len() > 1 => &mut of.certain,
            () if review.contains(&id) => &mut of.review,
            () if related.contains(&id) => &mut of.related,
            () => &mut of.unique,
        };
        *slot += 1;
    }
    effect.by_source = by_source.into_values().collect();
    effect
}

/// Records whose citations a further run would divide otherwise: `before` and `after` hold the same records, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrouping {
    pub before: Vec<Vec<u32>>,
    pub after: Vec<Vec<u32>>,
}

/// A pair of which the rules would say something else. `None`: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairChange {
    pub a: u32,
    pub b: u32,
    pub before: Option<PairVerdict>,
    pub after: Option<PairVerdict>,
}

/// The difference between what stands and what a further run would make of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Citations that would be joined, parted or exchange records; by smallest record.
    pub regroupings: Vec<Regrouping>,
    /// Pairs of which a person has not spoken and the rules would say something else; sorted.
    pub pairs: Vec<PairChange>,
}

/// What would change if the rules' statements among `stored` were replaced by those about `fresh`. Persons' words among `stored` stay.
/// Of several statements of rules about one pair the last of `stored` counts.
pub fn changes(n: usize, stored: &[Statement], fresh: &[ScoredPair]) -> Changes {
    let rerun = with_words(fresh, stored);
    let (before, after) = (group(n, &latest(stored)), group(n, &rerun));
    let spoken: FxHashSet<(u32, u32)> = stored.iter().filter(|s| s.by_person).map(key).collect();
    let (old, new) = (standing(stored), standing(&rerun));
    let keys: std::collections::BTreeSet<(u32, u32)> = old.keys().chain(new.keys()).copied().filter(|k| !spoken.contains(k)).collect();
    let said = |map: &FxHashMap<(u32, u32), PairVerdict>, k| map.get(k).copied().filter(|v| *v != PairVerdict::Different);
    let pairs = keys
        .iter()
        .map(|k| PairChange { a: k.0, b: k.1, before: said(&old, k), after: said(&new, k) })
        .filter(|change| change.before != change.after)
        .collect();
    Changes { regroupings: regroupings(&before, &after), pairs }
}

fn key(s: &Statement) -> (u32, u32) {
    (s.a.min(s.b), s.a.max(s.b))
}

/// Persons' words, and of the rules' statements about each pair the last.
fn latest(said: &[Statement]) -> Vec<Statement> {
    let last: FxHashMap<(u32, u32), usize> = said.iter().enumerate().filter(|(_, s)| !s.by_person).map(|(i, s)| (key(s), i)).collect();
    said.iter().enumerate().filter(|(i, s)| s.by_person || last[&key(s)] == *i).map(|(_, s)| s.clone()).collect()
}

/// What holds of each pair: a person's latest word, else the rules' last statement.
fn standing(said: &[Statement]) -> FxHashMap<(u32, u32), PairVerdict> {
    let mut order: Vec<&Statement> = said.iter().filter(|s| s.a != s.b).collect();
    order.sort_by_key(|s| (s.by_person, s.seq));
    order.into_iter().map(|s| (key(s), s.verdict)).collect()
}

/// The parts in which two divisions of the same records differ.
fn regroupings(before: &[u32], after: &[u32]) -> Vec<Regrouping> {
    let (old, new) = (by_cluster(before), by_cluster(after));
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for start in 0..before.len() as u32 {
        if seen.contains(&start) || old[&before[start as usize]] == new[&after[start as usize]] {
            continue;
        }
        let (mut queue, mut olds, mut news) = (vec![start], FxHashSet::default(), FxHashSet::default());
        while let Some(i) = queue.pop() {
            if !seen.insert(i) {
                continue;
            }
            let (x, y) = (before[i as usize], after[i as usize]);
            olds.insert(x);
            news.insert(y);
            queue.extend(old[&x].iter().chain(&new[&y]));
        }
        let lists = |ids: FxHashSet<u32>, of: &FxHashMap<u32, Vec<u32>>| {
            let mut lists: Vec<Vec<u32>> = ids.iter().map(|id| of[id].clone()).collect();
            lists.sort_unstable();
            lists
        };
        found.push(Regrouping { before: lists(olds, &old), after: lists(news, &new) });
    }
    found
}

fn by_cluster(clusters: &[u32]) -> FxHashMap<u32, Vec<u32>> {
    let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (i, cluster) in clusters.iter().enumerate() {
        members.entry(*cluster).or_default().push(i as u32);
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(a: u32, b: u32, verdict: PairVerdict) -> Statement {
        Statement { a, b, verdict, by_person: false, seq: 0, score: 9.0, veto: verdict == PairVerdict::Related }
    }

    fn pair(a: u32, b: u32, verdict: PairVerdict) -> ScoredPair {
        ScoredPair { a, b, score: 9.0, verdict, evidence: Vec::new() }
    }

    #[test]
    fn an_effect_counts_each_record_once() {
        let said = [
            rule(0, 1, PairVerdict::Same),
            rule(1, 3, PairVerdict::Same),
            rule(2, 4, PairVerdict::Review),
            rule(4, 5, PairVerdict::Related),
        ];
        let effect = effect(7, &[0, 0, 0, 1, 1, 1, 1], &said);
        assert_eq!((effect.merged, effect.groups, effect.review_pairs, effect.review_records, effect.related_pairs), (2, 1, 1, 2, 1));
        assert_eq!(effect.by_pair, [(0, 0, 1), (0, 1, 1)]);
        let first = SourceEffect { source: 0, records: 3, certain: 2, review: 1, related: 0, unique: 0 };
        let second = SourceEffect { source: 1, records: 4, certain: 1, review: 1, related: 1, unique: 1 };
        assert_eq!(effect.by_source, [first, second]);
    }

    #[test]
    fn what_follows_from_a_persons_word_is_not_asked() {
        let said = [rule(0, 1, PairVerdict::Same), rule(0, 2, PairVerdict::Review), rule(1, 2, PairVerdict::Review)];
        assert_eq!(effect(3, &[0], &said).review_pairs, 1);
        for verdict in [PairVerdict::Different, PairVerdict::Related] {
            let word = Statement { by_person: true, seq: 7, ..rule(0, 2, verdict) };
            let spoken = [&said[..], &[word]].concat();
            assert_eq!((effect(3, &[0], &spoken).review_pairs, effect(3, &[0], &spoken).review_records), (0, 0));
        }
    }

    #[test]
    fn changes_show_what_would_be_joined_and_parted() {
        let stored = [rule(0, 1, PairVerdict::Same), rule(2, 3, PairVerdict::Review), rule(4, 5, PairVerdict::Same)];
        let fresh = [pair(0, 1, PairVerdict::Review), pair(2, 3, PairVerdict::Same), pair(4, 5, PairVerdict::Same)];
        let changes = changes(6, &stored, &fresh);
        let parted = Regrouping { before: vec![vec![0, 1]], after: vec![vec![0], vec![1]] };
        let joined = Regrouping { before: vec![vec![2], vec![3]], after: vec![vec![2, 3]] };
        assert_eq!(changes.regroupings, [parted, joined]);
        assert_eq!(changes.pairs.len(), 2);
    }

    #[test]
    fn a_persons_word_is_no_change() {
        let word = Statement { by_person: true, seq: 7, verdict: PairVerdict::Different, ..rule(0, 1, PairVerdict::Same) };
        assert_eq!(changes(2, &[rule(0, 1, PairVerdict::Review), word], &[pair(0, 1, PairVerdict::Same)]), Changes::default());
    }
}
