//! MEDLINE's tagged display (`.nbib`), as PubMed, ERIC and PMC write it and reference managers imitate it.
//! Its one rule: investigators, editors and corrections' authors are not authors.
//! Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::lines::MARK;
use super::tagged::{Gathered, unfolded, usual_tag};
use super::unknown::Unknown;
use super::{Context, ImportError, Provider, ichushi};
use crate::model::{Author, Record};
use crate::normalize::{ids, names};

/// Known tags that stay in the raw text only.
fn is_raw_only(tag: &str) -> bool {
    matches!(
        tag.as_bytes(),
        b"STAT"
            | b"LR"
            | b"DEP"
            | b"DA"
            | b"DCOM"
            | b"EDAT"
            | b"MHDA"
            | b"CRDT"
            | b"PHST"
            | b"PST"
            | b"SO"
            | b"CI"
            | b"COIS"
            | b"GR"
            | b"GS"
            | b"GN"
            | b"RN"
            | b"NM"
            | b"JID"
            | b"PL"
            | b"SB"
            | b"IR"
            | b"FIR"
            | b"IRAD"
            | b"ED"
            | b"FED"
            | b"EDN"
            | b"AUID"
            | b"OTO"
            | b"OABL"
            | b"OCI"
            | b"MID"
            | b"RF"
            | b"STI"
            | b"PUBM"
            | b"OWN"
            | b"CTI"
            | b"CDAT"
            | b"EN"
            | b"PB"
            | b"VTI"
            | b"CTDT"
            | b"DRDT"
            | b"FPS"
            | b"PS"
            | b"TO"
            | b"NI"
            | b"DRIN"
            | b"DDIN"
            | b"SPIN"
            | b"ECI"
            | b"ECF"
            | b"IROB"
    )
}

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut layout = Nbib { provider: context.provider, starter: String::new(), unknown: Unknown::default() };
    blocks::read(input, &mut layout, out)
}

struct Nbib {
    provider: Provider,
    /// The tag with which the file's entries begin.
    starter: String,
    unknown: Unknown,
}

/// `PMID- 1`, `TI  - x`, `AB - x`: a tag of two to four capitals, padding, a dash.
pub fn tag_line(line: &str) -> Option<(Range<usize>, usize)> {
    if usual_tag(line).is_some() {
        return Some((0..2, 5));
    }
    let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let bytes = &line.as_bytes()[start..];
    let length = bytes.iter().take(5).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    if !(2..=4).contains(&length) || !bytes[0].is_ascii_uppercase() {
        return None;
    }
    let blanks = bytes[length..].iter().take(3).take_while(|b| **b == b' ').count();
    let dash = length + blanks;
    let closed = bytes.get(dash) == Some(&b'-') && bytes.get(dash + 1).is_none_or(|b| *b == b' ');
    let padded = dash == 4 || (length < 4 && blanks == 1) || (length == 4 && blanks <= 1);
    (closed && padded).then_some((start..start + length, start + dash + 1))
}

impl Layout for Nbib {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let Some((tag, value)) = tag_line(line) else {
            let indented = line.starts_with([' ', '\t']);
            return if before.after_blank && !indented { Line::Stray } else { Line::More };
        };
        let name = &line[tag.clone()];
        if self.starter.is_empty() {
            self.starter = name.to_owned();
        }
        let opens = name == self.starter || name == "PMID";
        if before.first || (opens && (before.after_blank && name == self.starter || before.entry.has_tag(&[name]))) {
            return Line::Start(Some((tag, value)));
        }
        Line::Field(tag, value)
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        let mut authors = Authors::default();
        let paired = entry.has_tag(&["FAU"]);
        for (tag, value) in entry.running_fields() {
            if self.provider == Provider::Ichushi && ichushi::nbib_tag(&mut b, tag, &value, paired) {
                continue;
            }
            if value.is_empty() || authors.take(tag, &value) || field(&mut b, tag, &value) || is_raw_only(tag) {
                continue;
            }
            b.unknown(tag, &value);
            self.unknown.note(tag, &value);
        }
        authors.finish(&mut b);
        afterwards(&mut b, entry, self.provider);
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"PMID" => {
            b.pmid(value);
            b.accession(value);
        }
        b"PMC" => b.record.pmcid = ids::pmcid(value),
        b"OID" => b.accession(value),
        b"TI" => b.title(0, value),
        b"BTI" => b.title(1, value),
        b"CTI" => b.title(2, value),
        b"TT" => b.title_other(value),
        b"AB" => b.abstract_part(value),
        b"OAB" => b.abstract_other(value),
        b"AD" => b.affiliation(value),
        b"LA" => b.language(value),
        b"PT" => b.publication_type(value),
        b"MH" => b.keyword(value, "mesh"),
        b"OT" => b.keyword(value, "author"),
        b"KW" => b.keyword(value, ""),
        b"JT" => b.journal(0, value),
        b"TA" => {
            b.journal(3, value);
            b.abbreviation(value);
        }
        b"IS" | b"ISSN" | b"ISBN" => b.serial(value),
        b"DP" => b.date(value),
        b"VI" => b.volume(value),
        b"IP" => b.issue(value),
        b"PG" => b.pages(value),
        b"AID" | b"LID" => locator(b, value),
        b"SI" => b.trials_in(value),
        b"PB" => b.publisher(value),
        b"CIN" | b"CON" => b.notice("comment", value),
        b"EIN" | b"EFR" => b.notice("erratum", value),
        b"RIN" => b.notice("retracted", value),
        b"ROF" => b.notice("retraction_of", value),
        b"ECI" | b"ECF" => b.notice("concern", value),
        b"UIN" | b"UOF" | b"RPI" | b"RPF" | b"CRI" | b"CRF" => b.notice("update", value),
        _ => return false,
    }
    true
}

