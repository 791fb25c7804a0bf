//! The fields of RIS: provider first, then tag. Its one rule: a tag that means something else in a provider's hands
//! is decided in `own`, before the common meaning applies.

use std::borrow::Cow;

use super::bookkeeping;
use super::build::{Builder, is_absent};
use super::ichushi;
use super::kind::Provider;
use super::prior;
use super::tagged::{Gathered, lines_of, listed, split, unfolded};
use super::unknown::Unknown;
use crate::model::Record;
use crate::normalize::{dates, ids, names, text};

/// Tags that are known, say nothing that a screener needs, and stay in the entry's raw text only.
#[rustfmt::skip]
fn is_raw_only(tag: &str) -> bool {
    matches!(
        tag.as_bytes(),
        b"TY" | b"ER" | b"CY" | b"PP" | b"ET" | b"RN" | b"RP" | b"AV" | b"SE" | b"CN" | b"LB" | b"LK" | b"OP" | b"SV" | b"NV"
        | b"NL" | b"TS" | b"M4" | b"Y2" | b"AI" | b"A2" | b"A3" | b"A4" | b"ED" | b"DP" | b"WE" | b"FU" | b"FX" | b"PI" | b"PA"
        | b"C1" | b"C2" | b"C3" | b"C4" | b"C5" | b"C6" | b"C7" | b"C8" | b"U1" | b"U2" | b"U3" | b"U4" | b"U5" | b"U6" | b"M1"
        | b"M2" | b"M3" | b"L3" | b"L4" | b"T3" | b"TA" | b"CP" | b"RI" | b"OI" | b"CR" | b"NR" | b"TC" | b"Z9" | b"SI" | b"CT"
        | b"CL" | b"EM" | b"ID" | b"VN" | b"DESCRIPTORS" | b"IDENTIFIERS" | b"PD" | b"ST" | b"TT" | b"CA" | b"PMID" | b"PMCID"
    )
}

/// The line behind an entry with which Ovid links to itself.
const OVID_LINK: &str = "Link to the Ovid Full Text";

/// What the entry says. Unknown tags go to the record's `extra` and are counted in `unknown`.
pub fn understand(entry: &Gathered, provider: Provider, unknown: &mut Unknown) -> Record {
    let mut b = Builder::default();
    for (tag, value) in entry.fields() {
        if value.is_empty() {
            continue;
        }
        if own(&mut b, provider, tag, &value) || common(&mut b, tag, &value) || is_raw_only(tag) {
            continue;
        }
        b.unknown(tag, &value);
        unknown.note(tag, &value);
    }
    afterwards(&mut b, provider, entry);
    b.finish()
}

