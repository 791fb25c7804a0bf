//! The worker: claims one job after the other, keeps its row alive while it runs, and stops when told.
//! One rule: a job is a payload and a call into `app` that may be repeated; whatever ends a process ends no job.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::jobs::{Progress, Step};
use crate::app::{App, AppError, JobRow};

/// How often the queue is looked at when nobody calls (for jobs of another process that is gone).
const LOOK: Duration = Duration::from_secs(5);
/// How often progress is written while it changes.
const TELL: Duration = Duration::from_millis(300);
/// How often a job that makes no progress says that it is alive; well below `app::jobs::STALE_MS`.
const BEAT: Duration = Duration::from_secs(4);

/// The running worker.
pub struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts the worker, and what keeps the search index up to date beside it.
pub fn start(app: App) -> Worker {
    let (stop, stopped) = watch::channel(false);
    let mut told = stopped.clone();
    tokio::spawn({
        let app = app.clone();
        async move {
            tokio::select! {
                () = app.follow_changes() => {}
                _ = told.changed() => {}
            }
        }
    });
    Worker { stop, task: tokio::spawn(work(app, stopped)) }
}

impl Worker {
    /// Stops after the current step; a job under way goes back into the queue.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn work(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        match app.claim_job().await {
            Ok(Some(job)) => {
                let ended = tokio::select! {
                    ended = run(&app, &job) => ended,
                    _ = stopped.changed() => {
                        ended(&app, &job, None).await;
                        return;
                    }
                };
                if ended && !*stopped.borrow() {
                    continue;
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the queue of jobs can't be read"),
        }
        tokio::select! {
            () = app.job_queued() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Whether the job ended; otherwise it waits for a database that is busy or full.
async fn run(app: &App, job: &JobRow) -> bool {
    let (progress, steps) = Progress::new();
    let work = AssertUnwindSafe(app.run_job(job, progress)).catch_unwind();
    let result = tokio::select! {
        result = work => result.unwrap_or_else(|_| Err(AppError::internal("a job panicked"))),
        never = tell(app, job, steps) => match never {},
    };
    ended(app, job, Some(result)).await
}

async fn ended(app: &App, job: &JobRow, end: Option<Result<serde_json::Value, AppError>>) -> bool {
    app.job_ended(job, end).await.unwrap_or_else(|error| {
        tracing::warn!(%error, job = %job.id, "the end of a job can't be written; it will be repeated");
        false
    })
}

/// Writes progress as it changes, and a heartbeat when it does not.
async fn tell(app: &App, job: &JobRow, mut steps: watch::Receiver<Step>) -> std::convert::Infallible {
    loop {
        let step = steps.borrow_and_update().clone();
        if let Err(error) = app.job_beat(job, step).await {
            tracing::warn!(%error, job = %job.id, "a heartbeat can't be written");
        }
        tokio::time::sleep(TELL).await;
        let _ = tokio::time::timeout(BEAT, wait(&mut steps)).await;
    }
}

/// Until there is another step; for ever once nobody can make one.
async fn wait(steps: &mut watch::Receiver<Step>) {
    if steps.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
