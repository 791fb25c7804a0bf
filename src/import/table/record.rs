//! One row → one record. One rule: a cell is read by its column's meaning, and every cell that has none is kept under its column's
//! name.

use crate::import::fields::{
    self, add, add_keyword, add_link, add_numbers, add_type, keep, set, set_block, set_date, set_doi, set_language, set_pages,
};
use crate::import::place::place;
use crate::import::{Provider, ichushi, prior};
use crate::model::{PriorDecision, Record};
use crate::normalize::{dates, ids, pages, text};

use super::columns::Field;
use super::header::{Column, column};
use super::lists::{addresses, keywords, listed, listed_links};
use super::people;

/// A record of single values, each with its name and field.
pub fn record_of(values: Vec<(String, Option<Field>, String)>, provider: Provider) -> Record {
    let mut cells = Vec::with_capacity(values.len());
    let mut columns = Vec::with_capacity(values.len());
    for (name, field, value) in values {
        columns.push(Column { field, reviewer: None, ..column(&name, provider) });
        cells.push(value);
    }
    record(&columns, &cells, provider).0
}

/// The parts of a row that are only understood together.
#[derive(Default)]
struct Parts {
    year: String,
    month: String,
    day: String,
    date: String,
    /// Beside volume and pages, where no column of its own has it.
    place_date: String,
    start: String,
    end: String,
    page_count: String,
    /// The next term is a major one.
    major: bool,
    article_number: String,
    subtitle: String,
    container: String,
    authors: Vec<String>,
    full_authors: String,
    /// The only one, where a table has no column of all.
    first_author: String,
    decisions: Vec<PriorDecision>,
    reason: String,
    reviewer: String,
    comment: String,
    labels: Vec<String>,
    spoiled: bool,
    /// The table has a column of journals.
    names_journal: bool,
}

/// What a row says; the flag tells that a spreadsheet turned pages or an issue into a date.
pub fn record(columns: &[Column], cells: &[String], provider: Provider) -> (Record, bool) {
    let mut record = Record::default();
    let journal = |column: &Column| matches!(column.field, Some(Field::Journal | Field::Abbreviation | Field::Container));
    let mut parts = Parts { names_journal: columns.iter().any(journal), ..Parts::default() };
    // a column of its own says a value before the line that holds them all
    let whole_line = |at: usize| columns.get(at).is_some_and(|column| matches!(column.field, Some(Field::Citation | Field::Source)));
    let (late, early): (Vec<usize>, Vec<usize>) = (0..cells.len()).partition(|at| whole_line(*at));
    for (at, cell) in early.into_iter().chain(late).map(|at| (at, &cells[at])) {
        let own = provider == Provider::Erabi;
        let value = if own { unguarded(cell) } else { cell.trim() };
        // Publish or Perish has no empty numbers
        if value.is_empty() || (!own && is_empty(value)) || (value == "0" && provider == Provider::GoogleScholar) {
            continue;
        }
        match columns.get(at) {
            Some(column) => read_cell(column, value, provider, &mut record, &mut parts),
            None => keep(&mut record, &format!("column {}", at + 1), value),
        }
    }
    join(&mut record, &mut parts, provider);
    fields::finish(&mut record);
    (record, parts.spoiled)
}

/// A cell of Erabi's own table without the apostrophe that keeps a spreadsheet from calculating it (`export::csv::guard`).
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
}

/// Cells that statistical software and databases write for "nothing".
fn is_empty(value: &str) -> bool {
    matches!(value, "" | "NA" | "N/A" | "nan" | "NaN" | "NULL" | "null" | "None" | "UNKNOWN" | "#N/A" | "-" | "--" | "[]")
}

