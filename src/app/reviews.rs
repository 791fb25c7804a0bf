//! Reviews: making one, its question and protocol. One rule: a change leaves what was before in the audit trail.

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{l10n, one_of};
use super::review_lists::{Criterion, Label, Reason, TEXT_MAX, Term, criterion_row, label, term};
use super::{App, AppError, AppResult, L10n, Member, time};
use crate::model::{DedupLevel, Role, Stage, StageSettings};
use crate::store::{self, Db, MemberRow, ReasonRow, ReviewRow, StageSettingsRow, StoreError, UserRow};

/// Characters of a title, a longer text.
const TITLE_MAX: usize = 500;
/// Reviewers that a citation may ask for.
pub const REVIEWERS_PER_CITATION: u32 = 20;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewSummary {
    pub id: Uuid,
    pub title: L10n,
    #[schema(value_type = String)]
    pub my_role: Role,
    pub is_demo: bool,
    pub counts: ReviewCounts,
    pub my_open: OpenTasks,
    pub created_at: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewCounts {
    pub records: i64,
    pub citations: i64,
}

/// Tasks that wait for me, those of the pool included.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct OpenTasks {
    pub title_abstract: i64,
    pub full_text: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Review {
    pub id: Uuid,
    pub title: L10n,
    pub question: L10n,
    pub protocol_doi: Option<String>,
    /// `patient` or `population`: which word the P carries.
    pub p_label: String,
    pub is_demo: bool,
    /// What everybody should know, e.g. that the records are invented.
    pub notice: Option<L10n>,
    #[schema(value_type = String)]
    pub my_role: Role,
    pub screens: bool,
    pub previous: Previous,
    #[schema(value_type = String)]
    pub dedup_level: DedupLevel,
    pub criteria: Vec<Criterion>,
    pub reasons: Vec<Reason>,
    pub terms: Vec<Term>,
    pub labels: Vec<Label>,
    pub stages: Stages,
    pub members_count: usize,
    pub created_at: String,
}

/// Studies and reports of an earlier version of the review, for PRISMA's first box.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Previous {
    pub studies: Option<i64>,
    pub reports: Option<i64>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stages {
    pub title_abstract: StageInfo,
    pub full_text: StageInfo,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageInfo {
    #[schema(value_type = String)]
    pub stage: Stage,
    pub version: i64,
    #[schema(value_type = Object)]
    pub settings: StageSettings,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewReview {
    pub title: L10n,
    #[serde(default)]
    pub question: L10n,
    #[serde(default)]
    pub protocol_doi: Option<String>,
    #[serde(default)]
    pub p_label: Option<String>,
    /// `pcc` (default) starts with Population, Concept, Context; `empty` with nothing.
    #[serde(default)]
    pub template: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReviewPatch {
    pub title: Option<L10n>,
    pub question: Option<L10n>,
    pub protocol_doi: Option<String>,
    pub p_label: Option<String>,
    pub previous: Option<Previous>,
    pub notice: Option<L10n>,
    #[schema(value_type = Option<String>)]
    pub dedup_level: Option<DedupLevel>,
}

pub(crate) fn parse_role(text: &str) -> AppResult<Role> {
    match text {
        "lead" => Ok(Role::Lead),
        "reviewer" => Ok(Role::Reviewer),
        "observer" => Ok(Role::Observer),
        _ => Err(AppError::invalid("role", "not_one_of").with("lead, reviewer, observer")),
    }
}

pub(crate) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Lead => "lead",
        Role::Reviewer => "reviewer",
        Role::Observer => "observer",
    }
}

impl App {
    /// Makes a review and its maker the lead.
    ///
    /// # Errors
    /// `invalid` when the title is empty in both languages or something is too long.
    pub async fn create_review(&self, user: &UserRow, new: NewReview) -> AppResult<Uuid> {
        let now = self.clock.now();
        let review = ReviewRow {
            id: self.clock.id(),
            title: l10n(&new.title, "title", TITLE_MAX, true)?.to_json(),
            question: l10n(&new.question, "question", TEXT_MAX, false)?.to_json(),
            protocol_doi: optional(new.protocol_doi.as_deref()),
            p_label: one_of(new.p_label.as_deref().unwrap_or("population"), "p_label", &["patient", "population"])?,
            notice: None,
            is_demo: false,
            dedup_level: level_text(DedupLevel::default()).into(),
            previous_studies: None,
            previous_reports: None,
            next_number: 1,
            created_by: user.id,
            created_at: now,
        };
        let id = review.id;
        let template = one_of(new.template.as_deref().unwrap_or("pcc"), "template", &["pcc", "empty"])?;
        let start = if template == "pcc" { pcc(&review.p_label) } else { Vec::new() };
        let member = Member { user: user.clone(), review: id, role: Role::Lead, screens: false };
        let seed = u64::from_be_bytes(self.clock.random::<8>()) >> 12; // 52 bits: exact in JavaScript's numbers
        let app = self.clone();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let after = serde_json::json!({ "title": L10n::from_json(&review.title), "protocol_doi": review.protocol_doi });
                    store::reviews::insert(db, review).await?;
                    app.log_by(db, &member, "review.create", ("review", id), None, Some(after)).await?;
                    let row = MemberRow {
                        review_id: id,
                        user_id: member.user.id,
                        role: "lead".into(),
                        screens: false,
                        added_at: now,
                        removed_at: None,
                    };
                    store::reviews::put_member(db, row).await?;
                    for stage in Stage::ALL {
                        let settings = StageSettings { seed, ..default_settings(stage) };
                        store::reviews::insert_stage_settings(db, settings_row(&member, stage, 1, &settings, now)?).await?;
                    }
                    for (position, (criterion, reason)) in start.into_iter().enumerate() {
                        app.insert_start(db, id, position as i64, criterion, reason).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        Ok(id)
    }

    async fn insert_start(&self, db: &Db<'_>, review: Uuid, position: i64, criterion: Criterion, reason: L10n) -> Result<(), StoreError> {
        let row = criterion_row(review, self.clock.id(), position, 1, &criterion);
        let criterion_id = Some(row.id);
        store::reviews::put_criterion(db, row).await?;
        let label = reason.to_json();
        let row = ReasonRow { id: self.clock.id(), review_id: review, position, label, criterion_id, stages: "[]".into(), active: true };
        store::reviews::put_reason(db, row).await
    }

    /// Notes that a review is a demonstration; its pages say so.
    pub async fn mark_as_demo(&self, review: Uuid) -> AppResult<()> {
        let row = store::reviews::get(&self.db(), review).await?.ok_or(AppError::not_found("review"))?;
        let row = ReviewRow { is_demo: true, ..row };
        self.store.write::<_, AppError, _>(|db| async move { Ok(store::reviews::update(db, row).await?) }.boxed()).await
    }

    pub async fn reviews_of(&self, user: &UserRow) -> AppResult<Vec<ReviewSummary>> {
        let now = self.at_one_moment().await?;
        let mut summaries = Vec::new();
        for row in store::reviews::of_user(&now.db(), user.id).await? {
            let my_role = parse_role(&row.role)?;
            let my_open = now.my_open(user, row.id).await?;
            summaries.push(ReviewSummary {
                id: row.id,
                title: L10n::from_json(&row.title),
                my_role,
                is_demo: row.is_demo,
                counts: ReviewCounts { records: row.records, citations: row.citations },
                my_open,
                created_at: time(row.created_at),
            });
        }
        Ok(summaries)
    }

    async fn my_open(&self, user: &UserRow, review: Uuid) -> AppResult<OpenTasks> {
        let member = self.member(user, review).await?;
        if !member.screens {
            return Ok(OpenTasks::default());
        }
        let title_abstract = self.remaining(&member, Stage::TitleAbstract).await?;
        Ok(OpenTasks { title_abstract, full_text: self.remaining(&member, Stage::FullText).await? })
    }

    pub async fn review(&self, member: &Member) -> AppResult<Review> {
        let (db, id) = (self.db(), member.review);
        let row = store::reviews::get(&db, id).await?.ok_or(AppError::not_found("review"))?;
        Ok(Review {
            id,
            title: L10n::from_json(&row.title),
            question: L10n::from_json(&row.question),
            protocol_doi: row.protocol_doi.clone(),
            p_label: row.p_label.clone(),
            is_demo: row.is_demo,
            notice: row.notice.as_deref().map(L10n::from_json),
            my_role: member.role,
            screens: member.screens,
            previous: Previous { studies: row.previous_studies, reports: row.previous_reports },
            dedup_level: parse_level(&row.dedup_level),
            criteria: self.criteria(id).await?,
            reasons: self.reasons(id).await?,
            terms: store::reviews::terms(&db, id).await?.into_iter().map(term).collect(),
            labels: store::reviews::labels(&db, id).await?.into_iter().map(label).collect(),
            stages: Stages {
                title_abstract: self.stage_info(&db, id, Stage::TitleAbstract).await?,
                full_text: self.stage_info(&db, id, Stage::FullText).await?,
            },
            members_count: store::reviews::members(&db, id).await?.len(),
            created_at: time(row.created_at),
        })
    }

    pub async fn change_review(&self, member: &Member, patch: ReviewPatch) -> AppResult<Review> {
        member.lead()?;
        let before = store::reviews::get(&self.db(), member.review).await?.ok_or(AppError::not_found("review"))?;
        let mut row = before.clone();
        if let Some(title) = &patch.title {
            row.title = l10n(title, "title", TITLE_MAX, true)?.to_json();
        }
        if let Some(question) = &patch.question {
            row.question = l10n(question, "question", TEXT_MAX, false)?.to_json();
        }
        if let Some(doi) = &patch.protocol_doi {
            row.protocol_doi = optional(Some(doi));
        }
        if let Some(p_label) = &patch.p_label {
            row.p_label = one_of(p_label, "p_label", &["patient", "population"])?;
        }
        if let Some(previous) = &patch.previous {
            row.previous_studies = previous.studies.filter(|n| *n >= 0);
            row.previous_reports = previous.reports.filter(|n| *n >= 0);
        }
        if let Some(notice) = &patch.notice {
            let notice = l10n(notice, "notice", TITLE_MAX, false)?;
            row.notice = (notice != L10n::default()).then(|| notice.to_json());
        }
        if let Some(level) = patch.dedup_level {
            row.dedup_level = level_text(level).into();
        }
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, "review.change", ("review", by.review), Some(trail(&before)), Some(trail(&row))).await?;
                    Ok(store::reviews::update(db, row).await?)
                }
                .boxed()
            })
            .await?;
        self.review(member).await
    }

    /// The settings in force at a stage, with their version.
    pub(crate) async fn stage_info(&self, db: &Db<'_>, review: Uuid, stage: Stage) -> AppResult<StageInfo> {
        let row = store::reviews::stage_settings(db, review, stage.as_str()).await?.ok_or(AppError::not_found("stage"))?;
        let settings = serde_json::from_str(&row.settings).map_err(AppError::internal)?;
        Ok(StageInfo { stage, version: row.version, settings })
    }
}

