//! Studies: companion reports of one investigation are grouped; a report that nobody grouped is a study of its own.

use std::collections::HashMap;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::citation_rows::CitationRowView;
use super::{App, AppError, AppResult, Member};
use crate::flow;
use crate::model::CitationId;
use crate::store::{self, screening};

const NAME_MAX: usize = 200;
const GROUP_MAX: usize = 200;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Study {
    /// None while it is a report that nobody grouped.
    pub id: Option<Uuid>,
    pub name: String,
    pub reports: Vec<CitationRowView>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Group {
    pub citation_ids: Vec<Uuid>,
    #[serde(default)]
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Ungroup {
    pub citation_id: Uuid,
}

impl App {
    /// The studies that the included reports form now.
    pub async fn studies(&self, member: &Member) -> AppResult<Vec<Study>> {
        let now = self.at_one_moment().await?;
        let db = now.db();
        let facts = now.flow_facts(member.review).await?;
        let names: HashMap<Uuid, String> = store::facts::study_names(&db, member.review).await?.into_iter().collect();
        let study_of: HashMap<CitationId, Uuid> = facts.rows.iter().filter_map(|row| Some((row.citation, row.study?.0))).collect();
        let mut studies = Vec::new();
        for reports in flow::studies(&facts) {
            let ids: Vec<Uuid> = reports.iter().map(|id| id.0).collect();
            let mut rows = screening::citations(&db, &ids).await?;
            rows.sort_by_key(|row| row.number);
            let id = reports.first().and_then(|first| study_of.get(first)).copied();
            let name = id.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
            studies.push(Study { id, name, reports: now.citation_rows(&db, member, &rows).await? });
        }
        Ok(studies)
    }

    /// Puts reports into one study; those that were in another leave it.
    pub async fn group_reports(&self, member: &Member, group: Group) -> AppResult<Vec<Study>> {
        member.lead()?;
        if group.citation_ids.is_empty() || group.citation_ids.len() > GROUP_MAX {
            return Err(AppError::invalid("citation_ids", "too_many_items").with(GROUP_MAX));
        }
        let name: String = group.name.trim().chars().take(NAME_MAX).collect();
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let study = app.clock.id();
                    store::facts::insert_study(db, by.review, study, &name).await?;
                    for citation in &group.citation_ids {
                        let root = app.root(db, by.review, *citation).await?.id;
                        store::attached::put_study_report(db, by.review, root, Some(study)).await?;
                    }
                    let after = serde_json::json!({ "citation_ids": group.citation_ids, "name": name });
                    Ok(app.log_by(db, &by, "study.group", ("study", study), None, Some(after)).await?)
                }
                .boxed()
            })
            .await?;
        self.studies(member).await
    }

    /// Makes a report a study of its own again.
    pub async fn ungroup_report(&self, member: &Member, citation: Uuid) -> AppResult<Vec<Study>> {
        member.lead()?;
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let root = app.root(db, by.review, citation).await?.id;
                    store::attached::put_study_report(db, by.review, root, None).await?;
                    Ok(app.log_by(db, &by, "study.ungroup", ("citation", root), None, None).await?)
                }
                .boxed()
            })
            .await?;
        self.studies(member).await
    }
}