fn read_cell(column: &Column, value: &str, provider: Provider, record: &mut Record, parts: &mut Parts) {
    use Field::*;
    let Some(field) = column.field else { return unknown(column, value, record, parts) };
    let whole = |value| if provider == Provider::Erabi { value } else { whole(value) };
    match field {
        Title => title(column, value.trim_end_matches(['\n', '\r']), record),
        Subtitle => parts.subtitle = value.to_owned(),
        TitleOther => set(&mut record.title_other, value),
        Authors => parts.authors.push(value.to_owned()),
        FirstAuthor => fill(&mut parts.first_author, value),
        AuthorsFull => parts.full_authors = value.to_owned(),
        Groups => value.split(';').for_each(|group| fields::add_group(record, group)),
        Year => fill(&mut parts.year, value),
        Date => fill(&mut parts.date, value),
        Month => fill(&mut parts.month, value),
        Day => fill(&mut parts.day, value),
        Journal => set(&mut record.journal, value),
        Abbreviation => set(&mut record.journal_abbreviation, value),
        Container => fill(&mut parts.container, value),
        Volume => set(&mut record.volume, whole(value)),
        Issue | Pages | PageStart | PageEnd if provider != Provider::Erabi && is_spoiled(value) => {
            parts.spoiled = true;
            keep(record, &column.name, value);
        }
        Issue => set(&mut record.issue, whole(value)),
        VolumeIssue => {
            let place = place(value);
            set(&mut record.volume, &place.volume);
            set(&mut record.issue, &place.issue);
            set_pages(record, &place.pages);
            parts.place_date = place.date;
        }
        Pages => set_pages(record, whole(value)),
        PageStart => fill(&mut parts.start, whole(value)),
        PageEnd => fill(&mut parts.end, whole(value)),
        PageCount => fill(&mut parts.page_count, whole(value)),
        ArticleNumber => fill(&mut parts.article_number, whole(value)),
        Doi if provider == Provider::Ebsco && ids::doi(value).is_none() => record.pmid = record.pmid.take().or_else(|| ids::pmid(value)),
        Doi => set_doi(record, value),
        Pmid => record.pmid = record.pmid.take().or_else(|| ids::pmid(value)),
        Pmcid => record.pmcid = record.pmcid.take().or_else(|| ids::pmcid(value)),
        Accession => set(&mut record.accession, whole(value.strip_prefix("https://openalex.org/").unwrap_or(value))),
        Numbers => add_numbers(record, ids::issn_without_zero(value).as_deref().unwrap_or(value)),
        Abstract => set_block(&mut record.abstract_text, value),
        AbstractOther => set_block(&mut record.abstract_other, value),
        Keywords => keywords(value, "", false, record),
        AuthorKeywords => keywords(value, "author", false, record),
        Term => add_keyword(record, value, "thesaurus", std::mem::take(&mut parts.major)),
        TermWeight => parts.major = value == "major",
        Thesaurus => keywords(value, "thesaurus", false, record),
        ThesaurusMajor => keywords(value, "thesaurus", true, record),
        Mesh => keywords(value, "mesh", false, record),
        Language => set_language(record, value),
        Types if provider == Provider::Ichushi => value.split([';', '；', '/', '／']).for_each(|kind| add_type(record, kind)),
        Types => listed(value).iter().for_each(|kind| add_type(record, kind)),
        Kind => kind(value, provider, record),
        Database => set(&mut record.database, value),
        Publisher => set(&mut record.publisher, value),
        Link => {
            // an OpenURL names the journal by its ISSN
            value.split(['&', '?']).filter_map(|part| part.strip_prefix("issn=")).for_each(|issn| add_numbers(record, issn));
            listed_links(value).for_each(|link| add_link(record, link));
        }
        // OpenAlex: one after another, a person's after the other's
        Affiliation if provider == Provider::OpenAlex => value.split('|').for_each(|one| add(&mut record.affiliations, one)),
        Affiliation => addresses(value).for_each(|one| add(&mut record.affiliations, one)),
        Notes => notes(value, provider, record, parts),
        Trials => ids::trial_ids(value).iter().for_each(|id| add(&mut record.trial_ids, id)),
        ExternalId => record.external_id = Some(whole(value).to_owned()),
        Citation => {
            super::source::nlm(value, record);
            keep(record, &column.name, value);
        }
        Source => {
            let journal_elsewhere = parts.names_journal;
            if !super::source::read(value, provider, journal_elsewhere, record) {
                keep(record, &column.name, value);
            }
        }
        Retracted if value.eq_ignore_ascii_case("true") => add_type(record, "Retracted Publication"),
        Retracted => {}
        Notices => {
            value.lines().filter_map(|line| line.split_once(": ")).for_each(|(kind, words)| fields::add_notice(record, kind.trim(), words))
        }
        Verdict => decision(column, value, provider, record, parts),
        Reason => parts.reason = text::block(value),
        Reviewer => parts.reviewer = text::clean(value).into_owned(),
        Comment => parts.comment = text::block(value),
        Labels => {
            parts.labels.extend(value.split([';', ',']).map(|label| text::clean(label).into_owned()).filter(|label| !label.is_empty()))
        }
        Extra => keep(record, &column.name, value),
        Skip => {}
    }
}

