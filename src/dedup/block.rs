//! Which pairs are worth comparing: records that share any of many keys.
//!
//! One rule: a key is made only of values that are there; a block that is too large is split by more of the record, never dropped.

use super::{
    context::Context,
    fold::{hash64, mix},
    journal::Journals,
    parse::Parsed,
};

/// Largest block whose pairs are all compared.
pub const BLOCK_LIMIT: usize = 40;
/// The same for keys that many unrelated records share (a surname and a year): what they alone find is rare.
pub const WEAK_BLOCK_LIMIT: usize = 16;
/// In a block that cannot be split further, each record meets this many neighbours in title order.
const WINDOW: usize = 12;
/// Letters of a title's beginning and end that make a key.
const TITLE_KEY_LETTERS: usize = 20;
const TITLE_KEY_CJK: usize = 8;

/// The kinds of keys, for the ablation table of `docs/DEDUP.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyKind {
    Doi = 1,
    Pmid,
    Accession,
    Trial,
    TitleHead,
    TitleTail,
    TitleWhole,
    VolumePage,
    YearPage,
    SurnamePage,
    SurnameVolume,
    SurnameYear,
    JournalPage,
    PeopleSet,
    RareWords,
    Cochrane,
}

impl KeyKind {
    fn is_weak(self) -> bool {
        matches!(self, Self::SurnameYear | Self::SurnameVolume | Self::YearPage | Self::VolumePage | Self::JournalPage | Self::RareWords)
    }
}

/// How blocking went, for logs and the benchmark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockStats {
    pub keys: usize,
    pub split_blocks: usize,
    pub pairs: usize,
}

/// Two positions in one number, the lower one in the upper half.
pub type PackedPair = u64;

pub fn unpack(pair: PackedPair) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// Room for so many keys and pairs of a record is asked for at once; growing would copy what is there.
const KEYS_EXPECTED: usize = 18;
const PAIRS_EXPECTED: usize = 24;

/// Pairs `(a, b)`, `a < b`, sorted, without repeats. `skip` leaves kinds of keys out (ablation); pairs of two records before
/// `new_from` are left out.
pub fn candidates(
    parsed: &[Parsed],
    context: &Context,
    journals: &Journals,
    new_from: usize,
    skip: &[KeyKind],
) -> (Vec<PackedPair>, BlockStats) {
    // A key and a position in one number: half the memory, and sorted faster. Two keys that agree in the bits left for them make
    // pairs that the comparison turns down.
    let width = usize::BITS - parsed.len().leading_zeros();
    let position = |key: u64| (key & ((1 << width) - 1)) as u32;
    let mut keys: Vec<u64> = Vec::with_capacity(parsed.len() * KEYS_EXPECTED);
    for (i, record) in parsed.iter().enumerate() {
        record_keys(record, context, journals, &mut |kind, value| {
            if !skip.contains(&kind) {
                let key = mix(value ^ (kind as u64) << 56) << 1 | u64::from(kind.is_weak());
                keys.push(key << width | i as u64);
            }
        });
    }
    keys.sort_unstable();
    keys.dedup();
    let mut stats = BlockStats { keys: keys.len(), ..BlockStats::default() };
    let mut pairs: Vec<PackedPair> = Vec::with_capacity(parsed.len() * PAIRS_EXPECTED);
    let mut start = 0;
    while start < keys.len() {
        let key = keys[start] >> width;
        let length = keys[start..].iter().take_while(|k| **k >> width == key).count();
        if length > 1 {
            let mut members: Vec<u32> = keys[start..start + length].iter().map(|k| position(*k)).collect();
            let limit = if key & 1 == 1 { WEAK_BLOCK_LIMIT } else { BLOCK_LIMIT };
            emit(&mut members, parsed, new_from, (0, limit), &mut pairs, &mut stats);
        }
        start += length;
    }
    pairs.sort_unstable();
    pairs.dedup();
    stats.pairs = pairs.len();
    (pairs, stats)
}

/// Emits the pairs of a block; a large one is divided by surname, then year, then title, and at last walked in title order.
fn emit(
    members: &mut [u32],
    parsed: &[Parsed],
    new_from: usize,
    (depth, limit): (u8, usize),
    pairs: &mut Vec<PackedPair>,
    stats: &mut BlockStats,
) {
    if members.len() <= limit {
        for (i, &a) in members.iter().enumerate() {
            for &b in &members[i + 1..] {
                push(a, b, new_from, pairs);
            }
        }
        return;
    }
    if depth == 0 {
        stats.split_blocks += 1;
    }
    if depth >= 2 {
        return walk(members, parsed, new_from, pairs);
    }
    let part = |i: u32| {
        let record = &parsed[i as usize];
        match depth {
            0 => u64::from(record.people.list.first().map_or(0, |p| p.family)),
            _ => record.year as u64,
        }
    };
    members.sort_unstable_by_key(|i| (part(*i), parsed[*i as usize].content, *i));
    let mut start = 0;
    while start < members.len() {
        let value = part(members[start]);
        let length = members[start..].iter().take_while(|i| part(**i) == value).count();
        if length > 1 {
            emit(&mut members[start..start + length], parsed, new_from, (depth + 1, limit), pairs, stats);
        }
        start += length;
    }
    walk(members, parsed, new_from, pairs);
}

