//! Who is asked for what (domain §3 rule 5), after any sequence of pulls (also at once), decisions (also late ones), pauses,
//! merges and changes of settings: nobody is asked twice for one citation, no more reviewers decide than the stage asks for,
//! who pull at once get different work while there is different work, and in the end nothing is left over.

use std::collections::{BTreeMap, BTreeSet};

use erabi::store::{self, screening};
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{cases, run};
use crate::world::World;

const TA: &str = "title_abstract";
const REVIEWERS: usize = 4;
const CITATIONS: usize = 7;
const CASES: usize = 4;
/// Longer than anybody keeps a task of the pool for themselves.
const LONG_MS: i64 = 13 * 3600 * 1000;

#[derive(Clone, Debug)]
enum Act {
    Pull {
        who: usize,
        limit: usize,
    },
    /// Everybody asks at the same time.
    PullAll {
        limit: usize,
    },
    /// On a task that the page holds, however old.
    Decide {
        who: usize,
        which: usize,
        verdict: usize,
    },
    TakeBack {
        who: usize,
        which: usize,
    },
    Pause,
    Merge {
        a: usize,
        b: usize,
    },
    Part,
    Required {
        n: usize,
    },
    /// One leaves, or is no longer to screen; whoever was gone comes back first, so that enough are left.
    Leave {
        who: usize,
        stays: bool,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..REVIEWERS, 1..4usize).prop_map(|(who, limit)| Act::Pull { who, limit }),
        2 => (1..3usize).prop_map(|limit| Act::PullAll { limit }),
        6 => (0..REVIEWERS, any::<usize>(), 0..2usize).prop_map(|(who, which, verdict)| Act::Decide { who, which, verdict }),
        1 => (0..REVIEWERS, any::<usize>()).prop_map(|(who, which)| Act::TakeBack { who, which }),
        1 => Just(Act::Pause),
        2 => (0..CITATIONS, 0..CITATIONS).prop_map(|(a, b)| Act::Merge { a, b }),
        1 => Just(Act::Part),
        1 => (1..4usize).prop_map(|n| Act::Required { n }),
        1 => (0..REVIEWERS, any::<bool>()).prop_map(|(who, stays)| Act::Leave { who, stays }),
    ]
}

/// Where the review stands, from the stored truth.
#[derive(Debug, Default)]
struct Standing {
    /// Citation → the one that lives in its place.
    root: BTreeMap<Uuid, Uuid>,
    /// Root → reviewers who have decided.
    deciders: BTreeMap<Uuid, BTreeSet<Uuid>>,
    /// Root → reviewers who hold a task and have not decided.
    holders: BTreeMap<Uuid, BTreeSet<Uuid>>,
    /// Roots that wait for decisions.
    pending: BTreeSet<Uuid>,
}

struct Room {
    world: World,
    id: Uuid,
    citations: Vec<Uuid>,
    /// What each page holds: tasks, and answers that it may take back.
    held: Vec<Vec<Value>>,
    answered: Vec<Vec<Value>>,
    links: Vec<Value>,
    required: usize,
    /// Citations that had more deciders than the stage asks for, by a merge or because it asked for more before.
    over: BTreeMap<Uuid, usize>,
    gone: Option<usize>,
    minutes: i64,
}

impl Room {
    async fn new(assignment: &str) -> Self {
        let world = World::new(REVIEWERS, CITATIONS).await;
        let mut room = Self {
            id: world.review.rsplit('/').next().unwrap().parse().unwrap(),
            citations: Vec::new(),
            held: vec![Vec::new(); REVIEWERS],
            answered: vec![Vec::new(); REVIEWERS],
            links: Vec::new(),
            required: 2,
            over: BTreeMap::new(),
            gone: None,
            minutes: 0,
            world,
        };
        room.citations = screening::live_citations(&room.world.test.app.db(), room.id).await.unwrap();
        room.set(|settings| settings["assignment"] = json!(assignment)).await;
        room
    }

    async fn set(&self, change: impl FnOnce(&mut Value)) {
        let world = &self.world;
        let mut settings = world.lead.get(&world.review).await["stages"][TA]["settings"].clone();
        change(&mut settings);
        world.lead.put(&format!("{}/stages/{TA}", world.review), json!({ "settings": settings })).await;
    }

