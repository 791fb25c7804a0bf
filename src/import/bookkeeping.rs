//! Notes in which databases hide fields: EBSCOhost's `N1`, Scopus' and EndNote's. Its one rule: only labels that were
//! seen in real files are cut at; what stands between two of them belongs to the first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHasher};

use super::build::Builder;
use super::tagged::split;
use crate::model::Keyword;
use crate::normalize::letters::{Letters, Word};
use crate::normalize::text::trimmed;
use crate::normalize::{ids, language};

/// What a part of EBSCOhost's note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Accession,
    Language,
    Types,
    Pmid,
    Isbn,
    Places,
    Major,
    Minor,
    Subject,
    /// One of the authors' keywords, and all of them.
    OwnKeyword,
    OwnKeywords,
    Issue,
    Date,
    /// What no field holds.
    Other,
}

/// Labels of EBSCOhost's note (CINAHL, PsycInfo, Academic Search) whose parts say something.
const LABELS: &[(&str, Says)] = &[
    ("Accession Number:", Says::Accession),
    ("Language:", Says::Language),
    ("Publication Type:", Says::Types),
    ("PMID:", Says::Pmid),
    ("Document Type:", Says::Types),
    ("Major Descriptor:", Says::Major),
    ("Minor Descriptor:", Says::Minor),
    ("Issue Publication Date:", Says::Date),
    ("Affiliation:", Says::Places),
    ("Affiliations:", Says::Places),
    ("Issue Info:", Says::Issue),
    ("Subject:", Says::Subject),
    ("Source Info:", Says::Issue),
    ("Thesaurus Term:", Says::Subject),
    ("Subject Term:", Says::Subject),
    ("Author-Supplied Keyword:", Says::OwnKeyword),
    ("ISBN:", Says::Isbn),
    ("Keywords:", Says::OwnKeywords),
];

/// Its other labels.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "Entry Date:", "Revision Date:", "Journal Subset:", "Special Interest:", "Instrumentation:", "NLM UID:", "Partial author list:",
    "First Author & Affiliation:", "Release Date:", "Correction Date:", "Format Covered:", "Classification:", "Population:",
    "Location:", "Age Group:", "Methodology:", "References Available:", "Page Count:", "ArtID:", "Publication History:",
    "Copyright Statement:", "Tests & Measures:", "Grant Information:", "Email Address:", "NAICS/Industry Codes:", "Company/Entity:",
    "Geographic Terms:", "Number of Pages:", "Illustrations:", "Abstract:", "Conference Information:", "Corporate Authors:",
    "Sponsoring Agency:", "Commentary:", "Original Study:", "Other Publishers:", "Parent Book Series:", "Institutional Authors:",
    "Reviewed Item:", "People:", "Note:", "Full Text Word Count:", "Supplement Title:", "Dissertation Number:", "Other Journal Title:",
    "Language of Keywords:", "Geographic Descriptors:", "Geographic Region:", "Update Code:", "Acquisition Information:",
    "Education Level:", "Reference Count:", "Journal Code:", "Level of Availability:",
];

/// The labels by the last four bytes before their colon, the longest first; none is shorter.
static BY_END: LazyLock<FxHashMap<u32, Vec<(&str, Says)>>> = LazyLock::new(|| {
    let mut by_end: FxHashMap<u32, Vec<(&str, Says)>> = FxHashMap::default();
    let others = OTHERS.iter().map(|label| (*label, Says::Other));
    for (label, says) in LABELS.iter().copied().chain(others) {
        by_end.entry(last_four(label, label.len() - 1).unwrap_or_default()).or_default().push((label, says));
    }
    by_end.values_mut().for_each(|labels| labels.sort_by_key(|(label, _)| std::cmp::Reverse(label.len())));
    by_end
});

