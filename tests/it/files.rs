//! From file to citation over HTTP: uploads, imports, rejected entries, duplicates and their undoing, search, withdrawal.
//! Domain rules 1 and 2, and that work begun twice is done once.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, run};
use crate::world::World;

const MEDLINE: &str = "TY  - JOUR\r\nTI  - Case management for adults with psychosis: a cohort study\r\nAU  - Mori, Hana\r\nAU  - Smith, John\r\n\
PY  - 2012\r\nT2  - Psychiatric Services\r\nVL  - 63\r\nIS  - 4\r\nSP  - 345\r\nEP  - 351\r\nDO  - 10.1176/appi.ps.201200001\r\nAB  - Teams managed caseloads.\r\nER  - \r\n\r\n\
TY  - JOUR\r\nTI  - Assertive community treatment in rural areas\r\nAU  - Berg, Anna\r\nPY  - 2015\r\nT2  - Community Mental Health Journal\r\nVL  - 51\r\nSP  - 12\r\nER  - \r\n\r\n\
TY  - JOUR\r\nID  - 77\r\nER  - \r\n\r\n\
TY  - JOUR\r\nTI  - Peer support workers: a survey\r\nAU  - Okafor, Ngozi\r\nPY  - 2019\r\nER  - \r\n";

const ICHUSHI: &str = "TY  - JOUR\r\nTI  - 精神障がい者のケースマネージメント\r\nAU  - 髙橋, 花子\r\nPY  - 2010\r\nT2  - 精神看護\r\nVL  - 13\r\nSP  - 22\r\n\
AB  - 退院支援の効果を検討した。\r\nER  - \r\n\r\n\
TY  - JOUR\r\nTI  - Case management for adults with psychosis: a cohort study.\r\nAU  - Mori H\r\nAU  - Smith J\r\nPY  - 2012\r\nT2  - Psychiatr Serv\r\n\
VL  - 63\r\nIS  - 4\r\nSP  - 345-51\r\nDO  - 10.1176/APPI.PS.201200001\r\nER  - \r\n";

struct Story {
    test: TestApp,
    lead: Client,
    review: String,
    worker: Option<erabi::jobs::Worker>,
}

