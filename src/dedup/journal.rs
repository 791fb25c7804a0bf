//! Journal names → one id per spelling, and whether two spellings can mean the same journal.
//!
//! One rule: a relation is worked out once per pair of spellings, never per pair of records.

use super::fold::{fold, hash64, is_cjk};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// How two journal names relate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relation {
    #[default]
    Missing,
    Equal,
    /// Abbreviation, initials, or one within the other.
    Compatible,
    Conflict,
}

/// Id of a record without a journal.
pub const NO_JOURNAL: u32 = u32::MAX;

/// One spelling, folded and divided.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Each reading as words without small words (`of`, `the`); `A = B`, `A [B]` and `A / B` give several.
    names: Vec<Vec<String>>,
    keys: Vec<u64>,
    /// Row of the journal table, if it is there.
    pub row: Option<u16>,
    pub preprint: bool,
    /// A trial registry, not a journal.
    pub registry: bool,
    /// A list of theses.
    pub theses: bool,
    /// Every reading of the name is in Japanese.
    cjk: bool,
}

const SMALL_WORDS: [&str; 26] = [
    "the", "of", "and", "for", "in", "on", "de", "la", "le", "les", "des", "du", "der", "die", "das", "und", "et", "e", "y", "a", "an",
    "to", "und", "fur", "do", "da",
];
const PREPRINTS: [&str; 7] = ["rxiv", "ssrn", "social science research network", "research square", "jxiv", "authorea", "preprint"];
/// Beginnings of the folded names of lists of theses.
const THESES: [&str; 3] = ["dissertation abstracts", "proquest dissertations", "masters abstracts"];
/// Folded names of trial registries.
const REGISTRIES: [&str; 5] = ["clinicaltrials gov", "ictrp", "isrctn", "clinicaltrialsregister", "umin ctr"];

impl Journal {
    fn new(text: &str) -> Self {
        let mut journal = Self::default();
        let folded = fold(text);
        journal.preprint = PREPRINTS.iter().any(|p| folded.contains(p));
        journal.registry = REGISTRIES.iter().any(|r| folded.contains(r));
        journal.theses = THESES.iter().any(|t| folded.starts_with(t));
        journal.row = table().by_name(&folded);
        let cut = text.find(". Conference").or_else(|| text.find(".Conference")).or_else(|| place_follows(text)).unwrap_or(text.len());
        let text = super::fold::strip_markup(&text[..cut]).to_owned();
        let plain: String = text.replace("[Electronic Resource]", "").replace(['"', '\''], "");
        for part in plain.split(['=', '/', '[', ']', '|', '(', ')']).chain([plain.as_str()]).take(8) {
            journal.push(part);
        }
        for part in plain
            .split([':', '.', '-', '\u{2014}'])
            .filter(|p| p.split_whitespace().count() > 2 || p.chars().any(is_cjk) || is_acronym(p.trim()))
            .take(6)
        {
            journal.push(part);
        }
        if let Some((head, _)) = plain.split_once(": ").filter(|(head, _)| names_itself(head)) {
            journal.push(head);
        }
        journal.cjk = journal.names.iter().all(|name| name.iter().any(|w| w.chars().any(is_cjk)));
        journal
    }

    fn push(&mut self, text: &str) {
        let folded = fold(text);
        let words: Vec<String> =
            folded.split(' ').filter(|w| !w.is_empty() && !SMALL_WORDS.contains(w) && !says_nothing(w)).map(one_spelling).collect();
        let letters: usize = words.iter().map(String::len).sum();
        if letters < 2 {
            return;
        }
        let key = hash64(words.concat().as_bytes());
        if !self.keys.contains(&key) {
            self.row = self.row.or_else(|| table().by_name(&folded));
            self.keys.push(key);
            self.names.push(words);
        }
    }
}

/// Where a whole reference stands in the journal's column (`Sucht.56 (1) (pp 13-19), 2010`), the end of the name.
fn place_follows(text: &str) -> Option<usize> {
    let at = text.as_bytes().windows(2).position(|pair| pair[0] == b'.' && pair[1].is_ascii_digit())?;
    (at > 0 && text[at..].contains('(')).then_some(at)
}

