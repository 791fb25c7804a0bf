//! Slow work as the review's members see it.

use actix_web::{get, web};
use uuid::Uuid;

use super::auth::In;
use super::{Data, Reply};
use crate::app::Items;
use crate::app::jobs::Job;

#[utoipa::path(tag = "jobs", responses((status = 200, body = Items<Job>)))]
#[get("/api/reviews/{review}/jobs")]
pub async fn list(app: Data, member: In) -> Reply<Items<Job>> {
    Ok(web::Json(Items { items: app.jobs(&member.0).await? }))
}

#[utoipa::path(tag = "jobs", responses((status = 200, body = Job)))]
#[get("/api/reviews/{review}/jobs/{job}")]
pub async fn get(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Job> {
    Ok(web::Json(app.job(&member.0, path.1).await?))
}
