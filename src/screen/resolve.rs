//! Who may settle a conflict and when, who may reopen it, and what a change of settings does to citations under way.
//! Its one rule: a conflict is settled by a person, with a reason, and only while it is one.

use crate::model::{CitationId, Decision, Outcome, ReasonId, Resolution, ResolveBy, Role, Stage, UserId, Verdict};

use super::outcome::{Rules, outcome};

/// Who wants to settle or reopen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user: UserId,
    pub role: Role,
}

/// In which capacity a resolution was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    Adjudicator,
    /// One of the reviewers who disagreed, in a stage that resolves by consensus.
    Consensus,
}

/// Why somebody may not settle or reopen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no conflict to settle.
    NotInConflict,
    /// Neither a lead nor, where reviewers may agree among themselves, one of those who disagreed.
    NotAllowed,
    /// Maybe settles nothing.
    MaybeSettlesNothing,
    /// Exclusion at full text has exactly one reason.
    ReasonRequired,
    /// A reason on something else than an exclusion.
    ReasonNotAllowed,
    /// A reason that is not one of this stage.
    ReasonUnknown,
    /// There is no resolution to reopen.
    NotResolved,
}

impl Refusal {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::NotInConflict => "not_in_conflict",
            Refusal::NotAllowed => "not_allowed",
            Refusal::MaybeSettlesNothing => "maybe_settles_nothing",
            Refusal::ReasonRequired => "reason_required",
            Refusal::ReasonNotAllowed => "reason_not_allowed",
            Refusal::ReasonUnknown => "reason_unknown",
            Refusal::NotResolved => "not_resolved",
        }
    }
}

/// Whether `actor` may settle the citation at the stage with this verdict and reason, and as what. `standing` is the
/// resolution that stands now: what is settled has to be reopened first.
pub fn may_resolve(
    rules: &Rules<'_>,
    stage: Stage,
    actor: Actor,
    live: &[Decision],
    standing: Option<&Resolution>,
    verdict: Verdict,
    reason: Option<ReasonId>,
) -> Result<Capacity, Refusal> {
    let took_part = live.iter().any(|decision| decision.reviewer == actor.user);
    let capacity = match (actor.role, rules.settings.resolve_by) {
        (Role::Lead, _) => Capacity::Adjudicator,
        (Role::Reviewer, ResolveBy::Consensus) if took_part => Capacity::Consensus,
        _ => return Err(Refusal::NotAllowed),
    };
    if outcome(rules, live, standing) != Outcome::InConflict {
        return Err(Refusal::NotInConflict);
    }
    match (verdict, reason) {
        (Verdict::Maybe, _) => Err(Refusal::MaybeSettlesNothing),
        (Verdict::Include, Some(_)) => Err(Refusal::ReasonNotAllowed),
        (Verdict::Exclude, None) if stage == Stage::FullText => Err(Refusal::ReasonRequired),
        (Verdict::Exclude, Some(id)) if rules.reasons.iter().all(|known| known.id != id) => Err(Refusal::ReasonUnknown),
        _ => Ok(capacity),
    }
}

/// Whether `actor` may take the standing resolution back, so that the conflict is open again. Leads only.
pub fn may_reopen(actor: Actor, standing: Option<&Resolution>) -> Result<(), Refusal> {
    match (actor.role, standing) {
        (Role::Lead, Some(_)) => Ok(()),
        (Role::Lead, None) => Err(Refusal::NotResolved),
        _ => Err(Refusal::NotAllowed),
    }
}

/// Citations by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub pending: u32,
    pub in_conflict: u32,
    pub included: u32,
    pub excluded: u32,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pending => self.pending += 1,
            Outcome::InConflict => self.in_conflict += 1,
            Outcome::Included => self.included += 1,
            Outcome::Excluded(_) => self.excluded += 1,
        }
    }
}

/// What a change of settings would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    pub before: Tally,
    pub after: Tally,
    /// Citations whose outcome (or its reason) would change, with the outcome before and after.
    pub changed: Vec<(CitationId, Outcome, Outcome)>,
}

/// A citation at the stage: its live decisions and the resolution that stands.
pub struct AtStage<'a> {
    pub citation: CitationId,
    pub live: &'a [Decision],
    pub resolution: Option<&'a Resolution>,
}

