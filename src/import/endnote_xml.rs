//! EndNote's XML export. One rule: a field's text is all of its `<style>` pieces joined; the kind goes by its name, the numbers differ
//! between versions. Layout: EndNote's RSXML DTD as seen in real exports.

use std::borrow::Cow;
use std::io::BufRead;

use crate::model::Record;
use crate::normalize::{ids, pages, text};

use super::fields::{self, add, add_author, add_keyword, add_link, add_numbers, keep, set, set_block, set_date, set_doi, set_language};
use super::xml_split::{Entries, each_entry};
use super::xml_tree::{Node, Tree};
use super::{Context, Emit, ImportError};

/// Reads every `record`.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    each_entry(input, Entries::Named(&["record"]), out, record)
}

fn record(raw: &str) -> Result<Record, String> {
    let tree = Tree::parse(raw)?;
    let root = tree.root().ok_or("there is no element")?;
    let mut record = Record::default();
    let own = root.child("source-app").and_then(|app| app.attribute("name")).as_deref() == Some("Erabi");
    // its own field says the DOI; a link may be that of a registry's copy (`…/doi/10.1002/central/CN-…`)
    root.children("electronic-resource-num").filter_map(Node::text).for_each(|doi| set_doi(&mut record, &doi));
    for node in root.elements() {
        if !(own && own_field(node, &mut record)) {
            field(node, &mut record);
        }
    }
    volume_issue_pages(root, &mut record);
    if !own {
        settle_journal(&mut record);
        settle_pmid(root, &mut record);
    }
    // kana tell Japanese from Chinese; a file of ours says its language itself
    if !own
        && record.language.is_none()
        && record.title.as_deref().is_some_and(|title| title.contains(|c| matches!(c, '\u{3041}'..='\u{30fa}')))
    {
        record.language = Some("ja".to_owned());
    }
    fields::finish(&mut record);
    Ok(record)
}

/// Fields that mean more in a file that Erabi wrote (`export::endnote_xml`); false for all others.
fn own_field(node: Node, record: &mut Record) -> bool {
    let value = node.text().unwrap_or_default();
    match node.name() {
        "label" => record.external_id = Some(value),
        "custom6" => ids::trial_ids(&value).iter().for_each(|id| add(&mut record.trial_ids, id)),
        "custom7" => record.pmid = ids::pmid(&value),
        "custom8" => record.kind = value,
        "rec-number" => {}
        "research-notes" => {
            for line in node.raw_text().split(['\r', '\n']) {
                if let Some((kind, words)) = line.split_once(": ") {
                    fields::add_notice(record, kind, words);
                }
            }
        }
        _ => return false,
    }
    true
}

/// Paragraphs: EndNote writes `&#xD;` for a line end.
fn paragraphs(node: Node) -> String {
    text::block(&node.raw_text())
}

