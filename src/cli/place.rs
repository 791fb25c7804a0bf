//! Where things lie: the same options for every command that opens the database.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::app::{App, Options};
use crate::clock::Clock;
use crate::store::Store;

#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// Folder for the database, uploaded files and the search index
    #[arg(long, env = "ERABI_DATA", default_value = "var")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://… [default: sqlite in the data folder]
    #[arg(long, env = "ERABI_DATABASE")]
    pub database: Option<String>,
}

impl Place {
    pub fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("erabi.sqlite").display()))
    }

    /// Opens the database, brings its schema up to date, and wires the program.
    pub async fn open(&self, options: Options) -> Result<App> {
        std::fs::create_dir_all(&self.data).with_context(|| format!("cannot make the data folder {}", self.data.display()))?;
        let store = Store::open(&self.url()).await.with_context(|| format!("cannot open the database {}", self.url()))?;
        Ok(App::new(store, Clock::system(), Options { data: self.data.clone(), ..options }))
    }
}

/// Runs a command's async part.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// A progress bar on standard error, hidden when that is not a terminal.
pub fn progress(total: u64, what: &str) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(total);
    let style = indicatif::ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
    bar.set_message(what.to_string());
    bar
}
