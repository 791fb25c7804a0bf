//! Rows of delimited text with the text and lines they stand on. One rule: a quote that never closes costs its own line, not the
//! file; a lone carriage return inside a row of a file with line feeds is a blank.

use std::io::{self, BufRead};

use crate::import::limits::MAX_ENTRY_BYTES;

/// Rows whose quote swallowed too much before quotes may no longer span lines.
const MAX_RECOVERIES: u32 = 20;

/// One row.
pub struct Row {
    pub cells: Vec<String>,
    pub raw: String,
    pub line_start: u32,
    pub line_end: u32,
    /// The code of what is wrong with it.
    pub broken: Option<&'static str>,
}

/// Gives rows one after the other.
pub struct Rows<'i> {
    input: &'i mut dyn BufRead,
    pub delimiter: u8,
    buffer: Vec<u8>,
    at: usize,
    line: u32,
    ended: bool,
    /// No line feed anywhere near the start: carriage returns end lines.
    cr_ends: bool,
    recoveries: u32,
}

impl<'i> Rows<'i> {
    pub fn new(input: &'i mut dyn BufRead) -> Self {
        Self { input, delimiter: b',', buffer: Vec::new(), at: 0, line: 1, ended: false, cr_ends: false, recoveries: 0 }
    }

    /// The first bytes of the input, for choosing the delimiter.
    pub fn sample(&mut self) -> io::Result<&str> {
        const SAMPLE: usize = 256 << 10;
        while self.buffer.len() < SAMPLE && !self.ended {
            self.more()?;
        }
        self.cr_ends = memchr::memchr(b'\n', &self.buffer).is_none();
        Ok(match std::str::from_utf8(&self.buffer) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&self.buffer[..error.valid_up_to()]).unwrap_or_default(),
        })
    }

    /// The next row; `None` at the end.
    pub fn row(&mut self) -> io::Result<Option<Row>> {
        let mut scan = Scan::default();
        loop {
            let rest = &self.buffer[self.at..];
            let spans = self.recoveries < MAX_RECOVERIES;
            if let Some(end) = scan.row_end(rest, self.delimiter, self.cr_ends, spans, self.ended) {
                return Ok(Some(self.take(end, None)));
            }
            if rest.len() > MAX_ENTRY_BYTES || (self.ended && scan.in_quotes) {
                return Ok(Some(self.recover()));
            }
            if self.ended {
                let length = rest.len();
                return Ok((length > 0).then(|| self.take(length, None)));
            }
            self.more()?;
        }
    }

    /// A quote swallowed the rest: its own first line is the broken row.
    fn recover(&mut self) -> Row {
        self.recoveries += 1;
        let rest = &self.buffer[self.at..];
        let end = if self.cr_ends { b'\r' } else { b'\n' };
        match memchr::memchr(end, rest) {
            Some(length) if length < MAX_ENTRY_BYTES => self.take(length + 1, Some("unclosed_quote")),
            _ => {
                let length = rest.len();
                self.take(length, Some("entry_too_long"))
            }
        }
    }

    fn more(&mut self) -> io::Result<()> {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
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

    fn take(&mut self, length: usize, broken: Option<&'static str>) -> Row {
        let bytes = &self.buffer[self.at..self.at + length];
        let raw = String::from_utf8_lossy(bytes).into_owned();
        self.at += length;
        let text = raw.trim_end_matches(['\n', '\r']);
        let line_start = self.line;
        let inner = text.bytes().filter(|byte| *byte == if self.cr_ends { b'\r' } else { b'\n' }).count() as u32;
        let line_end = line_start.saturating_add(inner);
        self.line = line_end.saturating_add(1);
        let cells = if broken.is_none() { cells(text, self.delimiter as char) } else { Vec::new() };
        Row {
            cells,
            raw: if raw.contains('\r') { raw.replace("\r\n", "\n").replace('\r', "\n") } else { raw },
            line_start,
            line_end,
            broken,
        }
    }
}

