//! Screening: work, decisions, conflicts, settings of a stage, progress, agreement, audit.

use actix_web::{HttpResponse, delete, get, http::header, post, put, web};
use uuid::Uuid;

use super::auth::In;
use super::error::HttpError;
use super::{Data, Reply};
use crate::app::Page;
use crate::app::conflicts::{Conflict, ConflictQuery, NewResolution, Resolved};
use crate::app::decisions::{DecisionView, MineQuery, NewDecision};
use crate::app::progress::{Agreement, Progress};
use crate::app::reviews::StageInfo;
use crate::app::stages::{NewSettings, Preview};
use crate::app::tasks::{Assigned, Named, Next, NextQuery, Task};
use crate::app::trail::{AuditQuery, AuditView};

/// The next citations to decide on.
#[utoipa::path(tag = "screening", params(NextQuery), responses((status = 200, body = Next)))]
#[get("/api/reviews/{review}/stages/{stage}/next")]
pub async fn next(app: Data, member: In, path: web::Path<(Uuid, String)>, query: web::Query<NextQuery>) -> Reply<Next> {
    Ok(web::Json(app.next_tasks(&member.0, &path.1, query.into_inner()).await?))
}

/// Names the reviewers of the citations that a filter selects (assignment by hand).
#[utoipa::path(tag = "screening", responses((status = 200, body = Assigned)))]
#[post("/api/reviews/{review}/stages/{stage}/assign")]
pub async fn assign(app: Data, member: In, path: web::Path<(Uuid, String)>, body: web::Json<Named>) -> Reply<Assigned> {
    Ok(web::Json(app.assign(&member.0, &path.1, body.into_inner()).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = DecisionView)))]
#[post("/api/reviews/{review}/decisions")]
pub async fn decide(app: Data, member: In, body: web::Json<NewDecision>) -> Reply<DecisionView> {
    Ok(web::Json(app.decide(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = Undone)))]
#[post("/api/reviews/{review}/decisions/{decision}/undo")]
pub async fn undo(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Undone> {
    Ok(web::Json(Undone { task: app.undo_decision(&member.0, path.1).await? }))
}

/// The task that is open again.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Undone {
    pub task: Task,
}

/// My own decisions, newest first.
#[utoipa::path(tag = "screening", params(MineQuery), responses((status = 200, body = Page<DecisionView>)))]
#[get("/api/reviews/{review}/decisions/mine")]
pub async fn mine(app: Data, member: In, query: web::Query<MineQuery>) -> Reply<Page<DecisionView>> {
    Ok(web::Json(app.my_decisions(&member.0, query.into_inner()).await?))
}

#[utoipa::path(tag = "screening", params(ConflictQuery), responses((status = 200, body = Page<Conflict>)))]
#[get("/api/reviews/{review}/stages/{stage}/conflicts")]
pub async fn conflicts(app: Data, member: In, path: web::Path<(Uuid, String)>, query: web::Query<ConflictQuery>) -> Reply<Page<Conflict>> {
    Ok(web::Json(app.conflicts(&member.0, &path.1, query.into_inner()).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = Resolved)))]
#[post("/api/reviews/{review}/citations/{citation}/stages/{stage}/resolution")]
pub async fn resolve(app: Data, member: In, path: web::Path<(Uuid, Uuid, String)>, body: web::Json<NewResolution>) -> Reply<Resolved> {
    Ok(web::Json(app.resolve(&member.0, path.1, &path.2, body.into_inner()).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = Resolved)))]
#[delete("/api/reviews/{review}/citations/{citation}/stages/{stage}/resolution")]
pub async fn reopen(app: Data, member: In, path: web::Path<(Uuid, Uuid, String)>) -> Reply<Resolved> {
    Ok(web::Json(app.reopen(&member.0, path.1, &path.2).await?))
}

/// What other settings would do to the citations of the stage.
#[utoipa::path(tag = "screening", responses((status = 200, body = Preview)))]
#[post("/api/reviews/{review}/stages/{stage}/preview")]
pub async fn preview(app: Data, member: In, path: web::Path<(Uuid, String)>, body: web::Json<NewSettings>) -> Reply<Preview> {
    Ok(web::Json(app.preview_settings(&member.0, &path.1, &body.settings).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = StageInfo)))]
#[put("/api/reviews/{review}/stages/{stage}")]
pub async fn set_settings(app: Data, member: In, path: web::Path<(Uuid, String)>, body: web::Json<NewSettings>) -> Reply<StageInfo> {
    Ok(web::Json(app.set_settings(&member.0, &path.1, body.into_inner().settings).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = Progress)))]
#[get("/api/reviews/{review}/progress")]
pub async fn progress(app: Data, member: In) -> Reply<Progress> {
    Ok(web::Json(app.progress(&member.0).await?))
}

#[utoipa::path(tag = "screening", responses((status = 200, body = Agreement)))]
#[get("/api/reviews/{review}/stages/{stage}/agreement")]
pub async fn agreement(app: Data, member: In, path: web::Path<(Uuid, String)>) -> Reply<Agreement> {
    Ok(web::Json(app.agreement(&member.0, &path.1).await?))
}

#[utoipa::path(tag = "audit", params(AuditQuery), responses((status = 200, body = Page<AuditView>)))]
#[get("/api/reviews/{review}/audit")]
pub async fn audit(app: Data, member: In, query: web::Query<AuditQuery>) -> Reply<Page<AuditView>> {
    Ok(web::Json(app.audit(&member.0, query.into_inner()).await?))
}

#[utoipa::path(tag = "audit", responses((status = 200, content_type = "text/csv", body = String)))]
#[get("/api/reviews/{review}/audit.csv")]
pub async fn audit_csv(app: Data, member: In) -> Result<HttpResponse, HttpError> {
    let csv = app.audit_csv(&member.0).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"erabi-audit.csv\""))
        .body(csv))
}
