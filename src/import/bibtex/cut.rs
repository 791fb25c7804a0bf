//! A BibTeX stream cut into entries and what stands between. One rule: an entry ends where its braces do, or before the next line
//! that can only begin an entry.

use std::io;

use crate::import::limits::MAX_ENTRY_BYTES;
use crate::import::lines::Lines;

/// An entry, a command (`@string`, `@comment`, `@preamble`) or the text between.
pub struct Piece {
    /// Lower case, without `@`; empty for text between.
    pub kind: String,
    pub is_entry: bool,
    pub text: String,
    pub line_start: u32,
    pub line_end: u32,
    /// The code of what is wrong with its end.
    pub broken: Option<&'static str>,
}

impl Piece {
    /// Commands, `%` comments, blank lines and the heads that Scopus and JabRef write.
    pub fn understood(&self) -> bool {
        !self.kind.is_empty()
            || self.text.lines().map(str::trim).all(|line| {
                let lower = line.to_lowercase();
                line.trim_matches(['{', '}']).is_empty()
                    || line.starts_with('%')
                    || lower.starts_with("@comment")
                    || lower == "scopus"
                    || lower.starts_with("export date:")
                    || lower.starts_with("provider:")
                    || lower.starts_with("database:")
                    || lower.starts_with("content:")
            })
    }
}

/// Keeps the line that has been read too far.
#[derive(Default)]
pub struct Cutter {
    /// Text after an entry's end on the same line, or the line that ended a broken entry.
    pending: Option<(String, u32)>,
}

impl Cutter {
    /// The next piece; `None` at the end.
    pub fn next(&mut self, lines: &mut Lines) -> io::Result<Option<Piece>> {
        let Some((mut line, number)) = self.line(lines)? else { return Ok(None) };
        if let Some(kind) = opening(&line) {
            return self.block(kind, line, number, lines).map(Some);
        }
        // an entry may begin within a line (`} @article{…`)
        if let Some(at) = inner_opening(&line) {
            let rest = line.split_off(at);
            self.pending = Some((rest, number));
            return Ok(Some(between(line, number, number)));
        }
        let mut text = line;
        let mut end = number;
        while let Some((line, number)) = self.line(lines)? {
            if opening(&line).is_some() || inner_opening(&line).is_some() || text.len() > MAX_ENTRY_BYTES / 4 {
                self.pending = Some((line, number));
                break;
            }
            text.push_str(&line);
            end = number;
        }
        Ok(Some(between(text, number, end)))
    }

    fn line(&mut self, lines: &mut Lines) -> io::Result<Option<(String, u32)>> {
        if let Some(pending) = self.pending.take() {
            return Ok(Some(pending));
        }
        let mut line = String::new();
        Ok(lines.append(&mut line)?.map(|_| (line, lines.number())))
    }

    /// Everything up to the brace that closes the opening one.
    fn block(&mut self, kind: String, line: String, line_start: u32, lines: &mut Lines) -> io::Result<Piece> {
        let is_entry = !matches!(kind.as_str(), "string" | "comment" | "preamble");
        let mut piece = Piece { kind, is_entry, text: String::new(), line_start, line_end: line_start, broken: None };
        let mut braces = Braces::default();
        let (mut line, mut number) = (line, line_start);
        loop {
            let first = number == piece.line_start && piece.text.is_empty();
            // BibTeX ignores the word `@comment` alone: an entry inside its braces is an entry
            let inside_comment = piece.kind == "comment" && opening(&line).is_some_and(|kind| kind != "comment");
            if !first && (begins_entry(&line) || inside_comment) {
                piece.broken = piece.is_entry.then_some("unclosed_entry");
                self.pending = Some((line, number));
                return Ok(piece);
            }
            piece.line_end = number;
            if let Some(end) = braces.end(&line) {
                let rest = line.split_off(end);
                piece.text.push_str(&line);
                if rest.trim_matches([',', ';', '}', ')', ' ', '\t', '\n']).is_empty() {
                    piece.text.push_str(rest.trim_end_matches('\n'));
                    piece.text.push('\n');
                } else {
                    self.pending = Some((rest, number));
                }
                return Ok(piece);
            }
            if piece.text.len() + line.len() > MAX_ENTRY_BYTES {
                piece.broken = Some("entry_too_long");
                let room = MAX_ENTRY_BYTES.saturating_sub(piece.text.len());
                let cut = (0..=room.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
                piece.text.push_str(&line[..cut]);
                self.skip(&mut piece, lines)?;
                return Ok(piece);
            }
            piece.text.push_str(&line);
            match self.line(lines)? {
                Some(next) => (line, number) = next,
                None => {
                    piece.broken = Some("unclosed_entry");
                    return Ok(piece);
                }
            }
        }
    }

    /// Drops the rest of an entry that is too long.
    fn skip(&mut self, piece: &mut Piece, lines: &mut Lines) -> io::Result<()> {
        while let Some((line, number)) = self.line(lines)? {
            if begins_entry(&line) {
                self.pending = Some((line, number));
                break;
            }
            piece.line_end = number;
        }
        Ok(())
    }
}

fn between(text: String, line_start: u32, line_end: u32) -> Piece {
    Piece { kind: String::new(), is_entry: false, text, line_start, line_end, broken: None }
}

/// The kind where a line begins with `@kind{` or `@kind(`.
fn opening(line: &str) -> Option<String> {
    let rest = line.trim_start_matches([' ', '\t', '\u{feff}']).strip_prefix('@')?;
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    (length > 0 && rest[length..].trim_start().starts_with(['{', '('])).then(|| rest[..length].to_ascii_lowercase())
}

/// Where an entry begins after something else on the line; not behind a `%`.
fn inner_opening(line: &str) -> Option<usize> {
    let at = line.find('@').filter(|at| *at > 0)?;
    let before = &line[..at];
    let plausible = before.trim_matches(['}', ')', ' ', '\t', ',', ';']).is_empty() && !before.trim().is_empty();
    (plausible && opening(&line[at..]).is_some()).then_some(at)
}

/// A line at column 1 that can only begin an entry: `@kind{key,`, `@kind{key` without the comma or `@kind{` alone.
fn begins_entry(line: &str) -> bool {
    if !line.starts_with('@') || opening(line).is_none() {
        return false;
    }
    let rest = line.split_once(['{', '(']).map_or("", |(_, rest)| rest).trim();
    let key = rest.split_once(',').map_or(rest, |(key, _)| key);
    !key.contains(['=', '{', '}', '"']) && (key != rest || !key.contains(char::is_whitespace))
}

/// Follows braces from line to line.
#[derive(Default)]
struct Braces {
    depth: i32,
    parenthesis: bool,
    open: bool,
}

impl Braces {
    /// Where the block ends in this line, if it does.
    fn end(&mut self, line: &str) -> Option<usize> {
        let bytes = line.as_bytes();
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let braces_alone = self.open && !self.parenthesis;
            let any = || rest.iter().position(|byte| matches!(byte, b'{' | b'}' | b'(' | b')'));
            at += if braces_alone { memchr::memchr2(b'{', b'}', rest) } else { any() }?;
            let escaped = at > 0 && bytes[at - 1] == b'\\' && !(at > 1 && bytes[at - 2] == b'\\');
            match bytes[at] {
                b'{' if !self.open => self.open = true,
                b'(' if !self.open => (self.open, self.parenthesis) = (true, true),
                b'{' if !escaped => self.depth += 1,
                b'}' if !escaped && self.depth == 0 && !self.parenthesis => return Some(at + 1),
                b'}' if !escaped => self.depth -= 1,
                b')' if self.parenthesis && self.depth <= 0 => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }
}
