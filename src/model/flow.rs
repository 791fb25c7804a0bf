//! The flow of citations through a review as data (domain §5). The arithmetic is in `flow`, the figure in `export`.
//! One rule: a `Row` holds what is true of a citation, a `Counts` holds sums over rows and nothing else.

use std::fmt;

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
    /// Citations open at title/abstract.
    pub fn screening(&self) -> u32 {
        self.title_abstract_pending + self.title_abstract_conflict
    }

    /// Reports at hand that are open at full text.
    pub fn full_text(&self) -> u32 {
        self.full_text_pending + self.full_text_conflict
    }

    pub fn total(&self) -> u32 {
        self.screening() + self.retrieval + self.full_text()
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
    /// Records that never came to screening.
    pub fn removed_before(&self) -> u32 {
        self.duplicates + self.removed_automation + self.removed_other
    }

    /// Records that never were sought in full text, open ones apart.
    pub fn not_pursued(&self) -> u32 {
        self.removed_before() + self.excluded_screening
    }

    /// Reports excluded at full text, for whatever reason.
    pub fn excluded_full_text_total(&self) -> u32 {
        self.excluded_full_text.iter().map(|reason| reason.reports).sum()
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
        self.sources.iter().filter(|count| count.source.kind == kind).map(|count| count.records).sum()
    }

    /// Citations on which work is open. A figure is final only when this is 0.
    pub fn still_open(&self) -> u32 {
        self.databases.open.total() + self.other.open.total()
    }
}

/// A number of the figure. As text it is the box key of the API: `screened`, `excluded_full_text:<reason>`, with `other_`
/// in front for the other-methods column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlowBox {
    In(Column, Counted),
    /// Studies that the included reports of both columns form.
    IncludedStudies,
    /// Included reports of both columns.
    IncludedReports,
}

/// What a number of one column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Records, like everything up to `NotPursued`; what follows counts citations (reports).
    Identified,
    IdentifiedFrom(SourceId),
    IdentifiedKind(SourceKind),
    Duplicates,
    /// `Duplicates`, `RemovedAutomation` and `RemovedOther` together.
    RemovedBefore,
    /// What was identified by other methods and never sought in full text: removed or excluded at screening.
    NotPursued,
    RemovedAutomation,
    RemovedOther,
    Screened,
    ExcludedScreening,
    Sought,
    NotRetrieved,
    Assessed,
    ExcludedFullText,
    ExcludedFor(Option<ReasonId>),
    IncludedReports,
    OpenScreening,
    OpenRetrieval,
    OpenFullText,
}

impl Counted {
    /// Those whose key is a plain word.
    const PLAIN: [(Counted, &'static str); 16] = [
        (Counted::Identified, "identified"),
        (Counted::Duplicates, "duplicates"),
        (Counted::RemovedBefore, "removed_before"),
        (Counted::NotPursued, "not_pursued"),
        (Counted::RemovedAutomation, "removed_automation"),
        (Counted::RemovedOther, "removed_other"),
        (Counted::Screened, "screened"),
        (Counted::ExcludedScreening, "excluded_screening"),
        (Counted::Sought, "sought"),
        (Counted::NotRetrieved, "not_retrieved"),
        (Counted::Assessed, "assessed"),
        (Counted::ExcludedFullText, "excluded_full_text"),
        (Counted::IncludedReports, "included_reports"),
        (Counted::OpenScreening, "open_screening"),
        (Counted::OpenRetrieval, "open_retrieval"),
        (Counted::OpenFullText, "open_full_text"),
    ];

    fn parse(key: &str) -> Option<Self> {
        if let Some((plain, _)) = Self::PLAIN.iter().find(|(_, word)| *word == key) {
            return Some(*plain);
        }
        let (word, what) = key.split_once(':')?;
        match word {
            "identified" => Some(Counted::IdentifiedFrom(SourceId(what.parse().ok()?))),
            "identified_kind" => SourceKind::parse(what).map(Counted::IdentifiedKind),
            "excluded_full_text" if what == "none" => Some(Counted::ExcludedFor(None)),
            "excluded_full_text" => Some(Counted::ExcludedFor(Some(ReasonId(what.parse().ok()?)))),
            _ => None,
        }
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Counted::IdentifiedFrom(source) => write!(f, "identified:{source}"),
            Counted::IdentifiedKind(kind) => write!(f, "identified_kind:{}", kind.as_str()),
            Counted::ExcludedFor(Some(reason)) => write!(f, "excluded_full_text:{reason}"),
            Counted::ExcludedFor(None) => f.write_str("excluded_full_text:none"),
            plain => {
                let word = Self::PLAIN.iter().find(|(counted, _)| counted == plain);
                f.write_str(word.expect("PLAIN lists every variant without a value").1)
            }
        }
    }
}

/// In front of the keys of the other-methods column.
const OTHER_PREFIX: &str = "other_";
const INCLUDED_STUDIES: &str = "included_studies";
const INCLUDED_REPORTS: &str = "included_reports_total";

impl FlowBox {
    /// The box that a key of the API or of the figure names.
    pub fn parse(key: &str) -> Option<Self> {
        match key {
            INCLUDED_STUDIES => return Some(FlowBox::IncludedStudies),
            INCLUDED_REPORTS => return Some(FlowBox::IncludedReports),
            _ => {}
        }
        let (column, key) = match key.strip_prefix(OTHER_PREFIX) {
            Some(rest) => (Column::Other, rest),
            None => (Column::Databases, key),
        };
        Counted::parse(key).map(|counted| FlowBox::In(column, counted))
    }
}

impl fmt::Display for FlowBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlowBox::IncludedStudies => f.write_str(INCLUDED_STUDIES),
            FlowBox::IncludedReports => f.write_str(INCLUDED_REPORTS),
            FlowBox::In(Column::Databases, counted) => counted.fmt(f),
            FlowBox::In(Column::Other, counted) => write!(f, "{OTHER_PREFIX}{counted}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_names_its_box() {
        let id = Uuid::from_u128(7);
        let mut all: Vec<Counted> = Counted::PLAIN.iter().map(|(counted, _)| *counted).collect();
        all.extend([
            Counted::IdentifiedFrom(SourceId(id)),
            Counted::IdentifiedKind(SourceKind::Register),
            Counted::ExcludedFor(Some(ReasonId(id))),
            Counted::ExcludedFor(None),
        ]);
        let columns = Column::ALL.into_iter();
        let mut boxes: Vec<FlowBox> = columns.flat_map(|c| all.iter().map(move |&what| FlowBox::In(c, what))).collect();
        boxes.extend([FlowBox::IncludedStudies, FlowBox::IncludedReports]);
        for flow_box in boxes {
            assert_eq!(FlowBox::parse(&flow_box.to_string()), Some(flow_box), "{flow_box}");
        }
        assert_eq!(FlowBox::parse("other_screened"), Some(FlowBox::In(Column::Other, Counted::Screened)));
        for wrong in ["", "other_", "other_included_studies", "identified:7", "screened:1", "excluded_full_text:"] {
            assert_eq!(FlowBox::parse(wrong), None, "{wrong}");
        }
    }
}