/// What a provider means by a tag; `false` where the common meaning holds.
fn own(b: &mut Builder, provider: Provider, tag: &str, value: &str) -> bool {
    if tag == "N1" && prior::is_rayyan(value) {
        b.note(value); // whichever database had the record before Rayyan
        return true;
    }
    match provider {
        Provider::Ovid => ovid(b, tag, value),
        Provider::Ebsco => ebsco(b, tag, value),
        Provider::ProQuest => proquest(b, tag, value),
        Provider::Embase => embase(b, tag, value),
        Provider::Scopus => scopus(b, tag, value),
        Provider::Wos => wos(b, tag, value),
        Provider::EndNote | Provider::Citavi => endnote(b, tag, value),
        Provider::Eppi => eppi(b, tag, value),
        Provider::PsycNet => psycnet(b, tag, value),
        Provider::Erabi => erabi(b, tag, value),
        Provider::Ichushi => ichushi::ris_tag(b, tag, value),
        Provider::Cochrane => cochrane(b, tag, value),
        Provider::Lilacs if tag == "MH" => {
            b.keyword(value, "thesaurus");
            true
        }
        Provider::Zotero | Provider::Lens => match tag {
            "N1" => {
                bookkeeping::pmid_and_ids(b, value);
                b.note(value);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

fn ovid(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"N2" | b"AB" => b.abstract_part(unglued(value)),
        b"KW" => b.keyword(value, "thesaurus"),
        b"M1" | b"A2" | b"AI" => {}
        b"M2" | b"AD" => b.affiliation(value),
        b"NL" => b.abbreviation(value),
        b"T3" => {
            b.notice_in(value);
        }
        b"L2" => b.link(value),
        // raw text only, as `CC` of Ovid's other formats
        b"M3" if is_classification(value) => {}
        b"PT" => b.publication_type(value),
        _ => return false,
    }
    true
}

/// PsycInfo's classification, which Ovid writes where others write the kind of document: `Outpatient Services [3371]`.
fn is_classification(value: &str) -> bool {
    let code = value.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')).map(|(_, code)| code);
    code.is_some_and(|code| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Ovid's `AbstractSocial marginalization …`: a heading that lost its line end.
fn unglued(value: &str) -> &str {
    match value.strip_prefix("Abstract") {
        Some(rest) if rest.starts_with(char::is_uppercase) => rest,
        _ => value,
    }
}

fn ebsco(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"N1" => bookkeeping::ebsco(b, value),
        b"Y2" => b.date(value),
        b"L3" | b"M3" if ids::doi(value).is_some() => b.doi(value),
        b"DB" => b.database(database_of_code(value).unwrap_or(value)),
        b"KW" => b.keyword(value, ""),
        _ => return false,
    }
    true
}

fn proquest(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "AN" => b.accession(value.split(';').next().unwrap_or(value)),
        // `Vernon, Julia R; G`
        "AU" | "A1" if value.rsplit_once("; ").is_some_and(|(_, initial)| initial.len() == 1) => b.author(&value.replace(';', "")),
        "AD" => value.split(" ; ").for_each(|part| b.affiliation(part)),
        "TT" => b.title_other(value),
        "L1" | "L2" => {}
        "N1" if value.starts_with("PMID") || value.contains("PMID -") => b.pmid(value),
        "N1" if value.starts_with("SuppNotes") => {} // raw text only; the DOIs there are those of other works
        "N1" => bookkeeping::pmid_and_ids(b, value),
        _ => return false,
    }
    true
}

fn embase(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"U2" => b.accession(value),
        b"C5" => b.pmid(value),
        b"M1" => b.affiliation(value),
        b"LK" => {}
        b"KW" => b.keyword(value, "thesaurus"),
        _ => return false,
    }
    true
}

fn scopus(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"C2" if value.bytes().all(|c| c.is_ascii_digit()) => b.pmid(value),
        b"C7" => b.start_page(value),
        b"ST" => b.title_other(value), // the title that `TI` translates
        b"N1" | b"U3" => bookkeeping::pmid_and_ids(b, if value.starts_with("References:") { "" } else { value }),
        _ => return false,
    }
    true
}

fn wos(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "C6" => b.date(value),
        "C7" => b.start_page(value),
        "N1" => bookkeeping::pmid_and_ids(b, value),
        "JI" => b.abbreviation(value),
        "DA" if dates::year(value).is_none() => b.month(value),
        "CP" => {} // the conference, not the issue
        _ => return false,
    }
    true
}

/// EndNote numbers its entries in `ID` and puts several values into one field, a line each.
fn endnote(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "ID" => {}
        "C2" => {
            if value.starts_with("PMC") {
                b.record.pmcid = ids::pmcid(value);
            } else if b.record.pmid.is_none() && value.len() <= 8 {
                b.pmid(value);
            }
        }
        "C7" => b.start_page(value),
        "DP" => b.database(value),
        _ => return false,
    }
    true
}

/// EPPI-Reviewer writes `Stevens D E` without comma and its own number in `U1`.
fn eppi(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "AU" | "A1" if is_absent(value) => {}
        "AU" | "A1" => b.push_author(names::author_in(value, names::Order::FamilyFirst)),
        "KW" if value.starts_with("eppi-reviewer") => {}
        "U1" => b.record.external_id = Some(value.to_owned()),
        "N1" => bookkeeping::ebsco(b, value),
        _ => return false,
    }
    true
}

fn psycnet(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "PMID" => b.pmid(value),
        "M3" if ids::doi(value).is_some() => b.doi(value),
        "KW" | "DESCRIPTORS" => {
            for term in value.split(';') {
                let known = b.record.keywords.iter().any(|k| k.term == term.trim().trim_start_matches('*'));
                if !known {
                    b.keyword(term, "thesaurus");
                }
            }
        }
        _ => return false,
    }
    true
}

