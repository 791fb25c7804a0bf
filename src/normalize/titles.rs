//! What databases hang on titles: brackets of translated titles, 医中誌's types and languages, `[References]`.
//! One rule: display keeps the words of the title; what is taken off is handed back, never dropped.

use super::{language, text};

/// Article types that 医中誌 writes behind a title (help.jamas.or.jp, 論文種類).
const ICHUSHI_TYPES: &[&str] = &[
    "会議録",
    "原著論文",
    "総説",
    "解説",
    "症例報告",
    "図説",
    "座談会",
    "講義",
    "一般",
    "Q&A",
    "レター",
    "原著",
    "短報",
    "資料",
    "比較研究",
    "抄録",
    "特集",
    "会議録/症例報告",
    "原著論文/症例報告",
    "事例",
    "書評",
    "コラム",
];

/// Notes that databases put in brackets behind English titles.
const BRACKETED_NOTES: &[&str] = &[
    "references",
    "article",
    "conference abstract",
    "review",
    "letter",
    "editorial",
    "note",
    "erratum",
    "abstract",
    "correction",
    "conference paper",
    "short survey",
    "press release",
    "retracted article",
    "retraction",
    "book review",
    "comment",
];

/// A title taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    pub text: String,
    /// It stood in brackets: a translation of a title in another language.
    pub translated: bool,
    /// Article types found behind it (`会議録`).
    pub types: Vec<String>,
    /// Language found behind it, as ISO 639-1.
    pub language: Option<String>,
}

/// Takes brackets, types and languages off a title: `[Hikikomori in Japan].` → translated; `…の1例(会議録)` → type;
/// `…(英語)` → language. Other parentheses are part of the title.
pub fn parse(raw: &str) -> Title {
    let mut title = Title { text: text::clean(raw).into_owned(), ..Title::default() };
    while let Some((rest, inner)) = last_group(&title.text) {
        let inner = inner.trim();
        if is_ichushi_type(inner) {
            title.types.insert(0, inner.to_owned());
        } else if text::has_japanese(inner)
            && let Some(code) = language::lookup(inner)
        {
            title.language = Some(code.to_owned());
        } else {
            break;
        }
        title.text = rest.trim_end().to_owned();
    }
    if let Some(inner) = unbracketed(&title.text) {
        title.text = inner;
        title.translated = true;
    }
    title
}

fn is_ichushi_type(inner: &str) -> bool {
    let inner = inner.replace(['／', '・'], "/");
    ICHUSHI_TYPES.contains(&inner.as_str()) || inner.split('/').all(|part| ICHUSHI_TYPES.contains(&part))
}

/// The rest and the inside of a parenthesis that ends the text.
fn last_group(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end_matches(['.', '。', ' ']);
    let (open, close) = if text.ends_with(')') { ('(', ')') } else { ('（', '）') };
    let body = text.strip_suffix(close)?;
    let at = body.rfind(open)?;
    Some((&body[..at], &body[at + open.len_utf8()..])).filter(|(rest, _)| !rest.trim().is_empty())
}

/// The inside of `[…]` or `[….]`, where the brackets enclose the whole.
fn unbracketed(text: &str) -> Option<String> {
    let inner = text.trim_end_matches(['.', ' ']).strip_prefix('[')?.strip_suffix(']')?;
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += i32::from(c == '[') - i32::from(c == ']');
        if depth < 0 {
            return None;
        }
    }
    Some(inner.trim().to_owned()).filter(|inner| !inner.is_empty())
}

/// 医中誌's `日本語の題(English title)`, and `English title(日本語の題)` of an article in another language: both titles as they stand;
/// `None` where the parenthesis is not a title of its own.
pub fn bilingual(raw: &str) -> Option<(String, String)> {
    let title = text::clean(raw);
    let (rest, inner) = last_balanced_group(&title)?;
    let foreign = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        !text::has_japanese(text) && letters >= 12 && text.split_whitespace().count() >= 3
    };
    let translated = text::has_japanese(inner) && inner.chars().count() >= 6;
    let both = (text::has_japanese(rest) && foreign(inner)) || (foreign(rest) && translated);
    both.then(|| (rest.trim_end().to_owned(), inner.trim().to_owned()))
}

/// Like `last_group`, for a group that holds parentheses itself.
fn last_balanced_group(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end_matches(['.', '。', ' ']);
    let mut depth = 0i32;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            let last = text.chars().next_back().map_or(0, char::len_utf8);
            return Some((&text[..at], text.get(at + c.len_utf8()..text.len() - last)?));
        }
    }
    None
}

/// A title for comparison: brackets, `[References]`, types and languages, final stops gone, folded, only letters and digits
/// of any script kept, one blank between words.
pub fn key(raw: &str) -> String {
    let mut title = parse(raw).text;
    while let Some(rest) = without_note(&title) {
        title = rest;
    }
    if let Some(inner) = unbracketed(&title) {
        title = inner;
    }
    let folded = text::fold(&title);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') && c != '\'' {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn without_note(title: &str) -> Option<String> {
    let body = title.trim_end_matches(['.', ' ']).strip_suffix(']')?;
    let at = body.rfind('[')?;
    let note = body[at + 1..].trim().to_lowercase();
    let rest = body[..at].trim_end();
    (BRACKETED_NOTES.contains(&note.as_str()) && !rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_titles_apart() {
        for (raw, text, translated, types, language) in [
            ("[Hikikomori in Japan].", "Hikikomori in Japan", true, "", None),
            ("[A] and [B]", "[A] and [B]", false, "", None),
            ("急性心筋梗塞に伴う乳頭筋断裂の1例(会議録)", "急性心筋梗塞に伴う乳頭筋断裂の1例", false, "会議録", None),
            ("看護の質（原著論文/症例報告）(英語)", "看護の質", false, "原著論文/症例報告", Some("en")),
            ("Effects (a pilot study)", "Effects (a pilot study)", false, "", None),
            ("在宅支援(第2報)", "在宅支援(第2報)", false, "", None),
            ("(会議録)", "(会議録)", false, "", None),
            ("", "", false, "", None),
        ] {
            let title = parse(raw);
            assert_eq!(
                (title.text.as_str(), title.translated, title.types.join(","), title.language.as_deref()),
                (text, translated, types.to_owned(), language),
                "{raw}"
            );
        }
    }

    #[test]
    fn finds_both_titles() {
        assert_eq!(
            bilingual("臨床的な脳卒中(Clinical stroke (acute) in Japan today)"),
            Some(("臨床的な脳卒中".into(), "Clinical stroke (acute) in Japan today".into()))
        );
        assert_eq!(
            bilingual("Clinical stroke in Japan(日本における脳卒中)"),
            Some(("Clinical stroke in Japan".into(), "日本における脳卒中".into()))
        );
        assert_eq!(bilingual("包括型地域生活支援(ACT)"), None);
        assert_eq!(bilingual("Hikikomori among adolescents(引きこもり)"), None);
        assert_eq!(bilingual("Case management (a review of trials)"), None);
    }

    #[test]
    fn keys_compare() {
        for (a, b) in [
            ("Phenotypes in migraine: A study. [References].", "phenotypes in migraine a study"),
            ("[Title of it.]", "Title of it"),
            ("急性の1例(会議録)", "急性の１例"),
            ("Ken&apos;s <i>E. coli</i>", "Kens E coli"),
        ] {
            assert_eq!(key(a), key(b), "{a} / {b}");
        }
        assert_eq!(key("精神障がい者の地域生活"), "精神障害者の地域生活");
        assert_eq!(key("。"), "");
    }
}
