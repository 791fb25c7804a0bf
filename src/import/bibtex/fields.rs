//! BibTeX fields → a record. One rule: the entry's own field before its parent's; unknown fields are kept by name.

use std::collections::HashMap;

use crate::import::fields::{
    self, add, add_keyword, add_link, add_numbers, add_type, keep, set, set_block, set_date, set_doi, set_language, set_pages,
};
use crate::import::ris_fields::database_of_link;
use crate::import::{Context, Provider, ichushi, prior};
use crate::model::{Author, Record};
use crate::normalize::latex::{decode, decode_verbatim};
use crate::normalize::{dates, ids, names, pages};

use super::parse::Values;

/// How far `crossref` is followed.
const MAX_ANCESTORS: usize = 4;

/// What one entry says.
pub fn record(values: &Values, parents: &HashMap<String, Values>, context: &Context) -> Record {
    let mut record = Record { kind: fields::kind(&values.kind).unwrap_or_default().to_owned(), ..Record::default() };
    let provider = if values.key.as_deref().is_some_and(|key| key.starts_with("rayyan-")) { Provider::Rayyan } else { context.provider };
    for (name, raw) in values.fields.iter().filter(|(_, raw)| !is_unfilled(raw)) {
        field(name, raw, values, provider, &mut record);
    }
    inherit(values, parents, &mut record);
    joined_fields(values, &mut record);
    if let Some(key) = &values.key {
        keyed(key, provider, &mut record);
    }
    if provider == Provider::Ichushi {
        ichushi::settle_record(&mut record);
    }
    fields::finish(&mut record);
    record
}

/// What EBSCOhost's template leaves where it has nothing: `null`, `${howpublished}`.
fn is_unfilled(raw: &str) -> bool {
    raw == "null" || raw.strip_prefix("${").is_some_and(|rest| rest.strip_suffix('}').is_some_and(|name| !name.contains('}')))
}

/// What the key itself says: EBSCO's and WoS's keys hold the accession number.
fn keyed(key: &str, provider: Provider, record: &mut Record) {
    if provider == Provider::Ebsco && record.database.is_none() {
        record.database = record.links.iter().find_map(|link| database_of_link(link)).map(str::to_owned);
    }
    if provider == Provider::Ebsco && record.accession.is_none() {
        record.accession = ebsco_accession(key).map(str::to_owned);
    }
    if key.starts_with("WOS:") || key.starts_with("ISI:") {
        record.accession.get_or_insert_with(|| key.to_owned());
        set(&mut record.database, "Web of Science");
    }
    if provider == Provider::Ichushi && record.accession.is_none() && ichushi::is_number(key) {
        record.accession = Some(key.to_owned());
    }
    if record.doi.is_none() && key.contains("10.") {
        record.doi = ids::doi(key);
    }
    record.extra.insert(0, ("key".to_owned(), key.to_owned()));
}

/// EBSCO's old keys are the accession number and the date: `1990-02849-00119890601`, `17370987920231001`.
fn ebsco_accession(key: &str) -> Option<&str> {
    const DATE: usize = "YYYYMMDD".len();
    let (accession, date) = key.split_at_checked(key.len().checked_sub(DATE)?)?;
    let dated = date.bytes().all(|byte| byte.is_ascii_digit()) && dates::date(date).is_some_and(|date| date.month.is_some());
    let numbered = accession.len() >= 5 && accession.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (dated && numbered).then_some(accession)
}

