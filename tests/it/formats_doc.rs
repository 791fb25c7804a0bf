//! `docs/FORMATS.md` says what the code does. One rule: a format or a field without a row fails here, and so does a cell that says
//! otherwise than what is read from the samples and from the invented texts below.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use erabi::import::{self, Format, Options};
use erabi::model::{Entry, Record};

use crate::samples::samples;

const PAGE: &str = include_str!("../../docs/FORMATS.md");

/// Invented: what the samples have no example of, so that every cell of the tables is tried.
const INVENTED: &[&str] = &[
    "TY  - JOUR\nTI  - T\nZZ  - own\nN1  - RAYYAN-INCLUSION: {\"Ann\"=>\"Included\"}\nER  - \n",
    "<1. >\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nTI  - T\nJA  - J. T.\nJN  - Journal of T\nPT  - Retracted Publication\nZZ  - own\n",
    "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI T\nFT 題名\nDT Retracted Publication\nAB See NCT01234567.\nER\n\nEF\n",
    "%0 Journal Article\n%M 2024069945\n%T 臨床的な検討(Clinical stroke and its care)\n%X 要旨\n%X An abstract in English.\n%@ 978-3-16-148410-0\n%~ 医中誌Web\n%Z RAYYAN-INCLUSION: {\"Ann\"=>\"Included\"}\n%Z a note\n%q own\n",
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>[T].</ArticleTitle><VernacularTitle>題名</VernacularTitle><Abstract><AbstractText>One.</AbstractText></Abstract></Article>\
     <OtherAbstract Type=\"Publisher\" Language=\"jpn\"><AbstractText>要旨</AbstractText></OtherAbstract>\
     <OtherAbstract Type=\"plain-language-summary\" Language=\"eng\"><AbstractText>In short.</AbstractText></OtherAbstract></MedlineCitation></PubmedArticle>\
     <PubmedBookArticle><BookDocument><PMID>2</PMID><Book><Publisher><PublisherName>P</PublisherName></Publisher><BookTitle>B</BookTitle><Isbn>9783161484100</Isbn></Book></BookDocument></PubmedBookArticle></PubmedArticleSet>",
    "<records><rec resultID=\"1\"><header shortDbName=\"psyh\" longDbName=\"APA PsycInfo\" uiTerm=\"1\"><controlInfo><bkinfo><btl>B</btl><isbn>9783161484100</isbn></bkinfo>\
     <jinfo><jtl>Journal of T</jtl><jabbr>J. T.</jabbr></jinfo><pubinfo><pub>P</pub></pubinfo><artinfo><ui type=\"pmcid\">PMC1234567</ui><tig><atl>T</atl><aatl>題名</aatl></tig>\
     <aug><au>Doe, Ann</au><affil>A University</affil></aug><ab>One.</ab><ab>二</ab><ab>Three.</ab><pubtype>Retracted Publication</pubtype></artinfo></controlInfo></header></rec></records>",
    "<xml><records><record><source-app name=\"Erabi\">Erabi</source-app><ref-type name=\"Journal Article\">17</ref-type><titles><title>T</title><translated-title>題名</translated-title></titles>\
     <abstract>One.</abstract><translated-abstract>一</translated-abstract><label>7</label><research-notes>retracted: Retraction in J</research-notes></record>\
     <record><titles><title>U</title></titles><notes>RAYYAN-INCLUSION: {\"Ann\"=>\"Included\"}</notes></record></records></xml>",
    "<rdf:RDF xmlns:z=\"http://www.zotero.org/namespaces/export#\"><bib:Article rdf:about=\"#1\"><z:itemType>journalArticle</z:itemType><dc:title>T</dc:title>\
     <dcterms:abstract>See NCT01234567.</dcterms:abstract><z:libraryCatalog>PubMed</z:libraryCatalog><dc:date>2020-03</dc:date><z:language>en</z:language><dc:subject>k</dc:subject>\
     <dc:publisher><foaf:Organization><foaf:name>P</foaf:name></foaf:Organization></dc:publisher><dc:identifier>ISBN 978-3-16-148410-0</dc:identifier>\
     <dc:identifier><dcterms:URI><rdf:value>https://example.org/a</rdf:value></dcterms:URI></dc:identifier><dc:description>PMID: 12345678\nPMCID: PMC1234567\na note</dc:description>\
     <z:own>own</z:own><dcterms:isPartOf><bib:Journal><dc:title>J</dc:title><dcterms:alternative>J.</dcterms:alternative><prism:number>2</prism:number><dc:identifier>ISSN 1472-6947</dc:identifier></bib:Journal></dcterms:isPartOf></bib:Article></rdf:RDF>",
    "@article{a,\n title = {T},\n origtitle = {題名},\n abstract = {See NCT01234567.},\n abstract_other = {要旨},\n pmid = {12345678},\n pmcid = {PMC1234567},\n type = {Retracted Publication},\n erabi_id = {7}\n}\n",
    "Title,Original Title,Authors,Year\nT,題名,\"Doe, Ann\",2020\n",
];