fn cochrane(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "C3" => b.record.pmid = ids::pmid(value).or_else(|| ids::pmid_in(value)),
        "N1" => {
            bookkeeping::pmid_and_ids(b, value);
            b.note(value);
        }
        _ => return false,
    }
    true
}

/// What `export::ris` writes, read back as it was.
fn erabi(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "TT" => b.title_other(value),
        "N2" => b.abstract_other(value),
        "C2" => b.record.pmcid = ids::pmcid(value),
        "ID" => b.record.external_id = Some(value.to_owned()),
        "M3" => value.split("; ").for_each(|part| b.publication_type(part)),
        "N1" => match value.split_once(": ") {
            Some(("PMID", pmid)) => b.pmid(pmid),
            Some(("Trial registration", id)) => b.record.trial_ids.push(id.to_owned()),
            Some((kind @ ("retracted" | "retraction_of" | "erratum" | "comment" | "concern" | "update"), text)) => {
                b.notice(kind, text);
            }
            _ => b.note(value),
        },
        _ => return false,
    }
    true
}

/// What a tag means in most hands; `false` where it has no common meaning.
fn common(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag.as_bytes() {
        b"TY" => b.record.kind = kind(value),
        b"T1" => b.title(0, value),
        b"TI" => b.title(1, value),
        b"CT" => b.title(2, value),
        b"TT" => b.title_other(value),
        b"AU" | b"A1" => authors(b, value),
        b"ED" | b"A2" | b"A3" | b"A4" => b.editor(value),
        b"BT" => b.journal(4, value),
        b"T2" => b.journal(2, value),
        b"JF" => b.journal(0, value),
        b"JO" => b.journal(1, value),
        b"JA" | b"J2" | b"J1" | b"J9" | b"JI" => b.abbreviation(value),
        b"T3" => {
            b.notice_in(value);
        }
        b"PY" | b"Y1" | b"DA" => b.date(value),
        b"VL" | b"VO" => b.volume(value),
        b"IS" | b"CP" => b.issue(value),
        b"SP" => b.start_page(value),
        b"EP" => b.end_page(value),
        b"SN" => lines_of(value).for_each(|line| b.serial(line)),
        b"DO" | b"DI" => b.doi(value),
        b"M3" if memchr::memchr(b'.', value.as_bytes()).is_some() && value.contains("10.") && ids::doi(value).is_some() => b.doi(value),
        b"M3" => split(value, b';').for_each(|part| b.publication_type(part)),
        b"L3" => b.doi(value),
        b"UR" => listed(value).for_each(|line| links(b, line)),
        b"L2" => lines_of(value).for_each(|line| b.link(line)),
        b"L1" => lines_of(value).filter(|line| line.starts_with("http")).for_each(|line| b.link(line)), // not one's own files
        b"AN" => b.accession(value),
        b"N2" if b.has_abstract() => b.second_abstract(value),
        b"AB" | b"N2" => b.abstract_part(value),
        b"KW" => keywords(b, value),
        b"LA" => b.language(value),
        b"DB" => b.database(value),
        b"PB" | b"PU" => b.publisher(value),
        b"AD" => lines_of(value).for_each(|line| b.affiliation(line)),
        b"N1" => {
            bookkeeping::pmid_and_ids(b, value);
            if value.starts_with("Accession Number:") { bookkeeping::ebsco(b, value) } else { b.note(value) }
        }
        b"C2" if value.starts_with("PMC") => b.record.pmcid = ids::pmcid(value),
        b"MH" => b.keyword(value, "mesh"),
        // Dimensions: `35957633 [PMID]`
        b"U1" if value.ends_with(" [PMID]") => b.pmid(value.trim_end_matches(" [PMID]")),
        b"U1" if value.ends_with(" [PMCID]") => b.record.pmcid = ids::pmcid(value.trim_end_matches(" [PMCID]")),
        b"PMID" => b.pmid(value),
        b"PMCID" => b.record.pmcid = ids::pmcid(value),
        _ => return false,
    }
    true
}

