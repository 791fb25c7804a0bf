//! Sources, searches, uploads, imports and rejected entries.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::auth::{In, Me};
use super::error::HttpError;
use super::reports::percent;
use super::{Data, Reply, no_content, upload};
use crate::app::import_views::{ImportSummary, RejectedView};
use crate::app::imports::{ImportDetail, ImportStarted, NewImport, Note};
use crate::app::mappings::{MappingData, MappingView};
use crate::app::rejected::RejectedAction;
use crate::app::sources::{Search, SearchInput, Source, SourceInput};
use crate::app::uploads::{ImportFormats, ReadChoice, UPLOAD_LIMIT, Upload};
use crate::app::{AppError, Items};

#[utoipa::path(tag = "sources", responses((status = 200, body = Items<Source>)))]
#[get("/api/reviews/{review}/sources")]
pub async fn list(app: Data, member: In) -> Reply<Items<Source>> {
    Ok(web::Json(Items { items: app.sources(&member.0).await? }))
}

#[utoipa::path(tag = "sources", responses((status = 200, body = Source)))]
#[post("/api/reviews/{review}/sources")]
pub async fn add(app: Data, member: In, body: web::Json<SourceInput>) -> Reply<Source> {
    Ok(web::Json(app.add_source(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "sources", responses((status = 200, body = Source)))]
#[patch("/api/reviews/{review}/sources/{source}")]
pub async fn change(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<SourceInput>) -> Reply<Source> {
    Ok(web::Json(app.change_source(&member.0, path.1, body.into_inner()).await?))
}

#[utoipa::path(tag = "sources", responses((status = 204)))]
#[delete("/api/reviews/{review}/sources/{source}")]
pub async fn remove(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, HttpError> {
    app.remove_source(&member.0, path.1).await?;
    no_content()
}

#[utoipa::path(tag = "sources", responses((status = 200, body = Search)))]
#[post("/api/reviews/{review}/sources/{source}/searches")]
pub async fn add_search(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<SearchInput>) -> Reply<Search> {
    Ok(web::Json(app.add_search(&member.0, path.1, body.into_inner()).await?))
}

#[utoipa::path(tag = "sources", responses((status = 200, body = Search)))]
#[patch("/api/reviews/{review}/searches/{search}")]
pub async fn change_search(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<SearchInput>) -> Reply<Search> {
    Ok(web::Json(app.change_search(&member.0, path.1, body.into_inner()).await?))
}

#[utoipa::path(tag = "imports", responses((status = 200, body = ImportFormats)))]
#[get("/api/import-formats")]
pub async fn formats(app: Data, me: Me) -> Reply<ImportFormats> {
    Ok(web::Json(app.import_formats(&me.user.locale)))
}

/// Multipart with the field `file`, and optionally `format`, `encoding` and `first_row`.
#[utoipa::path(tag = "imports", responses((status = 200, body = Upload)))]
#[post("/api/reviews/{review}/uploads")]
pub async fn send_file(app: Data, member: In, body: Multipart) -> Reply<Upload> {
    member.0.lead()?;
    let sent = upload::receive(&app, body, UPLOAD_LIMIT).await?;
    let field = |name: &str| sent.fields.get(name).cloned();
    let choice =
        ReadChoice { format: field("format"), encoding: field("encoding"), first_row: field("first_row"), ..ReadChoice::default() };
    Ok(web::Json(app.upload(&member.0, &sent.file_name, &sent.path, choice).await?))
}

/// Reads an uploaded file again, with other choices.
#[utoipa::path(tag = "imports", responses((status = 200, body = Upload)))]
#[post("/api/reviews/{review}/uploads/{sha256}/read")]
pub async fn read_upload(app: Data, member: In, path: web::Path<(Uuid, String)>, body: web::Json<ReadChoice>) -> Reply<Upload> {
    Ok(web::Json(app.read_upload(&member.0, &path.1, body.into_inner()).await?))
}

/// What leads said about columns and tags.
#[utoipa::path(tag = "imports", responses((status = 200, body = Items<MappingView>)))]
#[get("/api/reviews/{review}/mappings")]
pub async fn mappings(app: Data, member: In) -> Reply<Items<MappingView>> {
    Ok(web::Json(Items { items: app.mappings(&member.0).await? }))
}

/// Saves a mapping; one that is about the same names is replaced.
#[utoipa::path(tag = "imports", responses((status = 200, body = MappingView)))]
#[post("/api/reviews/{review}/mappings")]
pub async fn save_mapping(app: Data, member: In, body: web::Json<MappingData>) -> Reply<MappingView> {
    Ok(web::Json(app.save_mapping(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "imports", responses((status = 204)))]
#[delete("/api/reviews/{review}/mappings/{mapping}")]
pub async fn remove_mapping(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, HttpError> {
    app.remove_mapping(&member.0, path.1).await?;
    no_content()
}

/// The mapping as a file that another review reads.
#[utoipa::path(tag = "imports", responses((status = 200, body = MappingData)))]
#[get("/api/reviews/{review}/mappings/{mapping}/file")]
pub async fn mapping_file(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, HttpError> {
    let data = app.mapping(&member.0, path.1).await?.data;
    let name = percent(&format!("{}.erabi-mapping.json", data.name));
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}"))).json(data))
}

#[utoipa::path(tag = "imports", responses((status = 200, body = Items<ImportSummary>)))]
#[get("/api/reviews/{review}/imports")]
pub async fn imports(app: Data, member: In) -> Reply<Items<ImportSummary>> {
    Ok(web::Json(Items { items: app.imports(&member.0).await? }))
}

#[utoipa::path(tag = "imports", responses((status = 202, body = ImportStarted)))]
#[post("/api/reviews/{review}/imports")]
pub async fn start_import(app: Data, member: In, body: web::Json<NewImport>) -> Result<HttpResponse, HttpError> {
    Ok(HttpResponse::Accepted().json(app.start_import(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "imports", responses((status = 200, body = ImportDetail)))]
#[get("/api/reviews/{review}/imports/{import}")]
pub async fn import(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<ImportDetail> {
    Ok(web::Json(app.import_detail(&member.0, path.1).await?))
}

/// The file, byte for byte as it was uploaded.
#[utoipa::path(tag = "imports", responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/api/reviews/{review}/imports/{import}/file")]
pub async fn import_file(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, HttpError> {
    let (name, path) = app.import_file(&member.0, path.1).await?;
    let file = tokio::fs::File::open(path).await.map_err(AppError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", percent(&name))))
        .streaming(ReaderStream::new(file)))
}

#[utoipa::path(tag = "imports", responses((status = 200, body = Items<RejectedView>)))]
#[get("/api/reviews/{review}/imports/{import}/rejected")]
pub async fn rejected(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Items<RejectedView>> {
    Ok(web::Json(Items { items: app.rejected(&member.0, path.1).await? }))
}

/// Dismisses, repairs or reopens an entry that could not be read.
#[utoipa::path(tag = "imports", responses((status = 200, body = RejectedView)))]
#[post("/api/reviews/{review}/rejected/{entry}")]
pub async fn act_on_rejected(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<RejectedAction>) -> Reply<RejectedView> {
    Ok(web::Json(app.act_on_rejected(&member.0, path.1, body.into_inner()).await?))
}

/// Takes an import out of every count; nothing is deleted.
#[utoipa::path(tag = "imports", responses((status = 200, body = ImportSummary)))]
#[post("/api/reviews/{review}/imports/{import}/withdraw")]
pub async fn withdraw(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: Option<web::Json<Note>>) -> Reply<ImportSummary> {
    let note = body.map(|body| body.into_inner().note).unwrap_or_default();
    Ok(web::Json(app.set_import_withdrawn(&member.0, path.1, true, &note).await?))
}

#[utoipa::path(tag = "imports", responses((status = 200, body = ImportSummary)))]
#[post("/api/reviews/{review}/imports/{import}/restore")]
pub async fn restore(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: Option<web::Json<Note>>) -> Reply<ImportSummary> {
    let note = body.map(|body| body.into_inner().note).unwrap_or_default();
    Ok(web::Json(app.set_import_withdrawn(&member.0, path.1, false, &note).await?))
}
