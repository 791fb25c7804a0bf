//! What every reader must keep to, whatever the bytes, for the fuzzer. One rule: the pure part of Erabi is compiled in as it is,
//! without the rest, so that a target builds in minutes and an execution costs what reading costs.

#[path = "../../src/model/mod.rs"]
pub mod model;

#[path = "../../src/normalize/mod.rs"]
pub mod normalize;

#[path = "../../src/import/mod.rs"]
pub mod import;

pub mod mapped;
pub mod pieces;
pub mod workbook;

use import::{Context, Emit, Encoding, Format, Options, Provider, Summary, guess, read_format};
use model::Entry;

/// One in so many texts, chosen by what stands in them, is also read in pieces, which costs two more readings.
const IN_PIECES: u32 = 16;

/// Gives `bytes` to the reader of `format` alone: encodings and recognition have a target of their own, and cost more than reading.
/// The length chooses whose file it is.
pub fn check_text(format: Format, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let provider = if text.len() % 2 == 0 { Provider::Generic } else { Provider::ALL[text.len() / 2 % Provider::ALL.len()] };
    let context = Context { format, provider };
    let mut seen = Seen::default();
    let mut sink = |entry| seen.take(&entry);
    let mut out = Emit::new(&mut sink).about(&context, None);
    out.guess = if format == Format::Tagged { guess::guess(&text) } else { None };
    let outcome = read_format(&mut text.as_bytes(), &context, &mut out);
    let counts = (out.entries(), out.records, out.rejected);
    if outcome.is_ok() {
        seen.check(counts, format, text.as_bytes());
    }
    if bytes.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte))).is_multiple_of(IN_PIECES) {
        pieces::check(&context, &text);
    }
}

/// Reads `bytes` the whole way: encoding, recognition, reader.
pub fn check(options: &Options, bytes: &[u8]) -> Option<Summary> {
    let mut seen = Seen::default();
    let summary = import::read(bytes, options, &mut |entry| seen.take(&entry)).ok()?;
    // lines are those of the text as decoded; a workbook's are its rows
    let format = if summary.encoding == Encoding::Utf8 { summary.format } else { Format::Xlsx };
    seen.check((summary.entries, summary.records, summary.rejected), format, bytes);
    Some(summary)
}

/// What a reader handed out.
#[derive(Default)]
struct Seen {
    records: u32,
    rejected: u32,
    /// First and last lines.
    covered: Vec<(u32, u32)>,
}

impl Seen {
    fn take(&mut self, entry: &Entry) {
        let (n, start, end) = match entry {
            Entry::Record(parsed) => {
                self.records += 1;
                (Some(parsed.n), parsed.line_start, parsed.line_end)
            }
            Entry::Rejected(entry) => {
                self.rejected += 1;
                (Some(entry.n), entry.line_start, entry.line_end)
            }
            Entry::Outside { line_start, line_end, .. } => (None, *line_start, *line_end),
        };
        assert!(n.is_none_or(|n| n == self.records + self.rejected), "numbered {n:?}");
        self.covered.push((start, end));
    }

    /// Every entry counts once; of text, every line that says something was handed out.
    fn check(self, counts: (u32, u32, u32), format: Format, bytes: &[u8]) {
        assert_eq!(counts, (self.records + self.rejected, self.records, self.rejected));
        assert!(!self.covered.is_empty() || counts.0 == 0, "entries stand nowhere");
        if format != Format::Xlsx {
            no_line_is_lost(format, bytes, self.covered);
        }
    }
}

/// Every line that says something is in a piece that was handed out.
fn no_line_is_lost(format: Format, bytes: &[u8], mut covered: Vec<(u32, u32)>) {
    covered.sort_unstable();
    let lines = lines(format, bytes);
    let mut next = 1;
    for (start, end) in covered {
        assert!(1 <= start && start <= end && end as usize <= lines.len(), "lines {start}-{end} of {}", lines.len());
        let lost = (next..start).find(|at| says_something(lines[*at as usize - 1]));
        assert_eq!(lost, None, "a line is lost");
        next = next.max(end + 1);
    }
    let lost = lines.iter().skip(next as usize - 1).position(|line| says_something(line));
    assert_eq!(lost, None, "a line behind the last entry is lost");
}

/// LF, CRLF and a lone CR each end a line; in a table with line feeds a lone CR is a blank.
fn lines(format: Format, bytes: &[u8]) -> Vec<&[u8]> {
    let table = matches!(format, Format::Csv | Format::Tsv) && bytes.contains(&b'\n');
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let ends = bytes[at] == b'\n' || (bytes[at] == b'\r' && !table);
        if ends {
            lines.push(&bytes[start..at]);
            at += usize::from(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'));
            start = at + 1;
        }
        at += 1;
    }
    lines.push(&bytes[start..]);
    lines
}

/// A line of blanks and of signs that no one sees may belong to nobody.
fn says_something(line: &[u8]) -> bool {
    line.iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0x0b)
        && String::from_utf8_lossy(line).chars().any(|c| !c.is_whitespace() && c != import::lines::MARK)
}
