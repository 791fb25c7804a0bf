//! Nothing that people attached to a citation is lost when it is merged into another (domain §3 rule 2): its labels, its
//! withdrawal, its full text and its study are shown and counted on the citation that lives, and undoing the merge gives each
//! back its own.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::run;
use crate::world::World;

const TA: &str = "title_abstract";
const FT: &str = "full_text";

struct Pair {
    world: World,
    /// The citation that lives on, the one that is merged into it, and a third.
    root: String,
    away: String,
    third: String,
    link: Value,
}

impl Pair {
    async fn new() -> Self {
        let world = World::new(2, 3).await;
        let mut ids: Vec<String> = Vec::new();
        for citation in world.lead.get(&format!("{}/citations", world.review)).await["items"].as_array().unwrap() {
            ids.push(citation["id"].as_str().unwrap().into());
        }
        ids.sort_unstable(); // of two, the one with the smaller id lives on
        let [root, away, third] = ids.try_into().unwrap();
        Self { world, root, away, third, link: Value::Null }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.world.review)
    }

    async fn merge(&mut self) {
        let body = json!({ "a": self.root, "b": self.away, "verdict": "same" });
        self.link = self.world.lead.post(&self.at("pairs"), body).await["link_id"].clone();
        assert_eq!(self.citation(&self.away).await["id"], self.root, "it is the other now");
    }

    async fn part(&self) {
        self.world.lead.post(&self.at("pairs/undo"), json!({ "link_id": self.link })).await;
    }

    async fn citation(&self, id: &str) -> Value {
        self.world.lead.get(&self.at(&format!("citations/{id}"))).await
    }

    /// Ids of the citations that a query lists.
    async fn list(&self, query: &str) -> Vec<String> {
        let page = self.world.lead.get(&self.at(&format!("citations?{query}"))).await;
        let ids: Vec<String> = page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().into()).collect();
        assert_eq!(page["total"], ids.len());
        ids
    }

    async fn number(&self, key: &str) -> u64 {
        self.world.flow_number(key).await
    }

    async fn everybody_includes(&mut self, stage: &str) {
        for who in 0..2 {
            for task in self.world.next(&self.world.reviewers[who].clone(), stage, 10).await {
                self.world.decide(who, &task, "include").await;
            }
        }
    }
}

#[test]
fn labels_of_both_are_on_the_one_that_lives() {
    run(async {
        let mut pair = Pair::new().await;
        let items = json!({ "items": [{ "name": "一", "color": "1" }, { "name": "二", "color": "2" }, { "name": "三", "color": "3" }] });
        let made = pair.world.lead.put(&pair.at("labels"), items).await;
        let label: Vec<Value> = made["items"].as_array().unwrap().iter().map(|label| label["id"].clone()).collect();
        let put = async |pair: &Pair, id: &str, labels: &[&Value]| {
            pair.world.lead.put(&pair.at(&format!("citations/{id}/labels")), json!({ "label_ids": labels })).await
        };
        put(&pair, &pair.root, &[&label[0]]).await;
        put(&pair, &pair.away, &[&label[0], &label[1]]).await;
        pair.merge().await;
        assert_eq!(pair.citation(&pair.root).await["labels"], json!([label[0], label[1]]));
        let task = pair.world.next(&pair.world.reviewers[0].clone(), TA, 5).await;
        let task = task.iter().find(|task| task["citation"]["id"] == pair.root).unwrap();
        assert_eq!(task["citation"]["labels"], json!([label[0], label[1]]), "a reviewer sees them too");
        assert_eq!(pair.list(&format!("label={}", label[1].as_str().unwrap())).await, [pair.root.clone()]);
        pair.part().await;
        assert_eq!(pair.citation(&pair.root).await["labels"], json!([label[0]]));
        assert_eq!(pair.citation(&pair.away).await["labels"], json!([label[0], label[1]]));
        // What is taken off the one that lives is off both; what is put on stays with it.
        pair.merge().await;
        put(&pair, &pair.away, &[&label[0], &label[2]]).await;
        assert_eq!(pair.citation(&pair.root).await["labels"], json!([label[0], label[2]]));
        pair.part().await;
        assert_eq!(pair.citation(&pair.root).await["labels"], json!([label[0], label[2]]));
        assert_eq!(pair.citation(&pair.away).await["labels"], json!([label[0]]));
    });
}

