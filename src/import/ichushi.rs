//! 医中誌Web: its display layout (標準形式), and its conventions inside RIS, Refer and MEDLINE-like files. Its one rule:
//! what is documented is read as documented; what is not is kept as text (help.jamas.or.jp/personal/ichushiData.html,
//! www.jamas.or.jp/service/service_o/api.html).

use std::io::BufRead;
use std::ops::Range;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::fields;
use super::guess;
use super::place::place;
use super::source_string;
use super::tagged::{Gathered, unfolded};
use super::unknown::Unknown;
use super::{Context, ImportError};
use crate::model::Record;
use crate::normalize::{ids, language, names, titles};

/// Digits of a 医中誌文献番号, which begins with the western year; Pre医中誌 numbers are a letter and nine digits.
const NUMBER_LENGTH: usize = 10;
/// Name under which records of 医中誌 are kept when the file does not name its database.
pub const DATABASE: &str = "医中誌Web";

/// What stands around a volume and an issue.
const VOLUME: &[&str] = &["巻", "Vol.", "Vol"];
const ISSUE: &[&str] = &["号", "No.", "No"];

/// Labels of the display layout in both languages, and the fields they stand for.
const LABELS: &[(&str, &str)] = &[
    ("Document ID", "id"),
    ("文献番号", "id"),
    ("医中誌文献番号", "id"),
    ("Title", "title"),
    ("タイトル", "title"),
    ("論題", "title"),
    ("標題", "title"),
    ("Author", "authors"),
    ("著者名", "authors"),
    ("著者", "authors"),
    ("Source", "source"),
    ("収載誌", "source"),
    ("収載誌名", "source"),
    ("掲載誌", "source"),
    ("掲載誌名", "source"),
    ("雑誌名", "source"),
    ("誌名", "source"),
    ("出典", "source"),
    ("巻", "volume"),
    ("号", "issue"),
    ("頁", "pages"),
    ("ページ", "pages"),
    ("発行年", "year"),
    ("発行年月", "year"),
    ("Article type", "type"),
    ("論文種類", "type"),
    ("Abstract", "abstract"),
    ("抄録", "abstract"),
    ("Keyword", "keywords"),
    ("Keywords", "keywords"),
    ("キーワード", "keywords"),
    ("シソーラス用語", "thesaurus"),
    ("統制語", "thesaurus"),
    ("Thesaurus", "thesaurus"),
    ("Language", "language"),
    ("本文言語", "language"),
    ("言語", "language"),
    ("DOI", "doi"),
    ("ISSN", "issn"),
    ("Publisher", "publisher"),
    ("発行元", "publisher"),
    ("Affiliation", "affiliation"),
    ("所属機関", "affiliation"),
    ("所属", "affiliation"),
    ("URL", "link"),
    ("PMID", "pmid"),
    ("英文抄録", "abstract_other"),
    ("英語抄録", "abstract_other"),
    ("英文タイトル", "title_other"),
    ("英語論題", "title_other"),
];

/// True for a 医中誌文献番号 (`2024069945`) or a Pre医中誌 number (`M227360015`).
pub fn is_number(text: &str) -> bool {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() != NUMBER_LENGTH || !bytes[1..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let year = || text[..4].parse::<u32>().is_ok_and(|y| (1900..2100).contains(&y));
    bytes[0].is_ascii_uppercase() || (bytes[0].is_ascii_digit() && year())
}

/// Reads a file in the display layout.
pub fn read(input: &mut dyn BufRead, _context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    blocks::read(input, &mut Display::default(), out)
}

#[derive(Default)]
struct Display {
    unknown: Unknown,
}

/// A label and its colon (half or full width) at the head of a line: label, where the value begins.
fn label(line: &str) -> Option<(Range<usize>, usize)> {
    let at = line.find([':', '：'])?;
    let colon = line[at..].chars().next().map_or(1, char::len_utf8);
    let name = line[..at].trim();
    let known = LABELS.iter().any(|(label, _)| label.eq_ignore_ascii_case(name));
    known.then(|| (0..at, at + colon))
}

/// A number that opens an entry, after a counter if there is one: `12. 2024069945`, `[3] M227360015`.
pub fn number_line(line: &str) -> Option<Range<usize>> {
    let trimmed = line.trim();
    let last = trimmed.rsplit([' ', '　', '\t']).next()?;
    let before = trimmed[..trimmed.len() - last.len()].trim();
    let counter = before.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '[' | ']' | '(' | ')' | '<' | '>' | ' ' | '□'));
    let start = line.find(last)?;
    (is_number(last) && counter).then(|| start..start + last.len())
}

