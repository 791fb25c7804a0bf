//! Web of Science's tagged text (`PT J`, `AU `, no dash). Its one rule: only its own tags begin a field, since some
//! exports do not indent the lines that continue one.

use std::io::BufRead;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::fields::part_of_a_book;
use super::lines::MARK;
use super::tagged::{Gathered, lines_of, listed, unfolded};
use super::{Context, ImportError};
use crate::model::{Author, Record};

/// The tags of Web of Science's databases (Core Collection, BIOSIS, Zoological Record, Inspec, MEDLINE, Derwent).
const TAGS: &[&str] = &[
    "PT", "AU", "AF", "BA", "BF", "CA", "GP", "BE", "ED", "TI", "FT", "SO", "SE", "BS", "LA", "DT", "CT", "CY", "CL", "SP", "HO", "DE",
    "ID", "AB", "C1", "C3", "RP", "EM", "RI", "OI", "FU", "FP", "FX", "CR", "NR", "TC", "Z9", "Z8", "ZB", "ZS", "ZR", "ZA", "U1", "U2",
    "PU", "PI", "PA", "SN", "EI", "BN", "J9", "JI", "PD", "PY", "VL", "IS", "SI", "PN", "SU", "MA", "BP", "EP", "AR", "DI", "DL", "D2",
    "EA", "EY", "PG", "P2", "WC", "WE", "SC", "GA", "PM", "UT", "OA", "HP", "HC", "DA", "AN", "AE", "PS", "PL", "PV", "CO", "CC", "MC",
    "MQ", "DG", "PC", "BD", "OR", "TN", "ST", "MI", "DS", "GE", "TM", "CH", "IC", "NO", "PR", "FN", "VR", "ER", "EF", "TA", "CP", "RO",
    "SD", "NM", "MH", "RN", "SS", "GN", "PE", "TR", "AC", "BC", "CE", "DN", "HI", "IO", "SA", "ET",
];

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut Wos, out)
}

struct Wos;

/// Offset of the tag if the line begins with one.
fn tag(line: &str) -> Option<usize> {
    let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let tag = line.get(start..start + 2)?;
    let closed = line.as_bytes().get(start + 2).is_none_or(|b| *b == b' ');
    (closed && TAGS.contains(&tag)).then_some(start)
}

impl Layout for Wos {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let Some(at) = tag(line) else { return Line::More };
        let field = (at..at + 2, at + 2);
        match &line[at..at + 2] {
            "FN" | "VR" if before.first => Line::Stray,
            "EF" => Line::Stray,
            "PT" if before.first || before.entry.has_tag(&["PT"]) || before.after_blank => Line::Start(Some(field)),
            "ER" if line.trim_end().len() <= at + 2 => Line::End,
            _ if before.first => Line::Start(Some(field)),
            _ => Line::Field(field.0, field.1),
        }
    }

    fn knows_outside(&self, line: &str) -> bool {
        tag(line).is_some_and(|at| matches!(&line[at..at + 2], "FN" | "VR" | "EF"))
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        let full_names = entry.has_tag(&["AF"]);
        for (tag, value) in entry.fields() {
            if !value.is_empty() {
                field(&mut b, tag, &value, full_names);
            }
        }
        if b.record.database.is_none() {
            b.database("Web of Science");
        }
        let mut record = b.finish();
        part_of_a_book(&mut record);
        record
    }
}

fn field(b: &mut Builder, tag: &str, value: &str, full_names: bool) {
    match tag.as_bytes() {
        b"PT" => b.record.kind = kind(value).to_owned(),
        // one a line; of MEDLINE several, with semicolons between them
        b"AF" => listed(value).for_each(|name| b.author(without_note(name))),
        b"AU" if !full_names => listed(value).for_each(|name| b.author(without_note(name))),
        b"CA" => lines_of(value).for_each(|group| b.push_author(Some(Author { literal: group.to_owned(), ..Author::default() }))),
        b"GP" if b.record.authors.is_empty() => b.author(&unfolded(value)),
        b"BE" | b"ED" => lines_of(value).for_each(|name| b.editor(name)),
        b"TI" => b.title(0, value),
        b"FT" => b.title_other(value),
        b"SO" => b.journal(0, value),
        b"J9" => {
            b.journal(3, value);
            b.abbreviation(value);
        }
        b"JI" => {
            b.record.journal_abbreviation = None;
            b.abbreviation(value);
        }
        b"LA" => b.language(value),
        b"DT" => value.split(';').for_each(|part| b.publication_type(&unfolded(part))),
        b"DE" => terms(b, value, "author"),
        b"ID" | b"MH" | b"MC" | b"DS" => terms(b, value, "thesaurus"),
        b"AB" => b.abstract_part(&unfolded(value)),
        b"C1" => lines_of(value).for_each(|line| b.affiliation(line)),
        b"PU" => b.publisher(value),
        b"SN" | b"EI" | b"BN" => b.serial(value),
        b"PY" if b.record.year.is_none() => b.date(value),
        b"PD" => {
            b.month(value);
            b.date(value); // a patent's `JUN 28 2011`
        }
        b"EA" if b.record.year.is_none() => b.record.date = Some(value.to_owned()),
        b"VL" => b.volume(value),
        b"IS" => b.issue(value),
        b"BP" => b.start_page(value),
        b"EP" => b.end_page(value),
        b"PS" => b.pages(value),
        b"AR" => b.start_page(value),
        b"DI" => b.doi(value),
        b"PM" => b.pmid(value),
        b"UT" => {
            b.record.accession = None;
            b.accession(value);
            if let Some(pmid) = value.strip_prefix("MEDLINE:") {
                b.pmid(pmid);
            }
        }
        b"AN" => b.accession(value),
        _ => {}
    }
}

/// `Medvedeff, Cassandra A. (medvedeff22@ufl.edu)`: the address is not part of the name.
fn without_note(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name)
}

fn terms(b: &mut Builder, value: &str, kind: &'static str) {
    unfolded(value).split(';').for_each(|term| b.keyword(term, kind));
}

/// Publication type to RIS's word.
fn kind(value: &str) -> &'static str {
    match value.chars().next() {
        Some('B') => "BOOK",
        Some('S') => "SER",
        Some('P') => "PAT",
        Some('C') => "CPAPER",
        _ => "JOUR",
    }
}
