//! The schema's history. A migration is SQL with `{uuid}`, `{seq}` and `{float}` for what the databases name differently;
//! each runs in one transaction and is never edited after a release.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

pub struct Migrator;

/// Brings the schema up to date.
///
/// # Errors
/// When a step fails (it is then undone whole), or the database knows a step that this program does not.
pub async fn up(connection: &sea_orm_migration::sea_orm::DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(connection, None).await
}

/// Whether the schema is this program's.
///
/// # Errors
/// When the database can't be asked.
pub async fn is_current(connection: &sea_orm_migration::sea_orm::DatabaseConnection) -> Result<bool, DbErr> {
    Ok(Migrator::get_pending_migrations_read_only(connection).await?.is_empty())
}

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Sql { name: "m0001_start", up: include_str!("m0001_start.sql") }),
            Box::new(Sql { name: "m0002_said", up: include_str!("m0002_said.sql") }),
            Box::new(Sql { name: "m0003_said_later", up: include_str!("m0003_said_later.sql") }),
        ]
    }
}

/// One step, written as SQL.
struct Sql {
    name: &'static str,
    up: &'static str,
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sql {
    fn use_transaction(&self) -> Option<bool> {
        Some(true) // SQLite's migrations are not in one otherwise
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (uuid, seq, float) = match manager.get_database_backend() {
            DatabaseBackend::Sqlite => ("BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT", "REAL"),
            _ => ("UUID", "BIGSERIAL PRIMARY KEY", "DOUBLE PRECISION"),
        };
        let sql = self.up.replace("{uuid}", uuid).replace("{seq}", seq).replace("{float}", float);
        for statement in sql.split(";\n").map(str::trim).filter(|s| !s.is_empty()) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(()) // nothing is ever thrown away; a restore from a backup is the way back
    }
}
