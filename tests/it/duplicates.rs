//! Deduplication as people steer it: what each level would do before anything is merged, runs taken back whole, the queue of
//! questions, answers in bulk, and what persons said in every later run.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::run;
use crate::world::World;

/// `n` works in two databases: some plainly the same, some with a doubt, some alone in the first.
async fn world(n: usize) -> World {
    let mut world = World::new(1, 0).await;
    world.import("MEDLINE", "database", &(0..n).map(|at| entry(at, "", true)).collect::<String>()).await;
    let second: String = (0..n)
        .filter_map(|at| match at % 4 {
            0 => Some(entry(at, "", true)),
            1 => Some(entry(at, "", false)),
            2 => Some(entry(at, ": a pilot trial", false)),
            _ => None,
        })
        .collect();
    world.import("CINAHL", "database", &second).await;
    world
}

/// One invented work; without its `place` it is a bare title with author and year, the year another unless the title is.
fn entry(at: usize, more: &str, place: bool) -> String {
    const ABOUT: [&str; 7] = ["housing", "outreach", "recovery", "nursing", "relapse", "employment", "dementia"];
    let about = |by: usize| ABOUT[(at / by) % ABOUT.len()];
    let year = 1980 + at % 40 + if place || !more.is_empty() { 0 } else { 2 };
    let mut entry = format!(
        "TY  - JOUR\nTI  - {} and {} with {} study {at}{more}\nAU  - Author{at}, {}\nPY  - {year}\n",
        about(1),
        about(7),
        about(49),
        char::from(b'A' + (at % 26) as u8)
    );
    if place {
        entry += &format!("JO  - Journal of {}\nVL  - {}\nSP  - {}\nEP  - {}\n", about(3), 10 + at, 100 + at * 17, 109 + at * 17);
    }
    entry + "ER  - \n\n"
}

impl World {
    async fn at(&self, path: &str) -> Value {
        self.lead.get(&format!("{}/{path}", self.review)).await
    }

    async fn send(&self, path: &str, body: Value) -> Value {
        self.lead.post(&format!("{}/{path}", self.review), body).await
    }

    async fn work(&self, path: &str, body: Value) -> Value {
        let started = self.send(path, body).await;
        self.done(&started["job_id"]).await
    }

    /// Which records are together: each citation's, smallest first.
    async fn groups(&self) -> Vec<Vec<String>> {
        let mut groups = Vec::new();
        for row in self.at("citations?sort=number&limit=200").await["items"].as_array().unwrap() {
            let citation = self.at(&format!("citations/{}", row["id"].as_str().unwrap())).await;
            groups.push(citation["record_views"].as_array().unwrap().iter().map(|record| record["id"].to_string()).collect());
        }
        groups
    }

    /// Every question that waits.
    async fn questions(&self) -> Vec<Value> {
        self.pages("review").await
    }

    /// All pairs of a list, page after page.
    async fn pages(&self, state: &str) -> Vec<Value> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.at(&format!("pairs?state={state}&limit=7{after}")).await;
            found.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return found,
            }
        }
    }
}

