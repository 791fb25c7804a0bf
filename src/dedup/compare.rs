//! Two comparison records → how each field agrees. No weights, no verdicts.
//!
//! One rule: comparing is symmetric, and a field that either record lacks is `Missing`.

use super::{
    context::Context,
    cross,
    journal::{Journals, Relation},
    marks::Notice,
    names::{self, Agreement},
    parse::{Kind, Parsed},
    place::{Pages, Volume},
    similar::{ratio, shared, short_ratio},
    title::{Title, Variant},
};

/// How two titles agree, best reading of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TitleLevel {
    #[default]
    Missing,
    /// Scripts or languages differ: the words can't be compared.
    OtherLanguage,
    Low,
    /// Similar above 0.70.
    Loose,
    /// Above 0.87.
    Close,
    /// Above 0.95.
    Near,
    /// One title is the main part, the other side or the beginning of the other.
    Variant,
    Exact,
}

/// How the numbers in two titles agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    #[default]
    Equal,
    OneMore,
    Conflict,
}

/// How pages agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageLevel {
    #[default]
    Missing,
    /// First and last page.
    Equal,
    /// First page; the last is missing on one side.
    Start,
    /// First page, with another last page.
    StartOnly,
    Overlap,
    Disjoint,
}

/// Words of one title that the other lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordDiff {
    pub odd_a: u8,
    pub odd_b: u8,
    /// A word of opposed meaning stands on one side: women/men, adult/adolescent, rat/mouse …
    pub population: bool,
}

/// Everything that was compared. Years: absolute difference, −1 if unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    pub title: TitleLevel,
    pub title_ratio: f32,
    /// One title is only the first few words of the other.
    pub head: bool,
    /// Information of the shorter matching title.
    pub title_info: f32,
    pub recurring: bool,
    pub numbers: Numbers,
    /// One title is the other with little more than a number: perhaps the next part.
    pub next_part: bool,
    pub diff: WordDiff,
    /// One title says that the item is a protocol, the other does not.
    pub protocol: bool,
    pub people: Agreement,
    pub people_info: f32,
    pub truncated: bool,
    /// Readings of kanji surnames: agreeing, contradicting.
    pub readings: (u8, u8),
    /// Both lists hold as many people.
    pub same_count: bool,
    pub journal: Relation,
    pub volume: Relation,
    pub issue: Relation,
    pub pages: PageLevel,
    pub page_span: u32,
    pub year: i32,
    pub doi: Relation,
    /// The DOI that agrees is shared by several works.
    pub container: bool,
    /// Neither record has a volume.
    pub unplaced: bool,
    pub pmid: Relation,
    pub trial: Relation,
    pub accession: Relation,
    pub same_database: bool,
    pub cross_script: bool,
    /// One list of authors is in kanji, the other romanised.
    pub kanji_latin: bool,
    /// Both are entries of trial registries.
    pub registries: bool,
    pub translated: bool,
    /// Overlap of the abstracts, −1 if not compared.
    pub abstracts: f32,
}

/// What stands for the likeness of a title to its beginning, and to its first words alone.
const PART_RATIO: f32 = 0.98;
const HEAD_RATIO: f32 = 0.97;
const NEAR: f32 = 0.95;
const CLOSE: f32 = 0.87;
const LOOSE: f32 = 0.70;

/// Compares two records (positions given for the counts that belong to a position).
pub fn compare(a: &Parsed, b: &Parsed, positions: (usize, usize), context: &Context, journals: &mut Journals) -> Features {
    let mut f = compare_works(a, b, positions, context, journals);
    compare_people(a, b, context, &mut f);
    f
}

/// The same; `None`, before people are looked at, where neither the titles nor an identifier nor the first page leave anything open.
pub fn compare_open(a: &Parsed, b: &Parsed, positions: (usize, usize), context: &Context, journals: &mut Journals) -> Option<Features> {
    let mut f = compare_works(a, b, positions, context, journals);
    let placed = matches!(f.pages, PageLevel::Equal | PageLevel::Start | PageLevel::StartOnly);
    if f.title == TitleLevel::Low && f.doi != Relation::Equal && f.pmid != Relation::Equal && !placed {
        return None;
    }
    compare_people(a, b, context, &mut f);
    Some(f)
}

