//! Sheets inside a container that is in order. One rule: only the parts' text is the fuzzer's, so that its work goes into cells and
//! not into the checksums of an archive.

use std::io::Write as _;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const FIXED: &[(&str, &str)] = &[
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
];

/// An OpenDocument spreadsheet with that content.
pub fn open(content: &[u8]) -> Vec<u8> {
    packed(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)])
}

/// A workbook of one sheet: `text` up to the first NUL is the sheet, what follows the shared strings.
pub fn around(text: &[u8]) -> Vec<u8> {
    let at = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    let (sheet, strings) = (&text[..at], text.get(at + 1..).unwrap_or_default());
    let mut parts: Vec<(&str, &[u8])> = FIXED.iter().map(|(name, part)| (*name, part.as_bytes())).collect();
    parts.extend([("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)]);
    packed(&parts)
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let size: usize = parts.iter().map(|(name, part)| part.len() + 2 * name.len() + 100).sum();
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::with_capacity(size)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in parts {
        archive.start_file(*name, options).expect("memory does not fail");
        archive.write_all(part).expect("memory does not fail");
    }
    archive.finish().expect("memory does not fail").into_inner()
}
