//! The lists of a review: what two leads change at once both holds, and each is undone alone.

use serde_json::{Value, json};

use crate::harness::run;
use crate::world::World;

type List = (&'static str, fn(&str) -> Value, fn(&Value) -> &Value);

/// The list, an entry of a name (with a blank behind it, as people type it), and the name of an entry.
const LISTS: [List; 4] = [
    (
        "criteria",
        |name| json!({ "key": name, "kind": "other", "label": { "ja": format!("{name} "), "en": "" } }),
        |entry| &entry["label"]["ja"],
    ),
    ("reasons", |name| json!({ "label": { "ja": format!("{name} "), "en": "" } }), |entry| &entry["label"]["ja"]),
    ("terms", |name| json!({ "text": format!("{name} "), "group": "concept" }), |entry| &entry["text"]),
    ("labels", |name| json!({ "name": format!("{name} "), "color": "1" }), |entry| &entry["name"]),
];

#[test]
fn what_two_leads_change_at_once_both_holds() {
    run(async {
        let world = World::new(0, 0).await;
        for (list, entry, name) in LISTS {
            let (one, two) = (entry("一"), entry("二"));
            let path = format!("{}/{list}", world.review);
            let put = async |items: &[Value], before: &[Value]| {
                let answer = world.lead.put(&path, json!({ "items": items, "before": before })).await;
                answer["items"].as_array().unwrap().clone()
            };
            let active = |entries: &[Value]| -> Vec<String> {
                let there = entries.iter().filter(|entry| entry["active"] != false);
                there.map(|entry| name(entry).as_str().unwrap().to_owned()).collect()
            };
            let start = world.lead.get(&world.review).await[list].as_array().unwrap().clone();
            let start = if start.is_empty() { put(&[entry("三"), entry("四")], &[]).await } else { start };
            let (named, gone) = (active(&start), active(&start[..1]));
            // both leads have the page open: one adds an entry, the other takes the first out and adds another
            let added = [&start[..], std::slice::from_ref(&one)].concat();
            let now = put(&added, &start).await;
            assert_eq!(active(&now), [&named[..], &["一".to_owned()]].concat(), "{list}");
            let other = [&start[1..], std::slice::from_ref(&two)].concat();
            let now = put(&other, &start).await;
            let mut all = active(&now);
            all.sort();
            let mut expected = [&named[1..], &["一".to_owned(), "二".to_owned()]].concat();
            expected.sort();
            assert_eq!(all, expected, "{list}");
            // the other takes it back, from what they had sent
            let now = put(&start, &other).await;
            let mut all = active(&now);
            all.sort();
            let mut expected = [&named[1..], &gone, &["一".to_owned()]].concat();
            expected.sort();
            assert_eq!(all, expected, "{list}");
        }
        world.assert_sound().await;
    });
}
