//! Work done elsewhere: whose decisions a file brings, and what becomes of its labels.

use actix_web::{delete, get, post, put, web};
use uuid::Uuid;

use super::auth::In;
use super::{Data, Reply};
use crate::app::elsewhere::{Elsewhere, NewAttribution};
use crate::app::elsewhere_labels::UseLabels;
use crate::app::elsewhere_said::Say;

/// What an import brings of work done elsewhere.
#[utoipa::path(tag = "imports", responses((status = 200, body = Elsewhere)))]
#[get("/api/reviews/{review}/imports/{import}/elsewhere")]
pub async fn get(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Elsewhere> {
    Ok(web::Json(app.elsewhere(&member.0, path.1).await?))
}

/// Gives what a name in the file decided to a member.
#[utoipa::path(tag = "imports", responses((status = 200, body = Elsewhere)))]
#[post("/api/reviews/{review}/imports/{import}/elsewhere")]
pub async fn map(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<NewAttribution>) -> Reply<Elsewhere> {
    Ok(web::Json(app.map_elsewhere(&member.0, path.1, body.into_inner()).await?))
}

/// Takes back what was given.
#[utoipa::path(tag = "imports", responses((status = 200, body = Elsewhere)))]
#[delete("/api/reviews/{review}/imports/{import}/elsewhere/{attribution}")]
pub async fn unmap(app: Data, member: In, path: web::Path<(Uuid, Uuid, Uuid)>) -> Reply<Elsewhere> {
    Ok(web::Json(app.unmap_elsewhere(&member.0, path.1, path.2).await?))
}

/// Says how every entry without a verdict of its own was decided elsewhere, or takes it back.
#[utoipa::path(tag = "imports", responses((status = 200, body = Elsewhere)))]
#[put("/api/reviews/{review}/imports/{import}/said")]
pub async fn say(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<Say>) -> Reply<Elsewhere> {
    Ok(web::Json(app.say_of_import(&member.0, path.1, body.into_inner()).await?))
}

/// Puts labels of the file on its citations.
#[utoipa::path(tag = "imports", responses((status = 200, body = Elsewhere)))]
#[put("/api/reviews/{review}/imports/{import}/labels")]
pub async fn use_labels(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<UseLabels>) -> Reply<Elsewhere> {
    Ok(web::Json(app.use_elsewhere_labels(&member.0, path.1, body.into_inner()).await?))
}
