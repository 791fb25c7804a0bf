//! Publication dates in the forms exports use → year, month, day. One rule: a year is never guessed from two digits.

use std::borrow::Cow;

/// Earliest and latest year that is taken for a year of publication.
const YEARS: std::ops::RangeInclusive<i32> = 1500..=2199;

/// A date as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub year: i32,
    /// 1–12.
    pub month: Option<u8>,
    /// 1–31.
    pub day: Option<u8>,
}

/// Year of publication out of `2020//`, `2024 Jan 05`, `Sep-Nov2016`, `20240215`, `2012.02`, `平成24年3月`, `c1998`; `0000` is none.
pub fn year(raw: &str) -> Option<i32> {
    let text = ascii_digits(raw);
    let runs = || digit_runs(&text).map(|(_, run)| run);
    let plain = runs().find(|run| run.len() == 4 && is_year(run)).and_then(|run| run.parse().ok());
    plain.or_else(|| runs().find_map(compact).or_else(|| japanese_era(&text)).map(|date| date.year))
}

/// As `year`, with month and day where the text says them.
pub fn date(raw: &str) -> Option<Date> {
    let text = ascii_digits(raw);
    if let Some((at, run)) = digit_runs(&text).find(|(_, run)| run.len() == 4 && is_year(run)) {
        return Some(around(&text, at, run));
    }
    if let Some(date) = digit_runs(&text).find_map(|(_, run)| compact(run)) {
        return Some(date);
    }
    japanese_era(&text)
}

/// Full-width digits and the signs beside them as ASCII; everything else stays.
fn ascii_digits(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    raw.chars().map(|c| if matches!(c, '\u{ff01}'..='\u{ff5e}') { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c }).collect()
}

/// Runs of ASCII digits with their positions.
fn digit_runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some((start, &text[start..at]))
    })
}

fn is_year(run: &str) -> bool {
    run.parse().is_ok_and(|year: i32| YEARS.contains(&year))
}

/// `20240215` and `202402`.
fn compact(run: &str) -> Option<Date> {
    if !matches!(run.len(), 6 | 8) || !is_year(&run[..4]) {
        return None;
    }
    let year = run[..4].parse().ok()?;
    let month = month_number(&run[4..6])?;
    let day = if run.len() == 8 { Some(day_number(&run[6..8])?) } else { None };
    Some(Date { year, month: Some(month), day })
}

/// Month and day beside a year that was found: after it (`2022/11/05`, `2024 Jan 05`, `2012年2月`), else before it (`5 May 2020`, `05/11/2022`).
fn around(text: &str, at: usize, run: &str) -> Date {
    let year = run.parse().unwrap_or_default();
    let after = &text[at + 4..];
    let before = &text[..at];
    let adjacent = digit_runs(after).next().filter(|(gap, _)| is_separator(&after[..*gap]));
    if let Some((gap, run)) = adjacent
        && let Some(month) = month_number(run)
    {
        let rest = &after[gap + run.len()..];
        let day = digit_runs(rest).next().filter(|(gap, _)| is_separator(&rest[..*gap])).and_then(|(_, run)| day_number(run));
        return Date { year, month: Some(month), day };
    }
    if let Some((month, end)) = month_word(after) {
        let day = digit_runs(&after[end..]).next().and_then(|(_, run)| day_number(run));
        return Date { year, month: Some(month), day };
    }
    if let Some((month, _)) = month_word(before) {
        return Date { year, month: Some(month), day: digit_runs(before).find_map(|(_, run)| day_number(run)) };
    }
    Date { year, month: None, day: None }
}

/// What may stand between year, month and day.
fn is_separator(gap: &str) -> bool {
    matches!(gap.trim(), "/" | "-" | "." | "年" | "月" | "" | "–") && gap.chars().count() <= 3
}

fn month_number(run: &str) -> Option<u8> {
    run.parse().ok().filter(|month| run.len() <= 2 && (1..=12).contains(month))
}

fn day_number(run: &str) -> Option<u8> {
    run.parse().ok().filter(|day| run.len() <= 2 && (1..=31).contains(day))
}