fn field(node: Node, record: &mut Record) {
    // asked for only where it is the whole field: other elements hold elements
    let value = || node.line();
    match node.name() {
        "ref-type" => {
            let name = node.attribute("name").unwrap_or_else(value);
            record.kind = fields::kind(&name).unwrap_or_default().to_owned();
            if record.kind.is_empty() {
                keep(record, "ref-type", &name);
            }
        }
        "contributors" => contributors(node, record),
        "titles" => titles(node, record),
        "periodical" => {
            set(&mut record.journal, &child_text(node, "full-title"));
            abbreviation(record, &child_text(node, "abbr-1"));
        }
        "alt-periodical" => abbreviation(record, &child_text(node, "abbr-1")),
        "auth-address" => addresses(&node.raw_text()).for_each(|line| add(&mut record.affiliations, line)),
        "dates" => {
            if let Some(year) = node.child("year").and_then(Node::text) {
                set_date(record, &year);
            }
            let date = node.at(&["pub-dates", "date"]).and_then(Node::text).unwrap_or_default();
            // `Sep 18` beside a year of its own
            match record.year.filter(|_| crate::normalize::dates::year(&date).is_none()) {
                Some(year) if !date.is_empty() => set_date(record, &format!("{year} {date}")),
                _ => set_date(record, &date),
            }
        }
        "keywords" => {
            for keyword in node.children("keyword") {
                // old libraries keep a whole list in one element
                keyword.raw_text().split(['\r', '\n']).for_each(|term| add_keyword(record, term, "", false));
            }
        }
        "isbn" => add_numbers(record, &node.raw_text()),
        "accession-num" => record.accession = node.text(),
        "abstract" => set_block(&mut record.abstract_text, &paragraphs(node)),
        "translated-abstract" => set_block(&mut record.abstract_other, &paragraphs(node)),
        "notes" | "research-notes" => fields::add_note(record, &node.raw_text()),
        "urls" => {
            for url in node.descendants("url") {
                url.raw_text().split(['\r', '\n', ' ']).for_each(|link| add_link(record, link));
            }
        }
        "language" => set_language(record, &value()),
        "publisher" => set(&mut record.publisher, &value()),
        "remote-database-name" => set(&mut record.database, &value()),
        "remote-database-provider" if value() == "NLM" => set(&mut record.database, "PubMed"),
        "work-type" => value().split(';').for_each(|kind| fields::add_type(record, kind)),
        "custom1" | "custom2" | "custom3" | "custom4" | "custom5" | "custom6" | "custom7"
            if ids::pmid_in(&value()).is_some() && record.pmid.is_none() =>
        {
            record.pmid = ids::pmid_in(&value());
        }
        "custom2" if ids::pmcid(&value()).is_some() => record.pmcid = ids::pmcid(&value()),
        "volume" | "number" | "pages" | "database" | "source-app" | "foreign-keys" | "electronic-resource-num" => {}
        "rec-number" => keep(record, "rec-number", &value()),
        // a library filled from PubMed: the title that `[…]` translates
        "orig-pub" if record.title_other.is_none() && record.title.as_deref().is_some_and(|title| title.starts_with('[')) => {
            record.title_other = node.text();
        }
        name => keep(record, name, &value()),
    }
}

/// Addresses, a line each; a line of text that was folded and indented goes on in the next.
fn addresses(raw: &str) -> impl Iterator<Item = &str> {
    let folded = |part: &str| part.trim().contains("\n ");
    raw.split('\r').flat_map(move |part| part.split(move |c| c == '\n' && !folded(part)))
}

fn child_text<'t>(node: Node<'t, '_>, name: &'static str) -> Cow<'t, str> {
    node.child(name).map(Node::line).unwrap_or_default()
}

fn abbreviation(record: &mut Record, name: &str) {
    if record.journal.as_deref() != Some(name) {
        set(&mut record.journal_abbreviation, name);
    }
}

fn contributors(node: Node, record: &mut Record) {
    for author in node.children("authors").flat_map(|list| list.children("author")) {
        // a multi-line element holds several authors
        author.raw_text().split(['\r', '\n']).for_each(|line| add_author(record, line));
    }
    for list in node.elements().filter(|list| list.name() != "authors") {
        // the editors of a work that names no other author
        let editors = list.name() == "secondary-authors" && record.authors.is_empty();
        for author in list.children("author").filter_map(Node::text) {
            if editors {
                add_author(record, &author);
            } else {
                keep(record, list.name(), &author);
            }
        }
    }
}

fn titles(node: Node, record: &mut Record) {
    let mut all = node.children("title").filter_map(Node::text);
    record.title = all.next();
    let mut other = node.child("translated-title").and_then(Node::text);
    for title in all {
        if other.is_none() && title != record.title.as_deref().unwrap_or_default() {
            other = Some(title);
        }
    }
    record.title_other = other;
    set(&mut record.journal, &child_text(node, "secondary-title"));
    let alternative = child_text(node, "alt-title");
    abbreviation(record, &alternative);
    for name in ["tertiary-title", "short-title"] {
        let value = child_text(node, name);
        if record.title.as_deref() != Some(&*value) {
            keep(record, name, &value);
        }
    }
}

