//! Tags that nobody knows, gathered over a file. Its one rule: they are kept with their records too; this only counts.

use super::emit::{Emit, issue};

/// Tags listed by name; more are summed up.
const MAX_LISTED: usize = 40;

/// Unknown tags with how often they occurred and an example.
#[derive(Debug, Default)]
pub struct Unknown {
    tags: Vec<(String, u32, String)>,
    more: u32,
}

impl Unknown {
    pub fn note(&mut self, tag: &str, value: &str) {
        if let Some(known) = self.tags.iter_mut().find(|t| t.0 == tag) {
            known.1 += 1;
        } else if self.tags.len() < MAX_LISTED {
            self.tags.push((tag.to_owned(), 1, value.chars().take(60).collect()));
        } else {
            self.more += 1;
        }
    }

    /// One issue that names them all, as `XX (3×, e.g. "value")`.
    pub fn report(&self, out: &mut Emit<'_>) {
        if self.tags.is_empty() {
            return;
        }
        let mut listed: Vec<String> = self.tags.iter().map(|(tag, count, example)| format!("{tag} ({count}×, {example:?})")).collect();
        if self.more > 0 {
            listed.push(format!("… {}×", self.more));
        }
        out.issue(issue("unknown_tags", listed.join(", "), None));
    }
}
