//! Text as exports carry it → text for people (`clean`, `block`) and text for matching (`fold`).
//! One rule: display keeps case, script and variants; only `fold` may lose them.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::markup::{entities, flatten_markup, may_hold_markup};
use super::variants;

/// One line of text: character references resolved, inline markup and invisible characters gone, white space collapsed.
#[inline]
pub fn clean(raw: &str) -> Cow<'_, str> {
    if is_plain(raw) { Cow::Borrowed(trimmed(raw)) } else { Cow::Owned(cleaned(raw)) }
}

/// `clean` for what is not plain.
fn cleaned(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    collapse(&flatten_markup(&entities(raw)), &mut out);
    out
}

/// Like `clean`, `None` when nothing is left.
pub fn clean_opt(raw: &str) -> Option<String> {
    let text = clean(raw);
    (!text.is_empty()).then(|| text.into_owned())
}

/// Text with paragraphs (an abstract): each line as `clean` makes it, empty lines dropped, `\n` between.
pub fn block(raw: &str) -> String {
    let seen = kinds(raw.as_bytes());
    if is_plain_with(raw, seen) {
        return trimmed(raw).to_owned();
    }
    if seen & (CONTROL | MARKUP) == 0 && !beyond_ascii(raw).any(|c| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')) {
        return collapsed(raw);
    }
    let flat = entities(raw);
    let flat = flatten_markup(&flat);
    let mut out = String::with_capacity(flat.len());
    let mut line = String::new();
    for piece in text_lines(&flat) {
        line.clear();
        collapse(piece, &mut line);
        if !line.is_empty() {
            if let Some(last) = out.chars().next_back() {
                let wrapped = is_wrapped(&out, &line);
                let solid = wrapped && is_japanese(last) && line.starts_with(is_japanese);
                if !solid {
                    out.push(if wrapped { ' ' } else { '\n' });
                }
            }
            out.push_str(&line);
        }
    }
    out
}

/// The lines of a text by every sign that ends one: LF, VT, FF, CR, U+0085, U+2028, U+2029.
fn text_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        let may_end = |chunk: &[u8]| chunk.iter().fold(false, |seen, byte| seen | matches!(byte, 0x0a..=0x0d | 0xc2 | 0xe2));
        let ends = |at: usize| if LINE_ENDS[usize::from(bytes[at])] { Some((at, line_end(&bytes[at..])?)) } else { None };
        let chunks = bytes.chunks(4 * STEP).enumerate().filter(|(_, chunk)| may_end(chunk));
        match chunks.map(|(n, chunk)| n * 4 * STEP..n * 4 * STEP + chunk.len()).find_map(|mut places| places.find_map(ends)) {
            Some((at, length)) => {
                rest = Some(&text[at + length..]);
                Some(&text[..at])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// By byte: whether a line end may begin with it.
static LINE_ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < ends.len() {
        ends[byte] = matches!(byte, 0x0a..=0x0d | 0xc2 | 0xe2);
        byte += 1;
    }
    ends
};

/// Bytes of the line end that `text` begins with.
fn line_end(text: &[u8]) -> Option<usize> {
    match text {
        [0x0a..=0x0d, ..] => Some(1),
        [0xc2, 0x85, ..] => Some(2),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Some(3),
        _ => None,
    }
}

/// `str::trim`, quick where both ends are ASCII.
#[inline]
pub fn trimmed(text: &str) -> &str {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return text;
    }
    trimmed_slowly(text)
}

fn trimmed_slowly(text: &str) -> &str {
    let text = text.trim_ascii();
    let ascii_ends = text.as_bytes().first().is_none_or(u8::is_ascii) && text.as_bytes().last().is_none_or(u8::is_ascii);
    // the one ASCII character that only `trim` counts as white space is the vertical tab
    if ascii_ends && !text.starts_with('\u{b}') && !text.ends_with('\u{b}') { text } else { text.trim() }
}

/// True where a line end was only made by folding: a line stops in mid-sentence, and is long or goes on in lower case.
fn is_wrapped(before: &str, next: &str) -> bool {
    /// Files are folded at 60 characters or more; shorter lines are headings (bytes).
    const FOLDED: usize = 50;
    let last = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let ended = last.ends_with(['.', ':', ';', '?', '!', '。', '：', '；', '？', '！', ')', '）', '」', '】', '"', '”']);
    !ended && (last.len() >= FOLDED || (last.len() >= FOLDED / 2 && next.starts_with(char::is_lowercase)))
}

