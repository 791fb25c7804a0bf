//! Ovid's tagged text (`<1. >`, `VN  - Ovid Technologies`). Its one rule: `CP`, `ID`, `DP` and `UI` mean what they
//! mean in the database that `DB` names.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::ris::is_counter;
use super::source_string;
use super::tagged::{Gathered, lines_of, listed, unfolded};
use super::unknown::Unknown;
use super::{Context, ImportError};
use crate::model::Record;

/// Known tags that stay in the raw text only.
const RAW_ONLY: &[&str] = &[
    "VN", "SO", "AD", "CQ", "MA", "CY", "CP", "UP", "EM", "DC", "DD", "CR", "CS", "CE", "RO", "PH", "XL", "XP", "SCORE", "MO", "OL", "PE",
    "OC", "CA", "PS", "URL", "FTURL", "ED", "DA", "RD", "RE", "NT", "GI", "GN", "SI", "AR", "CC", "MD", "PO", "AG", "TA", "RN", "BS", "BT",
    "JC", "NM", "PX", "JL", "PN", "DG", "CL", "PC", "PA", "CB", "GE", "TN", "TM", "FO", "IT", "SB", "OA", "LO", "ST", "SU", "PI", "CO",
    "AX", "CF", "CN", "CT", "DB", "JW", "SR", "ES", "EP", "EY", "RF", "SL", "RV", "NL", "YE", "EW", "HN", "MN", "PF", "OW", "LI", "TE",
    "IO", "PL", "DN", "TR", "MV", "MK", "MF", "DV", "DL", "AS", "BC", "OR", "MQ", "MI", "DJ", "OD", "TD", "GS",
];

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut OvidTagged::default(), out)
}

#[derive(Default)]
struct OvidTagged {
    unknown: Unknown,
}

/// `TI  - x`, `VN - x`, ` TI  - x` (all lines indented by one blank).
fn tag_line(line: &str) -> Option<(Range<usize>, usize)> {
    let start = line.len() - line.trim_start_matches([super::lines::MARK, ' ']).len();
    if start > 4 {
        return None;
    }
    let bytes = &line.as_bytes()[start..];
    let length = bytes.iter().take(6).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    if !(2..=5).contains(&length) || !bytes[0].is_ascii_uppercase() {
        return None;
    }
    let blanks = bytes[length..].iter().take(3).take_while(|b| **b == b' ').count();
    let dash = length + blanks;
    let closed = bytes.get(dash) == Some(&b'-') && bytes.get(dash + 1).is_none_or(|b| *b == b' ');
    (closed && blanks > 0).then_some((start..start + length, start + dash + 1))
}

/// `threshold_type  - sensitive`: lines that tools add between the fields.
fn is_foreign_field(line: &str) -> bool {
    let word = line.bytes().take_while(|b| b.is_ascii_lowercase() || *b == b'_').count();
    word >= 2 && line[word..].starts_with("  - ")
}

impl Layout for OvidTagged {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        if is_counter(line) && line.trim_start().starts_with('<') {
            return Line::Start(None);
        }
        let Some((tag, value)) = tag_line(line) else {
            return if is_foreign_field(line) && !before.first { Line::Part } else { Line::More };
        };
        let opens = &line[tag.clone()] == "VN" && before.entry.has_tag(&["VN"]);
        let first = &line[tag.clone()] == "VN" && before.entry.has_fields();
        if before.first || opens || first { Line::Start(Some((tag, value))) } else { Line::Field(tag, value) }
    }

    fn keeps_blanks(&self) -> bool {
        true
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        let full_names = entry.has_tag(&["FA"]);
        for (tag, value) in entry.fields() {
            if value.is_empty() || (full_names && tag == "AU") || field(&mut b, tag, &value) || RAW_ONLY.contains(&tag) {
                continue;
            }
            b.unknown(tag, &value);
            self.unknown.note(tag, &value);
        }
        afterwards(&mut b, entry);
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"UI" | b"AN" => b.accession(accession(value)),
        b"TI" => b.title(0, value),
        b"BT" => b.title(3, value),
        b"AU" | b"FA" | b"CA" => authors(b, &unfolded(value)),
        b"ED" => b.editor(&unfolded(value)),
        b"IN" => lines_of(value).for_each(|line| b.affiliation(line)),
        b"JN" | b"JO" => b.journal(0, value),
        b"JA" => b.abbreviation(value),
        b"VO" | b"VL" => b.volume(value),
        b"IP" => b.issue(value),
        b"PG" => b.pages(value),
        b"YR" | b"DP" => b.date(value),
        b"DO" | b"DI" => b.doi(value),
        b"PM" => b.pmid(value),
        b"PT" | b"DT" => listed(value).for_each(|part| b.publication_type(part)),
        b"ST" if b.record.publication_types.is_empty() => b.publication_type(value),
        b"AB" => b.abstract_part(value),
        b"MH" if !has_own_thesaurus(b) => lines_of(value).for_each(|term| b.keyword(term, "mesh")),
        b"MH" | b"SH" | b"DE" | b"MC" | b"DS" => lines_of(value).for_each(|term| b.keyword(term, "thesaurus")),
        b"KW" | b"ID" => unfolded(value).split([';', ',']).for_each(|term| b.keyword(term, "author")),
        b"LG" => b.language(value),
        b"IS" | b"IB" | b"IT" => b.serial(value),
        b"PB" | b"PU" => b.publisher(value),
        b"DB" => b.database(value),
        b"XL" | b"URL" => {}
        b"SI" => b.trials_in(value),
        _ => return false,
    }
    true
}

/// Embase and PsycInfo have thesauri of their own.
fn has_own_thesaurus(b: &Builder) -> bool {
    let name = b.record.database.as_deref().unwrap_or_default().to_ascii_lowercase();
    name.contains("embase") || name.contains("psyc")
}

/// `Peer Reviewed Journal: 2015-33942-012.` → `2015-33942-012`.
fn accession(value: &str) -> &str {
    value.rsplit(": ").next().unwrap_or(value).trim_end_matches('.')
}

/// A repeated tag or a list with semicolons; BIOSIS writes roles in brackets.
fn authors(b: &mut Builder, value: &str) {
    let mut bare = String::with_capacity(value.len());
    let mut depth = 0usize;
    for c in value.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    for name in bare.split(';') {
        b.author(without_marks(name));
    }
}

/// Journals@Ovid hang numbers of institutions and degrees on names: `Zhang, Weijia 1, 2, +`, `Peterson, James A. Ph.D., FACSM`.
fn without_marks(name: &str) -> &str {
    let name = name.split(" Ph.D.").next().unwrap_or(name).split(" M.D.").next().unwrap_or(name);
    name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '+' | '*' | ' '))
}

fn afterwards(b: &mut Builder, entry: &Gathered) {
    let medline = b.record.database.as_deref().is_some_and(|d| d.contains("MEDLINE"));
    if medline
        && b.record.pmid.is_none()
        && let Some(accession) = b.record.accession.clone()
    {
        b.pmid(&accession);
    }
    let links: Vec<String> = entry.values("XL").map(Cow::into_owned).collect();
    for link in &links {
        source_string::from_open_url(b, link);
    }
    if let Some(source) = entry.values("SO").next() {
        source_string::fill(b, &unfolded(&source));
    }
}
