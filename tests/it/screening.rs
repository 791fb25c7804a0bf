//! Handing out work and deciding (domain §3 rules 4 and 5, §4).

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::run;
use crate::world::World;

const TA: &str = "title_abstract";

#[test]
fn the_same_decision_sent_twice_is_stored_once() {
    run(async {
        let mut world = World::new(2, 3).await;
        let task = world.next(&world.reviewers[0].clone(), TA, 1).await.remove(0);
        let body = world.decision(&task, "include");
        let path = format!("{}/decisions", world.review);
        let answers = join_all((0..8).map(|_| world.reviewers[0].post(&path, body.clone()))).await;
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
        let mine = world.reviewers[0]
            .get(&format!("{}/decisions/mine?citation_id={}", world.review, task["citation"]["id"].as_str().unwrap()))
            .await;
        assert_eq!(mine["total"], 1);
        let stolen = world.reviewers[1].refused(Method::POST, &path, Some(body)).await;
        assert_eq!(stolen, (409, "id_taken".into()), "an id belongs to its reviewer");
        world.assert_sound().await;
    });
}

#[test]
fn my_decisions_are_found_by_number_title_and_note() {
    run(async {
        let mut world = World::new(2, 12).await;
        let tasks = world.next(&world.reviewers[0].clone(), TA, 3).await;
        for (task, note) in tasks.iter().zip(["Ask the Library, 100%", "次の会議で相談", ""]) {
            let mut body = world.decision(task, "maybe");
            body["note"] = json!(note);
            world.reviewers[0].post(&format!("{}/decisions", world.review), body).await;
        }
        world.decide(1, &world.next(&world.reviewers[1].clone(), TA, 1).await[0].clone(), "maybe").await;
        let found = async |q: &str| -> Vec<i64> {
            let q = q.replace('%', "%25").replace(' ', "%20");
            let page = world.reviewers[0].get(&format!("{}/decisions/mine?stage={TA}&q={q}", world.review)).await;
            let items = page["items"].as_array().unwrap();
            assert_eq!(page["total"], items.len());
            items.iter().map(|item| item["number"].as_i64().unwrap()).collect()
        };
        let number = |at: usize| tasks[at]["citation"]["number"].as_i64().unwrap();
        assert_eq!(found(&number(2).to_string()).await, [number(2)], "the number as it is shown");
        assert_eq!(found(tasks[2]["citation"]["title"].as_str().unwrap()).await, [number(2)]);
        assert_eq!(found("会議").await, [number(1)]);
        assert_eq!(found("library, 100%").await, [number(0)]);
        assert_eq!(found("1000%").await, [0i64; 0], "a percent sign is itself");
        assert_eq!(found("no such word").await, [0i64; 0]);
    });
}

#[test]
fn a_late_decision_keeps_both_times() {
    run(async {
        let mut world = World::new(2, 1).await;
        let task = world.next(&world.reviewers[0].clone(), TA, 1).await.remove(0);
        world.test.clock.advance(3 * 3600 * 1000);
        let stored = world.decide(0, &task, "exclude").await;
        assert_eq!(stored["decided_at"], "2026-11-21T00:00:00.000Z");
        assert_eq!(stored["received_at"], "2026-11-21T03:00:00.000Z");
    });
}

#[test]
fn reviewers_that_pull_at_once_get_different_work_and_never_too_many_the_same() {
    run(async {
        let world = World::new(6, 12).await;
        let pulls = join_all(world.reviewers.iter().map(|who| world.next(who, TA, 2))).await;
        let taken: Vec<&str> = pulls.iter().flatten().map(|task| task["citation"]["id"].as_str().unwrap()).collect();
        assert_eq!(taken.len(), 12);
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 12, "as long as there is different work, it is different");
        let more = join_all(world.reviewers.iter().map(|who| world.next(who, TA, 30))).await;
        let mut holders: BTreeMap<String, usize> = BTreeMap::new();
        for task in more.iter().flatten() {
            *holders.entry(task["citation"]["id"].as_str().unwrap().into()).or_default() += 1;
        }
        assert!(holders.values().all(|n| *n == 2), "two per citation, no more: {holders:?}");
    });
}

