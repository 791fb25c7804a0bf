//! A member of one review sees nothing of another (domain §3 rule 7): the other's ids are worth no more than ids that nobody
//! gave, whatever they are sent to; nothing is changed by trying; and what happens there is not to be noticed here.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, run};
use crate::world::World;

const TA: &str = "title_abstract";
const NOBODYS: &str = "01a1fba6-c84b-75b3-9d32-5b725e0a88ca";
const NOBODYS_TOO: &str = "01a1fba6-c84b-75b3-9d32-5b725e0a88cb";
const NOBODYS_SHA: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

/// Requests that name a thing; `$thing` stands for its id. `own.` things are of the review that is asked.
fn tries() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "citations?source=$source", Value::Null),
        ("GET", "citations?label=$label", Value::Null),
        ("GET", "citations?after=$citation", Value::Null),
        ("GET", "citations?outcome=excluded:$reason", Value::Null),
        ("GET", "citations?box=identified:$source", Value::Null),
        ("GET", "citations?box=excluded_full_text:$reason", Value::Null),
        ("GET", "decisions/mine?citation_id=$citation", Value::Null),
        ("GET", "audit?object=$citation", Value::Null),
        ("GET", "export.ris?label=$label", Value::Null),
        ("GET", "stages/title_abstract/next?exclude=$task", Value::Null),
        ("GET", "citations/$citation", Value::Null),
        ("PUT", "citations/$citation/labels", json!({ "label_ids": [] })),
        ("PUT", "citations/$own.citation/labels", json!({ "label_ids": ["$label"] })),
        ("POST", "citations/$citation/remove", json!({ "kind": "other" })),
        ("POST", "citations/$citation/restore", json!({})),
        ("GET", "citations/$citation/report/file", Value::Null),
        ("POST", "citations/$citation/report/file", json!("form")),
        ("POST", "citations/$citation/report/link", json!({ "url": "https://example.org/" })),
        ("POST", "citations/$citation/report/not-retrieved", json!({ "reason": "x" })),
        ("POST", "citations/$citation/report/sought", json!({})),
        ("POST", "citations/$citation/choice", json!({ "field": "title", "record_id": "$record" })),
        ("POST", "citations/$own.citation/choice", json!({ "field": "title", "record_id": "$record" })),
        ("POST", "citations/$citation/split", json!({ "record_ids": ["$record"] })),
        ("POST", "citations/$own.citation/split", json!({ "record_ids": ["$record"] })),
        ("POST", "citations/$citation/stages/title_abstract/resolution", json!({ "verdict": "include" })),
        ("DELETE", "citations/$citation/stages/title_abstract/resolution", Value::Null),
        ("POST", "decisions", json!({ "id": NOBODYS, "task_id": "$task", "verdict": "include", "decided_at": "2026-11-21T00:00:00Z" })),
        (
            "POST",
            "decisions",
            json!({ "id": NOBODYS, "task_id": "$own.task", "verdict": "exclude", "reason_id": "$reason", "decided_at": "2026-11-21T00:00:00Z" }),
        ),
        ("POST", "decisions/$decision/undo", json!({})),
        ("POST", "stages/title_abstract/assign", json!({ "user_ids": ["$user"], "filter": {} })),
        ("POST", "imports", json!({ "search_id": "$search", "sha256": "$own.sha256", "file_name": "a.ris" })),
        ("POST", "imports", json!({ "search_id": "$own.search", "sha256": "$sha256", "file_name": "a.ris" })),
        ("GET", "imports/$import", Value::Null),
        ("GET", "imports/$import/file", Value::Null),
        ("GET", "imports/$import/rejected", Value::Null),
        ("POST", "imports/$import/withdraw", json!({ "note": "" })),
        ("POST", "imports/$import/restore", json!({ "note": "" })),
        ("GET", "imports/$import/elsewhere", Value::Null),
        ("POST", "imports/$import/elsewhere", json!({ "name": "Hana", "user_id": "$own.user", "stage": TA })),
        ("POST", "imports/$own.import/elsewhere", json!({ "name": "Hana", "user_id": "$user", "stage": TA })),
        (
            "POST",
            "imports/$own.import/elsewhere",
            json!({ "name": "Hana", "user_id": "$own.user", "stage": TA, "reasons": { "x": "$reason" } }),
        ),
        ("DELETE", "imports/$import/elsewhere/$attribution", Value::Null),
        ("DELETE", "imports/$own.import/elsewhere/$attribution", Value::Null),
        ("PUT", "imports/$import/said", json!({ "said": "exclude" })),
        ("PUT", "imports/$import/labels", json!({ "labels": [] })),
        ("PUT", "imports/$own.import/labels", json!({ "labels": [{ "text": "x", "label_id": "$label" }] })),
        ("POST", "rejected/$entry", json!({ "action": "dismiss", "note": "x" })),
        ("DELETE", "invitations/$invitation", Value::Null),
        ("GET", "jobs/$job", Value::Null),
        ("PATCH", "members/$user", json!({ "role": "observer" })),
        ("DELETE", "members/$user", Value::Null),
        ("POST", "pairs", json!({ "a": "$record", "b": "$own.record", "verdict": "same" })),
        ("POST", "pairs", json!({ "a": "$record", "b": "$record2", "verdict": "same" })),
        ("POST", "pairs/undo", json!({ "link_id": "$link" })),
        ("POST", "dedup/undo", json!({ "job_id": "$job" })),
        ("DELETE", "mappings/$mapping", Value::Null),
        ("GET", "mappings/$mapping/file", Value::Null),
        ("PATCH", "searches/$search", json!({ "strategy": "x" })),
        ("PATCH", "sources/$source", json!({ "name": "x" })),
        ("DELETE", "sources/$source", Value::Null),
        ("POST", "sources/$source/searches", json!({})),
        ("POST", "studies/group", json!({ "citation_ids": ["$citation"], "name": "x" })),
        ("POST", "studies/ungroup", json!({ "citation_id": "$citation" })),
        ("POST", "uploads/$sha256/read", json!({})),
        ("PUT", "labels", json!({ "items": [{ "id": "$label", "name": "x", "color": "1" }] })),
        ("PUT", "terms", json!({ "items": [{ "id": "$term", "text": "x", "group": "concept" }] })),
        ("PUT", "reasons", json!({ "items": [{ "id": "$reason", "label": { "ja": "x", "en": "x" }, "stages": ["full_text"] }] })),
        (
            "PUT",
            "criteria",
            json!({ "items": [{ "id": "$criterion", "key": "x", "kind": "other", "label": { "ja": "x", "en": "x" }, "includes": { "ja": "", "en": "" }, "excludes": { "ja": "", "en": "" } }] }),
        ),
    ]
}

