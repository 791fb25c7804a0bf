//! Any sequence of what people do (domain §3 rules 2, 3, 7, 8, 9): nothing is lost, what is derived equals a rebuild, PRISMA's
//! identities close, undoing a merge restores the state before it, and every number is the number of what its list opens.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

use crate::elsewhere::decided;
use crate::harness::{cases, run};
use crate::steering::{FIELDS, LEVELS, Told, WORDS, import_overlap};
use crate::world::{World, record};

/// Sequences tried; each is a review of its own.
const CASES: usize = 3;

#[derive(Clone, Debug)]
enum Action {
    /// A reviewer answers their next task.
    Decide {
        who: usize,
        verdict: usize,
        full_text: bool,
    },
    /// … changes their mind on one they answered.
    Change {
        who: usize,
        which: usize,
        verdict: usize,
    },
    /// … takes one back.
    TakeBack {
        who: usize,
        which: usize,
    },
    /// The lead settles a conflict, or opens one again.
    Resolve {
        include: bool,
        full_text: bool,
    },
    Reopen {
        which: usize,
        full_text: bool,
    },
    /// A full text comes, or does not.
    Report {
        which: usize,
        how: usize,
    },
    /// Two records are said to be the same, different or related.
    Say {
        a: usize,
        b: usize,
        word: usize,
    },
    UndoWord {
        which: usize,
    },
    /// The first question is answered, or all of its kind.
    Answer {
        word: usize,
        bulk: bool,
    },
    Split {
        which: usize,
        n: usize,
    },
    /// The rules run again, at this level; or the last run is taken back.
    Rerun {
        level: usize,
    },
    UndoRun,
    /// A field is to come from another record, or from where the rules take it.
    Choose {
        which: usize,
        at: usize,
        field: usize,
    },
    Withdraw,
    Restore,
    /// The lead takes a citation out before screening, or back in.
    Remove {
        which: usize,
        automation: bool,
    },
    BringBack {
        which: usize,
    },
    Label {
        which: usize,
    },
    /// Two reports are of one study, or one is no longer.
    Study {
        a: usize,
        b: usize,
    },
    /// The lead says whose the decisions are that the second file brings from elsewhere, or takes it back.
    Map {
        name: usize,
        who: usize,
        full_text: bool,
    },
    Unmap {
        name: usize,
    },
}

fn action() -> impl Strategy<Value = Action> {
    let verdict = 0..3usize;
    prop_oneof![
        8 => (0..3usize, verdict.clone(), prop::bool::weighted(0.3)).prop_map(|(who, verdict, full_text)| Action::Decide { who, verdict, full_text }),
        2 => (0..3usize, 0..9usize, verdict).prop_map(|(who, which, verdict)| Action::Change { who, which, verdict }),
        2 => (0..3usize, 0..9usize).prop_map(|(who, which)| Action::TakeBack { who, which }),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(include, full_text)| Action::Resolve { include, full_text }),
        1 => (0..9usize, any::<bool>()).prop_map(|(which, full_text)| Action::Reopen { which, full_text }),
        3 => (0..9usize, 0..3usize).prop_map(|(which, how)| Action::Report { which, how }),
        4 => (0..RECORDS, 0..RECORDS, 0..WORDS.len()).prop_map(|(a, b, word)| Action::Say { a, b, word }),
        2 => (0..9usize).prop_map(|which| Action::UndoWord { which }),
        3 => (0..WORDS.len(), any::<bool>()).prop_map(|(word, bulk)| Action::Answer { word, bulk }),
        2 => (0..9usize, 0..9usize).prop_map(|(which, n)| Action::Split { which, n }),
        2 => (0..LEVELS.len()).prop_map(|level| Action::Rerun { level }),
        1 => Just(Action::UndoRun),
        3 => (0..9usize, 0..9usize, 0..FIELDS.len()).prop_map(|(which, at, field)| Action::Choose { which, at, field }),
        1 => Just(Action::Withdraw),
        1 => Just(Action::Restore),
        1 => (0..11usize, any::<bool>()).prop_map(|(which, automation)| Action::Remove { which, automation }),
        1 => (0..11usize).prop_map(|which| Action::BringBack { which }),
        1 => (0..11usize).prop_map(|which| Action::Label { which }),
        2 => (0..11usize, 0..11usize).prop_map(|(a, b)| Action::Study { a, b }),
        3 => (0..2usize, 0..3usize, prop::bool::weighted(0.3)).prop_map(|(name, who, full_text)| Action::Map { name, who, full_text }),
        1 => (0..2usize).prop_map(|name| Action::Unmap { name }),
    ]
}

