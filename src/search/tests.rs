//! The index as a whole: what is found, what is not, and that it survives being closed, damaged and left behind.

use super::*;

/// Much as the program itself folds; the index is given its folding and knows none.
pub fn fold(text: &str) -> String {
    let composed = icu_normalizer::ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    composed.to_lowercase().replace('髙', "高")
}

fn document(n: u128, title: &str, body: &str) -> Document {
    Document {
        id: Uuid::from_u128(n),
        titles: vec![title.into()],
        abstracts: vec![body.into()],
        authors: vec!["Müller, Anna".into(), "髙橋 花子".into()],
        journals: vec!["精神看護".into()],
        keywords: vec!["Case Management".into()],
        identifiers: vec![format!("10.1000/Abc.{n}"), format!("{n}")],
        year: Some(2000 + n as i64),
    }
}

fn filled() -> (tempfile::TempDir, Search, Uuid) {
    let folder = tempfile::tempdir().unwrap();
    let search = Search::new(folder.path().to_path_buf(), fold);
    let review = Uuid::from_u128(99);
    let documents = [
        document(1, "精神障がい者のケースマネージメント", "退院支援の効果を検討した。"),
        document(2, "Managing care for people with psychosis", "Assertive community treatment teams managed caseloads."),
        document(3, "訪問看護と服薬", "疾病の自己管理"),
    ];
    search.rebuild(review, documents.into_iter(), 7).unwrap();
    (folder, search, review)
}

fn found(search: &Search, review: Uuid, query: &str) -> Vec<u128> {
    let ready = search.understand(query).unwrap().unwrap();
    let mut ids: Vec<u128> = search.find(review, &ready).unwrap().into_iter().map(|(id, _)| id.as_u128()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn both_languages_are_found() {
    let (_folder, search, review) = filled();
    for (query, wanted) in [
        ("精神障害", &[1][..]),
        ("ケースマネジメント", &[1]),
        ("ｹｰｽﾏﾈｼﾞﾒﾝﾄ", &[1]),
        ("病", &[3]),
        ("看護", &[1, 2, 3]),
        ("title:看護", &[3]),
        ("title:看", &[3]),
        ("management", &[1, 2, 3]),
        ("title:manage", &[2]),
        ("manag* psycho*", &[2]),
        ("\"community treatment\"", &[2]),
        ("\"treatment community\"", &[]),
        ("author:muller", &[1, 2, 3]),
        ("著者：高橋", &[1, 2, 3]),
        ("doi:10.1000/abc.2", &[2]),
        ("10.1000/ABC.3", &[3]),
        ("year:2001-2002", &[1, 2]),
        ("看護 -訪問", &[1, 2]),
        ("-訪問", &[1, 2]),
        ("退院支援 OR psychosis", &[1, 2]),
        ("(退院支援 OR psychosis) -care", &[1]),
        ("支援退院", &[]),
    ] {
        assert_eq!(found(&search, review, query), wanted, "{query}");
    }
}

#[test]
fn a_title_weighs_more_than_an_abstract() {
    let (_folder, search, review) = filled();
    search.apply(review, &[document(4, "Something else", "psychosis")], &[], 8).unwrap();
    let ready = search.understand("psychosis").unwrap().unwrap();
    let ids: Vec<u128> = search.find(review, &ready).unwrap().into_iter().map(|(id, _)| id.as_u128()).collect();
    assert_eq!(ids, [2, 4]);
}

#[test]
fn changes_are_applied_and_the_version_is_kept() {
    let (folder, search, review) = filled();
    assert_eq!(search.version(review).unwrap(), Some(7));
    search.apply(review, &[document(1, "別の標題", "")], &[Uuid::from_u128(3)], 8).unwrap();
    assert_eq!(found(&search, review, "精神障害"), []);
    assert_eq!(found(&search, review, "別の標題"), [1]);
    assert_eq!(found(&search, review, "服薬"), []);
    let again = Search::new(folder.path().to_path_buf(), fold);
    assert_eq!(again.version(review).unwrap(), Some(8));
    assert_eq!(found(&again, review, "別の標題"), [1]);
}

#[test]
fn a_foreign_or_damaged_index_is_thrown_away() {
    let (folder, search, review) = filled();
    drop(search);
    let path = folder.path().join(review.to_string());
    std::fs::write(path.join(STAMP), r#"{"tantivy":"0.1","schema":0}"#).unwrap();
    let again = Search::new(folder.path().to_path_buf(), fold);
    assert_eq!(again.version(review).unwrap(), None);
    again.rebuild(review, std::iter::empty(), 1).unwrap();
    drop(again);
    std::fs::write(path.join("meta.json"), "{").unwrap();
    let again = Search::new(folder.path().to_path_buf(), fold);
    assert_eq!(again.version(review).unwrap(), None);
}

/// An operator may delete the folder at any time, also under a running server; Windows lets nobody.
#[cfg(unix)]
#[test]
fn an_index_that_is_deleted_while_it_is_open_is_built_again() {
    let (folder, search, review) = filled();
    let before = found(&search, review, "case");
    assert!(!before.is_empty());
    std::fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(search.version(review).unwrap(), None);
    search.rebuild(review, [document(7, "Case management", "")].into_iter(), 5).unwrap();
    assert_eq!((search.version(review).unwrap(), found(&search, review, "case")), (Some(5), vec![7]));
    std::fs::write(folder.path().join(review.to_string()).join("meta.json"), "{").unwrap();
    assert_eq!(search.version(review).unwrap(), None);
}

proptest::proptest! {
    #[test]
    fn no_query_panics(text in "\\PC{0,60}") {
        let (_folder, search, review) = EMPTY.get_or_init(filled);
        if let Ok(Some(ready)) = search.understand(&text) {
            search.find(*review, &ready).unwrap();
            let _ = search.marked(&ready, &text);
            let _ = search.snippet(&ready, "精神障がい者 and “case management”…");
        }
    }
}

static EMPTY: std::sync::OnceLock<(tempfile::TempDir, Search, Uuid)> = std::sync::OnceLock::new();
