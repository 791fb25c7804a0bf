//! The one writer. Changes that wait at the same moment share a transaction, each in a savepoint of its own; all are
//! acknowledged after the commit, so that an acknowledged change survives a crash and many share one flush to disk.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
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
    pub(super) fn start(connection: DatabaseConnection) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Change>(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while receiver.recv_many(&mut batch, BATCH).await > 0 {
                commit(&connection, std::mem::take(&mut batch)).await;
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

async fn commit(connection: &DatabaseConnection, batch: Vec<Change>) {
    let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = match connection.begin_with_options(options).await {
        Ok(transaction) => transaction,
        Err(error) => {
            tracing::error!(%error, "the writer could not begin; the changes are refused");
            return; // dropping the changes drops their answers: each caller is told that the writer is busy
        }
    };
    let mut acknowledgements = Vec::with_capacity(batch.len());
    for change in batch {
        acknowledgements.push(in_savepoint(&transaction, change).await);
    }
    let failed = transaction.commit().await.err().map(|error| error.to_string());
    if let Some(error) = &failed {
        tracing::error!(error, "a commit failed; nothing of it was kept");
    }
    for acknowledge in acknowledgements.into_iter().flatten() {
        acknowledge(failed.clone().map(StoreError::Busy));
    }
}

/// `None` when the savepoint itself failed: the caller then hears that the writer is busy.
async fn in_savepoint(transaction: &DatabaseTransaction, change: Change) -> Option<Acknowledge> {
    let savepoint = transaction.begin().await.ok()?;
    let (keep, acknowledge) = {
        let db = Db(DatabaseExecutor::from(&savepoint));
        change(&db).await
    };
    let ended = if keep { savepoint.commit().await } else { savepoint.rollback().await };
    match ended {
        Ok(()) => Some(acknowledge),
        Err(error) => {
            acknowledge(Some(error.into()));
            None
        }
    }
}
