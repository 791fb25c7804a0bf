//! How well deduplication does, and what does it: `cargo bench --bench accuracy [scores|keys|fields|vetoes|worse] [SET…]`; for
//! `peers/run.sh` also `tables DIR [SET…]`, `clusters DIR [SET…]` and `compare DIR TOOL…`.
//! One rule: every table of `docs/DEDUP.md` is what this prints; without the labelled sets (`ERABI_SHARED`) it prints nothing.

#[allow(dead_code, reason = "the made-up case is for the other benches")]
mod case;
mod sets;
mod worse;

use erabi::dedup::veto::Veto;
use erabi::dedup::{KeyKind, Options};
use erabi::model::DedupLevel;
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
        "tables" => write_tables(rest),
        "compare" => compare(rest),
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
        let mut table = csv::Writer::from_path(format!("{dir}/{}.csv", set.name)).expect("the folder can be written");
        table.write_record(["id", "cluster"]).expect("the file can be written");
        for (record, cluster) in set.records.iter().zip(clusters(&set.records, &Options::default()).0) {
            let row = [record.external_id.clone().unwrap_or_default(), cluster.to_string()];
            table.write_record(row).expect("the file can be written");
        }
    }
}

/// `DIR/SET.csv` with the records as other tools like them.
fn write_tables(rest: &[String]) {
    let Some((dir, only)) = rest.split_first() else { return eprintln!("tables needs a folder") };
    std::fs::create_dir_all(dir).expect("the folder can be made");
    let columns = ["ID", "ENTRYTYPE", "title", "author", "year", "journal", "volume", "number", "pages", "doi", "issn", "abstract"];
    for set in sets::load(only) {
        let mut table = csv::Writer::from_path(format!("{dir}/{}.csv", set.name)).expect("the folder can be written");
        table.write_record(columns).expect("the file can be written");
        for r in &set.records {
            let text = |t: &Option<String>| t.clone().unwrap_or_default();
            let people: Vec<String> = r.authors.iter().map(|a| a.display()).collect();
            let row = [
                text(&r.external_id),
                "article".into(),
                text(&r.title),
                people.join(" and "),
                r.year.map(|y| y.to_string()).unwrap_or_default(),
                text(&r.journal),
                text(&r.volume),
                text(&r.issue),
                text(&r.pages),
                text(&r.doi),
                r.issn.join(" "),
                text(&r.abstract_text),
            ];
            table.write_record(row).expect("the file can be written");
        }
    }
}

/// The clusters that tools wrote as `DIR/TOOL/SET.csv`, and their CPU seconds.
fn compare(rest: &[String]) {
    let Some((dir, tools)) = rest.split_first() else { return eprintln!("compare needs a folder") };
    println!("| set | {} |\n|---{}|", tools.join(" | "), "|---".repeat(tools.len()));
    for set in sets::load(&[]) {
        let cells: Vec<String> = tools.iter().map(|tool| cell(&set, dir, tool).unwrap_or_else(|| "–".into())).collect();
        println!("| {} | {} |", set.name, cells.join(" | "));
    }
}

/// `F1 [low–high] wrong/missed, lost, CPU s`.
fn cell(set: &Set, dir: &str, tool: &str) -> Option<String> {
    let mut numbers = std::collections::HashMap::new();
    let mut said = std::collections::HashMap::new();
    for row in csv::Reader::from_path(format!("{dir}/{tool}/{}.csv", set.name)).ok()?.records() {
        let row = row.ok()?;
        let next = numbers.len() as u32;
        said.insert(row[0].to_owned(), *numbers.entry(row[1].to_owned()).or_insert(next));
    }
    let alone = numbers.len() as u32;
    let of = |(i, r): (usize, &erabi::model::Record)| said.get(r.external_id.as_deref()?).copied().or(Some(alone + i as u32));
    let found: Vec<u32> = set.records.iter().enumerate().filter_map(of).collect();
    let (all, aside, (low, high)) = (score(set, &found, false), score(set, &found, true), interval(set, &found));
    let time = std::fs::read_to_string(format!("{dir}/{tool}/{}.time", set.name)).unwrap_or_default();
    let (wrong, missed, lost) = (all.wrong, all.missed, all.lost);
    let aside = if set.doubtful.is_empty() { String::new() } else { format!(", disputed aside {:.4}", aside.f1()) };
    Some(format!("{:.4} [{low:.3}–{high:.3}] {wrong}/{missed}, lost {lost}{aside}; {} s", all.f1(), time.trim()))
}
