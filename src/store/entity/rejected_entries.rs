//! Table `rejected_entries`. Entries that could not be read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rejected_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub import_id: Uuid,
    pub n: i64,
    pub line_start: i64,
    pub line_end: i64,
    pub raw: String,
    pub reason: String,
    pub state: String,
    pub note: String,
    pub record_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