impl Story {
    async fn start() -> Self {
        let test = TestApp::start().await;
        let lead = test.admin().await;
        let review = lead.review().await;
        let worker = Some(erabi::jobs::start(test.app.clone()));
        Self { test, lead, review, worker }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.review)
    }

    async fn get(&self, path: &str) -> Value {
        self.lead.get(&self.at(path)).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.lead.post(&self.at(path), body).await
    }

    async fn search_at(&self, name: &str) -> String {
        let source = self.post("sources", json!({ "name": name, "platform": "Web", "kind": "database" })).await;
        let search = self.post(&format!("sources/{}/searches", text(&source["id"])), json!({ "strategy": "a AND b", "hits": 4 })).await;
        text(&search["id"])
    }

    async fn upload(&self, name: &str, bytes: &str) -> Value {
        let (status, upload) = self.lead.form(&self.at("uploads"), vec![("file", Some(name), bytes.as_bytes().to_vec())]).await;
        assert!(status.is_success(), "{upload}");
        upload
    }

    async fn start_import(&self, search: &str, upload: &Value) -> Value {
        let body = json!({ "search_id": search, "sha256": upload["sha256"], "file_name": upload["file_name"] });
        self.post("imports", body).await
    }

    /// Uploads and imports a file at a source of its own; the import's id.
    async fn import(&self, source: &str, bytes: &str) -> String {
        let search = self.search_at(source).await;
        let upload = self.upload(&format!("{source}.ris"), bytes).await;
        let started = self.start_import(&search, &upload).await;
        self.done(&text(&started["job_id"])).await;
        text(&started["import"]["id"])
    }

    async fn done(&self, job: &str) -> Value {
        for _ in 0..600 {
            let job = self.get(&format!("jobs/{job}")).await;
            match job["state"].as_str().unwrap() {
                "done" => return job,
                "failed" => panic!("{job}"),
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("the job does not end");
    }

    async fn dedup(&self) -> Value {
        self.test.clock.advance(1000);
        let started = self.post("dedup", json!({})).await;
        self.done(&text(&started["job_id"])).await["result"].clone()
    }

    /// Every citation with its records, in order: the state that undoing must bring back.
    async fn state(&self) -> Value {
        let page = self.get("citations?sort=number&limit=200").await;
        let mut state = Vec::new();
        for row in page["items"].as_array().unwrap() {
            let citation = self.get(&format!("citations/{}", text(&row["id"]))).await;
            let records: Vec<Value> = citation["record_views"].as_array().unwrap().iter().map(|record| record["id"].clone()).collect();
            state.push(json!({ "row": row, "origins": citation["origins"], "doi": citation["doi"], "records": records }));
        }
        Value::Array(state)
    }

    async fn found(&self, query: &str) -> Vec<i64> {
        let page = self.get(&format!("citations?q={}", encode(query))).await;
        let mut numbers: Vec<i64> = page["items"].as_array().unwrap().iter().map(|row| row["number"].as_i64().unwrap()).collect();
        numbers.sort_unstable();
        numbers
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_string()
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn a_file_becomes_records_and_rejected_entries() {
    run(async {
        let story = Story::start().await;
        let search = story.search_at("MEDLINE").await;
        let upload = story.upload("medline.ris", MEDLINE).await;
        assert_eq!((&upload["entries"], &upload["records"], &upload["rejected"]), (&json!(4), &json!(3), &json!(1)), "{upload}");
        assert_eq!(upload["rejected_preview"][0]["n"], 3);
        assert_eq!(upload["already"], Value::Null);
        assert_eq!(story.get("citations").await["total"], 0, "an upload alone counts nothing");

        let started = story.start_import(&search, &upload).await;
        let job = story.done(&text(&started["job_id"])).await;
        assert_eq!(job["result"]["records"], 3);
        let import = story.get(&format!("imports/{}", text(&started["import"]["id"]))).await;
        assert_eq!((&import["entries"], &import["records"], &import["rejected"]), (&json!(4), &json!(3), &json!(1)));
        assert_eq!(import["status"], "done");
        let file = story.get(&format!("imports/{}/file", text(&import["id"]))).await;
        assert_eq!(file.as_str().unwrap(), MEDLINE, "the file is kept byte for byte");
        let sources = story.get("sources").await;
        assert_eq!((&sources["items"][0]["records"], &sources["items"][0]["searches"][0]["rejected_open"]), (&json!(3), &json!(1)));

        let body = json!({ "search_id": search, "sha256": upload["sha256"], "file_name": "again.ris" });
        let (status, code) = story.lead.refused(Method::POST, &story.at("imports"), Some(body.clone())).await;
        assert_eq!((status, code.as_str()), (409, "duplicate_file"));
        assert_eq!(story.upload("again.ris", MEDLINE).await["already"]["file_name"], "medline.ris");
        let mut forced = body;
        forced["force"] = json!(true);
        let started = story.post("imports", forced).await;
        story.done(&text(&started["job_id"])).await;
        assert_eq!(story.get("citations").await["total"], 6);
    });
}

#[test]
fn a_rejected_entry_is_repaired_dismissed_and_reopened() {
    run(async {
        let story = Story::start().await;
        let import = story.import("MEDLINE", MEDLINE).await;
        let entry = story.get(&format!("imports/{import}/rejected")).await["items"][0].clone();
        assert_eq!((&entry["state"], &entry["n"]), (&json!("open"), &json!(3)));
        let path = format!("rejected/{}", text(&entry["id"]));
        assert_eq!(story.get("flow").await["still_open"]["unread"], 1);
        let (status, _) = story.lead.refused(Method::POST, &story.at(&path), Some(json!({ "action": "repair", "raw": "nonsense" }))).await;
        assert_eq!(status, 422);
        let raw = "TY  - JOUR\nTI  - The entry that was broken\nER  - \n";
        assert_eq!(story.post(&path, json!({ "action": "repair", "raw": raw })).await["state"], "repaired");
        let summary = story.get(&format!("imports/{import}")).await;
        assert_eq!((&summary["entries"], &summary["records"], &summary["rejected"]), (&json!(4), &json!(4), &json!(0)));
        assert_eq!(story.get("flow").await["boxes"][0]["n"], 4, "a repaired entry is a record identified");
        assert_eq!(story.found("broken").await.len(), 1);
        assert_eq!(story.get("flow").await["still_open"]["unread"], 0);
        let repaired = &story.get(&format!("imports/{import}/rejected")).await["items"][0]["repaired"];
        assert_eq!((&repaired["title"], &repaired["raw"]), (&json!("The entry that was broken"), &json!(raw)));
        story.get(&format!("citations/{}", text(&repaired["citation_id"]))).await;

        assert_eq!(story.post(&path, json!({ "action": "reopen" })).await["state"], "open");
        assert_eq!(story.get("citations").await["total"], 3);
        assert_eq!(story.found("broken").await.len(), 0);
        assert_eq!(story.post(&path, json!({ "action": "dismiss", "note": "not a record" })).await["note"], "not a record");
        assert_eq!(story.get("imports").await["items"][0]["rejected_open"], 0);

        story.post(&format!("imports/{import}/withdraw"), json!({ "note": "wrong file" })).await;
        assert_eq!(story.get("citations").await["total"], 0);
        story.post(&format!("imports/{import}/restore"), json!({})).await;
        assert_eq!(story.get("citations").await["total"], 3, "what a repair made and a person took back stays out");
    });
}

#[test]
fn duplicates_merge_and_undoing_restores() {
    run(async {
        let story = Story::start().await;
        story.import("MEDLINE", MEDLINE).await;
        let second = story.import("医中誌", ICHUSHI).await;
        assert_eq!(story.get("dedup").await["stale"], true);
        let before = story.state().await;
        let result = story.dedup().await;
        assert_eq!((&result["records"], &result["citations"], &result["merged"]), (&json!(5), &json!(4), &json!(1)), "{result}");
        assert_eq!(story.dedup().await["statements"], 0, "a second run has nothing new to say");
        let dedup = story.get("dedup").await;
        assert_eq!((&dedup["stale"], &dedup["by_pair"][0]["n"]), (&json!(false), &json!(1)));
        let merged = story.state().await;
        let pair = story.get("pairs?state=same").await["items"][0].clone();
        assert_eq!(pair["by"], "rule");
        assert_eq!(pair["a_citation"], pair["b_citation"]);

        // A person says otherwise, and takes it back.
        let word = json!({ "a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": "different" });
        let said = story.post("pairs", word).await;
        assert_eq!(said["citation_ids"].as_array().unwrap().len(), 2);
        assert_eq!(story.state().await, before, "apart again, as before the run");
        story.post("pairs/undo", json!({ "link_id": said["link_id"] })).await;
        assert_eq!(story.state().await, merged);
        let (status, code) = story.lead.refused(Method::POST, &story.at("pairs/undo"), Some(json!({ "link_id": said["link_id"] }))).await;
        assert_eq!((status, code.as_str()), (409, "already_undone"));

        // So does a split.
        let citation = text(&pair["a_citation"]);
        let split = story.post(&format!("citations/{citation}/split"), json!({ "record_ids": [pair["b"]["id"]] })).await;
        assert_eq!(story.state().await, before);
        story.post("pairs/undo", json!({ "link_id": split["link_ids"][0] })).await;
        assert_eq!(story.state().await, merged);

        // Without the second import there is nothing to merge; with it again there is.
        story.post(&format!("imports/{second}/withdraw"), json!({ "note": "" })).await;
        assert_eq!(story.get("citations").await["total"], 3);
        assert_eq!(story.get("flow").await["boxes"][0]["n"], 3);
        story.post(&format!("imports/{second}/restore"), json!({ "note": "" })).await;
        assert_eq!(story.state().await, merged);
        let actions: Vec<String> =
            story.get("audit?limit=100").await["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
        for action in ["import.create", "import.read", "import.withdraw", "import.restore", "dedup.run", "link.different", "link.undo"] {
            assert!(actions.iter().any(|known| known == action), "{action} is not in the trail: {actions:?}");
        }
    });
}

/// Rule 2: after any sequence of words and undoings every record is in exactly one citation, and when all is undone everything is
/// as it was.
#[test]
fn every_record_is_in_exactly_one_citation_whatever_is_said() {
    run(async {
        let story = Story::start().await;
        let entries: String =
            (0..9).map(|n| format!("TY  - JOUR\nTI  - Title number {n} about matter {}\nPY  - 20{:02}\nER  - \n\n", n * 7, n)).collect();
        story.import("A", &entries).await;
        let before = story.state().await;
        let records: Vec<String> = before.as_array().unwrap().iter().map(|citation| text(&citation["records"][0])).collect();
        let mut said: Vec<String> = Vec::new();
        let mut chance = 12345u64;
        let mut pick = |n: usize| {
            chance = chance.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (chance >> 33) as usize % n
        };
        for step in 0..30 {
            if said.is_empty() || pick(4) > 0 {
                let (a, b) = (pick(9), pick(9));
                if a == b {
                    continue;
                }
                let verdict = ["same", "same", "different", "related"][pick(4)];
                let word = story.post("pairs", json!({ "a": records[a], "b": records[b], "verdict": verdict })).await;
                said.push(text(&word["link_id"]));
            } else {
                let link = said.swap_remove(pick(said.len()));
                story.post("pairs/undo", json!({ "link_id": link })).await;
            }
            let state = story.state().await;
            let mut seen: Vec<String> =
                state.as_array().unwrap().iter().flat_map(|citation| citation["records"].as_array().unwrap()).map(text).collect();
            seen.sort();
            let mut all = records.clone();
            all.sort();
            assert_eq!(seen, all, "step {step}");
            assert_eq!(story.get("flow").await["identities"].as_array().unwrap().iter().filter(|i| i["ok"] == false).count(), 0);
        }
        for link in said {
            story.post("pairs/undo", json!({ "link_id": link })).await;
        }
        assert_eq!(story.state().await, before);
    });
}

#[test]
fn search_finds_both_languages_and_follows_changes() {
    run(async {
        let story = Story::start().await;
        story.import("MEDLINE", MEDLINE).await;
        story.import("医中誌", ICHUSHI).await;
        assert_eq!(story.found("精神障害").await, [4]);
        assert_eq!(story.found("ケースマネジメント").await, [4]);
        assert_eq!(story.found("manage psychosis").await, [1, 5]);
        assert_eq!(story.found("title:management OR 退院支援").await, [1, 4, 5]);
        assert_eq!(story.found("10.1176/appi.ps.201200001").await, [1, 5]);
        assert_eq!(story.found("author:高橋").await, [4]);
        let hit = story.get(&format!("citations?q={}", encode("退院支援"))).await["items"][0].clone();
        assert_eq!(hit["snippet"], "\u{1}退院支援\u{2}の効果を検討した。");
        let hit = story.get(&format!("citations?q={}", encode("ケースマネジメント"))).await["items"][0].clone();
        assert_eq!(hit["title_marked"], "精神障がい者の\u{1}ケースマネージメント\u{2}");
        story.dedup().await;
        assert_eq!(story.found("title:management").await, [1], "the merged one is found once");
        for (bad, code) in [("a ".repeat(70), "query_clauses"), ("(".repeat(20), "query_depth"), ("a".repeat(600), "too_long")] {
            let path = story.at(&format!("citations?q={}", encode(&bad)));
            assert_eq!(story.lead.refused(Method::GET, &path, None).await, (422, code.to_string()));
        }
        let years = story.get("citations?year_from=2012&year_to=2015&sort=year").await;
        let numbers: Vec<i64> = years["items"].as_array().unwrap().iter().map(|row| row["number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, [2, 1]);
        let exported = story.get("export.ris?year_from=2015&year_to=2015").await;
        assert!(exported.as_str().unwrap().contains("Assertive community treatment"), "{exported}");
    });
}

#[test]
fn labels_and_withdrawal_before_screening() {
    run(async {
        let story = Story::start().await;
        story.import("MEDLINE", MEDLINE).await;
        let label =
            story.lead.put(&story.at("labels"), json!({ "items": [{ "name": "連携支援", "color": "3" }] })).await["items"][0].clone();
        let citation = text(&story.get("citations").await["items"][0]["id"]);
        let path = story.at(&format!("citations/{citation}/labels"));
        story.lead.put(&path, json!({ "label_ids": [label["id"]] })).await;
        let labelled = story.get(&format!("citations?label={}", text(&label["id"]))).await;
        assert_eq!((&labelled["total"], &labelled["items"][0]["id"]), (&json!(1), &json!(citation)));
        let removed = story.post(&format!("citations/{citation}/remove"), json!({ "kind": "other", "note": "not a study" })).await;
        assert_eq!(removed["removed"], "other");
        assert_eq!(story.get("citations?removed=true").await["total"], 1);
        assert_eq!(story.get("citations?box=removed_other").await["total"], 1);
        assert_eq!(story.get("citations?box=screened").await["total"], 2);
        story.post(&format!("citations/{citation}/restore"), json!({})).await;
        assert_eq!(story.get("citations?box=screened").await["total"], 3);
        assert_eq!(story.get("citations?outcome=pending").await["total"], 3);
        assert_eq!(story.get("citations?stage=full_text&outcome=none").await["total"], 3);
    });
}

/// A job whose worker died is done again, and everything is there once.
#[test]
fn an_import_that_is_repeated_stores_everything_once() {
    run(async {
        let mut story = Story::start().await;
        story.worker.take().unwrap().stop().await;
        let search = story.search_at("MEDLINE").await;
        let upload = story.upload("medline.ris", MEDLINE).await;
        let started = story.start_import(&search, &upload).await;
        let app = &story.test.app;
        let claimed = app.claim_job().await.unwrap().unwrap();
        let (progress, _steps) = erabi::app::jobs::Progress::new();
        app.run_job(&claimed, progress).await.unwrap(); // and nobody hears of its end
        assert!(app.claim_job().await.unwrap().is_none(), "it may still be alive");
        story.test.clock.advance(-3_600_000);
        let claimed = app.claim_job().await.unwrap().expect("the server's clock was set back: nobody was heard of in an hour to come");
        assert!(app.claim_job().await.unwrap().is_none(), "{claimed:?}");
        for _ in 0..5 {
            story.test.clock.advance(erabi::app::jobs::STALE_MS + 1);
            let claimed = app.claim_job().await.unwrap().unwrap();
            let full = erabi::app::AppError::from(erabi::store::StoreError::Busy("database or disk is full".into()));
            assert!(!app.job_ended(&claimed, Some(Err(full))).await.unwrap(), "it waits for room");
        }
        story.worker = Some(erabi::jobs::start(app.clone()));
        let job = story.done(&text(&started["job_id"])).await;
        assert_eq!(job["result"]["records"], 3);
        assert_eq!(story.get("citations").await["total"], 3);
        assert_eq!(story.get(&format!("imports/{}/rejected", text(&started["import"]["id"]))).await["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn what_is_no_bibliographic_file_is_refused_in_words() {
    run(async {
        let story = Story::start().await;
        for (bytes, code) in [
            (&b"%PDF-1.4\n%abc\n"[..], "not_bibliographic"),
            (b"\x1f\x8b\x08\0", "packed_file"),
            (b"", "empty_file"),
            (b"hello world\n", "unknown_format"),
        ] {
            let (status, refusal) = story.lead.form(&story.at("uploads"), vec![("file", Some("x"), bytes.to_vec())]).await;
            assert_eq!((status.as_u16(), refusal["code"].as_str().unwrap()), (422, code), "{refusal}");
            assert!(refusal["message"].as_str().unwrap().len() > 10 && refusal["message"] != refusal["code"]);
        }
    });
}

#[test]
fn a_list_says_which_works_were_retracted() {
    run(async {
        let mut world = World::new(1, 0).await;
        let file = "PMID- 1\nTI  - One\nRIN - Journal of Tests. 2020;1:2\n\nPMID- 2\nTI  - Two\nEIN - Journal of Tests. 2020;1:3\n\n";
        world.import("MEDLINE", "database", file).await;
        let page = world.reviewers[0].get(&format!("{}/citations?sort=number", world.review)).await;
        let marks: Vec<_> = page["items"].as_array().unwrap().iter().map(|row| row["retracted"] == true).collect();
        assert_eq!(marks, [true, false], "an erratum is no retraction");
    });
}
