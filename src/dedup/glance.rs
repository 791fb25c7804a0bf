//! Which candidate pairs need no comparing: neither identifier nor page in common, and few words. Sixty-four bytes of each record
//! rule out most of them, so that a pair costs one look into memory.
//!
//! One rule: a glance only rules out what the longer look (`is_hopeless`) would rule out too; what it can't tell stays open.

use super::{fold::mix, names::Person, parse::Parsed, similar::shared};

/// What is looked at first of each record, side by side.
pub struct Glances<'a> {
    parsed: &'a [Parsed],
    glances: Vec<Glance>,
    /// The words of the whole title.
    words: Vec<&'a [u32]>,
}

impl<'a> Glances<'a> {
    pub fn new(parsed: &'a [Parsed]) -> Self {
        let words = parsed.iter().map(|p| p.title.variants.first().map_or(&[][..], |v| &v.words)).collect();
        Self { parsed, glances: parsed.iter().map(Glance::new).collect(), words }
    }

    /// Whether the records at these positions can't be one work.
    pub fn rule_out(&self, a: usize, b: usize) -> bool {
        let (x, y) = (&self.glances[a], &self.glances[b]);
        if x.leaves_open(y) {
            return is_hopeless(&self.parsed[a], &self.parsed[b]);
        }
        let (p, q) = (self.words[a], self.words[b]);
        let ruled_out = x.shares_too_few(y) || too_few(shared(p, q), p.len(), q.len());
        debug_assert!(ruled_out == is_hopeless(&self.parsed[a], &self.parsed[b]), "a glance saw more than there is");
        ruled_out
    }
}

/// No identifier, no page and few words in common.
fn is_hopeless(a: &Parsed, b: &Parsed) -> bool {
    let same_volume = a.place.volume == b.place.volume || a.place.volume == 0 || b.place.volume == 0;
    let near = a.year == 0 || b.year == 0 || (a.year - b.year).abs() <= 1;
    let same_page = a.pages.start != 0 && a.pages.start == b.pages.start && same_volume && near;
    if same_page && could_be_told_otherwise(a, b) || a.dois.iter().any(|d| b.dois.contains(d)) || a.pmid != 0 && a.pmid == b.pmid {
        return false;
    }
    let (Some(x), Some(y)) = (a.title.variants.first(), b.title.variants.first()) else { return true };
    if x.key == y.key || a.title.variants.len() + b.title.variants.len() > 2 {
        return false;
    }
    too_few(shared(&x.words, &y.words), x.words.len(), y.words.len())
}

/// Two records on one page of one volume may be one article under titles in two languages: unless neither journal nor a surname nor the
/// scripts leave that open.
fn could_be_told_otherwise(a: &Parsed, b: &Parsed) -> bool {
    let scripts =
        a.title.cjk != b.title.cjk || a.title.foreign != b.title.foreign || a.people.kanji.is_empty() != b.people.kanji.is_empty();
    let (p, q) = (&a.people.list, &b.people.list);
    let same = |x: &Person, y: &Person| x.family == y.family || x.others.contains(&y.family) || y.others.contains(&x.family);
    scripts || a.journal == b.journal || p.is_empty() || q.is_empty() || p.iter().any(|x| q.iter().any(|y| same(x, y)))
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Glance {
    /// A bit for each word of the whole title, by its hash.
    words: u128,
    title: u64,
    /// A bit for each DOI, by its hash.
    dois: u64,
    /// A bit for each word that may be a surname, by its hash.
    surnames: u64,
    /// Numbers too large for it look alike here.
    pmid: u32,
    journal: u32,
    page: u32,
    volume: u32,
    year: i16,
    /// Words of the whole title, and how many of them share a bit with another one.
    length: u16,
    doubled: u16,
    /// Titles: none, one, more.
    titles: u8,
    /// Scripts of title and people; [`NOBODY`] where no people are named.
    scripts: u8,
}

/// Marks a record without people.
const NOBODY: u8 = 8;

/// A bit for each hash, of so many.
fn bit(hash: u64, of: u32) -> u32 {
    (mix(hash) % u64::from(of)) as u32
}

impl Glance {
    fn new(record: &Parsed) -> Self {
        let whole = record.title.variants.first();
        let words = whole.map_or(&[][..], |v| &v.words);
        let bits = words.iter().fold(0u128, |bits, word| bits | 1 << bit(u64::from(*word), u128::BITS));
        let people = &record.people;
        let surnames = people.list.iter().flat_map(|p| [p.family, p.others[0], p.others[1]]).filter(|name| *name != 0);
        let scripts = [record.title.cjk, record.title.foreign, !people.kanji.is_empty(), people.list.is_empty()];
        Self {
            words: bits,
            title: whole.map_or(0, |v| v.key),
            dois: record.dois.iter().fold(0, |bits, doi| bits | 1 << bit(*doi, u64::BITS)),
            surnames: surnames.fold(0, |bits, name| bits | 1 << bit(u64::from(name), u64::BITS)),
            pmid: u32::try_from(record.pmid).unwrap_or(u32::MAX),
            journal: record.journal,
            page: record.pages.start,
            volume: record.place.volume,
            year: record.year.clamp(0, i32::from(i16::MAX)) as i16,
            length: words.len().min(usize::from(u16::MAX)) as u16,
            doubled: words.len().saturating_sub(bits.count_ones() as usize).min(usize::from(u16::MAX)) as u16,
            titles: record.title.variants.len().min(2) as u8,
            scripts: scripts.iter().enumerate().fold(0, |bits, (at, is)| bits | u8::from(*is) << at),
        }
    }

    /// Page, identifier or title may be the same, or a record has not exactly one title: words alone can't rule the pair out.
    fn leaves_open(&self, other: &Self) -> bool {
        self.dois & other.dois != 0
            || self.pmid != 0 && self.pmid == other.pmid
            || self.titles != 1
            || other.titles != 1
            || self.title == other.title
            || self.is_on_page_of(other)
    }

    /// Too few words in common, whatever the words are: no two titles share more than their bits and what is hidden behind them.
    fn shares_too_few(&self, other: &Self) -> bool {
        let most = (self.words & other.words).count_ones() + u32::from(self.doubled.min(other.doubled));
        too_few(most as usize, usize::from(self.length), usize::from(other.length))
    }

    /// On one page of what may be one volume, and perhaps one article under two titles.
    fn is_on_page_of(&self, other: &Self) -> bool {
        self.page != 0
            && self.page == other.page
            && (self.volume == other.volume || self.volume == 0 || other.volume == 0)
            && (self.year == 0 || other.year == 0 || (self.year - other.year).abs() <= 1)
            && (self.scripts != other.scripts
                || self.scripts & NOBODY != 0
                || self.journal == other.journal
                || self.surnames & other.surnames != 0)
    }
}

/// Fewer than a third of the shorter title's words.
fn too_few(common: usize, a: usize, b: usize) -> bool {
    common * 3 < a.min(b)
}
