//! Lines with their numbers. Its one rule: LF, CRLF and a lone CR each end a line, also mixed in one file.

use std::io::{self, BufRead};
use std::ops::Range;

use super::limits::MAX_LINE_BYTES;

/// Byte order marks stand at the head of a file, and of a line where files were joined.
pub const MARK: char = '\u{feff}';

/// Gives the lines of an input one after the other.
pub struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: u32,
    after_cr: bool,
    /// The last line was longer than `MAX_LINE_BYTES` and was cut.
    cut: bool,
    /// Text that was read and not given out yet begins at `at`.
    read: String,
    at: usize,
    /// A CR stands in it.
    has_cr: bool,
}

impl<'a> Lines<'a> {
    /// `input` must be UTF-8; bytes that are not are replaced.
    pub fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0, after_cr: false, cut: false, read: String::new(), at: 0, has_cr: false }
    }

    /// 1-based number of the line given last.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether the line given last had to be cut.
    pub fn was_cut(&self) -> bool {
        self.cut
    }

    /// Appends the next line and an LF to `buffer`; says where the line stands there (without the LF), or `None`
    /// at the end of the input.
    #[inline(always)]
    pub fn append(&mut self, buffer: &mut String) -> io::Result<Option<Range<usize>>> {
        let start = buffer.len();
        self.cut = false;
        // nearly always the whole line lies in what was read
        let rest = &self.read[self.at..];
        let end = if self.has_cr { memchr::memchr2(b'\n', b'\r', rest.as_bytes()) } else { memchr::memchr(b'\n', rest.as_bytes()) };
        if let Some(length) = end
            && length <= MAX_LINE_BYTES
            && !self.after_cr
        {
            let mut ends = 1;
            if rest.as_bytes()[length] == b'\n' {
                buffer.push_str(&rest[..=length]);
            } else {
                let next = rest.as_bytes().get(length + 1);
                self.after_cr = next.is_none();
                ends += usize::from(next == Some(&b'\n'));
                buffer.push_str(&rest[..length]);
                buffer.push('\n');
            }
            self.at += length + ends;
            self.number = self.number.saturating_add(1);
            return Ok(Some(start..start + length));
        }
        self.append_across(buffer)
    }

    /// As `append`, for a line that goes beyond what was read.
    fn append_across(&mut self, buffer: &mut String) -> io::Result<Option<Range<usize>>> {
        let start = buffer.len();
        let mut any = false;
        while self.at < self.read.len() || self.read_on()? {
            let bytes = self.read.as_bytes();
            self.at += usize::from(std::mem::take(&mut self.after_cr) && bytes[self.at] == b'\n');
            let Some(length) = memchr::memchr2(b'\n', b'\r', &bytes[self.at..]) else {
                any |= self.at < bytes.len();
                self.cut |= !push(buffer, &self.read[self.at..], start + MAX_LINE_BYTES);
                self.at = bytes.len();
                continue;
            };
            let end = self.at + length;
            any = true;
            self.cut |= !push(buffer, &self.read[self.at..end], start + MAX_LINE_BYTES);
            let is_cr = bytes[end] == b'\r';
            let pair = is_cr && bytes.get(end + 1) == Some(&b'\n');
            self.after_cr = is_cr && end + 1 == bytes.len();
            self.at = end + 1 + usize::from(pair);
            break;
        }
        if !any {
            return Ok(None);
        }
        let end = buffer.len();
        buffer.push('\n');
        self.number = self.number.saturating_add(1);
        Ok(Some(start..end))
    }

    /// Reads the next piece; `false` at the end of the input.
    fn read_on(&mut self) -> io::Result<bool> {
        self.read.clear();
        self.at = 0;
        loop {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            // at once where it is UTF-8, faster than the standard library looks at it
            match encoding_rs::UTF_8.decode_without_bom_handling_and_without_replacement(piece) {
                Some(text) => self.read.push_str(&text),
                None => self.read.push_str(&String::from_utf8_lossy(piece)),
            }
            self.has_cr = memchr::memchr(b'\r', piece).is_some();
            let length = piece.len();
            self.input.consume(length);
            return Ok(length > 0);
        }
    }
}

/// Appends as much as fits under `limit`; says whether that was all.
fn push(buffer: &mut String, text: &str, limit: usize) -> bool {
    let room = limit.saturating_sub(buffer.len());
    if text.len() <= room {
        buffer.push_str(text);
        return true;
    }
    let cut = (0..=room).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    buffer.push_str(&text[..cut]);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<(u32, String)> {
        let mut lines = Lines::new(&mut input);
        let (mut all, mut buffer) = (Vec::new(), String::new());
        while let Some(range) = lines.append(&mut buffer).expect("reads") {
            all.push((lines.number(), buffer[range].to_owned()));
        }
        all
    }

    #[test]
    fn every_line_end_counts_once() {
        let texts = |input: &[u8]| lines(input).into_iter().map(|l| l.1).collect::<Vec<_>>();
        assert_eq!(texts(b"a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(texts(b"a\r\r\n\nb\n"), ["a", "", "", "b"]);
        assert_eq!(texts(b""), [""; 0]);
        assert_eq!(texts(b"\n"), [""]);
        assert_eq!(lines(b"a\r\nb").last().map(|l| l.0), Some(2));
    }

    #[test]
    fn a_line_beyond_the_limit_is_cut_and_said() {
        let long = vec![b'x'; MAX_LINE_BYTES + 5];
        let mut input = std::io::Cursor::new([&long[..], b"\nnext\n"].concat());
        let mut lines = Lines::new(&mut input);
        let mut buffer = String::new();
        assert_eq!(lines.append(&mut buffer).expect("reads").map(|r| r.len()), Some(MAX_LINE_BYTES));
        assert!(lines.was_cut());
        assert_eq!(lines.append(&mut buffer).expect("reads").map(|r| r.len()), Some(4));
        assert!(!lines.was_cut());
    }
}
