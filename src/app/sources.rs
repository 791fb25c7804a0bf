//! Places that were searched and the searches at them (PRISMA-S). Every member sees them, leads change them.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit::json;
use super::import_views::{ImportSummary, Names, summary};
use super::input::{bounded, text};
use super::{App, AppError, AppResult, Member};
use crate::model::SourceKind;
use crate::store::{self, SearchRow, SourceRow};

/// Characters of a name, of a strategy, of the limits.
const NAME_MAX: usize = 200;
const STRATEGY_MAX: usize = 50_000;
const LIMITS_MAX: usize = 5_000;
/// Sources of a review, searches of a source.
const SOURCES_MAX: usize = 200;
const SEARCHES_MAX: usize = 200;

/// A place that was searched.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    pub id: Uuid,
    pub name: String,
    pub platform: String,
    /// `database`, `register`, `website`, `organisation`, `citation_searching` or `other`.
    #[schema(value_type = String)]
    pub kind: SourceKind,
    /// Records that count: those of withdrawn imports do not.
    pub records: i64,
    pub searches: Vec<Search>,
}

/// One run of a strategy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Search {
    pub id: Uuid,
    pub strategy: String,
    /// `2026-11-21`.
    pub searched_on: Option<String>,
    pub limits: String,
    /// Hits that the source showed, to be compared with the records that came.
    pub hits: Option<i64>,
    pub records: i64,
    /// Entries that could not be read and that nobody has looked at.
    pub rejected_open: i64,
    pub imports: Vec<ImportSummary>,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct SourceInput {
    pub name: Option<String>,
    pub platform: Option<String>,
    pub kind: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct SearchInput {
    pub strategy: Option<String>,
    /// Empty takes the date away.
    pub searched_on: Option<String>,
    pub limits: Option<String>,
    pub hits: Option<i64>,
}

/// What is known of a source in the audit trail.
#[derive(Serialize)]
struct Trail<'a> {
    name: &'a str,
    platform: &'a str,
    kind: &'a str,
}

fn trail(row: &SourceRow) -> Trail<'_> {
    Trail { name: &row.name, platform: &row.platform, kind: &row.kind }
}

