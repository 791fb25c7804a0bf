//! What answers to the criteria suggest, and whether a decision may be taken as it is. Its one rule: it advises and refuses,
//! it never changes what a reviewer said.

use std::collections::BTreeMap;

use crate::model::{Answer, CriterionId, Decision, ReasonId, ReasonRule, Stage, Verdict};

use super::outcome::{Rules, reason_of, suggested_reason};

/// Characters a note may have. Longer text belongs into a document.
pub const NOTE_CHARS: usize = 5_000;

/// What the answers say by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub verdict: Verdict,
    /// For an exclusion: the reason that stands for the first criterion *not met*, where the review has one.
    pub reason: Option<ReasonId>,
}

/// All *met* suggests include, any *not met* exclude, anything else maybe. No answer at all suggests nothing.
pub fn suggest(rules: &Rules<'_>, answers: &BTreeMap<CriterionId, Answer>) -> Option<Suggestion> {
    let given = |wanted| rules.criteria.iter().filter(move |id| answers.get(id) == Some(&wanted));
    if rules.criteria.iter().all(|id| !answers.contains_key(id)) {
        return None;
    }
    let verdict = if given(Answer::NotMet).next().is_some() {
        Verdict::Exclude
    } else if given(Answer::Met).count() == rules.criteria.len() {
        Verdict::Include
    } else {
        Verdict::Maybe
    };
    Some(Suggestion { verdict, reason: suggested_reason(rules, answers) })
}

/// Why a reviewer is asked once whether they meant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// Include, though a criterion is *not met*.
    IncludedThoughNotMet,
    /// Exclude, though all criteria are *met*.
    ExcludedThoughAllMet,
    /// Excluded for a criterion that is answered *met*.
    ReasonIsMet,
}

impl Contradiction {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            Contradiction::IncludedThoughNotMet => "included_though_not_met",
            Contradiction::ExcludedThoughAllMet => "excluded_though_all_met",
            Contradiction::ReasonIsMet => "reason_is_met",
        }
    }
}

/// Whether the verdict says the opposite of the answers. Maybe contradicts nothing, and who excludes on one criterion need
/// not have answered the others.
pub fn contradiction(rules: &Rules<'_>, decision: &Decision) -> Option<Contradiction> {
    let suggested = suggest(rules, &decision.answers).map(|suggestion| suggestion.verdict);
    match (decision.verdict, suggested) {
        (Verdict::Include, Some(Verdict::Exclude)) => Some(Contradiction::IncludedThoughNotMet),
        (Verdict::Exclude, Some(Verdict::Include)) => Some(Contradiction::ExcludedThoughAllMet),
        (Verdict::Exclude, _) if reason_is_met(rules, decision) => Some(Contradiction::ReasonIsMet),
        _ => None,
    }
}

fn reason_is_met(rules: &Rules<'_>, decision: &Decision) -> bool {
    let reason = rules.reasons.iter().find(|reason| Some(reason.id) == decision.reason);
    let criterion = reason.and_then(|reason| reason.criterion);
    criterion.is_some_and(|id| decision.answers.get(&id) == Some(&Answer::Met))
}

/// Why a decision cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Exclusion without a reason where the stage wants one. Full text always does.
    ReasonRequired,
    /// A reason on something else than an exclusion.
    ReasonNotAllowed,
    /// A reason that is not, or no longer, one of this stage.
    ReasonUnknown(ReasonId),
    /// The stage wants every criterion answered; these are not.
    AnswersRequired(Vec<CriterionId>),
    /// Answers to what is not, or no longer, a criterion of the review.
    CriterionUnknown(Vec<CriterionId>),
    /// More than `NOTE_CHARS`.
    NoteTooLong,
}

impl Problem {
    /// Stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::ReasonRequired => "reason_required",
            Problem::ReasonNotAllowed => "reason_not_allowed",
            Problem::ReasonUnknown(_) => "reason_unknown",
            Problem::AnswersRequired(_) => "answers_required",
            Problem::CriterionUnknown(_) => "criterion_unknown",
            Problem::NoteTooLong => "note_too_long",
        }
    }

    /// The field of the decision it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Problem::ReasonRequired | Problem::ReasonNotAllowed | Problem::ReasonUnknown(_) => "reason_id",
            Problem::AnswersRequired(_) | Problem::CriterionUnknown(_) => "answers",
            Problem::NoteTooLong => "note",
        }
    }
}

