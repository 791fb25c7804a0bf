//! Look-alikes that must never be merged, whatever their score.
//!
//! One rule: a veto names what a person can check, and is lifted only by the same place in the same volume.

use super::{
    compare::{Features, Numbers, PageLevel, TitleLevel},
    journal::{NO_JOURNAL, Relation},
    marks::Notice,
    parse::{Kind, Parsed},
};

/// Why a pair is not merged. The codes (`code()`) are part of the evidence vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veto {
    /// Erratum, retraction, comment, reply or protocol against the article.
    Notice,
    /// Other numbers or parts in otherwise equal titles.
    Part,
    /// Women/men, adult/adolescent, rat/mouse.
    Population,
    Preprint,
    /// Conference abstract against paper, or thesis against paper.
    Kind,
    /// Another version of a Cochrane review.
    Version,
    /// Other trial registry numbers.
    Trial,
    /// A registry entry against a publication.
    Registry,
    Pmid,
    /// The same title and people at another place: abstract and paper, reprint, translation elsewhere.
    OtherPlace,
    /// Other items of one volume.
    Neighbour,
    /// An identifier agrees, the title does not.
    DoiTitle,
    /// Two records of one database that nothing but the title tells apart.
    SameDatabase,
}

impl Veto {
    pub const ALL: [Self; 13] = [
        Self::Notice,
        Self::Part,
        Self::Population,
        Self::Preprint,
        Self::Kind,
        Self::Version,
        Self::Trial,
        Self::Registry,
        Self::Pmid,
        Self::OtherPlace,
        Self::Neighbour,
        Self::DoiTitle,
        Self::SameDatabase,
    ];

    /// The field it is about and the code of the evidence.
    pub fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Notice => ("title", "veto_notice"),
            Self::Part => ("title", "veto_part"),
            Self::Population => ("title", "veto_population"),
            Self::Preprint => ("journal", "veto_preprint"),
            Self::Kind => ("type", "veto_kind"),
            Self::Version => ("doi", "veto_version"),
            Self::Trial => ("trial_ids", "veto_trial"),
            Self::Registry => ("type", "veto_registry"),
            Self::Pmid => ("pmid", "veto_pmid"),
            Self::OtherPlace => ("pages", "veto_other_place"),
            Self::Neighbour => ("pages", "veto_neighbour"),
            Self::DoiTitle => ("doi", "veto_doi_title"),
            Self::SameDatabase => ("accession", "veto_same_database"),
        }
    }

    /// The pair belongs together although it is not the same publication.
    pub fn is_related(self) -> bool {
        !matches!(self, Self::Neighbour | Self::Pmid | Self::DoiTitle | Self::SameDatabase)
    }

    /// A person should decide: the evidence contradicts itself.
    pub fn wants_review(self) -> bool {
        matches!(self, Self::DoiTitle | Self::Pmid | Self::SameDatabase)
    }
}

/// Same volume (or year) and first page: two records of one item, whatever their titles leave out.
pub fn same_place(f: &Features) -> bool {
    let first = matches!(f.pages, PageLevel::Start | PageLevel::StartOnly);
    // Volumes are paged through: another issue with the same first page is a slip when title and people agree.
    let page = f.pages == PageLevel::Equal || first && (f.issue != Relation::Conflict || same_words(f));
    page && f.journal != Relation::Conflict
        && (f.volume == Relation::Equal || f.volume == Relation::Missing && f.year == 0 && f.journal != Relation::Missing)
}

/// The same title, not a recurring one, by the same people (all of the shorter list).
pub fn same_words(f: &Features) -> bool {
    f.title == TitleLevel::Exact && !f.recurring && f.people.matched > 0 && f.people.matched == f.people.shorter
}

/// An identifier of the item itself agrees. A DOI on two single pages is the meeting's, not the abstract's.
pub fn same_id(f: &Features) -> bool {
    let meeting_doi = f.container || f.pages == PageLevel::Disjoint && f.page_span == 0 && f.title != TitleLevel::Exact;
    f.doi == Relation::Equal && !meeting_doi || f.pmid == Relation::Equal || f.registries && f.trial == Relation::Equal
}

/// The first veto that applies, strongest first.
pub fn veto(f: &Features, a: &Parsed, b: &Parsed) -> Option<Veto> {
    let place = same_place(f);
    let same_id = same_id(f);
    let alike = f.title >= TitleLevel::Loose;
    if a.registry != b.registry {
        return Some(Veto::Registry);
    }
    let people = f.people.matched > 0 || f.people.shorter == 0;
    if a.title.notice != b.title.notice
        && !(place && people && (hard(a.title.notice) || hard(b.title.notice)))
        && differs(a.title.notice, b.title.notice, f)
    {
        return Some(Veto::Notice);
    }
    if a.title.refers != b.title.refers && !place {
        return Some(Veto::Notice);
    }
    if (a.kind == Kind::Preprint) != (b.kind == Kind::Preprint) && !(place && f.title == TitleLevel::Exact) {
        return Some(Veto::Preprint);
    }
    if (a.kind == Kind::Thesis) != (b.kind == Kind::Thesis) && !place && !same_id {
        let other = if a.kind == Kind::Thesis { b } else { a };
        let in_journal = other.journal != NO_JOURNAL && other.place.volume != 0;
        if f.journal == Relation::Conflict || f.journal == Relation::Missing && in_journal {
            return Some(Veto::Kind);
        }
    }
    if a.cochrane.0 != 0 && a.cochrane.0 == b.cochrane.0 {
        // PubMed numbers every version, and databases copy the DOI of another one.
        let versions = a.cochrane.1 != 0 && b.cochrane.1 != 0 && a.cochrane.1 != b.cochrane.1;
        let one_version = f.doi == Relation::Equal && !f.container;
        if (versions || f.year > 0 && !one_version) && f.pmid != Relation::Equal {
            return Some(Veto::Version);
        }
    }
    // Databases copy PMIDs wrongly, or PubMed itself lists an article twice.
    let plainly_one = place && f.doi == Relation::Equal && !f.container && same_words(f);
    if f.pmid == Relation::Conflict && !plainly_one {
        return Some(Veto::Pmid);
    }
    title_veto(f, alike, place, same_id).or_else(|| place_veto(f, a, b, place, same_id))
}

