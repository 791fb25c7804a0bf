//! Which record a person wants a field of its citation from. Rows are only added; they stay with the record when citations change.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{ChoiceRow, choices};
use super::records::IDS_PER_STATEMENT;

/// A choice to be written; `seq` is the database's.
#[derive(Clone, Debug)]
pub struct NewChoice {
    pub review_id: Uuid,
    pub record_id: Uuid,
    pub field: String,
    pub picked: bool,
    pub user_id: Uuid,
    pub created_at: i64,
}

pub async fn insert(db: &Db<'_>, row: NewChoice) -> StoreResult<()> {
    use sea_orm::ActiveValue::{NotSet, Set};
    let row = choices::ActiveModel {
        seq: NotSet,
        review_id: Set(row.review_id),
        record_id: Set(row.record_id),
        field: Set(row.field),
        picked: Set(row.picked),
        user_id: Set(row.user_id),
        created_at: Set(row.created_at),
    };
    choices::Entity::insert(row).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Every choice about these records, oldest first.
pub async fn of_records(db: &Db<'_>, records: &[Uuid]) -> StoreResult<Vec<ChoiceRow>> {
    let mut rows = Vec::new();
    for chunk in records.chunks(IDS_PER_STATEMENT) {
        rows.extend(choices::Entity::find().filter(choices::Column::RecordId.is_in(chunk.iter().copied())).all(&db.0).await?);
    }
    rows.sort_by_key(|row| row.seq);
    Ok(rows)
}