fn volume_issue_pages(root: Node, record: &mut Record) {
    set(&mut record.volume, &child_text(root, "volume"));
    set(&mut record.issue, &child_text(root, "number"));
    if let Some(node) = root.child("pages") {
        let whole = pages::pages(&child_text(root, "pages"));
        // `<pages start="1" end="9">` from tools other than EndNote
        record.pages = whole.or_else(|| pages::start_end(node.attribute("start").as_deref(), node.attribute("end").as_deref()));
    }
}

/// A library filled from PubMed has the abbreviation where the full name belongs, and the other way round.
fn settle_journal(record: &mut Record) {
    if let (Some(journal), Some(other)) = (&record.journal, &record.journal_abbreviation)
        && abbreviates(journal, other)
    {
        std::mem::swap(&mut record.journal, &mut record.journal_abbreviation);
    }
}

/// True for `J Dtsch Dermatol Ges` of `Journal der Deutschen Dermatologischen Gesellschaft`: shorter, and each of its words begins as
/// one of the other's, in order.
fn abbreviates(short: &str, full: &str) -> bool {
    let initials = |name: &str| -> Vec<char> {
        let words = name.split(|c: char| !c.is_alphanumeric());
        words.filter_map(|word| word.chars().next()).flat_map(char::to_lowercase).collect()
    };
    let mut of_full = initials(full).into_iter();
    short.chars().count() < full.chars().count() && initials(short).iter().all(|initial| of_full.any(|c| c == *initial))
}

