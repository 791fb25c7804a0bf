//! Where in a journal an item stands: volume, issue, first and last page, as numbers.
//!
//! One rule: what is a placeholder or spreadsheet damage counts as missing, never as a value that could agree.

/// First and last page. `start` 0: unknown. `prefix` is the letter before the number (`S`, `e`, `A`), lower case, or 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    pub prefix: u8,
    pub start: u32,
    /// Equal to `start` when only the first page is known.
    pub end: u32,
    /// Whether a last page was written.
    pub ranged: bool,
    /// Another first page that may be meant (a spreadsheet made a date of `21-8` or `8-21`); 0: none.
    pub perhaps: u32,
}

/// Volume and issue. 0: unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    pub volume: u32,
    pub issue: u32,
    /// A supplement or a meeting's abstract issue.
    pub supplement: bool,
}

const PLACEHOLDERS: [&str; 9] =
    ["unknown", "no pagination", "no-specified", "na", "n/a", "no pages", "pagination", "not specified", "[no page"];

fn is_placeholder(text: &str) -> bool {
    if text.as_bytes().first().is_some_and(u8::is_ascii_digit) && text.len() < 12 {
        return false;
    }
    let lower = text.trim().to_ascii_lowercase();
    lower.is_empty() || PLACEHOLDERS.iter().any(|p| lower == *p || (p.len() > 3 && lower.contains(p)))
}

/// Reads pages in any of the forms databases write: `475-82`, `S568-S570`, `p. 12-5, 14 p`, `(pp e15-e16)`, `01-Apr` for 1-4.
pub fn pages(text: &str) -> Pages {
    if text.is_empty() || is_placeholder(text) {
        return Pages::default();
    }
    if let Some(pages) = month_damage(text) {
        return pages;
    }
    let numbers: Vec<Token> = tokens(text).into_iter().filter(|t| t.value > 0).collect();
    let Some(first) = numbers.first() else { return roman_pages(text) };
    if !first.joined || numbers.len() == 1 {
        return Pages { prefix: first.prefix, start: first.value, end: first.value, ..Pages::default() };
    }
    // An article in pieces (`233-8, 230-5, 246-51`) is known by its smallest first page: databases order the pieces differently.
    let ranges =
        numbers.windows(2).filter(|pair| pair[0].joined).map(|pair| (&pair[0], expand(pair[0].value, pair[1].value, pair[1].digits)));
    let (head, end) = ranges.min_by_key(|(head, _)| head.value).unwrap_or((first, first.value));
    Pages { prefix: head.prefix, start: head.value, end, ranged: true, perhaps: 0 }
}

/// `1095` and `101` → 1101: a last page that leaves out the digits it shares with the first.
fn expand(first: u32, last: u32, digits: u32) -> u32 {
    if last >= first {
        return last;
    }
    if digits > first.ilog10() {
        return last; // as many digits as the first page: a slip, not a short form
    }
    let Some(unit) = 10u32.checked_pow(digits) else { return last };
    let full = first / unit * unit + last;
    if full >= first { full } else { full.saturating_add(unit) }
}

struct Token {
    prefix: u8,
    value: u32,
    digits: u32,
    /// A dash follows directly.
    joined: bool,
}

/// Numbers with the letter right before them, in order. Numbers beyond nine digits are cut.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() && found.len() < 8 {
        let Some(digit) = chars[i].to_digit(10).or_else(|| wide_digit(chars[i])) else {
            i += 1;
            continue;
        };
        let letter_at = i.checked_sub(1).filter(|j| chars[*j].is_ascii_alphabetic());
        let prefix = letter_at.map_or(0, |j| chars[j].to_ascii_lowercase() as u8);
        let (mut value, mut digits) = (digit, 1);
        i += 1;
        while i < chars.len()
            && let Some(d) = chars[i].to_digit(10).or_else(|| wide_digit(chars[i]))
        {
            if digits < 9 {
                value = value * 10 + d;
                digits += 1;
            }
            i += 1;
        }
        let mut k = i;
        while k < chars.len() && chars[k] == ' ' {
            k += 1;
        }
        let joined = k < chars.len() && matches!(chars[k], '-' | '\u{2010}'..='\u{2015}' | '~' | '〜' | '～' | '－' | '−');
        found.push(Token { prefix, value, digits, joined });
    }
    found
}

