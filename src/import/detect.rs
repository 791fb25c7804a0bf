//! Which format a file has and who wrote it, from its content alone. Its one rule: the file's name is never asked.

use super::ImportError;
use super::guess;
use super::ichushi;
use super::jsonl;
use super::kind::{Format, Provider};
use super::lines::MARK;
use super::nbib;
use super::ovid_labelled;
use super::profile::Profile;
use super::proquest_text;
use super::refworks;
use super::ris::{self, is_counter};
use super::table;

/// Lines that are not blank and are looked at for a sign of the format.
const MAX_LINES: usize = 400;
/// Bytes at the head in which the root of an XML file must show itself.
const XML_HEAD: usize = 16 << 10;

/// What PubMed saves for people to read.
pub const PUBMED_TEXT: &str = "PubMed text for reading (choose the format PubMed when saving)";

/// Files that hold no entries, by their first bytes.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"{\\rtf", "RTF document"),
    (b"SQLite format 3", "SQLite database"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
];

/// What the first bytes say before any decoding: a workbook, or something that holds no entries.
pub fn by_magic(head: &[u8]) -> Result<Option<Format>, ImportError> {
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(ImportError::NotBibliographic { what });
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Ok(Some(Format::Xlsx));
    }
    Ok(None)
}

/// Whether decoded text is none: NUL or many control characters.
pub fn is_binary(text: &str) -> bool {
    let controls =
        text.chars().take(4096).filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1b}')).count();
    controls * 50 > text.chars().take(4096).count()
}

/// Format and provider of a decoded sample.
pub fn by_content(sample: &str) -> Result<(Format, Provider), ImportError> {
    let text = sample.trim_start_matches(|c: char| c.is_whitespace() || c == MARK);
    if text.is_empty() {
        return Err(ImportError::Empty);
    }
    if is_binary(text) {
        return Err(ImportError::NotBibliographic { what: "binary file" });
    }
    if text.starts_with('<')
        && let Some(found) = xml(text)?
    {
        return Ok(found);
    }
    if jsonl::looks_like(text) {
        return Ok((Format::Jsonl, provider(Format::Jsonl, text)));
    }
    if !has_tag_line(text)
        && let Some(found) = table::seen_in(text)
    {
        return Ok(found);
    }
    let format = match by_lines(text) {
        Some(format) if ichushi_by_guess(format, text) => Some(Format::Tagged),
        Some(format) => Some(format),
        None => match for_reading(text) {
            Some(what) => return Err(ImportError::NotBibliographic { what }),
            None => looks_tagged(text).or_else(|| looks_like_table(text)),
        },
    };
    let Some(format) = format else {
        return Err(ImportError::UnknownFormat { begins: text.chars().take(60).collect() });
    };
    Ok((format, provider(format, text)))
}

/// What a text is that holds records, but in a form that nobody can divide for certain: what PubMed saves as `Abstract (text)`,
/// `Summary (text)` and `PMID`, and JSON of other tools.
fn for_reading(text: &str) -> Option<&'static str> {
    let is_pmid = |word: &str| (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let first = lines(text).next().unwrap_or_default();
    let numbered = first.starts_with("1. ") || first.starts_with("1: ");
    let names_pmid = |line: &str| line.split("PMID: ").skip(1).any(|rest| rest.split([' ', '.', ';']).next().is_some_and(is_pmid));
    if (numbered && lines(text).any(names_pmid)) || lines(text).all(|line| is_pmid(line.trim())) {
        return Some(PUBMED_TEXT);
    }
    let inner = text.strip_prefix('[').unwrap_or(text).trim_start().strip_prefix('{');
    inner.is_some_and(|inner| inner.trim_start().starts_with('"')).then_some("JSON file")
}

/// Whether one of the first lines is a tag line of a tagged format, which no table's header is.
fn has_tag_line(text: &str) -> bool {
    lines(text).take(3).any(|line| decisive(line, None).is_some())
}

