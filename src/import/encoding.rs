//! Which encodings are read, and which one a sample of bytes is in. One rule: it is guessed from what the bytes can be, kana before the
//! frequency of letters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// Share of faulty sequences among the good ones up to which a multi-byte encoding is still believed (1 in 20).
const TOLERATED_FAULTS: usize = 20;
/// Bytes looked at for UTF-16 without a byte order mark.
const UTF16_SAMPLE: usize = 4096;

/// The encodings that are read. `Utf8` covers plain ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Shift_JIS with the extensions of Windows code page 932.
    Cp932,
    EucJp,
    Iso2022Jp,
    Gb18030,
    Windows1252,
    Latin1,
    EucKr,
    Big5,
    Windows1250,
    Windows1251,
}

impl Encoding {
    pub const ALL: &'static [Encoding] = &[
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Cp932,
        Self::EucJp,
        Self::Iso2022Jp,
        Self::Gb18030,
        Self::Windows1252,
        Self::Latin1,
        Self::EucKr,
        Self::Big5,
        Self::Windows1250,
        Self::Windows1251,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Cp932 => "cp932",
            Self::EucJp => "euc-jp",
            Self::Iso2022Jp => "iso-2022-jp",
            Self::Gb18030 => "gb18030",
            Self::Windows1252 => "windows-1252",
            Self::Latin1 => "latin-1",
            Self::EucKr => "euc-kr",
            Self::Big5 => "big5",
            Self::Windows1250 => "windows-1250",
            Self::Windows1251 => "windows-1251",
        }
    }

    /// The table that decodes it. Latin-1 has none of its own: it is Windows-1252 but for 0x80-0x9F.
    pub fn table(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Cp932 => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::Iso2022Jp => encoding_rs::ISO_2022_JP,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Windows1252 | Self::Latin1 => encoding_rs::WINDOWS_1252,
            Self::EucKr => encoding_rs::EUC_KR,
            Self::Big5 => encoding_rs::BIG5,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Windows1251 => encoding_rs::WINDOWS_1251,
        }
    }

    fn of_table(table: &'static encoding_rs::Encoding) -> Option<Self> {
        if table == encoding_rs::GBK {
            return Some(Self::Gb18030);
        }
        Self::ALL.iter().copied().find(|e| e.table() == table)
    }
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Encoding {
    type Err = String;
    /// By name, or by any label of the WHATWG encoding standard (`sjis`, `shift_jis`, `ascii`, `gbk`, …).
    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim().to_ascii_lowercase();
        let own = Self::ALL.iter().copied().find(|e| e.name() == wanted);
        let by_alias = match wanted.as_str() {
            "latin1" | "iso-8859-1" | "iso8859-1" => Some(Self::Latin1),
            "cp932" | "ms932" | "windows-932" => Some(Self::Cp932),
            "cp1252" => Some(Self::Windows1252),
            "utf8" | "ascii" | "us-ascii" => Some(Self::Utf8),
            _ => None,
        };
        own.or(by_alias).or_else(|| encoding_rs::Encoding::for_label(wanted.as_bytes()).and_then(Self::of_table)).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|e| e.name()).collect();
            format!("unknown encoding {text:?}; known: {}", names.join(", "))
        })
    }
}

/// What the bytes at the head of a file say without any doubt, and how many of them say it.
pub fn from_mark(head: &[u8]) -> Option<(Encoding, usize)> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        [0x84, 0x31, 0x95, 0x33, ..] => Some((Encoding::Gb18030, 4)),
        _ => None,
    }
}

/// UTF-16 without a mark: ASCII text has every second byte zero.
pub fn utf16_by_zeros(head: &[u8]) -> Option<Encoding> {
    let head = &head[..head.len().min(UTF16_SAMPLE) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if half < 4 {
        None
    } else if odd * 5 > half && even * 20 < half {
        Some(Encoding::Utf16Le)
    } else if even * 5 > half && odd * 20 < half {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// How a sample reads in one multi-byte encoding.
#[derive(Default)]
struct Reading {
    faults: usize,
    kana: usize,
    halfwidth: usize,
    han: usize,
    /// Characters outside ASCII.
    other: usize,
}

impl Reading {
    fn of(sample: &[u8], table: &'static encoding_rs::Encoding) -> Self {
        let mut reading = Self::default();
        let (text, _) = table.decode_without_bom_handling(sample);
        for c in text.chars().filter(|c| !c.is_ascii()) {
            match c {
                '\u{fffd}' => reading.faults += 1,
                '\u{3041}'..='\u{30ff}' => reading.kana += 1,
                '\u{ff61}'..='\u{ff9f}' => reading.halfwidth += 1,
                '\u{3400}'..='\u{9fff}' => reading.han += 1,
                _ => reading.other += 1,
            }
        }
        reading
    }

    fn total(&self) -> usize {
        self.kana + self.halfwidth + self.han + self.other
    }

    fn tolerable(&self) -> bool {
        self.faults * TOLERATED_FAULTS <= self.total()
    }

    /// Kana make up the tenth part or more and outweigh stray half-width ones: Japanese beyond doubt.
    fn is_japanese(&self) -> bool {
        self.tolerable() && self.kana * 10 >= self.total().max(1) && self.kana * 2 > self.halfwidth
    }
}

/// Guesses the encoding of a sample that begins at or before its first byte outside ASCII. A sequence cut off at
/// the end of the sample is no fault when `cut`.
pub fn guess(sample: &[u8], cut: bool) -> Encoding {
    if let Some(encoding) = utf16_by_zeros(sample) {
        return encoding;
    }
    let sample = if cut { &sample[..sample.iter().rposition(|b| b.is_ascii()).map_or(sample.len(), |i| i + 1)] } else { sample };
    if contains_iso2022_escape(sample) && sample.is_ascii() {
        return Encoding::Iso2022Jp;
    }
    if std::str::from_utf8(sample).is_ok() {
        return Encoding::Utf8;
    }
    let utf8 = Reading::of(sample, encoding_rs::UTF_8);
    if utf8.total() > 0 && utf8.tolerable() {
        return Encoding::Utf8;
    }
    for encoding in [Encoding::Cp932, Encoding::EucJp] {
        if Reading::of(sample, encoding.table()).is_japanese() {
            return encoding;
        }
    }
    by_frequency(sample)
}

/// Whether an escape sequence of ISO-2022-JP stands in it.
fn contains_iso2022_escape(sample: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, sample).any(|i| matches!(sample.get(i + 1..i + 3), Some(b"$B" | b"$@" | b"(J" | b"(I" | b"$(")))
}

/// By letter frequencies: Han characters without kana, and western text.
fn by_frequency(sample: &[u8]) -> Encoding {
    for tld in [None, Some(&b"jp"[..])] {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        let guessed = Encoding::of_table(detector.guess(tld, Utf8Detection::Deny));
        match guessed {
            Some(e @ (Encoding::Cp932 | Encoding::EucJp | Encoding::Gb18030 | Encoding::Big5 | Encoding::EucKr)) => {
                let reading = Reading::of(sample, e.table());
                if reading.tolerable() && reading.han * 2 >= reading.total() {
                    return e;
                }
            }
            Some(e @ (Encoding::Windows1250 | Encoding::Windows1251 | Encoding::Windows1252)) if tld.is_none() => return e,
            _ => {}
        }
    }
    Encoding::Windows1252
}
