//! Table `study_reports`. Which study a report belongs to; a report without a row is a study of its own.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "study_reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub citation_id: Uuid,
    pub review_id: Uuid,
    pub study_id: Uuid,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
