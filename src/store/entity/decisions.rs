//! Table `decisions`. Answers to tasks; append-only but for the derived `state`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: Uuid,
    pub review_id: Uuid,
    pub task_id: Uuid,
    pub citation_id: Uuid,
    pub stage: String,
    pub user_id: Uuid,
    pub verdict: String,
    pub answers: String,
    pub reason_id: Option<Uuid>,
    pub note: String,
    pub settings_version: i64,
    pub decided_at: i64,
    pub received_at: i64,
    pub state: String,
    /// The decision made elsewhere that a lead gave to the reviewer, and by which attribution.
    pub elsewhere_id: Option<Uuid>,
    pub attribution_id: Option<Uuid>,
}

impl Model {
    /// Its place among its reviewer's words: by when they decided, however late it came. What was decided elsewhere was decided before.
    pub fn order(&self) -> (i64, Uuid) {
        (if self.elsewhere_id.is_some() { i64::MIN } else { self.decided_at }, self.id)
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
