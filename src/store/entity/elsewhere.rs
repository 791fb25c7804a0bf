//! Table `elsewhere`. Decisions that a file brought from another tool, as the file has them; append-only, they stand with their record.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "elsewhere")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub import_id: Uuid,
    pub record_id: Uuid,
    pub tool: String,
    pub name: String,
    pub stage: String,
    pub verdict: String,
    pub reason: String,
    pub note: String,
    pub labels: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
