//! The command line: each command in a file, wired here. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod backup;
mod convert;
mod dedup;
mod demo;
mod openapi;
mod place;
mod review;
mod serve;
mod user;
mod verify;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Erabi (選び) — screening for scoping reviews: from database exports to the PRISMA figure.
///
/// Start with `erabi demo` to look around, or `erabi serve` for a review of your own: the first visit in a browser
/// creates the first administrator. `convert` and `dedup` work on files alone and need neither.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application to browsers
    Serve(serve::Args),
    /// Make a demonstration review and serve it
    Demo(demo::Args),
    /// Read export files and write their records as JSON lines, RIS, CSV, BibTeX or EndNote XML; needs no database
    Convert(convert::Args),
    /// Find duplicates in export files and write which records are the same; needs no database
    Dedup(dedup::Args),
    /// Import export files into a review in the database
    Import(review::ImportArgs),
    /// Write a review's citations, its PRISMA figure or its audit trail
    Export(review::ExportArgs),
    /// Compute anew what is derived (citations, outcomes) and build the search index again
    Reindex(review::Which),
    /// Make somebody a lead of a review, for when nobody is left who could
    Lead(review::LeadArgs),
    /// Write the database and all files into one zip, also while the server runs
    Backup(backup::BackupArgs),
    /// Unpack a backup into an empty folder, and into an empty PostgreSQL database where --database names one
    Restore(backup::RestoreArgs),
    /// Check everything that is stored; corrects nothing (an older database is brought up to date first)
    Verify(verify::Args),
    /// Make users, reset passwords
    User(user::Args),
    /// Print the OpenAPI document of the API
    Openapi,
}

/// Warnings and errors to standard error, or what `RUST_LOG` asks for; as JSON with `ERABI_LOG=json`, in colours for a terminal only.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if std::env::var("ERABI_LOG").is_ok_and(|form| form == "json") { log.json().init() } else { log.init() }
}

pub fn main() -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default(); // reqwest panics without one; a second install is refused
    let command = Cli::parse().command;
    log_to_stderr();
    let result = match command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Convert(args) => return convert::run(&args, &mut std::io::stdout().lock(), &mut std::io::stderr().lock()).into(),
        Command::Dedup(args) => dedup::run(args),
        Command::Import(args) => review::import(args),
        Command::Export(args) => review::export(args),
        Command::Reindex(which) => review::reindex(which),
        Command::Lead(args) => review::make_lead(args),
        Command::Backup(args) => backup::backup(args),
        Command::Restore(args) => backup::restore(args),
        Command::Verify(args) => verify::run(args),
        Command::User(args) => user::run(args),
        Command::Openapi => openapi::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("erabi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
