//! What a lead says about columns and tags: saved once, found again by the next file, handed on to another review, kept in the trail.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::run;
use crate::world::World;

/// Invented: a department's own list, with a line of words above its header.
const LIST: &str = "事例検討の文献リスト,,,,\r\n管理,論題名,筆頭,掲載,刊行\r\nA-1,地域生活支援の検討,山田 花子,精神看護,2012\r\nA-2,退院調整の実際,佐藤 一,看護研究,2015\r\n";
/// Invented: the same header in another order, with a column more.
const NEXT_LIST: &str = "論題名,掲載,筆頭,刊行,管理,書架\r\n訪問看護の効果,訪問看護と介護,鈴木 次,2019,B-1,3階\r\n";
/// Invented: RIS with a tag of a library's own.
const RIS: &str = "TY  - JOUR\r\nTI  - A title\r\nZJ  - Journal of Tests\r\nEM  - hana.mori@example.org\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - B title\r\nZJ  - Journal of Tests\r\nER  - \r\n";

async fn upload(world: &World, name: &str, bytes: &str) -> Value {
    let parts = vec![("file", Some(name), bytes.as_bytes().to_vec())];
    let (status, upload) = world.lead.form(&format!("{}/uploads", world.review), parts).await;
    assert!(status.is_success(), "{upload}");
    upload
}

/// The upload's mapping with these pairs in it.
fn with(upload: &Value, pairs: &[(&str, &str)]) -> Value {
    let mut mapping = upload["naming"]["mapping"].clone();
    mapping["names"] = pairs.iter().map(|(name, field)| json!({ "name": name, "field": field })).collect();
    mapping
}

fn seen<'v>(upload: &'v Value, name: &str) -> &'v Value {
    upload["naming"]["seen"].as_array().unwrap().iter().find(|seen| seen["name"] == name).unwrap()
}

#[test]
fn columns_are_mapped_once_and_found_again() {
    run(async {
        let mut world = World::new(0, 0).await;
        let at = |path: &str| format!("{}/{path}", world.review);
        let first = upload(&world, "一覧.csv", LIST).await;
        assert_eq!((&first["records"], &first["entries"]), (&json!(0), &json!(2)), "nobody knows the columns");
        assert_eq!(
            seen(&first, "論題名"),
            &json!({ "name": "論題名", "field": "", "mapped": false, "ambiguous": false,
            "examples": ["地域生活支援の検討", "退院調整の実際"] })
        );
        let pairs = [("管理", "accession"), ("論題名", "title"), ("筆頭", "authors"), ("掲載", "journal"), ("刊行", "year")];
        let saved = world.lead.post(&at("mappings"), with(&first, &pairs)).await;
        let again = world.lead.post(&format!("{}/{}/read", at("uploads"), first["sha256"].as_str().unwrap()), json!({})).await;
        assert_eq!((&again["records"], &again["preview"][0]["title"]), (&json!(2), &json!("地域生活支援の検討")));
        assert_eq!(seen(&again, "論題名")["mapped"], true);

        let import = world.import("職場のリスト", "other", LIST).await;
        assert_eq!((&import["records"], &import["rejected"]), (&json!(2), &json!(0)));
        assert_eq!(import["mapping"][1], json!({ "name": "論題名", "field": "title" }));
        let next = world.import("次のリスト", "other", NEXT_LIST).await;
        let record = &next["preview"][0];
        assert_eq!(
            (&record["title"], &record["journal"], &record["year"], &record["accession"]),
            (&json!("訪問看護の効果"), &json!("訪問看護と介護"), &json!(2019), &json!("B-1"))
        );
        assert_eq!(record["extra"], json!([{ "name": "書架", "value": "3階" }]));

        // saved again it is replaced; handed on it does the same in another review; taken away it is gone
        let at = |path: &str| format!("{}/{path}", world.review);
        let same = world.lead.post(&at("mappings"), with(&first, &pairs[1..])).await;
        assert_eq!(same["id"], saved["id"]);
        assert_eq!(world.lead.get(&at("mappings")).await["items"].as_array().unwrap().len(), 1);
        let file = world.lead.get(&format!("{}/{}/file", at("mappings"), saved["id"].as_str().unwrap())).await;
        let other = world.lead.review().await;
        world.lead.post(&format!("{other}/mappings"), file.clone()).await;
        let parts = vec![("file", Some("list.csv"), LIST.as_bytes().to_vec())];
        let (_, there) = world.lead.form(&format!("{other}/uploads"), parts).await;
        assert_eq!((&there["records"], &there["preview"][1]["title"]), (&json!(2), &json!("退院調整の実際")));
        world.lead.delete(&format!("{}/{}", at("mappings"), saved["id"].as_str().unwrap())).await;
        assert_eq!(upload(&world, "一覧.csv", LIST).await["records"], 0);
        let trail = world.lead.get(&at("audit?action=mapping.save")).await;
        assert_eq!(trail["items"].as_array().unwrap().len(), 2, "{trail}");
        assert_eq!(trail["items"][0]["after"]["names"][0], "論題名 → title", "{trail}");
        world.assert_sound().await;
    });
}

