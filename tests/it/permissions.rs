//! Who may do what: a row for every endpoint of the API. An endpoint without a row fails the test.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, run};

/// Endpoints that take a form with a file.
const UPLOADS: &[&str] = &["/report/file", "/uploads"];

/// The least that may use an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Who {
    Anybody,
    User,
    Observer,
    Reviewer,
    Lead,
    Admin,
}
use Who::{Admin, Anybody, Lead, Observer, Reviewer, User};

/// Method, path below `/api` (`R` stands for `/reviews/{review}`), who. Kept in the order of the document.
const TABLE: &[(&str, &str, Who)] = &[
    ("get", "/session", Anybody),
    ("post", "/session", Anybody),
    ("delete", "/session", User),
    ("post", "/setup", Anybody),
    ("patch", "/me", User),
    ("post", "/me/password", User),
    ("get", "/users", User),
    ("post", "/users", Admin),
    ("patch", "/users/{user}", Admin),
    ("get", "/invitations/{token}", Anybody),
    ("post", "/invitations/{token}", Anybody),
    ("get", "/reviews", User),
    ("post", "/reviews", User),
    ("get", "R", Observer),
    ("patch", "R", Lead),
    ("put", "R/criteria", Lead),
    ("put", "R/reasons", Lead),
    ("put", "R/terms", Lead),
    ("put", "R/labels", Lead),
    ("get", "R/members", Observer),
    ("post", "R/members", Lead),
    ("patch", "R/members/{user}", Lead),
    ("delete", "R/members/{user}", Lead),
    ("get", "R/invitations", Lead),
    ("post", "R/invitations", Lead),
    ("delete", "R/invitations/{invitation}", Lead),
    ("get", "R/events", Observer),
    ("get", "R/stages/{stage}/next", Reviewer),
    ("post", "R/stages/{stage}/assign", Lead),
    ("post", "R/decisions", Reviewer),
    ("post", "R/decisions/{decision}/undo", Reviewer),
    ("get", "R/decisions/mine", Observer),
    ("get", "R/stages/{stage}/conflicts", Lead),
    ("post", "R/citations/{citation}/stages/{stage}/resolution", Reviewer),
    ("delete", "R/citations/{citation}/stages/{stage}/resolution", Lead),
    ("post", "R/stages/{stage}/preview", Lead),
    ("put", "R/stages/{stage}", Lead),
    ("get", "R/progress", Observer),
    ("get", "R/stages/{stage}/agreement", Lead),
    ("get", "R/audit", Lead),
    ("get", "R/audit.csv", Lead),
    ("get", "R/reports", Observer),
    ("post", "R/citations/{citation}/report/file", Reviewer),
    ("post", "R/citations/{citation}/report/link", Reviewer),
    ("post", "R/citations/{citation}/report/not-retrieved", Reviewer),
    ("post", "R/citations/{citation}/report/sought", Reviewer),
    ("get", "R/citations/{citation}/report/file", Observer),
    ("get", "R/studies", Observer),
    ("post", "R/studies/group", Lead),
    ("post", "R/studies/ungroup", Lead),
    ("get", "R/flow", Observer),
    ("get", "R/flow.{format}", Observer),
    ("get", "R/overlap", Observer),
    ("get", "R/overlap.{format}", Observer),
    ("get", "R/citations", Observer),
    ("get", "R/citations/{citation}", Observer),
    ("put", "R/citations/{citation}/labels", Reviewer),
    ("post", "R/citations/{citation}/remove", Lead),
    ("post", "R/citations/{citation}/restore", Lead),
    ("post", "R/citations/{citation}/choice", Reviewer),
    ("post", "R/citations/{citation}/split", Reviewer),
    ("get", "R/export.ris", Observer),
    ("get", "R/export.csv", Observer),
    ("get", "R/export.jsonl", Observer),
    ("get", "R/export.bib", Observer),
    ("get", "R/export.xml", Observer),
    ("get", "R/sources", Observer),
    ("post", "R/sources", Lead),
    ("patch", "R/sources/{source}", Lead),
    ("delete", "R/sources/{source}", Lead),
    ("post", "R/sources/{source}/searches", Lead),
    ("patch", "R/searches/{search}", Lead),
    ("get", "/import-formats", User),
    ("post", "R/uploads", Lead),
    ("post", "R/uploads/{sha256}/read", Lead),
    ("get", "R/mappings", Observer),
    ("post", "R/mappings", Lead),
    ("delete", "R/mappings/{mapping}", Lead),
    ("get", "R/mappings/{mapping}/file", Observer),
    ("get", "R/imports", Observer),
    ("post", "R/imports", Lead),
    ("get", "R/imports/{import}", Observer),
    ("get", "R/imports/{import}/file", Observer),
    ("get", "R/imports/{import}/rejected", Observer),
    ("post", "R/rejected/{entry}", Lead),
    ("post", "R/imports/{import}/withdraw", Lead),
    ("post", "R/imports/{import}/restore", Lead),
    ("get", "R/imports/{import}/elsewhere", Lead),
    ("post", "R/imports/{import}/elsewhere", Lead),
    ("delete", "R/imports/{import}/elsewhere/{attribution}", Lead),
    ("put", "R/imports/{import}/said", Lead),
    ("put", "R/imports/{import}/labels", Lead),
    ("get", "R/jobs", Observer),
    ("get", "R/jobs/{job}", Observer),
    ("get", "R/dedup", Observer),
    ("post", "R/dedup", Lead),
    ("post", "R/dedup/undo", Lead),
    ("get", "R/dedup/preview", Observer),
    ("post", "R/dedup/preview", Lead),
    ("get", "R/dedup/preview/{level}", Observer),
    ("get", "R/pairs/kinds", Observer),
    ("get", "R/pairs", Observer),
    ("post", "R/pairs", Reviewer),
    ("post", "R/pairs/undo", Reviewer),
];

