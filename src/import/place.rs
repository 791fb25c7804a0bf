//! One cell that says where in its journal an article stands: `39(2)`, `39巻2号`, `40巻2号 Page123-130 (2020.05)`, `12(3):45-50`,
//! `Vol.12 No.3 45-50頁`. One rule: each part is what its own sign says; without a sign a number is the volume.

use std::borrow::Cow;

use crate::normalize::dates;

/// What the cell says; empty where it says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub volume: String,
    pub issue: String,
    pub pages: String,
    pub date: String,
}

/// What stands before pages, or behind them.
const PAGE: &[&str] = &["Page", "page", "pp.", "PP.", "p.", "P.", "ページ", "頁", ":", "："];
/// What the pages before their sign stand behind.
const ENDS: [char; 8] = [' ', '　', ',', '、', '号', '巻', ')', '）'];
const ISSUE: &[&str] = &["No.", "no.", "No", "Nr.", "issue", "Issue"];

/// Takes the cell apart.
pub fn place(cell: &str) -> Place {
    let text = folded_digits(cell.trim());
    let (text, date) = without_date(&text);
    let (head, pages) = without_pages(text);
    let head = head.trim_matches([' ', '　', ',', '，', '、', ';']);
    let (volume, issue) = match ISSUE.iter().find_map(|sign| head.split_once(sign)) {
        Some(parts) => parts,
        None => head.split_once(['(', '（', '巻']).unwrap_or((head, "")),
    };
    let bare = |part: &str| {
        let part = part.trim().trim_start_matches("Vol").trim_start_matches("vol").trim_start_matches(['.', '第']);
        part.trim_end_matches([')', '）', '号', '巻', ',']).trim_start_matches(['第', '(', '（', ',']).trim().to_owned()
    };
    Place { volume: bare(volume), issue: bare(issue), pages: pages.trim().to_owned(), date: date.to_owned() }
}

/// Takes off `(2020.05)` and what stands behind it; a bracket with a bare number in it may be the issue.
fn without_date(text: &str) -> (&str, &str) {
    let Some(open) = text.rfind(['(', '（']) else { return (text, "") };
    let before = &text[..open];
    let inner = text[open..].trim_start_matches(['(', '（']).split([')', '）']).next().unwrap_or_default();
    let other = before.contains(['(', '（', '号']) || PAGE.iter().any(|sign| before.contains(sign));
    if dates::year(inner).is_some() && (inner.len() > 4 || other) { (before.trim_end(), inner) } else { (text, "") }
}

/// Takes off the pages: behind their sign, before it (`45-50頁`), or behind the issue.
fn without_pages(text: &str) -> (&str, &str) {
    let has_digit = |part: &str| part.contains(|c: char| c.is_ascii_digit());
    let is_range =
        |part: &str| has_digit(part) && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '–' | '~' | '〜' | '～'));
    // `Suppl.` holds one of them too
    let apart = |at: &usize| !text[..*at].ends_with(|c: char| c.is_ascii_alphabetic());
    let found = |sign: &&str| text.match_indices(*sign).map(|(at, _)| at).find(apart).map(|at| (at, sign.len()));
    let sign = PAGE.iter().filter_map(found).min_by_key(|(at, length)| (*at, usize::MAX - length));
    if let Some((at, length)) = sign {
        let (before, after) = (&text[..at], &text[at + length..]);
        if has_digit(after) {
            let after = after.split(['(', '（']).next().unwrap_or_default().trim_end();
            return (before, after.trim_end_matches(['頁', '.']).trim_end_matches("ページ"));
        }
        if text[at..].starts_with([':', '：']) {
            return (text, ""); // of a title, or of nothing
        }
        let start = before.trim_end().rfind(ENDS).map_or(0, |at| behind(before, at));
        return if is_range(before[start..].trim()) { (&before[..start], &before[start..]) } else { (text, "") };
    }
    let end = text.rfind(['号', ')', '）']).map(|at| behind(text, at));
    match end.filter(|at| has_digit(&text[*at..])) {
        Some(at) => (&text[..at], text[at..].trim_start_matches([' ', '　', ',', '、', '，'])),
        None => (text, ""),
    }
}

/// Where the character at `at` ends.
fn behind(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Full-width digits and Latin letters made half-width.
fn folded_digits(text: &str) -> Cow<'_, str> {
    if text.contains(|c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '－')) {
        let half = |c: char| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '－' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        };
        Cow::Owned(text.chars().map(half).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_by_its_sign() {
        let cases = [
            ("39", ["39", "", "", ""]),
            ("39(2)", ["39", "2", "", ""]),
            ("39（2）", ["39", "2", "", ""]),
            ("39巻2号", ["39", "2", "", ""]),
            ("第39巻第2号", ["39", "2", "", ""]),
            ("39巻", ["39", "", "", ""]),
            ("39(2020)", ["39", "2020", "", ""]),
            ("60巻Suppl.", ["60", "Suppl.", "", ""]),
            ("No.12 Page3", ["", "12", "3", ""]),
            ("39(Suppl 1)", ["39", "Suppl 1", "", ""]),
            ("40巻2号 Page123-130 (2020.05)", ["40", "2", "123-130", "2020.05"]),
            ("４０巻２号Page１２３(2020.05)", ["40", "2", "123", "2020.05"]),
            ("40巻2号 123-130頁", ["40", "2", "123-130", ""]),
            ("40巻2号123-130ページ（2020年）", ["40", "2", "123-130", "2020年"]),
            ("40(2), 123-130", ["40", "2", "123-130", ""]),
            ("12(3):45-50", ["12", "3", "45-50", ""]),
            ("12:e45", ["12", "", "e45", ""]),
            ("Vol.12 No.3 pp.45-50", ["12", "3", "45-50", ""]),
            ("Vol.37(4) Page705 (2023.10)", ["37", "4", "705", "2023.10"]),
            ("60巻1号 Page38(2012.02) 本文あり", ["60", "1", "38", "2012.02"]),
            ("60巻1号 Page38(2012.02", ["60", "1", "38", "2012.02"]),
            ("60巻1号 Page38 (図2)", ["60", "1", "38", ""]),
            ("45-50頁", ["", "", "45-50", ""]),
            ("12巻45頁", ["12", "", "45", ""]),
            ("12巻 頁不明", ["12", "頁不明", "", ""]),
            ("12:Suppl", ["12:Suppl", "", "", ""]),
            ("", ["", "", "", ""]),
            ("）", ["", "", "", ""]),
        ];
        for (cell, [volume, issue, pages, date]) in cases {
            let expected = Place { volume: volume.into(), issue: issue.into(), pages: pages.into(), date: date.into() };
            assert_eq!(place(cell), expected, "{cell}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_apart(cell in "([0-9０-９巻号頁()（）:.,pP 　第ページ]|Page|Vol|No|\\PC){0,24}") {
            let text = folded_digits(cell.trim()).into_owned();
            let place = place(&cell);
            for part in [&place.volume, &place.issue, &place.pages, &place.date] {
                proptest::prop_assert!(text.contains(part.as_str()), "{part:?} of {text:?}");
            }
        }
    }
}
