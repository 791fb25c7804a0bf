//! Starts the real app on a database of its own, and speaks to it as a browser would.

use std::net::TcpListener;
use std::sync::Once;

use erabi::app::{App, Options};
use erabi::clock::Clock;
use erabi::store::Store;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// 2026-11-21 00:00 UTC.
pub const NOW: i64 = 1_795_219_200_000;
pub const PASSWORD: &str = "correct horse battery";

pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    pub url: String,
    _folder: TempDir,
}

/// How many cases a property test tries: few by default, `ERABI_TEST_CASES` times as many when that is set.
pub fn cases(few: usize) -> usize {
    few * std::env::var("ERABI_TEST_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// Runs an async test on actix's own runtime.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    actix_web::rt::System::new().block_on(test)
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&database(&folder, "test").await).await.unwrap();
        let clock = Clock::fixed(NOW, 7);
        let app = App::new(store, clock.clone(), Options { data: folder.path().to_path_buf(), ..options });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        actix_web::rt::spawn(erabi::http::server(app.clone(), listener, 1).unwrap());
        Self { app, clock, url, _folder: folder }
    }

    pub fn anonymous(&self) -> Client {
        Client::at(&self.url)
    }

    /// The first administrator, signed in.
    pub async fn admin(&self) -> Client {
        let mut client = self.anonymous();
        let body = json!({ "login": "admin", "name": "管理者", "password": PASSWORD, "locale": "en" });
        let (status, session) = client.send(Method::POST, "/api/setup", Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        client.signed_in(&session);
        client
    }

    /// A user that `admin` makes, signed in.
    pub async fn user(&self, admin: &Client, login: &str) -> Client {
        let body = json!({ "login": login, "name": login, "password": PASSWORD, "locale": "en" });
        admin.post("/api/users", body).await;
        self.sign_in(login).await
    }

    pub async fn sign_in(&self, login: &str) -> Client {
        let mut client = self.anonymous();
        let (status, session) = client.send(Method::POST, "/api/session", Some(json!({ "login": login, "password": PASSWORD }))).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        client.signed_in(&session);
        client
    }
}

/// An empty database of this test's own.
pub async fn database(folder: &TempDir, name: &str) -> String {
    use sea_orm::ConnectionTrait;
    match std::env::var("ERABI_TEST_DATABASE") {
        Err(_) => format!("sqlite:{}", folder.path().join(format!("{name}.sqlite")).display()),
        Ok(server) => {
            let name = format!(
                "{name}{}",
                folder.path().file_name().unwrap().to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "").to_lowercase()
            );
            let admin = sea_orm::Database::connect(&server).await.unwrap();
            admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            admin.close().await.unwrap();
            server.replacen("/app?", &format!("/{name}?"), 1)
        }
    }
}

/// A browser: keeps the cookie, sends the token against forgery.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    csrf: String,
    /// The user's id.
    pub id: String,
}

impl Client {
    /// Somebody at the server with this address, not signed in.
    pub fn at(url: &str) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).pool_max_idle_per_host(0).build().unwrap();
        Self { http, url: url.to_string(), csrf: String::new(), id: String::new() }
    }

    pub fn signed_in(&mut self, session: &Value) {
        self.csrf = session["csrf"].as_str().unwrap().to_string();
        self.id = session["user"]["id"].as_str().unwrap().to_string();
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.try_send(method, path, body).await.unwrap()
    }

    /// The same where the server may be gone.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<(StatusCode, Value)> {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header("X-Erabi-CSRF", &self.csrf);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    async fn fine(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, value) = self.send(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {value}");
        value
    }

    pub async fn get(&self, path: &str) -> Value {
        self.fine(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.fine(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Value {
        self.fine(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Value {
        self.fine(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Value {
        self.fine(Method::DELETE, path, None).await
    }

    /// An answer that goes on, to be read piece by piece.
    pub async fn listen(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    /// The refusal's status and code.
    pub async fn refused(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        let (status, value) = self.send(method.clone(), path, body).await;
        assert!(!status.is_success(), "{method} {path} was not refused: {value}");
        (status.as_u16(), value["code"].as_str().unwrap_or_default().to_string())
    }

    /// Sends files as a form does; each part is (field, file name or none, bytes).
    pub async fn form(&self, path: &str, parts: Vec<(&str, Option<&str>, Vec<u8>)>) -> (StatusCode, Value) {
        let boundary = "erabi-test-boundary";
        let mut body = Vec::new();
        for (field, file_name, bytes) in parts {
            let file = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"{file}\r\n\r\n").into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").into_bytes());
        let request = self.http.post(format!("{}{path}", self.url)).header("X-Erabi-CSRF", &self.csrf);
        let request = request.header("Content-Type", format!("multipart/form-data; boundary={boundary}")).body(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A new review, led by this user; its path.
    pub async fn review(&self) -> String {
        let body = json!({ "title": { "ja": "試験のレビュー", "en": "A review for tests" }, "template": "pcc" });
        let review = self.post("/api/reviews", body).await;
        format!("/api/reviews/{}", review["id"].as_str().unwrap())
    }
}
