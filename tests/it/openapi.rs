//! The contract: `web/openapi.json` is what the server describes. The types that follow from it are compared by the front end's
//! own check.

#[test]
fn the_committed_document_is_what_the_server_describes() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/openapi.json");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let served = erabi::http::openapi_json();
    let differs = committed.trim().lines().zip(served.trim().lines()).position(|(a, b)| a != b);
    assert!(committed.trim() == served.trim(), "web/openapi.json is out of date (first differing line: {differs:?}): run `make openapi`");
}

#[test]
fn every_endpoint_says_what_it_answers() {
    let api: serde_json::Value = serde_json::from_str(&erabi::http::openapi_json()).unwrap();
    let paths = api["paths"].as_object().unwrap();
    assert!(paths.len() > 30);
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} names no answer");
        }
    }
}
