//! Identifiers as newtypes, so that one cannot stand in for another. All are UUIDv7, made by whoever creates the thing.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid { id.0 }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )*};
}

ids! {
    UserId, ReviewId, CriterionId, ReasonId, LabelId, SourceId, SearchId, ImportId, RecordId,
    /// A citation's id is also the identity of the one record it was first made for.
    CitationId,
    TaskId, DecisionId, ResolutionId, ReportId, StudyId, JobId, LinkId,
}
