//! The WHO's registry platform ICTRP, its XML (`<Trials_downloaded_from_ICTRP><Trial>…`). Its one rule: an element means what the column of
//! the same name means in ICTRP's table.

use std::io::BufRead;

use super::xml_split::{Entries, each_entry};
use super::xml_tree::Tree;
use super::{Context, Emit, ImportError, Provider, table};
use crate::model::Record;

/// Reads every `Trial`.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    each_entry(input, Entries::Named(&["Trial"]), out, record)
}

fn record(raw: &str) -> Result<Record, String> {
    let tree = Tree::parse(raw)?;
    let root = tree.root().ok_or("there is no element")?;
    let values = root.elements().filter_map(|element| {
        let value = element.text()?;
        let name = element.name().to_owned();
        let field = table::field(&name, Provider::Ictrp);
        Some((name, field, value.trim().to_owned()))
    });
    Ok(table::record_of(values.collect(), Provider::Ictrp))
}