/// Whether the display layout has a field of this label.
pub fn is_label(name: &str) -> bool {
    !field_of(name).is_empty()
}

/// A label that nobody knows, behind a field that is known and takes one line: kept as a field of its own.
fn unknown_label(line: &str, entry: &Gathered) -> Option<(Range<usize>, usize)> {
    let open = entry.last_tag().filter(|tag| !tag.is_empty())?;
    let at = line.find([':', '：']).filter(|_| !matches!(field_of(open), "abstract" | "abstract_other"))?;
    let colon = line[at..].chars().next().map_or(1, char::len_utf8);
    guess::looks_like_tag(&line[..at]).then_some((0..at, at + colon))
}

/// Whether a line, with the one above it, can only be the head of an entry in the display layout.
pub fn is_entry_head(line: &str, before: Option<&str>) -> bool {
    let labelled = label(line).map(|(tag, value)| (field_of(&line[tag]), &line[value..]));
    match labelled {
        Some(("id", value)) => is_number(value),
        Some(("authors" | "source", _)) => before.is_some_and(|b| number_line(b).is_none() && !b.is_ascii()),
        _ => false,
    }
}

impl Layout for Display {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        if let Some(number) = number_line(line) {
            return Line::Start(Some((number.clone(), number.start)));
        }
        match label(line) {
            Some((tag, value)) if field_of(&line[tag.clone()]) == "id" => Line::Start(Some((tag, value))),
            _ if before.first => Line::Stray,
            Some((tag, value)) => Line::Field(tag, value),
            // The line under the number is the title; it has no label.
            None if before.entry.size().1 == 1 => Line::Field(0..0, 0),
            None => unknown_label(line, before.entry).map_or(Line::More, |(tag, value)| Line::Field(tag, value)),
        }
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (tag, value) in entry.fields() {
            let field = if tag.is_empty() {
                "title"
            } else if is_number(tag) {
                "id"
            } else {
                field_of(tag)
            };
            if !value.is_empty() && !set(&mut b, field, &value) {
                b.unknown(tag, &value);
                self.unknown.note(tag, &value);
            }
        }
        settle(&mut b);
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field_of(name: &str) -> &'static str {
    LABELS.iter().find(|(label, _)| label.eq_ignore_ascii_case(name.trim())).map_or("", |(_, field)| field)
}

/// Sets one of the fields that labels and profiles name; `false` when there is no such field.
pub fn set(b: &mut Builder, field: &str, value: &str) -> bool {
    match field {
        "id" | "accession" => b.accession(value.trim()),
        "title" => title(b, value),
        "title_other" => b.title_other(value),
        "authors" => authors(b, &unfolded(value)),
        "source" => source(b, &unfolded(value)),
        "journal" => {
            journal(b, &unfolded(value));
        }
        "type" => unfolded(value).split([';', '/', '；']).for_each(|part| b.publication_type(part)),
        "abstract" => b.abstract_part(value),
        "abstract_other" => b.abstract_other(value),
        "keywords" => terms(b, &unfolded(value), "authors"),
        "thesaurus" => terms(b, &unfolded(value), "thesaurus"),
        "language" => b.language(value),
        "doi" => b.doi(value),
        "pmid" => b.pmid(value),
        "issn" | "isbn" => b.serial(value),
        "publisher" => b.publisher(value),
        "affiliation" => b.affiliation(value),
        "link" => b.link(value),
        "year" => b.date(value),
        "volume" if value.contains(['号', '(', '（']) || value.contains("Page") => set_place(b, value),
        "volume" => b.volume(without(value, VOLUME)),
        "issue" => b.issue(without(value, ISSUE)),
        "pages" => b.pages(value),
        "start_page" => b.start_page(value),
        "end_page" => b.end_page(value),
        "database" => b.database(value),
        "notes" => b.note(value),
        "kind" => b.record.kind = value.trim().to_ascii_uppercase(),
        "ignore" => {}
        _ => return false,
    }
    true
}

fn without<'v>(value: &'v str, words: &[&str]) -> &'v str {
    let mut value = value.trim();
    for word in words {
        value = value.trim_start_matches(word).trim_end_matches(word).trim();
    }
    value
}

fn terms(b: &mut Builder, value: &str, kind: &'static str) {
    value.split([';', ',', '；', '、', '，']).for_each(|term| b.keyword(term, kind));
}

