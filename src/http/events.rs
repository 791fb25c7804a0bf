//! Live updates as server-sent events: ids and counters only. A listener that falls behind is told to read again.

use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, http::header};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;

use super::Data;
use super::auth::In;

/// Silence after which a comment is sent, so that proxies keep the line open.
const PING: Duration = Duration::from_secs(20);

#[utoipa::path(tag = "reviews", responses((status = 200, content_type = "text/event-stream", body = String)))]
#[get("/api/reviews/{review}/events")]
pub async fn events(app: Data, member: In) -> HttpResponse {
    let review = member.0.review;
    let first = stream::once(async { Ok::<_, actix_web::Error>(Bytes::from_static(b"retry: 3000\n\n")) });
    let rest = stream::unfold(app.events.listen(), move |mut receiver| async move {
        loop {
            let text = match tokio::time::timeout(PING, receiver.recv()).await {
                Err(_) => ": ping\n\n".to_string(),
                Ok(Err(RecvError::Closed)) => return None,
                Ok(Err(RecvError::Lagged(_))) => "event: missed\ndata: {}\n\n".to_string(),
                Ok(Ok(event)) if event.review != review => continue,
                Ok(Ok(event)) => format!("event: {}\ndata: {}\n\n", event.name, event.data),
            };
            return Some((Ok(Bytes::from(text)), receiver));
        }
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(futures_util::StreamExt::chain(first, rest))
}