/// The first title; one more is the other.
fn title(column: &Column, value: &str, record: &mut Record) {
    let Some(known) = record.title.clone() else { return set(&mut record.title, value) };
    if record.title_other.is_none() {
        set(&mut record.title_other, value);
    } else if text::clean(value) != known {
        keep(record, &column.name, value);
    }
}

fn fill(part: &mut String, value: &str) {
    if part.is_empty() {
        part.push_str(value);
    }
}

/// `12.0` as a spreadsheet writes 12.
fn whole(value: &str) -> &str {
    value.strip_suffix(".0").filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(value)
}

/// `3-Apr`, `Oct-12`, `2023-04-03 00:00:00`: what a spreadsheet makes of pages and issues.
fn is_spoiled(value: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = value.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('-').collect();
    let number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [a, b] => (number(a) && MONTHS.contains(&b)) || (MONTHS.contains(&a) && number(b)),
        [year, month, rest] => year.len() == 4 && number(year) && number(month) && rest.contains("00:00"),
        _ => false,
    }
}

/// A column nobody knows: a reviewer's own decision column, or kept.
fn unknown(column: &Column, value: &str, record: &mut Record, parts: &mut Parts) {
    match column.reviewer.as_ref().zip(prior::verdict(value)) {
        Some((reviewer, verdict)) => parts.decisions.push(PriorDecision {
            tool: "table".to_owned(),
            reviewer: reviewer.clone(),
            stage: column.stage.to_owned(),
            verdict: verdict.to_owned(),
            ..PriorDecision::default()
        }),
        None => keep(record, &column.name, value),
    }
}

fn decision(column: &Column, value: &str, provider: Provider, record: &mut Record, parts: &mut Parts) {
    match prior::verdict(whole(value)) {
        Some(verdict) => {
            let (tool, stage) = (prior::tool(provider).to_owned(), column.stage.to_owned());
            let decision = PriorDecision { tool, stage, verdict: verdict.to_owned(), ..PriorDecision::default() };
            // ASReview says it in two columns
            if !parts.decisions.contains(&decision) {
                parts.decisions.push(decision);
            }
        }
        None => keep(record, &column.name, value),
    }
}

/// Notes: Rayyan's bookkeeping, Covidence's reviewers' notes, Zotero's `Extra`, or words.
fn notes(value: &str, provider: Provider, record: &mut Record, parts: &mut Parts) {
    if prior::is_rayyan(value) {
        fields::add_note(record, value);
    } else if provider == Provider::Covidence {
        parts.comment = text::block(value);
    } else if provider == Provider::Zotero {
        crate::import::zotero_rdf::extra_lines(value, record);
    } else if let Some(note) = Some(text::block(value)).filter(|note| !note.is_empty()) {
        record.notes.push(note);
    }
}

/// A word of the kind of document: RIS's where it has one; WoS writes `J`, `B`, `C`, `P`.
fn kind(value: &str, provider: Provider, record: &mut Record) {
    let known = match (provider, value) {
        (Provider::Wos, "J") => Some("JOUR"),
        (Provider::Wos, "B" | "S") => Some("BOOK"),
        (Provider::Wos, "C") => Some("CPAPER"),
        (Provider::Wos, "P") => Some("PAT"),
        _ if value.bytes().all(|byte| byte.is_ascii_uppercase()) => Some(value).filter(|value| (3..=7).contains(&value.len())),
        _ => fields::kind(value),
    };
    match known {
        Some(known) if record.kind.is_empty() => record.kind = known.to_owned(),
        _ => add_type(record, value),
    }
}

