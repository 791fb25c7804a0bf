//! The commands that look after what is stored, run as an operator runs them, on the demonstration review.

use std::path::Path;
use std::process::{Command, Output};

pub fn erabi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_erabi")).args(arguments).output().unwrap()
}

pub fn fine(arguments: &[&str]) -> String {
    let output = erabi(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "erabi {arguments:?}: {} {}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

pub fn path(folder: &Path, name: &str) -> String {
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
    let kept = std::fs::read(&zip).unwrap();
    let over = erabi(&["backup", "--data", &data, &zip]);
    assert!(!over.status.success() && String::from_utf8_lossy(&over.stderr).contains("there already"), "a backup is not overwritten");
    assert_eq!(std::fs::read(&zip).unwrap(), kept);
    fine(&["restore", "--data", &copy, &zip]);
    assert_eq!(fine(&["verify", "--data", &copy]), before);
    let again = erabi(&["restore", "--data", &copy, &zip]);
    assert!(!again.status.success(), "a database that is there is not overwritten");
    let table = |data: &str| fine(&["export", "--data", data, "--to", "prisma-csv", "--lang", "en"]);
    assert_eq!(table(&copy), table(&data));
    fine(&["reindex", "--data", &copy]);
    assert_eq!(table(&copy), table(&data), "computing anew changes nothing");
}

/// Damage to what is derived is named by citation and field, and mended by deriving it again.
#[test]
fn verify_names_the_citation_and_the_field_that_differ() {
    let folder = tempfile::tempdir().unwrap();
    let data = path(folder.path(), "data");
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    // The last is a choice that the citation does not show.
    let damages = [
        ("UPDATE citations SET merged = json_set(merged, '$.record.journal', 'Another') WHERE ", "journal"),
        ("UPDATE citations SET merged = json_set(merged, '$.origins.title', 'another') WHERE ", "origin of title"),
        ("UPDATE citations SET title = title || '?' WHERE ", "the title"),
        ("UPDATE citations SET year = 1066 WHERE ", "the year"),
        ("UPDATE citations SET sources = '[]' WHERE ", "the list of sources"),
        ("UPDATE citations SET in_databases = NOT in_databases WHERE ", "the PRISMA column"),
        ("UPDATE citations SET record_count = 9 WHERE ", "the number of records"),
        (
            "INSERT INTO choices (review_id, record_id, field, picked, user_id, created_at) \
             SELECT c.review_id, r.id, 'title', TRUE, (SELECT id FROM users LIMIT 1), 0 FROM citations c JOIN records r ON r.citation_id = c.id \
             WHERE lower(hex(r.id)) <> replace(json_extract(c.merged, '$.origins.title'), '-', '') AND c.",
            "origin of title",
        ),
    ];
    let mut expected = Vec::new();
    for (at, (damage, field)) in damages.into_iter().enumerate() {
        let merged = format!("id = (SELECT id FROM citations WHERE record_count > 1 AND active ORDER BY number DESC LIMIT 1 OFFSET {at})");
        let number = sql(&data, &format!("SELECT number AS n FROM citations WHERE {merged}")).unwrap();
        expected.push((format!("citation {number}: "), field));
        sql(&data, &format!("{damage}{merged}"));
    }
    let said = unwell(&data);
    for (citation, field) in &expected {
        let line = said.lines().find(|line| line.contains(citation)).unwrap_or_else(|| panic!("{citation}{field}: {said}"));
        assert!(line.contains(field), "{line}");
    }
    assert_eq!(said.lines().filter(|line| line.contains("citation ")).count(), expected.len(), "{said}");
    fine(&["reindex", "--data", &data]);
    fine(&["verify", "--data", &data]);

    sql(&data, "UPDATE records SET citation_id = (SELECT min(id) FROM records) WHERE id = (SELECT max(id) FROM records)");
    assert!(unwell(&data).contains("records are in citations that are not what was said of them gives"));
    fine(&["reindex", "--data", &data]);
    fine(&["verify", "--data", &data]);
}

/// An import that was killed after its records began to count gives them their places when it goes on; only then may they lack them.
#[test]
fn a_stopped_import_is_no_fault_and_a_lost_outcome_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = path(folder.path(), "data");
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    let last_three = "SELECT id FROM citations WHERE active ORDER BY number DESC LIMIT 3";
    sql(&data, &format!("DELETE FROM citation_stages WHERE stage = 'title_abstract' AND citation_id IN ({last_three})"));
    assert!(unwell(&data).contains("3 outcomes differ"));
    let last = "kind = 'import' AND created_at = (SELECT MAX(created_at) FROM jobs WHERE kind = 'import')";
    for state in ["running", "queued"] {
        sql(&data, &format!("UPDATE jobs SET state = '{state}' WHERE {last}"));
        fine(&["verify", "--data", &data]);
    }
    // what stands in the database and is wrong is a fault whatever goes on
    sql(&data, "UPDATE citation_stages SET decided = decided + 1 WHERE citation_id = (SELECT MIN(citation_id) FROM citation_stages)");
    assert!(unwell(&data).contains("outcomes differ"));
}

/// What `verify` says of a data folder that is not well.
fn unwell(data: &str) -> String {
    let output = erabi(&["verify", "--data", data]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{said}");
    said
}

/// One statement on the database of a data folder; the number that it selects.
fn sql(data: &str, statement: &str) -> Option<i64> {
    use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
    let url = format!("sqlite:{}", path(Path::new(data), "erabi.sqlite"));
    crate::harness::run(async {
        let db = Database::connect(&url).await.unwrap();
        let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, statement)).await.unwrap();
        db.close().await.unwrap();
        row.map(|row| row.try_get("", "n").unwrap())
    })
}

