//! One citation whole: its fields with their origins, its records, what is related to it, and its way through the stages as far
//! as the asking member may see it (domain rule 6).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::citation_rows::StageOutcomes;
use super::conflicts::ResolutionView;
use super::decisions::DecisionView;
use super::elsewhere::{ElsewhereView, may_read};
use super::record_views::RecordView;
use super::shown::{NoticeView, ReportView, Stored, readable};
use super::tasks::report_view;
use super::trail::AuditView;
use super::{App, AppError, AppResult, Member};
use crate::model::{Evidence, Record, Stage};
use crate::store::attached::{self, Families};
use crate::store::{self, CitationRow, screening};

/// Related citations that are listed.
const RELATED_MAX: usize = 50;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Citation {
    pub id: Uuid,
    pub number: i64,
    pub title: Option<String>,
    pub title_other: Option<String>,
    pub authors: Vec<String>,
    pub year: Option<i32>,
    pub journal: Option<String>,
    /// Names of the sources that brought it.
    pub sources: Vec<String>,
    /// Records that were merged into it, itself included.
    pub records: i64,
    pub outcome: StageOutcomes,
    pub labels: Vec<Uuid>,
    /// `automation` or `other` when it was withdrawn before screening.
    pub removed: Option<String>,
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    pub abstract_other: Option<String>,
    pub volume: Option<String>,
    pub issue: Option<String>,
    pub pages: Option<String>,
    pub doi: Option<String>,
    pub pmid: Option<String>,
    pub accession: Option<String>,
    /// Several are joined by `; `.
    pub issn: Option<String>,
    pub keywords: Vec<String>,
    pub language: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub publication_types: Vec<String>,
    pub notices: Vec<NoticeView>,
    pub links: Vec<String>,
    /// Field → the record that it was taken from.
    pub origins: BTreeMap<String, Uuid>,
    /// Field → the record that a person chose for it.
    pub chosen: BTreeMap<String, Uuid>,
    /// Every identifier that any record has, with the first record that has it.
    pub identifiers: Vec<Identifier>,
    pub record_views: Vec<RecordView>,
    pub related: Vec<Related>,
    pub removed_note: Option<String>,
    #[serde(flatten)]
    pub screening: Screening,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Identifier {
    /// `doi`, `pmid`, `pmcid`, `issn`, `isbn`, `trial` or `accession`.
    pub kind: String,
    pub value: String,
    pub record_id: Uuid,
}

/// Another publication about the same work.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Related {
    pub citation_id: Uuid,
    pub number: i64,
    pub title: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub evidence: Vec<Evidence>,
}

/// A value for each stage.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ByStage<T> {
    pub title_abstract: T,
    pub full_text: T,
}

impl<T> ByStage<T> {
    fn at(&mut self, stage: Stage) -> &mut T {
        match stage {
            Stage::TitleAbstract => &mut self.title_abstract,
            Stage::FullText => &mut self.full_text,
        }
    }
}

/// A citation's way through the stages, as one member may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Screening {
    pub my_decisions: ByStage<Option<DecisionView>>,
    /// Empty at a stage that is blind and not settled, unless a lead asks.
    pub decisions: ByStage<Vec<DecisionView>>,
    pub resolutions: ByStage<Vec<ResolutionView>>,
    /// Decisions made in another tool, whether or not they are a member's. Empty while anything blind is open, unless a lead asks.
    pub elsewhere: Vec<ElsewhereView>,
    /// Where the full text is.
    pub report: Option<ReportView>,
    pub history: Vec<AuditView>,
}

impl App {
    /// A citation; asked for by the id of one that was merged, it is the one that shows its record now.
    pub async fn citation(&self, member: &Member, id: Uuid) -> AppResult<Citation> {
        let db = self.db();
        let root = self.root(&db, member.review, id).await?;
        let mut rows = self.citation_rows(&db, member, std::slice::from_ref(&root)).await?;
        let row = rows.pop().ok_or(AppError::not_found("citation"))?;
        let Stored { record, origins } = Stored::of(&root);
        let family = Families::of(&db, &[root.id]).await?;
        let removed = attached::removed(&db, &family).await?.remove(&root.id);
        let records = store::records::of_citation(&db, root.id).await?;
        let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
        Ok(Citation {
            id: row.id,
            number: row.number,
            title: row.title,
            title_other: row.title_other,
            authors: row.authors,
            year: row.year,
            journal: row.journal,
            sources: row.sources,
            records: row.records,
            outcome: row.outcome,
            labels: row.labels,
            removed: row.removed,
            abstract_text: record.abstract_text.as_deref().map(readable),
            abstract_other: record.abstract_other.as_deref().map(readable),
            volume: record.volume,
            issue: record.issue,
            pages: record.pages,
            doi: record.doi,
            pmid: record.pmid,
            accession: record.accession,
            issn: Some(record.issn.join("; ")).filter(|issn| !issn.is_empty()),
            keywords: record.keywords.into_iter().map(|keyword| keyword.term).collect(),
            language: record.language,
            kind: record.kind,
            publication_types: record.publication_types,
            notices: record.notices.iter().map(NoticeView::from).collect(),
            links: record.links,
            origins,
            chosen: super::merged::standing(&store::choices::of_records(&db, &ids).await?, &ids),
            identifiers: identifiers(&records),
            record_views: self.record_views(member, records).await?,
            related: self.related(member, &root).await?,
            removed_note: removed.and_then(|removed| removed.note).filter(|note| !note.is_empty()),
            screening: self.screening_of(member, &root).await?,
        })
    }

