//! The overlap of sources over HTTP: every number opens a list of that many citations; the figure names the same lists.

use serde_json::Value;

use crate::harness::run;
use crate::world::{World, ris};

#[test]
fn every_number_of_the_overlap_opens_its_list() {
    run(async {
        let mut world = World::new(2, 6).await;
        world.import("CINAHL", "database", &ris(3, 5)).await;
        world.import("医中誌Web", "database", &ris(5, 4)).await;
        let started = world.lead.post(&format!("{}/dedup", world.review), serde_json::json!({})).await;
        world.done(&started["job_id"]).await;
        let overlap = world.lead.get(&format!("{}/overlap", world.review)).await;
        let mut numbers: Vec<(&Value, &Value)> = Vec::new();
        for source in overlap["sources"].as_array().unwrap() {
            numbers.extend(
                ["citations", "alone", "included", "included_alone"]
                    .iter()
                    .map(|key| &source[*key])
                    .zip(source["boxes"].as_array().unwrap()),
            );
        }
        for combination in overlap["combinations"].as_array().unwrap() {
            numbers.extend([&combination["citations"], &combination["included"]].into_iter().zip(combination["boxes"].as_array().unwrap()));
        }
        numbers.extend(overlap["shared"].as_array().unwrap().iter().map(|pair| (&pair["citations"], &pair["box"])));
        assert!(numbers.len() > 15);
        for (n, key) in numbers {
            let page = world.lead.get(&format!("{}/citations?box={}", world.review, key.as_str().unwrap().replace('+', "%2B"))).await;
            assert_eq!(page["total"], *n, "{key}");
        }
        let duplicates = overlap["within"].as_u64().unwrap() + overlap["across"].as_u64().unwrap();
        assert_eq!(duplicates, world.flow_number("duplicates").await);
        assert!(duplicates > 0);

        let figure = world.lead.get(&format!("{}/overlap.svg?lang=ja", world.review)).await;
        let figure = figure.as_str().unwrap();
        assert!(figure.contains("情報源の重なり") && figure.contains("医中誌Web"));
        for combination in overlap["combinations"].as_array().unwrap() {
            assert!(figure.contains(&format!("data-box=\"{}\"", combination["boxes"][0].as_str().unwrap())));
        }
        let table = world.lead.get(&format!("{}/overlap.csv?lang=en", world.review)).await;
        assert_eq!(table.as_str().unwrap().lines().count(), overlap["combinations"].as_array().unwrap().len() + 1);
        let (status, _) = world.lead.send(reqwest::Method::GET, &format!("{}/overlap.pdf", world.review), None).await;
        assert!(status.is_success());
    });
}
