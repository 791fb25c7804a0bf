//! How long deduplication takes and how it grows: `cargo bench --bench dedup [SIZE…]`. Parsed records lie in memory; one core.
//! One rule: every size is the reference case, again in other words (`worlds`), so that two runs measure the same work.

#[allow(dead_code, reason = "other benches read sets")]
mod case;
mod worlds;

/// As the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::time::Instant;

use erabi::dedup::{Options, find_pairs_with, group, statements};

/// The sizes that `docs/DEDUP.md` speaks of.
const SIZES: [usize; 4] = [case::RECORDS, 80_000, 200_000, 1_000_000];

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
        let (records, sources) = worlds::records(size);
        let (before, held) = usage();
        let start = Instant::now();
        let mut steps: Vec<(&str, f64)> = Vec::new();
        let tell = &mut |step: &'static str, _: f32| {
            if steps.last().is_none_or(|(last, _)| *last != step) {
                steps.push((step, usage().0));
            }
        };
        let (pairs, stats) = find_pairs_with(&records, &sources, &Options::default(), tell);
        steps.push(("group", usage().0));
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
        let ends = steps.iter().skip(1).map(|s| s.1).chain([after]);
        let parts: Vec<String> = steps.iter().zip(ends).map(|((step, from), to)| format!("{step} {:.2}", to - from)).collect();
        eprintln!("{size}: CPU s by step: {}", parts.join(", "));
    }
}
