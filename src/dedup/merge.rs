//! The records of a citation → one view of it, each field with the record it came from.
//!
//! One rule: nothing is made up and nothing is thrown away; every field is some record's own text.

use crate::model::{Author, Record};

/// A value and the position (in the slice given to [`merge`]) of the record that said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub from: usize,
}

/// One citation as shown. Japanese and other-language texts stand side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub title: Option<Sourced<String>>,
    /// The title in the other language: Japanese beside English.
    pub title_other: Option<Sourced<String>>,
    pub authors: Option<Sourced<Vec<Author>>>,
    pub year: Option<Sourced<i32>>,
    pub journal: Option<Sourced<String>>,
    pub volume: Option<Sourced<String>>,
    pub issue: Option<Sourced<String>>,
    pub pages: Option<Sourced<String>>,
    pub abstract_text: Option<Sourced<String>>,
    pub abstract_other: Option<Sourced<String>>,
    pub language: Option<Sourced<String>>,
    pub kind: Option<Sourced<String>>,
    pub publisher: Option<Sourced<String>>,
    /// Every identifier of every record, without repeats: `doi`, `pmid`, `pmcid`, `issn`, `isbn`, `trial`, `accession`.
    pub identifiers: Vec<(&'static str, Sourced<String>)>,
    /// Every database named, every keyword, every link, without repeats.
    pub databases: Vec<Sourced<String>>,
    pub keywords: Vec<Sourced<String>>,
    pub links: Vec<Sourced<String>>,
}

/// Merges records that describe one report. The result does not depend on their order, apart from the positions in it.
pub fn merge(records: &[&Record]) -> Merged {
    let japanese = |t: &str| t.chars().any(super::fold::is_cjk);
    let titles: Vec<(usize, &str)> = texts(records, |r| [&r.title, &r.title_other]);
    let abstracts: Vec<(usize, &str)> = texts(records, |r| [&r.abstract_text, &r.abstract_other]);
    let side = |list: &[(usize, &str)], wanted: bool, rank: fn(&str) -> i64| -> Option<Sourced<String>> {
        best(list.iter().copied().filter(|(_, t)| japanese(t) == wanted), rank)
    };
    let japanese_first = is_japanese_report(records);
    let (title, title_other) = order(side(&titles, true, title_rank), side(&titles, false, title_rank), japanese_first);
    let (abstract_text, abstract_other) = order(
        side(&abstracts, true, length_rank),
        side(&abstracts, false, length_rank),
        title.as_ref().is_some_and(|t| japanese(&t.value)),
    );
    let journals: Vec<(usize, &str)> = texts(records, |r| [&r.journal, &None]);
    let one = |field: fn(&Record) -> Option<&String>, rank: fn(&str) -> i64| {
        best(records.iter().enumerate().filter_map(|(i, r)| field(r).map(|t| (i, t.as_str()))), rank)
    };
    Merged {
        title,
        title_other,
        abstract_text,
        abstract_other,
        authors: authors(records, japanese_first),
        year: year(records),
        journal: order(side(&journals, true, journal_rank), side(&journals, false, journal_rank), japanese_first).0,
        volume: one(|r| r.volume.as_ref(), number_rank),
        issue: one(|r| r.issue.as_ref(), number_rank),
        pages: one(|r| r.pages.as_ref(), pages_rank),
        language: one(|r| r.language.as_ref(), |t| -(t.len() as i64)),
        kind: one(|r| Some(&r.kind), |t| i64::from(t != "GEN" && t != "ELEC")),
        publisher: one(|r| r.publisher.as_ref(), length_rank),
        identifiers: identifiers(records),
        databases: all(records, |r| r.database.iter().cloned().collect()),
        keywords: all(records, |r| r.keywords.iter().map(|k| k.term.clone()).collect()),
        links: all(records, |r| r.links.clone()),
    }
}

fn texts<'a>(records: &[&'a Record], fields: fn(&'a Record) -> [&'a Option<String>; 2]) -> Vec<(usize, &'a str)> {
    records.iter().enumerate().flat_map(|(i, r)| fields(r).into_iter().flatten().map(move |t| (i, t.as_str()))).collect()
}

/// The best text; equal ranks go to the smaller text, so that order does not matter.
fn best<'a>(list: impl Iterator<Item = (usize, &'a str)>, rank: fn(&str) -> i64) -> Option<Sourced<String>> {
    list.filter(|(_, t)| !t.trim().is_empty())
        .max_by(|(i, x), (j, y)| rank(x).cmp(&rank(y)).then_with(|| y.cmp(x)).then(j.cmp(i)))
        .map(|(from, t)| Sourced { value: t.to_owned(), from })
}

type Side = Option<Sourced<String>>;

fn order(japanese: Side, other: Side, japanese_first: bool) -> (Side, Side) {
    match (japanese, other) {
        (Some(j), Some(o)) => {
            if japanese_first {
                (Some(j), Some(o))
            } else {
                (Some(o), Some(j))
            }
        }
        (j, o) => (j.or(o), None),
    }
}

/// The report itself is Japanese if any record says so, or any first title is.
fn is_japanese_report(records: &[&Record]) -> bool {
    records.iter().any(|r| {
        r.language.as_deref().is_some_and(|l| l.to_ascii_lowercase().starts_with("ja") || l == "日本語")
            || r.title.as_ref().is_some_and(|t| t.chars().any(super::fold::is_cjk))
    })
}

/// Own titles before bracketed translations, mixed case before capitals, then the longer.
fn title_rank(text: &str) -> i64 {
    let translated = text.starts_with('[');
    let shouting = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase) && text.is_ascii();
    text.chars().count().min(500) as i64 - if translated { 1000 } else { 0 } - if shouting { 500 } else { 0 }
}

