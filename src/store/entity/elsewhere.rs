//! Table `elsewhere`. Decisions that a file brought from another tool, as the file has them or as a lead said of all of it (`said`). None is
//! taken away; they stand with their record, but for those that are put aside (`live`).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "elsewhere")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub review_id: Uuid,
    pub import_id: Uuid,
    pub record_id: Uuid,
    pub tool: String,
    pub name: String,
    pub stage: String,
    pub verdict: String,
    pub reason: String,
    pub note: String,
    pub labels: String,
    /// The verdict is what a lead said of the whole file; the file has none here.
    pub said: bool,
    /// False: put aside by what a lead said since; it counts and is shown nowhere.
    pub live: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
