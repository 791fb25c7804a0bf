//! What a store function works on: a connection of the read pool or the writer's transaction, and the errors both give.

use sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, FromQueryResult, SqlErr, Statement, Value};

/// A handle for one read or for one writing transaction. Functions of `store` take it and never open one themselves.
pub struct Db<'a>(pub(super) DatabaseExecutor<'a>);

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The database is locked or gone for the moment; trying again later may work.
    #[error("the database is busy: {0}")]
    Busy(String),
    #[error("database: {0}")]
    Database(String),
    /// A stored value does not have the form it was stored in.
    #[error("stored value: {0}")]
    Corrupt(String),
}

/// What errors say that may be gone next time: somebody holds the database, it is not to be reached, it has no room. From the texts of
/// sqlx 0.9 and SQLite.
const PASSING: &[&str] = &[
    "database is locked",
    "pool timed out",
    "error communicating with database",
    "the database system is",
    "terminating connection due to",
    "database or disk is full",
];

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => return StoreError::Duplicate(what),
            Some(other) => return StoreError::Database(other.to_string()),
            None => {}
        }
        let text = error.to_string();
        if PASSING.iter().any(|sign| text.contains(sign)) { StoreError::Busy(text) } else { StoreError::Database(text) }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Corrupt(error.to_string())
    }
}

pub type StoreResult<T> = Result<T, StoreError>;

impl Db<'_> {
    pub(super) fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    pub(super) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// Rows of a hand-written query. Parameters are `$1`, `$2`, … in both databases.
    pub(super) async fn all<T: FromQueryResult>(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> StoreResult<Vec<T>> {
        Ok(T::find_by_statement(self.statement(sql, values)).all(&self.0).await?)
    }

    pub(super) async fn one<T: FromQueryResult>(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> StoreResult<Option<T>> {
        Ok(T::find_by_statement(self.statement(sql, values)).one(&self.0).await?)
    }

    /// The number that a query names `n`; 0 without a row.
    pub(super) async fn count(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> StoreResult<i64> {
        #[derive(FromQueryResult)]
        struct Count {
            n: i64,
        }
        Ok(self.one::<Count>(sql, values).await?.map_or(0, |row| row.n))
    }

    /// Rows changed.
    pub(super) async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> StoreResult<u64> {
        Ok(self.0.execute_raw(self.statement(sql, values)).await?.rows_affected())
    }
}

/// Rows per statement when many are written at once; the best of those measured, and far below both databases' limits on parameters.
pub(super) const ROWS_PER_STATEMENT: usize = 100;

/// `%text%` for a LIKE with `\` as the escape.
pub fn clean_like(text: &str) -> String {
    let escaped: String = text.chars().flat_map(|c| if matches!(c, '%' | '_' | '\\') { vec!['\\', c] } else { vec![c] }).collect();
    format!("%{escaped}%")
}
