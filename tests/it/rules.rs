//! The rules of domain §3 that need no database: what happens to decisions when citations merge, and a whole stage dealt to
//! pairs, decided, and settled.

use std::collections::BTreeMap;

use erabi::model::{
    CitationId, Decision, DecisionId, ExclusionReason, Outcome, ReasonId, Resolution, ResolutionId, Role, Stage, StageSettings, UserId,
    Verdict,
};
use erabi::screen::agreement::{self, Judgement, Scale};
use erabi::screen::assign::Dealer;
use erabi::screen::resolve::{Actor, may_resolve};
use erabi::screen::{Rules, live, outcome};
use proptest::prelude::*;
use uuid::Uuid;

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn decision(id: u128, reviewer: u128, verdict: Verdict) -> Decision {
    Decision {
        id: DecisionId(Uuid::from_u128(id)),
        reviewer: user(reviewer),
        verdict,
        answers: BTreeMap::new(),
        reason: None,
        note: String::new(),
    }
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(vec![Verdict::Include, Verdict::Exclude, Verdict::Maybe])
}

proptest! {
    /// §3 rule 3: a merge keeps every reviewer's latest word, decides nothing itself, and undoing it gives back the state
    /// before it. Each decision is (who, what, on which of the two citations), in the order in which they came.
    #[test]
    fn a_merge_keeps_all_decisions(said in prop::collection::vec((0..5u128, verdict(), any::<bool>()), 0..12)) {
        let settings = StageSettings::default();
        let rules = Rules { settings: &settings, criteria: &[], reasons: &[] };
        let all: Vec<(Decision, bool)> =
            said.iter().enumerate().map(|(n, (who, what, on))| (decision(n as u128, *who, *what), *on)).collect();
        let of = |wanted: bool| live(all.iter().filter(|(_, on)| *on == wanted).map(|(decision, _)| decision.clone()));
        let before = (outcome(&rules, &of(false), None), outcome(&rules, &of(true), None));

        let merged = live(all.iter().map(|(decision, _)| decision.clone()));
        for who in 0..5 {
            let last = all.iter().rev().find(|(decision, _)| decision.reviewer == user(who)).map(|(decision, _)| decision);
            prop_assert_eq!(merged.iter().find(|decision| decision.reviewer == user(who)), last);
        }
        let both = outcome(&rules, &merged, None);
        if both == Outcome::Included {
            prop_assert!(merged.len() >= 2 && merged.iter().all(|decision| decision.verdict != Verdict::Exclude));
        }
        // The histories are untouched: what they amount to apart is what it was.
        prop_assert_eq!(before, (outcome(&rules, &of(false), None), outcome(&rules, &of(true), None)));
    }
}

/// Twelve reviewers in pairs screen 660 citations; a lead settles what they disagree on; nothing stays open.
#[test]
fn a_stage_from_dealing_to_settling() {
    let settings = StageSettings::default();
    let reason = ExclusionReason { id: ReasonId(Uuid::from_u128(1)), criterion: None };
    let rules = Rules { settings: &settings, criteria: &[], reasons: std::slice::from_ref(&reason) };
    let reviewers: Vec<UserId> = (0..12).map(user).collect();
    let mut dealer = Dealer::new(&reviewers, rules.required(), settings.seed).unwrap();
    let lead = Actor { user: user(99), role: Role::Lead };
    let mut judgements = Vec::new();
    let (mut conflicts, mut included) = (0, 0);
    for n in 0..660u128 {
        let citation = CitationId(Uuid::from_u128(n));
        // Every tenth citation is relevant; the second of each pair misses every fifth of those.
        let relevant = n % 10 == 0;
        let group = dealer.deal(citation);
        let decisions: Vec<Decision> = group
            .iter()
            .enumerate()
            .map(|(at, reviewer)| {
                let include = relevant && !(at == 1 && n % 50 == 0);
                let verdict = if include { Verdict::Include } else { Verdict::Exclude };
                judgements.push(Judgement { citation, reviewer: *reviewer, verdict });
                Decision { reviewer: *reviewer, ..decision(n * 2 + at as u128, 0, verdict) }
            })
            .collect();
        let mut settled = outcome(&rules, &decisions, None);
        if settled == Outcome::InConflict {
            conflicts += 1;
            may_resolve(&rules, Stage::TitleAbstract, lead, &decisions, None, Verdict::Include, None).unwrap();
            let resolution = Resolution { id: ResolutionId(Uuid::nil()), verdict: Verdict::Include, reason: None };
            settled = outcome(&rules, &decisions, Some(&resolution));
        }
        included += u32::from(settled == Outcome::Included);
        assert_eq!(settled == Outcome::Included, relevant);
    }
    assert_eq!((conflicts, included), (14, 66));
    let pairs = agreement::pairs(Scale::Two, &judgements);
    assert_eq!((pairs.len(), pairs.iter().map(|pair| pair.table.n()).sum::<u32>()), (66, 660));
    assert!(pairs.iter().all(|pair| pair.table.n() == 10), "every pair met equally often");
    let whole = agreement::whole(Scale::Two, &judgements);
    let expected = (660.0 - 14.0) / 660.0;
    assert!((whole.percent.unwrap() - expected).abs() < 1e-12);
}