#[test]
fn pairs_are_dealt_equally() {
    run(async {
        let world = World::new(4, 18).await;
        set_stage(&world, |settings| settings["assignment"] = json!("pairs")).await;
        let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (who, client) in world.reviewers.iter().enumerate() {
            for task in world.next(client, TA, 30).await {
                holders.entry(task["citation"]["id"].as_str().unwrap().into()).or_default().push(who);
            }
        }
        let mut pairs: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for pair in holders.into_values() {
            *pairs.entry(pair).or_default() += 1;
        }
        assert_eq!(pairs.len(), 6);
        assert!(pairs.values().all(|n| *n == 3), "{pairs:?}");
    });
}

#[test]
fn a_lead_can_name_the_reviewers() {
    run(async {
        let world = World::new(3, 4).await;
        set_stage(&world, |settings| settings["assignment"] = json!("manual")).await;
        assert!(world.next(&world.reviewers[0].clone(), TA, 5).await.is_empty(), "nobody is asked before the lead says so");
        let path = format!("{}/stages/{TA}/assign", world.review);
        let body = json!({ "user_ids": [world.reviewers[0].id, world.reviewers[2].id], "filter": {} });
        assert_eq!(world.lead.post(&path, body.clone()).await["tasks"], 8);
        assert_eq!(world.lead.post(&path, body).await["tasks"], 0, "twice is once");
        assert_eq!(world.next(&world.reviewers[0].clone(), TA, 5).await.len(), 4);
        assert!(world.next(&world.reviewers[1].clone(), TA, 5).await.is_empty());
        let nobody = json!({ "user_ids": [world.lead.id], "filter": {} });
        assert_eq!(world.lead.refused(Method::POST, &path, Some(nobody)).await.0, 422, "the lead does not screen");
        world.assert_sound().await;
    });
}

#[test]
fn a_pilot_round_is_one_sample_for_everybody_and_its_agreement_is_seen() {
    run(async {
        let mut world = World::new(3, 20).await;
        set_stage(&world, |settings| settings["assignment"] = json!("manual")).await;
        let path = format!("{}/stages/{TA}/assign", world.review);
        let all: Vec<Value> = world.reviewers.iter().map(|who| json!(who.id)).collect();
        let body = json!({ "user_ids": all, "filter": {}, "sample": 5 });
        let refused = world.lead.refused(Method::POST, &path, Some(body.clone())).await;
        assert_eq!(refused, (422, "pilot_reviewers".into()), "two decisions would settle what the third has not read");
        set_stage(&world, |settings| settings["reviewers_per_citation"] = json!(3)).await;
        assert_eq!(world.lead.post(&path, body.clone()).await["tasks"], 15);
        let seen = async |who: usize| -> BTreeSet<String> {
            let tasks = world.next(&world.reviewers[who], TA, 30).await;
            tasks.iter().map(|task| task["citation"]["id"].as_str().unwrap().to_string()).collect()
        };
        let round = seen(0).await;
        assert_eq!(round.len(), 5);
        assert!(seen(1).await == round && seen(2).await == round, "the same for all");
        let progress = world.lead.get(&format!("{}/progress", world.review)).await;
        assert_eq!(progress["stages"][0]["in_conflict"], 0);
        for who in 0..3 {
            for (at, task) in world.next(&world.reviewers[who].clone(), TA, 30).await.into_iter().enumerate() {
                world.decide(who, &task, if who == 2 && at == 0 { "include" } else { "exclude" }).await;
            }
        }
        let agreement = world.lead.get(&format!("{}/stages/{TA}/agreement", world.review)).await;
        assert_eq!(agreement["citations"], 5);
        assert!((agreement["percent"].as_f64().unwrap() - (4.0 + 1.0 / 3.0) / 5.0).abs() < 1e-9, "{agreement}");
        for pair in agreement["pairs"].as_array().unwrap() {
            assert!(pair["kappa_low"].is_null(), "one of the two said the same of all: no interval of width 0, {pair}");
        }
        // The next round asks about others.
        assert_eq!(world.lead.post(&path, body).await["tasks"], 15);
        let tasks = world.next(&world.reviewers[0].clone(), TA, 30).await;
        assert_eq!(tasks.len(), 5);
        assert!(tasks.iter().all(|task| !round.contains(task["citation"]["id"].as_str().unwrap())));
        world.assert_sound().await;
    });
}