/// `和題(English title)(会議録)`: types and languages are taken off, both titles kept.
fn title(b: &mut Builder, value: &str) {
    let parsed = titles::parse(&unfolded(value));
    parsed.types.iter().for_each(|kind| b.publication_type(kind));
    if let Some(code) = &parsed.language {
        b.language(code);
    }
    match titles::bilingual(&parsed.text) {
        Some((japanese, english)) => {
            b.title(0, &japanese);
            b.title_other(&english);
        }
        None => b.title(0, &parsed.text),
    }
}

/// `小林 美貴子(長野県立木曽病院 内科), 若林 靖史`.
fn authors(b: &mut Builder, value: &str) {
    for name in names::split(value) {
        if let Some(place) = names::affiliation(&name) {
            b.affiliation(&place);
        }
        let bare = name.split(['(', '（']).next().unwrap_or(&name);
        b.push_author(names::author_in(bare, names::Order::FamilyFirst));
    }
}

/// `信州医学雑誌(0037-3826)60巻1号 Page38(2012.02)`, `Dementia Japan(1342-646X) Vol.37(4) Page705 (2023.10)`.
fn source(b: &mut Builder, value: &str) {
    let value = source_string::head(value);
    let rest = journal(b, value);
    set_place(b, rest);
}

/// Volume, issue, pages and date as far as the text says them.
fn set_place(b: &mut Builder, text: &str) {
    let place = place(text);
    b.volume(&place.volume);
    b.issue(&place.issue);
    b.pages(&place.pages);
    if !place.date.is_empty() {
        b.date(&place.date);
    }
}

/// The journal with its ISSN in parentheses; returns what follows.
fn journal<'v>(b: &mut Builder, value: &'v str) -> &'v str {
    let value = source_string::head(value);
    let open = value.match_indices(['(', '（']).find_map(|(at, bracket)| {
        let inner = &value[at + bracket.len()..];
        let end = inner.find([')', '）'])?;
        let close = inner[end..].chars().next().map_or(1, char::len_utf8);
        let issns = ids::issns(&inner[..end]);
        (!issns.is_empty()).then_some((at, at + bracket.len() + end + close))
    });
    match open {
        Some((at, after)) => {
            b.journal(0, &value[..at]);
            b.serial(&value[at..after]);
            &value[after..]
        }
        None => {
            let end = value.find(|c: char| c.is_ascii_digit()).or_else(|| value.find("Vol.")).unwrap_or(value.len());
            b.journal(0, value[..end].trim_end_matches(['(', '（', ' ', '　']));
            &value[end..]
        }
    }
}

/// 医中誌's conventions in RIS; `false` where the common meaning holds.
pub fn ris_tag(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "TI" | "T1" => title(b, value),
        "TT" => b.title_other(value),
        "AU" | "A1" => authors(b, &unfolded(value)),
        "SP" if value.contains("Page") => b.pages(value),
        "N2" if b.record.abstract_text.is_some() => b.abstract_other(value),
        "M3" => value.split([';', '/']).for_each(|part| b.publication_type(part)),
        "VL" => return set(b, "volume", value),
        "IS" => return set(b, "issue", value),
        _ => return false,
    }
    true
}

/// 医中誌's conventions in Refer.
pub fn refer_tag(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "%T" => title(b, value),
        "%A" => authors(b, &unfolded(value)),
        "%J" if value.contains("巻") || value.contains("Page") => source(b, &unfolded(value)),
        "%J" => {
            journal(b, &unfolded(value));
        }
        "%V" => return set(b, "volume", value),
        "%N" => return set(b, "issue", value),
        "%9" => return set(b, "type", value),
        "%L" if is_number(value) => b.accession(value),
        _ => return false,
    }
    true
}

/// 医中誌's conventions in MEDLINE's layout; `paired` tells that the entry has its authors' full names too.
pub fn nbib_tag(b: &mut Builder, tag: &str, value: &str, paired: bool) -> bool {
    match tag {
        "FAU" => authors(b, value),
        "AU" if !paired => authors(b, value),
        "AU" => {}
        "TI" => title(b, value),
        "VI" => return set(b, "volume", value),
        "IP" => return set(b, "issue", value),
        "SO" => source(b, value),
        _ => return false,
    }
    true
}

/// What holds for every record of 医中誌.
pub fn settle(b: &mut Builder) {
    settle_record(&mut b.record);
}

