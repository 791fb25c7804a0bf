//! What a lead says about the names that a file uses: a column of a table, or a tag that no reader knows → a field. One rule: a
//! mapping adds meaning and takes nothing away; a value that finds its field filled stays kept under its own name.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::table::{self, Field, fold_name};
use super::{Context, Format, Provider};
use crate::model::Record;
use crate::normalize::text::without_addresses;

pub use super::table::words;

/// Columns and tags of one mapping.
const MAX_COLUMNS: usize = 3_000;
const MAX_TAGS: usize = 300;
/// Characters of a name.
const MAX_NAME: usize = 200;
/// Examples of a name, characters of one.
const MAX_EXAMPLES: usize = 3;
const MAX_EXAMPLE: usize = 80;

/// What a mapping is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Columns of a table, found again by its header row.
    #[default]
    Columns,
    /// Tags of a text, found again by its format and who wrote it.
    Tags,
}

/// A name and the word of its field, one of `words`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub field: String,
}

/// Which name is which field. Written as JSON: in the database, and in the file that leads hand on to other reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    pub kind: Kind,
    /// Tags: the stable names of format and provider.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// Columns: the names of the header row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    pub names: Vec<Named>,
    /// Columns: there is no header row, the first row is an entry already; `header` counts the columns (`column 1`, …).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub headless: bool,
    /// Text read through a profile: tags that begin a record, and what stands before and behind a tag.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub record_start: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<(String, String)>,
}

