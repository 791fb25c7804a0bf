//! Every number that is shown is the number of what its list opens (domain §3 rule 9, §5): each box of the figure with its
//! sources and reasons, and the page of progress, recounted over HTTP from the lists and the citations in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::harness::Client;
use crate::world::World;

/// Checks all numbers of a review, as its lead and as a reviewer may see them.
pub async fn check(world: &World) {
    let lead = Seen::of(world, &world.lead).await;
    lead.figure().await;
    for stage in ["title_abstract", "full_text"] {
        lead.progress(stage).await;
    }
    let reviewer = Seen::of(world, &world.reviewers[0]).await;
    reviewer.figure().await;
    for (who, client) in world.reviewers.iter().enumerate() {
        lead.own(who, client).await;
    }
}

struct Seen<'a> {
    world: &'a World,
    who: &'a Client,
    flow: Value,
    progress: Value,
    /// Source of each record that counts, per live citation.
    records: BTreeMap<String, Vec<String>>,
    /// Sources by name: are they databases or registers?
    databases: BTreeMap<String, bool>,
}

impl<'a> Seen<'a> {
    async fn of(world: &'a World, who: &'a Client) -> Self {
        let get = async |path: &str| who.get(&format!("{}/{path}", world.review)).await;
        let mut databases = BTreeMap::new();
        for source in get("sources").await["items"].as_array().unwrap() {
            let kind = source["kind"].as_str().unwrap();
            databases.insert(source["name"].as_str().unwrap().to_string(), kind == "database" || kind == "register");
        }
        let imports = get("imports").await;
        let done = imports["items"].as_array().unwrap().iter().filter(|import| import["status"] == "done");
        let done: BTreeSet<&str> = done.map(|import| import["id"].as_str().unwrap()).collect();
        let mut records = BTreeMap::new();
        for item in get("citations?limit=200").await["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            let views = get(&format!("citations/{id}")).await["record_views"].clone();
            let counted = views.as_array().unwrap().iter().filter(|view| done.contains(view["import_id"].as_str().unwrap()));
            records.insert(id.to_string(), counted.map(|view| view["source"].as_str().unwrap().to_string()).collect());
        }
        Self { world, who, flow: get("flow").await, progress: get("progress").await, records, databases }
    }

    /// Ids that a query of the list of citations selects.
    async fn list(&self, query: &str) -> Vec<String> {
        let page = self.who.get(&format!("{}/citations?limit=200&{query}", self.world.review)).await;
        let ids: Vec<String> = page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().into()).collect();
        assert_eq!(page["total"], ids.len(), "{query}");
        assert!(ids.iter().all(|id| self.records.contains_key(id)), "{query} lists what lives");
        ids
    }

    fn records_of(&self, id: &str, wanted: impl Fn(&str) -> bool) -> usize {
        self.records[id].iter().filter(|source| wanted(source)).count()
    }

    async fn figure(&self) {
        for shown in self.flow["boxes"].as_array().unwrap() {
            self.number(shown, shown["column"].as_str(), &|_| true).await;
            for part in shown["parts"].as_array().unwrap() {
                let source = part["label"]["ja"].as_str().unwrap().to_string();
                self.number(part, shown["column"].as_str(), &|name| {
                    name == source || !part["key"].as_str().unwrap().contains("identified")
                })
                .await;
            }
            let sum: u64 = shown["parts"].as_array().unwrap().iter().map(|part| part["n"].as_u64().unwrap()).sum();
            let whole = shown["parts"] == Value::Array(Vec::new()) || shown["n"] == sum;
            assert!(whole, "the parts are the whole: {shown}");
        }
        let (open, boxes) = (&self.flow["still_open"], |key: &str| {
            let n = |key: String| self.flow["boxes"].as_array().unwrap().iter().find(|b| b["key"] == *key).unwrap()["n"].as_u64().unwrap();
            n(key.to_string()) + n(format!("other_{key}"))
        });
        assert_eq!(open["title_abstract"], boxes("open_screening"));
        assert_eq!(open["retrieval"], boxes("open_retrieval"));
        assert_eq!(open["full_text"], boxes("open_full_text"));
    }

    /// One number of the figure against its list; records are counted by source, everything else by citation.
    async fn number(&self, shown: &Value, column: Option<&str>, source: &dyn Fn(&str) -> bool) {
        let key = shown["key"].as_str().unwrap();
        let list = self.list(&format!("box={key}")).await;
        let side = |name: &str| self.databases[name] == (column == Some("databases"));
        let bare = key.trim_start_matches("other_");
        let n = if bare.starts_with("identified") {
            list.iter().map(|id| self.records_of(id, |name| side(name) && source(name))).sum()
        } else if bare == "duplicates" {
            let in_column = |id: &str| (self.records_of(id, |name| self.databases[name]) > 0) == (column == Some("databases"));
            list.iter().map(|id| self.records_of(id, side) - usize::from(in_column(id))).sum()
        } else if key == "included_studies" {
            let studies = self.who.get(&format!("{}/studies", self.world.review)).await;
            let studies = studies["items"].as_array().unwrap();
            let reports: usize = studies.iter().map(|study| study["reports"].as_array().unwrap().len()).sum();
            assert_eq!(reports, list.len(), "a study opens its reports");
            studies.len()
        } else {
            list.len()
        };
        assert_eq!(shown["n"], n, "{shown} opens {list:?}");
    }

    async fn progress(&self, stage: &str) {
        let shown = self.progress["stages"].as_array().unwrap().iter().find(|shown| shown["stage"] == stage).unwrap();
        let mut total = 0;
        for outcome in ["pending", "in_conflict", "included", "excluded"] {
            let list = self.list(&format!("stage={stage}&outcome={outcome}")).await;
            assert_eq!(shown[outcome], list.len(), "{outcome}: {shown}");
            total += list.len();
        }
        assert_eq!(shown["total"], total);
        let reasons = self.who.get(&self.world.review).await["reasons"].clone();
        let reasons = reasons.as_array().unwrap().iter().map(|reason| reason["id"].as_str().unwrap());
        let mut excluded = 0;
        for reason in reasons.chain(["none"]) {
            excluded += self.list(&format!("stage={stage}&outcome=excluded:{reason}")).await.len();
        }
        assert_eq!(shown["excluded"], excluded, "by reason");
        let days: u64 = shown["per_day"].as_array().unwrap().iter().map(|day| day["n"].as_u64().unwrap()).sum();
        let sum = |key: &str| shown["reviewers"].as_array().unwrap().iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>();
        assert_eq!(days, sum("done") - sum("elsewhere"), "what was decided here, by day: {shown}");
    }

    /// What the page says of a reviewer is what they see themselves. Asking takes work, so the page is read anew.
    async fn own(&self, who: usize, client: &Client) {
        let progress = self.who.get(&format!("{}/progress", self.world.review)).await;
        for shown in progress["stages"].as_array().unwrap() {
            let stage = shown["stage"].as_str().unwrap();
            let row = shown["reviewers"].as_array().unwrap().iter().find(|row| row["user"]["id"] == client.id).unwrap();
            let mine = client.get(&format!("{}/decisions/mine?stage={stage}", self.world.review)).await;
            assert_eq!(row["done"], mine["total"], "reviewer {who} at {stage}");
            let next = client.get(&format!("{}/stages/{stage}/next?limit=30", self.world.review)).await;
            assert_eq!(row["open"], next["remaining"], "reviewer {who} at {stage}");
            assert_eq!(next["tasks"].as_array().unwrap().len(), next["remaining"].as_u64().unwrap() as usize, "all of it is handed out");
        }
    }
}
