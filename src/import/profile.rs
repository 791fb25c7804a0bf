//! Tagged text read through a profile: which tag starts a record, which tag is which field, what stands between tag
//! and value. Its one rule: the profile is data (`profiles/*.toml`, a lead's mapping, or a guess at a text that nobody knows), so a
//! layout is corrected without touching code.

use std::io::BufRead;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::lines::MARK;
use super::ris::is_counter;
use super::tagged::Gathered;
use super::unknown::Unknown;
use super::{Context, Format, ImportError, Mapping, Provider, ichushi, table};
use crate::model::Record;

/// The profile for 医中誌's tagged text. Its layout is not documented in public; see the file.
const ICHUSHI: &str = include_str!("profiles/ichushi_tagged.toml");
/// Longest tag in characters.
pub const MAX_TAG: usize = 20;
/// Longest code of a tag that the guess did not see.
const MAX_CODE: usize = 4;

/// How a tagged layout is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    /// Tags that begin a record. Empty: a blank line does.
    #[serde(default)]
    pub record_start: Vec<String>,
    /// What stands around a tag: before it and between it and the value, as pairs (`["", "- "]`, `["【", "】"]`).
    pub marks: Vec<(String, String)>,
    /// Tag to field, the fields being those of `ichushi::set`; in a guess the words of `mapping`, empty for tags that nobody knows.
    pub tags: Vec<(String, String)>,
    /// A guess beyond reasonable doubt.
    #[serde(skip)]
    pub sure: bool,
}

impl Profile {
    /// Reads a profile from its text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let profile: Profile = toml::from_str(text).map_err(|e| e.to_string())?;
        if profile.marks.is_empty() || profile.tags.is_empty() {
            return Err(format!("profile {:?} has no marks or no tags", profile.name));
        }
        Ok(profile)
    }

    /// The one that comes with Erabi.
    pub fn ichushi() -> &'static Self {
        static OWN: LazyLock<Profile> = LazyLock::new(|| Profile::parse(ICHUSHI).expect("a test reads the file that is compiled in"));
        &OWN
    }

    /// Tag and where the value begins, if the line opens a field in this profile.
    pub fn tag_line(&self, line: &str) -> Option<(Range<usize>, usize)> {
        let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
        self.marks.iter().find_map(|(before, after)| {
            let rest = line[start..].strip_prefix(before.as_str())?;
            let by_blanks = is_blanks(after);
            let end = rest.find(after.as_str()).or_else(|| (by_blanks && self.field(rest.trim_end()).is_some()).then_some(rest.len()))?;
            let tag = rest[..end].trim_end();
            let from = start + before.len();
            // a word in capitals before blanks may stand in a sentence
            let unseen = tag.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                && (!by_blanks || (tag.starts_with(|c: char| c.is_ascii_uppercase()) && tag.len() <= MAX_CODE));
            let plausible = !tag.is_empty() && tag.chars().count() <= MAX_TAG && (self.field(tag).is_some() || unseen);
            plausible.then(|| (from..from + tag.len(), (from + end + after.len()).min(line.len())))
        })
    }

    /// Whether a tag is one of the profile's, or a code that it keeps as unknown.
    pub fn knows(&self, tag: &str) -> bool {
        self.field(tag).is_some() || tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }

    fn field(&self, tag: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == tag).map(|(_, field)| field.as_str())
    }

    /// The profile with what a lead said before what it says itself. Makes with the same marks share a mapping: in a guess a beginning that
    /// the text does not have is another make's.
    fn with(mut self, mapping: &Mapping, guessed: bool) -> Self {
        if !mapping.marks.is_empty() {
            self.marks = mapping.marks.clone();
        }
        if !mapping.record_start.is_empty() && (!guessed || mapping.record_start.iter().any(|tag| self.field(tag).is_some())) {
            self.record_start = mapping.record_start.clone();
        }
        self.tags.retain(|(tag, _)| mapping.word_of_tag(tag).is_none());
        self.tags.extend(mapping.names.iter().map(|named| (named.name.clone(), named.field.clone())));
        self
    }
}