/// A name of one or two words before a colon that is no word of many names (`Sucht: Zeitschrift für …`, not `Proceedings: …`).
fn names_itself(head: &str) -> bool {
    const COMMON: [&str; 12] = [
        "acta",
        "advances",
        "annals",
        "archives",
        "bulletin",
        "journal",
        "proceedings",
        "reports",
        "review",
        "series",
        "studies",
        "transactions",
    ];
    let folded = fold(head);
    folded.len() >= 4 && folded.split(' ').count() <= 2 && folded.split(' ').all(|w| !COMMON.contains(&w) && !MEETINGS.contains(&w))
}

fn is_acronym(text: &str) -> bool {
    (3..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Japan calls itself by two readings of one word, and journals changed from one to the other.
fn one_spelling(word: &str) -> String {
    if word == "nippon" { "nihon" } else { word }.to_owned()
}

/// Years, volume counts and ordinals in the names of meetings; a journal's supplements.
fn says_nothing(word: &str) -> bool {
    matches!(word, "vol" | "vols" | "suppl" | "supplement" | "supplementum")
        || word.as_bytes()[0].is_ascii_digit() && word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).bytes().all(|b| b.is_ascii_digit())
}

/// Whether one name is a short form of the other: each word of the shorter begins a word of the longer, in order.
fn abbreviates(short: &[String], long: &[String]) -> bool {
    if short.len() > long.len() || short.is_empty() {
        return false;
    }
    let mut at = 0;
    let mut skipped = 0;
    for word in short {
        let Some(found) = long[at..]
            .iter()
            .position(|w| begins(w, word) || word.len() >= 3 && w.as_bytes().get(1) == word.as_bytes().get(1) && contracts(w, word))
        else {
            return false;
        };
        if at == 0 && long[..found].iter().any(|w| w == "journal") {
            return false; // "Journal of X" is not "X"
        }
        skipped += found;
        at += found + 1;
    }
    skipped += long.len() - at;
    let letters: usize = short.iter().map(String::len).sum();
    if short.len() == 1 { skipped == 0 && letters >= 3 || letters >= 7 && skipped <= 3 } else { skipped <= 1 + short.len() && letters >= 4 }
}

/// `word` is a beginning of `full`.
fn begins(full: &str, word: &str) -> bool {
    full.starts_with(word)
}

/// `word` leaves letters of `full` out (`natl` for `national`, `wschr` for `wochenschrift`, `cs` for `cesk`).
fn contracts(full: &str, word: &str) -> bool {
    if !word.is_ascii() || !full.is_ascii() || word.len() < 2 || full.len() <= word.len() || full.as_bytes()[0] != word.as_bytes()[0] {
        return false;
    }
    let mut rest = full.bytes();
    word.bytes().all(|w| rest.any(|f| f == w))
}

/// Word for word, one name shortens the other; contractions count only beside a word that is plainly the same.
fn shortens(a: &[String], b: &[String]) -> bool {
    let plain = |x: &String, y: &String| begins(x, y) || begins(y, x);
    a.len() == b.len()
        && a.iter().zip(b).all(|(x, y)| plain(x, y) || contracts(x, y) || contracts(y, x))
        && (a.iter().zip(b).any(|(x, y)| plain(x, y) && x.len().min(y.len()) >= 3))
}

/// Divided otherwise, one name ends within the last word of the other (`Acta Otolaryngol`, `Acta Oto-Laryngologica`).
fn cut_in_last_word(a: &[String], b: &[String]) -> bool {
    let (x, y) = (a.concat(), b.concat());
    let (short, long, last) = if x.len() <= y.len() { (x, y, b.last()) } else { (y, x, a.last()) };
    short.len() >= CUT_NAME_MIN && long.starts_with(&short) && last.is_some_and(|word| short.len() > long.len() - word.len())
}

/// Letters from which a cut name says enough.
const CUT_NAME_MIN: usize = 8;

/// Words one of which makes a name a meeting's: what follows such a name is its motto or place.
const MEETINGS: [&str; 6] = ["conference", "congress", "meeting", "proceedings", "symposium", "workshop"];

/// The longer name of a meeting begins with the whole shorter one.
fn is_meeting_with_motto(short: &[String], long: &[String]) -> bool {
    short.len() >= 3 && long.starts_with(short) && short.iter().any(|w| MEETINGS.contains(&w.as_str()))
}

fn initials(words: &[String]) -> String {
    words.iter().filter_map(|w| w.chars().next()).collect()
}

fn names_relate(a: &[String], b: &[String]) -> bool {
    if a.iter().chain(b).any(|w| w.chars().any(is_cjk)) {
        let (a, b) = (a.concat(), b.concat());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        return short.chars().count() >= 4 && long.contains(&short);
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if abbreviates(short, long) || is_meeting_with_motto(short, long) {
        return true;
    }
    if shortens(short, long) || cut_in_last_word(a, b) {
        return true;
    }
    short.len() == 1 && long.len() >= 3 && (2..=8).contains(&short[0].len()) && {
        let spelled = initials(long);
        spelled == short[0] || short[0].len() >= 3 && spelled.starts_with(&short[0])
    }
}

/// All spellings of one import.
#[derive(Default)]
pub struct Journals {
    list: Vec<Journal>,
    ids: FxHashMap<String, u32>,
    memo: FxHashMap<(u32, u32), Relation>,
    /// Pairs of spellings that this import itself shows to be one journal.
    aliases: rustc_hash::FxHashSet<(u32, u32)>,
}

impl Journals {
    /// The id of a spelling; [`NO_JOURNAL`] for an empty or placeholder name.
    pub fn intern(&mut self, text: &str) -> u32 {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("unknown") || text.eq_ignore_ascii_case("na") {
            return NO_JOURNAL;
        }
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let journal = Journal::new(text);
        if journal.names.is_empty() {
            return NO_JOURNAL;
        }
        let id = self.list.len() as u32;
        self.list.push(journal);
        self.ids.insert(text.to_owned(), id);
        id
    }

    pub fn get(&self, id: u32) -> Option<&Journal> {
        self.list.get(id as usize)
    }

    /// A key for blocking that abbreviations share: the first letter of the name's first word and two of its second ("J Me", "Journal Mental").
    pub fn block_key(&self, id: u32) -> u64 {
        let letters = |word: &String, n: usize| word.chars().take(n).collect::<String>();
        match self.get(id).and_then(|j| j.names.first()).map(Vec::as_slice) {
            Some([first, second, ..]) => hash64((letters(first, 1) + &letters(second, 2)).as_bytes()),
            Some([only]) => hash64(letters(only, 3).as_bytes()),
            _ => 0,
        }
    }

    /// Teaches that two spellings are one journal.
    pub fn learn(&mut self, a: u32, b: u32) {
        self.aliases.insert((a.min(b), a.max(b)));
    }

    /// How two spellings relate.
    pub fn relation(&mut self, a: u32, b: u32) -> Relation {
        if a == NO_JOURNAL || b == NO_JOURNAL {
            return Relation::Missing;
        }
        if a == b {
            return Relation::Equal;
        }
        let pair = (a.min(b), a.max(b));
        if self.aliases.contains(&pair) {
            return Relation::Compatible;
        }
        if let Some(known) = self.memo.get(&pair) {
            return *known;
        }
        let relation = relate(&self.list[a as usize], &self.list[b as usize]);
        self.memo.insert(pair, relation);
        relation
    }
}

fn relate(a: &Journal, b: &Journal) -> Relation {
    if a.preprint != b.preprint {
        return Relation::Conflict;
    }
    if a.keys.iter().any(|k| b.keys.contains(k)) || a.row.is_some() && a.row == b.row {
        return Relation::Equal;
    }
    if a.cjk != b.cjk && (if a.cjk { a } else { b }).row.is_none() {
        return Relation::Missing; // a name in kanji that the table does not hold says nothing about a romanised one
    }
    let related = a.names.iter().any(|x| b.names.iter().any(|y| names_relate(x, y)));
    if related { Relation::Compatible } else { Relation::Conflict }
}

/// The journal table: names in Japanese, romanised and English, NLM abbreviation, ISSNs.
pub struct Table {
    /// `None`: a name that two journals share, which therefore names neither.
    names: FxHashMap<String, Option<u16>>,
    issns: FxHashMap<u32, u16>,
}

/// Rows, tab-separated: Japanese, romanised, English, abbreviation, ISSNs (`;` between several values), source.
const TABLE: &str = include_str!("journals.tsv");

/// The table, read once.
pub fn table() -> &'static Table {
    static READ: LazyLock<Table> = LazyLock::new(|| {
        let mut table = Table { names: FxHashMap::default(), issns: FxHashMap::default() };
        for (row, line) in TABLE.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).enumerate() {
            let row = row as u16;
            let columns: Vec<&str> = line.split('\t').collect();
            for name in columns.iter().take(4).flat_map(|c| c.split(';')).filter(|n| !n.trim().is_empty()) {
                let known = table.names.entry(name_key(&fold(name))).or_insert(Some(row));
                if *known != Some(row) {
                    *known = None;
                }
            }
            for number in columns.get(4).into_iter().flat_map(|c| c.split(';')).filter_map(issn) {
                table.issns.insert(number, row);
            }
        }
        table
    });
    &READ
}