/// The first month named in English (or German, French, Spanish where the first three letters say it), and where its name ends.
fn month_word(text: &str) -> Option<(u8, usize)> {
    const MONTHS: [(&str, u8); 25] = [
        ("jan", 1),
        ("ene", 1),
        ("feb", 2),
        ("fév", 2),
        ("mar", 3),
        ("mär", 3),
        ("apr", 4),
        ("avr", 4),
        ("abr", 4),
        ("may", 5),
        ("mai", 5),
        ("jun", 6),
        ("juin", 6),
        ("jul", 7),
        ("juil", 7),
        ("aug", 8),
        ("aoû", 8),
        ("ago", 8),
        ("sep", 9),
        ("oct", 10),
        ("okt", 10),
        ("nov", 11),
        ("dec", 12),
        ("déc", 12),
        ("dez", 12),
    ];
    let lower = text.to_lowercase();
    let mut start = 0;
    for word in lower.split(|c: char| !c.is_alphabetic()) {
        let at = start;
        start = at + word.len();
        start += lower[start..].chars().next().map_or(0, char::len_utf8);
        if let Some((_, month)) = MONTHS.iter().rev().find(|(name, _)| word.starts_with(name)) {
            return Some((*month, (at + word.len()).min(text.len()))).filter(|(_, end)| text.is_char_boundary(*end));
        }
    }
    None
}

/// `平成24年3月`, `令和元年`, `昭和 63`.
fn japanese_era(text: &str) -> Option<Date> {
    const ERAS: [(&str, i32); 5] = [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("明治", 1867)];
    let (before, first) = ERAS.iter().find_map(|(name, before)| text.find(name).map(|at| (*before, &text[at + name.len()..])))?;
    let rest = first.trim_start();
    let (number, rest) = match rest.strip_prefix('元') {
        Some(rest) => (1, rest),
        None => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            (rest[..digits].parse::<i32>().ok().filter(|number| (1..=64).contains(number))?, &rest[digits..])
        }
    };
    let month = rest.strip_prefix('年').and_then(|rest| month_number(digit_runs(rest).next()?.1));
    Some(Date { year: before + number, month, day: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (raw, want) in [
            ("2020", (2020, 0, 0)),
            ("2020//", (2020, 0, 0)),
            ("2020/05//", (2020, 5, 0)),
            ("2022/11/05/", (2022, 11, 5)),
            ("2020/11//Nov/Dec2020", (2020, 11, 0)),
            ("2010/08/01/Aug 2010", (2010, 8, 1)),
            ("2024 Jan", (2024, 1, 0)),
            ("2024 Jan 05", (2024, 1, 5)),
            ("2009 Spring", (2009, 0, 0)),
            ("2020 Nov-Dec", (2020, 11, 0)),
            ("Jan 2016", (2016, 1, 0)),
            ("1998 Dec 25-1999 Jan 1", (1998, 12, 25)),
            ("Sep-Nov2016", (2016, 9, 0)),
            ("20240215", (2024, 2, 15)),
            ("202402", (2024, 2, 0)),
            ("2012.02", (2012, 2, 0)),
            ("(2012.02)", (2012, 2, 0)),
            ("2022-12", (2022, 12, 0)),
            ("２０１２年３月", (2012, 3, 0)),
            ("平成24年3月", (2012, 3, 0)),
            ("令和元年", (2019, 0, 0)),
            ("昭和63", (1988, 0, 0)),
            ("c1998", (1998, 0, 0)),
            ("2016.0", (2016, 0, 0)),
            ("13 July 2022", (2022, 7, 13)),
            ("May 5, 2020", (2020, 5, 5)),
            ("2018-2019", (2018, 0, 0)),
            ("déc 2001", (2001, 12, 0)),
        ] {
            let date = date(raw).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!((date.year, date.month.unwrap_or(0), date.day.unwrap_or(0)), want, "{raw}");
        }
        for none in ["", "0000", "n.d.", "in press", "98", "12345", "9999", "ＡＢ", "平成"] {
            assert_eq!(date(none), None, "{none}");
        }
    }
}