/// One author a field, as nearly always, or one a line.
fn authors(b: &mut Builder, value: &str) {
    match names::usual(value) {
        Some(author) => b.push_author(Some(author)),
        None => lines_of(value).filter(|line| !line.is_empty()).for_each(|line| author(b, line)),
    }
}

/// One author; some exports put all of them into one field (`Achterbergh RCA, van der Helm JJ, de Vries HJC`).
fn author(b: &mut Builder, value: &str) {
    let short = |name: &str| name.rsplit_once(' ').is_some_and(|(_, last)| last.len() <= 4 && last.bytes().all(|c| c.is_ascii_uppercase()));
    let has = |sign: u8| memchr::memchr(sign, value.as_bytes()).is_some();
    let comma = memchr::memchr(b',', value.as_bytes());
    let several = || comma.is_some_and(|at| short(value[..at].trim())) && value.split(',').all(|name| short(name.trim()));
    if several() || (has(b';') && value.contains("; ")) {
        names::author_list(value).into_iter().for_each(|author| b.push_author(Some(author)));
    } else {
        b.author(value);
    }
}

/// One address, or several between blanks, with `and` among them where EndNote had it from Google Scholar.
fn links(b: &mut Builder, line: &str) {
    let mut schemes = memchr::memchr_iter(b':', line.as_bytes()).filter(|at| line.as_bytes()[*at..].starts_with(b"://"));
    if schemes.nth(1).is_some() {
        line.split_whitespace().filter(|link| link.contains("://")).for_each(|link| b.link(link));
    } else {
        b.link(line);
    }
}

/// One keyword a line; a single line with several `;` is a list.
fn keywords(b: &mut Builder, value: &str) {
    if text::is_simple(value) {
        return b.simple_keyword(value, "");
    }
    match memchr::memchr2(b'\n', b';', value.as_bytes()) {
        None => b.keyword(value, ""),
        Some(_) if memchr::memchr(b'\n', value.as_bytes()).is_some() => lines_of(value).for_each(|line| b.keyword(line, "")),
        Some(_) => split(value, b';').for_each(|term| b.keyword(term, "")),
    }
}

/// The type in RIS's spelling: the first word, upper case.
fn kind(value: &str) -> String {
    if value.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return value.to_owned();
    }
    let word = value.split_whitespace().next().unwrap_or_default();
    word.to_ascii_uppercase()
}

/// What can only be said when all fields were seen.
fn afterwards(b: &mut Builder, provider: Provider, entry: &Gathered) {
    fallback_titles(b, entry);
    let id = || entry.values("ID").find(|value| !is_absent(value)).map(|value| unfolded(&value).into_owned());
    if b.record.accession.is_none()
        && !matches!(provider, Provider::EndNote | Provider::Citavi | Provider::Erabi)
        && let Some(id) = id()
    {
        // a tool's running number is nobody's accession
        let running = provider == Provider::Generic && id.len() <= 4 && id.bytes().all(|c| c.is_ascii_digit());
        if running { b.record.external_id = Some(id) } else { b.accession(&id) }
    }
    match provider {
        Provider::Ichushi => ichushi::settle(b),
        Provider::Ebsco => bookkeeping::settle_keywords(b),
        _ => {}
    }
    let ovid_link = if provider == Provider::Ovid { ovid_link(entry.text()) } else { None };
    let url = match ovid_link {
        Some(link) => Some(Cow::Borrowed(link)),
        None => entry.values("UR").next().or_else(|| entry.values("L2").next()),
    };
    match provider {
        // Academic Search: the journal stands in `JF` and `JO`, the other title here
        Provider::Ebsco if b.record.kind == "JOUR" && entry.has_tag(&["JF", "JO"]) => other_title(b, entry, "T2"),
        // the same, after EPPI-Reviewer took it for the journal's name
        Provider::Eppi if is_translated_title(b) => {
            let title = b.record.journal.take().unwrap_or_default();
            b.title_other(&title);
        }
        // a library filled from PubMed: the title that `[…]` translates
        Provider::EndNote if b.record.title.as_deref().is_some_and(|title| title.starts_with('[')) => other_title(b, entry, "OP"),
        Provider::Wos => b.database("Web of Science"),
        Provider::CiNii => b.database("CiNii Research"),
        Provider::JStage => b.database("J-STAGE"),
        Provider::Dimensions => b.database("Dimensions"),
        Provider::Scopus if b.record.accession.is_none() => {
            let eid = url.as_deref().and_then(|url| behind(url, "eid=")).map(|rest| split(rest, b'&').next().unwrap_or(rest));
            eid.into_iter().for_each(|eid| b.accession(eid));
        }
        _ => {}
    }
    if b.record.database.is_none()
        && let Some(url) = &url
    {
        b.record.database = database_of_link(url).map(str::to_owned);
    }
    infer_pmid(b, provider, url.as_deref().unwrap_or_default());
}

