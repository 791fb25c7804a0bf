//! PRISMA: the facts of a review gathered once, counted by the one function in `flow`; every number opens its list.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::outcomes::outcome_of;
use super::{App, AppError, AppResult, L10n, Member};
use crate::flow;
use crate::model::{
    CitationId, Column, Counted, Counts, DedupBox, Facts, FlowBox, FlowSource, Open, Outcome, OverlapBox, Previous, ReasonId, Removal,
    ReportState, Row, SourceId, SourceKind, Stage, StudyId,
};
use crate::store::{self, attached, screening};

/// The figure's numbers, each with the key that opens what it counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Flow {
    #[schema(value_type = Object)]
    pub counts: Counts,
    pub boxes: Vec<FlowBoxView>,
    pub identities: Vec<IdentityView>,
    pub still_open: StillOpen,
    /// Work is open: the figure is not final.
    pub interim: bool,
}

/// What a number counts; of records, the citations that hold them.
pub(crate) struct Behind {
    pub label: L10n,
    pub n: u64,
    pub citations: Vec<Uuid>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlowBoxView {
    pub key: String,
    /// `databases`, `other`, or none for what both share.
    pub column: Option<String>,
    pub label: L10n,
    pub n: u32,
    pub parts: Vec<FlowPart>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlowPart {
    pub key: String,
    pub label: L10n,
    pub n: u32,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IdentityView {
    pub code: String,
    pub text: L10n,
    pub left: i64,
    pub right: i64,
    pub ok: bool,
}

/// Citations that still wait, over both columns.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StillOpen {
    pub title_abstract: u32,
    pub retrieval: u32,
    pub full_text: u32,
    /// Of those before: in conflict. Leads only.
    pub conflicts: Option<u32>,
    pub total: u32,
    /// Entries of files that could not be read and that nobody has looked at; they are no citations yet and not in the total.
    pub unread: u32,
}

/// Label ja, label en of what a box counts.
fn label(counted: Counted) -> L10n {
    match counted {
        Counted::Identified => L10n::new("特定したレコード", "Records identified"),
        Counted::IdentifiedFrom(_) | Counted::IdentifiedKind(_) => L10n::new("情報源", "Source"),
        Counted::Duplicates => L10n::new("除去した重複", "Duplicate records removed"),
        Counted::RemovedAutomation => L10n::new("自動ツールにより不適格", "Marked as ineligible by automation tools"),
        Counted::RemovedOther => L10n::new("その他の理由で除去", "Removed for other reasons"),
        Counted::RemovedBefore => L10n::new("スクリーニング前に除去", "Removed before screening"),
        Counted::NotPursued => L10n::new("追跡しなかったレコード", "Records not pursued"),
        Counted::Screened => L10n::new("スクリーニングしたレコード", "Records screened"),
        Counted::ExcludedScreening => L10n::new("除外したレコード", "Records excluded"),
        Counted::Sought => L10n::new("入手を試みた報告", "Reports sought for retrieval"),
        Counted::NotRetrieved => L10n::new("入手できなかった報告", "Reports not retrieved"),
        Counted::Assessed => L10n::new("適格性を評価した報告", "Reports assessed for eligibility"),
        Counted::ExcludedFullText | Counted::ExcludedFor(_) => L10n::new("除外した報告", "Reports excluded"),
        Counted::IncludedReports => L10n::new("採用した報告", "Reports of included studies"),
        Counted::OpenScreening => L10n::new("スクリーニング未了", "Screening still open"),
        Counted::OpenRetrieval => L10n::new("入手待ち", "Awaiting retrieval"),
        Counted::OpenFullText => L10n::new("フルテキスト評価未了", "Full-text assessment still open"),
    }
}

const BOXES: [Counted; 14] = [
    Counted::Identified,
    Counted::Duplicates,
    Counted::RemovedAutomation,
    Counted::RemovedOther,
    Counted::Screened,
    Counted::ExcludedScreening,
    Counted::OpenScreening,
    Counted::Sought,
    Counted::NotRetrieved,
    Counted::OpenRetrieval,
    Counted::Assessed,
    Counted::ExcludedFullText,
    Counted::OpenFullText,
    Counted::IncludedReports,
];

impl App {
    /// What is true of every live citation of the review.
    pub async fn flow_facts(&self, review: Uuid) -> AppResult<Facts> {
        let now = self.at_one_moment().await?;
        let db = now.db();
        let row = store::reviews::get(&db, review).await?.ok_or(AppError::not_found("review"))?;
        let sources: Vec<FlowSource> = store::facts::sources(&db, review).await?.into_iter().filter_map(flow_source).collect();
        let place: HashMap<Uuid, u32> = sources.iter().zip(0u32..).map(|(source, at)| (source.id.0, at)).collect();
        let mut records: HashMap<Uuid, Vec<(u32, u32)>> = HashMap::new();
        for count in store::facts::records_by_source(&db, review).await? {
            let Some(at) = place.get(&count.source_id) else { continue };
            records.entry(count.citation_id).or_default().push((*at, u32::try_from(count.n).unwrap_or(0)));
        }
        let mut outcomes: HashMap<(Uuid, String), (Outcome, bool)> = HashMap::new();
        for stage in screening::stages_of_review(&db, review).await? {
            outcomes.insert((stage.citation_id, stage.stage.clone()), (outcome_of(&stage), stage.elsewhere > 0));
        }
        let reports = attached::reports_of_review(&db, review).await?;
        let studies = attached::studies(&db, review).await?;
        let removed = attached::removed_of_review(&db, review).await?;
        let mut rows = Vec::new();
        for id in screening::live_citations(&db, review).await? {
            let Some(mut records) = records.remove(&id) else { continue }; // its file was taken out a moment ago; it follows
            records.sort_unstable(); // the database groups in any order
            let at = |stage: Stage| outcomes.get(&(id, stage.as_str().to_string())).copied().unwrap_or((Outcome::Pending, false));
            let ((title_abstract, elsewhere_title_abstract), (full_text, elsewhere_full_text)) =
                (at(Stage::TitleAbstract), at(Stage::FullText));
            rows.push(Row {
                citation: CitationId(id),
                records,
                removed: removed.get(&id).map(|removed| if removed.kind == "automation" { Removal::Automation } else { Removal::Other }),
                title_abstract,
                report: match reports.get(&id).map(|report| report.state.as_str()) {
                    Some("retrieved") => ReportState::Retrieved,
                    Some("not_retrieved") => ReportState::NotRetrieved,
                    _ => ReportState::Sought,
                },
                full_text,
                study: studies.get(&id).copied().map(StudyId),
                elsewhere_title_abstract,
                elsewhere_full_text,
            });
        }
        let previous = match (row.previous_studies, row.previous_reports) {
            (None, None) => None,
            (studies, reports) => Some(Previous { studies: count(studies), reports: count(reports) }),
        };
        Ok(Facts { sources, reasons: now.rules(review).await?.reason_ids(), rows, previous })
    }

    pub async fn flow(&self, member: &Member) -> AppResult<Flow> {
        let now = self.at_one_moment().await?;
        let facts = now.flow_facts(member.review).await?;
        let counts = flow::count(&facts);
        let names = now.reason_labels(member.review).await?;
        let mut boxes = Vec::new();
        for column in Column::ALL {
            for counted in BOXES {
                boxes.push(box_view(&facts, &names, column, counted));
            }
        }
        for (key, label) in [
            (FlowBox::IncludedStudies, studies_label()),
            (FlowBox::IncludedReports, L10n::new("採用した研究の報告", "Reports of included studies")),
        ] {
            boxes.push(FlowBoxView { key: key.to_string(), column: None, label, n: flow::number(&facts, key), parts: Vec::new() });
        }
        let identities = counts.identities().into_iter().map(|identity| IdentityView {
            code: identity.code.into(),
            text: L10n::new(&identity.text.ja, &identity.text.en),
            left: identity.left,
            right: identity.right,
            ok: identity.holds(),
        });
        let imports = store::sources::imports(&now.db(), member.review).await?;
        let unread = store::sources::rejected_open(&now.db(), member.review).await?;
        let unread = imports.iter().filter(|import| import.status == "done").filter_map(|import| unread.get(&import.id)).sum::<i64>();
        Ok(Flow {
            identities: identities.collect(),
            boxes,
            still_open: still_open(&counts, member, count(Some(unread))),
            interim: counts.still_open() > 0,
            counts: seen_by(counts, member),
        })
    }

    /// What a number counts: of the figure, of the overlap, or of what deduplication did.
    pub(crate) async fn behind(&self, member: &Member, key: &str) -> AppResult<Behind> {
        if let Some(asked) = DedupBox::parse(key) {
            return self.dedup_behind(member.review, asked).await;
        }
        let facts = self.flow_facts(member.review).await?;
        if let Some(asked) = OverlapBox::parse(key) {
            let citations = flow::overlap_list(&facts, &asked);
            return Ok(behind(overlap_label(&facts, &asked), citations.len(), citations));
        }
        let asked = FlowBox::parse(key).ok_or_else(|| AppError::invalid("box", "not_found").with(key))?;
        let label = flow_label(&facts, &self.reason_labels(member.review).await?, asked);
        Ok(behind(label, flow::number(&facts, asked) as usize, flow::list(&facts, asked)))
    }

    pub(crate) async fn reason_labels(&self, review: Uuid) -> AppResult<HashMap<Uuid, L10n>> {
        Ok(self.reasons(review).await?.into_iter().filter_map(|reason| Some((reason.id?, reason.label))).collect())
    }
}

fn behind(label: L10n, n: usize, citations: Vec<CitationId>) -> Behind {
    Behind { label, n: n as u64, citations: citations.into_iter().map(|id| id.0).collect() }
}

/// `label`, and which part of it.
fn part_of(label: &L10n, part: &L10n) -> L10n {
    L10n::new(&format!("{}：{}", label.ja, part.get("ja")), &format!("{}: {}", label.en, part.get("en")))
}

fn flow_label(facts: &Facts, names: &HashMap<Uuid, L10n>, asked: FlowBox) -> L10n {
    match asked {
        FlowBox::IncludedStudies => studies_label(),
        FlowBox::IncludedReports => label(Counted::IncludedReports),
        FlowBox::In(_, counted @ Counted::IdentifiedFrom(id)) => {
            let name = facts.sources.iter().find(|source| source.id == id).map_or("", |source| source.name.as_str());
            part_of(&label(counted), &L10n::new(name, name))
        }
        FlowBox::In(_, counted @ Counted::ExcludedFor(reason)) => {
            part_of(&label(counted), &reason.map_or_else(no_reason, |reason| reason_label(names, reason)))
        }
        FlowBox::In(_, counted) => label(counted),
    }
}

fn overlap_label(facts: &Facts, asked: &OverlapBox) -> L10n {
    let of = |id: &SourceId| facts.sources.iter().find(|source| source.id == *id).map(|source| source.name.as_str());
    let names = asked.sources.iter().filter_map(of).collect::<Vec<_>>().join(" + ");
    let names = match asked.exactly {
        true => L10n::new(&format!("{names}のみ"), &format!("{names} only")),
        false => L10n::new(&names, &names),
    };
    if asked.included { part_of(&names, &L10n::new("採用", "included")) } else { names }
}

fn studies_label() -> L10n {
    L10n::new("採用した研究", "Studies included in review")
}

fn no_reason() -> L10n {
    L10n::new("理由の記載なし", "No reason given")
}

fn count(n: Option<i64>) -> u32 {
    n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

fn flow_source(row: store::SourceRow) -> Option<FlowSource> {
    let name = if row.platform.is_empty() || row.platform == row.name { row.name } else { format!("{} ({})", row.name, row.platform) };
    Some(FlowSource { id: SourceId(row.id), name, kind: SourceKind::parse(&row.kind)? })
}

fn box_view(facts: &Facts, names: &HashMap<Uuid, L10n>, column: Column, counted: Counted) -> FlowBoxView {
    let part = |counted: Counted, label: L10n| {
        let key = FlowBox::In(column, counted);
        FlowPart { key: key.to_string(), label, n: flow::number(facts, key) }
    };
    let parts = match counted {
        Counted::Identified => {
            let sources = facts.sources.iter().filter(|source| source.kind.is_database_or_register() == (column == Column::Databases));
            sources.map(|source| part(Counted::IdentifiedFrom(source.id), L10n::new(&source.name, &source.name))).collect()
        }
        Counted::ExcludedFullText => {
            let reasons = facts.reasons.iter().map(|reason| part(Counted::ExcludedFor(Some(*reason)), reason_label(names, *reason)));
            let none = part(Counted::ExcludedFor(None), no_reason());
            reasons.chain(Some(none)).filter(|part| part.n > 0).collect()
        }
        _ => Vec::new(),
    };
    let key = FlowBox::In(column, counted);
    let side = if column == Column::Databases { "databases" } else { "other" };
    FlowBoxView { key: key.to_string(), column: Some(side.into()), label: label(counted), n: flow::number(facts, key), parts }
}

fn reason_label(names: &HashMap<Uuid, L10n>, reason: ReasonId) -> L10n {
    names.get(&reason.0).cloned().unwrap_or_default()
}

fn still_open(counts: &Counts, member: &Member, unread: u32) -> StillOpen {
    let (a, b) = (&counts.databases.open, &counts.other.open);
    let sum = |f: fn(&Open) -> u32| f(a) + f(b);
    StillOpen {
        title_abstract: sum(|o| o.title_abstract_pending + o.title_abstract_conflict),
        retrieval: sum(|o| o.retrieval),
        full_text: sum(|o| o.full_text_pending + o.full_text_conflict),
        conflicts: member.is_lead().then(|| sum(|o| o.title_abstract_conflict + o.full_text_conflict)),
        total: counts.still_open(),
        unread,
    }
}

/// For anybody but a lead, conflicts are part of the work under way: how many there are would tell what others decided.
pub(crate) fn seen_by(mut counts: Counts, member: &Member) -> Counts {
    if !member.is_lead() {
        for open in [&mut counts.databases.open, &mut counts.other.open] {
            open.title_abstract_pending += std::mem::take(&mut open.title_abstract_conflict);
            open.full_text_pending += std::mem::take(&mut open.full_text_conflict);
        }
    }
    counts
}