#[test]
fn the_order_by_relevance_follows_the_terms() {
    run(async {
        let world = World::new(1, 24).await;
        let word = "dementia"; // in the titles of about half of them
        set_stage(&world, |settings| {
            settings["assignment"] = json!("manual");
            settings["order"] = json!("relevance");
        })
        .await;
        world.lead.put(&format!("{}/terms", world.review), json!({ "items": [{ "text": word, "group": "concept" }] })).await;
        let body = json!({ "user_ids": [world.reviewers[0].id], "filter": {} });
        world.lead.post(&format!("{}/stages/{TA}/assign", world.review), body).await;
        let titles: Vec<bool> = world
            .next(&world.reviewers[0].clone(), TA, 30)
            .await
            .iter()
            .map(|task| task["citation"]["title"].as_str().unwrap().contains(word))
            .collect();
        assert!(titles.contains(&true) && titles.contains(&false));
        assert!(titles.is_sorted_by(|a, b| a >= b), "those with the word come first: {titles:?}");
    });
}

#[test]
fn outcomes_follow_decisions_resolutions_and_second_thoughts() {
    run(async {
        let mut world = World::new(3, 1).await;
        let a = world.next(&world.reviewers[0].clone(), TA, 1).await.remove(0);
        let b = world.next(&world.reviewers[1].clone(), TA, 1).await.remove(0);
        let citation = a["citation"]["id"].as_str().unwrap().to_string();
        let third = world.next(&world.reviewers[2].clone(), TA, 1).await;
        assert!(third.is_empty(), "two are asked, not three");
        world.decide(0, &a, "include").await;
        assert_eq!(outcome(&world).await, (1, 0, 0, 0));
        world.decide(1, &b, "exclude").await;
        assert_eq!(outcome(&world).await, (0, 1, 0, 0), "they disagree");
        let path = format!("{}/citations/{citation}/stages/{TA}/resolution", world.review);
        world.lead.post(&path, json!({ "verdict": "include", "note": "対象に合う" })).await;
        assert_eq!(outcome(&world).await, (0, 0, 1, 0));
        let again = world.lead.refused(Method::POST, &path, Some(json!({ "verdict": "exclude" }))).await;
        assert_eq!(again.1, "not_in_conflict", "what is settled is opened first");
        world.lead.delete(&path).await;
        assert_eq!(outcome(&world).await, (0, 1, 0, 0), "reopened");
        let second = world.decide(0, &a, "exclude").await;
        assert_eq!(outcome(&world).await, (0, 0, 0, 1), "a change of mind ends the conflict");
        world.reviewers[0].post(&format!("{}/decisions/{}/undo", world.review, second["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(outcome(&world).await, (1, 0, 0, 0), "taken back: a decision is missing");
        let history = world.reviewers[0].get(&format!("{}/decisions/mine?citation_id={citation}", world.review)).await;
        assert_eq!(history["total"], 2, "nothing that was decided is gone");
        world.assert_sound().await;
    });
}

#[test]
fn what_the_stage_wants_is_asked_for() {
    run(async {
        let mut world = World::new(2, 2).await;
        set_stage(&world, |settings| {
            settings["exclusion_reason"] = json!("required");
            settings["answers_required"] = json!(true);
        })
        .await;
        let task = world.next(&world.reviewers[0].clone(), TA, 1).await.remove(0);
        let path = format!("{}/decisions", world.review);
        let bare = world.decision(&task, "exclude");
        let refused = world.reviewers[0].refused(Method::POST, &path, Some(bare.clone())).await;
        assert!(refused == (422, "reason_required".into()) || refused == (422, "answers_required".into()), "{refused:?}");
        let review = world.lead.get(&world.review).await;
        let answers: serde_json::Map<String, Value> =
            review["criteria"].as_array().unwrap().iter().map(|c| (c["id"].as_str().unwrap().into(), json!("not_met"))).collect();
        let mut full = bare;
        full["answers"] = Value::Object(answers);
        full["reason_id"] = review["reasons"][0]["id"].clone();
        world.reviewers[0].post(&path, full).await;
    });
}

#[test]
fn a_change_of_settings_is_shown_before_it_is_made_and_can_be_made_back() {
    run(async {
        let mut world = World::new(2, 4).await;
        for who in 0..2 {
            for (at, task) in world.next(&world.reviewers[who].clone(), TA, 10).await.iter().enumerate() {
                let verdict = if at % 2 == 0 { "maybe" } else { "include" };
                world.decide(who, task, verdict).await;
            }
        }
        let before = outcome(&world).await;
        assert_eq!(before.2, 4, "maybe counts as include");
        let review = world.lead.get(&world.review).await;
        let old = review["stages"][TA]["settings"].clone();
        let mut new = old.clone();
        new["maybe"] = json!("conflicts");
        let preview = world.lead.post(&format!("{}/stages/{TA}/preview", world.review), json!({ "settings": new })).await;
        assert_eq!(outcome(&world).await, before, "a preview changes nothing");
        world.lead.put(&format!("{}/stages/{TA}", world.review), json!({ "settings": new })).await;
        let after = outcome(&world).await;
        assert_eq!(preview["becomes"]["in_conflict"], after.1);
        assert!(after.1 > 0);
        world.lead.put(&format!("{}/stages/{TA}", world.review), json!({ "settings": old })).await;
        assert_eq!(outcome(&world).await, before);
        world.assert_sound().await;
    });
}

#[test]
fn a_citation_goes_to_full_text_and_into_the_figure() {
    run(async {
        let mut world = World::new(2, 1).await;
        for who in 0..2 {
            let task = world.next(&world.reviewers[who].clone(), TA, 1).await.remove(0);
            world.decide(who, &task, "include").await;
        }
        let reports = world.lead.get(&format!("{}/reports", world.review)).await;
        assert_eq!(reports["items"][0]["report"]["state"], "sought");
        let citation = reports["items"][0]["citation"]["id"].as_str().unwrap().to_string();
        let path = format!("{}/citations/{citation}/report", world.review);
        assert!(world.next(&world.reviewers[0].clone(), "full_text", 1).await.is_empty(), "there is no text yet");
        let (status, _) = world.lead.form(&format!("{path}/file"), vec![("file", Some("x.pdf"), b"<html>".to_vec())]).await;
        assert_eq!(status.as_u16(), 422, "a page of a publisher is not a PDF");
        world.lead.post(&format!("{path}/not-retrieved"), json!({ "reason": "所蔵館がない" })).await;
        assert_eq!(world.flow_number("not_retrieved").await, 1);
        let (status, report) = world.lead.form(&format!("{path}/file"), vec![("file", Some("論文.pdf"), b"%PDF-1.4 x".to_vec())]).await;
        assert!(status.is_success(), "{report}");
        let shown = world.lead.listen(&format!("{path}/file")).await;
        let policy = shown.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("'unsafe-inline'") && !policy.contains("object-src"), "a browser's viewer may lay itself out: {policy}");
        assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
        assert_eq!(world.flow_number("not_retrieved").await, 0);
        for who in 0..2 {
            let task = world.next(&world.reviewers[who].clone(), "full_text", 1).await.remove(0);
            let body = world.decision(&task, "exclude");
            let refused = world.reviewers[who].refused(Method::POST, &format!("{}/decisions", world.review), Some(body)).await;
            assert_eq!(refused, (422, "reason_required".into()), "full text has exactly one reason");
            world.decide(who, &task, "include").await;
        }
        assert_eq!(world.flow_number("included_reports").await, 1);
        assert_eq!(world.flow_number("included_studies").await, 1);
        world.assert_sound().await;
    });
}

#[test]
fn a_merge_counts_the_decisions_of_both_at_once() {
    run(async {
        let mut world = World::new(2, 2).await;
        let mut seen = Vec::new();
        for who in 0..2 {
            // Each decides on another citation; merged, the two decisions settle it.
            let tasks = world.next(&world.reviewers[who].clone(), TA, 2).await;
            let task = tasks.into_iter().find(|task| !seen.contains(&task["citation"]["id"])).unwrap();
            seen.push(task["citation"]["id"].clone());
            world.decide(who, &task, "include").await;
        }
        assert_eq!(outcome(&world).await, (2, 0, 0, 0));
        let body = json!({ "a": seen[0], "b": seen[1], "verdict": "same" });
        let said = world.lead.post(&format!("{}/pairs", world.review), body).await;
        assert_eq!(outcome(&world).await, (0, 0, 1, 0));
        world.assert_sound().await;
        world.lead.post(&format!("{}/pairs/undo", world.review), json!({ "link_id": said["link_id"] })).await;
        assert_eq!(outcome(&world).await, (2, 0, 0, 0));
        world.assert_sound().await;
    });
}

#[test]
fn a_link_to_a_host_that_may_be_asked_brings_the_file() {
    use std::io::{Read, Write};
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for (mut stream, body) in listener.incoming().flatten().zip(["%PDF-1.4 fetched", "<html>sign in</html>"]) {
                let _ = stream.read(&mut [0; 2048]);
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            }
        });
        let mut world = World::with(2, 1, erabi::app::Options { fetch_from: vec![host.clone()], ..Default::default() }).await;
        for who in 0..2 {
            let task = world.next(&world.reviewers[who].clone(), TA, 1).await.remove(0);
            world.decide(who, &task, "include").await;
        }
        let reports = world.lead.get(&format!("{}/reports", world.review)).await;
        let path = format!("{}/citations/{}/report", world.review, reports["items"][0]["citation"]["id"].as_str().unwrap());
        let elsewhere = world.lead.post(&format!("{path}/link"), json!({ "url": "https://publisher.example/a.pdf" })).await;
        assert_eq!(elsewhere["file"], Value::Null, "a host that nobody named is not asked");
        let fetched = world.lead.post(&format!("{path}/link"), json!({ "url": format!("http://{host}/a.pdf") })).await;
        assert_eq!(fetched["file"]["bytes"], 16, "{fetched}");
        let page = world.lead.post(&format!("{path}/link"), json!({ "url": format!("http://{host}/b.pdf") })).await;
        assert_eq!(page["file"]["bytes"], 16, "a page is not taken for the paper: {page}");
    });
}

