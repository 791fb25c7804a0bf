//! Tags that nobody knows, gathered over a file. Its one rule: they are kept with their records too; this only counts.

use super::emit::{Emit, issue};
use super::mapping::Seen;
use super::table;
use crate::model::Record;

/// Tags listed by name; more are summed up.
const MAX_LISTED: usize = 60;

/// Names under which readers themselves keep a value that they know: keys of entries.
const KEPT: &[&str] = &["key", "rec-number"];

/// Tags of a file with how often they occurred and examples: those that nobody knows, and those that a profile takes for something.
#[derive(Debug, Default)]
pub struct Unknown {
    tags: Vec<(Seen, u32)>,
    more: u32,
}

impl Unknown {
    pub fn note(&mut self, tag: &str, value: &str) {
        self.note_as(tag, "", value);
    }

    /// A tag that is taken for the field `word`, so that a person can say otherwise.
    pub fn note_as(&mut self, tag: &str, word: &'static str, value: &str) {
        if let Some((seen, count)) = self.tags.iter_mut().find(|(seen, _)| seen.name == tag) {
            *count += 1;
            seen.example(value);
        } else if self.tags.len() < MAX_LISTED {
            let mut seen = Seen { name: tag.to_owned(), field: word, ..Seen::default() };
            seen.example(value);
            self.tags.push((seen, 1));
        } else {
            self.more += 1;
        }
    }

    /// What a record keeps under names that nobody knows, and the record with what a lead said about them.
    pub fn take(&mut self, record: Record, out: &Emit<'_>) -> Record {
        record.extra.iter().filter(|(name, _)| !KEPT.contains(&name.as_str())).for_each(|(name, value)| self.note(name, value));
        out.complete(record)
    }

    /// One issue that names those nobody knows, as `XX (3×, "value")`; all go into the file's names, with what the mapping says.
    pub fn report(&mut self, out: &mut Emit<'_>) {
        let mut listed = Vec::new();
        for (mut seen, count) in std::mem::take(&mut self.tags) {
            if let Some(word) = out.mapping().and_then(|mapping| mapping.word_of_tag(&seen.name)) {
                seen.mapped = true;
                seen.field = table::word(word);
            }
            if seen.field.is_empty() {
                let example = seen.examples.first().map(String::as_str).unwrap_or_default();
                listed.push(format!("{} ({count}×, {example:?})", seen.name));
            }
            out.naming.seen.push(seen);
        }
        if self.more > 0 {
            listed.push(format!("… {}×", self.more));
        }
        if !listed.is_empty() {
            out.issue(issue("unknown_tags", listed.join(", "), None));
        }
        if let Some(mapping) = out.mapping() {
            out.naming.mapping.names = mapping.names.clone();
        }
    }
}
