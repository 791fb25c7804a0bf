//! What is looked at first of each record: sixty-four bytes, so that ruling out a pair costs one look into memory.
//!
//! One rule: it only rules out what the longer look would rule out too (`judge`); what it can't tell stays open.

use super::{fold::mix, parse::Parsed};

#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Glance {
    /// A bit for each word of the whole title, by its hash.
    words: u128,
    title: u64,
    /// A bit for each DOI, by its hash.
    dois: u64,
    /// A bit for each word that may be a surname, by its hash.
    surnames: u64,
    /// The lower half of the number.
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
    pub fn new(record: &Parsed) -> Self {
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
            pmid: record.pmid as u32,
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

    /// Neither page nor identifier nor title can be the same, and fewer than a third of the shorter title's words.
    pub fn rules_out(&self, other: &Self) -> bool {
        let open = self.dois & other.dois != 0
            || self.pmid != 0 && self.pmid == other.pmid
            || self.titles + other.titles != 2
            || self.title == other.title
            || self.is_on_page_of(other);
        // No two words share more than their bits and what is hidden behind them.
        let most = (self.words & other.words).count_ones() + u32::from(self.doubled.min(other.doubled));
        !open && most * 3 < u32::from(self.length.min(other.length))
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
