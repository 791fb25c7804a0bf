//! How a text of tags that nobody knows seems to be written: a profile (`profile`) out of a sample. Its one rule: what stands everywhere
//! (colons, blanks) is believed only where tags recur, have known names, or repeat in one order.

use super::lines::MARK;
use super::profile::{MAX_TAG, Profile, is_blanks};
use super::ris::is_counter;
use super::table;

/// What may stand around a tag, the more telling first.
const MARKS: &[(&str, &str)] = &[
    ("【", "】"),
    ("［", "］"),
    ("[", "]"),
    ("<", ">"),
    ("", "- "),
    ("", "\t"),
    ("", "："),
    ("", ": "),
    ("", ":"),
    ("", " = "),
    ("", "  "),
];

/// Longest word set off by blanks that is taken for a tag.
const MAX_WORD: usize = 8;
/// Lines that a guess looks at, and different tags that it counts.
const GUESS_LINES: usize = 4_000;
const GUESS_TAGS: usize = 200;
/// Tags that must recur, and tags that must be known by their names, for a guess to be sure; the share of lines that open with one.
const SURE_RECURRING: usize = 3;
const SURE_KNOWN: usize = 3;
const SURE_SHARE: f64 = 0.3;
/// As many tags and as large a share make a guess sure though nobody knows any of them.
const SURE_UNKNOWN: usize = 4;
const SURE_SHARE_UNKNOWN: f64 = 0.6;
/// Tags set off by blanks: fields that a record has at least, and of how many neighbours one pair may stand in either order.
const SURE_FIELDS: usize = 3;
const SURE_NEIGHBOURS: usize = 5;

/// How a text of tags that nobody knows seems to be written; `None` where no line opens with a tag that recurs or has a known name.
pub fn guess(sample: &str) -> Option<Profile> {
    let lines: Vec<&str> = sample.split(['\n', '\r']).map(|line| line.trim_start_matches(MARK)).take(GUESS_LINES).collect();
    let tried = MARKS.iter().rev().map(|marks| Guess::of(&lines, marks)).filter(|guess| guess.lines > 0);
    // blanks stand everywhere: a doubtful guess at them comes behind every other
    let rated = tried.map(|guess| (guess.lines, is_blanks(guess.marks.1), guess.profile()));
    rated.max_by_key(|(lines, by_blanks, profile)| (!by_blanks || profile.sure, *lines)).map(|(.., profile)| profile)
}

