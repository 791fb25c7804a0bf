//! Statements about two records: the same publication, related to it, or different. Citations follow from them.

use serde::{Deserialize, Serialize};

/// What a rule or a person says about a pair of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairVerdict {
    /// The same publication event: merged into one citation.
    Same,
    /// Another publication about the same work (abstract and paper, preprint, erratum, part II): linked, never merged.
    Related,
    Different,
    /// Only rules say this: a person should look.
    Review,
}

/// One reason for a score, in a form that a person can read. `field` is a `Record` field; `code` has a message in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub field: String,
    /// `equal`, `similar`, `conflict`, `variant`, `veto_part`, …
    pub code: String,
    /// Log-odds contribution (natural logarithm); 0 for a veto.
    pub weight: f32,
    /// What was compared, e.g. `221-8 = 221-228`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What the engine says of a pair: `a < b` are positions in the slice that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredPair {
    pub a: u32,
    pub b: u32,
    /// Sum of log-odds.
    pub score: f32,
    pub verdict: PairVerdict,
    pub evidence: Vec<Evidence>,
}

/// How eager automatic merging is. Each level is a pair of thresholds in the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DedupLevel {
    Cautious,
    #[default]
    Balanced,
    Thorough,
}