fn hard(notice: Notice) -> bool {
    matches!(notice, Notice::Erratum | Notice::Retraction | Notice::Comment | Notice::Reply)
}

/// Whether two notices make two items: soft ones (protocol, review) only where the place does not agree.
fn differs(a: Notice, b: Notice, f: &Features) -> bool {
    hard(a)
        || hard(b)
        || !same_place(f) && (f.pages == PageLevel::Disjoint || f.journal == Relation::Conflict || f.title < TitleLevel::Variant)
}

fn title_veto(f: &Features, alike: bool, place: bool, same_id: bool) -> Option<Veto> {
    if alike && f.title < TitleLevel::Exact && !place {
        if f.numbers == Numbers::Conflict && !same_id {
            return Some(Veto::Part);
        }
        if f.numbers == Numbers::OneMore
            && !same_id
            && (f.pages == PageLevel::Disjoint || f.volume == Relation::Conflict || f.doi == Relation::Conflict)
        {
            return Some(Veto::Part);
        }
        if f.diff.population && !same_id && f.title < TitleLevel::Variant {
            return Some(Veto::Population);
        }
    }
    if f.trial == Relation::Conflict && !same_id && !place {
        return Some(Veto::Trial);
    }
    None
}

fn place_veto(f: &Features, a: &Parsed, b: &Parsed, place: bool, same_id: bool) -> Option<Veto> {
    let unlike = f.title == TitleLevel::Low && !f.translated;
    if same_id && unlike && !(place && f.people.matched > 0) {
        return Some(Veto::DoiTitle);
    }
    if f.recurring && !same_id && (f.issue == Relation::Conflict || f.doi == Relation::Conflict) {
        return Some(Veto::Neighbour);
    }
    let same_script = !f.cross_script && !f.kanji_latin;
    if !same_id && place && unlike && same_script && f.page_span <= 1 {
        return Some(Veto::Neighbour); // letters and abstracts share a page
    }
    if same_id || place {
        return None;
    }
    if f.pages == PageLevel::Overlap && f.people.matched == 0 && f.people.shorter > 0 {
        return Some(Veto::Neighbour); // a comment begins on the last page of its article
    }
    let half = f.people.matched > 0 && f.people.matched * 2 >= f.people.shorter;
    let unplaced = matches!(f.pages, PageLevel::Missing | PageLevel::Disjoint | PageLevel::Overlap);
    if f.journal == Relation::Conflict && f.year > 0 && unplaced && half && f.title >= TitleLevel::Near && f.doi != Relation::Equal {
        return Some(Veto::OtherPlace); // the meeting's paper and the journal's
    }
    let unplaced = f.pages == PageLevel::Missing && f.volume == Relation::Missing;
    if f.same_database && unplaced && f.accession != Relation::Equal {
        return Some(Veto::SameDatabase);
    }
    if f.recurring && (f.pages == PageLevel::Disjoint || f.volume == Relation::Conflict || f.year > 0 || f.journal == Relation::Conflict) {
        return Some(Veto::Neighbour);
    }
    let title = f.title >= TitleLevel::Variant;
    let moved = f.pages == PageLevel::Disjoint;
    let elsewhere = match f.journal {
        Relation::Conflict => moved || f.doi == Relation::Conflict || f.volume == Relation::Conflict && f.pages == PageLevel::Missing,
        Relation::Missing => moved && f.volume == Relation::Conflict,
        _ if moved => f.volume == Relation::Conflict || f.issue == Relation::Conflict,
        // The same first page in another volume is a slip in the volume, when title and people agree.
        _ => f.volume == Relation::Conflict && f.year > 0 && !(f.pages != PageLevel::Missing && f.year == 1 && same_words(f)),
    };
    if elsewhere || f.doi == Relation::Conflict && f.year > 0 {
        return Some(Veto::OtherPlace);
    }
    let other_issue =
        f.volume == Relation::Equal && f.issue == Relation::Conflict && f.pages != PageLevel::Equal && f.journal != Relation::Missing;
    if other_issue
        || moved && f.journal != Relation::Missing && (f.volume == Relation::Equal && !title || f.page_span == 0 && !same_words(f))
    {
        return Some(Veto::Neighbour);
    }
    let meeting = (a.kind == Kind::Meeting) != (b.kind == Kind::Meeting) || a.place.supplement != b.place.supplement;
    let printed_alike = f.pages == PageLevel::Equal && f.volume == Relation::Equal;
    if meeting && f.journal == Relation::Conflict && !printed_alike {
        return Some(Veto::Kind);
    }
    None
}
