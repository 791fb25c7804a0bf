//! Record → compact comparison record: numbers, hashes and short sorted arrays.
//!
//! One rule: what a record does not say stays empty, and an empty value agrees with nothing.

use super::{
    fold::{hash32, hash64, mix},
    journal::{self, Journals},
    names::{People, people},
    place::{self, Pages, Volume},
    title::{Title, title},
};
use crate::model::Record;

/// What comparing needs of one record. Sizes: about 500 bytes for a usual journal article.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Hash of the comparable content: equal records have equal hashes whatever their position.
    pub content: u64,
    pub title: Title,
    pub people: People,
    /// 0: unknown.
    pub year: i32,
    pub journal: u32,
    /// Row of the journal table, by name or ISSN.
    pub journal_row: Option<u16>,
    pub issns: Vec<u32>,
    pub place: Volume,
    pub pages: Pages,
    /// Hashes of the DOIs, sorted.
    pub dois: Vec<u64>,
    /// 0: unknown.
    pub pmid: u64,
    /// Hash of the accession number with its database; 0: unknown.
    pub accession: u64,
    /// Hash of the database's name; 0: unknown.
    pub database: u32,
    /// Hashes of trial registry numbers, sorted.
    pub trials: Vec<u64>,
    /// Cochrane review number and `.pubN` (1 if none is written); 0: not a Cochrane review.
    pub cochrane: (u32, u8),
    pub kind: Kind,
    /// A registry entry (ClinicalTrials.gov, ICTRP), not a publication.
    pub registry: bool,
    /// The abstract is long enough to compare.
    pub has_abstract: bool,
    /// Language of the text is known and not English.
    pub foreign: bool,
}

/// The kinds that tell look-alikes apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Article,
    /// Conference abstract or paper (会議録).
    Meeting,
    Thesis,
    Preprint,
    Chapter,
}

/// Shortest abstract (in bytes) that is compared.
const ABSTRACT_MIN: usize = 200;

/// No journal counts its issues this high: the number is an article's.
const ARTICLE_NUMBER_MIN: u32 = 10_000;

/// Reads one record.
pub fn parse(record: &Record, journals: &mut Journals) -> Parsed {
    let journal_name = record.journal.as_deref().filter(|j| !j.trim().is_empty()).or(record.journal_abbreviation.as_deref()).unwrap_or("");
    let journal = journals.intern(journal_name);
    let mut issns: Vec<u32> = record.issn.iter().flat_map(|t| all_issns(t)).collect();
    issns.sort_unstable();
    issns.dedup();
    let row = journals.get(journal).and_then(|j| j.row).or_else(|| issns.iter().find_map(|i| journal::table().by_issn(*i)));
    let dois = dois(record);
    let mut parsed = Parsed {
        title: title(record.title.as_deref().unwrap_or(""), record.title_other.as_deref().unwrap_or("")),
        people: people(&record.authors),
        year: record.year.filter(|y| (1000..3000).contains(y)).unwrap_or(0),
        journal,
        journal_row: row,
        issns,
        place: place::volume(record.volume.as_deref().unwrap_or(""), record.issue.as_deref().unwrap_or("")),
        pages: place::pages(record.pages.as_deref().unwrap_or("")),
        pmid: record.pmid.as_deref().and_then(|p| p.trim().parse().ok()).unwrap_or(0),
        database: record.database.as_deref().filter(|d| !d.is_empty()).map_or(0, |d| hash32(&d.to_lowercase())),
        trials: trials(record),
        cochrane: cochrane(record),
        dois,
        has_abstract: record.abstract_text.as_ref().is_some_and(|a| a.len() >= ABSTRACT_MIN),
        foreign: record.language.as_deref().is_some_and(|l| !l.is_empty() && !l.to_ascii_lowercase().starts_with("en")),
        ..Parsed::default()
    };
    if parsed.pages.prefix == b'd' && parsed.cochrane.0 == parsed.pages.start {
        parsed.pages = Pages::default(); // CD001876 names the review, not a page
    }
    if let Some(accession) = record.accession.as_deref().map(str::trim).filter(|a| a.len() > 3)
        && parsed.database != 0
    {
        parsed.accession = hash64(accession.to_ascii_lowercase().as_bytes()) ^ u64::from(parsed.database);
    }
    if parsed.place.issue >= ARTICLE_NUMBER_MIN {
        if parsed.pages.start == 0 {
            parsed.pages = Pages { start: parsed.place.issue, end: parsed.place.issue, ..Pages::default() };
        }
        parsed.place.issue = 0; // an article number in the issue's column
    }
    parsed.kind = kind(record, journals, journal);
    parsed.registry = is_registry(record, journals, journal);
    parsed.content = content(&parsed, record.external_id.as_deref().unwrap_or_default());
    parsed
}

