//! A citation as a line of a list: who wrote what when, where it came from, where it stands.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shown::{Stored, source_ids};
use super::{App, AppResult, Member};
use crate::store::attached::{self, Families};
use crate::store::{CitationRow, CitationStageRow, Db, screening};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CitationRowView {
    pub id: Uuid,
    pub number: i64,
    pub title: Option<String>,
    pub title_other: Option<String>,
    pub authors: Vec<String>,
    pub year: Option<i32>,
    pub journal: Option<String>,
    /// Names of the sources that brought it.
    pub sources: Vec<String>,
    /// A notice of retraction stands with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub retracted: bool,
    /// Records that were merged into it, itself included.
    pub records: i64,
    /// Plain text around the hits of a search; hits stand between U+0001 and U+0002.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// The title with its hits marked in the same way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_marked: Option<String>,
    pub outcome: StageOutcomes,
    pub labels: Vec<Uuid>,
    /// `automation` or `other` when it was withdrawn before screening.
    pub removed: Option<String>,
    /// `sought`, `retrieved`, `not_retrieved`; none before title/abstract included it.
    pub report: Option<String>,
}

/// Where a citation stands at a stage.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OutcomeView {
    /// `pending`, `in_conflict`, `included` or `excluded`.
    pub state: String,
    pub reason_id: Option<Uuid>,
    /// Settled, and decisions made in another tool took part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

impl OutcomeView {
    /// As `member` may see it: for anybody but a lead a conflict looks like work under way.
    pub fn of(row: &CitationStageRow, member: &Member) -> Self {
        let hidden = row.outcome == "in_conflict" && !member.is_lead();
        let settled = matches!(row.outcome.as_str(), "included" | "excluded");
        let state = if hidden { "pending".into() } else { row.outcome.clone() };
        Self { state, reason_id: row.reason_id, elsewhere: settled && row.elsewhere > 0 }
    }
}

/// None where the citation is not at the stage.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct StageOutcomes {
    pub title_abstract: Option<OutcomeView>,
    pub full_text: Option<OutcomeView>,
}

impl App {
    /// Lines for these citations, in the order given.
    pub(crate) async fn citation_rows(&self, db: &Db<'_>, member: &Member, rows: &[CitationRow]) -> AppResult<Vec<CitationRowView>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let names = screening::source_names(db, member.review).await?;
        let families = Families::of(db, &ids).await?;
        let mut labels = attached::labels(db, &families).await?;
        let mut removed = attached::removed(db, &families).await?;
        let mut outcomes: HashMap<Uuid, StageOutcomes> = HashMap::new();
        for stage in screening::stages_of(db, &ids).await?.into_iter().filter(|row| row.active) {
            let view = Some(OutcomeView::of(&stage, member));
            let of = outcomes.entry(stage.citation_id).or_default();
            if stage.stage == "title_abstract" { of.title_abstract = view } else { of.full_text = view }
        }
        let mut reports = attached::reports(db, &families).await?;
        let views = rows.iter().map(|row| {
            let record = Stored::of(row).record;
            let outcome = outcomes.remove(&row.id).unwrap_or_default();
            CitationRowView {
                id: row.id,
                number: row.number,
                authors: record.authors.iter().map(crate::model::Author::display).collect(),
                year: record.year,
                journal: record.journal.or(record.journal_abbreviation),
                sources: source_ids(row).iter().filter_map(|id| names.get(id).cloned()).collect(),
                retracted: record.notices.iter().any(|notice| notice.kind == "retracted"),
                records: row.record_count,
                snippet: None,
                title_marked: None,
                labels: labels.remove(&row.id).unwrap_or_default(),
                removed: removed.remove(&row.id).map(|removed| removed.kind),
                report: reports.remove(&row.id).filter(|_| outcome.full_text.is_some()).map(|report| report.state),
                outcome,
                title: record.title,
                title_other: record.title_other,
            }
        });
        Ok(views.collect())
    }
}
