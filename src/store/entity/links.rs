//! Table `links`. Statements about two records; append-only, `undone_at` takes one back. `act` is what made it: a run's job, or one
//! answer of a person, which may speak of many pairs.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: Uuid,
    pub act: Uuid,
    pub review_id: Uuid,
    pub record_a: Uuid,
    pub record_b: Uuid,
    pub verdict: String,
    pub by_user: Option<Uuid>,
    pub rule_version: Option<i64>,
    pub score: f64,
    pub evidence: String,
    pub created_at: i64,
    pub undone_at: Option<i64>,
    pub undone_by: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
