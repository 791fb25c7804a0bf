//! RIS, whoever wrote it: entries out of lines. Its one rule: an entry ends at `ER`, at the next `TY`, or at the end
//! of the file, and what stands between two entries goes to the one it speaks of. The fields: `ris_fields`.

use std::io::BufRead;
use std::ops::Range;

use super::emit::{Emit, issue};
use super::lines::{Lines, MARK};
use super::ris_fields::understand;
use super::tagged::{Gathered, Taking, is_blank, lines_of, usual_tag};
use super::unknown::Unknown;
use super::{Context, ImportError};

/// Lines between two entries that are held at once; a file with more of them is something else.
const MAX_BETWEEN: usize = 5_000;
/// Longest tag (`DESCRIPTORS`, as APA PsycNet writes).
const MAX_TAG: usize = 12;

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut reader = Reader {
        lines: Lines::new(input),
        context: *context,
        style: Style::default(),
        current: None,
        finished: None,
        between: Vec::new(),
        unknown: Unknown::default(),
        database: None,
        after_blank: false,
        size: (0, 0),
        unended: 0,
    };
    while reader.step(out)? {
        out.check_count()?;
    }
    reader.end(out);
    Ok(())
}

/// How the entry's tag lines are written, as its `TY` line shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Style {
    /// Blanks before the tag.
    indent: usize,
    /// One blank between tag and dash (`TY - JOUR`) instead of two.
    narrow: bool,
    /// A blank is missing before the dash or behind it (`TY- JOUR`, `TY  -JOUR`).
    loose: bool,
}

impl Style {
    /// The line as a tag line of an entry written so.
    #[inline(always)]
    fn tag_line(self, line: &str) -> Option<TagLine> {
        if let Some(tag) = tag_line(line)
            && tag.style.indent == self.indent
            && (!tag.style.narrow || self.narrow)
        {
            return Some(tag);
        }
        if self.loose { loose_tag_line(line) } else { None }
    }
}

/// A line as a tag line: where tag and value stand in it.
struct TagLine {
    tag: Range<usize>,
    value_from: usize,
    style: Style,
}

impl TagLine {
    fn tag<'l>(&self, line: &'l str) -> &'l str {
        &line[self.tag.clone()]
    }

    fn is(&self, line: &str, tag: &[u8]) -> bool {
        line.as_bytes().get(self.tag.clone()) == Some(tag)
    }

    fn value<'l>(&self, line: &'l str) -> &'l str {
        line[self.value_from..].trim()
    }

    /// `TY  - JOUR`: the value is a word of RIS's types, or empty; never empty where the line is written loosely.
    #[inline(always)]
    fn starts_entry(&self, line: &str) -> bool {
        self.is(line, b"TY") && self.is_type(self.value(line))
    }

    fn is_type(&self, value: &str) -> bool {
        if self.style.loose {
            return (3..=6).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_uppercase());
        }
        value.len() <= 40 && !value.ends_with('.')
    }

    /// `ER  - ` with nothing behind it; with more it is a line of text.
    fn ends_entry(&self, line: &str) -> bool {
        self.is(line, b"ER") && self.value(line).is_empty()
    }
}

/// Divides a line into tag, blanks, dash and value: `TY  - JOUR`, `TY - JOUR`, `PMID  - 1`, also indented.
#[inline(always)]
fn tag_line(line: &str) -> Option<TagLine> {
    if usual_tag(line).is_some() { Some(TagLine { tag: 0..2, value_from: 5, style: Style::default() }) } else { unusual_tag_line(line) }
}

fn unusual_tag_line(line: &str) -> Option<TagLine> {
    let bytes = line.as_bytes();
    if bytes.first().is_none_or(|first| first.is_ascii_graphic() && !first.is_ascii_uppercase()) {
        return None;
    }
    let indent = bytes.iter().take_while(|b| **b == b' ' || **b == b'\t').count();
    let start = indent + if line[indent..].starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let rest = bytes.get(start..)?;
    let length = rest.iter().take(MAX_TAG + 1).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    if !(2..=MAX_TAG).contains(&length) || !rest[0].is_ascii_uppercase() {
        return None;
    }
    let blanks = rest[length..].iter().take(4).take_while(|b| **b == b' ').count();
    let dash = length + blanks;
    let closed = rest.get(dash) == Some(&b'-') && rest.get(dash + 1).is_none_or(|b| *b == b' ' || *b == b'\t');
    if !closed || blanks == 0 || (blanks == 1 && length > 2) {
        return None;
    }
    let style = Style { indent, narrow: blanks == 1, loose: false };
    Some(TagLine { tag: start..start + length, value_from: start + dash + 1, style })
}

