//! The PRISMA numbers, the figure, and both as files.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use super::auth::In;
use super::error::HttpError;
use super::{Data, Reply};
use crate::app::figure::{FigureQuery, Made};
use crate::app::flow::Flow;
use crate::app::overlap::OverlapView;

#[utoipa::path(tag = "flow", responses((status = 200, body = Flow)))]
#[get("/api/reviews/{review}/flow")]
pub async fn flow(app: Data, member: In) -> Reply<Flow> {
    Ok(web::Json(app.flow(&member.0).await?))
}

/// The figure as svg, png or pdf; its numbers as csv (layout of the R package PRISMA2020) or json.
#[utoipa::path(tag = "flow", params(FigureQuery), responses((status = 200, content_type = "image/svg+xml", body = String)))]
#[get("/api/reviews/{review}/flow.{format}")]
pub async fn figure(
    app: Data,
    member: In,
    path: web::Path<(Uuid, String)>,
    query: web::Query<FigureQuery>,
) -> Result<HttpResponse, HttpError> {
    let made = app.figure(&member.0, &path.1, &query).await?;
    Ok(file(made, query.download.is_some()))
}

/// How the sources overlap.
#[utoipa::path(tag = "flow", responses((status = 200, body = OverlapView)))]
#[get("/api/reviews/{review}/overlap")]
pub async fn overlap(app: Data, member: In) -> Reply<OverlapView> {
    Ok(web::Json(app.overlap(&member.0).await?))
}

/// The overlap as an UpSet figure in svg, png or pdf; its numbers as csv.
#[utoipa::path(tag = "flow", params(FigureQuery), responses((status = 200, content_type = "image/svg+xml", body = String)))]
#[get("/api/reviews/{review}/overlap.{format}")]
pub async fn overlap_figure(
    app: Data,
    member: In,
    path: web::Path<(Uuid, String)>,
    query: web::Query<FigureQuery>,
) -> Result<HttpResponse, HttpError> {
    let made = app.overlap_figure(&member.0, &path.1, &query).await?;
    Ok(file(made, query.download.is_some()))
}

/// A made file as an answer, to be looked at or kept.
pub fn file(made: Made, download: bool) -> HttpResponse {
    let how = if download { "attachment" } else { "inline" };
    HttpResponse::Ok()
        .content_type(made.content_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("{how}; filename=\"{}\"", made.file_name)))
        .body(made.bytes)
}
