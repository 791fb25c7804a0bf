//! JSON lines, an object a line: what `erabi convert` and the exports write, and other tools' in which keys are named as columns are.
//! One rule: a line is an entry, so that a damaged one costs no other.

use std::fmt;
use std::io::BufRead;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::emit::{Emit, issue};
use super::limits::{MAX_AUTHORS, MAX_ENTRY_BYTES, MAX_KEYWORDS};
use super::lines::{Lines, MARK};
use super::table::{self, Field};
use super::unknown::Unknown;
use super::{Context, ImportError, Provider, fields};
use crate::model::{Author, Keyword, Record};

/// Lines of a sample that are looked at for objects.
const SAMPLED_LINES: usize = 20;
/// Keys that only Erabi writes together, and those among its keys that say where a record stood.
const OWN_KEYS: [&str; 3] = ["line_start", "title_other", "abstract_other"];
const PLACE_KEYS: [&str; 5] = ["file", "n", "format", "line_start", "line_end"];

/// Reads every line.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut lines = Lines::new(input);
    let mut unknown = Unknown::default();
    let mut text = String::new();
    while lines.append(&mut text)?.is_some() {
        let (n, raw) = (lines.number(), std::mem::take(&mut text));
        let line = bare(&raw);
        if line.is_empty() {
            out.outside(n, n, raw, true);
            continue;
        }
        let read = if lines.was_cut() { Err(issue("entry_too_long", MAX_ENTRY_BYTES.to_string(), Some(n))) } else { object(line, n) };
        match read.map(|object| record(object, context.provider, out, &mut unknown)) {
            Ok(record) if context.provider == Provider::Erabi || table::has_content(&record) => out.record(n, n, raw, record),
            Ok(_) => out.reject(n, n, raw, issue("no_content", "", Some(n))),
            Err(reason) => out.reject(n, n, raw, reason),
        }
        out.check_count()?;
    }
    unknown.report(out);
    Ok(())
}

/// True where most of the first lines of a sample, and its first, are objects. The last line may be cut off.
pub fn looks_like(sample: &str) -> bool {
    let begins = |line: &str| line.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']));
    let lines: Vec<&str> = sample.split(['\n', '\r']).map(bare).filter(|line| !line.is_empty()).take(SAMPLED_LINES).collect();
    let good = lines.iter().enumerate().filter(|(at, line)| at + 1 == lines.len() && begins(line) || object(line, 0).is_ok()).count();
    lines.first().is_some_and(|line| begins(line)) && good * 2 >= lines.len()
}

/// Whose lines a sample shows.
pub fn provider_of(sample: &str) -> Provider {
    let own = |line: &str| OWN_KEYS.iter().all(|key| line.contains(&format!("\"{key}\":")));
    if sample.split(['\n', '\r']).take(SAMPLED_LINES).any(own) { Provider::Erabi } else { Provider::Generic }
}

fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == MARK)
}