    async fn standing(&self) -> Standing {
        let db = self.world.test.app.db();
        let mut standing = Standing::default();
        for row in screening::citations(&db, &self.citations).await.unwrap() {
            standing.root.insert(row.id, row.merged_into.unwrap_or(row.id));
        }
        for row in screening::live_decisions(&db, &self.citations).await.unwrap() {
            standing.deciders.entry(standing.root[&row.citation_id]).or_default().insert(row.user_id);
        }
        for row in store::tasks::live_tasks(&db, &self.citations).await.unwrap() {
            let root = standing.root[&row.citation_id];
            if !standing.deciders.get(&root).is_some_and(|all| all.contains(&row.user_id)) {
                standing.holders.entry(root).or_default().insert(row.user_id);
            }
        }
        let rows: Vec<store::CitationStageRow> = screening::stages_of_review(&db, self.id).await.unwrap();
        standing.pending = rows.into_iter().filter(|row| row.stage == TA && row.outcome == "pending").map(|row| row.citation_id).collect();
        standing
    }

    async fn act(&mut self, act: &Act) {
        self.world.test.clock.advance(60_000);
        self.minutes += 1;
        match *act {
            Act::Pull { who, .. } | Act::Decide { who, .. } | Act::TakeBack { who, .. } if self.gone == Some(who) => {}
            Act::Pull { who, limit } => self.pull(&[who], limit).await,
            Act::PullAll { limit } => {
                let here: Vec<usize> = (0..REVIEWERS).filter(|who| self.gone != Some(*who)).collect();
                self.pull(&here, limit).await;
            }
            Act::Decide { who, which, verdict } if !self.held[who].is_empty() => {
                let at = which % self.held[who].len();
                let task = self.held[who].remove(at);
                self.decide(who, &task, verdict).await;
            }
            Act::TakeBack { who, which } if !self.answered[who].is_empty() => {
                let at = which % self.answered[who].len();
                let decision = self.answered[who].remove(at);
                let path = format!("{}/decisions/{}/undo", self.world.review, decision["id"].as_str().unwrap());
                let (status, answer) = self.world.reviewers[who].send(Method::POST, &path, Some(json!({}))).await;
                assert!(status.is_success(), "{answer}");
            }
            Act::Pause => {
                self.world.test.clock.advance(LONG_MS);
                self.minutes += LONG_MS / 60_000;
            }
            Act::Merge { a, b } if a != b => {
                let body = json!({ "a": self.citations[a], "b": self.citations[b], "verdict": "same" });
                let said = self.world.lead.post(&format!("{}/pairs", self.world.review), body).await;
                self.links.push(said["link_id"].clone());
                self.allow_what_is().await;
            }
            Act::Part => {
                if let Some(link) = self.links.pop() {
                    self.world.lead.post(&format!("{}/pairs/undo", self.world.review), json!({ "link_id": link })).await;
                }
            }
            Act::Required { n } => {
                self.set(|settings| settings["reviewers_per_citation"] = json!(n)).await;
                self.required = n;
                self.allow_what_is().await;
            }
            Act::Leave { who, stays } => self.leave(who, stays).await,
            Act::Decide { .. } | Act::TakeBack { .. } | Act::Merge { .. } => {}
        }
    }

    async fn leave(&mut self, who: usize, stays: bool) {
        let members = format!("{}/members", self.world.review);
        let id = |who: usize| self.world.reviewers[who].id.clone();
        if let Some(gone) = self.gone.replace(who) {
            self.world.lead.post(&members, json!({ "user_id": id(gone), "role": "reviewer" })).await;
        }
        let path = format!("{members}/{}", id(who));
        let (method, body) = if stays { (Method::PATCH, Some(json!({ "role": "observer" }))) } else { (Method::DELETE, None) };
        let (status, answer) = self.world.lead.send(method, &path, body).await;
        assert!(status.is_success(), "{answer}");
        self.held[who].clear();
    }

    /// A merge keeps every decision, and settings undo none: so many may stand, but no more come.
    async fn allow_what_is(&mut self) {
        for (root, deciders) in self.standing().await.deciders {
            let over = self.over.entry(root).or_default();
            *over = (*over).max(deciders.len());
        }
    }

    async fn decide(&mut self, who: usize, task: &Value, verdict: usize) {
        let mut body = self.world.decision(task, ["include", "exclude"][verdict]);
        body["decided_at"] = json!(erabi::app::time(crate::harness::NOW + self.minutes * 60_000));
        let stored = self.world.reviewers[who].post(&format!("{}/decisions", self.world.review), body).await;
        self.answered[who].push(stored);
        self.nobody_beyond_what_is_asked().await;
    }