/// Ovid's last link to itself, and what stands behind it.
fn ovid_link(text: &str) -> Option<&str> {
    memchr::memrchr_iter(b'L', text.as_bytes()).map(|at| &text[at..]).find(|rest| rest.starts_with(OVID_LINK))
}

/// `子ども虐待における家族支援.` in a journal called `FAMILY SUPPORT.`: titles end with a stop at EBSCOhost, journals do not.
fn is_translated_title(b: &Builder) -> bool {
    let stops = |name: &Option<String>, japanese: bool| {
        name.as_deref().is_some_and(|name| name.ends_with('.') && text::has_japanese(name) == japanese)
    };
    stops(&b.record.title, true) && stops(&b.record.journal, false) && b.record.journal_abbreviation.is_none()
}

/// What a tag says beside title and journal is the title in the other language.
fn other_title(b: &mut Builder, entry: &Gathered, tag: &str) {
    let said = [&b.record.title, &b.record.journal, &b.record.journal_abbreviation];
    let known = |value: &str| said.into_iter().flatten().any(|name| name == value || text::fold(name) == text::fold(value));
    let other = entry.values(tag).find(|value| !is_absent(value) && !known(value));
    other.into_iter().for_each(|value| b.title_other(&value));
}

/// A title when no title tag is there: short title, book title, then the name of the whole.
fn fallback_titles(b: &mut Builder, entry: &Gathered) {
    for tag in ["BT", "ST", "T2", "T3", "JF", "JO"] {
        if b.record.title.is_some() {
            return;
        }
        if let Some(value) = entry.values(tag).find(|value| !is_absent(value)) {
            b.title(9, &value);
            if b.record.journal == b.record.title {
                b.record.journal = None;
            }
        }
    }
}

/// The accession is the PMID where the database is MEDLINE or PubMed.
fn infer_pmid(b: &mut Builder, provider: Provider, url: &str) {
    let Some(accession) = b.record.accession.as_deref() else { return };
    let digits = (1..=8).contains(&accession.len()) && accession.bytes().all(|c| c.is_ascii_digit());
    if b.record.pmid.is_some() || !digits {
        return;
    }
    let database = b.record.database.as_deref().unwrap_or_default().to_ascii_uppercase();
    let medline = ["MEDLINE", "PUBMED", "NLM"].iter().any(|name| database.contains(name));
    let ovid_medline = provider == Provider::Ovid && ["D=med", "D=ppez", "D=prem"].iter().any(|d| url.contains(d));
    // EBSCOhost numbers its own copy of MEDLINE; the accession is the PMID there as well.
    if medline || ovid_medline {
        b.record.pmid = Some(accession.to_owned());
    }
}

/// EBSCOhost's short names.
fn database_of_code(code: &str) -> Option<&'static str> {
    Some(match code.trim() {
        "psyh" | "psych" => "APA PsycInfo",
        "pdh" => "APA PsycArticles",
        "ccm" | "cin20" | "rzh" | "c8h" | "cul" | "jlh" => "CINAHL",
        "mdc" | "cmedm" | "mnh" | "mdl" => "MEDLINE",
        "eric" => "ERIC",
        "aph" | "asn" | "asx" | "a9h" => "Academic Search",
        "ecn" | "eoh" => "EconLit",
        "sih" | "snh" => "SocINDEX",
        "s3h" | "sph" => "SPORTDiscus",
        "bth" | "buh" => "Business Source",
        "gnh" => "AgeLine",
        "8gh" => "GreenFILE",
        "swh" => "Social Work Abstracts",
        _ => return None,
    })
}

