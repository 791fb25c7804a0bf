//! Rows. Opens the database (SQLite or PostgreSQL), reads through a pool, writes through one writer that shares a flush
//! among many acknowledged changes. Nothing else in the program touches SeaORM.

mod db;
mod entity;
mod open;
mod writer;

pub mod accounts;
pub mod attached;
pub mod audit;
pub mod citations;
pub mod elsewhere;
pub mod facts;
pub mod jobs;
pub mod choices;
pub mod links;
pub mod mappings;
pub mod records;
pub mod reviews;
pub mod screening;
pub mod verify;
pub mod sources;
pub mod tasks;
pub mod transfer;

pub use db::{Db, StoreError, StoreResult, clean_like};
pub use entity::*;
pub use open::{Store, remove_sqlite, sqlite_file};
