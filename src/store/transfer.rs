//! All rows of one database into another that is empty: from SQLite to PostgreSQL, and back.
//! Its one rule: a row that arrives is the row that left; only the audit trail is numbered anew, in its order, because PostgreSQL leaves
//! numbers out and SQLite's check takes a missing number for a lost row.

use futures_util::{FutureExt, TryStreamExt};
use sea_orm::{
    ActiveModelTrait, ActiveValue, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, IntoActiveModel, Iterable,
    PrimaryKeyToColumn, QueryOrder, Select,
};
use uuid::Uuid;

use super::db::{Db, StoreError, StoreResult};
use super::entity::*;
use super::open::Store;

/// Values of one statement; SQLite takes 32,766 (<https://www.sqlite.org/limits.html#max_variable_number>), PostgreSQL twice as many.
const VALUES: usize = 20_000;

/// Copies what `from` holds at this moment into `to`: all of it, or nothing when something fails.
///
/// # Errors
/// When `to` holds something already, and what the databases say.
pub async fn transfer(from: &Store, to: &Store) -> StoreResult<()> {
    let from = from.at_one_moment().await?;
    to.write(move |to| async move { tables(from.moment()?, to).await }.boxed()).await
}

/// Every table behind those that it refers to.
async fn tables(from: &DatabaseTransaction, to: &Db<'_>) -> StoreResult<()> {
    if to.count("SELECT COUNT(*) AS n FROM users", []).await? > 0 {
        return Err(StoreError::Duplicate("the database is not empty".into()));
    }
    rows::<users::Entity>(from, to).await?;
    rows::<sessions::Entity>(from, to).await?;
    rows::<reviews::Entity>(from, to).await?;
    rows::<invitations::Entity>(from, to).await?;
    rows::<members::Entity>(from, to).await?;
    rows::<criteria::Entity>(from, to).await?;
    rows::<reasons::Entity>(from, to).await?;
    rows::<terms::Entity>(from, to).await?;
    rows::<labels::Entity>(from, to).await?;
    rows::<stage_settings::Entity>(from, to).await?;
    rows::<sources::Entity>(from, to).await?;
    rows::<searches::Entity>(from, to).await?;
    rows::<uploads::Entity>(from, to).await?;
    rows::<imports::Entity>(from, to).await?;
    rows::<mappings::Entity>(from, to).await?;
    rows::<records::Entity>(from, to).await?;
    rows::<elsewhere::Entity>(from, to).await?;
    rows::<attributions::Entity>(from, to).await?;
    rows::<rejected_entries::Entity>(from, to).await?;
    rows::<links::Entity>(from, to).await?;
    rows::<choices::Entity>(from, to).await?;
    rows::<citations::Entity>(from, to).await?;
    index_versions(from, to).await?;
    rows::<citation_labels::Entity>(from, to).await?;
    rows::<citation_stages::Entity>(from, to).await?;
    rows::<tasks::Entity>(from, to).await?;
    rows::<decisions::Entity>(from, to).await?;
    rows::<resolutions::Entity>(from, to).await?;
    rows::<reports::Entity>(from, to).await?;
    rows::<studies::Entity>(from, to).await?;
    rows::<study_reports::Entity>(from, to).await?;
    changed::<audit::Entity>(from, to, |row| row.seq = ActiveValue::NotSet).await?;
    rows::<jobs::Entity>(from, to).await?;
    if to.backend() == DbBackend::Postgres {
        for table in ["links", "choices", "decisions", "resolutions"] {
            let sql = format!("SELECT setval('{table}_seq_seq', (SELECT COALESCE(MAX(seq), 0) + 1 FROM {table}), FALSE) AS n");
            to.count(&sql, []).await?;
        }
    }
    Ok(())
}

/// A table as it is.
async fn rows<E>(from: &DatabaseTransaction, to: &Db<'_>) -> StoreResult<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    changed::<E>(from, to, |_| {}).await
}

/// A table in the order of its key, each row after `change`.
async fn changed<E>(from: &DatabaseTransaction, to: &Db<'_>, change: impl Fn(&mut E::ActiveModel)) -> StoreResult<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let ordered = |select: Select<E>, key: E::PrimaryKey| select.order_by_asc(key.into_column());
    let select = E::PrimaryKey::iter().fold(E::find(), ordered);
    let most = VALUES / E::Column::iter().count();
    let mut batches = select.stream(from).await?.try_chunks(most);
    loop {
        let batch = batches.try_next().await.map_err(|error| StoreError::from(error.1))?;
        let Some(batch) = batch else { return Ok(()) };
        let new = batch.into_iter().map(|row| {
            let mut row = row.into_active_model().reset_all();
            change(&mut row);
            row
        });
        E::insert_many(new).exec_without_returning(&to.0).await?;
    }
}

/// The one table that has no model: of which state each search index is.
async fn index_versions(from: &DatabaseTransaction, to: &Db<'_>) -> StoreResult<()> {
    #[derive(FromQueryResult)]
    struct Version {
        review_id: Uuid,
        version: i64,
    }
    let from = Db(sea_orm::DatabaseExecutor::from(from));
    for row in from.all::<Version>("SELECT review_id, version FROM index_versions", []).await? {
        let values = [row.review_id.into(), row.version.into()];
        to.execute("INSERT INTO index_versions (review_id, version) VALUES ($1, $2)", values).await?;
    }
    Ok(())
}
