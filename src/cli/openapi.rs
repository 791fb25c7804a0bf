//! `erabi openapi`: the API's contract on standard output; `make openapi` commits it and makes the front end's types of it.

use std::io::Write;

use anyhow::Result;

pub fn run() -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{}", crate::http::openapi_json())?)
}
