//! Where things lie: the same options for every command that opens the database.

use std::fs::{DirBuilder, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use crate::app::{App, Options};
use crate::clock::Clock;
use crate::store::{Store, sqlite_file};

#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// Folder for the database, uploaded files and the search index
    #[arg(long, env = "ERABI_DATA", default_value = "var")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME, where the password's @ : / # ? % are written as %40 %3A %2F %23 %3F %25
    /// [default: sqlite in the data folder]
    #[arg(long, env = "ERABI_DATABASE")]
    pub database: Option<String>,
}

impl Place {
    pub fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("erabi.sqlite").display()))
    }

    /// Opens the database, brings its schema up to date, and wires the program. What is missing is made.
    ///
    /// # Errors
    /// When the folder or the database refuses; the password that the URL may hold is not told.
    pub async fn open(&self, options: Options) -> Result<App> {
        make_private(&self.data).with_context(|| format!("cannot make the data folder {}", self.data.display()))?;
        let url = self.url();
        let shown = without_password(&url);
        let store = Store::open(&url).await.map_err(|error| {
            let said = error.to_string().replace(&url, &shown);
            let hint = if said.contains("pool timed out") { " (nothing answers there, or it has no connection free)" } else { "" };
            anyhow!("cannot open the database {shown}: {said}{hint}")
        })?;
        Ok(App::new(store, Clock::system(), Options { data: self.data.clone(), ..options }))
    }

    /// The same for commands that make nothing: a path with a typo is an error, not an empty database.
    ///
    /// # Errors
    /// Also when there is no database.
    pub async fn open_existing(&self, options: Options) -> Result<App> {
        self.must_exist()?;
        self.open(options).await
    }

    /// # Errors
    /// When there is no database yet.
    pub fn must_exist(&self) -> Result<()> {
        match sqlite_file(&self.url()).filter(|file| !file.exists()) {
            None => Ok(()),
            Some(file) => bail!("there is no database at {}; name its folder with --data or ERABI_DATA", file.display()),
        }
    }

    /// Holds the data folder for one server until the file is dropped or the process ends, however it ends.
    ///
    /// # Errors
    /// When another server has it.
    pub fn hold(&self) -> Result<File> {
        make_private(&self.data).with_context(|| format!("cannot make the data folder {}", self.data.display()))?;
        let path = self.data.join("lock");
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!("another server uses the data folder {}; stop it first", self.data.display()),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }
}

/// Makes the folder where it is missing; nobody but its owner may look into it.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The URL as it may be shown: what stands between the user's name and the last `@`, and a `password=`, is left out.
fn without_password(url: &str) -> String {
    let mut shown = url.to_string();
    if let (Some(begin), Some(end)) = (url.find("://").map(|at| at + 3), url.rfind('@'))
        && let Some(colon) = url.get(begin..end).and_then(|user| user.find(':'))
    {
        shown.replace_range(begin + colon + 1..end, "…");
    }
    if let Some(begin) = shown.find("password=").map(|at| at + "password=".len()) {
        let end = shown[begin..].find('&').map_or(shown.len(), |at| begin + at);
        shown.replace_range(begin..end, "…");
    }
    shown
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

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("sqlite:var/erabi.sqlite", "sqlite:var/erabi.sqlite"),
            ("postgres://erabi@db/erabi?host=/run", "postgres://erabi@db/erabi?host=/run"),
            ("postgres://erabi:s3cret@db:5432/erabi", "postgres://erabi:…@db:5432/erabi"),
            ("postgres://erabi:p@ss:/w#rd@db/erabi", "postgres://erabi:…@db/erabi"),
            ("postgres://db/erabi?user=erabi&password=s3cret&sslmode=require", "postgres://db/erabi?user=erabi&password=…&sslmode=require"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
