//! The full-text index: one tantivy index per review, in a folder of its own. Derived: it may be deleted at any time.
//! One rule: an index says which version of the database it has; whoever owns the database brings it up to that.

mod build;
mod fold;
mod marks;
pub mod query;
mod schema;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::collector::{Count, TopDocs};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};
use uuid::Uuid;

use build::Needle;
pub use fold::Fold;
use fold::Folder;
use query::Parsed;
pub use schema::Document;
use schema::Fields;

/// Memory for documents that are being written; tantivy's least is 15 MB.
const WRITER_BYTES: usize = 50_000_000;
const STAMP: &str = "stamp.json";

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("index folder: {0}")]
    Io(#[from] std::io::Error),
}

impl From<tantivy::directory::error::OpenDirectoryError> for SearchError {
    fn from(error: tantivy::directory::error::OpenDirectoryError) -> Self {
        Self::Index(error.into())
    }
}

/// All indexes. Every call may touch the disk: keep it off the async threads.
#[derive(Clone)]
pub struct Search {
    root: PathBuf,
    folder: Folder,
    open: Arc<Mutex<HashMap<Uuid, Arc<Open>>>>,
}

/// One review's index.
struct Open {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// Held while writing: tantivy allows one writer.
    writing: Mutex<()>,
}

/// What the files of an index were made by.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Stamp {
    tantivy: String,
    schema: u32,
}

/// A query that was understood, ready to search and to mark hits with.
pub struct Ready {
    parsed: Parsed,
    needles: Vec<Needle>,
}

impl Ready {
    /// Whether a bracket or quotation mark without its other half was passed over.
    pub fn mended(&self) -> bool {
        self.parsed.mended
    }
}

impl Search {
    /// Indexes below `root`; `fold` makes spellings equal.
    pub fn new(root: PathBuf, fold: Fold) -> Self {
        Self { root, folder: Folder::new(fold), open: Arc::default() }
    }

    /// The version that the index has; `None` when it has to be built, also because its files were taken away or damaged meanwhile.
    ///
    /// # Errors
    /// When the folder can't be read or made.
    pub fn version(&self, review: Uuid) -> Result<Option<i64>, SearchError> {
        match self.open(review)?.index.load_metas() {
            Ok(metas) => Ok(metas.payload.and_then(|payload| payload.parse().ok())),
            Err(error) => {
                tracing::warn!(%error, %review, "the search index is gone or damaged and will be built again");
                lock(&self.open).remove(&review);
                remove(&self.root.join(review.to_string()))?;
                Ok(None)
            }
        }
    }

    /// Replaces documents and takes others out; the index then has `version`.
    ///
    /// # Errors
    /// When the index can't be written; it is then as before.
    pub fn apply(&self, review: Uuid, documents: &[Document], gone: &[Uuid], version: i64) -> Result<(), SearchError> {
        self.write(review, version, |writer, fields| {
            for id in documents.iter().map(|document| document.id).chain(gone.iter().copied()) {
                writer.delete_term(Term::from_field_text(fields.id, &id.to_string()));
            }
            documents.iter().try_for_each(|document| writer.add_document(fields.document(document)).map(|_| ()))
        })
    }

    /// Throws everything out and takes these in; the index then has `version`.
    ///
    /// # Errors
    /// When the index can't be written; it is then as before.
    pub fn rebuild(&self, review: Uuid, documents: impl Iterator<Item = Document>, version: i64) -> Result<(), SearchError> {
        self.write(review, version, |writer, fields| {
            writer.delete_all_documents()?;
            let mut documents = documents;
            documents.try_for_each(|document| writer.add_document(fields.document(&document)).map(|_| ()))
        })
    }

