//! Authors in any database's form → people whose surnames can be compared.
//!
//! One rule: where the order of a name is in doubt every reading is kept; a group of placeholders ("Anonymous") is nobody.

use super::fold::{fold, hash32, is_cjk, strip_markup};
use crate::model::Author;

/// Most people that are compared; longer lists count as truncated.
pub const PEOPLE_LIMIT: usize = 40;
const LETTERS: usize = 12;

/// One person: keys of the likeliest surname and of other words that may be the surname.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Hash of the surname's key; 0 never occurs.
    pub family: u32,
    /// Other words that may be the surname (transposed or compound names); 0 for none.
    pub others: [u32; 2],
    /// First letter of the given name, lower case; 0 if unknown.
    pub initial: u8,
    /// First letter of the second given name, or 0.
    pub second: u8,
    /// Whether given name and surname could be told apart by the form.
    pub certain: bool,
    /// First letters of the surname's key, for one-letter slips.
    pub letters: [u8; LETTERS],
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    pub list: Vec<Person>,
    /// The source says that there are more (`et al.`), or there were more than the limit.
    pub truncated: bool,
    /// Names in kanji or kana, as folded text, in the order of `list` (only where all are).
    pub kanji: Vec<String>,
}

const NOBODY: [&str; 12] = [
    "anonymous",
    "anon",
    "unknown",
    "no authors listed",
    "no author",
    "not available",
    "na",
    "none",
    "et al",
    "others",
    "no authorship indicated",
    "collaborators",
];
const PARTICLES: [&str; 20] =
    ["van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al", "bin", "ibn", "ter", "ten", "st"];
const SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "phd"];

/// Reads all authors of a record.
pub fn people(authors: &[Author]) -> People {
    let mut people = People { list: Vec::with_capacity(authors.len()), ..People::default() };
    let mut cjk = 0;
    for author in authors {
        if author.family.is_empty() || is_crowded(author) {
            let text = if author.family.is_empty() { author.literal.clone() } else { author.display() };
            let text = if text.contains('&') { strip_markup(&text) } else { text };
            for name in split_people(&text) {
                add(&mut people, &name.0, &name.1, &mut cjk);
            }
        } else {
            add(&mut people, &author.family, &author.given, &mut cjk);
        }
    }
    if people.list.len() > PEOPLE_LIMIT {
        people.list.truncate(PEOPLE_LIMIT);
        people.truncated = true;
    }
    if cjk == 0 || cjk != people.kanji.len() || cjk < people.list.len() {
        people.kanji.clear();
    }
    people
}

/// More than one person in one name, as careless exports write them.
fn is_crowded(author: &Author) -> bool {
    let text = &author.family;
    text.contains([';', '\n'])
        || text.contains(" and ")
        || may_run_together(text) && run_together(text).len() > 1
        || (author.given.contains(',') && !author.given.contains("Jr"))
}

fn add(people: &mut People, family: &str, given: &str, cjk: &mut usize) {
    let folded = if family.contains('?') { fold(&family.replace('?', "")) } else { fold(family) };
    if NOBODY.contains(&folded.as_str()) || given.contains("No authorship") || folded.ends_with("et al") {
        people.truncated |= folded.ends_with("et al") || folded == "others";
        return;
    }
    if !family.is_ascii() && family.chars().any(is_cjk) {
        *cjk += 1;
        let name = fold(&format!("{family} {given}")).replace(' ', "");
        let key = if given.is_empty() { name.clone() } else { folded.replace(' ', "") };
        // Of a name that is divided, what the given name begins with stands for its initial.
        let initial = fold(given).chars().next().map_or(0, |c| (c as u32 % 255) as u8 + 1);
        people.list.push(Person { family: hash32(&name), others: [hash32(&key), 0], initial, ..Person::default() });
        people.kanji.push(if given.is_empty() { name } else { format!("{key} {}", fold(given).replace(' ', "")) });
        return;
    }
    people.list.extend(person(family, &folded, given));
}