#[test]
fn each_level_says_what_it_would_do_and_does_that() {
    run(async {
        let world = world(24).await;
        let before = world.groups().await;
        assert_eq!(world.at("dedup/preview").await["levels"], json!([]));
        let job = world.work("dedup/preview", json!({})).await;
        assert_eq!(job["result"], Value::Null, "a preview is read where it belongs");
        assert_eq!(world.groups().await, before, "a preview changes nothing");
        let preview = world.at("dedup/preview").await;
        assert_eq!(preview["stale"], false);
        let levels = preview["levels"].as_array().unwrap().clone();
        let names: Vec<&str> = levels.iter().map(|level| level["level"].as_str().unwrap()).collect();
        assert_eq!(names, ["cautious", "balanced", "thorough"]);
        assert!(levels[0]["merged"].as_u64() < levels[2]["merged"].as_u64(), "the levels differ on this data: {levels:#?}");
        for level in &levels {
            for source in level["by_source"].as_array().unwrap() {
                let sum: u64 = ["certain", "review", "related", "unique"].iter().map(|key| source[key].as_u64().unwrap()).sum();
                assert_eq!(source["records"].as_u64().unwrap(), sum, "{source}");
            }
            let pairs: u64 = level["by_pair"].as_array().unwrap().iter().map(|pair| pair["n"].as_u64().unwrap()).sum();
            assert_eq!(pairs, level["merged"].as_u64().unwrap());
        }
        for level in levels {
            let name = level["level"].as_str().unwrap();
            let changes = world.at(&format!("dedup/preview/{name}")).await;
            world.test.clock.advance(1000);
            world.work("dedup", json!({ "level": name })).await;
            let state = world.at("dedup").await;
            for (key, other) in [
                ("records", "records"),
                ("citations", "citations"),
                ("merged", "merged"),
                ("review", "to_review"),
                ("related", "related"),
                ("by_pair", "by_pair"),
                ("by_source", "by_source"),
            ] {
                assert_eq!(level[key], state[other], "{name}: {key}");
            }
            let after = world.groups().await;
            for change in changes["items"].as_array().unwrap() {
                for group in change["after"].as_array().unwrap() {
                    let ids: Vec<String> = group.as_array().unwrap().iter().map(Value::to_string).collect();
                    assert!(after.contains(&ids), "{name}: {change}");
                }
            }
            assert!(world.at("dedup/preview").await["stale"].as_bool().unwrap());
            // The whole run is taken back, and everything is as before it.
            let run = state["last_run"].clone();
            world.work("dedup/undo", json!({ "job_id": run })).await;
            assert_eq!(world.groups().await, before, "{name}");
            let state = world.at("dedup").await;
            assert_eq!((&state["last_run"], &state["stale"]), (&Value::Null, &json!(true)));
            let refused = world.lead.refused(Method::POST, &format!("{}/dedup/undo", world.review), Some(json!({ "job_id": run }))).await;
            assert_eq!(refused, (409, "not_last_run".to_string()));
        }
        world.assert_sound().await;
    });
}

#[test]
fn taking_a_second_run_back_leaves_the_first() {
    run(async {
        let world = world(16).await;
        world.work("dedup", json!({ "level": "cautious" })).await;
        let first = world.groups().await;
        world.test.clock.advance(1000);
        world.work("dedup/preview", json!({})).await;
        let preview = world.at("dedup/preview").await;
        assert_eq!((&preview["levels"][0]["joined"], &preview["levels"][0]["parted"]), (&json!(0), &json!(0)), "the same run again");
        let joined = preview["levels"][2]["joined"].as_u64().unwrap();
        world.test.clock.advance(1000);
        world.work("dedup", json!({ "level": "thorough" })).await;
        let second = world.groups().await;
        assert_eq!(first.len() - second.len(), joined as usize);
        assert!(joined > 0);
        let state = world.at("dedup").await;
        world.work("dedup/undo", json!({ "job_id": state["last_run"] })).await;
        assert_eq!(world.groups().await, first);
        world.assert_sound().await;
    });
}

#[test]
fn an_answer_in_bulk_is_one_act() {
    run(async {
        let world = world(24).await;
        world.work("dedup", json!({})).await;
        let before = world.groups().await;
        let questions = world.questions().await;
        let kinds = world.at("pairs/kinds").await["items"].as_array().unwrap().clone();
        let sum: u64 = kinds.iter().map(|kind| kind["n"].as_u64().unwrap()).sum();
        assert_eq!(sum as usize, questions.len());
        assert_eq!(world.at("dedup").await["to_review"].as_u64().unwrap() as usize, questions.len());
        let kind = kinds[0]["kind"].as_str().unwrap();
        let group = world.at(&format!("pairs?kind={kind}&limit=200")).await["items"].as_array().unwrap().clone();
        assert_eq!(group.len() as u64, kinds[0]["n"].as_u64().unwrap());
        assert!(group.len() > 1 && group.iter().all(|pair| pair["kind"] == kind));

        let ids = |pair: &Value| json!({ "a": pair["a"]["id"], "b": pair["b"]["id"] });
        let also: Vec<Value> = group[1..].iter().map(ids).collect();
        let word = json!({ "a": group[0]["a"]["id"], "b": group[0]["b"]["id"], "verdict": "same", "also": also });
        let said = world.send("pairs", word).await;
        assert_eq!(world.groups().await.len(), before.len() - group.len());
        assert_eq!(world.questions().await.len(), questions.len() - group.len());
        let undone = world.send("pairs/undo", json!({ "link_id": said["link_id"] })).await;
        assert_eq!(undone["pairs"], group.len());
        assert_eq!(world.groups().await, before);
        assert_eq!(world.questions().await.len(), questions.len());

        // What the rules said is not a person's to take back one by one.
        let rules = world.at("pairs?state=same").await["items"][0]["link_id"].clone();
        let refused = world.lead.refused(Method::POST, &format!("{}/pairs/undo", world.review), Some(json!({ "link_id": rules }))).await;
        assert_eq!(refused, (422, "rules_word".to_string()));
        world.assert_sound().await;
    });
}

