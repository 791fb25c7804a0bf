//! Rules that reading keeps for any bytes at all. Its one rule: damage may cost entries, never a line, and never a panic.

use erabi::import::{self, Format, Options};
use erabi::model::Entry;
use proptest::prelude::*;

/// Invented entries, one text per tagged format (and a few others, for the pieces).
const SEEDS: &[&str] = &[
    "TY  - JOUR\r\nT1  - One\r\nAU  - Doe, J\r\nN1  - Accession Number: 1. Language: English. \r\nER  - \r\n\r\nTY  - CHAP\nTI  - Two\nER  - \n",
    "1. \nTY  - JOUR\nID  - 2020-1-001\nT1  - One.\nM1  - cited\nER  - \nNL  - J One\n\nLink to the Ovid Full Text or citation: http://x/y\n\n2. \nTY  - JOUR\nT1  - Two\nER  - \n",
    "Record #1 of 2\nProvider: John Wiley & Sons, Ltd\nContent: text/plain; charset=\"UTF-8\"\n\nTY  -  JOUR\nTI  - One\nER  - \n",
    "PMID- 1\nOWN - NLM\nTI  - One\n      more.\nFAU - Doe, Jane\nAU  - Doe J\nAB  - Text\n\nPMID- 2\nTI  - Two\n",
    "<1. >\nVN  - Ovid Technologies\nDB  - Embase\nUI  - 1\nTI  - One.\nIN  - (A) B\n\n      C\n\n<2. >\nVN  - Ovid Technologies\nTI  - Two\n",
    "<1>\nAccession Number\n  1-2.\nAuthor\n  Doe, J 1;  Roe, R\nTitle\n  One\nSource\n  J.   28(2):103-106, April 2015.\n\n<2>\nTitle\n  Two\n",
    "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Doe, J\n   Roe, R\nTI One\nUT WOS:1\nER\n\nPT J\nTI Two\nER\n\nEF\n",
    "%0 Journal Article\n%A Doe, J\n%T One\n%K a\nb\n\n%0 Book\n%T Two\n",
    "2024069945\n臨床(Clinical)(会議録)\nAuthor:山田 花子(東都大), 佐藤 一\nSource:誌(0037-3826)60巻1号 Page38(2012.02)\n\nM227360015\n第二\nAuthor:鈴木 次\n",
    "UI  - 2024069945\nTI  - 題\nZZ  - x\n\nUI  - 2024069946\nTI  - 題二\n",
];

/// Formats whose entries are made of lines of their own.
const TAGGED: &[Format] = &[
    Format::Ris,
    Format::Nbib,
    Format::OvidTagged,
    Format::OvidLabelled,
    Format::Wos,
    Format::Refer,
    Format::IchushiDisplay,
    Format::IchushiTagged,
];

/// A cut, doubled, shuffled or overwritten text.
#[derive(Clone, Debug)]
enum Damage {
    Cut(usize, usize),
    Repeat(usize, usize),
    Set(usize, u8),
    Insert(usize, Vec<u8>),
    DropLine(usize),
    SwapLines(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        Just(b"\r".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b"TY  - ".to_vec()),
        Just(b"ER  - \n".to_vec()),
        Just(b"\nER  - positive cells\n".to_vec()),
        Just("\u{feff}".as_bytes().to_vec()),
        Just(b"\x1b$B".to_vec()),
        Just(b"<3. >\n".to_vec()),
        Just(b"\nPMID- ".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
    ];
    prop_oneof![
        (any::<usize>(), 0usize..80).prop_map(|(at, n)| Damage::Cut(at, n)),
        (any::<usize>(), 0usize..200).prop_map(|(at, n)| Damage::Repeat(at, n)),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<usize>(), piece).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        any::<usize>().prop_map(Damage::DropLine),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
    ]
}

fn apply(bytes: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let at = |i: &usize| i % (bytes.len() + 1);
    match damage {
        Damage::Cut(i, n) => [&bytes[..at(i)], &bytes[(at(i) + n).min(bytes.len())..]].concat(),
        Damage::Repeat(i, n) => [&bytes[..(at(i) + n).min(bytes.len())], &bytes[at(i)..]].concat(),
        Damage::Set(i, byte) => bytes.iter().enumerate().map(|(k, b)| if k == at(i) { *byte } else { *b }).collect(),
        Damage::Insert(i, piece) => [&bytes[..at(i)], piece, &bytes[at(i)..]].concat(),
        Damage::DropLine(i) => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            if !lines.is_empty() {
                lines.remove(i % lines.len());
            }
            lines.concat()
        }
        Damage::SwapLines(a, b) => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            if !lines.is_empty() {
                let (a, b) = (a % lines.len(), b % lines.len());
                lines.swap(a, b);
            }
            lines.concat()
        }
    }
}

