//! PubMed XML: articles, book documents, bare MEDLINE citations. One rule: only `PubmedData`'s own identifiers count, reference
//! lists are never read. Specification: NLM's PubMed DTD (dtd.nlm.nih.gov/ncbi/pubmed).

use std::borrow::Cow;
use std::io::BufRead;

use crate::model::Record;
use crate::normalize::{dates, ids, text};

use super::fields::{
    self, add, add_divided, add_group, add_keyword, add_notice, add_numbers, add_type, set, set_date, set_doi, set_language, set_pages,
};
use super::xml_split::{Entries, each_entry};
use super::xml_tree::{Node, Tree};
use super::{Context, Emit, ImportError};

/// The elements that are entries; the outermost counts.
const ENTRIES: &[&str] = &["PubmedArticle", "PubmedBookArticle", "MedlineCitation"];

/// Reads every article and book document.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    each_entry(input, Entries::Named(ENTRIES), out, record)
}

fn record(raw: &str) -> Result<Record, String> {
    let tree = Tree::parse(raw)?;
    let root = tree.root().ok_or("there is no element")?;
    let mut record = Record { database: Some("PubMed".to_owned()), ..Record::default() };
    match root.name() {
        "PubmedBookArticle" => book(root, &mut record),
        "MedlineCitation" => citation(root, &mut record),
        _ => {
            if let Some(node) = root.child("MedlineCitation") {
                citation(node, &mut record);
            }
        }
    }
    let data = root.child("PubmedData").or_else(|| root.child("PubmedBookData"));
    if let Some(list) = data.and_then(|data| data.child("ArticleIdList")) {
        identifiers(list, &mut record);
    }
    if record.kind.is_empty() {
        record.kind = "JOUR".to_owned();
    }
    fields::finish(&mut record);
    Ok(record)
}

/// A text below `node`, empty when absent.
fn text_at<'t>(node: Node<'t, '_>, path: &[&'static str]) -> Cow<'t, str> {
    node.at(path).map(Node::line).unwrap_or_default()
}

fn citation(node: Node, record: &mut Record) {
    pmid(&text_at(node, &["PMID"]), record);
    if let Some(article) = node.child("Article") {
        article_fields(article, record);
    }
    if record.journal_abbreviation.is_none() {
        set(&mut record.journal_abbreviation, &text_at(node, &["MedlineJournalInfo", "MedlineTA"]));
    }
    add_numbers(record, &text_at(node, &["MedlineJournalInfo", "ISSNLinking"]));
    for other in node.children("OtherAbstract") {
        abstract_other(other, record);
    }
    keywords(node, record);
    for id in node.children("OtherID") {
        if let Some(pmcid) = other_pmcid(id) {
            record.pmcid.get_or_insert(pmcid);
        }
    }
    for correction in node.descendants("CommentsCorrections") {
        let Some(kind) = correction.attribute("RefType").and_then(|kind| notice_kind(&kind)) else {
            continue;
        };
        add_notice(record, kind, &text_at(correction, &["RefSource"]));
    }
    for accession in node.descendants("AccessionNumber") {
        for id in ids::trial_ids(&accession.line()) {
            add(&mut record.trial_ids, &id);
        }
    }
}

fn other_pmcid(id: Node) -> Option<String> {
    ids::pmcid(&id.text()?)
}

fn pmid(raw: &str, record: &mut Record) {
    record.pmid = ids::pmid(raw);
    record.accession = record.pmid.clone();
}

fn article_fields(article: Node, record: &mut Record) {
    set(&mut record.title, &article.child("ArticleTitle").map(Node::raw_text).unwrap_or_default());
    set(&mut record.title_other, &article.child("VernacularTitle").map(Node::raw_text).unwrap_or_default());
    if let Some(journal) = article.child("Journal") {
        set(&mut record.journal, &text_at(journal, &["Title"]));
        set(&mut record.journal_abbreviation, &text_at(journal, &["ISOAbbreviation"]));
        for issn in journal.children("ISSN") {
            add_numbers(record, &issn.line());
        }
        if let Some(issue) = journal.child("JournalIssue") {
            set(&mut record.volume, &text_at(issue, &["Volume"]));
            set(&mut record.issue, &text_at(issue, &["Issue"]));
            if let Some(date) = issue.child("PubDate") {
                publication_date(date, record);
            }
        }
    }
    if let Some(pages) = article.child("Pagination") {
        let start = text_at(pages, &["StartPage"]);
        set_pages(record, &text_at(pages, &["MedlinePgn"]));
        if record.pages.is_none() {
            record.pages = crate::normalize::pages::start_end(Some(&start), Some(&text_at(pages, &["EndPage"])));
        }
    }
    for location in article.children("ELocationID") {
        let value = location.line();
        match location.attribute("EIdType").as_deref() {
            Some("doi") => set_doi(record, &value),
            // an article number, where the journal has no pages
            Some("pii") if record.pages.is_none() && value.len() <= 8 && value.starts_with(['e', 'E']) => set_pages(record, &value),
            _ => {}
        }
    }
    if let Some(node) = article.child("Abstract") {
        record.abstract_text = abstract_text(node);
    }
    for author in article.children("AuthorList").flat_map(|list| list.children("Author")) {
        add_author(author, record);
    }
    for language in article.children("Language") {
        set_language(record, &language.line());
    }
    for kind in article.descendants("PublicationType") {
        add_type(record, &kind.line());
    }
    if record.year.is_none()
        && let Some(date) = article.child("ArticleDate")
    {
        publication_date(date, record);
    }
}

