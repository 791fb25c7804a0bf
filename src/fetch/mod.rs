//! The outside world: one client with time and size limits that speaks only to hosts the operator named. With no host named
//! nothing ever leaves the machine, which is how it starts.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::io::AsyncWriteExt;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 5;

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The operator has not named the host.
    #[error("{0} is not on the list of hosts")]
    NotAllowed(String),
    #[error("more than {0} bytes")]
    TooLarge(u64),
    #[error("{0}")]
    Failed(String),
}

#[derive(Clone, Debug, Default)]
pub struct Fetch {
    hosts: Vec<String>,
}

impl Fetch {
    /// `hosts` as in URLs, with a port where it is not the usual one: `www.jstage.jst.go.jp`, `127.0.0.1:8080`.
    pub fn new(hosts: Vec<String>) -> Self {
        Self { hosts: hosts.into_iter().map(|host| host.trim().to_lowercase()).filter(|host| !host.is_empty()).collect() }
    }

    /// Whether a link leads to a host that the operator named.
    pub fn allows(&self, link: &str) -> bool {
        Url::parse(link).is_ok_and(|url| allowed(&self.hosts, &url))
    }

    /// Writes what `link` leads to into `target`, at most `limit` bytes.
    ///
    /// # Errors
    /// For a host that is not on the list (also after a redirect), an answer that is not 2xx, and past a limit.
    pub async fn to_file(&self, link: &str, target: &Path, limit: u64) -> Result<(), FetchError> {
        let url = Url::parse(link).map_err(|error| FetchError::Failed(error.to_string()))?;
        if !allowed(&self.hosts, &url) {
            return Err(FetchError::NotAllowed(url.host_str().unwrap_or_default().to_string()));
        }
        let answer = self.client()?.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let mut file = tokio::fs::File::create(target).await.map_err(|error| FetchError::Failed(error.to_string()))?;
        let (mut body, mut bytes) = (answer.bytes_stream(), 0u64);
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(failed)?;
            bytes += chunk.len() as u64;
            if bytes > limit {
                return Err(FetchError::TooLarge(limit));
            }
            file.write_all(&chunk).await.map_err(|error| FetchError::Failed(error.to_string()))?;
        }
        file.flush().await.map_err(|error| FetchError::Failed(error.to_string()))
    }

    fn client(&self) -> Result<Client, FetchError> {
        let hosts = self.hosts.clone();
        let redirects = Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS {
                attempt.error("too many redirects")
            } else if allowed(&hosts, attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect to a host that is not on the list")
            }
        });
        let client = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT).redirect(redirects);
        client.user_agent(concat!("Erabi/", env!("CARGO_PKG_VERSION"))).build().map_err(failed)
    }
}

fn allowed(hosts: &[String], url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let with_port = url.port().map(|port| format!("{host}:{port}"));
    matches!(url.scheme(), "http" | "https") && hosts.iter().any(|known| *known == with_port.clone().unwrap_or_else(|| host.to_string()))
}

fn failed(error: reqwest::Error) -> FetchError {
    FetchError::Failed(error.without_url().to_string())
}

#[cfg(test)]
mod tests {
    use super::Fetch;

    #[test]
    fn only_named_hosts_are_spoken_to() {
        let fetch = Fetch::new(vec!["www.jstage.jst.go.jp".into(), " 127.0.0.1:8080 ".into()]);
        for (link, wanted) in [
            ("https://www.jstage.jst.go.jp/article/x/_pdf", true),
            ("https://WWW.JSTAGE.JST.GO.JP/x", true),
            ("https://www.jstage.jst.go.jp:8443/x", false),
            ("https://www.jstage.jst.go.jp.evil.example/x", false),
            ("https://evil.example/?www.jstage.jst.go.jp", false),
            ("https://www.jstage.jst.go.jp@evil.example/", false),
            ("http://127.0.0.1:8080/x", true),
            ("http://127.0.0.1/x", false),
            ("file:///etc/passwd", false),
            ("no link", false),
        ] {
            assert_eq!(fetch.allows(link), wanted, "{link}");
        }
    }
}
