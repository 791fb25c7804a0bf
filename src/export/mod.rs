//! What leaves Erabi as a file: records, counts and the flow figure. Its one rule: a writer takes what it is given and a
//! `Write`, decides nothing, and loses nothing that its format can hold.

use std::collections::BTreeMap;

use crate::model::{ReasonId, Text};

pub mod bibtex; // records for LaTeX, JabRef, Zotero
pub mod csv; // records as a table for Excel and for reading back
pub mod endnote_xml; // records for EndNote
pub mod jsonl; // records as `erabi convert` promises them, a line each
pub mod figure; // the PRISMA flow figure as SVG, PNG and PDF
pub mod overlap; // the overlap of sources as a table
pub mod prisma; // the counts as the R package's table and as JSON
pub mod records; // records in any of these formats, one at a time
pub mod ris; // records for reference managers

/// Joins several values of one field in formats that have one cell for them.
const LIST_SEPARATOR: &str = "; ";

/// The words for the review's exclusion reasons.
pub type ReasonNames = BTreeMap<ReasonId, Text>;
