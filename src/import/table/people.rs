//! The cells that name people → authors. One rule: each database writes its list in a manner of its own; a name is read by `normalize`.

use crate::import::Provider;
use crate::import::fields::{self, add};
use crate::import::limits::MAX_AUTHORS;
use crate::model::Record;
use crate::normalize::names::{self, Order};

use super::lists::python_list;

/// Adds the people of the cells of authors, or of the one that has their `full` names.
pub fn authors(record: &mut Record, cells: Vec<String>, full: String, provider: Provider) {
    if provider == Provider::Erabi {
        return cells.concat().split(';').for_each(|name| fields::add_author(record, name));
    }
    let order = if matches!(provider, Provider::Ichushi | Provider::Eppi) { Order::FamilyFirst } else { Order::GivenFirst };
    let groups = std::mem::take(&mut record.authors);
    // both write `Family, Given; …` here: `Van Kerschaver, E. (6602189792)` alone is one name
    let divided = !full.is_empty() && matches!(provider, Provider::Scopus | Provider::Wos);
    let sources = if full.is_empty() { cells } else { vec![full] };
    for value in &sources {
        let value = if matches!(provider, Provider::PubMed | Provider::EuropePmc) { value.trim_end_matches('.') } else { value };
        if sources.len() > 1 && provider == Provider::Ebsco {
            record.authors.extend(names::author_in(value, order));
        } else if let Some(pairs) = (provider == Provider::SciElo).then(|| paired(value)).flatten() {
            record.authors.extend(pairs.iter().filter_map(|name| names::author_in(name, order)));
        } else if value.starts_with("[{") {
            // Semantic Scholar: `[{'authorId': '1', 'name': 'Ann Doe'}, …]`
            let people = value.split("'name': ").skip(1).filter_map(|rest| Some((rest.chars().next()?, rest)));
            let names = people.filter_map(|(quote, rest)| rest[quote.len_utf8()..].split_once(quote).map(|(name, _)| name));
            record.authors.extend(names.filter_map(|name| names::author_in(name, order)));
        } else if provider == Provider::Springer {
            record.authors.extend(unglued(value).iter().filter_map(|name| names::author_in(name, order)));
        } else if divided {
            record.authors.extend(value.split(';').filter_map(|name| names::author_in(name, order)));
        } else if let Some(items) = python_list(value).or_else(|| python_list(&format!("[{value}]"))) {
            record.authors.extend(items.iter().filter_map(|name| names::author_in(name, order)));
        } else {
            record.authors.extend(names::author_list_in(value, order));
        }
        if provider == Provider::Ichushi {
            names::split(value).iter().filter_map(|name| names::affiliation(name)).for_each(|one| add(&mut record.affiliations, &one));
        }
    }
    if provider == Provider::ProQuest {
        record.authors.dedup(); // it names people once for each of their institutions
    }
    record.authors.extend(groups);
    record.authors.truncate(MAX_AUTHORS);
}

/// SciELO: `Doe, Ann, Roe Poe, Jo`, family and given names in turn.
fn paired(value: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = value.split(',').map(str::trim).collect();
    (parts.len().is_multiple_of(2) && parts.len() > 2).then(|| parts.chunks(2).map(|pair| pair.join(", ")).collect())
}

/// SpringerLink: `Ann DoeJo van der Roe`. A capital right after a small letter begins a name, unless what stands before it is a part
/// of a name (`McDonald`, `DeWitt`).
fn unglued(value: &str) -> Vec<&str> {
    const HEADS: &[&str] = &["Mc", "Mac", "De", "Del", "Des", "Di", "Da", "Du", "La", "Le", "Van", "Von", "Fitz", "St", "El", "Al", "Ibn"];
    let mut found = Vec::new();
    let (mut start, mut word, mut before) = (0, 0, ' ');
    for (at, c) in value.char_indices() {
        if !before.is_alphanumeric() && before != '\'' && before != '’' {
            word = at;
        } else if c.is_uppercase() && before.is_lowercase() && !HEADS.contains(&&value[word..at]) {
            found.push(&value[start..at]);
            (start, word) = (at, at);
        }
        before = c;
    }
    found.push(&value[start..]);
    found
}
