//! Delivery over HTTP: the routes in one table, who is asking, one file per resource with handlers of a few lines.

mod accounts;
mod auth;
mod citations;
mod dedup;
mod elsewhere;
mod error;
mod events;
mod flow;
mod jobs;
pub mod messages;
mod openapi;
mod reports;
mod reviews;
mod screening;
mod sources;
mod spa;
mod upload;

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::{App as ActixApp, HttpResponse, HttpServer, get, web};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::App;
use error::HttpError;

type Data = web::Data<App>;
type Reply<T> = Result<web::Json<T>, HttpError>;

/// Bytes of a JSON body.
const JSON_LIMIT: usize = 2 * 1024 * 1024;
/// Only what the binary itself serves may run or be shown; PDFs are shown in a frame of the same origin.
const CSP: &str =
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

fn no_content() -> Result<HttpResponse, HttpError> {
    Ok(HttpResponse::NoContent().finish())
}

#[get("/healthz")]
async fn healthz(app: Data) -> Result<HttpResponse, HttpError> {
    app.setup_needed().await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "ok": true, "version": env!("CARGO_PKG_VERSION") })))
}

/// Every route that the OpenAPI document describes. The router tries them in this order: first what every keypress asks for.
fn routes(config: &mut ServiceConfig) {
    config
        .service(screening::next)
        .service(screening::assign)
        .service(screening::mine)
        .service(screening::decide)
        .service(screening::undo)
        .service(screening::conflicts)
        .service(screening::resolve)
        .service(screening::reopen)
        .service(screening::preview)
        .service(screening::set_settings)
        .service(screening::progress)
        .service(screening::agreement)
        .service(screening::audit)
        .service(screening::audit_csv)
        .service(accounts::get_session)
        .service(accounts::sign_in)
        .service(accounts::sign_out)
        .service(accounts::set_up)
        .service(accounts::change_me)
        .service(accounts::change_password)
        .service(accounts::users)
        .service(accounts::create_user)
        .service(accounts::change_user)
        .service(accounts::invitation)
        .service(accounts::join)
        .service(reviews::list)
        .service(reviews::create)
        .service(reviews::get)
        .service(reviews::change)
        .service(reviews::set_criteria)
        .service(reviews::set_reasons)
        .service(reviews::set_terms)
        .service(reviews::set_labels)
        .service(reviews::members)
        .service(reviews::add_member)
        .service(reviews::change_member)
        .service(reviews::remove_member)
        .service(reviews::invitations)
        .service(reviews::invite)
        .service(reviews::withdraw_invitation)
        .service(events::events)
        .service(citations::list)
        .service(citations::get)
        .service(citations::set_labels)
        .service(citations::choose)
        .service(citations::remove)
        .service(citations::restore)
        .service(citations::ris)
        .service(citations::csv)
        .service(citations::jsonl)
        .service(citations::bibtex)
        .service(citations::endnote_xml)
        .service(sources::list)
        .service(sources::add)
        .service(sources::change)
        .service(sources::remove)
        .service(sources::add_search)
        .service(sources::change_search)
        .service(sources::formats)
        .service(sources::send_file)
        .service(sources::read_upload)
        .service(sources::mappings)
        .service(sources::save_mapping)
        .service(sources::remove_mapping)
        .service(sources::mapping_file)
        .service(sources::imports)
        .service(sources::start_import)
        .service(sources::import)
        .service(sources::import_file)
        .service(sources::rejected)
        .service(sources::act_on_rejected)
        .service(sources::withdraw)
        .service(sources::restore)
        .service(elsewhere::get)
        .service(elsewhere::map)
        .service(elsewhere::unmap)
        .service(elsewhere::say)
        .service(elsewhere::use_labels)
        .service(jobs::list)
        .service(jobs::get)
        .service(dedup::state)
        .service(dedup::start)
        .service(dedup::undo_run)
        .service(dedup::preview)
        .service(dedup::start_preview)
        .service(dedup::changes)
        .service(dedup::kinds)
        .service(dedup::pairs)
        .service(dedup::say)
        .service(dedup::undo)
        .service(dedup::split)
        .service(reports::list)
        .service(reports::put_file)
        .service(reports::put_link)
        .service(reports::not_retrieved)
        .service(reports::sought)
        .service(reports::file)
        .service(reports::studies)
        .service(reports::group)
        .service(reports::ungroup)
        .service(flow::flow)
        .service(flow::figure)
        .service(flow::overlap)
        .service(flow::overlap_figure);
}

/// The OpenAPI document of the API, pretty-printed.
pub fn openapi_json() -> String {
    let (_, api) = ActixApp::new().into_utoipa_app().configure(routes).split_for_parts();
    openapi::finish(api).to_pretty_json().unwrap_or_default()
}

/// A server on `listener`, ready to be awaited.
///
/// # Errors
/// When the listener can't be used.
pub fn server(app: App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let data = web::Data::new(app);
    let document = web::Data::new(openapi::Document(openapi_json()));
    let server = HttpServer::new(move || {
        let (actix, _) = ActixApp::new().into_utoipa_app().configure(routes).split_for_parts();
        actix
            .app_data(data.clone())
            .app_data(document.clone())
            .app_data(web::JsonConfig::default().limit(JSON_LIMIT))
            .service(openapi::json)
            .service(openapi::docs)
            .service(healthz)
            .default_service(web::get().to(spa::page))
            .wrap(from_fn(auth::same_site_only))
            .wrap(from_fn(error::put_into_words))
            .wrap(
                DefaultHeaders::new()
                    .add(("Content-Security-Policy", CSP))
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Referrer-Policy", "same-origin")),
            )
            .wrap(Compress::default())
    });
    // Without this an answer of more than one packet waits up to 40 ms for the browser's acknowledgement of the first.
    Ok(server.workers(workers).tcp_nodelay(true).shutdown_timeout(10).listen(listener)?.run())
}
