//! The identities close and every number is the length of its list, whatever the facts.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::model::{FlowSource, Previous, SourceId};

fn reason(n: u128) -> ReasonId {
    ReasonId(Uuid::from_u128(n))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        1 => Just(Outcome::Pending),
        1 => Just(Outcome::InConflict),
        3 => Just(Outcome::Included),
        2 => prop::option::of((0..5u128).prop_map(reason)).prop_map(Outcome::Excluded),
    ]
}

prop_compose! {
    fn row(sources: u32)(
        records in prop::collection::btree_map(0..sources, 1..4u32, 1..4),
        removed in prop::option::weighted(0.1, prop_oneof![Just(Removal::Automation), Just(Removal::Other)]),
        title_abstract in outcome(),
        report in prop_oneof![1 => Just(ReportState::Sought), 3 => Just(ReportState::Retrieved), 1 => Just(ReportState::NotRetrieved)],
        full_text in outcome(),
        study in prop::option::of((0..6u128).prop_map(|n| StudyId(Uuid::from_u128(n)))),
        elsewhere in any::<(bool, bool)>(),
        id in any::<u128>(),
    ) -> Row {
        Row {
            citation: CitationId(Uuid::from_u128(id)),
            records: records.into_iter().collect(),
            removed, title_abstract, report, full_text, study,
            elsewhere_title_abstract: elsewhere.0,
            elsewhere_full_text: elsewhere.1,
        }
    }
}

prop_compose! {
    fn facts()(
        kinds in prop::collection::vec(prop::sample::select(SourceKind::ALL.to_vec()), 1..6),
    )(
        rows in prop::collection::vec(row(u32::try_from(kinds.len()).unwrap()), 0..60),
        kinds in Just(kinds),
        // The review lists fewer reasons than its decisions name: some were taken off the list.
        listed in 0..5u128,
        previous in prop::option::of((0..50u32, 0..80u32)),
    ) -> Facts {
        let sources = kinds.iter().enumerate().map(|(n, &kind)| FlowSource {
            id: SourceId(Uuid::from_u128(n as u128)),
            name: format!("source {n}"),
            kind,
        });
        Facts {
            sources: sources.collect(),
            reasons: (0..listed).map(reason).collect(),
            rows,
            previous: previous.map(|(studies, reports)| Previous { studies, reports }),
        }
    }
}

proptest! {
    #[test]
    fn every_identity_closes(facts in facts()) {
        let counts = count(&facts);
        prop_assert_eq!(counts.check(), vec![]);
        let citations = facts.rows.len() as u32;
        let records: u32 = facts.rows.iter().flat_map(|row| &row.records).map(|(_, n)| n).sum();
        prop_assert_eq!(counts.databases.identified + counts.other.identified, records);
        prop_assert_eq!(counts.databases.duplicates + counts.other.duplicates, records - citations);
    }

    #[test]
    fn every_citation_number_is_the_length_of_its_list(facts in facts()) {
        let counts = count(&facts);
        for side in Column::ALL {
            let column = counts.column(side);
            let open = column.open;
            let boxes = [
                (Counted::RemovedAutomation, column.removed_automation),
                (Counted::RemovedOther, column.removed_other),
                (Counted::Screened, column.screened),
                (Counted::ExcludedScreening, column.excluded_screening),
                (Counted::Sought, column.sought),
                (Counted::NotRetrieved, column.not_retrieved),
                (Counted::Assessed, column.assessed),
                (Counted::ExcludedFullText, column.excluded_full_text_total()),
                (Counted::IncludedReports, column.included_reports),
                (Counted::OpenScreening, open.screening()),
                (Counted::OpenRetrieval, open.retrieval),
                (Counted::OpenFullText, open.full_text()),
            ];
            let reasons = column.excluded_full_text.iter().map(|r| (Counted::ExcludedFor(r.reason), r.reports));
            for (counted, n) in boxes.into_iter().chain(reasons) {
                prop_assert_eq!(list(&facts, FlowBox::In(side, counted)).len() as u32, n, "{:?}", counted);
            }
        }
        prop_assert_eq!(list(&facts, FlowBox::IncludedReports).len() as u32, counts.new_reports);
        prop_assert_eq!(studies(&facts).len() as u32, counts.new_studies);
        prop_assert_eq!(studies(&facts).concat().len() as u32, counts.new_reports);
    }

    /// The list behind a number of records holds exactly the citations with such records, once each.
    #[test]
    fn every_record_number_is_the_sum_over_its_list(facts in facts()) {
        let counts = count(&facts);
        for side in Column::ALL {
            let column = counts.column(side);
            for (counted, n) in [
                (Counted::Identified, column.identified),
                (Counted::Duplicates, column.duplicates),
                (Counted::RemovedBefore, column.removed_before()),
                (Counted::NotPursued, column.not_pursued()),
            ] {
                prop_assert_eq!(number(&facts, FlowBox::In(side, counted)), n, "{:?}", counted);
            }
            for source in &facts.sources {
                let flow_box = FlowBox::In(side, Counted::IdentifiedFrom(source.id));
                let listed = list(&facts, flow_box);
                let behind: u32 = facts.rows.iter().filter(|row| listed.contains(&row.citation))
                    .flat_map(|row| &row.records)
                    .filter(|(at, _)| facts.sources[*at as usize].id == source.id && side_of(source.kind) == side)
                    .map(|(_, n)| n).sum();
                prop_assert_eq!(behind, number(&facts, flow_box));
            }
        }
    }

    #[test]
    fn the_order_of_citations_does_not_matter(facts in facts(), seed in any::<prop::sample::Index>()) {
        let mut turned = facts.clone();
        if !turned.rows.is_empty() {
            let at = seed.index(turned.rows.len());
            turned.rows.rotate_left(at);
        }
        prop_assert_eq!(count(&facts), count(&turned));
    }
}

