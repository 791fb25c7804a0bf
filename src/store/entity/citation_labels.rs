//! Table `citation_labels`. Labels on citations.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "citation_labels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub citation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub label_id: Uuid,
    pub review_id: Uuid,
    pub user_id: Uuid,
    pub created_at: i64,
    /// The import whose labels from elsewhere put it there.
    pub import_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
