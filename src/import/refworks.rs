//! RefWorks' tagged text (`RT Journal Article`, `T1 …`, no dash), which CNKI and others write too. Its one rule: only its own tags begin
//! a field, and `RT` begins an entry.

use std::io::BufRead;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::lines::MARK;
use super::tagged::{Gathered, listed, unfolded};
use super::unknown::Unknown;
use super::{Context, ImportError, fields};
use crate::model::Record;
use crate::normalize::{dates, ids};

/// The tags of RefWorks' own legend that say something.
const TAGS: &[&str] = &[
    "RT", "A1", "T1", "JF", "JO", "YR", "FD", "VO", "IS", "SP", "OP", "K1", "AB", "NO", "A2", "A3", "A4", "A5", "A6", "T2", "T3", "PB",
    "SN", "AD", "AN", "LA", "OT", "LK", "DO", "DB", "DS", "UL", "PMID", "PMCID",
];
/// Tags that stay in the raw text only.
const RAW_ONLY: &[&str] = &[
    "SR", "ID", "ED", "PP", "AV", "CL", "SF", "CN", "IP", "RD", "ST", "SL", "LL", "CR", "WT", "WV", "WP", "OL", "U1", "U2", "U3", "U4",
    "U5", "U6", "U7", "U8", "U9", "U10", "U11", "U12", "U13", "U14", "U15",
];

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut RefWorks::default(), out)
}

#[derive(Default)]
struct RefWorks {
    unknown: Unknown,
}

/// Where the tag stands, if the line begins with one.
fn tag(line: &str) -> Option<(usize, usize)> {
    let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let rest = &line[start..];
    let length = rest.bytes().take(6).position(|byte| byte == b' ').unwrap_or(rest.trim_end().len());
    let tag = rest.get(..length)?;
    (TAGS.contains(&tag) || RAW_ONLY.contains(&tag)).then_some((start, start + length))
}

/// Whether `line`, below `before`, shows the format: its first tags.
pub fn is_head(line: &str, before: Option<&str>) -> bool {
    let after_type = before.is_some_and(|before| before.starts_with("RT ") && fields::kind(&before[3..]).is_some());
    line.trim() == "Refworks Export Tagged Format" || (after_type && tag(line).is_some())
}

impl Layout for RefWorks {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let Some((start, end)) = tag(line) else {
            return if before.first { Line::Stray } else { Line::More };
        };
        let begins = &line[start..end] == "RT" && (before.after_blank || before.entry.has_tag(&["RT"]));
        if before.first || begins { Line::Start(Some((start..end, end))) } else { Line::Field(start..end, end) }
    }

    /// RefWorks' legend of tags and of type faces.
    fn knows_outside(&self, line: &str) -> bool {
        let words = ["Refworks Export", "Tag legend", "*****", "Font Attribute Legend", "BEGIN EXPORTED", "END EXPORTED"];
        line.contains('=') || words.iter().any(|word| line.starts_with(word))
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (tag, value) in entry.fields().filter(|(_, value)| !value.is_empty()) {
            if !field(&mut b, tag, &value) && !RAW_ONLY.contains(&tag) {
                b.unknown(tag, &value);
                self.unknown.note(tag, &value);
            }
        }
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "RT" => b.record.kind = fields::kind(value).unwrap_or("GEN").to_owned(),
        // CNKI: all in one, `王敏;李华;`
        "A1" => listed(value).filter(|name| !name.is_empty()).for_each(|name| b.author(name)),
        "A2" | "A3" | "A4" | "A5" | "A6" => b.editor(value),
        "T1" => b.title(0, value),
        "OT" => b.title_other(value),
        "JF" => b.journal(0, value),
        "T2" => b.journal(1, value),
        "T3" => b.journal(2, value),
        "JO" => b.abbreviation(value),
        "YR" => b.date(value),
        "FD" if dates::year(value).is_some() => b.date(value),
        "FD" => b.month(value),
        "VO" => b.volume(value),
        "IS" => b.issue(value),
        "SP" => b.start_page(value),
        "OP" if value.contains('-') => b.pages(value),
        "OP" => b.end_page(value),
        "K1" => listed(value).for_each(|term| b.keyword(term, "")),
        "AB" => b.abstract_part(value),
        "NO" => b.note(value),
        "PB" => b.publisher(value),
        "SN" => b.serial(value),
        "AD" => listed(value).for_each(|place| b.affiliation(place)),
        "AN" => b.accession(value),
        "LA" => b.language(value),
        "DB" | "DS" if b.record.database.is_none() => b.database(value),
        "DB" | "DS" => {}
        "LK" | "UL" => b.link(&unfolded(value)),
        "DO" => b.doi(value),
        "PMID" => b.pmid(value),
        "PMCID" => b.record.pmcid = ids::pmcid(value),
        _ => return false,
    }
    true
}
