//! Choosing the record that a field of a citation comes from.
//! One rule: a choice stays with its record, so it stands in every later run and through merging, splitting and their undoing.

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::merged::standing;
use super::{App, AppError, AppResult, Member};
use crate::dedup::choose::FIELDS;
use crate::store;
use crate::store::choices::NewChoice;

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct FieldChoice {
    /// `title`, `title_other`, `authors`, `year`, `journal`, `volume`, `issue`, `pages`, `doi`, `pmid`, `accession`, `language`, `type`,
    /// `abstract` or `abstract_other`.
    pub field: String,
    /// None: the rules choose again.
    pub record_id: Option<Uuid>,
}

/// What was chosen before: sending it takes the choice back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldChosen {
    pub field: String,
    pub before: Option<Uuid>,
}

impl App {
    /// Chooses the record that a field comes from, or leaves it to the rules again.
    ///
    /// # Errors
    /// `invalid` for a field that can't be chosen and for a record of another citation, or that says nothing there.
    pub async fn choose_field(&self, member: &Member, citation: Uuid, choice: FieldChoice) -> AppResult<FieldChosen> {
        member.contributor()?;
        let field = super::input::one_of(&choice.field, "field", &FIELDS)?;
        let root = self.root(&self.db(), member.review, citation).await?.id;
        let rows = store::records::of_citation(&self.db(), root).await?;
        if let Some(id) = choice.record_id {
            let row = rows.iter().find(|row| row.id == id).ok_or(AppError::invalid("record_id", "not_found"))?;
            let record: crate::model::Record = serde_json::from_str(&row.data).unwrap_or_default();
            if !crate::dedup::choose(&mut crate::dedup::Merged::default(), &field, &[&record], 0) {
                return Err(AppError::invalid("record_id", "nothing_there"));
            }
        }
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        let (app, by, now, name) = (self.clone(), member.clone(), self.clock.now(), field.clone());
        let (before, regrouped) = self
            .store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let before = standing(&store::choices::of_records(db, &ids).await?, &ids).remove(&name);
                    let Some(record_id) = choice.record_id.or(before) else {
                        return Ok((None, super::regroup::Regrouped::default()));
                    };
                    let row = NewChoice {
                        review_id: by.review,
                        record_id,
                        field: name.clone(),
                        picked: choice.record_id.is_some(),
                        user_id: by.user.id,
                        created_at: now,
                    };
                    store::choices::insert(db, row).await?;
                    let shown = |id: Option<Uuid>| Some(serde_json::json!({ "field": name, "record": id }));
                    app.log_by(db, &by, "citation.choose", ("citation", root), shown(before), shown(choice.record_id)).await?;
                    Ok((before, app.regroup(db, by.review, &[root], true).await?))
                }
                .boxed()
            })
            .await?;
        self.follow(member.review, regrouped);
        Ok(FieldChosen { field, before })
    }
}
