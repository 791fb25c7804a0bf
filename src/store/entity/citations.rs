//! Table `citations`. One row per record's home citation; live where `merged_into` is null and `active`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "citations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub number: i64,
    pub merged_into: Option<Uuid>,
    pub active: bool,
    pub merged: String,
    pub title: String,
    pub year: Option<i64>,
    pub in_databases: bool,
    pub sources: String,
    pub record_count: i64,
    pub removed_kind: Option<String>,
    pub removed_note: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
