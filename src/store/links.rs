//! Statements about two records. Rows are added; `undone_at` takes one back. `record_a < record_b` always.

use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::db::{Db, ROWS_PER_STATEMENT, StoreResult};
use super::entity::{LinkRow, links};
use super::records::IDS_PER_STATEMENT;

/// A statement to be written; `seq` is the database's.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub id: Uuid,
    /// What is taken back together: a run's job, or one answer of a person.
    pub act: Uuid,
    pub review_id: Uuid,
    pub record_a: Uuid,
    pub record_b: Uuid,
    pub verdict: &'static str,
    pub by_user: Option<Uuid>,
    pub rule_version: Option<i64>,
    pub score: f64,
    /// JSON array of `Evidence`.
    pub evidence: String,
    pub created_at: i64,
}

pub async fn insert(db: &Db<'_>, rows: Vec<NewLink>) -> StoreResult<()> {
    use sea_orm::ActiveValue::{NotSet, Set};
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().cloned().map(|row| links::ActiveModel {
            seq: NotSet,
            id: Set(row.id),
            act: Set(row.act),
            review_id: Set(row.review_id),
            record_a: Set(row.record_a.min(row.record_b)),
            record_b: Set(row.record_a.max(row.record_b)),
            verdict: Set(row.verdict.into()),
            by_user: Set(row.by_user),
            rule_version: Set(row.rule_version),
            score: Set(row.score),
            evidence: Set(row.evidence),
            created_at: Set(row.created_at),
            undone_at: Set(None),
            undone_by: Set(None),
        });
        links::Entity::insert_many(rows).exec_without_returning(&db.0).await?;
    }
    Ok(())
}

/// What grouping needs of a statement that stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Said {
    pub seq: i64,
    pub record_a: Uuid,
    pub record_b: Uuid,
    pub verdict: String,
    pub by_user: Option<Uuid>,
    pub rule_version: Option<i64>,
    pub score: f64,
    pub veto: bool,
}

const VETO: &str = "(evidence LIKE '%\"veto\\_%' ESCAPE '\\') AS veto";

fn said() -> String {
    format!(
        "SELECT seq, record_a, record_b, verdict, by_user, rule_version, score, {VETO} FROM links WHERE review_id = $1 AND undone_at IS NULL"
    )
}

/// Every statement of the review that stands, oldest first.
pub async fn all(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Said>> {
    db.all(&format!("{} ORDER BY seq", said()), [review.into()]).await
}

/// Statements that stand about any of these records, oldest first.
pub async fn touching(db: &Db<'_>, review: Uuid, records: &[Uuid]) -> StoreResult<Vec<Said>> {
    let mut rows: Vec<Said> = Vec::new();
    for chunk in records.chunks(IDS_PER_STATEMENT) {
        let marks: Vec<String> = (0..chunk.len()).map(|i| format!("${}", i + 2)).collect();
        let marks = marks.join(",");
        for column in ["record_a", "record_b"] {
            let values = std::iter::once(review.into()).chain(chunk.iter().map(|id| (*id).into()));
            rows.extend(db.all::<Said>(&format!("{} AND {column} IN ({marks})", said()), values).await?);
        }
    }
    rows.sort_by_key(|row| row.seq);
    rows.dedup_by_key(|row| row.seq);
    Ok(rows)
}

/// A pair of live records in different citations that nobody has decided.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Open {
    pub seq: i64,
    pub record_a: Uuid,
    pub record_b: Uuid,
    pub score: f64,
    pub veto: bool,
    pub citation_a: Uuid,
    pub citation_b: Uuid,
    /// Live records of both citations.
    pub records: i64,
}

/// Statements of one verdict (`$2`) about live records, where nothing that counts more is said of the pair: a person's latest word
/// does, else the rules' latest. The empty `different` with which rules take an earlier statement back is none.
const STANDS: &str = "FROM links l JOIN records a ON a.id = l.record_a AND a.active = TRUE JOIN records b ON b.id = l.record_b AND b.active = TRUE \
                      WHERE l.review_id = $1 AND l.verdict = $2 AND l.undone_at IS NULL AND (l.verdict <> 'different' OR l.by_user IS NOT NULL) \
                      AND NOT EXISTS (SELECT 1 FROM links o WHERE o.review_id = l.review_id AND o.record_a = l.record_a AND o.record_b = l.record_b \
                      AND o.undone_at IS NULL AND CASE WHEN (o.by_user IS NULL) = (l.by_user IS NULL) THEN o.seq > l.seq ELSE l.by_user IS NULL END)";

