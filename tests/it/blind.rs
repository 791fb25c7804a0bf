//! Blind means blind (domain §3 rule 6): whatever another reviewer decides, everything that one can read before the outcome
//! is settled is the same to the last byte. Two worlds that differ in nothing but one decision are read in full and compared.

use serde_json::Value;

use crate::elsewhere::decided;
use crate::harness::{Client, run};
use crate::world::World;

const TA: &str = "title_abstract";

/// Everything that anybody who is not a lead may ask of a review. Jobs are left out: how far one says it has got depends on
/// how fast the machine is, and they say nothing of decisions.
pub fn readable(api: &Value, review: &str, citation: &str, import: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        if !path.starts_with("/api/reviews/{review}")
            || !item.as_object().unwrap().contains_key("get")
            || path.ends_with("/events")
            || path.contains("/jobs")
        {
            continue;
        }
        let path = path.replace("/api/reviews/{review}", review).replace("{citation}", citation);
        for stage in [TA, "full_text"] {
            for format in ["svg", "csv", "json"] {
                let path = path.replace("{import}", import);
                let path = path.replace("{stage}", stage).replace("{format}", format);
                if !path.contains('{') && !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
    }
    for outcome in ["pending", "in_conflict", "included", "excluded"] {
        paths.push(format!("{review}/citations?stage={TA}&outcome={outcome}"));
    }
    for key in ["open_screening", "excluded_screening", "sought"] {
        paths.push(format!("{review}/citations?box={key}"));
    }
    paths
}

async fn everything(api: &Value, world: &World, who: &Client, citation: &str) -> Vec<(String, String)> {
    let imports = world.lead.get(&format!("{}/imports", world.review)).await;
    let import = imports["items"][0]["id"].as_str().unwrap();
    let mut all = Vec::new();
    for path in readable(api, &world.review, citation, import) {
        let (status, mut body) = who.send(reqwest::Method::GET, &path, None).await;
        forget(&mut body);
        all.push((path.replace(&world.review, "R"), format!("{status} {body}")));
    }
    all
}

/// Takes out what differs for another reason: time, and the checksum of a file, which tells nothing to who does not have the file.
fn forget(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("took_ms");
            object.remove("sha256");
            object.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

/// What reviewer 1 and an observer see after reviewer 0 decided `verdict` on every citation, and reviewer 1 on some.
async fn world(verdict: &str, own: &str) -> Vec<(String, String)> {
    let api: Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
    let mut world = World::new(2, 4).await;
    let observer = world.test.user(&world.lead, "observer").await;
    world.lead.post(&format!("{}/members", world.review), serde_json::json!({ "user_id": observer.id, "role": "observer" })).await;
    let tasks = world.next(&world.reviewers[0].clone(), TA, 10).await;
    for task in &tasks {
        world.decide(0, task, verdict).await;
    }
    let mine = world.next(&world.reviewers[1].clone(), TA, 10).await;
    // One of them decided by both and, where they differ, in conflict: not settled either.
    world.decide(1, &mine[0], own).await;
    let citation = mine[1]["citation"]["id"].as_str().unwrap().to_string();
    let conflicted = mine[0]["citation"]["id"].as_str().unwrap().to_string();
    let mut seen = everything(&api, &world, &world.reviewers[1], &citation).await;
    seen.extend(everything(&api, &world, &observer, &citation).await);
    seen.extend(everything(&api, &world, &observer, &conflicted).await);
    seen
}

#[test]
fn nothing_that_one_reads_depends_on_what_another_decided() {
    run(async {
        // An exclusion against include or maybe: a conflict in both worlds, with different decisions in it.
        let one = world("include", "exclude").await;
        let other = world("maybe", "exclude").await;
        assert!(one.len() > 40, "the test reads the whole API: {}", one.len());
        assert!(one.iter().filter(|(_, answer)| answer.starts_with("200")).count() > 20);
        for (left, right) in one.iter().zip(&other) {
            assert_eq!(left, right);
        }
    });
}

/// The same for decisions that a file brings from another tool: first nobody's, then reviewer 0's; reviewer 1 has none of their own.
async fn world_with_a_file(word: &str) -> Vec<(String, String)> {
    let api: Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
    let mut world = World::new(2, 0).await;
    let observer = world.test.user(&world.lead, "observer").await;
    world.lead.post(&format!("{}/members", world.review), serde_json::json!({ "user_id": observer.id, "role": "observer" })).await;
    let file: String =
        (0..3).map(|at| decided(at, &format!(r#""Hana"=>"{word}""#), &format!(" | USER-NOTES: {{\"Hana\"=>[\"{word}\"]}}"))).collect();
    // an entry that cannot be read has its text, too
    let file = format!("{file}TY  - JOUR\r\nID  - 77\r\nN1  - RAYYAN-INCLUSION: {{\"Hana\"=>\"{word}\"}}\r\nER  - \r\n");
    let import = world.import("MEDLINE", "database", &file).await;
    assert_eq!((&import["records"], &import["rejected"]), (&serde_json::json!(3), &serde_json::json!(1)), "{import}");
    let citations = world.lead.get(&format!("{}/citations", world.review)).await;
    let citation = citations["items"][0]["id"].as_str().unwrap().to_string();
    let mut seen = everything(&api, &world, &world.reviewers[1], &citation).await;
    seen.extend(everything(&api, &world, &observer, &citation).await);
    let body = serde_json::json!({ "name": "Hana", "user_id": world.reviewers[0].id, "stage": TA });
    world.lead.post(&format!("{}/imports/{}/elsewhere", world.review, import["id"].as_str().unwrap()), body).await;
    seen.extend(everything(&api, &world, &world.reviewers[1], &citation).await);
    seen.extend(everything(&api, &world, &observer, &citation).await);
    let lead = everything(&api, &world, &world.lead, &citation).await;
    assert!(lead.iter().any(|(_, answer)| answer.contains(word)), "a lead reads it");
    seen
}

#[test]
fn nothing_that_one_reads_depends_on_what_was_decided_elsewhere() {
    run(async {
        let one = world_with_a_file("Included").await;
        let other = world_with_a_file("Excluded").await;
        let files = one.iter().filter(|(path, _)| path.ends_with("/file") && path.contains("/imports/")).count();
        assert_eq!(files, 4, "the test asks for the file itself");
        for (left, right) in one.iter().zip(&other) {
            assert_eq!(left, right);
        }
    });
}
