//! What leaves Erabi as a file: records, counts and the flow figure. Its one rule: a writer takes what it is given and a
//! `Write`, decides nothing, and loses nothing that its format can hold.

pub mod csv; // records as a table for Excel and for reading back
pub mod jsonl; // records as `erabi convert` promises them, a line each
pub mod ris; // records for reference managers

/// Joins several values of one field in formats that have one cell for them.
const LIST_SEPARATOR: &str = "; ";
