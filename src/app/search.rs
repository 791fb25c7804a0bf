//! The search index follows the database: every change of citations counts a version up in its own transaction, tells the
//! queue after the commit, and the index catches up — at the next search at the latest, from nothing if it must.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use super::shown::Stored;
use super::{App, AppError, AppResult};
use crate::model::Author;
use crate::search::query::{CLAUSES_MAX, DEPTH_MAX, LENGTH_MAX, TooMuch};
use crate::search::{Document, Ready, SearchError};
use crate::store::{self, CitationRow};

/// How long changes gather before they are written in one go.
const GATHER: Duration = Duration::from_millis(150);
/// Citations read at once while an index is built.
const BATCH: u64 = 2_000;
/// A version of the database that nobody told of for this long was lost with a process: the index is built anew.
const LOST_MS: i64 = 2_000;

/// What the indexes have yet to follow.
#[derive(Clone, Default)]
pub struct Queue(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<HashMap<Uuid, Waiting>>,
    /// One at a time per review.
    busy: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
    wake: Notify,
}

#[derive(Default)]
struct Waiting {
    versions: BTreeSet<i64>,
    citations: HashSet<Uuid>,
    /// Since when the database has a version that nobody told of.
    behind_since: Option<i64>,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, Waiting>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn busy(&self, review: Uuid) -> Arc<tokio::sync::Mutex<()>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner).entry(review).or_default().clone()
    }

    /// Takes what is known of the versions after `has` without a gap: the last of them, and what changed.
    fn take(&self, review: Uuid, has: i64) -> (i64, Vec<Uuid>) {
        let mut waiting = self.waiting();
        let of = waiting.entry(review).or_default();
        let mut last = has;
        while of.versions.remove(&(last + 1)) {
            last += 1;
        }
        of.versions.retain(|version| *version > last);
        // A change with a gap before it may be written early, but the version says only what is complete.
        (last, of.citations.drain().collect())
    }
}

impl App {
    /// Lets the index follow a committed change of these citations.
    pub(crate) fn reindex(&self, review: Uuid, version: i64, citations: Vec<Uuid>) {
        let mut waiting = self.index.waiting();
        let of = waiting.entry(review).or_default();
        of.versions.insert(version);
        of.citations.extend(citations);
        drop(waiting);
        self.index.0.wake.notify_one();
    }

    /// Keeps the indexes up to date until it is dropped; first those that a process left behind.
    pub async fn follow_changes(&self) {
        match store::reviews::all(&self.db()).await {
            Ok(reviews) => {
                for review in reviews {
                    self.caught_up(review.id).await;
                }
            }
            Err(error) => tracing::warn!(%error, "the reviews to be indexed can't be read"),
        }
        loop {
            self.index.0.wake.notified().await;
            tokio::time::sleep(GATHER).await;
            let reviews: Vec<Uuid> =
                self.index.waiting().iter().filter(|(_, waiting)| !waiting.versions.is_empty()).map(|(review, _)| *review).collect();
            for review in reviews {
                self.caught_up(review).await;
            }
        }
    }

    async fn caught_up(&self, review: Uuid) {
        if let Err(error) = self.catch_up(review).await {
            tracing::warn!(%error, %review, "the search index could not follow");
        }
    }

    /// Brings the review's index up to what was told, or builds it where that is not enough.
    pub(crate) async fn catch_up(&self, review: Uuid) -> AppResult<()> {
        let busy = self.index.busy(review);
        let _one = busy.lock().await;
        let search = self.search.clone();
        let Some(has) = off_thread(move || search.version(review)).await? else { return self.build_index(review).await };
        let (last, changed) = self.index.take(review, has);
        if last > has || !changed.is_empty() {
            self.write_changes(review, changed, last).await?;
        }
        let wanted = store::citations::version(&self.db(), review).await?;
        if self.lost(review, last, wanted) { self.build_index(review).await } else { Ok(()) }
    }

    /// Whether versions up to `wanted` are missing that nobody is going to tell of.
    fn lost(&self, review: Uuid, last: i64, wanted: i64) -> bool {
        let now = self.clock.now();
        let mut waiting = self.index.waiting();
        let of = waiting.entry(review).or_default();
        if last >= wanted {
            of.behind_since = None;
            return last > wanted; // an index from another database
        }
        let first_look = of.behind_since.is_none() && of.versions.is_empty() && !self.index_seen(review);
        let since = *of.behind_since.get_or_insert(now);
        first_look || now - since >= LOST_MS
    }

