//! Citations that stand in one cell. One rule: they fill only what no column of its own gives.

use crate::import::Provider;
use crate::import::fields::{set, set_date, set_doi, set_pages};
use crate::model::Record;
use crate::normalize::{dates, text};

/// Names that people and tools give to where a report was found; a journal's name has none of them as a word at its beginning.
const FOUND_IN: &[&str] = &[
    "pubmed",
    "medline",
    "embase",
    "cinahl",
    "scopus",
    "web of science",
    "wos",
    "cochrane",
    "central",
    "psycinfo",
    "apa psyc",
    "eric",
    "google",
    "ieee xplore",
    "proquest",
    "ebsco",
    "ovid",
    "lilacs",
    "scielo",
    "lens",
    "dimensions",
    "openalex",
    "crossref",
    "semantic",
    "europe pmc",
    "pmc",
    "med",
    "clinicaltrials",
    "ictrp",
    "acm digital",
    "cinii",
    "jstage",
    "j stage",
    "医中誌",
    "ichushi",
    "hand",
    "citation",
    "snowball",
    "reference",
    "manual",
    "grey",
    "gray",
    "other",
    "database",
    "register",
    "website",
    "search",
    "ハンド",
    "手検索",
    "引用",
    "その他",
    "データベース",
    "cnki",
    "wanfang",
    "sciencedirect",
    "springerlink",
    "wiley online",
    "jstor",
    "pedro",
];

/// Characters of the longest name of a database or a journal that a cell is taken for.
const LONGEST_NAME: usize = 120;

/// A `Source` cell, in its provider's layout; whether all of it has found a place. Where a maker is not known it names the database,
/// or, in a table that has no column for the journal, the journal.
pub fn read(value: &str, provider: Provider, journal_elsewhere: bool, record: &mut Record) -> bool {
    match provider {
        Provider::Embase => embase(value, record),
        Provider::Lilacs => bvs(value, record),
        Provider::SciElo => scielo(value, record),
        Provider::Cochrane | Provider::GoogleScholar => {
            set(&mut record.journal, value);
            return true;
        }
        Provider::Ovid => ovid(value, record),
        // a citation of a layout that nobody knows
        _ if value.chars().count() > LONGEST_NAME => {}
        _ => {
            let folded = text::fold(value);
            let found_in =
                |name: &&str| folded.strip_prefix(*name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || !name.is_ascii());
            let database = journal_elsewhere || FOUND_IN.iter().any(|name| found_in(&text::fold(name).as_str()));
            set(if database { &mut record.database } else { &mut record.journal }, value);
            return true;
        }
    }
    false
}

/// SciELO: `Gaceta Sanitaria; 35(4); 361-373`, where nothing is known `49(); -`.
fn scielo(value: &str, record: &mut Record) {
    let mut parts = value.rsplitn(3, "; ");
    let (pages, numbers, journal) = (parts.next(), parts.next(), parts.next());
    let (Some(pages), Some(numbers), Some(journal)) = (pages, numbers, journal) else { return };
    set(&mut record.journal, journal);
    let (volume, issue) = numbers.split_once('(').unwrap_or((numbers, ""));
    set(&mut record.volume, volume);
    set(&mut record.issue, issue.trim_end_matches(')'));
    set_pages(record, pages.trim_matches('-'));
}

/// embase.com: `Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014`.
fn embase(value: &str, record: &mut Record) {
    let (citation, date) = value.split_once("Date of Publication:").unwrap_or((value, ""));
    let Some((at, year)) = bracketed_year(citation) else { return };
    set(&mut record.journal, &citation[..at]);
    set_date(record, if date.trim().is_empty() { year } else { date });
    if record.year.is_none() {
        set_date(record, year);
    }
    let rest = citation[at..].split_once(')').map_or("", |(_, rest)| rest);
    let (numbers, pages) = rest.split_once('(').unwrap_or((rest, ""));
    volume_issue(numbers.trim().trim_end_matches('.'), record);
    set_pages(record, pages.split(')').next().unwrap_or_default());
    if record.pages.is_none() && !rest.contains('(') {
        let article = numbers.split("Article Number:").nth(1).unwrap_or_default();
        set_pages(record, article.trim().trim_end_matches('.'));
    }
    set_doi(record, value);
}

/// Where `(2014)` stands, and the year.
fn bracketed_year(text: &str) -> Option<(usize, &str)> {
    text.match_indices('(')
        .map(|(at, _)| (at, text.get(at + 1..at + 5).unwrap_or_default()))
        .find(|(at, year)| dates::year(year).is_some() && text[at + 5..].starts_with(')'))
}