/// What is wrong with a mapping: a stable code and what it is about.
pub type Fault = (&'static str, String);

impl Mapping {
    /// A mapping that says nothing yet, about the file at hand.
    pub fn about(context: &Context) -> Self {
        match context.format {
            Format::Csv | Format::Tsv | Format::Xlsx => Self::default(),
            format => {
                Self { kind: Kind::Tags, format: format.name().to_owned(), provider: context.provider.name().to_owned(), ..Self::default() }
            }
        }
    }

    /// # Errors
    /// For a field that nobody knows, an empty name, and past the limits.
    pub fn check(&self) -> Result<(), Fault> {
        let most = if self.kind == Kind::Tags { MAX_TAGS } else { MAX_COLUMNS };
        if self.names.len().max(self.header.len()).max(self.record_start.len()).max(self.marks.len()) > most {
            return Err(("too_many_items", most.to_string()));
        }
        let marks = self.marks.iter().flat_map(|(before, after)| [before, after]);
        let texts = self.names.iter().map(|named| &named.name).chain(&self.header).chain(&self.record_start).chain(marks);
        if texts.clone().any(|text| text.chars().count() > MAX_NAME) {
            return Err(("too_long", MAX_NAME.to_string()));
        }
        if let Some(named) = self.names.iter().find(|named| named.name.trim().is_empty() || table::field_of_word(&named.field).is_none()) {
            return Err(("mapping_field_unknown", format!("{} → {}", named.name, named.field)));
        }
        let known = |(before, after): &(String, String)| !(before.is_empty() && after.is_empty());
        let tags = self.kind == Kind::Tags;
        if tags && (self.format.parse::<Format>().is_err() || self.provider.parse::<Provider>().is_err() || !self.marks.iter().all(known)) {
            return Err(("mapping_of_nothing", self.format.clone()));
        }
        if self.names.is_empty() || (!tags && self.header.is_empty()) {
            return Err(("mapping_of_nothing", String::new()));
        }
        Ok(())
    }

    /// What tells it from others: only one mapping of a review has this key.
    pub fn key(&self) -> String {
        match self.kind {
            Kind::Columns => folded_header(&self.header).join("\u{1f}"),
            Kind::Tags => {
                let marks = self.marks.iter().map(|(before, after)| format!("{before}\u{1f}{after}"));
                [self.format.clone(), self.provider.clone()].into_iter().chain(marks).collect::<Vec<_>>().join("\u{1e}")
            }
        }
    }

    /// Whether it is about the names that `seen` was read with: the same header, or one that only gained columns; the same tags.
    pub fn fits(&self, seen: &Mapping) -> bool {
        if self.kind != seen.kind {
            return false;
        }
        match self.kind {
            Kind::Tags => self.key() == seen.key(),
            // by their places alone only tables of the same width are alike
            Kind::Columns if self.headless || seen.headless => self.headless == seen.headless && self.header.len() == seen.header.len(),
            Kind::Columns => {
                let header = folded_header(&seen.header);
                !self.header.is_empty() && folded_header(&self.header).iter().all(|name| header.binary_search(name).is_ok())
            }
        }
    }

    /// The fields of columns by their folded names; of a name that stands twice the first.
    pub fn columns(&self) -> HashMap<String, Field> {
        let fields = self.names.iter().rev().filter(|_| self.kind == Kind::Columns);
        fields.filter_map(|named| Some((fold_name(&named.name), table::field_of_word(&named.field)?))).collect()
    }

    /// The word for a tag, which stands for itself.
    pub fn word_of_tag(&self, tag: &str) -> Option<&str> {
        self.names.iter().find(|named| named.name == tag).map(|named| named.field.as_str())
    }

    /// Moves what a record keeps under mapped tags into their fields.
    pub fn complete(&self, record: &mut Record, provider: Provider) {
        if self.kind != Kind::Tags || record.extra.is_empty() {
            return;
        }
        let mut values = Vec::new();
        for (tag, value) in std::mem::take(&mut record.extra) {
            match self.word_of_tag(&tag).and_then(table::field_of_word) {
                Some(field) if field != Field::Extra && !is_filled(record, field) => values.push((tag, Some(field), value)),
                _ => record.extra.push((tag, value)),
            }
        }
        if !values.is_empty() {
            join(record, table::record_of(values, provider));
        }
    }
}

fn folded_header(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = header.iter().map(|name| fold_name(name)).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a field that takes one value has it.
fn is_filled(record: &Record, field: Field) -> bool {
    match field {
        Field::Title => record.title.is_some(),
        Field::TitleOther => record.title_other.is_some(),
        Field::Date => record.year.is_some(),
        Field::Journal => record.journal.is_some(),
        Field::Volume => record.volume.is_some(),
        Field::Issue => record.issue.is_some(),
        Field::Pages | Field::PageStart | Field::PageEnd => record.pages.is_some(),
        Field::Doi => record.doi.is_some(),
        Field::Pmid => record.pmid.is_some(),
        Field::Accession => record.accession.is_some(),
        Field::Abstract => record.abstract_text.is_some(),
        Field::AbstractOther => record.abstract_other.is_some(),
        Field::Language => record.language.is_some(),
        Field::Database => record.database.is_some(),
        Field::Publisher => record.publisher.is_some(),
        _ => false,
    }
}

/// Puts what `more` says where `record` says nothing; lists grow by what is new.
fn join(record: &mut Record, more: Record) {
    macro_rules! one { ($($field:ident),+) => { $(if record.$field.is_none() { record.$field = more.$field; })+ } }
    macro_rules! many { ($($field:ident),+) => { $(for value in more.$field {
        if !record.$field.contains(&value) { record.$field.push(value); }
    })+ } }
    one!(title, title_other, year, date, journal, journal_abbreviation, volume, issue, pages, doi, pmid, pmcid, accession);
    one!(abstract_text, abstract_other, language, database, publisher, external_id);
    many!(authors, issn, isbn, trial_ids, keywords, publication_types, links, notices, affiliations, notes, prior_decisions, extra);
    if record.kind.is_empty() {
        record.kind = more.kind;
    }
}

/// A name that a file uses, with what it was taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub name: String,
    /// Word of the field, one of `words`; `known` where there is no word for it; empty where nobody knows the name.
    pub field: &'static str,
    /// The mapping says so.
    pub mapped: bool,
    /// Another name stands for the same field, which takes one value.
    pub ambiguous: bool,
    /// Some of its values, cut, people's addresses hidden.
    pub examples: Vec<String>,
}

impl Seen {
    /// Keeps `value` as an example, while there is room for one.
    pub fn example(&mut self, value: &str) {
        if self.examples.len() < MAX_EXAMPLES {
            let words = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let value: String = without_addresses(&words).chars().take(MAX_EXAMPLE).collect();
            if !value.is_empty() && !self.examples.contains(&value) {
                self.examples.push(value);
            }
        }
    }
}

/// The names of a file, and the mapping it was read with (one that says nothing where there was none).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Naming {
    pub seen: Vec<Seen>,
    pub mapping: Mapping,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pairs: &[(&str, &str)]) -> Vec<Named> {
        pairs.iter().map(|(name, field)| Named { name: (*name).to_owned(), field: (*field).to_owned() }).collect()
    }

    fn columns(header: &[&str]) -> Mapping {
        Mapping { header: header.iter().map(|name| (*name).to_owned()).collect(), names: named(&[("x", "title")]), ..Mapping::default() }
    }

    #[test]
    fn tags_fill_empty_fields_only() {
        let mapping = Mapping {
            kind: Kind::Tags,
            names: named(&[("ZT", "title"), ("ZA", "authors"), ("ZY", "year"), ("ZS", "start_page"), ("ZE", "end_page"), ("ZZ", "keep")]),
            ..Mapping::default()
        };
        let extra = [("ZT", "題"), ("ZA", "山田 花子; 佐藤 一"), ("ZY", "2012.02"), ("ZS", "38"), ("ZE", "45"), ("ZZ", "x"), ("Q", "y")];
        let extra = extra.map(|(tag, value)| (tag.to_owned(), value.to_owned())).to_vec();
        let mut record = Record { extra: extra.clone(), ..Record::default() };
        mapping.complete(&mut record, Provider::Generic);
        assert_eq!((record.title.as_deref(), record.authors.len(), record.year), (Some("題"), 2, Some(2012)));
        assert_eq!((record.pages.as_deref(), record.date.as_deref()), (Some("38-45"), Some("2012.02")));
        assert_eq!(record.extra, [("ZZ".to_owned(), "x".to_owned()), ("Q".to_owned(), "y".to_owned())]);
        let mut record = Record { title: Some("own".to_owned()), extra, ..Record::default() };
        mapping.complete(&mut record, Provider::Generic);
        assert_eq!((record.title.as_deref(), record.extra[0].0.as_str()), (Some("own"), "ZT"));
    }

    #[test]
    fn a_header_is_found_again_in_any_order_and_with_more_columns() {
        let known = columns(&["No.", "文献", "筆頭"]);
        assert!(known.fits(&columns(&["文献", "ＮＯ", "筆頭", "備考欄"])));
        assert!(!known.fits(&columns(&["文献", "筆頭"])));
        assert_eq!(known.key(), columns(&["筆頭", "no", "文献"]).key());
        assert!(!known.fits(&Mapping { kind: Kind::Tags, ..known.clone() }));
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(columns(&["x"]).check(), Ok(()));
        assert_eq!(columns(&[]).check().unwrap_err().0, "mapping_of_nothing");
        let wrong = Mapping { names: named(&[("x", "colour")]), ..columns(&["x"]) };
        assert_eq!(wrong.check(), Err(("mapping_field_unknown", "x → colour".to_owned())));
        let long = columns(&[&"x".repeat(MAX_NAME + 1)]);
        assert_eq!(long.check().unwrap_err().0, "too_long");
        let tags = Mapping { kind: Kind::Tags, format: "ris".to_owned(), provider: "generic".to_owned(), ..columns(&[]) };
        assert_eq!(tags.check(), Ok(()));
        assert_eq!(Mapping { format: "word".to_owned(), ..tags.clone() }.check().unwrap_err().0, "mapping_of_nothing");
        let bare = Mapping { marks: vec![(String::new(), String::new())], ..tags };
        assert_eq!(bare.check().unwrap_err().0, "mapping_of_nothing");
    }
}