/// The database that a link of EBSCOhost or Ovid names.
pub fn database_of_link(url: &str) -> Option<&'static str> {
    let after = |key: &str| {
        let rest = behind(url, key)?;
        Some(&rest[..rest.bytes().take_while(u8::is_ascii_alphanumeric).count()])
    };
    // most links have no such parameter
    let named = |at: usize| url.as_bytes()[..at].ends_with(b"db") || url.as_bytes()[..at].ends_with(b"D");
    if !memchr::memchr_iter(b'=', url.as_bytes()).any(named) {
        return None;
    }
    if url.contains("ebscohost.com") {
        return after("&db=").or_else(|| after("?db=")).and_then(database_of_code);
    }
    if url.contains("ovid") {
        let code = after("&D=").or_else(|| after("?D="))?;
        let names = [
            ("med", "Ovid MEDLINE(R)"),
            ("ppez", "Ovid MEDLINE(R)"),
            ("prem", "Ovid MEDLINE(R)"),
            ("psy", "APA PsycInfo"),
            ("eme", "Embase"),
            ("oemez", "Embase"),
            ("cctr", "EBM Reviews - Cochrane Central Register of Controlled Trials"),
            ("caba", "CAB Abstracts"),
            ("eric", "ERIC"),
        ];
        return names.iter().find(|(head, _)| code.starts_with(head)).map(|(_, name)| *name);
    }
    None
}

/// What stands in a link behind the first `key`, which ends with `=`.
fn behind<'l>(url: &'l str, key: &str) -> Option<&'l str> {
    memchr::memchr_iter(b'=', url.as_bytes()).find(|at| url.as_bytes()[..=*at].ends_with(key.as_bytes())).map(|at| &url[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_is_no_publication_type() {
        for (value, is) in [
            ("Outpatient Services [3371]", true),
            ("Health & Mental Health Treatment & Prevention [3300]", true),
            ("Journal Article", false),
            ("Letter [2]", false),
        ] {
            let mut b = Builder::default();
            assert!(own(&mut b, Provider::Ovid, "M3", value) || common(&mut b, "M3", value));
            assert_eq!(b.record.publication_types.is_empty(), is, "{value}");
        }
    }

    #[test]
    fn a_field_says_the_doi_before_a_note_does() {
        let read = |provider, fields: &[(&str, &str)]| {
            let mut b = Builder::default();
            for (tag, value) in fields {
                assert!(own(&mut b, provider, tag, value) || common(&mut b, tag, value), "{tag}");
            }
            b.finish()
        };
        let note = ("N1", "For the data, see Journal of Traumatic Stress, doi: 10.5555/another.");
        for provider in [Provider::ProQuest, Provider::Generic, Provider::Zotero] {
            let both = read(provider, &[note, ("DO", "http://dx.doi.org/10.5555/own")]);
            assert_eq!(both.doi.as_deref(), Some("10.5555/own"), "{provider:?}");
            assert_eq!(read(provider, &[note]).doi.as_deref(), Some("10.5555/another"), "{provider:?}");
        }
        let supplement = ("N1", "SuppNotes - For the data, see Journal of Traumatic Stress, doi: 10.5555/another.");
        assert_eq!(read(Provider::ProQuest, &[supplement]).doi, None);
        let wos = read(Provider::Wos, &[("CP", "24th Annual Forum"), ("IS", "3")]);
        assert_eq!(wos.issue.as_deref(), Some("3"));
        let early = read(Provider::Wos, &[("DA", "MAY"), ("PY", "2023"), ("C6", "MAR 2023")]);
        assert_eq!((early.year, early.date.as_deref()), (Some(2023), Some("2023 MAY")));
        let cochrane = read(Provider::Cochrane, &[("C3", "PUBMED 15378438,EMBASE 39330001")]);
        assert_eq!(cochrane.pmid.as_deref(), Some("15378438"));
    }
}
