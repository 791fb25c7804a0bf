//! Any way in which the same decisions can reach the server (domain §3 rule 4): late, twice, crosswise, at the same time, from
//! two devices of one reviewer, with answers lost and sends repeated after an undo. It ends as if each had been sent once, in
//! the order in which the reviewer decided.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{NOW, cases, run};
use crate::world::World;

const TA: &str = "title_abstract";
const REVIEWERS: usize = 2;
/// Citations of each case; every case has its own in one review.
const CITATIONS: usize = 2;
const CASES: usize = 12;
/// Sends that are under way at the same time.
const AT_ONCE: usize = 5;
const VERDICTS: [&str; 3] = ["include", "exclude", "maybe"];

/// What a reviewer does, in order.
#[derive(Clone, Debug)]
enum Act {
    Decide {
        citation: usize,
        verdict: usize,
    },
    /// Takes back what they decided last.
    TakeBack,
}

#[derive(Clone, Debug)]
struct Case {
    /// Who does what, in order of time.
    acts: Vec<(usize, Act)>,
    /// When each act's send arrives, again and again: earlier numbers first.
    arrivals: Vec<Vec<u8>>,
}

fn case() -> impl Strategy<Value = Case> {
    let decide = (0..CITATIONS, 0..3usize).prop_map(|(citation, verdict)| Act::Decide { citation, verdict });
    let act = prop_oneof![3 => decide, 1 => Just(Act::TakeBack)];
    let arrivals = prop::collection::vec(any::<u8>(), 1..4);
    prop::collection::vec(((0..REVIEWERS, act), arrivals), 1..10).prop_map(|all| {
        let (acts, arrivals) = all.into_iter().unzip();
        Case { acts, arrivals }
    })
}

/// A request that the reviewer's browser sends until it is acknowledged.
#[derive(Clone, Debug)]
struct Send {
    who: usize,
    path: String,
    body: Value,
    /// The send that the browser saw acknowledged before.
    after: Option<usize>,
}

/// What each reviewer's last word on each citation is, and all their decisions.
#[derive(Debug, Default)]
struct Truth {
    live: BTreeMap<(usize, usize), &'static str>,
    ids: BTreeMap<(usize, usize), BTreeSet<String>>,
}

/// The sends of a case and what they must amount to.
fn plan(world: &mut World, case: &Case, tasks: &[Vec<Value>]) -> (Vec<Send>, Truth) {
    let (mut sends, mut truth) = (Vec::new(), Truth::default());
    let mut last: [Option<(usize, usize, String)>; REVIEWERS] = Default::default();
    for (at, (who, act)) in case.acts.iter().enumerate() {
        match act {
            Act::Decide { citation, verdict } => {
                let mut body = world.decision(&tasks[*who][*citation], VERDICTS[*verdict]);
                let id = body["id"].as_str().unwrap().to_string();
                body["decided_at"] = json!(erabi::app::time(NOW - 3_600_000 + at as i64 * 60_000));
                truth.live.insert((*who, *citation), VERDICTS[*verdict]);
                truth.ids.entry((*who, *citation)).or_default().insert(id.clone());
                last[*who] = Some((at, *citation, id));
                sends.push(Send { who: *who, path: format!("{}/decisions", world.review), body, after: None });
            }
            Act::TakeBack => {
                let Some((decided, citation, id)) = last[*who].take() else {
                    // Nothing to take back: the page does not offer it. A harmless question instead.
                    let path = format!("{}/decisions/{}/undo", world.review, uuid::Uuid::from_u128(at as u128));
                    sends.push(Send { who: *who, path, body: json!({}), after: None });
                    continue;
                };
                truth.live.remove(&(*who, citation));
                let path = format!("{}/decisions/{id}/undo", world.review);
                sends.push(Send { who: *who, path, body: json!({}), after: Some(decided) });
            }
        }
    }
    (sends, truth)
}

