//! Tables of any make: CSV, TSV, `;`- and `|`-separated text, xlsx, ods and xls. One rule: the header is found by the names it holds, in
//! whatever row it stands, and rows above it are preamble.

mod columns;
mod delimited;
mod header;
mod lists;
mod old_workbook;
mod open_workbook;
mod people;
mod record;
mod source;
mod workbook;

use std::collections::HashMap;
use std::io::BufRead;

use crate::model::Record;
use crate::normalize::{dates, ids, text};

use super::emit::{issue, too_little};
use super::limits::MAX_ENTRY_BYTES;
use super::mapping::Seen;
use super::{Context, Emit, Format, ImportError, Mapping, Provider, fields};

use delimited::{Row, Rows};
use header::Column;

pub use columns::{Field, field, field_of_name, field_of_word, fold_name, known, word, word_of, word_or_known, words};
pub use record::record_of;
pub use workbook::read_workbook;

/// Rows at the top among which the header is looked for.
const HEADER_ROWS: usize = 30;
/// Rows from which examples of columns are taken.
const SAMPLED_ROWS: u32 = 200;
/// Fields that take one value: two columns for one of them are a question for a person.
const ONCE: &[&str] = &["title", "title_other", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract", "abstract_other"];
/// Columns of a table; wider ones are cut, and that is said.
const MAX_COLUMNS: usize = 3_000;

/// Reads every row below the header.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    let mut rows = Rows::new(input);
    let sample = rows.sample()?;
    let delimiter = delimiter(sample, context.format);
    rows.delimiter = delimiter;
    let mut top = Vec::new();
    while top.len() < HEADER_ROWS {
        match rows.row()? {
            Some(row) => top.push(row),
            None => break,
        }
    }
    let Some(header) = header(&top, out) else {
        return Err(ImportError::Malformed { line: 1, detail: "the table is empty".to_owned() });
    };
    let mut table = Table::new(&header, context.provider, out, None);
    for (n, row) in top.into_iter().enumerate() {
        if n < header.first {
            out.outside(row.line_start, row.line_end, row.raw, true);
        } else {
            table.row(row, out);
            out.check_count()?;
        }
    }
    while let Some(row) = rows.row()? {
        table.row(row, out);
        out.check_count()?;
    }
    table.finish(out);
    Ok(())
}

/// Format and maker of the table that a sample shows: a row near the top names a title or several fields, in columns.
pub fn seen_in(sample: &str) -> Option<(Format, Provider)> {
    let delimiter = delimiter(sample, Format::Csv);
    let header = header_in(sample, delimiter)?;
    let names = columns::recognised(&header);
    let sure = (columns::names_title(&header) && (names >= 2 || header.len() <= 3)) || names >= 4;
    sure.then(|| (if delimiter == b'\t' { Format::Tsv } else { Format::Csv }, columns::provider(&header)))
}

/// Whose table a sample shows.
pub fn provider_of(sample: &str) -> Provider {
    header_in(sample, delimiter(sample, Format::Csv)).map_or(Provider::Generic, |header| columns::provider(&header))
}

fn header_in(sample: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut rows = top_rows(sample, delimiter);
    header_row(rows.iter().map(Vec::as_slice), &HashMap::new()).map(|at| rows.swap_remove(at))
}

/// The first rows of a sample; its last one may be cut and is left out where there are others.
fn top_rows(sample: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut input = sample.as_bytes();
    let mut rows = Rows::new(&mut input);
    // reading from memory does not fail
    if rows.sample().is_err() {
        return Vec::new();
    }
    rows.delimiter = delimiter;
    let mut found = Vec::new();
    while let Ok(Some(row)) = rows.row() {
        found.push(row.cells);
        if found.len() >= HEADER_ROWS {
            break;
        }
    }
    found
}