fn field(name: &str, raw: &str, values: &Values, provider: Provider, record: &mut Record) {
    let text = decode(raw);
    match name {
        "title" => title(&text, values, record),
        "subtitle" | "month" | "day" | "eid" | "article-number" | "art-number" | "number" | "issue" | "date" | "year" | "booktitle"
        | "booksubtitle" | "maintitle" | "crossref" | "xdata" | "journaltitle" | "titleaddon" => {}
        "title-other" | "origtitle" | "translatedtitle" | "title-en" | "english-title" | "titletranslation" => {
            set(&mut record.title_other, &text)
        }
        "author" | "authors" => authors(raw, provider, record),
        "journal" | "journal-full" | "fjournal" | "source-title" => set(&mut record.journal, &text),
        "shortjournal" | "journal-iso" | "abbrev-source-title" | "journal-abbreviation" | "journal-abbrev" => {
            set(&mut record.journal_abbreviation, &text)
        }
        "volume" => set(&mut record.volume, &text),
        "pages" | "page" => set_pages(record, &text),
        "doi" => set_doi(record, &decode_verbatim(raw)),
        "pmid" | "pubmed-id" | "pubmedid" => record.pmid = record.pmid.take().or_else(|| ids::pmid(&text)),
        "pmcid" | "pmc" | "pmc-id" => {
            record.pmcid = record.pmcid.take().or_else(|| ids::pmcid(&text).or_else(|| ids::pmcid(&format!("PMC{text}"))))
        }
        "issn" | "eissn" | "isbn" | "eisbn" => add_numbers(record, &text),
        "abstract" => set_block(&mut record.abstract_text, &text),
        "abstract-other" | "abstract-en" | "english-abstract" => set_block(&mut record.abstract_other, &text),
        "author-keywords" => keywords(&text, "author", record),
        "keywords" | "keyword" | "keywords-plus" | "index-keywords" => keywords(&text, "", record),
        "thesaurus" => keywords(&text, "thesaurus", record),
        "mesh" | "mesh-terms" => keywords(&text, "mesh", record),
        "language" | "langid" | "hyphenation" | "lang" => set_language(record, &text),
        "publisher" | "institution" | "school" | "organization" => set(&mut record.publisher, &text),
        _ if is_link(name) && raw.contains("://") => {
            let link = decode_verbatim(raw);
            if provider != Provider::Erabi {
                scopus_number(&link, record);
            }
            add_link(record, &link);
        }
        "eprint" if values.get("eprinttype").or(values.get("archiveprefix")).is_some_and(|kind| kind.eq_ignore_ascii_case("pubmed")) => {
            record.pmid = ids::pmid(&text)
        }
        "unique-id" | "accession-number" | "accession" | "an" | "ut" => set(&mut record.accession, &text),
        "database" | "source" | "db" | "databaseprovider" | "remote-database-name" => set(&mut record.database, &text),
        "type" | "document-type" | "publication-type" => text.split(';').for_each(|kind| add_type(record, kind)),
        // `Doe, Ann; Roe, Jo, Univ A, Town.`, a line each
        "affiliation" if provider == Provider::Wos => text.lines().for_each(|one| add(&mut record.affiliations, one)),
        "affiliation" | "affiliations" | "address-of-authors" => text.split([';', '\n']).for_each(|one| add(&mut record.affiliations, one)),
        // LaTeX would make a letter of a quotation mark behind a backslash
        // Taylor & Francis
        "note" if text.strip_prefix("PMID: ").and_then(ids::pmid).is_some() => {
            record.pmid = record.pmid.take().or_else(|| ids::pmid(&text[6..]))
        }
        "note" | "notes" | "annote" | "annotation" | "comment" => fields::add_note(record, if prior::is_rayyan(raw) { raw } else { &text }),
        "timestamp" | "groups" | "owner" | "file" | "bdsk-file-1" | "date-added" | "date-modified" => {}
        "notices" => notices(&text, record),
        "ris-type" => record.kind = text,
        "erabi-id" => set(&mut record.external_id, &text),
        "trial-ids" => ids::trial_ids(&text).iter().for_each(|id| add(&mut record.trial_ids, id)),
        _ => keep(record, name, &text),
    }
}

/// `url`, `url2`, `link` …
fn is_link(name: &str) -> bool {
    matches!(name, "link" | "urllink" | "bdsk-url-1" | "eprint")
        || name.strip_prefix("url").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Scopus gives an entry's number only in its link: `…?eid=2-s2.0-84937427797&…`, `…/publications/85161616599?…`.
fn scopus_number(link: &str, record: &mut Record) {
    let after = |mark: &str| {
        link.split_once(mark).map(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count()).filter(|digits| *digits >= 8)
    };
    for mark in ["eid=2-s2.0-", "pages/publications/"] {
        if record.accession.is_none()
            && link.contains("scopus.com/")
            && let Some((digits, (_, rest))) = after(mark).zip(link.split_once(mark))
        {
            record.accession = Some(format!("2-s2.0-{}", &rest[..digits]));
        }
    }
}

/// Title and subtitle; WoS and EBSCO keep both in one.
fn title(text: &str, values: &Values, record: &mut Record) {
    match values.get("subtitle") {
        Some(subtitle) => set(&mut record.title, &format!("{}: {}", text.trim().trim_end_matches(':'), decode(subtitle))),
        None => set(&mut record.title, text),
    }
}

fn notices(text: &str, record: &mut Record) {
    for line in text.lines() {
        if let Some((kind, words)) = line.split_once(": ") {
            fields::add_notice(record, kind.trim(), words);
        }
    }
}

/// Keywords are separated by `;`, by commas where there is none, by line ends where there is neither (others only fold); page-script
/// text is dropped with its markup.
fn keywords(text: &str, kind: &'static str, record: &mut Record) {
    let separator = [';', ','].into_iter().find(|sign| text.contains(*sign)).unwrap_or('\n');
    for term in text.split(separator) {
        add_keyword(record, term, kind, false);
    }
}

/// The `and` list; Rayyan turns `A. Tourovskaia` into `A, TOUROVSKAIA`, which is turned back.
fn authors(raw: &str, provider: Provider, record: &mut Record) {
    let raw = raw.trim();
    let own = provider == Provider::Erabi;
    for piece in if own { split_and(raw) } else { split_names(raw) } {
        let braced = piece.starts_with('{') && piece.ends_with('}') && balanced_inside(&piece);
        if braced && (own || (!piece.contains(" and ") && !piece.contains(','))) {
            fields::add_group(record, &decode(&piece));
            continue;
        }
        if braced {
            // `{{Smith, J. and Doe, A.}}` is a list in braces, not a group
            for inner in split_names(&piece[1..piece.len() - 1]) {
                fields::add_author(record, &decode(&inner));
            }
            continue;
        }
        let text = decode(&piece);
        if provider == Provider::Ichushi
            && let Some(place) = names::affiliation(&text)
        {
            add(&mut record.affiliations, &place);
        }
        let Some(author) = names::author(&text) else { continue };
        record.authors.push(if provider == Provider::Rayyan { unswapped(author) } else { author });
    }
    record.authors.truncate(crate::import::limits::MAX_AUTHORS);
}

/// Splits at `and`; SciELO separates by a comma and two blanks.
fn split_names(raw: &str) -> Vec<String> {
    if !raw.contains(" and ") && raw.contains(",  ") {
        return raw.split(",  ").map(str::to_owned).collect();
    }
    if raw.contains(" and ")
        || raw.contains("\nand ")
        || raw.contains(" and\n")
        || raw.contains('{')
        || !raw.contains([';', '|']) && raw.matches(',').count() < 2
    {
        return split_and(raw);
    }
    names::split(raw)
}

fn split_and(raw: &str) -> Vec<String> {
    let mut depth = 0i32;
    let mut parts = vec![String::new()];
    for word in raw.split_whitespace() {
        if depth == 0 && word.eq_ignore_ascii_case("and") {
            parts.push(String::new());
            continue;
        }
        depth = (depth + word.matches('{').count() as i32 - word.matches('}').count() as i32).max(0);
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word);
        }
    }
    parts
}