/// All but the people.
fn compare_works(a: &Parsed, b: &Parsed, positions: (usize, usize), context: &Context, journals: &mut Journals) -> Features {
    let mut f = Features { year: -1, abstracts: -1.0, ..Features::default() };
    if a.year != 0 && b.year != 0 {
        f.year = (a.year - b.year).abs();
    }
    compare_ids(a, b, context, &mut f);
    compare_place(a, b, positions, context, journals, &mut f);
    compare_titles(a, b, positions, context, &mut f);
    f
}

fn relation<T: PartialEq + Default>(a: T, b: T) -> Relation {
    if a == T::default() || b == T::default() {
        Relation::Missing
    } else if a == b {
        Relation::Equal
    } else {
        Relation::Conflict
    }
}

fn sets<T: Ord>(a: &[T], b: &[T]) -> Relation {
    if a.is_empty() || b.is_empty() {
        Relation::Missing
    } else if a.iter().any(|x| b.binary_search(x).is_ok()) {
        Relation::Equal
    } else {
        Relation::Conflict
    }
}

fn compare_ids(a: &Parsed, b: &Parsed, context: &Context, f: &mut Features) {
    f.doi = sets(&a.dois, &b.dois);
    f.container = f.doi == Relation::Equal && a.dois.iter().filter(|d| b.dois.binary_search(d).is_ok()).all(|d| context.is_container(*d));
    f.pmid = relation(a.pmid, b.pmid);
    f.trial = sets(&a.trials, &b.trials);
    f.registries = a.registry && b.registry;
    f.accession = relation(a.accession, b.accession);
    f.same_database = a.database != 0 && a.database == b.database;
}

fn compare_place(a: &Parsed, b: &Parsed, positions: (usize, usize), context: &Context, journals: &mut Journals, f: &mut Features) {
    f.journal = match sets(&a.issns, &b.issns) {
        Relation::Equal => Relation::Equal,
        _ if a.journal_row.is_some() && a.journal_row == b.journal_row => Relation::Equal,
        _ => journals.relation(a.journal, b.journal),
    };
    if f.journal == Relation::Conflict && a.kind == Kind::Thesis && b.kind == Kind::Thesis {
        f.journal = Relation::Missing; // the school, or the list that holds the thesis
    }
    f.volume = relation(a.place.volume, b.place.volume);
    f.unplaced = a.place.volume == 0 && b.place.volume == 0;
    let junk = |i: usize| context.issue_is_junk.get(i).copied().unwrap_or(false);
    if !junk(positions.0) && !junk(positions.1) {
        f.issue = relation(a.place.issue, b.place.issue);
        if a.place.supplement != b.place.supplement && f.issue == Relation::Equal {
            f.issue = Relation::Missing;
        }
    }
    let (p, q) = (&a.pages, &b.pages);
    f.pages = compare_pages(p, q);
    let in_issue = |x: &Parsed, y: &Parsed| x.pages.start == 0 && y.pages.start != 0 && x.place.issue == y.pages.start;
    if f.issue == Relation::Conflict && (in_issue(a, b) || in_issue(b, a)) {
        f.issue = Relation::Missing; // the page stands in the issue's column
        f.pages = PageLevel::Start;
    }
    if f.journal != Relation::Conflict && f.year == 0 {
        mend_place(a, b, f);
    }
    f.page_span = (p.end - p.start.min(p.end)).max(q.end - q.start.min(q.end));
}

/// Slips of the pen within one journal and year that are no contradiction: a volume that lost its last digit (`3` for `30`), and
/// columns one to the left (volume in the issue's, issue in the pages').
fn mend_place(a: &Parsed, b: &Parsed, f: &mut Features) {
    let (x, y) = (&a.place, &b.place);
    if f.volume == Relation::Conflict && (x.volume / 10 == y.volume || y.volume / 10 == x.volume) {
        f.volume = Relation::Missing;
    }
    // A series of supplements numbered through (`Suppl 514`) beside the volume that they belong to (`114`, issue `S514`).
    let numbered = |p: &Volume, q: &Volume| q.supplement && q.issue != 0 && q.issue == p.volume;
    if f.volume == Relation::Conflict && (numbered(x, y) || numbered(y, x)) {
        (f.volume, f.issue) = (Relation::Equal, Relation::Missing);
    }
    let shifted = |p: &Parsed, q: &Parsed| {
        p.place.volume == 0 && p.place.issue != 0 && p.place.issue == q.place.volume && p.pages.start != 0 && p.pages.start == q.place.issue
    };
    if shifted(a, b) || shifted(b, a) {
        (f.volume, f.issue, f.pages) = (Relation::Equal, Relation::Equal, PageLevel::Missing);
    }
}

