//! Entries that could not be read: a person repairs one (and it becomes a record) or dismisses it with a note.
//! One rule: the entry's own text stays as it stood in the file; a repair is another text beside it.

use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::import_job::record_rows;
use super::import_views::{RejectedView, issue_view};
use super::input::bounded;
use super::mappings::stored;
use super::regroup::{Places, Regrouped};
use super::uploads::refused;
use super::{App, AppError, AppResult, Member};
use crate::import::{self, Encoding, Format, ImportError, Options};
use crate::model::{Entry, Issue, Record};
use crate::store::{self, CitationRow, Db, ImportRow, RecordRow, RejectedRow};

/// Characters of a note, bytes of a repaired entry.
const NOTE_MAX: usize = 2_000;
const REPAIR_MAX: usize = 1024 * 1024;

/// What a person does with a rejected entry.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct RejectedAction {
    /// `dismiss`: it is no record that the review wants (with a note). `repair`: `raw` is the corrected text of the entry, in the
    /// file's format or in any other that is read. `reopen`: back to the open ones; a record that a repair made counts no longer.
    pub action: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub raw: String,
}

impl App {
    /// In file order.
    pub async fn rejected(&self, member: &Member, import: Uuid) -> AppResult<Vec<RejectedView>> {
        let import = self.import_row(member, import).await?;
        let rows = store::sources::rejected(&self.db(), import.id).await?;
        let closed = self.closed_files(member).await?.contains(&import.id);
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let mut view = self.rejected_view(member, row).await?;
            if closed {
                view.raw.clear();
                view.repaired.iter_mut().for_each(|repaired| repaired.raw.clear());
            }
            views.push(view);
        }
        Ok(views)
    }

    /// # Errors
    /// `conflict` when the entry is not in a state for it; `invalid` when the repaired text can't be read as one record.
    pub async fn act_on_rejected(&self, member: &Member, id: Uuid, action: RejectedAction) -> AppResult<RejectedView> {
        member.lead()?;
        let entry = store::sources::rejected_entry(&self.db(), member.review, id).await?.ok_or(AppError::not_found("entry"))?;
        let import = self.import_row(member, entry.import_id).await?;
        if import.status != "done" {
            return Err(AppError::conflict("import_not_in_state").with(import.status));
        }
        let row = match action.action.as_str() {
            "dismiss" => {
                let note = bounded(&action.note, "note", NOTE_MAX)?;
                self.settle(member, &import, entry, "rejected.dismiss", "dismissed", note).await?
            }
            "repair" => self.repair(member, import, entry, action.raw).await?,
            "reopen" if entry.state == "repaired" => self.take_repair_back(member, &import, entry).await?,
            "reopen" => self.settle(member, &import, entry, "rejected.reopen", "open", String::new()).await?,
            _ => return Err(AppError::invalid("action", "not_one_of").with("dismiss, repair, reopen")),
        };
        self.rejected_view(member, row).await
    }

    async fn rejected_view(&self, member: &Member, row: RejectedRow) -> AppResult<RejectedView> {
        let record = match row.record_id {
            Some(id) => store::records::by_ids(&self.db(), member.review, &[id]).await?.pop(),
            None => None,
        };
        Ok(RejectedView::stored(row, record, &member.user.locale))
    }

    async fn settle(
        &self,
        member: &Member,
        import: &ImportRow,
        entry: RejectedRow,
        action: &'static str,
        state: &'static str,
        note: String,
    ) -> AppResult<RejectedRow> {
        if entry.state == "repaired" {
            return Err(AppError::conflict("entry_repaired"));
        }
        let row = RejectedRow { state: state.into(), note, ..entry.clone() };
        let (app, by, after, file) = (self.clone(), member.clone(), row.clone(), import.file_name.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, action, ("rejected", after.id), Some(trail(&entry, &file)), Some(trail(&after, &file))).await?;
                    Ok(store::sources::update_rejected(db, after).await?)
                }
                .boxed()
            })
            .await?;
        Ok(row)
    }

    async fn repair(&self, member: &Member, import: ImportRow, entry: RejectedRow, raw: String) -> AppResult<RejectedRow> {
        if entry.state == "repaired" {
            return Err(AppError::conflict("entry_repaired"));
        }
        if raw.len() > REPAIR_MAX {
            return Err(AppError::invalid("raw", "too_long").with(REPAIR_MAX));
        }
        let (format, path, text) = (import.format.parse::<Format>().ok(), self.blobs.path(&import.sha256), raw.clone());
        let encoding = import.encoding.parse::<Encoding>().ok();
        let options = Options { encoding, mapping: stored(&import.mapping), said: import.said.clone(), ..Options::default() };
        let n = u32::try_from(entry.n).unwrap_or(u32::MAX);
        let record = tokio::task::spawn_blocking(move || match format {
            // a row says nothing without the names of its columns
            Some(table @ (Format::Csv | Format::Tsv | Format::Xlsx)) => {
                let rows = format!("{}\n{text}", header_above(&path, &Options { format, ..options.clone() }, n)?);
                let cells = if table == Format::Xlsx { Format::Tsv } else { table };
                read_one(&rows, Some(cells), &options).or_else(|error| read_one(&text, None, &unmapped(&options)).map_err(|_| error))
            }
            _ => read_one(&text, format, &options).or_else(|error| read_one(&text, None, &unmapped(&options)).map_err(|_| error)),
        });
        let record = record.await.map_err(AppError::internal)?.map_err(|unread| unread.refusal(&member.user.locale))?;
        let places = Places::of(&store::sources::list(&self.db(), member.review).await?);
        let place = (entry.n, entry.line_start, entry.line_end);
        let (record, home, elsewhere) = record_rows(&self.clock, &import, &places, place, raw, record);
        let record_id = record.id;
        let row = RejectedRow { state: "repaired".into(), record_id: Some(record_id), note: String::new(), ..entry.clone() };
        let (app, by, after, file) = (self.clone(), member.clone(), row.clone(), import.file_name.clone());
        let regrouped = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, "rejected.repair", ("rejected", after.id), Some(trail(&entry, &file)), Some(trail(&after, &file)))
                        .await?;
                    insert_repaired(db, record, home).await?;
                    store::elsewhere::insert(db, elsewhere).await?;
                    count_repair(db, &after, 1).await?;
                    store::sources::update_rejected(db, after).await?;
                    app.refresh_stages(db, by.review, &[record_id]).await?;
                    let version = store::citations::next_version(db, by.review).await?;
                    Ok(Regrouped { citations: vec![record_id], version })
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        Ok(row)
    }

    async fn take_repair_back(&self, member: &Member, import: &ImportRow, entry: RejectedRow) -> AppResult<RejectedRow> {
        let row = RejectedRow { state: "open".into(), record_id: None, ..entry.clone() };
        let (app, by, after, file) = (self.clone(), member.clone(), row.clone(), import.file_name.clone());
        let regrouped = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, "rejected.reopen", ("rejected", after.id), Some(trail(&entry, &file)), Some(trail(&after, &file)))
                        .await?;
                    count_repair(db, &after, -1).await?;
                    store::sources::update_rejected(db, after).await?;
                    let record = entry.record_id.ok_or(AppError::not_found("record"))?;
                    store::records::set_record_active(db, record, false).await?;
                    app.regroup(db, by.review, &[record], true).await
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        Ok(row)
    }
}

