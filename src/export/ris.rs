//! Records as RIS (Research Information Systems, Thomson Reuters 2011 tags) for EndNote, Zotero and rispy: UTF-8, CRLF.
//! Its one rule: one line per value, so that no line end inside a value can end a record early.

use std::io::{self, Write};

use crate::model::{Author, Record};

/// The type of a record that does not say what it is: RIS's `GEN`, generic.
const UNKNOWN_KIND: &str = "GEN";

/// Writes all records. Both titles (`TI`, `TT`) and both abstracts (`AB`, `N2`) are kept.
pub fn write<'a>(records: impl Iterator<Item = &'a Record>, out: &mut impl Write) -> io::Result<()> {
    records.into_iter().try_for_each(|record| entry(record, out))
}

fn entry(record: &Record, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Lines { out };
    lines.tag("TY", kind(&record.kind))?;
    work(record, &mut lines)?;
    place(record, &mut lines)?;
    identifiers(record, &mut lines)?;
    content(record, &mut lines)?;
    lines.out.write_all(b"ER  - \r\n\r\n")
}

fn work(record: &Record, lines: &mut Lines<impl Write>) -> io::Result<()> {
    lines.option("TI", record.title.as_deref())?;
    lines.option("TT", record.title_other.as_deref())?;
    for author in &record.authors {
        lines.tag("AU", &name(author))?;
    }
    lines.option("PY", record.year.map(|year| year.to_string()).as_deref())?;
    lines.option("DA", record.date.as_deref())
}

fn place(record: &Record, lines: &mut Lines<impl Write>) -> io::Result<()> {
    lines.option("T2", record.journal.as_deref())?;
    lines.option("J2", record.journal_abbreviation.as_deref())?;
    lines.option("VL", record.volume.as_deref())?;
    lines.option("IS", record.issue.as_deref())?;
    let (start, end) = record.pages.as_deref().map_or(("", None), pages);
    lines.tag("SP", start)?;
    lines.option("EP", end)?;
    lines.option("PB", record.publisher.as_deref())?;
    for number in record.issn.iter().chain(&record.isbn) {
        lines.tag("SN", number)?;
    }
    Ok(())
}

fn identifiers(record: &Record, lines: &mut Lines<impl Write>) -> io::Result<()> {
    lines.option("DO", record.doi.as_deref())?;
    let pmid = record.pmid.as_deref();
    lines.option("AN", record.accession.as_deref().or(pmid))?;
    if let (Some(pmid), Some(accession)) = (pmid, &record.accession)
        && pmid != accession
    {
        lines.tag("N1", &format!("PMID: {pmid}"))?;
    }
    lines.option("C2", record.pmcid.as_deref())?;
    lines.option("DB", record.database.as_deref())?;
    lines.option("LA", record.language.as_deref())?;
    lines.option("ID", record.external_id.as_deref())?;
    for trial in &record.trial_ids {
        lines.tag("N1", &format!("Trial registration: {trial}"))?;
    }
    for link in &record.links {
        lines.tag("UR", link)?;
    }
    Ok(())
}

fn content(record: &Record, lines: &mut Lines<impl Write>) -> io::Result<()> {
    lines.option("AB", record.abstract_text.as_deref())?;
    lines.option("N2", record.abstract_other.as_deref())?;
    for keyword in &record.keywords {
        lines.tag("KW", &keyword.term)?;
    }
    lines.tag("M3", &record.publication_types.join(super::LIST_SEPARATOR))?;
    for affiliation in &record.affiliations {
        lines.tag("AD", affiliation)?;
    }
    for notice in &record.notices {
        lines.tag("N1", &format!("{}: {}", notice.kind, notice.text))?;
    }
    for note in &record.notes {
        lines.tag("N1", note)?;
    }
    Ok(())
}

/// Four capitals or digits at most, as RIS has them; anything else would hide the record from readers.
fn kind(kind: &str) -> &str {
    let known = (1..=6).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if known { kind } else { UNKNOWN_KIND }
}

/// `Family, Given` in every script: readers divide names at the comma.
fn name(author: &Author) -> String {
    match (author.family.is_empty(), author.given.is_empty()) {
        (true, true) => super::csv::whole_name(&author.literal),
        (true, false) => super::csv::whole_name(&author.given),
        (false, true) => super::csv::whole_name(&author.family),
        (false, false) => format!("{}, {}", author.family, author.given),
    }
}

/// `475-482` into start and end; what is no simple range stays whole in the start.
fn pages(pages: &str) -> (&str, Option<&str>) {
    match pages.split_once('-') {
        Some((start, end)) if !start.is_empty() && !end.is_empty() && !end.contains('-') => (start, Some(end)),
        _ => (pages, None),
    }
}

struct Lines<'a, W> {
    out: &'a mut W,
}

impl<W: Write> Lines<'_, W> {
    /// An empty value writes nothing.
    fn tag(&mut self, tag: &str, value: &str) -> io::Result<()> {
        let mut words = value.split(char::is_control).map(str::trim).filter(|part| !part.is_empty());
        let Some(first) = words.next() else {
            return Ok(());
        };
        write!(self.out, "{tag}  - {first}")?;
        for more in words {
            write!(self.out, " {more}")?;
        }
        self.out.write_all(b"\r\n")
    }

    fn option(&mut self, tag: &str, value: Option<&str>) -> io::Result<()> {
        self.tag(tag, value.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Keyword;

    fn written(record: &Record) -> String {
        let mut out = Vec::new();
        write([record].into_iter(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn both_languages_and_the_parts_of_names_and_pages() {
        let record = Record {
            kind: "JOUR".into(),
            title: Some("地域における支援".into()),
            title_other: Some("Community support".into()),
            authors: vec![
                Author { family: "山田".into(), given: "花子".into(), ..Author::default() },
                Author { literal: "ACT Study Group".into(), ..Author::default() },
            ],
            year: Some(2021),
            pages: Some("475-482".into()),
            pmid: Some("99000001".into()),
            accession: Some("2021-1".into()),
            issn: vec!["1234-5679".into()],
            abstract_text: Some("一段落。\n二段落。".into()),
            abstract_other: Some("One.".into()),
            keywords: vec![Keyword { term: "Case Management".into(), ..Keyword::default() }],
            ..Record::default()
        };
        let expected = "TY  - JOUR\r\nTI  - 地域における支援\r\nTT  - Community support\r\nAU  - 山田, 花子\r\n\
            AU  - ACT Study Group\r\nPY  - 2021\r\nSP  - 475\r\nEP  - 482\r\nSN  - 1234-5679\r\nAN  - 2021-1\r\n\
            N1  - PMID: 99000001\r\nAB  - 一段落。 二段落。\r\nN2  - One.\r\nKW  - Case Management\r\nER  - \r\n\r\n";
        assert_eq!(written(&record), expected);
    }

    #[test]
    fn a_value_cannot_end_its_record() {
        let record = Record {
            title: Some("A\r\nER  - \r\nTY  - JOUR".into()),
            kind: "Journal Article".into(),
            pages: Some("S12-S15-S18".into()),
            ..Record::default()
        };
        let text = written(&record);
        assert_eq!(text.lines().filter(|line| line.starts_with("ER")).count(), 1);
        assert!(text.starts_with("TY  - GEN\r\n"), "{text}");
        assert!(text.contains("SP  - S12-S15-S18\r\n"), "{text}");
    }
}
