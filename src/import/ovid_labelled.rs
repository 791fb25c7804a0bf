//! Ovid's text with field labels (`Accession Number`, then the value indented by two blanks). Its one rule: a blank
//! line ends nothing, since reference lists are full of them.

use std::io::BufRead;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::ris::is_counter;
use super::source_string;
use super::tagged::{Gathered, unfolded};
use super::unknown::Unknown;
use super::{Context, ImportError};
use crate::model::Record;

/// Longest label (`Digital Object Identifier`, `Population Group Location`).
const MAX_LABEL: usize = 40;

/// Labels that are known and stay in the raw text only.
const RAW_ONLY: &[&str] = &[
    "Score",
    "References",
    "Author e-mail",
    "Author NameID",
    "Correspondence",
    "Copyright",
    "Update Code",
    "Entry Date",
    "Link to the Ovid Full Text or citation",
    "Revision Date",
    "Book Title",
    "Chapter Title",
    "Country of Publication",
    "Publisher",
    "Number of References",
    "Version ID",
    "Status",
    "Grant Information",
    "Registry Number/Name of Substance",
    "Journal Subset",
    "Local Messages",
    "Date of Publication",
    "Source Type",
    "Cumulative Index",
    "Editor",
    "Other Titles",
    "Book Series",
    "Link to the Ovid Full Text",
];

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut Labelled::default(), out)
}

#[derive(Default)]
struct Labelled {
    unknown: Unknown,
}

/// Whether a line at column 1 is a label: few words, the first with a capital.
pub fn is_label(line: &str) -> bool {
    let line = line.trim_end();
    line.len() <= MAX_LABEL
        && line.starts_with(|c: char| c.is_ascii_uppercase())
        && line.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '/' | '(' | ')'))
}

impl Layout for Labelled {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        if is_counter(line) && line.starts_with('<') {
            Line::Start(None)
        } else if before.first {
            Line::Stray
        } else if is_label(line) {
            Line::Field(0..line.trim_end().len(), line.len())
        } else {
            Line::More
        }
    }

    fn keeps_blanks(&self) -> bool {
        true
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (label, value) in entry.fields() {
            if value.is_empty() || value == "-" || field(&mut b, label, &value) || RAW_ONLY.contains(&label) {
                continue;
            }
            b.unknown(label, &value);
            self.unknown.note(label, &value);
        }
        let find = |label: &str| entry.values(label).find(|v| !v.is_empty()).map(|v| unfolded(&v).into_owned());
        if let Some(source) = find("Source") {
            source_string::fill(&mut b, &source);
        }
        if let Some(chapter) = find("Chapter Title") {
            b.title(2, &chapter);
        }
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field(b: &mut Builder, label: &str, value: &str) -> bool {
    match label {
        "Accession Number" | "Unique Identifier" => b.accession(value.trim_end_matches('.')),
        "Title" => b.title(0, value),
        "Author" | "Authors" | "Author(s)" | "Authors Full Name" => authors(b, value),
        "Institution" | "Author Affiliation" => value.split('\n').for_each(|line| b.affiliation(line)),
        "Source" => {}
        "Journal Name" | "Journal" => b.journal(0, value),
        "Abstract" => b.abstract_part(value),
        "Author Keywords" | "Keyword Heading" | "Keywords" => {
            unfolded(value).trim_end_matches('.').split(';').for_each(|term| b.keyword(term, "author"));
        }
        "MeSH Subject Headings" | "Subject Headings" | "Key Concepts" => {
            value.split(['\n', ';']).for_each(|term| b.keyword(term, "thesaurus"))
        }
        "Publication Type" | "Document Type" => value.split(['\n', ';', '.']).for_each(|part| b.publication_type(part)),
        "Year of Publication" | "Publication Date" => b.date(value),
        "Language" => b.language(value),
        "ISSN" | "ISSN Print" | "ISSN Electronic" | "ISBN" => b.serial(value),
        "DOI Number" | "DOI" | "Digital Object Identifier" => b.doi(value),
        "PMID" | "PubMed ID" => b.pmid(value),
        "Database" => b.database(value),
        _ => return false,
    }
    true
}

/// `Kohler, Lars 1;  Leuschner, Christoph 1`, `Bunkers, Sandra Schmidt RN; PhD; FAAN 1`: numbers of institutions and
/// degrees are not names.
fn authors(b: &mut Builder, value: &str) {
    let one_line = unfolded(value);
    let pieces: Vec<&str> = one_line.split(';').map(str::trim).filter(|p| !p.is_empty()).collect();
    for piece in &pieces {
        let bare = piece.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',' || c == ' ');
        let bare = bare.split(" [").next().unwrap_or(bare).trim();
        let degree = !bare.contains([',', ' ']) && bare.len() <= 6 && bare.bytes().filter(u8::is_ascii_uppercase).count() >= 2;
        if bare.is_empty() || (degree && pieces.len() > 1) {
            continue;
        }
        let bare = [" RN", " MD", " PhD", " MSc"].iter().find_map(|d| bare.strip_suffix(d)).unwrap_or(bare);
        b.author(bare);
    }
}
