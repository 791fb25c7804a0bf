//! Records as BibTeX (UTF-8) for LaTeX, JabRef and Zotero. Its one rule: what the format has no field for goes to a field of ours,
//! which other readers pass over and Erabi reads back.

use std::io::{self, Write};

use crate::model::{Author, Keyword, Record};
use crate::normalize::latex::encode;
use crate::normalize::names::is_suffix;

/// (RIS word, entry type that means it). Any other kind is `@misc` with its word in `ris_type`.
const TYPES: &[(&str, &str)] = &[
    ("JOUR", "article"),
    ("BOOK", "book"),
    ("CHAP", "incollection"),
    ("CPAPER", "inproceedings"),
    ("CONF", "proceedings"),
    ("THES", "phdthesis"),
    ("RPRT", "techreport"),
    ("ELEC", "online"),
    ("UNPB", "unpublished"),
    ("GEN", "misc"),
];

/// Writes an entry for each record, keyed by first author, year and position.
pub fn write<'a>(records: impl Iterator<Item = &'a Record>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(HEAD)?;
    records.enumerate().try_for_each(|(at, record)| entry(record, at + 1, out))
}

/// What stands before the first entry.
pub(super) const HEAD: &[u8] = b"% Written by Erabi\n\n";

/// Writes the `n`th entry (1-based).
pub(super) fn entry(record: &Record, n: usize, out: &mut impl Write) -> io::Result<()> {
    let known = TYPES.iter().find(|(kind, _)| *kind == record.kind);
    writeln!(out, "@{}{{{},", known.map_or("misc", |(_, name)| name), key(record, n))?;
    let mut fields = Fields { out };
    if known.is_none() {
        fields.text("ris_type", &record.kind)?;
    }
    work(record, &mut fields)?;
    place(record, &mut fields)?;
    identifiers(record, &mut fields)?;
    content(record, &mut fields)?;
    fields.out.write_all(b"}\n\n")
}

/// `Smith2020-7`: ASCII letters only, unique by position.
fn key(record: &Record, n: usize) -> String {
    let author = record.authors.first().map(|author| if author.family.is_empty() { &author.literal } else { &author.family });
    let word: String = author.map(|name| name.chars().filter(char::is_ascii_alphanumeric).take(20).collect()).unwrap_or_default();
    let word = if word.is_empty() { "record".to_owned() } else { word };
    format!("{word}{}-{n}", record.year.map(|year| year.to_string()).unwrap_or_default())
}

fn work(record: &Record, fields: &mut Fields<impl Write>) -> io::Result<()> {
    if let Some(title) = &record.title {
        // double braces keep capitals
        writeln!(fields.out, "  title = {{{{{}}}}},", encode(&one_line(title)))?;
    }
    fields.option("title_other", record.title_other.as_deref())?;
    if !record.authors.is_empty() {
        let names: Vec<String> = record.authors.iter().map(name).collect();
        writeln!(fields.out, "  author = {{{}}},", names.join(" and "))?;
    }
    fields.option("year", record.year.map(|year| year.to_string()).as_deref())?;
    fields.option("date", record.date.as_deref())
}

fn place(record: &Record, fields: &mut Fields<impl Write>) -> io::Result<()> {
    let container = if matches!(record.kind.as_str(), "CHAP" | "CPAPER") { "booktitle" } else { "journal" };
    fields.option(container, record.journal.as_deref())?;
    fields.option("shortjournal", record.journal_abbreviation.as_deref())?;
    fields.option("volume", record.volume.as_deref())?;
    fields.option("number", record.issue.as_deref())?;
    if let Some(pages) = &record.pages {
        let simple = pages.matches('-').count() == 1;
        let pages = if simple { encode(pages).replace('-', "--") } else { encode(pages) };
        writeln!(fields.out, "  pages = {{{pages}}},")?;
    }
    fields.option("publisher", record.publisher.as_deref())?;
    fields.text("issn", &record.issn.join(", "))?;
    fields.text("isbn", &record.isbn.join(", "))
}

fn identifiers(record: &Record, fields: &mut Fields<impl Write>) -> io::Result<()> {
    fields.verbatim("doi", record.doi.as_deref().unwrap_or_default())?;
    fields.option("pmid", record.pmid.as_deref())?;
    fields.option("pmcid", record.pmcid.as_deref())?;
    fields.option("accession_number", record.accession.as_deref())?;
    fields.option("database", record.database.as_deref())?;
    fields.option("language", record.language.as_deref())?;
    fields.option("erabi_id", record.external_id.as_deref())?;
    fields.text("trial_ids", &record.trial_ids.join(super::LIST_SEPARATOR))?;
    for (at, link) in record.links.iter().enumerate() {
        let name = if at == 0 { "url".to_owned() } else { format!("url{}", at + 1) };
        fields.verbatim(&name, link)?;
    }
    Ok(())
}

