//! Work done elsewhere: what files bring of it is kept as it is, counts for nobody until a lead says whose it is, keeps its mark
//! when it does, and goes again with the lead's word or the import.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::run;
use crate::world::{World, record, ris};

const TA: &str = "title_abstract";

/// An invented record as Rayyan writes it: decisions, reasons, labels and notes in `N1`.
pub fn decided(at: usize, inclusion: &str, more: &str) -> String {
    let note = format!("RAYYAN-INCLUSION: {{{inclusion}}}{more}");
    record(at, "").replace("ER  - ", &format!("N1  - {note}\r\nER  - "))
}

/// Hana includes 0 and 1 and excludes 2 and 3; Ken includes 0, excludes 1 and 2; nobody decided on 4.
fn rayyan() -> String {
    [
        decided(0, r#""Hana"=>"Included", "Ken"=>"Included""#, " | RAYYAN-LABELS: housing,Peer support"),
        decided(1, r#""Hana"=>"Included", "Ken"=>"Excluded""#, " | RAYYAN-EXCLUSION-REASONS: wrong population"),
        decided(
            2,
            r#""Hana"=>"Excluded", "Ken"=>"Excluded""#,
            " | RAYYAN-EXCLUSION-REASONS: Wrong Concept | USER-NOTES: {\"Ken\"=>[\"an editorial\"]}",
        ),
        decided(3, r#""Hana"=>"Excluded""#, " | RAYYAN-EXCLUSION-REASONS: editorial | RAYYAN-LABELS: housing"),
        record(4, ""),
    ]
    .concat()
}

struct Play {
    world: World,
    import: String,
}

impl Play {
    /// Three reviewers, two decisions per citation, the file above.
    async fn new() -> Self {
        let mut world = World::new(3, 0).await;
        let import = world.import("MEDLINE", "database", &rayyan()).await;
        assert_eq!(import["decided_elsewhere"], 7, "{import}");
        Self { import: import["id"].as_str().unwrap().to_string(), world }
    }

    fn path(&self) -> String {
        format!("{}/imports/{}/elsewhere", self.world.review, self.import)
    }

    async fn elsewhere(&self) -> Value {
        self.world.lead.get(&self.path()).await
    }

    async fn map(&self, name: &str, reviewer: usize, stage: &str) -> Value {
        let body = json!({ "name": name, "user_id": self.world.reviewers[reviewer].id, "stage": stage });
        self.world.lead.post(&self.path(), body).await
    }

    async fn unmap(&self, group: &Value) -> Value {
        self.world.lead.delete(&format!("{}/{}", self.path(), group["attribution"]["id"].as_str().unwrap())).await
    }

    /// The citations in the order of the file.
    async fn citations(&self) -> Vec<Value> {
        let page = self.world.lead.get(&format!("{}/citations?sort=number", self.world.review)).await;
        page["items"].as_array().unwrap().clone()
    }

    async fn outcomes(&self) -> Vec<String> {
        let state = |row: &Value| {
            let outcome = &row["outcome"]["title_abstract"];
            let mark = if outcome["elsewhere"] == true { " elsewhere" } else { "" };
            format!("{}{mark}", outcome["state"].as_str().unwrap())
        };
        self.citations().await.iter().map(state).collect()
    }

    async fn counted_elsewhere(&self) -> Value {
        let flow = self.world.lead.get(&format!("{}/flow", self.world.review)).await;
        flow["counts"]["databases"]["elsewhere_title_abstract"].clone()
    }

    async fn citation(&self, at: usize) -> Value {
        let id = self.citations().await[at]["id"].as_str().unwrap().to_string();
        self.world.lead.get(&format!("{}/citations/{id}", self.world.review)).await
    }
}

fn group<'v>(elsewhere: &'v Value, name: &str) -> &'v Value {
    elsewhere["groups"].as_array().unwrap().iter().find(|group| group["name"] == name).unwrap()
}

/// The real files: file, names with what each
/// included and excluded (empty: the file says no verdict), labels that it must have.
type Sample = (&'static str, &'static [(&'static str, i64, i64)], &'static [&'static str]);
const SAMPLES: &[Sample] = &[
    (
        "Istituto-Mario-Negri-Medical-Imaging-Systematic-Review-R-Workflow__rayyan_export_included.rec1-150.bib",
        &[("Chiara Emma", 1, 0), ("Giulia", 150, 0), ("Marta", 150, 0)],
        &["gut", "kidney", "lung", "BBB"],
    ),
    ("zentouro-systematic-review-flash-floods__review_58723_irrelevant_csv_20191023234056.csv", &[], &[]),
    ("MikkelVembye-AIscreenR__incl_tutorial.ris", &[], &[]),
];

#[test]
fn real_exports_of_other_tools_bring_their_decisions() {
    let Some(folder) = crate::samples::samples().map(|samples| samples.join("review-tool-export")) else { return };
    run(async {
        let world = World::new(2, 0).await;
        for (file, names, labels) in SAMPLES {
            let search = world.source(file, "database").await;
            let import = world.import_into(&search, std::fs::read(folder.join(file)).unwrap(), false).await;
            assert_eq!(import["entries"], import["records"], "{file}");
            let path = format!("{}/imports/{}/elsewhere", world.review, import["id"].as_str().unwrap());
            let found = world.lead.get(&path).await;
            let groups: Vec<(String, i64, i64)> = found["groups"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|group| group["included"].as_i64().unwrap() + group["excluded"].as_i64().unwrap() > 0)
                .map(|group| {
                    let n = |key: &str| group[key].as_i64().unwrap();
                    (group["name"].as_str().unwrap().to_string(), n("included"), n("excluded"))
                })
                .collect();
            let wanted: Vec<(String, i64, i64)> = names.iter().map(|(name, a, b)| (name.to_string(), *a, *b)).collect();
            assert_eq!(groups, wanted, "{file}");
            let has = |label: &&str| found["labels"].as_array().unwrap().iter().any(|word| word["text"] == **label);
            assert!(labels.iter().all(has), "{file}: {}", found["labels"]);
            for (reviewer, (name, ..)) in names.iter().skip(1).enumerate() {
                let body = json!({ "name": name, "user_id": world.reviewers[reviewer].id, "stage": TA });
                world.lead.post(&path, body).await;
            }
        }
        let flow = world.lead.get(&format!("{}/flow", world.review)).await;
        assert_eq!(flow["counts"]["databases"]["elsewhere_title_abstract"], 150, "both included all of Rayyan's file");
        assert_eq!(flow["counts"]["databases"]["sought"], 150);
        world.assert_sound().await;
    });
}

#[test]
fn a_name_becomes_a_member_and_what_it_decided_counts_until_it_is_undone() {
    run(async {
        let play = Play::new().await;
        let found = play.elsewhere().await;
        let hana = group(&found, "Hana");
        assert_eq!((&hana["included"], &hana["excluded"], &hana["tool"]), (&json!(2), &json!(2), &json!("rayyan")), "{hana}");
        assert_eq!(play.outcomes().await, ["pending"; 5], "nobody's decisions count for nobody");
        let shown = play.citation(2).await;
        assert_eq!(shown["elsewhere"].as_array().unwrap().len(), 2, "but they are shown");
        assert_eq!(shown["elsewhere"][0]["counts_for"], Value::Null);

        play.map("Hana", 0, TA).await;
        assert_eq!(play.outcomes().await, ["pending"; 5], "two decisions are needed");
        let both = play.map("Ken", 1, TA).await;
        assert_eq!(
            (&group(&both, "Ken")["attribution"]["counted"], &group(&both, "Hana")["attribution"]["counted"]),
            (&json!(3), &json!(4))
        );
        let settled = ["included elsewhere", "in_conflict", "excluded elsewhere", "pending", "pending"];
        assert_eq!(play.outcomes().await, settled);
        assert_eq!(play.counted_elsewhere().await, 2);
        play.world.assert_sound().await;

        let shown = play.citation(2).await;
        let ken = &shown["decisions"][TA][1];
        assert_eq!(ken["elsewhere"], json!({ "tool": "rayyan", "name": "Ken" }));
        assert_eq!((ken["reviewer"]["login"].as_str(), ken["note"].as_str()), (Some("reviewer1"), Some("an editorial")));
        let concept = &play.world.lead.get(&play.world.review).await["reasons"][1];
        assert_eq!(ken["reason_id"], concept["id"], "reasons are matched by their text");
        assert_eq!(shown["elsewhere"][1]["counts_for"], "reviewer1");
        let three = play.citation(3).await;
        assert_eq!(three["decisions"][TA][0]["note"], "editorial", "a reason that nothing matches is kept as a note");

        let conflicts = play.world.lead.get(&format!("{}/stages/{TA}/conflicts", play.world.review)).await;
        assert_eq!(conflicts["items"][0]["decisions"][0]["elsewhere"]["name"], "Hana");
        let progress = play.world.lead.get(&format!("{}/progress", play.world.review)).await;
        let stage = &progress["stages"][0];
        assert_eq!((&stage["decisions_made"], &stage["decisions_elsewhere"]), (&json!(7), &json!(7)));
        let first = stage["reviewers"].as_array().unwrap().iter().find(|row| row["user"]["login"] == "reviewer0").unwrap();
        assert_eq!((&first["done"], &first["elsewhere"], &first["today"]), (&json!(4), &json!(4), &json!(0)));
        assert_eq!(stage["per_day"], json!([]), "nothing was decided here");
        let agreement = play.world.lead.get(&format!("{}/stages/{TA}/agreement", play.world.review)).await;
        assert_eq!(agreement["citations"], 0, "nobody knows whether those decisions were independent");
        let mine = play.world.reviewers[0].get(&format!("{}/decisions/mine", play.world.review)).await;
        assert!(mine["items"].as_array().unwrap().iter().all(|row| row["elsewhere"]["tool"] == "rayyan"));

        play.unmap(group(&both, "Ken")).await;
        assert_eq!(play.outcomes().await, ["pending"; 5]);
        assert_eq!(play.counted_elsewhere().await, 0);
        assert_eq!(play.citation(2).await["decisions"][TA].as_array().unwrap().len(), 1);
        play.map("Ken", 2, TA).await;
        assert_eq!(play.outcomes().await, settled, "a name can be given to another");
        play.world.assert_sound().await;
        let audit = play.world.lead.get(&format!("{}/audit?limit=50", play.world.review)).await;
        let actions: Vec<&str> = audit["items"].as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
        assert_eq!(actions.iter().filter(|action| **action == "elsewhere.map").count(), 3);
        assert_eq!(actions.iter().filter(|action| **action == "elsewhere.unmap").count(), 1);
    });
}

#[test]
fn who_decided_elsewhere_is_not_asked_again_and_may_change_their_mind() {
    run(async {
        let mut play = Play::new().await;
        play.map("Hana", 0, TA).await;
        let review = play.world.review.clone();
        let next = play.world.reviewers[0].get(&format!("{review}/stages/{TA}/next?limit=10")).await;
        assert_eq!(next["tasks"].as_array().unwrap().len(), 1, "one citation was not decided elsewhere");
        assert_eq!((&next["done_by_me"], &next["remaining"]), (&json!(0), &json!(1)), "what was done elsewhere is not counted here");
        // another's decision makes two, and settles what both include
        let tasks = play.world.next(&play.world.reviewers[1].clone(), TA, 10).await;
        assert_eq!(tasks.len(), 5);
        for task in &tasks {
            play.world.decide(1, task, "include").await;
        }
        let mut outcomes = play.outcomes().await;
        assert_eq!(outcomes.pop().as_deref(), Some("pending"));
        assert_eq!(outcomes, ["included elsewhere", "included elsewhere", "in_conflict", "in_conflict"]);
        // the member's own later word replaces the decision made elsewhere, which stays to be read
        let mine = play.world.reviewers[0].get(&format!("{review}/decisions/mine?verdict=exclude")).await;
        let old = &mine["items"][0];
        let task = json!({ "id": old["task_id"] });
        let number = old["number"].as_i64().unwrap() as usize - 1;
        play.world.decide(0, &task, "include").await;
        assert_eq!(play.outcomes().await[number], "included");
        let shown = play.citation(number).await;
        let live: Vec<bool> = shown["decisions"][TA].as_array().unwrap().iter().map(|row| row["live"] == true).collect();
        assert_eq!(live.iter().filter(|live| **live).count(), 2);
        assert_eq!(live.len(), 3);
        // undoing the attribution leaves what was decided here
        let found = play.elsewhere().await;
        play.unmap(group(&found, "Hana")).await;
        assert_eq!(play.outcomes().await[number], "included");
        assert_eq!(play.outcomes().await.iter().filter(|state| *state == "pending").count(), 4);
        let next = play.world.reviewers[0].get(&format!("{review}/stages/{TA}/next?limit=10")).await;
        assert_eq!(next["tasks"].as_array().unwrap().len(), 4, "what is not decided any more is asked again");
        // and mapped again, the decision made here still goes before
        play.map("Hana", 0, TA).await;
        assert_eq!(play.outcomes().await[number], "included");
        play.world.assert_sound().await;
    });
}

#[test]
fn one_name_one_member_and_only_members() {
    run(async {
        let play = Play::new().await;
        play.map("Hana", 0, TA).await;
        let body = |name: &str, user: &str| Some(json!({ "name": name, "user_id": user, "stage": TA }));
        let refused = |body| async { play.world.lead.refused(Method::POST, &play.path(), body).await };
        let reviewers = &play.world.reviewers;
        assert_eq!(refused(body("Hana", &reviewers[1].id)).await, (409, "name_has_member".into()));
        assert_eq!(refused(body("Ken", &reviewers[0].id)).await, (409, "member_has_name".into()));
        assert_eq!(refused(body("Nobody", &reviewers[1].id)).await, (404, "not_found".into()));
        let outsider = play.world.test.user(&play.world.lead, "outsider").await;
        assert_eq!(refused(body("Ken", &outsider.id)).await.0, 422);
        let found = play.elsewhere().await;
        play.unmap(group(&found, "Hana")).await;
        let again = format!("{}/{}", play.path(), group(&found, "Hana")["attribution"]["id"].as_str().unwrap());
        assert_eq!(play.world.lead.refused(Method::DELETE, &again, None).await, (409, "already_undone".into()));
    });
}

#[test]
fn at_full_text_they_count_once_a_citation_gets_there() {
    run(async {
        let play = Play::new().await;
        let reasons = json!({ "editorial": play.world.lead.get(&play.world.review).await["reasons"][2]["id"] });
        let body = json!({ "name": "Hana", "user_id": play.world.reviewers[0].id, "stage": "full_text", "reasons": reasons });
        let found = play.world.lead.post(&play.path(), body).await;
        assert_eq!(group(&found, "Hana")["attribution"]["stage"], "full_text");
        let named: Vec<(&str, bool)> =
            found["reasons"].as_array().unwrap().iter().map(|word| (word["text"].as_str().unwrap(), word["reason_id"].is_null())).collect();
        assert!(named.contains(&("editorial", false)), "a lead's choice is remembered: {named:?}");
        assert_eq!(play.outcomes().await, ["pending"; 5]);
        assert_eq!(play.citation(3).await["decisions"]["full_text"][0]["reason_id"], reasons["editorial"]);
        play.world.assert_sound().await;
    });
}

#[test]
fn labels_come_and_go_at_a_leads_word() {
    run(async {
        let mut play = Play::new().await;
        let review = play.world.review.clone();
        play.world.lead.put(&format!("{review}/labels"), json!({ "items": [{ "name": "Housing", "color": "3" }] })).await;
        let found = play.elsewhere().await;
        let label =
            |found: &Value, text: &str| found["labels"].as_array().unwrap().iter().find(|word| word["text"] == text).unwrap().clone();
        assert_eq!((label(&found, "housing")["n"].as_i64(), &label(&found, "housing")["used"]), (Some(2), &json!(false)));
        let labels = format!("{review}/imports/{}/labels", play.import);
        let all = json!({ "labels": [{ "text": "housing" }, { "text": "Peer support" }] });
        let found = play.world.lead.put(&labels, all.clone()).await;
        assert_eq!(label(&found, "Peer support")["used"], true);
        let names = play.world.lead.get(&review).await["labels"].clone();
        assert_eq!(names.as_array().unwrap().len(), 2, "one was there under the same name: {names}");
        let count = |rows: &[Value]| rows.iter().map(|row| row["labels"].as_array().unwrap().len()).collect::<Vec<_>>();
        assert_eq!(count(&play.citations().await), [2, 0, 0, 1, 0]);
        play.world.lead.put(&labels, all).await;
        assert_eq!(count(&play.citations().await), [2, 0, 0, 1, 0], "twice is once");
        play.world.lead.put(&labels, json!({ "labels": [{ "text": "housing" }] })).await;
        assert_eq!(count(&play.citations().await), [1, 0, 0, 1, 0]);
        play.world.lead.put(&labels, json!({ "labels": [] })).await;
        assert_eq!(count(&play.citations().await), [0; 5]);
        // what a person chose stays when the import goes
        play.world.lead.put(&labels, json!({ "labels": [{ "text": "housing" }] })).await;
        let twin = play.world.import("CINAHL", "database", &ris(0, 1)).await;
        assert_eq!(twin["decided_elsewhere"], 0);
        play.world.lead.post(&format!("{review}/imports/{}/withdraw", play.import), json!({})).await;
        assert_eq!(count(&play.citations().await), [0]);
    });
}

#[test]
fn what_an_import_brought_goes_with_it() {
    run(async {
        let play = Play::new().await;
        play.map("Hana", 0, TA).await;
        play.map("Ken", 1, TA).await;
        let import = format!("{}/imports/{}", play.world.review, play.import);
        play.world.lead.post(&format!("{import}/withdraw"), json!({})).await;
        assert_eq!(play.counted_elsewhere().await, 0);
        let progress = play.world.lead.get(&format!("{}/progress", play.world.review)).await;
        assert_eq!(progress["stages"][0]["reviewers"][0]["done"], 0);
        play.world.assert_sound().await;
        play.world.lead.post(&format!("{import}/restore"), json!({})).await;
        assert_eq!(play.outcomes().await, ["pending"; 5], "a lead says again whose they are");
        let found = play.elsewhere().await;
        assert_eq!((&group(&found, "Hana")["included"], &group(&found, "Hana")["attribution"]), (&json!(2), &Value::Null));
        play.map("Hana", 0, TA).await;
        play.world.assert_sound().await;
    });
}

/// Two records that are the same report: both bring decisions, the member is asked once, and a split takes nothing away.
#[test]
fn merged_citations_keep_what_was_decided_elsewhere() {
    run(async {
        let mut play = Play::new().await;
        let review = play.world.review.clone();
        let twin = play.world.import("CINAHL", "database", &decided(0, r#""Hana"=>"Excluded""#, "")).await;
        play.map("Hana", 0, TA).await;
        let rows = play.citations().await;
        let (a, b) = (rows[0]["id"].clone(), rows[5]["id"].clone());
        let said = play.world.lead.post(&format!("{review}/pairs"), json!({ "a": a, "b": b, "verdict": "same" })).await;
        let path = format!("{review}/imports/{}/elsewhere", twin["id"].as_str().unwrap());
        let body = json!({ "name": "Hana", "user_id": play.world.reviewers[1].id, "stage": TA });
        let found = play.world.lead.post(&path, body).await;
        assert_eq!(play.outcomes().await[0], "in_conflict", "the union of both decides");
        assert_eq!(play.citation(0).await["elsewhere"].as_array().unwrap().len(), 3);
        play.world.assert_sound().await;
        play.world.lead.post(&format!("{review}/pairs/undo"), json!({ "link_id": said["link_id"] })).await;
        assert_eq!(play.outcomes().await, ["pending"; 6]);
        play.world.lead.delete(&format!("{path}/{}", group(&found, "Hana")["attribution"]["id"].as_str().unwrap())).await;
        play.world.assert_sound().await;
    });
}

/// Dealt to pairs, a citation that one reviewer decided elsewhere gets the one that is missing.
#[test]
fn dealing_completes_what_was_decided_elsewhere() {
    run(async {
        let play = Play::new().await;
        let review = play.world.review.clone();
        let stage = play.world.lead.get(&review).await["stages"][TA]["settings"].clone();
        let mut settings = stage;
        settings["assignment"] = "pairs".into();
        play.world.lead.put(&format!("{review}/stages/{TA}"), json!({ "settings": settings })).await;
        play.map("Hana", 0, TA).await;
        let mut asked = Vec::new();
        for client in &play.world.reviewers {
            let next = client.get(&format!("{review}/stages/{TA}/next?limit=10")).await;
            asked.push(next["tasks"].as_array().unwrap().len());
        }
        assert_eq!(asked.iter().sum::<usize>(), 4 + 2, "one for each that has one, two for the one that has none: {asked:?}");
        assert!(asked[0] <= 1, "who decided is not asked again: {asked:?}");
        play.world.assert_sound().await;
    });
}

#[test]
fn a_list_that_tells_the_verdict_only_by_its_name() {
    run(async {
        let world = World::new(2, 0).await;
        let file = [ris(0, 2), decided(2, r#""Hana"=>"Included""#, ""), "TY  - JOUR\r\nAN  - 7\r\nER  - \r\n".to_string()].concat();
        let search = world.source("MEDLINE", "database").await;
        let (_, upload) =
            world.lead.form(&format!("{}/uploads", world.review), vec![("file", Some("irrelevant.ris"), file.into_bytes())]).await;
        let body = |said: &str| json!({ "search_id": search, "sha256": upload["sha256"], "file_name": "irrelevant.ris", "said": said });
        let imports = format!("{}/imports", world.review);
        assert_eq!(world.lead.refused(Method::POST, &imports, Some(body("perhaps"))).await, (422, "not_one_of".into()));
        let started = world.lead.post(&imports, body("exclude")).await;
        world.done(&started["job_id"]).await;
        let import = format!("{imports}/{}", started["import"]["id"].as_str().unwrap());
        let detail = world.lead.get(&import).await;
        assert_eq!((&detail["said"], &detail["decided_elsewhere"]), (&json!("exclude"), &json!(3)));
        let elsewhere = world.lead.get(&format!("{import}/elsewhere")).await;
        let counts = |name: &str| (group(&elsewhere, name)["included"].clone(), group(&elsewhere, name)["excluded"].clone());
        assert_eq!((counts(""), counts("Hana")), ((json!(0), json!(2)), (json!(1), json!(0))), "what the file says itself stands");
        let counted =
            || async { world.lead.get(&format!("{}/flow", world.review)).await["counts"]["databases"]["elsewhere_title_abstract"].clone() };
        assert_eq!(counted().await, json!(0), "nobody's decision until a lead says whose it is");

        // a repaired entry of the list was decided alike; an attribution counts them and goes again
        let entry = world.lead.get(&format!("{import}/rejected")).await["items"][0].clone();
        let repair = json!({ "action": "repair", "raw": "TY  - JOUR\r\nTI  - A title\r\nER  - \r\n" });
        world.lead.post(&format!("{}/rejected/{}", world.review, entry["id"].as_str().unwrap()), repair).await;
        let give = json!({ "name": "", "user_id": world.reviewers[0].id, "stage": TA });
        let given = world.lead.post(&format!("{import}/elsewhere"), give).await;
        assert_eq!(group(&given, "")["attribution"]["counted"], 3);
        world.lead.delete(&format!("{import}/elsewhere/{}", group(&given, "")["attribution"]["id"].as_str().unwrap())).await;
        assert_eq!(counted().await, json!(0));
        world.assert_sound().await;
    });
}

#[test]
fn what_a_file_brings_is_shown_before_it_is_imported() {
    run(async {
        let world = World::new(1, 0).await;
        let form = vec![("file", Some("rayyan.ris"), rayyan().into_bytes())];
        let (_, upload) = world.lead.form(&format!("{}/uploads", world.review), form).await;
        assert_eq!(upload["decided"], json!({ "included": 3, "excluded": 4, "maybe": 0, "names": ["Hana", "Ken"] }));
        let third = &upload["preview"][2]["decided"];
        let short = |one: &Value| ["name", "verdict", "reason", "note"].map(|key| one[key].as_str().unwrap().to_string());
        assert_eq!(short(&third[0]), ["Hana", "exclude", "Wrong Concept", ""]);
        assert_eq!(short(&third[1]), ["Ken", "exclude", "Wrong Concept", "an editorial"]);
        assert_eq!(
            (&third[1]["tool"], &upload["preview"][0]["decided"][0]["labels"]),
            (&json!("rayyan"), &json!(["housing", "Peer support"]))
        );
        assert_eq!(upload["preview"][4]["decided"], Value::Null, "nobody decided on it");

        // what a lead says of the list is shown with it
        let read = format!("{}/uploads/{}/read", world.review, upload["sha256"].as_str().unwrap());
        let said = world.lead.post(&read, json!({ "said": "maybe" })).await;
        assert_eq!(said["decided"], json!({ "included": 3, "excluded": 4, "maybe": 1, "names": ["Hana", "Ken"] }));
        assert_eq!(
            (&said["preview"][4]["decided"][0]["verdict"], &said["preview"][4]["decided"][0]["name"]),
            (&json!("maybe"), &json!(""))
        );
        assert_eq!(world.lead.refused(Method::POST, &read, Some(json!({ "said": "perhaps" }))).await, (422, "not_one_of".into()));
    });
}

/// Two entries that say nothing, one with labels only, one that Hana included.
fn silent() -> String {
    [ris(0, 2), decided(2, "", " | RAYYAN-LABELS: housing"), decided(3, r#""Hana"=>"Included""#, "")].concat()
}

#[test]
fn what_a_list_tells_may_be_said_and_taken_back_after_the_import() {
    run(async {
        let mut world = World::new(2, 0).await;
        let import = world.import("MEDLINE", "database", &silent()).await;
        let path = format!("{}/imports/{}", world.review, import["id"].as_str().unwrap());
        let (elsewhere, said) = (format!("{path}/elsewhere"), format!("{path}/said"));
        let say = async |verdict: &str| world.lead.put(&said, json!({ "said": verdict })).await;
        let of = |elsewhere: &Value, name: &str| {
            let found = elsewhere["groups"].as_array().unwrap().iter().find(|group| group["name"] == name);
            found.map(|group| ["included", "excluded", "maybe", "unsaid"].map(|count| group[count].as_i64().unwrap()))
        };
        let first = world.lead.get(&elsewhere).await;
        assert_eq!((of(&first, ""), of(&first, "Hana")), (Some([0, 0, 0, 1]), Some([1, 0, 0, 0])));

        // the two, and the third with its label; what Hana said stands
        let excluded = say("exclude").await;
        assert_eq!((of(&excluded, ""), of(&excluded, "Hana")), (Some([0, 3, 0, 0]), Some([1, 0, 0, 0])));
        assert_eq!(excluded["labels"], first["labels"], "a label is not counted twice");
        let detail = world.lead.get(&path).await;
        assert_eq!((&detail["said"], &detail["decided_elsewhere"]), (&json!("exclude"), &json!(4)));
        let verdicts = async || {
            let page = world.lead.get(&format!("{}/citations?sort=number", world.review)).await;
            let mut verdicts = Vec::new();
            for row in page["items"].as_array().unwrap() {
                let citation = world.lead.get(&format!("{}/citations/{}", world.review, row["id"].as_str().unwrap())).await;
                let of_one = citation["elsewhere"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap().to_string());
                verdicts.push(of_one.collect::<Vec<_>>().join(" "));
            }
            verdicts
        };
        assert_eq!(verdicts().await, ["exclude", "exclude", "exclude", "include"]);
        assert_eq!(world.reviewers[0].get(&path).await["said"], "", "who still has to decide does not learn it");

        // another verdict takes its place; twice the same is once
        assert_eq!(of(&say("maybe").await, ""), Some([0, 0, 3, 0]));
        assert_eq!(of(&say("maybe").await, ""), Some([0, 0, 3, 0]));
        assert_eq!(of(&say("exclude").await, ""), Some([0, 3, 0, 0]));
        assert_eq!(verdicts().await, ["exclude", "exclude", "exclude", "include"]);

        // what counts for a member goes first
        let counted =
            async || world.lead.get(&format!("{}/flow", world.review)).await["counts"]["databases"]["elsewhere_title_abstract"].clone();
        let given = world.lead.post(&elsewhere, json!({ "name": "", "user_id": world.reviewers[0].id, "stage": TA })).await;
        assert_eq!(group(&given, "")["attribution"]["counted"], 3);
        let body = || Some(json!({ "said": "include" }));
        assert_eq!(world.lead.refused(Method::PUT, &said, body()).await, (409, "nameless_count".into()));
        world.lead.delete(&format!("{elsewhere}/{}", group(&given, "")["attribution"]["id"].as_str().unwrap())).await;

        // taken back, everything is as it was
        assert_eq!(say("").await, first);
        assert_eq!(verdicts().await, ["", "", "", "include"]);
        let detail = world.lead.get(&path).await;
        assert_eq!((&detail["said"], &detail["decided_elsewhere"], counted().await), (&json!(""), &json!(1), json!(0)));
        let audit = world.lead.get(&format!("{}/audit?action=elsewhere.say", world.review)).await;
        let steps = audit["items"].as_array().unwrap().iter().filter(|row| row["action"] == "elsewhere.say");
        let steps: Vec<_> = steps.map(|row| (row["before"]["said"].as_str(), row["after"]["said"].as_str())).collect();
        assert_eq!(steps.len(), 5);
        assert_eq!((steps[0], steps[4]), ((Some("exclude"), None), (None, Some("exclude"))));
        assert_eq!(world.lead.refused(Method::PUT, &said, Some(json!({ "said": "perhaps" }))).await, (422, "not_one_of".into()));
        world.lead.post(&format!("{path}/withdraw"), json!({})).await;
        assert_eq!(world.lead.refused(Method::PUT, &said, body()).await, (409, "import_not_in_state".into()));
        world.assert_sound().await;
    });
}

#[test]
fn what_was_said_while_importing_is_taken_back_like_what_was_said_later() {
    run(async {
        let world = World::new(1, 0).await;
        let search = world.source("MEDLINE", "database").await;
        let mut seen = Vec::new();
        for said in ["", "exclude"] {
            let form = vec![("file", Some("irrelevant.ris"), silent().into_bytes())];
            let (_, upload) = world.lead.form(&format!("{}/uploads", world.review), form).await;
            let body =
                json!({ "search_id": search, "sha256": upload["sha256"], "file_name": "irrelevant.ris", "said": said, "force": true });
            let started = world.lead.post(&format!("{}/imports", world.review), body).await;
            world.done(&started["job_id"]).await;
            let path = format!("{}/imports/{}", world.review, started["import"]["id"].as_str().unwrap());
            let other = if said.is_empty() { "exclude" } else { "" };
            let before = world.lead.get(&format!("{path}/elsewhere")).await;
            let after = world.lead.put(&format!("{path}/said"), json!({ "said": other })).await;
            seen.push(if said.is_empty() { (before, after) } else { (after, before) });
        }
        assert_eq!(seen[0], seen[1]);
        // a file that holds no decisions any more is open to all again
        let plain = world.lead.form(&format!("{}/uploads", world.review), vec![("file", Some("a.ris"), ris(5, 1).into_bytes())]).await.1;
        let body = json!({ "search_id": search, "sha256": plain["sha256"], "file_name": "a.ris", "said": "include" });
        let started = world.lead.post(&format!("{}/imports", world.review), body).await;
        world.done(&started["job_id"]).await;
        let path = format!("{}/imports/{}", world.review, started["import"]["id"].as_str().unwrap());
        let file = format!("{path}/file");
        assert_eq!(world.reviewers[0].refused(Method::GET, &file, None).await.0, 403);
        world.lead.put(&format!("{path}/said"), json!({ "said": "" })).await;
        assert_eq!(world.reviewers[0].send(Method::GET, &file, None).await.0, 200);
    });
}
