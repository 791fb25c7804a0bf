//! Numbers that stand beside each other are of one moment: read while others decide, merge and withdraw, every answer adds up.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::harness::{Client, run};
use crate::world::{World, record, ris};

/// Numbers the ids that this file makes up.
static MADE: AtomicU64 = AtomicU64::new(1);

fn id() -> String {
    uuid::Uuid::from_u128(0x0009_0000_0000_7000_8000_0000_0000_0000 + u128::from(MADE.fetch_add(1, Ordering::Relaxed))).to_string()
}

fn n(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn sum(items: &Value, key: &str) -> u64 {
    items.as_array().unwrap().iter().map(|item| n(&item[key])).sum()
}

/// Decides on all that waits for a reviewer, and takes every third decision back.
async fn screen_all(who: Client, review: String) {
    for turn in 0.. {
        let next = who.get(&format!("{review}/stages/title_abstract/next?limit=2")).await;
        let Some(task) = next["tasks"].as_array().unwrap().first().cloned() else { return };
        let verdict = if turn % 2 == 0 { "include" } else { "exclude" };
        let decision = json!({ "id": id(), "task_id": task["id"], "verdict": verdict, "decided_at": "2026-11-21T00:00:00Z" });
        let made = who.post(&format!("{review}/decisions"), decision).await;
        if turn % 3 == 0 {
            who.post(&format!("{review}/decisions/{}/undo", made["id"].as_str().unwrap()), json!({})).await;
        }
    }
}

#[test]
fn what_is_done_and_what_is_left_add_up_while_reviewers_decide() {
    const CITATIONS: u64 = 40;
    run(async {
        let world = World::new(2, CITATIONS as usize).await;
        let screening: Vec<_> =
            world.reviewers.iter().map(|who| actix_web::rt::spawn(screen_all(who.clone(), world.review.clone()))).collect();
        let mut answers = 0;
        while screening.iter().any(|work| !work.is_finished()) {
            for who in &world.reviewers {
                let next = who.get(&format!("{}/stages/title_abstract/next?limit=1", world.review)).await;
                assert_eq!(n(&next["remaining"]) + n(&next["done_by_me"]), CITATIONS, "{next}");
                assert_eq!(next["tasks"].as_array().unwrap().is_empty(), next["remaining"] == 0, "{next}");
            }
            let progress = world.lead.get(&format!("{}/progress", world.review)).await;
            let stage = &progress["stages"][0];
            for reviewer in stage["reviewers"].as_array().unwrap() {
                assert_eq!(n(&reviewer["done"]) + n(&reviewer["open"]), CITATIONS, "{stage}");
            }
            assert_eq!(sum(&stage["reviewers"], "done"), n(&stage["decisions_made"]), "{stage}");
            assert_eq!(sum(&stage["per_day"], "n"), n(&stage["decisions_made"]), "{stage}");
            answers += 1;
        }
        assert!(answers > 1, "nothing was read meanwhile");
        for work in screening {
            work.await.unwrap();
        }
        world.assert_sound().await;
    });
}

/// Puts two records together, takes a file out, brings it back, and takes the word on the records back; over and over.
async fn merge_and_withdraw(lead: Client, review: String, pairs: Vec<Value>, import: String) {
    for pair in &pairs {
        let said = lead.post(&format!("{review}/pairs"), json!({ "a": pair["a"], "b": pair["b"], "verdict": "same" })).await;
        lead.post(&format!("{review}/imports/{import}/withdraw"), json!({})).await;
        lead.post(&format!("{review}/imports/{import}/restore"), json!({})).await;
        lead.post(&format!("{review}/pairs/undo"), json!({ "link_id": said["link_id"] })).await;
    }
}

#[test]
fn the_figure_and_the_duplicates_add_up_while_records_are_merged_and_a_file_is_withdrawn() {
    const MINE: usize = 12;
    const WITHDRAWN: usize = 5;
    run(async {
        let mut world = World::new(0, MINE).await;
        let file: String = (0..WITHDRAWN).map(|at| record(500 + at, ": a protocol")).collect();
        let import = world.import("CINAHL", "database", &file).await["id"].as_str().unwrap().to_string();
        world.import("Hand search", "website", &ris(900, 3)).await;
        let (all, some) = ((MINE + WITHDRAWN + 3) as u64, (MINE + 3) as u64);
        let citations = world.lead.get(&format!("{}/citations?sort=number&limit=200", world.review)).await;
        let ids: Vec<&Value> = citations["items"].as_array().unwrap()[..MINE].iter().map(|item| &item["id"]).collect();
        let pairs: Vec<Value> = ids.windows(2).map(|two| json!({ "a": two[0], "b": two[1] })).collect();
        let work = actix_web::rt::spawn(merge_and_withdraw(world.lead.clone(), world.review.clone(), pairs, import));
        let whole = |records: u64| records == all || records == some;
        let mut answers = 0;
        while !work.is_finished() {
            let get = async |path: &str| world.lead.get(&format!("{}/{path}", world.review)).await;
            let flow = get("flow").await;
            let boxes = flow["boxes"].as_array().unwrap();
            let in_column = |key: &str| boxes.iter().find(|shown| shown["key"] == key).map_or(0, |shown| n(&shown["n"]));
            let of = |key: &str| in_column(key) + in_column(&format!("other_{key}"));
            assert!(whole(of("identified")), "{} identified", of("identified"));
            assert!(of("duplicates") <= 1, "{} duplicates", of("duplicates"));
            assert_eq!(of("identified"), of("duplicates") + of("screened"));
            let state = get("dedup").await;
            assert!(whole(n(&state["records"])), "{state}");
            assert_eq!(sum(&state["by_source"], "records"), n(&state["records"]), "{state}");
            assert_eq!(sum(&state["by_pair"], "n"), n(&state["merged"]), "{state}");
            for source in get("sources").await["items"].as_array().unwrap() {
                assert_eq!(sum(&source["searches"], "records"), n(&source["records"]), "{source}");
            }
            let overlap = get("overlap").await;
            assert!(whole(sum(&overlap["sources"], "records")), "{overlap}");
            let behind = get("citations?box=screened&limit=200").await;
            assert_eq!(behind["total"], behind["box"]["n"], "{behind}");
            answers += 1;
        }
        assert!(answers > 1, "nothing was read meanwhile");
        work.await.unwrap();
        world.assert_sound().await;
    });
}
