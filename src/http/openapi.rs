//! The contract as an OpenAPI document, and a page to read it.

use actix_web::{HttpResponse, get, web};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{InfoBuilder, ObjectBuilder, OpenApi, RefOr, Required, SchemaFormat, schema::Type};

/// The document, ready to be sent.
pub struct Document(pub String);

/// Completes what was collected from the handlers: a title, and the parameters in each path.
pub fn finish(mut api: OpenApi) -> OpenApi {
    api.info = InfoBuilder::new()
        .title("Erabi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Screening for scoping reviews. Everything but GET carries the header X-Erabi-CSRF from GET /api/session."))
        .build();
    for (path, item) in &mut api.paths.paths {
        let names: Vec<&str> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
            .into_iter()
            .filter_map(|operation| operation.as_mut())
        {
            let query = operation
                .parameters
                .take()
                .unwrap_or_default()
                .into_iter()
                .filter(|p| !matches!(p, RefOr::T(p) if p.parameter_in == ParameterIn::Path));
            operation.parameters = Some(names.iter().map(|name| RefOr::T(path_parameter(name))).chain(query).collect());
        }
    }
    api
}

fn path_parameter(name: &str) -> Parameter {
    let plain = matches!(name, "token" | "stage" | "sha256" | "format");
    let format = (!plain).then(|| SchemaFormat::Custom("uuid".into()));
    let schema = ObjectBuilder::new().schema_type(Type::String).format(format).build();
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(schema)).build()
}

#[get("/api/openapi.json")]
pub async fn json(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

/// A plain page that lists every endpoint; it needs no script.
#[get("/api/docs")]
pub async fn docs(document: web::Data<Document>) -> HttpResponse {
    let api: serde_json::Value = serde_json::from_str(&document.0).unwrap_or_default();
    let mut rows = String::new();
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let about = operation["summary"].as_str().or(operation["operationId"].as_str()).unwrap_or_default();
            let body = name(&operation["requestBody"]["content"]["application/json"]["schema"]);
            let answer = name(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
            rows += &format!(
                "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                escape(&method.to_uppercase()),
                escape(path),
                escape(about),
                link(&body),
                link(&answer)
            );
        }
    }
    let mut schemas = String::new();
    for (schema_name, schema) in api["components"]["schemas"].as_object().into_iter().flatten() {
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        schemas += &format!("<h3 id=\"{0}\">{0}</h3>\n<pre>{1}</pre>\n", escape(schema_name), escape(&text));
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Erabi API</title></head><body>\
         <h1>Erabi API {}</h1><p>{}</p><p><a href=\"/api/openapi.json\">OpenAPI document</a></p>\
         <table><thead><tr><th>Method</th><th>Path</th><th>What</th><th>Body</th><th>Answer</th></tr></thead><tbody>{rows}</tbody></table>\
         <h2>Schemas</h2>{schemas}</body></html>",
        env!("CARGO_PKG_VERSION"),
        escape(api["info"]["description"].as_str().unwrap_or_default()),
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}

fn name(schema: &serde_json::Value) -> String {
    schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default().to_string()
}

fn link(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("<a href=\"#{0}\">{0}</a>", escape(name)) }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
