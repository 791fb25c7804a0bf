//! The PRISMA identity after any sequence of actions (domain §3 rule 9, §5): decisions, conflicts, resolutions, reopening,
//! reports, removals and studies, each allowed by the rules, and after each the counts close and equal a plain recount.

use std::collections::{BTreeMap, BTreeSet};

use erabi::flow;
use erabi::model::{
    CitationId, Column, Counted, Decision, DecisionId, ExclusionReason, Facts, FlowBox, FlowSource, Outcome, ReasonId, Removal,
    ReportState, Resolution, ResolutionId, Role, Row, SourceId, SourceKind, Stage, StageSettings, StudyId, UserId, Verdict,
};
use erabi::screen::resolve::{Actor, may_reopen, may_resolve};
use erabi::screen::{Rules, decide, live, outcome};
use proptest::prelude::*;
use uuid::Uuid;

const CITATIONS: usize = 8;

#[derive(Clone, Debug)]
enum Action {
    Decide { at: usize, who: u128, stage: Stage, verdict: Verdict, reason: Option<u128> },
    Resolve { at: usize, stage: Stage, verdict: Verdict, reason: Option<u128> },
    Reopen { at: usize, stage: Stage },
    Report { at: usize, state: ReportState },
    Remove { at: usize, removal: Option<Removal> },
    Study { at: usize, study: Option<u128> },
}

fn action() -> impl Strategy<Value = Action> {
    let at = || 0..CITATIONS;
    let stage = || prop::sample::select(Stage::ALL.to_vec());
    let verdict = || prop::sample::select(vec![Verdict::Include, Verdict::Include, Verdict::Exclude, Verdict::Maybe]);
    let reason = || prop::option::of(0..3u128);
    let report = prop::sample::select(vec![ReportState::Sought, ReportState::Retrieved, ReportState::NotRetrieved]);
    let removal = prop::option::of(prop::sample::select(vec![Removal::Automation, Removal::Other]));
    prop_oneof![
        8 => (at(), 0..3u128, stage(), verdict(), reason())
            .prop_map(|(at, who, stage, verdict, reason)| Action::Decide { at, who, stage, verdict, reason }),
        3 => (at(), stage(), verdict(), reason()).prop_map(|(at, stage, verdict, reason)| Action::Resolve { at, stage, verdict, reason }),
        1 => (at(), stage()).prop_map(|(at, stage)| Action::Reopen { at, stage }),
        3 => (at(), report).prop_map(|(at, state)| Action::Report { at, state }),
        1 => (at(), removal).prop_map(|(at, removal)| Action::Remove { at, removal }),
        1 => (at(), prop::option::of(0..3u128)).prop_map(|(at, study)| Action::Study { at, study }),
    ]
}

#[derive(Clone, Default)]
struct Citation {
    history: BTreeMap<Stage, Vec<Decision>>,
    resolution: BTreeMap<Stage, Resolution>,
    report: ReportState,
    removed: Option<Removal>,
    study: Option<StudyId>,
}

struct Review {
    settings: StageSettings,
    reasons: Vec<ExclusionReason>,
    citations: Vec<Citation>,
    kinds: [SourceKind; 3],
}

impl Review {
    fn new() -> Self {
        let reasons = (0..3).map(|n| ExclusionReason { id: reason_id(n), criterion: None });
        Self {
            settings: StageSettings::default(),
            reasons: reasons.collect(),
            citations: vec![Citation::default(); CITATIONS],
            kinds: [SourceKind::Database, SourceKind::Register, SourceKind::CitationSearching],
        }
    }

