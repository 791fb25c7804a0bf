//! Tagged text read through a profile: which tag starts a record, which tag is which field, what stands between tag
//! and value. Its one rule: the profile is data (`profiles/*.toml`), so a layout is corrected without touching code.

use std::io::BufRead;
use std::ops::Range;

use serde::Deserialize;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::ichushi;
use super::lines::MARK;
use super::tagged::Gathered;
use super::unknown::Unknown;
use super::{Context, ImportError, Provider};
use crate::model::Record;

/// The profile for 医中誌's tagged text. Its layout is not documented in public; see the file.
const ICHUSHI: &str = include_str!("profiles/ichushi_tagged.toml");
/// Longest tag in characters.
const MAX_TAG: usize = 20;

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
    /// Tag to field, the fields being those of `ichushi::set`.
    pub tags: Vec<(String, String)>,
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
    pub fn ichushi() -> Self {
        Self::parse(ICHUSHI).expect("a test reads the file that is compiled in")
    }

    /// Tag and where the value begins, if the line opens a field in this profile.
    pub fn tag_line(&self, line: &str) -> Option<(Range<usize>, usize)> {
        let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
        self.marks.iter().find_map(|(before, after)| {
            let rest = line[start..].strip_prefix(before.as_str())?;
            let end = rest.find(after.as_str())?;
            let tag = rest[..end].trim_end();
            let from = start + before.len();
            let plausible = !tag.is_empty()
                && tag.chars().count() <= MAX_TAG
                && (self.field(tag).is_some() || tag.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
            plausible.then(|| (from..from + tag.len(), from + end + after.len()))
        })
    }

    fn field(&self, tag: &str) -> Option<&str> {
        self.tags.iter().find(|(name, _)| name == tag).map(|(_, field)| field.as_str())
    }
}

/// Reads a file through the built-in profile.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    read_with(input, context, &Profile::ichushi(), out)
}

/// Reads a file through `profile`.
pub fn read_with(input: &mut dyn BufRead, context: &Context, profile: &Profile, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut layout = Profiled { profile, provider: context.provider, unknown: Unknown::default() };
    blocks::read(input, &mut layout, out)
}

struct Profiled<'p> {
    profile: &'p Profile,
    provider: Provider,
    unknown: Unknown,
}

impl Layout for Profiled<'_> {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let Some((tag, value)) = self.profile.tag_line(line) else { return Line::More };
        let name = &line[tag.clone()];
        let starts = match self.profile.record_start.is_empty() {
            true => before.after_blank,
            false => self.profile.record_start.iter().any(|s| s == name) && (before.after_blank || before.entry.has_tag(&[name])),
        };
        if starts || before.first { Line::Start(Some((tag, value))) } else { Line::Field(tag, value) }
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (tag, value) in entry.fields() {
            let known = self.profile.field(tag).is_some_and(|field| value.is_empty() || ichushi::set(&mut b, field, &value));
            if !known {
                b.unknown(tag, &value);
                self.unknown.note(tag, &value);
            }
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
        let mut out = Emit::new(&mut sink);
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

    #[test]
    fn a_broken_profile_says_so() {
        assert!(Profile::parse("name = 'x'").is_err());
        assert!(Profile::parse("name = 'x'\nmarks = []\ntags = []").is_err());
    }
}
