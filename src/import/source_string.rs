//! Journal, year, volume, issue and pages out of a source string, the last resort of several formats. Its one rule:
//! it only fills what no field of its own has said.

use super::build::Builder;
use crate::normalize::{dates, ids};

/// Longest source string that is taken apart; real ones stay under 1,000 bytes.
const MAX_SOURCE: usize = 4_000;

/// Fills what is missing from `BMC Proceedings. 12 (Supplement 3) (no pagination), 2018. …`,
/// `Behavioural and Cognitive Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634.`,
/// `Journal of Apparent Studies. 40(3):200-208, 2001 Mar.`, `Title June 2019;1(6):123-456`.
pub fn fill(b: &mut Builder, source: &str) {
    let source = head(source.trim());
    if source.is_empty() {
        return;
    }
    let end_of_name = end_of_journal(source);
    b.journal(5, source[..end_of_name].trim_end_matches(['.', ',', ' ']));
    let rest = &source[end_of_name..];
    if b.record.doi.is_none() && rest.contains("10.") {
        b.record.doi = ids::doi(rest);
    }
    let (volume, issue) = volume_and_issue(rest);
    if b.record.volume.is_none()
        && let Some(volume) = volume
    {
        b.volume(volume);
        if let Some(issue) = issue {
            b.issue(issue);
        }
    }
    // `201(2-3)`: a link has room for the first of two issues only
    if let (Some(issue), Some(known)) = (issue, &b.record.issue)
        && b.record.volume.as_deref() == volume
        && issue.strip_prefix(known.as_str()).is_some_and(|more| more.starts_with('-'))
    {
        b.record.issue = Some(issue.to_owned());
    }
    if b.record.pages.is_none()
        && let Some(pages) = pages(rest)
    {
        b.pages(pages);
    }
    if b.record.year.is_none() {
        b.record.year = dates::year(rest);
    }
}

/// The part of a source string that is looked at.
pub fn head(source: &str) -> &str {
    let end = (0..=source.len().min(MAX_SOURCE)).rev().find(|i| source.is_char_boundary(*i)).unwrap_or(0);
    &source[..end]
}

/// The journal ends at the first stop that is not an abbreviation's, at a volume, or at a year.
fn end_of_journal(source: &str) -> usize {
    let mut end = source.len();
    for mark in [". ", ", ", " Vol"] {
        if let Some(at) = source.find(mark) {
            end = end.min(at);
        }
    }
    // `Source Title June 2019;1(6)`: cut before the month or year that leads to the numbers.
    let mut words = source[..end].match_indices(' ').map(|(at, _)| at);
    let dated = words.rfind(|at| {
        let word = source[at + 1..].split([' ', ';', '.']).next().unwrap_or_default();
        is_month(word) || (word.len() == 4 && dates::year(word).is_some())
    });
    dated.filter(|_| source[..end].contains(';')).map_or(end, |at| {
        let before = &source[..at];
        before.rfind(' ').filter(|i| is_month(&before[i + 1..])).unwrap_or(at)
    })
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = word.to_ascii_lowercase();
    lower.len() >= 3 && MONTHS.iter().any(|m| lower.starts_with(m)) && lower.len() <= 9
}

/// `43(5)`, `12 (Supplement 3)`, `Vol 28(2)`, `28:103`: the first number that a bracket or colon follows.
fn volume_and_issue(text: &str) -> (Option<&str>, Option<&str>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let after = &text[at + length..];
        let inner = after.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
        if let Some((issue, _)) = inner
            && issue.len() <= 24
            && !issue.contains("no pagination")
        {
            return (Some(&text[at..at + length]), Some(issue));
        }
        if after.starts_with(':') && length <= 4 {
            return (Some(&text[at..at + length]), None);
        }
        at += length;
    }
    (None, None)
}

/// `pp. 623-634`, `(pp. 103-106)`, `:200-208`, or what the source ends with, `Vol 28(2) April 2015, 103-106.`
fn pages(text: &str) -> Option<&str> {
    marked_pages(text).or_else(|| {
        let (_, last) = text.trim_end().trim_end_matches('.').rsplit_once(", ")?;
        let (start, end) = last.split_once('-')?;
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (number(start) && number(end)).then_some(last)
    })
}

fn marked_pages(text: &str) -> Option<&str> {
    let marks = ["pp. ", "pp ", "(pp.", "p. "];
    let after = marks.iter().find_map(|mark| text.find(mark).map(|at| &text[at + mark.len()..])).or_else(|| {
        let volumes = text.match_indices(':').filter(|(at, _)| text[..*at].ends_with(|c: char| c.is_ascii_digit() || c == ')'));
        volumes.map(|(at, _)| &text[at + 1..]).find(|rest| rest.trim_start().bytes().take(8).any(|b| b.is_ascii_digit()))
    })?;
    let after = after.trim_start();
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '–')).unwrap_or(after.len());
    let found = &after[..end];
    found.bytes().any(|b| b.is_ascii_digit()).then_some(found)
}

/// What an OpenURL (Ovid's `XL`) says about the entry: DOI, PMID, ISSN, title of the journal, volume, issue, pages, date.
pub fn from_open_url(b: &mut Builder, link: &str) {
    let Some((_, query)) = link.split_once('?') else { return };
    for part in query.split('&') {
        let Some((key, value)) = part.split_once('=') else { continue };
        if value.is_empty() {
            continue;
        }
        match key {
            "id" | "rft_id" | "rft.id" if value.starts_with("doi:") && value.len() > 4 => b.doi(value),
            "id" | "rft_id" if value.starts_with("pmid:") && value.len() > 5 => b.pmid(&value[5..]),
            "issn" => b.serial(value),
            "isbn" => b.serial(value),
            "volume" if plain(value) => b.volume(value),
            "issue" if plain(value) => b.issue(value),
            "pages" if plain(value) => b.pages(value),
            "date" if plain(value) => b.date(value),
            "title" | "jtitle" => b.journal(4, &decoded(value)),
            "aulast" | "atitle" => {}
            _ => {}
        }
    }
}

fn plain(value: &str) -> bool {
    !value.contains(['%', '+'])
}

/// Percent-encoding and `+` undone.
fn decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = value.get(at + 1..at + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(source: &str) -> [Option<String>; 5] {
        let mut b = Builder::default();
        fill(&mut b, source);
        let r = b.finish();
        [r.journal, r.year.map(|y| y.to_string()), r.volume, r.issue, r.pages]
    }

    #[test]
    fn sources_seen_in_ovid_files() {
        let row = |a: [&str; 5]| a.map(|s| Some(s.to_owned()).filter(|s| !s.is_empty()));
        assert_eq!(
            filled("Behavioural and Cognitive Psychotherapy. Vol.43(5), Sep 2015, pp. 623-634."),
            row(["Behavioural and Cognitive Psychotherapy", "2015", "43", "5", "623-634"])
        );
        assert_eq!(
            filled("A Nonexistent Journal of Marriage and Family Therapy: With a Subtitle June 2019;1(6):123-456"),
            row(["A Nonexistent Journal of Marriage and Family Therapy: With a Subtitle", "2019", "1", "6", "123-456"])
        );
        assert_eq!(
            filled("Source Very Long Title.   28(2):103-106, April 2015."),
            row(["Source Very Long Title", "2015", "28", "2", "103-106"])
        );
        assert_eq!(filled("Very Long Title. Vol 28(2) April 2015, 103-106."), row(["Very Long Title", "2015", "28", "2", "103-106"]));
    }
}