/// A control character of ASCII stands in the text.
const CONTROL: u8 = 1;
/// Two blanks stand side by side.
const DOUBLE_BLANK: u8 = 2;
/// `<` or `&` stands in the text.
const MARKUP: u8 = 4;
/// DEL or a character outside ASCII stands in the text.
const BEYOND_ASCII: u8 = 8;
/// `*` or `;` stands in the text.
const LIST: u8 = 16;

/// Bytes that are looked at together.
pub(crate) const STEP: usize = 16;

/// The kind of each byte; a blank has that of two.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            0..0x20 => CONTROL,
            b' ' => DOUBLE_BLANK,
            b'<' | b'&' => MARKUP,
            b'*' | b';' => LIST,
            0x7f.. => BEYOND_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Shows `look` all bytes of a text but the last, `STEP` at a time, beside those that follow them; some twice where they don't come out
/// even, and none of a text that has no more than `STEP` bytes.
pub(crate) fn in_steps(text: &[u8], mut look: impl FnMut(&[u8; STEP], &[u8; STEP])) {
    let (Some((_, front)), Some((_, next))) = (text.split_last(), text.split_first()) else { return };
    front.as_chunks().0.iter().zip(next.as_chunks().0).for_each(|(bytes, next)| look(bytes, next));
    if let (Some(bytes), Some(next)) = (front.last_chunk(), next.last_chunk()) {
        look(bytes, next);
    }
}

/// All bits of a byte, or none.
fn mask(is: bool) -> u8 {
    u8::from(is).wrapping_neg()
}

/// As `kinds`, for a text of more than `STEP` bytes.
fn kinds_in_steps(bytes: &[u8]) -> u8 {
    let [mut control, mut twice, mut markup, mut beyond] = [[0; STEP]; 4];
    in_steps(bytes, |bytes, next| {
        for at in 0..STEP {
            let byte = bytes[at];
            control[at] |= b' '.saturating_sub(byte);
            twice[at] |= mask(byte | next[at] == b' ');
            markup[at] |= mask(byte == b'<') | mask(byte == b'&');
            beyond[at] |= byte.saturating_sub(b'~');
        }
    });
    let has = |places: [u8; STEP], kind: u8| if places == [0; STEP] { 0 } else { kind };
    let last = bytes.last().map_or(0, |last| KINDS[usize::from(*last)] & !(DOUBLE_BLANK | LIST));
    has(control, CONTROL) | has(twice, DOUBLE_BLANK) | has(markup, MARKUP) | has(beyond, BEYOND_ASCII) | last
}

/// The kinds of byte in a text, but for `LIST`.
fn kinds(bytes: &[u8]) -> u8 {
    if bytes.len() > STEP { kinds_in_steps(bytes) } else { kinds_one_by_one(bytes) & !LIST }
}

/// The kinds of byte in a text of few bytes.
fn kinds_one_by_one(bytes: &[u8]) -> u8 {
    let (mut seen, mut twice, mut before) = (0, 0, 0);
    for byte in bytes {
        let kind = KINDS[usize::from(*byte)];
        seen |= kind;
        twice |= kind & before;
        before = kind;
    }
    seen & !DOUBLE_BLANK | twice & DOUBLE_BLANK
}

/// Printable ASCII with single blanks and no sign that means anything: most of all short values. `clean` and what looks for separators
/// or stars have nothing to do with them.
pub fn is_simple(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() <= STEP {
        return kinds_one_by_one(bytes) == 0;
    }
    let mut odd = [0; STEP];
    in_steps(bytes, |bytes, next| {
        for at in 0..STEP {
            let byte = bytes[at];
            odd[at] |= b' '.saturating_sub(byte) | byte.saturating_sub(b'~') | mask(byte | next[at] == b' ');
            odd[at] |= mask(byte == b'<') | mask(byte == b'&') | mask(byte == b'*') | mask(byte == b';');
        }
    });
    odd == [0; STEP] && bytes.last().is_none_or(|last| KINDS[usize::from(*last)] & !DOUBLE_BLANK == 0)
}