impl App {
    /// Every source with its searches and imports, in the review's order.
    pub async fn sources(&self, member: &Member) -> AppResult<Vec<Source>> {
        let now = self.at_one_moment().await?;
        let (db, review) = (now.db(), member.review);
        let records: BTreeMap<Uuid, i64> = store::records::count_by_source(&db, review).await?.into_iter().collect();
        let tallies = now.tallies(review).await?;
        let names = now.names(review).await?;
        let mut searches: BTreeMap<Uuid, Vec<Search>> = BTreeMap::new();
        let imports = store::sources::imports(&db, review).await?;
        for row in store::sources::searches(&db, review).await? {
            let imports: Vec<_> = imports.iter().filter(|import| import.search_id == row.id).collect();
            let standing = || imports.iter().filter(|import| import.status == "done");
            let search = Search {
                id: row.id,
                strategy: row.strategy,
                searched_on: row.searched_on,
                limits: row.limits,
                hits: row.hits,
                records: standing().map(|import| import.records).sum(),
                rejected_open: standing().filter_map(|import| tallies.open.get(&import.id)).sum(),
                imports: imports.iter().map(|import| summary(import, &tallies, &names, &member.user.locale)).collect(),
            };
            searches.entry(row.source_id).or_default().push(search);
        }
        let rows = store::sources::list(&db, review).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Source {
                    kind: kind(&row.kind)?,
                    records: records.get(&row.id).copied().unwrap_or(0),
                    searches: searches.remove(&row.id).unwrap_or_default(),
                    id: row.id,
                    name: row.name,
                    platform: row.platform,
                })
            })
            .collect()
    }

    async fn one_source(&self, member: &Member, id: Uuid) -> AppResult<Source> {
        self.sources(member).await?.into_iter().find(|source| source.id == id).ok_or(AppError::not_found("source"))
    }

    async fn one_search(&self, member: &Member, id: Uuid) -> AppResult<Search> {
        let sources = self.sources(member).await?;
        sources.into_iter().flat_map(|source| source.searches).find(|search| search.id == id).ok_or(AppError::not_found("search"))
    }

    pub async fn add_source(&self, member: &Member, new: SourceInput) -> AppResult<Source> {
        member.lead()?;
        let rows = store::sources::list(&self.db(), member.review).await?;
        if rows.len() >= SOURCES_MAX {
            return Err(AppError::invalid("name", "too_many_items").with(SOURCES_MAX));
        }
        let row = SourceRow {
            id: self.clock.id(),
            review_id: member.review,
            position: rows.last().map_or(0, |row| row.position + 1),
            name: text(new.name.as_deref().unwrap_or_default(), "name", NAME_MAX)?,
            platform: bounded(new.platform.as_deref().unwrap_or_default(), "platform", NAME_MAX)?,
            kind: kind(new.kind.as_deref().unwrap_or("database"))?.as_str().into(),
            removed_at: None,
        };
        let id = row.id;
        self.write_source(member, "source.create", None, row).await?;
        self.one_source(member, id).await
    }

    pub async fn change_source(&self, member: &Member, id: Uuid, patch: SourceInput) -> AppResult<Source> {
        member.lead()?;
        let before = store::sources::get(&self.db(), member.review, id).await?.ok_or(AppError::not_found("source"))?;
        let mut row = before.clone();
        if let Some(name) = &patch.name {
            row.name = text(name, "name", NAME_MAX)?;
        }
        if let Some(platform) = &patch.platform {
            row.platform = bounded(platform, "platform", NAME_MAX)?;
        }
        if let Some(new) = &patch.kind {
            row.kind = kind(new)?.as_str().into();
        }
        let other_column = kind(&before.kind)?.is_database_or_register() != kind(&row.kind)?.is_database_or_register();
        self.write_source(member, "source.change", Some(before), row).await?;
        if other_column {
            self.regroup_all(member.review).await?; // citations.in_databases follows the kind
        }
        self.one_source(member, id).await
    }

    /// Takes a source off the list; only one that brought nothing.
    pub async fn remove_source(&self, member: &Member, id: Uuid) -> AppResult<()> {
        member.lead()?;
        let before = store::sources::get(&self.db(), member.review, id).await?.ok_or(AppError::not_found("source"))?;
        let imports = store::sources::imports(&self.db(), member.review).await?;
        if imports.iter().any(|import| import.source_id == id && import.status != "failed") {
            return Err(AppError::conflict("source_in_use"));
        }
        let row = SourceRow { removed_at: Some(self.clock.now()), ..before.clone() };
        self.write_source(member, "source.remove", Some(before), row).await
    }

    async fn write_source(&self, member: &Member, action: &'static str, before: Option<SourceRow>, row: SourceRow) -> AppResult<()> {
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let old = before.as_ref().map(|row| json(&trail(row))).transpose()?.flatten();
                    let new = if row.removed_at.is_none() { json(&trail(&row))? } else { None };
                    app.log_by(db, &by, action, ("source", row.id), old, new).await?;
                    Ok(store::sources::put(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    pub async fn add_search(&self, member: &Member, source: Uuid, new: SearchInput) -> AppResult<Search> {
        member.lead()?;
        store::sources::get(&self.db(), member.review, source).await?.ok_or(AppError::not_found("source"))?;
        let searches = store::sources::searches(&self.db(), member.review).await?;
        if searches.iter().filter(|row| row.source_id == source).count() >= SEARCHES_MAX {
            return Err(AppError::invalid("strategy", "too_many_items").with(SEARCHES_MAX));
        }
        let row = SearchRow {
            id: self.clock.id(),
            review_id: member.review,
            source_id: source,
            strategy: String::new(),
            searched_on: None,
            limits: String::new(),
            hits: None,
            created_at: self.clock.now(),
        };
        let id = row.id;
        self.write_search(member, "search.create", None, changed(row, &new)?).await?;
        self.one_search(member, id).await
    }

    pub async fn change_search(&self, member: &Member, id: Uuid, patch: SearchInput) -> AppResult<Search> {
        member.lead()?;
        let before = store::sources::search(&self.db(), member.review, id).await?.ok_or(AppError::not_found("search"))?;
        let row = changed(before.clone(), &patch)?;
        self.write_search(member, "search.change", Some(before), row).await?;
        self.one_search(member, id).await
    }

    async fn write_search(&self, member: &Member, action: &'static str, before: Option<SearchRow>, row: SearchRow) -> AppResult<()> {
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let shown = |row: &SearchRow| {
                        serde_json::json!({ "strategy": row.strategy, "searched_on": row.searched_on, "limits": row.limits, "hits": row.hits })
                    };
                    app.log_by(db, &by, action, ("search", row.id), before.as_ref().map(shown), Some(shown(&row))).await?;
                    Ok(store::sources::put_search(db, row).await?)
                }
                .boxed()
            })
            .await
    }

    /// Names of the review's sources and users, for views.
    pub(crate) async fn names(&self, review: Uuid) -> AppResult<Names> {
        let sources = store::sources::list(&self.db(), review).await?.into_iter().map(|row| (row.id, row.name)).collect();
        let users = store::accounts::users(&self.db()).await?.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Names { sources, users })
    }
}

fn kind(text: &str) -> AppResult<SourceKind> {
    let names = || SourceKind::ALL.map(SourceKind::as_str).join(", ");
    SourceKind::parse(text).ok_or_else(|| AppError::invalid("kind", "not_one_of").with(names()))
}

fn changed(mut row: SearchRow, patch: &SearchInput) -> AppResult<SearchRow> {
    if let Some(strategy) = &patch.strategy {
        row.strategy = bounded(strategy, "strategy", STRATEGY_MAX)?;
    }
    if let Some(limits) = &patch.limits {
        row.limits = bounded(limits, "limits", LIMITS_MAX)?;
    }
    if let Some(date) = &patch.searched_on {
        let fine = date.is_empty() || chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok();
        if !fine {
            return Err(AppError::invalid("searched_on", "not_a_date"));
        }
        row.searched_on = Some(date.clone()).filter(|date| !date.is_empty());
    }
    if let Some(hits) = patch.hits {
        row.hits = Some(hits).filter(|hits| *hits >= 0);
    }
    Ok(row)
}
