//! The command line: each command in a file, wired here. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Erabi (選び) — screening for scoping reviews.
#[derive(Parser)]
#[command(version, about, long_about = None, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application to browsers
    Serve(serve::Args),
}

pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("erabi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
