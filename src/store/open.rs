//! Opens the database, brings its schema up to date, and hands out reads and writes.
//! SQLite: WAL, FULL, foreign keys, one writing connection beside a read-only pool. PostgreSQL: the same shape.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, IsolationLevel, TransactionOptions,
    TransactionTrait,
};

use super::db::{Db, StoreError, StoreResult};
use super::transfer::transfer;
use super::writer::Writer;

/// Connections that read beside the writer.
const READERS: u32 = 6;
/// How long a connection waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Store {
    read: Reader,
    writer: Writer,
    url: String,
}

/// Where reads go.
#[derive(Clone)]
enum Reader {
    /// Each sees what is committed when it begins.
    Pool(DatabaseConnection),
    /// All see the same; the connection is given back with the last clone.
    Moment(Arc<DatabaseTransaction>),
}

impl Store {
    /// Opens `sqlite:PATH` (the file is made when absent) or `postgres://…` and migrates.
    ///
    /// # Errors
    /// When the database can't be reached, or its schema is newer than this program.
    pub async fn open(url: &str) -> StoreResult<Self> {
        if let Some(folder) = sqlite_file(url).and_then(Path::parent)
            && !folder.as_os_str().is_empty()
        {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::Database(format!("{}: {e}", folder.display())))?;
        }
        let writing = options(url, 1, false);
        let write = Database::connect(writing.clone()).await?;
        erabi_migrations::up(&write).await?;
        let read = Database::connect(options(url, READERS, true)).await?;
        Ok(Self { read: Reader::Pool(read), writer: Writer::start(write, writing), url: url.to_string() })
    }

    pub fn read(&self) -> Db<'_> {
        Db(match &self.read {
            Reader::Pool(pool) => DatabaseExecutor::from(pool),
            Reader::Moment(transaction) => DatabaseExecutor::from(&**transaction),
        })
    }

    /// The same store whose reads all see one moment, which is not before this call. It holds a connection of the readers: who has one
    /// waits neither for another nor for the writer.
    ///
    /// # Errors
    /// When no connection is free or the database is gone.
    pub async fn at_one_moment(&self) -> StoreResult<Self> {
        let Reader::Pool(pool) = &self.read else { return Ok(self.clone()) };
        // SQLite's deferred transaction keeps to what its first read saw; PostgreSQL does that from this level on.
        let options = match self.is_sqlite() {
            true => TransactionOptions::default(),
            false => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        let transaction = pool.begin_with_options(options).await?;
        Ok(Self { read: Reader::Moment(Arc::new(transaction)), ..self.clone() })
    }

    /// The transaction of a store at one moment.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn moment(&self) -> StoreResult<&DatabaseTransaction> {
        match &self.read {
            Reader::Moment(transaction) => Ok(transaction),
            Reader::Pool(_) => Err(StoreError::Database("a store of no one moment".into())),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Runs `work` in the writer's transaction and answers once it is on disk. An error of `work` undoes only its own changes.
    ///
    /// # Errors
    /// What `work` returned, or that the commit failed.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t Db<'t>) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        self.writer.run(work).await
    }

    /// A consistent copy of a database as a file of SQLite, while it is in use.
    ///
    /// # Errors
    /// When the copy can't be written, or a PostgreSQL database has the schema of another version.
    pub async fn copy(url: &str, path: &Path) -> StoreResult<()> {
        let connection = Database::connect(options(url, 1, false)).await?;
        if sqlite_file(url).is_some() {
            let target = path.to_string_lossy().into_owned();
            Db(DatabaseExecutor::from(&connection)).execute("VACUUM INTO $1", [target.into()]).await?;
            return Ok(connection.close().await?);
        }
        if !erabi_migrations::is_current(&connection).await? {
            return Err(StoreError::Database("it is of an earlier version; back it up with the binary that serves it".into()));
        }
        connection.close().await?;
        let filled = path.with_extension("filled");
        let filled_url = format!("sqlite:{}", filled.display());
        let copied = async {
            transfer(&Self::open(url).await?, &Self::open(&filled_url).await?).await?;
            Box::pin(Self::copy(&filled_url, path)).await // one file without a log beside it
        };
        let copied = copied.await;
        remove_sqlite(&filled);
        copied
    }
}

/// Removes a database's file and the log that may lie beside it.
pub fn remove_sqlite(file: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
}

/// The file of an SQLite database, whatever characters its path has; `None` for PostgreSQL.
pub fn sqlite_file(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite:").map(|path| Path::new(path.strip_prefix("//").unwrap_or(path)))
}

fn options(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let file = sqlite_file(url).map(Path::to_path_buf);
    let mut options = ConnectOptions::new(if file.is_some() { "sqlite::memory:" } else { url }); // the file's path is no URL
    options.max_connections(connections).min_connections(1).sqlx_logging(false).acquire_timeout(Duration::from_secs(20));
    options.test_before_acquire(!url.starts_with("sqlite:")); // a file does not hang up, a server may
    // no sweep of idle connections: in sqlx 0.9.0 it can spin for ever and keep a process from ending (transact-rs/sqlx#3645)
    options.idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .filename(file.as_deref().unwrap_or(Path::new("")))
            .create_if_missing(true)
            .in_memory(false)
            .shared_cache(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(256)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "MEMORY")
            .pragma("mmap_size", "268435456");
        if read_only { sqlite.pragma("query_only", "1") } else { sqlite }
    });
    options
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn no_connection_is_swept() {
        for url in ["sqlite:/tmp/erabi.sqlite", "postgres://localhost/erabi"] {
            let options = options(url, 1, false);
            assert_eq!((options.get_idle_timeout(), options.get_max_lifetime()), (Some(None), Some(None)), "{url}");
        }
    }
}