/// A line with at least two of one delimiter among the first ones: a table, though no column is known by its name.
fn looks_like_table(text: &str) -> Option<Format> {
    let count = |delimiter: char| lines(text).take(3).map(|line| line.matches(delimiter).count()).max().unwrap_or(0);
    let (commas, semicolons, tabs) = (count(','), count(';'), count('\t'));
    let most = commas.max(semicolons).max(tabs);
    let short = lines(text).next().is_some_and(|line| line.contains([',', ';', '\t']) && line.len() < 4_000);
    let named = lines(text).take(3).any(|line| line.to_lowercase().contains("title") || line.contains("タイトル") || line.contains("論題"));
    if most == 0 || !short || !(most >= 2 || named) { None } else { Some(if tabs == most { Format::Tsv } else { Format::Csv }) }
}

/// 医中誌's labelled text, of a make that the reader of `format` does not know: it has labels of its own, or none that begins an entry.
fn ichushi_by_guess(format: Format, text: &str) -> bool {
    let knows: &dyn Fn(&str) -> bool = match format {
        Format::IchushiDisplay if lines(text).any(|line| ichushi::number_line(line).is_some()) => return false,
        Format::IchushiDisplay => &ichushi::is_label,
        Format::IchushiTagged => &|tag| Profile::ichushi().knows(tag),
        _ => return false,
    };
    let begun = format == Format::IchushiTagged || lines(text).any(|line| ichushi::is_entry_head(line, None));
    guess::guess(text).is_some_and(|guess| guess.sure && !(begun && guess.tags.iter().all(|(tag, _)| knows(tag))))
}

/// Tags that recur, of a make that nobody knows.
fn looks_tagged(text: &str) -> Option<Format> {
    guess::guess(text).filter(|guess| guess.sure).map(|_| Format::Tagged)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(|line| line.trim_start_matches(MARK)).filter(|line| !line.trim().is_empty()).take(MAX_LINES)
}

