//! Pairs as databases write them, told in a table (`dedup_cases.txt`): what deduplication says of each when nothing else is there.
//! One rule: a case is a manner of writing that real exports show; its records are invented.

use erabi::dedup::{Options, find_pairs, group, statements};
use erabi::model::{Author, PairVerdict, Record};

const CASES: &str = include_str!("dedup_cases.txt");

/// One abstract for all cases that say so.
const ABSTRACT: &str = "Background: contracts between day centres and their vendors change while a project runs. Methods: we followed \
    fifty-one projects in eleven counties and asked sponsors, managers and vendors about meetings, money and trust. Results: sponsors \
    who met their vendor monthly kept to the budget more often, whatever the size of the project. Conclusion: time spent is well spent.";

fn text(value: &str) -> Option<String> {
    Some(value.trim()).filter(|v| !v.is_empty()).map(str::to_owned)
}

/// `Dahlberg, Karin` → surname and given name; without a comma the name is left as it stands.
fn author(name: &str) -> Author {
    match name.split_once(", ") {
        Some((family, given)) if !given.contains(' ') || !given.contains(',') && !family.contains(' ') => {
            Author { family: family.into(), given: given.into(), ..Author::default() }
        }
        _ => Author { literal: name.into(), ..Author::default() },
    }
}

/// `title | people | journal | year;volume(issue):pages | key=value …`
fn record(line: &str) -> Record {
    let mut parts = line.split('|').map(str::trim);
    let mut next = || parts.next().unwrap_or_default();
    let (title, people, journal, place, more) = (next(), next(), next(), next(), next());
    let (year, rest) = place.split_once(';').unwrap_or((place, ""));
    let (volume, pages) = rest.split_once(':').unwrap_or((rest, ""));
    let (volume, issue) = volume.split_once('(').map_or((volume, ""), |(v, i)| (v, i.trim_end_matches(')')));
    let mut record = Record {
        title: text(title),
        authors: people.split("; ").filter(|p| !p.is_empty()).map(author).collect(),
        journal: text(journal),
        year: year.trim().parse().ok(),
        volume: text(volume),
        issue: text(issue),
        pages: text(pages),
        ..Record::default()
    };
    let more = more.split_once("; ").map_or_else(
        || more.to_owned(),
        |(other, rest)| {
            record.title_other = text(other.trim_start_matches("other="));
            rest.to_owned()
        },
    );
    if let Some((before, database)) = more.split_once("db=") {
        record.database = text(database);
        if before.contains("abstract") {
            record.abstract_text = Some(ABSTRACT.into());
        }
        for (key, value) in before.split_whitespace().filter_map(|w| w.split_once('=')) {
            match key {
                "doi" => record.doi = text(value),
                "pmid" => record.pmid = text(value),
                "kind" => record.kind = value.into(),
                "lang" => record.language = text(value),
                "isbn" => record.isbn = vec![value.into()],
                "trial" => record.trial_ids = vec![value.into()],
                other => panic!("no such key: {other}"),
            }
        }
    }
    record
}

/// Each case: what is expected, its name, its records.
pub fn cases() -> Vec<(&'static str, &'static str, Vec<Record>)> {
    let mut list: Vec<(&str, &str, Vec<Record>)> = Vec::new();
    for line in CASES.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        match line.strip_prefix("  ") {
            Some(fields) => list.last_mut().expect("a case begins with its name").2.push(record(fields)),
            None => {
                let (expected, name) = line.split_once("  ").expect("expectation and name");
                list.push((expected, name.trim(), Vec::new()));
            }
        }
    }
    list
}

/// What is said of the first two records: `same`, `ask`, `related`, `nothing`.
pub fn said(records: &[Record]) -> (&'static str, String) {
    let pairs = find_pairs(records, &[], &Options::default());
    let clusters = group(records.len(), &statements(&pairs));
    let pair = pairs.iter().find(|p| (p.a, p.b) == (0, 1));
    let why = pair.map_or_else(String::new, |p| format!("{:.1}: {}", p.score, erabi::dedup::explain::sentence(&p.evidence)));
    let word = match pair.map(|p| p.verdict) {
        _ if clusters[0] == clusters[1] => "same",
        Some(PairVerdict::Review | PairVerdict::Same) => "ask",
        Some(PairVerdict::Related) => "related",
        _ => "nothing",
    };
    (word, why)
}

/// Whether what is said is what a case expects.
pub fn fits(expected: &str, said: &str) -> bool {
    match expected {
        "reach" => matches!(said, "same" | "ask"),
        "apart" => said != "same",
        "alone" => matches!(said, "related" | "nothing"),
        other => other == said,
    }
}

#[test]
fn records_as_databases_write_them() {
    let mut wrong = Vec::new();
    for (expected, name, records) in cases() {
        for turn in [false, true] {
            let mut records = records.clone();
            if turn {
                records.swap(0, 1);
            }
            let (word, why) = said(&records);
            if !fits(expected, word) {
                wrong.push(format!("{name}: {word}, expected {expected} ({why})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the cases:\n{}", wrong.len(), wrong.join("\n"));
}
