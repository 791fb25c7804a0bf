//! `erabi serve`: opens the database, starts the jobs and the server, prints the address.

use std::net::TcpListener;

use anyhow::{Context, Result, bail};
use clap::builder::FalseyValueParser;

use super::place::Place;
use crate::app::{App, Options};

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub place: Place,
    /// Address to listen at; 0.0.0.0:PORT to be reached from other machines
    #[arg(long, env = "ERABI_LISTEN", default_value = "127.0.0.1:7310")]
    pub listen: String,
    /// The address that people type, for links in invitations
    /// (https://erabi.example.org, without a path)
    #[arg(long, env = "ERABI_PUBLIC_URL", default_value = "")]
    pub public_url: String,
    /// Hosts from which full texts may be fetched when their link is given, e.g. www.jstage.jst.go.jp; otherwise nothing leaves the machine
    #[arg(long, env = "ERABI_FETCH_FROM", value_delimiter = ',')]
    pub fetch_from: Vec<String>,
    /// Send cookies over HTTPS only (behind a proxy that terminates TLS)
    #[arg(long, env = "ERABI_SECURE_COOKIES", value_parser = FalseyValueParser::new())]
    pub secure_cookies: bool,
}

pub fn run(args: Args) -> Result<()> {
    let public_url = public_url(&args.public_url)?;
    if let Some(host) = args.fetch_from.iter().find(|host| host.contains(['/', ':'])) {
        bail!("--fetch-from (ERABI_FETCH_FROM) wants names of hosts such as www.jstage.jst.go.jp, not {host}");
    }
    let listener = bind(&args.listen)?;
    let _held = args.place.hold()?;
    let options = Options { public_url, secure_cookies: args.secure_cookies, fetch_from: args.fetch_from, ..Options::default() };
    actix_web::rt::System::new().block_on(async move {
        let app = args.place.open(options).await?;
        println!("Erabi is at http://{}/", listener.local_addr()?);
        serve(app, listener).await
    })
}

/// A listener at an address such as 127.0.0.1:7310.
pub fn bind(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen at {address} (--listen or ERABI_LISTEN, such as 127.0.0.1:7311)"))
}

/// What invitations begin with: as it was given, without a slash at the end.
fn public_url(given: &str) -> Result<String> {
    let url = given.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if host.contains('/') => {
            bail!("--public-url (ERABI_PUBLIC_URL) {given}: Erabi wants a host of its own, not a path of one")
        }
        None if !url.is_empty() => bail!("--public-url (ERABI_PUBLIC_URL) {given}: it must begin with https:// or http://"),
        _ => Ok(url.to_string()),
    }
}

/// Serves until told to stop.
pub async fn serve(app: App, listener: TcpListener) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let worker = crate::jobs::start(app.clone());
    let server = crate::http::server(app.clone(), listener, workers)?;
    tokio::spawn(async move {
        told_to_stop().await;
        app.events.stop();
    });
    let served = server.await;
    worker.stop().await;
    served?;
    Ok(())
}

/// Until somebody presses Ctrl+C or the system ends the service; the HTTP server hears of it by itself.
async fn told_to_stop() {
    let pressed = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut ended) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = pressed => {}
            _ = ended.recv() => {}
        }
        return;
    }
    let _ = pressed.await;
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn invitations_begin_with_an_address_that_opens() {
        assert_eq!(public_url("").unwrap(), "");
        assert_eq!(public_url("https://erabi.example.org/").unwrap(), "https://erabi.example.org");
        assert_eq!(public_url(" http://erabi:8080 ").unwrap(), "http://erabi:8080");
        for wrong in ["erabi.example.org", "https://example.org/erabi", "ftp://erabi"] {
            assert!(public_url(wrong).unwrap_err().to_string().contains("ERABI_PUBLIC_URL"), "{wrong}");
        }
    }
}