#[test]
fn what_a_person_said_stands_in_every_later_run() {
    run(async {
        let world = world(16).await;
        world.work("dedup", json!({})).await;
        let pair = world.at("pairs?state=same").await["items"][0].clone();
        world.send("pairs", json!({ "a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": "different" })).await;
        let question = world.questions().await[0].clone();
        world.send("pairs", json!({ "a": question["a"]["id"], "b": question["b"]["id"], "verdict": "related" })).await;
        let groups = world.groups().await;
        for level in ["thorough", "balanced"] {
            world.test.clock.advance(1000);
            world.work("dedup/preview", json!({})).await;
            for change in world.at(&format!("dedup/preview/{level}")).await["items"].as_array().unwrap() {
                for group in change["after"].as_array().unwrap() {
                    let holds = |id: &Value| group.as_array().unwrap().contains(id);
                    assert!(!(holds(&pair["a"]["id"]) && holds(&pair["b"]["id"])), "proposed again: {change}");
                }
            }
            world.work("dedup", json!({ "level": level })).await;
        }
        assert_eq!(world.groups().await, groups);
        let asked = world.questions().await;
        assert!(asked.iter().all(|open| open["link_id"] != question["link_id"] && open["a"]["id"] != question["a"]["id"]));
        assert_eq!(world.at("pairs?state=different").await["total"], 1);
        world.assert_sound().await;
    });
}

/// The least certain first, and none is left out or shown twice, also when one is decided otherwise between two pages.
#[test]
fn decided_pairs_are_listed_page_by_page() {
    run(async {
        let world = world(40).await;
        world.work("dedup", json!({})).await;
        let whole = world.at("pairs?state=same&limit=200").await;
        let links = |pairs: &[Value]| pairs.iter().map(|pair| pair["link_id"].clone()).collect::<Vec<_>>();
        let all = whole["items"].as_array().unwrap().clone();
        assert_eq!((whole["total"].as_u64().unwrap() as usize, &whole["next"]), (all.len(), &Value::Null));
        assert!(all.len() > 7, "more than one page");
        assert!(all.is_sorted_by_key(|pair| pair["score"].as_f64().unwrap().abs()));
        assert_eq!(links(&world.pages("same").await), links(&all));
        let first = world.at("pairs?state=same&limit=3").await;
        assert_eq!(first["total"], all.len());
        let gone = &all[2];
        world.send("pairs", json!({ "a": gone["a"]["id"], "b": gone["b"]["id"], "verdict": "different" })).await;
        let second = world.at(&format!("pairs?state=same&limit=3&after={}", first["next"].as_str().unwrap())).await;
        assert_eq!(links(second["items"].as_array().unwrap()), links(&all[3..6]));
        assert_eq!(second["total"], all.len() - 1);
    });
}

