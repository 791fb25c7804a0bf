//! The work of importing: the file is read off the async threads, entries go into the database in batches and count only once all
//! of them are there. One rule: an import that is begun again starts from nothing, so that a crash in between does no harm.

use std::io::{BufReader, Read};
use std::ops::Range;

use futures_util::FutureExt;
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::import_views::OutsideLines;
use super::imports::{Payload, trail};
use super::jobs::Progress;
use super::merged::{self, no_nul};
use super::regroup::{Places, Regrouped};
use super::uploads::{ReadChoice, refused};
use super::{App, AppError, AppResult, words};
use crate::clock::Clock;
use crate::import::{self, ImportError, Options, Summary};
use crate::model::{Entry, Record, RejectedEntry};
use crate::store::{self, CitationRow, Db, ElsewhereRow, ImportRow, RecordRow, RejectedRow};

/// Entries that one transaction stores, so that decisions get their turn in between.
const BATCH: usize = 500;
/// An import's progress is told in hundredths, over both of its phases: reading the file and preparing its citations for screening take about
/// as long (80,000 records of invented RIS: 11.5 s and 12.0 s).
const WHOLE: i64 = 100;
const READ: i64 = 50;
/// Batches that may wait while the database writes.
const AHEAD: usize = 4;
/// Lines outside every entry that are kept with an import.
const OUTSIDE_KEPT: usize = 200;

impl App {
    /// The job: reads the file, stores what it finds, and lets it count once everything is there.
    pub(super) async fn run_import(&self, review: Uuid, payload: &Value, progress: &Progress) -> AppResult<Value> {
        let payload: Payload = serde_json::from_value(payload.clone()).map_err(AppError::internal)?;
        let row = store::sources::import(&self.db(), review, payload.import).await?.ok_or(AppError::not_found("import"))?;
        if row.status == "reading" {
            let options =
                ReadChoice { format: payload.format, encoding: payload.encoding, first_row: payload.first_row, said: row.said.clone() };
            let options = self.with_saved_mapping(review, self.blobs.path(&row.sha256), options.options()?).await?;
            let mapping = options.mapping.as_ref().map(serde_json::to_string).transpose().map_err(AppError::internal)?;
            let row = ImportRow { mapping: mapping.unwrap_or_default(), ..row.clone() };
            match self.stage(&row, options, progress).await? {
                Ok(read) => self.let_count(&row, read).await?,
                Err(error) => {
                    self.import_failed(&row, words::pack(error.code(), &words::detail(&error))).await?;
                    return Err(refused(&error));
                }
            }
        }
        self.prepare_screening(&row, progress).await?;
        let row = store::sources::import(&self.db(), review, payload.import).await?.ok_or(AppError::not_found("import"))?;
        Ok(serde_json::json!({ "import_id": row.id, "entries": row.entries, "records": row.records, "rejected": row.rejected }))
    }

    /// Reads the file into rows that do not count yet. What an earlier attempt left is removed first.
    async fn stage(&self, row: &ImportRow, options: Options, progress: &Progress) -> AppResult<Result<ReadFile, ImportError>> {
        let import = row.id;
        self.store.write::<_, AppError, _>(move |db| async move { Ok(store::sources::clear_staged(db, import).await?) }.boxed()).await?;
        let places = Places::of(&store::sources::list(&self.db(), row.review_id).await?);
        let (sender, mut batches) = mpsc::channel(AHEAD);
        let reader =
            Reader { clock: self.clock.clone(), import: row.clone(), places, sender, batch: Batch::default(), outside: Vec::new() };
        let (path, progress) = (self.blobs.path(&row.sha256), progress.clone());
        let reading = tokio::task::spawn_blocking(move || reader.read(&path, &options, progress));
        while let Some(batch) = batches.recv().await {
            self.store.write::<_, AppError, _>(move |db| store_batch(db, batch).boxed()).await?;
        }
        reading.await.map_err(AppError::internal)
    }

