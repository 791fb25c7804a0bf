//! An XML stream cut into the text of its entries, without reading the XML itself. One rule: a broken entry can spoil nothing but
//! itself, and no document type declaration is ever acted on — it is text outside the entries.

use std::io::{self, BufRead};

use memchr::memmem;

use super::emit::{Emit, issue};
use super::limits::{MAX_ENTRY_BYTES, MAX_OUTSIDE_BYTES};
use super::unknown::Unknown;

/// What stands next in the stream.
pub enum Piece {
    Entry(Slice),
    /// No end tag, or longer than `MAX_ENTRY_BYTES`: the issue's code says which.
    Broken(Slice, &'static str),
    Outside(Slice),
}

/// Text with the lines (1-based, inclusive) it stands on.
pub struct Slice {
    pub text: String,
    pub line_start: u32,
    pub line_end: u32,
}

/// Which elements are entries.
pub enum Entries {
    /// Elements of these names, at any depth.
    Named(&'static [&'static str]),
    /// Every child of the root element.
    Children,
}

/// Gives the pieces of an input one after the other.
pub struct Splitter<'i> {
    input: &'i mut dyn BufRead,
    entries: Entries,
    buffer: Vec<u8>,
    /// Where the next piece begins in `buffer`.
    at: usize,
    line: u32,
    after_cr: bool,
    ended: bool,
    in_root: bool,
}

impl<'i> Splitter<'i> {
    /// `input` is UTF-8 (a byte that isn't is replaced).
    pub fn new(input: &'i mut dyn BufRead, entries: Entries) -> Self {
        Self { input, entries, buffer: Vec::new(), at: 0, line: 1, after_cr: false, ended: false, in_root: false }
    }

    /// The next piece; `None` at the end.
    pub fn piece(&mut self) -> io::Result<Option<Piece>> {
        let mut scanned = 0;
        loop {
            let start = self.start(scanned);
            let rest = &self.buffer[self.at..];
            match start {
                Ok((0, name)) => return self.entry(&name).map(Some),
                Ok((start, _)) => return Ok(Some(Piece::Outside(self.take(start)))),
                Err(_) if self.ended && rest.is_empty() => return Ok(None),
                Err(_) if self.ended => {
                    return Ok(Some(Piece::Outside(self.take(self.buffer.len() - self.at))));
                }
                Err(kept) if kept > MAX_OUTSIDE_BYTES => {
                    return Ok(Some(Piece::Outside(self.take(kept))));
                }
                Err(kept) => {
                    scanned = kept;
                    self.more()?;
                }
            }
        }
    }

    /// Where the next entry's start tag stands and its name; `Err` says up to where there is none.
    fn start(&mut self, from: usize) -> Result<(usize, String), usize> {
        let rest = &self.buffer[self.at..];
        let mut at = from;
        while let Some(step) = memchr::memchr(b'<', &rest[at..]) {
            at += step;
            let Some(length) = name_length(&rest[at + 1..]) else {
                return Err(at);
            };
            let name = &rest[at + 1..at + 1 + length];
            match &self.entries {
                Entries::Named(names) => {
                    if let Some(name) = names.iter().find(|known| known.as_bytes() == name) {
                        return Ok((at, (*name).to_owned()));
                    }
                }
                Entries::Children if matches!(name.first(), None | Some(b'!' | b'?' | b'/')) => {}
                Entries::Children if self.in_root => {
                    return Ok((at, String::from_utf8_lossy(name).into_owned()));
                }
                Entries::Children => self.in_root = true,
            }
            at += 1;
        }
        Err(rest.len())
    }