fn optional(value: Option<&str>) -> Option<String> {
    value.map(str::trim).filter(|v| !v.is_empty()).map(|v| v.chars().take(TITLE_MAX).collect())
}

pub(crate) fn level_text(level: DedupLevel) -> &'static str {
    match level {
        DedupLevel::Cautious => "cautious",
        DedupLevel::Balanced => "balanced",
        DedupLevel::Thorough => "thorough",
    }
}

pub(crate) fn parse_level(text: &str) -> DedupLevel {
    match text {
        "cautious" => DedupLevel::Cautious,
        "thorough" => DedupLevel::Thorough,
        _ => DedupLevel::Balanced,
    }
}

/// At full text an exclusion wants its reason (PRISMA lists them); at title/abstract it may do without.
fn default_settings(stage: Stage) -> StageSettings {
    let exclusion_reason = if stage == Stage::FullText { crate::model::ReasonRule::Required } else { crate::model::ReasonRule::Optional };
    StageSettings { exclusion_reason, ..StageSettings::default() }
}

pub(crate) fn settings_row(member: &Member, stage: Stage, version: i64, settings: &StageSettings, now: i64) -> AppResult<StageSettingsRow> {
    Ok(StageSettingsRow {
        review_id: member.review,
        stage: stage.as_str().into(),
        version,
        settings: serde_json::to_string(settings).map_err(AppError::internal)?,
        created_by: member.user.id,
        created_at: now,
    })
}

