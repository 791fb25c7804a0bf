//! Table `citation_stages`. Derived: where a citation stands at a stage.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "citation_stages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub citation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage: String,
    pub review_id: Uuid,
    pub active: bool,
    pub ready: bool,
    pub outcome: String,
    pub reason_id: Option<Uuid>,
    pub taken: i64,
    pub decided: i64,
    /// Of `decided`: those made elsewhere.
    pub elsewhere: i64,
    pub order_key: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