/// Reads a file through the built-in profile, or through the one guessed, each with what a lead said.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let guessed = context.format == Format::Tagged;
    let own = if guessed { out.guess.take() } else { Some(Profile::ichushi().clone()) };
    let Some(profile) = own.map(|profile| out.mapping().map_or(profile.clone(), |mapping| profile.with(mapping, guessed))) else {
        return Err(ImportError::NoEntries { format: context.format, looks_like: None });
    };
    out.naming.mapping.record_start = profile.record_start.clone();
    if guessed {
        out.naming.mapping.marks = profile.marks.clone();
    }
    let mut layout = Profiled { profile: &profile, guessed, provider: context.provider, unknown: Unknown::default() };
    blocks::read(input, &mut layout, out)
}

/// Whether nothing but blanks or a tab sets a tag off.
pub fn is_blanks(after: &str) -> bool {
    after.trim().is_empty()
}

struct Profiled<'p> {
    profile: &'p Profile,
    guessed: bool,
    provider: Provider,
    unknown: Unknown,
}

impl Layout for Profiled<'_> {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let Some((tag, value)) = self.profile.tag_line(line) else {
            return if self.guessed && before.after_blank && is_counter(line) { Line::Stray } else { Line::More };
        };
        let name = &line[tag.clone()];
        let starts = match self.profile.record_start.is_empty() {
            true => before.after_blank,
            false => self.profile.record_start.iter().any(|s| s == name) && (before.after_blank || before.entry.has_tag(&[name])),
        };
        if starts || before.first { Line::Start(Some((tag, value))) } else { Line::Field(tag, value) }
    }

    fn knows_outside(&self, line: &str) -> bool {
        self.guessed && is_counter(line)
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        if self.guessed {
            return self.understand_as_row(entry);
        }
        let mut b = Builder::default();
        for (tag, value) in entry.fields() {
            let field = self.profile.field(tag).filter(|field| value.is_empty() || ichushi::set(&mut b, field, &value));
            if field.is_none() {
                b.unknown(tag, &value);
            }
            self.unknown.note_as(tag, field.map_or("", |field| table::word_or_known(field)), &value);
        }
        if self.provider == Provider::Ichushi {
            ichushi::settle(&mut b);
        }
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

impl Profiled<'_> {
    /// Tags of an unknown make mean what columns of the same name mean; those that repeat are one value.
    fn understand_as_row(&mut self, entry: &Gathered) -> Record {
        let mut values: Vec<(String, Option<table::Field>, String)> = Vec::new();
        for (tag, value) in entry.fields().filter(|(_, value)| !value.is_empty()) {
            let word = self.profile.field(tag).unwrap_or_default();
            // a column's name may say more than the word for it (`巻号頁`)
            let field = if table::known(tag) == Some(word) { table::field_of_name(tag) } else { table::field_of_word(word) };
            self.unknown.note_as(tag, table::word(word), &value);
            match values.iter_mut().find(|(known, ..)| known == tag) {
                Some((_, _, text)) => {
                    let list = matches!(field, Some(table::Field::Authors | table::Field::Keywords | table::Field::Types));
                    text.push_str(if list { "; " } else { "\n" });
                    text.push_str(&value);
                }
                None => values.push((tag.to_owned(), field, value.into_owned())),
            }
        }
        table::record_of(values, self.provider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Format;
    use crate::model::Entry;

    #[test]
    fn the_built_in_profile_reads_invented_text() {
        let text = "UI  - 2024069945\nTI  - 地域支援の検討(会議録)\nAU  - 山田 花子(東都大学)\nJN  - 精神医学(0488-1281)\nVO  - 60巻\nNO  - 1号\nPG  - Page38-45\nPY  - 2012.02\nZZ  - 不明\n\nUI  - M227360015\nTI  - 第二\n";
        let mut records = Vec::new();
        let mut sink = |entry: Entry| {
            if let Entry::Record(record) = entry {
                records.push(record.record)
            }
        };
        let context = Context { format: Format::IchushiTagged, provider: Provider::Ichushi };
        let mut out = Emit::new(&mut sink).about(&context, None);
        read(&mut text.as_bytes(), &context, &mut out).expect("reads");
        assert_eq!(out.issues[0].code, "unknown_tags");
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].extra, [("ZZ".to_owned(), "不明".to_owned())]);
        assert_eq!(
            (records[0].volume.as_deref(), records[0].issue.as_deref(), records[0].pages.as_deref()),
            (Some("60"), Some("1"), Some("38-45"))
        );
        assert_eq!(records[0].journal.as_deref(), Some("精神医学"));
    }

    /// Invented: a make that nobody knows, with counters above its records.
    const UNKNOWN_MAKE: &str = "検索結果\n\n1.\n【整理No】A-1\n【論題名】地域支援の検討\n【筆頭】山田 花子\n【年】2012\n【抄録】目的を述べた。\n続きの行。\n\n\
        2.\n【整理No】A-2\n【論題名】第二の題\n【筆頭】佐藤 一\n【年】2015\n";

    fn through(mapping: Option<Mapping>, text: &str) -> (crate::import::Summary, Vec<Record>) {
        let mut records = Vec::new();
        let options = crate::import::Options { mapping, ..crate::import::Options::default() };
        let summary = crate::import::read(text.as_bytes(), &options, &mut |entry| {
            if let Entry::Record(record) = entry {
                records.push(record.record)
            }
        });
        (summary.expect("reads"), records)
    }

    #[test]
    fn a_make_that_nobody_knows_is_guessed_and_completed_by_a_lead() {
        let (summary, records) = through(None, UNKNOWN_MAKE);
        assert_eq!((summary.format, summary.entries, summary.rejected), (Format::Tagged, 2, 1));
        assert_eq!(records[0].abstract_text.as_deref(), Some("目的を述べた。\n続きの行。"));
        let naming = summary.naming;
        assert_eq!(naming.mapping.marks, [("【".to_owned(), "】".to_owned())]);
        assert_eq!(naming.mapping.record_start, ["整理No"]);
        let names: Vec<_> = naming.seen.iter().map(|seen| (seen.name.as_str(), seen.field)).collect();
        assert_eq!(names, [("整理No", ""), ("論題名", ""), ("筆頭", ""), ("年", "year"), ("抄録", "abstract")]);
        assert_eq!(naming.seen[1].examples, ["地域支援の検討", "第二の題"]);
        let names = [("整理No", "accession"), ("論題名", "title"), ("筆頭", "authors")];
        let names = names.map(|(name, field)| crate::import::mapping::Named { name: name.to_owned(), field: field.to_owned() }).to_vec();
        let mapping = Mapping { names, ..naming.mapping };
        assert_eq!(mapping.check(), Ok(()));
        let (summary, records) = through(Some(mapping), UNKNOWN_MAKE);
        assert_eq!((summary.records, summary.rejected, summary.issues.len()), (2, 0, 0));
        assert!(summary.naming.seen[0].mapped && summary.naming.seen[0].field == "accession");
        assert_eq!(
            (records[1].title.as_deref(), records[1].authors[0].family.as_str(), records[1].accession.as_deref()),
            (Some("第二の題"), "佐藤", Some("A-2"))
        );
    }

    /// Invented: the same make, its tags set off by blanks alone.
    fn set_off_by(blanks: &str, between: &str) -> String {
        let records = [("L-101", "地域支援の検討", "山田 花子"), ("L-102", "第二の題", "佐藤 一"), ("L-103", "第三の題", "鈴木 良")];
        let text = records.map(|(number, title, author)| {
            let fields = [("NO", number), ("DAI", title), ("HITO", author), ("NEN", "2012"), ("AB", "目的を述べた。\n     続きの行。")];
            fields.map(|(tag, value)| format!("{tag}{blanks}{value}\n")).concat()
        });
        format!("検索結果一覧\n\n{}", text.join(between))
    }

    #[test]
    fn tags_may_be_set_off_by_blanks_alone() {
        for (blanks, between) in [("  ", "\n"), ("  ", ""), ("     ", "\n\n"), ("\t", "\n"), ("\t", "")] {
            let text = set_off_by(blanks, between);
            let (summary, records) = through(None, &text);
            assert_eq!((summary.format, summary.entries), (Format::Tagged, 3), "{text}");
            assert_eq!(summary.naming.mapping.record_start, ["NO"]);
            assert_eq!(records[0].abstract_text.as_deref(), Some("目的を述べた。\n続きの行。"));
            let names: Vec<_> = summary.naming.seen.iter().map(|seen| seen.name.as_str()).collect();
            assert_eq!(names, ["NO", "DAI", "HITO", "NEN", "AB"]);
            let names = [("NO", "accession"), ("DAI", "title"), ("HITO", "authors"), ("NEN", "year")];
            let names =
                names.map(|(name, field)| crate::import::mapping::Named { name: name.to_owned(), field: field.to_owned() }).to_vec();
            let mapping = Mapping { names, ..summary.naming.mapping };
            assert_eq!(mapping.check(), Ok(()));
            let (summary, records) = through(Some(mapping), &text);
            assert_eq!((summary.records, summary.rejected), (3, 0));
            let second = &records[1];
            assert_eq!((second.title.as_deref(), second.accession.as_deref(), second.year), (Some("第二の題"), Some("L-102"), Some(2012)));
            assert_eq!(second.authors[0].family, "佐藤");
        }
    }

    #[test]
    fn a_mapping_of_another_make_with_the_same_marks_does_not_say_where_records_begin() {
        let own = set_off_by("  ", "");
        let seen = through(None, &own).0.naming.mapping;
        let mapping = Mapping { names: vec![crate::import::mapping::Named { name: "DAI".into(), field: "title".into() }], ..seen };
        let other = own.replace("NO  ", "KEY  ").replace("HITO", "PERSON");
        let (summary, records) = through(Some(mapping), &other);
        assert_eq!((summary.entries, summary.naming.mapping.record_start), (3, vec!["KEY".to_owned()]));
        assert_eq!(records[2].title.as_deref(), Some("第三の題"), "what it says of tags that both have holds");
    }

    #[test]
    fn a_tag_without_a_value_and_one_that_was_not_foreseen_are_tags_too() {
        let text = set_off_by("  ", "\n").replace("HITO  佐藤 一\n", "HITO\nZZ  稀\n");
        let (summary, records) = through(None, &text);
        assert_eq!((summary.format, summary.entries), (Format::Tagged, 3));
        assert_eq!(records[1].extra, [("DAI", "第二の題"), ("ZZ", "稀"), ("NEN", "2012")].map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn a_lead_corrects_the_built_in_profile() {
        let text = "UI  - 2024069945\nTI  - 題\nTE  - 山田 花子(東都大学)\nZ1  - 精神医学(0488-1281)\n\nUI  - 2024069946\nTI  - 題二\nAU  - 佐藤 一\n";
        let (summary, records) = through(None, text);
        assert_eq!((summary.format, records[0].title_other.as_deref()), (Format::IchushiTagged, Some("山田 花子(東都大学)")));
        let names = [("TE", "authors"), ("Z1", "journal")];
        let names = names.map(|(name, field)| crate::import::mapping::Named { name: name.to_owned(), field: field.to_owned() }).to_vec();
        let (_, records) = through(Some(Mapping { names, ..summary.naming.mapping }), text);
        assert_eq!((records[0].title_other.as_deref(), records[0].authors[0].family.as_str()), (None, "山田"));
        assert_eq!((records[0].journal.as_deref(), records[0].issn.join("")), (Some("精神医学"), "0488-1281".to_owned()));
        assert_eq!(records[1].authors[0].family, "佐藤");
    }

    #[test]
    fn a_broken_profile_says_so() {
        assert!(Profile::parse("name = 'x'").is_err());
        assert!(Profile::parse("name = 'x'\nmarks = []\ntags = []").is_err());
    }
}
