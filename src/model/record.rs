//! What one bibliographic entry says, after its fields were understood. Text is kept as the source had it;
//! keys for comparison are derived elsewhere and never stored here.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One entry of an import with its fields understood. Everything that could not be understood is in `extra`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// What kind of document it is, in RIS's vocabulary where it has a word (`JOUR`, `CHAP`, `THES`, …); empty if unknown.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The title as the source shows it first. Inline markup (`<i>`, `<sub>`, `<sup>`) may be present; LaTeX and entities are resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The title in the other language (Japanese beside English, vernacular beside translated).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_other: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Year of publication, four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// The publication date as the source wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Journal, or the book for a chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// Abbreviated journal name, where the source gives one beside the full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_abbreviation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Pages in one normal form, `475-482`, `e12`, `S12-S15`; as written where they can't be understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// DOI without prefix, case as given: `10.1000/xyz`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmcid: Option<String>,
    /// The number under which the database keeps the entry (PMID, EBSCO or PsycInfo accession, 医中誌文献番号 …).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accession: Option<String>,
    /// `1234-567X`, in the order given, without repeats.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issn: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isbn: Vec<String>,
    /// Registry numbers of trials: `NCT01234567`, `UMIN000012345`, `jRCT…`, `ISRCTN…`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trial_ids: Vec<String>,
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    pub abstract_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstract_other: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<Keyword>,
    /// ISO 639-1 code where it is known (`en`, `ja`), else the source's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Publication types in the source's words (`Journal Article`, `会議録`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub publication_types: Vec<String>,
    /// Database as the file names it (`MEDLINE`, `APA PsycInfo`, `CINAHL`, `医中誌Web`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Links worth showing: proxies, session ids and institutions' parameters are taken off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Retraction, erratum and comment notices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<String>,
    /// Notes a person may want to read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Decisions that the file brings from elsewhere (Rayyan, Covidence, ASReview, a spreadsheet).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prior_decisions: Vec<PriorDecision>,
    /// The caller's own id for the entry (a CSV's `id` column).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Tags or columns nobody understood, with their values, in file order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
}

/// A person, or a group in `literal`. `literal` alone means that the name could not be divided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Author {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub literal: String,
}

impl Author {
    /// `Family, Given`, or the literal name.
    pub fn display(&self) -> String {
        match (self.family.is_empty(), self.given.is_empty()) {
            (true, _) => self.literal.clone(),
            (false, true) => self.family.clone(),
            (false, false) if is_cjk(&self.family) => format!("{} {}", self.family, self.given),
            (false, false) => format!("{}, {}", self.family, self.given),
        }
    }
}

fn is_cjk(text: &str) -> bool {
    text.chars().next().is_some_and(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'))
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keyword {
    pub term: String,
    /// `mesh`, `author`, `thesaurus`, or empty.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub kind: Cow<'static, str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub major: bool,
}

/// A published notice about the entry. `kind`: `retracted`, `retraction_of`, `erratum`, `comment`, `concern`, `update`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: String,
    pub text: String,
}

/// A decision made in another tool, told apart from Erabi's own everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriorDecision {
    /// The tool: `rayyan`, `covidence`, `asreview`, `eppi`, `table`.
    pub tool: String,
    /// Who decided, as the file names them; empty when it does not say.
    pub reviewer: String,
    /// `title_abstract` or `full_text`; empty when the file does not say.
    pub stage: String,
    /// `include`, `exclude`, `maybe`.
    pub verdict: String,
    pub reason: String,
    pub note: String,
    pub labels: Vec<String>,
    /// The verdict is what a lead said of the whole file; the entry itself has none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub said: bool,
}
