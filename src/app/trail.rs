//! Reading the audit trail: pages for leads, the whole as CSV, the part that belongs to one citation.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::members::Person;
use super::{App, AppError, AppResult, Member, Page, time};
use crate::store::{self, audit::Filter};

const PAGE_MAX: u64 = 500;
/// Rows read at once while the whole trail is written.
const BATCH: u64 = 1000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditView {
    pub id: i64,
    pub at: String,
    pub user: String,
    /// `noun.verb`.
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    #[schema(value_type = Object)]
    pub before: Option<serde_json::Value>,
    #[schema(value_type = Object)]
    pub after: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct AuditQuery {
    pub after: Option<i64>,
    /// Beginning of the action, e.g. `decision.`.
    pub action: Option<String>,
    pub user: Option<Uuid>,
    /// Id of the thing that was changed.
    pub object: Option<String>,
    pub limit: Option<u64>,
}

impl App {
    /// Newest first; leads only.
    pub async fn audit(&self, member: &Member, query: AuditQuery) -> AppResult<Page<AuditView>> {
        member.lead()?;
        let now = self.at_one_moment().await?;
        let db = now.db();
        let filter = Filter { before_seq: query.after, action: query.action, user: query.user, object: query.object };
        let limit = query.limit.unwrap_or(100).clamp(1, PAGE_MAX);
        let rows = store::audit::page(&db, member.review, &filter, limit).await?;
        let total = store::audit::count(&db, member.review, &filter).await?;
        let people = now.people(&db).await?;
        let next = super::cursor(&rows, limit as usize, |row| row.seq.to_string());
        Ok(Page { items: rows.into_iter().map(|row| view(row, &people)).collect(), total, next })
    }

    /// What happened to one thing, newest first, without asking who may see it.
    pub(crate) async fn history_of(&self, review: Uuid, object: Uuid) -> AppResult<Vec<AuditView>> {
        let db = self.db();
        let filter = Filter { object: Some(object.to_string()), ..Filter::default() };
        let people = self.people(&db).await?;
        let rows = store::audit::page(&db, review, &filter, PAGE_MAX).await?;
        Ok(rows.into_iter().map(|row| view(row, &people)).collect())
    }

    /// The whole trail as CSV, newest first.
    pub async fn audit_csv(&self, member: &Member) -> AppResult<Vec<u8>> {
        member.lead()?;
        let db = self.db();
        let people = self.people(&db).await?;
        let out = Vec::from("\u{feff}".as_bytes()); // so that Excel reads it as UTF-8
        let mut csv = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).terminator(csv::Terminator::CRLF).from_writer(out);
        csv.write_record(["id", "at", "user", "action", "object_kind", "object_id", "before", "after"]).map_err(AppError::internal)?;
        let mut filter = Filter::default();
        loop {
            let rows = store::audit::page(&db, member.review, &filter, BATCH).await?;
            for row in &rows {
                let user = row.user_id.and_then(|id| people.get(&id)).map_or("", |person| person.login.as_str());
                let (id, at) = (row.seq.to_string(), time(row.at));
                let values = [&row.before_value, &row.after_value].map(|value| value.as_deref().unwrap_or(""));
                let cells = [&id, &at, user, &row.action, &row.object_kind, &row.object_id, values[0], values[1]];
                csv.write_record(cells.map(guarded)).map_err(AppError::internal)?;
            }
            match rows.last() {
                Some(last) if rows.len() as u64 == BATCH => filter.before_seq = Some(last.seq),
                _ => return csv.into_inner().map_err(AppError::internal),
            }
        }
    }
}

/// A cell that a spreadsheet would take for a formula is shown as text.
fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_string() }
}

fn view(row: store::AuditRow, people: &HashMap<Uuid, Person>) -> AuditView {
    let value = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    AuditView {
        id: row.seq,
        at: time(row.at),
        user: row.user_id.and_then(|id| people.get(&id)).map(|person| person.name.clone()).unwrap_or_default(),
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        before: value(row.before_value),
        after: value(row.after_value),
    }
}