    async fn record_views(&self, member: &Member, rows: Vec<store::RecordRow>) -> AppResult<Vec<RecordView>> {
        let names = self.names(member.review).await?;
        let imports = store::sources::imports(&self.db(), member.review).await?;
        let files: HashMap<Uuid, String> = imports.into_iter().map(|import| (import.id, import.file_name)).collect();
        let closed = self.closed_files(member).await?;
        let view = |row: store::RecordRow| {
            let (source, file) = (names.source(row.source_id), files.get(&row.import_id).cloned());
            RecordView::stored(row, Some(source), file, &closed)
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Citations with a record that is related to one of this citation's.
    async fn related(&self, member: &Member, root: &CitationRow) -> AppResult<Vec<Related>> {
        let (db, review) = (self.db(), member.review);
        let own: BTreeSet<Uuid> = store::records::of_citation(&db, root.id).await?.into_iter().map(|record| record.id).collect();
        let own_list: Vec<Uuid> = own.iter().copied().collect();
        let said = super::pairs::effective(store::links::touching(&db, review, &own_list).await?);
        let links: Vec<i64> = said.into_values().filter(|said| said.verdict == "related").map(|said| said.seq).take(RELATED_MAX).collect();
        let links = store::links::by_seq(&db, &links).await?;
        let other = |link: &store::LinkRow| if own.contains(&link.record_a) { link.record_b } else { link.record_a };
        let others: Vec<Uuid> = links.iter().map(other).collect();
        let standing = store::records::standing_of(&db, review, &others, &[]).await?;
        let place: HashMap<Uuid, Uuid> =
            standing.into_iter().filter(|record| record.active).map(|record| (record.id, record.citation_id)).collect();
        let mut found: BTreeMap<Uuid, Vec<Evidence>> = BTreeMap::new();
        for link in &links {
            if let Some(citation) = place.get(&other(link)).filter(|citation| **citation != root.id) {
                found.entry(*citation).or_insert_with(|| serde_json::from_str(&link.evidence).unwrap_or_default());
            }
        }
        let ids: Vec<Uuid> = found.keys().copied().collect();
        let mut rows = store::citations::by_ids(&db, review, &ids).await?;
        rows.sort_by_key(|row| row.number);
        let view = |row: CitationRow| Related {
            evidence: found.remove(&row.id).unwrap_or_default(),
            citation_id: row.id,
            number: row.number,
            title: Stored::of(&row).record.title,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Decisions, resolutions, report and history, as far as `member` may see them.
    async fn screening_of(&self, member: &Member, root: &CitationRow) -> AppResult<Screening> {
        let db = self.db();
        let family = self.family(&db, root.id).await?;
        let rules = self.rules(member.review).await?;
        let stages = screening::stages_of(&db, &[root.id]).await?;
        let settled = stages.iter().filter(|row| matches!(row.outcome.as_str(), "included" | "excluded"));
        let settled: BTreeSet<&str> = settled.map(|row| row.stage.as_str()).collect();
        let open = |stage: Stage| member.is_lead() || settled.contains(stage.as_str()) || !rules.settings(stage).blind;
        let rows = screening::decisions_on(&db, &family).await?;
        let mut seen = Screening {
            my_decisions: ByStage::default(),
            decisions: ByStage::default(),
            resolutions: ByStage::default(),
            elsewhere: Vec::new(),
            report: None,
            history: self.citation_history(member, &family).await?,
        };
        if may_read(member, &stages, |stage| rules.settings(stage).blind) {
            seen.elsewhere = self.elsewhere_on(&db, root.id).await?;
        }
        for stage in Stage::ALL {
            let at: Vec<store::DecisionRow> = rows.iter().filter(|row| row.stage == stage.as_str()).cloned().collect();
            let mine: Vec<store::DecisionRow> =
                at.iter().filter(|row| row.user_id == member.user.id && row.state == "live").cloned().collect();
            *seen.my_decisions.at(stage) = self.decision_views(&db, &mine, false).await?.pop();
            if open(stage) {
                *seen.decisions.at(stage) = self.decision_views(&db, &at, true).await?;
                *seen.resolutions.at(stage) = self.resolution_views(&db, &family, Some(stage)).await?;
            }
        }
        if let Some(report) = attached::reports(&db, &Families::of(&db, &[root.id]).await?).await?.get(&root.id) {
            let by = match report.user_id {
                Some(user) => store::accounts::user(&db, user).await?.map(|user| user.name),
                None => None,
            };
            seen.report = Some(report_view(report, by));
        }
        Ok(seen)
    }

    /// What happened to the citation; for others than leads without anything that tells of decisions.
    async fn citation_history(&self, member: &Member, family: &[Uuid]) -> AppResult<Vec<AuditView>> {
        let mut history = Vec::new();
        for id in family {
            history.extend(self.history_of(member.review, *id).await?);
        }
        history.retain(|row| member.is_lead() || row.action.starts_with("citation."));
        history.sort_by_key(|row| std::cmp::Reverse(row.id));
        Ok(history)
    }
}

fn identifiers(rows: &[store::RecordRow]) -> Vec<Identifier> {
    let records: Vec<Record> = rows.iter().map(|row| serde_json::from_str(&row.data).unwrap_or_default()).collect();
    let records: Vec<&Record> = records.iter().collect();
    let said = crate::dedup::merge(&records).identifiers;
    said.into_iter().map(|(kind, said)| Identifier { kind: kind.into(), value: said.value, record_id: rows[said.from].id }).collect()
}
