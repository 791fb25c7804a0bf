//! The lists that leads keep in a review: criteria, reasons, terms, labels.
//! A list is sent whole, with what it was before (`list_changes`); what falls out of it is put away, never deleted, because decisions
//! may name it.

use std::collections::HashSet;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit::json;
use super::input::{l10n, one_of, text};
use super::list_changes::{Entry, List};
use super::{App, AppError, AppResult, L10n, Member};
use crate::model::{Order, Stage};
use crate::store::{self, CriterionRow, LabelRow, ReasonRow, TermRow};

pub(super) const TEXT_MAX: usize = 10_000;
/// Characters of a label or a short name.
pub(super) const LABEL_MAX: usize = 200;
/// Entries of one list.
pub(super) const LIST_MAX: usize = 500;

/// An eligibility question. Without `id` it is new.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Criterion {
    #[serde(default)]
    pub id: Option<Uuid>,
    #[serde(default)]
    pub key: String,
    /// `population`, `concept`, `context` or `other`.
    pub kind: String,
    pub label: L10n,
    #[serde(default)]
    pub includes: L10n,
    #[serde(default)]
    pub excludes: L10n,
    #[serde(default)]
    pub version: i64,
    #[serde(default)]
    pub position: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    #[serde(default)]
    pub id: Option<Uuid>,
    pub label: L10n,
    #[serde(default)]
    pub criterion_id: Option<Uuid>,
    /// Stages at which it is offered; empty means both.
    #[serde(default)]
    pub stages: Vec<String>,
    #[serde(default)]
    pub position: i64,
    #[serde(default = "yes")]
    pub active: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Term {
    #[serde(default)]
    pub id: Option<Uuid>,
    pub text: String,
    #[serde(default)]
    pub variants: Vec<String>,
    /// `population`, `concept`, `context`, `exclude` or `other`.
    pub group: String,
    /// An abbreviation: matches whole words in capitals only.
    #[serde(default)]
    pub whole_word_upper: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Label {
    #[serde(default)]
    pub id: Option<Uuid>,
    pub name: String,
    /// `1` to `8`, colours of the page's palette.
    pub color: String,
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

/// One of the list by its id; one that has none yet by what it says.
fn is<T: Entry>(a: &T, b: &T, id: impl Fn(&T) -> Option<Uuid>) -> bool {
    match (id(a), id(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.says(b),
    }
}

impl Entry for Criterion {
    fn is(&self, other: &Self) -> bool {
        is(self, other, |one| one.id)
    }
    fn says(&self, other: &Self) -> bool {
        (self.key.trim(), &self.kind, self.label.trimmed(), self.includes.trimmed(), self.excludes.trimmed())
            == (other.key.trim(), &other.kind, other.label.trimmed(), other.includes.trimmed(), other.excludes.trimmed())
    }
}

impl Entry for Reason {
    fn is(&self, other: &Self) -> bool {
        is(self, other, |one| one.id)
    }
    fn says(&self, other: &Self) -> bool {
        (self.label.trimmed(), self.criterion_id, &self.stages, self.active)
            == (other.label.trimmed(), other.criterion_id, &other.stages, other.active)
    }
}

/// Terms get new ids whenever they are stored: one is what its text is.
impl Entry for Term {
    fn is(&self, other: &Self) -> bool {
        self.text.trim() == other.text.trim()
    }
    fn says(&self, other: &Self) -> bool {
        self.is(other) && (&self.variants, &self.group, self.whole_word_upper) == (&other.variants, &other.group, other.whole_word_upper)
    }
}

impl Entry for Label {
    fn is(&self, other: &Self) -> bool {
        is(self, other, |one| one.id)
    }
    fn says(&self, other: &Self) -> bool {
        (self.name.trim(), &self.color, self.active) == (other.name.trim(), &other.color, other.active)
    }
}

impl App {
    pub async fn criteria(&self, review: Uuid) -> AppResult<Vec<Criterion>> {
        Ok(store::reviews::criteria(&self.db(), review).await?.into_iter().map(criterion).collect())
    }

    /// Replaces the criteria: order, texts, new ones. A changed criterion gets a new version; one left out is put away, and is the same
    /// again, with the answers and the reason that belong to it, when it is sent back.
    pub async fn set_criteria(&self, member: &Member, list: List<Criterion>) -> AppResult<Vec<Criterion>> {
        member.lead()?;
        let before = self.criteria(member.review).await?;
        let items = bounded(list.onto(&before))?;
        let known = store::reviews::all_criteria(&self.db(), member.review).await?;
        let known: Vec<Criterion> = known.into_iter().map(criterion).collect();
        let mut rows = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let old = known.iter().find(|old| old.id.is_some() && old.id == item.id);
            let new = Criterion {
                kind: one_of(&item.kind, "kind", &["population", "concept", "context", "other"])?,
                label: l10n(&item.label, "label", LABEL_MAX, true)?,
                includes: l10n(&item.includes, "includes", TEXT_MAX, false)?,
                excludes: l10n(&item.excludes, "excludes", TEXT_MAX, false)?,
                ..item.clone()
            };
            let changed = old.is_none_or(|old| {
                (&old.label, &old.includes, &old.excludes, &old.kind) != (&new.label, &new.includes, &new.excludes, &new.kind)
            });
            let version = old.map_or(1, |old| old.version + i64::from(changed));
            rows.push(criterion_row(
                member.review,
                old.and_then(|old| old.id).unwrap_or_else(|| self.clock.id()),
                position as i64,
                version,
                &new,
            ));
        }
        let kept: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
        for old in store::reviews::criteria(&self.db(), member.review).await? {
            if !kept.contains(&old.id) {
                rows.push(CriterionRow { active: false, ..old });
            }
        }
        let (app, by, shown) = (self.clone(), member.clone(), json(&before)?);
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let after: Vec<Criterion> = rows.iter().filter(|row| row.active).cloned().map(criterion).collect();
                    app.log_by(db, &by, "criteria.change", ("review", by.review), shown, json(&after)?).await?;
                    for row in rows {
                        store::reviews::put_criterion(db, row).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        self.lists_changed(member.review).await?;
        self.criteria(member.review).await
    }

    /// Which of two reasons counts follows the order of criteria and reasons and what a reason stands for: outcomes are derived anew
    /// when that changed.
    async fn lists_changed(&self, review: Uuid) -> AppResult<()> {
        let before = self.rules(review).await?;
        self.forget_rules(review);
        let after = self.rules(review).await?;
        if before.ranks() != after.ranks() {
            self.rebuild_stages(review).await?;
            self.events.send(review, "progress", serde_json::json!({}));
        }
        Ok(())
    }

    /// Reasons in their order, also those put away (`active: false`).
    pub async fn reasons(&self, review: Uuid) -> AppResult<Vec<Reason>> {
        Ok(store::reviews::reasons(&self.db(), review).await?.into_iter().map(reason).collect())
    }

    pub async fn set_reasons(&self, member: &Member, list: List<Reason>) -> AppResult<Vec<Reason>> {
        member.lead()?;
        let before = self.reasons(member.review).await?;
        let items = bounded(list.onto(&before))?;
        let criteria: HashSet<Uuid> = self.criteria(member.review).await?.into_iter().filter_map(|c| c.id).collect();
        let mut rows = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let known = item.id.filter(|id| before.iter().any(|old| old.id == Some(*id)));
            for stage in &item.stages {
                one_of(stage, "stages", &["title_abstract", "full_text"])?;
            }
            rows.push(ReasonRow {
                id: known.unwrap_or_else(|| self.clock.id()),
                review_id: member.review,
                position: position as i64,
                label: l10n(&item.label, "label", LABEL_MAX, true)?.to_json(),
                criterion_id: item.criterion_id.filter(|id| criteria.contains(id)),
                stages: serde_json::to_string(&item.stages).map_err(AppError::internal)?,
                active: item.active,
            });
        }
        put_away(
            &mut rows,
            store::reviews::reasons(&self.db(), member.review).await?,
            |row| row.id,
            |row| ReasonRow { active: false, ..row },
        );
        let (app, by, shown) = (self.clone(), member.clone(), json(&before)?);
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let after: Vec<Reason> = rows.iter().cloned().map(reason).collect();
                    app.log_by(db, &by, "reasons.change", ("review", by.review), shown, json(&after)?).await?;
                    for row in rows {
                        store::reviews::put_reason(db, row).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        self.lists_changed(member.review).await?;
        self.reasons(member.review).await
    }

    pub async fn set_terms(&self, member: &Member, list: List<Term>) -> AppResult<Vec<Term>> {
        member.lead()?;
        let review = member.review;
        let before: Vec<Term> = store::reviews::terms(&self.db(), review).await?.into_iter().map(term).collect();
        let items = bounded(list.onto(&before))?;
        let mut rows = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let variants = item.variants.iter().map(|v| text(v, "variants", LABEL_MAX)).collect::<AppResult<Vec<_>>>()?;
            rows.push(TermRow {
                id: self.clock.id(),
                review_id: member.review,
                position: position as i64,
                text: text(&item.text, "text", LABEL_MAX)?,
                variants: serde_json::to_string(&variants).map_err(AppError::internal)?,
                term_group: one_of(&item.group, "group", &["population", "concept", "context", "exclude", "other"])?,
                whole_word_upper: item.whole_word_upper,
            });
        }
        let after: Vec<Term> = rows.iter().cloned().map(term).collect();
        let (app, by, before, after) = (self.clone(), member.clone(), json(&before)?, json(&after)?);
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, "review.terms", ("review", review), before, after).await?;
                    Ok(store::reviews::set_terms(db, review, rows).await?)
                }
                .boxed()
            })
            .await?;
        self.forget_rules(review);
        let rules = self.rules(review).await?;
        if Stage::ALL.iter().any(|stage| rules.settings(*stage).order == Order::Relevance) {
            self.rebuild_stages(review).await?;
        }
        Ok(store::reviews::terms(&self.db(), review).await?.into_iter().map(term).collect())
    }

    pub async fn set_labels(&self, member: &Member, list: List<Label>) -> AppResult<Vec<Label>> {
        member.lead()?;
        let old = store::reviews::labels(&self.db(), member.review).await?;
        let before: Vec<Label> = old.iter().cloned().map(label).collect();
        let items = bounded(list.onto(&before))?;
        let mut rows = Vec::new();
        for (position, item) in items.iter().enumerate() {
            rows.push(LabelRow {
                id: item.id.filter(|id| old.iter().any(|row| row.id == *id)).unwrap_or_else(|| self.clock.id()),
                review_id: member.review,
                position: position as i64,
                name: text(&item.name, "name", LABEL_MAX)?,
                color: one_of(&item.color, "color", &["1", "2", "3", "4", "5", "6", "7", "8"])?,
                active: item.active,
            });
        }
        put_away(&mut rows, old, |row| row.id, |row| LabelRow { active: false, ..row });
        let after: Vec<Label> = rows.iter().cloned().map(label).collect();
        let (app, by, before, after) = (self.clone(), member.clone(), json(&before)?, json(&after)?);
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, "review.labels", ("review", by.review), before, after).await?;
                    for row in rows {
                        store::reviews::put_label(db, row).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await?;
        Ok(store::reviews::labels(&self.db(), member.review).await?.into_iter().map(label).collect())
    }
}

