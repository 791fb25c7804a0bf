//! biblib's deduplication with its defaults over the table of `benches/others.rs`. One rule: fields are handed over as they are.

use std::collections::HashMap;
use std::error::Error;

use biblib::dedupe::Deduplicator;
use biblib::{Author, Citation, Date};

use crate::cost;

/// Reads the records of `from`, writes their clusters to `to` and prints `work_seconds seconds peak_kib peak_kib_before`.
pub fn find(from: &str, to: &str) -> Result<(), Box<dyn Error>> {
    let mut table = csv::Reader::from_path(from)?;
    let (mut ids, mut citations) = (Vec::new(), Vec::new());
    for row in table.deserialize::<HashMap<String, String>>() {
        let row = row?;
        let text = |name: &str| row.get(name).filter(|t| !t.is_empty()).cloned();
        let people = text("author").unwrap_or_default();
        citations.push(Citation {
            title: text("title").unwrap_or_default(),
            authors: people.split(" and ").filter(|p| !p.is_empty()).map(person).collect(),
            journal: text("journal"),
            date: text("year").and_then(|y| y.parse().ok()).map(|year| Date { year, month: None, day: None }),
            volume: text("volume"),
            issue: text("number"),
            pages: text("pages"),
            issn: text("issn").map(|i| i.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
            doi: text("doi"),
            abstract_text: text("abstract"),
            ..Citation::default()
        });
        ids.push(text("ID").unwrap_or_default());
    }
    let (begun, before) = (cost::seconds(), cost::peak_kib());
    let groups = Deduplicator::new().find_duplicates(&citations);
    let work = cost::seconds() - begun;
    let mut clusters: Vec<usize> = (0..ids.len()).collect();
    for group in groups {
        group.duplicates.iter().for_each(|i| clusters[*i] = group.unique);
    }
    let mut out = csv::Writer::from_path(to)?;
    out.write_record(["id", "cluster"])?;
    for (id, cluster) in ids.iter().zip(clusters) {
        out.write_record([id, &cluster.to_string()])?;
    }
    out.flush()?;
    println!("{work} {} {} {before}", cost::seconds(), cost::peak_kib());
    Ok(())
}

fn person(text: &str) -> Author {
    let (name, given) = text.split_once(", ").unwrap_or((text, ""));
    let given_name = (!given.is_empty()).then(|| given.to_owned());
    Author { name: name.to_owned(), given_name, middle_name: None, affiliations: Vec::new() }
}