/// Reads `bytes` and checks what must hold.
fn check(bytes: &[u8], format: Option<Format>) -> Result<(), TestCaseError> {
    let mut entries = Vec::new();
    let options = Options { format, ..Options::default() };
    let Ok(summary) = import::read(bytes, &options, &mut |entry| entries.push(entry)) else { return Ok(()) };
    let records = entries.iter().filter(|e| matches!(e, Entry::Record(_))).count();
    let rejected = entries.iter().filter(|e| matches!(e, Entry::Rejected(_))).count();
    prop_assert_eq!(summary.entries as usize, records + rejected);
    prop_assert_eq!((summary.records as usize, summary.rejected as usize), (records, rejected));
    let numbers: Vec<u32> = entries
        .iter()
        .filter_map(|e| match e {
            Entry::Record(e) => Some(e.n),
            Entry::Rejected(e) => Some(e.n),
            Entry::Outside { .. } => None,
        })
        .collect();
    prop_assert!(numbers.iter().copied().eq(1..=summary.entries));
    if TAGGED.contains(&summary.format) { every_line_has_a_place(bytes, &summary, &entries) } else { Ok(()) }
}

fn every_line_has_a_place(bytes: &[u8], summary: &import::Summary, entries: &[Entry]) -> Result<(), TestCaseError> {
    let mut decoder = import::decode::Decoder::new(bytes, None);
    let mut lines = import::lines::Lines::new(&mut decoder);
    let mut buffer = String::new();
    while let Some(range) = lines.append(&mut buffer).expect("memory reads") {
        let number = lines.number();
        let line = buffer[range].trim_matches(|c: char| c.is_whitespace() || c == import::lines::MARK).to_owned();
        buffer.clear();
        let holders = entries.iter().filter(|entry| {
            let (from, to) = match entry {
                Entry::Record(e) => (e.line_start, e.line_end),
                Entry::Rejected(e) => (e.line_start, e.line_end),
                Entry::Outside { line_start, line_end, .. } => (*line_start, *line_end),
            };
            (from..=to).contains(&number)
        });
        let holders = holders.count();
        prop_assert!(
            line.is_empty() || holders == 1,
            "{}: line {} {:?} has {} places; {:?}",
            summary.format,
            number,
            line,
            holders,
            entries
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_lose_no_line(seed in 0..SEEDS.len(), other in 0..SEEDS.len(), damages in proptest::collection::vec(damage(), 0..8), forced in proptest::option::of(0..TAGGED.len())) {
        let whole = [SEEDS[seed], "\n", SEEDS[other], "\n", SEEDS[seed]].concat().into_bytes();
        let bytes = damages.iter().fold(whole, apply);
        check(&bytes, forced.map(|i| TAGGED[i]))?;
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400), forced in proptest::option::of(0..Format::ALL.len())) {
        check(&bytes, forced.map(|i| Format::ALL[i]))?;
    }
}

/// Found by the properties above, kept: an `ER` without `TY` under a Cochrane preamble; a multi-byte character at the
/// edge of the head in which XML is looked for; a long field of opening brackets, which once took minutes.
#[test]
fn found_before() {
    let edge = ["<1>\nAccession Number\n  1-2.\n", &"x".repeat(481), "—\n"].concat();
    let brackets = ["2024069945\n題\nAuthor:山田 花子\nSource:", &"1(年(（".repeat(20_000), "\n"].concat();
    let found: &[(&str, Option<Format>)] =
        &[("Record #1 of 2\nProvider: John Wiley & Sons, Ltd\n\nTI  - One\nER  - \n", Some(Format::Ris)), (&edge, None), (&brackets, None)];
    for (text, format) in found {
        check(text.as_bytes(), *format).unwrap();
    }
}

/// A format that the file contradicts is refused, an encoding that does not fit is named with its line.
#[test]
fn false_claims_are_refused() {
    let claim = |format, encoding| Options { format, encoding, ..Options::default() };
    let refused = |bytes: &[u8], options: Options| import::read(bytes, &options, &mut |_| {}).unwrap_err();
    let ris = SEEDS[0].as_bytes();
    let error = refused(ris, claim(Some(Format::Nbib), None));
    assert!(error.to_string().contains("it looks like ris"), "{error}");
    let japanese = b"TY  - JOUR\r\nTI  - \x90\xb8\x90\x5f\r\nER  - \r\n";
    let error = refused(japanese, claim(None, Some(import::Encoding::Utf8)));
    assert_eq!(error.to_string(), "line 2: bytes 90 are not utf-8; choose another encoding");
    // decoders that give nothing of a piece with a fault must not make a file look empty
    let katakana = [&b"TY  - JOUR\r\nTI  - "[..], b"\x83\x65\x83\x58\x83\x67\x87\x40\r\nER  - \r\n"].concat();
    for encoding in [import::Encoding::EucJp, import::Encoding::Iso2022Jp, import::Encoding::Big5] {
        let outcome = import::read(&katakana[..], &claim(None, Some(encoding)), &mut |_| {});
        assert!(outcome.as_ref().err().is_none_or(|error| error.code() == "undecodable_file"), "{encoding}: {outcome:?}");
    }
    for (bytes, code) in [
        (&b""[..], "empty_file"),
        (b"%PDF-1.7", "not_bibliographic"),
        (b"<html></html>", "not_bibliographic"),
        (b"hello", "unknown_format"),
    ] {
        assert_eq!(refused(bytes, Options::default()).code(), code);
    }
}
