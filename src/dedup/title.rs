//! A title → what to compare: variants, numbers, and the marks (erratum, reply, part …) that tell look-alikes apart.
//!
//! One rule: marks are taken off the text and remembered; a title that is nothing but marks keeps its text.

use memchr::memmem::Finder;
use std::sync::LazyLock;

use super::{
    fold::{fold, hash32, hash64, is_cjk},
    place::roman,
};

/// What a title says the item is, beside an ordinary article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Notice {
    #[default]
    None,
    Erratum,
    Retraction,
    Comment,
    Reply,
    Protocol,
    Review,
}

/// One reading of a title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// Folded text.
    pub text: String,
    /// Hash of the text without spaces; never 0.
    pub key: u64,
    /// Hashes of words, and of character pairs of Japanese runs; sorted, without repeats.
    pub words: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The whole title first; then its main part, the other side of `=`, the title in the other language.
    pub variants: Vec<Variant>,
    /// How many of `variants` are whole titles (they stand first).
    pub whole: usize,
    /// Numbers in the whole title, sorted: digits, roman numbers, 第2報.
    pub numbers: Vec<u32>,
    pub notice: Notice,
    /// In square brackets or marked with a language: the title is the database's translation.
    pub translated: bool,
    /// A volume-and-page reference stands in the title: an erratum or reply to what it names.
    pub refers: bool,
    /// A label of an event stood in brackets: `(tutorial)`, `(demo abstract)`.
    pub event: bool,
    /// Nothing but the name of a column: `Editorial`, `Guest editor's introduction`, `巻頭言`.
    pub column: bool,
    /// Main script is Japanese (or Chinese, Korean).
    pub cjk: bool,
    /// Main script is neither Latin nor Japanese (Cyrillic, Greek, Arabic …).
    pub foreign: bool,
    /// Any variant is in Latin script.
    pub latin: bool,
}

/// Shortest main part (before a colon, in letters) that counts as a title of its own.
const MAIN_PART_MIN: usize = 24;
const MAIN_PART_MIN_CJK: usize = 8;

/// Titles that stand for a missing one.
const NO_TITLE: [&str; 8] =
    ["unknown", "untitled", "no title", "no title available", "title not available", "na", "not available", "題名不明"];

/// Words of which the names of columns are made.
const COLUMN_WORDS: &str = "abstracts acknowledgement acknowledgements address and announcement announcements author authors book books \
    calendar column comment commentary comments contents correspondence desk discussion editor editorial editors \
    foreword from guest in index introduction issue letter letters message news note notes obituary of preface \
    president remarks reply response review reviewers reviews special table the this to welcome";
const COLUMNS_JAPANESE: [&str; 10] =
    ["巻頭言", "編集後記", "書評", "はじめに", "特集にあたって", "序文", "目次", "索引", "お知らせ", "学会記事"];

/// Bytes of the longest title that is looked at for being a column's.
const COLUMN_MAX: usize = 60;

fn is_column(folded: &str) -> bool {
    let named = |word: &str| COLUMN_WORDS.split(' ').any(|w| w == word);
    folded.len() <= COLUMN_MAX && (folded.split(' ').all(named) || COLUMNS_JAPANESE.contains(&folded))
}

/// Reads the title and, where there is one, the title in the other language.
pub fn title(main: &str, other: &str) -> Title {
    let mut result = Title::default();
    let mut parts = Vec::new();
    for (i, text) in [main, other].into_iter().enumerate() {
        let mut marks = Marks::default();
        let core = strip_marks(text, &mut marks);
        let folded = without_article(fold(&core));
        if folded.is_empty() || NO_TITLE.contains(&folded.as_str()) {
            continue;
        }
        if i == 0 || result.variants.is_empty() {
            result.notice = marks.notice;
            result.translated = marks.translated;
            result.refers = marks.refers;
            result.event = marks.event;
            result.numbers = numbers(&folded);
            result.numbers.extend(volume_mark(&core));
            result.numbers.sort_unstable();
            result.column = is_column(&folded);
            let cjk = if folded.is_ascii() { 0 } else { folded.chars().filter(|c| is_cjk(*c)).count() };
            let letters = |wanted: bool| folded.chars().filter(|c| c.is_alphabetic() && c.is_ascii() == wanted).count();
            result.foreign = cjk == 0 && !folded.is_ascii() && letters(false) > letters(true);
            result.cjk = cjk > 0 && cjk * 3 >= folded.chars().filter(|c| !c.is_ascii_digit() && *c != ' ').count();
        }
        push_variant(&mut result.variants, folded);
        if let Some((left, right)) = both_languages(&core) {
            push_variant(&mut result.variants, without_article(fold(left)));
            push_variant(&mut result.variants, without_article(fold(right)));
        }
        split_parts(&core, &mut parts);
    }
    result.whole = result.variants.len();
    for part in parts {
        push_variant(&mut result.variants, part);
    }
    result.latin = result.variants.iter().any(|v| v.text.bytes().filter(u8::is_ascii_alphabetic).count() * 3 > v.text.chars().count());
    result
}

