//! Workbooks (xlsx, ods, xls). One rule: nothing of a workbook is unpacked before its unpacked size is known to be within the limits, and
//! cells are read one after the other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xls, Xlsx, XlsxError};

use crate::import::limits::MAX_WORKBOOK_BYTES;
use crate::import::{Context, Emit, ImportError};

use super::delimited::Row;
use super::{Field, HEADER_ROWS, MAX_COLUMNS, Table, columns, header, header_row, is_mapped, mapped};
use super::{old_workbook, open_workbook};

/// Unpacked bytes of one sheet, of the table of shared strings, of styles and lists of parts, and of all parts.
const MAX_SHEET_BYTES: u64 = 192 << 20;
const MAX_STRINGS_BYTES: u64 = 96 << 20;
const MAX_PART_BYTES: u64 = 16 << 20;
const MAX_UNPACKED_BYTES: u64 = 288 << 20;
/// Shared strings; each costs memory beside its bytes.
const MAX_STRINGS: usize = 1_000_000;
/// Cells of all sheets, empty ones included.
const MAX_CELLS: usize = 10_000_000;
/// Memory for the rows of all sheets and for shared strings, in bytes: cells, what stands in them, and what each costs beside that.
const MAX_HELD_BYTES: usize = 192 << 20;
/// Bytes of an old xls file, which is unpacked whole.
const MAX_XLS_BYTES: usize = 16 << 20;
/// The part of an ods file that holds its cells, and what such files say they are.
const ODS_CONTENT: &str = "content.xml";
const ODS_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const ODT_TYPE: &str = "application/vnd.oasis.opendocument.text";
/// Sheets that are looked at.
const MAX_SHEETS: usize = 100;

/// Reads every sheet whose header names bibliographic fields. Lines are row numbers of their sheet.
pub fn read_workbook(bytes: Vec<u8>, context: &Context, out: &mut Emit) -> Result<(), ImportError> {
    if bytes.len() as u64 > MAX_WORKBOOK_BYTES {
        return Err(ImportError::TooLarge { limit: MAX_WORKBOOK_BYTES });
    }
    let sheets = match bytes.starts_with(b"PK").then(|| check_sizes(&bytes)).transpose()? {
        Some(Packed::Xlsx { strings }) => xlsx(bytes, Room(MAX_HELD_BYTES.saturating_sub(strings)))?,
        Some(Packed::Ods) => ods(&bytes, Room(MAX_HELD_BYTES))?,
        None => xls(bytes)?,
    };
    let mapped = mapped(out);
    let several = sheets.iter().filter(|sheet| sheet.is_table(&mapped)).count() > 1;
    let any = sheets.iter().any(|sheet| sheet.is_table(&mapped));
    let mut tables = 0;
    for (n, sheet) in sheets.into_iter().enumerate() {
        // without any recognised header the first sheet is taken at its word
        if sheet.is_table(&mapped) || (!any && n == 0) {
            sheet.hand_out(several, context, out)?;
            tables += 1;
        } else if let (Some(first), Some(last)) = (sheet.rows.first(), sheet.rows.last()) {
            let text = sheet.rows.iter().take(20).map(|row| raw(&row.cells)).collect();
            out.outside(first.line_start, last.line_end, text, false);
        }
    }
    if tables == 0 { Err(malformed("the workbook has no sheet with cells")) } else { Ok(()) }
}

fn malformed(detail: impl Into<String>) -> ImportError {
    ImportError::Malformed { line: 0, detail: detail.into() }
}

/// The rows of one sheet.
struct Sheet {
    name: String,
    rows: Vec<Row>,
}

impl Sheet {
    fn header(&self, mapped: &HashMap<String, Field>) -> Option<usize> {
        header_row(self.rows.iter().take(HEADER_ROWS).map(|row| row.cells.as_slice()), mapped)
    }

    fn is_table(&self, mapped: &HashMap<String, Field>) -> bool {
        self.header(mapped).is_some_and(|at| columns::names_title(&self.rows[at].cells) || is_mapped(&self.rows[at].cells, mapped))
    }

    fn hand_out(self, several: bool, context: &Context, out: &mut Emit) -> Result<(), ImportError> {
        let top = &self.rows[..self.rows.len().min(HEADER_ROWS)];
        let header = header(top, out).ok_or_else(|| malformed("the workbook's first sheet is empty"))?;
        let mut table = Table::new(&header, context.provider, out, several.then_some(self.name));
        for (n, mut row) in self.rows.into_iter().enumerate() {
            row.raw = raw(&row.cells);
            if n < header.first {
                out.outside(row.line_start, row.line_end, row.raw, true);
            } else {
                table.row(row, out);
                out.check_count()?;
            }
        }
        table.finish(out);
        Ok(())
    }

