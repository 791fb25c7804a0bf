//! What all tagged formats share: an entry gathered line by line. Its one rule: a line once taken in stays in the
//! entry's text, whether a field was made of it or not.

use std::borrow::Cow;
use std::iter::{repeat, zip};
use std::ops::Range;

use super::emit::{Emit, issue, too_little};
use super::limits::{MAX_ENTRY_BYTES, MAX_FIELDS, MAX_LINE_BYTES};
use super::lines::Lines;
use crate::model::{Issue, Record};
use crate::normalize::text::trimmed;

/// A field of a gathered entry: where its tag and its value stand in the entry's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    tag: (u32, u32),
    value: (u32, u32),
    /// The value goes over several lines.
    folded: bool,
}

/// Whether a line belongs to the entry, and whether more may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    GoOn,
    EndWith,
    EndBefore,
}

/// One entry while its lines are gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    text: String,
    fields: Vec<Field>,
    pub line_start: u32,
    pub line_end: u32,
    /// What makes the entry unreadable, if anything does.
    broken: Option<Issue>,
}

impl Gathered {
    /// An entry about as long as `text` bytes in `fields` fields, as the one before it was.
    pub fn like(before: (usize, usize)) -> Self {
        let (text, fields) = before;
        Self { text: String::with_capacity(text + text / 4), fields: Vec::with_capacity(fields + fields / 4), ..Self::default() }
    }

    /// Bytes of text and number of fields.
    pub fn size(&self) -> (usize, usize) {
        (self.text.len(), self.fields.len())
    }

    pub fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether any field carries one of these tags.
    pub fn has_tag(&self, tags: &[&str]) -> bool {
        self.fields.iter().any(|f| tags.iter().any(|tag| self.is(f, tag)))
    }

    /// Whether a field is of the tag; most differ in their first letter.
    fn is(&self, field: &Field, tag: &str) -> bool {
        let text = self.text.as_bytes();
        let own = field.tag.0 as usize..field.tag.1 as usize;
        text.get(own.start) == tag.as_bytes().first() && &text[own] == tag.as_bytes()
    }

    /// The tag of the field that was opened last.
    pub fn last_tag(&self) -> Option<&str> {
        self.fields.last().map(|f| &self.text[f.tag.0 as usize..f.tag.1 as usize])
    }

    /// The text of all lines, LF after each.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends the next line of the file; `None` at its end. The line is in the text, but belongs to no field yet.
    #[inline(always)]
    pub fn take(&mut self, lines: &mut Lines<'_>) -> std::io::Result<Option<Range<usize>>> {
        if self.text.len() > MAX_ENTRY_BYTES {
            return self.skip(lines);
        }
        let Some(range) = lines.append(&mut self.text)? else { return Ok(None) };
        if lines.was_cut() {
            self.mark_too_long(lines.number());
        }
        self.reach(lines.number());
        Ok(Some(range))
    }

    /// Takes in the lines at hand in one piece, as far as `look` says; it is shown the entry, each line, and where that will stand in
    /// the entry's text. `Taking::GoOn` where no more are at hand: the next is `take`'s.
    #[inline(always)]
    pub fn take_at_hand(&mut self, lines: &mut Lines<'_>, mut look: impl FnMut(&mut Self, &str, &Range<usize>) -> Taking) -> Taking {
        let at_hand = lines.at_hand();
        let before = self.text.len();
        let (mut start, mut count, mut taking) = (0, 0, Taking::GoOn);
        for end in lines.ends_at_hand() {
            if end - start > MAX_LINE_BYTES || before + start > MAX_ENTRY_BYTES {
                break;
            }
            self.reach(lines.number() + count + 1);
            taking = look(self, &at_hand[start..end], &(before + start..before + end));
            if taking == Taking::EndBefore {
                self.line_end -= 1;
                break;
            }
            (start, count) = (end + 1, count + 1);
            if taking == Taking::EndWith {
                break;
            }
        }
        self.text.push_str(&at_hand[..start]);
        lines.pass(count, start);
        taking
    }