/// The PMID: MEDLINE's accession number, or where Embase's export has it (`C5` of its RIS).
fn settle_pmid(root: Node, record: &mut Record) {
    let database = record.database.as_deref().unwrap_or_default().to_ascii_lowercase();
    let number = match database.as_str() {
        name if name.starts_with("embase") => child_text(root, "custom5"),
        name if name.is_empty() || name.contains("medline") || name == "pubmed" => record.accession.clone().unwrap_or_default().into(),
        _ => return,
    };
    record.pmid = ids::pmid(&number).filter(|number| number.len() >= 6).or(record.pmid.take());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rayyans_notes_are_decisions() {
        let raw = "<record><titles><title>T</title></titles><notes><style>Kept. | RAYYAN-INCLUSION: {&quot;Mori&quot;=&gt;&quot;Excluded&quot;} | RAYYAN-LABELS: a,b |&#xD;\
            RAYYAN-EXCLUSION-REASONS: wrong population</style></notes></record>";
        let record = record(raw).expect("well-formed");
        let [decision] = &record.prior_decisions[..] else { panic!("{:?}", record.prior_decisions) };
        assert_eq!((decision.reviewer.as_str(), decision.verdict.as_str(), decision.labels.len()), ("Mori", "exclude", 2));
        assert_eq!((decision.reason.as_str(), record.notes.join("|")), ("wrong population", "Kept.".to_owned()));
    }

    #[test]
    fn styles_are_joined_and_entities_survive() {
        let raw = "<record><ref-type name=\"Journal Article\">0</ref-type><contributors><authors><author><style face=\"normal\">O&apos;Brien, K.</style></author></authors></contributors>\
            <titles><title><style>CO</style><style face=\"subscript\">2</style><style> &amp; water</style></title><translated-title>二酸化炭素</translated-title><secondary-title>J</secondary-title></titles>\
            <pages>221-8</pages><volume>19</volume><dates><year>2008</year></dates><isbn>0957-9672 (Print)&#xD;0957-9672</isbn><electronic-resource-num>10.1/x [doi]</electronic-resource-num>\
            <electronic-resource-num>https://doi.org/10.1000/x</electronic-resource-num><abstract>one&#xD;two</abstract><custom7>k</custom7></record>";
        let record = record(raw).expect("well-formed");
        assert_eq!((record.title.as_deref(), record.title_other.as_deref()), (Some("CO2 & water"), Some("二酸化炭素")));
        assert_eq!((record.pages.as_deref(), record.year, record.doi.as_deref()), (Some("221-228"), Some(2008), Some("10.1000/x")));
        assert_eq!(record.abstract_text.as_deref(), Some("one\ntwo"));
        assert_eq!(record.extra, [("custom7".to_owned(), "k".to_owned())]);
        assert_eq!(record.issn, ["0957-9672"]);
    }

    /// Invented; the layout is that of EndNote 20 with what Cochrane, Embase and PubMed filled in.
    #[test]
    fn a_field_of_its_own_beats_a_link_and_a_note() {
        let raw = "<record><ref-type name=\"Journal Article\">17</ref-type><titles><title>T</title></titles><accession-num>CN-01</accession-num>\
            <keywords><keyword>Malaria [*drug therapy]</keyword></keywords>\
            <urls><related-urls><url>https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01/full</url></related-urls></urls>\
            <custom3>PUBMED 15378438,EMBASE 39330001</custom3><electronic-resource-num>10.5555/own</electronic-resource-num></record>";
        let found = record(raw).expect("well-formed");
        assert_eq!((found.doi.as_deref(), found.pmid.as_deref()), (Some("10.5555/own"), Some("15378438")));
        assert_eq!((found.keywords[0].term.as_str(), found.keywords[0].major), ("Malaria [drug therapy]", true));
        let raw = "<record><titles><title>T</title></titles><accession-num>L1234567</accession-num><custom5>27836630</custom5>\
            <remote-database-name>Embase</remote-database-name></record>";
        assert_eq!(record(raw).expect("well-formed").pmid.as_deref(), Some("27836630"));
    }

    #[test]
    fn a_folded_address_is_one() {
        let raw = "<record><titles><title>T</title></titles><auth-address>\n    A University,\n    Town&#xD;B University\n    </auth-address></record>";
        assert_eq!(record(raw).expect("well-formed").affiliations, ["A University, Town", "B University"]);
        let raw = "<record><titles><title>T</title></titles><auth-address>A University\nB University</auth-address></record>";
        assert_eq!(record(raw).expect("well-formed").affiliations, ["A University", "B University"]);
    }

    #[test]
    fn the_longer_of_two_names_is_the_journal() {
        for (journal, other, swapped) in [
            ("Am J Clin Dermatol", "American journal of clinical dermatology", true),
            ("Dermatology", "Dermatology (Basel, Switzerland)", true),
            ("Journal of Animal Ecology", "J Anim Ecol", false),
            ("Ecology", "Journal of animals", false),
        ] {
            let raw = format!(
                "<record><titles><title>T</title></titles><periodical><full-title>{journal}</full-title><abbr-1>{other}</abbr-1></periodical></record>"
            );
            let found = record(&raw).expect("well-formed");
            let expected = if swapped { (other, journal) } else { (journal, other) };
            assert_eq!((found.journal.as_deref(), found.journal_abbreviation.as_deref()), (Some(expected.0), Some(expected.1)));
        }
    }

    #[test]
    fn editors_stand_for_missing_authors() {
        let raw = "<record><ref-type name=\"Book\">6</ref-type><contributors><secondary-authors><author>Doe, Ann</author></secondary-authors></contributors><titles><title>T</title></titles></record>";
        assert_eq!(record(raw).expect("well-formed").authors[0].family, "Doe");
        let raw = raw.replace("<contributors>", "<contributors><authors><author>Roe, Jo</author></authors>");
        let found = record(&raw).expect("well-formed");
        assert_eq!((found.authors.len(), found.extra.len()), (1, 1));
    }
}
