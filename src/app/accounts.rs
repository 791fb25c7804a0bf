//! Accounts: the first administrator, signing in and out, passwords, users.
//! Passwords are argon2id; of a session's token only the SHA-256 is stored; a wrong password costs as much time as a right one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit::Change;
use super::input::{one_of, text};
use super::{App, AppError, AppResult};
use crate::store::{self, SessionRow, UserRow};

/// Characters, not bytes.
pub const PASSWORD_MIN: usize = 10;
pub const PASSWORD_MAX: usize = 200;
const NAME_MAX: usize = 100;
const LOGIN_MAX: usize = 60;
/// A session ends after this much disuse.
const SESSION_MS: i64 = 14 * 24 * 3600 * 1000;
/// Use is noted at most this often.
const TOUCH_MS: i64 = 10 * 60 * 1000;
/// Wrong passwords for one login within `ATTEMPTS_MS` before further tries are refused.
const ATTEMPTS: usize = 10;
const ATTEMPTS_MS: i64 = 15 * 60 * 1000;
/// Logins whose wrong tries are remembered at once.
const ATTEMPTS_LOGINS: usize = 10_000;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub is_admin: bool,
    /// `ja` or `en`.
    pub locale: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Remapped keys: action → key.
    pub keymap: BTreeMap<String, String>,
    pub disabled: bool,
    pub created_at: String,
    pub last_seen_at: Option<String>,
}

impl From<&UserRow> for User {
    fn from(row: &UserRow) -> Self {
        Self {
            id: row.id,
            login: row.login.clone(),
            name: row.name.clone(),
            is_admin: row.is_admin,
            locale: row.locale.clone(),
            theme: row.theme.clone(),
            keymap: serde_json::from_str(&row.keymap).unwrap_or_default(),
            disabled: row.disabled_at.is_some(),
            created_at: super::time(row.created_at),
            last_seen_at: row.last_seen_at.map(super::time),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub password: String,
    #[serde(default)]
    pub is_admin: bool,
    #[serde(default)]
    pub locale: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct UserPatch {
    pub name: Option<String>,
    pub locale: Option<String>,
    pub theme: Option<String>,
    pub keymap: Option<BTreeMap<String, String>>,
    /// Administrators only, as are the next two.
    pub is_admin: Option<bool>,
    pub disabled: Option<bool>,
    pub password: Option<String>,
}

/// A signed-in browser: the cookie's token, and what a form must send back.
pub struct SignedIn {
    pub token: String,
    pub csrf: String,
    pub user: UserRow,
}

/// Wrong passwords lately, per login; kept in memory only.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<String, Vec<i64>>>);

impl Attempts {
    fn blocked(&self, login: &str, now: i64) -> bool {
        let mut map = self.0.lock().expect("nobody panics while holding it");
        let Some(times) = map.get_mut(login) else { return false };
        times.retain(|at| now - at < ATTEMPTS_MS);
        times.len() >= ATTEMPTS
    }

    fn wrong(&self, login: &str, now: i64) {
        let mut map = self.0.lock().expect("nobody panics while holding it");
        if map.len() >= ATTEMPTS_LOGINS {
            map.retain(|_, times| times.iter().any(|at| now - at < ATTEMPTS_MS));
        }
        map.entry(login.to_string()).or_default().push(now);
    }

    fn right(&self, login: &str) {
        self.0.lock().expect("nobody panics while holding it").remove(login);
    }
}

impl App {
    pub async fn setup_needed(&self) -> AppResult<bool> {
        Ok(store::accounts::count_users(&self.db()).await? == 0)
    }

    /// Makes the first administrator and signs them in.
    ///
    /// # Errors
    /// `conflict` once there is a user; `invalid` for the fields.
    pub async fn set_up(&self, new: NewUser) -> AppResult<SignedIn> {
        let row = self.user_row(NewUser { is_admin: true, ..new }).await?;
        let user = row.clone();
        self.store
            .write(|db| {
                async move {
                    if store::accounts::count_users(db).await? > 0 {
                        return Err(AppError::conflict("already_set_up"));
                    }
                    Ok(store::accounts::insert_user(db, row).await?)
                }
                .boxed()
            })
            .await?;
        self.start_session(user).await
    }

    /// # Errors
    /// `unauthenticated` for an unknown login or a wrong password (they are not told apart), `too_many` after many of them.
    pub async fn sign_in(&self, login: &str, password: &str) -> AppResult<SignedIn> {
        let login = login.trim().to_lowercase();
        let now = self.clock.now();
        if self.attempts.blocked(&login, now) {
            return Err(AppError::too_many("too_many_attempts"));
        }
        let user = store::accounts::user_by_login(&self.db(), &login).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let right = verify(hash, password.to_string()).await?;
        match user.filter(|user| right && user.disabled_at.is_none()) {
            Some(user) => {
                self.attempts.right(&login);
                self.start_session(user).await
            }
            None => {
                self.attempts.wrong(&login, now);
                Err(AppError::unauthenticated("wrong_password"))
            }
        }
    }

    pub(crate) async fn start_session(&self, user: UserRow) -> AppResult<SignedIn> {
        let token = self.token();
        let csrf = self.token();
        let now = self.clock.now();
        let (hash, id) = (hash_token(&token), user.id);
        let row = SessionRow {
            token_hash: hash.clone(),
            user_id: user.id,
            csrf: csrf.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + SESSION_MS,
        };
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    store::accounts::insert_session(db, row).await?;
                    Ok(store::accounts::touch_session(db, &hash, id, now, now + SESSION_MS).await?)
                }
                .boxed()
            })
            .await?;
        Ok(SignedIn { token, csrf, user })
    }