/// Rows of `old` that are not in `rows` follow them, put away.
fn put_away<T>(rows: &mut Vec<T>, old: Vec<T>, id: impl Fn(&T) -> Uuid, away: impl Fn(T) -> T) {
    let kept: HashSet<Uuid> = rows.iter().map(&id).collect();
    rows.extend(old.into_iter().filter(|row| !kept.contains(&id(row))).map(away));
}

fn bounded<T>(items: Vec<T>) -> AppResult<Vec<T>> {
    if items.len() > LIST_MAX { Err(AppError::invalid("items", "too_many_items").with(LIST_MAX)) } else { Ok(items) }
}

pub(super) fn criterion_row(review: Uuid, id: Uuid, position: i64, version: i64, item: &Criterion) -> CriterionRow {
    let key = if item.key.trim().is_empty() { item.kind.clone() } else { item.key.trim().chars().take(60).collect() };
    CriterionRow {
        id,
        review_id: review,
        position,
        key,
        kind: item.kind.clone(),
        label: item.label.to_json(),
        includes: item.includes.to_json(),
        excludes: item.excludes.to_json(),
        version,
        active: true,
    }
}

pub(super) fn criterion(row: CriterionRow) -> Criterion {
    Criterion {
        id: Some(row.id),
        key: row.key,
        kind: row.kind,
        label: L10n::from_json(&row.label),
        includes: L10n::from_json(&row.includes),
        excludes: L10n::from_json(&row.excludes),
        version: row.version,
        position: row.position,
    }
}

fn reason(row: ReasonRow) -> Reason {
    Reason {
        id: Some(row.id),
        label: L10n::from_json(&row.label),
        criterion_id: row.criterion_id,
        stages: serde_json::from_str(&row.stages).unwrap_or_default(),
        position: row.position,
        active: row.active,
    }
}

pub(super) fn term(row: TermRow) -> Term {
    let variants = serde_json::from_str(&row.variants).unwrap_or_default();
    Term { id: Some(row.id), text: row.text, variants, group: row.term_group, whole_word_upper: row.whole_word_upper }
}

pub(super) fn label(row: LabelRow) -> Label {
    Label { id: Some(row.id), name: row.name, color: row.color, active: row.active }
}
