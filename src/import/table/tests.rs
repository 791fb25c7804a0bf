//! Tables as they are found: headers in odd rows, odd delimiters, broken quotes.

use super::*;
use crate::model::Entry;

/// Records, rejected entries, lines outside with whether they were understood, codes of issues.
type Outcome = (Vec<Record>, Vec<String>, Vec<(u32, bool)>, Vec<String>);

fn read_all(text: &str) -> Outcome {
    let (mut records, mut rejected, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut sink = |entry| match entry {
        Entry::Record(parsed) => records.push(parsed.record),
        Entry::Rejected(entry) => rejected.push(format!("{}-{} {}", entry.line_start, entry.line_end, entry.reason.code)),
        Entry::Outside { line_start, understood, .. } => outside.push((line_start, understood)),
    };
    let mut out = Emit::new(&mut sink);
    read(&mut text.as_bytes(), &Context { format: Format::Csv, provider: Provider::Generic }, &mut out).expect("a table");
    let issues = out.issues.iter().map(|issue| issue.code.clone()).collect();
    (records, rejected, outside, issues)
}

#[test]
fn the_header_stands_where_its_names_do() {
    let (records, rejected, outside, issues) = read_all(
        "proquest,,,\n\nTitle,Subtitle,Author,PubDate\nT,S,\"A, B; C, D\",2022-01-01\n,,,\nTitle,Subtitle,Author,PubDate\n,,,2020\n",
    );
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].title.as_deref(), records[0].authors.len(), records[0].year), (Some("T: S"), 2, Some(2022)));
    assert_eq!(rejected, ["7-7 no_content"]);
    assert_eq!(outside.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 5, 6]);
    assert!(issues.is_empty(), "{issues:?}");
}

#[test]
fn delimiters_are_found() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = ["title", "authors", "year"].join(delimiter) + "\n" + &["T", "\"Smith, J; Doe, A\"", "2020"].join(delimiter) + "\n";
        let (records, ..) = read_all(&text);
        assert_eq!((records[0].title.as_deref(), records[0].authors.len(), records[0].year), (Some("T"), 2, Some(2020)), "{delimiter}");
    }
}

#[test]
fn pythons_lists_and_the_callers_id() {
    let (records, _, _, issues) = read_all(
        "id,title,first_authors,keywords,start_page,strange\n12345,T,\"['Marx, Karl', \"\"O'Neill, B\"\"]\",\"['a', 'b, c']\",e08,x\n",
    );
    let record = &records[0];
    assert_eq!(record.external_id.as_deref(), Some("12345"));
    assert_eq!(record.authors.iter().map(crate::model::Author::display).collect::<Vec<_>>(), ["Marx, Karl", "O'Neill, B"]);
    assert_eq!(record.keywords.iter().map(|keyword| keyword.term.as_str()).collect::<Vec<_>>(), ["a", "b, c"]);
    assert_eq!(record.extra, [("strange".to_owned(), "x".to_owned())]);
    assert_eq!(issues, ["unknown_columns"]);
}

#[test]
fn what_looks_like_a_table() {
    assert!(looks_like("title,abstract\n\"T\",\"\"\n"));
    assert!(looks_like("タイトル\t著者名\t収載誌名\nx\ty\tz\n"));
    assert!(looks_like("saved\n\n\nTitle,Authors,Source Title,Publication Year\n"));
    assert!(!looks_like("Dear all,\nplease find the title attached, with thanks\n"));
    assert!(!looks_like("TY  - JOUR\nTI  - x\n"));
    assert!(!looks_like(""));
}

#[test]
fn hostile_tables_end_quickly() {
    let (records, rejected, ..) = read_all(&format!("title,authors\n\"{}", "x".repeat(50 << 20)));
    assert_eq!((records.len(), !rejected.is_empty()), (0, true));
    let (records, rejected, ..) = read_all(&format!("title,authors\n{}", "\"a,b\n".repeat(200_000)));
    assert!(records.len() + rejected.len() > 0);
    let (records, ..) = read_all(&format!("title,{}\nT{}\n", "c,".repeat(200_000), ",v".repeat(200_000)));
    assert_eq!(records.len(), 1);
}