/// ERIC writes its descriptors where others have the authors' words, and the body behind a report (`ED…`) where others have the journal.
fn of_eric(b: &mut Builder) {
    b.database("ERIC");
    b.record.keywords.iter_mut().filter(|keyword| keyword.kind == "author").for_each(|keyword| keyword.kind = "thesaurus".into());
    if b.record.accession.as_deref().is_some_and(|number| number.starts_with("ED")) && b.record.publisher.is_none() {
        b.record.publisher = b.record.journal.take();
    }
}

/// `10.1016/… [doi]`, `S0165… [pii]`, ERIC's web address.
fn locator(b: &mut Builder, value: &str) {
    if value.contains("[doi]") || value.contains("doi.org/") {
        b.doi(value);
    } else if value.starts_with("http") {
        b.link(value);
    }
}

fn afterwards(b: &mut Builder, entry: &Gathered, provider: Provider) {
    if entry.has_tag(&["TI"]) {
        entry.values("BTI").for_each(|book| b.journal(1, &book)); // of a chapter
    }
    if b.record.doi.is_none()
        && let Some(source) = entry.values("SO").find(|value| value.contains("doi:"))
    {
        b.doi(&unfolded(&source));
    }
    if b.record.accession.is_none()
        && let Some(pmcid) = b.record.pmcid.clone()
    {
        b.accession(&pmcid);
    }
    let eric = entry.values("OWN").any(|value| value == "ERIC");
    match provider {
        Provider::Ichushi => ichushi::settle(b),
        _ if eric => of_eric(b),
        Provider::PubMed => b.database("PubMed"),
        Provider::Pmc => b.database("PMC"),
        _ => {}
    }
}

/// `FAU` stands before its `AU`; a few authors have only one of the two.
#[derive(Default)]
struct Authors {
    done: Vec<Author>,
    /// A full name that waits for its short one.
    full: Option<Author>,
}

impl Authors {
    fn take(&mut self, tag: &str, value: &str) -> bool {
        match tag {
            "FAU" => {
                self.done.extend(self.full.take());
                self.full = names::author(value);
            }
            "AU" => match self.full.take() {
                Some(full) if belongs(&full, value) => self.done.push(full),
                other => {
                    self.done.extend(other);
                    self.done.extend(names::author(value));
                }
            },
            "CN" => {
                self.done.extend(self.full.take());
                self.done.push(Author { literal: value.to_owned(), ..Author::default() });
            }
            _ => return false,
        }
        true
    }

    fn finish(mut self, b: &mut Builder) {
        self.done.extend(self.full.take());
        self.done.into_iter().for_each(|author| b.push_author(Some(author)));
    }
}

/// Whether the short name can be that of the full one: the family name, or at least its first letter, is the same.
fn belongs(full: &Author, short: &str) -> bool {
    let family: Cow<'_, str> = if full.family.is_empty() { Cow::Borrowed(&full.literal) } else { Cow::Borrowed(&full.family) };
    short.starts_with(&*family)
        || short.chars().next().map(|c| c.to_lowercase().to_string()) == family.chars().next().map(|c| c.to_lowercase().to_string())
}
