//! Reviews, the lists leads keep in them, members and invitations.

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use uuid::Uuid;

use super::auth::{In, Me};
use super::error::HttpError;
use super::{Data, Reply, no_content};
use crate::app::Items;
use crate::app::list_changes::List;
use crate::app::members::{Invitation, MemberPatch, MemberView, NewInvitation, NewMember};
use crate::app::review_lists::{Criterion, Label, Reason, Term};
use crate::app::reviews::{NewReview, Review, ReviewPatch, ReviewSummary};

#[utoipa::path(tag = "reviews", responses((status = 200, body = Items<ReviewSummary>)))]
#[get("/api/reviews")]
pub async fn list(app: Data, me: Me) -> Reply<Items<ReviewSummary>> {
    Ok(web::Json(Items { items: app.reviews_of(&me.user).await? }))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Review)))]
#[post("/api/reviews")]
pub async fn create(app: Data, me: Me, body: web::Json<NewReview>) -> Reply<Review> {
    let id = app.create_review(&me.user, body.into_inner()).await?;
    let member = app.member(&me.user, id).await?;
    Ok(web::Json(app.review(&member).await?))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Review)))]
#[get("/api/reviews/{review}")]
pub async fn get(app: Data, member: In) -> Reply<Review> {
    Ok(web::Json(app.review(&member.0).await?))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Review)))]
#[patch("/api/reviews/{review}")]
pub async fn change(app: Data, member: In, body: web::Json<ReviewPatch>) -> Reply<Review> {
    Ok(web::Json(app.change_review(&member.0, body.into_inner()).await?))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Items<Criterion>)))]
#[put("/api/reviews/{review}/criteria")]
pub async fn set_criteria(app: Data, member: In, body: web::Json<List<Criterion>>) -> Reply<Items<Criterion>> {
    Ok(web::Json(Items { items: app.set_criteria(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Items<Reason>)))]
#[put("/api/reviews/{review}/reasons")]
pub async fn set_reasons(app: Data, member: In, body: web::Json<List<Reason>>) -> Reply<Items<Reason>> {
    Ok(web::Json(Items { items: app.set_reasons(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Items<Term>)))]
#[put("/api/reviews/{review}/terms")]
pub async fn set_terms(app: Data, member: In, body: web::Json<List<Term>>) -> Reply<Items<Term>> {
    Ok(web::Json(Items { items: app.set_terms(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "reviews", responses((status = 200, body = Items<Label>)))]
#[put("/api/reviews/{review}/labels")]
pub async fn set_labels(app: Data, member: In, body: web::Json<List<Label>>) -> Reply<Items<Label>> {
    Ok(web::Json(Items { items: app.set_labels(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<MemberView>)))]
#[get("/api/reviews/{review}/members")]
pub async fn members(app: Data, member: In) -> Reply<Items<MemberView>> {
    Ok(web::Json(Items { items: app.members(&member.0).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<MemberView>)))]
#[post("/api/reviews/{review}/members")]
pub async fn add_member(app: Data, member: In, body: web::Json<NewMember>) -> Reply<Items<MemberView>> {
    Ok(web::Json(Items { items: app.add_member(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<MemberView>)))]
#[patch("/api/reviews/{review}/members/{user}")]
pub async fn change_member(app: Data, member: In, path: web::Path<(Uuid, Uuid)>, body: web::Json<MemberPatch>) -> Reply<Items<MemberView>> {
    Ok(web::Json(Items { items: app.change_member(&member.0, path.1, body.into_inner()).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<MemberView>)))]
#[delete("/api/reviews/{review}/members/{user}")]
pub async fn remove_member(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Reply<Items<MemberView>> {
    Ok(web::Json(Items { items: app.remove_member(&member.0, path.1).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<Invitation>)))]
#[get("/api/reviews/{review}/invitations")]
pub async fn invitations(app: Data, member: In) -> Reply<Items<Invitation>> {
    Ok(web::Json(Items { items: app.invitations(&member.0).await? }))
}

#[utoipa::path(tag = "members", responses((status = 200, body = Items<Invitation>)))]
#[post("/api/reviews/{review}/invitations")]
pub async fn invite(app: Data, member: In, body: web::Json<NewInvitation>) -> Reply<Items<Invitation>> {
    Ok(web::Json(Items { items: app.invite(&member.0, body.into_inner()).await? }))
}

#[utoipa::path(tag = "members", responses((status = 204)))]
#[delete("/api/reviews/{review}/invitations/{invitation}")]
pub async fn withdraw_invitation(app: Data, member: In, path: web::Path<(Uuid, Uuid)>) -> Result<HttpResponse, HttpError> {
    app.withdraw_invitation(&member.0, path.1).await?;
    no_content()
}
