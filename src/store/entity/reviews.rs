//! Table `reviews`. Scoping reviews.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub title: String,
    pub question: String,
    pub protocol_doi: Option<String>,
    pub p_label: String,
    pub notice: Option<String>,
    pub is_demo: bool,
    pub dedup_level: String,
    pub previous_studies: Option<i64>,
    pub previous_reports: Option<i64>,
    pub next_number: i64,
    pub created_by: Uuid,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