/// Databases put a leading article in, leave it out or move it: it tells nothing.
fn without_article(folded: String) -> String {
    match ["the ", "a ", "an "].iter().find_map(|article| folded.strip_prefix(article)) {
        Some(rest) if rest.contains(' ') => rest.to_owned(),
        _ => folded,
    }
}

fn push_variant(variants: &mut Vec<Variant>, text: String) {
    let key = key_of(&text);
    if !text.is_empty() && variants.iter().all(|v| v.key != key) {
        let words = words_of(&text);
        variants.push(Variant { text, key, words });
    }
}

/// Hash of a folded text without its spaces.
pub fn key_of(folded: &str) -> u64 {
    let compact: Vec<u8> = folded.bytes().filter(|b| *b != b' ').collect();
    hash64(&compact).max(1)
}

/// Word hashes; Japanese runs give overlapping pairs of characters, so that no segmentation is needed.
pub fn words_of(folded: &str) -> Vec<u32> {
    let mut words = Vec::with_capacity(folded.len() / 6 + 1);
    for word in folded.split(' ').filter(|w| !w.is_empty()) {
        if word.is_ascii() {
            words.push(hash32(word));
            continue;
        }
        let chars: Vec<char> = word.chars().collect();
        if !chars.iter().any(|c| is_cjk(*c)) || chars.len() == 1 {
            words.push(hash32(word));
            continue;
        }
        let mut buffer = String::with_capacity(8);
        for pair in chars.windows(2) {
            buffer.clear();
            buffer.extend(pair);
            words.push(hash32(&buffer));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// A title and its original in one field, as Scopus writes them: `Roles of nurses; [Rollen …]`, `Roles of nurses [Rollen …]`.
fn both_languages(core: &str) -> Option<(&str, &str)> {
    let to_the_end = |(_, right): &(&str, &str)| !right.contains(']'); // the last bracket is off already
    let (left, right) = core.split_once("; [").or_else(|| core.split_once(" [").filter(to_the_end))?;
    let enough = |text: &str| text.chars().count() >= MAIN_PART_MIN_CJK && (!text.is_ascii() || text.split(' ').count() >= 3);
    (enough(left) && enough(right) && !right.contains('[')).then_some((left, right))
}

/// Adds the parts that may stand alone: before a colon or full stop, each side of ` = `.
fn split_parts(core: &str, parts: &mut Vec<String>) {
    if core.contains('=')
        && let Some((left, right)) = core.split_once(" = ")
    {
        parts.extend([without_article(fold(left)), without_article(fold(right))]);
    }
    let cut = core.char_indices().skip(1).find(|(at, c)| ends_main_part(*c, &core[at + c.len_utf8()..], &core[..*at])).map(|(at, _)| at);
    if let Some(at) = cut {
        let main = without_article(fold(&core[..at]));
        let letters = main.chars().count();
        let least = if main.chars().any(is_cjk) { MAIN_PART_MIN_CJK } else { MAIN_PART_MIN };
        if letters >= least {
            parts.push(main);
        }
    }
}

/// Whether a mark ends the main part of a title: a colon, full stop or question mark before a blank, a dash between blanks.
fn ends_main_part(mark: char, after: &str, before: &str) -> bool {
    match mark {
        ':' | '.' | '?' => after.starts_with(' '),
        '-' | '\u{2013}' | '\u{2014}' => before.ends_with(' ') && (after.starts_with(' ') || after.starts_with("- ")),
        '：' | '―' | '〜' | '～' => true,
        _ => false,
    }
}

#[derive(Default)]
struct Marks {
    notice: Notice,
    translated: bool,
    refers: bool,
    event: bool,
}

/// Prefixes (folded to lower case) that say what the item is. Longest first within a kind.
const PREFIXES: [(&str, Notice); 46] = [
    ("erratum", Notice::Erratum),
    ("errata", Notice::Erratum),
    ("corrigendum", Notice::Erratum),
    ("corrigenda", Notice::Erratum),
    ("author correction", Notice::Erratum),
    ("publisher correction", Notice::Erratum),
    ("publishers correction", Notice::Erratum),
    ("correction to", Notice::Erratum),
    ("correction:", Notice::Erratum),
    ("corrections to", Notice::Erratum),
    ("addendum", Notice::Erratum),
    ("訂正", Notice::Erratum),
    ("正誤", Notice::Erratum),
    ("retraction note", Notice::Retraction),
    ("retraction notice", Notice::Retraction),
    ("retraction of", Notice::Retraction),
    ("retraction:", Notice::Retraction),
    ("notice of retraction", Notice::Retraction),
    ("notice of withdrawal", Notice::Retraction),
    ("withdrawal notice", Notice::Retraction),
    ("expression of concern", Notice::Retraction),
    ("editorial expression of concern", Notice::Retraction),
    ("statement of retraction", Notice::Retraction),
    ("comment on", Notice::Comment),
    ("comments on", Notice::Comment),
    ("comment to", Notice::Comment),
    ("comment:", Notice::Comment),
    ("commentary on", Notice::Comment),
    ("editorial comment", Notice::Comment),
    ("commentary:", Notice::Comment),
    ("invited comment", Notice::Comment),
    ("invited discussion", Notice::Comment),
    ("re:", Notice::Comment),
    ("letter to the editor", Notice::Comment),
    ("letter regarding", Notice::Comment),
    ("letter by", Notice::Comment),
    ("reply to", Notice::Reply),
    ("reply:", Notice::Reply),
    ("reply.", Notice::Reply),
    ("in reply", Notice::Reply),
    ("response to", Notice::Reply),
    ("response by", Notice::Reply),
    ("author reply", Notice::Reply),
    ("author response", Notice::Reply),
    ("authors reply", Notice::Reply),
    ("authors response", Notice::Reply),
];

/// The same behind a colon, full stop or dash at the end: `"Title": Correction`.
const ENDINGS: [(&str, Notice); 8] = [
    ("correction", Notice::Erratum),
    ("corrections", Notice::Erratum),
    ("erratum", Notice::Erratum),
    ("corrigendum", Notice::Erratum),
    ("retraction", Notice::Retraction),
    ("comment", Notice::Comment),
    ("authors reply", Notice::Reply),
    ("response", Notice::Reply),
];

/// Where the title ends before a last `word` that stands alone behind a mark.
fn ending(lower: &str, word: &str) -> Option<usize> {
    let rest = lower.strip_suffix(word)?.trim_end_matches([' ', '"', '\u{201d}']);
    let cut = rest.trim_end_matches([':', '.', '-', '\u{2013}', '\u{2014}', ' ']);
    (cut.len() < rest.len() && cut.len() > 20).then(|| cut.trim_end_matches(['"', '\u{201d}', ',', ' ']).len())
}

/// Labels that say nothing about which item it is: taken off.
const LABELS: [&str; 9] =
    ["retracted article", "retracted", "withdrawn", "original article", "research article", "original", "原著", "総説", "資料"];

const LANGUAGES: [&str; 22] = [
    "japanese",
    "french",
    "german",
    "spanish",
    "chinese",
    "russian",
    "italian",
    "polish",
    "portuguese",
    "dutch",
    "korean",
    "czech",
    "turkish",
    "danish",
    "swedish",
    "norwegian",
    "hungarian",
    "hebrew",
    "ukrainian",
    "serbian",
    "croatian",
    "english",
];

/// Words looked for anywhere in a title.
static INNER: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| ["correction to ", "protocol", "book review"].map(Finder::new));

fn strip_marks(text: &str, marks: &mut Marks) -> String {
    let mut core = if text.contains(['<', '&']) { super::fold::strip_markup(text).trim().to_owned() } else { text.trim().to_owned() };
    strip_feature(&mut core);
    strip_tail(&mut core, marks);
    if core.starts_with(['[', '［', '【']) && core.ends_with([']', '］', '】']) {
        marks.translated = true;
        core = core.trim_matches(['[', ']', '［', '］', '【', '】', ' ', '.']).to_owned();
    }
    strip_tail(&mut core, marks);
    strip_event(&mut core, marks);
    strip_prefix(&mut core, marks);
    let lower = core.to_ascii_lowercase();
    let [correction, protocol, book_review] = &*INNER;
    if let Some((rest, notice)) = ENDINGS.iter().find_map(|(word, notice)| Some((ending(&lower, word)?, *notice))) {
        marks.notice = notice;
        core.truncate(rest);
    } else if lower.ends_with("reply") && lower.trim_end_matches("reply").ends_with(['-', ' ', '.']) && core.len() > 20 {
        marks.notice = Notice::Reply;
        core.truncate(core.len() - "reply".len());
    } else if let Some(at) = correction.find(lower.as_bytes()).filter(|at| *at > 15) {
        marks.notice = Notice::Erratum;
        core.truncate(at);
    } else if let Some(at) = protocol.find(lower.as_bytes()) {
        let around = (&lower[..at], &lower[at..]);
        if around.0.ends_with("study ")
            || around.1.starts_with("protocol for a")
            || around.1.starts_with("protocol of a")
            || around.1 == "protocol"
        {
            marks.notice = marks.notice.max(Notice::Protocol);
        }
    } else if book_review.find(lower.as_bytes()).is_some() {
        marks.notice = marks.notice.max(Notice::Review);
    }
    core.trim_matches([' ', '.', '-', ':', '[', ']', '*']).to_owned()
}

/// Takes the name of the feature off, `【地域移行の現在】 …`, if a title follows it.
fn strip_feature(core: &mut String) {
    if let Some((_, rest)) = core.strip_prefix('【').and_then(|inside| inside.split_once('】'))
        && rest.chars().count() >= MAIN_PART_MIN_CJK
    {
        *core = rest.trim_start().to_owned();
    }
}

/// Words of which a bracket that only labels the event is made.
const EVENT_WORDS: &str = "abstract demo demonstration extended full industrial industry invited keynote lecture oral only panel paper \
    plenary poster presentation program session short speech summary symposium talk tutorial workshop";

fn is_event(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some() && words.all(|w| EVENT_WORDS.split(' ').any(|e| w.eq_ignore_ascii_case(e)))
}

/// Takes a label of nothing but [`EVENT_WORDS`] out: a bracket, wherever it stands (`Index research (panel session): forest or trees?`),
/// or before a colon (`Tutorial: data access`).
fn strip_event(core: &mut String, marks: &mut Marks) {
    if core.contains(':')
        && let Some((head, rest)) = core.split_once(": ")
        && is_event(head)
        && rest.len() >= EVENT_REST_MIN
    {
        *core = rest.to_owned();
        marks.event = true;
    }
    let mut from = 0;
    while let Some(open) = core[from..].find(['(', '[']).map(|at| from + at) {
        let Some(close) = core[open..].find([')', ']']).map(|at| open + at) else { return };
        if is_event(&core[open + 1..close]) && core.len() - (close + 1 - open) >= EVENT_REST_MIN {
            let head = core[..open].trim_end().len();
            core.replace_range(head..close + 1, "");
            marks.event = true;
            from = head;
        } else {
            from = close + 1;
        }
    }
}

/// Bytes that a title must keep when a label is taken out.
const EVENT_REST_MIN: usize = 8;

/// The nearest character boundary at or below `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// Bytes at the end of a title in which a language may be named.
const TAIL: usize = 32;

/// Takes trailing brackets off that are not part of a title: `[33 refs]`, `[Japanese]`, `(vol 3, pg 5)`, `[abstract no: 12]`, `LA: Chi`.
fn strip_tail(core: &mut String, marks: &mut Marks) {
    for _ in 0..4 {
        let trimmed = core.trim_end_matches(['.', ' ', '*']).len();
        core.truncate(trimmed);
        let tail = floor(core, core.len().saturating_sub(TAIL));
        if let Some(at) = core[tail..].rfind(" LA: ").map(|at| tail + at).filter(|at| core.len() - at <= 10) {
            core.truncate(at);
            marks.translated = true;
            continue;
        }
        if let Some(at) = core[tail..].rfind(". ").map(|at| tail + at).filter(|at| is_language(&core[at + 2..])) {
            core.truncate(at);
            marks.translated = true;
            continue;
        }
        let Some(close) = core.chars().next_back().filter(|c| matches!(c, ']' | ')' | '）')) else { break };
        let open = if close == ']' {
            '['
        } else if close == ')' {
            '('
        } else {
            '（'
        };
        let Some(at) = core.rfind(open).filter(|at| *at > 0) else { break };
        let inside = core[at + open.len_utf8()..core.len() - close.len_utf8()].to_lowercase();
        let notice = ENDINGS.iter().find(|(word, _)| inside == *word || inside.starts_with("response to ") && *word == "response");
        if is_language(&inside) || inside.contains("transl") {
            marks.translated = true;
        } else if let Some((_, notice)) = notice {
            marks.notice = *notice;
        } else if inside.starts_with("retracted article") {
            // where the retraction stands, not what this item is
        } else if inside.contains("vol ") && inside.contains("pg ") || inside.starts_with("vol. ") {
            marks.refers = true;
        } else if !(inside.contains(" refs")
            || inside.starts_with("abstract")
            || inside.contains("erratum appears")
            || inside.contains("letter")
            || is_bare_number(&inside) && close == ']'
            || inside.starts_with("review")
            || inside == "references"
            || inside.starts_with("see comment")
            || inside.starts_with("editorial")
            || inside.starts_with("retracted")
            || inside == "会議録"
            || inside.starts_with("特集")
            || close == ']' && core[..at].ends_with("- "))
        {
            break;
        }
        core.truncate(at);
    }
}

fn is_bare_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_language(text: &str) -> bool {
    let lower = text.trim().trim_matches(['(', ')', '[', ']', '.']).to_lowercase();
    let lower = lower.strip_prefix("in ").unwrap_or(&lower);
    LANGUAGES.contains(&lower) || matches!(lower, "英語" | "日本語" | "中国語" | "韓国語" | "ドイツ語" | "フランス語")
}

/// Characters at the beginning in which a prefix is looked for.
const PREFIX_LIMIT: usize = 32;

fn strip_prefix(core: &mut String, marks: &mut Marks) {
    let lower: String =
        core.chars().take(PREFIX_LIMIT).filter(|c| !matches!(c, '\'' | '\u{2019}')).map(|c| c.to_ascii_lowercase()).collect();
    if let Some(label) = LABELS.iter().find(|l| lower.starts_with(*l) && lower[l.len()..].starts_with([':', '.', ']', '】', '：'])) {
        let rest = core[label.len()..].trim_start_matches([':', '.', ']', '】', '：', ' ']).to_owned();
        if rest.chars().count() > 8 {
            *core = rest;
            return;
        }
    }
    let first = lower.as_bytes().first();
    if let Some((prefix, notice)) = PREFIXES.iter().find(|(p, _)| p.as_bytes().first() == first && lower.starts_with(p)) {
        marks.notice = *notice;
        let apostrophes: usize = core.chars().take(prefix.len() + 2).filter(|c| matches!(c, '\'' | '\u{2019}')).map(char::len_utf8).sum();
        let rest = core[floor(core, prefix.len() + apostrophes)..]
            .trim_start_matches([':', '.', ' ', '-', '\u{2013}', '\u{2014}', '\u{201c}', '"', '：']);
        let rest = strip_words(rest, &["to:", "to ", "to-", "for:", "in:", "of:", "on:", "of ", "on "]);
        if rest.chars().filter(|c| c.is_alphanumeric()).count() > 8 {
            *core = rest.to_owned();
        }
    }
}

fn strip_words<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let text = text.trim_start();
    match words.iter().find(|w| text.len() > w.len() && text.is_char_boundary(w.len()) && text[..w.len()].eq_ignore_ascii_case(w)) {
        Some(word) => text[word.len()..].trim_start_matches([' ', ':', '-', '\u{201c}', '"', '\'']),
        None => text,
    }
}

/// Words after which `i`, `v`, `x` are numbers.
const NUMBERED: [&str; 16] = [
    "part", "phase", "type", "study", "stage", "class", "grade", "chapter", "group", "factor", "section", "report", "volume", "no",
    "trial", "level",
];

/// Words after which a single letter tells two apart: `hepatitis B`, `Case A`. Letters count as numbers from [`LETTER_BASE`] on.
const LETTERED: [&str; 11] = ["appendix", "case", "factor", "group", "hepatitis", "influenza", "panel", "paper", "part", "type", "vitamin"];
const LETTER_BASE: u32 = 1_000_000_000;

/// The numbers of a folded title, sorted, with repeats.
fn numbers(folded: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let words: Vec<&str> = folded.split(' ').collect();
    for (i, word) in words.iter().enumerate() {
        let mut digits = word.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty()).peekable();
        if digits.peek().is_some() {
            found.extend(digits.filter_map(|d| d[..d.len().min(9)].parse::<u32>().ok()));
        } else if word.len() <= 5
            && (word.len() > 1 && *word != "mix" && *word != "vi" || i + 1 == words.len() || i > 0 && NUMBERED.contains(&words[i - 1]))
        {
            found.extend(roman(word).filter(|n| *n < 40 && (word.len() > 1 || *n < 11)));
        }
        found.extend(counted(word));
        found.extend(behind_kanji(word));
        if let [letter @ b'a'..=b'z'] = word.as_bytes()
            && !matches!(letter, b'i' | b'v' | b'x') // numbers already
            && i > 0
            && LETTERED.contains(&words[i - 1])
        {
            found.push(LETTER_BASE + u32::from(*letter));
        }
    }
    found.sort_unstable();
    found
}

