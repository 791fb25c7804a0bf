//! One file → records and rejected entries of a search. Nothing of a file counts until all of it was read; withdrawing an
//! import takes its records out of every count and deletes nothing.

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::import_views::{ImportSummary, IssueView, OutsideLines, Tallies, issue_view, summary};
use super::mappings::{NamedField, names_of};
use super::record_views::RecordView;
use super::uploads::{ReadChoice, clean_name};
use super::{App, AppError, AppResult, Member};
use crate::model::Issue;
use crate::store::{self, ImportRow};

/// Records shown of an import.
const PREVIEW: u64 = 5;
const NOTE_MAX: usize = 2_000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportDetail {
    #[serde(flatten)]
    pub summary: ImportSummary,
    pub provider: String,
    pub preview: Vec<RecordView>,
    pub issues: Vec<IssueView>,
    pub outside: Vec<OutsideLines>,
    /// What a lead had said about its columns or tags.
    pub mapping: Vec<NamedField>,
    /// The verdict that every entry has elsewhere, as a lead said; empty where nothing was said and for whom the file is closed.
    pub said: String,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewImport {
    pub search_id: Uuid,
    pub sha256: String,
    pub file_name: String,
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub encoding: Option<String>,
    /// As in `ReadChoice`.
    #[serde(default)]
    pub first_row: Option<String>,
    /// `include`, `exclude` or `maybe`, where the file holds what was decided so elsewhere and does not say it itself. Counts for
    /// nobody until a lead says whose decisions they are.
    #[serde(default)]
    pub said: String,
    /// Import it although the same bytes were imported before.
    #[serde(default)]
    pub force: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportStarted {
    pub import: ImportSummary,
    pub job_id: Uuid,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct Note {
    pub note: String,
}

/// What the job is told.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub import: Uuid,
    pub format: Option<String>,
    pub encoding: Option<String>,
    #[serde(default)]
    pub first_row: Option<String>,
}

/// What the audit trail keeps of an import.
pub(super) fn trail(row: &ImportRow) -> Value {
    let mut kept = serde_json::json!({
        "file_name": row.file_name, "sha256": row.sha256, "status": row.status,
        "entries": row.entries, "records": row.records, "rejected": row.rejected,
    });
    if !row.said.is_empty() {
        kept["said"] = row.said.clone().into();
    }
    kept
}

impl App {
    /// Oldest first.
    pub async fn imports(&self, member: &Member) -> AppResult<Vec<ImportSummary>> {
        let now = self.at_one_moment().await?;
        let tallies = now.tallies(member.review).await?;
        let names = now.names(member.review).await?;
        let rows = store::sources::imports(&now.db(), member.review).await?;
        Ok(rows.iter().map(|row| summary(row, &tallies, &names, &member.user.locale)).collect())
    }

    pub(super) async fn tallies(&self, review: Uuid) -> AppResult<Tallies> {
        let db = self.db();
        Ok(Tallies {
            open: store::sources::rejected_open(&db, review).await?,
            elsewhere: store::elsewhere::verdicts_by_import(&db, review).await?,
        })
    }

    pub async fn import_summary(&self, member: &Member, id: Uuid) -> AppResult<ImportSummary> {
        self.imports(member).await?.into_iter().find(|import| import.id == id).ok_or(AppError::not_found("import"))
    }

    pub async fn import_detail(&self, member: &Member, id: Uuid) -> AppResult<ImportDetail> {
        let now = self.at_one_moment().await?;
        let summary = now.import_summary(member, id).await?;
        let row = now.import_row(member, id).await?;
        let records = store::records::first_of_import(&now.db(), id, PREVIEW).await?;
        let issues: Vec<Issue> = serde_json::from_str(&row.issues).unwrap_or_default();
        let closed = now.closed_files(member).await?;
        let view = |record| RecordView::stored(record, Some(summary.source.clone()), None, &closed);
        Ok(ImportDetail {
            provider: row.provider,
            // who still has to decide does not learn it
            said: if closed.contains(&id) { String::new() } else { row.said },
            preview: records.into_iter().map(view).collect(),
            issues: issues.iter().map(|issue| issue_view(issue, &member.user.locale)).collect(),
            mapping: names_of(&row.mapping),
            outside: if closed.contains(&id) { Vec::new() } else { serde_json::from_str(&row.outside).unwrap_or_default() },
            summary,
        })
    }

    pub(super) async fn import_row(&self, member: &Member, id: Uuid) -> AppResult<ImportRow> {
        store::sources::import(&self.db(), member.review, id).await?.ok_or(AppError::not_found("import"))
    }

    /// Name and path of the file as it was uploaded.
    ///
    /// # Errors
    /// `forbidden` for anybody but leads when the file holds decisions.
    pub async fn import_file(&self, member: &Member, id: Uuid) -> AppResult<(String, std::path::PathBuf)> {
        if self.closed_files(member).await?.contains(&id) {
            return Err(AppError::forbidden("holds_decisions"));
        }
        let row = self.import_row(member, id).await?;
        Ok((row.file_name, self.blobs.path(&row.sha256)))
    }

    /// Starts to import an uploaded file.
    ///
    /// # Errors
    /// `duplicate_file` when the same bytes were imported before and `force` is not set.
    pub async fn start_import(&self, member: &Member, new: NewImport) -> AppResult<ImportStarted> {
        member.lead()?;
        let NewImport { format, encoding, first_row, said, .. } = new.clone();
        let choice = ReadChoice { format, encoding, first_row, said };
        choice.options()?;
        let search = store::sources::search(&self.db(), member.review, new.search_id).await?.ok_or(AppError::not_found("search"))?;
        let upload = store::sources::upload(&self.db(), member.review, &new.sha256).await?.ok_or(AppError::not_found("upload"))?;
        let row = ImportRow {
            id: self.clock.id(),
            review_id: member.review,
            search_id: search.id,
            source_id: search.source_id,
            file_name: clean_name(&new.file_name),
            sha256: upload.sha256,
            bytes: upload.bytes,
            format: choice.format.clone().unwrap_or_default(),
            provider: String::new(),
            encoding: choice.encoding.clone().unwrap_or_default(),
            entries: 0,
            records: 0,
            rejected: 0,
            outside: "[]".into(),
            issues: "[]".into(),
            mapping: String::new(),
            status: "reading".into(),
            error: None,
            labels: "{}".into(),
            created_by: member.user.id,
            created_at: self.clock.now(),
            said: choice.said,
        };
        let (app, by, id, force) = (self.clone(), member.clone(), row.id, new.force);
        let payload = Payload { import: id, format: choice.format, encoding: choice.encoding, first_row: choice.first_row };
        let payload = serde_json::to_value(payload).map_err(AppError::internal)?;
        let job_id = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = store::sources::import_of_file(db, by.review, &row.sha256).await?;
                    if let Some(before) = before.filter(|_| !force) {
                        return Err(AppError::conflict("duplicate_file").with(before.file_name));
                    }
                    app.log_by(db, &by, "import.create", ("import", id), None, Some(trail(&row))).await?;
                    store::sources::insert_import(db, row).await?;
                    Ok(app.enqueue(db, &by, "import", payload).await?)
                }
                .boxed()
            })
            .await?;
        self.wake_jobs();
        Ok(ImportStarted { import: self.import_summary(member, id).await?, job_id })
    }

    /// Takes an import out of every count, or brings it back. Nothing is deleted. Whom its decisions were given to is undone with it.
    ///
    /// # Errors
    /// `conflict` when it is not done (or not withdrawn).
    pub async fn set_import_withdrawn(&self, member: &Member, id: Uuid, withdrawn: bool, note: &str) -> AppResult<ImportSummary> {
        member.lead()?;
        let (from, to, action) = if withdrawn { ("done", "withdrawn", "import.withdraw") } else { ("withdrawn", "done", "import.restore") };
        let note = super::input::bounded(note, "note", NOTE_MAX)?;
        if withdrawn {
            self.undo_attributions(member, id).await?;
        }
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = store::sources::import(db, by.review, id).await?.ok_or(AppError::not_found("import"))?;
                    if before.status != from {
                        return Err(AppError::conflict("import_not_in_state").with(&before.status));
                    }
                    if !withdrawn && store::sources::import_of_file(db, by.review, &before.sha256).await?.is_some() {
                        return Err(AppError::conflict("duplicate_file").with(&before.file_name));
                    }
                    let row = ImportRow { status: to.into(), labels: "{}".into(), ..before.clone() };
                    let mut after = trail(&row);
                    after["note"] = note.into();
                    app.log_by(db, &by, action, ("import", id), Some(trail(&before)), Some(after)).await?;
                    store::records::set_active(db, id, !withdrawn).await?;
                    store::elsewhere::clear_labels(db, id).await?;
                    Ok(store::sources::update_import(db, row).await?)
                }
                .boxed()
            })
            .await?;
        let records = store::records::ids_of_import(&self.db(), id).await?;
        self.regroup_in_batches(member.review, &records, true, |_| ()).await?;
        self.import_summary(member, id).await
    }
}
