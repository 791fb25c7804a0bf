//! The one writer. Changes that wait at the same moment share a transaction, each in a savepoint of its own; all are
//! acknowledged after the commit, so that an acknowledged change survives a crash and many share one flush to disk.
//! A connection on which a transaction did not end as asked is never written to again.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::db::{Db, StoreError};

/// Changes that may wait; past it the caller waits too.
const QUEUE: usize = 1024;
/// Changes in one transaction, so that one flush never keeps the first of them waiting for long.
const BATCH: usize = 64;

/// Tells a caller how its change ended, after the commit.
type Acknowledge = Box<dyn FnOnce(Option<StoreError>) + Send>;
/// A change with its types erased: does its work, and says whether to keep it.
type Change = Box<dyn for<'t> FnOnce(&'t Db<'t>) -> BoxFuture<'t, (bool, Acknowledge)> + Send>;

#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Change>);

impl Writer {
    /// Writes over `connection`, and over another one made by `options` when that may no longer be used.
    pub(super) fn start(connection: DatabaseConnection, options: ConnectOptions) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Change>(QUEUE);
        tokio::spawn(async move {
            let mut connection = Some(connection);
            let mut batch = Vec::with_capacity(BATCH);
            while receiver.recv_many(&mut batch, BATCH).await > 0 {
                let changes = std::mem::take(&mut batch);
                let Some(open) = still_open(connection.take(), &options).await else { continue };
                if commit(&open, changes).await {
                    connection = Some(open);
                } else if let Err(error) = open.close().await {
                    tracing::error!(%error, "the writer's connection could not be closed");
                }
            }
        });
        Self(sender)
    }

    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t Db<'t>) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T, E>>();
        let change: Change = Box::new(move |db| {
            async move {
                let result = AssertUnwindSafe(work(db))
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Err(StoreError::Database("the change panicked".into()).into()));
                let keep = result.is_ok();
                let acknowledge: Acknowledge = Box::new(move |failed| {
                    let _ = answer.send(match failed {
                        Some(error) if keep => Err(error.into()),
                        _ => result,
                    });
                });
                (keep, acknowledge)
            }
            .boxed()
        });
        let gone = || StoreError::Busy("the writer has stopped".into());
        self.0.send(change).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// The connection, or a new one where there is none. `None` when there can't be one: dropping the changes drops their answers, so
/// that each caller is told that the writer is busy.
async fn still_open(connection: Option<DatabaseConnection>, options: &ConnectOptions) -> Option<DatabaseConnection> {
    if connection.is_some() {
        return connection;
    }
    let made = Database::connect(options.clone()).await;
    made.inspect_err(|error| tracing::error!(%error, "the writer can't reach the database; the changes are refused")).ok()
}

/// Whether the connection may be used again. SQLite ends a transaction by itself when the disk is full; a library that counts
/// transactions would then take the next one for a part of it, and its commit for the end of a part.
async fn commit(connection: &DatabaseConnection, batch: Vec<Change>) -> bool {
    let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = match connection.begin_with_options(options).await {
        Ok(transaction) => transaction,
        Err(error) => {
            tracing::error!(%error, "the writer could not begin; the changes are refused");
            return false;
        }
    };
    let mut acknowledgements = Vec::with_capacity(batch.len());
    let mut failed = None;
    for change in batch {
        match in_savepoint(&transaction, change).await {
            Ok(acknowledge) => acknowledgements.push(acknowledge),
            Err((error, acknowledge)) => {
                acknowledgements.extend(acknowledge);
                failed = Some(error.to_string());
                break; // the others are refused
            }
        }
    }
    if failed.is_none() {
        failed = transaction.commit().await.err().map(|error| error.to_string());
    }
    if let Some(error) = &failed {
        tracing::error!(error, "a commit failed; nothing of it was kept");
    }
    for acknowledge in acknowledgements {
        acknowledge(failed.clone().map(StoreError::Busy));
    }
    failed.is_none()
}

/// Fails when the savepoint could not be made or ended; then nobody knows what the transaction holds.
async fn in_savepoint(transaction: &DatabaseTransaction, change: Change) -> Result<Acknowledge, (DbErr, Option<Acknowledge>)> {
    let savepoint = transaction.begin().await.map_err(|error| (error, None))?;
    let (keep, acknowledge) = {
        let db = Db(DatabaseExecutor::from(&savepoint));
        change(&db).await
    };
    let ended = if keep { savepoint.commit().await } else { savepoint.rollback().await };
    match ended {
        Ok(()) => Ok(acknowledge),
        Err(error) => Err((error, Some(acknowledge))),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::super::{Store, StoreError};

    /// One statement as a change of its own.
    async fn change(store: &Store, sql: &'static str) -> Result<(), StoreError> {
        store.write(move |db| async move { db.execute(sql, []).await.map(|_| ()) }.boxed()).await
    }

    #[tokio::test]
    async fn a_full_disk_is_something_that_passes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("erabi.sqlite").display())).await.unwrap();
        let fill = "CREATE TABLE notes AS SELECT zeroblob(1000000) AS text";
        change(&store, "PRAGMA max_page_count = 1").await.unwrap(); // no page more than there are
        assert!(matches!(change(&store, fill).await, Err(StoreError::Busy(_))));
        change(&store, "PRAGMA max_page_count = 4294967294").await.unwrap();
        change(&store, fill).await.unwrap();
    }

    /// SQLite itself ends a transaction for which the disk has no room; what comes after must not run in what is left of it.
    #[tokio::test]
    async fn what_is_acknowledged_after_failed_commits_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("erabi.sqlite").display())).await.unwrap();
        change(&store, "CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER REFERENCES notes(id) DEFERRABLE INITIALLY DEFERRED)")
            .await
            .unwrap();
        for round in 0..3 {
            change(&store, "ROLLBACK").await.unwrap_err(); // as when the disk is full
            change(&store, "INSERT INTO notes (n) VALUES (-1)").await.unwrap_err(); // refused by the commit
            change(&store, "INSERT INTO notes (n) VALUES (NULL)").await.unwrap();
            let stored = store.read().count("SELECT COUNT(*) AS n FROM notes", []).await.unwrap();
            assert_eq!(stored, round + 1, "an acknowledged change is seen by readers");
        }
    }
}