/// `TI  -A title`, `TI -A title`, `TI- A title`: text may look like this too, so only the entry's `TY` can say that its tags do.
fn loose_tag_line(line: &str) -> Option<TagLine> {
    let [b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9', rest @ ..] = line.as_bytes() else { return None };
    let dash = rest.iter().take_while(|b| **b == b' ').count();
    let closed = dash > 0 || rest.get(1).is_none_or(|b| *b == b' ');
    let style = Style { narrow: true, loose: true, ..Style::default() };
    (dash <= 3 && rest.get(dash) == Some(&b'-') && closed).then_some(TagLine { tag: 0..2, value_from: 2 + dash + 1, style })
}

/// `TY  -JOUR`, `TY -JOUR`, `TY- JOUR`.
pub fn starts_loosely(line: &str) -> bool {
    loose_tag_line(line).is_some_and(|tag| tag.starts_entry(line))
}

/// A tag line anywhere, or the `TY` of an entry that is written loosely.
fn tag_line_or_start(line: &str) -> Option<TagLine> {
    tag_line(line).or_else(|| loose_tag_line(line).filter(|tag| tag.starts_entry(line)))
}

/// What a line between two entries is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Blank,
    /// Belongs to the entry before it: a tag after `ER`, Ovid's link line.
    Trailer,
    /// Belongs to the entry after it: a counter, a `Record #1 of 2`, `DB` before `TY`.
    Preamble,
    Text,
}

fn between(line: &str, tag: Option<&TagLine>) -> Between {
    if let Some(tag) = tag {
        return match tag.tag(line) {
            "DB" | "DP" | "VN" => Between::Preamble,
            _ => Between::Trailer,
        };
    }
    let line = line.trim_matches(|c: char| c.is_whitespace() || c == MARK);
    if line.is_empty() {
        Between::Blank
    } else if line.starts_with("Link to the Ovid Full Text") || line.starts_with("Link to the External Link Resolver") {
        Between::Trailer
    } else if is_counter(line) || is_cochrane_preamble(line) {
        Between::Preamble
    } else {
        Between::Text
    }
}