fn name_key(folded: &str) -> String {
    folded.split(' ').filter(|w| !SMALL_WORDS.contains(w)).map(one_spelling).collect()
}

impl Table {
    fn by_name(&self, folded: &str) -> Option<u16> {
        self.names.get(&name_key(folded)).copied().flatten()
    }

    /// The row that holds this ISSN.
    pub fn by_issn(&self, number: u32) -> Option<u16> {
        self.issns.get(&number).copied()
    }

    /// How many spellings and ISSNs the table knows.
    pub fn size(&self) -> (usize, usize) {
        (self.names.len(), self.issns.len())
    }
}

/// `1234-567X` → a number (the check digit `X` counts as 10 in an eleven-based last place); `None` if it is no ISSN.
pub fn issn(text: &str) -> Option<u32> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).take(8).collect();
    if digits.len() < 8 || !digits[..7].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let last = match digits[7] {
        b'X' | b'x' => 10,
        d if d.is_ascii_digit() => u32::from(d - b'0'),
        _ => return None,
    };
    Some(digits[..7].iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')) * 11 + last)
}

/// Whether the check digit of an ISSN holds.
pub fn issn_is_valid(text: &str) -> bool {
    let Some(number) = issn(text) else { return false };
    let (body, check) = (number / 11, number % 11);
    let sum: u32 = (0..7).map(|i| body / 10u32.pow(i) % 10 * (i + 2)).sum();
    (11 - sum % 11) % 11 == check
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(a: &str, b: &str) -> Relation {
        let mut journals = Journals::default();
        let (a, b) = (journals.intern(a), journals.intern(b));
        journals.relation(a, b)
    }

    #[test]
    fn short_forms_relate() {
        for (a, b) in [
            ("J Am Coll Cardiol", "Journal of the American College of Cardiology"),
            ("VLDB", "Very Large Data Bases"),
            ("International Conference on Information Systems", "International Conference on Information Systems: Building a Better World"),
            ("The Lancet Psychiatry", "Lancet Psychiatry"),
            ("Pediatr Nephrol. ", "Pediatric Nephrology"),
            ("Ai zheng = Aizheng = Chinese journal of cancer", "Chinese Journal of Cancer"),
            ("Circulation. Conference: American Heart Association", "Circulation"),
            ("Proc Natl Acad Sci U S A", "Proceedings of the National Academy of Sciences of the United States of America"),
            ("Rinsho byori.The Japanese journal of clinical pathology.", "Rinsho Byori - Japanese Journal of Clinical Pathology"),
            ("SIGMOD Record", "ACM SIGMOD Record "),
            ("精神看護", "精神看護."),
            ("Cs. Neurol", "Cesk Neurol"),
            ("Dtsch. Med. Wschr", "Dtsch Med Wochenschr"),
            ("Dtsch-Med-Wochenschr", "Deutsche Medizinische Wochenschrift"),
            ("N Engl J Med", "New England Journal of Medicine"),
        ] {
            assert_ne!(relation(a, b), Relation::Conflict, "{a} | {b}");
        }
    }

    #[test]
    fn other_journals_conflict() {
        for (a, b) in [
            ("Blood", "Nephrology Dialysis Transplantation"),
            ("Journal of Digital Studies", "Workshop of Digital Studies"),
            ("medRxiv", "BMJ Open"),
            ("精神神経学雑誌", "Journal of Anxiety Disorders"),
            ("Clinical Oncology", "Journal of Clinical Oncology"),
            ("日本看護科学会誌", "精神神経学雑誌"),
        ] {
            assert_eq!(relation(a, b), Relation::Conflict, "{a} | {b}");
        }
        assert_eq!(relation("", "BMJ"), Relation::Missing);
        assert_eq!(relation("架空地域看護学雑誌", "Kaku Chiiki Kango"), Relation::Missing);
    }

    #[test]
    fn the_table_is_sound() {
        for line in TABLE.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 6, "{line}");
            for number in columns[4].split(';').filter(|n| !n.is_empty()) {
                assert!(issn_is_valid(number), "{line}: {number}");
            }
        }
    }

    #[test]
    fn reads_issns() {
        assert!(issn_is_valid("0033-2658") && issn_is_valid("1600-5775") && !issn_is_valid("0033-2657") && !issn_is_valid("unknown"));
    }
}