/// 第二報 → 2 (digits are found anyway).
fn counted(word: &str) -> Option<u32> {
    if word.is_ascii() {
        return None;
    }
    const DIGITS: &str = "一二三四五六七八九";
    let after = word.split('第').nth(1)?;
    let digit = after.chars().next()?;
    DIGITS.chars().position(|c| c == digit).map(|n| n as u32 + 1)
}

/// `看護の歴史（上）`, `（前編）`: the part of a series, as a number of its own kind.
fn volume_mark(core: &str) -> Option<u32> {
    const PARTS: [&str; 9] = ["上", "中", "下", "前編", "中編", "後編", "前篇", "中篇", "後篇"];
    let inside = core.split(['(', '（']).skip(1).filter_map(|part| part.split([')', '）']).next());
    inside.filter_map(|text| PARTS.iter().position(|p| *p == text)).next().map(|at| LETTER_BASE + 100 + at as u32 % 3)
}

/// `価格理論ii` → 2: a roman number that stands at the end of a Japanese word.
fn behind_kanji(word: &str) -> Option<u32> {
    let tail = word.trim_start_matches(|c: char| !c.is_ascii());
    (tail.len() < word.len()).then(|| roman(tail)).flatten().filter(|n| *n < 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> (String, Notice, bool) {
        let t = title(text, "");
        (t.variants[0].text.clone(), t.notice, t.translated)
    }

    #[test]
    fn takes_marks_off() {
        assert_eq!(first("[Clinical aspects of the complement system]. [Japanese]").0, "clinical aspects of the complement system");
        assert!(first("Clinical aspects of the complement system. [Japanese]").2);
        assert_eq!(first("Erratum to: Severe deficiency of the protease (vol 3, pg 5, 2003)").0, "severe deficiency of the protease");
        assert_eq!(first("Atypical hemolytic uremic syndrome - Reply").1, Notice::Reply);
        assert_eq!(first("RETRACTED: A trial of something").1, Notice::None);
        assert_eq!(first("A trial of something (multiple letters) [1]").0, "trial of something");
        assert_eq!(first("Index research (panel session): forest or trees?").0, "index research forest or trees");
        assert_eq!(first("A view (of the lake) from the house").0, "view of the lake from the house");
        assert_eq!(first("The lancet").0, "the lancet");
        assert_eq!(first("Erratum").0, "erratum");
    }

    #[test]
    fn finds_numbers() {
        assert_eq!(title("Stress and coping: Part II", "").numbers, [2]);
        assert_eq!(title("Effects in type I diabetes of 5-HT(2A)", "").numbers, [1, 2, 5]);
        assert_eq!(title("看護師の役割（第二報）", "").numbers, [2]);
        assert_eq!(title("I was there", "").numbers, Vec::<u32>::new());
        assert_ne!(title("A firm: Case A", "").numbers, title("A firm: Case B", "").numbers);
        assert!(title("Guest Editor's Introduction", "").column && !title("Editorial independence", "").column);
    }

    #[test]
    fn marks_alone_are_text_and_unknown_is_none() {
        assert!(title("UNKNOWN", "").variants.is_empty());
        assert!(title("...", "").variants.is_empty());
        assert_eq!(title("Editorial", "").variants.len(), 1);
    }

    #[test]
    fn japanese_words_are_pairs_of_characters() {
        assert_eq!(words_of("看護師act").len(), 5);
        assert!(title("看護師の役割", "Roles of nurses").cjk);
    }
}
