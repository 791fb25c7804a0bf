//! What a review goes by — settings, criteria, reasons — loaded once and kept until a lead changes it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

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

/// Rules by review; an entry is dropped when a lead changes something. What was read before such a change is not kept after it.
#[derive(Default)]
pub struct RulesCache(RwLock<Known>);

#[derive(Clone, Default)]
struct Known {
    rules: HashMap<Uuid, Arc<ReviewRules>>,
    /// How often something was forgotten.
    forgotten: u64,
}

impl RulesCache {
    /// The rules, or how often something was forgotten before they are read now.
    fn get(&self, review: Uuid) -> Result<Arc<ReviewRules>, u64> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.rules.get(&review).cloned().ok_or(known.forgotten)
    }

    fn keep(&self, review: Uuid, rules: &Arc<ReviewRules>, forgotten: u64) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.forgotten == forgotten {
            known.rules.insert(review, rules.clone());
        }
    }

    fn forget(&self, review: Uuid) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.forgotten += 1;
        known.rules.remove(&review);
    }

    /// A cache of its own with what is in this one, for reads of a moment: what they find may be old already.
    pub(super) fn known(&self) -> Self {
        Self(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl App {
    pub(crate) async fn rules(&self, review: Uuid) -> AppResult<Arc<ReviewRules>> {
        let forgotten = match self.rules_cache.get(review) {
            Ok(known) => return Ok(known),
            Err(forgotten) => forgotten,
        };
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
        self.rules_cache.keep(review, &rules, forgotten);
        Ok(rules)
    }

    pub(crate) fn forget_rules(&self, review: Uuid) {
        self.rules_cache.forget(review);
    }
}

fn rank_term(row: &store::TermRow) -> RankTerm {
    let variants: Vec<String> = serde_json::from_str(&row.variants).unwrap_or_default();
    RankTerm::new(&row.term_group, std::iter::once(row.text.as_str()).chain(variants.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Arc<ReviewRules> {
        let settings = || (StageSettings::default(), 1);
        Arc::new(ReviewRules { title_abstract: settings(), full_text: settings(), criteria: vec![], reasons: vec![], terms: vec![] })
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let (cache, review) = (RulesCache::default(), Uuid::from_u128(1));
        let before = cache.get(review).err().unwrap();
        cache.forget(review); // a lead's change is in force while the old rules are still being read
        cache.keep(review, &rules(), before);
        let now = cache.get(review).err().expect("the old rules are not kept");
        cache.keep(review, &rules(), now);
        assert!(cache.get(review).is_ok());
    }

    #[test]
    fn what_is_read_of_a_moment_is_kept_for_that_moment_only() {
        let (cache, review) = (RulesCache::default(), Uuid::from_u128(1));
        let moment = cache.known();
        moment.keep(review, &rules(), moment.get(review).err().unwrap());
        assert!(moment.get(review).is_ok() && cache.get(review).is_err());
    }
}
