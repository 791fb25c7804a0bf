//! Screening as data: stages, settings, decisions, resolutions, outcomes. What they amount to is decided in `screen`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::{CriterionId, DecisionId, ReasonId, ResolutionId, UserId};

/// 一次スクリーニング and 二次スクリーニング.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    TitleAbstract,
    FullText,
}

impl Stage {
    pub const ALL: [Stage; 2] = [Stage::TitleAbstract, Stage::FullText];

    pub fn as_str(self) -> &'static str {
        match self {
            Stage::TitleAbstract => "title_abstract",
            Stage::FullText => "full_text",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Include,
    Exclude,
    Maybe,
}

/// A reviewer's answer to one criterion; no answer is no entry in the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Met,
    NotMet,
    Unclear,
}

/// A member's part in a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Lead,
    Reviewer,
    Observer,
}

/// How tasks find their reviewers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// Each reviewer pulls the next citation that still wants a decision.
    #[default]
    Pool,
    /// Citations are dealt to pairs (or n-tuples) of reviewers so that all are equally frequent.
    Pairs,
    /// Equal shares to single reviewers.
    Split,
    /// A lead names the reviewers.
    Manual,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Random,
    Relevance,
    Import,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaybeRule {
    #[default]
    CountsAsInclude,
    Conflicts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolveBy {
    #[default]
    Adjudicator,
    Consensus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonRule {
    Required,
    #[default]
    Optional,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonDisagreement {
    /// Criteria have an order; the first that is *not met* is the reason.
    #[default]
    FirstCriterionWins,
    Conflicts,
}

/// The settings of a stage (domain §4). Versions are kept by whoever stores them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageSettings {
    /// 1..=n; `n` is bounded by `limits::REVIEWERS_PER_CITATION`.
    pub reviewers_per_citation: u32,
    pub assignment: Assignment,
    pub order: Order,
    pub seed: u64,
    pub blind: bool,
    pub maybe: MaybeRule,
    pub resolve_by: ResolveBy,
    pub exclusion_reason: ReasonRule,
    pub reason_disagreement: ReasonDisagreement,
    /// Whether every criterion must be answered before a decision is taken.
    pub answers_required: bool,
}

impl Default for StageSettings {
    fn default() -> Self {
        Self {
            reviewers_per_citation: 2,
            assignment: Assignment::Pool,
            order: Order::Random,
            seed: 1,
            blind: true,
            maybe: MaybeRule::CountsAsInclude,
            resolve_by: ResolveBy::Adjudicator,
            exclusion_reason: ReasonRule::Optional,
            reason_disagreement: ReasonDisagreement::FirstCriterionWins,
            answers_required: false,
        }
    }
}

/// A reviewer's live decision: the latest of theirs on the citation at the stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    pub reviewer: UserId,
    pub verdict: Verdict,
    #[serde(default)]
    pub answers: BTreeMap<CriterionId, Answer>,
    #[serde(default)]
    pub reason: Option<ReasonId>,
    #[serde(default)]
    pub note: String,
}

/// The settled verdict of a conflict. `Maybe` is not a resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub id: ResolutionId,
    pub verdict: Verdict,
    pub reason: Option<ReasonId>,
}

/// An exclusion reason of the review, in its order. A reason may stand for a criterion that is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionReason {
    pub id: ReasonId,
    pub criterion: Option<CriterionId>,
}

/// What decisions and resolution amount to (domain §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pending,
    InConflict,
    Included,
    Excluded(Option<ReasonId>),
}

/// Which PRISMA column a source's records belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Database,
    Register,
    Website,
    Organisation,
    CitationSearching,
    Other,
}

impl SourceKind {
    pub const ALL: [SourceKind; 6] = [
        SourceKind::Database,
        SourceKind::Register,
        SourceKind::Website,
        SourceKind::Organisation,
        SourceKind::CitationSearching,
        SourceKind::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Database => "database",
            SourceKind::Register => "register",
            SourceKind::Website => "website",
            SourceKind::Organisation => "organisation",
            SourceKind::CitationSearching => "citation_searching",
            SourceKind::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Databases and registers share PRISMA's first column; all else is "other methods".
    pub fn is_database_or_register(self) -> bool {
        matches!(self, SourceKind::Database | SourceKind::Register)
    }
}
