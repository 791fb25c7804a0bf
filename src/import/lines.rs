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
    /// The last line was longer than `MAX_LINE_BYTES` and was cut.
    cut: bool,
    /// Text that was read, an LF for each line end, and not given out yet from `at` on.
    read: String,
    at: usize,
    /// Where the line ends stand in what was read, and how many of them lie before `at`.
    ends: Vec<usize>,
    ended: usize,
    /// What was read last ended in a CR, to which an LF may belong.
    after_cr: bool,
}

impl<'a> Lines<'a> {
    /// `input` must be UTF-8; bytes that are not are replaced.
    pub fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0, cut: false, read: String::new(), at: 0, ends: Vec::new(), ended: 0, after_cr: false }
    }

    /// 1-based number of the line given last.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether the line given last had to be cut.
    pub fn was_cut(&self) -> bool {
        self.cut
    }

    /// What was read and not given out yet: lines with an LF behind each but perhaps the last.
    pub fn at_hand(&self) -> &str {
        &self.read[self.at..]
    }

    /// How far each of the lines at hand goes, from the beginning of the first.
    pub fn ends_at_hand(&self) -> impl Iterator<Item = usize> {
        self.ends[self.ended..].iter().map(|end| end - self.at)
    }

    /// Passes over `lines` of the lines at hand, `length` bytes.
    pub fn pass(&mut self, lines: u32, length: usize) {
        self.at += length;
        self.ended += lines as usize;
        self.number = self.number.saturating_add(lines);
        self.cut = false;
    }

    /// The next line, or `None` at the end of the input.
    pub fn next_line(&mut self) -> io::Result<Option<String>> {
        if let Some(length) = self.next_length() {
            let line = self.at_hand()[..length].to_owned();
            self.pass(1, length + 1);
            return Ok(Some(line));
        }
        let mut line = String::new();
        let range = self.append_across(&mut line)?;
        Ok(range.map(|range| {
            line.truncate(range.end);
            line
        }))
    }

    /// Appends the next line and an LF to `buffer`; says where the line stands there (without the LF), or `None`
    /// at the end of the input.
    #[inline(always)]
    pub fn append(&mut self, buffer: &mut String) -> io::Result<Option<Range<usize>>> {
        // nearly always the whole line lies in what was read
        let Some(length) = self.next_length() else { return self.append_across(buffer) };
        let start = buffer.len();
        buffer.push_str(&self.at_hand()[..=length]);
        self.pass(1, length + 1);
        Ok(Some(start..start + length))
    }

    /// Length of the next line, where it lies in what was read and is not too long.
    #[inline(always)]
    fn next_length(&self) -> Option<usize> {
        self.ends_at_hand().next().filter(|length| *length <= MAX_LINE_BYTES)
    }

    /// As `append`, for a line that goes beyond what was read.
    fn append_across(&mut self, buffer: &mut String) -> io::Result<Option<Range<usize>>> {
        let start = buffer.len();
        let (mut any, mut cut, mut ended) = (false, false, false);
        while !ended && (self.at < self.read.len() || self.read_on()?) {
            let rest = self.at_hand();
            let length = self.ends_at_hand().next();
            let piece = &rest[..length.unwrap_or(rest.len())];
            ended = length.is_some();
            any |= ended || !piece.is_empty();
            cut |= !push(buffer, piece, start + MAX_LINE_BYTES);
            self.at += piece.len() + usize::from(ended);
            self.ended += usize::from(ended);
        }
        if !any {
            return Ok(None);
        }
        let end = buffer.len();
        buffer.push('\n');
        self.number = self.number.saturating_add(1);
        self.cut = cut;
        Ok(Some(start..end))
    }

    /// Reads the next piece; `false` at the end of the input.
    fn read_on(&mut self) -> io::Result<bool> {
        self.read.clear();
        self.ends.clear();
        (self.at, self.ended) = (0, 0);
        loop {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            // at once where it is UTF-8, faster than the standard library looks at it
            let text = encoding_rs::UTF_8.decode_without_bom_handling_and_without_replacement(piece);
            let text = text.unwrap_or_else(|| String::from_utf8_lossy(piece));
            push_with_lf(&mut self.read, &mut self.ends, &text, &mut self.after_cr);
            let length = piece.len();
            self.input.consume(length);
            return Ok(length > 0);
        }
    }
}

/// Appends `text` with an LF for each line end, and to `ends` where they stand. `after_cr`: whether a CR stood before it, and then whether
/// one stands at its end.
fn push_with_lf(buffer: &mut String, ends: &mut Vec<usize>, text: &str, after_cr: &mut bool) {
    let bytes = text.as_bytes();
    let mut taken = usize::from(*after_cr && text.starts_with('\n'));
    let mut at = taken;
    *after_cr = text.ends_with('\r');
    while let Some(step) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) {
        at += step;
        if bytes[at] == b'\n' {
            ends.push(buffer.len() + at - taken);
            at += 1;
        } else {
            buffer.push_str(&text[taken..at]);
            ends.push(buffer.len());
            buffer.push('\n');
            at += if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
            taken = at;
        }
    }
    buffer.push_str(&text[taken..]);
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
    fn lines_are_the_same_wherever_the_input_is_cut() {
        let text = b"a\r\nb\rc\n\r\n\r\n\n\r\r\nd\r";
        for size in 1..=text.len() {
            let mut input = io::BufReader::with_capacity(size, &text[..]);
            let mut given = Lines::new(&mut input);
            let mut all = Vec::new();
            while let Some(line) = given.next_line().expect("reads") {
                all.push((given.number(), line));
            }
            assert_eq!(all, lines(text), "{size} bytes at once");
            assert_eq!(all.len(), 9);
        }
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