/// Builds a person of surname and given name; an empty given name means that the order is in doubt.
fn person(family: &str, folded: &str, given: &str) -> Option<Person> {
    if !given.is_empty() && !folded.is_empty() && !folded.contains(' ') {
        return Some(plain_person(folded, given));
    }
    let mut words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let mut given_text = fold(given);
    let mut certain = !given.is_empty();
    if words.len() > 1 && given.is_empty() {
        let initials = initial_words(family, &words);
        if initials.iter().any(|i| *i) && !initials.iter().all(|i| *i) {
            given_text = words.iter().zip(&initials).filter(|(_, i)| **i).map(|(w, _)| *w).collect::<Vec<_>>().join(" ");
            words = words.iter().zip(&initials).filter(|(_, i)| !**i).map(|(w, _)| *w).collect();
            certain = true;
        }
    }
    words.retain(|w| words_keep(w));
    if words.is_empty() {
        words = folded.split(' ').filter(|w| !w.is_empty()).take(1).collect();
    }
    let significant: Vec<&str> = words.iter().copied().filter(|w| !PARTICLES.contains(w)).collect();
    let significant = if significant.is_empty() { words } else { significant };
    let last = *significant.last()?;
    let mut others = [0; 2];
    let given_full = given_text.split(' ').find(|w| w.len() > 2);
    let mut spare = significant.iter().rev().skip(1).take(1).copied().chain(given_full);
    for (slot, word) in others.iter_mut().zip(&mut spare) {
        *slot = hash32(&surname_key(word));
    }
    let main = if certain && significant.len() > 1 { significant.concat() } else { last.to_owned() };
    let key = surname_key(&main);
    if certain && significant.len() > 1 {
        others = [hash32(&surname_key(last)), hash32(&surname_key(significant[0]))];
    }
    let (initial, second) = if certain { initials(&given_text) } else { (0, 0) };
    Some(Person { family: hash32(&key), others, initial, second, certain, letters: first_letters(&key) })
}

/// The usual case: one surname word, and a given name.
fn plain_person(family: &str, given: &str) -> Person {
    let key = surname_key(family);
    let damaged = given.starts_with(['?', '\u{fffd}']); // a letter that an export could not write
    let given = fold(given);
    let mut full = given.split(' ').filter(|w| w.len() > 2).map(|w| hash32(&surname_key(w)));
    let others = [full.next().unwrap_or(0), full.next_back().unwrap_or(0)];
    let (initial, second) = if damaged { (0, 0) } else { initials(&given) };
    Person { family: hash32(&key), others, initial, second, certain: true, letters: first_letters(&key) }
}

/// The first letters of the first two words of a folded given name; `ak` is two initials too.
fn initials(given: &str) -> (u8, u8) {
    let mut words = given.split(' ').filter(|w| !w.is_empty());
    let first = words.next().unwrap_or_default().as_bytes();
    let next = words.next().and_then(|w| w.bytes().next());
    let joined = if first.len() == 2 { Some(first[1]) } else { None };
    (first.first().copied().unwrap_or(0), next.or(joined).unwrap_or(0))
}

fn words_keep(word: &str) -> bool {
    !SUFFIXES.contains(&word)
}

/// Which words of a name without comma are initials: `Smith JA`, `J. A. Smith`, `VAN DEN BERG J`.
fn initial_words(raw: &str, folded: &[&str]) -> Vec<bool> {
    let shouting = !raw.chars().any(char::is_lowercase);
    let dotted = raw.contains('.');
    let raw_words: Vec<&str> = raw.split([' ', '.', '-']).filter(|w| w.chars().any(char::is_alphanumeric)).collect();
    folded
        .iter()
        .enumerate()
        .map(|(i, word)| {
            let upper = raw_words.len() == folded.len() && raw_words[i].chars().all(|c| !c.is_lowercase());
            let limit = if shouting && !dotted { 2 } else { 3 };
            word.len() == 1 || (upper && word.len() <= limit)
        })
        .collect()
}

fn first_letters(key: &str) -> [u8; LETTERS] {
    let mut letters = [0; LETTERS];
    for (slot, byte) in letters.iter_mut().zip(key.bytes()) {
        *slot = byte;
    }
    letters
}

/// The comparison key of a surname: transcription habits folded (ü = ue = u, ō = ou = oh = o, si = shi, tu = tsu), doubled letters single.
pub fn surname_key(word: &str) -> String {
    if !word.is_ascii() {
        return word.to_owned();
    }
    let bytes = word.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len() + 4);
    let mut push = |letters: &[u8]| {
        for &letter in letters {
            if out.last() != Some(&letter) {
                out.push(letter);
            }
        }
    };
    let mut i = 0;
    while i < bytes.len() {
        let (letters, taken) = habit(&bytes[i..]);
        push(letters);
        i += taken;
    }
    String::from_utf8(out).expect("the word is ASCII")
}

