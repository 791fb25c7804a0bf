//! The overlap of sources as a table: a line for each combination, a column for each source.

use std::io::{self, Write};

use super::csv::guard;
use crate::model::{Lang, Overlap};

/// Writes the header and a line for each combination, most citations first. A source's cell holds 1 where it takes part.
pub fn csv(overlap: &Overlap, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let (citations, included) = match lang {
        Lang::Ja => ("文献数", "採用"),
        Lang::En => ("citations", "included"),
    };
    let names = overlap.sources.iter().map(|source| guard(&source.name).into_owned());
    table.write_record(names.chain([citations.to_owned(), included.to_owned()]))?;
    for combination in &overlap.combinations {
        let cells = (0..overlap.sources.len() as u32).map(|at| u32::from(combination.sources.contains(&at)).to_string());
        table.write_record(cells.chain([combination.citations.to_string(), combination.included.to_string()]))?;
    }
    table.flush()
}
