//! Agreement of fields → log-odds, field by field. The weights are Fellegi–Sunter weights set by hand from counts on the
//! labelled sets and rounded; `docs/DEDUP.md` says what each is worth.
//!
//! One rule: a missing field weighs 0, and fields that depend on each other (journal, volume, issue, pages, year) are capped together.

use super::{
    compare::{Features, Numbers, PageLevel, TitleLevel},
    journal::Relation,
};

/// Weights of one pair, in natural log-odds. Positive speaks for the same publication.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weights {
    pub title: f32,
    pub authors: f32,
    pub journal: f32,
    pub volume: f32,
    pub issue: f32,
    pub pages: f32,
    pub year: f32,
    pub doi: f32,
    pub pmid: f32,
    pub trial: f32,
    pub accession: f32,
    pub abstracts: f32,
}

/// Log-odds before anything is known of a pair that shares a blocking key.
pub const PRIOR: f32 = -6.0;
/// Most that journal, volume, issue, pages and year together may speak for a pair.
const PLACE_CAP: f32 = 9.0;
/// Two registry entries with one number are one entry; of two reports it says only that the study is the same.
const REGISTRATION: f32 = 8.0;
/// One database rarely holds an article twice.
const SAME_DATABASE: f32 = -1.0;

impl Weights {
    /// The score: prior and weights, with the cap on the place in the journal.
    pub fn total(&self, same_database: bool) -> f32 {
        let place = self.journal + self.volume + self.issue + self.pages + self.year;
        let sum =
            PRIOR + self.title + self.authors + place.min(PLACE_CAP) + self.doi + self.pmid + self.trial + self.accession + self.abstracts;
        if same_database { sum + SAME_DATABASE } else { sum }
    }
}

/// Weighs every field.
pub fn weigh(f: &Features) -> Weights {
    let mut w = Weights {
        title: title(f),
        authors: authors(f),
        journal: by(f.journal, 2.0, 1.7, -2.5),
        volume: by(f.volume, 2.0, 0.0, -2.0),
        issue: by(f.issue, 0.7, 0.0, -0.7),
        pages: pages(f),
        year: year(f.year),
        doi: if f.container { 1.0 } else { by(f.doi, 8.0, 0.0, -3.0) },
        pmid: by(f.pmid, 10.0, 0.0, -7.0),
        trial: by(f.trial, if f.registries { REGISTRATION } else { 2.0 }, 0.0, -3.0),
        accession: if f.same_database { by(f.accession, 10.0, 0.0, -3.0) } else { 0.0 },
        abstracts: abstracts(f.abstracts),
    };
    if f.doi == Relation::Equal && !f.container || f.pmid == Relation::Equal {
        // The identifier explains an online-first year, a missing volume or article number.
        w.year = w.year.max(-1.0);
        w.volume = w.volume.max(-0.7);
        w.pages = w.pages.max(-1.0);
    }
    w
}

fn by(relation: Relation, equal: f32, compatible: f32, conflict: f32) -> f32 {
    match relation {
        Relation::Missing => 0.0,
        Relation::Equal => equal,
        Relation::Compatible => compatible,
        Relation::Conflict => conflict,
    }
}

fn title(f: &Features) -> f32 {
    let (most, share) = match f.title {
        TitleLevel::Missing | TitleLevel::OtherLanguage => return 0.0,
        TitleLevel::Exact => (9.0, 0.35),
        TitleLevel::Variant => (6.0, 0.30),
        TitleLevel::Near => (7.5, 0.30),
        TitleLevel::Close => (4.5, 0.25),
        TitleLevel::Loose => (0.5, 0.10),
        TitleLevel::Low => return if f.translated { -1.5 } else { -5.0 },
    };
    let mut weight = (f.title_info * share).min(most);
    if f.recurring {
        weight = weight.min(1.5);
    }
    if f.title < TitleLevel::Variant {
        if f.diff.odd_a > 0 && f.diff.odd_b > 0 {
            weight -= 3.0;
        } else if f.diff.odd_a + f.diff.odd_b > 0 {
            weight -= 1.0;
        }
    }
    match f.numbers {
        Numbers::Equal => weight,
        Numbers::OneMore => weight - 1.0,
        Numbers::Conflict => weight - 3.0,
    }
}

fn authors(f: &Features) -> f32 {
    let (agree, contradict) = f.readings;
    if agree + contradict > 0 {
        return (f32::from(agree) * 2.5).min(5.0) - f32::from(contradict) * 3.0;
    }
    let p = &f.people;
    if p.shorter == 0 {
        return 0.0;
    }
    let share = p.matched as f32 / p.shorter as f32;
    let clash = p.initials_differ as f32;
    let surprise = 1.2 * f.people_info;
    if p.matched == 0 {
        return if clash > 0.0 { -2.0 } else { -5.0 };
    }
    if p.shorter == 1 && p.longer > 1 {
        return if p.first { surprise.min(3.0) } else { 0.5 };
    }
    let weight = match share {
        s if s > 0.99 && p.shorter == p.longer => surprise.min(6.0),
        s if s > 0.74 => surprise.min(5.0),
        s if s > 0.39 => surprise.min(2.0),
        _ => -1.0,
    };
    weight - 1.5 * clash.min(2.0) + if p.first { 0.3 } else { -0.3 }
}

fn pages(f: &Features) -> f32 {
    match f.pages {
        PageLevel::Missing => 0.0,
        PageLevel::Equal => 4.5,
        PageLevel::Start => 4.0,
        PageLevel::StartOnly => 2.5,
        PageLevel::Overlap => 0.5,
        PageLevel::Disjoint => -3.5,
    }
}

fn year(difference: i32) -> f32 {
    match difference {
        i32::MIN..=-1 => 0.0,
        0 => 1.0,
        1 => -0.5,
        2 => -2.5,
        _ => -5.0,
    }
}

fn abstracts(overlap: f32) -> f32 {
    match overlap {
        o if o < 0.0 => 0.0,
        o if o > 0.8 => 4.0,
        o if o > 0.5 => 3.0,
        o if o > 0.2 => 1.0,
        o if o > 0.05 => -0.5,
        _ => -1.5,
    }
}