/// Everything that keeps a decision from being taken; empty when it may be. A reason that the answers name counts as given.
pub fn problems(rules: &Rules<'_>, stage: Stage, decision: &Decision) -> Vec<Problem> {
    let mut found = Vec::new();
    let excludes = decision.verdict == Verdict::Exclude;
    let wanted = stage == Stage::FullText || rules.settings.exclusion_reason == ReasonRule::Required;
    match decision.reason {
        Some(_) if !excludes => found.push(Problem::ReasonNotAllowed),
        Some(reason) if rules.reasons.iter().all(|known| known.id != reason) => {
            found.push(Problem::ReasonUnknown(reason));
        }
        None if excludes && wanted && reason_of(rules, decision).is_none() => {
            found.push(Problem::ReasonRequired);
        }
        _ => {}
    }
    let missing: Vec<_> = rules.criteria.iter().filter(|id| !decision.answers.contains_key(id)).copied().collect();
    if rules.settings.answers_required && !missing.is_empty() {
        found.push(Problem::AnswersRequired(missing));
    }
    let unknown: Vec<_> = decision.answers.keys().filter(|id| !rules.criteria.contains(id)).copied().collect();
    if !unknown.is_empty() {
        found.push(Problem::CriterionUnknown(unknown));
    }
    if decision.note.chars().count() > NOTE_CHARS {
        found.push(Problem::NoteTooLong);
    }
    found
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{DecisionId, ExclusionReason, StageSettings, UserId};

    fn criterion(n: u128) -> CriterionId {
        CriterionId(Uuid::from_u128(n))
    }

    fn reason(n: u128) -> ReasonId {
        ReasonId(Uuid::from_u128(n))
    }

    /// Criteria 1, 2; reason 11 for criterion 1, 12 for criterion 2, 13 for none.
    fn with<T>(settings: &StageSettings, test: impl FnOnce(&Rules<'_>) -> T) -> T {
        let criteria = [criterion(1), criterion(2)];
        let reasons =
            [(13, None), (12, Some(2)), (11, Some(1))].map(|(id, of)| ExclusionReason { id: reason(id), criterion: of.map(criterion) });
        test(&Rules { settings, criteria: &criteria, reasons: &reasons })
    }

    fn decision(verdict: Verdict, answers: &[(u128, Answer)], why: Option<u128>) -> Decision {
        Decision {
            id: DecisionId(Uuid::nil()),
            reviewer: UserId(Uuid::nil()),
            verdict,
            answers: answers.iter().map(|(id, answer)| (criterion(*id), *answer)).collect(),
            reason: why.map(reason),
            note: String::new(),
        }
    }

    use Answer::{Met, NotMet, Unclear};
    use Verdict::{Exclude, Include, Maybe};

    #[test]
    fn what_answers_suggest() {
        let settings = StageSettings::default();
        with(&settings, |rules| {
            let of = |answers: &[(u128, Answer)]| suggest(rules, &decision(Maybe, answers, None).answers).map(|s| (s.verdict, s.reason));
            assert_eq!(of(&[]), None);
            assert_eq!(of(&[(9, NotMet)]), None, "an answer to a criterion that is gone says nothing");
            assert_eq!(of(&[(1, Met), (2, Met)]), Some((Include, None)));
            assert_eq!(of(&[(1, Met)]), Some((Maybe, None)));
            assert_eq!(of(&[(1, Met), (2, Unclear)]), Some((Maybe, None)));
            assert_eq!(of(&[(1, Unclear), (2, NotMet)]), Some((Exclude, Some(reason(12)))));
            assert_eq!(of(&[(1, NotMet), (2, NotMet)]), Some((Exclude, Some(reason(11)))));
        });
    }

    #[test]
    fn only_the_opposite_contradicts() {
        let settings = StageSettings::default();
        with(&settings, |rules| {
            let of = |verdict, answers: &[(u128, Answer)], why| contradiction(rules, &decision(verdict, answers, why));
            assert_eq!(of(Include, &[], None), None);
            assert_eq!(of(Include, &[(1, Unclear)], None), None);
            assert_eq!(of(Include, &[(1, Met), (2, NotMet)], None), Some(Contradiction::IncludedThoughNotMet));
            assert_eq!(of(Exclude, &[(1, Met), (2, Met)], None), Some(Contradiction::ExcludedThoughAllMet));
            assert_eq!(of(Exclude, &[(1, Met)], Some(11)), Some(Contradiction::ReasonIsMet));
            assert_eq!(of(Exclude, &[(1, Met)], Some(13)), None);
            assert_eq!(of(Maybe, &[(1, NotMet)], None), None);
        });
    }

    #[test]
    fn what_keeps_a_decision_from_being_taken() {
        let mut settings = StageSettings::default();
        let of = |settings: &StageSettings, stage, decision: &Decision| with(settings, |rules| problems(rules, stage, decision));
        let plain = decision(Exclude, &[], None);
        assert_eq!(of(&settings, Stage::TitleAbstract, &plain), []);
        assert_eq!(of(&settings, Stage::FullText, &plain), [Problem::ReasonRequired]);
        let by_answers = decision(Exclude, &[(2, NotMet)], None);
        assert_eq!(of(&settings, Stage::FullText, &by_answers), [], "the answers name the reason");
        assert_eq!(of(&settings, Stage::TitleAbstract, &decision(Include, &[], Some(11))), [Problem::ReasonNotAllowed]);
        assert_eq!(of(&settings, Stage::FullText, &decision(Exclude, &[], Some(99))), [Problem::ReasonUnknown(reason(99))]);
        settings.exclusion_reason = ReasonRule::Required;
        settings.answers_required = true;
        assert_eq!(
            of(&settings, Stage::TitleAbstract, &decision(Exclude, &[(1, Met), (9, Met)], None)),
            [Problem::ReasonRequired, Problem::AnswersRequired(vec![criterion(2)]), Problem::CriterionUnknown(vec![criterion(9)])]
        );
        let mut long = decision(Include, &[(1, Met), (2, Met)], None);
        long.note = "あ".repeat(NOTE_CHARS);
        assert_eq!(of(&settings, Stage::TitleAbstract, &long), []);
        long.note.push('!');
        assert_eq!(of(&settings, Stage::TitleAbstract, &long), [Problem::NoteTooLong]);
    }
}