    /// Whether this process has written to or looked at the index before; says so from now on.
    fn index_seen(&self, review: Uuid) -> bool {
        !self.indexes_seen.lock().unwrap_or_else(PoisonError::into_inner).insert(review)
    }

    async fn write_changes(&self, review: Uuid, changed: Vec<Uuid>, version: i64) -> AppResult<()> {
        let rows = store::citations::by_ids(&self.db(), review, &changed).await?;
        let (live, gone): (Vec<CitationRow>, Vec<CitationRow>) = rows.into_iter().partition(|row| row.active && row.merged_into.is_none());
        let search = self.search.clone();
        off_thread(move || {
            let documents: Vec<Document> = live.iter().map(document).collect();
            let gone: Vec<Uuid> = gone.into_iter().map(|row| row.id).collect();
            search.apply(review, &documents, &gone, version)
        })
        .await?;
        self.index_seen(review);
        Ok(())
    }

    /// Builds the review's index from the database.
    async fn build_index(&self, review: Uuid) -> AppResult<()> {
        let version = store::citations::version(&self.db(), review).await?;
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<CitationRow>>(1);
        let search = self.search.clone();
        let building =
            tokio::task::spawn_blocking(move || search.rebuild(review, receiver.into_iter().flatten().map(|row| document(&row)), version));
        let mut after = 0;
        loop {
            let rows = store::citations::live_after(&self.db(), review, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            let sender = sender.clone();
            let sent = tokio::task::spawn_blocking(move || sender.send(rows)).await.map_err(AppError::internal)?;
            if sent.is_err() {
                break; // the builder has stopped; its own error says why
            }
        }
        drop(sender);
        building.await.map_err(AppError::internal)?.map_err(AppError::internal)?;
        self.index_seen(review);
        if let Some(of) = self.index.waiting().get_mut(&review) {
            of.versions.retain(|told| *told > version);
            of.behind_since = None;
        }
        Ok(())
    }

    /// Throws the review's index away and builds it again.
    pub async fn rebuild_index(&self, review: Uuid) -> AppResult<()> {
        let busy = self.index.busy(review);
        let _one = busy.lock().await;
        self.build_index(review).await
    }

    /// What a search text finds, the best first; `None` when there is nothing to look for.
    ///
    /// # Errors
    /// `invalid` past one of the limits of a query.
    pub(crate) async fn find(&self, review: Uuid, text: &str) -> AppResult<Option<(Ready, Vec<(Uuid, f32)>)>> {
        let Some(ready) = self.search.understand(text).map_err(too_much)? else { return Ok(None) };
        self.catch_up(review).await?;
        let search = self.search.clone();
        let (ready, found) = off_thread(move || search.find(review, &ready).map(|found| (ready, found))).await?;
        Ok(Some((ready, found)))
    }
}

fn too_much(limit: TooMuch) -> AppError {
    match limit {
        TooMuch::Length => AppError::invalid("q", "too_long").with(LENGTH_MAX),
        TooMuch::Depth => AppError::invalid("q", "query_depth").with(DEPTH_MAX),
        TooMuch::Clauses => AppError::invalid("q", "query_clauses").with(CLAUSES_MAX),
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, SearchError> + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// What is searched of a citation: also what its other records say, as far as the merged view keeps it.
fn document(row: &CitationRow) -> Document {
    let record = Stored::of(row).record;
    let identifiers = [record.doi, record.pmid, record.pmcid, record.accession, Some(row.number.to_string())];
    Document {
        id: row.id,
        titles: [record.title, record.title_other].into_iter().flatten().collect(),
        abstracts: [record.abstract_text, record.abstract_other].into_iter().flatten().collect(),
        authors: record.authors.iter().map(Author::display).collect(),
        journals: [record.journal, record.journal_abbreviation].into_iter().flatten().collect(),
        keywords: record.keywords.into_iter().map(|keyword| keyword.term).collect(),
        identifiers: identifiers.into_iter().flatten().chain(record.trial_ids).collect(),
        year: record.year.map(i64::from),
    }
}
