//! The loop that tagged formats other than RIS share: lines into entries. Its one rule: a layout says what a line is,
//! and this decides where the line goes, so that none is lost.

use std::io::BufRead;
use std::ops::Range;

use super::ImportError;
use super::emit::Emit;
use super::lines::Lines;
use super::ris::outside;
use super::tagged::{Gathered, is_blank};
use crate::model::Record;

/// What a line is, to the layout that looks at it.
pub enum Line {
    /// Begins an entry, with a field of its own or not: (tag, where the value begins), offsets within the line.
    Start(Option<(Range<usize>, usize)>),
    /// Opens a field. Without an entry it begins one.
    Field(Range<usize>, usize),
    /// Continues the field before it. Without an entry it is outside.
    More,
    /// Belongs to the entry, but to no field.
    Part,
    /// The last line of the entry.
    End,
    /// Belongs to no entry, and ends the one before it.
    Stray,
}

/// What the layout can look back at.
pub struct Before<'a> {
    /// The fields of the entry so far.
    pub entry: &'a Gathered,
    /// No line of an entry stands before this one.
    pub first: bool,
    /// A blank line stands before this one.
    pub after_blank: bool,
}

/// A tagged format.
pub trait Layout {
    /// What `line`, which is not blank, is. Blank lines belong to the entry and to no field unless `keeps_blanks`.
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line;

    /// The fields of a whole entry.
    fn understand(&mut self, entry: &Gathered) -> Record;

    /// Whether a line outside every entry is a known preamble or trailer.
    fn knows_outside(&self, _line: &str) -> bool {
        false
    }

    /// Blank lines continue a field (Ovid's affiliations) rather than standing between.
    fn keeps_blanks(&self) -> bool {
        false
    }

    /// After the last line.
    fn end(&mut self, _out: &mut Emit<'_>) {}
}

/// Reads a whole file in `layout`.
pub fn read(input: &mut dyn BufRead, layout: &mut dyn Layout, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut reader = Reader { layout, entry: Gathered::default(), strays: Vec::new(), after_blank: true };
    let mut lines = Lines::new(input);
    while let Some(range) = reader.entry.take(&mut lines)? {
        reader.place(range, lines.number(), out);
        out.check_count()?;
    }
    reader.flush_entry(out);
    reader.flush_strays(out);
    layout.end(out);
    Ok(())
}

struct Reader<'l> {
    layout: &'l mut dyn Layout,
    entry: Gathered,
    /// Lines since the entry before that belong to none.
    strays: Vec<(u32, String)>,
    after_blank: bool,
}

/// Stray lines held before they are handed out.
const MAX_STRAYS: usize = 5_000;

impl Reader<'_> {
    /// Puts the line at `range`, the entry's last, where it belongs.
    fn place(&mut self, range: Range<usize>, number: u32, out: &mut Emit<'_>) {
        let line = &self.entry.text()[range.clone()];
        if is_blank(line) {
            self.after_blank = true;
            if range.start == 0 {
                self.entry.untake(&range);
            } else if self.layout.keeps_blanks() {
                self.entry.extend(&range);
            }
            return;
        }
        let before = Before { entry: &self.entry, first: range.start == 0, after_blank: self.after_blank };
        let kind = self.layout.line(line, &before);
        self.after_blank = false;
        match kind {
            Line::Start(field) => self.restart(&range, number, field, out),
            Line::Field(tag, value) => {
                self.flush_strays_before_entry(range.start, out);
                self.entry.open(&range, tag, value);
            }
            Line::More if range.start > 0 => {
                self.entry.extend(&range);
            }
            Line::Part if range.start > 0 => {}
            Line::End if range.start > 0 => self.flush_entry(out),
            Line::More | Line::Part | Line::End | Line::Stray => {
                let line = self.entry.untake(&range);
                self.flush_entry(out);
                self.strays.push((number, line));
                if self.strays.len() > MAX_STRAYS {
                    self.flush_strays(out);
                }
            }
        }
    }

    /// Ends the entry before the line at `range` and begins the next with it.
    fn restart(&mut self, range: &Range<usize>, number: u32, field: Option<(Range<usize>, usize)>, out: &mut Emit<'_>) {
        let mut at = range.clone();
        if range.start > 0 {
            let line = self.entry.untake(range);
            self.flush_entry(out);
            self.flush_strays(out);
            at = self.entry.put(number, &line);
        } else {
            self.flush_strays(out);
        }
        if let Some((tag, value)) = field {
            self.entry.open(&at, tag, value);
        }
    }

    fn flush_strays_before_entry(&mut self, start: usize, out: &mut Emit<'_>) {
        if start == 0 {
            self.flush_strays(out);
        }
    }

    fn flush_entry(&mut self, out: &mut Emit<'_>) {
        let next = Gathered::like(self.entry.size());
        let entry = std::mem::replace(&mut self.entry, next);
        let layout = &mut *self.layout;
        entry.emit(out, |entry| layout.understand(entry));
    }

    fn flush_strays(&mut self, out: &mut Emit<'_>) {
        if !self.strays.is_empty() {
            let layout = &*self.layout;
            outside(std::mem::take(&mut self.strays), out, |line| layout.knows_outside(line));
        }
    }
}
