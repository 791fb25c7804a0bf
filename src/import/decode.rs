//! Bytes to UTF-8. Its one rule: an encoding, guessed or chosen, is verified on every byte that follows and never changed silently: bytes that do
//! not fit are reported with their line.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::DecoderResult;

use super::encoding::{Encoding, from_mark, guess, utf16_by_zeros};
use super::limits::ENCODING_SAMPLE_BYTES;

/// Bytes read at once.
const CHUNK: usize = 64 << 10;
/// Faults that are kept with their bytes; more are only counted.
const MAX_FAULTS: usize = 100;
/// Characters of the sample line, and of those the most that stand before its first one outside ASCII.
const SAMPLE_LINE: usize = 200;
const SAMPLE_START: usize = 60;

/// Bytes that the encoding does not allow, and the 1-based line they stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: u64,
    /// Hexadecimal, blank between bytes.
    pub bytes: String,
}

/// Position of the first byte that is not plain ASCII text: beyond 0x7F, or the escape that begins ISO-2022-JP.
fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    let escape = memchr::memchr(0x1b, bytes);
    let ascii = &bytes[..escape.unwrap_or(bytes.len())];
    if ascii.is_ascii() { escape } else { ascii.iter().position(|b| !b.is_ascii()) }
}

/// Moves `line` over the line ends in `bytes`: LF, CRLF and lone CR each end one line.
fn count_lines(bytes: &[u8], line: &mut u64, after_cr: &mut bool) {
    let joined = u64::from(*after_cr && bytes.first() == Some(&b'\n'));
    *after_cr = if bytes.is_empty() { *after_cr } else { bytes.last() == Some(&b'\r') };
    let ends = if memchr::memchr(b'\r', bytes).is_none() {
        memchr::memchr_iter(b'\n', bytes).count() as u64
    } else {
        let is_end = |(before, byte): (&u8, &u8)| u8::from((*byte == b'\r') | ((*byte == b'\n') & (*before != b'\r')));
        let (before, after) = (bytes[..bytes.len() - 1].as_chunks::<64>(), bytes[1..].as_chunks::<64>());
        // few enough at once for a sum that fits into a byte, which the compiler makes of many together
        let many = before.0.iter().zip(after.0).map(|(before, after)| u64::from(before.iter().zip(after).map(is_end).sum::<u8>()));
        let rest = u64::from(before.1.iter().zip(after.1).map(is_end).sum::<u8>());
        u64::from(matches!(bytes.first(), Some(b'\n' | b'\r'))) + many.sum::<u64>() + rest
    };
    *line += ends - joined;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" ")
}

/// Where the bytes to hand out lie.
#[derive(Clone, Copy, Debug)]
enum Ready {
    /// In `raw`, as they came (they are UTF-8 already).
    Raw(usize, usize),
    /// In `text`, from this position on.
    Text(usize),
}

/// Reads any encoding, gives UTF-8 without byte order mark. Whole characters only: what `fill_buf` returns is
/// always valid UTF-8.
pub struct Decoder<R> {
    input: R,
    /// `None` as long as only ASCII has been seen.
    encoding: Option<Encoding>,
    /// The encoding was chosen by a person: bytes that do not fit end the reading.
    strict: bool,
    raw: Vec<u8>,
    /// Bytes of `raw` that were read and not yet decoded.
    start: usize,
    end: usize,
    text: String,
    ready: Ready,
    coder: Option<encoding_rs::Decoder>,
    /// The input has no more bytes.
    at_end: bool,
    begun: bool,
    /// Everything was decoded and put into `ready`.
    finished: bool,
    /// Line of the next byte that will be decoded.
    line: u64,
    after_cr: bool,
    faults: Vec<Fault>,
    fault_count: u64,
    sample_line: Option<String>,
    /// What stands in the sample line before it, of the piece that was handed out when nothing but ASCII had been seen.
    sample_start: String,
}

