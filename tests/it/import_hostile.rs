//! Files made to exhaust the reader. One rule: each costs at most 2 s of processor time and 256 MiB and ends in a clear error, or
//! costs its entry and no more. Each is read by a process of its own, so that its memory is its own.

use std::io::Write as _;
use std::process::Command;

use erabi::import::{self, Options};

/// Processor time that a hostile file may cost, in seconds. A build without optimisation is given `UNOPTIMISED` times as much.
const MAX_SECONDS: f64 = 2.0;
const UNOPTIMISED: f64 = 4.0;
/// The most memory that reading may hold, KiB.
const MAX_KIB: u64 = 256 << 10;
/// The environment's name for the case that the child is to read.
const CASE: &str = "ERABI_HOSTILE_CASE";

/// Name, file, and words that the outcome must hold: of the error, or of the reasons of what was rejected; `""` where records come out.
type Case = (&'static str, fn() -> Vec<u8>, &'static str);

const CASES: &[Case] = &[
    ("entity bomb", entity_bomb, ""),
    ("million attributes", || pubmed(&format!("<Article {}/>", "x='1' ".repeat(1_000_000))), ""),
    ("deep nesting", || pubmed(&"<a>".repeat(300_000)), "nested deeper"),
    ("millions of elements", || pubmed(&"<a/>".repeat(1_040_000)), "more than 1000000 elements"),
    ("unclosed comment", || pubmed(&"<!-- ".repeat(600_000)), "not closed"),
    ("unclosed quote in CSV", || [b"Title,Year\na,2020\n\"".to_vec(), vec![b'x'; 50 << 20]].concat(), "entry_too_long"),
    (
        "unclosed quote in BibTeX",
        || [b"@article{a, title = {T}}\n@article{k, title = \"".to_vec(), vec![b'x'; 50 << 20]].concat(),
        "entry_too_long",
    ),
    ("braces in BibTeX", || [b"@article{a, title = {T}}\n@article{k, title = ".to_vec(), vec![b'{'; 3 << 20]].concat(), "unclosed"),
    (
        "one line of 50 MB in RIS",
        || [b"TY  - JOUR\nTI  - ".to_vec(), vec![b'x'; 50 << 20], b"\nER  - \n".to_vec()].concat(),
        "entry_too_long",
    ),
    ("fields without end in RIS", || [b"TY  - JOUR\n".to_vec(), b"KW  - a\n".repeat(400_000)].concat(), "too_many_fields"),
    ("an entry without end in RIS", || endless("TY  - JOUR\nTI  - t\n", "AB  - some text\n"), "too_many_fields"),
    ("an entry without end in PubMed's text", || endless("PMID- 1\nTI  - t\n", "AB  - some text\n"), "too_many_fields"),
    ("an entry without end in Ovid's text", || endless("<1>\nVN  - Ovid\nTI  - t\n", "AB  - some text\n"), "too_many_fields"),
    (
        "an entry without end in Web of Science's text",
        || endless("FN Clarivate\nVR 1.0\nPT J\nTI t\n", "AB some text\n"),
        "too_many_fields",
    ),
    ("an entry without end in Refer", || endless("%0 Journal Article\n%T t\n", "%X some text\n"), "too_many_fields"),
    (
        "an entry without end in 医中誌's text",
        || endless("2024069945\n題\n", "Author:小林 美貴子(架空大学 看護学部 地域看護学講座), 若林 靖史(架空病院)\n"),
        "entry_too_long",
    ),
    ("entries without end in RIS", || b"TY  - JOUR\nTY  - JOUR\n".repeat(20_000), ""),
    ("lines between in RIS", || [b"TY  - JOUR\nTI  - t\nER  - \n".to_vec(), b"text between\n".repeat(500_000)].concat(), ""),
    ("authors without end", || [b"TY  - JOUR\nTI  - t\nAU  - ".to_vec(), b"A, B; ".repeat(300_000), b"\nER  - \n".to_vec()].concat(), ""),
    ("a name of dots", || [b"TY  - JOUR\nTI  - t\nAU  - ".to_vec(), b"A.B".repeat(500_000), b"\nER  - \n".to_vec()].concat(), ""),
    ("references without end", || [b"TY  - JOUR\nTI  - ".to_vec(), b"&amp;".repeat(700_000), b"\nER  - \n".to_vec()].concat(), ""),
    (
        "digits without end",
        || [b"TY  - JOUR\nTI  - t\nAB  - NCT".to_vec(), b"1234567890".repeat(350_000), b"\nER  - \n".to_vec()].concat(),
        "",
    ),
    ("a sheet that unpacks to 1 GiB", sheet_bomb, "limit"),
    ("a hundred sheets that unpack to 15 GiB", || workbook("", "", 100, " ", 150 << 20), "limit"),
    ("one long shared string everywhere", || workbook(&"x".repeat(1 << 20), "<row>", 1, "<c t=\"s\"><v>0</v></c>", 2 << 20), "limit"),
    (
        "cells far to the right",
        || {
            let rows: String = (1..=300_000).map(|n| format!("<row r=\"{n}\"><c r=\"DKI{n}\"><v>1</v></c></row>")).collect();
            workbook("", "", 1, &rows, rows.len())
        },
        "limit",
    ),
    ("millions of small cells", || workbook("", "", 1, "<row><c><v>1</v></c><c><v>2</v></c></row>", 80 << 20), "limit"),
    ("millions of empty cells", || workbook("", "<row>", 1, "<c/>", 44 << 20), "10000000 cells"),
    ("a workbook of styles", || packed(&[("xl/workbook.xml", b"<a/>".to_vec()), ("xl/styles.xml", b"<xf/>".repeat(4 << 20))]), "limit"),
    ("a repeated row of an open spreadsheet", || open_sheet("table:number-columns-repeated='2900'", 6_000), "limit"),
    (
        "repeated cells of an open spreadsheet",
        || open_sheet(&format!("office:string-value='{}' table:number-columns-repeated='60'", "y".repeat(3 << 20)), 1),
        "limit",
    ),
    ("an old workbook in a circle", old_workbook, "circle"),
];

