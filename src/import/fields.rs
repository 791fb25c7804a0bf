//! What readers of structured formats share: putting cleaned values into a record. One rule: a second value never overwrites the
//! first; what has no place goes to `extra`.

use std::borrow::Cow;

use crate::model::{Author, Keyword, Notice, Record};
use crate::normalize::{dates, ids, language, links, names, pages, text};

use super::limits::{MAX_AUTHORS, MAX_KEYWORDS};
use super::prior;

/// Fills a text field that is still empty.
pub fn set(field: &mut Option<String>, raw: &str) {
    if field.is_none() {
        *field = text::clean_opt(raw);
    }
}

/// Fills a paragraph field that is still empty.
pub fn set_block(field: &mut Option<String>, raw: &str) {
    if field.is_none() {
        *field = Some(text::block(raw)).filter(|text| !text.is_empty());
    }
}

/// Year and date as written.
pub fn set_date(record: &mut Record, raw: &str) {
    if record.year.is_none() {
        record.year = dates::year(raw);
    }
    if let Some(date) = text::clean_opt(raw).filter(|date| !date.trim_matches(['0', '/', '-']).is_empty()) {
        // `2012` says nothing that the year does not
        if record.date.is_none() && Some(date.as_str()) != record.year.map(|year| year.to_string()).as_deref() {
            record.date = Some(date);
        }
    }
}

pub fn set_language(record: &mut Record, raw: &str) {
    if record.language.is_none() {
        record.language = language::code(raw);
    }
}

pub fn set_pages(record: &mut Record, raw: &str) {
    if record.pages.is_none() {
        record.pages = pages::pages(raw);
    }
}

pub fn set_doi(record: &mut Record, raw: &str) {
    if record.doi.is_none() {
        record.doi = ids::doi(raw);
    }
}

/// Adds one author string, where it names somebody.
pub fn add_author(record: &mut Record, raw: &str) {
    record.authors.extend(names::author(raw).filter(|_| record.authors.len() < MAX_AUTHORS));
}

/// Adds an author whose parts the source gives apart.
pub fn add_divided(record: &mut Record, family: &str, given: &str) {
    let (family, given) = (text::clean(family), text::clean(given));
    if record.authors.len() >= MAX_AUTHORS || (family.is_empty() && given.is_empty()) {
        return;
    }
    record.authors.push(match (family.is_empty(), given.is_empty()) {
        (true, _) => Author { literal: given.into_owned(), ..Author::default() },
        // a lone name could not be divided, as everywhere
        (false, true) => Author { literal: family.into_owned(), ..Author::default() },
        _ => Author { family: family.into_owned(), given: given.into_owned(), literal: String::new() },
    });
}

/// Adds a group author.
pub fn add_group(record: &mut Record, raw: &str) {
    if let Some(literal) = text::clean_opt(raw).filter(|_| record.authors.len() < MAX_AUTHORS) {
        record.authors.push(Author { literal, ..Author::default() });
    }
}

/// Adds a keyword; a star before it, or before a qualifier (`Malaria/*drug therapy`, Cochrane's `Malaria [*drug therapy]`), marks it
/// as major.
pub fn add_keyword(record: &mut Record, raw: &str, kind: &'static str, major: bool) {
    let starred = raw.trim_start().starts_with('*') || raw.contains("/*") || raw.contains("[*");
    let plain = || raw.trim_start().trim_start_matches('*').replace("/*", "/").replace("[*", "[");
    let bare = if starred { Cow::Owned(plain()) } else { Cow::Borrowed(raw) };
    let Some(term) = text::clean_opt(&bare) else { return };
    let known = record.keywords.iter().any(|keyword| keyword.term == term && keyword.kind == kind);
    if record.keywords.len() < MAX_KEYWORDS && !(known && record.keywords.len() < 200) {
        record.keywords.push(Keyword { term, kind: kind.into(), major: major || starred });
    }
}

/// Adds a value to a list of strings, cleaned and without repeats.
pub fn add(list: &mut Vec<String>, raw: &str) {
    if let Some(value) = text::clean_opt(raw).filter(|value| !list.contains(value)) {
        list.push(value);
    }
}

/// Adds a note; what Rayyan wrote into it becomes decisions.
pub fn add_note(record: &mut Record, raw: &str) {
    let note = if prior::is_rayyan(raw) { prior::rayyan(&text::block(raw).replace('\n', " "), record) } else { text::block(raw) };
    if !note.is_empty() && !record.notes.contains(&note) {
        record.notes.push(note);
    }
}

/// Adds ISSNs and ISBNs found in a field that may hold either.
pub fn add_numbers(record: &mut Record, raw: &str) {
    for issn in ids::issns(raw) {
        add(&mut record.issn, &issn);
    }
    if raw.len() < ids::SHORTEST_ISBN {
        return;
    }
    for isbn in ids::isbns(raw) {
        add(&mut record.isbn, &isbn);
    }
}

/// Adds a link, cleaned; a DOI in it counts where the record has none.
pub fn add_link(record: &mut Record, raw: &str) {
    if record.doi.is_none() && (raw.contains("doi") || raw.contains("DO=10.")) {
        record.doi = ids::doi(raw);
    }
    if let Some(link) = links::clean(raw).filter(|link| !record.links.contains(link)) {
        record.links.push(link);
    }
}

/// Adds a published notice (`kind` as `Notice` lists them).
pub fn add_notice(record: &mut Record, kind: &str, raw: &str) {
    let notice = Notice { kind: kind.to_owned(), text: text::clean(raw).into_owned() };
    if !record.notices.contains(&notice) {
        record.notices.push(notice);
    }
}