/// What only several cells together say.
fn join(record: &mut Record, parts: &mut Parts, provider: Provider) {
    if !parts.subtitle.is_empty() {
        match record.title.as_mut() {
            Some(title) => *title = format!("{}: {}", title.trim_end_matches([':', ' ']), text::clean(&parts.subtitle)),
            None => set(&mut record.title, &parts.subtitle),
        }
    }
    if parts.authors.is_empty() && parts.full_authors.is_empty() && !parts.first_author.is_empty() {
        parts.authors.push(std::mem::take(&mut parts.first_author));
    }
    people::authors(record, std::mem::take(&mut parts.authors), std::mem::take(&mut parts.full_authors), provider);
    if parts.date.is_empty() && parts.year.is_empty() {
        parts.date = std::mem::take(&mut parts.place_date);
    }
    date(record, parts, provider);
    if parts.end.is_empty()
        && let (Ok(start), Ok(count @ 2..)) = (parts.start.parse::<u32>(), parts.page_count.parse::<u32>())
    {
        parts.end = start.saturating_add(count - 1).to_string();
    }
    if record.pages.is_none() {
        record.pages = pages::start_end(Some(&parts.start), Some(&parts.end));
    }
    if record.pages.is_none() {
        record.pages = pages::pages(&parts.article_number);
    }
    set(&mut record.journal, &parts.container);
    if record.kind.is_empty() {
        record.kind = record.publication_types.iter().find_map(|kind| fields::kind(kind)).unwrap_or_default().to_owned();
    }
    if provider == Provider::Wos {
        fields::part_of_a_book(record);
    }
    if provider == Provider::Lilacs && record.pmid.is_none() {
        record.pmid = record.accession.as_deref().and_then(|number| number.strip_prefix("mdl-")).and_then(ids::pmid);
    }
    if matches!(provider, Provider::ClinicalTrials | Provider::Ictrp) {
        record.accession.iter().flat_map(|number| ids::trial_ids(number)).for_each(|id| add(&mut record.trial_ids, &id));
    }
    // Europe PMC: `MED` and a PMID
    if provider == Provider::EuropePmc && record.pmid.is_none() && record.database.as_deref() == Some("MED") {
        record.pmid = record.accession.as_deref().and_then(ids::pmid);
        record.database = None;
    }
    if provider == Provider::PubMed {
        record.accession = record.accession.take().or_else(|| record.pmid.clone());
        set(&mut record.database, "PubMed");
    } else if let Some(name) = database(provider) {
        set(&mut record.database, name);
    }
    if provider == Provider::Ichushi {
        ichushi::settle_record(record);
    }
    decisions(record, parts, provider);
}

fn database(provider: Provider) -> Option<&'static str> {
    Some(match provider {
        Provider::Scopus => "Scopus",
        Provider::Wos => "Web of Science",
        Provider::Embase => "Embase",
        Provider::Ieee => "IEEE Xplore",
        Provider::SciElo => "SciELO",
        Provider::Dimensions => "Dimensions",
        Provider::Lens => "The Lens",
        Provider::OpenAlex => "OpenAlex",
        Provider::EuropePmc => "Europe PMC",
        Provider::Cochrane => "Cochrane Library",
        Provider::ClinicalTrials => "ClinicalTrials.gov",
        Provider::Ictrp => "ICTRP",
        Provider::Springer => "SpringerLink",
        _ => return None,
    })
}

fn date(record: &mut Record, parts: &Parts, provider: Provider) {
    let year = dates::year(&parts.year);
    let full = dates::date(&parts.date);
    record.year = year.or(full.map(|date| date.year)).or(record.year);
    let with_parts = [parts.year.as_str(), parts.month.as_str(), parts.day.as_str()]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    match full {
        _ if provider == Provider::Erabi => set_date(record, &parts.date),
        Some(_) => set_date(record, &parts.date),
        // `Mar-20` was `Mar 2020` before a spreadsheet had it
        None if is_spoiled(&parts.date) && !parts.month.is_empty() => set_date(record, &with_parts),
        None if !parts.date.is_empty() && record.year.is_some() => set_date(record, &format!("{} {}", whole(&parts.year), parts.date)),
        // Web of Science beside its Core Collection: `Sep 2018`
        None if dates::year(&parts.month).is_some() => set_date(record, &parts.month),
        None if !parts.month.is_empty() => set_date(record, &with_parts),
        None => set_date(record, whole(&parts.year)),
    }
}

