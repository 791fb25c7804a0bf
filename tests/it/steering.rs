//! What people do to duplicates within any sequence of actions, beside a model of what they said: whatever is undone at once leaves
//! no trace, and every word and choice that stands holds after every run of the rules, at any level.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::actions::{Play, pick};
use crate::world::{World, record};

pub const LEVELS: [&str; 3] = ["cautious", "balanced", "thorough"];
/// What a person may say of two records.
pub const WORDS: [&str; 3] = ["same", "different", "related"];
/// Fields that every record here fills.
pub const FIELDS: [&str; 3] = ["title", "year", "authors"];

type Two = (String, String);

/// One answer of a person, about one pair or many.
struct Act {
    link: String,
    verdict: String,
    pairs: Vec<Two>,
    stands: bool,
}

/// What people said so far, oldest first.
#[derive(Default)]
pub struct Told {
    acts: Vec<Act>,
    /// Record, field, and whether it was picked or left to the rules again.
    choices: Vec<(String, String, bool)>,
}

fn two(a: &Value, b: &Value) -> Two {
    let (a, b) = (a.as_str().unwrap().to_string(), b.as_str().unwrap().to_string());
    if a < b { (a, b) } else { (b, a) }
}

/// All pairs of records that a question is about.
fn asks(question: &Value) -> Vec<Two> {
    let also = question["also"].as_array().unwrap().iter().map(|pair| two(&pair["a"], &pair["b"]));
    std::iter::once(two(&question["a"]["id"], &question["b"]["id"])).chain(also).collect()
}

fn ids(pair: &Two) -> Value {
    json!({ "a": pair.0, "b": pair.1 })
}

impl Told {
    /// What was said last of each pair of live records, the latest first.
    fn latest(&self, live: &BTreeMap<String, String>) -> Vec<(&Two, &str)> {
        let mut seen = BTreeSet::new();
        let acts = self.acts.iter().rev().filter(|act| act.stands);
        let words = acts.flat_map(|act| act.pairs.iter().rev().map(|pair| (pair, act.verdict.as_str())));
        words.filter(|(pair, _)| live.contains_key(&pair.0) && live.contains_key(&pair.1) && seen.insert(*pair)).collect()
    }

    /// Those of the latest words that no later word makes impossible: these hold.
    fn holding(&self, live: &BTreeMap<String, String>) -> Vec<(Two, bool)> {
        let mut group: BTreeMap<&str, usize> = live.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let mut apart: Vec<&Two> = Vec::new();
        let mut held = Vec::new();
        for (pair, verdict) in self.latest(live) {
            let (x, y) = (group[pair.0.as_str()], group[pair.1.as_str()]);
            if verdict != "same" {
                if x != y {
                    apart.push(pair);
                    held.push((pair.clone(), false));
                }
                continue;
            }
            let meet = |two: &&Two| BTreeSet::from([group[two.0.as_str()], group[two.1.as_str()]]) == BTreeSet::from([x, y]);
            if x == y || !apart.iter().any(meet) {
                group.values_mut().filter(|at| **at == y).for_each(|at| *at = x);
                held.push((pair.clone(), true));
            }
        }
        held
    }

    /// Field → record that people want it from, for a citation of these records.
    fn chosen(&self, records: &BTreeSet<&str>) -> Value {
        let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
        for (record, field, picked) in self.choices.iter().filter(|(record, ..)| records.contains(record.as_str())) {
            if *picked {
                chosen.insert(field, record);
            } else if chosen.get(field.as_str()) == Some(&record.as_str()) {
                chosen.remove(field.as_str());
            }
        }
        json!(chosen)
    }
}

/// A database that holds some of the first source's works again: the first plainly, the others so that a person is asked.
pub async fn import_overlap(world: &mut World) {
    let bare = |at: usize| {
        let whole = record(at, "");
        let kept: Vec<String> =
            whole.lines().filter(|line| ["TY", "TI", "AU"].contains(&&line[..line.len().min(2)])).map(Into::into).collect();
        format!("{}\r\nPY  - {}\r\nER  - \r\n\r\n", kept.join("\r\n"), 1982 + at % 40)
    };
    let file = [record(0, ""), bare(1), bare(2), bare(3), bare(3)].concat();
    world.import("CINAHL", "database", &file).await;
}

/// Runs the rules; the run's id.
async fn run(world: &World, level: &str) -> Value {
    let started = world.lead.post(&format!("{}/dedup", world.review), json!({ "level": level })).await;
    world.done(&started["job_id"]).await;
    world.test.clock.advance(1000);
    started["job_id"].clone()
}

