//! `erabi user`: accounts from the command line, for first set-ups by script and for forgotten passwords.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, bail};

use super::place::{Place, block_on};
use crate::app::accounts::{NewUser, UserPatch};
use crate::app::{App, AppError, Kind, Options};
use crate::http::messages;

#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  erabi user --data /var/lib/erabi add --admin --name \"山田 太郎\" yamada\n  erabi user --data /var/lib/erabi password yamada < new-password.txt\n  erabi user --data /var/lib/erabi list"
)]
pub struct Args {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub action: Action,
}

#[derive(clap::Subcommand, Debug)]
pub enum Action {
    /// List the users
    List,
    /// Make a user; the password is read from standard input
    Add {
        /// What the user types to sign in
        login: String,
        /// The name that others see
        #[arg(long)]
        name: Option<String>,
        /// May make users and reset passwords
        #[arg(long)]
        admin: bool,
        /// Language of the pages: ja or en
        #[arg(long, default_value = "ja")]
        locale: String,
    },
    /// Set a new password, read from standard input; the user's sessions end
    Password {
        /// What the user types to sign in
        login: String,
    },
    /// Keep a user from signing in; what they decided stays
    Disable {
        /// What the user types to sign in
        login: String,
    },
    /// Let a disabled user sign in again
    Enable {
        /// What the user types to sign in
        login: String,
    },
}

pub fn run(args: Args) -> Result<()> {
    block_on(async move {
        let app = match args.action {
            Action::Add { .. } => args.place.open(Options::default()).await?,
            _ => args.place.open_existing(Options::default()).await?,
        };
        match args.action {
            Action::List => list(&app).await,
            Action::Add { login, name, admin, locale } => {
                let name = name.unwrap_or_else(|| login.clone());
                let new = NewUser { login, name, password: password()?, is_admin: admin, locale: Some(locale) };
                let user = app.create_user(new).await.map_err(spoken)?;
                println!("{} can sign in", user.login);
                Ok(())
            }
            Action::Password { login } => change(&app, &login, UserPatch { password: Some(password()?), ..UserPatch::default() }).await,
            Action::Disable { login } => change(&app, &login, UserPatch { disabled: Some(true), ..UserPatch::default() }).await,
            Action::Enable { login } => change(&app, &login, UserPatch { disabled: Some(false), ..UserPatch::default() }).await,
        }
    })
}

async fn list(app: &App) -> Result<()> {
    for user in app.users().await.map_err(spoken)? {
        let marks = [(user.is_admin, "administrator"), (user.disabled, "disabled")];
        let marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        println!("{}\t{}\t{}", user.login, user.name, marks.join(", "));
    }
    Ok(())
}

/// Whoever can run this command owns the database: changes are made in the user's own name.
async fn change(app: &App, login: &str, patch: UserPatch) -> Result<()> {
    let users = app.users().await.map_err(spoken)?;
    let Some(user) = users.iter().find(|user| user.login == login.to_lowercase()) else {
        bail!("there is no user {login}; `erabi user list` shows them all");
    };
    app.change_user_as_owner(user.id, patch).await.map_err(spoken)?;
    println!("{login}: done");
    Ok(())
}

/// From standard input: typed without being shown, or the first line of what is piped in.
fn password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        terminal.write_str("password (it is not shown): ")?;
        return terminal.read_secure_line().context("no password was typed");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("no password on standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_string())
}

/// An error as a sentence.
pub fn spoken(error: AppError) -> anyhow::Error {
    match error.kind {
        Kind::Internal => anyhow::anyhow!("it failed; what failed stands above"), // logged where it happened
        _ => anyhow::anyhow!(messages::error(&error, "en")),
    }
}
