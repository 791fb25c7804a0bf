//! How well reviewers agree (domain §6). Its one rule: every figure comes with the table it was computed from, and a
//! coefficient that its table does not define is `None`, never 0 or NaN.
//!
//! Sources: Cohen 1960 (κ); Fleiss, Cohen & Everitt 1969 (its large-sample standard error); Byrt, Bishop & Carlin 1993
//! (PABAK), for k categories (k·pₒ − 1)/(k − 1); Gwet 2008 (AC1); Fleiss 1971 (κ for many raters), with numbers of raters
//! that differ between citations weighed as in Gwet 2014.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{CitationId, MaybeRule, UserId, Verdict};

/// JBI's pilot: a random sample of this many citations …
pub const PILOT_CITATIONS: usize = 25;
/// … on which the team goes on when it agrees at least this often (JBI Manual for Evidence Synthesis, scoping reviews).
pub const PILOT_AGREEMENT: f64 = 0.75;
/// 97.5 % point of the normal distribution, for 95 % confidence intervals.
const Z: f64 = 1.959_963_984_540_054;

/// What one reviewer said of a citation before any conflict was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub citation: CitationId,
    pub reviewer: UserId,
    pub verdict: Verdict,
}

/// The categories that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Include or maybe, against exclude.
    Two,
    /// Include, maybe, exclude.
    Three,
}

impl Scale {
    /// The scale on which a stage's outcomes are decided.
    pub fn of(maybe: MaybeRule) -> Self {
        match maybe {
            MaybeRule::CountsAsInclude => Scale::Two,
            MaybeRule::Conflicts => Scale::Three,
        }
    }

    /// The verdict that names each category, in the order of the tables.
    pub fn categories(self) -> &'static [Verdict] {
        match self {
            Scale::Two => &[Verdict::Include, Verdict::Exclude],
            Scale::Three => &[Verdict::Include, Verdict::Maybe, Verdict::Exclude],
        }
    }

    fn place(self, verdict: Verdict) -> usize {
        match (self, verdict) {
            (_, Verdict::Include) | (Scale::Two, Verdict::Maybe) => 0,
            (Scale::Three, Verdict::Maybe) | (Scale::Two, Verdict::Exclude) => 1,
            (Scale::Three, Verdict::Exclude) => 2,
        }
    }
}

/// How often two reviewers used each pair of categories: row for the first reviewer, column for the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    pub cells: Vec<Vec<u32>>,
}

/// A coefficient with its 95 % confidence interval, cut to −1..1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Table {
    /// An empty table of `k` × `k`.
    pub fn new(k: usize) -> Self {
        Self { cells: vec![vec![0; k]; k] }
    }

    /// Citations in it.
    pub fn n(&self) -> u32 {
        self.cells.iter().flatten().sum()
    }

    /// Share of citations on which both said the same, 0..1.
    pub fn percent(&self) -> Option<f64> {
        let shares = self.shares()?;
        Some((0..shares.len()).map(|i| shares[i][i]).sum())
    }

    /// Cohen's κ. Not defined when both always used the same single category.
    pub fn kappa(&self) -> Option<Interval> {
        let p = self.shares()?;
        let k = p.len();
        let row: Vec<f64> = p.iter().map(|row| row.iter().sum()).collect();
        let column: Vec<f64> = (0..k).map(|j| p.iter().map(|row| row[j]).sum()).collect();
        let observed: f64 = (0..k).map(|i| p[i][i]).sum();
        let expected: f64 = (0..k).map(|i| row[i] * column[i]).sum();
        let value = over_chance(observed, expected)?;
        let mut variance = -(value - expected * (1.0 - value)).powi(2);
        for (i, cells) in p.iter().enumerate() {
            for (j, share) in cells.iter().enumerate() {
                variance += share
                    * if i == j {
                        (1.0 - (row[i] + column[i]) * (1.0 - value)).powi(2)
                    } else {
                        (1.0 - value).powi(2) * (column[i] + row[j]).powi(2)
                    };
            }
        }
        let error = (variance.max(0.0) / f64::from(self.n())).sqrt() / (1.0 - expected);
        let (low, high) = (value - Z * error, value + Z * error);
        Some(Interval { value, low: low.max(-1.0), high: high.min(1.0) })
    }

    /// Prevalence- and bias-adjusted κ.
    pub fn pabak(&self) -> Option<f64> {
        over_chance(self.percent()?, 1.0 / self.cells.len() as f64)
    }

    /// Gwet's first-order agreement coefficient.
    pub fn ac1(&self) -> Option<f64> {
        let p = self.shares()?;
        let k = p.len();
        let used = |i: usize| (p[i].iter().sum::<f64>() + p.iter().map(|row| row[i]).sum::<f64>()) / 2.0;
        let shares: Vec<f64> = (0..k).map(used).collect();
        over_chance(self.percent()?, gwet_chance(&shares)?)
    }

    fn shares(&self) -> Option<Vec<Vec<f64>>> {
        let n = f64::from(self.n());
        let share = |count: &u32| f64::from(*count) / n;
        (n > 0.0).then(|| self.cells.iter().map(|row| row.iter().map(share).collect()).collect())
    }
}

