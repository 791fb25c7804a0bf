//! Queries for checking that what is stored is whole.

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::db::{Db, StoreResult};

const NONE: [Value; 0] = [];

/// What the database says of its own file; `None` when it is well. PostgreSQL checks itself.
pub async fn database(db: &Db<'_>) -> Option<String> {
    #[derive(FromQueryResult)]
    struct Check {
        integrity_check: String,
    }
    if db.backend() != sea_orm::DbBackend::Sqlite {
        return None;
    }
    match db.one::<Check>("PRAGMA integrity_check(1)", NONE).await {
        Ok(found) => found.map(|check| check.integrity_check).filter(|said| said != "ok"),
        Err(error) => Some(error.to_string()),
    }
}

/// Rows that refer to rows that are not there: table, table referred to, how many. PostgreSQL lets none arise.
pub async fn dangling(db: &Db<'_>) -> StoreResult<Vec<(String, String, i64)>> {
    #[derive(FromQueryResult)]
    struct Dangling {
        child: String,
        parent: String,
        n: i64,
    }
    if db.backend() != sea_orm::DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let sql = "SELECT \"table\" AS child, parent, COUNT(*) AS n FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2";
    Ok(db.all::<Dangling>(sql, NONE).await?.into_iter().map(|row| (row.child, row.parent, row.n)).collect())
}

/// Rows that the audit trail had and has no more. PostgreSQL's numbers have gaps by nature.
pub async fn audit_missing(db: &Db<'_>) -> StoreResult<i64> {
    if db.backend() != sea_orm::DbBackend::Sqlite {
        return Ok(0);
    }
    let sql = "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) - (SELECT COUNT(*) FROM audit) AS n";
    db.count(sql, NONE).await
}

/// Full texts of a review as (file name, SHA-256).
pub async fn full_texts(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<(String, String)>> {
    #[derive(FromQueryResult)]
    struct File {
        file_name: Option<String>,
        file_sha256: String,
    }
    let sql = "SELECT file_name, file_sha256 FROM reports WHERE review_id = $1 AND file_sha256 IS NOT NULL ORDER BY at";
    let files: Vec<File> = db.all(sql, [review.into()]).await?;
    Ok(files.into_iter().map(|file| (file.file_name.unwrap_or_default(), file.file_sha256)).collect())
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
