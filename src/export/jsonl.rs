//! Records as JSON lines, the contract of `erabi convert`. Its one rule: every key is in every line, `null` or `[]` where
//! the record has nothing, so that whoever measures through it never has to ask whether a key exists.

use std::io::{self, Write};

use serde::Serialize;

use crate::model::{Author, Record};

/// One record and where it stood.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// As the caller named the file.
    pub file: &'a str,
    /// 1-based in its file.
    pub n: u32,
    pub format: &'a str,
    /// 1-based, inclusive.
    pub line_start: u32,
    pub line_end: u32,
    pub record: &'a Record,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    n: u32,
    format: &'a str,
    line_start: u32,
    line_end: u32,
    r#type: Option<&'a str>,
    title: Option<&'a str>,
    title_other: Option<&'a str>,
    authors: Vec<Name<'a>>,
    year: Option<i32>,
    journal: Option<&'a str>,
    volume: Option<&'a str>,
    issue: Option<&'a str>,
    pages: Option<&'a str>,
    doi: Option<&'a str>,
    pmid: Option<&'a str>,
    accession: Option<&'a str>,
    issn: Option<String>,
    isbn: Option<String>,
    r#abstract: Option<&'a str>,
    abstract_other: Option<&'a str>,
    keywords: Vec<&'a str>,
    language: Option<&'a str>,
    database: Option<&'a str>,
}

#[derive(Serialize)]
struct Name<'a> {
    family: &'a str,
    given: &'a str,
    literal: &'a str,
}

/// Writes a line for each item.
pub fn write<'a>(items: impl Iterator<Item = Item<'a>>, out: &mut impl Write) -> io::Result<()> {
    items.into_iter().try_for_each(|item| write_line(item, out))
}

/// Writes one line, for callers that hold one record at a time.
pub fn write_line(item: Item<'_>, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &line(item))?;
    out.write_all(b"\n")
}

fn line(item: Item<'_>) -> Line<'_> {
    let record = item.record;
    Line {
        file: item.file,
        n: item.n,
        format: item.format,
        line_start: item.line_start,
        line_end: item.line_end,
        r#type: Some(record.kind.as_str()).filter(|kind| !kind.is_empty()),
        title: record.title.as_deref(),
        title_other: record.title_other.as_deref(),
        authors: record.authors.iter().map(name).collect(),
        year: record.year,
        journal: record.journal.as_deref(),
        volume: record.volume.as_deref(),
        issue: record.issue.as_deref(),
        pages: record.pages.as_deref(),
        doi: record.doi.as_deref(),
        pmid: record.pmid.as_deref(),
        accession: record.accession.as_deref(),
        issn: joined(&record.issn),
        isbn: joined(&record.isbn),
        r#abstract: record.abstract_text.as_deref(),
        abstract_other: record.abstract_other.as_deref(),
        keywords: record.keywords.iter().map(|keyword| keyword.term.as_str()).collect(),
        language: record.language.as_deref(),
        database: record.database.as_deref(),
    }
}

fn name(author: &Author) -> Name<'_> {
    Name { family: &author.family, given: &author.given, literal: &author.literal }
}

fn joined(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| values.join(super::LIST_SEPARATOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_even_for_an_empty_record() {
        let record = Record { issn: vec!["1".into(), "2".into()], ..Record::default() };
        let mut out = Vec::new();
        let item = Item { file: "a.ris", n: 1, format: "ris", line_start: 1, line_end: 9, record: &record };
        write([item].into_iter(), &mut out).unwrap();
        let expected = concat!(
            r#"{"file":"a.ris","n":1,"format":"ris","line_start":1,"line_end":9,"type":null,"title":null,"#,
            r#""title_other":null,"authors":[],"year":null,"journal":null,"volume":null,"issue":null,"pages":null,"#,
            r#""doi":null,"pmid":null,"accession":null,"issn":"1; 2","isbn":null,"abstract":null,"#,
            r#""abstract_other":null,"keywords":[],"language":null,"database":null}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn authors_have_their_three_keys() {
        let authors = vec![Author { literal: "研究班".into(), ..Author::default() }];
        let record = Record { authors, ..Record::default() };
        let mut out = Vec::new();
        let item = Item { file: "", n: 1, format: "", line_start: 1, line_end: 1, record: &record };
        write_line(item, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r#""authors":[{"family":"","given":"","literal":"研究班"}]"#), "{text}");
    }
}
