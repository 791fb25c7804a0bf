//! What leads said about columns and tags.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{MappingRow, mappings};

/// Latest first.
pub async fn of_review(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<MappingRow>> {
    let query = mappings::Entity::find().filter(mappings::Column::ReviewId.eq(review));
    Ok(query.order_by_desc(mappings::Column::CreatedAt).order_by_desc(mappings::Column::Id).all(&db.0).await?)
}

pub async fn put(db: &Db<'_>, row: MappingRow) -> StoreResult<()> {
    use mappings::Column as C;
    let conflict = OnConflict::column(C::Id).update_columns([C::Name, C::Data, C::CreatedBy, C::CreatedAt]).to_owned();
    mappings::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

pub async fn remove(db: &Db<'_>, id: Uuid) -> StoreResult<()> {
    mappings::Entity::delete_by_id(id).exec(&db.0).await?;
    Ok(())
}