impl Play {
    async fn get(&self, path: &str) -> Value {
        self.world.lead.get(&format!("{}/{path}", self.world.review)).await
    }

    async fn send(&self, path: &str, body: &Value) -> Value {
        self.world.lead.post(&format!("{}/{path}", self.world.review), body.clone()).await
    }

    async fn questions(&self) -> Vec<Value> {
        self.get("pairs?limit=200").await["items"].as_array().unwrap().clone()
    }

    /// Everything that undoing must bring back: where all stands, and what is asked.
    async fn whole(&self) -> (BTreeMap<String, String>, BTreeSet<Two>) {
        (self.state().await, self.questions().await.iter().flat_map(asks).collect())
    }

    /// Says something; taken back at once it must leave no trace; then it is said for good.
    async fn tell(&mut self, path: &str, body: Value, pairs: Vec<Two>, verdict: &str) {
        let before = self.whole().await;
        let link = |said: &Value| said.get("link_id").unwrap_or(&said["link_ids"][0]).as_str().unwrap().to_string();
        let said = self.send(path, &body).await;
        self.send("pairs/undo", &json!({ "link_id": link(&said) })).await;
        assert_eq!(self.whole().await, before, "undoing “{verdict}” of {pairs:?} restores what was");
        let said = self.send(path, &body).await;
        self.told.acts.push(Act { link: link(&said), verdict: verdict.into(), pairs, stands: true });
    }

    pub async fn say(&mut self, a: &str, b: &str, verdict: &str) {
        let body = json!({ "a": a, "b": b, "verdict": verdict });
        self.tell("pairs", body, vec![two(&json!(a), &json!(b))], verdict).await;
    }

    /// Answers the question that decides most, or all of its kind at once.
    pub async fn answer(&mut self, word: usize, bulk: bool) {
        let questions = self.questions().await;
        let Some(first) = questions.first() else { return };
        let answered =
            questions.iter().filter(|asked| if bulk { asked["kind"] == first["kind"] } else { asked["link_id"] == first["link_id"] });
        let pairs: Vec<Two> = answered.flat_map(asks).collect();
        let also: Vec<Value> = pairs[1..].iter().map(ids).collect();
        let body = json!({ "a": pairs[0].0, "b": pairs[0].1, "verdict": WORDS[word], "also": also });
        self.tell("pairs", body, pairs, WORDS[word]).await;
    }

    /// Takes some records out of a citation of several.
    pub async fn split(&mut self, which: usize, n: usize) {
        let groups = self.several().await;
        let Some((citation, records)) = pick(&groups, which) else { return };
        let (out, stay) = records.split_at(1 + n % (records.len() - 1));
        let pairs = out.iter().flat_map(|a| stay.iter().map(move |b| two(&json!(a), &json!(b)))).collect();
        self.tell(&format!("citations/{citation}/split"), json!({ "record_ids": out }), pairs, "different").await;
    }

    /// What was taken back already is refused, anything else is taken back.
    pub async fn undo_word(&mut self, which: usize) {
        if self.told.acts.is_empty() {
            return;
        }
        let at = which % self.told.acts.len();
        let act = &self.told.acts[at];
        let path = format!("{}/pairs/undo", self.world.review);
        let (status, answer) = self.world.lead.send(Method::POST, &path, Some(json!({ "link_id": act.link }))).await;
        assert_eq!(status.is_success(), act.stands, "{answer}");
        self.told.acts[at].stands = false;
    }

    /// The rules join some, three `together` among them, and ask about others; then what people do to duplicates, each once, so that
    /// a short sequence has it too.
    pub async fn first_run(&mut self, together: &[String; 3]) {
        run(&self.world, "balanced").await;
        assert!(self.questions().await.len() > 1, "people are asked");
        let places = self.places().await;
        assert!(together.iter().all(|record| places[record] == places[&together[0]]), "the rules are sure of some");
        let [a, b, _] = together;
        self.say(a, b, "different").await;
        self.rerun(2).await;
        self.undo_word(0).await;
        self.answer(0, true).await;
        self.undo_word(1).await;
        let several = self.several().await;
        self.split(several.iter().position(|(_, records)| records.contains(a)).unwrap(), 0).await;
        self.check_told().await;
        self.undo_word(2).await;
        self.choose(0, 1, 0).await;
    }

    /// Runs the rules at a level, takes the run back, and runs them again: what people said stands each time.
    pub async fn rerun(&mut self, level: usize) {
        let before = self.whole().await;
        let job = run(&self.world, LEVELS[level]).await;
        self.check_told().await;
        if self.get("dedup").await["last_run"] == job {
            self.undo_run().await;
        }
        assert_eq!(self.whole().await, before, "a run that is taken back, or says nothing new, leaves no trace");
        run(&self.world, LEVELS[level]).await;
        self.check_told().await;
    }