    /// Adds a row of cells (`number` counts from 1). Its text is written when it is handed out.
    fn push(&mut self, number: u32, mut cells: Vec<String>, room: &mut Room) -> Result<(), ImportError> {
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        cells.shrink_to_fit();
        room.take(size_of::<Row>())?;
        self.rows.push(Row { cells, raw: String::new(), line_start: number, line_end: number, broken: None });
        Ok(())
    }
}

/// The memory that is left for cells.
struct Room(usize);

impl Room {
    fn take(&mut self, bytes: usize) -> Result<(), ImportError> {
        let too_much = || malformed(format!("the sheets hold more than the limit ({} MiB)", MAX_HELD_BYTES >> 20));
        self.0 = self.0.checked_sub(bytes).ok_or_else(too_much)?;
        Ok(())
    }

    /// A cell with text of that many bytes; memory for text comes in steps of 16 bytes, no fewer than 32.
    fn take_cell(&mut self, text: usize) -> Result<(), ImportError> {
        self.take(size_of::<String>() + if text == 0 { 0 } else { (text + size_of::<usize>()).next_multiple_of(16).max(32) })
    }
}

/// A row as text.
fn raw(cells: &[String]) -> String {
    let mut raw = cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join("\t");
    raw.push('\n');
    raw
}

/// A cell as it is written between tabs, so that a person can repair a row as text.
fn quoted(cell: &str) -> Cow<'_, str> {
    if !cell.contains(['\t', '\n', '\r']) && !cell.starts_with(['"', ' ']) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
}

fn xlsx(bytes: Vec<u8>, mut room: Room) -> Result<Vec<Sheet>, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| malformed(format!("not a readable xlsx workbook: {error}")))?;
    let mut cells_left = MAX_CELLS;
    let mut sheets = Vec::new();
    for name in book.sheet_names().into_iter().take(MAX_SHEETS) {
        let mut sheet = Sheet { name: name.clone(), rows: Vec::new() };
        let mut reader = match book.worksheet_cells_reader(&name) {
            Ok(reader) => reader,
            // a chart or macro sheet has no cells
            Err(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(malformed(format!("sheet {name}: {error}"))),
        };
        let mut current = (0, Vec::new());
        while let Some(cell) = reader.next_cell().map_err(|error| malformed(format!("sheet {name}: {error}")))? {
            cells_left = cells_left.checked_sub(1).ok_or_else(|| malformed(format!("the workbook has more than {MAX_CELLS} cells")))?;
            let (row, column) = cell.get_position();
            if row != current.0 {
                sheet.push(current.0 + 1, std::mem::take(&mut current.1), &mut room)?;
                current.0 = row;
            }
            put(&mut current.1, column as usize, cell.get_value(), &mut room)?;
        }
        sheet.push(current.0 + 1, current.1, &mut room)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn put(cells: &mut Vec<String>, column: usize, value: &DataRef, room: &mut Room) -> Result<(), ImportError> {
    if column >= MAX_COLUMNS {
        return Ok(());
    }
    // a shared string is counted before it is copied
    let value = if let DataRef::SharedString(text) = value {
        room.take_cell(text.len())?;
        (*text).to_owned()
    } else {
        let value = words(&Data::from(value.clone()));
        room.take_cell(value.len())?;
        value
    };
    if value.is_empty() {
        return Ok(());
    }
    for _ in cells.len()..=column {
        room.take_cell(0)?;
        cells.push(String::new());
    }
    cells[column] = value;
    Ok(())
}

fn ods(bytes: &[u8], mut room: Room) -> Result<Vec<Sheet>, ImportError> {
    let unreadable = |error: &dyn std::fmt::Display| malformed(format!("not a readable ods workbook: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let content = archive.by_name(ODS_CONTENT).map_err(|error| unreadable(&error))?;
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut held = Ok(());
    let taken = open_workbook::read(content, MAX_CELLS, &mut |part| match part {
        open_workbook::Part::Sheet(name) => sheets.push(Sheet { name, rows: Vec::new() }),
        open_workbook::Part::Row(number, cells) => {
            if sheets.is_empty() {
                sheets.push(Sheet { name: String::new(), rows: Vec::new() });
            }
            if let (Some(sheet), Ok(())) = (sheets.last_mut(), &held) {
                let cost = cells.iter().try_for_each(|cell| room.take_cell(cell.len()));
                held = cost.and_then(|()| sheet.push(number, cells, &mut room));
            }
        }
    });
    held?;
    taken.map_err(|error| unreadable(&error))?;
    sheets.truncate(MAX_SHEETS);
    Ok(sheets)
}

/// What a packed workbook turned out to be.
enum Packed {
    Xlsx {
        /// Memory that its shared strings will take, in bytes.
        strings: usize,
    },
    Ods,
}

/// Unpacks every part into nothing and counts: a bomb is found before it costs memory.
fn check_sizes(bytes: &[u8]) -> Result<Packed, ImportError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| malformed(format!("not a readable workbook: {error}")))?;
    let has = |name: &str| archive.file_names().flatten().any(|known| known.eq_ignore_ascii_case(name));
    let (excel, word, open) = (has("xl/workbook.xml"), has("word/document.xml"), has(ODS_CONTENT));
    let mut packed = match (excel, open.then(|| mimetype(&mut archive))) {
        (true, _) => Packed::Xlsx { strings: 0 },
        (false, Some(kind)) if kind.starts_with(ODS_TYPE) => Packed::Ods,
        (false, Some(kind)) if kind.starts_with(ODT_TYPE) => return Err(ImportError::NotBibliographic { what: "text document" }),
        _ => return Err(ImportError::NotBibliographic { what: if word { "Word document" } else { "zip archive" } }),
    };
    if archive.len() > 10_000 {
        return Err(malformed("the workbook has more than 10000 parts"));
    }
    let (mut unpacked, mut buffer) = (0, vec![0u8; 256 << 10]);
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| malformed(format!("a part of the workbook is unreadable: {error}")))?;
        let name = part.name().map_err(|error| malformed(format!("a part of the workbook is unreadable: {error}")))?.to_ascii_lowercase();
        let limit = match name.as_str() {
            name if name.ends_with("sharedstrings.xml") => MAX_STRINGS_BYTES,
            name if name.ends_with(".rels") || name.ends_with("styles.xml") || name.ends_with("workbook.xml") => MAX_PART_BYTES,
            _ => MAX_SHEET_BYTES,
        }
        .min(MAX_UNPACKED_BYTES - unpacked);
        let mut part = part.take(limit + 1);
        let (mut total, mut items) = (0u64, 0usize);
        loop {
            let length = part.read(&mut buffer).map_err(|error| malformed(format!("{name}: {error}")))?;
            if length == 0 {
                break;
            }
            total += length as u64;
            // in whatever part they stand: a workbook's own list says which one it is
            items += memchr::memmem::find_iter(&buffer[..length], b"<si").count();
            if total > limit || items > MAX_STRINGS {
                return Err(malformed(format!("{name} unpacks to more than the limit ({} MiB, {MAX_STRINGS} strings)", limit >> 20)));
            }
        }
        unpacked += total;
        if let (true, Packed::Xlsx { strings }) = (items > 0, &mut packed) {
            *strings += total as usize + items * size_of::<String>();
        }
    }
    Ok(packed)
}

