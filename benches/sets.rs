//! Labelled sets and how well a grouping does on them. One rule: what is counted here is what `dedup_eval.py` counts; a test of
//! `accuracy` compares nothing by hand.

use std::collections::{BTreeMap, HashMap, HashSet};

use erabi::dedup::{Options, find_pairs, group, statements};
use erabi::model::{PairVerdict, Record, ScoredPair};

use crate::case;

/// Sets with a whole truth; works lost must be 0 on the first five (medical), disputed labels aside.
pub const NAMES: [&str; 8] = [
    "mckeown_ovid_hard",
    "iebh_tafenoquine",
    "sra_haematology",
    "sra_respiratory",
    "asysd_diabetes",
    "digital_work",
    "dblp_acm",
    "synth_seed_case",
];

/// Resamples of the bootstrap.
const RESAMPLES: usize = 1000;

pub struct Set {
    pub name: &'static str,
    pub records: Vec<Record>,
    /// The work of each record.
    pub works: Vec<u32>,
    /// Pairs whose label the set's notes dispute, smaller position first.
    pub doubtful: HashSet<(u32, u32)>,
}

/// Reads the sets that are at hand.
pub fn load(only: &[String]) -> Vec<Set> {
    let wanted = |name: &&str| only.is_empty() || only.iter().any(|o| name.contains(o.as_str()));
    let sets: Vec<Set> = NAMES.into_iter().filter(|n| wanted(n)).filter_map(set).collect();
    if sets.is_empty() {
        eprintln!("no labelled sets at hand (ERABI_SHARED)");
    }
    sets
}

fn set(name: &'static str) -> Option<Set> {
    let plain = case::shared(&format!("dedup/{name}/records.csv"));
    let bytes = match plain {
        Some(path) => std::fs::read(path).expect("the file was just found"),
        None => case::unpacked(&case::shared(&format!("dedup/{name}/records.csv.gz"))?),
    };
    let mut records = case::read(&bytes);
    let truth = rows(&format!("dedup/{name}/truth.csv"))?;
    let known: HashSet<String> = records.iter().filter_map(|r| r.external_id.clone()).collect();
    // A row without content is no record for an import; here it stands alone.
    records.extend(
        truth.iter().filter(|row| !known.contains(&row[0])).map(|row| Record { external_id: Some(row[0].clone()), ..Record::default() }),
    );
    let place: HashMap<&str, u32> = records.iter().enumerate().map(|(i, r)| (r.external_id.as_deref().unwrap_or(""), i as u32)).collect();
    let mut works = vec![u32::MAX; records.len()];
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    for row in &truth {
        let next = numbers.len() as u32;
        works[place[row[0].as_str()] as usize] = *numbers.entry(&row[1]).or_insert(next);
    }
    let disputed = rows(&format!("dedup/{name}/doubtful.csv")).unwrap_or_default();
    let doubtful = disputed.iter().map(|row| (place[row[0].as_str()], place[row[1].as_str()])).map(|(a, b)| (a.min(b), a.max(b))).collect();
    Some(Set { name, records, works, doubtful })
}

fn rows(path: &str) -> Option<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(case::shared(path)?).expect("the file was just found");
    Some(reader.records().map(|row| row.expect("the set is a CSV").iter().map(str::to_owned).collect()).collect())
}

/// Pair figures: found, wrong, missed, and works of which no record would be left.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub found: u64,
    pub wrong: u64,
    pub missed: u64,
    pub lost: u64,
}

impl Score {
    pub fn f1(&self) -> f64 {
        let whole = 2 * self.found + self.wrong + self.missed;
        if whole == 0 { 1.0 } else { 2.0 * self.found as f64 / whole as f64 }
    }
}

/// The clusters that the engine makes of the records.
pub fn clusters(records: &[Record], options: &Options) -> (Vec<u32>, Vec<ScoredPair>) {
    let pairs = find_pairs(records, &[], options);
    (group(records.len(), &statements(&pairs)), pairs)
}

