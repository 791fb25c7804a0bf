//! `erabi serve`: opens the database, starts the jobs and the server, prints the address.

use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::app::{App, Options};
use crate::clock::Clock;
use crate::store::Store;

/// Where things lie and how the server is reached; the same for every command that opens the database.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// Folder for the database, uploaded files and the search index
    #[arg(long, env = "ERABI_DATA", default_value = "var")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://… (default: sqlite in the data folder)
    #[arg(long, env = "ERABI_DATABASE")]
    pub database: Option<String>,
}

impl Place {
    pub fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("erabi.sqlite").display()))
    }

    /// Opens the database and wires the program.
    pub async fn open(&self, options: Options) -> Result<App> {
        std::fs::create_dir_all(&self.data).with_context(|| format!("cannot make the data folder {}", self.data.display()))?;
        let store = Store::open(&self.url()).await.with_context(|| format!("cannot open the database {}", self.url()))?;
        Ok(App::new(store, Clock::system(), Options { data: self.data.clone(), ..options }))
    }
}

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub place: Place,
    /// Address to listen at
    #[arg(long, env = "ERABI_LISTEN", default_value = "127.0.0.1:7310")]
    pub listen: String,
    /// The address that people type, for links in invitations
    #[arg(long, env = "ERABI_PUBLIC_URL", default_value = "")]
    pub public_url: String,
    /// Send cookies over HTTPS only (behind a proxy that terminates TLS)
    #[arg(long, env = "ERABI_SECURE_COOKIES")]
    pub secure_cookies: bool,
}

pub fn run(args: Args) -> Result<()> {
    let listener = TcpListener::bind(&args.listen).with_context(|| format!("cannot listen at {}", args.listen))?;
    let options = Options { public_url: args.public_url, secure_cookies: args.secure_cookies, ..Options::default() };
    actix_web::rt::System::new().block_on(async move {
        let app = args.place.open(options).await?;
        serve(app, listener).await
    })
}

/// Serves until told to stop.
pub async fn serve(app: App, listener: TcpListener) -> Result<()> {
    let address = listener.local_addr()?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let server = crate::http::server(app, listener, workers)?;
    println!("Erabi is at http://{address}/");
    server.await?;
    Ok(())
}