fn xml(text: &str) -> Result<Option<(Format, Provider)>, ImportError> {
    let end = (0..=XML_HEAD.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let head = &text[..end];
    let lower = head.chars().take(512).collect::<String>().to_ascii_lowercase();
    let found = if head.contains("<PubmedArticle") || head.contains("<PubmedBookArticle") || head.contains("<MedlineCitation") {
        Some((Format::PubmedXml, Provider::PubMed))
    } else if head.contains("resultID=") && head.contains("<rec") {
        Some((Format::EbscoXml, Provider::Ebsco))
    } else if head.contains("<rdf:RDF") {
        Some((Format::ZoteroRdf, Provider::Zotero))
    } else if head.contains("<Trials_downloaded_from_ICTRP") || (head.contains("<Trial>") && head.contains("<TrialID>")) {
        Some((Format::IctrpXml, Provider::Ictrp))
    } else if head.contains("<records>") || head.contains("<ref-type") {
        Some((Format::EndnoteXml, Provider::EndNote))
    } else if lower.contains("<!doctype html") || lower.contains("<html") {
        return Err(ImportError::NotBibliographic { what: "HTML page" });
    } else if lower.starts_with("<?xml") {
        return Err(ImportError::NotBibliographic { what: "XML file of another kind" });
    } else {
        None
    };
    Ok(found)
}

/// Whether a sample is beyond doubt of the format `found` and shows no sign of the `claimed` one.
pub fn contradicts(claimed: Format, found: Format, sample: &str) -> bool {
    let tables = [Format::Csv, Format::Tsv];
    let by_profile = [Format::IchushiTagged, Format::IchushiDisplay, Format::Tagged];
    if (tables.contains(&claimed) && tables.contains(&found)) || by_profile.contains(&claimed) {
        return false;
    }
    let xml = [Format::PubmedXml, Format::EbscoXml, Format::EndnoteXml, Format::ZoteroRdf, Format::IctrpXml];
    let mut before = None;
    let (mut sure, mut claim) = (xml.contains(&found) || tables.contains(&found) || found == Format::Jsonl, false);
    for line in lines(sample) {
        let says = decisive(line, before.replace(line));
        sure |= says == Some(found);
        claim |= says == Some(claimed);
    }
    sure && !claim
}

/// The format that the first telling line tells.
fn by_lines(text: &str) -> Option<Format> {
    let mut before = None;
    for line in lines(text) {
        if let Some(format) = decisive(line, before) {
            return Some(format);
        }
        before = Some(line);
    }
    by_count(text)
}

/// What one line says beyond doubt; `before` is the line above it.
fn decisive(line: &str, before: Option<&str>) -> Option<Format> {
    let bare = line.trim();
    if (is_tag(bare, "TY") && !bare.ends_with('.')) || ris::starts_loosely(line) {
        return Some(Format::Ris);
    }
    if line.starts_with("PMID- ") || line.starts_with("OWN - ERIC") || line.starts_with("PMC - PMC") {
        return Some(Format::Nbib);
    }
    if bare.starts_with("VN  - Ovid") || bare.starts_with("VN - Ovid") {
        return Some(Format::OvidTagged);
    }
    if let Some(before) = before
        && is_counter(before)
        && before.trim_start().starts_with('<')
    {
        if nbib::tag_line(bare).is_some() {
            return Some(Format::OvidTagged);
        }
        if ovid_labelled::is_label(line) {
            return Some(Format::OvidLabelled);
        }
    }
    let wos_head = ["FN Clarivate", "FN Thomson", "FN ISI Export"].iter().any(|head| line.starts_with(head));
    let wos_entry = line.len() <= 5 && ["PT J", "PT B", "PT S", "PT P", "PT C"].contains(&bare);
    if wos_head || wos_entry {
        return Some(Format::Wos);
    }
    if refworks::is_head(line, before) {
        return Some(Format::RefWorks);
    }
    if proquest_text::is_head(line, before) {
        return Some(Format::ProQuestText);
    }
    if is_refer(line) {
        return Some(Format::Refer);
    }
    if is_bibtex(bare) {
        return Some(Format::Bibtex);
    }
    ichushi::is_entry_head(line, before).then_some(Format::IchushiDisplay)
}

/// `TY  - JOUR`, `TY - JOUR`, `TY  -JOUR`.
fn is_tag(line: &str, tag: &str) -> bool {
    line.strip_prefix(tag).is_some_and(|rest| rest.starts_with("  -") || rest.starts_with(" - "))
}

fn is_refer(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.len() >= 2
        && bytes[0] == b'%'
        && (bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit())
        && bytes.get(2).is_none_or(|b| *b == b' ')
        && !line.starts_with("%PDF")
}

fn is_bibtex(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('@') else { return false };
    let word = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    word >= 3 && rest[word..].trim_start().starts_with(['{', '('])
}

/// No single line decides: tags are counted.
fn by_count(text: &str) -> Option<Format> {
    let (mut ris, mut dashed, mut ended) = (0, 0, false);
    for line in lines(text) {
        let bare = line.trim_start();
        ended |= is_tag(bare, "ER");
        ris += usize::from(["T1", "AU", "A1", "PY", "JO", "JF"].iter().any(|tag| is_tag(bare, tag)));
        dashed += usize::from(nbib::tag_line(line).is_some());
    }
    if ended && ris > 0 {
        return Some(Format::Ris);
    }
    let profile = Profile::ichushi();
    let profiled = lines(text).filter(|line| profile.tag_line(line).is_some()).count();
    let number = lines(text).any(|line| profile.tag_line(line).is_some_and(|(_, value)| ichushi::is_number(&line[value..])));
    if number && profiled >= 3 {
        Some(Format::IchushiTagged)
    } else if dashed >= 3 {
        Some(if lines(text).any(|line| line.starts_with("FAU ") || line.starts_with("OWN ") || line.starts_with("JT  - ")) {
            Format::Nbib
        } else {
            Format::Ris
        })
    } else {
        None
    }
}

/// Signs of a provider in RIS, looked for in this order.
const RIS_SIGNS: &[(&str, Provider)] = &[
    ("Provider: American Psychological Association", Provider::PsycNet),
    ("Provider: John Wiley", Provider::Cochrane), // its journals too, see `provider`
    ("KW  - eppi-reviewer", Provider::Eppi),
    ("M4  - Citavi", Provider::Citavi),
    ("DB  - 医中誌", Provider::Ichushi),
    ("医中誌", Provider::Ichushi),
    ("jamas.or.jp", Provider::Ichushi),
    ("Link to the Ovid Full Text", Provider::Ovid),
    ("DP  - EBSCOhost", Provider::Ebsco),
    ("search.ebscohost.com", Provider::Ebsco),
    ("proquest.com/docview", Provider::ProQuest),
    ("UR  - https://www.proquest.com/", Provider::ProQuest),
    ("www.embase.com/", Provider::Embase),
    ("AN  - WOS:", Provider::Wos),
    ("scopus.com/", Provider::Scopus),
    ("ovidweb.cgi", Provider::Ovid),
    ("cir.nii.ac.jp", Provider::CiNii),
    ("ci.nii.ac.jp", Provider::CiNii),
    ("jstage.jst.go.jp", Provider::JStage),
    ("lens.org/", Provider::Lens),
    ("app.dimensions.ai/", Provider::Dimensions),
    ("DB  - SciELO", Provider::SciElo),
    ("DB  - LILACS", Provider::Lilacs),
    ("ieeexplore", Provider::Ieee),
    ("DB  - JSTOR", Provider::Jstor),
    ("DB  - Scopus", Provider::Scopus),
    ("rayyan", Provider::Rayyan),
];

/// Signs of a provider in BibTeX, looked for in this order.
const BIBTEX_SIGNS: &[(&str, Provider)] = &[
    ("% Written by Erabi", Provider::Erabi),
    ("{rayyan-", Provider::Rayyan),
    ("search.ebscohost.com", Provider::Ebsco),
    ("research.ebsco.com", Provider::Ebsco),
    ("{ WOS:", Provider::Wos),
    ("{ ISI:", Provider::Wos),
    ("{WOS:", Provider::Wos),
    ("scopus.com/", Provider::Scopus),
    ("医中誌", Provider::Ichushi),
    ("jamas.or.jp", Provider::Ichushi),
    ("cir.nii.ac.jp", Provider::CiNii),
    ("jstage.jst.go.jp", Provider::JStage),
    ("publisher = {scielo}", Provider::SciElo),
];

/// Who wrote a file of a known format.
pub fn provider(format: Format, text: &str) -> Provider {
    let has = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    match format {
        Format::Ris if by_endnote(text) => Provider::EndNote,
        Format::Ris if ovid_counter(text) => Provider::Ovid,
        Format::Ris => {
            let wiley = || !["ochrane", "CENTRAL", "Record #1 of"].iter().any(|word| has(word));
            let sign = RIS_SIGNS.iter().find(|(sign, _)| has(sign)).map(|(_, provider)| *provider);
            let sign = sign.filter(|provider| *provider != Provider::Cochrane || !wiley());
            sign.or_else(|| has_ichushi_number(text).then_some(Provider::Ichushi)).unwrap_or(if zotero_dates(text) {
                Provider::Zotero
            } else {
                Provider::Generic
            })
        }
        Format::Nbib if has("OWN - ERIC") => Provider::Eric,
        Format::Nbib if has("医中誌") || has_ichushi_number(text) => Provider::Ichushi,
        Format::Nbib if has("PMID- ") => Provider::PubMed,
        Format::Nbib if has("PMC - ") => Provider::Pmc,
        Format::OvidTagged | Format::OvidLabelled => Provider::Ovid,
        Format::Wos => Provider::Wos,
        Format::Refer if has("医中誌") || has("jamas.or.jp") || has_ichushi_number(text) => Provider::Ichushi,
        Format::Refer => Provider::EndNote,
        Format::RefWorks => Provider::RefWorks,
        Format::ProQuestText => Provider::ProQuest,
        Format::IctrpXml => Provider::Ictrp,
        Format::IchushiDisplay | Format::IchushiTagged => Provider::Ichushi,
        Format::PubmedXml => Provider::PubMed,
        Format::EbscoXml => Provider::Ebsco,
        Format::EndnoteXml => Provider::EndNote,
        Format::ZoteroRdf => Provider::Zotero,
        Format::Csv | Format::Tsv => table::provider_of(text),
        Format::Jsonl => jsonl::provider_of(text),
        Format::Bibtex => match BIBTEX_SIGNS.iter().find(|(sign, _)| has(sign)) {
            Some((_, provider)) => *provider,
            None if has_ichushi_number(text) => Provider::Ichushi,
            None => Provider::Generic,
        },
        Format::Tagged if has("医中誌") || has("jamas.or.jp") || tagged_with_ichushi_number(text) => Provider::Ichushi,
        Format::Nbib | Format::Xlsx | Format::Tagged => Provider::Generic,
    }
}

/// EndNote ends each entry with its own running number: `ID  - 57530`, then `ER`.
fn by_endnote(text: &str) -> bool {
    let mut lines = lines(text).peekable();
    while let Some(line) = lines.next() {
        let number = line.strip_prefix("ID  - ").is_some_and(|v| !v.trim().is_empty() && v.trim().bytes().all(|b| b.is_ascii_digit()));
        if number && lines.peek().is_some_and(|next| next.starts_with("ER  -")) && text.contains("ST  - ") {
            return true;
        }
    }
    false
}

/// `1. ` alone on the line above the first `TY` in a file that links to Ovid (others count too), or Ovid's `DB` above it.
fn ovid_counter(text: &str) -> bool {
    let mut before = "";
    for line in lines(text) {
        if is_tag(line.trim(), "TY") {
            let counted = is_counter(before) && !before.trim_start().starts_with('<');
            return (counted && (text.contains("ovid") || text.contains("Ovid"))) || before.starts_with("DB  - Ovid");
        }
        before = line;
    }
    false
}

/// Lines of Japanese text that end with a 医中誌文献番号 behind a tag or alone.
fn tagged_with_ichushi_number(text: &str) -> bool {
    let last = |line: &str| line.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next().is_some_and(ichushi::is_number);
    has_kana(text) && lines(text).any(last)
}

fn has_kana(text: &str) -> bool {
    text.contains(|c: char| ('\u{3041}'..='\u{30ff}').contains(&c))
}

/// A 医中誌文献番号 as an accession, in a file with Japanese text.
fn has_ichushi_number(text: &str) -> bool {
    let value = |line: &str| {
        let key = line.strip_prefix('@').and_then(|rest| rest.split_once('{')).map(|(_, key)| key.trim_end_matches([',', ' ']));
        key.or_else(|| line.split_once("- ").map(|(_, v)| v)).or_else(|| line.strip_prefix("%M ")).map(|v| v.trim().to_owned())
    };
    let tagged = |line: &&str| ["ID", "AN", "UI", "PMID", "%M", "@"].iter().any(|tag| line.starts_with(tag));
    has_kana(text) && lines(text).filter(tagged).filter_map(value).any(|v| ichushi::is_number(&v))
}

/// `DA  - 2019/01/30/`, `Y2  - 2019/10/29/18:46:13`: Zotero writes dates with all three slashes.
fn zotero_dates(text: &str) -> bool {
    lines(text).any(|line| {
        let date = line.strip_prefix("DA  - ").is_some_and(|d| d.matches('/').count() == 3);
        date || line.strip_prefix("Y2  - ").is_some_and(|d| d.matches('/').count() == 3 && d.contains(':'))
    })
}
