//! `erabi verify`: looks through everything that is stored and says what is wrong; corrects nothing.

use anyhow::{Result, bail};

use super::place::{Place, block_on};
use super::user::spoken;
use crate::app::Options;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub place: Place,
}

pub fn run(args: Args) -> Result<()> {
    block_on(async move {
        let app = args.place.open_existing(Options::default()).await?;
        let bar = indicatif::ProgressBar::new_spinner();
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        let findings = app.verify(|review| bar.set_message(review.to_string())).await.map_err(spoken)?;
        bar.finish_and_clear();
        println!(
            "{} reviews, {} files, {} records, {} citations, {} decisions",
            findings.reviews, findings.files, findings.records, findings.citations, findings.decisions
        );
        for problem in &findings.wrong {
            println!("✗ {problem}");
        }
        if findings.wrong.is_empty() {
            println!("all is well");
            Ok(())
        } else {
            bail!("{} found wrong", findings.wrong.len())
        }
    })
}
