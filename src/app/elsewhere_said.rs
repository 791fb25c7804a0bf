//! The verdict that every entry of a file has elsewhere, which only the list's name tells: a lead says it, changes it or takes it back after
//! the import too. One rule: what an entry says itself stands, and what was said before is put aside, not changed.

use std::collections::{BTreeMap, HashSet};

use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::elsewhere::{BATCH, Elsewhere, row};
use super::{App, AppError, AppResult, Member, imports};
use crate::import::{Provider, prior};
use crate::model::{PriorDecision, Record};
use crate::store::{self, Db, ElsewhereRow, ImportRow};

/// `include`, `exclude` or `maybe`; empty: only what the file says itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Say {
    pub said: String,
}

impl App {
    /// Says how every entry of an import that has no verdict of its own was decided elsewhere. It counts for nobody until a lead says whose
    /// decisions they are.
    ///
    /// # Errors
    /// `invalid` for a word that is no verdict; `conflict` when the import is not done, or decisions without a name count for a member.
    pub async fn say_of_import(&self, member: &Member, id: Uuid, say: Say) -> AppResult<Elsewhere> {
        member.lead()?;
        let said = say.said;
        if !said.is_empty() && !prior::is_verdict(&said) {
            return Err(AppError::invalid("said", "not_one_of").with("include, exclude, maybe"));
        }
        let import = self.import_row(member, id).await?;
        self.may_be_said(&self.db(), &import).await?;
        // Many rows wait aside first, so that decisions get their turn in between; then all of them stand at once.
        for chunk in self.unsaid(&self.db(), &import, &said).await?.chunks(BATCH) {
            let rows = chunk.to_vec();
            self.store.write::<_, AppError, _>(move |db| async move { Ok(store::elsewhere::insert(db, rows).await?) }.boxed()).await?;
        }
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = store::sources::import(db, by.review, id).await?.ok_or(AppError::not_found("import"))?;
                    app.may_be_said(db, &before).await?;
                    let late = app.unsaid(db, &before, &said).await?;
                    store::elsewhere::insert(db, late).await?;
                    store::elsewhere::stand_by(db, id, &said).await?;
                    let row = ImportRow { said, ..before.clone() };
                    let (from, to) = (imports::trail(&before), imports::trail(&row));
                    app.log_by(db, &by, "elsewhere.say", ("import", id), Some(from), Some(to)).await?;
                    Ok(store::sources::update_import(db, row).await?)
                }
                .boxed()
            })
            .await?;
        self.events.send(member.review, "progress", serde_json::json!({}));
        self.elsewhere(member, id).await
    }

    async fn may_be_said(&self, db: &Db<'_>, import: &ImportRow) -> AppResult<()> {
        if import.status != "done" {
            return Err(AppError::conflict("import_not_in_state").with(&import.status));
        }
        let given = store::elsewhere::attributions(db, import.id).await?;
        if given.iter().any(|row| row.undone_at.is_none() && row.name.is_empty()) {
            return Err(AppError::conflict("nameless_count"));
        }
        Ok(())
    }

    /// The rows that are missing for the verdict to be said of every entry, put aside yet.
    async fn unsaid(&self, db: &Db<'_>, import: &ImportRow, said: &str) -> AppResult<Vec<ElsewhereRow>> {
        if said.is_empty() {
            return Ok(Vec::new());
        }
        let provider = import.provider.parse::<Provider>().unwrap_or(Provider::Generic);
        let (mut own, mut have) = (BTreeMap::<Uuid, Vec<PriorDecision>>::new(), HashSet::new());
        for row in store::elsewhere::rows_of_import(db, import.id).await? {
            if !row.said {
                own.entry(row.record_id).or_default().push(prior_of(row));
            } else if row.verdict == said {
                have.insert(row.record_id);
            }
        }
        let mut rows = Vec::new();
        for id in store::records::ids_of_import(db, import.id).await?.into_iter().filter(|id| !have.contains(id)) {
            let mut record = Record { prior_decisions: own.remove(&id).unwrap_or_default(), ..Record::default() };
            prior::say(&mut record, said, provider);
            let made = record.prior_decisions.iter().filter(|decision| decision.said);
            rows.extend(made.map(|decision| ElsewhereRow { live: false, ..row(self.clock.id(), import, id, decision) }));
        }
        Ok(rows)
    }
}

fn prior_of(row: ElsewhereRow) -> PriorDecision {
    PriorDecision {
        tool: row.tool,
        reviewer: row.name,
        stage: row.stage,
        verdict: row.verdict,
        reason: row.reason,
        note: row.note,
        labels: serde_json::from_str(&row.labels).unwrap_or_default(),
        said: row.said,
    }
}
