//! Table `audit`. Who changed what, when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub review_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub at: i64,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub before_value: Option<String>,
    pub after_value: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