/// How far a row has been scanned.
#[derive(Default)]
struct Scan {
    at: usize,
    in_quotes: bool,
    started: bool,
}

impl Scan {
    /// Length of the row at the start of `rest`, line end included; `None` when more is needed.
    fn row_end(&mut self, rest: &[u8], delimiter: u8, cr_ends: bool, spans: bool, ended: bool) -> Option<usize> {
        while self.at < rest.len() {
            let byte = rest[self.at];
            if self.in_quotes {
                let next = rest.get(self.at + 1);
                if byte == b'"' {
                    match next {
                        None if !ended => return None,
                        Some(b'"') => self.at += 1,
                        Some(next) if *next != delimiter && !matches!(next, b'\n' | b'\r' | b' ') => {}
                        _ => self.in_quotes = false,
                    }
                } else if !spans && (byte == b'\n' || (cr_ends && byte == b'\r')) {
                    return Some(self.at + 1);
                }
                self.at += 1;
                continue;
            }
            match byte {
                b'"' if !self.started => self.in_quotes = true,
                b'\n' => return Some(self.at + 1),
                b'\r' if cr_ends => return Some(self.at + 1),
                _ => {}
            }
            self.started = match byte {
                _ if byte == delimiter => false,
                b' ' => self.started,
                _ => true,
            };
            self.at += 1;
        }
        None
    }
}

/// The cells of one row's text.
pub fn cells(text: &str, delimiter: char) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let (cell, after) = match trimmed.strip_prefix('"') {
            Some(body) => quoted(body, delimiter),
            None => match rest.find(delimiter) {
                Some(at) => (rest[..at].replace('\r', " "), Some(&rest[at + delimiter.len_utf8()..])),
                None => (rest.replace('\r', " "), None),
            },
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

/// A quoted cell after its opening quote, and what follows its delimiter. A quote inside that is neither doubled nor at the
/// cell's end is text.
fn quoted(body: &str, delimiter: char) -> (String, Option<&str>) {
    let mut cell = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('"') {
        cell.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some(more) = after.strip_prefix('"') {
            cell.push('"');
            rest = more;
            continue;
        }
        let blanks = after.trim_start_matches(' ');
        if blanks.is_empty() {
            return (cell, None);
        }
        if let Some(more) = blanks.strip_prefix(delimiter) {
            return (cell, Some(more));
        }
        cell.push('"');
        rest = after;
    }
    cell.push_str(rest);
    (cell, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, u32, Vec<String>, Option<&'static str>)> {
        let mut input = io::BufReader::with_capacity(2, text.as_bytes());
        let mut rows = Rows::new(&mut input);
        rows.sample().expect("memory does not fail");
        let mut found = Vec::new();
        while let Some(row) = rows.row().expect("memory does not fail") {
            found.push((row.line_start, row.line_end, row.cells, row.broken));
        }
        found
    }

    #[test]
    fn rows_and_cells() {
        let rows = all("a,\"b \"\"q\"\"\", c\r\n\"x\ny\",,\n1,\"2\" ,3\r4\nlast");
        assert_eq!(rows[0], (1, 1, vec!["a".into(), "b \"q\"".into(), " c".into()], None));
        assert_eq!(rows[1], (2, 3, vec!["x\ny".into(), "".into(), "".into()], None));
        assert_eq!(rows[2], (4, 4, vec!["1".into(), "2".into(), "3 4".into()], None));
        assert_eq!(rows[3], (5, 5, vec!["last".into()], None));
        assert_eq!(all("a,b\rc,d\r").len(), 2);
    }

    #[test]
    fn a_quote_that_never_closes_costs_a_line() {
        let rows = all("a,b\n\"x,1\ny,2\nz,3\n");
        assert_eq!(
            rows.iter().map(|row| (row.0, row.3)).collect::<Vec<_>>(),
            [(1, None), (2, Some("unclosed_quote")), (3, None), (4, None)]
        );
    }
}
