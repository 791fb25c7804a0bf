//! Statements about pairs → clusters.
//!
//! One rule: a cluster never holds a pair that a person called different, nor (unless a person joined them) a pair that a rule vetoed.

use crate::model::{PairVerdict, ScoredPair};
use rustc_hash::FxHashSet;

/// A statement about records `a` and `b` (positions, in any order).
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub a: u32,
    pub b: u32,
    pub verdict: PairVerdict,
    pub by_person: bool,
    /// Order of persons' words: the larger is the later. Of no meaning for rules.
    pub seq: u64,
    pub score: f32,
    /// A rule forbids merging this pair.
    pub veto: bool,
}

/// The rules' statements. Related pairs are vetoes: linked, never merged.
pub fn statements(pairs: &[ScoredPair]) -> Vec<Statement> {
    let vetoed = |p: &ScoredPair| p.verdict == PairVerdict::Related || p.evidence.iter().any(|e| e.code.starts_with("veto_"));
    pairs
        .iter()
        .map(|p| Statement { a: p.a, b: p.b, verdict: p.verdict, by_person: false, seq: 0, score: p.score, veto: vetoed(p) })
        .collect()
}

struct Clusters {
    parent: Vec<u32>,
    /// Members of the cluster, at its root.
    members: Vec<Vec<u32>>,
    /// Records that may not be in the cluster with this record.
    apart: Vec<FxHashSet<u32>>,
}

impl Clusters {
    fn new(n: usize) -> Self {
        Self { parent: (0..n as u32).collect(), members: (0..n as u32).map(|i| vec![i]).collect(), apart: vec![FxHashSet::default(); n] }
    }

    fn root(&mut self, mut i: u32) -> u32 {
        while self.parent[i as usize] != i {
            let up = self.parent[self.parent[i as usize] as usize];
            self.parent[i as usize] = up;
            i = up;
        }
        i
    }

    fn forbid(&mut self, a: u32, b: u32) {
        self.apart[a as usize].insert(b);
        self.apart[b as usize].insert(a);
    }

    /// Joins the clusters of two records unless a forbidden pair would meet.
    fn join(&mut self, a: u32, b: u32) {
        let (mut x, mut y) = (self.root(a), self.root(b));
        if x == y {
            return;
        }
        if self.members[x as usize].len() < self.members[y as usize].len() {
            std::mem::swap(&mut x, &mut y);
        }
        for i in 0..self.members[y as usize].len() {
            let member = self.members[y as usize][i];
            let others: Vec<u32> = self.apart[member as usize].iter().copied().collect();
            if others.into_iter().any(|o| self.root(o) == x) {
                return;
            }
        }
        let moved = std::mem::take(&mut self.members[y as usize]);
        self.parent[y as usize] = x;
        self.members[x as usize].extend(moved);
    }
}

/// Clusters of `n` records: for each the smallest position in its cluster. Statements about positions beyond `n` are ignored.
/// Persons' words go first, the latest before the earlier; then rules, by falling score.
pub fn group(n: usize, statements: &[Statement]) -> Vec<u32> {
    let mut clusters = Clusters::new(n);
    let valid = |s: &&Statement| s.a != s.b && (s.a as usize) < n && (s.b as usize) < n;
    let mut words: Vec<&Statement> = statements.iter().filter(valid).filter(|s| s.by_person).collect();
    words.sort_by_key(|s| (std::cmp::Reverse(s.seq), s.a.min(s.b), s.a.max(s.b)));
    let mut spoken = FxHashSet::default();
    for word in words {
        if !spoken.insert((word.a.min(word.b), word.a.max(word.b))) {
            continue;
        }
        match word.verdict {
            PairVerdict::Same => clusters.join(word.a, word.b),
            PairVerdict::Different | PairVerdict::Related => {
                if clusters.root(word.a) != clusters.root(word.b) {
                    clusters.forbid(word.a, word.b);
                }
            }
            PairVerdict::Review => {}
        }
    }
    let mut rules: Vec<&Statement> =
        statements.iter().filter(valid).filter(|s| !s.by_person && !spoken.contains(&(s.a.min(s.b), s.a.max(s.b)))).collect();
    for rule in rules.iter().filter(|s| s.veto) {
        if clusters.root(rule.a) != clusters.root(rule.b) {
            clusters.forbid(rule.a, rule.b);
        }
    }
    rules.retain(|s| s.verdict == PairVerdict::Same && !s.veto);
    rules.sort_by(|s, t| t.score.total_cmp(&s.score).then((s.a.min(s.b), s.a.max(s.b)).cmp(&(t.a.min(t.b), t.a.max(t.b)))));
    for rule in rules {
        clusters.join(rule.a, rule.b);
    }
    let mut smallest = vec![u32::MAX; n];
    for i in 0..n as u32 {
        let root = clusters.root(i) as usize;
        smallest[root] = smallest[root].min(i);
    }
    (0..n as u32).map(|i| smallest[clusters.root(i) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(a: u32, b: u32, score: f32) -> Statement {
        Statement { a, b, verdict: PairVerdict::Same, by_person: false, seq: 0, score, veto: false }
    }

    fn person(a: u32, b: u32, verdict: PairVerdict, seq: u64) -> Statement {
        Statement { a, b, verdict, by_person: true, seq, score: 0.0, veto: false }
    }

    #[test]
    fn a_vetoed_pair_never_meets() {
        let veto = Statement { verdict: PairVerdict::Related, veto: true, ..rule(0, 2, 9.0) };
        assert_eq!(group(3, &[rule(0, 1, 9.0), rule(1, 2, 8.0), veto.clone()]), [0, 0, 2]);
        assert_eq!(group(3, &[rule(0, 1, 7.0), rule(1, 2, 8.0), veto]), [0, 1, 1]);
    }

    #[test]
    fn the_later_word_of_a_person_stands() {
        let same = person(0, 1, PairVerdict::Same, 2);
        let different = person(1, 0, PairVerdict::Different, 3);
        assert_eq!(group(2, &[rule(0, 1, 99.0), same.clone(), different]), [0, 1]);
        assert_eq!(group(2, &[person(0, 1, PairVerdict::Different, 1), same]), [0, 0]);
    }

    #[test]
    fn different_holds_through_others() {
        let apart = person(0, 2, PairVerdict::Different, 1);
        assert_eq!(group(3, &[rule(0, 1, 9.0), rule(1, 2, 8.0), apart]), [0, 0, 2]);
    }
}
