//! Records → statements about pairs → citations. What is the same publication, what is related, what a person should look at.
//!
//! One rule: the result depends on what the records say, never on their order.
//!
//! The path of a record: `parse` (compact comparison record) → `context` (counts over the import) → `block` (pairs worth comparing) →
//! `compare` (agreement of fields) → `score` (log-odds) and `veto` (look-alikes) → [`find_pairs`] → `group` (clusters) → `merge` (one view).
//!
//! # Evidence vocabulary
//! The front end translates `(field, code)`; nothing else occurs (a test holds it to this list: [`EVIDENCE`]).

pub mod block;
pub mod choose;
pub mod compare;
pub mod context;
pub mod cross;
pub mod explain;
pub mod fold;
pub mod glance;
pub mod group;
pub mod journal;
pub mod judge;
pub mod marks;
pub mod merge;
pub mod names;
pub mod parse;
pub mod place;
pub mod preview;
pub mod queue;
pub mod score;
pub mod similar;
pub mod title;
pub mod veto;

use crate::model::{DedupLevel, PairVerdict, Record, ScoredPair};

pub use block::{BlockStats, KeyKind};
pub use choose::choose;
pub use explain::EVIDENCE;
pub use group::{Statement, group, statements};
pub use merge::{Merged, merge};

/// Grows whenever the same records could get other verdicts.
pub const RULE_VERSION: u32 = 4;

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub level: DedupLevel,
    /// Records before this position were deduplicated among themselves already: only pairs with a later record are given.
    pub new_from: Option<usize>,
    /// Leave kinds of blocking keys out; for measuring what they are worth.
    pub without_keys: Vec<KeyKind>,
    /// The same for vetoes.
    pub without_vetoes: Vec<veto::Veto>,
}

/// Every pair worth keeping: `Same`, `Review`, `Related`. `sources[i]` says which import record `i` came from; a shorter slice counts
/// as source 0. Sorted by position.
pub fn find_pairs(records: &[Record], sources: &[u32], options: &Options) -> Vec<ScoredPair> {
    find_pairs_with(records, sources, options, &mut |_, _| ()).0
}

/// What [`find_pairs`] is doing, for progress: the step's name and how far it is, 0 to 1.
pub type Progress<'a> = &'a mut dyn FnMut(&'static str, f32);

/// [`find_pairs`] with progress, and with the figures of blocking.
pub fn find_pairs_with(records: &[Record], sources: &[u32], options: &Options, progress: Progress<'_>) -> (Vec<ScoredPair>, BlockStats) {
    let (mut lists, stats) = judge::Engine::new(records, sources, options, progress).run(&[options.level], progress);
    (lists.pop().expect("one list a level"), stats)
}

/// [`find_pairs`] at each of [`preview::LEVELS`], for the price of one scoring pass. The level of the options is not looked at.
pub fn find_levels(records: &[Record], sources: &[u32], options: &Options, progress: Progress<'_>) -> [Vec<ScoredPair>; 3] {
    let (lists, _) = judge::Engine::new(records, sources, options, progress).run(&preview::LEVELS, progress);
    lists.try_into().expect("one list a level")
}

/// The pairs of a verdict.
pub fn of_verdict(pairs: &[ScoredPair], verdict: PairVerdict) -> impl Iterator<Item = &ScoredPair> {
    pairs.iter().filter(move |p| p.verdict == verdict)
}
