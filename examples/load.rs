//! The benchmark of the whole service: the reference case from upload to index, then twelve reviewers at once. One rule: the
//! server is the real release binary in a process of its own, and what it acknowledged is counted again at the end.
//!
//! `cargo run --release --example load`; `ERABI_BIN` names another binary, `ERABI_BENCH_SECONDS` another length of the second part.

#[path = "../benches/case.rs"]
mod case;

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use erabi::clock::Clock;
use erabi::export::ris;
use erabi::model::Record;
use reqwest::Method;
use serde_json::{Value, json};

const REVIEWERS: usize = 12;
/// How long the reviewers work, unless nothing is left before.
const SECONDS: u64 = 15;
/// As the page does: it asks for more when so few are left, and for so many.
const KEEP_AHEAD: usize = 3;
const FETCH: usize = 6;
const PASSWORD: &str = "a long password for measuring";
/// A job that takes longer than this is a failure.
const PATIENCE: Duration = Duration::from_secs(180);

fn main() -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path())?;
    let mut lead = Client::new(&server.url)?;
    let admin = json!({ "login": "lead", "name": "Lead", "password": PASSWORD, "locale": "en" });
    lead.sign(Method::POST, "/api/setup", admin).await?;
    let title = json!({ "ja": "計測", "en": "Benchmark" });
    let review = lead.call(Method::POST, "/api/reviews", json!({ "title": title, "template": "pcc" })).await?;
    let review = format!("/api/reviews/{}", text(&review["id"]));

    import_to_index(&lead, &review, &server).await?;
    let reviewers = reviewers(&lead, &review, &server.url).await?;
    screen(&lead, &review, &server, reviewers).await
}

/// One export, as a librarian would upload it.
struct ExportFile {
    database: String,
    name: String,
    bytes: Vec<u8>,
    records: usize,
}

/// The case as one RIS file per database.
fn files() -> (Vec<ExportFile>, &'static str) {
    let (table, origin) = case::table();
    let mut by_database: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in case::read(&table) {
        by_database.entry(record.database.clone().unwrap_or_else(|| "Other".into())).or_default().push(record);
    }
    let files = by_database.into_iter().map(|(database, records)| {
        let mut bytes = Vec::new();
        ris::write(records.iter(), &mut bytes).expect("writing to memory does not fail");
        ExportFile { name: format!("{}.ris", database.to_lowercase()), database, bytes, records: records.len() }
    });
    (files.collect(), origin)
}

/// The first part: files in, records, citations, index.
async fn import_to_index(lead: &Client, review: &str, server: &Server) -> Result<()> {
    let (files, origin) = files();
    let records: usize = files.iter().map(|file| file.records).sum();
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    println!("records: {records} in {} files, {:.1} MB ({origin})", files.len(), bytes as f64 / 1e6);
    let idle = server.peak_memory()?;
    let begin = Instant::now();
    let mut uploads = Vec::new();
    for file in &files {
        let source = json!({ "name": file.database, "platform": "", "kind": "database" });
        let source = lead.call(Method::POST, &format!("{review}/sources"), source).await?;
        let search = lead.call(Method::POST, &format!("{review}/sources/{}/searches", text(&source["id"])), json!({})).await?;
        let upload = lead.upload(&format!("{review}/uploads"), &file.name, &file.bytes).await?;
        ensure!(upload["records"] == file.records, "{}: {} of {} records were read", file.name, upload["records"], file.records);
        uploads.push(json!({ "search_id": search["id"], "sha256": upload["sha256"], "file_name": file.name }));
    }
    let uploaded = begin.elapsed();
    let begin = Instant::now();
    for upload in uploads {
        let started = lead.call(Method::POST, &format!("{review}/imports"), upload).await?;
        lead.wait_for(review, text(&started["job_id"])).await?;
    }
    let imported = begin.elapsed();
    let started = lead.call(Method::POST, &format!("{review}/dedup"), json!({})).await?;
    lead.wait_for(review, text(&started["job_id"])).await?;
    let grouped = begin.elapsed();
    let state = lead.get(&format!("{review}/dedup")).await?;
    let mut searches = indexed(lead, review).await?;
    let searchable = grouped + searches.remove(0);
    println!("citations: {} ({} duplicates merged, {} pairs to review)", state["citations"], state["merged"], state["to_review"]);
    row("upload and recognise", uploaded);
    row("import (read, normalise, store)", imported);
    row("deduplicate", grouped.saturating_sub(imported));
    row("index (what the first search still waits for)", searchable.saturating_sub(grouped));
    row("import to index, together", searchable);
    percentiles("search", searches);
    println!("  {:<44} {:>8.0} MB (idle {:.0} MB)", "peak memory of the server", server.peak_memory()?, idle);
    Ok(())
}