/// Agreement beyond chance; `None` where chance alone would give full agreement.
fn over_chance(observed: f64, expected: f64) -> Option<f64> {
    let room = 1.0 - expected;
    (room > f64::EPSILON).then(|| (observed - expected) / room)
}

/// Gwet's chance agreement from how often each category is used.
fn gwet_chance(shares: &[f64]) -> Option<f64> {
    let others = shares.len().checked_sub(1).filter(|others| *others > 0)?;
    Some(shares.iter().map(|share| share * (1.0 - share)).sum::<f64>() / others as f64)
}

/// Two reviewers and the table of what both decided; `a < b`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    pub a: UserId,
    pub b: UserId,
    pub table: Table,
}

/// Every pair of reviewers that have a citation in common. A reviewer's later judgement on the same citation is left out.
pub fn pairs(scale: Scale, judgements: &[Judgement]) -> Vec<Pair> {
    let mut found: BTreeMap<(UserId, UserId), Table> = BTreeMap::new();
    for verdicts in by_citation(judgements).values() {
        let verdicts: Vec<_> = verdicts.iter().collect();
        for (at, (a, first)) in verdicts.iter().enumerate() {
            for (b, second) in &verdicts[at + 1..] {
                let empty = || Table::new(scale.categories().len());
                let table = found.entry((**a, **b)).or_insert_with(empty);
                table.cells[scale.place(**first)][scale.place(**second)] += 1;
            }
        }
    }
    found.into_iter().map(|((a, b), table)| Pair { a, b, table }).collect()
}

fn by_citation(judgements: &[Judgement]) -> BTreeMap<CitationId, BTreeMap<UserId, Verdict>> {
    let mut citations: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for judgement in judgements {
        let verdicts = citations.entry(judgement.citation).or_default();
        verdicts.entry(judgement.reviewer).or_insert(judgement.verdict);
    }
    citations
}

/// Agreement of any number of reviewers: of a stage, or of a pilot round.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Whole {
    /// A row per citation with two judgements or more: how many reviewers used each category.
    pub table: Vec<Vec<u32>>,
    /// Share of agreeing pairs of reviewers, averaged over citations, 0..1.
    pub percent: Option<f64>,
    pub fleiss_kappa: Option<f64>,
    pub ac1: Option<f64>,
}

impl Whole {
    /// Whether a pilot round reaches JBI's bar.
    pub fn passes_pilot(&self) -> bool {
        self.percent.is_some_and(|percent| percent >= PILOT_AGREEMENT)
    }
}

