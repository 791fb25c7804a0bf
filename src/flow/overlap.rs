//! Facts about citations → how the sources overlap.
//! One rule: a number and the list behind it come from the same test of the same rows, as in the flow itself.

use std::collections::BTreeMap;

use super::{Place, place};
use crate::model::{CitationId, Combination, Facts, Overlap, OverlapBox, Row, Shared, SourceId, SourceShare};

/// The sources that brought a citation, as places in `Facts::sources`, rising.
fn sources_of(row: &Row) -> Vec<u32> {
    let mut places: Vec<u32> = row.records.iter().filter(|(_, n)| *n > 0).map(|(at, _)| *at).collect();
    places.sort_unstable();
    places
}

/// How the sources overlap. Only sources with records are in it; places are renumbered.
pub fn overlap(facts: &Facts) -> Overlap {
    let mut found = Overlap::default();
    let share = |id: SourceId, name: &str| SourceShare {
        id,
        name: name.into(),
        records: 0,
        citations: 0,
        alone: 0,
        included: 0,
        included_alone: 0,
        within: 0,
    };
    let used: Vec<u32> = (0u32..)
        .zip(&facts.sources)
        .filter(|(at, _)| facts.rows.iter().any(|row| row.records.iter().any(|(place, n)| place == at && *n > 0)))
        .map(|(at, _)| at)
        .collect();
    let renumbered: BTreeMap<u32, u32> = used.iter().copied().zip(0u32..).collect();
    found.sources = used.iter().map(|at| &facts.sources[*at as usize]).map(|source| share(source.id, &source.name)).collect();
    let mut combinations: BTreeMap<Vec<u32>, (u32, u32)> = BTreeMap::new();
    let mut shared: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for row in &facts.rows {
        let places: Vec<u32> = sources_of(row).iter().filter_map(|at| renumbered.get(at).copied()).collect();
        if places.is_empty() {
            continue;
        }
        let included = u32::from(place(row) == Place::Included);
        for (at, n) in row.records.iter().filter_map(|(at, n)| Some((renumbered.get(at)?, n))).filter(|(_, n)| **n > 0) {
            let source = &mut found.sources[*at as usize];
            source.records += n;
            source.citations += 1;
            source.included += included;
            source.within += n - 1;
            found.within += n - 1;
            if places.len() == 1 {
                source.alone += 1;
                source.included_alone += included;
            }
        }
        found.across += places.len() as u32 - 1;
        for (i, a) in places.iter().enumerate() {
            places[i + 1..].iter().for_each(|b| *shared.entry((*a, *b)).or_default() += 1);
        }
        let counts = combinations.entry(places).or_default();
        *counts = (counts.0 + 1, counts.1 + included);
    }
    found.shared = shared.into_iter().map(|((a, b), citations)| Shared { a, b, citations }).collect();
    let combination = |(sources, (citations, included))| Combination { sources, citations, included };
    found.combinations = combinations.into_iter().map(combination).collect();
    found.combinations.sort_by(|x, y| y.citations.cmp(&x.citations).then_with(|| x.sources.cmp(&y.sources)));
    found
}

/// The citations behind a number of the overlap, in the order of the facts.
pub fn overlap_list(facts: &Facts, asked: &OverlapBox) -> Vec<CitationId> {
    let behind = |row: &&Row| {
        let sources: Vec<SourceId> = sources_of(row).iter().filter_map(|at| facts.sources.get(*at as usize)).map(|s| s.id).collect();
        let all = asked.sources.iter().all(|id| sources.contains(id));
        all && (!asked.exactly || sources.len() == asked.sources.len()) && (!asked.included || place(row) == Place::Included)
    };
    facts.rows.iter().filter(behind).map(|row| row.citation).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{FlowSource, Outcome, ReportState, SourceKind};

    fn row(n: u128, records: &[(u32, u32)], included: bool) -> Row {
        let outcome = if included { Outcome::Included } else { Outcome::Excluded(None) };
        Row {
            citation: CitationId(Uuid::from_u128(n)),
            records: records.to_vec(),
            removed: None,
            title_abstract: outcome,
            report: ReportState::Retrieved,
            full_text: outcome,
            study: None,
            elsewhere_title_abstract: false,
            elsewhere_full_text: false,
        }
    }

    fn facts() -> Facts {
        let source = |n| FlowSource { id: SourceId(Uuid::from_u128(n)), name: format!("S{n}"), kind: SourceKind::Database };
        let rows =
            vec![row(1, &[(0, 1)], true), row(2, &[(0, 2), (2, 1)], true), row(3, &[(2, 1), (0, 1)], false), row(4, &[(2, 1)], false)];
        Facts { sources: (0..3).map(source).collect(), rows, ..Facts::default() }
    }

    #[test]
    fn every_citation_is_in_one_combination_and_duplicates_add_up() {
        let facts = facts();
        let found = overlap(&facts);
        assert_eq!(found.sources.len(), 2, "a source without records takes no place");
        assert_eq!(found.combinations.iter().map(|c| c.citations).sum::<u32>() as usize, facts.rows.len());
        assert_eq!(found.combinations[0], Combination { sources: vec![0, 1], citations: 2, included: 1 });
        assert_eq!((found.within, found.across), (1, 2));
        let records: u32 = facts.rows.iter().flat_map(|row| &row.records).map(|(_, n)| n).sum();
        assert_eq!(records - facts.rows.len() as u32, found.within + found.across);
        let first = &found.sources[0];
        assert_eq!((first.records, first.citations, first.alone, first.included, first.included_alone), (4, 3, 1, 2, 1));
        assert_eq!(found.shared, [Shared { a: 0, b: 1, citations: 2 }]);
    }

    #[test]
    fn a_number_opens_what_it_counts() {
        let facts = facts();
        let found = overlap(&facts);
        for combination in &found.combinations {
            for (included, n) in [(false, combination.citations), (true, combination.included)] {
                let sources = combination.sources.iter().map(|at| found.sources[*at as usize].id).collect();
                assert_eq!(overlap_list(&facts, &OverlapBox { exactly: true, included, sources }).len() as u32, n);
            }
        }
        for source in &found.sources {
            for (exactly, included, n) in [(false, false, source.citations), (true, true, source.included_alone)] {
                assert_eq!(overlap_list(&facts, &OverlapBox { exactly, included, sources: vec![source.id] }).len() as u32, n);
            }
        }
    }
}
