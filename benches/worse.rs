//! Records made worse, as databases and exports make them. One rule: what becomes of a record follows from its id and the manner alone.

use erabi::model::Record;

/// A manner: its name, and what it does to a record; `true`: to every record, else to every second.
pub struct Manner {
    pub name: &'static str,
    pub all: bool,
    pub change: fn(&mut Record),
}

/// A field gone from everywhere: what the field is worth.
pub const FIELDS: [Manner; 10] = [
    Manner { name: "title", all: true, change: |r| (r.title, r.title_other) = (None, None) },
    Manner { name: "authors", all: true, change: |r| r.authors.clear() },
    Manner { name: "year", all: true, change: |r| (r.year, r.date) = (None, None) },
    Manner { name: "journal and ISSN", all: true, change: no_journal },
    Manner { name: "volume", all: true, change: |r| r.volume = None },
    Manner { name: "issue", all: true, change: |r| r.issue = None },
    Manner { name: "pages", all: true, change: |r| r.pages = None },
    Manner { name: "identifiers", all: true, change: no_ids },
    Manner { name: "abstract", all: true, change: |r| r.abstract_text = None },
    Manner { name: "database", all: true, change: |r| r.database = None },
];

/// Damage that real exports show.
pub const MANNERS: [Manner; 13] = [
    Manner { name: "initials only", all: false, change: initials },
    Manner { name: "first author only", all: false, change: |r| r.authors.truncate(1) },
    Manner { name: "journal abbreviated", all: false, change: abbreviate },
    Manner { name: "ALL CAPS", all: false, change: capitals },
    Manner { name: "title cut at 60", all: false, change: cut },
    Manner { name: "no subtitle", all: false, change: no_subtitle },
    Manner { name: "one slip in the title", all: false, change: slip },
    Manner { name: "short last page", all: false, change: short_pages },
    Manner { name: "first page only", all: false, change: first_page },
    Manner { name: "no pages, no volume", all: false, change: |r| (r.pages, r.volume, r.issue) = (None, None, None) },
    Manner { name: "no identifiers", all: false, change: no_ids },
    Manner { name: "year one later", all: false, change: |r| r.year = r.year.map(|y| y + 1) },
    Manner { name: "no abstract", all: false, change: |r| r.abstract_text = None },
];

/// The records in this manner.
pub fn made_worse(records: &[Record], manner: &Manner) -> Vec<Record> {
    records
        .iter()
        .map(|record| {
            let mut record = record.clone();
            let number = number(&record);
            if manner.all || number >> 20 & 1 == 1 {
                (manner.change)(&mut record);
            }
            record
        })
        .collect()
}

/// A number that belongs to the record's id.
fn number(record: &Record) -> u64 {
    let id = record.external_id.as_deref().unwrap_or("");
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

fn no_journal(r: &mut Record) {
    (r.journal, r.journal_abbreviation) = (None, None);
    r.issn.clear();
}

fn no_ids(r: &mut Record) {
    (r.doi, r.pmid, r.pmcid, r.accession) = (None, None, None, None);
    r.links.clear();
}

fn initials(r: &mut Record) {
    for author in r.authors.iter_mut().filter(|a| a.given.is_ascii()) {
        author.given = author.given.split([' ', '.', '-']).filter_map(|w| w.chars().next()).map(|c| format!("{c}.")).collect();
    }
}

/// `Journal of Mental Health` → `J Ment Heal`: every word cut, small words left out.
fn abbreviate(r: &mut Record) {
    let short = |word: &str| match word.chars().count() {
        0..=4 => word.to_owned(),
        _ if word.eq_ignore_ascii_case("journal") => "J".to_owned(),
        n => word.chars().take(if n > 8 { 5 } else { 4 }).collect(),
    };
    let small = ["of", "the", "and", "for", "in", "on", "&"];
    if let Some(name) = r.journal.as_mut().filter(|n| n.is_ascii() && n.contains(' ')) {
        let words: Vec<String> = name.split(' ').filter(|w| !small.contains(&w.to_lowercase().as_str())).map(short).collect();
        *name = words.join(" ");
    }
    r.issn.clear();
}

fn capitals(r: &mut Record) {
    r.title = r.title.as_ref().map(|t| t.to_uppercase());
    for author in &mut r.authors {
        author.family = author.family.to_uppercase();
        author.given = author.given.to_uppercase();
    }
}

fn cut(r: &mut Record) {
    r.title = r.title.as_ref().map(|t| t.chars().take(60).collect());
}

fn no_subtitle(r: &mut Record) {
    if let Some((main, _)) = r.title.as_deref().and_then(|t| t.split_once(": ")).filter(|(main, _)| main.len() > 20) {
        r.title = Some(main.to_owned());
    }
}

/// Two letters in the middle of the title change places.
fn slip(r: &mut Record) {
    let mut letters: Vec<char> = r.title.as_deref().unwrap_or("").chars().collect();
    let at = letters.len() / 2;
    if at > 4 {
        letters.swap(at, at + 1);
        r.title = Some(letters.into_iter().collect());
    }
}

fn short_pages(r: &mut Record) {
    let Some((first, last)) = r.pages.as_deref().and_then(|p| p.split_once('-')) else { return };
    let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    if first.len() == last.len() && same < last.len() {
        r.pages = Some(format!("{first}-{}", &last[same..]));
    }
}

fn first_page(r: &mut Record) {
    r.pages = r.pages.as_deref().map(|p| p.split('-').next().unwrap_or(p).to_owned());
}
