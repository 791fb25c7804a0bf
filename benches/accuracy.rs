//! How well deduplication does, and what does it: `cargo bench --bench accuracy [scores|keys|fields|vetoes|worse|peers] [SET…]`, and
//! `clusters DIR [SET…]` for the scorer of others.
//! One rule: every table of `docs/DEDUP.md` is what this prints; without the labelled sets (`ERABI_SHARED`) it prints nothing.

#[allow(dead_code, reason = "the made-up case is for the other benches")]
mod case;
mod cost;
mod others;
mod sets;
mod worse;

/// As the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::path::Path;

use erabi::dedup::veto::Veto;
use erabi::dedup::{KeyKind, Options};
use erabi::model::{DedupLevel, Record};
use others::{Cost, Tool};
use sets::{Set, band, clusters, interval, score};

const KEYS: [KeyKind; 16] = [
    KeyKind::Doi,
    KeyKind::Pmid,
    KeyKind::Accession,
    KeyKind::Trial,
    KeyKind::TitleHead,
    KeyKind::TitleTail,
    KeyKind::TitleWhole,
    KeyKind::VolumePage,
    KeyKind::YearPage,
    KeyKind::SurnamePage,
    KeyKind::SurnameVolume,
    KeyKind::SurnameYear,
    KeyKind::JournalPage,
    KeyKind::PeopleSet,
    KeyKind::RareWords,
    KeyKind::Cochrane,
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let (what, rest) = words.split_first().map_or(("scores", &[][..]), |(w, rest)| (w.as_str(), rest));
    match what {
        "scores" => scores(&sets::load(rest)),
        "keys" => keys(&sets::load(rest)),
        "fields" => manners(&sets::load(rest), "without", &worse::FIELDS),
        "worse" => manners(&sets::load(rest), "", &worse::MANNERS),
        "vetoes" => vetoes(&sets::load(rest)),
        "clusters" => write_clusters(rest),
        "peers" => peers(rest),
        "ours" => ours(rest),
        other => eprintln!("no such table: {other}"),
    }
}

/// F1, interval, works lost and review band of each set, at the three levels.
fn scores(sets: &[Set]) {
    println!(
        "| set | F1 (wrong / missed) | 95 % interval | disputed aside | works lost | to review | missed pairs in it | cautious | thorough |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for set in sets {
        let (found, pairs) = clusters(&set.records, &Options::default());
        let (all, aside) = (score(set, &found, false), score(set, &found, true));
        let (low, high) = interval(set, &found);
        let (asked, held) = band(set, &found, &pairs);
        let level = |level| score(set, &clusters(&set.records, &Options { level, ..Options::default() }).0, false);
        let (cautious, thorough) = (level(DedupLevel::Cautious), level(DedupLevel::Thorough));
        println!(
            "| {} | {:.4} ({}/{}) | {low:.4}–{high:.4} | {:.4} ({}/{}) | {} | {asked} ({:.2} %) | {held} of {} | {:.4} ({}/{}) | {:.4} ({}/{}) |",
            set.name,
            all.f1(),
            all.wrong,
            all.missed,
            aside.f1(),
            aside.wrong,
            aside.missed,
            all.lost,
            100.0 * asked as f64 / set.records.len() as f64,
            all.missed,
            cautious.f1(),
            cautious.wrong,
            cautious.missed,
            thorough.f1(),
            thorough.wrong,
            thorough.missed,
        );
    }
}

/// One line of a table: F1 (wrong pairs) of every set under these options.
fn line(name: &str, sets: &[Set], options: &Options) -> String {
    let cells: Vec<String> = sets
        .iter()
        .map(|set| {
            let score = score(set, &clusters(&set.records, options).0, false);
            format!("{:.4} ({})", score.f1(), score.wrong)
        })
        .collect();
    format!("| {name} | {} |", cells.join(" | "))
}

fn head(first: &str, sets: &[Set]) {
    let names: Vec<&str> = sets.iter().map(|s| s.name).collect();
    println!("| {first} | {} |\n|---{}|", names.join(" | "), "|---".repeat(names.len()));
}

fn keys(sets: &[Set]) {
    head("keys: F1 (wrong pairs)", sets);
    println!("{}", line("all", sets, &Options::default()));
    for key in KEYS {
        println!("{}", line(&format!("without {key:?}"), sets, &Options { without_keys: vec![key], ..Options::default() }));
    }
    for key in KEYS {
        let others = KEYS.into_iter().filter(|k| *k != key).collect();
        println!("{}", line(&format!("only {key:?}"), sets, &Options { without_keys: others, ..Options::default() }));
    }
}