/// Two records of one citation that both look like a third are one question, and one answer goes for both.
#[test]
fn open_pairs_between_two_citations_are_one_question() {
    run(async {
        let world = world(24).await;
        world.work("dedup", json!({})).await;
        let questions = world.questions().await;
        let (first, second) = (&questions[0], &questions[1]);
        for side in ["a", "b"] {
            world.send("pairs", json!({ "a": first[side]["id"], "b": second[side]["id"], "verdict": "same" })).await;
        }
        let now = world.questions().await;
        assert_eq!(now.len(), questions.len() - 1);
        assert_eq!(now[0]["also"].as_array().unwrap().len(), 1, "the largest question comes first: {}", now[0]["records"]);
        assert_eq!(now[0]["records"], 4);
        let also = now[0]["also"].clone();
        // An answer about some of the records is one about the citations: the others are not asked about.
        for (verdict, also) in [("different", also), ("related", json!([])), ("different", json!([]))] {
            let word = json!({ "a": now[0]["a"]["id"], "b": now[0]["b"]["id"], "verdict": verdict, "also": also });
            let said = world.send("pairs", word).await;
            assert_eq!(world.questions().await.len(), questions.len() - 2, "{verdict} {also}");
            assert_eq!(world.at("dedup").await["to_review"], questions.len() - 2);
            // One answer is one line of the list, with every pair that it spoke of, however little a page holds.
            let listed = world.at(&format!("pairs?state={verdict}&limit=1")).await;
            assert_eq!((&listed["total"], &listed["next"]), (&json!(1), &Value::Null));
            assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["also"]), (1, &also));
            world.work("dedup/preview", json!({})).await;
            let preview = world.at("dedup/preview").await;
            let level = preview["levels"].as_array().unwrap().iter().find(|of| of["level"] == "balanced").unwrap().clone();
            assert_eq!(level["review"], questions.len() - 2, "the preview counts the same");
            world.send("pairs/undo", json!({ "link_id": said["link_id"] })).await;
            assert_eq!(world.questions().await, now);
        }
    });
}

/// The record of a field is a person's choice: an event, taken back by the one before, standing through runs, merges and rebuilds.
#[test]
fn a_field_comes_from_the_record_that_a_person_chose() {
    run(async {
        let world = world(8).await;
        world.work("dedup", json!({})).await;
        let pair = world.questions().await[0].clone();
        let said = world.send("pairs", json!({ "a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": "same" })).await;
        let path = format!("citations/{}", said["citation_ids"][0].as_str().unwrap());
        let before = world.at(&path).await;
        let field = if pair["a"]["title"] == pair["b"]["title"] { "year" } else { "title" };
        let origin = before["origins"][field].clone();
        let other = if origin == pair["a"]["id"] { &pair["b"] } else { &pair["a"] };
        let choice = |record: &Value| json!({ "field": field, "record_id": record });
        let done = world.send(&format!("{path}/choice"), choice(&other["id"])).await;
        assert_eq!(done, json!({ "field": field, "before": null }));
        let chosen = world.at(&path).await;
        assert_eq!((&chosen[field], &chosen["origins"][field], &chosen["chosen"][field]), (&other[field], &other["id"], &other["id"]));
        assert_ne!(before[field], chosen[field]);
        assert_eq!(chosen["identifiers"], before["identifiers"], "nothing is lost by choosing");

        // It stands when the rules run again, when the citation is divided and joined again, and when all are written anew (for a
        // source's kind).
        world.test.clock.advance(1000);
        world.work("dedup", json!({ "level": "thorough" })).await;
        world.send("pairs/undo", json!({ "link_id": said["link_id"] })).await;
        world.send("pairs", json!({ "a": pair["a"]["id"], "b": pair["b"]["id"], "verdict": "same" })).await;
        let source = world.at("sources").await["items"][0]["id"].clone();
        let patch = json!({ "kind": "register" });
        world.lead.patch(&format!("{}/sources/{}", world.review, source.as_str().unwrap()), patch).await;
        assert_eq!(world.at(&path).await[field], chosen[field]);

        let back = world.send(&format!("{path}/choice"), choice(&Value::Null)).await;
        assert_eq!(back["before"], other["id"]);
        let after = world.at(&path).await;
        assert_eq!((&after[field], &after["origins"], &after["chosen"]), (&before[field], &before["origins"], &json!({})));
        let events = world.at("audit?action=citation.choose").await;
        assert_eq!(events["total"], 2);

        let choose = format!("{}/{path}/choice", world.review);
        let elsewhere = world.at("pairs?state=same").await["items"][1]["a"]["id"].clone();
        let bodies = [
            (json!({ "field": "title", "record_id": elsewhere }), "not_found"),
            (json!({ "field": "keywords", "record_id": null }), "not_one_of"),
            (json!({ "field": "pmid", "record_id": pair["a"]["id"] }), "nothing_there"),
        ];
        for (body, code) in bodies {
            assert_eq!(world.lead.refused(Method::POST, &choose, Some(body)).await, (422, code.to_string()));
        }
        world.assert_sound().await;
    });
}

/// A number with its key, and the list that the key opens: per citation the sources of its records, in the review's order.
struct Opened {
    n: usize,
    ids: BTreeSet<String>,
    sources: Vec<Vec<usize>>,
}

