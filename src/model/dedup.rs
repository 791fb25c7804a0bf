//! Statements about two records: the same publication, related to it, or different. Citations follow from them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SourceId;

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

/// Where a record stands after deduplication; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordState {
    /// In a citation of several records.
    Certain,
    /// Alone, with a question for a person.
    Review,
    /// Alone, related to another record.
    Related,
    Unique,
}

impl RecordState {
    pub const ALL: [Self; 4] = [Self::Certain, Self::Review, Self::Related, Self::Unique];

    fn key(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Review => "review",
            Self::Related => "related",
            Self::Unique => "unique",
        }
    }
}

/// A figure about deduplication; it counts records. As text it is the box key of the API: `merged`, `merged:<source>+<source>`,
/// `records:<source>`, `certain:<source>` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DedupBox {
    /// Records beyond the first of their citation: all, or those of the second source where the first record is of the first source.
    Merged(Option<(SourceId, SourceId)>),
    /// Records of a source: all, or those in one state.
    Of(SourceId, Option<RecordState>),
}

impl DedupBox {
    /// The box that a key names.
    pub fn parse(key: &str) -> Option<Self> {
        let id = |text: &str| text.parse().ok().map(SourceId);
        match key.split_once(':') {
            None => (key == "merged").then_some(Self::Merged(None)),
            Some(("merged", ids)) => ids.split_once('+').and_then(|(a, b)| Some(Self::Merged(Some((id(a)?, id(b)?))))),
            Some(("records", source)) => Some(Self::Of(id(source)?, None)),
            Some((word, source)) => {
                let state = RecordState::ALL.into_iter().find(|state| state.key() == word)?;
                Some(Self::Of(id(source)?, Some(state)))
            }
        }
    }
}

impl fmt::Display for DedupBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Merged(None) => f.write_str("merged"),
            Self::Merged(Some((a, b))) => write!(f, "merged:{a}+{b}"),
            Self::Of(source, state) => write!(f, "{}:{source}", state.map_or("records", RecordState::key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_names_its_figure() {
        let id = |n| SourceId(Uuid::from_u128(n));
        let mut all = vec![DedupBox::Merged(None), DedupBox::Merged(Some((id(1), id(2)))), DedupBox::Of(id(1), None)];
        all.extend(RecordState::ALL.map(|state| DedupBox::Of(id(3), Some(state))));
        for asked in all {
            let key = asked.to_string();
            assert_eq!(DedupBox::parse(&key), Some(asked));
            assert_eq!(crate::model::FlowBox::parse(&key), None, "{key} is no box of the PRISMA figure");
            assert_eq!(crate::model::OverlapBox::parse(&key), None, "{key} is no box of the overlap");
        }
        for wrong in ["", "merged:", "merged:7+8", "records:", "certain", "identified"] {
            assert_eq!(DedupBox::parse(wrong), None, "{wrong}");
        }
    }
}