async fn insert_repaired(db: &Db<'_>, record: RecordRow, home: CitationRow) -> AppResult<()> {
    let number = store::reviews::take_numbers(db, record.review_id, 1).await?;
    store::records::insert(db, vec![RecordRow { active: true, ..record }]).await?;
    Ok(store::citations::insert(db, vec![CitationRow { active: true, number, ..home }]).await?)
}

/// `entries = records + rejected` stays true: a repair makes one of the other.
async fn count_repair(db: &Db<'_>, entry: &RejectedRow, by: i64) -> AppResult<()> {
    let import = store::sources::import(db, entry.review_id, entry.import_id).await?.ok_or(AppError::not_found("import"))?;
    let row = ImportRow { records: import.records + by, rejected: import.rejected - by, ..import };
    Ok(store::sources::update_import(db, row).await?)
}

/// Why a repaired text is still no record.
enum Unread {
    File(ImportError),
    Entry(Issue),
    /// So many entries in place of one.
    Entries(usize),
}

impl From<ImportError> for Unread {
    fn from(error: ImportError) -> Self {
        Self::File(error)
    }
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.into())
    }
}

impl Unread {
    fn refusal(&self, locale: &str) -> AppError {
        match self {
            Self::File(error) => AppError { field: Some("raw"), ..refused(error) },
            Self::Entry(reason) => AppError::invalid("raw", "still_unread").with(issue_view(reason, locale).message),
            Self::Entries(n) => AppError::invalid("raw", "not_one_entry").with(n),
        }
    }
}

/// Reads a text that should hold exactly one record: in the format that is named, or in whatever it looks like.
fn read_one(text: &str, format: Option<Format>, options: &Options) -> Result<Record, Unread> {
    let mut records = Vec::new();
    let mut rejected = None;
    let options = Options { format, encoding: Some(Encoding::Utf8), ..options.clone() };
    import::read(text.as_bytes(), &options, &mut |entry| match entry {
        Entry::Record(parsed) => records.push(parsed.record),
        Entry::Rejected(entry) => rejected = Some(entry.reason),
        Entry::Outside { .. } => {}
    })?;
    match (records.pop(), rejected) {
        (_, Some(reason)) => Err(Unread::Entry(reason)),
        (Some(record), None) if records.is_empty() => Ok(record),
        (last, None) => Err(Unread::Entries(records.len() + usize::from(last.is_some()))),
    }
}

/// For a text in another format than the file's, which the mapping is not about.
fn unmapped(options: &Options) -> Options {
    Options { mapping: None, ..options.clone() }
}

/// The header above the `n`th entry of a table: the last row before it that holds names.
fn header_above(path: &std::path::Path, options: &Options, n: u32) -> Result<String, Unread> {
    let (mut header, mut reached) = (String::new(), false);
    import::read(std::io::BufReader::new(std::fs::File::open(path)?), options, &mut |entry| match entry {
        Entry::Outside { text, understood: true, .. } if !reached && !text.trim().is_empty() => header = text.trim_end().to_owned(),
        Entry::Outside { .. } => {}
        Entry::Record(parsed) => reached |= parsed.n >= n,
        Entry::Rejected(entry) => reached |= entry.n >= n,
    })?;
    Ok(header)
}

/// What the audit trail keeps of a rejected entry.
fn trail(row: &RejectedRow, file: &str) -> serde_json::Value {
    serde_json::json!({ "file_name": file, "import_id": row.import_id, "n": row.n, "state": row.state, "note": row.note, "record_id": row.record_id })
}