/// The reference case of domain §5.
#[test]
fn the_first_review() {
    let names = ["PsycINFO", "MEDLINE", "CINAHL", "医中誌Web"];
    let sources = names.iter().enumerate().map(|(n, name)| FlowSource {
        id: SourceId(Uuid::from_u128(n as u128)),
        name: (*name).to_owned(),
        kind: SourceKind::Database,
    });
    let rows = (0..6353u32).map(|n| Row {
        citation: CitationId(Uuid::from_u128(u128::from(n))),
        records: if n < 1313 { vec![(n % 3, 1), (3, 1)] } else { vec![(n % 4, 1)] },
        removed: None,
        title_abstract: if n < 5658 { Outcome::Excluded(None) } else { Outcome::Included },
        report: ReportState::Sought,
        full_text: Outcome::Pending,
        study: None,
        elsewhere_title_abstract: true,
        elsewhere_full_text: false,
    });
    let facts = Facts { sources: sources.collect(), rows: rows.collect(), ..Facts::default() };
    let counts = count(&facts);
    let column = &counts.databases;
    assert_eq!(
        (column.identified, column.duplicates, column.screened, column.excluded_screening, column.sought),
        (7666, 1313, 6353, 5658, 695)
    );
    assert_eq!(column.elsewhere_title_abstract, 6353, "labelled as decided elsewhere");
    assert_eq!(counts.still_open(), 695, "nothing was assessed yet: the figure is an interim one");
    assert_eq!(counts.check(), vec![]);
}

/// A check that cannot fail would be worth nothing.
#[test]
fn a_wrong_count_is_found() {
    let counts = count(&Facts { previous: Some(Previous { studies: 3, reports: 4 }), ..Facts::default() });
    let broken = |change: fn(&mut Counts)| {
        let mut wrong = counts.clone();
        change(&mut wrong);
        wrong.check().iter().map(|identity| identity.code).collect::<Vec<_>>()
    };
    assert_eq!(broken(|_| {}), Vec::<&str>::new());
    assert_eq!(broken(|c| c.databases.screened = 1), ["screened", "sought"]);
    assert_eq!(broken(|c| c.databases.identified = 1), ["identified", "screened", "flow"]);
    assert_eq!(broken(|c| c.databases.not_retrieved = 1), ["assessed", "flow"]);
    assert_eq!(broken(|c| c.total_studies = 2), ["total_studies"]);
    assert_eq!(broken(|c| c.new_studies = 1), ["new_studies", "total_studies"]);
}