/// Whether the first brace is closed by the last.
fn balanced_inside(piece: &str) -> bool {
    let mut depth = 0i32;
    for c in piece[1..piece.len() - 1].chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth < 0 {
            return false;
        }
    }
    true
}

fn unswapped(author: Author) -> Author {
    let short =
        |part: &str| !part.is_empty() && part.chars().filter(|c| c.is_alphabetic()).count() <= 2 && part.chars().all(|c| !c.is_lowercase());
    if short(&author.family) && author.given.chars().filter(|c| c.is_alphabetic()).count() > 2 {
        return Author { family: author.given, given: author.family, literal: String::new() };
    }
    author
}

/// What an entry has from `crossref` and `xdata`.
fn inherit(values: &Values, parents: &HashMap<String, Values>, record: &mut Record) {
    let mut keys = values.parents();
    let mut seen = 0;
    while let Some(key) = keys.pop() {
        seen += 1;
        let Some(parent) = parents.get(&key).filter(|_| seen <= MAX_ANCESTORS) else { continue };
        let container = parent.kind != "xdata";
        for (name, raw) in &parent.fields {
            let text = decode(raw);
            match name.as_str() {
                "title" | "booktitle" if container && record.title.is_some() => set(&mut record.journal, &text),
                "author" | "editor" if container => {}
                "pages" | "doi" | "abstract" | "keywords" | "note" | "url" if container => {}
                "year" | "date" if record.year.is_none() => set_date(record, &text),
                "author" if !record.authors.is_empty() => {}
                _ => {
                    let before = record.extra.len();
                    field(name, raw, parent, Provider::Generic, record);
                    record.extra.truncate(before);
                }
            }
        }
        keys.extend(parent.parents());
    }
    if let Some(doi) = values.get("crossref").filter(|key| key.starts_with("10.")) {
        set_doi(record, doi);
    }
}

/// Fields that are read together: date, issue, container.
fn joined_fields(values: &Values, record: &mut Record) {
    let text = |name: &str| values.get(name).filter(|raw| !is_unfilled(raw)).map(decode).unwrap_or_default();
    let (year, month, day) = (text("year"), text("month"), text("day"));
    let month = month.trim_matches('~').replace('~', " ");
    record.year = record.year.or_else(|| crate::normalize::dates::year(&year));
    match values.get("date") {
        Some(date) => set_date(record, &decode(date)),
        None if month.trim().is_empty() => set_date(record, &year),
        None => set_date(record, [year.as_str(), month.trim(), day.as_str()].join(" ").trim()),
    }
    if record.year.is_none() {
        set_date(record, &text("early-access-date"));
    }
    set(&mut record.issue, &text("number"));
    set(&mut record.issue, &text("issue"));
    for name in ["eid", "article-number", "art-number"] {
        if record.pages.is_none() {
            record.pages = pages::pages(&text(name));
        }
    }
    for name in ["journaltitle", "booktitle", "maintitle"] {
        set(&mut record.journal, &text(name));
    }
}