/// The delimiter whose header names most fields; then the one that makes most columns.
fn delimiter(sample: &str, format: Format) -> u8 {
    let preferred = if format == Format::Tsv { b'\t' } else { b',' };
    let head: String = sample.chars().take(64 << 10).collect();
    let score = |delimiter: u8| {
        let rows = top_rows(&head, delimiter);
        let at = header_row(rows.iter().map(Vec::as_slice), &HashMap::new());
        at.map_or((0, 0, false), |at| (columns::recognised(&rows[at]), rows[at].len(), delimiter == preferred))
    };
    // one that stands nowhere makes no columns; only the preferred one may
    let tried = [b',', b'\t', b';', b'|'].into_iter().filter(|one| *one == preferred || memchr::memchr(*one, head.as_bytes()).is_some());
    tried.max_by_key(|delimiter| score(*delimiter)).unwrap_or(preferred)
}

/// What a lead said about columns.
fn mapped(out: &Emit) -> HashMap<String, Field> {
    out.mapping().map(Mapping::columns).unwrap_or_default()
}

/// Whether a row is one that a lead spoke of: two of its names, or the only one.
fn is_mapped(cells: &[String], mapped: &HashMap<String, Field>) -> bool {
    let names = |cell: &&String| !cell.trim().is_empty() && mapped.contains_key(&fold_name(&text::clean(cell)));
    let known = if mapped.is_empty() { 0 } else { cells.iter().filter(names).count() };
    known > 0 && known >= mapped.len().min(2)
}

/// The row that a lead spoke of; else the row that names most fields; else, where none names any, the one with most cells, as
/// lines of words above a table have few. The first of equals.
fn header_row<'r>(rows: impl Iterator<Item = &'r [String]>, mapped: &HashMap<String, Field>) -> Option<usize> {
    let mut best: Option<(usize, (bool, usize, usize))> = None;
    for (at, cells) in rows.enumerate() {
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let known = columns::recognised(cells);
        let score = (is_mapped(cells, mapped), known, if known == 0 { filled } else { 0 });
        if filled > 0 && best.is_none_or(|(_, other)| score > other) {
            best = Some((at, score));
        }
    }
    best.map(|(at, _)| at)
}

/// What the columns of a table are called, and where its entries begin.
struct Header {
    names: Vec<String>,
    /// The first row below the header; without one, the first that is no line of words above the table.
    first: usize,
    headless: bool,
}

/// The header among the first rows; `None` where they are empty. Where a lead says, or a mapping, or the values, that no row names the
/// columns, they are called by their places and the first row is an entry.
fn header(top: &[Row], out: &Emit) -> Option<Header> {
    let mapped = mapped(out);
    let at = header_row(top.iter().map(|row| row.cells.as_slice()), &mapped)?;
    let cells = &top[at].cells;
    let unnamed = || columns::recognised(cells) == 0 && !is_mapped(cells, &mapped) && cells.iter().any(|cell| is_value(cell));
    let headless = out.header.map_or_else(|| out.mapping().is_some_and(|mapping| mapping.headless) || unnamed(), |header| !header);
    if !headless {
        return Some(Header { names: cells.clone(), first: at + 1, headless });
    }
    let width = top.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let first = top.iter().position(|row| filled(row) >= width.min(2)).unwrap_or(0);
    Some(Header { names: (1..=width).map(|n| format!("column {n}")).collect(), first, headless })
}

/// What no column is called by: a year, a long number, an address, a sentence.
fn is_value(cell: &str) -> bool {
    /// Digits of a number that is no reviewer's or criterion's, characters of a text that is no name.
    const NUMBER: usize = 5;
    const TEXT: usize = 60;
    let cell = cell.trim();
    let digits = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (cell.len() >= NUMBER || dates::year(cell).is_some()))
        || cell.contains("://")
        || (cell.contains("10.") && ids::doi(cell).is_some())
        || cell.chars().count() > TEXT
}

/// A table whose header is known.
struct Table {
    headless: bool,
    header: Vec<String>,
    columns: Vec<Column>,
    provider: Provider,
    /// The sheet's name, where a workbook has several.
    sheet: Option<String>,
    spoiled: u32,
    wide: u32,
    /// Rows from which examples were taken, and those examples by column.
    sampled: u32,
    seen: Vec<Seen>,
}

impl Table {
    fn new(header: &Header, provider: Provider, out: &Emit, sheet: Option<String>) -> Self {
        let (mapped, headless) = (&mapped(out), header.headless);
        let header: Vec<String> = header.names.iter().take(MAX_COLUMNS).cloned().collect();
        let provider = if provider == Provider::Generic { columns::provider(&header) } else { provider };
        let columns = header::columns(&header, provider, mapped);
        let seen = columns.iter().map(|column| seen(column, &columns, mapped.contains_key(&fold_name(&column.name)))).collect();
        Self { headless, columns, header, provider, sheet, spoiled: 0, wide: 0, sampled: 0, seen }
    }

