//! Queries for checking that what is stored is whole.

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::db::{Db, StoreResult};

#[derive(FromQueryResult)]
struct Check {
    quick_check: String,
}

/// What the database says of itself; `None` when it is well. PostgreSQL checks itself.
pub async fn database(db: &Db<'_>) -> StoreResult<Option<String>> {
    if db.backend() != sea_orm::DbBackend::Sqlite {
        return Ok(None);
    }
    let none: [Value; 0] = [];
    let found: Option<Check> = db.one("PRAGMA quick_check", none).await?;
    Ok(found.map(|check| check.quick_check).filter(|said| said != "ok"))
}

/// An import with what is really stored of it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredImport {
    pub file_name: String,
    pub sha256: String,
    pub status: String,
    pub entries: i64,
    pub records: i64,
    pub rejected: i64,
    /// Records that are stored, those from repaired entries included.
    pub stored: i64,
    pub repaired: i64,
    /// Rejected entries that are stored.
    pub kept: i64,
}

pub async fn imports(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<StoredImport>> {
    let sql = "SELECT i.file_name, i.sha256, i.status, i.entries, i.records, i.rejected, \
               (SELECT COUNT(*) FROM records r WHERE r.import_id = i.id) AS stored, \
               (SELECT COUNT(*) FROM rejected_entries e WHERE e.import_id = i.id AND e.record_id IS NOT NULL) AS repaired, \
               (SELECT COUNT(*) FROM rejected_entries e WHERE e.import_id = i.id) AS kept \
               FROM imports i WHERE i.review_id = $1 ORDER BY i.created_at";
    db.all(sql, [review.into()]).await
}