fn trail(row: &ReviewRow) -> serde_json::Value {
    serde_json::json!({
        "title": L10n::from_json(&row.title), "question": L10n::from_json(&row.question), "protocol_doi": row.protocol_doi,
        "p_label": row.p_label, "previous_studies": row.previous_studies, "previous_reports": row.previous_reports, "dedup_level": row.dedup_level,
    })
}

/// What a new review starts with: the three questions of PCC (JBI manual for scoping reviews) and a reason for each.
fn pcc(p_label: &str) -> Vec<(Criterion, L10n)> {
    let p = if p_label == "patient" { L10n::new("対象者", "Patient") } else { L10n::new("対象集団", "Population") };
    let wrong_p = if p_label == "patient" {
        L10n::new("対象者が異なる", "Wrong patients")
    } else {
        L10n::new("対象集団が異なる", "Wrong population")
    };
    let criterion = |kind: &str, label: L10n| Criterion {
        id: None,
        key: kind.into(),
        kind: kind.into(),
        label,
        includes: L10n::default(),
        excludes: L10n::default(),
        version: 1,
        position: 0,
    };
    vec![
        (criterion("population", p), wrong_p),
        (criterion("concept", L10n::new("概念", "Concept")), L10n::new("概念が異なる", "Wrong concept")),
        (criterion("context", L10n::new("文脈", "Context")), L10n::new("文脈が異なる", "Wrong context")),
    ]
}
