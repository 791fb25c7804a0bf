//! Citations of a review: search and filters, labels, withdrawal before screening.
//! One rule: what a member may not know (conflicts, while not leading) filters and sorts nothing.

use std::collections::{HashMap, HashSet};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::citation_rows::CitationRowView;
use super::flow::Behind;
use super::input::bounded;
use super::outcomes::parse_stage;
use super::regroup::Regrouped;
use super::shown::Stored;
use super::{App, AppError, AppResult, L10n, Member};
use crate::search::Ready;
use crate::store::attached::{self, Families, Removed};
use crate::store::citations::{Filter, Light};
use crate::store::{self, CitationLabelRow, CitationRow};

const PAGE_MAX: usize = 200;
const PAGE: usize = 50;
const NOTE_MAX: usize = 2_000;

#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct CitationQuery {
    /// Words (all of them), "phrases", -not, OR, title: author: journal: year:2010-2015.
    pub q: Option<String>,
    pub source: Option<Uuid>,
    /// For `outcome`; `title_abstract` when left out.
    pub stage: Option<String>,
    /// `pending`, `in_conflict`, `included`, `excluded`, `excluded:<reason>`, `excluded:none`, or `none` (not at that stage).
    pub outcome: Option<String>,
    pub label: Option<Uuid>,
    /// A number of the PRISMA figure, of the overlap of sources, or of what deduplication did.
    #[serde(rename = "box")]
    pub flow_box: Option<String>,
    /// `true`: only those withdrawn before screening, `false`: only others.
    pub removed: Option<String>,
    pub year_from: Option<i64>,
    pub year_to: Option<i64>,
    /// `relevance` (default with `q`), `number` (default without), `year` (newest first).
    pub sort: Option<String>,
    pub after: Option<Uuid>,
    pub limit: Option<usize>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CitationPage {
    pub items: Vec<CitationRowView>,
    pub total: u64,
    pub next: Option<String>,
    pub took_ms: i64,
    /// What was passed over in the query, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_note: Option<String>,
    /// The number that `box` asked for.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub counted: Option<BoxView>,
}

