//! Imports, their rejected entries and what was odd in a file, as people read them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{time, words};
use crate::import;
use crate::model::{Issue, Record, RejectedEntry};
use crate::store::{ImportRow, RecordRow, RejectedRow};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportSummary {
    pub id: Uuid,
    pub search_id: Uuid,
    pub file_name: String,
    pub format: String,
    pub encoding: String,
    pub bytes: i64,
    pub sha256: String,
    /// `entries = records + rejected`, always.
    pub entries: i64,
    pub records: i64,
    pub rejected: i64,
    /// Rejected entries that nobody has looked at.
    pub rejected_open: i64,
    /// Decisions made in another tool that the file brings.
    pub decided_elsewhere: i64,
    /// `reading`, `done`, `failed` or `withdrawn`.
    pub status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Name of the source.
    pub source: String,
    pub created_at: String,
    pub created_by: String,
}

/// Lines of a file that belong to no entry and that nobody understands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OutsideLines {
    /// 1-based, inclusive.
    pub line_start: u32,
    pub line_end: u32,
    pub text: String,
}

/// Something a person should know about a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssueView {
    pub code: String,
    pub message: String,
    pub line: Option<u32>,
}

/// The line stands beside the message.
pub(super) fn issue_view(issue: &Issue, locale: &str) -> IssueView {
    let bare = Issue { line: None, ..issue.clone() };
    IssueView { code: bare.code.clone(), message: import::messages::message(&bare, locale == "ja"), line: issue.line }
}

/// An entry that could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RejectedView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    pub n: i64,
    pub line_start: i64,
    pub line_end: i64,
    pub raw: String,
    pub code: String,
    pub message: String,
    /// `open`, `dismissed` or `repaired`.
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What a repair made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired: Option<RepairedView>,
}

/// The record that a repair made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RepairedView {
    pub citation_id: Uuid,
    pub title: Option<String>,
    /// The text it was read from.
    pub raw: String,
}

impl RejectedView {
    pub(super) fn preview(entry: RejectedEntry, locale: &str) -> Self {
        Self {
            id: None,
            n: i64::from(entry.n),
            line_start: i64::from(entry.line_start),
            line_end: i64::from(entry.line_end),
            raw: entry.raw,
            message: issue_view(&entry.reason, locale).message,
            code: entry.reason.code,
            state: "open".into(),
            note: None,
            repaired: None,
        }
    }

    pub(super) fn stored(row: RejectedRow, record: Option<RecordRow>, locale: &str) -> Self {
        let reason: Issue = serde_json::from_str(&row.reason).unwrap_or_default();
        Self {
            id: Some(row.id),
            n: row.n,
            line_start: row.line_start,
            line_end: row.line_end,
            raw: row.raw,
            message: issue_view(&reason, locale).message,
            code: reason.code,
            state: row.state,
            note: Some(row.note).filter(|note| !note.is_empty()),
            repaired: record.map(|record| RepairedView {
                citation_id: record.citation_id,
                title: serde_json::from_str::<Record>(&record.data).unwrap_or_default().title,
                raw: record.raw,
            }),
        }
    }
}

/// What is counted beside the imports of a review, by import.
pub(super) struct Tallies {
    /// Rejected entries that nobody has looked at.
    pub open: BTreeMap<Uuid, i64>,
    /// Decisions made in another tool.
    pub elsewhere: BTreeMap<Uuid, i64>,
}

/// Names that views show in place of ids.
pub(crate) struct Names {
    pub sources: BTreeMap<Uuid, String>,
    pub users: BTreeMap<Uuid, String>,
}

impl Names {
    pub fn source(&self, id: Uuid) -> String {
        self.sources.get(&id).cloned().unwrap_or_default()
    }

    pub fn user(&self, id: Uuid) -> String {
        self.users.get(&id).cloned().unwrap_or_default()
    }
}

pub(super) fn summary(row: &ImportRow, tallies: &Tallies, names: &Names, locale: &str) -> ImportSummary {
    let of = |tally: &BTreeMap<Uuid, i64>| tally.get(&row.id).copied().unwrap_or(0);
    ImportSummary {
        id: row.id,
        search_id: row.search_id,
        file_name: row.file_name.clone(),
        format: row.format.clone(),
        encoding: row.encoding.clone(),
        bytes: row.bytes,
        sha256: row.sha256.clone(),
        entries: row.entries,
        records: row.records,
        rejected: row.rejected,
        rejected_open: of(&tallies.open),
        decided_elsewhere: of(&tallies.elsewhere),
        status: row.status.clone(),
        error: row.error.as_deref().map(|error| words::unpack(error, locale)),
        source: names.source(row.source_id),
        created_at: time(row.created_at),
        created_by: names.user(row.created_by),
    }
}