fn compare_pages(p: &Pages, q: &Pages) -> PageLevel {
    if p.start == 0 || q.start == 0 {
        return PageLevel::Missing;
    }
    if (p.perhaps != 0) != (q.perhaps != 0) {
        let (damaged, whole) = if p.perhaps != 0 { (p, q) } else { (q, p) };
        return if damaged.start == whole.start || damaged.perhaps == whole.start { PageLevel::Start } else { PageLevel::Missing };
    }
    if counts_from_one(p, q) || counts_from_one(q, p) {
        return PageLevel::Missing;
    }
    let one_space = p.prefix == q.prefix || p.prefix == 0 || q.prefix == 0;
    if p.start == q.start && one_space {
        return match (p.ranged && q.ranged, p.end == q.end) {
            (true, true) => PageLevel::Equal,
            (true, false) => PageLevel::StartOnly,
            _ => PageLevel::Start,
        };
    }
    let crossing = p.start <= q.end && q.start <= p.end && p.start.abs_diff(q.start) <= 2;
    if p.prefix == q.prefix && (crossing || p.ranged && q.ranged && p.end == q.end) { PageLevel::Overlap } else { PageLevel::Disjoint }
}

/// Pages counted within the article (`1-12`) beside its number (`e0123`, `349`) or beside as many pages of the volume (`891-902`).
fn counts_from_one(p: &Pages, q: &Pages) -> bool {
    let number = !q.ranged && (q.prefix == b'e' || p.ranged && p.end > 2 && q.start > p.end);
    let moved = p.ranged && q.ranged && q.start > p.end && q.end - q.start.min(q.end) == p.end.saturating_sub(1) && p.end > 2;
    p.start == 1 && p.prefix == 0 && (number || moved)
}

fn compare_people(a: &Parsed, b: &Parsed, context: &Context, f: &mut Features) {
    f.same_count = a.people.list.len() == b.people.list.len();
    f.truncated = a.people.truncated || b.people.truncated;
    if a.people.kanji.is_empty() != b.people.kanji.is_empty() {
        let (kanji, latin) = if a.people.kanji.is_empty() { (b, a) } else { (a, b) };
        f.readings = cross::readings(&kanji.people, &latin.people);
        f.kanji_latin = !latin.people.list.is_empty();
        f.people = Agreement { shorter: 0, longer: a.people.list.len().max(b.people.list.len()), ..Agreement::default() };
        return;
    }
    let mut info = 0.0;
    f.people = names::agreement(&a.people, &b.people, &mut |p, q| info += context.surname(p.family).min(context.surname(q.family)));
    f.people_info = info.max(1.0);
    if f.cross_script && f.people.matched == 0 {
        f.people = Agreement { shorter: 0, ..f.people }; // names in two scripts say nothing
    }
}

fn compare_titles(a: &Parsed, b: &Parsed, positions: (usize, usize), context: &Context, f: &mut Features) {
    let (Some(first_a), Some(first_b)) = (a.title.variants.first(), b.title.variants.first()) else { return };
    f.protocol = (a.title.notice == Notice::Protocol) != (b.title.notice == Notice::Protocol);
    f.translated = a.title.translated || b.title.translated || a.foreign != b.foreign;
    let info = |i: usize| context.title_info.get(i).copied().unwrap_or(0.0);
    f.title_info = info(positions.0).min(info(positions.1));
    f.recurring = a.title.column || b.title.column || context.is_recurring(first_a.key) || context.is_recurring(first_b.key);
    let apart = |x: &Title, y: &Title| !x.latin && (x.cjk && !y.cjk || x.foreign && y.latin);
    f.cross_script = apart(&a.title, &b.title) || apart(&b.title, &a.title);
    if f.cross_script {
        f.title = TitleLevel::OtherLanguage;
        return;
    }
    if first_a.key == first_b.key {
        // A demonstration beside its paper: the same words, but one is labelled.
        f.title = if a.title.event == b.title.event { TitleLevel::Exact } else { TitleLevel::Variant };
        f.title_ratio = 1.0;
        return;
    }
    for (i, x) in a.title.variants.iter().enumerate() {
        for (j, y) in b.title.variants.iter().enumerate() {
            let whole = i < a.title.whole && j < b.title.whole;
            if i >= a.title.whole && j >= b.title.whole {
                continue; // equal main parts with other subtitles are other works
            }
            let (level, value) = compare_variants(x, y, whole);
            if level > f.title || level == f.title && value > f.title_ratio {
                f.title = level;
                f.title_ratio = value;
                if level == TitleLevel::Variant || i > 0 || j > 0 {
                    f.title_info = context.information(if x.words.len() <= y.words.len() { &x.words } else { &y.words });
                }
            }
        }
    }
    f.head = f.title == TitleLevel::Variant && f.title_ratio == HEAD_RATIO;
    if f.title == TitleLevel::Variant && is_cut(&first_a.text, &first_b.text) {
        return; // what stands behind the cut is not missing
    }
    if a.title.numbers != b.title.numbers {
        f.numbers = compare_numbers(&a.title.numbers, &b.title.numbers);
        f.next_part = f.numbers == Numbers::OneMore && is_next_part(&first_a.text, &first_b.text);
    }
    if matches!(f.title, TitleLevel::Loose | TitleLevel::Close | TitleLevel::Near) || f.title == TitleLevel::Variant {
        f.diff = word_diff(first_a, first_b);
    }
}

