//! Members of a review and the invitations by which they come.

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::{NewUser, SignedIn, hash_token};
use super::reviews::{parse_role, role_text};
use super::{App, AppError, AppResult, L10n, Member, time};
use crate::model::Role;
use crate::store::{self, InvitationRow, MemberRow, UserRow};

/// An invitation can be used for this long.
const INVITATION_MS: i64 = 14 * 24 * 3600 * 1000;
const NOTE_MAX: usize = 200;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    pub id: Uuid,
    pub login: String,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberView {
    pub user: Person,
    #[schema(value_type = String)]
    pub role: Role,
    pub screens: bool,
    pub added_at: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewMember {
    pub user_id: Uuid,
    pub role: String,
    #[serde(default)]
    pub screens: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct MemberPatch {
    pub role: Option<String>,
    pub screens: Option<bool>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub id: Uuid,
    #[schema(value_type = String)]
    pub role: Role,
    pub note: String,
    pub url: String,
    pub expires_at: String,
    /// Name of who came by it.
    pub used_by: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewInvitation {
    pub role: String,
    #[serde(default)]
    pub note: String,
}

/// What somebody who opens an invitation sees before they have an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationInfo {
    pub review_title: L10n,
    #[schema(value_type = String)]
    pub role: Role,
    pub expires_at: String,
}

impl App {
    pub async fn members(&self, member: &Member) -> AppResult<Vec<MemberView>> {
        let mut views = Vec::new();
        for row in store::reviews::members(&self.db(), member.review).await? {
            views.push(MemberView {
                user: Person { id: row.user_id, login: row.login, name: row.name },
                role: parse_role(&row.role)?,
                screens: row.screens,
                added_at: time(row.added_at),
            });
        }
        Ok(views)
    }

    pub async fn add_member(&self, member: &Member, new: NewMember) -> AppResult<Vec<MemberView>> {
        member.lead()?;
        let user = store::accounts::user(&self.db(), new.user_id).await?.filter(|user| user.disabled_at.is_none());
        let user = user.ok_or(AppError::not_found("user"))?;
        let role = parse_role(&new.role)?;
        self.put_member(member, (user.id, user.name), role, new.screens.unwrap_or(role == Role::Reviewer), None, "member.add").await?;
        self.members(member).await
    }

    pub async fn change_member(&self, member: &Member, user: Uuid, patch: MemberPatch) -> AppResult<Vec<MemberView>> {
        member.lead()?;
        let (old, name) = self.member_named(member, user).await?;
        let role = patch.role.as_deref().map(parse_role).transpose()?.unwrap_or(parse_role(&old.role)?);
        if role != Role::Lead {
            self.keep_a_lead(member, user).await?;
        }
        let screens = patch.screens.unwrap_or(if patch.role.is_some() { role == Role::Reviewer } else { old.screens });
        self.put_member(member, (user, name), role, screens, None, "member.change").await?;
        self.members(member).await
    }

    /// Takes a member out. What they decided stays, what they had not yet decided waits for others.
    pub async fn remove_member(&self, member: &Member, user: Uuid) -> AppResult<Vec<MemberView>> {
        member.lead()?;
        let (old, name) = self.member_named(member, user).await?;
        self.keep_a_lead(member, user).await?;
        self.put_member(member, (user, name), parse_role(&old.role)?, old.screens, Some(self.clock.now()), "member.remove").await?;
        self.members(member).await
    }

    async fn keep_a_lead(&self, member: &Member, leaving: Uuid) -> AppResult<()> {
        let members = store::reviews::members(&self.db(), member.review).await?;
        let left = members.iter().any(|row| row.user_id != leaving && row.role == "lead");
        if left { Ok(()) } else { Err(AppError::conflict("last_lead")) }
    }

    /// A member as they stand, with their name.
    async fn member_named(&self, member: &Member, user: Uuid) -> AppResult<(MemberRow, String)> {
        let row = store::reviews::member(&self.db(), member.review, user).await?.ok_or(AppError::not_found("member"))?;
        let name = store::accounts::user(&self.db(), user).await?.map(|user| user.name);
        Ok((row, name.unwrap_or_default()))
    }

    /// Writes a member's row; the trail says whose it is. The open tasks of one who screens no longer go back to where they came from.
    async fn put_member(
        &self,
        member: &Member,
        (user_id, name): (Uuid, String),
        role: Role,
        screens: bool,
        removed_at: Option<i64>,
        action: &'static str,
    ) -> AppResult<()> {
        let row = MemberRow {
            review_id: member.review,
            user_id,
            role: role_text(role).into(),
            screens: screens && role != Role::Observer,
            added_at: self.clock.now(),
            removed_at,
        };
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = store::reviews::member(db, by.review, user_id).await?;
                    let trail = |row: &MemberRow| serde_json::json!({ "name": name, "role": row.role, "screens": row.screens });
                    app.log_by(db, &by, action, ("user", user_id), before.as_ref().map(trail), Some(trail(&row))).await?;
                    let goes_on = row.screens && row.removed_at.is_none();
                    store::reviews::put_member(db, row).await?;
                    if !goes_on {
                        let left = store::tasks::withdraw_open(db, by.review, user_id).await?;
                        app.refresh_stages(db, by.review, &left).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        Ok(())
    }

    pub async fn invitations(&self, member: &Member) -> AppResult<Vec<Invitation>> {
        member.lead()?;
        let mut views = Vec::new();
        for row in store::accounts::invitations(&self.db(), member.review).await? {
            let used_by = match row.used_by {
                Some(user) => store::accounts::user(&self.db(), user).await?.map(|user| user.name),
                None => None,
            };
            views.push(Invitation {
                id: row.id,
                role: parse_role(&row.role)?,
                note: row.note,
                url: format!("{}/join/{}", self.options.public_url, row.token),
                expires_at: time(row.expires_at),
                used_by,
            });
        }
        Ok(views)
    }

    pub async fn invite(&self, member: &Member, new: NewInvitation) -> AppResult<Vec<Invitation>> {
        member.lead()?;
        let token = self.token();
        let row = InvitationRow {
            id: self.clock.id(),
            token_hash: hash_token(&token),
            token,
            review_id: member.review,
            role: role_text(parse_role(&new.role)?).into(),
            note: new.note.trim().chars().take(NOTE_MAX).collect(),
            created_by: member.user.id,
            created_at: self.clock.now(),
            expires_at: self.clock.now() + INVITATION_MS,
            used_by: None,
            withdrawn_at: None,
        };
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let after = serde_json::json!({ "role": row.role, "note": row.note });
                    app.log_by(db, &by, "invitation.create", ("invitation", row.id), None, Some(after)).await?;
                    Ok(store::accounts::insert_invitation(db, row).await?)
                }
                .boxed()
            })
            .await?;
        self.invitations(member).await
    }

    pub async fn withdraw_invitation(&self, member: &Member, id: Uuid) -> AppResult<()> {
        member.lead()?;
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let mut rows = store::accounts::invitations(db, by.review).await?.into_iter();
                    let row = rows.find(|row| row.id == id && row.used_by.is_none()).ok_or(AppError::not_found("invitation"))?;
                    store::accounts::withdraw_invitation(db, id, app.clock.now()).await?;
                    let before = serde_json::json!({ "role": row.role, "note": row.note });
                    Ok(app.log_by(db, &by, "invitation.withdraw", ("invitation", id), Some(before), None).await?)
                }
                .boxed()
            })
            .await
    }

    async fn open_invitation(&self, token: &str) -> AppResult<InvitationRow> {
        let row = store::accounts::invitation_by_token(&self.db(), &hash_token(token)).await?;
        let open = row.filter(|row| row.used_by.is_none() && row.withdrawn_at.is_none() && row.expires_at > self.clock.now());
        open.ok_or(AppError::not_found("invitation"))
    }

    pub async fn invitation_info(&self, token: &str) -> AppResult<InvitationInfo> {
        let row = self.open_invitation(token).await?;
        let review = store::reviews::get(&self.db(), row.review_id).await?.ok_or(AppError::not_found("review"))?;
        Ok(InvitationInfo { review_title: L10n::from_json(&review.title), role: parse_role(&row.role)?, expires_at: time(row.expires_at) })
    }

    /// Makes an account by invitation, joins the review, and signs in.
    pub async fn join(&self, token: &str, new: NewUser) -> AppResult<SignedIn> {
        self.open_invitation(token).await?;
        let user = self.create_user(NewUser { is_admin: false, ..new }).await?;
        self.join_as(token, &user).await?;
        self.start_session(user).await
    }

    /// Somebody who has an account joins by invitation.
    ///
    /// # Errors
    /// `conflict` for a member, who would change their own role by it: the invitation waits for somebody else.
    pub async fn join_as(&self, token: &str, user: &UserRow) -> AppResult<Uuid> {
        let invitation = self.open_invitation(token).await?;
        if store::reviews::member(&self.db(), invitation.review_id, user.id).await?.is_some() {
            return Err(AppError::conflict("already_member"));
        }
        let role = parse_role(&invitation.role)?;
        let member = Member { user: user.clone(), review: invitation.review_id, role, screens: role == Role::Reviewer };
        let (app, id) = (self.clone(), invitation.id);
        let review = member.review;
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let row = MemberRow {
                        review_id: member.review,
                        user_id: member.user.id,
                        role: role_text(role).into(),
                        screens: member.screens,
                        added_at: app.clock.now(),
                        removed_at: None,
                    };
                    if !store::accounts::use_invitation(db, id, member.user.id).await? {
                        return Err(AppError::not_found("invitation")); // somebody else was faster
                    }
                    app.log_by(db, &member, "member.join", ("user", member.user.id), None, Some(serde_json::json!({ "role": row.role })))
                        .await?;
                    Ok(store::reviews::put_member(db, row).await?)
                }
                .boxed()
            })
            .await?;
        Ok(review)
    }
}
