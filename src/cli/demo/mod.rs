//! `erabi demo`: makes the demonstration review once, by the same use cases that people's clicks go through, and serves it.

mod plan;
mod seed;

use std::net::TcpListener;

use anyhow::{Context, Result};

use super::place::Place;
use super::serve::{bind, serve};
use crate::app::{App, DemoAccount, Options};
use crate::store;

/// Of every demonstration account; it protects nothing.
const PASSWORD: &str = "erabi-demo";

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder for the demonstration
    #[arg(long, env = "ERABI_DEMO_DATA", default_value = "var/demo")]
    pub data: std::path::PathBuf,
    /// Address to listen at
    #[arg(long, env = "ERABI_LISTEN", default_value = "127.0.0.1:7310")]
    pub listen: String,
    /// Make the review and stop
    #[arg(long)]
    pub only_make: bool,
}

pub fn run(args: Args) -> Result<()> {
    let listener = bind(&args.listen)?;
    let plan = plan::plan()?;
    let place = Place { data: args.data, database: None };
    let _held = place.hold()?;
    let options = Options { demo_accounts: accounts(&plan), ..Options::default() };
    actix_web::rt::System::new().block_on(async move {
        let app = place.open(options).await?;
        if store::accounts::count_users(&app.db()).await? == 0 {
            println!("Making the demonstration review …");
            seed::seed(&app, &plan, PASSWORD).await.context("the demonstration could not be made; remove its folder and try again")?;
        }
        if args.only_make {
            return Ok(());
        }
        tell(&listener, &app)?;
        serve(app, listener).await
    })
}

fn accounts(plan: &plan::Plan) -> Vec<DemoAccount> {
    let account = |person: &plan::Person, role: &str| DemoAccount {
        login: person.login.clone(),
        password: PASSWORD.into(),
        name: seed::name(person),
        role: role.into(),
    };
    std::iter::once(account(&plan.lead, "lead")).chain(plan.reviewer.iter().map(|person| account(person, "reviewer"))).collect()
}

fn tell(listener: &TcpListener, app: &App) -> Result<()> {
    println!("\n  Erabi is at  http://{}/\n", listener.local_addr()?);
    println!("  Everything in this review is invented. The password of every account is  {PASSWORD}\n");
    for account in &app.options.demo_accounts {
        println!("    {:<12} {:<9} {}", account.login, account.role, account.name);
    }
    println!("\n  Stop with Ctrl+C; the next start goes on where this one was.");
    Ok(())
}