/// Adds a publication type; one that says "retracted" is also a notice.
pub fn add_type(record: &mut Record, raw: &str) {
    add(&mut record.publication_types, raw);
    let lower = raw.to_ascii_lowercase();
    if lower.contains("retracted") {
        add_notice(record, "retracted", raw);
    }
}

/// Keeps a value nobody has a place for.
pub fn keep(record: &mut Record, name: &str, raw: &str) {
    if let Some(value) = text::clean_opt(raw) {
        record.extra.push((name.to_owned(), value));
    }
}

/// What follows from the fields when all are read: trial numbers in title and abstract, a second title from brackets.
pub fn finish(record: &mut Record) {
    for source in [&record.title, &record.abstract_text].into_iter().flatten() {
        for id in ids::trial_ids(source) {
            if !record.trial_ids.contains(&id) {
                record.trial_ids.push(id);
            }
        }
    }
    if record.title.is_none() {
        record.title = record.title_other.take();
    }
    if record.title_other == record.title {
        record.title_other = None;
    }
    if record.abstract_other == record.abstract_text {
        record.abstract_other = None;
    }
}

/// True where a record says enough to be one: a title, an author, an identifier, or a journal with something else.
pub fn says_something(record: &Record) -> bool {
    record.title.is_some()
        || record.title_other.is_some()
        || !record.authors.is_empty()
        || record.doi.is_some()
        || record.pmid.is_some()
        || record.accession.is_some()
        || record.abstract_text.is_some()
        || (record.journal.is_some() && record.year.is_some())
}

/// Web of Science tells the kind of the whole (`PT B`, `PT S`); its document type may say that the entry is a paper or chapter in it.
pub fn part_of_a_book(record: &mut Record) {
    let part = record.publication_types.iter().filter_map(|word| kind(word)).find(|part| matches!(*part, "CPAPER" | "CHAP"));
    if let Some(part) = part.filter(|_| matches!(record.kind.as_str(), "BOOK" | "SER")) {
        record.kind = part.to_owned();
    }
}

/// The RIS word for a kind of document, from the words that reference managers, BibTeX and databases use.
pub fn kind(word: &str) -> Option<&'static str> {
    let key: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match key.as_str() {
        "journalarticle"
        | "article"
        | "journal"
        | "jour"
        | "electronicarticle"
        | "ejournalarticle"
        | "articleinjournal"
        | "review"
        | "academicjournal"
        | "periodical"
        | "articles"
        | "ejour"
        | "articleinpress"
        | "journalpaper"
        | "原著論文"
        | "scholarlyjournals"
        | "peerreviewedjournal"
        | "researcharticle"
        | "originalarticle" => "JOUR",
        "magazinearticle" | "magazine" | "magazines" | "mgzn" => "MGZN",
        "newspaperarticle" | "newspaper" | "newspapers" | "news" => "NEWS",
        "book" | "mvbook" | "bookwhole" | "authoredbook" | "monograph" | "collection" | "mvcollection" | "books" => "BOOK",
        "editedbook" | "edbook" => "EDBOOK",
        "ebook" | "electronicbook" => "EBOOK",
        "booksection"
        | "bookchapter"
        | "chapter"
        | "incollection"
        | "inbook"
        | "suppbook"
        | "suppcollection"
        | "bookpart"
        | "chap"
        | "electronicbooksection"
        | "bookinbook" => "CHAP",
        "inreference" | "encyclopediaarticle" | "ency" => "ENCYC",
        "dictionaryentry" | "dict" => "DICT",
        "conferencepaper" | "inproceedings" | "conference" | "cpaper" | "proceedingspaper" => "CPAPER",
        "proceedings" | "mvproceedings" | "conferenceproceedings" | "conf" => "CONF",
        "会議録" | "conferenceabstract" | "meetingabstract" => "ABST",
        "thesis"
        | "phdthesis"
        | "mastersthesis"
        | "dissertation"
        | "dissertations"
        | "thes"
        | "dissertationthesis"
        | "dissertationsamptheses"
        | "dissertationstheses" => "THES",
        "report" | "techreport" | "manual" | "rprt" | "governmentdocument" | "workingpaper" => "RPRT",
        "patent" | "pat" => "PAT",
        "webpage" | "online" | "electronic" | "www" | "elec" | "electronicsource" | "website" => "ELEC",
        "blogpost" | "blog" => "BLOG",
        "unpublished" | "unpublishedwork" | "manuscript" | "unpb" | "preprint" => "UNPB",
        "dataset" | "data" => "DATA",
        "software" | "computerprogram" | "comp" => "COMP",
        "presentation" | "slide" => "SLIDE",
        "case" | "legalcase" | "legal" => "CASE",
        "statute" | "legislation" | "stat" => "STAT",
        "bill" => "BILL",
        "hearing" => "HEAR",
        "videorecording" | "video" | "movie" | "audiovisualmaterial" => "VIDEO",
        "film" | "filmorbroadcast" => "MPCT",
        "map" => "MAP",
        "artwork" | "art" | "image" => "ART",
        "audiorecording" | "music" | "audio" => "SOUND",
        "standard" | "stand" => "STAND",
        "interview" | "personalcommunication" | "letter" | "email" | "pcomm" => "PCOMM",
        "booklet" | "pamphlet" | "pamp" => "PAMP",
        "misc" | "generic" | "gen" | "document" | "other" | "others" | "misccellaneous" => "GEN",
        _ => return None,
    })
}
