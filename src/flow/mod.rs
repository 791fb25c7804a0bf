//! Facts about citations → the counts of the PRISMA 2020 flow figure (domain §5).
//! Its one rule: `weight` is the only place that knows what a box counts. A number is the sum of it over all rows, and the
//! list behind a number is the rows where it is not 0, so the two cannot disagree.
//!
//! Every citation stands in exactly one place:
//!
//! | removed | title/abstract | report | full text | place |
//! |---|---|---|---|---|
//! | yes | – | – | – | removed (by automation or otherwise) |
//! | no | pending, in conflict | – | – | open at screening |
//! | no | excluded | – | – | excluded at screening |
//! | no | included | not retrieved | – | not retrieved |
//! | no | included | sought | pending | open at retrieval |
//! | no | included | retrieved | pending | open at full text |
//! | no | included | sought, retrieved | in conflict | open at full text |
//! | no | included | sought, retrieved | excluded | excluded at full text, for its reason |
//! | no | included | sought, retrieved | included | included |
//!
//! A citation belongs to the databases column if any of its records came from a database or register. Records that other
//! methods found and a database had brought already count as identified *and* as duplicates in the other column.

mod identities;
mod overlap;

use std::collections::BTreeSet;

use crate::model::{
    CitationId, Column, ColumnCounts, Counted, Counts, Facts, FlowBox, Open, Outcome, ReasonCount, ReasonId, Removal, ReportState, Row,
    SourceCount, SourceKind, StudyId,
};

pub use identities::Identity;
pub use overlap::{overlap, overlap_list};

/// Where a citation stands in the flow; see the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Removed(Removal),
    OpenScreening { conflict: bool },
    ExcludedScreening,
    NotRetrieved,
    OpenRetrieval,
    OpenFullText { conflict: bool },
    ExcludedFullText(Option<ReasonId>),
    Included,
}

/// The one place of a citation.
pub fn place(row: &Row) -> Place {
    if let Some(removal) = row.removed {
        return Place::Removed(removal);
    }
    match row.title_abstract {
        Outcome::Pending => return Place::OpenScreening { conflict: false },
        Outcome::InConflict => return Place::OpenScreening { conflict: true },
        Outcome::Excluded(_) => return Place::ExcludedScreening,
        Outcome::Included => {}
    }
    match (row.report, row.full_text) {
        (ReportState::NotRetrieved, _) => Place::NotRetrieved,
        (_, Outcome::Included) => Place::Included,
        (_, Outcome::Excluded(reason)) => Place::ExcludedFullText(reason),
        (_, Outcome::InConflict) => Place::OpenFullText { conflict: true },
        (ReportState::Sought, Outcome::Pending) => Place::OpenRetrieval,
        (ReportState::Retrieved, Outcome::Pending) => Place::OpenFullText { conflict: false },
    }
}

/// The column a citation belongs to.
pub fn column(facts: &Facts, row: &Row) -> Column {
    let of_databases = records(facts, row, SourceKind::is_database_or_register) > 0;
    if of_databases { Column::Databases } else { Column::Other }
}

/// What `row` adds to the number in `flow_box`: records for the boxes that count records, else 1 or 0.
/// For studies it is 1 for every report that belongs to one; their number is `studies(facts).len()`.
pub fn weight(facts: &Facts, row: &Row, flow_box: FlowBox) -> u32 {
    match flow_box {
        FlowBox::IncludedStudies | FlowBox::IncludedReports => u32::from(place(row) == Place::Included),
        FlowBox::In(side, counted) => weight_in(facts, row, side, counted),
    }
}