/// The keys of an object with their values, as they stand.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut keys = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    keys.push(pair);
                }
                Ok(Object(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

fn object(line: &str, n: u32) -> Result<Object, crate::model::Issue> {
    serde_json::from_str(line).map_err(|error| {
        let end = error.column().min(line.len());
        let at = line.char_indices().filter(|(at, _)| *at < end).count().max(1);
        issue("malformed_json", at.to_string(), Some(n))
    })
}

fn record(Object(keys): Object, provider: Provider, out: &Emit<'_>, unknown: &mut Unknown) -> Record {
    let mut record = Record::default();
    let mut values = Vec::new();
    for (key, value) in keys {
        if is_nothing(&value) || (provider == Provider::Erabi && own(&key, &value, &mut record)) {
            continue;
        }
        let said = out.mapping().and_then(|mapping| mapping.word_of_tag(&key)).and_then(table::field_of_word);
        let field = said.or_else(|| table::field(&key, Provider::Generic).filter(|_| provider != Provider::Erabi));
        let value = words(&value);
        unknown.note_as(&key, field.map_or("", table::word_of), &value);
        values.push((key, field, value));
    }
    if provider == Provider::Erabi {
        // nobody but a lead gives a meaning to keys beside Erabi's own
        record.extra = values.into_iter().map(|(key, _, value)| (key, value)).collect();
        return out.complete(record);
    }
    let (skipped, values) = values.into_iter().partition::<Vec<_>, _>(|(_, field, _)| *field == Some(Field::Skip));
    let mut record = table::record_of(values, provider);
    skipped.iter().for_each(|(key, _, value)| fields::keep(&mut record, key, value));
    record
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(keys) => keys.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Takes a key of Erabi's own as it was written; false for any other, and for a value that Erabi would not write.
fn own(key: &str, value: &Value, record: &mut Record) -> bool {
    let list = |value: &Value| value.as_str().map(|text| text.split("; ").map(str::to_owned).collect::<Vec<_>>());
    let one = match key {
        "title" => &mut record.title,
        "title_other" => &mut record.title_other,
        "journal" => &mut record.journal,
        "volume" => &mut record.volume,
        "issue" => &mut record.issue,
        "pages" => &mut record.pages,
        "doi" => &mut record.doi,
        "pmid" => &mut record.pmid,
        "accession" => &mut record.accession,
        "abstract" => &mut record.abstract_text,
        "abstract_other" => &mut record.abstract_other,
        "language" => &mut record.language,
        "database" => &mut record.database,
        _ if PLACE_KEYS.contains(&key) => return true,
        "type" => return value.as_str().map(|kind| record.kind = kind.to_owned()).is_some(),
        "year" => return value.as_i64().and_then(|year| i32::try_from(year).ok()).map(|year| record.year = Some(year)).is_some(),
        "issn" => return list(value).map(|all| record.issn = all).is_some(),
        "isbn" => return list(value).map(|all| record.isbn = all).is_some(),
        "authors" => {
            let names = value.as_array().and_then(|all| all.iter().map(author).collect::<Option<Vec<_>>>());
            return names.map(|names| record.authors = names.into_iter().take(MAX_AUTHORS).collect()).is_some();
        }
        "keywords" => {
            let term = |term: &Value| term.as_str().map(|term| Keyword { term: term.to_owned(), ..Keyword::default() });
            let terms = value.as_array().and_then(|all| all.iter().map(term).collect::<Option<Vec<_>>>());
            return terms.map(|terms| record.keywords = terms.into_iter().take(MAX_KEYWORDS).collect()).is_some();
        }
        _ => return false,
    };
    value.as_str().map(|text| *one = Some(text.to_owned())).is_some()
}

fn author(value: &Value) -> Option<Author> {
    let part = |key: &str| value.get(key).map_or(Some(""), Value::as_str).map(str::to_owned);
    value.is_object().then(|| Some(Author { family: part("family")?, given: part("given")?, literal: part("literal")? }))?
}

/// A value as a cell of a table would hold it.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter(|item| !is_nothing(item)).map(words).collect::<Vec<_>>().join("; "),
        Value::Object(keys) => {
            let part = |names: &[&str]| names.iter().find_map(|name| keys.get(*name).and_then(Value::as_str)).unwrap_or_default();
            match (part(&["family", "last", "lastName"]), part(&["given", "first", "firstName"]), part(&["literal", "name"])) {
                ("", "", "") => value.to_string(),
                ("", "", name) => name.to_owned(),
                (family, "", _) => family.to_owned(),
                (family, given, _) => format!("{family}, {given}"),
            }
        }
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Mapping, Options, Summary};
    use crate::model::Entry;

    fn read_all(text: &str, mapping: Option<Mapping>) -> (Summary, Vec<Record>, Vec<String>) {
        let (mut records, mut rejected) = (Vec::new(), Vec::new());
        let summary = crate::import::read(text.as_bytes(), &Options { mapping, ..Options::default() }, &mut |entry| match entry {
            Entry::Record(parsed) => records.push(parsed.record),
            Entry::Rejected(entry) => rejected.push(format!("{} {} {}", entry.line_start, entry.reason.code, entry.reason.detail)),
            Entry::Outside { .. } => {}
        });
        (summary.expect("JSON lines"), records, rejected)
    }

    const OWN: &str = r#"{"file":"a.ris","n":1,"format":"ris","line_start":1,"line_end":9,"type":"JOUR","title":"T &amp; U","title_other":null,"authors":[{"family":"山田","given":"花子","literal":""}],"year":2020,"issn":"1234-5679; 1234-5680","keywords":["a; b"],"abstract_other":null,"shelf":"3"}"#;

    #[test]
    fn a_line_of_our_own_comes_back_as_it_was_and_a_damaged_one_costs_itself() {
        let text = format!("{OWN}\n\n{{\"title\":\"題 {OWN}\n[1]\n{OWN}");
        let (summary, records, rejected) = read_all(&text, None);
        assert_eq!((summary.format.name(), summary.provider, summary.entries), ("jsonl", Provider::Erabi, 4));
        assert_eq!(rejected, ["3 malformed_json 15", "4 malformed_json 1"]);
        let record = &records[0];
        assert_eq!((record.title.as_deref(), record.year, record.kind.as_str()), (Some("T &amp; U"), Some(2020), "JOUR"));
        assert_eq!((record.authors[0].display().as_str(), record.issn.len()), ("山田 花子", 2));
        assert_eq!(record.keywords[0].term, "a; b");
        assert_eq!(record.extra, [("shelf".to_owned(), "3".to_owned())]);
        assert_eq!(summary.naming.seen[0].examples, ["3"]);
    }

    #[test]
    fn keys_of_other_tools_are_read_as_columns_are_and_a_lead_names_the_rest() {
        let text = "{\"title\":\"A\",\"authors\":[\"Doe, J\",{\"name\":\"Roe, R\"}],\"publication_year\":2019,\"doi\":\"10.1000/x\",\"place_published\":\"here\",\"z\":{\"k\":[1]}}\n{\"year\":2020}\n";
        let (summary, records, rejected) = read_all(text, None);
        let record = &records[0];
        assert_eq!((record.authors.len(), record.year, record.doi.as_deref()), (2, Some(2019), Some("10.1000/x")));
        assert_eq!(record.extra[1], ("z".to_owned(), "{\"k\":[1]}".to_owned()));
        assert_eq!(rejected, ["2 no_content "]);
        let names = vec![crate::import::mapping::Named { name: "place_published".into(), field: "journal".into() }];
        let (summary, records, _) = read_all(text, Some(Mapping { names, ..summary.naming.mapping }));
        assert_eq!(records[0].journal.as_deref(), Some("here"));
        assert!(summary.naming.seen.iter().any(|seen| seen.name == "place_published" && seen.mapped));
    }

    #[test]
    fn only_lines_of_objects_look_like_it() {
        assert!(looks_like(&format!("\u{feff}{OWN}\n{}", &OWN[..40])) && looks_like("{\"title\": \"a"));
        assert!(!looks_like("{\\rtf1}") && !looks_like("[{\"title\": 1}]") && !looks_like("{a\n{b\n") && !looks_like(""));
    }
}
