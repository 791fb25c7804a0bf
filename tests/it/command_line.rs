//! The commands that look after what is stored, run as an operator runs them, on the demonstration review.

use std::path::Path;
use std::process::{Command, Output};

fn erabi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_erabi")).args(arguments).output().unwrap()
}

fn fine(arguments: &[&str]) -> String {
    let output = erabi(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "erabi {arguments:?}: {} {}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

#[test]
fn a_backup_restores_into_a_review_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, zip) = (path(folder.path(), "data"), path(folder.path(), "copy"), path(folder.path(), "backup.zip"));
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    let before = fine(&["verify", "--data", &data]);
    assert!(before.contains("all is well"), "{before}");
    fine(&["backup", "--data", &data, &zip]);
    fine(&["restore", "--data", &copy, &zip]);
    assert_eq!(fine(&["verify", "--data", &copy]), before);
    let again = erabi(&["restore", "--data", &copy, &zip]);
    assert!(!again.status.success(), "a database that is there is not overwritten");
    let table = |data: &str| fine(&["export", "--data", data, "--to", "prisma-csv", "--lang", "en"]);
    assert_eq!(table(&copy), table(&data));
    fine(&["reindex", "--data", &copy]);
    assert_eq!(table(&copy), table(&data), "computing anew changes nothing");
}

#[test]
fn a_path_with_a_typo_is_not_given_a_clean_bill() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = path(folder.path(), "nowhere");
    let output = erabi(&["verify", "--data", &nowhere]);
    assert!(!output.status.success());
    assert!(!Path::new(&nowhere).exists(), "verify makes nothing");
}

#[test]
fn convert_writes_every_format_and_reads_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = path(folder.path(), "a.ris");
    std::fs::write(&source, crate::world::ris(0, 3)).unwrap();
    let records = |file: &str| {
        let lines = fine(&["convert", "--to", "jsonl", file]);
        let kept = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            ["title", "authors", "year", "journal", "volume", "issue", "pages", "doi"].map(|key| line[key].clone())
        };
        lines.lines().map(kept).collect::<Vec<_>>()
    };
    let first = records(&source);
    assert_eq!(first.len(), 3);
    for format in ["ris", "csv", "bibtex", "endnote-xml"] {
        let written = path(folder.path(), format);
        std::fs::write(&written, fine(&["convert", "--to", format, &source])).unwrap();
        assert_eq!(records(&written), first, "{format}");
    }
}
