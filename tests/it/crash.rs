//! A killed process loses nothing that it acknowledged (domain §3 rule 4): the real binary is ended by SIGKILL in the instant
//! after decisions were acknowledged, in the midst of an import and in the midst of finding duplicates, and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, cases, run};

const TA: &str = "title_abstract";
/// Times that the process is killed among decisions.
const KILLS: usize = 3;
const REVIEWERS: usize = 3;
/// Longer than it takes until a job of a dead process is taken up (`app::jobs::STALE_MS`) and done.
const PATIENCE: Duration = Duration::from_secs(90);

/// The real binary, serving a data folder.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_erabi"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_else(|| panic!("no address: {line}"));
        Self { url: url.trim_end_matches('/').to_string(), child }
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn sign_in(&self, login: &str) -> Client {
        let mut client = Client::at(&self.url);
        let body = json!({ "login": login, "password": PASSWORD });
        let (status, session) = client.send(reqwest::Method::POST, "/api/session", Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        client.signed_in(&session);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running server with a review; the path of the review.
async fn review(data: &Path) -> (Server, Client, String) {
    let server = Server::start(data);
    let mut lead = Client::at(&server.url);
    let body = json!({ "login": "lead", "name": "責任者", "password": PASSWORD, "locale": "ja" });
    let (status, session) = lead.send(reqwest::Method::POST, "/api/setup", Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{session}");
    lead.signed_in(&session);
    let review = lead.review().await;
    (server, lead, review)
}

/// Uploads a file to a new source and starts its import.
async fn import(lead: &Client, review: &str, file: String) -> Value {
    let source = lead.post(&format!("{review}/sources"), json!({ "name": "MEDLINE", "platform": "", "kind": "database" })).await;
    let search = lead.post(&format!("{review}/sources/{}/searches", source["id"].as_str().unwrap()), json!({})).await;
    let (status, upload) = lead.form(&format!("{review}/uploads"), vec![("file", Some("a.ris"), file.into_bytes())]).await;
    assert!(status.is_success(), "{upload}");
    let body = json!({ "search_id": search["id"], "sha256": upload["sha256"], "file_name": "a.ris" });
    lead.post(&format!("{review}/imports"), body).await["job_id"].clone()
}

/// Reads a job again and again until `enough` says so.
async fn watch(lead: &Client, review: &str, job: &Value, enough: impl Fn(&Value) -> bool) -> Value {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let seen = lead.get(&format!("{review}/jobs/{}", job.as_str().unwrap())).await;
        assert_ne!(seen["state"], "failed", "{seen}");
        if enough(&seen) {
            return seen;
        }
        assert!(std::time::Instant::now() < end, "it never came so far: {seen}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn assert_verifies(data: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_erabi")).args(["verify", "--data"]).arg(data).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("all is well"), "{text}");
}

/// A reviewer's decision, as their browser keeps it until it is acknowledged.
struct Kept {
    who: usize,
    body: Value,
    acknowledged: bool,
}

#[test]
fn every_acknowledged_decision_is_there_after_a_kill() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let (mut server, lead, review) = review(folder.path()).await;
        for who in 0..REVIEWERS {
            let body = json!({ "login": format!("r{who}"), "name": "評価者", "password": PASSWORD, "locale": "ja" });
            let user = lead.post("/api/users", body).await;
            lead.post(&format!("{review}/members"), json!({ "user_id": user["id"], "role": "reviewer" })).await;
        }
        let kills = cases(KILLS);
        let job = import(&lead, &review, crate::world::ris(0, kills * 30)).await;
        watch(&lead, &review, &job, |job| job["state"] == "done").await;
        let mut kept: Vec<Kept> = Vec::new();
        for kill in 0..=kills {
            let mut people = Vec::new();
            for who in 0..REVIEWERS {
                people.push(server.sign_in(&format!("r{who}")).await);
            }
            // What was not acknowledged is sent again, with the same id.
            for old in kept.iter_mut().filter(|old| !old.acknowledged) {
                people[old.who].post(&format!("{review}/decisions"), old.body.clone()).await;
                old.acknowledged = true;
            }
            check(&people, &review, &kept).await;
            if kill == kills {
                break;
            }
            let mut sends = Vec::new();
            for (who, person) in people.iter().enumerate() {
                let tasks = person.get(&format!("{review}/stages/{TA}/next?limit=12")).await["tasks"].clone();
                for (at, task) in tasks.as_array().unwrap().iter().enumerate() {
                    let id = uuid::Uuid::from_u128(0x0001_0000_0000_7000_8000_0000_0000_0000 + (kill * 1000 + who * 100 + at) as u128);
                    let body = json!({ "id": id, "task_id": task["id"], "verdict": "include", "decided_at": "2026-11-21T00:00:00Z" });
                    sends.push((who, body));
                }
            }
            assert!(sends.len() > 10);
            kept.extend(kill_among(&mut server, &people, &review, sends, 4 + kill * 5).await);
            server = Server::start(folder.path());
        }
        server.kill();
        assert_verifies(folder.path());
    });
}