/// A review with something of everything, led by `lead`, and the ids of its things.
async fn full_review(world: &mut World) -> BTreeMap<&'static str, String> {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no id: {value}")).to_string();
    let review = world.review.clone();
    let at = |path: &str| format!("{review}/{path}");
    let search = world.source("MEDLINE", "database").await;
    // Each review's records are its own, so that its files are too.
    let nothing_to_read = "TY  - JOUR\r\nID  - 77\r\nER  - \r\n\r\n";
    let decided = crate::elsewhere::decided(103, r#""Hana"=>"Included""#, "");
    let file = format!("{nothing_to_read}TY  - JOUR\r\nTI  - Of {review}\r\nER  - \r\n\r\n{}{decided}", crate::world::ris(100, 3));
    let import = world.import_into(&search, file.into_bytes(), false).await;
    assert_eq!(import["rejected"], 1, "{import}");
    let lead = world.lead.clone();
    let label = lead.put(&at("labels"), json!({ "items": [{ "name": "札", "color": "1" }] })).await["items"][0]["id"].clone();
    let term = lead.put(&at("terms"), json!({ "items": [{ "text": "nursing", "group": "concept" }] })).await["items"][0]["id"].clone();
    lead.post(&at("invitations"), json!({ "role": "reviewer", "note": "" })).await;
    lead.patch(&at(&format!("members/{}", lead.id)), json!({ "role": "lead", "screens": true })).await;
    let tasks = world.next(&lead, TA, 4).await;
    let decision = world.decision(&tasks[0], "include");
    lead.post(&at("decisions"), decision.clone()).await;
    let records: Vec<String> = lead.get(&at("citations")).await["items"].as_array().unwrap().iter().map(|item| text(&item["id"])).collect();
    let said = lead.post(&at("pairs"), json!({ "a": records[0], "b": records[1], "verdict": "related" })).await;
    lead.put(&at(&format!("citations/{}/labels", records[2])), json!({ "label_ids": [label] })).await;
    let columns = json!({ "name": "表", "kind": "columns", "header": ["A", "B"], "names": [{ "name": "A", "field": "title" }] });
    lead.post(&at("mappings"), columns).await;
    let elsewhere = at(&format!("imports/{}/elsewhere", text(&import["id"])));
    let elsewhere = lead.post(&elsewhere, json!({ "name": "Hana", "user_id": lead.id, "stage": TA })).await;
    let shown = lead.get(&review).await;
    BTreeMap::from([
        ("source", text(&lead.get(&at("sources")).await["items"][0]["id"])),
        ("search", search),
        ("import", text(&import["id"])),
        ("sha256", text(&import["sha256"])),
        ("entry", text(&lead.get(&at(&format!("imports/{}/rejected", text(&import["id"])))).await["items"][0]["id"])),
        ("mapping", text(&lead.get(&at("mappings")).await["items"][0]["id"])),
        ("attribution", text(&elsewhere["groups"][0]["attribution"]["id"])),
        ("job", text(&lead.get(&at("jobs")).await["items"][0]["id"])),
        ("citation", records[2].clone()),
        ("record", records[0].clone()),
        ("record2", records[2].clone()),
        ("task", text(&tasks[1]["id"])),
        ("decision", text(&decision["id"])),
        ("link", text(&said["link_id"])),
        ("label", text(&label)),
        ("term", text(&term)),
        ("reason", text(&shown["reasons"][0]["id"])),
        ("criterion", text(&shown["criteria"][0]["id"])),
        ("invitation", text(&lead.get(&at("invitations")).await["items"][0]["id"])),
        ("user", lead.id.clone()),
    ])
}

