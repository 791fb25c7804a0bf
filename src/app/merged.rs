//! A citation's stored form: the merged view of its records, each field with the record that it came from.
//! One rule: it follows from the records alone, so that making it again gives the same.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::shown::Stored;
use crate::dedup::{self, merge::Sourced};
use crate::model::{Keyword, Record};
use crate::store::{ChoiceRow, CitationRow};

/// A record that is to be merged.
pub struct Part {
    pub id: Uuid,
    /// The source's place in the review's order and its id.
    pub source: (i64, Uuid),
    pub in_databases: bool,
    pub record: Record,
}

/// Fields of which a person said what record they should come from.
pub type Chosen = BTreeMap<String, Uuid>;

/// What stands for these records, by field; `rows` oldest first, also of other records.
pub(super) fn standing(rows: &[ChoiceRow], records: &[Uuid]) -> Chosen {
    let mut chosen = BTreeMap::new();
    for row in rows.iter().filter(|row| records.contains(&row.record_id)) {
        if row.picked {
            chosen.insert(row.field.clone(), row.record_id);
        } else if chosen.get(&row.field) == Some(&row.record_id) {
            // what was chosen later for another record, before the two came together, stands
            chosen.remove(&row.field);
        }
    }
    chosen
}

/// Fills the derived columns of `row` from its records; `parts` is not empty and in order of ids.
pub fn fill(row: CitationRow, parts: &[Part], chosen: &Chosen) -> CitationRow {
    let stored = merge(parts, chosen);
    let mut sources: Vec<(i64, Uuid)> = parts.iter().map(|part| part.source).collect();
    sources.sort_unstable();
    let sources: Vec<Uuid> = sources.into_iter().map(|(_, id)| id).collect();
    CitationRow {
        merged: stored.to_json(),
        title: no_nul(stored.record.title.or(stored.record.title_other).unwrap_or_default()),
        year: stored.record.year.map(i64::from),
        in_databases: parts.iter().any(|part| part.in_databases),
        sources: serde_json::json!(sources).to_string(),
        record_count: parts.len() as i64,
        ..row
    }
}

/// Names of the derived columns in which two rows of one citation differ; for the merged view, of its fields and of the fields that
/// come from another record.
pub fn differing(stored: &CitationRow, made: &CitationRow) -> Vec<String> {
    let columns = [
        ("the title", stored.title == made.title),
        ("the year", stored.year == made.year),
        ("the PRISMA column", stored.in_databases == made.in_databases),
        ("the list of sources", stored.sources == made.sources),
        ("the number of records", stored.record_count == made.record_count),
    ];
    let mut names: Vec<String> = columns.into_iter().filter(|(_, equal)| !equal).map(|(name, _)| name.to_string()).collect();
    if stored.merged == made.merged {
        return names;
    }
    let parts = |row: &CitationRow| {
        let view: serde_json::Value = serde_json::from_str(&row.merged).unwrap_or_default();
        ["record", "origins"].map(|part| view[part].as_object().cloned().unwrap_or_default())
    };
    for (what, (old, new)) in ["", "origin of "].into_iter().zip(parts(stored).iter().zip(&parts(made))) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).collect();
        names.extend(keys.into_iter().map(|key| format!("{what}{key}")));
    }
    if names.is_empty() {
        names.push("the form of the merged view".into());
    }
    names
}

