//! BibTeX and BibLaTeX of every make. One rule: nothing inside an entry can spoil another entry, whatever its braces and quotes do.

mod cut;
mod fields;
mod parse;

use std::collections::HashMap;
use std::io::BufRead;

use super::emit::issue;
use super::lines::Lines;
use super::unknown::Unknown;
use super::{Context, Emit, ImportError};

use cut::{Cutter, Piece};
use parse::{Block, Values};

/// Macros (`@string`) kept of one file, and bytes of one expanded value: nested macros must not explode.
const MAX_MACROS: usize = 10_000;
const MAX_VALUE_BYTES: usize = 1 << 20;
/// Entries whose fields are kept for `crossref`.
const MAX_PARENTS: usize = 50_000;
/// Entries held back while one waits for a parent that stands further down.
const MAX_HELD: usize = 5_000;

/// Reads every entry; `@string` is applied, `@comment` and `@preamble` are understood and outside.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    let mut lines = Lines::new(input);
    let mut cutter = Cutter::default();
    let mut state = State { macros: months(), parents: HashMap::new(), held: Vec::new(), unknown: Unknown::default(), context: *context };
    while let Some(piece) = cutter.next(&mut lines)? {
        state.take(piece, out);
        out.check_count()?;
    }
    state.flush(out);
    state.unknown.report(out);
    Ok(())
}

struct State {
    macros: HashMap<String, String>,
    parents: HashMap<String, Values>,
    /// Pieces in file order, the first of which waits for its parent.
    held: Vec<Held>,
    unknown: Unknown,
    context: Context,
}

enum Held {
    Entry { piece: Piece, block: Block },
    Other(Piece),
}

impl State {
    fn take(&mut self, piece: Piece, out: &mut Emit) {
        if !piece.is_entry {
            self.macro_of(&piece);
            if self.held.is_empty() {
                return outside(piece, out);
            }
            return self.held.push(Held::Other(piece));
        }
        if let Some(code) = piece.broken {
            let held = Held::Other(piece);
            if code == "entry_too_long" || self.held.len() >= MAX_HELD {
                self.flush(out);
            }
            return if self.held.is_empty() { self.emit(held, out) } else { self.held.push(held) };
        }
        let block = parse::block(&piece.text, &self.macros);
        if let Some(key) = &block.values.key
            && self.parents.len() < MAX_PARENTS
            && !self.parents.contains_key(key)
        {
            self.parents.insert(key.clone(), block.values.clone());
        }
        self.held.push(Held::Entry { piece, block });
        if !self.waits() || self.held.len() > MAX_HELD {
            self.flush(out);
        }
    }

    /// Whether an entry held back still waits for its parent.
    fn waits(&self) -> bool {
        self.held.iter().any(|held| match held {
            Held::Entry { block, .. } => block.values.parents().iter().any(|key| !self.parents.contains_key(key)),
            Held::Other(_) => false,
        })
    }

    fn flush(&mut self, out: &mut Emit) {
        for held in std::mem::take(&mut self.held) {
            self.emit(held, out);
        }
    }

    fn emit(&mut self, held: Held, out: &mut Emit) {
        match held {
            Held::Other(piece) if piece.is_entry => {
                // no end was found: what can be read of it counts, when that is an entry's worth
                let block = parse::block(&piece.text, &self.macros);
                let record = fields::record(&block.values, &self.parents, &self.context);
                if piece.broken == Some("unclosed_entry") && record.title.is_some() && block.values.fields.len() > 1 {
                    let record = self.unknown.take(record, out);
                    out.issue(issue("repaired_entry", block.values.key.clone().unwrap_or_default(), Some(piece.line_start)));
                    return out.record(piece.line_start, piece.line_end, piece.text, record);
                }
                let reason = issue(piece.broken.unwrap_or("unclosed_entry"), limit_of(piece.broken), Some(piece.line_start));
                out.reject(piece.line_start, piece.line_end, piece.text, reason);
            }
            Held::Other(piece) => outside(piece, out),
            Held::Entry { piece, block } => {
                if block.values.fields.is_empty() {
                    let reason = issue("no_fields", block.junk.unwrap_or_default(), Some(piece.line_start));
                    return out.reject(piece.line_start, piece.line_end, piece.text, reason);
                }
                if let Some(junk) = block.junk {
                    out.issue(issue("entry_text_not_understood", junk, Some(piece.line_start)));
                }
                let record = fields::record(&block.values, &self.parents, &self.context);
                let record = self.unknown.take(record, out);
                out.record(piece.line_start, piece.line_end, piece.text, record);
            }
        }
    }

    /// Remembers an `@string`.
    fn macro_of(&mut self, piece: &Piece) {
        if piece.kind != "string" || self.macros.len() >= MAX_MACROS {
            return;
        }
        let block = parse::block(&piece.text, &self.macros);
        for (name, value) in block.values.fields {
            self.macros.insert(name, value);
        }
    }
}

fn limit_of(code: Option<&'static str>) -> String {
    if code == Some("entry_too_long") { super::limits::MAX_ENTRY_BYTES.to_string() } else { String::new() }
}

fn outside(piece: Piece, out: &mut Emit) {
    let understood = piece.understood();
    out.outside(piece.line_start, piece.line_end, piece.text, understood);
}

/// The twelve macros that every style defines, kept as months' names.
fn months() -> HashMap<String, String> {
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        .iter()
        .map(|month| ((*month).to_owned(), format!("{}{}", month[..1].to_ascii_uppercase(), &month[1..])))
        .collect()
}

#[cfg(test)]
mod tests;