/// Agreement over all reviewers of the citations that at least two have judged.
pub fn whole(scale: Scale, judgements: &[Judgement]) -> Whole {
    let mut table = Vec::new();
    for verdicts in by_citation(judgements).values().filter(|verdicts| verdicts.len() > 1) {
        let mut row = vec![0; scale.categories().len()];
        verdicts.values().for_each(|verdict| row[scale.place(*verdict)] += 1);
        table.push(row);
    }
    of_table(table)
}

/// The same from a table of citations × categories; every row must sum to 2 or more.
fn of_table(table: Vec<Vec<u32>>) -> Whole {
    let n = table.len() as f64;
    let k = table.first().map_or(0, Vec::len);
    let raters = |row: &[u32]| f64::from(row.iter().sum::<u32>());
    let agreeing = |row: &[u32]| {
        let pairs: f64 = row.iter().map(|&c| f64::from(c) * (f64::from(c) - 1.0)).sum();
        pairs / (raters(row) * (raters(row) - 1.0))
    };
    let percent = (n > 0.0).then(|| table.iter().map(|row| agreeing(row)).sum::<f64>() / n);
    let share = |j: usize| table.iter().map(|row| f64::from(row[j]) / raters(row)).sum::<f64>() / n;
    let shares: Vec<f64> = (0..k).map(share).collect();
    let by_chance = shares.iter().map(|share| share * share).sum();
    Whole {
        fleiss_kappa: percent.and_then(|percent| over_chance(percent, by_chance)),
        ac1: percent.and_then(|percent| over_chance(percent, gwet_chance(&shares)?)),
        percent,
        table,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn table<const K: usize>(cells: [[u32; K]; K]) -> Table {
        Table { cells: cells.iter().map(|row| row.to_vec()).collect() }
    }

    fn close(a: f64, b: f64, by: f64) {
        assert!((a - b).abs() <= by, "{a} is not {b} within {by}");
    }

    /// Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (2003), table 18.3: κ = 0.68, its standard
    /// error 0.087.
    #[test]
    fn three_categories() {
        let kappa = table([[75, 1, 4], [5, 4, 1], [0, 0, 10]]).kappa().unwrap();
        close(kappa.value, 0.676, 0.0005);
        close((kappa.high - kappa.low) / (2.0 * Z), 0.087, 0.001);
    }

    /// By hand: pₒ = 35/50, pₑ = 0.5 · 0.6 + 0.5 · 0.4 = 0.5; π = 0.55, AC1's chance = 2 · 0.55 · 0.45 = 0.495.
    #[test]
    fn two_categories() {
        let table = table([[20, 5], [10, 15]]);
        assert_eq!(table.n(), 50);
        close(table.percent().unwrap(), 0.7, 1e-12);
        close(table.kappa().unwrap().value, 0.4, 1e-12);
        close(table.pabak().unwrap(), 0.4, 1e-12);
        close(table.ac1().unwrap(), (0.7 - 0.495) / 0.505, 1e-12);
    }

    /// Gwet (2002), "Kappa statistic is not satisfactory": κ falls to −0.02 where reviewers agree on 94 %; AC1 = 0.94.
    #[test]
    fn the_paradox_of_kappa() {
        let table = table([[118, 5], [2, 0]]);
        close(table.percent().unwrap(), 0.944, 1e-12);
        close(table.kappa().unwrap().value, -0.0234, 5e-5);
        close(table.ac1().unwrap(), 0.9408, 5e-5);
        close(table.pabak().unwrap(), 0.888, 1e-12);
    }

    /// Two screeners of three published reviews (1,498, 1,166 and 43 records that both judged): κ and AC1 from their
    /// definitions, and κ's standard error by the jackknife, which shares nothing with the formula here.
    #[test]
    fn real_screeners() {
        for (cells, kappa, error, ac1) in [
            ([[14, 3], [3, 1478]], 0.821504, 0.074418, 0.995903),
            ([[45, 81], [39, 1001]], 0.374497, 0.045429, 0.876912),
            ([[15, 9], [4, 15]], 0.403415, 0.138438, 0.395349),
        ] {
            let table = table(cells);
            let found = table.kappa().unwrap();
            close(found.value, kappa, 1e-6);
            close((found.high - found.value).max(found.value - found.low) / Z, error, 0.05 * error);
            close(table.ac1().unwrap(), ac1, 1e-6);
        }
    }

    /// The worked example of Fleiss' κ that textbooks use: 14 raters, 10 subjects, 5 categories, κ = 0.210.
    #[test]
    fn many_raters() {
        let rows = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let whole = of_table(rows.iter().map(|row| row.to_vec()).collect());
        close(whole.percent.unwrap(), 0.378, 5e-4);
        close(whole.fleiss_kappa.unwrap(), 0.210, 5e-4);
        assert!(!whole.passes_pilot());
    }

    #[test]
    fn what_is_not_defined_is_none() {
        let empty = Table::new(2);
        assert_eq!((empty.percent(), empty.kappa(), empty.pabak(), empty.ac1()), (None, None, None, None));
        let one = table([[9, 0], [0, 0]]);
        assert_eq!(one.kappa(), None, "chance alone explains it");
        assert_eq!((one.pabak(), one.ac1()), (Some(1.0), Some(1.0)));
        let nobody = whole(Scale::Two, &[]);
        assert_eq!((nobody.percent, nobody.fleiss_kappa, nobody.ac1), (None, None, None));
    }

    #[test]
    fn pairs_share_citations() {
        let said = |citation, reviewer, verdict| Judgement {
            citation: CitationId(Uuid::from_u128(citation)),
            reviewer: UserId(Uuid::from_u128(reviewer)),
            verdict,
        };
        use Verdict::{Exclude, Include, Maybe};
        let judgements = [
            said(1, 2, Include),
            said(1, 1, Exclude),
            said(2, 1, Maybe),
            said(2, 2, Include),
            said(3, 3, Include),
            said(4, 1, Exclude),
            said(4, 3, Exclude),
            said(1, 1, Include),
        ];
        let found = pairs(Scale::Two, &judgements);
        let tables: Vec<_> = found.iter().map(|p| (p.a.0.as_u128(), p.b.0.as_u128(), p.table.clone())).collect();
        assert_eq!(tables, [(1, 2, table([[1, 0], [1, 0]])), (1, 3, table([[0, 0], [0, 1]]))]);
        assert_eq!(pairs(Scale::Three, &judgements)[0].table, table([[0, 0, 0], [1, 0, 0], [1, 0, 0]]));
        let all = whole(Scale::Two, &judgements);
        assert_eq!(all.table, [[1, 1], [2, 0], [0, 2]]);
        close(all.percent.unwrap(), 2.0 / 3.0, 1e-12);
    }

    proptest! {
        #[test]
        fn coefficients_stay_in_bounds(cells in prop::array::uniform3(prop::array::uniform3(0..50u32))) {
            let table = table(cells);
            if let Some(kappa) = table.kappa() {
                prop_assert!(kappa.low <= kappa.value && kappa.value <= kappa.high && kappa.value >= -1.0, "{:?}", kappa);
            }
            for value in [table.percent(), table.pabak(), table.ac1()].into_iter().flatten() {
                prop_assert!((-1.0..=1.0 + 1e-12).contains(&value), "{}", value);
            }
        }

        /// Who is called the first reviewer changes nothing.
        #[test]
        fn turning_the_table_changes_nothing(cells in prop::array::uniform2(prop::array::uniform2(0..50u32))) {
            let turned = table([[cells[0][0], cells[1][0]], [cells[0][1], cells[1][1]]]);
            let straight = table(cells);
            let kappa = |t: &Table| t.kappa().map(|k| (k.value * 1e9).round());
            prop_assert_eq!(kappa(&straight), kappa(&turned));
            prop_assert_eq!(straight.ac1().map(|v| (v * 1e9).round()), turned.ac1().map(|v| (v * 1e9).round()));
        }
    }
}