/// 24 MB of an entry's lines.
fn endless(head: &str, line: &str) -> Vec<u8> {
    [head.as_bytes().to_vec(), line.repeat((24 << 20) / line.len()).into_bytes()].concat()
}

fn pubmed(inside: &str) -> Vec<u8> {
    let text = "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n<PubmedArticle>";
    format!("{text}{inside}</PubmedArticle></PubmedArticleSet>").into_bytes()
}

fn entity_bomb() -> Vec<u8> {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a0 \"aaaaaaaaaa\">");
    for n in 1..40 {
        text.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
    }
    text.push_str("]>\n<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&a39;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>");
    text.into_bytes()
}

fn sheet_bomb() -> Vec<u8> {
    packed(&[("xl/workbook.xml", Vec::new()), ("xl/worksheets/sheet1.xml", vec![b' '; 256 << 20])])
}

fn packed(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in parts {
        archive.start_file(*name, options).expect("memory does not fail");
        archive.write_all(bytes).expect("memory does not fail");
    }
    archive.finish().expect("memory does not fail").into_inner()
}

/// A workbook of sheets whose cells are `cell` over and over, `size` bytes of them.
fn workbook(string: &str, row: &str, sheets: usize, cell: &str, size: usize) -> Vec<u8> {
    let rows = format!("<worksheet><sheetData>{row}{}", cell.repeat(size / cell.len())).into_bytes();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).compression_level(Some(1));
    let main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let each = |text: &dyn Fn(usize) -> String| (1..=sheets).map(text).collect::<String>();
    let named = each(&|n| format!("<sheet name=\"S{n}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let related = each(&|n| format!("<Relationship Id=\"r{n}\" Type=\"{main}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"));
    let parts = [
        (
            "_rels/.rels".to_owned(),
            format!("<Relationships><Relationship Id=\"r1\" Type=\"{main}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        ("xl/workbook.xml".to_owned(), format!("<workbook xmlns:r=\"{main}\"><sheets>{named}</sheets></workbook>")),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<Relationships>{related}<Relationship Id=\"s\" Type=\"{main}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml".to_owned(), format!("<sst><si><t>{string}</t></si></sst>")),
    ];
    for (name, text) in parts {
        archive.start_file(name, options).expect("memory does not fail");
        archive.write_all(text.as_bytes()).expect("memory does not fail");
    }
    // packed once, copied as often as wanted
    let one = packed(&[("sheet", rows)]);
    let mut one = zip::ZipArchive::new(std::io::Cursor::new(one)).expect("an archive");
    for n in 1..=sheets {
        let sheet = one.by_index_raw(0).expect("the sheet");
        archive.raw_copy_file_rename(sheet, format!("xl/worksheets/sheet{n}.xml")).expect("memory does not fail");
    }
    archive.finish().expect("memory does not fail").into_inner()
}