/// The folded form of what stands at the beginning, and how many letters it takes.
fn habit(rest: &[u8]) -> (&[u8], usize) {
    match rest {
        [b'o', b'h', ..] | [b'o', b'u', ..] | [b'o', b'e', ..] => (b"o", 2),
        [b'u', b'h', ..] | [b'u', b'e', ..] => (b"u", 2),
        [b's', b'h', b'i', ..] => (b"si", 3),
        [b'c', b'h', b'i', ..] => (b"ti", 3),
        [b't', b's', b'u', ..] => (b"tu", 3),
        [b's', b'h', ..] => (b"sy", 2),
        [b'c', b'h', ..] => (b"ty", 2),
        [b'f', b'u', ..] => (b"hu", 2),
        [b'j', b'i', ..] => (b"zi", 2),
        [b'j', b'o', ..] => (b"zyo", 2),
        [b'j', b'u', ..] => (b"zyu", 2),
        [b'j', b'a', ..] => (b"zya", 2),
        [b'm', b'b' | b'p' | b'm', ..] => (b"n", 1),
        _ => (&rest[..1], 1),
    }
}

/// Splits a string of several people into (surname part, given part); the given part is empty where the order is in doubt.
fn split_people(text: &str) -> Vec<(String, String)> {
    let text = text.trim();
    let separated: Vec<&str> = if text.contains(';') || text.contains('\n') {
        text.split([';', '\n']).collect()
    } else if text.contains(" and ") || text.contains(" & ") {
        text.split(" and ").flat_map(|p| p.split(" & ")).collect()
    } else {
        vec![text]
    };
    let mut people = Vec::new();
    for part in separated {
        let part = part.trim().trim_matches(',');
        if part.is_empty() {
            continue;
        }
        let runs = run_together(part);
        if runs.len() > 1 {
            people.extend(runs.into_iter().map(|r| (r, String::new())));
        } else {
            split_commas(part, &mut people);
        }
    }
    people
}

/// `Erik G. Hoel, Hanan Samet` is two people, `Hoel, Erik G.` one, `Hoel, E, Samet, H` two again.
fn split_commas(part: &str, people: &mut Vec<(String, String)>) {
    let pieces: Vec<&str> = part.split([',', '，', '、']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let several = pieces.iter().filter(|p| p.split_whitespace().count() > 1 && !all_initials(p)).count();
    if pieces.len() == 1 {
        people.push((pieces[0].to_owned(), String::new()));
    } else if several * 2 > pieces.len() || several == pieces.len() || part.chars().any(is_cjk) {
        people.extend(pieces.iter().map(|p| ((*p).to_owned(), String::new())));
    } else if pieces.len() == 2 {
        people.push((pieces[0].to_owned(), pieces[1].to_owned()));
    } else {
        let mut i = 0;
        while i < pieces.len() {
            let given = pieces.get(i + 1).filter(|g| all_initials(g) || !pieces[i].contains(' ')).copied().unwrap_or_default();
            people.push((pieces[i].to_owned(), given.to_owned()));
            i += if given.is_empty() { 1 } else { 2 };
        }
    }
}

fn all_initials(text: &str) -> bool {
    text.split([' ', '.', '-']).filter(|w| !w.is_empty()).all(|w| w.chars().count() <= 3 && w.chars().all(char::is_uppercase))
}

/// A full stop right before a letter: without one no two names stand together.
fn may_run_together(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0] == b'.' && (pair[1].is_ascii_alphabetic() || !pair[1].is_ascii()))
}

/// `Adeli K.Lewis G. F.` → two people: a new name begins where a longer word follows a dotted initial without a space.
fn run_together(text: &str) -> Vec<String> {
    if !may_run_together(text) {
        return vec![text.to_owned()];
    }
    let mut names = vec![String::new()];
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let joint = c.is_alphabetic()
            && i > 1
            && chars[i - 1] == '.'
            && chars.get(i + 1).is_some_and(|n| n.is_alphabetic() || matches!(n, '\'' | '\u{2019}'));
        let has_surname = names.last().is_some_and(|n| n.split([' ', '.']).any(|w| w.chars().count() > 1));
        if joint && has_surname {
            names.push(String::new());
        }
        if let Some(name) = names.last_mut() {
            name.push(c);
        }
    }
    names
}

/// How two lists of people agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    pub matched: usize,
    pub shorter: usize,
    pub longer: usize,
    /// The first of each list is the same person.
    pub first: bool,
    /// A surname agrees, but with another initial: brothers, or a slip.
    pub initials_differ: usize,
}