/// What waits for a person, oldest first.
pub async fn open(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Open>> {
    let held = |side: &str| format!("(SELECT COUNT(*) FROM records r WHERE r.citation_id = {side}.citation_id AND r.active = TRUE)");
    let sql = format!(
        "SELECT l.seq, l.record_a, l.record_b, l.score, {VETO}, a.citation_id AS citation_a, b.citation_id AS citation_b, \
         {} + {} AS records {STANDS} AND a.citation_id <> b.citation_id ORDER BY l.seq",
        held("a"),
        held("b")
    );
    db.all(&sql, [review.into(), "review".into()]).await
}

/// Two citations of which a person said that records of theirs are not the same.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Apart {
    pub citation_a: Uuid,
    pub citation_b: Uuid,
}

/// Citations that a standing word of a person keeps apart.
pub async fn apart(db: &Db<'_>, review: Uuid) -> StoreResult<Vec<Apart>> {
    let sql = format!("SELECT DISTINCT a.citation_id AS citation_a, b.citation_id AS citation_b {STANDS} AND l.by_user IS NOT NULL");
    let mut found: Vec<Apart> = Vec::new();
    for verdict in ["different", "related"] {
        found.extend(db.all::<Apart>(&sql, [review.into(), verdict.into()]).await?);
    }
    Ok(found)
}

/// A statement that stands, by its place in the order of [`standing`].
#[derive(Clone, Debug, FromQueryResult)]
pub struct Stands {
    pub seq: i64,
    pub record_a: Uuid,
    pub record_b: Uuid,
    pub act: Uuid,
    pub by_user: Option<Uuid>,
    pub score: f64,
    pub citation_a: Uuid,
    pub citation_b: Uuid,
}

/// Statements of a verdict that stand about live records, the least certain first.
pub async fn standing(db: &Db<'_>, review: Uuid, verdict: &str) -> StoreResult<Vec<Stands>> {
    let sql = format!(
        "SELECT l.seq, l.record_a, l.record_b, l.act, l.by_user, l.score, a.citation_id AS citation_a, b.citation_id AS citation_b {STANDS} \
         ORDER BY ABS(l.score), l.seq"
    );
    db.all(&sql, [review.into(), verdict.into()]).await
}

pub async fn get(db: &Db<'_>, review: Uuid, id: Uuid) -> StoreResult<Option<LinkRow>> {
    Ok(links::Entity::find().filter(links::Column::Id.eq(id)).filter(links::Column::ReviewId.eq(review)).one(&db.0).await?)
}

/// Whole rows by their sequence numbers.
pub async fn by_seq(db: &Db<'_>, seqs: &[i64]) -> StoreResult<Vec<LinkRow>> {
    let mut rows = Vec::with_capacity(seqs.len());
    for chunk in seqs.chunks(IDS_PER_STATEMENT) {
        rows.extend(links::Entity::find().filter(links::Column::Seq.is_in(chunk.iter().copied())).all(&db.0).await?);
    }
    Ok(rows)
}

/// Every statement about the records among themselves, also those taken back, oldest first.
pub async fn history(db: &Db<'_>, records: &[Uuid]) -> StoreResult<Vec<LinkRow>> {
    let among = Condition::all()
        .add(links::Column::RecordA.is_in(records.iter().copied()))
        .add(links::Column::RecordB.is_in(records.iter().copied()));
    Ok(links::Entity::find().filter(among).order_by_asc(links::Column::Seq).limit(IDS_PER_STATEMENT as u64).all(&db.0).await?)
}

/// Takes everything back that one act said; how many statements that were.
pub async fn undo_act(db: &Db<'_>, review: Uuid, act: Uuid, user: Option<Uuid>, now: i64) -> StoreResult<u64> {
    let sql = "UPDATE links SET undone_at = $1, undone_by = $2 WHERE act = $3 AND review_id = $4 AND undone_at IS NULL";
    db.execute(sql, [now.into(), user.into(), act.into(), review.into()]).await
}

/// What one act said and still stands, oldest first.
pub async fn of_act(db: &Db<'_>, review: Uuid, act: Uuid) -> StoreResult<Vec<LinkRow>> {
    let query = links::Entity::find().filter(links::Column::Act.eq(act)).filter(links::Column::ReviewId.eq(review));
    Ok(query.filter(links::Column::UndoneAt.is_null()).order_by_asc(links::Column::Seq).all(&db.0).await?)
}

#[derive(FromQueryResult)]
struct Act {
    act: Uuid,
}

/// The last run of the rules of which statements stand.
pub async fn last_run(db: &Db<'_>, review: Uuid) -> StoreResult<Option<Uuid>> {
    let sql = "SELECT act FROM links WHERE review_id = $1 AND by_user IS NULL AND undone_at IS NULL ORDER BY seq DESC LIMIT 1";
    Ok(db.one::<Act>(sql, [review.into()]).await?.map(|row| row.act))
}

/// Whether what a run said was taken back.
pub async fn run_undone(db: &Db<'_>, act: Uuid) -> StoreResult<bool> {
    let sql = "SELECT act FROM links WHERE act = $1 AND undone_at IS NOT NULL LIMIT 1";
    Ok(db.one::<Act>(sql, [act.into()]).await?.is_some())
}
