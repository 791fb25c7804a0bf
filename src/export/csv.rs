//! Records as a table (RFC 4180, UTF-8 with BOM, CRLF) that Excel opens by double click and Erabi reads back.
//! Its one rule: no cell can be taken for a formula, and `unguard` gives every cell back as it was.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::model::{Author, Record};

/// Header of the table, one name per `Record` field that a table can hold.
pub const COLUMNS: [&str; 26] = [
    "id",
    "type",
    "title",
    "title_other",
    "authors",
    "year",
    "date",
    "journal",
    "journal_abbreviation",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "accession",
    "issn",
    "isbn",
    "abstract",
    "abstract_other",
    "keywords",
    "language",
    "publication_types",
    "database",
    "publisher",
    "url",
];

/// Excel takes a file for UTF-8 only with this in front.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes the header and a row for each record. Lists are joined by `; `.
pub fn write<'a>(records: impl Iterator<Item = &'a Record>, out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::begin(out)?;
    for record in records {
        table.row(record)?;
    }
    table.end()
}

/// A table that is written row by row, for callers that hold one record at a time.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Writes the header.
    pub fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(BOM)?;
        let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        table.write_record(COLUMNS)?;
        Ok(Self(table))
    }

    pub fn row(&mut self, record: &Record) -> io::Result<()> {
        Ok(self.0.write_record(row(record).iter().map(|cell| guard(cell).into_owned()))?)
    }

    /// Hands over what is still buffered.
    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Puts an apostrophe before what a spreadsheet would calculate (OWASP "CSV injection"), and before an apostrophe that
/// would otherwise be taken for such a guard.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if needs_guard(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell before `guard`; what was never guarded stays as it is.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn row(record: &Record) -> [Cow<'_, str>; COLUMNS.len()] {
    let text = |value: &'_ Option<String>| Cow::Owned(value.clone().unwrap_or_default());
    let list = |values: &[String]| Cow::Owned(values.join(super::LIST_SEPARATOR));
    [
        text(&record.external_id),
        Cow::Borrowed(record.kind.as_str()),
        text(&record.title),
        text(&record.title_other),
        Cow::Owned(authors(&record.authors)),
        Cow::Owned(record.year.map(|year| year.to_string()).unwrap_or_default()),
        text(&record.date),
        text(&record.journal),
        text(&record.journal_abbreviation),
        text(&record.volume),
        text(&record.issue),
        text(&record.pages),
        text(&record.doi),
        text(&record.pmid),
        text(&record.pmcid),
        text(&record.accession),
        list(&record.issn),
        list(&record.isbn),
        text(&record.abstract_text),
        text(&record.abstract_other),
        Cow::Owned(keywords(record)),
        text(&record.language),
        list(&record.publication_types),
        text(&record.database),
        text(&record.publisher),
        list(&record.links),
    ]
}

/// `Family, Given; Family, Given`, a comma in every script, so that reading back divides names as they were.
fn authors(authors: &[Author]) -> String {
    let names: Vec<String> = authors
        .iter()
        .map(|author| match (author.family.is_empty(), author.given.is_empty()) {
            (true, _) => whole_name(&author.literal),
            (false, true) => whole_name(&author.family),
            (false, false) => format!("{}, {}", author.family, author.given),
        })
        .collect();
    names.join(super::LIST_SEPARATOR)
}

/// A name that must not be divided: with EndNote's comma at its end where readers would divide it.
pub(super) fn whole_name(name: &str) -> String {
    let divided = crate::normalize::names::author(name).is_none_or(|author| author.literal != name);
    if divided { format!("{name},") } else { name.to_owned() }
}

fn keywords(record: &Record) -> String {
    let terms: Vec<String> = record.keywords.iter().map(|keyword| keyword.term.replace(';', ",")).collect();
    let joined = terms.join(super::LIST_SEPARATOR);
    // one term with a comma is not two
    if terms.len() == 1 && joined.contains([',', '、', '，']) { joined + ";" } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(records: &[Record]) -> Vec<u8> {
        let mut out = Vec::new();
        write(records.iter(), &mut out).unwrap();
        out
    }

    #[test]
    fn excel_gets_its_bom_and_no_formula() {
        let record = Record { title: Some("=HYPERLINK(\"x\")".into()), ..Record::default() };
        let bytes = written(&[record]);
        assert!(bytes.starts_with(b"\xef\xbb\xbfid,type,title,"));
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(",\"'=HYPERLINK(\"\"x\"\")\","), "{text}");
        assert!(text.ends_with("\r\n"));
    }

    #[test]
    fn names_keep_their_parts() {
        let person = |family: &str, given: &str| Author { family: family.into(), given: given.into(), ..Author::default() };
        let group = Author { literal: "研究班".into(), ..Author::default() };
        assert_eq!(authors(&[person("山田", "花子"), person("Smith", "J."), group]), "山田, 花子; Smith, J.; 研究班");
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(title in any::<String>(), note in "['=+@\\t\\r＝-]{0,4}[a-z]*") {
            let record = Record { title: Some(title.clone()), abstract_text: Some(note.clone()), ..Record::default() };
            let bytes = written(&[record]);
            let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[3..]);
            let row = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(unguard(&row[2]), title.as_str());
            prop_assert_eq!(unguard(&row[18]), note.as_str());
            for cell in &row {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
            }
        }
    }
}
