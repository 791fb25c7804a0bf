//! What Erabi writes it reads back: BibTeX, EndNote XML, CSV, RIS and JSON lines, on generated records and on every sample file.
//! One rule: a field that a format holds comes back as it was; what a format cannot hold is named in `held`.

use erabi::export::{bibtex, csv, endnote_xml, jsonl, ris};
use erabi::import::{self, Format, Options};
use erabi::model::{Author, Entry, Keyword, Notice, Record};
use erabi::normalize::{ids, language, links, names, pages, text};
use proptest::prelude::*;

use crate::samples::samples;

/// Records of one sample file that are written and read back, for the test's time.
const MOST: usize = 40;

const WRITTEN: [Format; 5] = [Format::Bibtex, Format::EndnoteXml, Format::Csv, Format::Ris, Format::Jsonl];

fn write(records: &[Record], format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let done = match format {
        Format::Bibtex => bibtex::write(records.iter(), &mut out),
        Format::EndnoteXml => endnote_xml::write(records.iter(), &mut out),
        Format::Csv => csv::write(records.iter(), &mut out),
        Format::Jsonl => {
            let item = |record| jsonl::Item { file: "a.ris", n: 1, format: "ris", line_start: 1, line_end: 9, record };
            jsonl::write(records.iter().map(item), &mut out)
        }
        _ => ris::write(records.iter(), &mut out),
    };
    done.expect("memory does not fail");
    out
}

/// Recognises and reads, as for any file.
fn read(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let summary = import::read(bytes, &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            records.push(parsed.record);
        }
    });
    let summary = summary.unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)])));
    assert_eq!(summary.rejected, 0, "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]));
    records
}

/// What a line of JSON holds, character by character.
fn held_as_json(record: &Record) -> Record {
    let terms = record.keywords.iter().map(|keyword| Keyword { term: keyword.term.clone(), ..Keyword::default() });
    Record {
        keywords: terms.collect(),
        date: None,
        journal_abbreviation: None,
        pmcid: None,
        trial_ids: Vec::new(),
        publication_types: Vec::new(),
        publisher: None,
        links: Vec::new(),
        notices: Vec::new(),
        affiliations: Vec::new(),
        notes: Vec::new(),
        prior_decisions: Vec::new(),
        external_id: None,
        extra: Vec::new(),
        ..record.clone()
    }
}

/// A record reduced to what a format holds.
fn held(record: &Record, format: Format) -> Record {
    if format == Format::Jsonl {
        return held_as_json(record);
    }
    let mut held = Record { prior_decisions: Vec::new(), extra: Vec::new(), notes: Vec::new(), ..record.clone() };
    if held.kind.is_empty() {
        held.kind = "GEN".to_owned();
    }
    // a date that only repeats the year says nothing more
    if held.date == held.year.map(|year| year.to_string()) {
        held.date = None;
    }
    if held.journal_abbreviation == held.journal {
        held.journal_abbreviation = None;
    }
    held.keywords.iter_mut().for_each(|keyword| keyword.term = keyword.term.replace(';', ","));
    // lists are joined by semicolons or lines; a value that holds the separator can't come back as one
    held.affiliations.clear();
    if format != Format::Bibtex {
        held.keywords.iter_mut().for_each(|keyword| keyword.kind = "".into());
    } else {
        held.keywords.sort_by(|a, b| a.kind.cmp(&b.kind));
    }
    match format {
        Format::Csv => {
            held.keywords.iter_mut().for_each(|keyword| keyword.major = false);
            held.notices.clear();
            held.trial_ids.clear();
            held.kind.clear();
        }
        Format::Ris => {
            held.keywords.iter_mut().for_each(|keyword| keyword.major = false);
            held.abstract_text = held.abstract_text.map(|text| text.replace('\n', " "));
            held.abstract_other = held.abstract_other.map(|text| text.replace('\n', " "));
            held.notices.clear();
            held.trial_ids.clear();
            held.publication_types.clear();
            held.accession = None;
            held.pmid = None;
        }
        _ => {}
    }
    // the same term twice is one
    let mut seen: Vec<Keyword> = Vec::new();
    for keyword in held.keywords {
        if !seen.iter().any(|known| known.term == keyword.term && known.kind == keyword.kind) {
            seen.push(keyword);
        }
    }
    held.keywords = seen;
    held
}

/// The first field in which two records differ.
fn difference(a: &Record, b: &Record) -> Option<String> {
    let (a, b) = (serde_json::to_value(a).expect("plain data"), serde_json::to_value(b).expect("plain data"));
    let keys: Vec<String> = a.as_object().into_iter().chain(b.as_object()).flat_map(|map| map.keys().cloned()).collect();
    keys.iter().find(|key| a.get(key.as_str()) != b.get(key.as_str())).map(|key| {
        let (a, b) = (a.get(key.as_str()).cloned().unwrap_or_default(), b.get(key.as_str()).cloned().unwrap_or_default());
        match (a.as_array(), b.as_array()) {
            (Some(a), Some(b)) => {
                let at = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
                format!("{key}[{at}]: {:?} / {:?}", a.get(at), b.get(at))
            }
            _ => format!("{key}: {a} / {b}"),
        }
    })
}

fn one_line() -> impl Strategy<Value = String> {
    "[A-Za-z][ -~éü精神障害者の支援①°–&<>_%$#{}~^\"'\\\\]{0,40}".prop_map(|raw| text::clean(&raw).trim_end_matches(['.', ',']).to_owned())
}

