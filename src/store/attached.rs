//! What people attached to citations: labels, withdrawals before screening, reports, studies.
//! One rule: each stays with the citation on which it was said, and is read from the citation that lives, whichever of those
//! merged into it was meant; so that a merge loses none of it and undoing the merge gives each back its own.

use std::collections::HashMap;

use sea_orm::sea_query::{OnConflict, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::db::{Db, StoreResult};
use super::entity::{CitationLabelRow, ReportRow, citation_labels, citations, reports, study_reports};
use super::records::IDS_PER_STATEMENT;

/// Citations that live, with all those merged into them.
#[derive(Clone, Debug, Default)]
pub struct Families {
    root_of: HashMap<Uuid, Uuid>,
}

impl Families {
    /// Those of `roots`.
    pub async fn of(db: &Db<'_>, roots: &[Uuid]) -> StoreResult<Self> {
        let merged = super::screening::merged_into(db, roots).await?;
        // A citation that is merged into another of the list belongs to that one: the later entry stands.
        Ok(Self { root_of: roots.iter().map(|id| (*id, *id)).chain(merged).collect() })
    }

    /// Of any citations, the roots they stand for now; not the rest of their families.
    async fn around(db: &Db<'_>, ids: &[Uuid]) -> StoreResult<Self> {
        use citations::Column as C;
        let mut root_of = HashMap::new();
        for chunk in ids.chunks(IDS_PER_STATEMENT) {
            let query = citations::Entity::find().select_only().column(C::Id).column(C::MergedInto);
            let rows: Vec<(Uuid, Option<Uuid>)> = query.filter(C::Id.is_in(chunk.iter().copied())).into_tuple().all(&db.0).await?;
            root_of.extend(rows.into_iter().map(|(id, root)| (id, root.unwrap_or(id))));
        }
        Ok(Self { root_of })
    }

    pub fn ids(&self) -> Vec<Uuid> {
        self.root_of.keys().copied().collect()
    }

    /// The citation that lives in the place of `id`, one of `ids`.
    pub fn root(&self, id: Uuid) -> Uuid {
        self.root_of.get(&id).copied().unwrap_or(id)
    }
}

// Labels

/// The labels of each root, oldest first.
pub async fn labels(db: &Db<'_>, families: &Families) -> StoreResult<HashMap<Uuid, Vec<Uuid>>> {
    use citation_labels::Column as C;
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for chunk in families.ids().chunks(IDS_PER_STATEMENT) {
        let query = citation_labels::Entity::find().filter(C::CitationId.is_in(chunk.iter().copied()));
        for row in query.order_by_asc(C::CreatedAt).order_by_asc(C::LabelId).all(&db.0).await? {
            let labels = found.entry(families.root(row.citation_id)).or_default();
            if !labels.contains(&row.label_id) {
                labels.push(row.label_id);
            }
        }
    }
    Ok(found)
}

/// Replaces the labels of a family: what is not in `rows` is taken off all of it, what is new goes where `rows` says.
pub async fn set_labels(db: &Db<'_>, family: &[Uuid], rows: Vec<CitationLabelRow>) -> StoreResult<()> {
    use citation_labels::Column as C;
    let wanted: Vec<Uuid> = rows.iter().map(|row| row.label_id).collect();
    let here = C::CitationId.is_in(family.iter().copied());
    citation_labels::Entity::delete_many().filter(here.clone()).filter(C::LabelId.is_not_in(wanted)).exec(&db.0).await?;
    let kept: Vec<Uuid> = citation_labels::Entity::find().select_only().column(C::LabelId).filter(here).into_tuple().all(&db.0).await?;
    let new: Vec<_> = rows.into_iter().filter(|row| !kept.contains(&row.label_id)).map(IntoActiveModel::into_active_model).collect();
    if !new.is_empty() {
        citation_labels::Entity::insert_many(new).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

// Withdrawal before screening

/// A lead's word that a citation is not to be screened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub kind: String,
    pub note: Option<String>,
}

/// The withdrawn ones among the roots. Where several of a family were withdrawn, the root's own word stands, then that of the
/// lowest number.
pub async fn removed(db: &Db<'_>, families: &Families) -> StoreResult<HashMap<Uuid, Removed>> {
    use citations::Column as C;
    let mut found = Vec::new();
    for chunk in families.ids().chunks(IDS_PER_STATEMENT) {
        found.extend(withdrawn(db, C::Id.is_in(chunk.iter().copied())).await?);
    }
    Ok(first_word(found))
}

pub async fn removed_of_review(db: &Db<'_>, review: Uuid) -> StoreResult<HashMap<Uuid, Removed>> {
    Ok(first_word(withdrawn(db, citations::Column::ReviewId.eq(review)).await?))
}

#[derive(FromQueryResult)]
struct Withdrawn {
    id: Uuid,
    merged_into: Option<Uuid>,
    number: i64,
    removed_kind: String,
    removed_note: Option<String>,
}

/// The citations that were themselves withdrawn.
async fn withdrawn(db: &Db<'_>, which: SimpleExpr) -> StoreResult<Vec<Withdrawn>> {
    use citations::Column as C;
    let query = citations::Entity::find().filter(which).filter(C::RemovedKind.is_not_null()).select_only();
    let query = query.columns([C::Id, C::MergedInto, C::Number, C::RemovedKind, C::RemovedNote]);
    Ok(query.into_model::<Withdrawn>().all(&db.0).await?)
}

fn first_word(mut found: Vec<Withdrawn>) -> HashMap<Uuid, Removed> {
    found.sort_by_key(|row| std::cmp::Reverse((row.merged_into.is_some(), row.number)));
    let word = |row: Withdrawn| (row.merged_into.unwrap_or(row.id), Removed { kind: row.removed_kind, note: row.removed_note });
    found.into_iter().map(word).collect() // the last stays
}

/// Notes why a citation is withdrawn before screening, or that its whole family is back (`None`).
pub async fn set_removed(db: &Db<'_>, root: Uuid, removed: Option<Removed>) -> StoreResult<()> {
    match removed {
        Some(Removed { kind, note }) => {
            let sql = "UPDATE citations SET removed_kind = $1, removed_note = $2 WHERE id = $3";
            db.execute(sql, [kind.into(), note.into(), root.into()]).await?;
        }
        None => {
            let sql = "UPDATE citations SET removed_kind = NULL, removed_note = NULL WHERE id = $1 OR merged_into = $1";
            db.execute(sql, [root.into()]).await?;
        }
    }
    Ok(())
}

// Reports

/// The report of each root, under the root's id. Of several in a family, what a person said last stands.
pub async fn reports(db: &Db<'_>, families: &Families) -> StoreResult<HashMap<Uuid, ReportRow>> {
    let mut rows = Vec::new();
    for chunk in families.ids().chunks(IDS_PER_STATEMENT) {
        rows.extend(reports::Entity::find().filter(reports::Column::CitationId.is_in(chunk.iter().copied())).all(&db.0).await?);
    }
    Ok(standing(families, rows))
}

pub async fn reports_of_review(db: &Db<'_>, review: Uuid) -> StoreResult<HashMap<Uuid, ReportRow>> {
    let rows = reports::Entity::find().filter(reports::Column::ReviewId.eq(review)).all(&db.0).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.citation_id).collect();
    Ok(standing(&Families::around(db, &ids).await?, rows))
}

fn standing(families: &Families, mut rows: Vec<ReportRow>) -> HashMap<Uuid, ReportRow> {
    rows.sort_by_key(|row| (row.user_id.is_some(), row.at, families.root(row.citation_id) == row.citation_id, row.citation_id));
    let under_root = |row: ReportRow| {
        let root = families.root(row.citation_id);
        (root, ReportRow { citation_id: root, ..row })
    };
    rows.into_iter().map(under_root).collect() // the last stays
}

pub async fn put_report(db: &Db<'_>, row: ReportRow) -> StoreResult<()> {
    use reports::Column as C;
    let changed = [C::State, C::FileSha256, C::FileName, C::FileBytes, C::Link, C::Reason, C::Note, C::UserId, C::At];
    let conflict = OnConflict::column(C::CitationId).update_columns(changed).to_owned();
    reports::Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(&db.0).await?;
    Ok(())
}

// Studies

/// The study that each root's report belongs to: its own, else that of the first of its family.
pub async fn studies(db: &Db<'_>, review: Uuid) -> StoreResult<HashMap<Uuid, Uuid>> {
    use study_reports::Column as C;
    let query = study_reports::Entity::find().select_only().column(C::CitationId).column(C::StudyId).filter(C::ReviewId.eq(review));
    let mut rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(&db.0).await?;
    let ids: Vec<Uuid> = rows.iter().map(|(citation, _)| *citation).collect();
    let families = Families::around(db, &ids).await?;
    rows.sort_by_key(|(citation, _)| (families.root(*citation) == *citation, std::cmp::Reverse(*citation)));
    Ok(rows.into_iter().map(|(citation, study)| (families.root(citation), study)).collect()) // the last stays
}

/// Puts a report into a study, or with `None` it and all of its family out of any.
pub async fn put_study_report(db: &Db<'_>, review: Uuid, root: Uuid, study: Option<Uuid>) -> StoreResult<()> {
    let Some(study) = study else {
        let sql = "DELETE FROM study_reports WHERE citation_id = $1 OR citation_id IN (SELECT id FROM citations WHERE merged_into = $1)";
        db.execute(sql, [root.into()]).await?;
        return Ok(());
    };
    db.execute("DELETE FROM study_reports WHERE citation_id = $1", [root.into()]).await?;
    let sql = "INSERT INTO study_reports (citation_id, review_id, study_id) VALUES ($1, $2, $3)";
    db.execute(sql, [root.into(), review.into(), study.into()]).await?;
    Ok(())
}