    fn write(
        &self,
        review: Uuid,
        version: i64,
        change: impl FnOnce(&IndexWriter, &Fields) -> tantivy::Result<()>,
    ) -> Result<(), SearchError> {
        let open = self.open(review)?;
        let _one = lock(&open.writing);
        let mut writer: IndexWriter = open.index.writer_with_num_threads(1, WRITER_BYTES)?;
        change(&writer, &open.fields)?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&version.to_string());
        commit.commit()?;
        writer.wait_merging_threads()?;
        Ok(open.reader.reload()?)
    }

    /// Understands a query. `None` when there is nothing to look for.
    ///
    /// # Errors
    /// Past one of the limits of `query`.
    pub fn understand(&self, text: &str) -> Result<Option<Ready>, query::TooMuch> {
        let Some(parsed) = query::parse(text)? else { return Ok(None) };
        let mut needles = Vec::new();
        build::needles(&self.folder, &parsed.root, &mut needles);
        Ok(Some(Ready { parsed, needles }))
    }

    /// Every citation that the query finds, the best first.
    ///
    /// # Errors
    /// When the index can't be read.
    pub fn find(&self, review: Uuid, ready: &Ready) -> Result<Vec<(Uuid, f32)>, SearchError> {
        let open = self.open(review)?;
        let searcher = open.reader.searcher();
        let query = build::query(&self.folder, &open.fields, &ready.parsed.root);
        let all = searcher.search(&query, &Count)?;
        let top = searcher.search(&query, &TopDocs::with_limit(all.max(1)).order_by_score())?;
        let columns = searcher.segment_readers().iter().map(|segment| {
            let fast = segment.fast_fields();
            Ok((fast.u64("high")?, fast.u64("low")?))
        });
        let columns: Vec<_> = columns.collect::<tantivy::Result<_>>()?;
        let id = |(score, at): (f32, tantivy::DocAddress)| {
            let (high, low) = columns.get(at.segment_ord as usize)?;
            Some((Uuid::from_u64_pair(high.first(at.doc_id)?, low.first(at.doc_id)?), score))
        };
        Ok(top.into_iter().filter_map(id).collect())
    }

    /// The whole text with the query's hits marked; `None` when there are none.
    pub fn marked(&self, ready: &Ready, text: &str) -> Option<String> {
        marks::marked(&self.folder, &ready.needles, text)
    }

    /// The text around the query's first hit; `None` when there is none.
    pub fn snippet(&self, ready: &Ready, text: &str) -> Option<String> {
        marks::snippet(&self.folder, &ready.needles, text)
    }

    /// Opens the review's index; one that another program made is thrown away.
    fn open(&self, review: Uuid) -> Result<Arc<Open>, SearchError> {
        let mut all = lock(&self.open);
        if let Some(open) = all.get(&review) {
            return Ok(open.clone());
        }
        let path = self.root.join(review.to_string());
        let wanted = Stamp { tantivy: tantivy::version_string().into(), schema: schema::VERSION };
        let stamped = std::fs::read(path.join(STAMP)).ok().and_then(|bytes| serde_json::from_slice::<Stamp>(&bytes).ok());
        if stamped.as_ref() != Some(&wanted) {
            remove(&path)?;
        }
        let open = match self.open_at(&path) {
            Ok(open) => open,
            Err(SearchError::Index(error)) => {
                tracing::warn!(%error, %review, "the search index is damaged and will be built again");
                remove(&path)?;
                self.open_at(&path)?
            }
            Err(error) => return Err(error),
        };
        std::fs::write(path.join(STAMP), serde_json::to_vec(&wanted).unwrap_or_default())?;
        let open = Arc::new(open);
        all.insert(review, open.clone());
        Ok(open)
    }

    fn open_at(&self, path: &std::path::Path) -> Result<Open, SearchError> {
        std::fs::create_dir_all(path)?;
        let (schema, fields) = schema::schema();
        let index = Index::open_or_create(MmapDirectory::open(path)?, schema)?;
        schema::register(index.tokenizers(), &self.folder);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Open { index, reader, fields, writing: Mutex::default() })
    }
}

fn remove(path: &std::path::Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A panic while holding one of these locks leaves nothing half done: what they guard is on disk or replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
