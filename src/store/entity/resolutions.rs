//! Table `resolutions`. How conflicts were settled; append-only.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resolutions")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: Uuid,
    pub review_id: Uuid,
    pub citation_id: Uuid,
    pub stage: String,
    pub kind: String,
    pub verdict: Option<String>,
    pub reason_id: Option<Uuid>,
    pub note: String,
    pub user_id: Uuid,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
