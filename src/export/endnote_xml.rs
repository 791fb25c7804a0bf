//! Records as EndNote XML (RSXML), which EndNote, Zotero and Mendeley import. Its one rule: every value is plain text in its
//! element; what EndNote has no element for stands in a custom field with its name before it.

use std::io::{self, Write};

use crate::model::{Author, Record};

/// (RIS word, EndNote's name and number of the reference type). Others are `Generic`, their word in `custom8`.
const TYPES: &[(&str, &str, u8)] = &[
    ("JOUR", "Journal Article", 17),
    ("BOOK", "Book", 6),
    ("CHAP", "Book Section", 5),
    ("CPAPER", "Conference Paper", 47),
    ("CONF", "Conference Proceedings", 10),
    ("THES", "Thesis", 32),
    ("RPRT", "Report", 27),
    ("ELEC", "Web Page", 12),
    ("NEWS", "Newspaper Article", 23),
    ("MGZN", "Magazine Article", 19),
    ("PAT", "Patent", 25),
    ("UNPB", "Unpublished Work", 34),
    ("DATA", "Dataset", 59),
    ("GEN", "Generic", 13),
];

/// Writes one document with all records.
pub fn write<'a>(records: impl Iterator<Item = &'a Record>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(HEAD)?;
    for (at, record) in records.enumerate() {
        entry(record, at + 1, out)?;
    }
    out.write_all(FOOT)
}

/// What stands before the first record and after the last.
pub(super) const HEAD: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><records>\n";
pub(super) const FOOT: &[u8] = b"</records></xml>\n";

/// Writes the `n`th record (1-based).
pub(super) fn entry(record: &Record, n: usize, out: &mut impl Write) -> io::Result<()> {
    let known = TYPES.iter().find(|(kind, ..)| *kind == record.kind);
    let (_, name, number) = known.copied().unwrap_or(("GEN", "Generic", 13));
    write!(
        out,
        "<record><source-app name=\"Erabi\">Erabi</source-app><rec-number>{n}</rec-number><ref-type name=\"{name}\">{number}</ref-type>"
    )?;
    authors(&record.authors, out)?;
    titles(record, out)?;
    place(record, out)?;
    identifiers(record, out)?;
    content(record, out)?;
    if known.is_none() {
        element("custom8", &record.kind, out)?;
    }
    out.write_all(b"</record>\n")
}

fn authors(authors: &[Author], out: &mut impl Write) -> io::Result<()> {
    if authors.is_empty() {
        return Ok(());
    }
    out.write_all(b"<contributors><authors>")?;
    for author in authors {
        element("author", &name(author), out)?;
    }
    out.write_all(b"</authors></contributors>")
}

/// `Family, Given`; a group ends with a comma, as EndNote itself marks names that are not to be divided.
fn name(author: &Author) -> String {
    match (author.family.is_empty(), author.given.is_empty()) {
        (true, _) => format!("{},", author.literal),
        (false, true) => format!("{},", author.family),
        (false, false) => format!("{}, {}", author.family, author.given),
    }
}

fn titles(record: &Record, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"<titles>")?;
    option("title", &record.title, out)?;
    option("secondary-title", &record.journal, out)?;
    option("translated-title", &record.title_other, out)?;
    out.write_all(b"</titles>")?;
    if record.journal_abbreviation.is_some() {
        out.write_all(b"<periodical>")?;
        option("full-title", &record.journal, out)?;
        option("abbr-1", &record.journal_abbreviation, out)?;
        out.write_all(b"</periodical>")?;
    }
    Ok(())
}

fn place(record: &Record, out: &mut impl Write) -> io::Result<()> {
    option("pages", &record.pages, out)?;
    option("volume", &record.volume, out)?;
    option("number", &record.issue, out)?;
    if !record.keywords.is_empty() {
        out.write_all(b"<keywords>")?;
        for keyword in &record.keywords {
            let star = if keyword.major { "*" } else { "" };
            element("keyword", &format!("{star}{}", keyword.term), out)?;
        }
        out.write_all(b"</keywords>")?;
    }
    if record.year.is_some() || record.date.is_some() {
        out.write_all(b"<dates>")?;
        option("year", &record.year.map(|year| year.to_string()), out)?;
        if record.date.is_some() {
            out.write_all(b"<pub-dates>")?;
            option("date", &record.date, out)?;
            out.write_all(b"</pub-dates>")?;
        }
        out.write_all(b"</dates>")?;
    }
    option("publisher", &record.publisher, out)?;
    let numbers: Vec<&str> = record.issn.iter().chain(&record.isbn).map(String::as_str).collect();
    element("isbn", &numbers.join("\n"), out)
}

fn identifiers(record: &Record, out: &mut impl Write) -> io::Result<()> {
    option("accession-num", &record.accession, out)?;
    option("electronic-resource-num", &record.doi, out)?;
    if let Some(pmid) = &record.pmid {
        element("custom7", &format!("PMID: {pmid}"), out)?;
    }
    option("custom2", &record.pmcid, out)?;
    element("custom6", &record.trial_ids.join(super::LIST_SEPARATOR), out)?;
    option("label", &record.external_id, out)?;
    option("remote-database-name", &record.database, out)?;
    option("language", &record.language, out)?;
    if record.links.is_empty() {
        return Ok(());
    }
    out.write_all(b"<urls><related-urls>")?;
    record.links.iter().try_for_each(|link| element("url", link, out))?;
    out.write_all(b"</related-urls></urls>")
}

fn content(record: &Record, out: &mut impl Write) -> io::Result<()> {
    option("abstract", &record.abstract_text, out)?;
    option("translated-abstract", &record.abstract_other, out)?;
    element("work-type", &record.publication_types.join(super::LIST_SEPARATOR), out)?;
    element("auth-address", &record.affiliations.join("\n"), out)?;
    let notices: Vec<String> = record.notices.iter().map(|notice| format!("{}: {}", notice.kind, notice.text)).collect();
    element("research-notes", &notices.join("\n"), out)?;
    record.notes.iter().try_for_each(|note| element("notes", note, out))
}

fn option(name: &str, value: &Option<String>, out: &mut impl Write) -> io::Result<()> {
    element(name, value.as_deref().unwrap_or_default(), out)
}

/// An empty value writes nothing.
fn element(name: &str, value: &str, out: &mut impl Write) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    write!(out, "<{name}>")?;
    let mut text = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            // EndNote's own line end
            '\n' => text.push_str("&#xD;"),
            // XML 1.0 §2.2 has no other control characters, and no U+FFFE and U+FFFF
            c if c.is_control() && c != '\t' || matches!(c, '\u{fffe}' | '\u{ffff}') => text.push(' '),
            c => text.push(c),
        }
    }
    out.write_all(text.as_bytes())?;
    write!(out, "</{name}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_as_endnote_has_it() {
        let record = Record {
            kind: "ABST".into(),
            title: Some("A <b> & c".into()),
            authors: vec![Author { literal: "ACT Group".into(), ..Author::default() }],
            abstract_text: Some("one\ntwo".into()),
            ..Record::default()
        };
        let mut out = Vec::new();
        write([&record].into_iter(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for part in [
            "<ref-type name=\"Generic\">13</ref-type>",
            "<author>ACT Group,</author>",
            "<title>A &lt;b&gt; &amp; c</title>",
            "<abstract>one&#xD;two</abstract>",
            "<custom8>ABST</custom8>",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