/// What an OpenDocument file says it is (ODF 1.2, part 3, §3.3).
fn mimetype(archive: &mut zip::ZipArchive<Cursor<&[u8]>>) -> String {
    let mut kind = Vec::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // a part that can't be read says nothing
        let _ = part.take(100).read_to_end(&mut kind);
    }
    String::from_utf8_lossy(&kind).into_owned()
}

fn xls(bytes: Vec<u8>) -> Result<Vec<Sheet>, ImportError> {
    if bytes.len() > MAX_XLS_BYTES {
        return Err(ImportError::TooLarge { limit: MAX_XLS_BYTES as u64 });
    }
    let held = old_workbook::check(&bytes).map_err(|words| malformed(format!("not a readable xls workbook: {words}")))?;
    // calamine stops the thread at some records that contradict each other
    let outcome = std::panic::catch_unwind(|| xls_sheets(bytes, Room(MAX_HELD_BYTES.saturating_sub(held))));
    outcome.unwrap_or_else(|_| Err(malformed("not a readable xls workbook: its records contradict each other")))
}

fn xls_sheets(bytes: Vec<u8>, mut room: Room) -> Result<Vec<Sheet>, ImportError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| malformed(format!("not a readable xls workbook: {error}")))?;
    let mut sheets = Vec::new();
    for name in book.sheet_names().into_iter().take(MAX_SHEETS) {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let first = range.start().map_or(0, |(row, _)| row);
        let mut sheet = Sheet { name, rows: Vec::new() };
        for (n, row) in range.rows().enumerate() {
            let cells: Vec<String> = row.iter().take(MAX_COLUMNS).map(words).collect();
            cells.iter().try_for_each(|cell| room.take_cell(cell.len()))?;
            sheet.push(first + n as u32 + 1, cells, &mut room)?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// A cell as text: numbers without a needless fraction, dates as `YYYY-MM-DD 00:00:00`.
fn words(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} 00:00:00")
        }
    }
}
