//! Reviews and what leads set in them: members, criteria, reasons, highlight terms, labels, stage settings.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{
    CriterionRow, LabelRow, MemberRow, ReasonRow, ReviewRow, StageSettingsRow, TermRow, criteria, labels, members, reasons, reviews,
    stage_settings, terms,
};

pub async fn insert(db: &Db<'_>, review: ReviewRow) -> StoreResult<()> {
    reviews::Entity::insert(review.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Writes every column of the review anew.
pub async fn update(db: &Db<'_>, review: ReviewRow) -> StoreResult<()> {
    review.into_active_model().reset_all().update(&db.0).await?;
    Ok(())
}

pub async fn get(db: &Db<'_>, id: Uuid) -> StoreResult<Option<ReviewRow>> {
    Ok(reviews::Entity::find_by_id(id).one(&db.0).await?)
}

pub async fn all(db: &Db<'_>) -> StoreResult<Vec<ReviewRow>> {
    Ok(reviews::Entity::find().order_by_asc(reviews::Column::CreatedAt).all(&db.0).await?)
}

/// Takes `n` citation numbers and returns the first of them; numbers are given once and never again.
pub async fn take_numbers(db: &Db<'_>, review: Uuid, n: i64) -> StoreResult<i64> {
    db.execute("UPDATE reviews SET next_number = next_number + $1 WHERE id = $2", [n.into(), review.into()]).await?;
    let next = get(db, review).await?.map_or(n + 1, |row| row.next_number);
    Ok(next - n)
}

/// A review as its list shows it to one of its members.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Mine {
    pub id: Uuid,
    pub title: String,
    pub is_demo: bool,
    pub created_at: i64,
    pub role: String,
    pub records: i64,
    pub citations: i64,
}

pub async fn of_user(db: &Db<'_>, user: Uuid) -> StoreResult<Vec<Mine>> {
    let sql = "SELECT r.id, r.title, r.is_demo, r.created_at, m.role, \
               (SELECT COUNT(*) FROM records x WHERE x.review_id = r.id AND x.active = TRUE) AS records, \
               (SELECT COUNT(*) FROM citations c WHERE c.review_id = r.id AND c.active = TRUE) AS citations \
               FROM members m JOIN reviews r ON r.id = m.review_id \
               WHERE m.user_id = $1 AND m.removed_at IS NULL ORDER BY r.created_at DESC";
    db.all(sql, [user.into()]).await
}

pub async fn member(db: &Db<'_>, review: Uuid, user: Uuid) -> StoreResult<Option<MemberRow>> {
    let row = members::Entity::find_by_id((review, user)).one(&db.0).await?;
    Ok(row.filter(|row| row.removed_at.is_none()))
}

/// Adds the member, or brings one back who was removed.
pub async fn put_member(db: &Db<'_>, member: MemberRow) -> StoreResult<()> {
    let columns = [members::Column::Role, members::Column::Screens, members::Column::RemovedAt];
    let conflict = OnConflict::columns([members::Column::ReviewId, members::Column::UserId]).update_columns(columns).to_owned();
    members::Entity::insert(member.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

/// A member with the user's name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NamedMember {
    pub user_id: Uuid,
    pub login: String,
    pub name: String,
    pub role: String,
    pub screens: bool,
    pub added_at: i64,
}

pub async fn members(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<NamedMember>> {
    let sql = "SELECT m.user_id, u.login, u.name, m.role, m.screens, m.added_at FROM members m JOIN users u ON u.id = m.user_id \
               WHERE m.review_id = $1 AND m.removed_at IS NULL ORDER BY m.added_at, u.login";
    db.all(sql, [review.into()]).await
}

/// Members who screen and may sign in.
pub async fn screeners(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Uuid>> {
    #[derive(FromQueryResult)]
    struct Screener {
        user_id: Uuid,
    }
    let sql = "SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id \
               WHERE m.review_id = $1 AND m.removed_at IS NULL AND m.screens = TRUE AND u.disabled_at IS NULL";
    Ok(db.all::<Screener>(sql, [review.into()]).await?.into_iter().map(|row| row.user_id).collect())
}

pub async fn criteria(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<CriterionRow>> {
    Ok(all_criteria(db, review).await?.into_iter().filter(|row| row.active).collect())
}

/// Also those that were put away.
pub async fn all_criteria(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<CriterionRow>> {
    let query = criteria::Entity::find().filter(criteria::Column::ReviewId.eq(review));
    Ok(query.order_by_asc(criteria::Column::Position).all(&db.0).await?)
}

pub async fn put_criterion(db: &Db<'_>, row: CriterionRow) -> StoreResult<()> {
    use criteria::Column as C;
    let columns = [C::Position, C::Key, C::Kind, C::Label, C::Includes, C::Excludes, C::Version, C::Active];
    let conflict = OnConflict::column(C::Id).update_columns(columns).to_owned();
    criteria::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

/// All reasons, also those no longer offered: decisions may name them.
pub async fn reasons(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<ReasonRow>> {
    Ok(reasons::Entity::find().filter(reasons::Column::ReviewId.eq(review)).order_by_asc(reasons::Column::Position).all(&db.0).await?)
}

pub async fn put_reason(db: &Db<'_>, row: ReasonRow) -> StoreResult<()> {
    use reasons::Column as C;
    let columns = [C::Position, C::Label, C::CriterionId, C::Stages, C::Active];
    let conflict = OnConflict::column(C::Id).update_columns(columns).to_owned();
    reasons::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

pub async fn terms(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<TermRow>> {
    Ok(terms::Entity::find().filter(terms::Column::ReviewId.eq(review)).order_by_asc(terms::Column::Position).all(&db.0).await?)
}

/// Replaces the list; what it was before stands in the audit trail.
pub async fn set_terms(db: &Db<'_>, review: Uuid, rows: Vec<TermRow>) -> StoreResult<()> {
    terms::Entity::delete_many().filter(terms::Column::ReviewId.eq(review)).exec(&db.0).await?;
    for chunk in rows.chunks(super::db::ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        terms::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// All labels, also those put away.
pub async fn labels(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<LabelRow>> {
    Ok(labels::Entity::find().filter(labels::Column::ReviewId.eq(review)).order_by_asc(labels::Column::Position).all(&db.0).await?)
}

pub async fn put_label(db: &Db<'_>, row: LabelRow) -> StoreResult<()> {
    use labels::Column as C;
    let conflict = OnConflict::column(C::Id).update_columns([C::Position, C::Name, C::Color, C::Active]).to_owned();
    labels::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

/// The latest version of a stage's settings.
pub async fn stage_settings(db: &Db<'_>, review: Uuid, stage: &str) -> StoreResult<Option<StageSettingsRow>> {
    let query =
        stage_settings::Entity::find().filter(stage_settings::Column::ReviewId.eq(review)).filter(stage_settings::Column::Stage.eq(stage));
    Ok(query.order_by_desc(stage_settings::Column::Version).one(&db.0).await?)
}

pub async fn insert_stage_settings(db: &Db<'_>, row: StageSettingsRow) -> StoreResult<()> {
    stage_settings::Entity::insert(row.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}
