//! Citations: search, one whole, labels, withdrawal, and exports.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, put, web};
use uuid::Uuid;

use super::auth::In;
use super::error::HttpError;
use super::{Data, Reply};
use crate::app::choices::{FieldChoice, FieldChosen};
use crate::app::citation_detail::Citation;
use crate::app::citation_rows::CitationRowView;
use crate::app::citations::{CitationPage, CitationQuery, LabelIds, Labelled, Withdrawal};
use crate::app::exports::RecordFormat;

#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, body = CitationPage)))]
#[get("/api/reviews/{review}/citations")]
pub async fn list(app: Data, member: In, query: web::Query<CitationQuery>) -> Reply<CitationPage> {
    Ok(web::Json(app.citations(&member.0, query.into_inner()).await?))
}

#[utoipa::path(tag = "citations", responses((status = 200, body = Citation)))]
#[get("/api/reviews/{review}/citations/{citation}")]
pub async fn get(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Citation> {
    Ok(web::Json(app.citation(&member.0, path.1).await?))
}

#[utoipa::path(tag = "citations", responses((status = 200, body = Labelled)))]
#[put("/api/reviews/{review}/citations/{citation}/labels")]
pub async fn set_labels(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<LabelIds>) -> Reply<Labelled> {
    Ok(web::Json(app.set_citation_labels(&member.0, path.1, body.into_inner()).await?))
}

/// Chooses the record that a field comes from.
#[utoipa::path(tag = "citations", responses((status = 200, body = FieldChosen)))]
#[post("/api/reviews/{review}/citations/{citation}/choice")]
pub async fn choose(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<FieldChoice>) -> Reply<FieldChosen> {
    Ok(web::Json(app.choose_field(&member.0, path.1, body.into_inner()).await?))
}

/// Withdraws a citation before screening.
#[utoipa::path(tag = "citations", responses((status = 200, body = CitationRowView)))]
#[post("/api/reviews/{review}/citations/{citation}/remove")]
pub async fn remove(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<Withdrawal>) -> Reply<CitationRowView> {
    Ok(web::Json(app.set_removed(&member.0, path.1, Some(body.into_inner())).await?))
}

/// Brings a withdrawn citation back.
#[utoipa::path(tag = "citations", responses((status = 200, body = CitationRowView)))]
#[post("/api/reviews/{review}/citations/{citation}/restore")]
pub async fn restore(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<CitationRowView> {
    Ok(web::Json(app.set_removed(&member.0, path.1, None).await?))
}

#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, content_type = "application/x-research-info-systems", body = String)))]
#[get("/api/reviews/{review}/export.ris")]
pub async fn ris(app: Data, member: In, query: web::Query<CitationQuery>) -> Result<HttpResponse, HttpError> {
    file(app, member, query, RecordFormat::Ris).await
}

#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, content_type = "text/csv", body = String)))]
#[get("/api/reviews/{review}/export.csv")]
pub async fn csv(app: Data, member: In, query: web::Query<CitationQuery>) -> Result<HttpResponse, HttpError> {
    file(app, member, query, RecordFormat::Csv).await
}

#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, content_type = "application/x-ndjson", body = String)))]
#[get("/api/reviews/{review}/export.jsonl")]
pub async fn jsonl(app: Data, member: In, query: web::Query<CitationQuery>) -> Result<HttpResponse, HttpError> {
    file(app, member, query, RecordFormat::Jsonl).await
}

#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, content_type = "application/x-bibtex", body = String)))]
#[get("/api/reviews/{review}/export.bib")]
pub async fn bibtex(app: Data, member: In, query: web::Query<CitationQuery>) -> Result<HttpResponse, HttpError> {
    file(app, member, query, RecordFormat::Bibtex).await
}

/// EndNote's XML.
#[utoipa::path(tag = "citations", params(CitationQuery), responses((status = 200, content_type = "application/xml", body = String)))]
#[get("/api/reviews/{review}/export.xml")]
pub async fn endnote_xml(app: Data, member: In, query: web::Query<CitationQuery>) -> Result<HttpResponse, HttpError> {
    file(app, member, query, RecordFormat::EndnoteXml).await
}

async fn file(app: Data, member: In, query: web::Query<CitationQuery>, format: RecordFormat) -> Result<HttpResponse, HttpError> {
    let bytes = app.export_citations(&member.0, query.into_inner(), format).await?;
    let disposition = format!("attachment; filename=\"citations.{}\"", format.extension());
    Ok(HttpResponse::Ok().content_type(format.content_type()).insert_header((header::CONTENT_DISPOSITION, disposition)).body(bytes))
}
