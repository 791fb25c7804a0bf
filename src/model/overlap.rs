//! How the sources of a review overlap: which citations several of them brought, and which only one found.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SourceId;

/// What one source brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceShare {
    pub id: SourceId,
    pub name: String,
    pub records: u32,
    pub citations: u32,
    /// Citations that no other source has.
    pub alone: u32,
    pub included: u32,
    pub included_alone: u32,
    /// Its records beyond the first of each of its citations.
    pub within: u32,
}

/// The citations that exactly these sources brought (places in `Overlap::sources`, rising).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Combination {
    pub sources: Vec<u32>,
    pub citations: u32,
    pub included: u32,
}

/// Citations that both sources brought, whoever else did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub a: u32,
    pub b: u32,
    pub citations: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// Those that brought a record, in the review's order.
    pub sources: Vec<SourceShare>,
    /// Most citations first.
    pub combinations: Vec<Combination>,
    /// Pairs that share a citation, by place.
    pub shared: Vec<Shared>,
    /// Duplicates within sources and across them: together the records that are not citations of their own.
    pub within: u32,
    pub across: u32,
}

/// A number of the overlap. As text it is the box key of the API: `only:<source>+<source>`, with `included_` in front for included
/// citations only; `both:<source>+<source>` for what they share with whomever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlapBox {
    /// Exactly these sources, and not others beside them.
    pub exactly: bool,
    pub included: bool,
    pub sources: Vec<SourceId>,
}

impl OverlapBox {
    /// The box that a key names.
    pub fn parse(key: &str) -> Option<Self> {
        let (included, key) = key.strip_prefix("included_").map_or((false, key), |rest| (true, rest));
        let (word, ids) = key.split_once(':')?;
        let exactly = match word {
            "only" => true,
            "both" => false,
            _ => return None,
        };
        let sources: Option<Vec<SourceId>> = ids.split('+').map(|id| id.parse().ok().map(SourceId)).collect();
        Some(Self { exactly, included, sources: sources? })
    }
}

impl fmt::Display for OverlapBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<String> = self.sources.iter().map(SourceId::to_string).collect();
        let included = if self.included { "included_" } else { "" };
        write!(f, "{included}{}:{}", if self.exactly { "only" } else { "both" }, ids.join("+"))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_names_its_number() {
        let id = |n| SourceId(Uuid::from_u128(n));
        for exactly in [true, false] {
            for included in [true, false] {
                let asked = OverlapBox { exactly, included, sources: vec![id(1), id(2)] };
                assert_eq!(OverlapBox::parse(&asked.to_string()), Some(asked));
            }
        }
        for wrong in ["", "only:", "only:7", "all:", "included_screened"] {
            assert_eq!(OverlapBox::parse(wrong), None, "{wrong}");
        }
    }
}