/// `12.`, `<12>`, `<12. >`.
pub fn is_counter(line: &str) -> bool {
    let bare = line.trim();
    let bare = bare.strip_prefix('<').and_then(|b| b.strip_suffix('>')).unwrap_or(bare).trim();
    let digits = bare.strip_suffix('.').unwrap_or(bare);
    let marked = bare.len() != line.trim().len() || digits.len() != bare.len();
    marked && (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_cochrane_preamble(line: &str) -> bool {
    let record = line.strip_prefix("Record #").is_some_and(|rest| rest.contains(" of "));
    record || ["Provider:", "Content:", "Database:"].iter().any(|head| line.starts_with(head))
}

struct Reader<'a> {
    lines: Lines<'a>,
    context: Context,
    style: Style,
    /// The entry whose lines are being read.
    current: Option<Gathered>,
    /// The entry before, held back for its trailer.
    finished: Option<Gathered>,
    /// Lines since `finished`, each with its number.
    between: Vec<(u32, String)>,
    unknown: Unknown,
    /// What a preamble (`Database: PsycINFO`) said last; it holds for the entries behind it.
    database: Option<String>,
    after_blank: bool,
    /// Size of the entry before.
    size: (usize, usize),
    /// Entries without `ER`, and the line of the first.
    unended: u32,
}

impl Reader<'_> {
    /// Takes in the rest of an entry, or one line between two; `false` at the end of the file.
    fn step(&mut self, out: &mut Emit<'_>) -> Result<bool, ImportError> {
        if self.current.is_some() { self.step_inside(out) } else { self.step_between(out) }
    }

    fn step_inside(&mut self, out: &mut Emit<'_>) -> Result<bool, ImportError> {
        let Some(current) = &mut self.current else { return Ok(true) };
        let style = self.style;
        let mut next = None;
        let taking = loop {
            let after_blank = &mut self.after_blank;
            let at_hand = current.take_at_hand(&mut self.lines, |entry, line, range| place(entry, line, range, style, after_blank));
            if at_hand != Taking::GoOn {
                break at_hand;
            }
            let Some(range) = current.take(&mut self.lines)? else { break Taking::GoOn };
            let line = current.text()[range.clone()].to_owned();
            match place_any(current, &line, &range, style, &mut self.after_blank) {
                Taking::GoOn => {}
                Taking::EndWith => break Taking::EndWith,
                Taking::EndBefore => {
                    next = Some((self.lines.number(), current.untake(&range)));
                    break Taking::EndBefore;
                }
            }
        };
        let end = current.line_end;
        match taking {
            Taking::EndWith => {}
            Taking::EndBefore => self.note_unended(end + 1, out),
            Taking::GoOn => self.note_unended(end, out),
        }
        self.finished = self.current.take();
        if let Some((number, line)) = next {
            self.start(number, line, out);
        }
        Ok(taking != Taking::GoOn)
    }

    /// `line`: where it shows that the entry has no end.
    fn note_unended(&mut self, line: u32, out: &mut Emit<'_>) {
        if self.unended == 0 {
            out.issue(issue("no_record_end", "", Some(line)));
        }
        self.unended += 1;
    }

    fn step_between(&mut self, out: &mut Emit<'_>) -> Result<bool, ImportError> {
        let Some(line) = self.lines.next_line()? else { return Ok(false) };
        let number = self.lines.number();
        match tag_line_or_start(&line) {
            Some(tag) if tag.starts_entry(&line) => self.start(number, line, out),
            Some(tag) if tag.ends_entry(&line) => self.end_without_start(number, line, out),
            _ => {
                self.between.push((number, line));
                if self.between.len() > MAX_BETWEEN {
                    self.flush_finished(out);
                    let lines = std::mem::take(&mut self.between);
                    outside(lines, out, is_preamble);
                }
            }
        }
        Ok(true)
    }

    /// A `TY` line: settles what stood before it and opens the entry.
    fn start(&mut self, number: u32, line: String, out: &mut Emit<'_>) {
        if let Some(tag) = tag_line_or_start(&line) {
            self.style = tag.style;
        }
        let own = self.settle_between(out);
        self.flush_finished(out);
        let mut current = Gathered::like(self.size);
        for (number, line) in own.into_iter().chain([(number, line)]) {
            push(&mut current, number, &line);
        }
        self.after_blank = false;
        self.current = Some(current);
    }

    /// Gives the trailer to the entry before, the strangers to the sink, and returns the preamble of the next entry.
    fn settle_between(&mut self, out: &mut Emit<'_>) -> Vec<(u32, String)> {
        // nearly always one line that says nothing
        if self.between.iter().all(|(_, line)| is_blank(line)) {
            self.between.clear();
            return Vec::new();
        }
        let mut lines = std::mem::take(&mut self.between);
        let kinds: Vec<Between> = lines.iter().map(|(_, line)| between(line, tag_line(line).as_ref())).collect();
        let first_of_all = self.finished.is_none();
        let is_own = |k: &Between| *k == Between::Preamble || *k == Between::Blank || (first_of_all && *k == Between::Trailer);
        let mut own_from = kinds.iter().rposition(|k| !is_own(k)).map_or(0, |i| i + 1);
        own_from += kinds[own_from..].iter().take_while(|k| **k == Between::Blank).count();
        let own = lines.split_off(own_from);
        self.give_trailer(&mut lines, &kinds);
        self.flush_finished(out);
        outside(lines, out, is_preamble);
        own
    }

    /// Moves the lines up to the last trailer line into the entry before.
    fn give_trailer(&mut self, lines: &mut Vec<(u32, String)>, kinds: &[Between]) {
        let Some(finished) = &mut self.finished else { return };
        let Some(last) = kinds[..lines.len()].iter().rposition(|k| *k == Between::Trailer) else { return };
        let rest = lines.split_off(last + 1);
        for (number, line) in lines.drain(..) {
            push(finished, number, &line);
        }
        *lines = rest;
    }

    /// `ER` without `TY`: the tag lines before it are an entry, if there are any.
    fn end_without_start(&mut self, number: u32, line: String, out: &mut Emit<'_>) {
        let first = self.between.iter().position(|(_, line)| tag_line(line).is_some());
        let Some(first) = first else {
            self.between.push((number, line));
            return;
        };
        let own = self.between.split_off(first);
        let preamble = self.settle_between(out);
        self.flush_finished(out);
        let mut entry = Gathered::default();
        for (number, line) in preamble.into_iter().chain(own) {
            push(&mut entry, number, &line);
        }
        push(&mut entry, number, &line);
        self.finished = Some(entry);
    }

    fn flush_finished(&mut self, out: &mut Emit<'_>) {
        if let Some(finished) = self.finished.take() {
            self.size = finished.size();
            let provider = self.context.provider;
            let unknown = &mut self.unknown;
            let before = lines_of(finished.text()).take_while(|line| tag_line(line).is_none());
            let named = before.filter_map(|line| line.strip_prefix("Database:")).last().map(|name| name.trim().to_owned());
            self.database = named.or(self.database.take());
            let database = &self.database;
            finished.emit(out, |entry| {
                let mut record = understand(entry, provider, unknown);
                record.database = record.database.or_else(|| database.clone());
                record
            });
        }
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        let mut lines = std::mem::take(&mut self.between);
        let kinds: Vec<Between> = lines.iter().map(|(_, line)| between(line, tag_line(line).as_ref())).collect();
        let titled = |line: &str| tag_line(line).is_some_and(|t| matches!(t.tag(line), "TI" | "T1"));
        if let Some(first) = lines.iter().position(|(_, line)| tag_line(line).is_some())
            && lines.iter().any(|(_, line)| titled(line))
        {
            self.flush_finished(out);
            let own = lines.split_off(first);
            outside(lines, out, is_preamble);
            let mut entry = Gathered::default();
            own.iter().for_each(|(number, line)| push(&mut entry, *number, line));
            self.finished = Some(entry);
            self.flush_finished(out);
        } else {
            self.give_trailer(&mut lines, &kinds);
            self.flush_finished(out);
            outside(lines, out, is_preamble);
        }
        self.unknown.report(out);
    }
}

