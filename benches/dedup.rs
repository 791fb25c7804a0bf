//! How long deduplication takes and how it grows, beside other deduplicators: `cargo bench --bench dedup [SIZE…]`. Parsed records lie in
//! memory; one core. One rule: every size is the reference case, again in other words (`worlds`), so that two runs measure the same
//! work, and every run is a process of its own, so that its peak memory is its own.

#[allow(dead_code, reason = "other benches read more of the case")]
mod case;
mod cost;
#[allow(dead_code, reason = "readers are for another bench")]
mod others;
#[allow(dead_code, reason = "other benches look closer")]
mod sets;
mod worlds;

/// As the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::collections::HashSet;
use std::path::Path;

use erabi::dedup::{Options, find_pairs_with, group, statements};
use others::{Cost, Tool};
use sets::Set;

/// The sizes that `docs/DEDUP.md` speaks of.
const SIZES: [usize; 4] = [case::RECORDS, 80_000, 200_000, 1_000_000];
const OURS: &str = "erabi";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if let [word, table, clusters] = &words[..]
        && word == "ours"
    {
        return ours(Path::new(table), Path::new(clusters));
    }
    let asked: Vec<usize> = words.iter().filter_map(|a| a.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let program = std::env::current_exe().expect("this program is a file");
    let ours = Tool { name: OURS, program, arguments: vec!["ours".into()] };
    let mut tools: Vec<(Tool, Option<(usize, f64)>)> =
        std::iter::once(ours).chain(others::deduplicators()).map(|tool| (tool, None)).collect();
    println!("| records | tool | CPU s | µs a record | pairs found | wrong | missed | peak MiB (records alone) |");
    println!("|--:|---|--:|--:|--:|--:|--:|--:|");
    for size in sizes {
        let table = others::folder().join("worlds").join(format!("{size}.csv"));
        for (tool, last) in &mut tools {
            let cells = match last {
                Some((at, seconds)) if *seconds * size as f64 / *at as f64 > f64::from(others::LIMIT) => {
                    format!("not run: {seconds:.0} s at {at} | – | – | – | – | –")
                }
                _ => match measure(tool, size, &table) {
                    Ok((seconds, cells)) => {
                        *last = Some((size, seconds));
                        cells
                    }
                    Err(why) => {
                        *last = Some((size, f64::INFINITY));
                        format!("{why} | – | – | – | – | –")
                    }
                },
            };
            println!("| {size} | {} | {cells} |", tool.name);
        }
        // Gone already where no tool read it.
        let _ = std::fs::remove_file(&table);
    }
}

/// Runs a tool on so many records; its CPU seconds and the cells of its row.
fn measure(tool: &Tool, size: usize, table: &Path) -> Result<(f64, String), String> {
    if tool.name != OURS && !table.exists() {
        others::write_table(table, &worlds::records(size).0).map_err(|error| error.to_string())?;
    }
    let (cost, found) = tool.run(table, size)?;
    let set = Set { name: "worlds", records: Vec::new(), works: worlds::works(size), doubtful: HashSet::new() };
    let score = sets::score(&set, &found, false);
    let cells = format!(
        "{:.2} | {:.1} | {} | {} | {} | {:.0} ({:.0})",
        cost.work,
        cost.work * 1e6 / size as f64,
        score.found,
        score.wrong,
        score.missed,
        cost.peak / 1024.0,
        cost.before / 1024.0
    );
    Ok((cost.work, cells))
}

/// Ours as one of the tools. Its table is named for its size, but the records are made in memory; the time of each step goes to stderr.
fn ours(table: &Path, clusters: &Path) {
    let size = table.file_stem().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(case::RECORDS);
    let (records, sources) = worlds::records(size);
    let (begun, before) = (cost::seconds(), cost::peak_kib() as f64);
    let mut steps: Vec<(&str, f64)> = Vec::new();
    let tell = &mut |step: &'static str, _: f32| {
        if steps.last().is_none_or(|(last, _)| *last != step) {
            steps.push((step, cost::seconds()));
        }
    };
    let (pairs, stats) = find_pairs_with(&records, &sources, &Options::default(), tell);
    steps.push(("group", cost::seconds()));
    let found = group(records.len(), &statements(&pairs));
    let ended = cost::seconds();
    let peak = cost::peak_kib() as f64;
    let ends = steps.iter().skip(1).map(|s| s.1).chain([ended]);
    let parts: Vec<String> = steps.iter().zip(ends).map(|((step, from), to)| format!("{step} {:.2}", to - from)).collect();
    eprintln!("{size}: {} candidate pairs; CPU s by step: {}", stats.pairs, parts.join(", "));
    others::write_clusters(clusters, &records, &found).expect("the folder can be written");
    println!("{}", Cost { work: ended - begun, whole: cost::seconds(), peak, before });
}