const SOURCES: [&str; 3] = ["MEDLINE", "CINAHL", "PsycINFO"];

async fn opened(world: &World, n: &Value, key: &Value) -> Opened {
    let page = world.at(&format!("citations?limit=200&box={}", key.as_str().unwrap().replace('+', "%2B"))).await;
    assert_eq!(page["box"]["n"], *n, "{key} says its number: {}", page["box"]);
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], items.len(), "{key}");
    let mut opened = Opened { n: n.as_u64().unwrap() as usize, ids: BTreeSet::new(), sources: Vec::new() };
    for row in items {
        let citation = world.at(&format!("citations/{}", row["id"].as_str().unwrap())).await;
        let at = |record: &Value| SOURCES.iter().position(|name| record["source"] == *name).unwrap();
        let mut of: Vec<usize> = citation["record_views"].as_array().unwrap().iter().map(at).collect();
        of.sort_unstable();
        opened.sources.push(of);
        opened.ids.insert(row["id"].to_string());
    }
    opened
}

impl Opened {
    fn records(&self, wanted: usize) -> usize {
        self.sources.iter().flatten().filter(|at| **at == wanted).count()
    }
}

#[test]
fn every_figure_opens_what_it_counts() {
    run(async {
        let mut world = world(24).await;
        let third: String = (0..6).chain([30, 30]).map(|at| entry(at, "", true)).collect();
        world.import("PsycINFO", "database", &third).await;
        world.work("dedup", json!({ "level": "balanced" })).await;
        let question = &world.questions().await[0];
        world.send("pairs", json!({ "a": question["a"]["id"], "b": question["b"]["id"], "verdict": "related" })).await;
        let state = world.at("dedup").await;

        let merged = opened(&world, &state["merged"], &json!("merged")).await;
        assert_eq!(merged.sources.iter().map(|of| of.len() - 1).sum::<usize>(), merged.n);
        assert!(merged.n > 0 && merged.sources.iter().all(|of| of.len() > 1));

        let mut whole = 0;
        for (at, source) in state["by_source"].as_array().unwrap().iter().enumerate() {
            assert_eq!(source["source"], SOURCES[at]);
            let mut lists = Vec::new();
            for (key, name) in source["boxes"].as_array().unwrap().iter().zip(["records", "certain", "review", "related", "unique"]) {
                lists.push(opened(&world, &source[name], key).await);
            }
            for list in &lists {
                assert_eq!(list.records(at), list.n, "{source}");
            }
            assert!(lists[1].sources.iter().all(|of| of.len() > 1));
            assert!(lists[2..].iter().all(|list| list.sources.iter().all(|of| *of == [at])), "{source}");
            let parts: BTreeSet<String> = lists[1..].iter().flat_map(|list| list.ids.clone()).collect();
            assert_eq!((parts, lists[1..].iter().map(|list| list.ids.len()).sum()), (lists[0].ids.clone(), lists[0].ids.len()), "{source}");
            whole += lists[0].n;
        }
        assert_eq!(state["records"], whole);
        assert!(state["by_source"].as_array().unwrap().iter().any(|source| source["related"] != 0 && source["review"] != 0));

        let mut shared = 0;
        for pair in state["by_pair"].as_array().unwrap() {
            let list = opened(&world, &pair["n"], &pair["box"]).await;
            let at = |side: &str| SOURCES.iter().position(|name| pair[side] == *name).unwrap();
            assert!(list.sources.iter().all(|of| of[0] == at("a")), "{pair}");
            assert_eq!(list.sources.iter().flat_map(|of| &of[1..]).filter(|other| **other == at("b")).count(), list.n, "{pair}");
            shared += list.n;
        }
        assert_eq!(shared, merged.n);
        assert!(state["by_pair"].as_array().unwrap().iter().any(|pair| pair["a"] == pair["b"]), "{}", state["by_pair"]);

        let asked = &world;
        let label = |key: &'static str| async move { asked.at(&format!("citations?box={key}")).await["box"]["label"]["ja"].clone() };
        assert_eq!(label("merged").await, "重複として統合したレコード");
        assert_eq!(label("duplicates").await, "除去した重複");
        let (status, _) = world.lead.send(Method::GET, &format!("{}/citations?box=merged:7", world.review), None).await;
        assert_eq!(status, 422);
    });
}