    fn rules(&self) -> Rules<'_> {
        Rules { settings: &self.settings, criteria: &[], reasons: &self.reasons }
    }

    fn live(&self, at: usize, stage: Stage) -> Vec<Decision> {
        live(self.citations[at].history.get(&stage).cloned().unwrap_or_default())
    }

    fn outcome(&self, at: usize, stage: Stage) -> Outcome {
        outcome(&self.rules(), &self.live(at, stage), self.citations[at].resolution.get(&stage))
    }

    /// Full text is open to what title and abstract included and whose report is at hand.
    fn reached(&self, at: usize, stage: Stage) -> bool {
        let citation = &self.citations[at];
        let ready = || self.outcome(at, Stage::TitleAbstract) == Outcome::Included && citation.report == ReportState::Retrieved;
        citation.removed.is_none() && (stage == Stage::TitleAbstract || ready())
    }

    /// Does what is allowed and leaves the rest.
    fn act(&mut self, action: Action, n: u128) {
        let lead = Actor { user: UserId(Uuid::from_u128(99)), role: Role::Lead };
        match action {
            Action::Decide { at, who, stage, verdict, reason } => {
                let decision = Decision {
                    id: DecisionId(Uuid::from_u128(n)),
                    reviewer: UserId(Uuid::from_u128(who)),
                    verdict,
                    answers: BTreeMap::new(),
                    reason: reason.map(reason_id),
                    note: String::new(),
                };
                let allowed = decide::problems(&self.rules(), stage, &decision).is_empty();
                if self.reached(at, stage) && allowed {
                    self.citations[at].history.entry(stage).or_default().push(decision);
                }
            }
            Action::Resolve { at, stage, verdict, reason } => {
                let (reason, live) = (reason.map(reason_id), self.live(at, stage));
                let standing = self.citations[at].resolution.get(&stage);
                let allowed = may_resolve(&self.rules(), stage, lead, &live, standing, verdict, reason).is_ok();
                if self.reached(at, stage) && allowed {
                    let resolution = Resolution { id: ResolutionId(Uuid::from_u128(n)), verdict, reason };
                    self.citations[at].resolution.insert(stage, resolution);
                    assert_ne!(self.outcome(at, stage), Outcome::InConflict, "a resolution settles");
                }
            }
            Action::Reopen { at, stage } => {
                if may_reopen(lead, self.citations[at].resolution.get(&stage)).is_ok() {
                    self.citations[at].resolution.remove(&stage);
                }
            }
            Action::Report { at, state } => self.citations[at].report = state,
            Action::Remove { at, removal } => self.citations[at].removed = removal,
            Action::Study { at, study } => self.citations[at].study = study.map(|n| StudyId(Uuid::from_u128(n))),
        }
    }

    /// Citation 0 has two records of the first source, 1 one of each, 2 one of the third, and so on round.
    fn records(&self, at: usize) -> Vec<(u32, u32)> {
        match at % 4 {
            0 => vec![(0, 2)],
            1 => vec![(0, 1), (1, 1), (2, 1)],
            2 => vec![(2, 1)],
            _ => vec![(1, 1), (2, 2)],
        }
    }

    fn facts(&self) -> Facts {
        let sources = self.kinds.iter().enumerate();
        let rows = (0..CITATIONS).map(|at| {
            let citation = &self.citations[at];
            Row {
                citation: CitationId(Uuid::from_u128(at as u128)),
                records: self.records(at),
                removed: citation.removed,
                title_abstract: self.outcome(at, Stage::TitleAbstract),
                report: citation.report,
                full_text: self.outcome(at, Stage::FullText),
                study: citation.study,
                elsewhere_title_abstract: false,
                elsewhere_full_text: false,
            }
        });
        Facts {
            sources: sources.map(|(n, &kind)| FlowSource { id: SourceId(Uuid::from_u128(n as u128)), name: n.to_string(), kind }).collect(),
            reasons: self.reasons.iter().map(|reason| reason.id).collect(),
            rows: rows.collect(),
            previous: None,
        }
    }
}

fn reason_id(n: u128) -> ReasonId {
    ReasonId(Uuid::from_u128(n))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_identity_closes_after_every_action(actions in prop::collection::vec(action(), 1..120)) {
        let mut review = Review::new();
        for (n, action) in actions.into_iter().enumerate() {
            review.act(action, n as u128);
            let facts = review.facts();
            let counts = flow::count(&facts);
            prop_assert_eq!(counts.check(), vec![]);
            recount(&facts, &counts)?;
        }
    }
}

/// Counts again without the code under test, from the rows themselves.
fn recount(facts: &Facts, counts: &erabi::model::Counts) -> Result<(), TestCaseError> {
    let included = |row: &&Row| {
        row.removed.is_none()
            && row.title_abstract == Outcome::Included
            && row.report != ReportState::NotRetrieved
            && row.full_text == Outcome::Included
    };
    // Citations 2 and 6 alone have no record of a database or register.
    let here = |row: &&Row| row.citation.0.as_u128() % 4 != 2;
    let column = &counts.databases;
    prop_assert_eq!(column.identified, 2 * (2 + 2 + 1));
    prop_assert_eq!(counts.other.identified, 2 * (1 + 1 + 2));
    prop_assert_eq!(column.duplicates + counts.other.duplicates, 18 - 8);
    let live = facts.rows.iter().filter(here).filter(|row| row.removed.is_none());
    prop_assert_eq!(column.screened as usize, live.clone().count());
    let excluded = live.filter(|row| matches!(row.title_abstract, Outcome::Excluded(_)));
    prop_assert_eq!(column.excluded_screening as usize, excluded.count());
    prop_assert_eq!(column.included_reports as usize, facts.rows.iter().filter(here).filter(included).count());
    let studies = facts.rows.iter().filter(included).enumerate();
    let studies: BTreeSet<_> = studies.map(|(n, row)| row.study.map_or((Some(n), None), |study| (None, Some(study)))).collect();
    prop_assert_eq!(counts.new_studies as usize, studies.len());
    for side in Column::ALL {
        let listed = flow::list(facts, FlowBox::In(side, Counted::Sought));
        prop_assert_eq!(listed.len() as u32, counts.column(side).sought);
    }
    Ok(())
}