/// Most bytes that a part's number adds to a title (` part iii`).
const PART_MAX: usize = 10;

/// One title is longer by one or two short words, or by a few letters of Japanese.
fn is_next_part(a: &str, b: &str) -> bool {
    let words = |text: &str| text.bytes().filter(|b| *b == b' ').count();
    let one_script = a.is_ascii() && b.is_ascii();
    let more = words(a).abs_diff(words(b));
    a.len().abs_diff(b.len()) <= PART_MAX && (!one_script || more == 1 || more == 2)
}

fn compare_variants(x: &Variant, y: &Variant, whole: bool) -> (TitleLevel, f32) {
    if x.key == y.key {
        return (if whole { TitleLevel::Exact } else { TitleLevel::Variant }, 1.0);
    }
    let common = shared(&x.words, &y.words);
    if common * 4 < x.words.len().min(y.words.len()) || !whole && common * 2 < x.words.len().max(y.words.len()) {
        return (TitleLevel::Low, 0.0);
    }
    let (short, long) = if x.text.len() <= y.text.len() { (&x.text, &y.text) } else { (&y.text, &x.text) };
    if whole && is_beginning(short, long) {
        return (TitleLevel::Variant, PART_RATIO);
    }
    if whole && is_head(short, long) {
        return (TitleLevel::Variant, HEAD_RATIO);
    }
    if 2.0 * short.len() as f32 <= LOOSE * (short.len() + long.len()) as f32 {
        return (TitleLevel::Low, 0.0); // lengths alone rule more out
    }
    let value = ratio(x.text.as_bytes(), y.text.as_bytes());
    if value > NEAR && whole {
        (TitleLevel::Near, value)
    } else if value > CLOSE {
        (TitleLevel::Close, value)
    } else if value > LOOSE {
        (TitleLevel::Loose, value)
    } else {
        (TitleLevel::Low, value)
    }
}

/// From this length (bytes) a title may be the other one cut by an export in the middle of a word.
const CUT_TITLE_MIN: usize = 45;

/// One title is the other, cut in the middle of a word.
fn is_cut(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let letter = |c: char| c.is_ascii_alphanumeric();
    short.len() >= CUT_TITLE_MIN && short.ends_with(letter) && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(letter))
}

/// Bytes from which the first words of a title may stand for all of it (`MOCHA` for `MOCHA: a database middleware system`).
const HEAD_MIN: usize = 4;
/// The same where the cut goes through a word; less than a fifth cut off is a slip or another ending.
const CUT_HEAD_MIN: usize = 20;

/// The shorter title is no more than the first words of the longer one.
fn is_head(short: &str, long: &str) -> bool {
    short.is_ascii()
        && short.len() >= HEAD_MIN
        && long.len() > short.len()
        && (long.as_bytes()[short.len()] == b' ' || short.len() >= CUT_HEAD_MIN && short.len() * 5 < long.len() * 4)
        && long.starts_with(short)
}

/// The shorter title, at least four words and 25 letters (9 of Japanese), begins or ends the longer one.
fn is_beginning(short: &str, long: &str) -> bool {
    let enough = if short.is_ascii() { short.len() >= 25 && short.split(' ').count() >= 4 } else { short.chars().count() >= 9 };
    enough
        && (long.starts_with(short) && (!long.is_ascii() || short.len() >= CUT_TITLE_MIN || long[short.len()..].starts_with(' '))
            || long.ends_with(short) && (!long.is_ascii() || long[..long.len() - short.len()].ends_with(' ')))
}