/// Two reviews in one installation: the world's own, and one that `bob` leads who belongs to no other.
struct Two {
    world: World,
    bob: Client,
    review: String,
    theirs: BTreeMap<&'static str, String>,
    own: BTreeMap<&'static str, String>,
}

impl Two {
    async fn new() -> Self {
        let mut world = World::new(2, 0).await;
        let theirs = full_review(&mut world).await;
        let bob = world.test.user(&world.lead, "bob").await;
        let review = bob.review().await;
        let (alice, hers) = (std::mem::replace(&mut world.lead, bob), std::mem::replace(&mut world.review, review));
        let own = full_review(&mut world).await;
        let (bob, review) = (std::mem::replace(&mut world.lead, alice), std::mem::replace(&mut world.review, hers));
        Self { world, bob, review, theirs, own }
    }

    /// The text with every `$thing` made an id: of the other review, or of nothing at all.
    fn filled(&self, text: &str, theirs: bool) -> String {
        let mut text = text.to_string();
        for (name, id) in self.own.iter().rev() {
            text = text.replace(&format!("$own.{name}"), id);
        }
        for (name, id) in self.theirs.iter().rev() {
            let nobodys = match *name {
                "sha256" => NOBODYS_SHA,
                "record2" => NOBODYS_TOO,
                _ => NOBODYS,
            };
            text = text.replace(&format!("${name}"), if theirs { id } else { nobodys });
        }
        assert!(!text.contains('$'), "{text}");
        text
    }

    /// What somebody is answered, the id that they sent taken out.
    async fn answer(&self, who: &Client, (method, path, body): (&str, &str, &Value), theirs: bool) -> String {
        let path = format!("{}/{}", self.review, self.filled(path, theirs));
        let body: Value = serde_json::from_str(&self.filled(&body.to_string(), theirs)).unwrap();
        let (status, mut answer) = match body {
            Value::String(_) => who.form(&path, vec![("file", Some("a.pdf"), b"%PDF-1.4".to_vec())]).await,
            Value::Null => who.send(method.parse().unwrap(), &path, None).await,
            body => who.send(method.parse().unwrap(), &path, Some(body)).await,
        };
        if let Some(object) = answer.as_object_mut() {
            object.remove("took_ms");
        }
        let mut answer = format!("{status} {answer}");
        for id in self.theirs.values().map(String::as_str).chain([NOBODYS, NOBODYS_TOO, NOBODYS_SHA]) {
            answer = answer.replace(id, "X");
        }
        answer
    }
}

/// All of a review that its lead can read.
async fn everything(review: &str, lead: &Client, citation: &str) -> Vec<(String, String)> {
    let api: Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
    let mut all = Vec::new();
    for path in crate::blind::readable(&api, review, citation, citation) {
        let (status, mut body) = lead.send(Method::GET, &path, None).await;
        if let Some(object) = body.as_object_mut() {
            object.remove("took_ms");
        }
        all.push((path, format!("{status} {body}")));
    }
    assert!(all.iter().filter(|(_, answer)| answer.starts_with("200")).count() > 25);
    all
}

