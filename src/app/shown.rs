//! A citation as people read it: the merged fields of its records with their origins, and what a screening page needs beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{Notice, Record};
use crate::store::CitationRow;

/// What `citations.merged` holds, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stored {
    pub record: Record,
    /// Field name of `Record` → the record that it was taken from.
    pub origins: BTreeMap<String, Uuid>,
}

impl Stored {
    pub fn of(row: &CitationRow) -> Self {
        serde_json::from_str(&row.merged).unwrap_or_default()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A retraction, erratum or comment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeView {
    pub kind: String,
    pub text: String,
}

impl From<&Notice> for NoticeView {
    fn from(notice: &Notice) -> Self {
        Self { kind: notice.kind.clone(), text: notice.text.clone() }
    }
}

/// A citation on a screening page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreenCitation {
    pub id: Uuid,
    pub number: i64,
    pub title: Option<String>,
    pub title_other: Option<String>,
    pub authors: Vec<String>,
    pub year: Option<i32>,
    pub journal: Option<String>,
    pub volume: Option<String>,
    pub issue: Option<String>,
    pub pages: Option<String>,
    pub doi: Option<String>,
    pub pmid: Option<String>,
    pub links: Vec<String>,
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    pub abstract_other: Option<String>,
    pub keywords: Vec<String>,
    pub language: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub publication_types: Vec<String>,
    /// Names of the sources that brought it.
    pub sources: Vec<String>,
    pub notices: Vec<NoticeView>,
    pub labels: Vec<Uuid>,
    pub report: Option<ReportView>,
}

/// Where the full text is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// `sought`, `retrieved` or `not_retrieved`.
    pub state: String,
    pub file: Option<ReportFile>,
    pub link: Option<String>,
    pub reason: String,
    pub note: String,
    pub at: String,
    pub by: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportFile {
    pub name: String,
    pub bytes: i64,
    pub url: String,
}

/// Without labels and report: whoever has them puts them in.
pub fn screen_citation(row: &CitationRow, source_names: &BTreeMap<Uuid, String>) -> ScreenCitation {
    let record = Stored::of(row).record;
    ScreenCitation {
        id: row.id,
        number: row.number,
        authors: record.authors.iter().map(crate::model::Author::display).collect(),
        year: record.year,
        journal: record.journal.or(record.journal_abbreviation),
        volume: record.volume,
        issue: record.issue,
        pages: record.pages,
        doi: record.doi,
        pmid: record.pmid,
        links: record.links,
        abstract_text: record.abstract_text.as_deref().map(readable),
        abstract_other: record.abstract_other.as_deref().map(readable),
        keywords: record.keywords.into_iter().map(|keyword| keyword.term).collect(),
        language: record.language,
        kind: record.kind,
        publication_types: record.publication_types,
        sources: source_ids(row).iter().filter_map(|id| source_names.get(id).cloned()).collect(),
        notices: record.notices.iter().map(NoticeView::from).collect(),
        labels: Vec::new(),
        report: None,
        title: record.title,
        title_other: record.title_other,
    }
}

/// An abstract as people read it.
pub(crate) fn readable(text: &str) -> String {
    crate::normalize::text::without_database_notice(text).to_string()
}

/// The sources of a citation's records: `citations.sources` is a JSON array of ids, one entry a record.
pub fn source_ids(row: &CitationRow) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = serde_json::from_str(&row.sources).unwrap_or_default();
    ids.dedup();
    ids
}