/// Sends all at once and kills the server as soon as `after` of them are acknowledged.
async fn kill_among(server: &mut Server, people: &[Client], review: &str, sends: Vec<(usize, Value)>, after: usize) -> Vec<Kept> {
    let (told, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let path = format!("{review}/decisions");
    let sending = join_all(sends.iter().map(|(who, body)| {
        let (told, path) = (told.clone(), path.clone());
        async move {
            let answer = people[*who].try_send(reqwest::Method::POST, &path, Some(body.clone())).await;
            let fine = matches!(&answer, Ok((status, _)) if status.is_success());
            if fine {
                let _ = told.send(());
            }
            fine
        }
    }));
    let killing = async {
        for _ in 0..after {
            acknowledged.recv().await;
        }
        server.kill();
    };
    let (answers, ()) = tokio::join!(sending, killing);
    let kept = sends.into_iter().zip(answers).map(|((who, body), acknowledged)| Kept { who, body, acknowledged });
    let kept: Vec<Kept> = kept.collect();
    assert!(kept.iter().filter(|kept| kept.acknowledged).count() >= after);
    kept
}

/// Everything acknowledged is stored, once, and counts.
async fn check(people: &[Client], review: &str, kept: &[Kept]) {
    for (who, person) in people.iter().enumerate() {
        let mine = person.get(&format!("{review}/decisions/mine?limit=200")).await;
        let mut stored: Vec<&str> = mine["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        let mut sent: Vec<&str> = kept.iter().filter(|kept| kept.who == who).map(|kept| kept.body["id"].as_str().unwrap()).collect();
        stored.sort_unstable();
        sent.sort_unstable();
        assert_eq!(stored, sent, "reviewer {who}");
    }
}

#[test]
fn a_job_goes_on_after_a_kill_and_its_numbers_add_up() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let (mut server, lead, review) = review(folder.path()).await;
        // Two hundred of the records are there twice.
        let file = crate::world::ris(0, 2000) + &crate::world::ris(0, 200);
        let job = import(&lead, &review, file).await;
        watch(&lead, &review, &job, |job| job["state"] == "running" && job["done"].as_i64() > Some(0)).await;
        server.kill();
        assert_verifies(folder.path());

        server = Server::start(folder.path());
        let lead = server.sign_in("lead").await;
        let done = watch(&lead, &review, &job, |job| job["state"] == "done").await;
        assert_eq!((&done["result"]["records"], &done["result"]["rejected"]), (&json!(2200), &json!(0)));
        assert_eq!(lead.get(&format!("{review}/citations?limit=1")).await["total"], 2200);

        let job = lead.post(&format!("{review}/dedup"), json!({})).await["job_id"].clone();
        watch(&lead, &review, &job, |job| job["state"] == "running" && job["total"].as_i64() > Some(0)).await;
        server.kill();
        assert_verifies(folder.path());

        server = Server::start(folder.path());
        let lead = server.sign_in("lead").await;
        watch(&lead, &review, &job, |job| job["state"] == "done").await;
        let flow = lead.get(&format!("{review}/flow")).await;
        let number = |key: &str| flow["boxes"].as_array().unwrap().iter().find(|shown| shown["key"] == key).unwrap()["n"].clone();
        assert_eq!((number("identified"), number("duplicates"), number("screened")), (json!(2200), json!(200), json!(2000)));
        server.kill();
        assert_verifies(folder.path());
    });
}

#[test]
fn a_data_folder_has_one_server() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Server::start(folder.path());
        let mut second = tokio::process::Command::new(env!("CARGO_BIN_EXE_erabi"));
        second.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path()).kill_on_drop(true);
        let refused = tokio::time::timeout(Duration::from_secs(60), second.output()).await.expect("it serves").unwrap();
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("another server"), "{refused:?}");
        server.kill();
        drop(Server::start(folder.path())); // a killed server holds nothing
    });
}

/// A page that listens keeps no server from ending: its stream comes to its end, it is not cut off.
#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_stop_ends_what_pages_hear() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let (mut server, lead, review) = review(folder.path()).await;
        let mut stream = lead.listen(&format!("{review}/events")).await;
        assert!(stream.chunk().await.unwrap().is_some());
        assert!(Command::new("kill").arg(server.child.id().to_string()).status().unwrap().success());
        while stream.chunk().await.expect("the stream ends as it should").is_some() {}
        assert!(server.child.wait().unwrap().success());
        assert_verifies(folder.path());
    });
}
