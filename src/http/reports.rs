//! Full texts and the studies that reports form.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::auth::In;
use super::error::HttpError;
use super::{Data, Reply, upload};
use crate::app::reports::{FILE_LIMIT, NotRetrieved, ReportItem, ReportLink, ReportQuery};
use crate::app::shown::ReportView;
use crate::app::studies::{Group, Study, Ungroup};
use crate::app::{AppError, Items, Page};

/// A viewer of the browser's own (WebKit's) lays itself out by styles and a plug-in that stand under the policy of the PDF.
const PDF_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

#[utoipa::path(tag = "reports", params(ReportQuery), responses((status = 200, body = Page<ReportItem>)))]
#[get("/api/reviews/{review}/reports")]
pub async fn list(app: Data, member: In, query: web::Query<ReportQuery>) -> Reply<Page<ReportItem>> {
    Ok(web::Json(app.reports(&member.0, query.into_inner()).await?))
}

/// Multipart with the field `file`: a PDF.
#[utoipa::path(tag = "reports", responses((status = 200, body = ReportView)))]
#[post("/api/reviews/{review}/citations/{citation}/report/file")]
pub async fn put_file(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: Multipart) -> Reply<ReportView> {
    let upload = upload::receive(&app, body, FILE_LIMIT).await?;
    Ok(web::Json(app.put_report_file(&member.0, path.1, &upload.file_name, &upload.path).await?))
}

#[utoipa::path(tag = "reports", responses((status = 200, body = ReportView)))]
#[post("/api/reviews/{review}/citations/{citation}/report/link")]
pub async fn put_link(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<ReportLink>) -> Reply<ReportView> {
    Ok(web::Json(app.put_report_link(&member.0, path.1, body.into_inner()).await?))
}

#[utoipa::path(tag = "reports", responses((status = 200, body = ReportView)))]
#[post("/api/reviews/{review}/citations/{citation}/report/not-retrieved")]
pub async fn not_retrieved(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<NotRetrieved>) -> Reply<ReportView> {
    Ok(web::Json(app.report_not_retrieved(&member.0, path.1, body.into_inner()).await?))
}

/// Back to being sought.
#[utoipa::path(tag = "reports", responses((status = 200, body = ReportView)))]
#[post("/api/reviews/{review}/citations/{citation}/report/sought")]
pub async fn sought(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<ReportView> {
    Ok(web::Json(app.report_sought(&member.0, path.1).await?))
}

/// The PDF; ranges are served, so that a viewer can begin before it has all of it.
#[utoipa::path(tag = "reports", responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
#[get("/api/reviews/{review}/citations/{citation}/report/file")]
pub async fn file(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let (name, path) = app.report_file(&member.0, path.1).await?;
    let mut file = tokio::fs::File::open(&path).await.map_err(|_| AppError::not_found("file"))?;
    let bytes = file.metadata().await.map_err(AppError::internal)?.len();
    let range = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(|text| range(text, bytes));
    let (start, end) = range.unwrap_or((0, bytes.saturating_sub(1)));
    file.seek(std::io::SeekFrom::Start(start)).await.map_err(AppError::internal)?;
    let length = (end + 1).saturating_sub(start).min(bytes);
    let mut response = if range.is_some() { HttpResponse::PartialContent() } else { HttpResponse::Ok() };
    if range.is_some() {
        response.insert_header((header::CONTENT_RANGE, format!("bytes {start}-{end}/{bytes}")));
    }
    Ok(response
        .content_type("application/pdf")
        .insert_header((header::CONTENT_SECURITY_POLICY, PDF_POLICY))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{}", percent(&name))))
        .no_chunking(length)
        .streaming(ReaderStream::new(file.take(length))))
}

/// `bytes=a-b`, `bytes=a-` or `bytes=-n`, as (first, last); `None` for anything else.
fn range(text: &str, bytes: u64) -> Option<(u64, u64)> {
    let (start, end) = text.strip_prefix("bytes=")?.split_once('-')?;
    let last = bytes.checked_sub(1)?;
    let (start, end) = match (start.parse::<u64>(), end.parse::<u64>()) {
        (Ok(start), Ok(end)) => (start, end.min(last)),
        (Ok(start), Err(_)) if end.is_empty() => (start, last),
        (Err(_), Ok(n)) if start.is_empty() => (bytes.saturating_sub(n), last),
        _ => return None,
    };
    (start <= end).then_some((start, end))
}

/// RFC 5987 for a file name.
pub fn percent(name: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[utoipa::path(tag = "reports", responses((status = 200, body = Items<Study>)))]
#[get("/api/reviews/{review}/studies")]
pub async fn studies(app: Data, member: In) -> Reply<Items<Study>> {
    Ok(web::Json(Items { items: app.studies(&member.0).await? }))
}

#[utoipa::path(tag = "reports", responses((status = 200, body = Items<Study>)))]
#[post("/api/reviews/{review}/studies/group")]
pub async fn group(app: Data, member: In, body: web::Json<Group>) -> Reply<Items<Study>> {
    Ok(web::Json(Items { items: app.group_reports(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "reports", responses((status = 200, body = Items<Study>)))]
#[post("/api/reviews/{review}/studies/ungroup")]
pub async fn ungroup(app: Data, member: In, body: web::Json<Ungroup>) -> Reply<Items<Study>> {
    Ok(web::Json(Items { items: app.ungroup_report(&member.0, body.citation_id).await? }))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_is_read_or_ignored() {
        for (text, wanted) in [
            ("bytes=0-9", Some((0, 9))),
            ("bytes=90-", Some((90, 99))),
            ("bytes=-10", Some((90, 99))),
            ("bytes=0-500", Some((0, 99))),
            ("bytes=200-", None),
            ("lines=1-2", None),
            ("bytes=5-2", None),
        ] {
            assert_eq!(range(text, 100), wanted, "{text}");
        }
    }
}