#[test]
fn a_withdrawn_citation_stays_withdrawn_in_whatever_it_is_merged_into() {
    run(async {
        let mut pair = Pair::new().await;
        let body = json!({ "kind": "automation", "note": "ツールの判断" });
        pair.world.lead.post(&pair.at(&format!("citations/{}/remove", pair.away)), body.clone()).await;
        assert_eq!((pair.number("removed_automation").await, pair.number("screened").await), (1, 2));
        pair.merge().await;
        assert_eq!((pair.number("removed_automation").await, pair.number("screened").await), (1, 1));
        assert_eq!(pair.list("removed=true").await, [pair.root.clone()]);
        assert_eq!(pair.list("box=removed_automation").await, [pair.root.clone()]);
        assert_eq!(pair.list("removed=false").await, [pair.third.clone()]);
        let shown = pair.citation(&pair.root).await;
        assert_eq!((&shown["removed"], &shown["removed_note"]), (&json!("automation"), &json!("ツールの判断")));
        assert_eq!(pair.world.next(&pair.world.reviewers[0].clone(), TA, 5).await.len(), 1, "it is not screened");
        let again = pair.world.lead.refused(Method::POST, &pair.at(&format!("citations/{}/remove", pair.root)), Some(body)).await;
        assert_eq!(again, (409, "already_removed".into()));
        pair.world.assert_sound().await;
        pair.part().await;
        assert_eq!((pair.number("removed_automation").await, pair.number("screened").await), (1, 2));
        assert_eq!(pair.list("removed=true").await, [pair.away.clone()]);
        pair.merge().await;
        pair.world.lead.post(&pair.at(&format!("citations/{}/restore", pair.root)), json!({})).await;
        assert_eq!((pair.number("removed_automation").await, pair.number("screened").await), (0, 2));
        pair.part().await;
        assert_eq!(pair.number("screened").await, 3, "who brings the one back that lives brings back both");
        pair.world.assert_sound().await;
    });
}

#[test]
fn full_text_and_study_come_along() {
    run(async {
        let mut pair = Pair::new().await;
        pair.everybody_includes(TA).await;
        let file = pair.at(&format!("citations/{}/report/file", pair.away));
        let (status, _) = pair.world.lead.form(&file, vec![("file", Some("away.pdf"), b"%PDF-1.4 away".to_vec())]).await;
        assert!(status.is_success());
        pair.world.lead.post(&pair.at("studies/group"), json!({ "citation_ids": [pair.away, pair.third], "name": "研究" })).await;
        assert_eq!((pair.number("sought").await, pair.number("open_retrieval").await), (3, 2));
        pair.merge().await;
        assert_eq!((pair.number("sought").await, pair.number("open_retrieval").await), (2, 1));
        assert_eq!(pair.citation(&pair.root).await["report"]["file"]["name"], "away.pdf");
        let read = pair.world.lead.get(&pair.at(&format!("citations/{}/report/file", pair.root))).await;
        assert_eq!(read, "%PDF-1.4 away");
        let retrieved = pair.world.lead.get(&pair.at("reports?state=retrieved")).await;
        assert_eq!((&retrieved["total"], &retrieved["items"][0]["citation"]["id"]), (&json!(1), &json!(pair.root)));
        pair.world.lead.post(&pair.at(&format!("citations/{}/report/link", pair.third)), json!({ "url": "https://example.org/" })).await;
        pair.everybody_includes(FT).await;
        assert_eq!((pair.number("included_reports").await, pair.number("included_studies").await), (2, 1));
        pair.world.lead.post(&pair.at("studies/ungroup"), json!({ "citation_id": pair.root })).await;
        assert_eq!(pair.number("included_studies").await, 2);
        pair.world.lead.post(&pair.at(&format!("citations/{}/report/not-retrieved", pair.root)), json!({ "reason": "撤回" })).await;
        assert_eq!(pair.number("not_retrieved").await, 1);
        pair.world.assert_sound().await;
        pair.part().await;
        let states =
            [pair.citation(&pair.root).await["report"]["state"].clone(), pair.citation(&pair.away).await["report"]["state"].clone()];
        assert_eq!(states, ["not_retrieved", "retrieved"], "each has its own again");
        pair.world.assert_sound().await;
    });
}

/// Who decided both of two citations and changes their mind on the merged one has not unsaid what they said of the other.
#[test]
fn a_change_of_mind_on_a_merged_citation_leaves_the_other_decision() {
    run(async {
        let mut pair = Pair::new().await;
        pair.everybody_includes(TA).await;
        pair.merge().await;
        let mine = pair.world.reviewers[0].get(&pair.at(&format!("decisions/mine?citation_id={}", pair.root))).await;
        let on_root = mine["items"].as_array().unwrap().iter().find(|item| item["citation_id"] == pair.root).unwrap().clone();
        let mut body = pair.world.decision(&json!({ "id": on_root["task_id"] }), "exclude");
        body["decided_at"] = json!("2026-11-21T00:00:00.000Z");
        pair.world.reviewers[0].post(&pair.at("decisions"), body).await;
        assert_eq!(pair.citation(&pair.root).await["outcome"][TA]["state"], "in_conflict", "the later word counts for the whole");
        pair.part().await;
        assert_eq!(pair.citation(&pair.root).await["outcome"][TA]["state"], "in_conflict");
        assert_eq!(pair.citation(&pair.away).await["outcome"][TA]["state"], "included", "nobody said anything else of it");
        pair.world.assert_sound().await;
    });
}
