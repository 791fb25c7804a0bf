//! ProQuest's text (`Document 1 of 20`, then `Label: value` between blank lines). Its one rule: only labels that ProQuest is known to write
//! begin a field, since abstracts and full texts have lines of words and a colon too.

use std::io::BufRead;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::tagged::{Gathered, unfolded};
use super::{Context, ImportError, fields};
use crate::model::Record;

/// Labels that are read.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "Author", "Authors", "Abstract", "Abstract (Summary)", "Summary", "Title", "Alternate title", "Original title",
    "Publication title", "Volume", "Issue", "Pages", "First page", "Publication year", "Publication date", "Year", "Date", "ISSN",
    "e-ISSN", "Electronic ISSN", "ISBN", "DOI", "ProQuest document ID", "Accession number", "PMID", "PubMed ID", "Document URL", "URL",
    "Database", "Language", "Language of publication", "Document type", "Source type", "Publication type", "Record type", "Subject",
    "Subjects", "Subject heading", "MeSH", "MeSH subject", "Identifier / keyword", "Identifiers", "Keywords", "Descriptor",
    "Publisher", "University/institution", "Author affiliation", "Affiliation", "Correspondence author", "Notes", "Degree",
];
/// Labels that stay in the raw text only.
#[rustfmt::skip]
const RAW_ONLY: &[&str] = &[
    "Links", "Advisor", "Committee member", "Classification", "Copyright", "Country of publication", "Degree date", "Department",
    "Dissertation/thesis number", "Number of pages", "Number of references", "Place of publication", "Publication subject",
    "Publication info", "School code", "Source", "Source attribution", "University location", "Last updated", "Updates", "Entry date",
    "Full text", "Section", "Location", "Company / organization", "Company", "People", "Person", "Journal subject", "Document feature",
    "Credit", "Editor", "CODEN", "Publication history", "Online publication date", "Revision date", "Date created", "Date revised",
    "Peer reviewed", "Age group", "Population", "Methodology", "Test and measure", "Conference title", "References",
    "Supplemental file", "Publication note", "Title annotation", "Website",
];
/// Underscores that make a line between documents.
const RULE: usize = 20;

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut ProQuest, out)
}

struct ProQuest;

fn is_rule(line: &str) -> bool {
    let bare = line.trim();
    bare.len() >= RULE && bare.bytes().all(|byte| byte == b'_')
}

/// `Document 1 of 20`.
fn is_number(line: &str) -> bool {
    let numbers = line.trim().strip_prefix("Document ").and_then(|rest| rest.split_once(" of "));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers.is_some_and(|(n, of)| number(n) && number(of))
}

/// Whether `line`, below `before`, begins a document.
pub fn is_head(line: &str, before: Option<&str>) -> bool {
    is_number(line) && before.is_some_and(is_rule)
}

fn label(line: &str) -> Option<usize> {
    let (label, _) = line.split_once(':')?;
    (LABELS.contains(&label) || RAW_ONLY.contains(&label)).then_some(label.len())
}

impl Layout for ProQuest {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        if is_number(line) {
            return Line::Start(None);
        }
        if before.first || is_rule(line) {
            return Line::Stray; // contents, and what follows the last document
        }
        if let Some(end) = label(line) {
            return Line::Field(0..end, end + 1);
        }
        // the title stands without a label, and so does the address below the people
        if line.trim() == "Contact ProQuest" {
            return Line::End;
        }
        let bare = !before.entry.has_fields() || (before.after_blank && line.starts_with("http"));
        if bare { Line::Field(0..0, 0) } else { Line::More }
    }

    fn knows_outside(&self, line: &str) -> bool {
        let words = ["Report Information from ProQuest", "Table of contents", "Bibliography", "Contact", "Copyright", "Citation style"];
        is_rule(line) || words.iter().any(|word| line.starts_with(word))
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (label, value) in entry.fields().filter(|(_, value)| !value.is_empty()) {
            field(&mut b, label, &value);
        }
        b.finish()
    }
}

fn field(b: &mut Builder, label: &str, value: &str) {
    match label {
        "" if value.starts_with("http") => address(b, value),
        "" => b.title(1, value),
        "Title" => b.title(0, value),
        "Alternate title" | "Original title" => b.title_other(value),
        "Author" | "Authors" => unfolded(value).split(';').for_each(|name| b.author(name.trim())),
        "Abstract" | "Abstract (Summary)" | "Summary" => b.abstract_part(value),
        "Publication title" => b.journal(0, value),
        "Volume" => b.volume(value),
        "Issue" => b.issue(value),
        "Pages" => b.pages(value),
        "First page" => b.start_page(value),
        "Publication year" | "Publication date" | "Year" | "Date" => b.date(value),
        "ISSN" | "e-ISSN" | "Electronic ISSN" | "ISBN" => b.serial(value),
        "DOI" => b.doi(value),
        "ProQuest document ID" => {
            b.record.accession = None;
            b.accession(value);
        }
        "Accession number" => b.accession(value),
        "PMID" | "PubMed ID" => b.pmid(value),
        "Document URL" | "URL" => address(b, value),
        "Database" => b.database(value.split(';').next().unwrap_or(value)),
        "Language" | "Language of publication" => b.language(value),
        "Document type" | "Source type" | "Publication type" | "Record type" => {
            if b.record.kind.is_empty() {
                b.record.kind = fields::kind(value).unwrap_or_default().to_owned();
            }
            value.split([',', ';']).for_each(|part| b.publication_type(part));
        }
        "MeSH" | "MeSH subject" => terms(b, value, "mesh"),
        "Subject" | "Subjects" | "Subject heading" | "Descriptor" => terms(b, value, "thesaurus"),
        "Identifier / keyword" | "Identifiers" | "Keywords" => terms(b, value, "author"),
        "Publisher" | "University/institution" => b.publisher(value),
        "Author affiliation" | "Affiliation" => value.split(';').for_each(|place| b.affiliation(place)),
        "Notes" => b.note(value),
        _ => {}
    }
}

/// Its own address of the document; those of a library's link resolver, below `Links`, say nothing of it.
fn address(b: &mut Builder, value: &str) {
    value.split_whitespace().filter(|link| link.contains("/docview/")).for_each(|link| b.link(link));
}

/// Between semicolons; where there is none, between commas.
fn terms(b: &mut Builder, value: &str, kind: &'static str) {
    let value = unfolded(value);
    let separator = if value.contains(';') { ';' } else { ',' };
    value.split(separator).for_each(|term| b.keyword(term, kind));
}