/// A search answers from an index that has caught up with the database, so one that finds what it must is the end of the way.
async fn indexed(lead: &Client, review: &str) -> Result<Vec<Duration>> {
    let some = lead.get(&format!("{review}/citations?limit=50&sort=number")).await?;
    let mut times = Vec::new();
    for citation in some["items"].as_array().into_iter().flatten() {
        let title = text(&citation["title"]);
        let Some(word) = title.split(|c: char| !c.is_alphanumeric()).max_by_key(|word| word.len()).filter(|word| !word.is_empty()) else {
            continue;
        };
        let begin = Instant::now();
        let found = lead.get_query(&format!("{review}/citations"), &[("q", word), ("limit", "50")]).await?;
        times.push(begin.elapsed());
        ensure!(found["total"].as_u64() > Some(0), "a search for {word:?} finds nothing, though {title:?} is a citation");
    }
    ensure!(!times.is_empty(), "there are no citations to be found");
    Ok(times)
}

async fn reviewers(lead: &Client, review: &str, url: &str) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for n in 1..=REVIEWERS {
        let login = format!("reviewer{n}");
        let body = json!({ "login": login, "name": login, "password": PASSWORD, "locale": "en" });
        let user = lead.call(Method::POST, "/api/users", body).await?;
        lead.call(Method::POST, &format!("{review}/members"), json!({ "user_id": user["id"], "role": "reviewer" })).await?;
        let mut client = Client::new(url)?;
        client.sign(Method::POST, "/api/session", json!({ "login": login, "password": PASSWORD })).await?;
        clients.push(client);
    }
    Ok(clients)
}

/// How long each request of one reviewer took.
#[derive(Default)]
struct Times {
    decide: Vec<Duration>,
    next: Vec<Duration>,
}