fn compare_numbers(a: &[u32], b: &[u32]) -> Numbers {
    let (mut rest, mut missing) = (b.to_vec(), 0);
    for number in a {
        match rest.iter().position(|n| n == number) {
            Some(at) => {
                rest.remove(at);
            }
            None => missing += 1,
        }
    }
    match (missing, rest.len()) {
        (0, 0) => Numbers::Equal,
        (0, _) | (_, 0) => Numbers::OneMore,
        _ => Numbers::Conflict,
    }
}

/// Words that make another study of the same title when only one side has them.
const POPULATIONS: [&str; 44] = [
    "women",
    "men",
    "woman",
    "man",
    "male",
    "female",
    "males",
    "females",
    "girls",
    "boys",
    "adult",
    "adults",
    "adolescent",
    "adolescents",
    "child",
    "children",
    "pediatric",
    "infants",
    "elderly",
    "older",
    "younger",
    "rat",
    "rats",
    "mouse",
    "mice",
    "rabbit",
    "rabbits",
    "dog",
    "dogs",
    "human",
    "humans",
    "vivo",
    "vitro",
    "sensitive",
    "resistant",
    "acute",
    "chronic",
    "inpatients",
    "outpatients",
    "mothers",
    "fathers",
    "nurses",
    "physicians",
    "students",
];
const PLAIN_WORDS: [&str; 30] = [
    "with", "from", "that", "this", "their", "into", "upon", "after", "before", "during", "between", "among", "using", "based", "study",
    "effect", "effects", "analysis", "case", "report", "review", "patients", "versus", "the", "and", "for", "over", "under", "than",
    "through",
];
/// Odd words looked at on each side; titles with more are no longer near.
const ODD_LIMIT: usize = 10;

fn word_diff(a: &Variant, b: &Variant) -> WordDiff {
    let (odd_a, mut only_b) = (odd_words(a, b), odd_words(b, a));
    let mut only_a = Vec::new();
    for word in odd_a {
        match only_b.iter().position(|w| is_slip(word, w)) {
            Some(at) => {
                only_b.swap_remove(at);
            }
            None if word.len() > 5 && b.text.contains(word) => {}
            None => only_a.push(word),
        }
    }
    only_b.retain(|word| word.len() <= 5 || !a.text.contains(word));
    if only_a.concat() == only_b.concat() {
        return WordDiff::default();
    }
    let content = |w: &&&str| w.len() >= 4 && !PLAIN_WORDS.contains(w);
    let population = only_a.iter().chain(&only_b).any(|w| POPULATIONS.contains(w));
    WordDiff { odd_a: only_a.iter().filter(content).count() as u8, odd_b: only_b.iter().filter(content).count() as u8, population }
}

/// Words of `x` that `y` lacks, at most [`ODD_LIMIT`].
fn odd_words<'a>(x: &'a Variant, y: &Variant) -> Vec<&'a str> {
    x.text.split(' ').filter(|w| y.words.binary_search(&super::fold::hash32(w)).is_err()).take(ODD_LIMIT).collect()
}

/// Similarity from which two words are one with a slip.
const SLIP: f32 = 0.75;

/// The same word with a slip, another spelling or another ending.
fn is_slip(a: &str, b: &str) -> bool {
    if POPULATIONS.contains(&a) && POPULATIONS.contains(&b) {
        return a.trim_end_matches('s') == b.trim_end_matches('s');
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let shorter = a.len().min(b.len());
    (common >= 4 && common + 2 >= shorter) || (shorter >= 4 && short_ratio(a.as_bytes(), b.as_bytes()) >= SLIP)
}

/// Overlap of two abstracts' sketches: shared over the smaller, 0 to 1.
pub fn abstract_overlap(a: &[u32], b: &[u32]) -> f32 {
    let smaller = a.len().min(b.len());
    if smaller < 8 {
        return -1.0;
    }
    // Beyond the smaller of the two largest kept hashes one side has been cut: only the common range is comparable.
    let limit = a[a.len() - 1].min(b[b.len() - 1]);
    let (x, y) = (a.partition_point(|h| *h <= limit), b.partition_point(|h| *h <= limit));
    let common = shared(&a[..x], &b[..y]);
    common as f32 / x.min(y).max(1) as f32
}
