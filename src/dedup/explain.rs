//! Agreement of fields → evidence that a person can read.
//!
//! One rule: only the `(field, code)` pairs of [`EVIDENCE`] are ever given; the words live in the front end.

use super::{
    compare::{Features, Numbers, PageLevel, TitleLevel},
    journal::Relation,
    score::Weights,
    veto::Veto,
};
use crate::model::{Evidence, Record};

/// All pairs of field and code, with what they say in English (the front end has both languages).
pub const EVIDENCE: &[(&str, &str, &str)] = &[
    ("title", "equal", "same title"),
    ("title", "variant", "one title is a part or a variant of the other"),
    ("title", "similar", "titles nearly equal"),
    ("title", "close", "titles similar"),
    ("title", "loose", "titles partly alike"),
    ("title", "different", "titles differ"),
    ("title", "other_language", "titles in different scripts or languages"),
    ("title", "recurring", "a title that recurs (column, editorial)"),
    ("title", "numbers_differ", "numbers in the titles differ"),
    ("title", "veto_notice", "one is an erratum, retraction, comment, reply or protocol"),
    ("title", "veto_part", "different parts or numbers of a series"),
    ("title", "veto_population", "different populations"),
    ("authors", "equal", "all authors agree"),
    ("authors", "similar", "most authors agree"),
    ("authors", "some", "some authors agree"),
    ("authors", "first", "first author agrees"),
    ("authors", "different", "authors differ"),
    ("authors", "reading", "kanji surnames match the romanised ones"),
    ("authors", "reading_conflict", "kanji surnames do not match the romanised ones"),
    ("journal", "equal", "same journal or ISSN"),
    ("journal", "variant", "journal name abbreviated or varied"),
    ("journal", "different", "different journals"),
    ("journal", "veto_preprint", "preprint and article"),
    ("volume", "equal", "same volume"),
    ("volume", "different", "different volumes"),
    ("issue", "equal", "same issue"),
    ("issue", "different", "different issues"),
    ("pages", "equal", "same pages"),
    ("pages", "start", "same first page"),
    ("pages", "overlap", "pages overlap"),
    ("pages", "different", "different pages"),
    ("pages", "veto_other_place", "published at another place (abstract and paper, reprint)"),
    ("pages", "veto_neighbour", "another item of the same volume"),
    ("year", "equal", "same year"),
    ("year", "near", "years one apart"),
    ("year", "different", "years differ"),
    ("doi", "equal", "same DOI"),
    ("doi", "container", "same DOI, but one that several works share"),
    ("doi", "different", "different DOIs"),
    ("doi", "veto_version", "another version of the review"),
    ("doi", "veto_doi_title", "same identifier, but different titles"),
    ("pmid", "equal", "same PMID"),
    ("pmid", "different", "different PMIDs"),
    ("pmid", "veto_pmid", "different PMIDs"),
    ("trial_ids", "equal", "same trial registration"),
    ("trial_ids", "different", "different trial registrations"),
    ("trial_ids", "veto_trial", "different trials"),
    ("accession", "equal", "same accession number"),
    ("accession", "different", "two numbers of one database"),
    ("accession", "veto_same_database", "two entries of one database with nothing to tell them apart"),
    ("abstract", "equal", "abstracts agree"),
    ("abstract", "similar", "abstracts partly agree"),
    ("abstract", "different", "abstracts differ"),
    ("type", "veto_kind", "meeting abstract or thesis and article"),
    ("type", "veto_registry", "registry entry and publication"),
    ("cluster", "veto_bridge", "links two groups that differ"),
];

/// Longest text shown of either side.
const DETAIL_LIMIT: usize = 60;

/// The reasons for a pair, strongest first; vetoes stand at the beginning.
pub fn explain(f: &Features, w: &Weights, veto: Option<Veto>, a: &Record, b: &Record) -> Vec<Evidence> {
    let mut list = Vec::with_capacity(8);
    fields(f, w, a, b, &mut |field, code, weight, detail: String| {
        list.push(Evidence { field: field.into(), code: code.into(), weight, detail });
    });
    list.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()).then_with(|| x.field.cmp(&y.field)));
    if let Some((field, code)) = veto.map(Veto::code) {
        list.insert(0, Evidence { field: field.into(), code: code.into(), weight: 0.0, detail: String::new() });
    }
    list
}

/// The evidence as one English line: `same DOI; titles nearly equal (A | B); pages …`, for tables that a person reads.
pub fn sentence(evidence: &[Evidence]) -> String {
    let words = |e: &Evidence| {
        EVIDENCE
            .iter()
            .find(|(field, code, _)| *field == e.field && *code == e.code)
            .map_or(e.code.as_str(), |(_, _, text)| text)
            .to_owned()
    };
    let parts: Vec<String> = evidence
        .iter()
        .map(|e| {
            let detail = if e.detail.is_empty() { String::new() } else { format!(" ({})", e.detail) };
            if e.weight == 0.0 { format!("{}{detail}", words(e)) } else { format!("{}{detail} {:+.1}", words(e), e.weight) }
        })
        .collect();
    parts.join("; ")
}

