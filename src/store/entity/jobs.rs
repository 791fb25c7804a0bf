//! Table `jobs`. Slow work.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub kind: String,
    pub payload: String,
    pub state: String,
    pub done: i64,
    pub total: i64,
    pub message: String,
    pub error: Option<String>,
    pub result: Option<String>,
    pub attempts: i64,
    pub heartbeat_at: Option<i64>,
    pub created_by: Option<Uuid>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