/// The four bytes before `colon` as one number.
fn last_four(text: &str, colon: usize) -> Option<u32> {
    text.as_bytes()[..colon].last_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

/// Each part of a note that begins with a label: what it says, and the text behind its label.
fn parts(note: &str) -> impl Iterator<Item = (Says, &str)> {
    let by_end = &*BY_END;
    let mut labels = memchr::memchr_iter(b':', note.as_bytes()).filter_map(|at| {
        let before = &note.as_bytes()[..=at];
        let (label, says) = by_end.get(&last_four(note, at)?)?.iter().find(|(label, _)| before.ends_with(label.as_bytes()))?;
        Some((at + 1 - label.len(), at + 1, *says))
    });
    let mut next = labels.next();
    std::iter::from_fn(move || {
        let (_, from, says) = next?;
        next = labels.next();
        Some((says, &note[from..next.map_or(note.len(), |(to, ..)| to)]))
    })
}

/// Takes language, types, PMID and descriptors out of EBSCOhost's note. Any other note is kept as one.
pub fn ebsco(b: &mut Builder, note: &str) {
    if !note.starts_with("Accession Number:") {
        pmid_and_ids(b, note);
        return b.note(note);
    }
    parts(note).for_each(|(says, value)| ebsco_part(b, says, value));
    b.trials_in(note);
}

/// Takes in one part of EBSCOhost's note.
fn ebsco_part(b: &mut Builder, says: Says, value: &str) {
    if says == Says::Other {
        return;
    }
    let bare = trimmed(value).trim_end_matches(['.', ';', ' ']);
    match says {
        Says::Accession => b.accession(bare.split([';', ' ']).next().unwrap_or(bare)),
        Says::Language => b.language(first_language(bare)),
        Says::Types => split(bare, b';').for_each(|part| b.publication_type(unnumbered(part))),
        Says::Pmid => b.pmid(bare.split([' ', '.']).next().unwrap_or(bare)),
        Says::Isbn => b.serial(bare),
        Says::Places => numbered(bare).into_iter().for_each(|place| b.affiliation(place)),
        Says::Major => split(bare, b';').for_each(|term| b.keyword_marked(term, "thesaurus", true)),
        Says::Minor => split(bare, b';').for_each(|term| b.keyword(term, "thesaurus")),
        Says::Subject => b.keyword(bare, "thesaurus"),
        Says::OwnKeyword => b.keyword(bare, "author"),
        Says::OwnKeywords => split(bare, b';').for_each(|term| b.keyword(term, "author")),
        Says::Issue if b.record.year.is_none() => b.date(bare.split(", Vol").next().unwrap_or(bare)),
        Says::Date if b.record.year.is_none() => b.date(bare),
        Says::Issue | Says::Date | Says::Other => {}
    }
}

/// `1: A University  2: B University`, `1: A University; 2: B University` → the places.
fn numbered(value: &str) -> Vec<&str> {
    let Some(mut rest) = value.strip_prefix("1: ") else { return Vec::new() };
    let mut places = Vec::new();
    for next in 2.. {
        let Some((place, more)) = rest.split_once(&format!(" {next}: ")) else { break };
        places.push(place.trim_end_matches([';', ' ']));
        rest = more;
    }
    places.push(rest);
    places
}

/// EBSCOhost's `KW` says again what the note says with its kind and weight; what no note tells apart is of the thesaurus.
pub fn settle_keywords(b: &mut Builder) {
    let keywords = &mut b.record.keywords;
    let mut stated: Vec<(u64, Cow<'_, str>)> =
        keywords.iter().filter(|keyword| !keyword.kind.is_empty()).map(|keyword| folded(&keyword.term)).collect();
    if stated.is_empty() {
        return keywords.iter_mut().for_each(|keyword| keyword.kind = "thesaurus".into());
    }
    stated.sort_unstable_by(by_letters);
    let is_news = |keyword: &Keyword| {
        let term = folded(&keyword.term);
        stated.binary_search_by(|stated| by_letters(stated, &term)).is_err()
    };
    let kept: Vec<bool> = keywords.iter().map(|keyword| !keyword.kind.is_empty() || is_news(keyword)).collect();
    let mut kept = kept.into_iter();
    keywords.retain(|_| kept.next().unwrap_or(true));
}

/// Order of two folded terms in which capitals of ASCII are small letters.
fn by_letters((a_hash, a): &(u64, Cow<'_, str>), (b_hash, b): &(u64, Cow<'_, str>)) -> Ordering {
    let letters = || a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()));
    a_hash.cmp(b_hash).then_with(|| if a == b || a.eq_ignore_ascii_case(b) { Ordering::Equal } else { letters() })
}

/// A term in lower case, but for letters of ASCII, and a number that is the same for terms which differ in capitals alone.
fn folded(term: &str) -> (u64, Cow<'_, str>) {
    /// By this bit capitals of ASCII differ from small letters.
    const CASE: u64 = 0x2020_2020_2020_2020;
    let term = lower(term);
    let (words, rest) = term.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut hasher = FxHasher::default();
    words.iter().chain([&last]).for_each(|word| hasher.write_u64(u64::from_ne_bytes(*word) | CASE));
    (hasher.finish(), term)
}

/// A term in lower case, but for letters of ASCII.
fn lower(term: &str) -> Cow<'_, str> {
    if term.is_ascii() { Cow::Borrowed(term) } else { Cow::Owned(term.to_lowercase()) }
}

/// `English`, `English; Japanese`: the first word that is a language.
fn first_language(value: &str) -> &str {
    let words = || value.split([';', ',', '.', ' ']).map(str::trim).filter(|w| !w.is_empty());
    words().find(|word| language::lookup(word).is_some()).or_else(|| words().next()).unwrap_or_default()
}

/// `Journal (0100), Peer Reviewed Journal (0110)` → `Journal`.
fn unnumbered(value: &str) -> &str {
    trimmed(split(value, b'(').next().unwrap_or(value))
}

