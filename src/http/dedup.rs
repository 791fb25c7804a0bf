//! Duplicates: runs, pairs, and what persons say about them.

use actix_web::{HttpResponse, get, post, web};
use uuid::Uuid;

use super::auth::In;
use super::error::HttpError;
use super::{Data, Reply};
use crate::app::dedup::{DedupOptions, DedupState, RunRef};
use crate::app::dedup_preview::{DedupPreview, RegroupedList};
use crate::app::jobs::Started;
use crate::app::pairs::{Changed, LinkRef, Pair, PairDecided, PairKind, PairQuery, PairWord, Split, SplitDone};
use crate::app::{Items, Page};

#[utoipa::path(tag = "dedup", responses((status = 200, body = DedupState)))]
#[get("/api/reviews/{review}/dedup")]
pub async fn state(app: Data, member: In) -> Reply<DedupState> {
    Ok(web::Json(app.dedup_state(&member.0).await?))
}

#[utoipa::path(tag = "dedup", responses((status = 202, body = Started)))]
#[post("/api/reviews/{review}/dedup")]
pub async fn start(app: Data, member: In, body: Option<web::Json<DedupOptions>>) -> Result<HttpResponse, HttpError> {
    let options = body.map(web::Json::into_inner).unwrap_or_default();
    Ok(HttpResponse::Accepted().json(app.start_dedup(&member.0, options).await?))
}

/// Takes the last run back.
#[utoipa::path(tag = "dedup", responses((status = 202, body = Started)))]
#[post("/api/reviews/{review}/dedup/undo")]
pub async fn undo_run(app: Data, member: In, body: web::Json<RunRef>) -> Result<HttpResponse, HttpError> {
    Ok(HttpResponse::Accepted().json(app.undo_dedup(&member.0, body.job_id).await?))
}

/// What each level would do, as last computed.
#[utoipa::path(tag = "dedup", responses((status = 200, body = DedupPreview)))]
#[get("/api/reviews/{review}/dedup/preview")]
pub async fn preview(app: Data, member: In) -> Reply<DedupPreview> {
    Ok(web::Json(app.dedup_preview(&member.0).await?))
}

/// Computes what each level would do. Nothing is merged.
#[utoipa::path(tag = "dedup", responses((status = 202, body = Started)))]
#[post("/api/reviews/{review}/dedup/preview")]
pub async fn start_preview(app: Data, member: In) -> Result<HttpResponse, HttpError> {
    Ok(HttpResponse::Accepted().json(app.start_dedup_preview(&member.0).await?))
}

/// The citations that a run at this level would divide otherwise.
#[utoipa::path(tag = "dedup", responses((status = 200, body = RegroupedList)))]
#[get("/api/reviews/{review}/dedup/preview/{level}")]
pub async fn changes(app: Data, member: In, path: web::Path<(Uuid, String)>) -> Reply<RegroupedList> {
    Ok(web::Json(app.dedup_changes(&member.0, &path.1).await?))
}

/// How many questions of each kind wait.
#[utoipa::path(tag = "dedup", responses((status = 200, body = Items<PairKind>)))]
#[get("/api/reviews/{review}/pairs/kinds")]
pub async fn kinds(app: Data, member: In) -> Reply<Items<PairKind>> {
    Ok(web::Json(app.pair_kinds(&member.0).await?))
}

#[utoipa::path(tag = "dedup", params(PairQuery), responses((status = 200, body = Page<Pair>)))]
#[get("/api/reviews/{review}/pairs")]
pub async fn pairs(app: Data, member: In, query: web::Query<PairQuery>) -> Reply<Page<Pair>> {
    Ok(web::Json(app.pairs(&member.0, query.into_inner()).await?))
}

/// A person's word about two records.
#[utoipa::path(tag = "dedup", responses((status = 200, body = PairDecided)))]
#[post("/api/reviews/{review}/pairs")]
pub async fn say(app: Data, member: In, body: web::Json<PairWord>) -> Reply<PairDecided> {
    Ok(web::Json(app.say(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "dedup", responses((status = 200, body = Changed)))]
#[post("/api/reviews/{review}/pairs/undo")]
pub async fn undo(app: Data, member: In, body: web::Json<LinkRef>) -> Reply<Changed> {
    Ok(web::Json(app.undo_link(&member.0, body.link_id).await?))
}

/// Takes records out of a citation.
#[utoipa::path(tag = "dedup", responses((status = 200, body = SplitDone)))]
#[post("/api/reviews/{review}/citations/{citation}/split")]
pub async fn split(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<Split>) -> Reply<SplitDone> {
    Ok(web::Json(app.split(&member.0, path.1, body.into_inner()).await?))
}
