//! A record as people read it: one entry of one file, with where it stood and what it said.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shown::NoticeView;
use crate::model::{Author, ParsedRecord, PriorDecision, Record};
use crate::normalize::text::without_addresses;
use crate::store::RecordRow;

/// One entry of an import.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct RecordView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// 1-based among the entries of its file.
    pub n: i64,
    pub line_start: i64,
    pub line_end: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
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
    pub accession: Option<String>,
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    pub abstract_other: Option<String>,
    pub keywords: Vec<String>,
    pub language: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub database: Option<String>,
    pub notices: Vec<NoticeView>,
    pub links: Vec<String>,
    /// Tags and columns that nobody knows, in file order; addresses of people are hidden.
    pub extra: Vec<ExtraView>,
    /// What was decided on it elsewhere: of a file before it is imported only, afterwards it stands on the citation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<PriorView>,
    /// The entry as it stood in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// A value that was kept under its own name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExtraView {
    pub name: String,
    pub value: String,
}

/// A decision made in another tool, as the file has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriorView {
    pub tool: String,
    /// Empty where the file does not say who decided.
    pub name: String,
    pub stage: String,
    /// `include`, `exclude`, `maybe`, or empty.
    pub verdict: String,
    pub reason: String,
    pub note: String,
    pub labels: Vec<String>,
}

impl From<PriorDecision> for PriorView {
    fn from(prior: PriorDecision) -> Self {
        let PriorDecision { tool, reviewer, stage, verdict, reason, note, labels, .. } = prior;
        Self { tool, name: reviewer, stage, verdict, reason, note, labels }
    }
}

impl RecordView {
    fn of(record: Record) -> Self {
        Self {
            authors: record.authors.iter().map(Author::display).collect(),
            notices: record.notices.iter().map(NoticeView::from).collect(),
            keywords: record.keywords.into_iter().map(|keyword| keyword.term).collect(),
            title: record.title,
            title_other: record.title_other,
            year: record.year,
            journal: record.journal.or(record.journal_abbreviation),
            volume: record.volume,
            issue: record.issue,
            pages: record.pages,
            doi: record.doi,
            pmid: record.pmid,
            accession: record.accession,
            abstract_text: record.abstract_text,
            abstract_other: record.abstract_other,
            language: record.language,
            kind: record.kind,
            database: record.database,
            links: record.links,
            extra: record
                .extra
                .into_iter()
                .map(|(name, value)| ExtraView { name, value: without_addresses(&value).into_owned() })
                .collect(),
            ..Self::default()
        }
    }

    /// An entry that is not stored yet.
    pub fn preview(mut parsed: ParsedRecord) -> Self {
        let decided = std::mem::take(&mut parsed.record.prior_decisions);
        Self {
            decided: decided.into_iter().map(PriorView::from).collect(),
            n: i64::from(parsed.n),
            line_start: i64::from(parsed.line_start),
            line_end: i64::from(parsed.line_end),
            raw: Some(parsed.raw),
            ..Self::of(parsed.record)
        }
    }

    /// A stored record; `source` is the name of its source. The text of a file that is closed to the asking member is left out.
    pub fn stored(row: RecordRow, source: Option<String>, file_name: Option<String>, closed: &HashSet<Uuid>) -> Self {
        Self {
            id: Some(row.id),
            n: row.n,
            line_start: row.line_start,
            line_end: row.line_end,
            source,
            import_id: Some(row.import_id),
            file_name,
            raw: Some(row.raw).filter(|_| !closed.contains(&row.import_id)),
            ..Self::of(serde_json::from_str(&row.data).unwrap_or_default())
        }
    }
}