#[test]
fn ids_of_another_review_are_nobodys() {
    run(async {
        let two = Two::new().await;
        let before = everything(&two.world.review, &two.world.lead, &two.theirs["citation"]).await;
        two.try_all(&two.bob, |_| true).await;
        // Who leads both reviews gets no further by mixing them up.
        let both = json!({ "user_id": two.world.lead.id, "role": "lead", "screens": true });
        two.bob.post(&format!("{}/members", two.review), both).await;
        two.try_all(&two.world.lead, |names| !names.contains("$user")).await;
        let after = everything(&two.world.review, &two.world.lead, &two.theirs["citation"]).await;
        for (left, right) in before.iter().zip(&after) {
            assert_eq!(left, right, "nothing is changed by trying");
        }
    });
}

impl Two {
    /// Tries everything with things of the other review and with nobody's: there is no difference, and nothing happens.
    async fn try_all(&self, who: &Client, wanted: impl Fn(&str) -> bool) {
        for (method, path, body) in tries().into_iter().filter(|(_, path, body)| wanted(&format!("{path}{body}"))) {
            let nobodys = self.answer(who, (method, path, &body), false).await;
            let theirs = self.answer(who, (method, path, &body), true).await;
            if method == "PUT" && !path.contains('/') {
                // Lists of the review's own things: what came with another's id is a new thing of this review.
                assert!(!theirs.contains("\"X\"") && theirs.starts_with("200") && nobodys.starts_with("200"), "{path}: {theirs}");
                continue;
            }
            assert_eq!(theirs, nobodys, "{method} {path} {body} tells what is of another review");
            let asks = method == "GET" && path.contains('?');
            assert!(asks || !nobodys.starts_with('2'), "{method} {path} {body}: {nobodys}");
        }
    }
}

/// An endpoint that names a thing and is not tried fails the test.
#[test]
fn every_endpoint_that_names_a_thing_is_tried() {
    let api: Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
    let shape = |path: &str| {
        let path = path.split('?').next().unwrap();
        let parts = path.split('/').map(|part| if part.starts_with(['$', '{']) || part == TA { "*" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let tried: Vec<(String, String)> = tries().iter().map(|(method, path, _)| (method.to_lowercase(), shape(path))).collect();
    let mut missing = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/reviews/{review}/") else { continue };
        let names = path.replace("{stage}", "").replace("{format}", "").replace("{level}", "").contains('{');
        for (method, _) in item.as_object().unwrap() {
            if names && !tried.contains(&(method.clone(), shape(path))) {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "not tried with things of another review: {missing:#?}");
}

#[test]
fn what_happens_in_another_review_is_not_noticed() {
    run(async {
        let mut two = Two::new().await;
        let before = everything(&two.review, &two.bob, &two.own["citation"]).await;
        let mut here = two.bob.listen(&format!("{}/events", two.review)).await;
        let mut there = two.world.lead.listen(&format!("{}/events", two.world.review)).await;

        let world = &mut two.world;
        world.import("PsycINFO", "database", &crate::world::ris(0, 6)).await;
        let job = world.lead.post(&format!("{}/dedup", world.review), json!({})).await;
        world.done(&job["job_id"]).await;
        for who in 0..2 {
            for (at, task) in world.next(&world.reviewers[who].clone(), TA, 6).await.iter().enumerate() {
                world.decide(who, task, ["include", "exclude"][(at + who) % 2]).await;
            }
        }
        world.lead.post(&format!("{}/citations/{}/remove", world.review, two.theirs["record"]), json!({ "kind": "other" })).await;
        world.lead.patch(&world.review.clone(), json!({ "title": { "ja": "別", "en": "Another" } })).await;

        for ((path, left), (_, right)) in before.iter().zip(everything(&two.review, &two.bob, &two.own["citation"]).await) {
            assert_eq!(*left, right, "{path}");
        }
        assert!(heard(&mut there).await.contains("event:"), "who belongs to it hears of it");
        assert_eq!(heard(&mut here).await, "retry: 3000\n\n");
    });
}

/// What a stream of events has brought so far.
async fn heard(stream: &mut reqwest::Response) -> String {
    let mut text = String::new();
    while let Ok(Ok(Some(bytes))) = tokio::time::timeout(Duration::from_millis(400), stream.chunk()).await {
        text += std::str::from_utf8(&bytes).unwrap();
    }
    text
}
