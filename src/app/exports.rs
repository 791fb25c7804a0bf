//! Citations as files that reference managers and spreadsheets read: what the list shows under the same filters.
//! One rule: what a citation is, not what anybody decided on it; so that every member may have the file at any time.

use super::citations::CitationQuery;
use super::shown::Stored;
use super::{App, AppError, AppResult, Member};
use crate::export::jsonl;
pub use crate::export::records::RecordFormat;
use crate::export::records::RecordWriter;

impl App {
    /// The citations that the query selects, in its order, one entry each.
    pub async fn export_citations(&self, member: &Member, query: CitationQuery, format: RecordFormat) -> AppResult<Vec<u8>> {
        let selected = self.select(member, &query).await?;
        let ids: Vec<_> = selected.found.iter().map(|light| light.id).collect();
        let rows = self.in_order(member.review, &ids).await?;
        let written = tokio::task::spawn_blocking(move || -> std::io::Result<Vec<u8>> {
            let mut out = Vec::new();
            let mut writer = RecordWriter::begin(format, &mut out)?;
            for row in &rows {
                let record = &Stored::of(row).record;
                let n = u32::try_from(row.number).unwrap_or(0);
                writer.write(jsonl::Item { file: "erabi", n, format: "erabi", line_start: 0, line_end: 0, record })?;
            }
            writer.end()?;
            Ok(out)
        });
        written.await.map_err(AppError::internal)?.map_err(AppError::internal)
    }
}