fn weight_in(facts: &Facts, row: &Row, side: Column, counted: Counted) -> u32 {
    let here = column(facts, row) == side;
    match counted {
        Counted::Identified => records(facts, row, |kind| side_of(kind) == side),
        Counted::IdentifiedKind(kind) if side_of(kind) == side => records(facts, row, |other| other == kind),
        Counted::IdentifiedKind(_) => 0,
        Counted::IdentifiedFrom(source) => row
            .records
            .iter()
            .filter_map(|(position, n)| Some((facts.sources.get(*position as usize)?, n)))
            .filter(|(from, _)| from.id == source && side_of(from.kind) == side)
            .map(|(_, n)| n)
            .sum(),
        Counted::Duplicates => records(facts, row, |kind| side_of(kind) == side).saturating_sub(u32::from(here)),
        Counted::RemovedBefore => {
            let removed = [Counted::Duplicates, Counted::RemovedAutomation, Counted::RemovedOther];
            removed.iter().map(|&what| weight_in(facts, row, side, what)).sum()
        }
        Counted::NotPursued => {
            let not_pursued = [Counted::RemovedBefore, Counted::ExcludedScreening];
            not_pursued.iter().map(|&what| weight_in(facts, row, side, what)).sum()
        }
        _ => u32::from(here && stands_in(place(row), counted)),
    }
}

/// Whether a citation at `place` is one of those that a box counts.
fn stands_in(place: Place, counted: Counted) -> bool {
    let sought = !matches!(place, Place::Removed(_) | Place::OpenScreening { .. } | Place::ExcludedScreening);
    match counted {
        Counted::RemovedAutomation => place == Place::Removed(Removal::Automation),
        Counted::RemovedOther => place == Place::Removed(Removal::Other),
        Counted::Screened => !matches!(place, Place::Removed(_)),
        Counted::ExcludedScreening => place == Place::ExcludedScreening,
        Counted::Sought => sought,
        Counted::NotRetrieved => place == Place::NotRetrieved,
        Counted::Assessed => sought && place != Place::NotRetrieved,
        Counted::ExcludedFullText => matches!(place, Place::ExcludedFullText(_)),
        Counted::ExcludedFor(reason) => place == Place::ExcludedFullText(reason),
        Counted::IncludedReports => place == Place::Included,
        Counted::OpenScreening => matches!(place, Place::OpenScreening { .. }),
        Counted::OpenRetrieval => place == Place::OpenRetrieval,
        Counted::OpenFullText => matches!(place, Place::OpenFullText { .. }),
        Counted::Identified
        | Counted::IdentifiedFrom(_)
        | Counted::IdentifiedKind(_)
        | Counted::Duplicates
        | Counted::RemovedBefore
        | Counted::NotPursued => false,
    }
}

fn side_of(kind: SourceKind) -> Column {
    if kind.is_database_or_register() { Column::Databases } else { Column::Other }
}

fn records(facts: &Facts, row: &Row, wanted: impl Fn(SourceKind) -> bool) -> u32 {
    row.records
        .iter()
        .filter(|(position, _)| facts.sources.get(*position as usize).is_some_and(|source| wanted(source.kind)))
        .map(|(_, n)| n)
        .sum()
}

/// The citations behind a number, in the order of the facts.
pub fn list(facts: &Facts, flow_box: FlowBox) -> Vec<CitationId> {
    let behind = facts.rows.iter().filter(|row| weight(facts, row, flow_box) > 0);
    behind.map(|row| row.citation).collect()
}

/// The studies that the included reports form, in the order of their first report.
pub fn studies(facts: &Facts) -> Vec<Vec<CitationId>> {
    let mut studies: Vec<(Option<StudyId>, Vec<CitationId>)> = Vec::new();
    let mut position = std::collections::BTreeMap::new();
    for row in facts.rows.iter().filter(|row| place(row) == Place::Included) {
        match row.study.and_then(|study| position.get(&study).copied()) {
            Some(at) => {
                let (_, reports): &mut (_, Vec<CitationId>) = &mut studies[at];
                reports.push(row.citation);
            }
            None => {
                if let Some(study) = row.study {
                    position.insert(study, studies.len());
                }
                studies.push((row.study, vec![row.citation]));
            }
        }
    }
    studies.into_iter().map(|(_, reports)| reports).collect()
}

/// The number in a box.
pub fn number(facts: &Facts, flow_box: FlowBox) -> u32 {
    match flow_box {
        FlowBox::IncludedStudies => u32::try_from(studies(facts).len()).expect("no more studies than citations, which are counted in u32"),
        _ => facts.rows.iter().map(|row| weight(facts, row, flow_box)).sum(),
    }
}

