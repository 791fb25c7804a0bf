//! XML, BibTeX and tables under damage. One rule: whatever the bytes, reading ends, never panics, counts every entry once and
//! leaves no line out.

use std::io::Write;

use erabi::import::{self, Format, Options};
use erabi::model::Entry;
use proptest::prelude::*;

/// Invented texts with the features that parsers trip over.
const SEEDS: &[(Format, &str)] = &[
    (
        Format::PubmedXml,
        "<?xml version=\"1.0\"?>\n<!DOCTYPE PubmedArticleSet [<!ENTITY a \"b\">]>\n<PubmedArticleSet>\n<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A &amp; <i>b</i> &#x2264; &a;</ArticleTitle>\n<Abstract><AbstractText Label=\"X\">y</AbstractText></Abstract><AuthorList><Author ValidYN=\"Y\"><LastName>Doe</LastName><ForeName>J</ForeName></Author></AuthorList></Article></MedlineCitation>\n<PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/x</ArticleId></ArticleIdList></PubmedData></PubmedArticle>\n<PubmedArticle><MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle>\n</PubmedArticleSet>\n",
    ),
    (
        Format::EbscoXml,
        "<records>\r\n<rec resultID=\"1\"><header shortDbName=\"psyh\" uiTerm=\"1\"><controlInfo><artinfo><tig><atl>T</atl></tig><aug><au>Doe, J</au></aug><ab>A</ab></artinfo></controlInfo></header></rec>\r\n<rec resultID=\"2\"><header uiTerm=\"2\"/></rec>\r\n</records>",
    ),
    (
        Format::EndnoteXml,
        "<xml><records><record><ref-type name=\"Journal Article\">17</ref-type><titles><title><style face=\"normal\">T</style></title></titles><isbn>1234-5679&#xD;</isbn></record><record><titles><title>U</title></titles></record></records></xml>",
    ),
    (
        Format::ZoteroRdf,
        "<rdf:RDF xmlns:z=\"z\">\n<bib:Article rdf:about=\"#1\"><z:itemType>book</z:itemType><dc:title>T</dc:title><dcterms:isPartOf rdf:resource=\"#j\"/></bib:Article>\n<bib:Journal rdf:about=\"#j\"><dc:title>J</dc:title></bib:Journal>\n<z:Attachment rdf:about=\"#2\"><z:itemType>attachment</z:itemType></z:Attachment>\n</rdf:RDF>\n",
    ),
    (
        Format::Bibtex,
        "Scopus\n@string{a = \"b\" # c}\n@article{k, title = {{T {\\'e} $x^2$}}, author = \"Doe, J and {G and H}\",\n  note = \"a \"quoted\" word\", year = 2020}\n% comment\n@comment{x}\n@book(k2, title = a # {U}, crossref = {k})\n@article{k3, title={V}\n@misc{k4,\n Early Access Date = {{x}}}\n",
    ),
    (
        Format::Csv,
        "saved,,\nTitle,Authors,Year,DOI,id\n\"T, \"\"x\"\"\",\"Doe, J; Roe, R\",2020,10.1000/x,1\r\n\"two\nlines\",['A, B'],3-Apr,,2\n,,,,\nU;V,'=1,NA,-,3,more\n",
    ),
    (
        Format::Jsonl,
        "{\"title\":\"T\",\"authors\":[{\"family\":\"Doe\",\"given\":\"J\"},\"Roe, R\"],\"year\":2020,\"z\":{\"k\":[1,null]}}\n\n{\"title\":\"題\\n\\\"x\\\"\",\"doi\":\"10.1000/x\"}\r\n{\"title\":null}\n",
    ),
    (Format::Tsv, "タイトル\t著者名\t収載誌名\t一次スクリーニング\n題(会議録)\t姓 名(所属), 姓 名\t誌\t除外\n\"a\tb\"\t\t\t○\n"),
];

