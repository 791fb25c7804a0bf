//! What stands in a title and is not its text: the kind of notice, a language, a label of an event, a reference to another article.
//!
//! One rule: a mark is taken off and remembered; where too little would be left, it is text.

use memchr::memmem::Finder;
use std::sync::LazyLock;

use super::fold::strip_markup;

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

/// What was found.
#[derive(Default)]
pub struct Marks {
    pub notice: Notice,
    /// In square brackets or marked with a language.
    pub translated: bool,
    /// A volume-and-page reference stood in the title.
    pub refers: bool,
    /// A label of an event was taken out.
    pub event: bool,
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

/// The title without its marks.
pub fn strip(text: &str, marks: &mut Marks) -> String {
    let mut core = if text.contains(['<', '&']) { strip_markup(text).trim().to_owned() } else { text.trim().to_owned() };
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

/// Characters that must follow the name of a feature for it to be one.
const FEATURE_REST_MIN: usize = 8;

/// Takes the name of the feature off, `【地域移行の現在】 …`, if a title follows it.
fn strip_feature(core: &mut String) {
    if let Some((_, rest)) = core.strip_prefix('【').and_then(|inside| inside.split_once('】'))
        && rest.chars().count() >= FEATURE_REST_MIN
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
    while let Some(open) = memchr::memchr2(b'(', b'[', &core.as_bytes()[from..]).map(|at| from + at) {
        let Some(close) = memchr::memchr2(b')', b']', &core.as_bytes()[open..]).map(|at| open + at) else { return };
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