/// Puts a line behind the first of an entry where it belongs.
#[inline(always)]
fn place(entry: &mut Gathered, line: &str, range: &Range<usize>, style: Style, after_blank: &mut bool) -> Taking {
    let usual = usual_tag(line).is_some_and(|tag| style.indent == 0 && !matches!(&tag, b"TY" | b"ER"));
    if usual {
        *after_blank = false;
        entry.open(range, 0..2, 5);
        return Taking::GoOn;
    }
    // neither a tag nor a counter
    if let [b'a'..=b'z' | b'*', ..] = line.as_bytes() {
        *after_blank = false;
        entry.extend(range);
        return Taking::GoOn;
    }
    place_any(entry, line, range, style, after_blank)
}

/// As `place`, for a line of any form.
fn place_any(entry: &mut Gathered, line: &str, range: &Range<usize>, style: Style, after_blank: &mut bool) -> Taking {
    match style.tag_line(line) {
        Some(tag) if tag.ends_entry(line) => return Taking::EndWith,
        Some(tag) if tag.starts_entry(line) => return Taking::EndBefore,
        Some(tag) => {
            *after_blank = false;
            entry.open(range, tag.tag, tag.value_from);
        }
        None => {
            // A counter behind a blank line announces the next entry, whose `TY` comes at once.
            let blank = is_blank(line);
            if !(*after_blank && is_counter(line)) {
                entry.extend(range);
            }
            *after_blank = blank;
        }
    }
    Taking::GoOn
}

/// Adds a line that was read before: as a field if it is one, else to the field before it.
fn push(entry: &mut Gathered, number: u32, line: &str) {
    let range = entry.put(number, line);
    match tag_line_or_start(line) {
        Some(tag) if !tag.ends_entry(line) => entry.open(&range, tag.tag, tag.value_from),
        _ => {}
    }
}

fn is_preamble(line: &str) -> bool {
    is_counter(line) || is_cochrane_preamble(line)
}