fn content(record: &Record, fields: &mut Fields<impl Write>) -> io::Result<()> {
    fields.paragraphs("abstract", record.abstract_text.as_deref())?;
    fields.paragraphs("abstract_other", record.abstract_other.as_deref())?;
    for (field, kind) in [("keywords", ""), ("author_keywords", "author"), ("mesh", "mesh"), ("thesaurus", "thesaurus")] {
        fields.text(field, &keywords(&record.keywords, kind))?;
    }
    fields.text("type", &record.publication_types.join(super::LIST_SEPARATOR))?;
    fields.text("affiliation", &record.affiliations.join(super::LIST_SEPARATOR))?;
    let notices: Vec<String> = record.notices.iter().map(|notice| format!("{}: {}", notice.kind, one_line(&notice.text))).collect();
    fields.paragraphs("notices", Some(&notices.join("\n")))?;
    fields.text("note", &record.notes.join(super::LIST_SEPARATOR))
}

/// The terms of one kind, majors starred. The last separator tells one term with a comma from two terms.
fn keywords(keywords: &[Keyword], kind: &str) -> String {
    keywords.iter().filter(|keyword| keyword.kind == kind).fold(String::new(), |mut all, keyword| {
        all.push_str(if all.is_empty() { "" } else { " " });
        all.push_str(if keyword.major { "*" } else { "" });
        all.push_str(&keyword.term.replace(';', ","));
        all.push(';');
        all
    })
}

/// `Family, Given`, `Family, Jr., Given`, `{Group}`.
fn name(author: &Author) -> String {
    let (family, given) = (encode(&one_line(&author.family)), encode(&one_line(&author.given)));
    match (family.is_empty(), given.rsplit_once(", ").filter(|(_, suffix)| is_suffix(suffix))) {
        (true, _) => format!("{{{}}}", encode(&one_line(&author.literal))),
        (false, Some((given, suffix))) => format!("{family}, {suffix}, {given}"),
        (false, None) if given.is_empty() => format!("{{{family}}}"),
        (false, None) => format!("{family}, {given}"),
    }
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Fields<'a, W> {
    out: &'a mut W,
}

impl<W: Write> Fields<'_, W> {
    /// An empty value writes nothing.
    fn text(&mut self, name: &str, value: &str) -> io::Result<()> {
        let value = one_line(value);
        if value.is_empty() { Ok(()) } else { writeln!(self.out, "  {name} = {{{}}},", encode(&value)) }
    }

    fn option(&mut self, name: &str, value: Option<&str>) -> io::Result<()> {
        self.text(name, value.unwrap_or_default())
    }

    /// Keeps line ends: paragraphs.
    fn paragraphs(&mut self, name: &str, value: Option<&str>) -> io::Result<()> {
        let lines: Vec<String> = value.unwrap_or_default().lines().map(one_line).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() { Ok(()) } else { writeln!(self.out, "  {name} = {{{}}},", encode(&lines.join("\n"))) }
    }

    /// Links and DOIs are not LaTeX; only what would end the value is escaped.
    fn verbatim(&mut self, name: &str, value: &str) -> io::Result<()> {
        let value = one_line(value).replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C");
        if value.is_empty() { Ok(()) } else { writeln!(self.out, "  {name} = {{{value}}},") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_as_latex_wants_it() {
        let record = Record {
            kind: "JOUR".into(),
            title: Some("Cost & benefit of 5%".into()),
            authors: vec![
                Author { family: "Knuth".into(), given: "D. E., Jr.".into(), ..Author::default() },
                Author { literal: "ACT Study Group".into(), ..Author::default() },
            ],
            year: Some(2021),
            pages: Some("475-482".into()),
            doi: Some("10.1000/a_b".into()),
            keywords: vec![Keyword { term: "Hearing Loss, Sensorineural".into(), kind: "mesh".into(), major: true }],
            ..Record::default()
        };
        let mut out = Vec::new();
        write([&record].into_iter(), &mut out).unwrap();
        let expected = "% Written by Erabi\n\n@article{Knuth2021-1,\n  title = {{Cost \\& benefit of 5\\%}},\n  author = {Knuth, Jr., D. E. and {ACT Study Group}},\n  \
            year = {2021},\n  pages = {475--482},\n  doi = {10.1000/a_b},\n  mesh = {*Hearing Loss, Sensorineural;},\n}\n\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