/// `PubDate` as `Year Month Day`, `Year Season`, or `MedlineDate` whole.
fn publication_date(date: Node, record: &mut Record) {
    let parts: Vec<String> = date
        .elements()
        .filter(|part| matches!(part.name(), "Year" | "Month" | "Day" | "Season" | "MedlineDate"))
        .filter_map(Node::text)
        .collect();
    set_date(record, &parts.join(" "));
}

/// Sections with their labels, a line each.
fn abstract_text(node: Node) -> Option<String> {
    let mut out = String::new();
    for section in node.children("AbstractText") {
        // a section is one paragraph: line ends within it are those of formulas and of indentation
        let body = section.line();
        if body.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        if let Some(label) = section.attribute("Label").filter(|label| !label.is_empty() && label != "UNLABELLED") {
            out.push_str(text::clean(&label).trim_end_matches(':'));
            out.push_str(": ");
        }
        out.push_str(&body);
    }
    Some(out).filter(|out| !out.is_empty())
}

/// An abstract in another language; publishers' plain-language summaries in the same language go to the notes.
fn abstract_other(node: Node, record: &mut Record) {
    let Some(body) = abstract_text(node) else {
        return;
    };
    let summary = node.attribute("Type").is_some_and(|kind| kind == "plain-language-summary");
    if record.abstract_text.is_none() {
        record.abstract_text = Some(body);
    } else if record.abstract_other.is_none() && !summary {
        record.abstract_other = Some(body);
    } else {
        record.notes.push(body);
    }
}

fn add_author(author: Node, record: &mut Record) {
    if author.attribute("ValidYN").as_deref() == Some("N") {
        return;
    }
    if let Some(group) = author.child("CollectiveName").and_then(Node::text) {
        return add_group(record, &group);
    }
    let [mut family, mut given, mut initials, mut suffix] = [const { None }; 4];
    for part in author.elements() {
        let place = match part.name() {
            "LastName" => &mut family,
            "ForeName" => &mut given,
            "Initials" => &mut initials,
            "Suffix" => &mut suffix,
            _ => continue,
        };
        place.get_or_insert(part);
    }
    let [family, given, initials, suffix] =
        [family, given, initials, suffix].map(|part: Option<Node>| part.map(Node::line).unwrap_or_default());
    let mut given = if given.is_empty() { initials } else { given };
    if !suffix.is_empty() {
        given = if given.is_empty() { suffix } else { Cow::Owned(format!("{given}, {suffix}")) };
    }
    add_divided(record, &family, &given);
    for affiliation in author.children("AffiliationInfo").filter_map(|info| info.child("Affiliation")).chain(author.children("Affiliation"))
    {
        add(&mut record.affiliations, &affiliation.line());
    }
}

fn keywords(node: Node, record: &mut Record) {
    let is_major = |node: Node| node.attribute("MajorTopicYN").as_deref() == Some("Y");
    for heading in node.children("MeshHeadingList").flat_map(|list| list.children("MeshHeading")) {
        let Some(descriptor) = heading.child("DescriptorName") else {
            continue;
        };
        let mut term = descriptor.line().into_owned();
        let mut major = is_major(descriptor);
        for qualifier in heading.children("QualifierName") {
            term.push('/');
            term.push_str(&qualifier.line());
            major |= is_major(qualifier);
        }
        add_keyword(record, &term, "mesh", major);
    }
    for keyword in node.children("KeywordList").flat_map(|list| list.children("Keyword")) {
        add_keyword(record, &keyword.line(), "author", is_major(keyword));
    }
}

/// `RefType` of `CommentsCorrections` → the notices worth showing on this record.
fn notice_kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "RetractionIn" | "PartialRetractionIn" => "retracted",
        "RetractionOf" | "PartialRetractionOf" => "retraction_of",
        "ErratumIn" | "ErratumFor" | "CorrectedandRepublishedIn" | "CorrectedandRepublishedFrom" => "erratum",
        "ExpressionOfConcernIn" | "ExpressionOfConcernFor" => "concern",
        "CommentOn" | "CommentIn" => "comment",
        "UpdateIn" | "UpdateOf" | "RepublishedIn" | "RepublishedFrom" => "update",
        _ => return None,
    })
}