impl<R: Read> Decoder<R> {
    /// `encoding`: chosen by a person, or `None` to guess.
    pub fn new(input: R, encoding: Option<Encoding>) -> Self {
        Self {
            input,
            encoding,
            strict: encoding.is_some(),
            raw: Vec::new(),
            start: 0,
            end: 0,
            text: String::new(),
            ready: Ready::Raw(0, 0),
            coder: None,
            at_end: false,
            begun: false,
            finished: false,
            line: 1,
            after_cr: false,
            faults: Vec::new(),
            fault_count: 0,
            sample_line: None,
            sample_start: String::new(),
        }
    }

    /// The encoding, as far as it is known by now; plain ASCII counts as UTF-8.
    pub fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8)
    }

    /// Bytes that did not fit, and how often that happened in all.
    pub fn faults(&self) -> (&[Fault], u64) {
        (&self.faults, self.fault_count)
    }

    /// The first line with a character outside ASCII, decoded; of a long one what stands around that character.
    pub fn sample_line(&self) -> Option<&str> {
        self.sample_line.as_deref()
    }

    /// Reads on until `wanted` undecoded bytes are there or the input ends.
    fn read_more(&mut self, wanted: usize) -> io::Result<()> {
        self.raw.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while !self.at_end && self.end < wanted {
            // piece by piece: a small file costs no zeros for a megabyte that it hasn't
            let room = wanted.min(self.end + CHUNK);
            if self.raw.len() < room {
                self.raw.resize(room, 0);
            }
            match self.input.read(&mut self.raw[self.end..room]) {
                Ok(n) => {
                    self.end += n;
                    self.at_end = n == 0;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn undecoded(&self) -> &[u8] {
        &self.raw[self.start..self.end]
    }

    /// Takes the byte order mark off. A chosen encoding wins over a mark that contradicts it.
    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        self.read_more(CHUNK)?;
        let marked = from_mark(self.undecoded());
        match (self.encoding, marked) {
            (None, Some((encoding, length))) => {
                self.encoding = Some(encoding);
                self.start = length;
            }
            (Some(chosen), Some((encoding, length))) if chosen == encoding => self.start = length,
            (None, None) => self.encoding = utf16_by_zeros(self.undecoded()),
            _ => {}
        }
        Ok(())
    }

    fn is_used_up(&self) -> bool {
        match self.ready {
            Ready::Raw(start, end) => start >= end,
            Ready::Text(start) => start >= self.text.len(),
        }
    }

    /// Decodes the next piece into `ready`.
    fn advance(&mut self) -> io::Result<()> {
        self.ready = Ready::Raw(0, 0);
        if !self.begun {
            self.begin()?;
        } else if self.undecoded().len() < CHUNK / 2 {
            self.read_more(CHUNK)?;
        }
        if self.encoding.is_none() {
            if self.undecoded().is_empty() {
                self.finished = true;
                return Ok(());
            }
            let plain = first_beyond_ascii(self.undecoded());
            match plain {
                Some(0) => self.decide()?,
                rest => {
                    let end = rest.map_or(self.end, |n| self.start + n);
                    self.sample_start = String::from_utf8_lossy(sample_start(&self.raw[self.start..end])).into_owned();
                    self.hand_out_raw(end);
                    return Ok(());
                }
            }
        }
        match self.encoding() {
            Encoding::Utf8 => self.advance_utf8(),
            _ => self.advance_coded(),
        }
    }

    /// Guesses from what comes now, the first byte outside ASCII.
    fn decide(&mut self) -> io::Result<()> {
        self.read_more(ENCODING_SAMPLE_BYTES)?;
        self.encoding = Some(guess(self.undecoded(), !self.at_end));
        Ok(())
    }

    fn hand_out_raw(&mut self, end: usize) {
        self.ready = Ready::Raw(self.start, end);
        let (start, mut line, mut after_cr) = (self.start, self.line, self.after_cr);
        count_lines(&self.raw[start..end], &mut line, &mut after_cr);
        (self.line, self.after_cr) = (line, after_cr);
        self.start = end;
    }

    fn advance_utf8(&mut self) -> io::Result<()> {
        // what was read to guess from is more than the rest of the way takes at once
        let piece = &self.raw[self.start..self.end.min(self.start + CHUNK)];
        if piece.is_empty() {
            self.finished = true;
            return Ok(());
        }
        let valid = encoding_rs::Encoding::utf8_valid_up_to(piece);
        if valid == 0
            && let Err(e) = std::str::from_utf8(piece)
        {
            // A character cut off by the end of the buffer; more bytes will come.
            if e.error_len().is_none() && !self.at_end {
                self.read_more(CHUNK)?;
                return self.advance_utf8();
            }
            let length = e.error_len().unwrap_or(piece.len());
            let bytes = hex(&piece[..length]);
            self.start += length;
            self.fault(bytes)?;
            self.text.clear();
            self.text.push('\u{fffd}');
            self.ready = Ready::Text(0);
            return Ok(());
        }
        let end = self.start + valid;
        self.hand_out_raw(end);
        self.note_sample();
        Ok(())
    }

    fn advance_coded(&mut self) -> io::Result<()> {
        self.text.clear();
        if self.encoding() == Encoding::Latin1 {
            let piece: Cow<'_, str> = encoding_rs::mem::decode_latin1(&self.raw[self.start..self.end]);
            self.text.push_str(&piece);
            self.start = self.end;
            self.finished = self.at_end;
        } else {
            self.decode_piece()?;
        }
        let (mut line, mut after_cr) = (self.line, self.after_cr);
        count_lines(self.text.as_bytes(), &mut line, &mut after_cr);
        (self.line, self.after_cr) = (line, after_cr);
        self.ready = Ready::Text(0);
        self.note_sample();
        Ok(())
    }

    /// Decodes until the undecoded bytes are used up or one fault was met.
    fn decode_piece(&mut self) -> io::Result<()> {
        let table = self.encoding().table();
        let coder = self.coder.get_or_insert_with(|| table.new_decoder_without_bom_handling());
        loop {
            let source = &self.raw[self.start..self.end];
            self.text.reserve(coder.max_utf8_buffer_length(source.len()).unwrap_or(CHUNK * 3).max(16));
            let (result, read) = coder.decode_to_string_without_replacement(source, &mut self.text, self.at_end);
            let bad_end = self.start + read;
            self.start += read;
            match result {
                DecoderResult::InputEmpty => {
                    self.finished = self.at_end;
                    return Ok(());
                }
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    let end = bad_end.saturating_sub(usize::from(after));
                    let bytes = hex(&self.raw[end.saturating_sub(usize::from(bad))..end]);
                    let mut line = self.line;
                    count_lines(self.text.as_bytes(), &mut line, &mut self.after_cr.clone());
                    let before = std::mem::replace(&mut self.line, line);
                    let kept = self.fault(bytes);
                    self.line = before;
                    kept?;
                    self.text.push('\u{fffd}');
                    return Ok(());
                }
            }
        }
    }

    /// Notes bytes that do not fit, or ends the reading when a person chose the encoding.
    fn fault(&mut self, bytes: String) -> io::Result<()> {
        let fault = Fault { line: self.line, bytes };
        self.fault_count += 1;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
        if self.strict { Err(io::Error::new(io::ErrorKind::InvalidData, "bytes outside the chosen encoding")) } else { Ok(()) }
    }

    fn note_sample(&mut self) {
        if self.sample_line.is_some() {
            return;
        }
        let bytes = match self.ready {
            Ready::Raw(start, end) => &self.raw[start..end],
            Ready::Text(start) => &self.text.as_bytes()[start..],
        };
        if bytes.is_ascii() {
            return;
        }
        let Some(at) = bytes.iter().position(|b| !b.is_ascii()) else { return };
        let end = bytes[at..].iter().position(is_line_end).map_or(bytes.len(), |i| at + i);
        let start = sample_start(&bytes[..at]);
        let before = if at == 0 { std::mem::take(&mut self.sample_start) } else { String::new() };
        let line = before + &String::from_utf8_lossy(&bytes[at - start.len()..end]);
        self.sample_line = Some(line.trim().chars().take(SAMPLE_LINE).collect());
    }
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The end of the last line of `bytes`, ASCII: whole words, and no more than leaves room for what comes after it.
fn sample_start(bytes: &[u8]) -> &[u8] {
    let line = &bytes[bytes.iter().rposition(is_line_end).map_or(0, |i| i + 1)..];
    let far = line.len().saturating_sub(SAMPLE_START);
    let word = if far == 0 { Some(0) } else { line[far..].iter().position(|b| *b == b' ') };
    &line[far + word.unwrap_or_default()..]
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Decoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while !self.finished && self.is_used_up() {
            self.advance()?;
        }
        Ok(match self.ready {
            Ready::Raw(start, end) => &self.raw[start..end],
            Ready::Text(start) => &self.text.as_bytes()[start..],
        })
    }

    fn consume(&mut self, n: usize) {
        match &mut self.ready {
            Ready::Raw(start, _) | Ready::Text(start) => *start += n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JAPANESE: &str =
        "TY  - JOUR\nTI  - 統合失調症患者へのケースマネジメント①㈱髙﨑～\nAB  - 精神障害者の地域生活を支える。\nER  - \n";

    fn decode(bytes: &[u8], encoding: Option<Encoding>) -> (String, Encoding, u64) {
        let mut decoder = Decoder::new(bytes, encoding);
        let mut text = String::new();
        decoder.read_to_string(&mut text).expect("decodes");
        (text, decoder.encoding(), decoder.faults().1)
    }

    #[test]
    fn guesses_each_japanese_encoding_and_gives_the_text_back() {
        let plain: String = JAPANESE.chars().filter(|c| !"①㈱髙﨑～".contains(*c)).collect();
        for encoding in [Encoding::Cp932, Encoding::EucJp, Encoding::Iso2022Jp] {
            let source = if encoding == Encoding::Cp932 { JAPANESE } else { &plain };
            let (bytes, _, lossy) = encoding.table().encode(source);
            assert!(!lossy, "{encoding}");
            assert_eq!(decode(&bytes, None), (source.to_owned(), encoding, 0));
            let late = [&b"PMID- 1\n".repeat(40_000)[..], &bytes].concat();
            assert_eq!(decode(&late, None).1, encoding, "after 320 kB of ASCII");
        }
        assert_eq!(decode(JAPANESE.as_bytes(), None), (JAPANESE.to_owned(), Encoding::Utf8, 0));
    }

    #[test]
    fn characters_stay_whole_where_pieces_end() {
        for before in 0..3 {
            let text = "x".repeat(before) + &"統".repeat(CHUNK);
            let mut decoder = Decoder::new(text.as_bytes(), None);
            let mut given = String::new();
            while let Ok(piece) = decoder.fill_buf()
                && !piece.is_empty()
            {
                assert!(piece.len() <= CHUNK, "{} bytes", piece.len());
                given += std::str::from_utf8(piece).expect("whole characters");
                let used = piece.len();
                decoder.consume(used);
            }
            assert!(given == text && decoder.faults().1 == 0, "{before} bytes before");
        }
    }

    #[test]
    fn the_sample_line_has_its_beginning() {
        let sample = |text: &str, table: &'static encoding_rs::Encoding, chosen| {
            let bytes = table.encode(text).0;
            let mut decoder = Decoder::new(&bytes[..], chosen);
            decoder.read_to_string(&mut String::new()).expect("decodes");
            decoder.sample_line().unwrap_or_default().to_owned()
        };
        let (utf8, sjis) = (encoding_rs::UTF_8, encoding_rs::SHIFT_JIS);
        assert_eq!(sample("TY  - JOUR\nAU  - Bjørli, Orla B.\nER  - \n", utf8, None), "AU  - Bjørli, Orla B.");
        assert_eq!(sample("TY  - JOUR\nAU  - Bjørli, Orla B.\nER  - \n", utf8, Some(Encoding::Utf8)), "AU  - Bjørli, Orla B.");
        assert_eq!(sample("TY  - JOUR\r\nTI  - ACTと地域生活\r\n", sjis, None), "TI  - ACTと地域生活");
        // far into a line: whole words, and the character is among them
        let long = sample(&format!("<a>{}dose of 5 µg/ml was given</a>", "word ".repeat(400)), utf8, None);
        assert!(long.starts_with("word word ") && long.ends_with("dose of 5 µg/ml was given</a>"), "{long}");
        assert!(sample(&format!("{}µ", "x".repeat(400)), utf8, None).ends_with("xµ"));
    }

    #[test]
    fn guesses_a_single_kanji_title() {
        for title in ["精神障害者地域生活支援", "統合失調症", "看護研究"] {
            let text = format!("TY  - JOUR\nTI  - {title}\nER  - \n");
            let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
            assert_eq!(decode(&bytes, None), (text, Encoding::Cp932, 0));
        }
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let units: Vec<u16> = JAPANESE.encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        assert_eq!(decode(&[&[0xff, 0xfe], &le[..]].concat(), None), (JAPANESE.to_owned(), Encoding::Utf16Le, 0));
        assert_eq!(decode(&[&[0xfe, 0xff], &be[..]].concat(), None), (JAPANESE.to_owned(), Encoding::Utf16Be, 0));
        assert_eq!(decode(&le, None), (JAPANESE.to_owned(), Encoding::Utf16Le, 0));
        assert_eq!(decode(&be, None), (JAPANESE.to_owned(), Encoding::Utf16Be, 0));
    }

    #[test]
    fn western_bytes_are_windows_1252() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode("AU  - Müller, Jörg\nTI  - “Über” die Prüfung\n");
        assert_eq!(decode(&bytes, None).1, Encoding::Windows1252);
        assert_eq!(decode(b"caf\xe9 \x80", Some(Encoding::Latin1)).0, "café \u{80}");
    }

    #[test]
    fn a_stray_byte_in_utf8_is_reported_with_its_line() {
        let mut bytes = JAPANESE.repeat(20).into_bytes();
        let at = bytes.len() - 6;
        bytes[at] = 0xff;
        let mut decoder = Decoder::new(&bytes[..], None);
        let mut text = String::new();
        decoder.read_to_string(&mut text).expect("decodes");
        assert_eq!(decoder.encoding(), Encoding::Utf8);
        assert_eq!(decoder.faults().0, [Fault { line: 80, bytes: "FF".into() }]);
        assert!(text.contains('\u{fffd}'));
    }

    #[test]
    fn every_line_end_is_counted_once_wherever_the_text_is_cut() {
        let text = b"a\r\nb\rc\n\r\n\r\n\n\r\r\nd".repeat(60);
        for cut in 0..text.len() {
            let (mut line, mut after_cr) = (1, false);
            count_lines(&text[..cut], &mut line, &mut after_cr);
            count_lines(&text[cut..], &mut line, &mut after_cr);
            assert_eq!(line, 1 + 8 * 60, "cut at {cut}");
        }
    }

    #[test]
    fn a_chosen_encoding_that_does_not_fit_ends_the_reading() {
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(JAPANESE);
        let mut decoder = Decoder::new(&bytes[..], Some(Encoding::Utf8));
        assert!(decoder.read_to_string(&mut String::new()).is_err());
        assert_eq!(decoder.faults().0[0].line, 2);
    }

    #[test]
    fn a_sequence_cut_off_at_the_end_is_a_fault() {
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(JAPANESE);
        let cut = [&bytes[..], &[0x83]].concat();
        assert_eq!(decode(&cut, Some(Encoding::Utf8).filter(|_| false)).2, 1);
        assert_eq!(decode(&[JAPANESE.as_bytes(), &[0xe3, 0x81]].concat(), None).2, 1);
    }
}
