//! Table `choices`. Which record a person wants a field of its citation from; append-only, the last word about a field counts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "choices")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub review_id: Uuid,
    pub record_id: Uuid,
    pub field: String,
    /// `false`: no longer; the rules choose again.
    pub picked: bool,
    pub user_id: Uuid,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