/// Cells whose text says a source that neither the samples nor the texts above have, with the reason.
const UNTRIED: &[(&str, &str)] = &[];

/// `(field, format)` → what the page's cell says; the tables of delimited text and workbooks are one column.
fn cells() -> BTreeMap<(String, String), String> {
    let mut cells = BTreeMap::new();
    let mut formats: Vec<String> = Vec::new();
    for line in PAGE.lines() {
        let parts: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if line.starts_with("| field |") {
            let column = |name: &&str| if name.starts_with("tables") { "tables".to_owned() } else { name.trim_matches('`').to_owned() };
            formats = parts[1..].iter().map(column).collect();
        } else if !line.starts_with('|') {
            formats.clear();
        } else if !formats.is_empty() && parts[0].starts_with('`') {
            for field in parts[0].split('`').skip(1).step_by(2) {
                for (format, cell) in formats.iter().zip(&parts[1..]) {
                    cells.insert((field.to_owned(), format.clone()), (*cell).to_owned());
                }
            }
        }
    }
    cells
}

/// The fields that the records of a file have, with the format's column.
fn filled(format: Format, records: &[Record], into: &mut BTreeSet<(String, String)>) {
    let column = if matches!(format, Format::Csv | Format::Tsv | Format::Xlsx) { "tables" } else { format.name() };
    for record in records {
        let value = serde_json::to_value(record).expect("plain data");
        into.extend(value.as_object().expect("an object").keys().map(|field| (field.clone(), column.to_owned())));
    }
}

fn read(input: impl std::io::Read) -> (Format, Vec<Record>) {
    let mut records = Vec::new();
    let summary = import::read(input, &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            records.push(parsed.record);
        }
    });
    (summary.expect("an export").format, records)
}

#[test]
fn every_cell_says_what_is_read() {
    let cells = cells();
    assert!(cells.len() > 300, "{} cells", cells.len());
    let mut found = BTreeSet::new();
    for text in INVENTED {
        let (format, records) = read(text.as_bytes());
        assert!(!records.is_empty(), "{format}");
        filled(format, &records, &mut found);
    }
    let samples = samples();
    if let Some(samples) = &samples {
        let table = std::fs::read_to_string(samples.join("counts.tsv")).expect("counts.tsv reads");
        for path in table.lines().skip(1).filter_map(|line| line.split('\t').next()).filter(|path| !path.is_empty()) {
            let (format, records) = read(File::open(samples.join(path)).expect("the sample is there"));
            filled(format, &records, &mut found);
        }
    }
    let mut wrong = Vec::new();
    for ((field, format), cell) in &cells {
        let is_filled = found.contains(&(field.clone(), format.clone()));
        let untried = UNTRIED.iter().any(|(name, _)| *name == format!("{format}.{field}"));
        match (cell.as_str(), is_filled) {
            ("–", true) => wrong.push(format!("{format}.{field}: `–`, but it is filled")),
            ("–", false) => {}
            (_, false) if samples.is_some() && !untried => wrong.push(format!("{format}.{field}: {cell}, but it is never filled")),
            (_, true) if untried => wrong.push(format!("{format}.{field}: tried, though it is listed as untried")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_format_and_every_field_has_a_row() {
    for format in Format::ALL {
        assert!(PAGE.contains(&format!("| `{}` |", format.name())), "no row for the format {format}");
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
        let rows = PAGE
            .lines()
            .filter(|line| line.starts_with('|') && line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{field}`"))))
            .count();
        assert!(rows >= 2, "the field {field} has {rows} rows; one is wanted in each table");
    }
}