#[test]
fn unknown_tags_are_kept_shown_and_mapped() {
    run(async {
        let world = World::new(0, 0).await;
        let search = world.source("図書館", "database").await;
        let first = world.import_into(&search, RIS.as_bytes().to_vec(), false).await;
        assert_eq!(first["preview"][0]["extra"], json!([{ "name": "ZJ", "value": "Journal of Tests" }]));
        let citations = world.lead.get(&format!("{}/citations", world.review)).await;
        let one = world.lead.get(&format!("{}/citations/{}", world.review, citations["items"][0]["id"].as_str().unwrap())).await;
        assert_eq!(one["record_views"][0]["extra"][0]["name"], "ZJ");

        let upload = upload(&world, "export.ris", RIS).await;
        assert_eq!(seen(&upload, "ZJ")["examples"], json!(["Journal of Tests"]));
        world.lead.post(&format!("{}/mappings", world.review), with(&upload, &[("ZJ", "journal")])).await;
        let again = world.import_into(&search, RIS.as_bytes().to_vec(), true).await;
        assert_eq!((&again["preview"][0]["journal"], &again["preview"][0]["extra"]), (&json!("Journal of Tests"), &json!([])));
        assert!(again["issues"].as_array().unwrap().iter().all(|issue| issue["code"] != "unknown_tags"));
    });
}

#[test]
fn what_is_no_mapping_is_refused() {
    run(async {
        let world = World::new(1, 0).await;
        let path = format!("{}/mappings", world.review);
        let refused = |body: Value| {
            let (lead, path) = (world.lead.clone(), path.clone());
            async move { lead.refused(Method::POST, &path, Some(body)).await }
        };
        let good = json!({ "name": "x", "kind": "columns", "header": ["a"], "names": [{ "name": "a", "field": "title" }] });
        let changed = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_eq!(refused(changed("names", json!([{ "name": "a", "field": "colour" }]))).await, (422, "mapping_field_unknown".into()));
        assert_eq!(refused(changed("kind", json!("rows"))).await, (422, "mapping_of_nothing".into()));
        assert_eq!(refused(changed("header", json!([]))).await, (422, "mapping_of_nothing".into()));
        assert_eq!(refused(changed("name", json!(" "))).await, (422, "required".into()));
        assert_eq!(refused(json!({ "title": "not a mapping" })).await.0, 422);
        let (status, code) = world.reviewers[0].refused(Method::POST, &path, Some(good)).await;
        assert_eq!((status, code.as_str()), (403, "lead_only"));
    });
}

#[test]
fn a_row_is_repaired_under_its_own_header_and_mapping() {
    run(async {
        let mut world = World::new(0, 0).await;
        let text = LIST.replace("A-2,退院調整の実際,佐藤 一,看護研究,2015", "A-2,,,看護研究,2015");
        let first = upload(&world, "一覧.csv", &text).await;
        let pairs = [("管理", "accession"), ("論題名", "title"), ("筆頭", "authors"), ("掲載", "journal")];
        world.lead.post(&format!("{}/mappings", world.review), with(&first, &pairs)).await;
        let import = world.import("一覧", "other", &text).await;
        assert_eq!((&import["records"], &import["rejected"]), (&json!(1), &json!(1)));
        let rejected = world.lead.get(&format!("{}/imports/{}/rejected", world.review, import["id"].as_str().unwrap())).await;
        let entry = &rejected["items"][0];
        let path = format!("{}/rejected/{}", world.review, entry["id"].as_str().unwrap());
        let repair = |raw: &str| json!({ "action": "repair", "raw": raw });
        let (status, refusal) = world.lead.send(Method::POST, &path, Some(repair(entry["raw"].as_str().unwrap()))).await;
        assert_eq!((status.as_u16(), &refusal["code"]), (422, &json!("still_unread")));
        let has = "It still cannot be read: the entry has no title, author, abstract or DOI; all it has: 管理, 掲載, 刊行.";
        assert_eq!(refusal["message"], has);
        let (_, refusal) = world.lead.send(Method::POST, &path, Some(repair("A-2,題,,,\nA-3,題,,,"))).await;
        assert_eq!(refusal["code"], "not_one_entry", "{refusal}");
        let repaired = world.lead.post(&path, repair("A-2,退院調整の実際,佐藤 一,看護研究,2015")).await;
        assert_eq!(repaired["repaired"]["title"], "退院調整の実際");
    });
}

