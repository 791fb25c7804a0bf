//! Zotero's RDF export. One rule: an entry is a top-level node with a `z:itemType` other than attachment or note; what it points
//! to (journal, series) may stand anywhere in the file, so the file is held whole, within `MAX_RDF_BYTES`.

use std::collections::HashMap;
use std::io::BufRead;

use crate::model::Record;
use crate::normalize::ids;

use super::emit::issue;
use super::fields::{
    self, add_divided, add_keyword, add_link, add_numbers, keep, set, set_block, set_date, set_doi, set_language, set_pages,
};
use super::limits::MAX_RDF_BYTES;
use super::unknown::Unknown;
use super::xml_split::{Entries, Piece, Slice, Splitter, broken, outside};
use super::xml_tree::{Node, Tree};
use super::{Context, Emit, ImportError};

/// Reads every item.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    let mut splitter = Splitter::new(input, Entries::Children);
    let mut pieces = Vec::new();
    let mut bytes = 0usize;
    while let Some(piece) = splitter.piece()? {
        bytes += match &piece {
            Piece::Entry(slice) | Piece::Outside(slice) | Piece::Broken(slice, _) => slice.text.len(),
        };
        if bytes > MAX_RDF_BYTES {
            return Err(ImportError::TooLarge { limit: MAX_RDF_BYTES as u64 });
        }
        pieces.push(piece);
    }
    let containers = containers(&pieces);
    let mut unknown = Unknown::default();
    for piece in pieces {
        match piece {
            Piece::Outside(slice) => outside(slice, out),
            Piece::Broken(slice, code) => broken(slice, code, out),
            Piece::Entry(slice) => entry(slice, &containers, &mut unknown, out),
        }
    }
    unknown.report(out);
    Ok(())
}

/// Text of nodes that items refer to, by `rdf:about`.
fn containers(pieces: &[Piece]) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for piece in pieces {
        let Piece::Entry(slice) = piece else { continue };
        let Ok(tree) = Tree::parse(&slice.text) else {
            continue;
        };
        if let Some(root) = tree.root().filter(|root| root.child("z:itemType").is_none())
            && let Some(about) = root.attribute("rdf:about")
        {
            found.insert(about.into_owned(), slice.text.clone());
        }
    }
    found
}

fn entry(slice: Slice, containers: &HashMap<String, String>, unknown: &mut Unknown, out: &mut Emit) {
    match item(&slice.text, containers) {
        Ok(Some(record)) => {
            let record = unknown.take(record, out);
            out.record(slice.line_start, slice.line_end, slice.text, record);
        }
        Ok(None) => out.outside(slice.line_start, slice.line_end, slice.text, true),
        Err(detail) => {
            let reason = issue("malformed_xml", detail, Some(slice.line_start));
            out.reject(slice.line_start, slice.line_end, slice.text, reason);
        }
    }
}

/// The record of a node; `None` for attachments, notes, containers and collections.
fn item(raw: &str, containers: &HashMap<String, String>) -> Result<Option<Record>, String> {
    let tree = Tree::parse(raw)?;
    let root = tree.root().ok_or("there is no element")?;
    let named = root.child("z:itemType").and_then(Node::text);
    // items written by hand lack the type but are articles or books by their element
    let kind = named.or_else(|| {
        matches!(root.name(), "bib:Article" | "bib:Book" | "bib:BookSection" | "bib:Thesis" | "bib:Report")
            .then(|| root.name()[4..].to_owned())
    });
    let Some(kind) = kind.filter(|kind| !matches!(kind.as_str(), "attachment" | "note" | "annotation")) else {
        return Ok(None);
    };
    let mut record = Record { kind: fields::kind(&kind).unwrap_or_default().to_owned(), ..Record::default() };
    for node in root.elements() {
        field(node, &mut record, containers);
    }
    fields::finish(&mut record);
    Ok(Some(record))
}

fn field(node: Node, record: &mut Record, containers: &HashMap<String, String>) {
    let value = node.text().unwrap_or_default();
    match node.name() {
        "dc:title" => set(&mut record.title, &value),
        "bib:authors" => people(node, record),
        "bib:editors" | "bib:contributors" | "z:translators" | "z:seriesEditors" => {
            let name = node.name().rsplit(':').next().unwrap_or_default();
            for person in node.descendants("foaf:Person") {
                keep(record, name, &person.elements().filter_map(Node::text).collect::<Vec<_>>().join(", "));
            }
        }
        "dcterms:isPartOf" => {
            if let Some(about) = node.attribute("rdf:resource") {
                if let Some(tree) = containers.get(&*about).and_then(|raw| Tree::parse(raw).ok()) {
                    tree.root().into_iter().for_each(|root| container(root, record));
                }
                add_numbers(record, about.strip_prefix("urn:issn:").or_else(|| about.strip_prefix("urn:isbn:")).unwrap_or_default());
            }
            node.elements().for_each(|inner| container(inner, record));
        }
        "prism:volume" => set(&mut record.volume, &value),
        "prism:number" => set(&mut record.issue, &value),
        "bib:pages" => set_pages(record, &value),
        "dc:date" => set_date(record, &value),
        "dcterms:abstract" => set_block(&mut record.abstract_text, &node.raw_text()),
        "z:language" | "dc:language" => set_language(record, &value),
        "dc:subject" => add_keyword(record, &value, "author", false),
        "dc:publisher" => set(&mut record.publisher, &node.descendants("foaf:name").find_map(Node::text).unwrap_or(value)),
        "dc:identifier" => identifier(node, record),
        "z:libraryCatalog" => set(&mut record.database, &value),
        "dc:description" => extra_lines(&node.raw_text(), record),
        "z:type"
        | "z:itemType"
        | "link:link"
        | "z:linkMode"
        | "dcterms:dateSubmitted"
        | "z:shortTitle"
        | "dcterms:isReferencedBy"
        | "dc:relation" => {}
        name => keep(record, name, &value),
    }
}