fn identifiers(list: Node, record: &mut Record) {
    for id in list.children("ArticleId") {
        let value = id.line();
        match id.attribute("IdType").as_deref() {
            Some("doi") => set_doi(record, &value),
            Some("pmc") => record.pmcid = record.pmcid.take().or_else(|| ids::pmcid(&value).or_else(|| ids::pmcid(&format!("PMC{value}")))),
            Some("pubmed") if record.pmid.is_none() => pmid(&value, record),
            Some("bookaccession") => fields::keep(record, "bookaccession", &value),
            _ => {}
        }
    }
}

/// A book or a chapter: with an `ArticleTitle` it is a chapter of the book.
fn book(root: Node, record: &mut Record) {
    let Some(node) = root.child("BookDocument") else {
        return;
    };
    pmid(&text_at(node, &["PMID"]), record);
    if let Some(list) = node.child("ArticleIdList") {
        identifiers(list, record);
    }
    let chapter = node.child("ArticleTitle").map(Node::raw_text).unwrap_or_default();
    set(&mut record.title, &chapter);
    record.kind = if record.title.is_some() { "CHAP" } else { "BOOK" }.to_owned();
    if let Some(book) = node.child("Book") {
        let title = book.child("BookTitle").map(Node::raw_text).unwrap_or_default();
        let field = if record.title.is_some() { &mut record.journal } else { &mut record.title };
        set(field, &title);
        set(&mut record.publisher, &text_at(book, &["Publisher", "PublisherName"]));
        set(&mut record.volume, &text_at(book, &["Volume"]));
        for isbn in book.children("Isbn") {
            add_numbers(record, &isbn.line());
        }
        if let Some(date) = book.child("PubDate") {
            publication_date(date, record);
        }
    }
    let lists = || node.children("AuthorList").chain(node.children("Book").flat_map(|book| book.children("AuthorList")));
    let editors = |list: &Node| list.attribute("Type").as_deref() == Some("editors");
    for author in lists().filter(|list| !editors(list)).flat_map(|list| list.children("Author")) {
        add_author(author, record);
    }
    if record.authors.is_empty() {
        for author in lists().flat_map(|list| list.children("Author")) {
            add_author(author, record);
        }
    }
    if let Some(node) = node.child("Abstract") {
        record.abstract_text = abstract_text(node);
    }
    set_language(record, &text_at(node, &["Language"]));
    for kind in node.descendants("PublicationType") {
        add_type(record, &kind.line());
    }
    keywords(node, record);
    if record.year.is_none() {
        record.year = dates::year(&text_at(node, &["ContributionDate", "Year"]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_chapter() {
        let raw = "<PubmedBookArticle><BookDocument><PMID Version=\"1\">20301425</PMID><ArticleIdList><ArticleId IdType=\"bookaccession\">NBK1247</ArticleId></ArticleIdList>\
            <Book><Publisher><PublisherName>University of Washington</PublisherName></Publisher><BookTitle book=\"gene\">GeneReviews<sup>&#xae;</sup></BookTitle><PubDate><Year>1993</Year></PubDate>\
            <AuthorList Type=\"editors\"><Author><LastName>Adam</LastName><ForeName>M P</ForeName></Author></AuthorList><Isbn>9780123456786</Isbn></Book>\
            <ArticleTitle book=\"gene\">BRCA1 &amp; BRCA2</ArticleTitle><Language>eng</Language><AuthorList Type=\"authors\"><Author><LastName>Petrucelli</LastName><Initials>N</Initials></Author>\
            <Author><CollectiveName>The Group</CollectiveName></Author></AuthorList><PublicationType>Review</PublicationType>\
            <Abstract><AbstractText Label=\"AIM\">x &lt; 5</AbstractText><AbstractText>y</AbstractText></Abstract></BookDocument></PubmedBookArticle>";
        let record = record(raw).expect("well-formed");
        assert_eq!(record.title.as_deref(), Some("BRCA1 & BRCA2"));
        assert_eq!((record.kind.as_str(), record.journal.as_deref()), ("CHAP", Some("GeneReviews®")));
        assert_eq!(record.authors.iter().map(crate::model::Author::display).collect::<Vec<_>>(), ["Petrucelli, N", "The Group"]);
        assert_eq!(record.abstract_text.as_deref(), Some("AIM: x < 5\ny"));
        assert_eq!((record.year, record.pmid.as_deref(), record.language.as_deref()), (Some(1993), Some("20301425"), Some("en")));
        assert_eq!(record.isbn, ["9780123456786"]);
    }

    #[test]
    fn a_formula_stays_in_its_sentence() {
        let raw = "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle><Abstract><AbstractText>We took <mml:math>\n  <mml:mi>a</mml:mi>\n  \
            <mml:mo>+</mml:mo>\n <mml:mi>b</mml:mi>\n</mml:math> and more.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>";
        assert_eq!(record(raw).expect("well-formed").abstract_text.as_deref(), Some("We took a + b and more."));
    }
}