/// True when `clean` has nothing to do but trim. Nearly every field is.
#[inline]
fn is_plain(raw: &str) -> bool {
    let seen = kinds(raw.as_bytes());
    seen == 0 || is_plain_with(raw, seen)
}

/// `is_plain` of a text with bytes of the kinds `seen`.
fn is_plain_with(raw: &str, seen: u8) -> bool {
    let visible = |c: char| !c.is_whitespace() && !is_invisible(c);
    seen & (CONTROL | DOUBLE_BLANK) == 0
        && (seen & MARKUP == 0 || !may_hold_markup(raw))
        && (seen & BEYOND_ASCII == 0 || (memchr::memchr(0x7f, raw.as_bytes()).is_none() && beyond_ascii(raw).all(visible)))
}

/// The characters outside ASCII; runs of ASCII are passed over many bytes at a time.
pub fn beyond_ascii(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[ascii_length(rest.as_bytes())..];
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        Some(c)
    })
}

/// Length of the run of ASCII that `bytes` begin with.
fn ascii_length(bytes: &[u8]) -> usize {
    const HIGHEST_BITS: u64 = 0x8080_8080_8080_8080;
    let from = bytes.as_chunks::<{ 2 * STEP }>().0.iter().take_while(|chunk| chunk.is_ascii()).count() * 2 * STEP;
    let (words, rest) = bytes[from..].as_chunks::<8>();
    let beyond = |(n, word): (usize, &[u8; 8])| match u64::from_le_bytes(*word) & HIGHEST_BITS {
        0 => None,
        bits => Some(from + 8 * n + bits.trailing_zeros() as usize / 8),
    };
    let in_rest = || rest.iter().position(|byte| !byte.is_ascii()).map(|at| bytes.len() - rest.len() + at);
    words.iter().enumerate().find_map(beyond).or_else(in_rest).unwrap_or(bytes.len())
}

/// Length of the run of printable ASCII with single blanks in it that `text` begins with.
fn plain_run(text: &[u8]) -> usize {
    const CHUNK: usize = 4 * STEP;
    // each with the byte behind it, before which a blank may stand
    let plain =
        |from: &usize| text.get(*from..=from + CHUNK).is_some_and(|chunk| kinds(chunk) & (CONTROL | DOUBLE_BLANK | BEYOND_ASCII) == 0);
    let from = (0..).step_by(CHUNK).take_while(plain).count() * CHUNK;
    let mut end = from;
    loop {
        end += text[end..].iter().take_while(|byte| byte.is_ascii_graphic()).count();
        match text[end..] {
            [b' ', next, ..] if end > 0 && next.is_ascii_graphic() => end += 1,
            _ => return end,
        }
    }
}

/// Appends `text` with white space runs made one blank (an ideographic one where the run is nothing else) and without
/// invisible characters; nothing at either end.
fn collapse(text: &str, out: &mut String) {
    let start = out.len();
    let mut pending: Option<char> = None;
    let mut rest = text;
    while let Some(&first) = rest.as_bytes().first() {
        if first.is_ascii_graphic() {
            let length = plain_run(rest.as_bytes());
            if let Some(blank) = pending.take()
                && out.len() > start
            {
                out.push(blank);
            }
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        if c.is_whitespace() {
            pending = Some(if c == '\u{3000}' && pending.is_none_or(|p| p == c) { c } else { ' ' });
        } else if !is_invisible(c) {
            if let Some(blank) = pending.take()
                && out.len() > start
            {
                out.push(blank);
            }
            out.push(c);
        }
    }
}

fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    collapse(text, &mut out);
    out
}

/// An abstract without what the database adds at its end: `(PsycInfo Database Record (c) 2022 APA, all rights reserved)` and
/// EBSCOhost's `[ABSTRACT FROM AUTHOR]`. For reading only; what is stored keeps it.
pub fn without_database_notice(text: &str) -> &str {
    let text = text.trim_end();
    if let Some(at) = text.rfind("[ABSTRACT FROM").filter(|at| text.ends_with(']') && text.len() - at < 40) {
        return text[..at].trim_end();
    }
    let notice = text.rfind("(Psyc").filter(|at| text.ends_with(')') && text.len() - at < 120 && text[*at..].contains("Database Record"));
    notice.map_or(text, |at| text[..at].trim_end())
}