/// Of two reasons the one whose criterion comes first counts: also for what was decided before the order was changed.
#[test]
fn the_order_of_criteria_holds_for_what_was_decided_before() {
    run(async {
        let mut world = World::new(2, 1).await;
        let review = world.lead.get(&world.review).await;
        let (criteria, reasons) = (review["criteria"].as_array().unwrap(), review["reasons"].as_array().unwrap());
        for (who, reason) in reasons.iter().enumerate().take(2) {
            let task = world.next(&world.reviewers[who].clone(), TA, 1).await.remove(0);
            let mut body = world.decision(&task, "exclude");
            body["reason_id"] = reason["id"].clone();
            world.reviewers[who].post(&format!("{}/decisions", world.review), body).await;
        }
        let reason = async |world: &World| {
            let citations = world.lead.get(&format!("{}/citations", world.review)).await;
            citations["items"][0]["outcome"][TA]["reason_id"].clone()
        };
        assert_eq!(reason(&world).await, reasons[0]["id"]);
        let turned = json!({ "items": [criteria[1], criteria[0], criteria[2]] });
        world.lead.put(&format!("{}/criteria", world.review), turned.clone()).await;
        assert_eq!(reason(&world).await, reasons[1]["id"]);
        world.assert_sound().await;
        world.lead.put(&format!("{}/criteria", world.review), json!({ "items": [criteria[1], criteria[2]] })).await;
        world.lead.put(&format!("{}/criteria", world.review), json!({ "items": criteria })).await;
        let again = world.lead.get(&world.review).await;
        assert_eq!(again["criteria"], review["criteria"], "put back, it is the one that answers and reasons know");
        assert_eq!(reason(&world).await, reasons[0]["id"]);
        world.lead.put(&format!("{}/criteria", world.review), turned).await;
        let mut free = reasons.clone();
        free[1]["criterion_id"] = Value::Null;
        world.lead.put(&format!("{}/reasons", world.review), json!({ "items": free })).await;
        assert_eq!(reason(&world).await, reasons[0]["id"], "a reason that stands for a criterion comes first");
        world.assert_sound().await;
    });
}