    /// Takes back the last run of which anything stands.
    pub async fn undo_run(&mut self) {
        let job = self.get("dedup").await["last_run"].clone();
        if job.is_null() {
            return;
        }
        let started = self.send("dedup/undo", &json!({ "job_id": job })).await;
        self.world.done(&started["job_id"]).await;
        self.check_told().await;
    }

    /// Chooses the record of a field, then another; taken back one after the other leaves no trace. Then for good, or left to the rules.
    pub async fn choose(&mut self, which: usize, at: usize, field: usize) {
        let groups = self.several().await;
        let Some((citation, records)) = pick(&groups, which) else { return };
        let field = FIELDS[field];
        let mut before = Vec::new();
        for record in [at, at + 1].map(|at| &records[at % records.len()]) {
            before.push(self.citation(citation).await);
            self.choose_once(citation, field, &json!(record)).await;
            let after = self.citation(citation).await;
            let view = after["record_views"].as_array().unwrap().iter().find(|view| view["id"] == **record).unwrap();
            assert_eq!((&after[field], &after["origins"][field]), (&view[field], &json!(record)), "{after}");
        }
        for before in before.into_iter().rev() {
            self.choose_once(citation, field, &before["chosen"][field]).await;
            assert_eq!(self.citation(citation).await, before, "a choice that is taken back leaves no trace");
        }
        self.choose_once(citation, field, &json!(records.get(at % (records.len() + 1)))).await;
    }

    async fn choose_once(&mut self, citation: &str, field: &str, record: &Value) {
        let records = self.groups().await.remove(citation).unwrap();
        let before = self.told.chosen(&records.iter().map(String::as_str).collect())[field].clone();
        let done = self.send(&format!("citations/{citation}/choice"), &json!({ "field": field, "record_id": record })).await;
        assert_eq!(done["before"], before);
        if let Some(of) = record.as_str().or(before.as_str()) {
            self.told.choices.push((of.to_string(), field.into(), !record.is_null()));
        }
    }

    async fn citation(&self, id: &str) -> Value {
        let mut citation = self.get(&format!("citations/{id}")).await;
        citation.as_object_mut().unwrap().remove("history");
        citation
    }

    /// Live citations with their live records.
    async fn groups(&self) -> BTreeMap<String, Vec<String>> {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (record, citation) in self.places().await {
            groups.entry(citation).or_default().push(record);
        }
        groups
    }

    /// Those of several records.
    async fn several(&self) -> Vec<(String, Vec<String>)> {
        self.groups().await.into_iter().filter(|(_, records)| records.len() > 1).collect()
    }

    /// Live record → citation.
    async fn places(&self) -> BTreeMap<String, String> {
        let review = self.world.review.rsplit('/').next().unwrap().parse().unwrap();
        let places = erabi::store::facts::record_places(&self.world.test.app.db(), review).await.unwrap();
        places.into_iter().map(|place| (self.homes[&(place.import_id, place.n)].clone(), place.citation_id.to_string())).collect()
    }

    /// What people said holds, is listed as theirs, and is not asked again; what they chose is shown.
    pub async fn check_told(&self) {
        let live = self.places().await;
        for ((a, b), together) in self.told.holding(&live) {
            assert_eq!(live[&a] == live[&b], together, "what was said of {a} and {b} stands");
        }
        let latest = self.told.latest(&live);
        for verdict in WORDS {
            let listed = self.get(&format!("pairs?state={verdict}&limit=200")).await;
            let theirs = listed["items"].as_array().unwrap().iter().filter(|pair| pair["by"] != "rule");
            let theirs: BTreeSet<Two> = theirs.flat_map(asks).collect();
            let said: BTreeSet<Two> = latest.iter().filter(|(_, word)| *word == verdict).map(|(pair, _)| (*pair).clone()).collect();
            assert_eq!(theirs, said, "“{verdict}” by people");
        }
        let asked: BTreeSet<Two> = self.questions().await.iter().flat_map(asks).collect();
        assert!(latest.iter().all(|(pair, _)| !asked.contains(pair)), "nobody is asked again what they answered");
        for (citation, records) in self.groups().await {
            let shown = self.get(&format!("citations/{citation}")).await;
            let chosen = self.told.chosen(&records.iter().map(String::as_str).collect());
            assert_eq!(shown["chosen"], chosen, "{shown}");
            for (field, record) in chosen.as_object().unwrap() {
                assert_eq!(&shown["origins"][field], record, "{field}: {shown}");
            }
        }
    }
}
