//! Table `records`. Entries of imports; immutable but for `citation_id` and `active`, which are derived.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub import_id: Uuid,
    pub source_id: Uuid,
    pub n: i64,
    pub line_start: i64,
    pub line_end: i64,
    pub raw: String,
    pub data: String,
    pub citation_id: Uuid,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
