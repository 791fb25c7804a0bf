//! `erabi backup` and `erabi restore`: the database and all files in one zip, made while the server runs.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::place::{Place, block_on, progress};
use crate::app::Options;

/// The database's name inside the archive.
const DATABASE: &str = "erabi.sqlite";
const BLOBS: &str = "blobs/";

#[derive(clap::Args, Debug)]
pub struct BackupArgs {
    #[command(flatten)]
    pub place: Place,
    /// The zip file to write; it must not be there yet
    pub file: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct RestoreArgs {
    /// The zip file that `erabi backup` wrote
    pub file: PathBuf,
    /// Folder to restore into; it must not hold a database yet
    #[arg(long, env = "ERABI_DATA", default_value = "var")]
    pub data: PathBuf,
}

pub fn backup(args: BackupArgs) -> Result<()> {
    if args.file.exists() {
        bail!("{} is there already: an earlier backup is not overwritten, give another name", args.file.display());
    }
    let copy = args.place.data.join(format!("backup-{}.sqlite", std::process::id()));
    let done = block_on(async {
        let app = args.place.open(Options::default()).await?;
        app.store.copy_to(&copy).await.context("the database could not be copied")
    });
    let written = done.and_then(|()| write_zip(&args.file, &copy, &args.place.data.join("blobs")));
    let _ = std::fs::remove_file(&copy);
    let files = written?;
    println!("{}: the database and {files} files", args.file.display());
    Ok(())
}

fn write_zip(target: &Path, database: &Path, blobs: &Path) -> Result<usize> {
    let part = target.with_extension("part");
    let mut zip = ZipWriter::new(File::create(&part).with_context(|| format!("cannot write {}", part.display()))?);
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
    std::fs::rename(&part, target)?;
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

pub fn restore(args: RestoreArgs) -> Result<()> {
    let database = args.data.join(DATABASE);
    if database.exists() {
        bail!("{} is there already: restore into an empty folder (--data), then serve from it", database.display());
    }
    let file = File::open(&args.file).with_context(|| format!("cannot open {}", args.file.display()))?;
    let mut zip = ZipArchive::new(file).with_context(|| format!("{} is not a backup", args.file.display()))?;
    if zip.by_name(DATABASE).is_err() {
        bail!("{} is not a backup: it holds no {DATABASE}", args.file.display());
    }
    let bar = progress(zip.len() as u64, "restoring");
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at)?;
        let Some(name) = entry.enclosed_name() else { bail!("the archive holds a path that leads out of it") };
        let path = args.data.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        io::copy(&mut entry, &mut File::create(&path)?)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("restored into {}; `erabi verify --data {}` checks it", args.data.display(), args.data.display());
    Ok(())
}