/// Sorted neighbourhood: equal and nearly equal titles stand side by side.
fn walk(members: &mut [u32], parsed: &[Parsed], new_from: usize, pairs: &mut Vec<PackedPair>) {
    let text = |i: u32| parsed[i as usize].title.variants.first().map_or("", |v| v.text.as_str());
    members.sort_unstable_by(|a, b| {
        text(*a).cmp(text(*b)).then_with(|| parsed[*a as usize].content.cmp(&parsed[*b as usize].content)).then(a.cmp(b))
    });
    for (i, &a) in members.iter().enumerate() {
        for &b in members[i + 1..].iter().take(WINDOW) {
            push(a, b, new_from, pairs);
        }
    }
}

fn push(a: u32, b: u32, new_from: usize, pairs: &mut Vec<PackedPair>) {
    let (low, high) = (a.min(b), a.max(b));
    if low != high && high as usize >= new_from {
        pairs.push(u64::from(low) << 32 | u64::from(high));
    }
}

fn record_keys(record: &Parsed, context: &Context, journals: &Journals, put: &mut dyn FnMut(KeyKind, u64)) {
    record.dois.iter().for_each(|d| put(KeyKind::Doi, *d));
    record.trials.iter().for_each(|t| put(KeyKind::Trial, *t));
    for (kind, value) in
        [(KeyKind::Pmid, record.pmid), (KeyKind::Accession, record.accession), (KeyKind::Cochrane, record.cochrane.0.into())]
    {
        if value != 0 {
            put(kind, value);
        }
    }
    title_keys(record, context, put);
    place_keys(record, journals, put);
    people_keys(record, put);
}

fn title_keys(record: &Parsed, context: &Context, put: &mut dyn FnMut(KeyKind, u64)) {
    for variant in &record.title.variants {
        put(KeyKind::TitleWhole, variant.key);
        if let Some((head, tail)) = ends(&variant.text) {
            put(KeyKind::TitleHead, head);
            put(KeyKind::TitleTail, tail);
        }
    }
    if let Some(whole) = record.title.variants.first().filter(|v| v.words.len() >= 3) {
        let mut words = whole.words.clone();
        words.sort_unstable_by_key(|w| (std::cmp::Reverse(context.rarity(*w)), *w));
        words.truncate(3);
        for (i, a) in words.iter().enumerate() {
            for b in &words[i + 1..] {
                put(KeyKind::RareWords, mix(u64::from(*a.min(b)) << 32 | u64::from(*a.max(b))));
            }
        }
    }
}

/// Hashes of the first and last letters of a title (blanks left out); `None` for a title that is shorter.
fn ends(text: &str) -> Option<(u64, u64)> {
    if text.is_ascii() {
        let mut ends = [[0u8; TITLE_KEY_LETTERS]; 2];
        let letters = || text.bytes().filter(|b| *b != b' ');
        letters().nth(TITLE_KEY_LETTERS - 1)?;
        ends[0].iter_mut().zip(letters()).for_each(|(slot, b)| *slot = b);
        ends[1].iter_mut().zip(letters().rev()).for_each(|(slot, b)| *slot = b);
        return Some((hash64(&ends[0]), hash64(&ends[1])));
    }
    let letters: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let hash = |part: &[char]| hash64(part.iter().collect::<String>().as_bytes());
    (letters.len() >= TITLE_KEY_CJK).then(|| (hash(&letters[..TITLE_KEY_CJK]), hash(&letters[letters.len() - TITLE_KEY_CJK..])))
}

fn place_keys(record: &Parsed, journals: &Journals, put: &mut dyn FnMut(KeyKind, u64)) {
    let page = u64::from(record.pages.start) << 8 | u64::from(record.pages.prefix);
    let volume = u64::from(record.place.volume);
    if record.pages.start != 0 {
        if volume != 0 {
            put(KeyKind::VolumePage, mix(volume) ^ page);
        }
        if record.year != 0 {
            put(KeyKind::YearPage, mix(record.year as u64) ^ page);
        }
        for issn in &record.issns {
            put(KeyKind::JournalPage, mix(u64::from(*issn)) ^ page);
        }
        let journal = record.journal_row.map_or_else(|| journals.block_key(record.journal), u64::from);
        if journal != 0 {
            put(KeyKind::JournalPage, mix(journal) ^ page);
        }
    }
    for family in first_surnames(record) {
        if record.pages.start != 0 {
            put(KeyKind::SurnamePage, mix(family) ^ page);
        }
        if volume != 0 {
            put(KeyKind::SurnameVolume, mix(family) ^ volume);
        }
        if record.year != 0 {
            put(KeyKind::SurnameYear, mix(family) ^ record.year as u64);
        }
    }
}

fn first_surnames(record: &Parsed) -> impl Iterator<Item = u64> + '_ {
    record.people.list.first().into_iter().flat_map(|p| [p.family, p.others[0], p.others[1]]).filter(|f| *f != 0).map(u64::from)
}

/// The set of surnames, whatever their order.
fn people_keys(record: &Parsed, put: &mut dyn FnMut(KeyKind, u64)) {
    if record.people.list.len() >= 2 {
        let mut families: Vec<u32> = record.people.list.iter().map(|p| p.family).collect();
        families.sort_unstable();
        put(KeyKind::PeopleSet, families.iter().fold(0, |h, f| mix(h ^ u64::from(*f))));
    }
}
