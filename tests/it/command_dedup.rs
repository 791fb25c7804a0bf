//! `erabi dedup` as someone uses it who has read no more than its help.

use std::process::{Command, Output};

use crate::command_line::{erabi, path};

/// Runs `erabi dedup` and returns its table and what it said on standard error.
fn dedup(arguments: &[&str]) -> (Output, String, String) {
    let output = erabi(&[&["dedup"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (table, said) = (text(&output.stdout), text(&output.stderr));
    (output, table, said)
}

const TWICE: &str = "id,title,author,year,journal,volume,pages\n\
    a,Nurses who visit at night,\"Olsen, T\",2011,Care Papers,4,10-19\n\
    a,Nurses who visit at night,\"Olsen, T\",2011,Care Papers,4,10-19\n\
    b,,,,,,\n\
    c,Housing first,\"Keane, L\",2012,Care Papers,5,1-9\n";

#[test]
fn dedup_tells_records_apart_that_share_an_id() {
    let folder = tempfile::tempdir().unwrap();
    let (source, pairs) = (path(folder.path(), "a.csv"), path(folder.path(), "pairs.csv"));
    std::fs::write(&source, TWICE).unwrap();
    let (output, table, said) = dedup(&["--pairs", &pairs, &source]);
    assert!(output.status.success(), "{said}");
    let rows: Vec<&str> = table.lines().map(|line| line.trim_start_matches(source.as_str())).collect();
    assert_eq!(rows, ["file,n,id,cluster,verdict", ",1,a,1,kept", ",2,a,1,duplicate", ",4,c,3,kept"]);
    let pairs = std::fs::read_to_string(pairs).unwrap();
    assert!(pairs.contains(&format!("{source}#1,{source}#2,")), "{pairs}");
    assert!(said.contains("entry 3") && said.contains("no title, author, abstract or DOI"), "in words: {said}");
}

#[test]
fn dedup_says_what_is_wrong_before_it_works() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).unwrap();
        path(folder.path(), name)
    };
    let (good, pairs) = (file("good.csv", TWICE), path(folder.path(), "nowhere/pairs.csv"));
    for (arguments, words) in [
        (vec![file("empty.csv", "")], vec!["the file is empty"]),
        (vec![file("columns.csv", "a,b\n1,2\n")], vec!["names of columns", "title"]),
        (vec![path(folder.path(), "missing.csv")], vec!["missing.csv"]),
        (vec![path(folder.path(), "")], vec!["cannot"]), // read a folder, or on Windows open it
        (vec!["--pairs".to_owned(), pairs, good.clone()], vec!["cannot write", "nowhere"]),
    ] {
        let (output, table, said) = dedup(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert_eq!(table, "", "{arguments:?}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        assert!(said.matches("os error").count() <= 1, "a reason is told once: {said}");
        assert!(!said.contains("entries="), "nothing was read before: {said}");
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_erabi"))
        .args(["dedup", "-"])
        .stdin(std::fs::File::open(&good).unwrap())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut table = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut table).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(table.contains("-,2,a,1,duplicate"), "standard input: {table}");
}

#[test]
fn dedup_ends_quietly_when_its_reader_has_enough() {
    let folder = tempfile::tempdir().unwrap();
    let source = path(folder.path(), "a.csv");
    let rows: Vec<String> = (0..3_000).map(|i| format!("r{i},Title number {i}\n")).collect();
    std::fs::write(&source, format!("id,title\n{}", rows.concat())).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_erabi"))
        .args(["dedup", &source])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
