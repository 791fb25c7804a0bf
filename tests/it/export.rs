//! What Erabi writes, Erabi reads: every sample export goes through RIS and back, and keeps what RIS holds.
//! The samples are used in place (`ERABI_SHARED`, else `shared` beside a folder above this crate), never copied.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use erabi::export::ris;
use erabi::import::{self, Options};
use erabi::model::{Entry, Record};

fn samples() -> Option<PathBuf> {
    let named = std::env::var_os("ERABI_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    let found = named.into_iter().chain(above).map(|folder| folder.join("samples")).find(|folder| folder.join("counts.tsv").is_file());
    if found.is_none() {
        eprintln!("SKIPPED: no sample exports; set ERABI_SHARED to the folder that holds samples/counts.tsv");
    }
    found
}

fn read(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let read = import::read(bytes, &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            records.push(parsed.record);
        }
    });
    if read.is_ok() { records } else { Vec::new() }
}

/// What has to come back, on one line each.
fn kept(record: &Record) -> Vec<(&'static str, String)> {
    let line = |text: &Option<String>| text.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let authors: Vec<String> = record.authors.iter().map(|author| author.display()).collect();
    let terms: Vec<&str> = record.keywords.iter().map(|keyword| keyword.term.as_str()).collect();
    vec![
        ("title", line(&record.title)),
        ("title_other", line(&record.title_other)),
        ("authors", authors.join("; ")),
        ("year", record.year.map(|year| year.to_string()).unwrap_or_default()),
        ("journal", line(&record.journal)),
        ("volume", line(&record.volume)),
        ("issue", line(&record.issue)),
        ("pages", line(&record.pages)),
        ("doi", line(&record.doi)),
        ("issn", record.issn.join("; ")),
        ("isbn", record.isbn.join("; ")),
        ("abstract", line(&record.abstract_text)),
        ("abstract_other", line(&record.abstract_other)),
        ("keywords", terms.join("; ")),
    ]
}

/// What was compared, and what did not come back as it was.
#[derive(Default)]
struct Trip {
    records: usize,
    fields: usize,
    differ: BTreeMap<&'static str, Vec<String>>,
}

fn round_trip(folder: &Path, write: impl Fn(&[Record]) -> Vec<u8>) -> Trip {
    let mut trip = Trip::default();
    let list = std::fs::read_to_string(folder.join("counts.tsv")).unwrap();
    for path in list.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        let mut before = read(&std::fs::read(folder.join(path)).unwrap());
        before.retain(|record| record.title.is_some()); // a reader may reject what says next to nothing
        if before.is_empty() {
            continue;
        }
        let after = read(&write(&before));
        assert_eq!(before.len(), after.len(), "{path}: every record comes back as one record");
        for (n, (before, after)) in before.iter().zip(&after).enumerate() {
            trip.records += 1;
            for ((field, before), (_, after)) in kept(before).into_iter().zip(kept(after)) {
                trip.fields += usize::from(!before.is_empty());
                if before != after {
                    trip.differ.entry(field).or_default().push(format!("{path} {}: {before:.300} | {after:.300}", n + 1));
                }
            }
        }
    }
    trip
}

fn judge(trip: &Trip) {
    for (field, all) in &trip.differ {
        eprintln!("{field}: {} differ, such as\n  {}", all.len(), all.iter().take(5).cloned().collect::<Vec<_>>().join("\n  "));
    }
    let differ = trip.differ.values().map(Vec::len).sum::<usize>();
    eprintln!("{} records, {} fields, {differ} differ", trip.records, trip.fields);
    assert!(trip.records > 1000, "the samples hold thousands of records");
    for field in ["title", "title_other", "year", "journal", "volume", "issue", "pages", "issn", "isbn"] {
        assert!(!trip.differ.contains_key(field), "{field} must come back as it was");
    }
    // What has no exact form in RIS: group authors, a star inside a keyword, abstracts in one script.
    assert!(differ * 200 < trip.fields, "{differ} of {} fields differ", trip.fields);
}

#[test]
fn ris_comes_back() {
    let Some(folder) = samples() else { return };
    judge(&round_trip(&folder, |records| {
        let mut bytes = Vec::new();
        ris::write(records.iter(), &mut bytes).unwrap();
        bytes
    }));
}