/// Hands out lines that belong to no entry, as understood where all of them are `known`; blank ones at either end are
/// left out.
pub fn outside(lines: Vec<(u32, String)>, out: &mut Emit<'_>, known: impl Fn(&str) -> bool) {
    let Some(first) = lines.iter().position(|(_, line)| !is_blank(line)) else { return };
    let last = lines.iter().rposition(|(_, line)| !is_blank(line)).unwrap_or(first);
    let lines = &lines[first..=last];
    let understood = lines.iter().all(|(_, line)| is_blank(line) || known(line));
    let text = lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n");
    out.outside(lines[0].0, lines[lines.len() - 1].0, text, understood);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Format, Provider};
    use crate::model::{Entry, Issue};

    fn read_all(text: &str, provider: Provider) -> (Vec<Entry>, Vec<Issue>) {
        let mut entries = Vec::new();
        let mut sink = |entry| entries.push(entry);
        let mut out = Emit::new(&mut sink);
        read(&mut text.as_bytes(), &Context { format: Format::Ris, provider }, &mut out).expect("memory reads");
        let issues = std::mem::take(&mut out.issues);
        (entries, issues)
    }

    #[test]
    fn an_entry_that_is_cut_off_is_told_of() {
        let whole = "TY  - JOUR\nTI  - A title\nER  - \n";
        assert_eq!(read_all(whole, Provider::Generic).1, []);
        for cut in ["TY  - JOUR\nTI  - A ti", "TY  - JOUR\nTI  - A title\nER"] {
            let (entries, issues) = read_all(&format!("{whole}{cut}"), Provider::Generic);
            assert_eq!(entries.len(), 2);
            assert_eq!(issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>(), ["no_record_end"], "{cut}");
        }
    }

    /// Invented; the preamble is that of APA PsycNet.
    #[test]
    fn a_preamble_names_the_database() {
        let head = "Provider: American Psychological Association\nDatabase: PsycINFO\nContent: application/x-research-info-systems\n\n";
        let entry = "TY  - JOUR\nT1  - Database: a title\nER  -\n\n";
        let (entries, _) = read_all(&format!("{head}{entry}{entry}"), Provider::PsycNet);
        let databases = entries.iter().map(|entry| match entry {
            Entry::Record(parsed) => parsed.record.database.as_deref(),
            _ => None,
        });
        assert_eq!(databases.collect::<Vec<_>>(), [Some("PsycINFO"); 2]);
    }

    /// The blanks around the dash may be missing where the entry's `TY` lacks them too; else such a line is text.
    #[test]
    fn an_entry_is_written_as_its_type_is() {
        for (tag, end) in [("  -", "ER  -"), (" -", "ER -"), ("- ", "ER-")] {
            let entry = format!("TY{tag}JOUR\nTI{tag}A title\nAU{tag}Doe, J\nAB{tag}One\ntwo\n{end}\n\n");
            let (entries, issues) = read_all(&format!("{entry}{entry}"), Provider::Generic);
            let said = |entry: &Entry| match entry {
                Entry::Record(parsed) => (parsed.record.title.clone(), parsed.record.authors.len(), parsed.record.kind.clone()),
                _ => Default::default(),
            };
            assert_eq!(entries.iter().map(said).collect::<Vec<_>>(), vec![(Some("A title".into()), 1, "JOUR".into()); 2], "{entry}");
            assert_eq!(issues, []);
        }
        let text = "TY  - JOUR\nTI  - A title\nAB  - Images:\nMR- or\nCT  -guided\nTY- none\nER  - \n";
        let (entries, _) = read_all(text, Provider::Generic);
        let Entry::Record(parsed) = &entries[0] else { unreachable!("it has a title") };
        assert_eq!((entries.len(), parsed.record.extra.len()), (1, 0));
    }

    #[test]
    fn entries_without_content_are_told_of() {
        let (entries, issues) = read_all("TY  - JOUR\nER  - \nTY  - JOUR\nAN  - 7\nPY  - 2020\nPY  - 2021\nER  - \n", Provider::Generic);
        assert!(matches!(&entries[0], Entry::Record(parsed) if parsed.record.kind == "JOUR"));
        assert_eq!((issues[0].code.as_str(), issues[0].line), ("blank_entry", Some(1)));
        let Entry::Rejected(rejected) = &entries[1] else { unreachable!("a number and a year identify no report") };
        assert_eq!((rejected.reason.code.as_str(), rejected.reason.detail.as_str()), ("too_little", "TY, AN, PY"));
    }
}