/// Every pair that is one work or one cluster, with both answers.
fn verdicts(works: &[u32], clusters: &[u32]) -> Vec<(u32, u32, bool, bool)> {
    let mut found = Vec::new();
    for (of, other) in [(works, clusters), (clusters, works)] {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        of.iter().enumerate().for_each(|(i, c)| members.entry(*c).or_default().push(i as u32));
        for list in members.values() {
            for (n, &a) in list.iter().enumerate() {
                for &b in &list[n + 1..] {
                    let together = other[a as usize] == other[b as usize];
                    if std::ptr::eq(of, works) || !together {
                        found.push((a, b, works[a as usize] == works[b as usize], clusters[a as usize] == clusters[b as usize]));
                    }
                }
            }
        }
    }
    found
}

/// Scores clusters against the works; `aside`: without the disputed pairs.
pub fn score(set: &Set, clusters: &[u32], aside: bool) -> Score {
    let mut score = Score::default();
    for (a, b, truth, said) in verdicts(&set.works, clusters) {
        if aside && set.doubtful.contains(&(a, b)) {
            continue;
        }
        match (truth, said) {
            (true, true) => score.found += 1,
            (false, true) => score.wrong += 1,
            _ => score.missed += 1,
        }
    }
    // One record of each cluster stays, the first of the file: a work is lost when none of its records does.
    let mut first: HashMap<u32, usize> = HashMap::new();
    clusters.iter().enumerate().for_each(|(i, c)| {
        first.entry(*c).or_insert(i);
    });
    let left: HashSet<u32> = first.values().map(|i| set.works[*i]).collect();
    let all: HashSet<u32> = set.works.iter().copied().collect();
    score.lost = (all.len() - left.len()) as u64;
    score
}

/// 95 % interval of F1 by resampling the works (with what was merged with them).
pub fn interval(set: &Set, clusters: &[u32]) -> (f64, f64) {
    let mut parent: Vec<u32> = (0..set.records.len() as u32).collect();
    fn root(parent: &mut [u32], mut i: u32) -> u32 {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    }
    let pairs = verdicts(&set.works, clusters);
    for (a, b, _, _) in &pairs {
        let (x, y) = (root(&mut parent, *a), root(&mut parent, *b));
        parent[x.max(y) as usize] = x.min(y);
    }
    let mut parts: BTreeMap<u32, Score> = BTreeMap::new();
    for (a, _, truth, said) in &pairs {
        let part = parts.entry(root(&mut parent, *a)).or_default();
        match (truth, said) {
            (true, true) => part.found += 1,
            (false, true) => part.wrong += 1,
            _ => part.missed += 1,
        }
    }
    let parts: Vec<Score> = parts.into_values().collect();
    let mut chance = case::Numbers(1);
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut sum = Score::default();
            for _ in 0..parts.len() {
                let part = parts[chance.below(parts.len())];
                sum.found += part.found;
                sum.wrong += part.wrong;
                sum.missed += part.missed;
            }
            sum.f1()
        })
        .collect();
    values.sort_by(f64::total_cmp);
    (values[RESAMPLES / 40], values[RESAMPLES - 1 - RESAMPLES / 40])
}

/// The review band: records in pairs to look at, and how many missed pairs those would bring (directly, or through others merged with them).
pub fn band(set: &Set, clusters: &[u32], pairs: &[ScoredPair]) -> (usize, u64) {
    let asked: Vec<&ScoredPair> =
        pairs.iter().filter(|p| p.verdict == PairVerdict::Review && clusters[p.a as usize] != clusters[p.b as usize]).collect();
    let records: HashSet<u32> = asked.iter().flat_map(|p| [p.a, p.b]).collect();
    let mut joined = clusters.to_vec();
    for pair in asked.iter().filter(|p| set.works[p.a as usize] == set.works[p.b as usize]) {
        let (from, to) = (joined[pair.a as usize], joined[pair.b as usize]);
        joined.iter_mut().filter(|c| **c == from).for_each(|c| *c = to);
    }
    (records.len(), score(set, &joined, false).found - score(set, clusters, false).found)
}
