//! Where readers hand out what they found. Its one rule: it alone numbers and counts entries.

use crate::model::{Entry, Issue, ParsedRecord, Record, RejectedEntry};

use super::limits::{MAX_ISSUES, MAX_OUTSIDE_BYTES};
use super::mapping::{Mapping, Naming};
use super::profile::Profile;
use super::{Context, Provider, prior};

/// Shorthand for an issue: a stable code (a row of `messages`), what it is about, and where.
pub fn issue(code: &str, detail: impl Into<String>, line: Option<u32>) -> Issue {
    Issue { code: code.to_owned(), detail: detail.into(), line }
}

/// Names of fields that a reason lists.
const FIELDS_NAMED: usize = 8;

/// Why an entry that identifies no report is none, with the names of the fields that it does have.
pub fn too_little<'n>(names: impl Iterator<Item = &'n str>, line: u32) -> Issue {
    let mut listed: Vec<&str> = Vec::new();
    for name in names {
        if !listed.contains(&name) && listed.len() < FIELDS_NAMED {
            listed.push(name);
        }
    }
    issue(if listed.is_empty() { "no_content" } else { "too_little" }, listed.join(", "), Some(line))
}

/// Numbers entries in file order, counts, and passes them on.
pub struct Emit<'a> {
    sink: &'a mut dyn FnMut(Entry),
    pub records: u32,
    pub rejected: u32,
    pub outside_lines: u32,
    pub issues: Vec<Issue>,
    pub issues_not_kept: u64,
    /// The names that the file uses, for a person to say what they mean.
    pub naming: Naming,
    /// How a tagged text of an unknown make seems to be written.
    pub guess: Option<Profile>,
    /// Whether the first row of a table names its columns, where somebody said so.
    pub header: Option<bool>,
    /// The verdict that every entry has elsewhere, as a lead says.
    pub said: &'a str,
    mapping: Option<&'a Mapping>,
    provider: Provider,
}

impl<'a> Emit<'a> {
    pub fn new(sink: &'a mut dyn FnMut(Entry)) -> Self {
        Self {
            sink,
            records: 0,
            rejected: 0,
            outside_lines: 0,
            issues: Vec::new(),
            issues_not_kept: 0,
            naming: Naming::default(),
            guess: None,
            header: None,
            said: "",
            mapping: None,
            provider: Provider::Generic,
        }
    }

    /// As `new`, for a file of which format and provider are known; a mapping that is about another kind of names is left out.
    pub fn about(mut self, context: &Context, mapping: Option<&'a Mapping>) -> Self {
        self.naming.mapping = Mapping::about(context);
        self.mapping = mapping.filter(|mapping| {
            let own = &self.naming.mapping;
            mapping.kind == own.kind && mapping.format == own.format && mapping.provider == own.provider
        });
        self.provider = context.provider;
        self
    }

    /// What a lead said about the names of this file.
    pub fn mapping(&self) -> Option<&'a Mapping> {
        self.mapping
    }

    /// The record with the values of mapped tags in their fields.
    pub fn complete(&self, mut record: Record) -> Record {
        if let Some(mapping) = self.mapping {
            mapping.complete(&mut record, self.provider);
        }
        record
    }

    /// Entries so far.
    pub fn entries(&self) -> u32 {
        self.records + self.rejected
    }

    /// An error once the file has more entries than are read.
    pub fn check_count(&self) -> Result<(), super::ImportError> {
        let limit = super::limits::MAX_ENTRIES;
        if self.entries() > limit { Err(super::ImportError::TooManyEntries { limit }) } else { Ok(()) }
    }

    /// Hands out an entry that was understood. Lines are 1-based and inclusive.
    pub fn record(&mut self, line_start: u32, line_end: u32, raw: String, mut record: Record) {
        self.records += 1;
        prior::say(&mut record, self.said, self.provider);
        // the only name that is given is the journal's, however short
        if record.journal.is_none() {
            record.journal = record.journal_abbreviation.take();
        }
        let parsed = ParsedRecord { n: self.entries(), line_start, line_end, raw, record };
        (self.sink)(Entry::Record(Box::new(parsed)));
    }

    /// Hands out an entry that could not be read, with the reason.
    pub fn reject(&mut self, line_start: u32, line_end: u32, raw: String, reason: Issue) {
        self.rejected += 1;
        let entry = RejectedEntry { n: self.entries(), line_start, line_end, raw, reason };
        (self.sink)(Entry::Rejected(Box::new(entry)));
    }

    /// Hands out lines that belong to no entry: known preamble or trailer (`understood`), or not.
    pub fn outside(&mut self, line_start: u32, line_end: u32, mut text: String, understood: bool) {
        if !understood {
            self.outside_lines += line_end.saturating_sub(line_start) + 1;
        }
        if text.len() > MAX_OUTSIDE_BYTES {
            let cut = (0..=MAX_OUTSIDE_BYTES).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            text.truncate(cut);
        }
        (self.sink)(Entry::Outside { line_start, line_end, text, understood });
    }

    /// Notes something that a person should know and that costs no entry.
    pub fn issue(&mut self, issue: Issue) {
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(issue);
        } else {
            self.issues_not_kept += 1;
        }
    }
}
