//! What live decisions and a resolution amount to (domain §4). Its one rule: a function of settings, decisions and
//! resolution alone, never of the order in which decisions came.
//!
//! | live decisions | outcome |
//! |---|---|
//! | fewer than required | pending |
//! | a resolution stands | as resolved |
//! | all include (or maybe, where it counts as include) | included |
//! | all exclude, one reason or none (or `first_criterion_wins`) | excluded(that reason) |
//! | all exclude, differing reasons, `conflicts` | in_conflict |
//! | anything else | in_conflict |
//!
//! The first row that fits holds. A decision without a reason names none that could differ. More decisions than required
//! (pilot rounds, merged citations) all count.

use std::collections::BTreeMap;

use crate::model::{
    Answer, CriterionId, Decision, ExclusionReason, MaybeRule, Outcome, ReasonDisagreement, ReasonId, Resolution, StageSettings, Verdict,
};

/// What a stage goes by: its settings, and the review's criteria and reasons in their order.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    pub settings: &'a StageSettings,
    pub criteria: &'a [CriterionId],
    pub reasons: &'a [ExclusionReason],
}

impl Rules<'_> {
    /// Decisions a citation needs; never 0.
    pub fn required(&self) -> usize {
        self.settings.reviewers_per_citation.max(1) as usize
    }
}

/// The outcome of a citation at a stage. `live` holds one decision per reviewer.
pub fn outcome(rules: &Rules<'_>, live: &[Decision], resolution: Option<&Resolution>) -> Outcome {
    if live.len() < rules.required() {
        return Outcome::Pending;
    }
    if let Some(resolution) = resolution {
        match resolution.verdict {
            Verdict::Include => return Outcome::Included,
            Verdict::Exclude => return Outcome::Excluded(resolution.reason),
            Verdict::Maybe => {} // settles nothing, `resolve` refuses it
        }
    }
    let includes = |decision: &Decision| match decision.verdict {
        Verdict::Include => true,
        Verdict::Maybe => rules.settings.maybe == MaybeRule::CountsAsInclude,
        Verdict::Exclude => false,
    };
    if live.iter().all(includes) {
        Outcome::Included
    } else if live.iter().all(|decision| decision.verdict == Verdict::Exclude) {
        excluded(rules, live)
    } else {
        Outcome::InConflict
    }
}

fn excluded(rules: &Rules<'_>, live: &[Decision]) -> Outcome {
    let named = live.iter().filter_map(|decision| reason_of(rules, decision));
    let mut reasons: Vec<ReasonId> = named.collect();
    reasons.sort_unstable_by_key(|reason| rank(rules, *reason));
    reasons.dedup();
    match (reasons.as_slice(), rules.settings.reason_disagreement) {
        ([], _) => Outcome::Excluded(None),
        ([only], _) => Outcome::Excluded(Some(*only)),
        ([first, ..], ReasonDisagreement::FirstCriterionWins) => Outcome::Excluded(Some(*first)),
        (_, ReasonDisagreement::Conflicts) => Outcome::InConflict,
    }
}

/// The reason a decision excludes for: the one it names, else the one that its first *not met* criterion stands for.
pub fn reason_of(rules: &Rules<'_>, decision: &Decision) -> Option<ReasonId> {
    if decision.verdict != Verdict::Exclude {
        return None;
    }
    decision.reason.or_else(|| suggested_reason(rules, &decision.answers))
}

/// The reason that stands for the first criterion *not met*, in the criteria's order.
pub(super) fn suggested_reason(rules: &Rules<'_>, answers: &BTreeMap<CriterionId, Answer>) -> Option<ReasonId> {
    let not_met = rules.criteria.iter().filter(|id| answers.get(id) == Some(&Answer::NotMet));
    not_met.filter_map(|id| rules.reasons.iter().find(|reason| reason.criterion == Some(*id))).map(|reason| reason.id).next()
}

