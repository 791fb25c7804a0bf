//! The PRISMA numbers.

use actix_web::{get, web};

use super::auth::In;
use super::{Data, Reply};
use crate::app::flow::Flow;

#[utoipa::path(tag = "flow", responses((status = 200, body = Flow)))]
#[get("/api/reviews/{review}/flow")]
pub async fn flow(app: Data, member: In) -> Reply<Flow> {
    Ok(web::Json(app.flow(&member.0).await?))
}
