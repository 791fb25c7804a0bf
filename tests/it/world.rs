//! A review with citations and reviewers, made over HTTP: `World::new(reviewers, citations)`.

use erabi::app::Options;
use erabi::jobs::{self, Worker};
use serde_json::{Value, json};

use crate::harness::{Client, TestApp};

pub struct World {
    pub test: TestApp,
    pub lead: Client,
    pub reviewers: Vec<Client>,
    /// Path of the review.
    pub review: String,
    _worker: Worker,
    made: u128,
}

impl World {
    /// A review that asks two reviewers per citation.
    pub async fn new(reviewers: usize, citations: usize) -> Self {
        Self::with(reviewers, citations, Options::default()).await
    }

    pub async fn with(reviewers: usize, citations: usize, options: Options) -> Self {
        let test = TestApp::start_with(options).await;
        let lead = test.admin().await;
        let review = lead.review().await;
        let mut clients = Vec::new();
        for n in 0..reviewers {
            let client = test.user(&lead, &format!("reviewer{n}")).await;
            lead.post(&format!("{review}/members"), json!({ "user_id": client.id, "role": "reviewer" })).await;
            clients.push(client);
        }
        let worker = jobs::start(test.app.clone());
        let mut world = Self { test, lead, reviewers: clients, review, _worker: worker, made: 0 };
        if citations > 0 {
            world.import("MEDLINE", "database", &ris(0, citations)).await;
        }
        world
    }

    pub async fn source(&self, name: &str, kind: &str) -> String {
        let source = self.lead.post(&format!("{}/sources", self.review), json!({ "name": name, "platform": "", "kind": kind })).await;
        let search = self.lead.post(&format!("{}/sources/{}/searches", self.review, source["id"].as_str().unwrap()), json!({})).await;
        search["id"].as_str().unwrap().to_string()
    }

    /// Uploads a file to a new source and waits until its records are there; the import.
    pub async fn import(&mut self, source: &str, kind: &str, file: &str) -> Value {
        let search = self.source(source, kind).await;
        self.import_into(&search, file.as_bytes().to_vec(), false).await
    }

    pub async fn import_into(&self, search: &str, bytes: Vec<u8>, force: bool) -> Value {
        let (status, upload) = self.lead.form(&format!("{}/uploads", self.review), vec![("file", Some("export.ris"), bytes)]).await;
        assert!(status.is_success(), "{upload}");
        let body = json!({ "search_id": search, "sha256": upload["sha256"], "file_name": "export.ris", "force": force });
        let started = self.lead.post(&format!("{}/imports", self.review), body).await;
        self.done(&started["job_id"]).await;
        self.lead.get(&format!("{}/imports/{}", self.review, started["import"]["id"].as_str().unwrap())).await
    }

    /// Waits for a job and returns it; it must not fail.
    pub async fn done(&self, job: &Value) -> Value {
        let path = format!("{}/jobs/{}", self.review, job.as_str().unwrap());
        for _ in 0..3000 {
            let job = self.lead.get(&path).await;
            match job["state"].as_str().unwrap() {
                "done" => return job,
                "failed" => panic!("{job}"),
                _ => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        }
        panic!("a job did not end in 30 s");
    }

    pub async fn next(&self, who: &Client, stage: &str, limit: usize) -> Vec<Value> {
        let next = who.get(&format!("{}/stages/{stage}/next?limit={limit}", self.review)).await;
        next["tasks"].as_array().unwrap().clone()
    }

    /// An id that this test made up.
    pub fn id(&mut self) -> String {
        self.made += 1;
        uuid::Uuid::from_u128(0x0001_0000_0000_7000_8000_0000_0000_0000 + self.made).to_string()
    }

    pub fn decision(&mut self, task: &Value, verdict: &str) -> Value {
        let id = self.id();
        json!({ "id": id, "task_id": task["id"], "verdict": verdict, "decided_at": "2026-11-21T00:00:00Z" })
    }

    pub async fn decide(&mut self, who: usize, task: &Value, verdict: &str) -> Value {
        let body = self.decision(task, verdict);
        self.reviewers[who].post(&format!("{}/decisions", self.review), body).await
    }

    /// What the review's own checks find wrong: nothing.
    pub async fn assert_sound(&self) {
        let findings = self.test.app.verify(|_| {}).await.unwrap();
        assert!(findings.wrong.is_empty(), "{:#?}", findings.wrong);
        let flow = self.lead.get(&format!("{}/flow", self.review)).await;
        for identity in flow["identities"].as_array().unwrap() {
            assert_eq!(identity["ok"], true, "{identity}");
        }
    }

    pub async fn flow_number(&self, key: &str) -> u64 {
        let flow = self.lead.get(&format!("{}/flow", self.review)).await;
        let found = flow["boxes"].as_array().unwrap().iter().find(|b| b["key"] == key).unwrap_or_else(|| panic!("no box {key}"));
        found["n"].as_u64().unwrap()
    }
}

/// Invented records whose titles share nothing, numbered from `from`.
pub fn ris(from: usize, n: usize) -> String {
    (from..from + n).map(|at| record(at, "")).collect()
}

/// One invented record; `twist` is added to its title.
pub fn record(at: usize, twist: &str) -> String {
    const WORDS: [&str; 12] = [
        "housing",
        "outreach",
        "recovery",
        "nursing",
        "relapse",
        "employment",
        "dementia",
        "schooling",
        "peers",
        "hospital",
        "caregivers",
        "stigma",
    ];
    let word = |shift: usize| WORDS[(at / 12usize.pow(shift as u32 % 3) + shift * 5) % WORDS.len()];
    format!(
        "TY  - JOUR\r\nTI  - {} and {} in {} study {at}{twist}\r\nAU  - Author{at}, {}\r\nPY  - {}\r\nJO  - Journal of {}\r\nVL  - {}\r\nIS  - {}\r\nSP  - {}\r\nEP  - {}\r\nDO  - 10.5555/test.{at}\r\nER  - \r\n\r\n",
        word(0),
        word(1),
        word(2),
        char::from(b'A' + (at % 26) as u8),
        1980 + at % 40,
        word(3),
        10 + at % 37,
        1 + at % 11,
        100 + at * 17,
        109 + at * 17,
    )
}
