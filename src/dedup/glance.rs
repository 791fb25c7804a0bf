//! What is looked at first of each record: sixty-four bytes, so that ruling out a pair costs one look into memory.
//!
//! One rule: it only rules out what the longer look would rule out too (`judge`); what it can't tell stays open.

use super::{fold::mix, parse::Parsed};

/// Bits that stand for words of a title.
const BITS: u32 = 128;

#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Glance {
    /// A bit for each word of the whole title, by its hash.
    words: u128,
    title: u64,
    /// A bit for each DOI, by its hash.
    dois: u64,
    pmid: u64,
    page: u32,
    /// Words of the whole title, and how many of them share a bit with another one.
    length: u16,
    doubled: u16,
    /// Titles: none, one, more.
    titles: u8,
}

impl Glance {
    pub fn new(record: &Parsed) -> Self {
        let whole = record.title.variants.first();
        let words = whole.map_or(&[][..], |v| &v.words);
        let bits = words.iter().fold(0u128, |bits, word| bits | 1 << (mix(u64::from(*word)) % u64::from(BITS)));
        Self {
            words: bits,
            title: whole.map_or(0, |v| v.key),
            dois: record.dois.iter().fold(0, |bits, doi| bits | 1 << (mix(*doi) % 64)),
            pmid: record.pmid,
            page: record.pages.start,
            length: words.len().min(usize::from(u16::MAX)) as u16,
            doubled: words.len().saturating_sub(bits.count_ones() as usize).min(usize::from(u16::MAX)) as u16,
            titles: record.title.variants.len().min(2) as u8,
        }
    }

    /// Neither page nor identifier nor title can be the same, and fewer than a third of the shorter title's words.
    pub fn rules_out(&self, other: &Self) -> bool {
        let open = self.page != 0 && self.page == other.page
            || self.dois & other.dois != 0
            || self.pmid != 0 && self.pmid == other.pmid
            || self.titles + other.titles != 2
            || self.title == other.title;
        // No two words share more than their bits and what is hidden behind them.
        let most = (self.words & other.words).count_ones() + u32::from(self.doubled.min(other.doubled));
        !open && most * 3 < u32::from(self.length.min(other.length))
    }
}
