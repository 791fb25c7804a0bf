//! Use cases: one file per thing people ask for. Each looks up, acts, logs and commits; rules live in the pure modules,
//! rows in `store`. Structs that derive `ToSchema` are read models: what a screen shows, in the words of the domain.

pub mod accounts;
pub mod audit;
pub mod choices;
pub mod citation_detail;
pub mod citation_rows;
pub mod citations;
pub mod conflicts;
pub mod decisions;
pub mod dedup;
pub mod dedup_figures;
pub mod dedup_preview;
pub mod elsewhere;
pub mod elsewhere_labels;
pub mod elsewhere_said;
pub mod elsewhere_words;
mod error;
pub mod events;
pub mod exports;
pub mod figure;
pub mod flow;
mod import_job;
pub mod import_views;
pub mod imports;
mod input;
pub mod jobs;
pub mod list_changes;
pub mod mappings;
pub mod members;
mod merged;
pub mod outcomes;
pub mod overlap;
pub mod pairs;
pub mod progress;
pub mod record_views;
mod regroup;
pub mod rejected;
pub mod reports;
pub mod review_lists;
pub mod reviews;
mod rules;
pub mod search;
pub mod shown;
pub mod sources;
pub mod stages;
pub mod studies;
pub mod tasks;
pub mod trail;
pub mod uploads;
pub mod verify;
pub mod words;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

pub use error::{AppError, AppResult, Kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::fetch::Fetch;
use crate::model::Role;
use crate::search::Search;
use crate::store::{Db, MemberRow, Store};
pub use crate::store::{JobRow, UserRow};

/// The program's parts, wired. Cloned freely.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    pub events: events::Events,
    pub options: Arc<Options>,
    pub blobs: Blobs,
    pub(crate) fetch: Fetch,
    pub(crate) attempts: Arc<accounts::Attempts>,
    pub(crate) jobs_wake: Arc<tokio::sync::Notify>,
    pub(crate) search: Search,
    pub(crate) index: search::Queue,
    pub(crate) indexes_seen: Arc<Mutex<HashSet<Uuid>>>,
    pub(crate) rules_cache: Arc<rules::RulesCache>,
}

/// What the operator chose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where files, the search index and (with SQLite) the database lie.
    pub data: PathBuf,
    /// The address that people type, for links in invitations; empty: links are relative.
    pub public_url: String,
    /// Accounts to show on the sign-in page of a demonstration.
    pub demo_accounts: Vec<DemoAccount>,
    /// Hosts from which full texts may be fetched; none: nothing leaves the machine.
    pub fetch_from: Vec<String>,
    /// Cookies are sent over HTTPS only.
    pub secure_cookies: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DemoAccount {
    pub login: String,
    pub password: String,
    pub name: String,
    pub role: String,
}

/// A text in both languages; either may be empty while it is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct L10n {
    pub ja: String,
    pub en: String,
}

impl L10n {
    pub fn new(ja: &str, en: &str) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The text in `locale`, or in the other language when it is empty.
    pub fn get(&self, locale: &str) -> &str {
        let (first, second) = if locale == "ja" { (&self.ja, &self.en) } else { (&self.en, &self.ja) };
        if first.is_empty() { second } else { first }
    }

    /// Both texts without the blanks around them.
    pub(crate) fn trimmed(&self) -> (&str, &str) {
        (self.ja.trim(), self.en.trim())
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({ "ja": self.ja, "en": self.en }).to_string()
    }

    pub(crate) fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// A small list that always comes whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
}

/// A page of a long list; `next` goes into `after` for the following page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub total: u64,
    pub next: Option<String>,
}

/// Who is asking, within a review.
#[derive(Clone, Debug)]
pub struct Member {
    pub user: UserRow,
    pub review: Uuid,
    pub role: Role,
    /// Takes screening tasks; a lead may, a reviewer always does, an observer never.
    pub screens: bool,
}

impl Member {
    pub fn is_lead(&self) -> bool {
        self.role == Role::Lead
    }

    /// # Errors
    /// `forbidden` unless the member leads the review.
    pub fn lead(&self) -> AppResult<&Self> {
        if self.is_lead() { Ok(self) } else { Err(AppError::forbidden("lead_only")) }
    }

    /// # Errors
    /// `forbidden` for observers.
    pub fn works(&self) -> AppResult<&Self> {
        if self.is_lead() || self.screens { Ok(self) } else { Err(AppError::forbidden("screeners_only")) }
    }

    /// # Errors
    /// `forbidden` for observers, who only look.
    pub fn contributor(&self) -> AppResult<&Self> {
        if self.role == Role::Observer { Err(AppError::forbidden("not_for_observers")) } else { Ok(self) }
    }

    /// # Errors
    /// `forbidden` unless the member takes screening tasks.
    pub fn screener(&self) -> AppResult<&Self> {
        if self.screens { Ok(self) } else { Err(AppError::forbidden("screeners_only")) }
    }
}

impl App {
    pub fn new(store: Store, clock: Clock, options: Options) -> Self {
        Self {
            store,
            clock,
            events: events::Events::default(),
            blobs: Blobs::new(options.data.join("blobs")),
            fetch: Fetch::new(options.fetch_from.clone()),
            search: Search::new(options.data.join("index"), crate::normalize::text::fold),
            options: Arc::new(options),
            attempts: Arc::default(),
            jobs_wake: Arc::default(),
            index: search::Queue::default(),
            indexes_seen: Arc::default(),
            rules_cache: Arc::default(),
        }
    }

    /// The same program under another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    pub fn db(&self) -> Db<'_> {
        self.store.read()
    }

    /// The same program whose reads all see one moment, not before this call: for numbers that stand beside each other, which must add
    /// up whatever is written meanwhile. Not for writing, nor for following the index.
    pub(crate) async fn at_one_moment(&self) -> AppResult<Self> {
        Ok(Self { store: self.store.at_one_moment().await?, rules_cache: Arc::new(self.rules_cache.known()), ..self.clone() })
    }

    /// The asking user as a member of the review. A review that one does not belong to does not exist for one (domain rule 7).
    ///
    /// # Errors
    /// `not_found`.
    pub async fn member(&self, user: &UserRow, review: Uuid) -> AppResult<Member> {
        let row: Option<MemberRow> = crate::store::reviews::member(&self.db(), review, user.id).await?;
        let row = row.ok_or(AppError::not_found("review"))?;
        let role = reviews::parse_role(&row.role)?;
        Ok(Member { user: user.clone(), review, role, screens: row.screens && role != Role::Observer })
    }
}

/// The last id of a page as a cursor.
pub(crate) fn cursor<T>(items: &[T], limit: usize, key: impl Fn(&T) -> String) -> Option<String> {
    if items.len() < limit { None } else { items.last().map(key) }
}

/// RFC 3339 in UTC with milliseconds, from milliseconds since 1970.
pub fn time(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Milliseconds since 1970 from RFC 3339; `None` for anything else.
pub fn parse_time(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp_millis())
}