/// PMID, DOI and trial numbers that a note names as such.
pub fn pmid_and_ids(b: &mut Builder, note: &str) {
    const PMID: Word = Word::new("PMID");
    const DOI: [Word; 2] = [Word::new("doi"), Word::new("DOI")];
    if names_another(note) {
        return;
    }
    let letters = Letters::of(note);
    if b.record.pmid.is_none() && PMID.is_in(note, letters) {
        b.record.pmid = ids::pmid_in(note);
    }
    if DOI.iter().any(|word| word.is_in(note, letters)) {
        b.doi_of_note(note);
    }
    b.trials_in(note);
}

/// Whether a note cites another article: an erratum, a comment, a retraction, the article they speak of. The numbers in it are that one's.
fn names_another(note: &str) -> bool {
    const HEADS: [&str; 12] = [
        "retracted: ",
        "retraction_of: ",
        "erratum: ",
        "comment: ",
        "concern: ",
        "update: ", // as Erabi writes them
        "retraction in",
        "retraction of",
        "erratum in",
        "erratum for",
        "comment in",
        "comment on",
    ];
    let Some(first) = note.bytes().next().map(|byte| byte.to_ascii_lowercase()) else { return false };
    let begins = |head: &str| note.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head));
    HEADS.iter().any(|head| head.as_bytes()[0] == first && begins(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_another_article_are_not_the_entrys() {
        for (note, pmid) in [
            ("PMID: 33343428", Some("33343428")),
            ("Date completed 2020; PMID 33343428", Some("33343428")),
            ("retracted: J Rehabil Psychosis. 2019;42(1):1. PMID: 99595474", None),
            ("Erratum in: J Rehabil Psychosis. 2019;42(1):1. doi: 10.5555/erratum. PMID: 99595474", None),
            ("Comment on: J Rehabil Psychosis. 2019;42(1):1. PMID: 99595474", None),
        ] {
            let mut b = Builder::default();
            pmid_and_ids(&mut b, note);
            let record = b.finish();
            assert_eq!(record.pmid.as_deref(), pmid, "{note}");
            assert_eq!(record.doi, None, "{note}");
        }
    }

    #[test]
    fn the_label_after_the_language_needs_no_separator() {
        let mut b = Builder::default();
        ebsco(
            &mut b,
            "Accession Number: 2023-15354-001. PMID: 33343428 Partial author list: First Author & Affiliation: Lyu, Dong. \
             Publication Type: Journal (0100), Peer Reviewed Journal (0110). Document Type: Journal Article. \
             Language: EnglishMajor Descriptor: Emotions; Empathy. Minor Descriptor: Evoked Potentials. Page Count: 19.",
        );
        let record = b.finish();
        assert_eq!(record.language.as_deref(), Some("en"));
        assert_eq!(record.pmid.as_deref(), Some("33343428"));
        assert_eq!(record.accession.as_deref(), Some("2023-15354-001"));
        assert_eq!(record.publication_types, ["Journal", "Journal Article"]);
        assert_eq!(record.keywords.iter().filter(|k| k.major).count(), 2);
        assert_eq!(record.keywords.len(), 3);
    }

    #[test]
    fn cinahl_and_academic_search() {
        let mut b = Builder::default();
        ebsco(
            &mut b,
            "Accession Number: 136788050. Language: English. Entry Date: 20190606. Publication Type: Journal Article; research; tables/charts. NLM UID: 0400666. PMID: NLM23803397.",
        );
        assert_eq!(b.record.pmid.as_deref(), Some("23803397"));
        assert_eq!(b.record.publication_types, ["Journal Article", "research", "tables/charts"]);
        let mut b = Builder::default();
        ebsco(
            &mut b,
            "Accession Number: 121079241; 犬塚 峰子 1; Email Address: a@b.jp; Source Info: Sep-Nov2016; Author-Supplied Keyword: child abuse; Number of Pages: 14p;",
        );
        assert_eq!(b.record.accession.as_deref(), Some("121079241"));
        assert_eq!(b.record.keywords[0].term, "child abuse");
    }

    #[test]
    fn a_keyword_that_the_note_has_stated_is_not_said_again() {
        let mut b = Builder::default();
        ebsco(&mut b, "Accession Number: 1. Major Descriptor: Stigma; Empathy; Housing. Minor Descriptor: Outreach; Caregivers.");
        for term in ["empathy", "Recovery", "STIGMA", "Caregivers", "Housing", "Outreach", "Relapse"] {
            b.keyword(term, "");
        }
        settle_keywords(&mut b);
        let record = b.finish();
        let kept: Vec<(&str, &str, bool)> = record.keywords.iter().map(|k| (&*k.term, &*k.kind, k.major)).collect();
        let (stated, news) = kept.split_at(5);
        assert_eq!(stated.iter().map(|(term, ..)| *term).collect::<Vec<_>>(), ["Stigma", "Empathy", "Housing", "Outreach", "Caregivers"]);
        assert!(stated.iter().all(|(_, kind, _)| *kind == "thesaurus"), "{stated:?}");
        assert_eq!(news, [("Recovery", "", false), ("Relapse", "", false)]);
    }
}