#[test]
fn a_row_of_a_workbook_is_repaired_as_text() {
    run(async {
        let world = World::new(0, 0).await;
        let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>");
        let row = |n: u32, cells: &[&str]| {
            let cells: String = cells.iter().zip(["A", "B", "C"]).map(|(text, at)| cell(&format!("{at}{n}"), text)).collect();
            format!("<row r=\"{n}\">{cells}</row>")
        };
        let rows = [
            row(1, &["Title", "Year", "Shelf"]),
            row(2, &["Housing first", "2020", ""]),
            row(3, &["", "2021", "seen &quot;twice&quot;\nby hand"]),
        ];
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}</sheetData></worksheet>",
            rows.concat()
        );
        let book =
            crate::import_damage::workbook(sheet.as_bytes(), b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>");
        let search = world.source("List", "other").await;
        let import = world.import_into(&search, book, false).await;
        assert_eq!((&import["format"], &import["records"], &import["rejected"]), (&json!("xlsx"), &json!(1), &json!(1)));
        let rejected = world.lead.get(&format!("{}/imports/{}/rejected", world.review, import["id"].as_str().unwrap())).await;
        let entry = &rejected["items"][0];
        assert_eq!((&entry["line_start"], &entry["raw"]), (&json!(3), &json!("\t2021\t\"seen \"\"twice\"\"\nby hand\"\n")));
        let raw = format!("Peer support{}", entry["raw"].as_str().unwrap());
        let path = format!("{}/rejected/{}", world.review, entry["id"].as_str().unwrap());
        let repaired = world.lead.post(&path, json!({ "action": "repair", "raw": raw })).await;
        assert_eq!(repaired["repaired"]["title"], "Peer support");
        let citation =
            world.lead.get(&format!("{}/citations/{}", world.review, repaired["repaired"]["citation_id"].as_str().unwrap())).await;
        assert_eq!(citation["record_views"][0]["extra"], json!([{ "name": "Shelf", "value": "seen \"twice\" by hand" }]), "{citation}");
    });
}

#[test]
fn a_list_without_a_header_keeps_its_first_row() {
    run(async {
        let world = World::new(0, 0).await;
        let at = |path: &str| format!("{}/{path}", world.review);
        let rows = "地域生活支援の検討,山田 花子,精神看護\r\n,,看護研究\r\n退院調整の実際,佐藤 一,看護研究\r\n";
        let first = upload(&world, "一覧.csv", rows).await;
        assert_eq!((&first["entries"], &first["naming"]["mapping"]["headless"]), (&json!(2), &json!(false)), "words may be names");
        let read = format!("{}/{}/read", at("uploads"), first["sha256"].as_str().unwrap());
        let told = world.lead.post(&read, json!({ "first_row": "entry" })).await;
        assert_eq!((&told["entries"], &told["naming"]["mapping"]["headless"]), (&json!(3), &json!(true)));
        assert_eq!(seen(&told, "column 1")["examples"][0], "地域生活支援の検討");
        assert_eq!(world.lead.refused(Method::POST, &read, Some(json!({ "first_row": "last" }))).await, (422, "not_one_of".into()));
        world.lead.post(&at("mappings"), with(&told, &[("column 1", "title"), ("column 2", "authors"), ("column 3", "journal")])).await;
        let again = world.lead.post(&read, json!({ "first_row": "entry" })).await;
        assert_eq!((&again["records"], &again["rejected"], &again["preview"][0]["journal"]), (&json!(2), &json!(1), &json!("精神看護")));

        // the import is read alike, and so is the row that is repaired
        let search = world.source("職場のリスト", "other").await;
        let body = json!({ "search_id": search, "sha256": first["sha256"], "file_name": "一覧.csv", "first_row": "entry" });
        let started = world.lead.post(&at("imports"), body).await;
        world.done(&started["job_id"]).await;
        let import = format!("{}/{}", at("imports"), started["import"]["id"].as_str().unwrap());
        assert_eq!(world.lead.get(&import).await["records"], 2);
        let entry = world.lead.get(&format!("{import}/rejected")).await["items"][0].clone();
        let repair = json!({ "action": "repair", "raw": "訪問看護の効果,鈴木 次,看護研究" });
        let repaired = world.lead.post(&format!("{}/{}", at("rejected"), entry["id"].as_str().unwrap()), repair).await;
        assert_eq!(repaired["repaired"]["title"], "訪問看護の効果");
    });
}