/// The second part: everybody decides as fast as the server lets them.
async fn screen(lead: &Client, review: &str, server: &Server, clients: Vec<Client>) -> Result<()> {
    let seconds = std::env::var("ERABI_BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let until = Instant::now() + Duration::from_secs(seconds);
    let begin = Instant::now();
    let work = clients.into_iter().map(|client| tokio::spawn(one_reviewer(client, review.to_string(), until)));
    let work: Vec<_> = work.collect();
    let mut all = Times::default();
    for reviewer in work {
        let times = reviewer.await??;
        all.decide.extend(times.decide);
        all.next.extend(times.next);
    }
    let took = begin.elapsed();
    let decisions = all.decide.len();
    println!("reviewers: {REVIEWERS} at once for {:.1} s, {decisions} decisions", took.as_secs_f64());
    println!("  {:<44} {:>8.0} /s", "durable decisions", decisions as f64 / took.as_secs_f64());
    percentiles("decide", all.decide);
    percentiles("next", all.next);
    println!("  {:<44} {:>8.0} MB", "peak memory of the server", server.peak_memory()?);
    let progress = lead.get(&format!("{review}/progress")).await?;
    let stored = &progress["stages"][0]["decisions_made"];
    ensure!(*stored == decisions, "{decisions} decisions were acknowledged, {stored} are stored");
    println!("  every acknowledged decision is stored: {stored}");
    Ok(())
}

async fn one_reviewer(client: Client, review: String, until: Instant) -> Result<Times> {
    let clock = Clock::system();
    let mut times = Times::default();
    let mut held: VecDeque<String> = VecDeque::new();
    while Instant::now() < until {
        if held.len() <= KEEP_AHEAD {
            let exclude = held.iter().cloned().collect::<Vec<_>>().join(",");
            let begin = Instant::now();
            let next = client.get(&format!("{review}/stages/title_abstract/next?limit={FETCH}&exclude={exclude}")).await?;
            times.next.push(begin.elapsed());
            held.extend(next["tasks"].as_array().into_iter().flatten().map(|task| text(&task["id"]).to_string()));
        }
        let Some(task) = held.pop_front() else { break };
        let verdict = if times.decide.len() % 9 == 0 { "include" } else { "exclude" };
        let at = erabi::app::time(clock.now());
        let decision = json!({ "id": clock.id(), "task_id": task, "verdict": verdict, "decided_at": at });
        let begin = Instant::now();
        client.call(Method::POST, &format!("{review}/decisions"), decision).await?;
        times.decide.push(begin.elapsed());
    }
    Ok(times)
}

fn row(what: &str, took: Duration) {
    println!("  {what:<44} {:>8.2} s", took.as_secs_f64());
}

fn percentiles(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    let (p50, p99, max) = (ms(at(0.5)), ms(at(0.99)), ms(times.last()));
    println!("  {what:<44} p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms ({} requests)", times.len());
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The binary, serving an empty folder on a port that was free.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(data: &std::path::Path) -> Result<Self> {
        let binary = std::env::var_os("ERABI_BIN").map_or_else(beside_this_program, PathBuf::from);
        let mut child = Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} (build it with `make build`)", binary.display()))?;
        let lines = BufReader::new(child.stdout.take().context("the output was piped")?).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains("http://")).context("the server did not say where it is")?;
        let url = line[line.find("http://").unwrap_or(0)..].trim().trim_end_matches('/').to_string();
        Ok(Self { child, url })
    }

    /// The most memory that the server ever held (`VmHWM`), in MB.
    fn peak_memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM")).context("VmHWM")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
        Ok(kilobytes / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `target/release/examples/load` lies one folder below `target/release/erabi`.
fn beside_this_program() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.ancestors().nth(2).map_or_else(|| PathBuf::from("target/release/erabi"), |folder| folder.join("erabi"))
}

/// A browser, as far as the server can tell.
struct Client {
    http: reqwest::Client,
    url: String,
    csrf: String,
}

impl Client {
    fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().cookie_store(true).pool_max_idle_per_host(1).no_proxy().build()?;
        Ok(Self { http, url: url.to_string(), csrf: String::new() })
    }

    async fn sign(&mut self, method: Method, path: &str, body: Value) -> Result<()> {
        let session = self.call(method, path, body).await?;
        self.csrf = text(&session["csrf"]).to_string();
        Ok(())
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Result<Value> {
        let request = self.http.request(method, format!("{}{path}", self.url)).header("X-Erabi-CSRF", &self.csrf);
        answer(path, request.json(&body)).await
    }

    async fn get(&self, path: &str) -> Result<Value> {
        answer(path, self.http.get(format!("{}{path}", self.url))).await
    }

    async fn get_query(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        answer(path, self.http.get(format!("{}{path}", self.url)).query(query)).await
    }

    async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> Result<Value> {
        let boundary = "erabi-benchmark-boundary";
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let request = self.http.post(format!("{}{path}", self.url)).header("X-Erabi-CSRF", &self.csrf);
        answer(path, request.header("Content-Type", format!("multipart/form-data; boundary={boundary}")).body(body)).await
    }

    async fn wait_for(&self, review: &str, job: &str) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let job = self.get(&format!("{review}/jobs/{job}")).await?;
            match text(&job["state"]) {
                "done" => return Ok(()),
                "failed" => bail!("the job failed: {job}"),
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        bail!("the job took too long")
    }
}

async fn answer(path: &str, request: reqwest::RequestBuilder) -> Result<Value> {
    let response = request.send().await?;
    let status = response.status();
    let body = response.text().await?;
    ensure!(status.is_success(), "{path}: {status} {body}");
    Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
}
