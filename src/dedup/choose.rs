//! A person's choice of the record that a field of the merged view comes from.
//!
//! One rule: choosing moves a field to what a record says; what it said before in the other language is kept beside it.

use super::merge::{Merged, Sourced};
use crate::model::Record;

/// Fields that can be chosen, by the names under which their origins are kept.
pub const FIELDS: [&str; 15] = [
    "title",
    "title_other",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "accession",
    "language",
    "type",
    "abstract",
    "abstract_other",
];

/// Takes `field` from record `at`; `false`, and nothing changed, when the record says nothing there or the field can't be chosen.
pub fn choose(merged: &mut Merged, field: &str, records: &[&Record], at: usize) -> bool {
    let Some(record) = records.get(at) else { return false };
    let text = |value: &Option<String>| value.clone().map(|value| Sourced { value, from: at });
    match field {
        "title" => first(&mut merged.title, &mut merged.title_other, text(&record.title)),
        "title_other" => take(&mut merged.title_other, text(&record.title_other)),
        "abstract" => first(&mut merged.abstract_text, &mut merged.abstract_other, text(&record.abstract_text)),
        "abstract_other" => take(&mut merged.abstract_other, text(&record.abstract_other)),
        "authors" => {
            take(&mut merged.authors, Some(&record.authors).filter(|a| !a.is_empty()).map(|a| Sourced { value: a.clone(), from: at }))
        }
        "year" => take(&mut merged.year, record.year.map(|value| Sourced { value, from: at })),
        "journal" => take(&mut merged.journal, text(&record.journal)),
        "volume" => take(&mut merged.volume, text(&record.volume)),
        "issue" => take(&mut merged.issue, text(&record.issue)),
        "pages" => take(&mut merged.pages, text(&record.pages)),
        "language" => take(&mut merged.language, text(&record.language)),
        "type" => take(&mut merged.kind, text(&Some(record.kind.clone()).filter(|kind| !kind.is_empty()))),
        "doi" => front(merged, "doi", record.doi.clone(), at),
        "pmid" => front(merged, "pmid", record.pmid.clone(), at),
        "accession" => front(merged, "accession", super::merge::accession(record), at),
        _ => false,
    }
}

fn take<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let there = value.is_some();
    if there {
        *slot = value;
    }
    there
}

/// A text that moves to the front; the one in the other language that was there steps aside for it.
fn first(slot: &mut Option<Sourced<String>>, other: &mut Option<Sourced<String>>, value: Option<Sourced<String>>) -> bool {
    let Some(value) = value else { return false };
    let japanese = |text: &Sourced<String>| text.value.chars().any(super::fold::is_cjk);
    let same_side = |text: &Option<Sourced<String>>| text.as_ref().is_none_or(|text| japanese(text) == japanese(&value));
    if !same_side(slot) && same_side(other) {
        *other = slot.take();
    }
    *slot = Some(value);
    true
}

/// The first identifier of its kind is the one that is shown; all others stay.
fn front(merged: &mut Merged, kind: &'static str, value: Option<String>, from: usize) -> bool {
    let Some(value) = value else { return false };
    merged.identifiers.retain(|(known, said)| *known != kind || !said.value.eq_ignore_ascii_case(&value));
    merged.identifiers.insert(0, (kind, Sourced { value, from }));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::merge;

    fn record(title: &str, other: Option<&str>, doi: &str) -> Record {
        Record { title: Some(title.into()), title_other: other.map(Into::into), doi: Some(doi.into()), ..Record::default() }
    }

    #[test]
    fn a_title_in_the_other_language_changes_places() {
        let (a, b) = (record("包括型地域生活支援", None, "10.1/a"), record("Assertive community treatment", None, "10.1/b"));
        let records = [&a, &b];
        let mut merged = merge(&records);
        assert_eq!(merged.title.as_ref().map(|t| t.from), Some(0));
        assert!(choose(&mut merged, "title", &records, 1));
        assert_eq!((merged.title.as_ref().map(|t| t.from), merged.title_other.as_ref().map(|t| t.from)), (Some(1), Some(0)));
        // Another title in the same language stands alone in its place.
        assert!(choose(&mut merged, "title", &[&a, &record("ACT", None, "10.1/c")], 1));
        assert_eq!((merged.title.map(|t| t.value), merged.title_other.map(|t| t.from)), (Some("ACT".into()), Some(0)));
    }

    #[test]
    fn a_chosen_identifier_is_shown_and_the_others_stay() {
        let (a, b) = (record("One", None, "10.1/a"), record("One", None, "10.1/b"));
        let records = [&a, &b];
        let mut merged = merge(&records);
        assert!(choose(&mut merged, "doi", &records, 1));
        let dois: Vec<&str> = merged.identifiers.iter().map(|(_, said)| said.value.as_str()).collect();
        assert_eq!(dois, ["10.1/b", "10.1/a"]);
        assert!(!choose(&mut merged, "pmid", &records, 1), "a record that says nothing can't be chosen");
        assert!(!choose(&mut merged, "keywords", &records, 1));
    }

    #[test]
    fn every_field_can_be_chosen() {
        let full = Record {
            title_other: Some("副題".into()),
            authors: vec![crate::model::Author::default()],
            year: Some(2001),
            journal: Some("J".into()),
            volume: Some("1".into()),
            issue: Some("2".into()),
            pages: Some("3".into()),
            pmid: Some("4".into()),
            accession: Some("5".into()),
            language: Some("en".into()),
            kind: "JOUR".into(),
            abstract_text: Some("A".into()),
            abstract_other: Some("抄録".into()),
            ..record("T", None, "10.1/a")
        };
        let mut merged = merge(&[&full, &Record::default()]);
        for field in FIELDS {
            assert!(choose(&mut merged, field, &[&full, &Record::default()], 0), "{field}");
        }
    }
}
