//! `docs/FORMATS.md` says what the code does. One rule: a format or a field of a record that the page does not name fails here.

use erabi::import::Format;
use erabi::model::Record;

#[test]
fn every_format_and_every_field_has_a_row() {
    let page = include_str!("../../docs/FORMATS.md");
    for format in Format::ALL {
        assert!(page.contains(&format!("| `{}` |", format.name())), "no row for the format {format}");
    }
    let filled = Record {
        kind: "JOUR".into(),
        title: Some("t".into()),
        ..serde_json::from_value(serde_json::json!({
            "title_other": "", "authors": [{}], "year": 2000, "date": "", "journal": "", "journal_abbreviation": "", "volume": "", "issue": "",
            "pages": "", "doi": "", "pmid": "", "pmcid": "", "accession": "", "issn": [""], "isbn": [""], "trial_ids": [""], "abstract": "",
            "abstract_other": "", "keywords": [{"term": ""}], "language": "", "publication_types": [""], "database": "", "publisher": "",
            "links": [""], "notices": [{"kind": "", "text": ""}], "affiliations": [""], "notes": [""], "prior_decisions": [{}],
            "external_id": "", "extra": [["", ""]]
        }))
        .expect("a record")
    };
    let value = serde_json::to_value(&filled).expect("plain data");
    let fields: Vec<&String> = value.as_object().expect("an object").keys().collect();
    assert!(fields.len() >= 31, "the record above leaves fields empty: {fields:?}");
    for field in fields {
        let rows = page
            .lines()
            .filter(|line| line.starts_with('|') && line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{field}`"))))
            .count();
        assert!(rows >= 2, "the field {field} has {rows} rows; one is wanted in each table");
    }
}
