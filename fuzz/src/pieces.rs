//! A text read at once and in small pieces. One rule: how the input happens to be cut makes no difference to what comes out.

use std::io::{self, BufRead, Read};

use crate::import::{Context, Emit, Format, guess, read_format};
use crate::model::{Entry, Issue};

/// Reads `text` both ways and compares.
pub fn check(context: &Context, text: &str) {
    let whole = read(context, text, &mut text.as_bytes());
    let pieces = read(context, text, &mut Pieces { text, length: 0 });
    assert_eq!(whole, pieces, "pieces read otherwise");
}

/// Entries, issues, and the error that ended the reading.
type Outcome = (Vec<Entry>, Vec<Issue>, Option<String>);

fn read(context: &Context, text: &str, input: &mut dyn BufRead) -> Outcome {
    let mut entries = Vec::new();
    let mut sink = |entry| entries.push(entry);
    let mut out = Emit::new(&mut sink).about(context, None);
    out.guess = if context.format == Format::Tagged { guess::guess(text) } else { None };
    let error = read_format(input, context, &mut out).err().map(|error| error.to_string());
    let issues = out.issues;
    (entries, issues, error)
}

/// Gives one to seven bytes at a time, whole characters, as `Decoder` does.
struct Pieces<'t> {
    text: &'t str,
    length: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let n = piece.len().min(out.len());
        out[..n].copy_from_slice(&piece[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let wanted = (self.text.len() * 5 % 7 + 1).min(self.text.len());
        self.length = (wanted..=self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
        Ok(&self.text.as_bytes()[..self.length])
    }

    fn consume(&mut self, n: usize) {
        self.text = self.text.get(n..).unwrap_or_default();
    }
}