/// An OpenDocument spreadsheet of one row that stands so many times, of a short cell with these attributes and what they repeat.
fn open_sheet(attributes: &str, times: usize) -> Vec<u8> {
    let cells = format!("<table:table-cell {attributes}><text:p>x</text:p></table:table-cell>");
    let row = format!("<table:table-row table:number-rows-repeated='{times}'>{cells}</table:table-row>");
    let content = format!("<office:spreadsheet><table:table table:name='S'>{row}</table:table></office:spreadsheet>");
    packed(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()), ("content.xml", content.into_bytes())])
}

/// A container whose directory is a chain of one sector that follows itself.
fn old_workbook() -> Vec<u8> {
    let mut bytes = vec![0u8; 512 * 3];
    bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    (bytes[30], bytes[32], bytes[48]) = (9, 6, 1);
    bytes[60..64].fill(0xff);
    bytes[68..72].fill(0xff);
    bytes[76..512].fill(0xff);
    bytes[76..80].fill(0);
    bytes[512..1024].fill(0xff);
    bytes[516..520].copy_from_slice(&1u32.to_le_bytes());
    bytes
}

/// Seconds of processor time and peak KiB of this process; `None` where the system does not tell.
fn cost() -> Option<(f64, u64)> {
    let nanoseconds: f64 = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split_whitespace().next()?.parse().ok()?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()?;
    Some((nanoseconds / 1e9, peak))
}

/// The child: makes the file, reads it, and says `seconds kib words`. The file's own memory is not counted.
#[test]
fn read_one_hostile_file() {
    let Ok(name) = std::env::var(CASE) else { return };
    let (_, make, _) = CASES.iter().find(|case| case.0 == name).expect("a known case");
    let path = std::env::temp_dir().join(format!("erabi-hostile-{}", std::process::id()));
    std::fs::write(&path, make()).expect("the temporary folder can be written");
    // what making the file took is forgotten: 5 resets the peak (proc(5), clear_refs)
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = cost();
    let mut words = std::collections::BTreeSet::new();
    let outcome = import::read(std::fs::File::open(&path).expect("the file was just written"), &Options::default(), &mut |entry| {
        if let erabi::model::Entry::Rejected(entry) = entry {
            words.insert(format!("{} {}", entry.reason.code, entry.reason.detail));
        }
    });
    let after = cost();
    std::fs::remove_file(&path).expect("the file was made here");
    if let Err(error) = outcome {
        words.insert(error.to_string());
    }
    let (seconds, peak) = before.zip(after).map_or((0.0, 0), |(before, after)| (after.0 - before.0, after.1));
    println!("HOSTILE {seconds} {peak} {}", words.into_iter().collect::<Vec<_>>().join(" / ").replace('\n', " "));
}

#[test]
fn hostile_files_cost_little_and_end_clearly() {
    let allowed = if cfg!(debug_assertions) { MAX_SECONDS * UNOPTIMISED } else { MAX_SECONDS };
    let ourselves = std::env::current_exe().expect("a test is a program");
    let mut complaints = Vec::new();
    for (name, _, wanted) in CASES {
        let mut child = Command::new(&ourselves);
        let output = child.args(["read_one_hostile_file", "--nocapture"]).env(CASE, name).output().expect("the child starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let Some(line) = told.lines().find_map(|line| line.split_once("HOSTILE ").map(|(_, rest)| rest.to_owned())) else {
            complaints.push(format!("{name}: ended without a word: {}", String::from_utf8_lossy(&output.stderr)));
            continue;
        };
        let mut parts = line.splitn(3, ' ');
        let mut number = || parts.next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(f64::MAX);
        let (seconds, kib) = (number(), number());
        let words = parts.next().unwrap_or_default();
        eprintln!("{name}: {seconds:.2} s, {:.0} MiB: {words}", kib / 1024.0);
        if seconds > allowed || kib > MAX_KIB as f64 {
            complaints.push(format!("{name}: {seconds:.2} s, {:.0} MiB", kib / 1024.0));
        }
        if !words.contains(wanted) {
            complaints.push(format!("{name}: ended with {words:?}, not {wanted:?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
