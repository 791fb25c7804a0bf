//! Users, their sessions and the invitations that make them.

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{InvitationRow, SessionRow, UserRow, invitations, sessions, users};

pub async fn count_users(db: &Db<'_>) -> StoreResult<u64> {
    Ok(users::Entity::find().count(&db.0).await?)
}

pub async fn insert_user(db: &Db<'_>, user: UserRow) -> StoreResult<()> {
    users::Entity::insert(user.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

/// Writes every column of the user anew.
pub async fn update_user(db: &Db<'_>, user: UserRow) -> StoreResult<()> {
    user.into_active_model().reset_all().update(&db.0).await?;
    Ok(())
}

pub async fn user(db: &Db<'_>, id: Uuid) -> StoreResult<Option<UserRow>> {
    Ok(users::Entity::find_by_id(id).one(&db.0).await?)
}

pub async fn user_by_login(db: &Db<'_>, login: &str) -> StoreResult<Option<UserRow>> {
    Ok(users::Entity::find().filter(users::Column::Login.eq(login)).one(&db.0).await?)
}

pub async fn users(db: &Db<'_>) -> StoreResult<Vec<UserRow>> {
    Ok(users::Entity::find().order_by_asc(users::Column::Login).all(&db.0).await?)
}

pub async fn insert_session(db: &Db<'_>, session: SessionRow) -> StoreResult<()> {
    sessions::Entity::insert(session.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

/// The session with this token's hash and its user, unless it has ended or the user was disabled.
pub async fn session(db: &Db<'_>, token_hash: &str, now: i64) -> StoreResult<Option<(SessionRow, UserRow)>> {
    let found = sessions::Entity::find_by_id(token_hash).find_also_related(users::Entity).one(&db.0).await?;
    let Some((session, Some(user))) = found else { return Ok(None) };
    Ok((session.expires_at > now && user.disabled_at.is_none()).then_some((session, user)))
}

/// Notes that the session is in use and moves its end.
pub async fn touch_session(db: &Db<'_>, token_hash: &str, user: Uuid, now: i64, expires_at: i64) -> StoreResult<()> {
    db.execute(
        "UPDATE sessions SET last_seen_at = $1, expires_at = $2 WHERE token_hash = $3",
        [now.into(), expires_at.into(), token_hash.into()],
    )
    .await?;
    db.execute("UPDATE users SET last_seen_at = $1 WHERE id = $2", [now.into(), user.into()]).await?;
    Ok(())
}

pub async fn delete_session(db: &Db<'_>, token_hash: &str) -> StoreResult<()> {
    sessions::Entity::delete_by_id(token_hash).exec(&db.0).await?;
    Ok(())
}

/// Ends the user's sessions, but for the one with the hash `keep`, and those of anybody that have run out.
pub async fn delete_sessions(db: &Db<'_>, user: Uuid, keep: &str, now: i64) -> StoreResult<()> {
    db.execute(
        "DELETE FROM sessions WHERE (user_id = $1 AND token_hash <> $2) OR expires_at <= $3",
        [user.into(), keep.into(), now.into()],
    )
    .await?;
    Ok(())
}

pub async fn insert_invitation(db: &Db<'_>, invitation: InvitationRow) -> StoreResult<()> {
    invitations::Entity::insert(invitation.into_active_model()).exec_without_returning(&db.0).await?;
    Ok(())
}

pub async fn invitations(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<InvitationRow>> {
    let open =
        invitations::Entity::find().filter(invitations::Column::ReviewId.eq(review)).filter(invitations::Column::WithdrawnAt.is_null());
    Ok(open.order_by_desc(invitations::Column::CreatedAt).all(&db.0).await?)
}

pub async fn invitation_by_token(db: &Db<'_>, token_hash: &str) -> StoreResult<Option<InvitationRow>> {
    Ok(invitations::Entity::find().filter(invitations::Column::TokenHash.eq(token_hash)).one(&db.0).await?)
}

/// Whether nobody had used it and it was not withdrawn.
pub async fn use_invitation(db: &Db<'_>, id: Uuid, user: Uuid) -> StoreResult<bool> {
    let sql = "UPDATE invitations SET used_by = $1 WHERE id = $2 AND used_by IS NULL AND withdrawn_at IS NULL";
    Ok(db.execute(sql, [user.into(), id.into()]).await? == 1)
}

pub async fn withdraw_invitation(db: &Db<'_>, id: Uuid, now: i64) -> StoreResult<()> {
    db.execute("UPDATE invitations SET withdrawn_at = $1 WHERE id = $2", [now.into(), id.into()]).await?;
    Ok(())
}