#[derive(Clone, Debug)]
enum Damage {
    Cut(usize, usize),
    Repeat(usize, usize),
    Set(usize, u8),
    Insert(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces: Vec<&[u8]> = vec![
        b"\r",
        b"\n",
        b"\"",
        b"{",
        b"}",
        b"<",
        b">",
        b"&",
        b"</",
        b"<rec",
        b"\n@article{",
        b",",
        b"\\",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"\xff",
        b"\t",
        b"=",
    ];
    let piece = prop_oneof![proptest::sample::select(pieces).prop_map(<[u8]>::to_vec), proptest::collection::vec(any::<u8>(), 0..10)];
    prop_oneof![
        (any::<usize>(), 0usize..60).prop_map(|(at, n)| Damage::Cut(at, n)),
        (any::<usize>(), 0usize..200).prop_map(|(at, n)| Damage::Repeat(at, n)),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<usize>(), piece).prop_map(|(at, piece)| Damage::Insert(at, piece)),
    ]
}

fn apply(mut bytes: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let end = bytes.len();
    let place = |at: &usize| at % (end + 1);
    match damage {
        Damage::Cut(at, n) => drop(bytes.drain(place(at)..(place(at) + n).min(end))),
        Damage::Repeat(at, n) => {
            let piece = bytes[place(at)..(place(at) + n).min(end)].to_vec();
            bytes.extend(piece);
        }
        Damage::Set(at, byte) => {
            if let Some(known) = bytes.get_mut(place(at)) {
                *known = *byte;
            }
        }
        Damage::Insert(at, piece) => drop(bytes.splice(place(at)..place(at), piece.iter().copied())),
    }
    bytes
}

/// Reads and checks what must hold of any bytes.
fn check(bytes: &[u8], format: Option<Format>) -> Result<(), TestCaseError> {
    let (mut records, mut rejected) = (0u32, 0u32);
    let mut covered: Vec<(u32, u32)> = Vec::new();
    let mut order = Vec::new();
    let options = Options { format, encoding: Some(import::Encoding::Utf8), ..Options::default() };
    let outcome = import::read(bytes, &options, &mut |entry| match entry {
        Entry::Record(parsed) => {
            records += 1;
            order.push(parsed.n);
            covered.push((parsed.line_start, parsed.line_end));
        }
        Entry::Rejected(entry) => {
            rejected += 1;
            order.push(entry.n);
            covered.push((entry.line_start, entry.line_end));
        }
        Entry::Outside { line_start, line_end, .. } => covered.push((line_start, line_end)),
    });
    let Ok(summary) = outcome else { return Ok(()) };
    prop_assert_eq!((summary.entries, summary.records, summary.rejected), (records + rejected, records, rejected));
    prop_assert_eq!(order, (1..=summary.entries).collect::<Vec<_>>());
    covered.sort_unstable();
    let mut next = 1;
    for (start, end) in &covered {
        prop_assert!(start <= end, "lines {}-{}", start, end);
        prop_assert!(*start <= next, "lines {}-{} are lost", next, start - 1);
        next = next.max(end + 1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_lose_no_line(seed in 0..SEEDS.len(), damages in proptest::collection::vec(damage(), 0..8), claimed in any::<bool>()) {
        let (format, text) = SEEDS[seed];
        let bytes = damages.iter().fold(text.as_bytes().to_vec(), apply);
        check(&bytes, claimed.then_some(format))?;
    }

    #[test]
    fn arbitrary_bytes_end_in_order(bytes in proptest::collection::vec(any::<u8>(), 0..600), format in proptest::sample::select(SEEDS.iter().map(|seed| seed.0).collect::<Vec<_>>())) {
        check(&bytes, Some(format))?;
    }
}

#[test]
fn the_seeds_are_read() {
    for (format, text) in SEEDS {
        let mut records = 0;
        let summary =
            import::read(text.as_bytes(), &Options::default(), &mut |entry| records += u32::from(matches!(entry, Entry::Record(_))))
                .expect("a seed");
        assert_eq!((summary.format, records > 0), (*format, true), "{format}");
    }
}

#[test]
fn entity_bombs_and_deep_nesting_cost_nothing() {
    let mut bomb = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a0 \"aaaaaaaaaa\">");
    for n in 1..30 {
        bomb.push_str(&format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};\">", n - 1));
    }
    bomb.push_str("<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&a29;&f;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>");
    let mut titles = Vec::new();
    import::read(bomb.as_bytes(), &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            titles.push(parsed.record.title);
        }
    })
    .expect("a document");
    assert_eq!(titles, [Some("&a29;&f;".to_owned())]);
    let deep = format!(
        "<PubmedArticleSet><PubmedArticle>{}</PubmedArticle><PubmedArticle><MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle></PubmedArticleSet>",
        "<a>".repeat(200_000)
    );
    let summary = import::read(deep.as_bytes(), &Options::default(), &mut |_| {}).expect("a document");
    assert_eq!((summary.records, summary.rejected), (1, 1));
}