fn vetoes(sets: &[Set]) {
    head("vetoes: F1 (wrong pairs)", sets);
    println!("{}", line("all", sets, &Options::default()));
    for veto in Veto::ALL {
        println!("{}", line(&format!("without {veto:?}"), sets, &Options { without_vetoes: vec![veto], ..Options::default() }));
    }
    println!("{}", line("without any", sets, &Options { without_vetoes: Veto::ALL.to_vec(), ..Options::default() }));
}

/// F1 of the sets whose records were changed.
fn manners(sets: &[Set], word: &str, manners: &[worse::Manner]) {
    head("records: F1 (wrong pairs)", sets);
    println!("{}", line("as they are", sets, &Options::default()));
    for manner in manners {
        let cells: Vec<String> = sets
            .iter()
            .map(|set| {
                let score = score(set, &clusters(&worse::made_worse(&set.records, manner), &Options::default()).0, false);
                format!("{:.4} ({})", score.f1(), score.wrong)
            })
            .collect();
        println!("| {} | {} |", format!("{word} {}", manner.name).trim(), cells.join(" | "));
    }
}

/// `DIR/SET.csv` with the columns id and cluster, for the scorer of others.
fn write_clusters(rest: &[String]) {
    let Some((dir, only)) = rest.split_first() else { return eprintln!("clusters needs a folder") };
    for set in sets::load(only) {
        let found = clusters(&set.records, &Options::default()).0;
        others::write_clusters(&Path::new(dir).join(set.name).with_extension("csv"), &set.records, &found)
            .expect("the folder can be written");
    }
}

/// All deduplicators that can be had on each set, a row as soon as it is done. Ours comes twice: with all that the import read, and with
/// no more than the table that the others are handed.
fn peers(only: &[String]) {
    let this = |name, what: &str| {
        let program = std::env::current_exe().expect("this program is a file");
        Tool { name, program, arguments: vec!["ours".into(), what.into()] }
    };
    let tools: Vec<Tool> =
        [this("erabi", "all"), this("erabi, the others' columns", "columns")].into_iter().chain(others::deduplicators()).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    println!("| set | {} |\n|---{}|", names.join(" | "), "|---".repeat(names.len()));
    for set in sets::load(only) {
        let table = others::folder().join("records").join(set.name).with_extension("csv");
        others::write_table(&table, &set.records).expect("the folder can be written");
        let cells: Vec<String> = tools.iter().map(|tool| cell(&set, tool, &table).unwrap_or_else(|why| why)).collect();
        println!("| {} | {} |", set.name, cells.join(" | "));
    }
}

/// `F1 [low–high] wrong/missed, lost; CPU s (whole process), peak MiB`.
fn cell(set: &Set, tool: &Tool, table: &Path) -> Result<String, String> {
    let (Cost { work, whole, peak, .. }, found) = tool.run(table, set.records.len())?;
    let (all, aside, (low, high)) = (score(set, &found, false), score(set, &found, true), interval(set, &found));
    let aside = if set.doubtful.is_empty() { String::new() } else { format!(", disputed aside {:.4}", aside.f1()) };
    Ok(format!(
        "{:.4} [{low:.3}–{high:.3}] {}/{}, lost {}{aside}; {work:.2} s ({whole:.2}), {:.0} MiB",
        all.f1(),
        all.wrong,
        all.missed,
        all.lost,
        peak / 1024.0
    ))
}

/// Ours as one of the tools: `all|columns TABLE CLUSTERS`, where the table's name is the set's.
fn ours(rest: &[String]) {
    let [what, table, written] = rest else { return eprintln!("ours needs all or columns, a table and a file") };
    let name = Path::new(table).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for mut set in sets::load(&[name]) {
        if what == "columns" {
            set.records = set.records.into_iter().map(as_in_the_table).collect();
        }
        let (begun, before) = (cost::seconds(), cost::peak_kib() as f64);
        let found = clusters(&set.records, &Options::default()).0;
        let work = cost::seconds() - begun;
        others::write_clusters(Path::new(written), &set.records, &found).expect("the folder can be written");
        println!("{}", Cost { work, whole: cost::seconds(), peak: cost::peak_kib() as f64, before });
    }
}

/// A record without what `others::write_table` does not write.
fn as_in_the_table(r: Record) -> Record {
    Record {
        external_id: r.external_id,
        title: r.title,
        authors: r.authors,
        year: r.year,
        journal: r.journal,
        volume: r.volume,
        issue: r.issue,
        pages: r.pages,
        doi: r.doi,
        issn: r.issn,
        abstract_text: r.abstract_text,
        ..Record::default()
    }
}