/// Completes decisions with reason, reviewer, comment and labels of the row.
fn decisions(record: &mut Record, parts: &mut Parts, provider: Provider) {
    let mut found = std::mem::take(&mut parts.decisions);
    let nothing = parts.reason.is_empty() && parts.comment.is_empty() && parts.labels.is_empty();
    if found.is_empty() && !nothing && record.prior_decisions.is_empty() && provider == Provider::Covidence {
        found.push(PriorDecision { tool: "covidence".to_owned(), ..PriorDecision::default() });
    }
    if found.is_empty() {
        // no decision to hang them on
        for (name, value) in [("reason", &parts.reason), ("comment", &parts.comment), ("reviewer", &parts.reviewer)] {
            keep(record, name, value);
        }
        keep(record, "labels", &parts.labels.join("; "));
        return;
    }
    for decision in &mut found {
        if decision.reviewer.is_empty() {
            decision.reviewer = parts.reviewer.clone();
        }
        if decision.verdict != "include" {
            decision.reason = parts.reason.clone();
        }
        decision.note = parts.comment.clone();
        decision.labels = parts.labels.clone();
    }
    record.prior_decisions.extend(found);
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::header::columns;
    use super::*;

    fn read(header: &str, row: &str) -> Record {
        let header: Vec<String> = header.split('\t').map(str::to_owned).collect();
        let provider = super::super::columns::provider(&header);
        let cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
        record(&columns(&header, provider, &HashMap::new()), &cells, provider).0
    }

    #[test]
    fn ichushis_columns() {
        let record = read(
            "医中誌文献番号\tタイトル\t著者名\t収載誌名\tISSN\t巻\t号\tページ\t発行年月\t論文種類\t抄録",
            "2021990012\t地域生活の支援(Support for living in the community)(原著論文)\t山﨑 花子(○○大学 看護学部), 髙橋 一郎\t精神看護\t1234-5679\t12\t3\tPage45-52\t2021.03\t原著論文\t【目的】…",
        );
        assert_eq!(
            (record.title.as_deref(), record.title_other.as_deref()),
            (Some("地域生活の支援"), Some("Support for living in the community"))
        );
        assert_eq!(record.authors.iter().map(crate::model::Author::display).collect::<Vec<_>>(), ["山﨑 花子", "髙橋 一郎"]);
        assert_eq!((record.pages.as_deref(), record.year, record.accession.as_deref()), (Some("45-52"), Some(2021), Some("2021990012")));
        assert_eq!((record.database.as_deref(), record.affiliations.join("")), (Some("医中誌Web"), "○○大学 看護学部".to_owned()));
    }

    #[test]
    fn decisions_of_spreadsheets() {
        let record = read("ID\tTitle\t一次スクリーニング\t除外理由\t判定者\tコメント", "7\tT\t除外\t対象者が異なる\t佐藤\t要確認");
        let [decision] = &record.prior_decisions[..] else { panic!("{:?}", record.prior_decisions) };
        assert_eq!(
            (
                decision.verdict.as_str(),
                decision.stage.as_str(),
                decision.reason.as_str(),
                decision.reviewer.as_str(),
                decision.note.as_str()
            ),
            ("exclude", "title_abstract", "対象者が異なる", "佐藤", "要確認")
        );
        assert_eq!(record.external_id.as_deref(), Some("7"));
        let record = read("title\tReviewer 1\tReviewer 2", "T\tInclude\tMaybe");
        assert_eq!(
            record.prior_decisions.iter().map(|d| format!("{} {}", d.reviewer, d.verdict)).collect::<Vec<_>>(),
            ["Reviewer 1 include", "Reviewer 2 maybe"]
        );
        let record = read("title\tlabel_included\tabstract", "T\t1.0\tA");
        assert_eq!(record.prior_decisions.first().map(|d| (d.tool.as_str(), d.verdict.as_str())), Some(("asreview", "include")));
    }

    #[test]
    fn what_spreadsheets_do_to_cells() {
        let record = read("title\tpages\tissue\tyear\tpmid\tvolume", "T\t3-Apr\tOct-12\t2016.0\t31204036.0\t12.0");
        assert_eq!(
            (record.pages.as_deref(), record.issue.as_deref(), record.year, record.pmid.as_deref(), record.volume.as_deref()),
            (None, None, Some(2016), Some("31204036"), Some("12"))
        );
        assert_eq!(record.extra, [("pages".to_owned(), "3-Apr".to_owned()), ("issue".to_owned(), "Oct-12".to_owned())]);
    }
}
