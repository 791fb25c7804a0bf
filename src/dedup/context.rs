//! What only the whole import can tell: how common a word, a surname or a title is, which DOIs and fields mean nothing.
//!
//! One rule: everything here is a count over all records, so that the order of records cannot matter.

use super::parse::Parsed;
use rustc_hash::{FxHashMap, FxHashSet};

/// Pretended records behind every count, so that a small import does not take two equal words for a rare event.
const BACKGROUND: f32 = 2000.0;
/// A title in this many years, or at this many places in journals, is a recurring column.
const RECURRING_YEARS: usize = 3;
const RECURRING_PLACES: usize = 5;
/// So many records of one database with this title and without place or identifier make it recurring.
const RECURRING_BARE: u32 = 3;
/// Information (natural log units) from which an equal title is hardly another item's.
pub const TELLING_TITLE: f32 = 16.0;
/// A field of a source is looked at for junk from this many records on.
const JUNK_MIN: usize = 40;
/// Share of distinct values from which a field counts as running.
const RUNNING_SHARE: f32 = 0.6;

#[derive(Default)]
pub struct Context {
    words: FxHashMap<u32, u32>,
    surnames: FxHashMap<u32, u32>,
    records: f32,
    people: f32,
    recurring: FxHashSet<u64>,
    containers: FxHashSet<u64>,
    /// Information of each record's title, in natural log units.
    pub title_info: Vec<f32>,
    /// The record's issue number means nothing (running or constant in its source).
    pub issue_is_junk: Vec<bool>,
}

impl Context {
    /// Counts over all records; `sources[i]` is the file or import that record `i` came from.
    pub fn new(parsed: &[Parsed], sources: &[u32]) -> Self {
        let mut context = Self { records: parsed.len() as f32, ..Self::default() };
        for record in parsed {
            for word in record.title.variants.first().map_or(&[][..], |v| &v.words) {
                *context.words.entry(*word).or_default() += 1;
            }
            for person in &record.people.list {
                *context.surnames.entry(person.family).or_default() += 1;
                context.people += 1.0;
            }
        }
        context.title_info = parsed.iter().map(|p| p.title.variants.first().map_or(0.0, |v| context.information(&v.words))).collect();
        context.find_recurring(parsed);
        context.find_containers(parsed);
        context.find_junk(parsed, sources);
        context
    }

    /// How surprising it is that two titles share these words: the sum of their rarities, each capped.
    pub fn information(&self, words: &[u32]) -> f32 {
        words
            .iter()
            .map(|w| ((self.records + BACKGROUND) / (self.words.get(w).copied().unwrap_or(1) as f32 + 1.0)).ln().clamp(0.0, 6.0))
            .sum()
    }

    /// The rarity of one title word, for choosing blocking keys; rarer is larger.
    pub fn rarity(&self, word: u32) -> u32 {
        u32::MAX - self.words.get(&word).copied().unwrap_or(0)
    }

    /// Surprise of sharing this surname, from 0.5 (very common here) to 3.
    pub fn surname(&self, family: u32) -> f32 {
        let count = self.surnames.get(&family).copied().unwrap_or(1) as f32;
        (0.5 * ((self.people + BACKGROUND) / (count + 1.0)).ln()).clamp(0.5, 3.0)
    }

    /// Editorials, book reviews, "Back matter": the title of several works.
    pub fn is_recurring(&self, title_key: u64) -> bool {
        self.recurring.contains(&title_key)
    }

    /// A DOI that several works share: the proceedings', not the item's.
    pub fn is_container(&self, doi: u64) -> bool {
        self.containers.contains(&doi)
    }

    fn find_recurring(&mut self, parsed: &[Parsed]) {
        let mut places: FxHashMap<u64, Vec<(i32, u32, u32)>> = FxHashMap::default();
        let mut bare: FxHashMap<(u64, u32), u32> = FxHashMap::default();
        for (i, record) in parsed.iter().enumerate() {
            if let Some(variant) = record.title.variants.first() {
                places.entry(variant.key).or_default().push((record.year, record.place.volume, record.pages.start));
                let bare_record = record.pages.start == 0 && record.place.volume == 0 && record.dois.is_empty() && record.pmid == 0;
                if bare_record && record.database != 0 && self.title_info[i] < TELLING_TITLE {
                    *bare.entry((variant.key, record.database)).or_default() += 1;
                }
            }
        }
        // Nothing tells several bare records of one database apart: it would not list one work so often.
        self.recurring.extend(bare.iter().filter(|(_, n)| **n >= RECURRING_BARE).map(|((key, _), _)| *key));
        for (key, mut list) in places {
            if list.len() < RECURRING_YEARS {
                continue;
            }
            list.sort_unstable();
            list.dedup();
            let mut years: Vec<i32> = list.iter().map(|p| p.0).filter(|y| *y != 0).collect();
            years.dedup();
            let mut pages: Vec<u32> = list.iter().map(|p| p.2).filter(|p| *p != 0).collect();
            pages.sort_unstable();
            pages.dedup();
            if years.len() >= RECURRING_YEARS && years.last().zip(years.first()).is_some_and(|(l, f)| l - f >= 3)
                || pages.len() >= RECURRING_PLACES
            {
                self.recurring.insert(key);
            }
        }
    }

    /// A DOI is a container when its records fall into three or more unlike titles.
    fn find_containers(&mut self, parsed: &[Parsed]) {
        let mut titles: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (i, record) in parsed.iter().enumerate() {
            if !record.title.variants.is_empty() {
                for doi in &record.dois {
                    titles.entry(*doi).or_default().push(i);
                }
            }
        }
        for (doi, records) in titles {
            if records.len() < 3 {
                continue;
            }
            let mut kinds: Vec<&[u32]> = Vec::new();
            let mut order = records;
            order.sort_unstable_by_key(|i| (parsed[*i].content, *i));
            for i in order.into_iter().take(200) {
                let words = &parsed[i].title.variants[0].words;
                let alike = |k: &&[u32]| super::similar::shared(k, words) * 2 >= k.len().min(words.len());
                if !kinds.iter().any(alike) {
                    kinds.push(words);
                }
            }
            if kinds.len() >= 3 {
                self.containers.insert(doi);
            }
        }
    }

    fn find_junk(&mut self, parsed: &[Parsed], sources: &[u32]) {
        let mut issues: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (record, source) in parsed.iter().zip(sources) {
            if record.place.issue != 0 {
                issues.entry(*source).or_default().push(record.place.issue);
            }
        }
        let mut junk = FxHashSet::default();
        for (source, mut list) in issues {
            if list.len() < JUNK_MIN {
                continue;
            }
            let total = list.len() as f32;
            list.sort_unstable();
            list.dedup();
            if list.len() == 1 || list.len() as f32 / total >= RUNNING_SHARE {
                junk.insert(source);
            }
        }
        self.issue_is_junk = sources.iter().map(|s| junk.contains(s)).collect();
    }
}
