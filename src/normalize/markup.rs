//! What HTML and XML leave in fields → characters: references (`&amp;`), inline tags, raised digits. One rule: what is no known reference and no
//! known tag is text.

use std::borrow::Cow;

use super::entities::NAMED;

/// Longest character reference that is looked for, `&` and `;` included (`&straightepsilon;` is 17).
const MAX_REFERENCE: usize = 32;

/// Inline tags that exports leave in titles and abstracts; any other `<…>` is text (`p < 0.05`).
const INLINE_TAGS: &[&str] = &[
    "abstracttext",
    "b",
    "big",
    "bold",
    "br",
    "cite",
    "copyrightinformation",
    "em",
    "emph",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "i",
    "inf",
    "italic",
    "li",
    "ol",
    "p",
    "sc",
    "sec",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "title",
    "tt",
    "u",
    "ul",
    "underline",
];

/// Whether a character reference, or a `<` with a letter or `/` behind it, stands in the text.
pub fn may_hold_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'<', b'&', bytes).any(|at| match bytes[at] {
        b'<' => bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/'),
        _ => reference(&text[at..]).is_some(),
    })
}

/// Resolves HTML's character references once: `&amp;lt;` becomes `&lt;`. Unknown ones and bare `&` stay as they are.
pub fn entities(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr_iter(b'&', raw.as_bytes()).find(|at| reference(&raw[*at..]).is_some()) else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that `text` begins with a reference to, and the reference's length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let window = &text.as_bytes()[..text.len().min(MAX_REFERENCE)];
    let end = memchr::memchr(b';', window)?;
    let name = &text[1..end];
    Some((named(name)?, end + 1))
}

/// The character that a reference's name stands for: `amp`, `#8804`, `#x2264`.
pub fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return numbered(code.ok()?);
    }
    NAMED.binary_search_by(|(known, _)| known.cmp(&name)).ok().map(|at| NAMED[at].1)
}

/// A numeric reference; 128–159 mean Windows-1252, as every browser reads them (HTML, "numeric character reference end state").
fn numbered(code: u32) -> Option<char> {
    const WINDOWS_1252: [u16; 32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018,
        0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
    ];
    match code {
        0 => None,
        0x80..=0x9f => char::from_u32(u32::from(WINDOWS_1252[(code - 0x80) as usize])),
        _ => char::from_u32(code),
    }
}

/// Drops inline tags. A superscript after a digit becomes Unicode's (`10<sup>5</sup>` is not 105); `<p>` and `<br>` end a line.
pub fn flatten_markup(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((name, closing, length)) = inline_tag(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[..length];
        rest = &rest[length..];
        if name == "abstracttext" {
            // PubMed's XML within another tool's field
            out.push('\n');
            if let Some((label, _)) = tag.split_once("Label=\"").and_then(|(_, label)| label.split_once('"')) {
                out.push_str(label);
                out.push_str(": ");
            }
        } else if matches!(name.as_str(), "copyrightinformation" | "p" | "br" | "li" | "sec" | "h1" | "h2" | "h3" | "h4") {
            out.push('\n');
        } else if name == "sup"
            && !closing
            && let Some((raised, used)) = superscript(&out, rest)
        {
            out.push_str(&raised);
            rest = &rest[used..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The inline tag at the start of `text`: its lower-case local name, whether it closes, and its length.
fn inline_tag(text: &str) -> Option<(String, bool, usize)> {
    const MAX_TAG: usize = 400;
    let window = &text.as_bytes()[..text.len().min(MAX_TAG)];
    let end = memchr::memchr(b'>', window)?;
    let inner = text[1..end].trim_end_matches('/').trim_end();
    let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let (name, attributes) = inner.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((inner, ""));
    let name = name.rsplit(':').next()?.to_ascii_lowercase();
    let shaped = attributes.trim().is_empty() || attributes.contains('=');
    (shaped && INLINE_TAGS.contains(&name.as_str())).then_some((name, closing, end + 1))
}

/// What follows `<sup>` in Unicode's superscripts, where a digit stands before it and all of it can be written so.
fn superscript(before: &str, after: &str) -> Option<(String, usize)> {
    if !before.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = after.find("</")?;
    raise(&after[..end]).map(|raised| (raised, end))
}

/// `5` as `⁵`, `-3` as `⁻³`; `None` where a character has no raised form.
pub fn raise(text: &str) -> Option<String> {
    let raised: Option<String> = text
        .chars()
        .map(|c| match c {
            '1' => Some('¹'),
            '2' => Some('²'),
            '3' => Some('³'),
            '0' | '4'..='9' => char::from_u32(0x2070 + (c as u32 - '0' as u32)),
            '+' => Some('⁺'),
            '-' | '−' | '–' => Some('⁻'),
            _ => None,
        })
        .collect();
    raised.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_references_is_sorted() {
        assert!(NAMED.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