    /// The entry that begins at the current position.
    fn entry(&mut self, name: &str) -> io::Result<Piece> {
        let close = format!("</{name}");
        let finder = memmem::Finder::new(&close);
        let mut scanned = 0;
        let mut depth = 0i32;
        loop {
            let rest = &self.buffer[self.at..];
            if scanned == 0
                && let Some(end) = memchr::memchr(b'>', rest)
                && rest[end - 1] == b'/'
            {
                return Ok(Piece::Entry(self.take(end + 1)));
            }
            let ends = |at: &usize| rest.get(at + close.len()).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            // `</TrialID>` ends no `Trial`
            while let Some(found) = finder.find_iter(&rest[scanned..]).map(|step| scanned + step).find(ends) {
                let Some(gap) = memchr::memchr(b'>', &rest[found..]) else {
                    break;
                };
                let open = format!("<{name}");
                let inner = if scanned == 0 { 1 } else { scanned };
                let nested = starts(&rest[inner..found], &open).map(|at| inner + at).collect::<Vec<_>>();
                match (&self.entries, nested.first()) {
                    (Entries::Named(_), Some(&next)) => {
                        return Ok(Piece::Broken(self.take(next), "unclosed_entry"));
                    }
                    (Entries::Named(_), None) => {
                        return Ok(Piece::Entry(self.take(found + gap + 1)));
                    }
                    (Entries::Children, _) => depth += nested.len() as i32,
                }
                scanned = found + gap + 1;
                if depth == 0 {
                    return Ok(Piece::Entry(self.take(scanned)));
                }
                depth -= 1;
            }
            if rest.len() > MAX_ENTRY_BYTES {
                return Ok(Piece::Broken(self.take(MAX_ENTRY_BYTES), "entry_too_long"));
            }
            if self.ended {
                let length = rest.len();
                return Ok(Piece::Broken(self.take(length), "unclosed_entry"));
            }
            scanned = scanned.max((rest.len()).saturating_sub(close.len() + 256)).max(1);
            if matches!(self.entries, Entries::Children) {
                scanned = 0;
                depth = 0;
            }
            self.more()?;
        }
    }

    /// Reads on; drops what was handed out.
    fn more(&mut self) -> io::Result<()> {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        // growing with what is held keeps the number of scans of a long entry small
        let want = self.buffer.len() + (self.buffer.len() / 2).max(64 << 10);
        while self.buffer.len() < want {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                self.ended = true;
                break;
            }
            let length = piece.len();
            self.buffer.extend_from_slice(piece);
            self.input.consume(length);
        }
        Ok(())
    }

    /// Takes `length` bytes (cut back to a character's start) off the front and counts their lines.
    fn take(&mut self, length: usize) -> Slice {
        let rest = &self.buffer[self.at..];
        let mut length = length.min(rest.len());
        while length > 1 && length < rest.len() && (rest[length] & 0xc0) == 0x80 {
            length -= 1;
        }
        let bytes = &rest[..length];
        let line_start = self.line;
        let carriage = memchr::memchr(b'\r', bytes).is_some();
        let breaks =
            if carriage || self.after_cr { count_breaks(bytes, self.after_cr) } else { memchr::memchr_iter(b'\n', bytes).count() as u32 };
        self.after_cr = bytes.last() == Some(&b'\r');
        let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), str::to_owned);
        self.line = self.line.saturating_add(breaks);
        self.at += length;
        let ends_line = text.ends_with(['\n', '\r']);
        let line_end = if ends_line { self.line.saturating_sub(1).max(line_start) } else { self.line };
        let text = if carriage { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        Slice { text, line_start, line_end }
    }
}

/// Line ends: LF, CRLF, lone CR.
fn count_breaks(bytes: &[u8], after_cr: bool) -> u32 {
    let mut previous = if after_cr { b'\r' } else { 0 };
    let mut breaks = 0;
    for &byte in bytes {
        breaks += u32::from(byte == b'\r' || (byte == b'\n' && previous != b'\r'));
        previous = byte;
    }
    breaks
}

/// Length of the name after a `<`; `None` where the text ends before the name does.
fn name_length(text: &[u8]) -> Option<usize> {
    text.iter().take(128).position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).or((text.len() >= 128).then_some(0))
}