#[test]
fn every_endpoint_lets_in_whom_the_table_says_and_nobody_less() {
    run(async {
        let api: Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
        let test = TestApp::start().await;
        let admin = test.admin().await;
        let lead = test.user(&admin, "lead").await;
        let review = lead.review().await;
        let mut people = vec![(Anybody, test.anonymous()), (User, test.user(&admin, "outsider").await)];
        for (who, login, role) in [(Observer, "observer", "observer"), (Reviewer, "reviewer", "reviewer")] {
            let user = test.user(&admin, login).await;
            lead.post(&format!("{review}/members"), json!({ "user_id": user.id, "role": role })).await;
            people.push((who, user));
        }
        let mut wrong = Vec::new();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let short = path.trim_start_matches("/api").replace("/reviews/{review}", "R");
                let Some((_, _, least)) = TABLE.iter().find(|(m, p, _)| m == method && *p == short) else {
                    wrong.push(format!("no row for {method} {short}"));
                    continue;
                };
                for (who, client) in people.iter().filter(|(who, _)| who < least) {
                    if let Some(problem) = refused_wrongly(client, *who, &review, method, path, &body_of(&api, operation)).await {
                        wrong.push(problem);
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

async fn refused_wrongly(client: &Client, who: Who, review: &str, method: &str, path: &str, body: &Value) -> Option<String> {
    let id = "01a1fba6-c84b-75b3-9d32-5b725e0a88ca";
    let mut real = path
        .replace("/api/reviews/{review}", review)
        .replace("{stage}", "title_abstract")
        .replace("{format}", "svg")
        .replace("{user}", if client.id.is_empty() { id } else { &client.id });
    while let (Some(start), Some(end)) = (real.find('{'), real.find('}')) {
        real.replace_range(start..=end, id);
    }
    let method: Method = method.to_uppercase().parse().unwrap();
    let body = (method != Method::GET).then(|| body.clone());
    let (status, answer) = if UPLOADS.iter().any(|end| path.ends_with(end)) && method == Method::POST {
        client.form(&real, vec![("file", Some("a.pdf"), b"%PDF-1.4".to_vec())]).await
    } else {
        client.send(method.clone(), &real, body).await
    };
    let wanted: &[u16] = match who {
        Anybody => &[401],
        User if path.starts_with("/api/reviews/{review}") => &[404],
        _ => &[403],
    };
    (!wanted.contains(&status.as_u16())).then(|| format!("{method} {path} as {who:?}: {status} {answer}, wanted {wanted:?}"))
}

/// A body that the endpoint can read, so that the refusal is about the person.
fn body_of(api: &Value, operation: &Value) -> Value {
    sample(api, &operation["requestBody"]["content"]["application/json"]["schema"])
}

fn sample(api: &Value, schema: &Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        return sample(api, &api["components"]["schemas"][path.rsplit('/').next().unwrap()]);
    }
    if let Some(first) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()).and_then(|all| all.iter().find(|s| s["type"] != "null"))
    {
        return sample(api, first);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].as_array().and_then(|all| all[0].as_str()));
    match kind {
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            required
                .iter()
                .map(|name| (name.as_str().unwrap().to_string(), sample(api, &schema["properties"][name.as_str().unwrap()])))
                .collect()
        }
        Some("array") => json!([]),
        Some("string") if schema["format"] == "uuid" => json!("01a1fba6-c84b-75b3-9d32-5b725e0a88ca"),
        Some("string") => json!("include"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => json!({}),
    }
}