/// Every ISSN of a field that may hold several (`0957-9672 (Print) 0957-9672`).
fn all_issns(text: &str) -> Vec<u32> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|t| t.len() == 8 || t.len() == 9)
        .filter_map(journal::issn)
        .collect()
}

/// Under this CENTRAL numbers its own entries: nothing about the item.
const CENTRAL_DOI: &str = "10.1002/central/";

/// The DOIs of a record, from its DOI field and its links: decoded, lower case, hashed, sorted.
fn dois(record: &Record) -> Vec<u64> {
    let mut found = Vec::new();
    let item = |doi: &String| !doi.starts_with(CENTRAL_DOI);
    let fields = record.doi.iter().chain(record.links.iter().filter(|l| l.contains("doi.org")));
    for text in fields {
        for doi in dois_in(text).into_iter().filter(item) {
            found.push(hash64(doi.as_bytes()));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Finds DOIs in any text: prefix, percent signs, brackets and trailing marks are taken off.
pub fn dois_in(text: &str) -> Vec<String> {
    let mut decoded = text.to_lowercase();
    if decoded.contains('%') {
        decoded = percent_decode(&percent_decode(&decoded)).to_lowercase();
    }
    if decoded.contains('&') {
        decoded = decoded.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }
    let mut found = Vec::new();
    let mut rest = decoded.as_str();
    while let Some(at) = rest.find("10.") {
        let tail = &rest[at..];
        let end = tail.find([' ', '\t', '\n', '"', '|', '，', '；']).unwrap_or(tail.len());
        let digits = tail[3..].bytes().take_while(u8::is_ascii_digit).count();
        let doi =
            tail[..end].trim_end_matches("[doi]").trim_end_matches("[pii]").trim_end_matches(['.', ';', ',', ')', ']', '>', '/', ' ']);
        if (4..=9).contains(&digits) && doi.len() > digits + 5 && doi[3 + digits..].starts_with(['/', '.']) {
            found.push(close_brackets(doi));
        }
        rest = &tail[end.max(3)..];
    }
    found
}

/// Puts back a closing bracket that belongs to the DOI: `s2215-0366(16` + `)`.
fn close_brackets(doi: &str) -> String {
    let missing = doi.matches('(').count().saturating_sub(doi.matches(')').count());
    if missing > 0 && doi.rfind('(').is_some_and(|at| doi.len() - at <= 4) { format!("{doi})") } else { doi.to_owned() }
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) if bytes[i] == b'%' => {
                out.push(byte);
                i += 3;
            }
            _ => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn trials(record: &Record) -> Vec<u64> {
    let mut found: Vec<u64> = record.trial_ids.iter().map(|t| hash64(t.to_ascii_uppercase().as_bytes())).collect();
    for text in [&record.title, &record.accession].into_iter().flatten() {
        if let Some(at) = text.find("NCT0") {
            found.extend(text.get(at..at + 11).map(|n| hash64(n.as_bytes())));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// `CD001876` in the pages, DOI or accession, with the version after `.pub`.
fn cochrane(record: &Record) -> (u32, u8) {
    for text in [&record.doi, &record.pages, &record.accession].into_iter().flatten() {
        if !text.as_bytes().windows(3).any(|letters| letters.eq_ignore_ascii_case(b"cd0")) {
            continue;
        }
        let lower = text.to_ascii_lowercase();
        let Some(number) =
            lower.find("cd00").or_else(|| lower.find("cd01")).and_then(|at| lower.get(at + 2..at + 8)).and_then(|n| n.parse().ok())
        else {
            continue;
        };
        let version = lower.find(".pub").and_then(|at| lower[at + 4..].bytes().next()).filter(u8::is_ascii_digit).map_or(0, |d| d - b'0');
        return (number, if lower.contains("14651858") { version.max(1) } else { version });
    }
    (0, 0)
}

/// DOI prefixes of preprint servers: bioRxiv/medRxiv, SSRN, Research Square, PsyArXiv, Preprints.org, Jxiv, arXiv, OSF, SocArXiv, JMIR,
/// ChemRxiv, TechRxiv, Authorea, SciELO.
const PREPRINT_DOIS: [&str; 14] = [
    "10.1101/20",
    "10.2139/ssrn",
    "10.21203/rs",
    "10.31234/osf",
    "10.20944/preprints",
    "10.51094/jxiv",
    "10.48550/arxiv",
    "10.31219/osf",
    "10.31235/osf",
    "10.2196/preprints",
    "10.26434/chemrxiv",
    "10.36227/techrxiv",
    "10.22541/au",
    "10.1590/scielopreprints",
];

fn has_preprint_doi(record: &Record) -> bool {
    let Some(doi) = record.doi.as_deref().and_then(|d| d.find("10.").map(|at| &d.as_bytes()[at..])) else { return false };
    PREPRINT_DOIS.iter().any(|p| doi.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p.as_bytes())))
}

fn kind(record: &Record, journals: &Journals, journal: u32) -> Kind {
    if record.publication_types.is_empty()
        && (record.kind.is_empty() || record.kind == "JOUR")
        && !journals.get(journal).is_some_and(|j| j.preprint || j.theses)
    {
        return if has_preprint_doi(record) { Kind::Preprint } else { Kind::Article };
    }
    let mut words = record.kind.to_lowercase();
    for kind in &record.publication_types {
        words.push(' ');
        words.push_str(&kind.to_lowercase());
    }
    let known = journals.get(journal);
    if has_preprint_doi(record) {
        return Kind::Preprint;
    }
    if known.is_some_and(|j| j.preprint) || words.contains("preprint") {
        Kind::Preprint
    } else if known.is_some_and(|j| j.theses) || words.contains("thes") || words.contains("dissertation") {
        Kind::Thesis
    } else if words.contains("conf") || words.contains("cpaper") || words.contains("proceeding") || words.contains("会議録") {
        Kind::Meeting
    } else if words.contains("chap") {
        Kind::Chapter
    } else {
        Kind::Article
    }
}

/// A registry entry: its "journal" is a registry, or it has no pages and links to one.
fn is_registry(record: &Record, journals: &Journals, journal: u32) -> bool {
    const HOSTS: [&str; 5] = ["clinicaltrials.gov", "who.int/trial", "isrctn.com", "clinicaltrialsregister", "umin.ac.jp/ctr"];
    let linked = |link: &String| HOSTS.iter().any(|h| link.to_ascii_lowercase().contains(h));
    journals.get(journal).is_some_and(|j| j.registry) || record.pages.is_none() && record.links.iter().any(linked)
}

fn content(parsed: &Parsed, id: &str) -> u64 {
    let mut hash = hash64(id.as_bytes());
    let mut add = |x: u64| hash = mix(hash ^ x);
    parsed.title.variants.iter().for_each(|v| add(v.key));
    parsed.people.list.iter().for_each(|p| add(u64::from(p.family) << 8 | u64::from(p.initial)));
    parsed.dois.iter().for_each(|d| add(*d));
    for number in [
        parsed.year as u64,
        parsed.pages.start.into(),
        parsed.pages.end.into(),
        parsed.place.volume.into(),
        parsed.place.issue.into(),
        parsed.pmid,
        parsed.accession,
    ] {
        add(number);
    }
    hash
}

/// Shingles kept of one abstract.
const SKETCH: usize = 64;

/// The smallest hashes of three-word runs of a text (of character pairs for Japanese): equal texts share all of them.
pub fn sketch(text: &str) -> Vec<u32> {
    let folded = super::fold::fold(text);
    let mut shingles: Vec<u32> = if folded.chars().take(200).filter(|c| super::fold::is_cjk(*c)).count() > 40 {
        let chars: Vec<char> = folded.chars().collect();
        chars.windows(4).map(|w| hash32(&w.iter().collect::<String>())).collect()
    } else {
        let words: Vec<u32> = folded.split(' ').map(hash32).collect();
        words.windows(3).map(|w| (mix(u64::from(w[0]) ^ u64::from(w[1]) << 20 ^ u64::from(w[2]) << 40) >> 32) as u32).collect()
    };
    shingles.sort_unstable();
    shingles.dedup();
    shingles.truncate(SKETCH);
    shingles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dois() {
        assert_eq!(
            dois_in("http://dx.doi.org/10.1016/S2215-0366%2816%2930087-6 and http://dx.doi.org/10.1016/s2215-0366(16)30087-6"),
            ["10.1016/s2215-0366(16)30087-6"; 2]
        );
        assert_eq!(dois_in("10.1111/j.1360-0443.1992.tb02696.x [doi]"), ["10.1111/j.1360-0443.1992.tb02696.x"]);
        assert!(dois_in("pages 10.5, 10.6").is_empty());
    }

    #[test]
    fn an_empty_record_holds_nothing() {
        let parsed = parse(&Record::default(), &mut Journals::default());
        assert!(
            parsed.title.variants.is_empty()
                && parsed.dois.is_empty()
                && parsed.pmid == 0
                && parsed.people.list.is_empty()
                && parsed.pages.start == 0
        );
    }

    #[test]
    fn reads_cochrane_numbers() {
        let record = Record { doi: Some("10.1002/14651858.CD002273.pub2".into()), ..Record::default() };
        assert_eq!(cochrane(&record), (2273, 2));
    }
}