    /// The session that a cookie's token opens.
    pub async fn session(&self, token: &str) -> AppResult<Option<(SessionRow, UserRow)>> {
        let now = self.clock.now();
        let hash = hash_token(token);
        let found = store::accounts::session(&self.db(), &hash, now).await?;
        if let Some((session, user)) = &found
            && now - session.last_seen_at > TOUCH_MS
        {
            let user = user.id;
            self.store
                .write::<_, AppError, _>(move |db| {
                    async move { Ok(store::accounts::touch_session(db, &hash, user, now, now + SESSION_MS).await?) }.boxed()
                })
                .await?;
        }
        Ok(found)
    }

    pub async fn sign_out(&self, token: &str) -> AppResult<()> {
        let hash = hash_token(token);
        self.store.write::<_, AppError, _>(|db| async move { Ok(store::accounts::delete_session(db, &hash).await?) }.boxed()).await
    }

    /// Changes one's own password; the user's other sessions end.
    ///
    /// # Errors
    /// `invalid` when the current password is wrong or the new one is too short or too long.
    pub async fn change_password(&self, user: &UserRow, token: &str, current: &str, new: &str) -> AppResult<()> {
        if !verify(Some(user.password_hash.clone()), current.to_string()).await? {
            return Err(AppError::invalid("current", "wrong_password"));
        }
        let row = UserRow { password_hash: hash_password(new, "new").await?, ..user.clone() };
        let (keep, now) = (hash_token(token), self.clock.now());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    store::accounts::delete_sessions(db, row.id, &keep, now).await?;
                    Ok(store::accounts::update_user(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    /// Changes one's own name, language, theme and keys.
    pub async fn change_me(&self, user: &UserRow, patch: UserPatch) -> AppResult<User> {
        let patch = UserPatch { is_admin: None, disabled: None, password: None, ..patch };
        self.change_user(user, user.id, patch).await
    }

    /// Changes a user.
    ///
    /// # Errors
    /// `forbidden` for anybody but oneself and administrators; `conflict` when no administrator would be left.
    pub async fn change_user(&self, by: &UserRow, id: Uuid, patch: UserPatch) -> AppResult<User> {
        if by.id != id && !by.is_admin {
            return Err(AppError::forbidden("admin_only"));
        }
        self.apply_to_user(by.id, id, patch).await
    }

    /// The same for whoever owns the machine, in the user's own name.
    pub async fn change_user_as_owner(&self, id: Uuid, patch: UserPatch) -> AppResult<User> {
        self.apply_to_user(id, id, patch).await
    }

    async fn apply_to_user(&self, by: Uuid, id: Uuid, patch: UserPatch) -> AppResult<User> {
        let mut row = store::accounts::user(&self.db(), id).await?.ok_or(AppError::not_found("user"))?;
        if let Some(name) = &patch.name {
            row.name = text(name, "name", NAME_MAX)?;
        }
        if let Some(locale) = &patch.locale {
            row.locale = one_of(locale, "locale", &["ja", "en"])?;
        }
        if let Some(theme) = &patch.theme {
            row.theme = one_of(theme, "theme", &["system", "light", "dark"])?;
        }
        if let Some(keymap) = &patch.keymap {
            row.keymap = keymap_json(keymap)?;
        }
        let mut sessions_end = false;
        if let Some(password) = &patch.password {
            row.password_hash = hash_password(password, "password").await?;
            sessions_end = true;
        }
        if let Some(disabled) = patch.disabled {
            row.disabled_at = disabled.then(|| self.clock.now());
            sessions_end |= disabled;
        }
        if let Some(is_admin) = patch.is_admin {
            row.is_admin = is_admin;
        }
        self.keep_an_administrator(&row).await?;
        let (saved, now, app) = (row.clone(), self.clock.now(), self.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    if sessions_end {
                        store::accounts::delete_sessions(db, saved.id, "", now).await?;
                    }
                    let id = saved.id.to_string();
                    let after =
                        serde_json::json!({ "login": saved.login, "is_admin": saved.is_admin, "disabled": saved.disabled_at.is_some() });
                    let change = Change {
                        review: None,
                        user: Some(by),
                        action: "user.change",
                        object_kind: "user",
                        object_id: &id,
                        before: None,
                        after: Some(after),
                    };
                    app.log(db, change).await?;
                    if saved.disabled_at.is_some() {
                        for review in store::reviews::of_user(db, saved.id).await? {
                            let left = store::tasks::withdraw_open(db, review.id, saved.id).await?;
                            app.refresh_stages(db, review.id, &left).await?;
                        }
                    }
                    Ok(store::accounts::update_user(db, saved).await?)
                }
                .boxed()
            })
            .await?;
        Ok(User::from(&row))
    }

    async fn keep_an_administrator(&self, changed: &UserRow) -> AppResult<()> {
        if changed.is_admin && changed.disabled_at.is_none() {
            return Ok(());
        }
        let others = store::accounts::users(&self.db()).await?;
        let left = others.iter().any(|user| user.id != changed.id && user.is_admin && user.disabled_at.is_none());
        if left { Ok(()) } else { Err(AppError::conflict("last_administrator")) }
    }

    pub async fn users(&self) -> AppResult<Vec<User>> {
        Ok(store::accounts::users(&self.db()).await?.iter().map(User::from).collect())
    }

    /// Makes a user.
    ///
    /// # Errors
    /// `conflict` when the login is taken; `invalid` for the fields.
    pub async fn create_user(&self, new: NewUser) -> AppResult<UserRow> {
        let row = self.user_row(new).await?;
        let user = row.clone();
        self.store.write::<_, AppError, _>(|db| async move { Ok(store::accounts::insert_user(db, row).await?) }.boxed()).await.map_err(
            |error| {
                if error.code == "already_there" { AppError::invalid("login", "login_taken").with(&user.login) } else { error }
            },
        )?;
        Ok(user)
    }

    pub(crate) async fn user_row(&self, new: NewUser) -> AppResult<UserRow> {
        Ok(UserRow {
            id: self.clock.id(),
            login: login(&new.login)?,
            name: text(&new.name, "name", NAME_MAX)?,
            password_hash: hash_password(&new.password, "password").await?,
            is_admin: new.is_admin,
            locale: one_of(new.locale.as_deref().unwrap_or("ja"), "locale", &["ja", "en"])?,
            theme: "system".into(),
            keymap: "{}".into(),
            created_at: self.clock.now(),
            disabled_at: None,
            last_seen_at: None,
        })
    }

    /// 256 bits that nobody can guess.
    pub(crate) fn token(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.clock.random::<32>())
    }
}