/// A text with people's e-mail addresses hidden: of each the part before the `@` becomes `…`.
pub fn without_addresses(text: &str) -> Cow<'_, str> {
    let own = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let name = before.trim_end_matches(own);
        let host = after.find(|c: char| !own(c)).unwrap_or(after.len());
        let address = name.len() < at && after[..host].trim_end_matches('.').contains('.');
        shown.push_str(if address { name } else { before });
        shown.push_str(if address { "…@" } else { "@" });
        rest = after;
    }
    if shown.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Controls, soft hyphen, zero-width blanks, direction marks, byte order marks. Joiners stay: scripts need them.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Text for matching: NFKC, lower case, Japanese spelling variants made one, blanks inside Japanese gone, dashes and quotes
/// plain. Letters of every script stay (a fold that drops non-Latin letters makes all Japanese titles equal).
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let lower = text.to_ascii_lowercase();
        return if is_plain(&lower) { lower.trim().to_owned() } else { collapsed(&lower) };
    }
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let lower = composed.to_lowercase();
    variants::unify(&collapsed(&lower))
}

/// True for kana and Han characters (with the marks that only occur among them).
pub fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{323af}')
}

/// True where any kana or Han character stands in the text.
pub fn has_japanese(text: &str) -> bool {
    beyond_ascii(text).any(is_japanese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_holds_is_seen_wherever_it_stands() {
        for length in 0..70 {
            assert_eq!(kinds(&vec![b'a'; length]), 0, "{length}");
            for at in 0..length {
                for (byte, kind) in
                    [(b'&', MARKUP), (b'<', MARKUP), (0, CONTROL), (0x1f, CONTROL), (0x7f, BEYOND_ASCII), (0xe3, BEYOND_ASCII), (b' ', 0)]
                {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    assert_eq!(kinds(&bytes), kind, "{byte} at {at} of {length}");
                }
                let mut bytes = vec![b'a'; length];
                bytes.iter_mut().skip(at).take(2).for_each(|byte| *byte = b' ');
                assert_eq!(kinds(&bytes), if at + 1 < length { DOUBLE_BLANK } else { 0 }, "{at} of {length}");
            }
        }
    }

    #[test]
    fn a_simple_text_is_one_wherever_its_signs_stand() {
        for length in 1..70 {
            for at in 0..length {
                for (byte, simple) in [(b'a', true), (b'~', true), (b',', true), (b' ', true)]
                    .into_iter()
                    .chain([b'<', b'&', b'*', b';', b'\n', 0x7f].map(|byte| (byte, false)))
                {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    assert_eq!(is_simple(&String::from_utf8_lossy(&bytes)), simple, "{byte} at {at} of {length}");
                }
                let text = ["a".repeat(at), "  ".into(), "a".repeat(length - at)].concat();
                assert!(!is_simple(&text) && !is_simple(&text.replace("  ", "é")), "{text}");
            }
        }
    }

    #[test]
    fn what_is_odd_is_found_wherever_it_stands() {
        for length in 0..140 {
            for at in 0..=length {
                let (before, behind) = ("a".repeat(at), "b".repeat(length - at));
                let text = |odd: &str| [&before, odd, &behind].concat();
                assert_eq!(beyond_ascii(&text("é")).collect::<String>(), "é", "{at} of {length}");
                assert_eq!(clean(&text("\u{ad}")), text(""), "{at} of {length}");
                assert_eq!(clean(&text(" \u{a0} ")), text(" ").trim(), "{at} of {length}");
            }
        }
    }

    #[test]
    fn addresses_are_hidden() {
        for (text, want) in [
            ("Electronic address: hana.mori@example.ac.jp.", "Electronic address: …@example.ac.jp."),
            ("(a_b+c@x.org; d@y.jp)", "(…@x.org; …@y.jp)"),
            ("at @home, a@b", "at @home, a@b"),
            ("none", "none"),
        ] {
            assert_eq!(without_addresses(text), want);
        }
    }

    #[test]
    fn cleans_odd_text() {
        for (raw, want) in [
            ("  plain ", "plain"),
            ("a  b\r\n\tc", "a b c"),
            ("Foo &amp; Bar", "Foo & Bar"),
            ("AT&T &unknown; &", "AT&T &unknown; &"),
            ("x &#x2264; 5 &le; 6 &#8804; 7", "x ≤ 5 ≤ 6 ≤ 7"),
            ("&#150;&#0;&#xD800;", "–&#0;&#xD800;"),
            ("&amp;lt;i&amp;gt;", "&lt;i&gt;"),
            ("&lt;i&gt;E. coli&lt;/i&gt;", "E. coli"),
            ("p<0.05 and a <b and c> d", "p<0.05 and a <b and c> d"),
            ("<span class=\"x\">A</span><jats:italic>b</jats:italic>", "Ab"),
            ("10<sup>5</sup> m<sup>2</sup> 10<sup>-3</sup> CO<sub>2</sub>", "10⁵ m2 10⁻³ CO2"),
            ("a<br/>b<p>c</p>", "a b c"),
            ("zero\u{200b}width\u{feff} soft\u{ad}hyphen\u{a0}nbsp", "zerowidth softhyphen nbsp"),
            ("精神\u{3000}障害", "精神\u{3000}障害"),
            ("精神\u{3000} 障害", "精神 障害"),
            ("Ａ１ ①", "Ａ１ ①"),
            ("\u{0}\u{1f}", ""),
        ] {
            assert_eq!(clean(raw), want, "{raw:?}");
        }
    }

    #[test]
    fn blocks_keep_paragraphs() {
        assert_eq!(block("A: b\r\n\r\n  C:  d \n"), "A: b\nC: d");
        assert_eq!(block("<p>one</p><p>two</p>"), "one\ntwo");
        assert_eq!(block("x"), "x");
        assert_eq!(block("one\u{a0}\u{200b}line of é"), "one line of é");
        for end in ["\n", "\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(block(&["one\u{a0}a", end, "two"].concat()), "one a\ntwo", "{end:?}");
        }
        assert_eq!(
            block("We asked fifty-two nurses whether\n   people came.\nMETHODS\nTwo."),
            "We asked fifty-two nurses whether people came.\nMETHODS\nTwo."
        );
        assert_eq!(
            block("本研究は地域で暮らす精神障害者への支援の\n実態を明らかにする。\n方法：面接"),
            "本研究は地域で暮らす精神障害者への支援の実態を明らかにする。\n方法：面接"
        );
    }

    #[test]
    fn a_database_notice_is_taken_off_the_end_only() {
        for (text, wanted) in [
            ("It helps. (PsycInfo Database Record (c) 2022 APA, all rights reserved)", "It helps."),
            ("It helps. (PsycINFO Database Record (c) 2016 APA, all rights reserved) ", "It helps."),
            ("It helps. [ABSTRACT FROM AUTHOR]", "It helps."),
            ("(Psychosis) was common (see below)", "(Psychosis) was common (see below)"),
            ("患者は回復した。", "患者は回復した。"),
            ("", ""),
        ] {
            assert_eq!(without_database_notice(text), wanted);
        }
    }

    #[test]
    fn folds_for_matching() {
        for (a, b) in [
            ("ケースマネジメント", "ケースマネージメント"),
            ("ｹｰｽﾏﾈｼﾞﾒﾝﾄ", "ケースマネジメント"),
            ("ケースマネ\nジメント", "ケースマネジメント"),
            ("精神障がい者", "精神障碍者"),
            ("精神障害者", "精神障がい者"),
            ("髙橋", "高橋"),
            ("山﨑", "山崎"),
            ("國際學會", "国際学会"),
            ("○と〇", "〇と○"),
            ("ＡＢＣ１２", "abc12"),
            ("フィールド", "フイールド"),
            ("Self\u{2010}Help", "self-help"),
            ("don\u{2019}t", "don't"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} / {b}");
        }
        assert_ne!(fold("看護"), fold("介護"));
        assert_ne!(fold("精神"), "");
        assert_eq!(fold("Case  Management"), "case management");
        assert_eq!(fold("精神 case 障害"), "精神 case 障害");
    }
}
