//! Table `reports`. Where the full text of a citation is.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub citation_id: Uuid,
    pub review_id: Uuid,
    pub state: String,
    pub file_sha256: Option<String>,
    pub file_name: Option<String>,
    pub file_bytes: Option<i64>,
    pub link: Option<String>,
    pub reason: String,
    pub note: String,
    pub user_id: Option<Uuid>,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
