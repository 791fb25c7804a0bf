//! Slow work: put into the queue within the transaction that asks for it, claimed by `jobs`, done by use cases that may be
//! repeated, watched by everybody in the review.

use std::sync::Arc;

use futures_util::FutureExt;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, AppError, AppResult, Kind, Member, time, words};
use crate::store::{self, Db, JobRow, StoreError};

/// A running job that was not heard of for this long is taken by somebody else (its process is gone).
pub const STALE_MS: i64 = 15_000;
/// Times that a job is begun before it counts as failed.
const ATTEMPTS_MAX: i64 = 3;
/// Jobs shown of a review.
const SHOWN: u64 = 50;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Job {
    pub id: Uuid,
    /// `import`, `dedup`, `dedup_undo` or `dedup_preview`.
    pub kind: String,
    /// The file that it imports.
    pub import_id: Option<Uuid>,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    pub done: i64,
    pub total: i64,
    /// What it is doing, in words.
    pub message: Option<String>,
    /// Why it failed, in words.
    pub error: Option<String>,
    pub created_at: String,
    pub finished_at: Option<String>,
    #[schema(value_type = Object)]
    pub result: Option<Value>,
}

/// What a request answers that started a job.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Started {
    pub job_id: Uuid,
}

/// How far a job is. Told often and from anywhere; written now and then by whoever runs the job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// A code of `words`.
    pub doing: &'static str,
    pub done: i64,
    pub total: i64,
}

/// The end of a job at which it says how far it is.
#[derive(Clone)]
pub struct Progress(Arc<watch::Sender<Step>>);

impl Progress {
    pub fn new() -> (Self, watch::Receiver<Step>) {
        let (sender, receiver) = watch::channel(Step::default());
        (Self(Arc::new(sender)), receiver)
    }

    pub fn at(&self, doing: &'static str, done: i64, total: i64) {
        self.0.send_replace(Step { doing, done, total });
    }
}

pub(super) fn view(row: JobRow, locale: &str) -> Job {
    let message = words::sentence(&row.message, "", locale).filter(|_| row.state == "running");
    let payload: Value = serde_json::from_str(&row.payload).unwrap_or_default();
    Job {
        id: row.id,
        import_id: payload["import"].as_str().and_then(|id| id.parse().ok()),
        done: row.done,
        total: row.total,
        message,
        error: row.error.map(|error| words::unpack(&error, locale)),
        created_at: time(row.created_at),
        finished_at: row.finished_at.map(time),
        // A preview is long and has a page of its own.
        result: row.result.filter(|_| row.kind != "dedup_preview").and_then(|text| serde_json::from_str(&text).ok()),
        kind: row.kind,
        state: row.state,
    }
}

impl App {
    /// Newest first.
    pub async fn jobs(&self, member: &Member) -> AppResult<Vec<Job>> {
        let rows = store::jobs::of_review(&self.db(), member.review, SHOWN).await?;
        Ok(rows.into_iter().map(|row| view(row, &member.user.locale)).collect())
    }

    pub async fn job(&self, member: &Member, id: Uuid) -> AppResult<Job> {
        let row = store::jobs::get(&self.db(), id).await?.filter(|row| row.review_id == member.review);
        Ok(view(row.ok_or(AppError::not_found("job"))?, &member.user.locale))
    }

    /// Queues a job within the caller's transaction; call `wake_jobs` after the commit.
    pub(super) async fn enqueue(&self, db: &Db<'_>, member: &Member, kind: &str, payload: Value) -> Result<Uuid, StoreError> {
        let row = JobRow {
            id: self.clock.id(),
            review_id: member.review,
            kind: kind.into(),
            payload: payload.to_string(),
            state: "queued".into(),
            done: 0,
            total: 0,
            message: String::new(),
            error: None,
            result: None,
            attempts: 0,
            heartbeat_at: None,
            created_by: Some(member.user.id),
            created_at: self.clock.now(),
            finished_at: None,
        };
        let id = row.id;
        store::jobs::insert(db, row).await?;
        Ok(id)
    }

    /// Tells the worker that there is something to do.
    pub(super) fn wake_jobs(&self) {
        self.jobs_wake.notify_one();
    }

    /// Waits until somebody queues a job.
    pub async fn job_queued(&self) {
        self.jobs_wake.notified().await;
    }

    /// Takes a job, if there is one.
    pub async fn claim_job(&self) -> AppResult<Option<JobRow>> {
        let now = self.clock.now();
        self.store.write::<_, AppError, _>(move |db| async move { Ok(store::jobs::claim(db, now, STALE_MS).await?) }.boxed()).await
    }

    /// Notes that a job is alive and tells who watches how far it is.
    pub async fn job_beat(&self, job: &JobRow, step: Step) -> AppResult<()> {
        let (id, now) = (job.id, self.clock.now());
        let told = step.clone();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move { Ok(store::jobs::beat(db, id, step.done, step.total, step.doing, now).await?) }.boxed()
            })
            .await?;
        self.tell_job(job, "running", told.done, told.total);
        Ok(())
    }

    fn tell_job(&self, job: &JobRow, state: &str, done: i64, total: i64) {
        self.events.send(job.review_id, "job", serde_json::json!({ "id": job.id, "state": state, "done": done, "total": total }));
    }

    /// Does the job. Repeating it after a crash does no harm.
    pub async fn run_job(&self, job: &JobRow, progress: Progress) -> AppResult<Value> {
        if job.attempts > ATTEMPTS_MAX {
            let error = AppError::invalid("job", "gave_up").with(ATTEMPTS_MAX);
            self.job_gave_up(job, &error).await?;
            return Err(error);
        }
        let payload: Value = serde_json::from_str(&job.payload).map_err(AppError::internal)?;
        match job.kind.as_str() {
            "import" => self.run_import(job.review_id, &payload, &progress).await,
            "dedup" => self.run_dedup(job.review_id, job.id, &payload, &progress).await,
            "dedup_undo" => self.run_dedup_undo(job.review_id, &payload, &progress).await,
            "dedup_preview" => self.run_dedup_preview(job.review_id, &progress).await,
            other => Err(AppError::internal(format!("no such kind of job: {other}"))),
        }
    }

    async fn job_gave_up(&self, job: &JobRow, error: &AppError) -> AppResult<()> {
        if job.kind == "import" { self.import_gave_up(job.review_id, &job.payload, error).await } else { Ok(()) }
    }

    /// Writes down how a job ended. `None`, or that the database was busy or full: it did not end, goes back into the
    /// queue, and this is `false`.
    pub async fn job_ended(&self, job: &JobRow, end: Option<AppResult<Value>>) -> AppResult<bool> {
        let (id, now) = (job.id, self.clock.now());
        // What has nothing to do with the data will be gone one day, however often it is tried until then; the data's own faults stay.
        let end = end.filter(|end| !matches!(end, Err(error) if error.kind == Kind::Busy));
        let state = match &end {
            None => "queued",
            Some(Ok(_)) => "done",
            Some(Err(_)) => "failed",
        };
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    match end {
                        None => store::jobs::release(db, id).await?,
                        Some(Ok(result)) => store::jobs::finish(db, id, "done", Some(result.to_string()), None, now).await?,
                        Some(Err(error)) => {
                            let error = words::pack(error.code, &error.detail);
                            store::jobs::finish(db, id, "failed", None, Some(error), now).await?;
                        }
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        let row = store::jobs::get(&self.db(), job.id).await?;
        let (done, total) = row.map_or((0, 0), |row| (row.done, row.total));
        self.tell_job(job, state, done, total);
        Ok(state != "queued")
    }
}