/// A workbook of one sheet, stored with the given parts.
pub fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let parts: [(&str, &[u8]); 6] = [
        ("[Content_Types].xml", br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#),
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    for (name, bytes) in parts {
        archive.start_file(name, options).expect("memory does not fail");
        archive.write_all(bytes).expect("memory does not fail");
    }
    archive.finish().expect("memory does not fail").into_inner()
}

const STRINGS: &[u8] = br#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Title</t></si><si><t>Year</t></si><si><t>A &amp; B</t></si></sst>"#;

#[test]
fn workbooks_are_read_and_bombs_refused() {
    let sheet = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row><row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><v>2020</v></c></row></sheetData></worksheet>"#;
    let mut found = Vec::new();
    import::read(&workbook(sheet, STRINGS)[..], &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            found.push((parsed.line_start, parsed.record.title, parsed.record.year));
        }
    })
    .expect("a workbook");
    assert_eq!(found, [(3, Some("A & B".to_owned()), Some(2020))]);

    let bomb = vec![b' '; 200 << 20];
    let started = std::time::Instant::now();
    let error = import::read(&workbook(sheet, &bomb)[..], &Options::default(), &mut |_| {}).expect_err("a bomb");
    assert!(error.to_string().contains("limit"), "{error}");
    assert!(import::read(&b"PK\x03\x04 broken"[..], &Options::default(), &mut |_| {}).is_err());
    eprintln!("refusing took {:?}, packing included", started.elapsed());
}

/// An OpenDocument file of that kind with that content.
fn open_document(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in [("mimetype", kind.as_bytes()), ("content.xml", content), ("META-INF/manifest.xml", b"<manifest:manifest/>")] {
        archive.start_file(name, options).expect("memory does not fail");
        archive.write_all(bytes).expect("memory does not fail");
    }
    archive.finish().expect("memory does not fail").into_inner()
}

const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

#[test]
fn open_spreadsheets_are_read_and_bombs_refused() {
    let row = |cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"))
            .collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let sheet = |rows: &str| {
        format!(
            "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet><table:table table:name=\"S\"><table:table-column/>{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        )
    };
    let rows =
        [row(&["検索結果"]), row(&["タイトル", "著者名", "発行年"]), row(&["題 &amp; 二", "山田 花子", "2012"]), row(&["", "", "2013"])]
            .concat();
    let mut found = Vec::new();
    let summary = import::read(&open_document(ODS, sheet(&rows).as_bytes())[..], &Options::default(), &mut |entry| match entry {
        Entry::Record(parsed) => found.push((parsed.line_start, parsed.record.title, parsed.record.year)),
        Entry::Rejected(entry) => found.push((entry.line_start, None, None)),
        Entry::Outside { .. } => {}
    });
    assert_eq!(summary.expect("a workbook").format, Format::Xlsx);
    assert_eq!(found, [(3, Some("題 & 二".to_owned()), Some(2012)), (4, None, None)]);

    let refused = |bytes: &[u8]| import::read(bytes, &Options::default(), &mut |_| {}).expect_err("a refusal").to_string();
    let repeats = format!(
        "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>{}</text:p></table:table-cell></table:table-row>",
        "x".repeat(100_000)
    );
    assert!(refused(&open_document(ODS, sheet(&repeats).as_bytes())).contains("limit"));
    assert!(refused(&open_document(ODS, &vec![b' '; 200 << 20])).contains("limit"));
    assert!(refused(&open_document("application/vnd.oasis.opendocument.text", b"<a/>")).contains("text document"));
    assert!(refused(&open_document(ODS, b"no XML")).contains("no sheet"));
}
