//! Across scripts: kanji surnames against romanised ones, through a table of readings.
//!
//! One rule: a surname that is not in the table says nothing; only a listed surname whose readings all differ contradicts.

use super::{
    fold::{fold, hash32},
    names::{People, surname_key},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Rows: surname, tab, readings parted by spaces. Common surnames and their usual readings; general knowledge, no source text.
const SURNAMES: &str = include_str!("surnames.tsv");
/// Longest surname in characters that is looked up.
const SURNAME_LIMIT: usize = 4;

fn table() -> &'static FxHashMap<String, Vec<u32>> {
    static READ: LazyLock<FxHashMap<String, Vec<u32>>> = LazyLock::new(|| {
        let mut table: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (name, readings) in SURNAMES.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
            let keys = readings.split_whitespace().map(|r| hash32(&surname_key(r)));
            table.entry(fold(name)).or_default().extend(keys);
        }
        table
    });
    &READ
}

/// The readings of the surname at the beginning of a folded kanji name; empty if it is not in the table.
fn surname_readings(name: &str) -> &'static [u32] {
    let (family, divided) = name.split_once(' ').map_or((name, false), |(f, _)| (f, true));
    let chars: Vec<char> = family.chars().collect();
    let longest = if divided { chars.len() } else { chars.len().min(SURNAME_LIMIT) };
    let shortest = if divided { chars.len() } else { 1 };
    for length in (shortest..=longest).rev() {
        let head: String = chars[..length].iter().collect();
        if let Some(readings) = table().get(&head) {
            return readings;
        }
    }
    &[]
}

/// How many people of a kanji list agree with, and how many contradict, the romanised list, place by place.
pub fn readings(kanji: &People, latin: &People) -> (u8, u8) {
    let (mut agree, mut contradict) = (0u8, 0u8);
    for (name, person) in kanji.kanji.iter().zip(&latin.list) {
        let listed = surname_readings(name);
        if listed.is_empty() {
            continue;
        }
        if listed.contains(&person.family) || person.others.iter().any(|o| *o != 0 && listed.contains(o)) {
            agree = agree.saturating_add(1);
        } else {
            contradict = contradict.saturating_add(1);
        }
    }
    (agree, contradict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dedup::names::people, model::Author};

    fn list(text: &str) -> People {
        people(&[Author { literal: text.into(), ..Author::default() }])
    }

    #[test]
    fn readings_meet_their_spellings() {
        assert_eq!(readings(&list("斎藤 恵; 遠藤 洋一; 髙橋 健太"), &list("Saito, Megumi; Endoh, Y; Takahashi, K")), (3, 0));
        assert_eq!(readings(&list("伊藤恵; 佐藤純一郎"), &list("Itoh, M; Tanaka, J")), (1, 1));
        assert_eq!(readings(&list("黒武者 恵"), &list("Sato, M")), (0, 0));
    }
}
