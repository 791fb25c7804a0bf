//! Citations as files that reference managers and spreadsheets read: what the list shows under the same filters.

use super::citations::CitationQuery;
use super::shown::Stored;
use super::{App, AppError, AppResult, Member};
use crate::export::{csv, jsonl, ris};
use crate::model::Record;

/// A file format of citations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Ris,
    Csv,
    Jsonl,
}

impl ExportFormat {
    pub fn content_type(self) -> &'static str {
        match self {
            ExportFormat::Ris => "application/x-research-info-systems; charset=utf-8",
            ExportFormat::Csv => "text/csv; charset=utf-8",
            ExportFormat::Jsonl => "application/x-ndjson",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Ris => "ris",
            ExportFormat::Csv => "csv",
            ExportFormat::Jsonl => "jsonl",
        }
    }
}

impl App {
    /// The citations that the query selects, in its order, one entry each.
    pub async fn export_citations(&self, member: &Member, query: CitationQuery, format: ExportFormat) -> AppResult<Vec<u8>> {
        let selected = self.select(member, &query).await?;
        let ids: Vec<_> = selected.found.iter().map(|light| light.id).collect();
        let rows = self.in_order(member.review, &ids).await?;
        let written = tokio::task::spawn_blocking(move || -> std::io::Result<Vec<u8>> {
            let records: Vec<Record> = rows.iter().map(|row| Stored::of(row).record).collect();
            let mut out = Vec::new();
            match format {
                ExportFormat::Ris => ris::write(records.iter(), &mut out)?,
                ExportFormat::Csv => csv::write(records.iter(), &mut out)?,
                ExportFormat::Jsonl => {
                    let items = rows.iter().zip(&records).map(|(row, record)| jsonl::Item {
                        file: "erabi",
                        n: u32::try_from(row.number).unwrap_or(0),
                        format: "erabi",
                        line_start: 0,
                        line_end: 0,
                        record,
                    });
                    jsonl::write(items, &mut out)?;
                }
            }
            Ok(out)
        });
        written.await.map_err(AppError::internal)?.map_err(AppError::internal)
    }
}