/// As `settle`, for readers that fill a record directly: types and language off the title, both titles, the ISSN off the journal,
/// `60巻`, `1号`.
pub fn settle_record(record: &mut Record) {
    record.database.get_or_insert_with(|| DATABASE.to_owned());
    if record.kind.is_empty() {
        record.kind = "JOUR".to_owned();
    }
    if let Some(raw) = record.title.take() {
        let parsed = titles::parse(&raw);
        parsed.types.iter().for_each(|kind| fields::add_type(record, kind));
        record.language = record.language.take().or(parsed.language);
        let (own, other) = match titles::bilingual(&parsed.text) {
            Some((own, other)) => (own, Some(other)),
            None => (parsed.text, None),
        };
        record.title = Some(own);
        record.title_other = record.title_other.take().or(other);
    }
    if let Some(whole) = record.journal.take() {
        let mut b = Builder::default();
        if record.volume.is_none() && record.pages.is_none() {
            source(&mut b, &whole);
        }
        let mut said = b.finish();
        // a volume alone may be a word of the name (`第3巻の会雑誌`)
        let placed = said.pages.is_some() && said.volume.is_some();
        if placed {
            record.volume = said.volume;
            record.issue = record.issue.take().or(said.issue);
            record.pages = said.pages;
            record.year = record.year.or(said.year);
            record.date = record.date.take().or(said.date);
        } else {
            let mut b = Builder::default();
            let rest = if ids::issns(&whole).is_empty() { whole.as_str() } else { journal(&mut b, &whole) };
            said.journal = b.record.journal.filter(|_| rest.trim().is_empty());
            said.issn = b.record.issn;
        }
        record.journal = said.journal.or(Some(whole));
        said.issn.iter().for_each(|issn| fields::add(&mut record.issn, issn));
    }
    record.volume = record.volume.take().map(|volume| without(&volume, VOLUME).to_owned());
    record.issue = record.issue.take().map(|issue| without(&issue, ISSUE).to_owned());
    if let Some(code) = record.language.as_deref().and_then(language::lookup) {
        record.language = Some(code.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Format, Provider};
    use crate::model::Entry;

    /// Invented; the layout is that of JAMAS's page on its API.
    const DISPLAY: &str = "検索結果\n\nM227360015\n急性心筋梗塞に伴う乳頭筋断裂の1例(会議録)\nAuthor:小林 美貴子(長野県立木曽病院 内科), 若林 靖史\n\
        Source:信州医学雑誌(0037-3826)60巻1号 Page38(2012.02)\n\n2024069945\n臨床的な検討(Clinical stroke and its care)\n\
        Author:Shinohara Mitsuru(NCGG)\nSource:Dementia Japan(1342-646X) Vol.37(4) Page705-711 (2023.10)\nArticle type:原著論文\nAbstract:【目的】見る。\n  【方法】見た。\n";

    fn records(text: &str) -> (Vec<Record>, Vec<Entry>) {
        let (mut records, mut others) = (Vec::new(), Vec::new());
        let mut sink = |entry: Entry| match entry {
            Entry::Record(record) => records.push(record.record),
            other => others.push(other),
        };
        let context = Context { format: Format::IchushiDisplay, provider: Provider::Ichushi };
        read(&mut text.as_bytes(), &context, &mut Emit::new(&mut sink)).expect("reads");
        (records, others)
    }

    #[test]
    fn display_layout() {
        let (records, others) = records(DISPLAY);
        assert_eq!((records.len(), others.len()), (2, 1));
        let first = &records[0];
        assert_eq!(first.title.as_deref(), Some("急性心筋梗塞に伴う乳頭筋断裂の1例"));
        assert_eq!(first.publication_types, ["会議録"]);
        assert_eq!((first.authors[0].family.as_str(), first.authors[0].given.as_str()), ("小林", "美貴子"));
        assert_eq!(first.affiliations, ["長野県立木曽病院 内科"]);
        assert_eq!(first.journal.as_deref(), Some("信州医学雑誌"));
        assert_eq!(first.issn, ["0037-3826"]);
        assert_eq!((first.volume.as_deref(), first.issue.as_deref(), first.pages.as_deref()), (Some("60"), Some("1"), Some("38")));
        assert_eq!((first.year, first.date.as_deref(), first.accession.as_deref()), (Some(2012), Some("2012.02"), Some("M227360015")));
        let second = &records[1];
        assert_eq!(second.title_other.as_deref(), Some("Clinical stroke and its care"));
        assert_eq!((second.volume.as_deref(), second.issue.as_deref(), second.pages.as_deref()), (Some("37"), Some("4"), Some("705-711")));
        assert_eq!(second.abstract_text.as_deref(), Some("【目的】見る。\n【方法】見た。"));
        assert_eq!(second.database.as_deref(), Some(DATABASE));
    }

    #[test]
    fn numbers() {
        assert!(is_number("2024069945") && is_number("M227360015"));
        assert!(!is_number("3024069945") && !is_number("20240699451") && !is_number("MM27360015"));
    }
}
