//! What a review goes by — settings, criteria, reasons — loaded once and kept until a lead changes it.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use uuid::Uuid;

use super::{App, AppResult};
use crate::model::{CriterionId, ExclusionReason, ReasonId, Stage, StageSettings};
use crate::rank::RankTerm;
use crate::screen::Rules;
use crate::store;

pub struct ReviewRules {
    title_abstract: (StageSettings, i64),
    full_text: (StageSettings, i64),
    criteria: Vec<CriterionId>,
    reasons: Vec<ExclusionReason>,
    terms: Vec<RankTerm>,
}

impl ReviewRules {
    pub fn at(&self, stage: Stage) -> Rules<'_> {
        Rules { settings: self.settings(stage), criteria: &self.criteria, reasons: &self.reasons }
    }

    /// The same criteria and reasons under other settings, to see what a change would do.
    pub fn under<'a>(&'a self, settings: &'a StageSettings) -> Rules<'a> {
        Rules { settings, criteria: &self.criteria, reasons: &self.reasons }
    }

    pub fn settings(&self, stage: Stage) -> &StageSettings {
        match stage {
            Stage::TitleAbstract => &self.title_abstract.0,
            Stage::FullText => &self.full_text.0,
        }
    }

    pub fn version(&self, stage: Stage) -> i64 {
        match stage {
            Stage::TitleAbstract => self.title_abstract.1,
            Stage::FullText => self.full_text.1,
        }
    }

    pub fn has_criterion(&self, id: Uuid) -> bool {
        self.criteria.iter().any(|known| known.0 == id)
    }

    pub fn has_reason(&self, id: Uuid) -> bool {
        self.reasons.iter().any(|known| known.id.0 == id)
    }

    /// What decides between two reasons.
    pub fn ranks(&self) -> (&[CriterionId], &[ExclusionReason]) {
        (&self.criteria, &self.reasons)
    }

    /// Highlight terms, for the order by relevance.
    pub fn terms(&self) -> &[RankTerm] {
        &self.terms
    }

    pub fn reason_ids(&self) -> Vec<ReasonId> {
        self.reasons.iter().map(|reason| reason.id).collect()
    }
}

/// Rules by review; an entry is dropped when a lead changes something.
#[derive(Default)]
pub struct RulesCache(RwLock<HashMap<Uuid, Arc<ReviewRules>>>);

impl App {
    pub(crate) async fn rules(&self, review: Uuid) -> AppResult<Arc<ReviewRules>> {
        if let Some(known) = self.rules_cache.0.read().expect("nobody panics while holding it").get(&review) {
            return Ok(known.clone());
        }
        let db = self.db();
        let title_abstract = self.stage_info(&db, review, Stage::TitleAbstract).await?;
        let full_text = self.stage_info(&db, review, Stage::FullText).await?;
        let criteria = store::reviews::criteria(&db, review).await?.into_iter().map(|row| CriterionId(row.id)).collect();
        let reasons = store::reviews::reasons(&db, review).await?;
        let terms = store::reviews::terms(&db, review).await?;
        let rules = Arc::new(ReviewRules {
            terms: terms.iter().map(rank_term).collect(),
            title_abstract: (title_abstract.settings, title_abstract.version),
            full_text: (full_text.settings, full_text.version),
            criteria,
            reasons: reasons
                .into_iter()
                .map(|row| ExclusionReason { id: ReasonId(row.id), criterion: row.criterion_id.map(CriterionId) })
                .collect(),
        });
        self.rules_cache.0.write().expect("nobody panics while holding it").insert(review, rules.clone());
        Ok(rules)
    }

    pub(crate) fn forget_rules(&self, review: Uuid) {
        self.rules_cache.0.write().expect("nobody panics while holding it").remove(&review);
    }
}

fn rank_term(row: &store::TermRow) -> RankTerm {
    let variants: Vec<String> = serde_json::from_str(&row.variants).unwrap_or_default();
    RankTerm::new(&row.term_group, std::iter::once(row.text.as_str()).chain(variants.iter().map(String::as_str)))
}