pub(crate) fn hash_token(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn login(value: &str) -> AppResult<String> {
    let value = text(value, "login", LOGIN_MAX)?.to_lowercase();
    let fine = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+'));
    if fine { Ok(value) } else { Err(AppError::invalid("login", "login_characters")) }
}

fn keymap_json(keymap: &BTreeMap<String, String>) -> AppResult<String> {
    let fine = keymap.len() <= 100 && keymap.iter().all(|(action, key)| action.len() <= 60 && key.len() <= 30);
    if !fine {
        return Err(AppError::invalid("keymap", "too_long").with(100));
    }
    serde_json::to_string(keymap).map_err(AppError::internal)
}

async fn hash_password(password: &str, field: &'static str) -> AppResult<String> {
    match password.chars().count() {
        n if n < PASSWORD_MIN => return Err(AppError::invalid(field, "password_short").with(PASSWORD_MIN)),
        n if n > PASSWORD_MAX => return Err(AppError::invalid(field, "too_long").with(PASSWORD_MAX)),
        _ => {}
    }
    let password = password.to_string();
    let hashed = tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()));
    hashed.await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// Whether the password fits. Without a hash the work is done all the same, so that time tells nobody which logins exist.
async fn verify(hash: Option<String>, password: String) -> AppResult<bool> {
    if password.chars().count() > PASSWORD_MAX {
        return Ok(false);
    }
    let checked = tokio::task::spawn_blocking(move || match hash {
        Some(hash) => PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
        None => Argon2::default().hash_password(password.as_bytes()).is_err(),
    });
    checked.await.map_err(AppError::internal)
}