    /// Past the limit a line is read, shown to the caller, and overwritten by the next.
    fn skip(&mut self, lines: &mut Lines<'_>) -> std::io::Result<Option<Range<usize>>> {
        self.mark_too_long(lines.number() + 1);
        let cut = (0..=MAX_ENTRY_BYTES).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0);
        // they stand in order: those that went are the last ones
        while self.fields.last().is_some_and(|f| f.value.1 as usize > cut) {
            self.fields.pop();
        }
        self.text.truncate(cut);
        self.text.push('\n');
        let range = lines.append(&mut self.text)?;
        if range.is_some() {
            self.reach(lines.number());
        }
        Ok(range)
    }

    /// Adds a line that was read elsewhere; says where it stands in the text.
    pub fn put(&mut self, number: u32, line: &str) -> Range<usize> {
        if self.text.len() + line.len() > MAX_ENTRY_BYTES {
            self.mark_too_long(number);
            self.text.truncate(0);
            self.fields.clear();
        }
        let start = self.text.len();
        self.text.push_str(line);
        self.text.push('\n');
        self.reach(number);
        start..start + line.len()
    }

    fn mark_too_long(&mut self, line: u32) {
        self.broken.get_or_insert_with(|| issue("entry_too_long", MAX_ENTRY_BYTES.to_string(), Some(line)));
    }

    fn reach(&mut self, line: u32) {
        if self.line_start == 0 {
            self.line_start = line;
        }
        self.line_end = line;
    }

    /// The line at `range` opens a field: `tag` and `value` are offsets within the line.
    #[inline(always)]
    pub fn open(&mut self, range: &Range<usize>, tag: Range<usize>, value_from: usize) {
        if self.fields.len() >= MAX_FIELDS {
            self.broken.get_or_insert_with(|| issue("too_many_fields", MAX_FIELDS.to_string(), Some(self.line_end)));
            return;
        }
        let at = |offset: usize| (range.start + offset) as u32;
        self.fields.push(Field { tag: (at(tag.start), at(tag.end)), value: (at(value_from), range.end as u32), folded: false });
    }

    /// The line at `range` continues the field opened last. Without one it stays text only.
    pub fn extend(&mut self, range: &Range<usize>) -> bool {
        let Some(field) = self.fields.last_mut() else { return false };
        field.value.1 = range.end as u32;
        field.folded = true;
        true
    }

    /// Takes the line at `range`, the last one, out again and gives it back with its number.
    pub fn untake(&mut self, range: &Range<usize>) -> String {
        let line = self.text[range.clone()].to_owned();
        self.text.truncate(range.start);
        self.line_end = self.line_end.saturating_sub(1);
        if self.text.is_empty() {
            self.line_start = 0;
            self.line_end = 0;
        }
        line
    }

    /// Tag and value of each field in file order. A folded value keeps its line ends, each line trimmed.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        zip(&self.fields, repeat(self)).map(Self::field)
    }

    #[inline(always)]
    fn field<'t>((field, entry): (&Field, &'t Self)) -> (&'t str, Cow<'t, str>) {
        (entry.tag(field), entry.value(field))
    }

    #[inline(always)]
    fn tag(&self, field: &Field) -> &str {
        &self.text[field.tag.0 as usize..field.tag.1 as usize]
    }

    /// As `fields`, but a folded value is running text: one blank where a line ended.
    pub fn running_fields(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.fields.iter().map(|f| {
            let value = if f.folded { running(self.raw_value(f)) } else { Cow::Borrowed(self.raw_value(f)) };
            (self.tag(f), value)
        })
    }

    /// The values of the fields of one tag, in file order, as `fields` gives them.
    pub fn values<'t>(&'t self, tag: &'t str) -> impl Iterator<Item = Cow<'t, str>> {
        self.fields.iter().filter(move |f| self.is(f, tag)).map(|f| self.value(f))
    }

    #[inline]
    fn value(&self, field: &Field) -> Cow<'_, str> {
        let raw = self.raw_value(field);
        if field.folded { unindented(raw) } else { Cow::Borrowed(raw) }
    }

    /// The value as it stands, without blanks at either end.
    #[inline(always)]
    fn raw_value(&self, field: &Field) -> &str {
        // The end may lie in blank lines that were left.
        let end = (field.value.1 as usize).min(self.text.len());
        trimmed(&self.text[field.value.0 as usize..end])
    }

    /// Blank lines at its end are the space between entries.
    fn leave_trailing_blanks(&mut self) {
        self.text.pop();
        while let Some(at) = memchr::memrchr(b'\n', self.text.as_bytes())
            && is_blank(&self.text[at..])
        {
            self.text.truncate(at);
            self.line_end -= 1;
        }
    }

    /// Hands the entry out: as the record that `understand` makes of it, or rejected when it broke a limit or says
    /// nothing that identifies a report.
    pub fn emit(mut self, out: &mut Emit<'_>, understand: impl FnOnce(&Gathered) -> Record) {
        if self.text.is_empty() {
            return;
        }
        self.leave_trailing_blanks();
        if self.broken.is_none() {
            let record = out.complete(understand(&self));
            let told = says_something(&record);
            if told || is_blank_form(&record) {
                if !told {
                    out.issue(issue("blank_entry", record.kind.clone(), Some(self.line_start)));
                }
                let Gathered { text, line_start, line_end, .. } = self;
                return out.record(line_start, line_end, text, record);
            }
        }
        let reason = self.broken.take().unwrap_or_else(|| {
            let tags = self.fields().filter(|(_, value)| !value.is_empty()).map(|(tag, _)| tag);
            too_little(tags, self.line_start)
        });
        out.reject(self.line_start, self.line_end, self.text, reason);
    }
}