    /// From here on the records count.
    async fn let_count(&self, row: &ImportRow, read: ReadFile) -> AppResult<()> {
        let summary = read.summary;
        let row = ImportRow {
            format: summary.format.name().into(),
            provider: summary.provider.name().into(),
            encoding: summary.encoding.name().into(),
            entries: i64::from(summary.entries),
            records: i64::from(summary.records),
            rejected: i64::from(summary.rejected),
            outside: no_nul(serde_json::to_string(&read.outside).map_err(AppError::internal)?),
            issues: serde_json::to_string(&summary.issues).map_err(AppError::internal)?,
            status: "done".into(),
            ..row.clone()
        };
        let app = self.clone();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    store::records::set_active(db, row.id, true).await?;
                    store::citations::activate_import(db, row.id).await?;
                    app.log_of_import(db, &row, "import.read").await?;
                    Ok(store::sources::update_import(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    async fn log_of_import(&self, db: &Db<'_>, row: &ImportRow, action: &'static str) -> AppResult<()> {
        let id = row.id.to_string();
        let change = super::audit::Change {
            review: Some(row.review_id),
            user: Some(row.created_by),
            action,
            object_kind: "import",
            object_id: &id,
            before: None,
            after: Some(trail(row)),
        };
        Ok(self.log(db, change).await?)
    }

    /// Gives the new citations their places in the stages and in the index.
    async fn prepare_screening(&self, row: &ImportRow, progress: &Progress) -> AppResult<()> {
        let records = store::records::ids_of_import(&self.db(), row.id).await?;
        let total = records.len() as i64;
        let review = row.review_id;
        for (i, chunk) in records.chunks(BATCH).enumerate() {
            progress.at("preparing", hundredths(READ..WHOLE, (i * BATCH) as i64, total), WHOLE);
            let (app, citations) = (self.clone(), chunk.to_vec());
            let regrouped = self
                .store
                .write::<_, AppError, _>(move |db| {
                    async move {
                        app.refresh_stages(db, review, &citations).await?;
                        Ok(Regrouped { citations, version: store::citations::next_version(db, review).await? })
                    }
                    .boxed()
                })
                .await?;
            self.follow(review, regrouped);
        }
        progress.at("preparing", WHOLE, WHOLE);
        Ok(())
    }

    async fn import_failed(&self, row: &ImportRow, error: String) -> AppResult<()> {
        let row = ImportRow { status: "failed".into(), error: Some(no_nul(error)), ..row.clone() };
        let app = self.clone();
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    store::sources::clear_staged(db, row.id).await?;
                    app.log_of_import(db, &row, "import.fail").await?;
                    Ok(store::sources::update_import(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    /// The job was begun too often: the import has failed.
    pub(super) async fn import_gave_up(&self, review: Uuid, payload: &str, error: &AppError) -> AppResult<()> {
        let payload: Payload = serde_json::from_str(payload).map_err(AppError::internal)?;
        let row = store::sources::import(&self.db(), review, payload.import).await?.filter(|row| row.status == "reading");
        match row {
            Some(row) => self.import_failed(&row, words::pack(error.code, &error.detail)).await,
            None => Ok(()),
        }
    }
}

/// What reading a file came to, apart from the entries.
struct ReadFile {
    summary: Summary,
    outside: Vec<OutsideLines>,
}

/// Entries on their way into the database.
#[derive(Default)]
struct Batch {
    review: Uuid,
    records: Vec<(RecordRow, CitationRow)>,
    elsewhere: Vec<ElsewhereRow>,
    rejected: Vec<RejectedRow>,
}

/// Makes rows of entries while the file is being read.
struct Reader {
    clock: Clock,
    import: ImportRow,
    places: Places,
    sender: mpsc::Sender<Batch>,
    batch: Batch,
    outside: Vec<OutsideLines>,
}

impl Reader {
    /// Reads the file; memory does not grow with it.
    fn read(mut self, path: &std::path::Path, options: &Options, progress: Progress) -> Result<ReadFile, ImportError> {
        let file = std::fs::File::open(path)?;
        let counted = Counted { file: BufReader::new(file), done: 0, total: self.import.bytes, progress };
        let summary = import::read(counted, options, &mut |entry| self.take(entry))?;
        self.send();
        Ok(ReadFile { summary, outside: self.outside })
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Record(parsed) => {
                let place = (i64::from(parsed.n), i64::from(parsed.line_start), i64::from(parsed.line_end));
                let (record, home, elsewhere) = record_rows(&self.clock, &self.import, &self.places, place, parsed.raw, parsed.record);
                self.batch.records.push((record, home));
                self.batch.elsewhere.extend(elsewhere);
            }
            Entry::Rejected(entry) => self.batch.rejected.push(rejected_row(&self.clock, &self.import, *entry)),
            Entry::Outside { understood: true, .. } => {}
            Entry::Outside { line_start, line_end, text, .. } => {
                if self.outside.len() < OUTSIDE_KEPT {
                    self.outside.push(OutsideLines { line_start, line_end, text });
                }
            }
        }
        if self.batch.records.len() + self.batch.rejected.len() >= BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        let batch = Batch { review: self.import.review_id, ..std::mem::take(&mut self.batch) };
        let _ = self.sender.blocking_send(batch); // nobody listens when the job was stopped; it will be repeated
    }
}

/// The rows of one record, of its home citation and of the decisions that it brings; none counts yet.
pub(super) fn record_rows(
    clock: &Clock,
    import: &ImportRow,
    places: &Places,
    (n, line_start, line_end): (i64, i64, i64),
    raw: String,
    record: Record,
) -> (RecordRow, CitationRow, Vec<ElsewhereRow>) {
    let id = clock.id();
    let elsewhere = record.prior_decisions.iter().flat_map(|prior| super::elsewhere::rows(clock, import, id, prior)).collect();
    let row = RecordRow {
        id,
        review_id: import.review_id,
        import_id: import.id,
        source_id: import.source_id,
        n,
        line_start,
        line_end,
        raw: no_nul(raw),
        data: serde_json::to_string(&record).unwrap_or_default(),
        citation_id: id,
        active: false,
    };
    let home = CitationRow {
        id,
        review_id: import.review_id,
        number: 0,
        merged_into: None,
        active: false,
        merged: String::new(),
        title: String::new(),
        year: None,
        in_databases: true,
        sources: "[]".into(),
        record_count: 1,
        removed_kind: None,
        removed_note: None,
    };
    let part = places.part(id, import.source_id, record);
    (row, merged::fill(home, &[part], &merged::Chosen::new()), elsewhere)
}

fn rejected_row(clock: &Clock, import: &ImportRow, entry: RejectedEntry) -> RejectedRow {
    RejectedRow {
        id: clock.id(),
        review_id: import.review_id,
        import_id: import.id,
        n: i64::from(entry.n),
        line_start: i64::from(entry.line_start),
        line_end: i64::from(entry.line_end),
        raw: no_nul(entry.raw),
        reason: serde_json::to_string(&entry.reason).unwrap_or_default(),
        state: "open".into(),
        note: String::new(),
        record_id: None,
    }
}

async fn store_batch(db: &Db<'_>, batch: Batch) -> AppResult<()> {
    let first = store::reviews::take_numbers(db, batch.review, batch.records.len() as i64).await?;
    let numbers = first..;
    let (records, homes): (Vec<_>, Vec<_>) =
        batch.records.into_iter().zip(numbers).map(|((record, home), number)| (record, CitationRow { number, ..home })).unzip();
    store::records::insert(db, records).await?;
    store::citations::insert(db, homes).await?;
    store::elsewhere::insert(db, batch.elsewhere).await?;
    Ok(store::sources::insert_rejected(db, batch.rejected).await?)
}

/// Where `done` of `total` stands in its part of the whole.
fn hundredths(part: Range<i64>, done: i64, total: i64) -> i64 {
    part.start + (part.end - part.start) * done.clamp(0, total) / total.max(1)
}

/// Says how much of the file was read.
struct Counted<R> {
    file: R,
    done: i64,
    total: i64,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(into)?;
        self.done += n as i64;
        self.progress.at("reading", hundredths(0..READ, self.done, self.total), WHOLE);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_goes_on_where_the_phase_before_ended() {
        let part = |phase: Range<i64>| (0..=7).map(move |done| hundredths(phase.clone(), done, 7));
        let seen: Vec<i64> = part(0..READ).chain(part(READ..WHOLE)).collect();
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!((seen[0], seen[7], seen[8], seen[15]), (0, READ, READ, WHOLE));
        assert_eq!(hundredths(0..READ, 9, 7), READ, "a file that grew");
        assert_eq!(hundredths(READ..WHOLE, 0, 0), READ, "a file without records");
    }
}
