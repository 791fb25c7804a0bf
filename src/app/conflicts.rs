//! Conflicts: what disagrees, side by side; settling it with a reason; opening it again.
//! Nobody sees another's decision here before all required decisions are in.

use std::collections::HashMap;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::citation_rows::OutcomeView;
use super::decisions::DecisionView;
use super::outcomes::{live, parse_stage, parse_verdict, resolution, verdict_text};
use super::shown::ScreenCitation;
use super::{App, AppError, AppResult, Member, Page, time};
use crate::model::{ReasonId, ResolveBy, Role, Stage, UserId};
use crate::screen::resolve::{Actor, Capacity, Refusal, may_reopen, may_resolve};
use crate::store::{Db, ResolutionRow, screening};

const NOTE_MAX: usize = 5000;
const PAGE: u64 = 50;
const PAGE_MAX: u64 = 200;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Conflict {
    pub citation: ScreenCitation,
    pub decisions: Vec<DecisionView>,
    pub resolutions: Vec<ResolutionView>,
    pub outcome: OutcomeView,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResolutionView {
    pub id: Uuid,
    pub stage: String,
    /// None when the conflict was opened again.
    pub verdict: Option<String>,
    pub reason_id: Option<Uuid>,
    pub note: String,
    /// `adjudicator`, `consensus` or `reopened`.
    pub kind: String,
    pub by: String,
    pub at: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewResolution {
    pub verdict: String,
    #[serde(default)]
    pub reason_id: Option<Uuid>,
    #[serde(default)]
    pub note: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Resolved {
    pub outcome: OutcomeView,
    pub resolutions: Vec<ResolutionView>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct ConflictQuery {
    /// `open` (default) or `resolved`.
    pub state: Option<String>,
    pub after: Option<i64>,
    pub limit: Option<u64>,
}

impl App {
    /// The queue of a stage. Leads see all of it; where reviewers agree among themselves, they see what they took part in.
    pub async fn conflicts(&self, member: &Member, stage: &str, query: ConflictQuery) -> AppResult<Page<Conflict>> {
        let stage = parse_stage(stage)?;
        let consensus = self.rules(member.review).await?.settings(stage).resolve_by == ResolveBy::Consensus;
        if !member.is_lead() && !(consensus && member.screens) {
            return Err(AppError::forbidden("lead_only"));
        }
        let now = self.at_one_moment().await?;
        let db = now.db();
        let open = query.state.as_deref() != Some("resolved");
        let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let found = screening::conflicts(&db, member.review, stage.as_str(), open, query.after.unwrap_or(0), limit).await?;
        let next = super::cursor(&found, limit as usize, |row| row.number.to_string());
        let mut total = screening::count_conflicts(&db, member.review, stage.as_str(), open).await? as u64;
        let ids: Vec<Uuid> = found.iter().map(|row| row.citation_id).collect();
        let mut items = now.conflict_views(&db, member, stage, &ids).await?;
        if !member.is_lead() {
            let mine = |conflict: &Conflict| conflict.decisions.iter().any(|d| d.reviewer.as_ref().is_some_and(|p| p.id == member.user.id));
            items.retain(mine);
            total = items.len() as u64;
        }
        Ok(Page { items, total, next })
    }

    async fn conflict_views(&self, db: &Db<'_>, member: &Member, stage: Stage, ids: &[Uuid]) -> AppResult<Vec<Conflict>> {
        let stages = screening::stages_of(db, ids).await?;
        let outcomes: HashMap<Uuid, OutcomeView> =
            stages.iter().filter(|row| row.stage == stage.as_str()).map(|row| (row.citation_id, OutcomeView::of(row, member))).collect();
        let mut views = Vec::new();
        for citation in self.screen_citations(db, member.review, ids).await? {
            let family = self.family(db, citation.id).await?;
            let mut rows = screening::live_decisions(db, &family).await?;
            rows.retain(|row| row.stage == stage.as_str());
            let decisions = self.decision_views(db, &rows, true).await?;
            let resolutions = self.resolution_views(db, &family, Some(stage)).await?;
            let outcome =
                outcomes.get(&citation.id).cloned().unwrap_or(OutcomeView { state: "pending".into(), reason_id: None, elsewhere: false });
            views.push(Conflict { citation, decisions, resolutions, outcome });
        }
        Ok(views)
    }

    /// Resolutions on a citation's family, oldest first.
    pub(crate) async fn resolution_views(&self, db: &Db<'_>, family: &[Uuid], stage: Option<Stage>) -> AppResult<Vec<ResolutionView>> {
        let rows = screening::resolutions_on(db, family).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.people(db).await?;
        let wanted = rows.into_iter().filter(|row| stage.is_none_or(|stage| row.stage == stage.as_str()));
        Ok(wanted
            .map(|row| ResolutionView {
                id: row.id,
                stage: row.stage,
                verdict: row.verdict,
                reason_id: row.reason_id,
                note: row.note,
                kind: row.kind,
                by: people.get(&row.user_id).map(|person| person.name.clone()).unwrap_or_default(),
                at: time(row.created_at),
            })
            .collect())
    }

    /// Settles a conflict.
    ///
    /// # Errors
    /// As `screen::resolve::may_resolve` refuses.
    pub async fn resolve(&self, member: &Member, citation: Uuid, stage: &str, new: NewResolution) -> AppResult<Resolved> {
        member.works()?;
        let stage = parse_stage(stage)?;
        let verdict = parse_verdict(&new.verdict)?;
        if new.note.chars().count() > NOTE_MAX {
            return Err(AppError::invalid("note", "too_long").with(NOTE_MAX));
        }
        let rules = self.rules(member.review).await?;
        let (app, by) = (self.clone(), member.clone());
        let root = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let root = app.root(db, by.review, citation).await?.id;
                    let (decisions, standing) = app.standing(db, root, stage).await?;
                    let reason = new.reason_id.map(ReasonId);
                    let standing = standing.as_ref().and_then(resolution);
                    let capacity = may_resolve(&rules.at(stage), stage, actor(&by), &live(&decisions), standing.as_ref(), verdict, reason);
                    let kind = match capacity.map_err(refused)? {
                        Capacity::Adjudicator => "adjudicator",
                        Capacity::Consensus => "consensus",
                    };
                    app.add_resolution(db, &by, root, stage, kind, Some(verdict_text(verdict)), new.reason_id, new.note.trim()).await?;
                    Ok(root)
                }
                .boxed()
            })
            .await?;
        self.resolved(member, root, stage).await
    }

    /// Opens a settled conflict again; the resolution stays to be read.
    pub async fn reopen(&self, member: &Member, citation: Uuid, stage: &str) -> AppResult<Resolved> {
        member.lead()?;
        let stage = parse_stage(stage)?;
        let (app, by) = (self.clone(), member.clone());
        let root = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let root = app.root(db, by.review, citation).await?.id;
                    let (_, standing) = app.standing(db, root, stage).await?;
                    may_reopen(actor(&by), standing.as_ref().and_then(resolution).as_ref()).map_err(refused)?;
                    app.add_resolution(db, &by, root, stage, "reopened", None, None, "").await?;
                    Ok(root)
                }
                .boxed()
            })
            .await?;
        self.resolved(member, root, stage).await
    }

    /// Live decisions at the stage, and the latest resolution.
    async fn standing(&self, db: &Db<'_>, root: Uuid, stage: Stage) -> AppResult<(Vec<crate::store::DecisionRow>, Option<ResolutionRow>)> {
        let family = self.family(db, root).await?;
        let mut decisions = screening::live_decisions(db, &family).await?;
        decisions.retain(|row| row.stage == stage.as_str());
        let latest = screening::resolutions_on(db, &family).await?.into_iter().rfind(|row| row.stage == stage.as_str());
        Ok((decisions, latest))
    }

    #[expect(clippy::too_many_arguments, reason = "one row, column by column")]
    async fn add_resolution(
        &self,
        db: &Db<'_>,
        by: &Member,
        root: Uuid,
        stage: Stage,
        kind: &str,
        verdict: Option<&str>,
        reason_id: Option<Uuid>,
        note: &str,
    ) -> AppResult<()> {
        let row = ResolutionRow {
            seq: 0,
            id: self.clock.id(),
            review_id: by.review,
            citation_id: root,
            stage: stage.as_str().into(),
            kind: kind.into(),
            verdict: verdict.map(Into::into),
            reason_id,
            note: note.into(),
            user_id: by.user.id,
            created_at: self.clock.now(),
        };
        screening::insert_resolution(db, &row).await?;
        let action = if verdict.is_some() { "conflict.resolve" } else { "conflict.reopen" };
        let after = serde_json::json!({ "stage": row.stage, "verdict": row.verdict, "reason_id": row.reason_id, "note": row.note, "kind": row.kind });
        self.log_by(db, by, action, ("citation", root), None, Some(after)).await?;
        self.refresh_stages(db, by.review, &[root]).await
    }

    async fn resolved(&self, member: &Member, root: Uuid, stage: Stage) -> AppResult<Resolved> {
        self.events.send(member.review, "conflicts", serde_json::json!({}));
        self.events.send(member.review, "progress", serde_json::json!({}));
        let db = self.db();
        let rows = screening::stages_of(&db, &[root]).await?;
        let row = rows.iter().find(|row| row.stage == stage.as_str()).ok_or(AppError::not_found("stage"))?;
        let family = self.family(&db, root).await?;
        Ok(Resolved { outcome: OutcomeView::of(row, member), resolutions: self.resolution_views(&db, &family, Some(stage)).await? })
    }
}

fn actor(member: &Member) -> Actor {
    let role = if member.is_lead() { Role::Lead } else { member.role };
    Actor { user: UserId(member.user.id), role }
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::NotAllowed => AppError::forbidden("not_allowed"),
        Refusal::NotInConflict | Refusal::NotResolved => AppError::conflict(refusal.code()),
        Refusal::MaybeSettlesNothing => AppError::invalid("verdict", refusal.code()),
        Refusal::ReasonRequired | Refusal::ReasonNotAllowed | Refusal::ReasonUnknown => AppError::invalid("reason_id", refusal.code()),
    }
}