/// The order in which sends arrive: by their numbers, but nothing that the browser sends only after something else before that.
fn schedule(sends: &[Send], arrivals: &[Vec<u8>]) -> Vec<Vec<usize>> {
    let mut queue: Vec<(u8, usize)> = (0..sends.len()).flat_map(|at| arrivals[at].iter().map(move |when| (*when, at))).collect();
    queue.sort_unstable();
    let (mut rounds, mut arrived) = (Vec::new(), BTreeSet::new());
    while !queue.is_empty() {
        let ready = |at: usize| sends[at].after.is_none_or(|before| arrived.contains(&before));
        let round: Vec<usize> = (0..queue.len()).filter(|at| ready(queue[*at].1)).take(AT_ONCE).collect();
        let sent: Vec<usize> = round.iter().map(|at| queue[*at].1).collect();
        for at in round.into_iter().rev() {
            queue.remove(at);
        }
        arrived.extend(sent.iter().copied());
        rounds.push(sent);
    }
    rounds.push((0..sends.len()).collect()); // every answer was lost: all of it once more
    rounds
}

async fn deliver(world: &World, sends: &[Send], round: &[usize]) {
    let answers = join_all(round.iter().map(|at| {
        let send = &sends[*at];
        world.reviewers[send.who].send(Method::POST, &send.path, Some(send.body.clone()))
    }));
    for (at, (status, answer)) in round.iter().zip(answers.await) {
        let harmless = sends[*at].after.is_none() && sends[*at].path.ends_with("/undo");
        assert!(status.is_success() || harmless && status == 404, "{:?}: {status} {answer}", sends[*at]);
    }
}

/// A review in which each reviewer holds the same citations as tasks: `[reviewer][citation]`.
async fn review(citations: usize) -> (World, Vec<Vec<Value>>) {
    let world = World::new(REVIEWERS, citations).await;
    let mut tasks = Vec::new();
    for who in &world.reviewers {
        let mut mine = Vec::new();
        while mine.len() < citations {
            let held: Vec<&str> = mine.iter().map(|task: &Value| task["id"].as_str().unwrap()).collect();
            let path = format!("{}/stages/{TA}/next?limit=30&exclude={}", world.review, held.join(","));
            let more = who.get(&path).await["tasks"].as_array().unwrap().clone();
            assert!(!more.is_empty());
            mine.extend(more);
        }
        mine.sort_by_key(|task| task["citation"]["number"].as_i64());
        tasks.push(mine);
    }
    (world, tasks)
}

/// What two reviewers' last words amount to (domain §4, defaults).
fn outcome(words: &[&str]) -> &'static str {
    match words {
        [a, b] if (*a == "exclude") != (*b == "exclude") => "in_conflict",
        ["exclude", _] => "excluded",
        [_, _] => "included",
        _ => "pending",
    }
}

async fn check(world: &World, case: &Case, tasks: &[Vec<Value>], truth: &Truth) {
    for (citation, task) in tasks[0].iter().enumerate() {
        let id = task["citation"]["id"].as_str().unwrap();
        let words: Vec<&str> = (0..REVIEWERS).filter_map(|who| truth.live.get(&(who, citation)).copied()).collect();
        let seen = world.lead.get(&format!("{}/citations/{id}", world.review)).await;
        assert_eq!(seen["outcome"][TA]["state"], outcome(&words), "{case:?} {seen}");
        for who in 0..REVIEWERS {
            let mine = world.reviewers[who].get(&format!("{}/decisions/mine?citation_id={id}", world.review)).await;
            let items = mine["items"].as_array().unwrap();
            let stored: BTreeSet<String> = items.iter().map(|item| item["id"].as_str().unwrap().to_string()).collect();
            assert_eq!(items.len(), stored.len(), "stored once: {mine}");
            assert_eq!(&stored, truth.ids.get(&(who, citation)).unwrap_or(&BTreeSet::new()), "stored at all: {case:?}");
            let live: Vec<&Value> = items.iter().filter(|item| item["live"] == true).map(|item| &item["verdict"]).collect();
            let word: Vec<&&str> = truth.live.get(&(who, citation)).into_iter().collect();
            assert_eq!(live, word, "{who} on {citation}: {case:?} {mine}");
        }
    }
}