    async fn nobody_beyond_what_is_asked(&self) {
        for (root, deciders) in self.standing().await.deciders {
            let most = self.required.max(self.over.get(&root).copied().unwrap_or(0));
            assert!(deciders.len() <= most, "{} reviewers decided on {root}, asked for: {most}", deciders.len());
        }
    }

    /// These reviewers ask at once; what they get is checked and goes to their pages.
    async fn pull(&mut self, who: &[usize], limit: usize) {
        let before = self.standing().await;
        let answers = join_all(who.iter().map(|who| self.world.next(&self.world.reviewers[*who], TA, limit))).await;
        let after = self.standing().await;
        let mut fresh: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (who, tasks) in who.iter().zip(answers) {
            let user: Uuid = self.world.reviewers[*who].id.parse().unwrap();
            let roots: Vec<Uuid> = tasks.iter().map(|task| task["citation"]["id"].as_str().unwrap().parse().unwrap()).collect();
            assert_eq!(roots.iter().collect::<BTreeSet<_>>().len(), roots.len(), "nobody is asked twice for one citation: {tasks:?}");
            for root in roots {
                let others = after.deciders.get(&root).cloned().unwrap_or_default();
                assert!(!others.contains(&user), "who has decided on {root} is not asked again");
                assert!(others.len() < self.required, "enough have decided on {root}");
                if !before.holders.get(&root).is_some_and(|held| held.contains(&user)) {
                    fresh.entry(root).or_default().push(user);
                }
            }
            self.held[*who].extend(tasks);
        }
        self.different_work(&fresh, &after);
    }

    /// Two who were given the same had nothing else to be given.
    fn different_work(&self, fresh: &BTreeMap<Uuid, Vec<Uuid>>, after: &Standing) {
        let nobody_holds = |root: &&Uuid| after.holders.get(*root).is_none_or(BTreeSet::is_empty);
        for (root, users) in fresh.iter().filter(|(_, users)| users.len() > 1) {
            for other in after.pending.iter().filter(nobody_holds) {
                let decided = after.deciders.get(other).cloned().unwrap_or_default();
                let idle = users.iter().filter(|user| !decided.contains(*user)).count();
                assert!(decided.len() >= self.required || idle < users.len(), "{users:?} all got {root}, and {other} lies about");
            }
        }
    }

    /// Everybody works until nothing is handed out any more: nothing is left over.
    async fn finish(&mut self) {
        let gone = self.gone;
        loop {
            let mut worked = false;
            for who in (0..REVIEWERS).filter(|who| gone != Some(*who)) {
                self.held[who].clear();
                self.act(&Act::Pull { who, limit: 2 }).await;
                for task in std::mem::take(&mut self.held[who]) {
                    self.decide(who, &task, 0).await;
                    worked = true;
                }
            }
            if !worked {
                break;
            }
        }
        let standing = self.standing().await;
        assert!(standing.pending.is_empty(), "nobody is asked for {:?}: {standing:?}", standing.pending);
        for (who, client) in self.world.reviewers.iter().enumerate().filter(|(who, _)| gone != Some(*who)) {
            let next = client.get(&format!("{}/stages/{TA}/next", self.world.review)).await;
            assert_eq!((&next["remaining"], &next["done_reason"]), (&json!(0), &json!("finished")), "{who}");
        }
        self.world.assert_sound().await;
    }
}

fn play(assignment: &str, allowed: impl Fn(&Act) -> bool) {
    run(async {
        let mut runner = TestRunner::default();
        for _ in 0..cases(CASES) {
            let acts = prop::collection::vec(act(), 10..35).new_tree(&mut runner).unwrap().current();
            println!("{acts:?}"); // shown when the test fails
            let mut room = Room::new(assignment).await;
            for act in acts.iter().filter(|act| allowed(act)) {
                room.act(act).await;
            }
            room.finish().await;
        }
    });
}

#[test]
fn the_pool_asks_nobody_twice_and_nobody_in_vain() {
    play("pool", |_| true);
}

/// Nothing but pulls, decisions and pauses: never are there more deciders than asked for.
#[test]
fn the_pool_alone_never_asks_too_many() {
    play("pool", |act| !matches!(act, Act::Merge { .. } | Act::Part | Act::Required { .. }));
}

#[test]
fn pairs_are_asked_once_each() {
    play("pairs", |_| true);
}

#[test]
fn shares_are_asked_once_each() {
    play("split", |_| true);
}
