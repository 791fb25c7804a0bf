//! A title → what to compare: variants, numbers, and the marks (erratum, reply, part …) that tell look-alikes apart.
//!
//! One rule: marks are taken off the text and remembered; a title that is nothing but marks keeps its text.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::{
    fold::{fold, hash32, hash64, is_cjk},
    marks::{self, Marks, Notice},
    place::roman,
};

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
static COLUMN_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    "abstracts acknowledgement acknowledgements address and announcement announcements author authors book books \
     calendar column comment commentary comments contents correspondence desk discussion editor editorial editors \
     foreword from guest in index introduction issue letter letters message news note notes obituary of preface \
     president remarks reply response review reviewers reviews special table the this to welcome"
        .split(' ')
        .collect()
});
const COLUMNS_JAPANESE: [&str; 10] =
    ["巻頭言", "編集後記", "書評", "はじめに", "特集にあたって", "序文", "目次", "索引", "お知らせ", "学会記事"];

/// Bytes of the longest title that is looked at for being a column's.
const COLUMN_MAX: usize = 60;

fn is_column(folded: &str) -> bool {
    folded.len() <= COLUMN_MAX && (folded.split(' ').all(|word| COLUMN_WORDS.contains(word)) || COLUMNS_JAPANESE.contains(&folded))
}

/// Reads the title and, where there is one, the title in the other language.
pub fn title(main: &str, other: &str) -> Title {
    let mut result = Title::default();
    let mut parts = Vec::new();
    for (i, text) in [main, other].into_iter().enumerate() {
        let mut marks = Marks::default();
        let core = marks::strip(text, &mut marks);
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
        variants.reserve_exact(1); // most titles have one
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
    let mut words = folded.split(' ').peekable();
    let mut before = "";
    while let Some(word) = words.next() {
        let mut digits = word.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty()).peekable();
        if digits.peek().is_some() {
            found.extend(digits.filter_map(|d| d[..d.len().min(9)].parse::<u32>().ok()));
        } else if word.len() <= 5
            && (word.len() > 1 && word != "mix" && word != "vi" || words.peek().is_none() || NUMBERED.contains(&before))
        {
            found.extend(roman(word).filter(|n| *n < 40 && (word.len() > 1 || *n < 11)));
        }
        found.extend(counted(word));
        found.extend(behind_kanji(word));
        if let [letter @ b'a'..=b'z'] = word.as_bytes()
            && !matches!(letter, b'i' | b'v' | b'x') // numbers already
            && LETTERED.contains(&before)
        {
            found.push(LETTER_BASE + u32::from(*letter));
        }
        before = word;
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
