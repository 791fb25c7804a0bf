//! Reports: the full text of each included citation is sought, found (a file or a link), or given up with a reason.
//! A file is checked to be a PDF, kept by its SHA-256, and never thrown away; every state can be left again.

use std::path::Path;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::citation_rows::CitationRowView;
use super::input::text;
use super::shown::ReportView;
use super::tasks::report_view;
use super::{App, AppError, AppResult, Member, Page};
use crate::blobs::Blob;
use crate::store::attached::{self, Families};
use crate::store::{Db, ReportRow, screening};

/// Bytes of one full text.
pub const FILE_LIMIT: u64 = 200 * 1024 * 1024;
const REASON_MAX: usize = 500;
const LINK_MAX: usize = 2000;
const PAGE_MAX: usize = 200;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportItem {
    pub citation: CitationRowView,
    pub doi: Option<String>,
    pub links: Vec<String>,
    pub report: ReportView,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct ReportQuery {
    pub state: Option<String>,
    pub q: Option<String>,
    /// Citation number after which the page begins.
    pub after: Option<i64>,
    pub limit: Option<usize>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NotRetrieved {
    pub reason: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ReportLink {
    pub url: String,
}

impl App {
    /// Reports of the citations that title/abstract screening included, by citation number.
    pub async fn reports(&self, member: &Member, query: ReportQuery) -> AppResult<Page<ReportItem>> {
        let now = self.at_one_moment().await?;
        let db = now.db();
        let families = Families::of(&db, &screening::at_full_text(&db, member.review).await?).await?;
        let mut reports = attached::reports(&db, &families).await?;
        if let Some(state) = &query.state {
            reports.retain(|_, row| &row.state == state);
        }
        let ids: Vec<Uuid> = reports.keys().copied().collect();
        let mut citations = screening::citations(&db, &ids).await?;
        if let Some(q) = query.q.as_deref().map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty()) {
            citations.retain(|row| {
                row.title.to_lowercase().contains(&q) || row.number.to_string() == q || row.merged.to_lowercase().contains(&q)
            });
        }
        citations.sort_by_key(|row| row.number);
        let total = citations.len() as u64;
        let limit = query.limit.unwrap_or(50).clamp(1, PAGE_MAX);
        citations.retain(|row| row.number > query.after.unwrap_or(0));
        citations.truncate(limit);
        let next = super::cursor(&citations, limit, |row| row.number.to_string());
        let people = now.people(&db).await?;
        let views = now.citation_rows(&db, member, &citations).await?;
        let mut items = Vec::new();
        for (citation, row) in views.into_iter().zip(&citations) {
            let Some(report) = reports.get(&row.id) else { continue };
            let record = super::shown::Stored::of(row).record;
            let by = report.user_id.and_then(|id| people.get(&id)).map(|person| person.name.clone());
            items.push(ReportItem { citation, doi: record.doi, links: record.links, report: report_view(report, by) });
        }
        Ok(Page { items, total, next })
    }

    /// Keeps an uploaded PDF as the full text.
    ///
    /// # Errors
    /// `invalid` when the file is not a PDF.
    pub async fn put_report_file(&self, member: &Member, citation: Uuid, name: &str, file: &Path) -> AppResult<ReportView> {
        member.works()?;
        let name: String = name.rsplit(['/', '\\']).next().unwrap_or("report.pdf").chars().take(200).collect();
        if !starts_as_pdf(file).await? {
            return Err(AppError::invalid("file", "not_a_pdf").with(&name));
        }
        let blob = self.blobs.keep(file).await.map_err(AppError::internal)?;
        self.change_report(member, citation, "report.file", move |row| ReportRow {
            state: "retrieved".into(),
            file_sha256: Some(blob.sha256),
            file_bytes: Some(blob.bytes as i64),
            file_name: Some(name),
            reason: String::new(),
            ..row
        })
        .await
    }

    /// The full text is at a link, e.g. behind the library's own access. Where the operator allows the host and it answers
    /// with a PDF, the file is kept as well.
    pub async fn put_report_link(&self, member: &Member, citation: Uuid, link: ReportLink) -> AppResult<ReportView> {
        member.works()?;
        let url = text(&link.url, "url", LINK_MAX)?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(AppError::invalid("url", "not_a_link"));
        }
        let blob = self.fetched(&url).await?;
        self.change_report(member, citation, "report.link", |row| {
            let row = ReportRow { state: "retrieved".into(), link: Some(url), reason: String::new(), ..row };
            match blob {
                Some(blob) => {
                    let name = Some(format!("{}.pdf", &blob.sha256[..12]));
                    ReportRow { file_sha256: Some(blob.sha256), file_bytes: Some(blob.bytes as i64), file_name: name, ..row }
                }
                None => row,
            }
        })
        .await
    }

    /// The PDF at a link, if its host is one that may be asked and a PDF is what it answers.
    async fn fetched(&self, url: &str) -> AppResult<Option<Blob>> {
        if !self.fetch.allows(url) {
            return Ok(None);
        }
        let path = self.blobs.incoming(&self.clock.id().to_string()).await.map_err(AppError::internal)?;
        let kept = match self.fetch.to_file(url, &path, FILE_LIMIT).await {
            Ok(()) if starts_as_pdf(&path).await? => Some(self.blobs.keep(&path).await.map_err(AppError::internal)?),
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(%error, "a full text could not be fetched; its link is kept");
                None
            }
        };
        let _ = tokio::fs::remove_file(&path).await; // there only when it was not kept
        Ok(kept)
    }

    pub async fn report_not_retrieved(&self, member: &Member, citation: Uuid, why: NotRetrieved) -> AppResult<ReportView> {
        member.works()?;
        let reason = text(&why.reason, "reason", REASON_MAX)?;
        let note = why.note.trim().chars().take(REASON_MAX).collect();
        self.change_report(member, citation, "report.not_retrieved", |row| ReportRow { state: "not_retrieved".into(), reason, note, ..row })
            .await
    }

    /// Back to being sought; a file that was there stays with the row and comes back with `retrieved`.
    pub async fn report_sought(&self, member: &Member, citation: Uuid) -> AppResult<ReportView> {
        self.change_report(member, citation, "report.sought", |row| ReportRow { state: "sought".into(), reason: String::new(), ..row })
            .await
    }

    /// Who screens may also bring full texts; observers may not.
    async fn change_report(
        &self,
        member: &Member,
        citation: Uuid,
        action: &'static str,
        change: impl FnOnce(ReportRow) -> ReportRow + Send + 'static,
    ) -> AppResult<ReportView> {
        member.works()?;
        let (app, by) = (self.clone(), member.clone());
        let row = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = app.sought_report(db, &by, citation).await?;
                    let row = ReportRow { user_id: Some(by.user.id), at: app.clock.now(), ..change(before.clone()) };
                    app.log_by(db, &by, action, ("citation", row.citation_id), Some(trail(&before)), Some(trail(&row))).await?;
                    attached::put_report(db, row.clone()).await?;
                    app.refresh_stages(db, by.review, &[row.citation_id]).await?;
                    Ok(row)
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(report_view(&row, Some(member.user.name.clone())))
    }

    async fn sought_report(&self, db: &Db<'_>, member: &Member, citation: Uuid) -> AppResult<ReportRow> {
        let root = self.root(db, member.review, citation).await?;
        let mut reports = attached::reports(db, &Families::of(db, &[root.id]).await?).await?;
        reports.remove(&root.id).ok_or(AppError::conflict("not_sought"))
    }

    /// Name and path of a report's file.
    pub async fn report_file(&self, member: &Member, citation: Uuid) -> AppResult<(String, std::path::PathBuf)> {
        let report = self.sought_report(&self.db(), member, citation).await?;
        let sha256 = report.file_sha256.ok_or(AppError::not_found("file"))?;
        Ok((report.file_name.unwrap_or_default(), self.blobs.path(&sha256)))
    }
}

fn trail(row: &ReportRow) -> serde_json::Value {
    serde_json::json!({ "state": row.state, "file_name": row.file_name, "file_sha256": row.file_sha256, "link": row.link, "reason": row.reason, "note": row.note })
}

/// PDF 32000: the header stands within the first 1024 bytes.
async fn starts_as_pdf(file: &Path) -> AppResult<bool> {
    use tokio::io::AsyncReadExt;
    let file = tokio::fs::File::open(file).await.map_err(AppError::internal)?;
    let mut head = Vec::with_capacity(1024);
    file.take(1024).read_to_end(&mut head).await.map_err(AppError::internal)?;
    Ok(head.windows(5).any(|window| window == b"%PDF-"))
}