type Put<'a> = &'a mut dyn FnMut(&'static str, &'static str, f32, String);

fn fields(f: &Features, w: &Weights, a: &Record, b: &Record, put: Put<'_>) {
    titles(f, w, a, b, put);
    authors(f, w, put);
    let relation = |r: Relation, variant: &'static str| match r {
        Relation::Missing => None,
        Relation::Equal => Some("equal"),
        Relation::Compatible => Some(variant),
        Relation::Conflict => Some("different"),
    };
    for (field, r, weight, detail) in [
        ("journal", f.journal, w.journal, both(&a.journal, &b.journal)),
        ("volume", f.volume, w.volume, both(&a.volume, &b.volume)),
        ("issue", f.issue, w.issue, both(&a.issue, &b.issue)),
        ("pmid", f.pmid, w.pmid, both(&a.pmid, &b.pmid)),
        ("trial_ids", f.trial, w.trial, String::new()),
    ] {
        if let Some(code) = relation(r, "variant") {
            put(field, code, weight, detail);
        }
    }
    if let Some(code) = relation(f.doi, "equal") {
        put("doi", if f.container { "container" } else { code }, w.doi, both(&a.doi, &b.doi));
    }
    if let Some(code) = relation(f.accession, "equal").filter(|_| f.same_database) {
        put("accession", code, w.accession, both(&a.accession, &b.accession));
    }
    let pages = match f.pages {
        PageLevel::Missing => None,
        PageLevel::Equal => Some("equal"),
        PageLevel::Start | PageLevel::StartOnly => Some("start"),
        PageLevel::Overlap => Some("overlap"),
        PageLevel::Disjoint => Some("different"),
    };
    if let Some(code) = pages {
        put("pages", code, w.pages, both(&a.pages, &b.pages));
    }
    let years = || {
        let (x, y) = (a.year.unwrap_or_default(), b.year.unwrap_or_default());
        format!("{} / {}", x.min(y), x.max(y))
    };
    match f.year {
        i32::MIN..=-1 => {}
        0 => put("year", "equal", w.year, a.year.map(|y| y.to_string()).unwrap_or_default()),
        1 => put("year", "near", w.year, years()),
        _ => put("year", "different", w.year, years()),
    }
    match f.abstracts {
        o if o < 0.0 => {}
        o if o > 0.5 => put("abstract", "equal", w.abstracts, percent(o)),
        o if o > 0.2 => put("abstract", "similar", w.abstracts, percent(o)),
        o => put("abstract", "different", w.abstracts, percent(o)),
    }
}

fn titles(f: &Features, w: &Weights, a: &Record, b: &Record, put: Put<'_>) {
    let code = match f.title {
        TitleLevel::Missing => return,
        TitleLevel::OtherLanguage => "other_language",
        TitleLevel::Low => "different",
        TitleLevel::Loose => "loose",
        TitleLevel::Close => "close",
        TitleLevel::Near => "similar",
        TitleLevel::Variant => "variant",
        TitleLevel::Exact => "equal",
    };
    let detail = if matches!(f.title, TitleLevel::Exact | TitleLevel::OtherLanguage) { String::new() } else { both(&a.title, &b.title) };
    put("title", code, w.title, detail);
    if f.recurring {
        put("title", "recurring", 0.0, String::new());
    }
    if f.numbers != Numbers::Equal {
        put("title", "numbers_differ", 0.0, String::new());
    }
}

fn authors(f: &Features, w: &Weights, put: Put<'_>) {
    let (agree, contradict) = f.readings;
    if agree + contradict > 0 {
        let code = if agree > contradict { "reading" } else { "reading_conflict" };
        return put("authors", code, w.authors, format!("{agree}/{}", agree + contradict));
    }
    let p = &f.people;
    if p.shorter == 0 {
        return;
    }
    let code = match p.matched {
        0 => "different",
        m if m == p.shorter && m == p.longer => "equal",
        1 if p.first => "first",
        m if m * 4 >= p.shorter * 3 => "similar",
        _ => "some",
    };
    put("authors", code, w.authors, format!("{}/{}", p.matched, p.longer));
}

fn percent(share: f32) -> String {
    format!("{:.0}%", share * 100.0)
}

/// `221-8 = 221-228`: what stands on both sides; once if it is the same text.
fn both(a: &Option<String>, b: &Option<String>) -> String {
    let cut = |text: &Option<String>| -> String {
        let text = text.as_deref().unwrap_or("");
        if text.chars().count() > DETAIL_LIMIT { text.chars().take(DETAIL_LIMIT).chain(['…']).collect() } else { text.to_owned() }
    };
    if a == b {
        return cut(a);
    }
    // The order of the two sides does not depend on positions: evidence is symmetric.
    let (mut x, mut y) = (cut(a), cut(b));
    if x > y {
        std::mem::swap(&mut x, &mut y);
    }
    format!("{x} | {y}")
}