#[test]
fn a_path_with_a_typo_is_an_error_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (nowhere, zip) = (path(folder.path(), "nowhere"), path(folder.path(), "backup.zip"));
    for command in [
        &["verify", "--data", &nowhere][..],
        &["backup", "--data", &nowhere, &zip],
        &["reindex", "--data", &nowhere],
        &["export", "--data", &nowhere, "--to", "ris"],
        &["import", "--data", &nowhere, "--source", "MEDLINE", "a.ris"],
        &["lead", "--data", &nowhere, "somebody"],
        &["user", "--data", &nowhere, "list"],
        &["user", "--data", &nowhere, "disable", "somebody"],
    ] {
        let said = refused(command);
        assert!(said.contains("there is no database at") && said.contains(&nowhere), "{said}");
        assert!(!Path::new(&nowhere).exists() && !Path::new(&zip).exists(), "{command:?} makes nothing");
    }
}

/// What a command says that must fail.
fn refused(arguments: &[&str]) -> String {
    let output = erabi(arguments);
    assert!(!output.status.success(), "erabi {arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn verify_finds_what_the_disk_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (data, zip) = (path(folder.path(), "data"), path(folder.path(), "backup.zip"));
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    fine(&["backup", "--data", &data, &zip]);
    let anew = |name: &str| {
        let copy = path(folder.path(), name);
        fine(&["restore", "--data", &copy, &zip]);
        copy
    };
    let full_texts = "SELECT lower(file_sha256) FROM reports WHERE file_sha256 IS NOT NULL";
    let is_full_text = |data: &str, sha: &str| sql(data, &format!("SELECT '{sha}' IN ({full_texts}) AS n")) == Some(1);
    let blob = |data: &str| {
        let folders = std::fs::read_dir(path(Path::new(data), "blobs")).unwrap();
        let mut files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap()).map(|file| file.unwrap().path());
        files.find(|file| is_full_text(data, &file.file_name().unwrap().to_string_lossy())).unwrap()
    };

    let lost = anew("lost");
    std::fs::remove_file(blob(&lost)).unwrap();
    assert!(unwell(&lost).contains("full text"), "a full text that is not there");

    let changed = anew("changed");
    let file = blob(&changed);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(unwell(&changed).contains("its bytes have changed"));

    let rows = anew("rows");
    sql(&rows, "PRAGMA foreign_keys = OFF; DELETE FROM users WHERE id = (SELECT user_id FROM decisions LIMIT 1)");
    sql(&rows, "DELETE FROM audit WHERE seq IN (SELECT MAX(seq) FROM audit UNION SELECT MIN(seq) FROM audit)");
    let said = unwell(&rows);
    assert!(said.contains("rows of decisions refer to rows of users that are not there"), "{said}");
    assert!(said.contains("2 rows of the audit trail are not there"), "{said}");

    let damaged = anew("damaged");
    let file = path(Path::new(&damaged), "erabi.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let (from, to) = (bytes.len() / 3, bytes.len() * 2 / 3);
    bytes[from..to].fill(0xff);
    std::fs::write(&file, bytes).unwrap();
    assert!(unwell(&damaged).contains("the database's file is damaged"));
}

/// A restore gives everything or nothing, and what it makes is for its owner alone.
#[test]
fn a_damaged_or_foreign_archive_restores_nothing() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let (data, zip, copy) = (path(folder.path(), "data"), path(folder.path(), "backup.zip"), path(folder.path(), "copy"));
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    fine(&["backup", "--data", &data, &zip]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&zip)), (0o700, 0o600));
    }
    let bad = path(folder.path(), "bad.zip");
    let mut bytes = std::fs::read(&zip).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&bad, bytes).unwrap();
    assert!(refused(&["restore", "--data", &copy, &bad]).contains("damaged"));
    let (head, long) = ("SQLite format 3\0", "a text that is no database");
    for files in [
        &[("erabi.sqlite", long)][..],
        &[("erabi.sqlite", "short")],
        &[("notes.txt", head)],
        &[("erabi.sqlite", head), ("notes.txt", "")],
        &[("erabi.sqlite", head), ("blobs/ab/../../../evil", "")],
    ] {
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&bad).unwrap());
        for (name, content) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        refused(&["restore", "--data", &copy, &bad]);
        assert!(std::fs::read_dir(&copy).is_ok_and(|mut left| left.next().is_none()) || !Path::new(&copy).exists(), "{files:?}");
    }
    assert!(!Path::new(&path(folder.path(), "evil")).exists());
    fine(&["restore", "--data", &copy, &zip]);
    fine(&["verify", "--data", &copy]);
    std::fs::remove_file(path(Path::new(&copy), "erabi.sqlite")).unwrap();
    assert!(refused(&["restore", "--data", &copy, &zip]).contains("is not empty"), "what is left of another database is not mixed in");
}