/// What going over from the settings in `old` to those in `new` does to the citations of a stage, before it is applied.
pub fn effect<'a>(old: &Rules<'_>, new: &Rules<'_>, citations: impl IntoIterator<Item = AtStage<'a>>) -> Effect {
    let mut effect = Effect::default();
    for at in citations {
        let before = outcome(old, at.live, at.resolution);
        let after = outcome(new, at.live, at.resolution);
        effect.before.add(before);
        effect.after.add(after);
        if before != after {
            effect.changed.push((at.citation, before, after));
        }
    }
    effect
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::model::{DecisionId, ExclusionReason, ResolutionId, StageSettings};

    const REASON: ReasonId = ReasonId(Uuid::from_u128(11));
    const REASONS: [ExclusionReason; 1] = [ExclusionReason { id: REASON, criterion: None }];

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn decision(reviewer: u128, verdict: Verdict) -> Decision {
        Decision {
            id: DecisionId(Uuid::from_u128(reviewer)),
            reviewer: user(reviewer),
            verdict,
            answers: BTreeMap::new(),
            reason: None,
            note: String::new(),
        }
    }

    fn rules(settings: &StageSettings) -> Rules<'_> {
        Rules { settings, criteria: &[], reasons: &REASONS }
    }

    use Verdict::{Exclude, Include, Maybe};

    #[test]
    fn who_settles() {
        let live = [decision(1, Include), decision(2, Exclude)];
        let by = |resolve_by, role, who| {
            let settings = StageSettings { resolve_by, ..StageSettings::default() };
            let actor = Actor { user: user(who), role };
            may_resolve(&rules(&settings), Stage::TitleAbstract, actor, &live, None, Include, None)
        };
        use ResolveBy::{Adjudicator, Consensus};
        assert_eq!(by(Adjudicator, Role::Lead, 9), Ok(Capacity::Adjudicator));
        assert_eq!(by(Consensus, Role::Lead, 9), Ok(Capacity::Adjudicator));
        assert_eq!(by(Adjudicator, Role::Reviewer, 1), Err(Refusal::NotAllowed));
        assert_eq!(by(Consensus, Role::Reviewer, 1), Ok(Capacity::Consensus));
        assert_eq!(by(Consensus, Role::Reviewer, 9), Err(Refusal::NotAllowed));
        assert_eq!(by(Consensus, Role::Observer, 1), Err(Refusal::NotAllowed));
    }

    #[test]
    fn what_settles() {
        let settings = StageSettings::default();
        let rules = rules(&settings);
        let conflict = [decision(1, Include), decision(2, Exclude)];
        let lead = Actor { user: user(9), role: Role::Lead };
        let with = |stage, verdict, reason| may_resolve(&rules, stage, lead, &conflict, None, verdict, reason).err();
        assert_eq!(with(Stage::TitleAbstract, Exclude, None), None);
        assert_eq!(with(Stage::FullText, Exclude, None), Some(Refusal::ReasonRequired));
        assert_eq!(with(Stage::FullText, Exclude, Some(REASON)), None);
        assert_eq!(with(Stage::FullText, Exclude, Some(ReasonId(Uuid::nil()))), Some(Refusal::ReasonUnknown));
        assert_eq!(with(Stage::FullText, Include, Some(REASON)), Some(Refusal::ReasonNotAllowed));
        assert_eq!(with(Stage::FullText, Maybe, None), Some(Refusal::MaybeSettlesNothing));
        for agreed in [&conflict[..1], &[decision(1, Include), decision(2, Include)]] {
            let refused = may_resolve(&rules, Stage::TitleAbstract, lead, agreed, None, Include, None);
            assert_eq!(refused, Err(Refusal::NotInConflict));
        }
    }

    #[test]
    fn what_is_settled_is_reopened_first() {
        let settings = StageSettings::default();
        let rules = rules(&settings);
        let conflict = [decision(1, Include), decision(2, Exclude)];
        let settled = Resolution { id: ResolutionId(Uuid::nil()), verdict: Include, reason: None };
        let lead = Actor { user: user(9), role: Role::Lead };
        let again = may_resolve(&rules, Stage::TitleAbstract, lead, &conflict, Some(&settled), Exclude, None);
        assert_eq!(again, Err(Refusal::NotInConflict));
        assert_eq!(may_reopen(lead, Some(&settled)), Ok(()));
        assert_eq!(may_reopen(lead, None), Err(Refusal::NotResolved));
        let reviewer = Actor { user: user(1), role: Role::Reviewer };
        assert_eq!(may_reopen(reviewer, Some(&settled)), Err(Refusal::NotAllowed));
    }

    #[test]
    fn a_change_says_what_it_does() {
        let one = [decision(1, Include)];
        let mixed = [decision(1, Include), decision(2, Exclude)];
        let both = [decision(1, Exclude), decision(2, Exclude)];
        let id = |n| CitationId(Uuid::from_u128(n));
        let all = [(id(1), &one[..]), (id(2), &mixed[..]), (id(3), &both[..])];
        let at = all.map(|(citation, live)| AtStage { citation, live, resolution: None });
        let double = StageSettings::default();
        let single = StageSettings { reviewers_per_citation: 1, ..StageSettings::default() };
        let effect = effect(&rules(&double), &rules(&single), at);
        assert_eq!(effect.before, Tally { pending: 1, in_conflict: 1, excluded: 1, included: 0 });
        assert_eq!(effect.after, Tally { pending: 0, in_conflict: 1, excluded: 1, included: 1 });
        assert_eq!(effect.changed, [(id(1), Outcome::Pending, Outcome::Included)]);
    }
}