/// Positions of start tags `open` (with the name ending there).
fn starts<'t>(text: &'t [u8], open: &'t str) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text, open.as_bytes())
        .filter(move |at| text.get(at + open.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')))
}

/// Hands out everything outside entries, rejects broken ones, and gives each whole entry to `read`; what `read` can't
/// understand it returns as `Err(detail)`, which costs that entry.
pub fn each_entry(
    input: &mut dyn BufRead,
    entries: Entries,
    out: &mut Emit,
    mut read: impl FnMut(&str) -> Result<crate::model::Record, String>,
) -> Result<(), super::ImportError> {
    let mut splitter = Splitter::new(input, entries);
    let mut unknown = Unknown::default();
    while let Some(piece) = splitter.piece()? {
        out.check_count()?;
        match piece {
            Piece::Outside(slice) => outside(slice, out),
            Piece::Broken(slice, code) => broken(slice, code, out),
            Piece::Entry(slice) => match read(&slice.text) {
                Ok(record) => {
                    let record = unknown.take(record, out);
                    out.record(slice.line_start, slice.line_end, slice.text, record);
                }
                Err(detail) => {
                    let reason = issue("malformed_xml", detail, Some(slice.line_start));
                    out.reject(slice.line_start, slice.line_end, slice.text, reason);
                }
            },
        }
    }
    unknown.report(out);
    Ok(())
}

/// Rejects a broken piece with its reason.
pub fn broken(slice: Slice, code: &'static str, out: &mut Emit) {
    let detail = if code == "entry_too_long" { MAX_ENTRY_BYTES.to_string() } else { String::new() };
    out.reject(slice.line_start, slice.line_end, slice.text, issue(code, detail, Some(slice.line_start)));
}

/// Hands out text between entries; tags, declarations and comments are understood, words are not.
pub fn outside(slice: Slice, out: &mut Emit) {
    let text = slice.text.trim();
    let understood = text.is_empty() || (text.starts_with('<') && text.ends_with('>'));
    out.outside(slice.line_start, slice.line_end, slice.text, understood);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, entries: Entries) -> Vec<String> {
        let mut bytes = io::BufReader::with_capacity(3, text.as_bytes());
        let mut splitter = Splitter::new(&mut bytes, entries);
        let mut found = Vec::new();
        while let Some(piece) = splitter.piece().expect("memory does not fail") {
            found.push(match piece {
                Piece::Entry(s) => format!("E{}-{} {}", s.line_start, s.line_end, s.text),
                Piece::Broken(s, code) => {
                    format!("B{}-{} {} {code}", s.line_start, s.line_end, s.text)
                }
                Piece::Outside(s) => format!("O{}-{} {}", s.line_start, s.line_end, s.text.trim()),
            });
        }
        found
    }

    #[test]
    fn cuts_entries() {
        let text = "<records>\n<rec id='1'><a/>\r\n</rec>\n<rec/><record>x</record>\n<rec>lost\n<rec>y</rec></records>\n";
        assert_eq!(
            pieces(text, Entries::Named(&["rec"])),
            [
                "O1-1 <records>",
                "E2-3 <rec id='1'><a/>\n</rec>",
                "O3-3 ",
                "E4-4 <rec/>",
                "O4-4 <record>x</record>",
                "B5-5 <rec>lost\n unclosed_entry",
                "E6-6 <rec>y</rec>",
                "O6-6 </records>"
            ]
        );
    }

    #[test]
    fn cuts_children() {
        let text = "<?xml version='1.0'?><!-- c --><r:R\n x='y'><a>1<a>2</a></a>\n<b/><c>z</c></r:R>";
        assert_eq!(
            pieces(text, Entries::Children),
            [
                "O1-2 <?xml version='1.0'?><!-- c --><r:R\n x='y'>",
                "E2-2 <a>1<a>2</a></a>",
                "O2-2 ",
                "E3-3 <b/>",
                "E3-3 <c>z</c>",
                "O3-3 </r:R>"
            ]
        );
    }

    #[test]
    fn an_entry_without_end_costs_itself() {
        assert_eq!(pieces("<rec>x", Entries::Named(&["rec"])), ["B1-1 <rec>x unclosed_entry"]);
        assert_eq!(pieces("no <b tags", Entries::Named(&["rec"])), ["O1-1 no <b tags"]);
    }
}
