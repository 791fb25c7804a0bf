//! What holds of every reader: none goes on behind the limit, and how the input happens to be cut makes no difference to what comes
//! out. One rule: the seeds are the fuzzer's, so that every format has some.

use std::io::{self, BufRead, Read};
use std::path::Path;

use proptest::prelude::*;

use super::{Context, Emit, Format, ImportError, Provider, guess, limits, read_format};
use crate::model::{Entry, Issue};

/// Gives so many bytes at a time, whole characters, as `Decoder` does.
struct Pieces<'t> {
    text: &'t str,
    lengths: std::iter::Cycle<std::slice::Iter<'t, usize>>,
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
        if self.length == 0 {
            let wanted = self.lengths.next().copied().unwrap_or(1).min(self.text.len());
            self.length = (wanted..=self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
        }
        Ok(&self.text.as_bytes()[..self.length])
    }

    fn consume(&mut self, n: usize) {
        self.text = &self.text[n..];
        self.length -= n;
    }
}

type Outcome = (Vec<Entry>, Vec<Issue>, Option<String>);

fn outcome(format: Format, text: &str, input: &mut dyn BufRead) -> Outcome {
    let mut entries = Vec::new();
    let mut sink = |entry| entries.push(entry);
    let context = Context { format, provider: Provider::Generic };
    let mut out = Emit::new(&mut sink).about(&context, None);
    out.guess = if format == Format::Tagged { guess::guess(text) } else { None };
    let error = read_format(input, &context, &mut out).err().map(|error| error.to_string());
    let issues = out.issues;
    (entries, issues, error)
}

fn seeds() -> Vec<(Format, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut found = Vec::new();
    for format in Format::ALL {
        let Ok(files) = std::fs::read_dir(folder.join(format.name().replace('-', "_"))) else { continue };
        found.extend(files.map(|file| (*format, std::fs::read_to_string(file.expect("a file").path()).expect("text"))));
    }
    found
}

#[test]
fn every_text_format_has_a_seed() {
    let seeds = seeds();
    let missing: Vec<_> =
        Format::ALL.iter().filter(|format| **format != Format::Xlsx && seeds.iter().all(|seed| seed.0 != **format)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (format, text) in seeds {
        let (entries, ..) = outcome(format, &text, &mut text.as_bytes());
        assert!(entries.iter().any(|entry| matches!(entry, Entry::Record(_))), "{format}: {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_read_as_the_whole(
        seed in proptest::sample::select(seeds()),
        lengths in proptest::collection::vec(1usize..40, 1..6),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), "[\\r\\n\"{}<>,@% -]{0,3}|\\PC"), 0..6),
    ) {
        let (format, mut text) = seed;
        for (at, piece) in damage {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            text.insert_str(places[at.index(places.len())], &piece);
        }
        let whole = outcome(format, &text, &mut text.as_bytes());
        let pieces = outcome(format, &text, &mut Pieces { text: &text, lengths: lengths.iter().cycle(), length: 0 });
        prop_assert_eq!(whole, pieces);
    }
}

#[test]
fn no_reader_goes_on_behind_the_last_entry_allowed() {
    let files: &[(Format, &str)] = &[
        (Format::Ris, "TY  - JOUR\nTI  - a\nER  - \n\nTY  - JOUR\nTI  - b\nER  - \n\nTY  - JOUR\nTI  - c\nER  - \n"),
        (Format::Nbib, "PMID- 1\nTI  - a\n\nPMID- 2\nTI  - b\n\nPMID- 3\nTI  - c\n"),
        (Format::OvidTagged, "VN  - Ovid\nTI  - a\n\nVN  - Ovid\nTI  - b\n\nVN  - Ovid\nTI  - c\n"),
        (Format::OvidLabelled, "<1>\nTitle\n  a\n\n<2>\nTitle\n  b\n\n<3>\nTitle\n  c\n"),
        (Format::Wos, "PT J\nTI a\nER\n\nPT J\nTI b\nER\n\nPT J\nTI c\nER\n"),
        (Format::Refer, "%0 Journal Article\n%T a\n\n%0 Journal Article\n%T b\n\n%0 Journal Article\n%T c\n"),
        (Format::PubmedXml, "<a><PubmedArticle/><PubmedArticle/><PubmedArticle/></a>"),
        (Format::EbscoXml, "<records><rec/><rec/><rec/></records>"),
        (Format::EndnoteXml, "<records><record/><record/><record/></records>"),
        (Format::Bibtex, "@misc{a,title={a}}\n@misc{b,title={b}}\n@misc{c,title={c}}\n"),
        (Format::Csv, "Title,Year\na,2000\nb,2000\nc,2000\n"),
        (Format::Jsonl, "{\"title\":\"a\"}\n{\"title\":\"b\"}\n{\"title\":\"c\"}\n"),
    ];
    for (format, text) in files {
        let mut entries = 0;
        let mut sink = |entry: Entry| entries += u32::from(!matches!(entry, Entry::Outside { .. }));
        let mut emit = Emit::new(&mut sink);
        emit.records = limits::MAX_ENTRIES;
        let context = Context { format: *format, provider: Provider::Generic };
        let outcome = read_format(&mut text.as_bytes(), &context, &mut emit);
        assert!(matches!(outcome, Err(ImportError::TooManyEntries { .. })), "{format}: {outcome:?}");
        assert!((1..3).contains(&entries), "{format}: {entries} entries were handed out");
    }
}

/// What people save by mistake where they meant an export is named, so that they are told what to choose instead.
#[test]
fn texts_for_reading_are_named() {
    let abstracts = "1. J Invent. 2020 Jan;29(1):3-12. doi: 10.1234/ji.1.\n\nA title, invented.\n\nDoe J(1), Roe R(2).\n\nPMID: 31234567  [Indexed for MEDLINE]\n";
    let summary = "1: Doe J, Roe R. A title, invented. J Invent. 2020 Jan;29(1):3-12. PMID: 31234567.\n\n2: Roe R. Another. PMID: 3.\n";
    for text in [abstracts, summary, "31234567\r\n3111\r\n"] {
        let error = super::detect::by_content(text).expect_err("no export");
        assert_eq!(error.code(), "pubmed_text", "{text}");
    }
    for text in ["[{\"type\":\"article\",\"title\":\"a, b\"}]", "[\n {\n \"items\": []}]"] {
        let error = super::detect::by_content(text).expect_err("no export");
        assert_eq!(error.to_string(), "this is a JSON file, not a bibliographic export", "{text}");
    }
    for text in ["1. Column, Title, Year\nDoe, a, 2020\n", "31234567,a,b\n3,c,d\n", "1. A line about PMID: none\n", "[1, 2, 3]"] {
        assert!(!matches!(super::detect::by_content(text), Err(ImportError::NotBibliographic { .. })), "{text}");
    }
}