/// `3:3`, `54`, `12(4)`, `102 SUPPL. 1`.
fn volume_issue(text: &str, record: &mut Record) {
    let text = text.split("Article Number").next().unwrap_or(text).trim();
    let (volume, issue) = text.split_once([':', '(']).unwrap_or((text, ""));
    set(&mut record.volume, volume);
    set(&mut record.issue, issue.trim_end_matches(')'));
}

/// PubMed: `Ear Hear. 2019 Jul/Aug;40(4):918-926. doi: 10.1097/…. Epub …`.
pub fn nlm(value: &str, record: &mut Record) {
    let before_doi = value.split(" doi:").next().unwrap_or(value);
    if let Some((head, numbers)) = before_doi.split_once(';') {
        let numbers = numbers.split(". ").next().unwrap_or(numbers).trim().trim_end_matches('.');
        let (volume, pages) = numbers.split_once(':').unwrap_or((numbers, ""));
        let (volume, issue) = volume.split_once('(').unwrap_or((volume, ""));
        set(&mut record.volume, volume);
        set(&mut record.issue, issue.trim_end_matches(')'));
        set_pages(record, pages);
        let date = head.rsplit_once(". ").map_or("", |(_, date)| date);
        if dates::year(date).is_some() {
            set_date(record, date);
        }
    }
    set_doi(record, value);
}

/// BVS/LILACS: `J Psychiatr Res;139: 179-184, 2021 07. `.
fn bvs(value: &str, record: &mut Record) {
    let Some((journal, rest)) = value.split_once(';') else { return };
    let (numbers, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let (pages, date) = rest.rsplit_once(',').unwrap_or((rest, ""));
    set(&mut record.journal_abbreviation, journal);
    let (volume, issue) = numbers.split_once('(').unwrap_or((numbers, ""));
    set(&mut record.volume, volume);
    set(&mut record.issue, issue.trim_end_matches([')', ' ']));
    set_pages(record, pages);
    if record.year.is_none() {
        set_date(record, date.trim().trim_end_matches('.'));
    }
}

/// Ovid PsycInfo: `Neurological Sciences. Vol.45,(3), 2024, pp. 1209-1216.`, `… Vol.15, 2023, ArtID 1225786.`
fn ovid(value: &str, record: &mut Record) {
    let Some((journal, rest)) = value.split_once(". Vol.") else { return };
    set(&mut record.journal, journal);
    for part in rest.split(',').map(str::trim) {
        let part = part.trim_end_matches('.');
        if let Some(pages) = part.strip_prefix("pp. ") {
            set_pages(record, pages);
        } else if let Some(article) = part.strip_prefix("ArtID ") {
            set_pages(record, article);
        } else if let Some(issue) = part.strip_prefix('(') {
            set(&mut record.issue, issue.trim_end_matches(')'));
        } else if dates::year(part).is_some() {
            set_date(record, part);
        } else if !part.is_empty() {
            set(&mut record.volume, part.split('(').next().unwrap_or(part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_in_a_cell() {
        let shown = |provider, value: &str| {
            let mut record = Record::default();
            if provider == Provider::PubMed {
                nlm(value, &mut record)
            } else {
                read(value, provider, true, &mut record);
            }
            format!("{:?} {:?} {:?} {:?} {:?}", record.journal, record.year, record.volume, record.issue, record.pages)
                .replace("Some(", "")
                .replace(')', "")
        };
        assert_eq!(
            shown(Provider::Embase, "Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014"),
            "\"Endoscopic Ultrasound\" 2014 \"3\" \"3\" \"152-160\""
        );
        assert_eq!(
            shown(Provider::Embase, "Int J (Tokyo) (2019) 54 (83-86). Date of Publication: 1 Jan 2019"),
            "\"Int J (Tokyo\" 2019 \"54\" None \"83-86\""
        );
        assert_eq!(
            shown(Provider::PubMed, "Ear Hear. 2019 Jul/Aug;40(4):918-926. doi: 10.1097/AUD.0000000000000669."),
            "None 2019 \"40\" \"4\" \"918-926\""
        );
        assert_eq!(shown(Provider::Lilacs, "J Psychiatr Res;139: 179-184, 2021 07. "), "None 2021 \"139\" None \"179-184\"");
        assert_eq!(
            shown(Provider::Ovid, "Neurological Sciences. Vol.45,(3), 2024, pp. 1209-1216."),
            "\"Neurological Sciences\" 2024 \"45\" \"3\" \"1209-1216\""
        );
    }
}
