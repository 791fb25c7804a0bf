//! What every reader must keep to, whatever the bytes, for the fuzzer. One rule: the pure part of Erabi is compiled in as it is,
//! without the rest, so that a target builds in a minute.

#[path = "../../src/model/mod.rs"]
pub mod model;

#[path = "../../src/normalize/mod.rs"]
pub mod normalize;

#[path = "../../src/import/mod.rs"]
pub mod import;

use import::{Format, Options};
use model::Entry;

/// Reads `bytes` as `format` (or as what they look like) and stops where an entry is not counted once or a line is lost.
pub fn check(format: Option<Format>, bytes: &[u8]) {
    let (mut records, mut rejected) = (0_u32, 0_u32);
    let mut covered: Vec<(u32, u32)> = Vec::new();
    let mut text_before = true;
    let options = Options { format, ..Options::default() };
    let outcome = import::read(bytes, &options, &mut |entry| match entry {
        Entry::Record(parsed) => {
            records += 1;
            assert_eq!(parsed.n, records + rejected);
            covered.push((parsed.line_start, parsed.line_end));
        }
        Entry::Rejected(entry) => {
            rejected += 1;
            assert_eq!(entry.n, records + rejected);
            covered.push((entry.line_start, entry.line_end));
        }
        Entry::Outside { line_start, line_end, .. } => covered.push((line_start, line_end)),
    });
    let Ok(summary) = outcome else { return };
    assert_eq!((summary.entries, summary.records, summary.rejected), (records + rejected, records, rejected));
    covered.sort_unstable();
    let lines = lines(bytes);
    let mut next = 1;
    for (start, end) in covered {
        assert!(start <= end, "lines {start}-{end}");
        let lost = (next..start).find(|at| lines.as_ref().is_some_and(|lines| !is_blank(&lines[*at as usize - 1])));
        assert_eq!(lost, None, "a line is lost");
        next = next.max(end + 1);
        text_before = false;
    }
    assert!(!text_before || summary.entries == 0, "entries stand nowhere");
    let lost = lines.as_ref().and_then(|lines| lines.iter().skip(next as usize - 1).position(|line| !is_blank(line)));
    assert_eq!(lost, None, "a line behind the last entry is lost");
}

/// The lines of plain ASCII; other bytes are left to the encodings' own tests, and so are lone carriage returns among line feeds,
/// which end lines in some formats and are blanks in others.
fn lines(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii() && !text.contains(['\0', '\u{1b}']))?;
    let text = text.replace("\r\n", "\n");
    if text.contains('\r') && text.contains('\n') {
        return None;
    }
    let text = text.replace('\r', "\n");
    Some(text.split('\n').map(str::to_owned).collect())
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}