/// Whether two persons can be the same. `Some(false)`: the surname agrees and the initial does not.
fn same_person(a: &Person, b: &Person) -> Option<bool> {
    let mut equal = a.family == b.family;
    equal = equal || a.others.contains(&b.family) || b.others.contains(&a.family);
    let kanji = a.letters[0] == 0 && b.letters[0] == 0;
    equal = equal || a.others[0] != 0 && a.others[0] == b.others[0] && (kanji || misspelt(&a.letters, &b.letters));
    if !equal && a.letters[3] != 0 && b.letters[3] != 0 {
        let (x, y) = (trimmed(&a.letters), trimmed(&b.letters));
        // A first letter that an export could not write is gone: `?zden` for `Özden`.
        let headless = x.get(1..) == Some(y) || y.get(1..) == Some(x);
        let slip = x[0] == y[0] && x.len() > 4 && y.len() > 4 && super::similar::one_edit(x, y);
        equal = slip || headless && a.initial == b.initial;
    }
    let known = a.initial != 0 && b.initial != 0;
    // `Sistla, A. Prasad` goes by his second name elsewhere.
    let shared = a.initial == b.initial || a.second == b.initial || a.initial == b.second;
    let clash = known && !shared && (a.family == b.family || kanji);
    equal.then_some(!clash)
}

/// Two spellings of one surname, when the given name is the same: letters lost (`Nrvg` for `Nørvåg`) or in another order.
fn misspelt(a: &[u8; LETTERS], b: &[u8; LETTERS]) -> bool {
    let least = if a[0] == b[0] { 0.65 } else { 0.8 };
    super::similar::short_ratio(trimmed(a), trimmed(b)) >= least
}

fn trimmed(letters: &[u8; LETTERS]) -> &[u8] {
    &letters[..letters.iter().position(|b| *b == 0).unwrap_or(LETTERS)]
}

/// Matches two lists; each person is used once. `met` is told of each two that are the same.
pub fn agreement(a: &People, b: &People, met: &mut dyn FnMut(&Person, &Person)) -> Agreement {
    let (short, long) = if a.list.len() <= b.list.len() { (&a.list, &b.list) } else { (&b.list, &a.list) };
    let mut result = Agreement { shorter: short.len(), longer: long.len(), ..Agreement::default() };
    let mut used = 0u64;
    for (i, person) in short.iter().enumerate() {
        let order = std::iter::once(i).chain(0..long.len()).filter(|j| *j < long.len());
        let mut clash = None;
        for j in order {
            if used >> j & 1 == 1 {
                continue;
            }
            match same_person(person, &long[j]) {
                Some(true) => {
                    used |= 1 << j;
                    result.matched += 1;
                    met(person, &long[j]);
                    clash = None;
                    break;
                }
                Some(false) => clash = clash.or(Some(j)),
                None => {}
            }
        }
        if let Some(j) = clash {
            used |= 1 << j;
            result.initials_differ += 1;
        }
    }
    result.first = match (short.first(), long.first()) {
        (Some(x), Some(y)) => same_person(x, y) == Some(true),
        _ => false,
    };
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> People {
        people(&[Author { literal: text.into(), ..Author::default() }])
    }

    #[test]
    fn every_form_of_two_people_agrees() {
        let forms = [
            "Adeli K.Lewis G. F.",
            "Adeli, K. and Lewis, G. F.",
            "Adeli K, Lewis GF",
            "K. Adeli; G. F. Lewis",
            "Khosrow Adeli, Gary F. Lewis",
            "ADELI K;LEWIS G",
            "Adeli, Khosrow; Lewis, Gary F",
            "Adeli K. and Lewis G.F.",
        ];
        for a in forms {
            for b in forms {
                let got = agreement(&literal(a), &literal(b), &mut |_, _| ());
                assert_eq!((got.matched, got.shorter, got.longer), (2, 2, 2), "{a} | {b}");
                assert!(got.first, "{a} | {b}");
            }
        }
    }

    #[test]
    fn compound_and_damaged_names_agree() {
        for (a, b) in [
            ("Le Quintrec, M", "Quintrec ML"),
            ("Müller, A", "Mueller, A"),
            ("Ekmekçio?lu, O", "Ekmekcioglu, O"),
            ("Satoh, J", "Sato, J"),
            ("Itō, M", "Ito, M"),
            ("van den Berg, J", "Berg, J"),
        ] {
            assert_eq!(agreement(&literal(a), &literal(b), &mut |_, _| ()).matched, 1, "{a} | {b}");
        }
    }

    #[test]
    fn nobody_is_nobody() {
        assert!(literal("Anonymous").list.is_empty());
        assert!(literal("[No authors listed]").list.is_empty());
        assert!(literal("UNKNOWN").list.is_empty());
        assert!(people(&[]).list.is_empty());
    }

    #[test]
    fn kanji_names_stay_kanji() {
        let p = literal("中村 恵; 児玉 智子");
        assert_eq!(p.kanji.len(), 2);
        assert_eq!(p.list.len(), 2);
    }
}
