//! From one kind of database to the other and back, by backup and restore: no row is lost, changed or added.

use std::collections::BTreeMap;

use erabi::store::Store;
use erabi::store::transfer::transfer;
use sea_orm::{Database, FromQueryResult, JsonValue, Statement};

use crate::command_line::{erabi, fine, path};
use crate::harness::{database, run};
use crate::world::record;

/// Every row of every table of a file of SQLite; the numbers of the audit trail, which are given anew, are left out.
async fn rows(file: &str) -> BTreeMap<String, Vec<String>> {
    let connection = Database::connect(format!("sqlite:{file}")).await.unwrap();
    let backend = connection.get_database_backend();
    let all = async |sql: String| JsonValue::find_by_statement(Statement::from_string(backend, sql)).all(&connection).await.unwrap();
    let mut found = BTreeMap::new();
    for table in all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'".to_owned()).await {
        let table = table["name"].as_str().unwrap();
        let columns = all(format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let names = columns.iter().map(|column| column["name"].as_str().unwrap().to_owned());
        let kept: Vec<String> = names.filter(|name| (table, &**name) != ("audit", "seq") && name != "applied_at").collect();
        let values: Vec<String> = kept.iter().map(|name| format!("quote(\"{name}\")")).collect();
        let order = if table == "audit" { "ORDER BY seq" } else { "ORDER BY 1" };
        let rows = all(format!("SELECT {} AS row FROM {table} {order}", values.join(" || ', ' || "))).await;
        found.insert(table.to_owned(), rows.iter().map(|row| row["row"].as_str().unwrap().to_owned()).collect());
    }
    connection.close().await.unwrap();
    found
}

#[test]
fn every_row_arrives_in_the_other_kind_of_database_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| path(folder.path(), name);
    let (data, moved, back) = (at("data"), at("moved"), at("back"));
    fine(&["demo", "--data", &data, "--only-make", "--listen", "127.0.0.1:0"]);
    let (there, other) = run(async { (database(&folder, "there").await, database(&folder, "other").await) });
    fine(&["backup", "--data", &data, &at("one.zip")]);
    fine(&["restore", "--data", &moved, "--database", &there, &at("one.zip")]);
    assert_eq!(fine(&["verify", "--data", &moved, "--database", &there]), fine(&["verify", "--data", &data]));
    let figure = |data: &str, more: &[&str]| fine(&[&["export", "--data", data, "--to", "prisma-csv", "--lang", "ja"], more].concat());
    assert_eq!(figure(&moved, &["--database", &there]), figure(&data, &[]));
    // a second restore does not mix two databases
    assert!(!erabi(&["restore", "--data", &at("again"), "--database", &there, &at("one.zip")]).status.success());
    fine(&["backup", "--data", &moved, "--database", &there, &at("two.zip")]);
    fine(&["restore", "--data", &back, &at("two.zip")]);
    fine(&["verify", "--data", &back]);
    // what is new gets numbers behind those that arrived
    std::fs::write(at("more.ris"), [record(0, ""), record(0, "")].concat()).unwrap();
    fine(&["import", "--data", &moved, "--database", &there, "--source", "CINAHL", "--dedup", &at("more.ris")]);
    fine(&["verify", "--data", &moved, "--database", &there]);
    run(async {
        let file = |data: &str| format!("{data}/erabi.sqlite");
        let (before, after) = (rows(&file(&data)).await, rows(&file(&back)).await);
        for table in ["records", "links", "decisions", "resolutions", "audit", "index_versions"] {
            assert!(!before[table].is_empty(), "{table}");
        }
        let code = include_str!("../../src/store/transfer.rs");
        for table in before.keys().filter(|table| *table != "seaql_migrations") {
            assert!(code.contains(&format!("<{table}::Entity>")) || code.contains(&format!("INTO {table} ")), "{table} is not copied");
        }
        for (table, rows) in &before {
            let differs = rows.iter().zip(&after[table]).find(|(a, b)| a != b);
            assert!(differs.is_none() && rows.len() == after[table].len(), "{table}: {} {} {differs:?}", rows.len(), after[table].len());
        }
        // the copying itself, also where both are of one kind
        let (from, to) = (Store::open(&format!("sqlite:{}", file(&back))).await.unwrap(), Store::open(&other).await.unwrap());
        transfer(&from, &to).await.unwrap();
        transfer(&from, &to).await.unwrap_err();
        let copy = folder.path().join("copy.sqlite");
        Store::copy(&other, &copy).await.unwrap();
        assert_eq!(rows(&copy.to_string_lossy()).await, after);
    });
}
