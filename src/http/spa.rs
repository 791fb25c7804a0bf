//! The front end, embedded. Any path that is not the API's answers the page, whose router reads the rest.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Front;

/// Files under `assets/` carry a hash in their name and never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn page(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return HttpResponse::NotFound().finish();
    }
    let (name, file) = match Front::get(path).filter(|_| !path.is_empty()) {
        Some(file) => (path, Some(file)),
        None => ("index.html", Front::get("index.html")),
    };
    let Some(file) = file else {
        return HttpResponse::ServiceUnavailable().body("The front end was not built into this binary: run `make build`.");
    };
    let cache = if name.starts_with("assets/") { FOR_EVER } else { "no-cache" };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::CONTENT_TYPE, file.metadata.mimetype()))
        .body(file.data.into_owned())
}
