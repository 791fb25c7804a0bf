//! Labels of work done elsewhere on the review's citations. One rule: the last choice stands whole; labels put there before and not
//! named now are taken off.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::elsewhere::Elsewhere;
use super::elsewhere_words::{WORDS_MAX, key, labels_of};
use super::input::text;
use super::review_lists::{LABEL_MAX, LIST_MAX};
use super::{App, AppError, AppResult, Member};
use crate::store::{self, CitationLabelRow, Db, ImportRow, LabelRow};

/// Colours of labels, as the page's palette has them.
const COLORS: usize = 8;

/// The labels of the file that become labels of the review; the others are taken off again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct UseLabels {
    pub labels: Vec<UseLabel>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct UseLabel {
    pub text: String,
    /// None: the label of that name, made where there is none.
    #[serde(default)]
    pub label_id: Option<Uuid>,
}

impl App {
    /// Puts the file's labels on its citations as labels of the review; those put there before and not named now are taken off.
    ///
    /// # Errors
    /// `invalid` for a label that is not the review's, or too many of them.
    pub async fn use_elsewhere_labels(&self, member: &Member, import: Uuid, wanted: UseLabels) -> AppResult<Elsewhere> {
        member.lead()?;
        let row = self.import_row(member, import).await?;
        if row.status != "done" {
            return Err(AppError::conflict("import_not_in_state").with(row.status));
        }
        if wanted.labels.len() > WORDS_MAX {
            return Err(AppError::invalid("labels", "too_many_items").with(WORDS_MAX));
        }
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let chosen = app.label_rows(db, &by, &wanted.labels).await?;
                    let made = store::elsewhere::of_import(db, import).await?;
                    let mut rows = Vec::new();
                    for made in &made {
                        for label_id in labels_of(made).iter().filter_map(|label| chosen.get(&key(label)).copied()) {
                            rows.push(CitationLabelRow {
                                citation_id: made.record_id,
                                label_id,
                                review_id: by.review,
                                user_id: by.user.id,
                                created_at: app.clock.now(),
                                import_id: Some(import),
                            });
                        }
                    }
                    let labels = serde_json::to_string(&chosen).map_err(AppError::internal)?;
                    let shown = |labels: &str| serde_json::from_str(labels).ok();
                    app.log_by(db, &by, "elsewhere.label", ("import", import), shown(&row.labels), shown(&labels)).await?;
                    store::elsewhere::clear_labels(db, import).await?;
                    store::elsewhere::add_labels(db, rows).await?;
                    Ok(store::sources::update_import(db, ImportRow { labels, ..row }).await?)
                }
                .boxed()
            })
            .await?;
        self.elsewhere(member, import).await
    }

    /// Folded text → label, by id, by name, or new.
    async fn label_rows(&self, db: &Db<'_>, by: &Member, wanted: &[UseLabel]) -> AppResult<BTreeMap<String, Uuid>> {
        let mut known = store::reviews::labels(db, by.review).await?;
        let mut chosen = BTreeMap::new();
        for label in wanted {
            let word = key(&label.text);
            let found = match label.label_id {
                Some(id) => known.iter().find(|row| row.id == id).ok_or(AppError::invalid("labels", "not_found").with("label"))?.id,
                None => match known.iter().find(|row| row.active && key(&row.name) == word) {
                    Some(row) => row.id,
                    None => {
                        let row = self.new_label(by, known.len(), &label.text)?;
                        store::reviews::put_label(db, row.clone()).await?;
                        known.push(row.clone());
                        row.id
                    }
                },
            };
            chosen.insert(word, found);
        }
        Ok(chosen)
    }

    fn new_label(&self, by: &Member, position: usize, name: &str) -> AppResult<LabelRow> {
        if position >= LIST_MAX {
            return Err(AppError::invalid("labels", "too_many_items").with(LIST_MAX));
        }
        Ok(LabelRow {
            id: self.clock.id(),
            review_id: by.review,
            position: position as i64,
            name: text(name, "labels", LABEL_MAX)?,
            color: (1 + position % COLORS).to_string(),
            active: true,
        })
    }
}
