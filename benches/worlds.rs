//! The reference case again and again in other words, for sizes that no labelled set has. One rule: within a world the records of a work
//! are changed alike, so that every world holds as many duplicates as the case, and no two worlds share a work.

use std::collections::{HashMap, HashSet};

use erabi::model::Record;

use crate::{case, sets};

/// Words of like frequency that stand in for each other.
const BUCKET: usize = 256;
/// A word that occurs this often at most gets a new form in every world: vocabularies grow.
const RARE: u32 = 2;

/// Words by falling frequency, and where each stands.
struct Vocabulary {
    words: Vec<String>,
    place: HashMap<String, usize>,
    rare_from: usize,
}

impl Vocabulary {
    /// Of all words but those that every world keeps.
    fn new<'a>(texts: impl Iterator<Item = &'a str>, kept: &HashSet<String>) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        texts.flat_map(words).filter(|w| is_word(w)).for_each(|w| *counts.entry(w.to_lowercase()).or_default() += 1);
        counts.retain(|word, _| !kept.contains(word));
        let mut list: Vec<(String, u32)> = counts.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let rare_from = list.partition_point(|w| w.1 > RARE);
        let words: Vec<String> = list.into_iter().map(|w| w.0).collect();
        let place = words.iter().enumerate().map(|(i, w)| (w.clone(), i)).collect();
        Self { words, place, rare_from }
    }

    /// What a word is in a world: another of its bucket; rare ones and ideographs change their form.
    fn translate(&self, word: &str, world: usize, to: &mut String) {
        let Some(&at) = self.place.get(&word.to_lowercase()) else {
            to.extend(word.chars().map(|c| match c {
                '\u{4e00}'..='\u{9fff}' => {
                    char::from_u32(0x4e00 + (c as u32 - 0x4e00 + world as u32 * 37) % 0x5200).expect("within the block")
                }
                _ => c,
            }));
            return;
        };
        if at >= self.rare_from {
            to.push_str(word);
            to.push((b'a' + (world % 26) as u8) as char);
            to.push((b'a' + (world / 26 % 26) as u8) as char);
            return;
        }
        let start = at / BUCKET * BUCKET;
        let size = BUCKET.min(self.rare_from - start);
        to.push_str(&self.words[start + (at - start + world * 31) % size]);
    }

    fn text(&self, text: &str, world: usize) -> String {
        let mut out = String::with_capacity(text.len());
        words(text).for_each(|word| self.translate(word, world, &mut out));
        out
    }
}

fn is_word(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Runs of letters and runs of anything else, in order.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c: char| !c.is_ascii_alphabetic()).flat_map(|piece| {
        let letters = piece.trim_end_matches(|c: char| !c.is_ascii_alphabetic()).len();
        let (word, rest) = piece.split_at(letters);
        [word, rest].into_iter().filter(|part| !part.is_empty())
    })
}

/// `n` records and the source of each.
pub fn records(n: usize) -> (Vec<Record>, Vec<u32>) {
    let case = case::read(&case::table().0);
    let titles = Vocabulary::new(case.iter().filter_map(|r| r.title.as_deref()), &HashSet::new());
    let people = Vocabulary::new(case.iter().flat_map(names), &names_of_two_scripts(&case));
    let mut databases: HashMap<String, u32> = HashMap::new();
    let mut sources = Vec::with_capacity(n);
    let mut list = Vec::with_capacity(n);
    for i in 0..n {
        let (world, record) = (i / case.len(), &case[i % case.len()]);
        let next = databases.len() as u32;
        sources.push(*databases.entry(record.database.clone().unwrap_or_default()).or_insert(next));
        list.push(if world == 0 { record.clone() } else { elsewhere(record, world, &titles, &people) });
    }
    (list, sources)
}

/// The work of each of `n` records.
pub fn works(n: usize) -> Vec<u32> {
    let of_case = works_of_case();
    (0..n).map(|i| (i / case::RECORDS * case::RECORDS) as u32 + of_case[i % case::RECORDS]).collect()
}

fn works_of_case() -> Vec<u32> {
    match sets::load(&["synth_seed_case".into()]).pop() {
        Some(set) => set.works,
        None => (0..case::RECORDS).map(|i| case::made_up_work(i) as u32).collect(),
    }
}

fn names(record: &Record) -> impl Iterator<Item = &str> {
    record.authors.iter().flat_map(|a| [a.family.as_str(), a.literal.as_str()])
}

/// Words in the names of people whom another record of the work writes in other letters: 佐藤 stays, and so must Sato.
fn names_of_two_scripts(case: &[Record]) -> HashSet<String> {
    let works = works_of_case();
    let foreign: HashSet<u32> =
        works.iter().zip(case).filter(|(_, r)| names(r).any(|name| !name.is_ascii())).map(|(work, _)| *work).collect();
    let of_them = works.iter().zip(case).filter(|(work, _)| foreign.contains(work)).flat_map(|(_, r)| names(r));
    of_them.flat_map(words).filter(|w| is_word(w)).map(str::to_lowercase).collect()
}

fn elsewhere(record: &Record, world: usize, titles: &Vocabulary, people: &Vocabulary) -> Record {
    let mut r = record.clone();
    for text in [&mut r.title, &mut r.title_other, &mut r.abstract_text].into_iter().flatten() {
        *text = titles.text(text, world);
    }
    for author in r.authors.iter_mut().filter(|a| a.family.is_ascii() && a.literal.is_ascii()) {
        author.family = people.text(&author.family, world);
        author.literal = people.text(&author.literal, world);
    }
    for id in [&mut r.doi, &mut r.accession, &mut r.external_id].into_iter().flatten() {
        id.push_str(&format!("w{world}"));
    }
    r.pmid = r.pmid.map(|p| format!("{}", p.parse::<usize>().unwrap_or(0) + world * 40_000_000));
    r.year = r.year.map(|y| y - (world % 15) as i32);
    r.volume = r.volume.map(|v| moved(&v, world * 7 % 83));
    r.pages = r.pages.map(|p| p.split('-').map(|page| moved(page, world * 41 % 1777)).collect::<Vec<_>>().join("-"));
    r
}

/// The number at the beginning, larger by `by`.
fn moved(text: &str, by: usize) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(9);
    match text[..digits].parse::<usize>() {
        Ok(number) => format!("{}{}", number + by, &text[digits..]),
        Err(_) => text.to_owned(),
    }
}
