//! Every sample export reads as an independent count says. Its one rule: a difference is listed here with its reason.

use std::fs::File;
use std::path::Path;

use erabi::import::{self, Options, Summary};
use erabi::model::{Entry, ParsedRecord};

use crate::samples::samples;

/// Files where our reading differs from `counts.tsv` in the number of records, with ours and the reason.
const OTHER_COUNTS: &[(&str, u32, &str)] = &[(
    "ovid-labelled/JabRef-jabref__OvidImporterTest1.txt",
    4,
    "the fifth entry has neither title nor author nor abstract: it is a rejected entry, not a record",
)];

/// Files where the first or last title differs, with the reason.
const OTHER_TITLES: &[(&str, &str)] = &[
    (
        "wos-txt/zotero-translator__Web_of_Science_Tagged_07.txt",
        "the count stops at the line end; the title goes on in the next, unindented line",
    ),
    (
        "bibtex/ropensci-RefManageR__biblatexExamples.bib",
        "the count has `title` alone; BibLaTeX keeps the subtitle in a field of its own, which belongs to the title",
    ),
];

/// A line of `counts.tsv`.
struct Expected {
    path: String,
    records: u32,
    first_title: String,
    last_title: String,
}

fn expectations(samples: &Path) -> Vec<Expected> {
    let table = std::fs::read_to_string(samples.join("counts.tsv")).expect("counts.tsv reads");
    let rows = table.lines().skip(1).filter(|line| !line.trim().is_empty());
    rows.map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut next = || cells.next().unwrap_or_default();
        let (path, _, records) = (next(), next(), next());
        Expected { path, records: records.parse().expect("a number of records"), first_title: next(), last_title: next() }
    })
    .collect()
}

fn read(path: &Path) -> (Result<Summary, String>, Vec<Entry>) {
    let mut entries = Vec::new();
    let outcome = import::read(File::open(path).expect("the sample is there"), &Options::default(), &mut |entry| entries.push(entry));
    (outcome.map_err(|e| e.to_string()), entries)
}

/// Letters and digits of any script, without mark-up and LaTeX commands, in lower case.
fn folded(title: &str) -> String {
    let mut kept = String::new();
    let mut rest = title;
    while let Some(c) = rest.chars().next() {
        let tag = (c == '<').then(|| rest.find('>')).flatten().filter(|end| *end < 20);
        let command = c == '\\';
        let skip = match (tag, command) {
            (Some(end), _) => end + 1,
            (None, true) => 1 + rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count(),
            _ => 0,
        };
        if skip > 0 {
            rest = &rest[skip..];
            continue;
        }
        if c.is_alphanumeric() {
            kept.extend(c.to_lowercase());
        }
        rest = &rest[c.len_utf8()..];
    }
    kept
}

fn record(entry: &Entry) -> Option<&ParsedRecord> {
    match entry {
        Entry::Record(record) => Some(record),
        _ => None,
    }
}

/// What is wrong with how one file reads.
fn complaints(expected: &Expected, samples: &Path) -> Vec<String> {
    let (outcome, entries) = read(&samples.join(&expected.path));
    let summary = match outcome {
        Ok(summary) => summary,
        Err(e) => return vec![e],
    };
    let mut wrong = Vec::new();
    let ours = OTHER_COUNTS.iter().find(|(path, ..)| *path == expected.path).map_or(expected.records, |(_, n, _)| *n);
    if summary.records != ours {
        wrong.push(format!("{} records, not {ours}", summary.records));
    }
    if summary.entries != summary.records + summary.rejected {
        wrong.push("entries are not records and rejected entries".to_owned());
    }
    let records: Vec<&ParsedRecord> = entries.iter().filter_map(record).collect();
    if ours == expected.records && !OTHER_TITLES.iter().any(|(path, _)| *path == expected.path) {
        let ends = [(records.first(), &expected.first_title), (records.last(), &expected.last_title)];
        for (record, title) in ends {
            let own = record.and_then(|r| r.record.title.as_deref()).unwrap_or_default();
            if folded(own) != folded(title) {
                wrong.push(format!("title {own:?}, not {title:?}"));
            }
        }
    }
    wrong.extend(lines_in_two_places(&entries));
    wrong
}

/// Entries and lines outside follow each other without overlap.
fn lines_in_two_places(entries: &[Entry]) -> Option<String> {
    let spans = entries.iter().map(|entry| match entry {
        Entry::Record(e) => (e.line_start, e.line_end),
        Entry::Rejected(e) => (e.line_start, e.line_end),
        Entry::Outside { line_start, line_end, .. } => (*line_start, *line_end),
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    let overlap = spans.windows(2).find(|pair| pair[1].0 <= pair[0].1 && pair[1] != pair[0] && pair[1].0 != pair[0].1);
    overlap.map(|pair| format!("lines {:?} and {:?} overlap", pair[0], pair[1]))
}

#[test]
fn every_sample_reads_as_counted() {
    let Some(samples) = samples() else { return };
    let expectations = expectations(&samples);
    assert!(expectations.len() >= 170, "counts.tsv has {} rows", expectations.len());
    let mut wrong = Vec::new();
    for expected in &expectations {
        for complaint in complaints(expected, &samples) {
            wrong.push(format!("{}: {complaint}", expected.path));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), expectations.len(), wrong.join("\n"));
}

/// No line that says something is lost: each stands in exactly one entry or in the lines outside. Tagged formats only;
/// tables and XML have no lines of their own.
#[test]
fn every_line_of_tagged_samples_has_a_place() {
    let Some(samples) = samples() else { return };
    let tagged = ["ris", "nbib", "ovid-tagged", "ovid-labelled", "wos-txt", "enw"];
    let mut lost = Vec::new();
    for expected in
        expectations(&samples).iter().filter(|e| tagged.iter().any(|t| e.path.split('/').next().unwrap_or_default().contains(t)))
    {
        let path = samples.join(&expected.path);
        let (outcome, entries) = read(&path);
        let Ok(summary) = outcome else { continue };
        let mut decoder = import::decode::Decoder::new(File::open(&path).expect("the sample is there"), Some(summary.encoding));
        let mut lines = import::lines::Lines::new(&mut decoder);
        let mut buffer = String::new();
        let mut placed = Vec::new();
        for entry in &entries {
            match entry {
                Entry::Record(e) => placed.push((e.line_start, e.line_end)),
                Entry::Rejected(e) => placed.push((e.line_start, e.line_end)),
                Entry::Outside { line_start, line_end, .. } => placed.push((*line_start, *line_end)),
            }
        }
        while let Some(range) = lines.append(&mut buffer).expect("memory reads") {
            let number = lines.number();
            let holders = placed.iter().filter(|(from, to)| (*from..=*to).contains(&number)).count();
            if !buffer[range].trim_matches(|c: char| c.is_whitespace() || c == import::lines::MARK).is_empty() && holders != 1 {
                lost.push(format!("{}: line {number} is in {holders} places", expected.path));
            }
            buffer.clear();
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