#[test]
fn a_folder_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let question = if cfg!(windows) { "" } else { "?" }; // no name there holds one
    let data = path(folder.path(), &format!("選び データ #1 100%25 {question}x=y&z"));
    let add = |login: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_erabi"))
            .args(["user", "--data", &data, "add", login])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), "a long password\n".as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    };
    add("first");
    add("second");
    assert_eq!(fine(&["user", "--data", &data, "list"]).lines().count(), 2);
    assert!(Path::new(&data).join("erabi.sqlite").exists());
}

#[test]
fn the_owner_of_the_machine_can_make_a_lead() {
    let folder = tempfile::tempdir().unwrap();
    let data = path(folder.path(), "data");
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    let leads = |data: &str| sql(data, "SELECT COUNT(*) AS n FROM members WHERE role = 'lead' AND removed_at IS NULL").unwrap();
    let reviewer =
        fine(&["user", "--data", &data, "list"]).lines().map(|line| line.split('\t').next().unwrap().to_string()).next_back().unwrap();
    let before = leads(&data);
    fine(&["lead", "--data", &data, &reviewer]);
    assert_eq!(leads(&data), before + 1, "{reviewer}");
    assert!(refused(&["lead", "--data", &data, "nobody"]).contains("no user nobody"));
    fine(&["verify", "--data", &data]);
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
