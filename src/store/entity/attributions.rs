//! Table `attributions`. A name in a file is a member of the review; append-only, `undone_at` takes one back.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attributions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub import_id: Uuid,
    pub name: String,
    pub from_stage: String,
    pub user_id: Uuid,
    pub stage: String,
    pub reasons: String,
    pub created_by: Uuid,
    pub created_at: i64,
    pub undone_by: Option<Uuid>,
    pub undone_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