fn words() -> impl Strategy<Value = String> {
    "[A-Z][a-zé]{2,8}( [a-z]{2,8}){0,4}"
}

fn author() -> impl Strategy<Value = Author> {
    let person = |(family, given): (String, String)| Author { family, given, ..Author::default() };
    prop_oneof![
        4 => ("[A-Z][a-zéø]{2,9}(-[A-Z][a-z]{2,6})?", "[A-Z][a-z]{1,7}( [A-Z])?|[A-Z]\\.( [A-Z]\\.)?").prop_map(person),
        2 => ("[山田鈴木佐藤]{2}", "[花子太郎美咲]{2}").prop_map(person),
        1 => Just(Author { literal: "ACT Study Group".to_owned(), ..Author::default() }),
        1 => Just(Author { literal: "Suresha".to_owned(), ..Author::default() }),
    ]
}

prop_compose! {
    fn titles()(title in one_line(), other in proptest::option::of(words()), journal in proptest::option::of(words()), body in proptest::option::of("([A-Z][a-z &%_]{5,60}\\.\n){1,3}[A-Z][a-z]{3,9}\\.")) -> Record {
        Record { title: Some(title).filter(|t| !t.is_empty()).or(Some("T".into())), title_other: other, journal, abstract_text: body.map(|body| text::block(&body)), ..Record::default() }
    }
}

prop_compose! {
    fn record()(
        mut record in titles(),
        kind in prop_oneof![Just("JOUR"), Just("CHAP"), Just("THES"), Just("BOOK"), Just("CPAPER"), Just("ABST")],
        authors in proptest::collection::vec(author(), 0..5),
        year in proptest::option::of(1900i32..2030),
        numbers in ("[1-9][0-9]{0,2}", "[1-9][0-9]?( Suppl 1)?", "[1-9][0-9]{1,3}-[1-9][0-9]{4}|e[0-9]{3}|S12-S15"),
        doi in proptest::option::of("10\\.[1-9][0-9]{3}/[a-zA-Z0-9._()/-]{1,20}[a-z0-9]"),
        pmid in proptest::option::of("[1-9][0-9]{6,7}"),
        keywords in proptest::collection::vec((words(), prop_oneof![Just(""), Just("mesh"), Just("author"), Just("thesaurus")], any::<bool>()), 0..4),
        notices in proptest::collection::vec(words(), 0..2),
        link in proptest::option::of("https://example\\.org/[a-z~_%-]{1,12}(\\?q=[a-z]{1,4})?"),
        language in proptest::option::of(prop_oneof![Just("en"), Just("ja"), Just("de")]),
    ) -> Record {
        record.kind = kind.to_owned();
        record.authors = authors;
        record.year = year;
        record.volume = Some(numbers.0);
        record.issue = Some(numbers.1);
        record.pages = pages::pages(&numbers.2);
        record.doi = doi.and_then(|doi| ids::doi(&doi));
        record.pmid = pmid;
        record.keywords = keywords.into_iter().map(|(term, kind, major)| Keyword { term, kind: kind.into(), major }).collect();
        record.notices = notices.into_iter().map(|text| Notice { kind: "erratum".to_owned(), text }).collect();
        record.links = link.and_then(|link| links::clean(&link)).into_iter().collect();
        record.language = language.and_then(language::code);
        record.issn = vec!["1234-5679".to_owned()];
        record.database = Some("CINAHL".to_owned());
        record.accession = Some("136788050".to_owned());
        record
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_records_come_back(record in record()) {
        // the generator only makes authors that are read as they are written
        prop_assume!(record.authors.iter().all(|author| names::author(&author.display().replace(' ', if author.display().is_ascii() { " " } else { ", " })).is_some()));
        for format in WRITTEN {
            let bytes = write(std::slice::from_ref(&record), format);
            let back = read(&bytes);
            prop_assert_eq!(back.len(), 1, "{}", format);
            let found = difference(&held(&record, format), &held(&back[0], format));
            prop_assert!(found.is_none(), "{}: {}\n{}", format, found.unwrap_or_default(), String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn every_sample_comes_back() {
    let Some(root) = samples() else { return };
    let mut failures = Vec::new();
    let mut compared = 0usize;
    let counts = std::fs::read_to_string(root.join("counts.tsv")).expect("counts.tsv");
    for path in counts.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        let bytes = std::fs::read(root.join(path)).expect("a listed file");
        let mut records = Vec::new();
        let outcome = import::read(&bytes[..], &Options::default(), &mut |entry| {
            if let Entry::Record(parsed) = entry {
                records.push(parsed.record);
            }
        });
        // BibLaTeX's `@set` has nothing that a table could hold
        records.retain(|record| record.title.is_some() || !record.authors.is_empty() || record.abstract_text.is_some());
        if outcome.is_err() || records.is_empty() {
            continue;
        }
        records.truncate(MOST);
        for format in [Format::Bibtex, Format::EndnoteXml, Format::Csv, Format::Jsonl] {
            // what was read back once must come back for good
            let first = read(&write(&records, format));
            assert_eq!(first.len(), records.len(), "{path} as {format}");
            for (n, (a, b)) in records.iter().zip(&first).enumerate() {
                compared += 1;
                if let Some(found) = difference(&held(a, format), &held(b, format)) {
                    failures.push(format!("{path} {} as {format}: {found}", n + 1));
                }
            }
        }
    }
    let told: Vec<&String> = failures.iter().take(60).collect();
    assert!(failures.len() * 1000 < compared, "{} of {compared} records differ\n{told:#?}", failures.len());
}