/// A person must be able to tell what the entry is: by title, author or abstract, or by the DOI, which leads to them. A
/// database's number alone is what a broken entry has left.
fn says_something(record: &Record) -> bool {
    record.title.is_some() || !record.authors.is_empty() || record.abstract_text.is_some() || record.doi.is_some()
}

/// An entry that gives nothing but its type, which every other tool counts; it stays a record.
fn is_blank_form(record: &Record) -> bool {
    !record.kind.is_empty() && *record == Record { kind: record.kind.clone(), ..Record::default() }
}

/// As `split('\n')`, many bytes at a time.
pub fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    split(text, b'\n')
}

/// As `str::split` at an ASCII sign, many bytes at a time.
pub fn split(text: &str, sign: u8) -> impl Iterator<Item = &str> {
    cut(text, memchr::memchr_iter(sign, text.as_bytes()))
}

/// As `split(['\n', ';'])`, many bytes at a time.
pub fn listed(text: &str) -> impl Iterator<Item = &str> {
    cut(text, memchr::memchr2_iter(b'\n', b';', text.as_bytes()))
}

/// The parts of a text between ASCII signs at `places`.
fn cut(text: &str, places: impl Iterator<Item = usize>) -> impl Iterator<Item = &str> {
    let mut start = 0;
    places.chain([text.len()]).map(move |end| &text[std::mem::replace(&mut start, end + 1)..end])
}

/// A trimmed value, each line trimmed.
fn unindented(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    let is_bare = |at: usize| bytes[at - 1].is_ascii_graphic() && bytes[at + 1].is_ascii_graphic();
    if memchr::memchr_iter(b'\n', bytes).all(is_bare) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    for line in lines_of(value).map(trimmed) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    Cow::Owned(out)
}

/// A folded value as running text: one blank where a line ended.
pub fn unfolded(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\n', value.as_bytes()).is_none() { Cow::Borrowed(value) } else { Cow::Owned(joined(value.len(), lines_of(value))) }
}

/// As `unfolded`, of lines with blanks at their ends.
fn running(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\n', value.as_bytes()).is_none() {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(joined(value.len(), lines_of(value).map(trimmed)))
    }
}

fn joined<'l>(length: usize, lines: impl Iterator<Item = &'l str>) -> String {
    let mut out = String::with_capacity(length);
    for line in lines.filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

/// The tag of a line in the usual form of RIS and PubMed, by a glance: `AU  - Mori, Hana`. The value begins behind five bytes.
#[inline(always)]
pub fn usual_tag(line: &str) -> Option<[u8; 2]> {
    let (tag, behind) = line.as_bytes().first_chunk::<6>()?.split_first_chunk::<2>()?;
    let usual = tag[0].is_ascii_uppercase() && (tag[1].is_ascii_uppercase() || tag[1].is_ascii_digit()) && behind == b"  - ";
    usual.then_some(*tag)
}

/// True where a line says nothing: blanks, or a byte order mark in the middle of a joined file.
pub fn is_blank(line: &str) -> bool {
    let says = line.as_bytes().last().is_some_and(u8::is_ascii_graphic);
    !says && is_blank_throughout(line)
}

fn is_blank_throughout(line: &str) -> bool {
    line.bytes().all(|b| b == b' ' || b == b'\t') || line.chars().all(|c| c.is_whitespace() || c == super::lines::MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_fold() {
        let mut input = &b"TI  - One\n two\nKW  - x\n"[..];
        let mut lines = Lines::new(&mut input);
        let mut gathered = Gathered::default();
        for opens in [true, false] {
            let range = gathered.take(&mut lines).expect("reads").expect("line");
            if opens {
                gathered.open(&range, 0..2, 6);
            } else {
                assert!(gathered.extend(&range));
            }
        }
        let range = gathered.put(3, "KW  - x");
        gathered.open(&range, 0..2, 6);
        let fields: Vec<_> = gathered.fields().map(|(t, v)| (t.to_owned(), v.into_owned())).collect();
        assert_eq!(fields, [("TI".to_owned(), "One\ntwo".to_owned()), ("KW".to_owned(), "x".to_owned())]);
        assert_eq!(gathered.running_fields().map(|(_, v)| v).collect::<Vec<_>>(), ["One two", "x"]);
        assert_eq!((gathered.line_start, gathered.line_end), (1, 3));
        assert_eq!(unfolded("One\n\ntwo"), "One two");
    }
}
