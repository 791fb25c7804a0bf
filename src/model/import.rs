//! What reading a file gives: records, rejected entries, lines not understood. `entries = records + rejected`, always.

use serde::{Deserialize, Serialize};

use super::record::Record;

/// One entry that was read, where it stands in the file, and its text as it stood there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParsedRecord {
    /// 1-based among the *entries* of its file.
    pub n: u32,
    /// 1-based, inclusive.
    pub line_start: u32,
    pub line_end: u32,
    /// The entry's own text (decoded), byte for byte apart from line ends.
    pub raw: String,
    pub record: Record,
}

/// An entry that could not be read, kept for a person to repair or dismiss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RejectedEntry {
    pub n: u32,
    pub line_start: u32,
    pub line_end: u32,
    pub raw: String,
    pub reason: Issue,
}

/// Something a person should know: a stable code, and the words to fill into its message in either language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable, `snake_case`; each has a message in Japanese and English.
    pub code: String,
    /// What it is about: a tag, a value, a limit.
    #[serde(default)]
    pub detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// One thing a reader hands out, in file order.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Record(Box<ParsedRecord>),
    Rejected(Box<RejectedEntry>),
    /// Lines that belong to no entry: known preamble or trailer (`understood`), or lines nobody understands.
    Outside {
        line_start: u32,
        line_end: u32,
        text: String,
        understood: bool,
    },
}
