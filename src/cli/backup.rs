//! `erabi backup` and `erabi restore`: the database, of either kind as a file of SQLite, and all files in one zip, made while the server
//! runs.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::place::{Place, block_on, make_private, progress};
use crate::app::Options;
use crate::store::transfer::transfer;
use crate::store::{Store, StoreError, remove_sqlite, sqlite_file};

/// The database's name inside the archive.
const DATABASE: &str = "erabi.sqlite";
const BLOBS: &str = "blobs/";
/// How a file of SQLite begins (<https://www.sqlite.org/fileformat.html#magic_header_string>).
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  erabi backup --data /var/lib/erabi /var/backups/erabi/2026-04-01.zip")]
pub struct BackupArgs {
    #[command(flatten)]
    pub place: Place,
    /// The zip file to write; it must not be there yet
    pub file: PathBuf,
}

#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  erabi restore --data /var/lib/erabi-new /var/backups/erabi/2026-04-01.zip\n  erabi verify --data /var/lib/erabi-new"
)]
pub struct RestoreArgs {
    /// The zip file that `erabi backup` wrote
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
}

pub fn backup(args: BackupArgs) -> Result<()> {
    args.place.must_exist()?;
    if args.file.exists() {
        bail!("{} is there already: an earlier backup is not overwritten, give another name", args.file.display());
    }
    let copy = args.place.data.join(format!("backup-{}.sqlite", std::process::id()));
    let part = args.file.with_extension("part");
    let copied = block_on(async {
        Store::copy(&args.place.url(), &copy).await.map_err(|error| anyhow!("the database could not be copied: {error}"))
    });
    let written = copied.and_then(|()| write_zip(&part, &copy, &args.place.data.join("blobs")));
    let _ = std::fs::remove_file(&copy);
    let files = written.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
    std::fs::rename(&part, &args.file).with_context(|| format!("cannot write {}", args.file.display()))?;
    println!("{}: the database and {files} files", args.file.display());
    Ok(())
}

/// Writes the zip; it holds everything that is stored, so nobody but its owner may read it.
fn write_zip(part: &Path, database: &Path, blobs: &Path) -> Result<usize> {
    let mut open = File::options();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let mut zip = ZipWriter::new(open.open(part).with_context(|| format!("cannot write {}", part.display()))?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let files = files_below(blobs)?;
    let bar = progress(files.len() as u64 + 1, "backing up");
    zip.start_file(DATABASE, options)?;
    io::copy(&mut File::open(database)?, &mut zip)?;
    bar.inc(1);
    for (name, path) in &files {
        zip.start_file(format!("{BLOBS}{name}"), options)?;
        io::copy(&mut File::open(path)?, &mut zip)?;
        bar.inc(1);
    }
    zip.finish()?.sync_all()?;
    bar.finish_and_clear();
    Ok(files.len())
}

/// Kept files as (`ab/abcd…`, path); what is still being received is not among them.
fn files_below(blobs: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let Ok(folders) = std::fs::read_dir(blobs) else { return Ok(found) };
    for folder in folders {
        let folder = folder?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "incoming" || !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&folder)? {
            let path = file?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((format!("{name}/{file}"), path));
        }
    }
    found.sort();
    Ok(found)
}

/// Everything or nothing: the database gets its name last, and what a damaged archive left is taken away again.
pub fn restore(args: RestoreArgs) -> Result<()> {
    let data = &args.place.data;
    let file = File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?;
    let mut zip = ZipArchive::new(file).with_context(|| format!("{} is not a backup", args.file.display()))?;
    check_names(&mut zip).with_context(|| format!("{} is not a backup", args.file.display()))?;
    make_private(data).with_context(|| format!("cannot make the folder {}", data.display()))?;
    let mut there = std::fs::read_dir(data)?.filter_map(|entry| Some(entry.ok()?.file_name()));
    if let Some(name) = there.find(|name| name != "lost+found") {
        bail!("{} is not empty (it holds {}): restore into an empty folder (--data), then serve from it", data.display(), name.display());
    }
    let url = args.place.url();
    let target = sqlite_file(&url);
    if let Some(there) = target.filter(|file| file.exists()) {
        bail!("{} is there already: name a database that is not (--database)", there.display());
    }
    let part = data.join("erabi.sqlite.part");
    let restored =
        unpack(&mut zip, data, &part).with_context(|| format!("{} is damaged", args.file.display())).and_then(|()| match target {
            Some(target) => std::fs::rename(&part, target).with_context(|| format!("cannot make {}", target.display())),
            None => block_on(fill(&args.place, &part)),
        });
    remove_sqlite(&part);
    restored.inspect_err(|_| drop(std::fs::remove_dir_all(data.join(BLOBS)))).context("nothing was restored")?;
    println!("restored into {}; `erabi verify` with the same options checks it", data.display());
    Ok(())
}

/// Fills the empty PostgreSQL database from the file of SQLite, which is brought up to date for it.
async fn fill(place: &Place, file: &Path) -> Result<()> {
    let to = place.open(Options::default()).await?;
    let from = Store::open(&format!("sqlite:{}", file.display())).await?;
    transfer(&from, &to.store).await.map_err(|error| match error {
        StoreError::Duplicate(_) => anyhow!("the database has accounts already: name an empty one (--database)"),
        other => anyhow!(other),
    })
}

/// A backup holds one database and files under their SHA-256, nothing else.
fn check_names(zip: &mut ZipArchive<File>) -> Result<()> {
    let mut databases = 0;
    for name in zip.file_names() {
        let name = name?;
        let blob = name.strip_prefix(BLOBS).and_then(|name| name.split_once('/'));
        let hexadecimal = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match blob {
            _ if name == DATABASE => databases += 1,
            Some((folder, file)) if hexadecimal(folder, 2) && hexadecimal(file, 64) => {}
            _ => bail!("it holds {name:?}"),
        }
    }
    if databases == 1 { Ok(()) } else { bail!("it holds no {DATABASE}") }
}

/// Unpacks into `data`, the database as `part`.
fn unpack(zip: &mut ZipArchive<File>, data: &Path, part: &Path) -> Result<()> {
    let bar = progress(zip.len() as u64, "restoring");
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at)?;
        let name = entry.name()?.into_owned();
        let path = if name == DATABASE { part.to_path_buf() } else { data.join(&name) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        io::copy(&mut entry, &mut file).with_context(|| name)?;
        file.sync_all()?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut begin = [0; SQLITE.len()];
    File::open(part)?.read_exact(&mut begin)?;
    if begin == *SQLITE { Ok(()) } else { bail!("{DATABASE} is not a database") }
}
