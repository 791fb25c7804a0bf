//! Page statements → one normal form, `475-482`. One rule: what can't be understood stays as written, "no pages" becomes none.

use std::borrow::Cow;

/// Longest page statement that is taken apart; longer ones are text and stay as they are (bytes).
const MAX_PAGES: usize = 200;

/// Pages in normal form: `475-82` → `475-482`, `500 - 510` → `500-510`, `Page38` → `38`, `No`/`Specified` → none.
pub fn pages(raw: &str) -> Option<String> {
    if is_bare(raw.as_bytes()) {
        let hyphen = raw.bytes().position(|byte| byte == b'-');
        return Some(hyphen.map_or_else(|| raw.to_owned(), |at| from_to(&raw[..at], &raw[at + 1..])));
    }
    if raw.len() > MAX_PAGES {
        return super::text::clean_opt(raw);
    }
    let text = plain(raw);
    let text = unlabelled(&text);
    if is_nothing(text) {
        return None;
    }
    let (first, more) = text.split_once([';', ',']).map_or((text, ""), |(first, more)| (first.trim_end(), more.trim()));
    if more.is_empty() || !more.starts_with(|c: char| c.is_ascii_digit()) {
        if let Some((start, end)) = range(first) {
            return Some(joined(start, end.as_deref()));
        }
        if !more.is_empty() {
            return Some(text.to_owned());
        }
    }
    Some(text.to_owned())
}

/// `475-482`, `475`, as most files write it: a digit at either end, at most one hyphen between.
fn is_bare(raw: &[u8]) -> bool {
    let ends = raw.first().is_some_and(u8::is_ascii_digit) && raw.last().is_some_and(u8::is_ascii_digit);
    ends && raw.len() <= 24
        && raw.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
        && raw.iter().filter(|byte| **byte == b'-').count() <= 1
}

/// First and last page out of one statement; the last is `None` for a single page.
pub fn span(raw: &str) -> Option<(String, Option<String>)> {
    range(&pages(raw)?).map(|(start, end)| (start.to_owned(), end))
}

/// Pages out of a start and an end field (`SP`, `EP`); either may be empty, `start` may hold the whole range.
pub fn start_end(start: Option<&str>, end: Option<&str>) -> Option<String> {
    if let (Some(start), Some(end)) = (start, end)
        && [start, end].iter().all(|part| (1..=24).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Some(from_to(start, end));
    }
    let said = |part: Option<&str>| part.filter(|part| !part.is_empty()).and_then(pages);
    let (start, end) = (said(start), said(end));
    let Some(start) = start else { return end };
    match end {
        Some(end) if !start.contains('-') && !end.contains('-') => pages(&format!("{start}-{end}")),
        _ => Some(start),
    }
}

/// White space, full-width characters and the many dashes made plain.
fn plain(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in super::text::clean(raw).chars() {
        match c {
            '\u{ff5e}' | '~' => out.push('-'),
            '\u{ff01}'..='\u{ff5d}' => out.extend(char::from_u32(c as u32 - 0xfee0)),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | 'ー' | '〜' => out.push('-'),
            '\u{3000}' => out.push(' '),
            _ => out.push(c),
        }
    }
    while let Some(at) = out.find("--") {
        out.remove(at);
    }
    out.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | '-')).to_owned()
}

/// Without `Page`, `pp.`, `p.`, 頁 and a page count in parentheses behind it.
fn unlabelled(text: &str) -> &str {
    let mut text = text;
    for label in ["pages", "page", "pp", "p"] {
        if let Some(head) = text.get(..label.len())
            && head.eq_ignore_ascii_case(label)
        {
            let rest = text[label.len()..].trim_start_matches(['.', ':', ' ']);
            if rest.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == 'e') && rest.len() < text.len() {
                text = rest;
                break;
            }
        }
    }
    text.trim_end_matches(['頁', '.', ' '])
}

fn is_nothing(text: &str) -> bool {
    const NOTHING: [&str; 12] =
        ["", "no", "specified", "no-specified", "no specified", "no pagination", "no page", "no pages", "n/a", "na", "null", "none"];
    let lower = text.trim_matches(['(', ')', '[', ']']).to_ascii_lowercase();
    NOTHING.contains(&lower.as_str()) || lower.starts_with("no page") || lower.starts_with("no pagination")
}

