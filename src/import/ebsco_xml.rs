//! EBSCOhost's XML (`<records><rec resultID=…>`). One rule: the article's own title stands before the container's, which `bkinfo`
//! repeats. Layout: read off real exports, there is no public schema.

use std::borrow::Cow;
use std::io::BufRead;

use crate::model::Record;
use crate::normalize::{ids, text};

use super::fields::{self, add, add_author, add_keyword, add_numbers, add_type, set, set_date, set_doi, set_language, set_pages};
use super::xml_split::{Entries, each_entry};
use super::xml_tree::{Node, Tree};
use super::{Context, Emit, ImportError};

/// Reads every `rec`.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    each_entry(input, Entries::Named(&["rec"]), out, record)
}

fn record(raw: &str) -> Result<Record, String> {
    let tree = Tree::parse(raw)?;
    let root = tree.root().ok_or("there is no element")?;
    let header = root.child("header").ok_or("the entry has no <header>")?;
    let mut record = Record {
        database: header.attribute("longDbName").or_else(|| header.attribute("shortDbName")).map(Cow::into_owned),
        accession: header.attribute("uiTerm").filter(|term| !term.is_empty()).map(Cow::into_owned),
        ..Record::default()
    };
    if let Some(info) = header.child("controlInfo") {
        control(info, &mut record);
    }
    for link in header.descendants("pLink") {
        fields::add_link(&mut record, &text_at(link, &["url"]));
    }
    if let Some(link) = root.at(&["displayInfo", "pLink", "url"]).and_then(Node::text) {
        fields::add_link(&mut record, &link);
    }
    fields::finish(&mut record);
    Ok(record)
}

fn text_at(node: Node, path: &[&'static str]) -> String {
    node.at(path).and_then(Node::text).unwrap_or_default()
}

fn control(info: Node, record: &mut Record) {
    if let Some(article) = info.child("artinfo") {
        article_fields(article, record);
    }
    let book = info.child("bkinfo");
    if let Some(book) = book {
        let title = book.child("btl").and_then(Node::text).unwrap_or_default();
        if record.title.is_none() {
            set(&mut record.title, &title);
        } else if record.title.as_deref() != Some(title.as_str()) {
            set(&mut record.journal, &title);
        }
        for isbn in book.children("isbn") {
            add_numbers(record, &isbn.line());
        }
        if record.authors.is_empty() {
            authors(book, record);
        }
    }
    if let Some(chapter) = info.child("chapinfo") {
        set_pages(record, &text_at(chapter, &["pages"]));
        authors_if_none(chapter, record);
        if let Some(title) = chapter.at(&["tig", "atl"]).and_then(Node::text).or_else(|| chapter.child("ctl").and_then(Node::text)) {
            set(&mut record.title, &title);
        }
    }
    if let Some(journal) = info.child("jinfo") {
        let name = text_at(journal, &["jtl"]);
        if !name.is_empty() {
            record.journal = Some(name);
        }
        for issn in journal.children("issn") {
            add_numbers(record, &issn.line());
        }
        set(&mut record.journal_abbreviation, &text_at(journal, &["jabbr"]));
    }
    if let Some(publication) = info.child("pubinfo") {
        if let Some(date) = publication.child("dt") {
            publication_date(date, record);
        }
        set(&mut record.volume, &text_at(publication, &["vid"]));
        set(&mut record.issue, &text_at(publication, &["iid"]));
        set(&mut record.publisher, &text_at(publication, &["pub"]));
    }
    if let Some(thesis) = info.child("dissinfo") {
        set(&mut record.publisher, &text_at(thesis, &["disinst"]));
        if thesis.elements().next().is_some() {
            record.kind = "THES".to_owned();
        }
    }
    set_language(record, &text_at(info, &["language"]));
    set_language(record, &text_at(info, &["artinfo", "language"]));
    document_kind(record, book.is_some());
}

/// `dt`'s attributes; its text `20240215` where they are missing.
fn publication_date(date: Node, record: &mut Record) {
    let part = |name| date.attribute(name).filter(|value| !value.trim_matches('0').is_empty());
    let parts: Vec<Cow<'_, str>> = ["year", "month", "day"].into_iter().map_while(part).collect();
    set_date(record, &parts.join("-"));
    set_date(record, &date.line());
}

fn article_fields(article: Node, record: &mut Record) {
    set(&mut record.title, &article.at(&["tig", "atl"]).map(Node::raw_text).unwrap_or_default());
    set(
        &mut record.title_other,
        &article.at(&["tig", "aatl"]).or_else(|| article.at(&["tig", "tatl"])).map(Node::raw_text).unwrap_or_default(),
    );
    for id in article.children("ui") {
        let value = id.text().unwrap_or_default();
        match id.attribute("type").as_deref() {
            Some("doi") => set_doi(record, &value),
            Some("pmid") => record.pmid = record.pmid.take().or_else(|| ids::pmid(&value)),
            Some("pmcid" | "pmc") => record.pmcid = ids::pmcid(&value),
            _ if record.accession.is_none() => record.accession = Some(value),
            _ => {}
        }
    }
    let pages = text_at(article, &["pages"]);
    set_pages(record, &pages);
    set_pages(record, &text_at(article, &["ppf"]));
    authors(article, record);
    for subject in article.children("sug").flat_map(|list| list.children("subj")) {
        let major = subject.attribute("type").as_deref() == Some("major");
        add_keyword(record, &subject.line(), "thesaurus", major);
    }
    for keyword in article.descendants("keyword").chain(article.descendants("keyw")) {
        add_keyword(record, &keyword.line(), "author", false);
    }
    for body in article.children("ab") {
        let body = text::block(&body.raw_text());
        if body.is_empty() {
            continue;
        }
        if record.abstract_text.is_none() {
            record.abstract_text = Some(body);
        } else if record.abstract_other.is_none() {
            record.abstract_other = Some(body);
        } else {
            record.notes.push(body);
        }
    }
    for kind in article.children("pubtype").chain(article.children("doctype")) {
        add_type(record, &kind.line());
    }
}

fn authors_if_none(node: Node, record: &mut Record) {
    if record.authors.is_empty() {
        authors(node, record);
    }
}

fn authors(node: Node, record: &mut Record) {
    for list in node.children("aug") {
        for author in list.children("au") {
            add_author(record, &author.line());
        }
        for affiliation in list.children("affil") {
            add(&mut record.affiliations, &affiliation.line());
        }
    }
}

/// From the publication types: the first that RIS has a word for; a container with another title makes a chapter.
fn document_kind(record: &mut Record, has_book: bool) {
    if !record.kind.is_empty() {
        return;
    }
    let says = |word: &str| record.publication_types.iter().any(|kind| kind.to_ascii_lowercase().contains(word));
    let kind = if says("dissertation") {
        "THES"
    } else if says("chapter") {
        "CHAP"
    } else if says("book") && !says("journal") && has_book {
        "BOOK"
    } else {
        record.publication_types.iter().find_map(|kind| fields::kind(kind)).unwrap_or("JOUR")
    };
    record.kind = kind.to_owned();
}
