//! The PRISMA figure and its numbers as files, in either language.

use serde::Deserialize;

use super::{App, AppError, AppResult, L10n, Member};
use crate::export::figure::{Figure, OtherColumn, pdf, png, svg};
use crate::export::{ReasonNames, prisma};
use crate::flow;
use crate::model::{Lang, ReasonId, Text};
use crate::store;

/// Pixels of the PNG per pixel of the figure: about 300 dpi at the width of a journal page.
pub(super) const PNG_SCALE: f32 = 3.0;

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct FigureQuery {
    /// `ja` or `en`; otherwise the reader's own language.
    pub lang: Option<String>,
    /// The other-methods column: `auto`, `yes`, `no`.
    pub other: Option<String>,
    /// `1`: as a file to keep.
    pub download: Option<String>,
}

/// A file made on the spot.
pub struct Made {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    pub file_name: String,
}

impl App {
    /// The figure as `svg`, `png` or `pdf`, or its numbers as `csv` (the R package's table) or `json`.
    pub async fn figure(&self, member: &Member, format: &str, query: &FigureQuery) -> AppResult<Made> {
        let lang = query.lang.as_deref().and_then(Lang::parse).or(Lang::parse(&member.user.locale)).unwrap_or_default();
        let facts = self.flow_facts(member.review).await?;
        let counts = super::flow::seen_by(flow::count(&facts), member);
        if let Some(broken) = counts.check().first() {
            return Err(AppError::internal(format!("PRISMA identity {} does not close: {} ≠ {}", broken.code, broken.left, broken.right)));
        }
        let names: ReasonNames =
            self.reason_labels(member.review).await?.into_iter().map(|(id, label)| (ReasonId(id), Text::new(label.ja, label.en))).collect();
        let review = store::reviews::get(&self.db(), member.review).await?.ok_or(AppError::not_found("review"))?;
        let title = L10n::from_json(&review.title).get(lang.as_str()).to_string();
        let other = match query.other.as_deref() {
            Some("yes") => OtherColumn::Yes,
            Some("no") => OtherColumn::No,
            _ => OtherColumn::Auto,
        };
        let drawing = svg(&Figure { counts: &counts, names: &names, title: &title, other, link: None }, lang);
        let (bytes, content_type) = match format {
            "svg" => (drawing.into_bytes(), "image/svg+xml"),
            "png" => (blocking(move || png(&drawing, PNG_SCALE).map_err(AppError::internal)).await?, "image/png"),
            "pdf" => (blocking(move || pdf(&drawing, &title, lang).map_err(AppError::internal)).await?, "application/pdf"),
            "csv" => {
                let mut out = Vec::new();
                prisma::csv(&counts, &names, prisma::TableOptions { lang, link: None }, &mut out).map_err(AppError::internal)?;
                (out, "text/csv; charset=utf-8")
            }
            "json" => {
                let mut out = Vec::new();
                prisma::json(&counts, &names, &mut out).map_err(AppError::internal)?;
                (out, "application/json")
            }
            _ => return Err(AppError::not_found("format")),
        };
        Ok(Made { bytes, content_type, file_name: format!("prisma-{}.{format}", lang.as_str()) })
    }
}

/// Runs work that takes a while off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?
}