/// What stands in an item's journal, book, series or proceedings.
fn container(node: Node, record: &mut Record) {
    for inner in node.elements() {
        let value = inner.text().unwrap_or_default();
        match inner.name() {
            "dc:title" if node.name() == "bib:Series" => keep(record, "series", &value),
            "dc:title" => set(&mut record.journal, &value),
            "dcterms:alternative" => set(&mut record.journal_abbreviation, &value),
            "prism:volume" => set(&mut record.volume, &value),
            "prism:number" => set(&mut record.issue, &value),
            "dc:identifier" => identifier(inner, record),
            _ => {}
        }
    }
}

fn people(node: Node, record: &mut Record) {
    for person in node.descendants("foaf:Person") {
        let part =
            |names: [&'static str; 2]| names.into_iter().find_map(|name| person.child(name).and_then(Node::text)).unwrap_or_default();
        add_divided(record, &part(["foaf:surname", "foaf:familyName"]), &part(["foaf:givenname", "foaf:givenName"]));
    }
}

/// `DOI 10.…`, `ISSN …`, `ISBN …`, or a `dcterms:URI`.
fn identifier(node: Node, record: &mut Record) {
    if let Some(link) = node.descendants("rdf:value").find_map(Node::text) {
        return add_link(record, &link);
    }
    let value = node.text().unwrap_or_default();
    set_doi(record, &value);
    if value.starts_with("ISSN") || value.starts_with("ISBN") {
        add_numbers(record, &value);
    }
}

/// Zotero's `Extra`: lines `PMID: …`, `PMCID: …`, `DOI: …`; the rest is a note. In a table they are one line,
/// `Place: England PMID: 15116893  PMCID: PMC1234567`.
pub fn extra_lines(raw: &str, record: &mut Record) {
    for line in raw.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(':').map(|(label, value)| (label.trim().to_ascii_uppercase(), value)) {
            Some((label, value)) if label == "PMID" && ids::pmid(value).is_some() => record.pmid = ids::pmid(value),
            Some((label, value)) if label == "PMCID" && ids::pmcid(value).is_some() => record.pmcid = ids::pmcid(value),
            Some((label, value)) if label == "DOI" => set_doi(record, value),
            _ => {
                record.pmid = record.pmid.take().or_else(|| ids::pmid_in(line));
                if line.contains("PMCID") {
                    record.pmcid = record.pmcid.take().or_else(|| ids::pmcid(line));
                }
                fields::add(&mut record.notes, line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_elsewhere_in_the_file_is_found() {
        let text = "<rdf:RDF>\n<bib:Article rdf:about=\"#i1\"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource=\"urn:issn:1234-5679\"/>\
            <dc:title>T &amp; U</dc:title><bib:pages>1–9</bib:pages></bib:Article>\n<bib:Memo rdf:about=\"#n\"><rdf:value>note</rdf:value></bib:Memo>\
            <bib:Journal rdf:about=\"urn:issn:1234-5679\"><dc:title>J</dc:title><prism:volume>3</prism:volume><dc:identifier>DOI 10.1000/x</dc:identifier></bib:Journal></rdf:RDF>";
        let mut records = Vec::new();
        let mut sink = |entry| {
            if let crate::model::Entry::Record(parsed) = entry {
                records.push(parsed.record);
            }
        };
        let mut out = Emit::new(&mut sink);
        let context = Context { format: super::super::Format::ZoteroRdf, provider: super::super::Provider::Zotero };
        read(&mut text.as_bytes(), &context, &mut out).expect("memory does not fail");
        assert_eq!(records.len(), 1);
        let record = &records[0];
        assert_eq!((record.title.as_deref(), record.journal.as_deref(), record.volume.as_deref()), (Some("T & U"), Some("J"), Some("3")));
        assert_eq!(
            (record.doi.as_deref(), record.pages.as_deref(), record.issn.join(",")),
            (Some("10.1000/x"), Some("1-9"), "1234-5679".to_owned())
        );
    }
}
