//! The flow of citations through a review as data (domain §5). The arithmetic is in `flow`, the figure in `export`.
//! One rule: a `Row` holds what is true of a citation, a `Counts` holds sums over rows and nothing else.

use serde::{Deserialize, Serialize};

use super::ids::{CitationId, ReasonId, SourceId, StudyId};
use super::screening::{Outcome, SourceKind};

/// PRISMA's two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Databases and registers.
    Databases,
    /// Websites, organisations, citation searching and the like.
    Other,
}

impl Column {
    pub const ALL: [Column; 2] = [Column::Databases, Column::Other];
}

/// A place that was searched, as the figure names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowSource {
    pub id: SourceId,
    pub name: String,
    pub kind: SourceKind,
}

/// How a citation was withdrawn before screening; who and why stand in the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    Automation,
    Other,
}

/// Where the full text of a citation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Not there yet, and nobody has given up.
    #[default]
    Sought,
    Retrieved,
    NotRetrieved,
}

/// What is true of one live citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub citation: CitationId,
    /// Its records by position of their source in `Facts::sources`: (position, number of records), each position once.
    pub records: Vec<(u32, u32)>,
    pub removed: Option<Removal>,
    pub title_abstract: Outcome,
    pub report: ReportState,
    /// Says something only where `title_abstract` is included and the report was not given up.
    pub full_text: Outcome,
    /// An included report without a study is a study of its own.
    pub study: Option<StudyId>,
    /// Whether the outcome at a stage rests on decisions made in another tool.
    pub elsewhere_title_abstract: bool,
    pub elsewhere_full_text: bool,
}

/// What an earlier version of the review had included (PRISMA 2020, updated review).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    pub studies: u32,
    pub reports: u32,
}

/// Everything the counts follow from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// In the review's order; also sources that gave no record.
    pub sources: Vec<FlowSource>,
    /// Exclusion reasons of the full-text stage, in the review's order.
    pub reasons: Vec<ReasonId>,
    pub rows: Vec<Row>,
    pub previous: Option<Previous>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    pub source: FlowSource,
    pub records: u32,
}

/// Reports excluded for one reason; `None` is "no reason given".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    pub reason: Option<ReasonId>,
    pub reports: u32,
}

/// Citations on which work is still to be done, by what they wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Open {
    pub title_abstract_pending: u32,
    pub title_abstract_conflict: u32,
    /// Sought, neither retrieved nor given up.
    pub retrieval: u32,
    pub full_text_pending: u32,
    pub full_text_conflict: u32,
}

impl Open {
    pub fn total(&self) -> u32 {
        self.title_abstract_pending
            + self.title_abstract_conflict
            + self.retrieval
            + self.full_text_pending
            + self.full_text_conflict
    }
}

/// One column of the figure (domain §5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnCounts {
    /// Records, over the sources of the column.
    pub identified: u32,
    /// In the other-methods column also the records that a database or register had brought already.
    pub duplicates: u32,
    pub removed_automation: u32,
    pub removed_other: u32,
    pub screened: u32,
    pub excluded_screening: u32,
    pub sought: u32,
    pub not_retrieved: u32,
    pub assessed: u32,
    /// In the review's order of reasons, then reasons it no longer lists, "no reason given" last; no zeros.
    pub excluded_full_text: Vec<ReasonCount>,
    pub included_reports: u32,
    pub open: Open,
    /// Of `screened` with an outcome: those settled by decisions made in another tool.
    pub elsewhere_title_abstract: u32,
    /// Of `assessed` with an outcome: those settled by decisions made in another tool.
    pub elsewhere_full_text: u32,
}

impl ColumnCounts {
    pub fn excluded_full_text_total(&self) -> u32 {
        self.excluded_full_text
            .iter()
            .map(|reason| reason.reports)
            .sum()
    }
}

/// Every number of the figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub sources: Vec<SourceCount>,
    pub databases: ColumnCounts,
    pub other: ColumnCounts,
    pub new_studies: u32,
    pub new_reports: u32,
    pub previous: Option<Previous>,
    pub total_studies: u32,
    pub total_reports: u32,
}

impl Counts {
    pub fn column(&self, column: Column) -> &ColumnCounts {
        match column {
            Column::Databases => &self.databases,
            Column::Other => &self.other,
        }
    }

    /// Records of one kind of source.
    pub fn records_of(&self, kind: SourceKind) -> u32 {
        self.sources
            .iter()
            .filter(|count| count.source.kind == kind)
            .map(|count| count.records)
            .sum()
    }

    /// Citations on which work is open. A figure is final only when this is 0.
    pub fn still_open(&self) -> u32 {
        self.databases.open.total() + self.other.open.total()
    }
}