/// The tags that one kind of marks finds.
struct Guess<'s> {
    marks: (&'s str, &'s str),
    /// Tag, how often, how often after a blank line; tags that occur once and have no known name are left out.
    tags: Vec<(&'s str, u32, u32)>,
    /// Lines that open with one of them, and lines that are not blank.
    lines: u32,
    of: u32,
    /// The lines that seem to open with a tag: which, whether after a blank line, and whether what sets it off stands in the value again.
    opened: Vec<(&'s str, bool, bool)>,
}

impl<'s> Guess<'s> {
    fn of(lines: &[&'s str], marks: &(&'s str, &'s str)) -> Self {
        let mut found = Guess { marks: *marks, tags: Vec::new(), lines: 0, of: 0, opened: Vec::new() };
        let mut after_blank = true;
        for line in lines {
            if line.trim().is_empty() {
                after_blank = true;
                continue;
            }
            found.of += 1;
            let head = line
                .strip_prefix(marks.0)
                .and_then(|rest| rest.find(marks.1).map(|end| (rest[..end].trim_end(), &rest[end + marks.1.len()..])));
            if let Some((tag, value)) = head.filter(|(tag, value)| looks_like_tag(tag) && (marks.1 != "  " || is_set_off(tag, value))) {
                found.opened.push((tag, after_blank, value.trim().contains(marks.1)));
                let room = found.tags.len() < GUESS_TAGS;
                match found.tags.iter_mut().find(|(known, ..)| *known == tag) {
                    Some((_, count, starts)) => (*count, *starts) = (*count + 1, *starts + u32::from(after_blank)),
                    None if room => found.tags.push((tag, 1, u32::from(after_blank))),
                    None => {}
                }
            }
            after_blank = is_counter(line);
        }
        found.tags.retain(|(tag, count, _)| *count > 1 || table::known(tag).is_some());
        found.lines = found.tags.iter().map(|(_, count, _)| count).sum();
        found
    }

    fn profile(self) -> Profile {
        let starts: u32 = self.tags.iter().map(|(.., starts)| starts).sum();
        let most = self.tags.iter().rev().max_by_key(|(.., starts)| *starts);
        // where records begin with this and that, a blank line tells
        let first = most.filter(|(.., own)| *own * 2 > starts).map(|(tag, ..)| *tag);
        let share = f64::from(self.lines) / f64::from(self.of.max(1));
        let recurring = self.tags.iter().filter(|(_, count, _)| *count > 1).count();
        let known = self.tags.iter().filter(|(tag, ..)| table::known(tag).is_some()).count();
        let named = known >= SURE_KNOWN || (known > 0 && recurring >= SURE_RECURRING);
        let told = (share >= SURE_SHARE && named) || (share >= SURE_SHARE_UNKNOWN && recurring >= SURE_UNKNOWN);
        let sure = told && (!is_blanks(self.marks.1) || self.is_in_records(first, known));
        Profile {
            name: String::new(),
            record_start: first.map(str::to_owned).into_iter().collect(),
            marks: vec![(self.marks.0.to_owned(), self.marks.1.to_owned())],
            tags: self.tags.iter().map(|(tag, ..)| ((*tag).to_owned(), table::known(tag).unwrap_or_default().to_owned())).collect(),
            sure,
        }
    }
}

impl Guess<'_> {
    /// Blanks stand in logs, tables and prose too. They set tags off where records, begun by the tag `first` or else by a blank line, repeat
    /// the same tags in one order, and where values are no rows of columns. A record alone must have tags of `known` names.
    fn is_in_records(&self, first: Option<&str>, known: usize) -> bool {
        let kept: Vec<_> = self.opened.iter().filter(|(tag, ..)| self.tags.iter().any(|(own, ..)| own == tag)).collect();
        let begins = |(tag, after_blank, _): &(&str, bool, bool)| first.map_or(*after_blank, |first| first == *tag);
        let records = kept.iter().filter(|line| begins(line)).count().max(1);
        let mut neighbours: Vec<(&str, &str)> =
            kept.windows(2).filter(|pair| !begins(pair[1]) && pair[0].0 != pair[1].0).map(|pair| (pair[0].0, pair[1].0)).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        let either = neighbours.iter().filter(|(a, b)| a < b && neighbours.binary_search(&(*b, *a)).is_ok()).count();
        let columns = kept.iter().filter(|(.., again)| *again).count();
        (records > 1 || known >= SURE_KNOWN)
            && kept.len() >= records * SURE_FIELDS
            && either * SURE_NEIGHBOURS <= neighbours.len()
            && columns * 2 <= kept.len()
    }
}

/// One word before two blanks, and a value that is not set off by a sign of its own.
fn is_set_off(tag: &str, value: &str) -> bool {
    tag.chars().count() <= MAX_WORD
        && tag.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && !value.trim_start().starts_with(['-', ':', '：', '='])
}

/// Headings inside an abstract, which stand at the head of a line as tags do (`fold_name` of each).
const HEADINGS: &[&str] = &[
    "目的",
    "方法",
    "結果",
    "結論",
    "考察",
    "背景",
    "対象",
    "対象と方法",
    "対象および方法",
    "症例",
    "まとめ",
    "緒言",
    "はじめに",
    "おわりに",
    "結語",
    "意義",
    "objective",
    "objectives",
    "aim",
    "aims",
    "purpose",
    "background",
    "introduction",
    "method",
    "methods",
    "materials and methods",
    "patients and methods",
    "design",
    "setting",
    "participants",
    "results",
    "findings",
    "discussion",
    "conclusion",
    "conclusions",
    "interpretation",
];

/// A word or three with a letter among them, no sentence and no heading of an abstract.
pub fn looks_like_tag(tag: &str) -> bool {
    let fine =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '　' | '_' | '-' | '/' | '.' | '・' | '(' | ')' | '（' | '）' | '%' | '#');
    (1..=MAX_TAG).contains(&tag.chars().count())
        && tag.chars().all(fine)
        && tag.chars().any(char::is_alphabetic)
        && !tag.starts_with(' ')
        && tag.split_whitespace().count() <= 3
        && !HEADINGS.contains(&table::fold_name(tag).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_in_prose_logs_and_tables_set_no_tags_off() {
        let log = ["INFO", "WARN", "ERROR", "DEBUG", "WARN", "INFO", "DEBUG", "ERROR", "INFO", "ERROR", "WARN", "DEBUG"];
        let table = ["MEDLINE", "CINAHL", "Embase", "Scopus"].map(|name| format!("{name}  2019  12  some words"));
        let prose = "Dear  all,\nplease  find the list below.\nThe  first  part is done.\nThe  second  is not.\nplease  wait.\n";
        let rows = ["book", "thesis", "journal", "report"].map(|kind| format!("{kind}\tA title\tA name\t2012"));
        for text in [
            log.map(|level| format!("{level}  did something\n")).concat(),
            log.map(|level| format!("{level}\tdid something\n")).concat(),
            format!("{0}\n{0}\n{0}\n", table.join("\n")),
            prose.repeat(4),
            format!("{0}\n{0}\n{0}\n", rows.join("\n")),
        ] {
            assert!(guess(&text).is_none_or(|guess| !guess.sure), "{text}");
        }
    }

    #[test]
    fn prose_and_logs_are_no_tagged_text() {
        for text in
            ["Dear all,\nNote: the file is empty.\nNote: really.\nBye\n", "INFO: a\nWARN: b\nERROR: c\nINFO: d\nWARN: e\nERROR: f\n"]
        {
            assert!(guess(text).is_none_or(|guess| !guess.sure), "{text}");
        }
    }
}