/// Reasons that stand for a criterion come first, in the criteria's order; then the others, in theirs; unlisted ones last.
fn rank(rules: &Rules<'_>, reason: ReasonId) -> (usize, usize, ReasonId) {
    let position = rules.reasons.iter().position(|known| known.id == reason);
    let criterion = position.and_then(|at| rules.reasons[at].criterion);
    let criterion = criterion.and_then(|id| rules.criteria.iter().position(|known| *known == id));
    (criterion.unwrap_or(usize::MAX), position.unwrap_or(usize::MAX), reason)
}

/// The live decisions of a citation's history, given oldest first: the latest of each reviewer, in the order in which the
/// reviewers first decided.
pub fn live(history: impl IntoIterator<Item = Decision>) -> Vec<Decision> {
    let mut latest: Vec<Decision> = Vec::new();
    let mut place = BTreeMap::new();
    for decision in history {
        match place.get(&decision.reviewer) {
            Some(&at) => latest[at] = decision,
            None => {
                place.insert(decision.reviewer, latest.len());
                latest.push(decision);
            }
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::model::{Answer, DecisionId, ResolutionId, UserId};

    fn criterion(n: u128) -> CriterionId {
        CriterionId(Uuid::from_u128(n))
    }

    fn reason(n: u128) -> ReasonId {
        ReasonId(Uuid::from_u128(n))
    }

    fn decision(reviewer: u128, verdict: Verdict, why: Option<u128>) -> Decision {
        Decision {
            id: DecisionId(Uuid::from_u128(reviewer)),
            reviewer: UserId(Uuid::from_u128(reviewer)),
            verdict,
            answers: BTreeMap::new(),
            reason: why.map(reason),
            note: String::new(),
        }
    }

    /// Criteria 1, 2, 3; reason 10 "language" without criterion, 11 for criterion 2, 12 for criterion 1.
    fn with<T>(change: impl FnOnce(&mut StageSettings), test: impl FnOnce(&Rules<'_>) -> T) -> T {
        let mut settings = StageSettings::default();
        change(&mut settings);
        let criteria = [criterion(1), criterion(2), criterion(3)];
        let reasons =
            [(10, None), (11, Some(2)), (12, Some(1))].map(|(id, of)| ExclusionReason { id: reason(id), criterion: of.map(criterion) });
        test(&Rules { settings: &settings, criteria: &criteria, reasons: &reasons })
    }

    use Verdict::{Exclude, Include, Maybe};

    #[test]
    fn the_table() {
        let one = decision(1, Include, None);
        with(
            |_| {},
            |rules| {
                let of = |live: &[Decision]| outcome(rules, live, None);
                assert_eq!(of(&[]), Outcome::Pending);
                assert_eq!(of(std::slice::from_ref(&one)), Outcome::Pending);
                assert_eq!(of(&[one.clone(), decision(2, Include, None)]), Outcome::Included);
                assert_eq!(of(&[one.clone(), decision(2, Maybe, None)]), Outcome::Included);
                assert_eq!(of(&[one.clone(), decision(2, Exclude, None)]), Outcome::InConflict);
                assert_eq!(of(&[decision(1, Maybe, None), decision(2, Exclude, None)]), Outcome::InConflict);
                let without = [decision(1, Exclude, None), decision(2, Exclude, None)];
                assert_eq!(of(&without), Outcome::Excluded(None));
                let half = [decision(1, Exclude, Some(11)), decision(2, Exclude, None)];
                assert_eq!(of(&half), Outcome::Excluded(Some(reason(11))));
            },
        );
        with(
            |s| s.maybe = MaybeRule::Conflicts,
            |rules| {
                let both = [decision(1, Maybe, None), decision(2, Maybe, None)];
                assert_eq!(outcome(rules, &both, None), Outcome::InConflict);
            },
        );
    }

    #[test]
    fn differing_reasons() {
        let live = [decision(1, Exclude, Some(10)), decision(2, Exclude, Some(11)), decision(3, Exclude, Some(12))];
        with(
            |_| {},
            |rules| {
                assert_eq!(outcome(rules, &live, None), Outcome::Excluded(Some(reason(12))), "criterion 1 comes first");
                assert_eq!(outcome(rules, &live[..2], None), Outcome::Excluded(Some(reason(11))));
            },
        );
        with(
            |s| s.reason_disagreement = ReasonDisagreement::Conflicts,
            |rules| {
                assert_eq!(outcome(rules, &live, None), Outcome::InConflict);
                let same = [decision(1, Exclude, Some(10)), decision(2, Exclude, Some(10))];
                assert_eq!(outcome(rules, &same, None), Outcome::Excluded(Some(reason(10))));
            },
        );
    }

    #[test]
    fn answers_name_the_reason_when_the_decision_does_not() {
        let mut by_answers = decision(1, Exclude, None);
        by_answers.answers = BTreeMap::from([(criterion(2), Answer::NotMet), (criterion(1), Answer::Met)]);
        with(
            |s| s.reviewers_per_citation = 1,
            |rules| {
                assert_eq!(outcome(rules, &[by_answers], None), Outcome::Excluded(Some(reason(11))));
            },
        );
    }

    #[test]
    fn a_resolution_stands_once_enough_have_decided() {
        let resolution =
            |verdict| Resolution { id: ResolutionId(Uuid::from_u128(1)), verdict, reason: Some(reason(10)).filter(|_| verdict == Exclude) };
        let live = [decision(1, Include, None), decision(2, Exclude, Some(11))];
        with(
            |_| {},
            |rules| {
                assert_eq!(outcome(rules, &live, Some(&resolution(Include))), Outcome::Included);
                assert_eq!(outcome(rules, &live, Some(&resolution(Exclude))), Outcome::Excluded(Some(reason(10))));
                assert_eq!(outcome(rules, &live[..1], Some(&resolution(Include))), Outcome::Pending);
                assert_eq!(outcome(rules, &live, Some(&resolution(Maybe))), Outcome::InConflict);
            },
        );
    }

    #[test]
    fn the_latest_decision_of_a_reviewer_lives() {
        let history = [decision(1, Include, None), decision(2, Include, None), decision(1, Exclude, None)];
        let live = live(history);
        assert_eq!(live.iter().map(|d| d.verdict).collect::<Vec<_>>(), [Exclude, Include]);
    }

    fn decisions() -> impl Strategy<Value = Vec<Decision>> {
        let verdict = prop::sample::select(vec![Include, Exclude, Exclude, Maybe]);
        prop::collection::vec((verdict, prop::option::of(10..14u128)), 0..5).prop_map(|all| {
            let numbered = all.into_iter().enumerate();
            numbered.map(|(n, (verdict, why))| decision(n as u128, verdict, why)).collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_of_decisions_does_not_matter(all in decisions(), turn in 0..5usize, required in 0..4u32, strict: bool) {
            with(|s| {
                s.reviewers_per_citation = required;
                if strict { s.reason_disagreement = ReasonDisagreement::Conflicts; s.maybe = MaybeRule::Conflicts; }
            }, |rules| {
                let mut turned = all.clone();
                if !turned.is_empty() { let by = turn % turned.len(); turned.rotate_left(by); }
                prop_assert_eq!(outcome(rules, &all, None), outcome(rules, &turned, None));
                Ok(())
            })?;
        }

        /// Nothing is settled against a reviewer without a resolution.
        #[test]
        fn nobody_is_overruled_silently(all in decisions(), required in 1..4u32) {
            with(|s| s.reviewers_per_citation = required, |rules| {
                match outcome(rules, &all, None) {
                    Outcome::Included => prop_assert!(all.iter().all(|d| d.verdict != Exclude)),
                    Outcome::Excluded(_) => prop_assert!(all.iter().all(|d| d.verdict == Exclude)),
                    Outcome::Pending => prop_assert!(all.len() < required as usize),
                    Outcome::InConflict => prop_assert!(all.len() >= required as usize),
                }
                Ok(())
            })?;
        }
    }
}
