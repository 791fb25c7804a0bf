//! What Erabi writes, Erabi reads: every sample export goes through RIS and through CSV and back, and keeps what they hold.

use std::collections::{BTreeMap, BTreeSet};

use erabi::export::{csv, ris};
use erabi::import::{self, Options};
use erabi::model::{Entry, Record};

use crate::samples::samples;

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
    // Readers drop what is said twice and the star of a major heading.
    let terms: BTreeSet<String> = record.keywords.iter().map(|keyword| keyword.term.replace('*', "").to_lowercase()).collect();
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
        ("keywords", terms.into_iter().collect::<Vec<_>>().join("; ")),
    ]
}

/// What was compared, and what did not come back as it was.
#[derive(Default)]
struct Trip {
    records: usize,
    fields: usize,
    differ: BTreeMap<&'static str, Vec<String>>,
}

/// Records of a file that make the trip: enough to meet every habit of its source.
const RECORDS_PER_FILE: usize = 60;

impl Trip {
    /// Compares what was there; that a reader finds more in the second file (a year inside a source string) is no loss.
    fn compare(&mut self, path: &str, before: &[Record], after: &[Record]) {
        assert_eq!(before.len(), after.len(), "{path}: every record comes back as one record");
        for (n, (before, after)) in before.iter().zip(after).enumerate() {
            self.records += 1;
            for ((field, before), (_, after)) in kept(before).into_iter().zip(kept(after)) {
                self.fields += usize::from(!before.is_empty());
                if !before.is_empty() && before != csv::unguard(&after) {
                    self.differ.entry(field).or_default().push(format!("{path} {}: {before:.300} | {after:.300}", n + 1));
                }
            }
        }
    }

    fn judge(&self, format: &str) {
        for (field, all) in &self.differ {
            eprintln!(
                "{format} {field}: {} differ, such as\n  {}",
                all.len(),
                all.iter().take(5).cloned().collect::<Vec<_>>().join("\n  ")
            );
        }
        let differ = self.differ.values().map(Vec::len).sum::<usize>();
        eprintln!("{format}: {} records, {} fields, {differ} differ", self.records, self.fields);
        assert!(self.records > 1000, "the samples hold thousands of records");
        for field in ["title", "title_other", "year", "journal", "volume", "issue", "pages", "issn", "isbn"] {
            assert!(!self.differ.contains_key(field), "{format}: {field} must come back as it was");
        }
        // What has no exact form in either: group authors, keywords with separators in them, a second abstract in the same script.
        assert!(differ * 200 < self.fields, "{format}: {differ} of {} fields differ", self.fields);
    }
}

#[test]
fn what_is_written_is_read_back() {
    let Some(folder) = samples() else { return };
    let list = std::fs::read_to_string(folder.join("counts.tsv")).unwrap();
    let (mut by_ris, mut by_csv) = (Trip::default(), Trip::default());
    for path in list.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        let mut before = read(&std::fs::read(folder.join(path)).unwrap());
        before.retain(|record| record.title.is_some()); // a reader may reject what says next to nothing
        before.truncate(RECORDS_PER_FILE);
        if before.is_empty() {
            continue;
        }
        let (mut as_ris, mut as_csv) = (Vec::new(), Vec::new());
        ris::write(before.iter(), &mut as_ris).unwrap();
        csv::write(before.iter(), &mut as_csv).unwrap();
        by_ris.compare(path, &before, &read(&as_ris));
        by_csv.compare(path, &before, &read(&as_csv));
    }
    by_ris.judge("RIS");
    by_csv.judge("CSV");
}