/// PostgreSQL's text holds every character but U+0000.
pub fn no_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn merge(parts: &[Part], chosen: &Chosen) -> Stored {
    if let [only] = parts {
        return Stored { origins: origins_of(&only.record, only.id), record: only.record.clone() };
    }
    let records: Vec<&Record> = parts.iter().map(|part| &part.record).collect();
    let mut merged = dedup::merge(&records);
    for (field, id) in chosen {
        if let Some(at) = parts.iter().position(|part| part.id == *id) {
            dedup::choose(&mut merged, field, &records, at);
        }
    }
    let mut origins = BTreeMap::new();
    let mut from = |field: &str, at: usize| {
        origins.entry(field.to_string()).or_insert(parts[at].id);
    };
    let mut text = |field: &str, value: Option<Sourced<String>>| {
        value.map(|value| {
            from(field, value.from);
            value.value
        })
    };
    let mut record = Record {
        title: text("title", merged.title),
        title_other: text("title_other", merged.title_other),
        journal: text("journal", merged.journal),
        volume: text("volume", merged.volume),
        issue: text("issue", merged.issue),
        pages: text("pages", merged.pages),
        abstract_text: text("abstract", merged.abstract_text),
        abstract_other: text("abstract_other", merged.abstract_other),
        language: text("language", merged.language),
        kind: text("type", merged.kind).unwrap_or_default(),
        publisher: text("publisher", merged.publisher),
        ..Record::default()
    };
    if let Some(authors) = merged.authors {
        from("authors", authors.from);
        record.authors = authors.value;
    }
    if let Some(year) = merged.year {
        from("year", year.from);
        record.year = Some(year.value);
    }
    for (kind, value) in merged.identifiers {
        identifier(&mut record, kind, value, &mut from);
    }
    if let Some(first) = merged.databases.first() {
        from("database", first.from);
        record.database = Some(merged.databases.iter().map(|database| database.value.as_str()).collect::<Vec<_>>().join("; "));
    }
    for link in merged.links {
        from("links", link.from);
        record.links.push(link.value);
    }
    record.keywords = merged.keywords.into_iter().map(|keyword| keyword_of(&records, keyword)).collect();
    the_rest(&mut record, &records);
    Stored { record, origins }
}

fn identifier(record: &mut Record, kind: &str, value: Sourced<String>, from: &mut impl FnMut(&str, usize)) {
    let (field, slot) = match kind {
        "doi" => ("doi", &mut record.doi),
        "pmid" => ("pmid", &mut record.pmid),
        "pmcid" => ("pmcid", &mut record.pmcid),
        "accession" => ("accession", &mut record.accession),
        "issn" => return record.issn.push(value.value),
        "isbn" => return record.isbn.push(value.value),
        _ => return record.trial_ids.push(value.value),
    };
    if slot.is_none() {
        from(field, value.from);
        *slot = Some(value.value);
    }
}

/// The keyword as the record that brought it marked it.
fn keyword_of(records: &[&Record], keyword: Sourced<String>) -> Keyword {
    let marked = records[keyword.from].keywords.iter().find(|known| known.term == keyword.value);
    marked.cloned().unwrap_or(Keyword { term: keyword.value, ..Keyword::default() })
}

/// Fields of which a citation keeps what any record says, without repeats.
fn the_rest(record: &mut Record, records: &[&Record]) {
    fn add<T: PartialEq + Clone>(to: &mut Vec<T>, from: &[T]) {
        for item in from {
            if !to.contains(item) {
                to.push(item.clone());
            }
        }
    }
    for other in records {
        add(&mut record.publication_types, &other.publication_types);
        add(&mut record.notices, &other.notices);
        add(&mut record.notes, &other.notes);
        add(&mut record.affiliations, &other.affiliations);
        add(&mut record.prior_decisions, &other.prior_decisions);
        record.date = record.date.take().or_else(|| other.date.clone());
        record.journal_abbreviation = record.journal_abbreviation.take().or_else(|| other.journal_abbreviation.clone());
        record.external_id = record.external_id.take().or_else(|| other.external_id.clone());
    }
}

/// Every field that a record fills, as coming from it.
fn origins_of(record: &Record, id: Uuid) -> BTreeMap<String, Uuid> {
    let shown = [
        ("type", !record.kind.is_empty()),
        ("title", record.title.is_some()),
        ("title_other", record.title_other.is_some()),
        ("authors", !record.authors.is_empty()),
        ("year", record.year.is_some()),
        ("journal", record.journal.is_some()),
        ("volume", record.volume.is_some()),
        ("issue", record.issue.is_some()),
        ("pages", record.pages.is_some()),
        ("doi", record.doi.is_some()),
        ("pmid", record.pmid.is_some()),
        ("pmcid", record.pmcid.is_some()),
        ("accession", record.accession.is_some()),
        ("abstract", record.abstract_text.is_some()),
        ("abstract_other", record.abstract_other.is_some()),
        ("language", record.language.is_some()),
        ("database", record.database.is_some()),
        ("publisher", record.publisher.is_some()),
        ("links", !record.links.is_empty()),
    ];
    shown.into_iter().filter(|(_, there)| *there).map(|(field, _)| (field.to_string(), id)).collect()
}