/// `start`, `end` of `a-b`; a shortened end is filled up from the start (`S12-5` → `S12`, `S15`).
fn range(text: &str) -> Option<(&str, Option<String>)> {
    let mut parts = text.split('-').map(str::trim);
    let start = parts.next().filter(|part| is_page(part))?;
    let Some(end) = parts.next() else {
        return Some((start, None));
    };
    if parts.next().is_some() || !is_page(end) {
        return None;
    }
    if start == end {
        return Some((start, None));
    }
    Some((start, Some(filled(start, end).into_owned())))
}

/// A page number: letters, digits and dots without a blank, or a small Roman numeral.
fn is_page(part: &str) -> bool {
    let roman = || part.chars().all(|c| "ivxlcdmIVXLCDM".contains(c));
    !part.is_empty()
        && part.len() <= 24
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b':'))
        && (part.bytes().any(|byte| byte.is_ascii_digit()) || roman())
}

/// The end of a range as it would be printed in full.
fn filled<'p>(start: &str, end: &'p str) -> Cow<'p, str> {
    let digits = |page: &str| page.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (tail, own) = (digits(start), digits(end));
    if own != end.len() || tail == 0 {
        return Cow::Borrowed(end);
    }
    let (prefix, number) = start.split_at(start.len() - tail);
    if own < tail {
        let full = [&number[..tail - own], end].concat();
        // `1121-31` is 1121–1131; `199-2` would run backwards and is left as it is
        return if full.as_str() > number { Cow::Owned([prefix, &full].concat()) } else { Cow::Borrowed(end) };
    }
    if prefix.is_empty() || prefix.ends_with('.') { Cow::Borrowed(end) } else { Cow::Owned([prefix, end].concat()) }
}

/// The pages from one number to another.
fn from_to(start: &str, end: &str) -> String {
    if start == end { start.to_owned() } else { joined(start, Some(&filled(start, end))) }
}

fn joined(start: &str, end: Option<&str>) -> String {
    end.map_or_else(|| start.to_owned(), |end| [start, "-", end].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_all() {
        for (raw, want) in [
            ("475-82", "475-482"),
            ("500 - 510", "500-510"),
            ("Page38", "38"),
            ("Page38-45", "38-45"),
            ("pp. 12-19", "12-19"),
            ("p. 7", "7"),
            ("115663", "115663"),
            ("e1-e12", "e1-e12"),
            ("e115663", "e115663"),
            ("S12-5", "S12-S15"),
            ("S12-S15", "S12-S15"),
            ("9.e1-9.e4", "9.e1-9.e4"),
            ("53M-61M", "53M-61M"),
            ("12-9; quiz 34-6", "12-19"),
            ("E12; discussion E12", "E12"),
            ("i-xxv, 1-20", "i-xxv, 1-20"),
            ("1121-31", "1121-1131"),
            ("101-2", "101-102"),
            ("99-104", "99-104"),
            ("376 -- 383", "376-383"),
            ("183–191", "183-191"),
            ("３８－４５", "38-45"),
            ("12-12", "12"),
            ("23-", "23"),
            ("12頁", "12"),
            ("1-8, 12, 15", "1-8, 12, 15"),
            ("Suppl", "Suppl"),
            ("199-2", "199-2"),
            ("1.1-1.12", "1.1-1.12"),
        ] {
            let normal = pages(raw);
            assert_eq!(normal.as_deref(), Some(want), "{raw}");
        }
        for none in ["", "No", "Specified", "No-Specified", "(no pagination)", "no page numbers", " - ", "null"] {
            assert_eq!(pages(none), None, "{none}");
        }
    }

    #[test]
    fn joins_parts() {
        for (start, end, want) in [
            ("12", "19", Some("12-19")),
            ("1121", "31", Some("1121-1131")),
            ("69-79", "", Some("69-79")),
            ("69-79", "79", Some("69-79")),
            ("No", "Specified", None),
            ("", "19", Some("19")),
            ("e5", "", Some("e5")),
        ] {
            assert_eq!(start_end(Some(start), Some(end)).as_deref(), want, "{start} {end}");
        }
        assert_eq!(span("S12-5"), Some(("S12".into(), Some("S15".into()))));
        assert_eq!(span("7"), Some(("7".into(), None)));
    }
}
