//! A stage's settings: what a change would do before it is applied, and the change itself, which is a new version.

use std::collections::HashMap;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::outcomes::{live, order_key, parse_stage, resolution};
use super::reviews::{REVIEWERS_PER_CITATION, StageInfo, settings_row};
use super::{App, AppError, AppResult, Member};
use crate::model::{CitationId, Decision, Resolution, Stage, StageSettings};
use crate::screen::resolve::{AtStage, Effect, Tally, effect};
use crate::store::{self, Db, screening};

/// Numbers of citations by outcome.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Outcomes {
    pub pending: u32,
    pub in_conflict: u32,
    pub included: u32,
    pub excluded: u32,
}

impl From<Tally> for Outcomes {
    fn from(tally: Tally) -> Self {
        Self { pending: tally.pending, in_conflict: tally.in_conflict, included: tally.included, excluded: tally.excluded }
    }
}

/// What a change of settings would do to the citations of the stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preview {
    pub before: Outcomes,
    pub becomes: Outcomes,
    /// Citations whose outcome, or its reason, would change.
    pub changed: usize,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewSettings {
    #[schema(value_type = Object)]
    pub settings: StageSettings,
}

impl App {
    pub async fn preview_settings(&self, member: &Member, stage: &str, new: &StageSettings) -> AppResult<Preview> {
        member.lead()?;
        let stage = parse_stage(stage)?;
        checked(new)?;
        let effect = self.effect(&self.db(), member.review, stage, new).await?;
        Ok(Preview { before: effect.before.into(), becomes: effect.after.into(), changed: effect.changed.len() })
    }

    async fn effect(&self, db: &Db<'_>, review: Uuid, stage: Stage, new: &StageSettings) -> AppResult<Effect> {
        let rules = self.rules(review).await?;
        let rows = screening::stages_of_review(db, review).await?;
        let roots: Vec<Uuid> = rows.iter().filter(|row| row.stage == stage.as_str()).map(|row| row.citation_id).collect();
        let root_of: HashMap<Uuid, Uuid> = screening::merged_into(db, &roots).await?.into_iter().collect();
        let root = |id: Uuid| root_of.get(&id).copied().unwrap_or(id);
        let mut decisions: HashMap<Uuid, Vec<store::DecisionRow>> = HashMap::new();
        for row in screening::live_of_review(db, review, stage.as_str()).await? {
            decisions.entry(root(row.citation_id)).or_default().push(row);
        }
        let decisions: HashMap<Uuid, Vec<Decision>> = decisions.into_iter().map(|(id, rows)| (id, live(&rows))).collect();
        let mut resolutions: HashMap<Uuid, Option<Resolution>> = HashMap::new();
        for row in screening::resolutions_of_review(db, review, stage.as_str()).await? {
            resolutions.insert(root(row.citation_id), resolution(&row));
        }
        let at_stage = roots.iter().map(|id| AtStage {
            citation: CitationId(*id),
            live: decisions.get(id).map_or(&[], Vec::as_slice),
            resolution: resolutions.get(id).and_then(Option::as_ref),
        });
        Ok(effect(&rules.at(stage), &rules.under(new), at_stage))
    }

    /// Puts new settings in force: every open and settled outcome of the stage is computed again.
    pub async fn set_settings(&self, member: &Member, stage: &str, new: StageSettings) -> AppResult<StageInfo> {
        member.lead()?;
        let stage = parse_stage(stage)?;
        checked(&new)?;
        let before = self.stage_info(&self.db(), member.review, stage).await?;
        let (app, by) = (self.clone(), member.clone());
        let info = StageInfo { stage, version: before.version + 1, settings: new };
        let saved = info.clone();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let row = settings_row(&by, stage, saved.version, &saved.settings, app.clock.now())?;
                    store::reviews::insert_stage_settings(db, row).await?;
                    let trail = |info: &StageInfo| serde_json::to_value(info).ok();
                    app.log_by(db, &by, "stage.change", ("review", by.review), trail(&before), trail(&saved)).await?;
                    Ok(())
                }
                .boxed()
            })
            .await?;
        self.forget_rules(member.review);
        self.rebuild_stages(member.review).await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(info)
    }

    /// Computes everything derived of a review's stages anew, in batches so that decisions can go in between.
    pub async fn rebuild_stages(&self, review: Uuid) -> AppResult<()> {
        let ids = screening::live_citations(&self.db(), review).await?;
        for chunk in ids.chunks(500) {
            let (app, chunk) = (self.clone(), chunk.to_vec());
            self.store
                .write::<_, AppError, _>(move |db| {
                    async move {
                        app.refresh_stages(db, review, &chunk).await?;
                        app.reorder(db, review, &chunk).await
                    }
                    .boxed()
                })
                .await?;
        }
        Ok(())
    }

    /// Gives the citations the places in the order that the settings now ask for.
    async fn reorder(&self, db: &Db<'_>, review: Uuid, ids: &[Uuid]) -> AppResult<()> {
        let rules = self.rules(review).await?;
        let citations: HashMap<Uuid, store::CitationRow> =
            screening::citations(db, ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut changed = Vec::new();
        for mut row in screening::stages_of(db, ids).await? {
            let Some(root) = citations.get(&row.citation_id) else { continue };
            let key = order_key(&rules, parse_stage(&row.stage)?, root);
            if row.order_key != key {
                row.order_key = key;
                changed.push(row);
            }
        }
        Ok(screening::put_stages(db, changed).await?)
    }
}

fn checked(settings: &StageSettings) -> AppResult<()> {
    if (1..=REVIEWERS_PER_CITATION).contains(&settings.reviewers_per_citation) {
        Ok(())
    } else {
        Err(AppError::invalid("reviewers_per_citation", "out_of_range").with(format!("1–{REVIEWERS_PER_CITATION}")))
    }
}