/// An account that is closed is a reviewer less: nothing waits for it, and nothing new is dealt to it.
#[test]
fn nothing_waits_for_a_closed_account() {
    run(async {
        let mut world = World::new(3, 6).await;
        set_stage(&world, |settings| settings["assignment"] = json!("pairs")).await;
        assert_eq!(world.next(&world.reviewers[0].clone(), TA, 30).await.len(), 4);
        let path = format!("/api/users/{}", world.reviewers[0].id);
        let (status, answer) = world.lead.send(Method::PATCH, &path, Some(json!({ "disabled": true }))).await;
        assert!(status.is_success(), "{answer}");
        for who in [1, 2] {
            let tasks = world.next(&world.reviewers[who].clone(), TA, 30).await;
            assert_eq!(tasks.len(), 6);
            for task in tasks {
                world.decide(who, &task, "include").await;
            }
        }
        assert_eq!(world.flow_number("sought").await, 6);
        world.assert_sound().await;
    });
}

/// What somebody decided counts on when they leave, under their name; what they had in hand goes to others; the trail names them.
#[test]
fn a_reviewer_who_leaves_takes_no_work_along() {
    run(async {
        let mut world = World::new(3, 6).await;
        set_stage(&world, |settings| settings["assignment"] = json!("pairs")).await;
        let leaver = world.reviewers[0].clone();
        let first = world.next(&leaver, TA, 30).await;
        assert_eq!(first.len(), 4);
        world.decide(0, &first[0], "include").await;
        world.lead.delete(&format!("{}/members/{}", world.review, leaver.id)).await;
        for who in [1, 2] {
            for task in world.next(&world.reviewers[who].clone(), TA, 30).await {
                world.decide(who, &task, "include").await;
            }
        }
        let stage = world.lead.get(&format!("{}/progress", world.review)).await["stages"][0].clone();
        assert_eq!((&stage["settled"], &stage["decisions_made"]), (&json!(6), &json!(12)), "{stage}");
        let done: i64 = stage["reviewers"].as_array().unwrap().iter().map(|row| row["done"].as_i64().unwrap()).sum();
        assert_eq!(done, 12, "every decision stands beside a name: {stage}");
        let trail = world.lead.get(&format!("{}/audit?action=member.remove", world.review)).await;
        let row = &trail["items"][0];
        assert_eq!((&row["action"], &row["before"]["name"]), (&json!("member.remove"), &json!("reviewer0")), "{trail}");
        world.assert_sound().await;
    });
}

/// Changes the settings of title/abstract.
async fn set_stage(world: &World, change: impl FnOnce(&mut Value)) {
    let mut settings = world.lead.get(&world.review).await["stages"][TA]["settings"].clone();
    change(&mut settings);
    world.lead.put(&format!("{}/stages/{TA}", world.review), json!({ "settings": settings })).await;
}

/// Citations at title/abstract: pending, in conflict, included, excluded.
async fn outcome(world: &World) -> (u64, u64, u64, u64) {
    let progress = world.lead.get(&format!("{}/progress", world.review)).await;
    let stage = &progress["stages"][0];
    let n = |key: &str| stage[key].as_u64().unwrap();
    (n("pending"), n("in_conflict"), n("included"), n("excluded"))
}
