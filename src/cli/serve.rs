//! `erabi serve`: opens the database, starts the jobs and the server, prints the address.

use std::net::TcpListener;

use anyhow::{Context, Result};

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
    #[arg(long, env = "ERABI_PUBLIC_URL", default_value = "")]
    pub public_url: String,
    /// Hosts from which full texts may be fetched when their link is given, e.g. www.jstage.jst.go.jp; otherwise nothing leaves the machine
    #[arg(long, env = "ERABI_FETCH_FROM", value_delimiter = ',')]
    pub fetch_from: Vec<String>,
    /// Send cookies over HTTPS only (behind a proxy that terminates TLS)
    #[arg(long, env = "ERABI_SECURE_COOKIES")]
    pub secure_cookies: bool,
}

pub fn run(args: Args) -> Result<()> {
    log_to_stderr();
    let listener = TcpListener::bind(&args.listen).with_context(|| format!("cannot listen at {}", args.listen))?;
    let options =
        Options { public_url: args.public_url, secure_cookies: args.secure_cookies, fetch_from: args.fetch_from, ..Options::default() };
    actix_web::rt::System::new().block_on(async move {
        let app = args.place.open(options).await?;
        println!("Erabi is at http://{}/", listener.local_addr()?);
        serve(app, listener).await
    })
}

/// Serves until told to stop.
pub async fn serve(app: App, listener: TcpListener) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let worker = crate::jobs::start(app.clone());
    let served = crate::http::server(app, listener, workers)?.await;
    worker.stop().await;
    served?;
    Ok(())
}

/// Warnings and errors, or what `RUST_LOG` asks for; as JSON with `ERABI_LOG=json`.
pub fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("ERABI_LOG").is_ok_and(|form| form == "json") { log.json().init() } else { log.init() }
}