/// A number whose list is shown. It may count records, of which a citation holds several.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BoxView {
    pub label: L10n,
    pub n: u64,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct LabelIds {
    pub label_ids: Vec<Uuid>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Labelled {
    pub labels: Vec<Uuid>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Withdrawal {
    /// `automation` or `other`.
    pub kind: String,
    #[serde(default)]
    pub note: String,
}

/// Citations that a query selects, in its order.
#[derive(Default)]
pub(crate) struct Selected {
    pub found: Vec<Light>,
    pub ready: Option<Ready>,
    pub counted: Option<BoxView>,
}

impl App {
    /// A page of citations.
    ///
    /// # Errors
    /// `invalid` for a filter with a value that does not exist, and past the limits of a query.
    pub async fn citations(&self, member: &Member, query: CitationQuery) -> AppResult<CitationPage> {
        let start = self.clock.now();
        let selected = self.select(member, &query).await?;
        let total = selected.found.len();
        let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let first = query.after.and_then(|after| selected.found.iter().position(|light| light.id == after)).map_or(0, |at| at + 1);
        let page: Vec<Uuid> = selected.found.iter().skip(first).take(limit).map(|light| light.id).collect();
        let next = if first + page.len() < total { page.last().map(Uuid::to_string) } else { None };
        let rows = self.in_order(member.review, &page).await?;
        let mut items = self.citation_rows(&self.db(), member, &rows).await?;
        if let Some(ready) = &selected.ready {
            for (item, row) in items.iter_mut().zip(&rows) {
                self.mark(ready, item, row);
            }
        }
        let mended = selected.ready.as_ref().is_some_and(Ready::mended);
        Ok(CitationPage {
            items,
            total: total as u64,
            next,
            took_ms: self.clock.now() - start,
            counted: selected.counted,
            query_note: if mended { super::words::sentence("query_mended", "", &member.user.locale) } else { None },
        })
    }

    fn mark(&self, ready: &Ready, item: &mut CitationRowView, row: &CitationRow) {
        let record = Stored::of(row).record;
        item.title_marked = record.title.as_deref().and_then(|title| self.search.marked(ready, title));
        let shown = [record.abstract_text, record.abstract_other].into_iter().flatten();
        let also = record.title_other.into_iter().chain(record.authors.iter().map(crate::model::Author::display));
        let keywords = record.keywords.iter().map(|keyword| keyword.term.as_str()).collect::<Vec<_>>().join("; ");
        item.snippet = shown.chain(also).chain([keywords]).find_map(|text| self.search.snippet(ready, &text));
    }

    /// These citations with all their fields, in the order given.
    pub(crate) async fn in_order(&self, review: Uuid, ids: &[Uuid]) -> AppResult<Vec<CitationRow>> {
        let rows = store::citations::by_ids(&self.db(), review, ids).await?;
        let mut rows: HashMap<Uuid, CitationRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
    }

    /// Everything that a query selects, sorted.
    pub(crate) async fn select(&self, member: &Member, query: &CitationQuery) -> AppResult<Selected> {
        let review = member.review;
        let text = query.q.as_deref().map(str::trim).unwrap_or_default();
        let searched = if text.is_empty() { None } else { self.find(review, text).await? };
        let Some(filter) = filter(member, query)? else { return Ok(Selected::default()) };
        let now = self.at_one_moment().await?;
        let mut found = store::citations::filtered(&now.db(), review, &filter).await?;
        let mut counted = None;
        if let Some(key) = query.flow_box.as_deref().filter(|key| !key.is_empty()) {
            let Behind { label, n, citations } = now.behind(member, key).await?;
            let citations: HashSet<Uuid> = citations.into_iter().collect();
            found.retain(|light| citations.contains(&light.id));
            counted = Some(BoxView { label, n });
        }
        let (ready, scores) = match searched {
            Some((ready, hits)) => (Some(ready), Some(hits.into_iter().collect::<HashMap<Uuid, f32>>())),
            None => (None, None),
        };
        if let Some(scores) = &scores {
            found.retain(|light| scores.contains_key(&light.id));
        }
        let by = query.sort.as_deref().filter(|sort| !sort.is_empty()).unwrap_or("relevance");
        match (super::input::one_of(by, "sort", &["relevance", "number", "year"])?.as_str(), scores) {
            ("year", _) => found.sort_by_key(|light| (std::cmp::Reverse(light.year), light.number)),
            ("relevance", Some(scores)) => found.sort_by(|a, b| scores[&b.id].total_cmp(&scores[&a.id]).then(a.number.cmp(&b.number))),
            _ => {} // by number already
        }
        Ok(Selected { found, ready, counted })
    }

    /// Replaces the labels of a citation.
    pub async fn set_citation_labels(&self, member: &Member, citation: Uuid, labels: LabelIds) -> AppResult<Labelled> {
        member.contributor()?;
        let root = self.root(&self.db(), member.review, citation).await?.id;
        let known: HashSet<Uuid> = store::reviews::labels(&self.db(), member.review).await?.into_iter().map(|label| label.id).collect();
        let mut wanted: Vec<Uuid> = Vec::new();
        for id in labels.label_ids {
            if !known.contains(&id) {
                return Err(AppError::invalid("label_ids", "not_found").with("label"));
            }
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        let (app, by, now, after) = (self.clone(), member.clone(), self.clock.now(), wanted.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let family = Families::of(db, &[root]).await?;
                    let before = attached::labels(db, &family).await?.remove(&root).unwrap_or_default();
                    let shown = |ids: &[Uuid]| Some(serde_json::json!({ "labels": ids }));
                    app.log_by(db, &by, "citation.label", ("citation", root), shown(&before), shown(&after)).await?;
                    let row = |label_id| CitationLabelRow {
                        citation_id: root,
                        label_id,
                        review_id: by.review,
                        user_id: by.user.id,
                        created_at: now,
                        import_id: None,
                    };
                    Ok(attached::set_labels(db, &family.ids(), after.into_iter().map(row).collect()).await?)
                }
                .boxed()
            })
            .await?;
        Ok(Labelled { labels: wanted })
    }

    /// Withdraws a citation before screening, or brings it back (`None`).
    ///
    /// # Errors
    /// `conflict` when it is withdrawn (or not withdrawn) already.
    pub async fn set_removed(&self, member: &Member, citation: Uuid, withdrawal: Option<Withdrawal>) -> AppResult<CitationRowView> {
        member.lead()?;
        let after = match &withdrawal {
            Some(new) => Some(Removed {
                kind: super::input::one_of(&new.kind, "kind", &["automation", "other"])?,
                note: Some(bounded(&new.note, "note", NOTE_MAX)?),
            }),
            None => None,
        };
        let action = if withdrawal.is_some() { "citation.remove" } else { "citation.restore" };
        let (app, by) = (self.clone(), member.clone());
        let (id, regrouped) = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let id = app.root(db, by.review, citation).await?.id;
                    let before = attached::removed(db, &Families::of(db, &[id]).await?).await?.remove(&id);
                    if before.is_some() == after.is_some() {
                        return Err(AppError::conflict(if after.is_some() { "already_removed" } else { "not_removed" }));
                    }
                    app.log_by(db, &by, action, ("citation", id), removal_trail(before.as_ref()), removal_trail(after.as_ref())).await?;
                    attached::set_removed(db, id, after).await?;
                    app.refresh_stages(db, by.review, &[id]).await?;
                    Ok((id, Regrouped { citations: vec![id], version: store::citations::next_version(db, by.review).await? }))
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        let rows = self.in_order(member.review, &[id]).await?;
        let mut views = self.citation_rows(&self.db(), member, &rows).await?;
        views.pop().ok_or(AppError::not_found("citation"))
    }
}

fn removal_trail(removed: Option<&Removed>) -> Option<serde_json::Value> {
    Some(serde_json::json!({ "removed": removed.map(|removed| &removed.kind), "note": removed.and_then(|removed| removed.note.as_ref()) }))
}

/// `None` when the member may not see what it asks for: then nothing is found.
fn filter(member: &Member, query: &CitationQuery) -> AppResult<Option<Filter>> {
    let mut filter = Filter {
        source: query.source,
        label: query.label,
        removed: match query.removed.as_deref().unwrap_or_default() {
            "" => None,
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => return Err(AppError::invalid("removed", "not_one_of").with("true, false")),
        },
        year_from: query.year_from,
        year_to: query.year_to,
        ..Filter::default()
    };
    let Some(outcome) = query.outcome.as_deref().filter(|outcome| !outcome.is_empty()) else { return Ok(Some(filter)) };
    let stage = parse_stage(query.stage.as_deref().filter(|stage| !stage.is_empty()).unwrap_or("title_abstract"))?;
    filter.stage = Some(stage.as_str());
    let (word, reason) = outcome.split_once(':').map_or((outcome, None), |(word, reason)| (word, Some(reason)));
    match word {
        "none" => filter.absent = true,
        "pending" if member.is_lead() => filter.outcomes = vec!["pending"],
        "pending" => filter.outcomes = vec!["pending", "in_conflict"],
        "in_conflict" if member.is_lead() => filter.outcomes = vec!["in_conflict"],
        "in_conflict" => return Ok(None),
        "included" => filter.outcomes = vec!["included"],
        "excluded" => filter.outcomes = vec!["excluded"],
        _ => return Err(AppError::invalid("outcome", "not_one_of").with("pending, in_conflict, included, excluded, none")),
    }
    filter.reason = match reason {
        None => None,
        Some("none") => Some(None),
        Some(id) => Some(Some(id.parse().map_err(|_| AppError::invalid("outcome", "not_found").with("reason"))?)),
    };
    Ok(Some(filter))
}
