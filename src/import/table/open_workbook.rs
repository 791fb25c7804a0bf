//! OpenDocument spreadsheets (ods). One rule: rows come one after the other out of the packed file, and what a cell or a row repeats
//! is counted before it is written out. Specification: OASIS ODF 1.2, part 1, chapter 9.

use std::borrow::Cow;
use std::io::{BufReader, Read};

use crate::import::limits::MAX_ENTRY_BYTES;
use crate::import::xml_split::{Entries, Piece, Splitter};
use crate::import::xml_tree::{Node, Tree, tag_end};

use super::MAX_COLUMNS;

/// Text of all cells, repeated ones counted as often as they stand.
const MAX_TEXT_BYTES: usize = 192 << 20;
/// Rows of a sheet, empty ones included; spreadsheets end there.
const MAX_ROWS: u32 = 1_048_576;

const TOO_MUCH: &str = "the sheets hold more than the limit";

/// What the reader hands out in order: a sheet's name, then its rows with their numbers from 1.
pub enum Part {
    Sheet(String),
    Row(u32, Vec<String>),
}

/// Gives every sheet and every row that has text of `content.xml` to `take`.
///
/// # Errors
/// In words, past the limits and for XML that is none.
pub fn read(content: impl Read, mut cells_left: usize, take: &mut dyn FnMut(Part)) -> Result<(), String> {
    let mut input = BufReader::new(content);
    let mut pieces = Splitter::new(&mut input, Entries::Named(&["table:table-row"]));
    let mut bytes_left = MAX_TEXT_BYTES;
    let mut number = 0;
    let mut between = String::new();
    while let Some(piece) = pieces.piece().map_err(|error| error.to_string())? {
        match piece {
            Piece::Outside(slice) => between.push_str(&slice.text),
            Piece::Broken(_, code) => return Err(format!("row {}: {code}", number + 1)),
            Piece::Entry(slice) => {
                if let Some(name) = sheet_in(&between) {
                    number = 0;
                    take(Part::Sheet(name));
                }
                between.clear();
                let (cells, times) = row(&slice.text)?;
                let text: usize = cells.iter().map(String::len).sum();
                if text > 0 {
                    for n in 0..times {
                        let enough = |left: usize, cost: usize| left.checked_sub(cost).ok_or(TOO_MUCH);
                        cells_left = enough(cells_left, cells.len())?;
                        bytes_left = enough(bytes_left, text)?;
                        take(Part::Row(number + n + 1, cells.clone()));
                    }
                }
                number = number.saturating_add(times).min(MAX_ROWS);
            }
        }
    }
    Ok(())
}

/// The name of the sheet that the last start tag in a text opens.
fn sheet_in(text: &str) -> Option<String> {
    let at = text.rfind("<table:table ").or(text.rfind("<table:table>"))?;
    let end = tag_end(&text.as_bytes()[at..]).unwrap_or(text.len() - at);
    let opened = format!("{}/>", text[at..at + end].trim_end_matches('/'));
    let tree = Tree::parse(&opened).ok();
    Some(tree.as_ref().and_then(Tree::root).and_then(|tag| tag.attribute("table:name")).unwrap_or_default().into_owned())
}

/// The cells of a row, and how often it stands.
fn row(raw: &str) -> Result<(Vec<String>, u32), String> {
    let raw = raw.replace("<text:line-break/>", "\n").replace("<text:tab/>", " ").replace("<text:s/>", " ");
    let tree = Tree::parse(&raw)?;
    let root = tree.root().ok_or("a row has no element")?;
    let times = repeated(root, "table:number-rows-repeated").min(MAX_ROWS);
    let mut cells = Vec::new();
    let (mut empty, mut text) = (0, 0);
    for cell in root.elements().filter(|node| matches!(node.name(), "table:table-cell" | "table:covered-table-cell")) {
        let (value, many) = (value(cell), repeated(cell, "table:number-columns-repeated") as usize);
        if value.is_empty() {
            empty = many.saturating_add(empty).min(MAX_COLUMNS);
            continue;
        }
        cells.resize((cells.len() + empty).min(MAX_COLUMNS), String::new());
        empty = 0;
        let many = many.min(MAX_COLUMNS.saturating_sub(cells.len()));
        text += value.len().saturating_mul(many);
        if text > MAX_ENTRY_BYTES {
            return Err(TOO_MUCH.to_owned());
        }
        cells.resize(cells.len() + many, value);
    }
    Ok((cells, times))
}

fn repeated(node: Node, name: &str) -> u32 {
    node.attribute(name).and_then(|many| many.parse().ok()).unwrap_or(1)
}

/// A cell as text: a date as a spreadsheet's dates are told, a number as it is kept and not as it is shown. Remarks are left out.
fn value(cell: Node) -> String {
    let own = |name: &str| cell.attribute(name).filter(|value| !value.is_empty()).map(Cow::into_owned);
    let kept = match own("office:value-type").as_deref() {
        Some("date") => own("office:date-value").map(|date| format!("{} 00:00:00", date.split('T').next().unwrap_or_default())),
        Some("float" | "percentage" | "currency") => own("office:value"),
        Some("boolean") => own("office:boolean-value"),
        _ => own("office:string-value"),
    };
    kept.unwrap_or_else(|| cell.children("text:p").map(Node::raw_text).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(content: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        read(content.as_bytes(), 1_000, &mut |part| {
            found.push(match part {
                Part::Sheet(name) => format!("= {name}"),
                Part::Row(n, cells) => format!("{n} {}", cells.join("|")),
            })
        })?;
        Ok(found)
    }

    #[test]
    fn sheets_repeats_dates_and_remarks() {
        let content = "<office:spreadsheet><table:table table:name='a &amp; b' x='>'><table:table-column/>\
            <table:table-row table:number-rows-repeated='3'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
            <table:table-header-rows><table:table-row><table:table-cell office:value-type='string'><office:annotation><text:p>no</text:p></office:annotation><text:p>T<text:span>i</text:span></text:p><text:p>x</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated='2'/><table:table-cell office:value-type='date' office:date-value='2023-04-03T00:00:00'><text:p>3. Apr</text:p></table:table-cell></table:table-row></table:table-header-rows>\
            <table:table-row table:number-rows-repeated='2'><table:table-cell office:value-type='float' office:value='2020' table:number-columns-repeated='2'><text:p>2,020</text:p></table:table-cell></table:table-row>\
            </table:table><table:table table:name='c'><table:table-row><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>";
        assert_eq!(rows(content).unwrap(), ["= a & b", "4 Ti\nx|||2023-04-03 00:00:00", "5 2020|2020", "6 2020|2020", "= c", "1 y"]);
    }

    #[test]
    fn what_repeats_too_often_is_refused() {
        let row = "<table:table table:name='a'><table:table-row table:number-rows-repeated='1000000'><table:table-cell table:number-columns-repeated='16384'><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
        assert!(rows(row).unwrap_err().contains("limit"));
        assert!(rows("<table:table-row><table:table-cell></table:table-row>").is_err());
        assert!(rows("<table:table-row>").is_err());
    }
}