pub struct Play {
    pub world: World,
    records: Vec<String>,
    /// The home of each record, by its import and its number there.
    pub homes: BTreeMap<(uuid::Uuid, i64), String>,
    /// Tasks that each reviewer answered, and their decisions.
    answered: Vec<Vec<(Value, String)>>,
    pub told: Told,
    second_import: String,
    label: Value,
    decisions: usize,
    /// Which reason the next exclusion is for.
    reason: usize,
}

const VERDICTS: [&str; 3] = ["include", "exclude", "maybe"];
/// Who decided elsewhere.
const NAMES: [&str; 2] = ["Hana", "Ken"];
/// As many as there are.
const RECORDS: usize = 18;
/// The last record that no database brought.
const OTHER_COLUMN: usize = 12;
/// The same work in three sources.
const THRICE: [usize; 3] = [0, 10, 13];

impl Play {
    async fn new() -> Self {
        let mut world = World::new(3, 5).await;
        let file = [
            decided(20, r#""Hana"=>"Included", "Ken"=>"Included""#, ""),
            decided(21, r#""Hana"=>"Excluded", "Ken"=>"Excluded""#, " | RAYYAN-EXCLUSION-REASONS: wrong concept"),
            decided(22, r#""Hana"=>"Included", "Ken"=>"Excluded""#, " | RAYYAN-LABELS: x"),
            decided(23, r#""Ken"=>"Maybe""#, ""),
        ];
        let second = world.import("医中誌Web", "database", &file.concat()).await;
        world.import("J-GLOBAL", "register", &(crate::world::ris(30, 1) + &record(0, ""))).await;
        world.import("引用文献", "citation_searching", &crate::world::ris(40, 2)).await;
        import_overlap(&mut world).await;
        let labels = json!({ "items": [{ "name": "札", "color": "1" }] });
        let label = world.lead.put(&format!("{}/labels", world.review), labels).await["items"][0]["id"].clone();
        let places = erabi::store::facts::record_places(&world.test.app.db(), world.review.rsplit('/').next().unwrap().parse().unwrap())
            .await
            .unwrap();
        let homes = places.iter().map(|place| ((place.import_id, place.n), place.citation_id.to_string())).collect();
        let records: Vec<String> = places.iter().map(|place| place.citation_id.to_string()).collect();
        assert_eq!(records.len(), RECORDS);
        let second_import = second["id"].as_str().unwrap().to_string();
        let (answered, told) = (vec![Vec::new(); 3], Told::default());
        let mut play = Self { world, records, homes, answered, told, second_import, label, decisions: 0, reason: 0 };
        play.begin().await;
        play
    }

    /// A review part-way, so that short sequences have something to change at every place: a duplicate across the figure's
    /// columns, citations with and without full text, and decided ones for several reasons.
    async fn begin(&mut self) {
        self.first_run(&THRICE.map(|at| self.records[at].clone())).await;
        let (first, other_column) = (self.records[0].clone(), self.records[OTHER_COLUMN].clone());
        self.say(&first, &other_column, "same").await;
        for who in [0, 1, 0, 1] {
            for _ in 0..4 {
                self.decide(who, "include", false).await;
            }
        }
        for (which, how) in [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)] {
            self.report(which, how).await;
        }
        for (verdict, reason) in [("include", 0), ("exclude", 0), ("exclude", 1)] {
            for who in 0..2 {
                self.reason = reason;
                self.decide(who, verdict, true).await;
            }
        }
    }

    async fn act(&mut self, action: &Action) {
        match action.clone() {
            Action::Decide { who, verdict, full_text } => self.decide(who, VERDICTS[verdict], full_text).await,
            Action::Change { who, which, verdict } => {
                if let Some((task, _)) = pick(&self.answered[who], which).cloned() {
                    self.send_decision(who, &task, VERDICTS[verdict]).await;
                }
            }
            Action::TakeBack { who, which } => {
                if let Some((_, decision)) = pick(&self.answered[who], which).cloned() {
                    self.try_post(who, &format!("decisions/{decision}/undo"), json!({})).await;
                }
            }
            Action::Resolve { include, full_text } => self.resolve(include, full_text).await,
            Action::Reopen { which, full_text } => {
                if let Some(citation) = pick(&self.records, which) {
                    let path = format!("{}/citations/{citation}/stages/{}/resolution", self.world.review, stage(full_text));
                    self.world.lead.send(Method::DELETE, &path, None).await;
                }
            }
            Action::Report { which, how } => self.report(which, how).await,
            Action::Say { a, b, .. } if a == b => {}
            Action::Say { a, b, word } => {
                let (a, b) = (self.records[a].clone(), self.records[b].clone());
                self.say(&a, &b, WORDS[word]).await;
            }
            Action::UndoWord { which } => self.undo_word(which).await,
            Action::Answer { word, bulk } => self.answer(word, bulk).await,
            Action::Split { which, n } => self.split(which, n).await,
            Action::Rerun { level } => self.rerun(level).await,
            Action::UndoRun => self.undo_run().await,
            Action::Choose { which, at, field } => self.choose(which, at, field).await,
            Action::Map { name, who, full_text } => {
                let body = json!({ "name": NAMES[name], "user_id": self.world.reviewers[who].id, "stage": stage(full_text) });
                let (status, answer) = self.world.lead.send(Method::POST, &self.elsewhere(), Some(body)).await;
                assert!(!status.is_server_error(), "{answer}");
            }
            Action::Unmap { name } => {
                let found = self.world.lead.get(&self.elsewhere()).await;
                let attribution = found["groups"].as_array().unwrap().iter().find(|group| group["name"] == NAMES[name]);
                if let Some(id) = attribution.and_then(|group| group["attribution"]["id"].as_str()) {
                    self.world.lead.delete(&format!("{}/{id}", self.elsewhere())).await;
                }
            }
            Action::Withdraw => self.import_action("withdraw").await,
            Action::Restore => self.import_action("restore").await,
            Action::Remove { which, automation } => {
                let kind = if automation { "automation" } else { "other" };
                self.lead_post(&format!("citations/{}/remove", self.records[which % self.records.len()]), json!({ "kind": kind })).await;
            }
            Action::BringBack { which } => {
                self.lead_post(&format!("citations/{}/restore", self.records[which % self.records.len()]), json!({})).await;
            }
            Action::Label { which } => {
                let path = format!("{}/citations/{}/labels", self.world.review, self.records[which % self.records.len()]);
                self.world.lead.put(&path, json!({ "label_ids": [self.label] })).await;
            }
            Action::Study { a, b } if a % self.records.len() == b % self.records.len() => {
                self.lead_post("studies/ungroup", json!({ "citation_id": pick(&self.records, a) })).await;
            }
            Action::Study { a, b } => {
                self.lead_post("studies/group", json!({ "citation_ids": [pick(&self.records, a), pick(&self.records, b)] })).await;
            }
        }
    }

    fn elsewhere(&self) -> String {
        format!("{}/imports/{}/elsewhere", self.world.review, self.second_import)
    }

    async fn decide(&mut self, who: usize, verdict: &str, full_text: bool) {
        let client = self.world.reviewers[who].clone();
        if let Some(task) = self.world.next(&client, stage(full_text), 1).await.into_iter().next() {
            self.send_decision(who, &task, verdict).await;
        }
    }

    async fn send_decision(&mut self, who: usize, task: &Value, verdict: &str) {
        let mut body = self.world.decision(task, verdict);
        let review = self.world.lead.get(&self.world.review).await;
        if verdict == "exclude" {
            body["reason_id"] = review["reasons"][self.reason % 3]["id"].clone();
            self.reason += 1;
        }
        let (status, stored) = self.world.reviewers[who].send(Method::POST, &format!("{}/decisions", self.world.review), Some(body)).await;
        assert!(!status.is_server_error(), "{stored}");
        if status.is_success() {
            self.decisions += 1;
            self.answered[who].push((task.clone(), stored["id"].as_str().unwrap().to_string()));
        }
    }

    async fn try_post(&self, who: usize, path: &str, body: Value) {
        let (status, answer) = self.world.reviewers[who].send(Method::POST, &format!("{}/{path}", self.world.review), Some(body)).await;
        assert!(!status.is_server_error(), "{answer}");
    }

    /// What the rules forbid just then is refused, and that is all.
    async fn lead_post(&self, path: &str, body: Value) {
        let (status, answer) = self.world.lead.send(Method::POST, &format!("{}/{path}", self.world.review), Some(body)).await;
        assert!(!status.is_server_error(), "{path}: {answer}");
    }

    async fn resolve(&self, include: bool, full_text: bool) {
        let review = &self.world.review;
        let open = self.world.lead.get(&format!("{review}/stages/{}/conflicts", stage(full_text))).await;
        let Some(citation) = open["items"][0]["citation"]["id"].as_str() else { return };
        let reasons = self.world.lead.get(review).await["reasons"].clone();
        let body = if include { json!({ "verdict": "include" }) } else { json!({ "verdict": "exclude", "reason_id": reasons[0]["id"] }) };
        self.world.lead.post(&format!("{review}/citations/{citation}/stages/{}/resolution", stage(full_text)), body).await;
    }

    async fn report(&self, which: usize, how: usize) {
        let reports = self.world.lead.get(&format!("{}/reports", self.world.review)).await;
        let Some(item) = pick(reports["items"].as_array().unwrap(), which) else { return };
        let path = format!("{}/citations/{}/report", self.world.review, item["citation"]["id"].as_str().unwrap());
        match how {
            0 => self.world.lead.post(&format!("{path}/link"), json!({ "url": "https://example.org/a.pdf" })).await,
            1 => self.world.lead.post(&format!("{path}/not-retrieved"), json!({ "reason": "所蔵館がない" })).await,
            _ => self.world.lead.post(&format!("{path}/sought"), json!({})).await,
        };
    }

    async fn import_action(&self, what: &str) {
        let path = format!("{}/imports/{}/{what}", self.world.review, self.second_import);
        let (status, answer) = self.world.lead.send(Method::POST, &path, Some(json!({ "note": "試験" }))).await;
        assert!(!status.is_server_error(), "{answer}");
    }

    /// Which citation each record is in, and where each citation stands.
    pub async fn state(&self) -> BTreeMap<String, String> {
        let app = &self.world.test.app;
        let review: uuid::Uuid = self.world.review.rsplit('/').next().unwrap().parse().unwrap();
        let facts = app.flow_facts(review).await.unwrap();
        let mut state: BTreeMap<String, String> = facts.rows.iter().map(|row| (row.citation.to_string(), format!("{row:?}"))).collect();
        for place in erabi::store::facts::record_places(&app.db(), review).await.unwrap() {
            state.insert(format!("record {} {}", place.import_id, place.n), place.citation_id.to_string());
        }
        let labelled = self.world.lead.get(&format!("{}/citations?label={}", self.world.review, self.label.as_str().unwrap())).await;
        state.insert("labelled".into(), format!("{:?}", ids(&labelled)));
        state
    }

    async fn check(&self) {
        self.world.assert_sound().await;
        self.check_told().await;
        crate::numbers::check(&self.world).await;
        let mut stored = 0;
        for client in &self.world.reviewers {
            for record in &self.records {
                let mine = client.get(&format!("{}/decisions/mine?citation_id={record}", self.world.review)).await;
                let made_here = mine["items"].as_array().unwrap().iter().filter(|decision| decision["elsewhere"].is_null());
                stored += made_here.filter(|decision| decision["citation_id"] == **record).count();
            }
        }
        // what the import brought is there as it was, whatever became of it
        let found = self.world.lead.get(&self.elsewhere()).await;
        let brought = |name: &str| {
            let group = found["groups"].as_array().unwrap().iter().find(|group| group["name"] == name);
            group.map_or(0, |group| ["included", "excluded", "maybe"].iter().map(|key| group[key].as_i64().unwrap()).sum())
        };
        let stands = self.world.lead.get(&format!("{}/imports/{}", self.world.review, self.second_import)).await["status"] == "done";
        assert_eq!(NAMES.map(brought), if stands { [3, 4] } else { [0, 0] });
        assert_eq!(stored, self.decisions, "every decision is still there, with the citation that was seen");
    }
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

fn stage(full_text: bool) -> &'static str {
    if full_text { "full_text" } else { "title_abstract" }
}

pub fn pick<T>(list: &[T], at: usize) -> Option<&T> {
    if list.is_empty() { None } else { list.get(at % list.len()) }
}

#[test]
fn any_sequence_of_actions_loses_nothing_and_adds_up() {
    let mut runner =
        TestRunner::new(Config { cases: cases(CASES) as u32, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let sequences = prop::collection::vec(action(), 10..30);
    runner
        .run(&sequences, |actions| {
            run(async {
                let mut play = Play::new().await;
                for action in &actions {
                    play.act(action).await;
                }
                play.check().await;
            });
            Ok(())
        })
        .unwrap();
}