/// All counts of the figure.
pub fn count(facts: &Facts) -> Counts {
    let new_studies = number(facts, FlowBox::IncludedStudies);
    let new_reports = number(facts, FlowBox::IncludedReports);
    let previous = facts.previous.unwrap_or_default();
    Counts {
        sources: facts
            .sources
            .iter()
            .map(|source| SourceCount {
                records: number(facts, FlowBox::In(side_of(source.kind), Counted::IdentifiedFrom(source.id))),
                source: source.clone(),
            })
            .collect(),
        databases: count_column(facts, Column::Databases),
        other: count_column(facts, Column::Other),
        new_studies,
        new_reports,
        previous: facts.previous,
        total_studies: previous.studies + new_studies,
        total_reports: previous.reports + new_reports,
    }
}

fn count_column(facts: &Facts, side: Column) -> ColumnCounts {
    let of = |counted| number(facts, FlowBox::In(side, counted));
    let elsewhere = |told: fn(&Row) -> bool, settled: fn(Place) -> bool| {
        let rows = facts.rows.iter().filter(|row| column(facts, row) == side);
        let rows = rows.filter(|row| told(row) && settled(place(row)));
        u32::try_from(rows.count()).expect("citations are counted in u32")
    };
    ColumnCounts {
        identified: of(Counted::Identified),
        duplicates: of(Counted::Duplicates),
        removed_automation: of(Counted::RemovedAutomation),
        removed_other: of(Counted::RemovedOther),
        screened: of(Counted::Screened),
        excluded_screening: of(Counted::ExcludedScreening),
        sought: of(Counted::Sought),
        not_retrieved: of(Counted::NotRetrieved),
        assessed: of(Counted::Assessed),
        excluded_full_text: count_reasons(facts, side),
        included_reports: of(Counted::IncludedReports),
        open: count_open(facts, side),
        elsewhere_title_abstract: elsewhere(
            |row| row.elsewhere_title_abstract,
            |place| !matches!(place, Place::Removed(_) | Place::OpenScreening { .. }),
        ),
        elsewhere_full_text: elsewhere(
            |row| row.elsewhere_full_text,
            |place| matches!(place, Place::ExcludedFullText(_) | Place::Included),
        ),
    }
}

/// Reasons in the review's order, then those it no longer lists, then "no reason given"; no zeros.
fn count_reasons(facts: &Facts, side: Column) -> Vec<ReasonCount> {
    let used: BTreeSet<Option<ReasonId>> = facts
        .rows
        .iter()
        .filter_map(|row| match place(row) {
            Place::ExcludedFullText(reason) => Some(reason),
            _ => None,
        })
        .collect();
    let unlisted = used.iter().copied().flatten().filter(|reason| !facts.reasons.contains(reason));
    let reasons = facts.reasons.iter().copied().chain(unlisted).map(Some).chain([None]);
    reasons
        .filter(|reason| used.contains(reason))
        .map(|reason| ReasonCount { reason, reports: number(facts, FlowBox::In(side, Counted::ExcludedFor(reason))) })
        .filter(|count| count.reports > 0)
        .collect()
}

fn count_open(facts: &Facts, side: Column) -> Open {
    let mut open = Open::default();
    for row in facts.rows.iter().filter(|row| column(facts, row) == side) {
        match place(row) {
            Place::OpenScreening { conflict: false } => open.title_abstract_pending += 1,
            Place::OpenScreening { conflict: true } => open.title_abstract_conflict += 1,
            Place::OpenRetrieval => open.retrieval += 1,
            Place::OpenFullText { conflict: false } => open.full_text_pending += 1,
            Place::OpenFullText { conflict: true } => open.full_text_conflict += 1,
            Place::Removed(_) | Place::ExcludedScreening | Place::NotRetrieved | Place::ExcludedFullText(_) | Place::Included => {}
        }
    }
    open
}

#[cfg(test)]
mod tests;