fn wide_digit(c: char) -> Option<u32> {
    matches!(c, '０'..='９').then(|| c as u32 - '０' as u32)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `01-Apr`, `21-Aug`: a spreadsheet read `1-4`, `21-8` (or `8-21`) as a date.
fn month_damage(text: &str) -> Option<Pages> {
    let (day, month) = text.trim().split_once('-')?;
    let day: u32 = day.parse().ok().filter(|d| (1..=31).contains(d))?;
    let month = MONTHS.iter().position(|m| month.eq_ignore_ascii_case(m))? as u32 + 1;
    let digits = if month < 10 { 1 } else { 2 };
    Some(Pages { prefix: 0, start: day, end: expand(day, month, digits), ranged: true, perhaps: month })
}

/// Roman pages (`xi-xiv`) get a space of their own: prefix `r`.
fn roman_pages(text: &str) -> Pages {
    let lower = text.trim().to_ascii_lowercase();
    let mut parts = lower.split('-').map(|p| roman(p.trim()));
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(start), Some(end)) => Pages { prefix: b'r', start, end: end.max(start), ranged: true, perhaps: 0 },
        (Some(start), None) => Pages { prefix: b'r', start, end: start, ..Pages::default() },
        _ => Pages::default(),
    }
}

/// The value of a lower-case roman number up to 399.
pub fn roman(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 8 {
        return None;
    }
    let (mut sum, mut after) = (0i64, 0);
    for byte in text.bytes().rev() {
        let value = match byte {
            b'i' => 1,
            b'v' => 5,
            b'x' => 10,
            b'l' => 50,
            b'c' => 100,
            _ => return None,
        };
        sum += if value < after { -value } else { value };
        after = value;
    }
    u32::try_from(sum).ok().filter(|n| *n > 0)
}

/// Reads volume and issue; the issue may stand inside the volume (`53(2)`, `10 Suppl 2`, `104 (Supplement 6)`).
pub fn volume(volume: &str, issue: &str) -> Volume {
    let mut place = Volume::default();
    if !is_placeholder(volume) {
        let lower = volume.to_ascii_lowercase();
        let open = volume.find(['(', '（']).unwrap_or(volume.len());
        let supplement = lower.find("suppl").unwrap_or(volume.len());
        place.supplement = is_supplement(&lower);
        let cut = open.min(supplement);
        let head = tokens(&volume[..cut]);
        let head = if lower.contains("conference") { head.last() } else { head.first() };
        place.volume = head.map_or(0, |t| t.value);
        if cut < volume.len() {
            place.issue = tokens(&volume[cut..]).first().map_or(0, |t| t.value);
        }
        if volume.trim().ends_with(')') && open == volume.len() {
            place.volume = 0; // `1)`: the rest of a field that was cut in the wrong place
        }
    }
    if !is_placeholder(issue) {
        let lower = issue.to_ascii_lowercase();
        place.supplement |= is_supplement(&lower);
        if !lower.contains("pp") {
            place.issue = tokens(issue).first().map_or_else(|| month_number(&lower), |t| t.value);
        }
    }
    place
}

fn is_supplement(lower: &str) -> bool {
    lower.contains("suppl")
        || lower.contains("abstract")
        || (lower.starts_with('s') && lower[1..].bytes().all(|b| b.is_ascii_digit()) && lower.len() > 1)
}

fn month_number(lower: &str) -> u32 {
    MONTHS.iter().position(|m| lower.starts_with(m)).map_or(0, |m| m as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> (u32, u32) {
        let p = pages(text);
        (p.start, p.end)
    }

    #[test]
    fn reads_pages() {
        for (text, expected) in [
            ("1095-101", (1095, 1101)),
            ("221-8", (221, 228)),
            ("376 -- 383", (376, 383)),
            ("1456‐1463", (1456, 1463)),
            ("p. 12-5, 14 p", (12, 15)),
            ("35+", (35, 35)),
            ("01-Apr", (1, 4)),
            ("No-Specified", (0, 0)),
            ("(no pagination)", (0, 0)),
            ("UNKNOWN", (0, 0)),
            ("CD001876", (1876, 1876)),
            ("98-5", (98, 105)),
            ("xi-xiv", (11, 14)),
            ("21-Aug", (21, 28)),
            ("233-8, 230-5, 246-51", (230, 235)),
        ] {
            assert_eq!(span(text), expected, "{text}");
        }
        assert_eq!(pages("S568-S570"), Pages { prefix: b's', start: 568, end: 570, ranged: true, perhaps: 0 });
        assert_eq!(pages("e001469").prefix, b'e');
    }

    #[test]
    fn reads_volumes() {
        let read = |v, i| {
            let p = volume(v, i);
            (p.volume, p.issue, p.supplement)
        };
        assert_eq!(read("53(2)", ""), (53, 2, false));
        assert_eq!(read("10 Suppl 2", ""), (10, 2, true));
        assert_eq!(read("104 (Supplement 6)", ""), (104, 6, true));
        assert_eq!(read("Drug Discovery. 9", "1"), (9, 1, false));
        assert_eq!(read("Conference: 24th Congress 143 Supplement 3", ""), (143, 3, true));
        assert_eq!(read("UNKNOWN", "4"), (0, 4, false));
        assert_eq!(read("72", "S1"), (72, 1, true));
        assert_eq!(read("1)", ""), (0, 0, false));
    }
}
