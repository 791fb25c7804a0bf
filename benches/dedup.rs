//! How long deduplication takes and how it grows: `cargo bench --bench dedup [SIZE…]`. Parsed records lie in memory; one core.
//! One rule: the records are made here from a fixed seed, so that two runs measure the same work.

use std::time::Instant;

use erabi::dedup::{Options, find_pairs_with, group, statements};
use erabi::model::{Author, Record};

/// The sizes that issue and `docs/DEDUP.md` speak of.
const SIZES: [usize; 4] = [7_666, 20_000, 80_000, 200_000];

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Small numbers are frequent, as words and surnames are.
    fn skewed(&mut self, n: u64) -> u64 {
        self.below(n).min(self.below(n)).min(self.below(n))
    }
}

fn word(n: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ca", "men", "tal", "ri", "so", "lu", "per", "tion", "ge", "no", "ther", "ap", "ist", "ma", "con", "ver"];
    let mut n = n + 16;
    let mut text = String::new();
    while n > 0 {
        text.push_str(SYLLABLES[(n % 16) as usize]);
        n /= 16;
    }
    text
}

/// `n` records; about one in six is a further record of an earlier work, written in another database's manner.
fn records(n: usize) -> Vec<Record> {
    let mut chance = Chance(1);
    let mut list: Vec<Record> = Vec::with_capacity(n);
    while list.len() < n {
        let again = !list.is_empty() && chance.below(6) == 0;
        let record = if again { rewritten(&list[chance.below(list.len() as u64) as usize], &mut chance) } else { work(&mut chance) };
        list.push(record);
    }
    list
}

fn work(chance: &mut Chance) -> Record {
    let words = |count: u64, chance: &mut Chance| (0..count).map(|_| word(chance.skewed(12_000))).collect::<Vec<_>>().join(" ");
    let count = 5 + chance.below(12);
    let people = 1 + chance.below(8);
    let start = 1 + chance.below(2_000);
    let author = |chance: &mut Chance| Author { family: word(chance.skewed(60_000)), given: word(chance.below(300)), ..Author::default() };
    Record {
        title: Some(words(count, chance)),
        authors: (0..people).map(|_| author(chance)).collect(),
        year: Some(1980 + chance.below(45) as i32),
        journal: Some(format!("Journal of {}", word(chance.skewed(3_000)))),
        volume: Some((1 + chance.below(90)).to_string()),
        issue: Some((1 + chance.below(12)).to_string()),
        pages: Some(format!("{start}-{}", start + 1 + chance.below(20))),
        doi: (chance.below(3) > 0).then(|| format!("10.1000/{:x}", chance.next())),
        abstract_text: Some(words(120, chance)),
        ..Record::default()
    }
}

fn rewritten(record: &Record, chance: &mut Chance) -> Record {
    let mut other = record.clone();
    for author in &mut other.authors {
        author.given.truncate(1);
    }
    match chance.below(4) {
        0 => other.title = other.title.map(|t| format!("{}.", t.to_uppercase())),
        1 => other.doi = None,
        2 => other.journal = other.journal.map(|j| j.replace("Journal of", "J")),
        _ => other.pages = other.pages.map(|p| p.split('-').next().unwrap_or_default().to_owned()),
    }
    other
}

/// User and system CPU seconds and the peak memory in MiB of this process; zero where the system does not tell.
fn usage() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: f64 =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    (ticks / 100.0, peak.unwrap_or(0.0) / 1024.0)
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    println!("| records | CPU s | wall s | µs a record | candidate pairs | duplicates | peak MiB (records alone) |");
    println!("|---|---|---|---|---|---|---|");
    for size in sizes {
        let records = records(size);
        let (before, held) = usage();
        let start = Instant::now();
        let (pairs, stats) = find_pairs_with(&records, &[], &Options::default(), &mut |_, _| ());
        let clusters = group(records.len(), &statements(&pairs));
        let wall = start.elapsed().as_secs_f64();
        let (after, peak) = usage();
        let duplicates = clusters.iter().enumerate().filter(|(i, c)| **c as usize != *i).count();
        let cpu = after - before;
        println!(
            "| {size} | {cpu:.2} | {wall:.2} | {:.1} | {} | {duplicates} | {peak:.0} ({held:.0}) |",
            cpu * 1e6 / size as f64,
            stats.pairs
        );
    }
}