fn length_rank(text: &str) -> i64 {
    text.chars().count() as i64
}

/// Full names before abbreviations.
fn journal_rank(text: &str) -> i64 {
    let shouting = !text.chars().any(char::is_lowercase) && text.is_ascii();
    length_rank(text).min(120) - if text.contains("Conference:") { 200 } else { 0 } - if shouting { 20 } else { 0 }
}

fn number_rank(text: &str) -> i64 {
    i64::from(text.chars().any(|c| c.is_ascii_digit())) * 100 - length_rank(text)
}

/// A range before a single page, both before placeholders.
fn pages_rank(text: &str) -> i64 {
    let pages = super::place::pages(text);
    i64::from(pages.start != 0) * 2 + i64::from(pages.ranged && pages.end >= pages.start)
}

/// The list that names most people; of those in the report's own script the one that names them most fully.
fn authors(records: &[&Record], japanese: bool) -> Option<Sourced<Vec<Author>>> {
    let fullness = |list: &[Author]| {
        let own_script = list.iter().any(|a| a.display().chars().any(super::fold::is_cjk)) == japanese;
        (list.len(), own_script, list.iter().map(|a| a.given.chars().count() + a.family.chars().count()).sum::<usize>())
    };
    records
        .iter()
        .enumerate()
        .filter(|(_, r)| !r.authors.is_empty())
        .max_by(|(i, x), (j, y)| {
            let text = |r: &Record| r.authors.iter().map(Author::display).collect::<Vec<_>>();
            fullness(&x.authors).cmp(&fullness(&y.authors)).then_with(|| text(y).cmp(&text(x))).then(j.cmp(i))
        })
        .map(|(from, r)| Sourced { value: r.authors.clone(), from })
}

/// The year of a record with volume and pages (the printed one) before online-first years; then the later.
fn year(records: &[&Record]) -> Option<Sourced<i32>> {
    let rank = |r: &Record| (r.volume.is_some() && r.pages.is_some(), r.year);
    records
        .iter()
        .enumerate()
        .filter(|(_, r)| r.year.is_some())
        .max_by(|(i, x), (j, y)| rank(x).cmp(&rank(y)).then(j.cmp(i)))
        .and_then(|(from, r)| r.year.map(|value| Sourced { value, from }))
}

/// An accession number means something within its database only.
pub(super) fn accession(record: &Record) -> Option<String> {
    let number = record.accession.as_ref()?;
    Some(record.database.as_ref().map_or_else(|| number.clone(), |database| format!("{database} {number}")))
}

fn identifiers(records: &[&Record]) -> Vec<(&'static str, Sourced<String>)> {
    let mut found: Vec<(&'static str, Sourced<String>)> = Vec::new();
    for (from, record) in records.iter().enumerate() {
        let single = [("doi", &record.doi), ("pmid", &record.pmid), ("pmcid", &record.pmcid)]
            .into_iter()
            .filter_map(|(k, v)| v.clone().map(|v| (k, v)));
        let accession = accession(record).into_iter().map(|a| ("accession", a));
        let lists = [("issn", &record.issn), ("isbn", &record.isbn), ("trial", &record.trial_ids)]
            .into_iter()
            .flat_map(|(k, list)| list.iter().map(move |v| (k, v.clone())));
        for (kind, value) in single.chain(accession).chain(lists) {
            if !found.iter().any(|(k, s)| *k == kind && s.value.eq_ignore_ascii_case(&value)) {
                found.push((kind, Sourced { value, from }));
            }
        }
    }
    found.sort_by(|x, y| (x.0, &x.1.value).cmp(&(y.0, &y.1.value)));
    found
}

fn all(records: &[&Record], field: fn(&Record) -> Vec<String>) -> Vec<Sourced<String>> {
    let mut found: Vec<Sourced<String>> = Vec::new();
    for (from, record) in records.iter().enumerate() {
        for value in field(record) {
            if !found.iter().any(|s| s.value.eq_ignore_ascii_case(&value)) {
                found.push(Sourced { value, from });
            }
        }
    }
    found.sort_by(|x, y| x.value.cmp(&y.value));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_journal_stand_in_the_script_of_the_report() {
        let person = |family: &str, given: &str| Author { family: family.into(), given: given.into(), ..Author::default() };
        let record = |title: &str, journal: &str, author: Author| Record {
            title: Some(title.into()),
            journal: Some(journal.into()),
            authors: vec![author],
            ..Record::default()
        };
        let here = record("緩和ケアと筋力", "理学療法学", person("山本", "健太"));
        let there = record("[Palliative care and strength].", "Rigaku Ryohogaku", person("Yamamoto", "Kenta"));
        for records in [[&here, &there], [&there, &here]] {
            let merged = merge(&records);
            assert_eq!(merged.journal.map(|j| j.value).as_deref(), Some("理学療法学"));
            assert_eq!(merged.authors.map(|a| a.value[0].family.clone()).as_deref(), Some("山本"));
        }
        let english = Record { language: Some("en".into()), title: Some("Palliative care and strength".into()), ..here.clone() };
        let merged = merge(&[&english, &there]);
        assert_eq!(merged.journal.map(|j| j.value).as_deref(), Some("Rigaku Ryohogaku"));
        assert_eq!(merged.authors.map(|a| a.value[0].family.clone()).as_deref(), Some("Yamamoto"));
        // More people come before the script.
        let longer = Record { authors: vec![person("Yamamoto", "K"), person("Kobayashi", "R")], ..there };
        assert_eq!(merge(&[&here, &longer]).authors.map(|a| a.value.len()), Some(2));
    }
}
