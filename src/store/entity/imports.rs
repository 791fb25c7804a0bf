//! Table `imports`. Uploaded files.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub search_id: Uuid,
    pub source_id: Uuid,
    pub file_name: String,
    pub sha256: String,
    pub bytes: i64,
    pub format: String,
    pub provider: String,
    pub encoding: String,
    pub entries: i64,
    pub records: i64,
    pub rejected: i64,
    pub outside: String,
    pub issues: String,
    pub mapping: String,
    pub status: String,
    pub error: Option<String>,
    /// Which of the file's labels became which of the review's: folded text → label, as JSON.
    pub labels: String,
    pub created_by: Uuid,
    pub created_at: i64,
    /// The verdict that every entry has elsewhere, as a lead said; empty where nothing was said.
    pub said: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