#[test]
fn however_decisions_arrive_it_ends_as_if_each_was_sent_once() {
    run(async {
        let cases = cases(CASES);
        let (mut world, all_tasks) = review(cases * CITATIONS).await;
        let mut runner = TestRunner::default();
        let mut live = [0; REVIEWERS];
        for n in 0..cases {
            let case = case().new_tree(&mut runner).unwrap().current();
            let tasks: Vec<Vec<Value>> = all_tasks.iter().map(|mine| mine[n * CITATIONS..][..CITATIONS].to_vec()).collect();
            let (sends, truth) = plan(&mut world, &case, &tasks);
            for round in schedule(&sends, &case.arrivals) {
                deliver(&world, &sends, &round).await;
            }
            check(&world, &case, &tasks, &truth).await;
            for (who, _) in truth.live.keys() {
                live[*who] += 1;
            }
        }
        // Who has no last word on a citation is asked again; who has is not.
        for (who, decided) in live.iter().enumerate() {
            let next = world.reviewers[who].get(&format!("{}/stages/{TA}/next?limit=1", world.review)).await;
            assert_eq!(next["remaining"], cases * CITATIONS - decided);
            assert_eq!(next["done_by_me"], *decided);
        }
        world.assert_sound().await;
    });
}

/// A decision with the time at which it was made, in minutes after the first.
fn at(world: &mut World, task: &Value, verdict: &str, minute: i64) -> Value {
    let mut body = world.decision(task, verdict);
    body["decided_at"] = json!(erabi::app::time(NOW + minute * 60_000));
    body
}

/// A task that lay about was given to somebody else. What its first holder decided offline is kept; it counts while the stage
/// still wants a decision, and no longer.
#[test]
fn a_decision_on_a_task_that_was_handed_on_is_kept() {
    run(async {
        const LONG_MS: i64 = 13 * 3600 * 1000;
        for others in [1, 2] {
            let mut world = World::new(3, 1).await;
            let decisions = format!("{}/decisions", world.review);
            let slow = world.next(&world.reviewers[0].clone(), TA, 1).await.remove(0);
            let quick = world.next(&world.reviewers[1].clone(), TA, 1).await.remove(0);
            let body = at(&mut world, &quick, "include", 0);
            world.reviewers[1].post(&decisions, body).await;
            world.test.clock.advance(LONG_MS);
            let handed_on = world.next(&world.reviewers[2].clone(), TA, 1).await.remove(0);
            assert_eq!(handed_on["citation"]["id"], slow["citation"]["id"]);
            if others == 2 {
                let body = at(&mut world, &handed_on, "include", 60);
                world.reviewers[2].post(&decisions, body).await;
            }
            let body = at(&mut world, &slow, "exclude", 1);
            let stored = world.reviewers[0].post(&decisions, body).await;
            assert_eq!((&stored["live"], &stored["decided_at"]), (&json!(others == 1), &json!("2026-11-21T00:01:00.000Z")));
            let citation = world.lead.get(&format!("{}/citations/{}", world.review, slow["citation"]["id"].as_str().unwrap())).await;
            assert_eq!(citation["outcome"][TA]["state"], if others == 1 { "in_conflict" } else { "included" });
            assert_eq!(citation["decisions"][TA].as_array().unwrap().len(), others + 1, "it is there to be read");
            let left = world.next(&world.reviewers[2].clone(), TA, 5).await;
            assert!(left.is_empty(), "two have decided, nobody else is asked");
            world.assert_sound().await;
        }
    });
}

/// Of what one reviewer said about two citations that turn out to be one, the later word counts, not what came in later.
#[test]
fn the_later_word_counts_also_across_a_merge() {
    run(async {
        let mut world = World::new(1, 2).await;
        let mut settings = world.lead.get(&world.review).await["stages"][TA]["settings"].clone();
        settings["reviewers_per_citation"] = json!(1);
        world.lead.put(&format!("{}/stages/{TA}", world.review), json!({ "settings": settings })).await;
        let tasks = world.next(&world.reviewers[0].clone(), TA, 2).await;
        world.test.clock.advance(3_600_000);
        for (task, verdict, minute) in [(&tasks[0], "include", 9), (&tasks[1], "exclude", 4)] {
            let body = at(&mut world, task, verdict, minute);
            world.reviewers[0].post(&format!("{}/decisions", world.review), body).await;
        }
        let [a, b] = [&tasks[0]["citation"]["id"], &tasks[1]["citation"]["id"]];
        world.lead.post(&format!("{}/pairs", world.review), json!({ "a": a, "b": b, "verdict": "same" })).await;
        let merged = world.lead.get(&format!("{}/citations/{}", world.review, a.as_str().unwrap())).await;
        assert_eq!(merged["outcome"][TA]["state"], "included", "{merged}");
        world.assert_sound().await;
    });
}