    /// Hands a row out as a record, a rejected entry, or (blank, or the header again) as outside.
    fn row(&mut self, row: Row, out: &mut Emit) {
        if let Some(code) = row.broken {
            let detail = if code == "entry_too_long" { MAX_ENTRY_BYTES.to_string() } else { String::new() };
            return out.reject(row.line_start, row.line_end, row.raw, issue(code, detail, Some(row.line_start)));
        }
        if row.cells.iter().all(|cell| cell.trim().is_empty()) || row.cells == self.header {
            return out.outside(row.line_start, row.line_end, row.raw, true);
        }
        if self.sampled < SAMPLED_ROWS {
            self.sampled += 1;
            self.seen.iter_mut().zip(&row.cells).for_each(|(seen, cell)| seen.example(cell));
        }
        let (mut record, spoiled) = record::record(&self.columns, &row.cells, self.provider);
        self.spoiled += u32::from(spoiled);
        self.wide += u32::from(row.cells.len() > self.header.len());
        // what Erabi wrote was a record once
        if self.provider != Provider::Erabi && !has_content(&record) {
            let filled = self.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.trim().is_empty());
            let reason = too_little(filled.map(|(column, _)| column.name.as_str()), row.line_start);
            return out.reject(row.line_start, row.line_end, row.raw, reason);
        }
        if let Some(sheet) = &self.sheet {
            record.extra.push(("sheet".to_owned(), sheet.clone()));
        }
        out.record(row.line_start, row.line_end, row.raw, record);
    }

    /// Says once what happened in several rows, and which columns there were.
    fn finish(&mut self, out: &mut Emit) {
        if self.spoiled > 0 {
            out.issue(issue("spreadsheet_dates", self.spoiled.to_string(), None));
        }
        if self.wide > 0 {
            out.issue(issue("rows_wider_than_header", self.wide.to_string(), None));
        }
        let unknown: Vec<&str> = self
            .columns
            .iter()
            .filter(|column| column.field.is_none() && column.reviewer.is_none() && !column.name.is_empty())
            .map(|column| column.name.as_str())
            .collect();
        if !unknown.is_empty() && !self.headless {
            let mut names = unknown.iter().take(20).copied().collect::<Vec<_>>().join(", ");
            if unknown.len() > 20 {
                names.push_str(", …");
            }
            out.issue(issue("unknown_columns", names, None));
        }
        self.name(out);
    }
}

impl Table {
    /// Tells the file's names; sheets with a column of the same name share it.
    fn name(&mut self, out: &mut Emit) {
        let own = is_mapped(&self.header, &mapped(out));
        out.naming.mapping.headless |= self.headless;
        for seen in std::mem::take(&mut self.seen) {
            if !seen.name.trim().is_empty() && out.naming.seen.iter().all(|known| known.name != seen.name) {
                out.naming.mapping.header.push(seen.name.clone());
                out.naming.seen.push(seen);
            }
        }
        if let Some(mapping) = out.mapping().filter(|_| own) {
            out.naming.mapping.names = mapping.names.clone();
        }
    }
}

/// A column as people see it.
fn seen(column: &Column, all: &[Column], mapped: bool) -> Seen {
    let word = match (column.field, &column.reviewer) {
        (Some(field), _) => word_of(field),
        (None, Some(_)) => word_of(Field::Verdict),
        (None, None) => "",
    };
    let ambiguous = ONCE.contains(&word) && all.iter().filter(|other| other.field.is_some_and(|field| word_of(field) == word)).count() > 1;
    Seen { name: column.name.clone(), field: word, mapped, ambiguous: ambiguous && !mapped, examples: Vec::new() }
}

/// A row is an entry worth reading when it has a title, an author, an abstract, or a DOI or PMID.
pub fn has_content(record: &Record) -> bool {
    fields::says_something(&Record { accession: None, journal: None, ..record.clone() })
}

#[cfg(test)]
mod tests;
