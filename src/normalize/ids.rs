//! Identifiers found anywhere in a field: DOI, PMID, PMCID, ISSN, ISBN, trial registrations. One rule: nothing is corrected —
//! a number is taken in its standard form or not at all.

use std::borrow::Cow;

/// Characters of an ISBN without hyphens, the old form.
pub const SHORTEST_ISBN: usize = 10;

/// Longest DOI that is taken (the registry's own are under 200; SICI forms reach 100).
const MAX_DOI: usize = 300;

/// What nearly all DOIs that are written as links begin with.
const RESOLVERS: [&str; 4] = ["https://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/", "http://doi.org/"];

/// By byte: whether it stands in a DOI and ends none, in a link or alone.
static USUAL: [bool; 256] = {
    let mut usual = [false; 256];
    let mut byte = 0;
    while byte < usual.len() {
        usual[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'.' | b'/' | b'-' | b'_' | b'(' | b')' | b';' | b':');
        byte += 1;
    }
    usual
};

/// The first DOI in a text, without prefix, case as given: `https://doi.org/10.1/x`, `doi:10.1/x.`, `10.1/x [doi]`, percent-encoded.
pub fn doi(raw: &str) -> Option<String> {
    let bare = RESOLVERS.iter().find_map(|resolver| raw.strip_prefix(resolver)).unwrap_or(raw);
    let bare = bare.strip_suffix(" [doi]").unwrap_or(bare); // PubMed's mark
    if bare.starts_with("10.")
        && raw.len() <= MAX_DOI
        && is_doi_start(bare.as_bytes(), 0)
        && bare.bytes().all(|byte| USUAL[usize::from(byte)])
    {
        return Some(trimmed(bare)).filter(|doi| has_suffix(doi)).map(str::to_owned);
    }
    if !raw.contains("10.") && !raw.contains(['&', '%']) {
        return None;
    }
    let text = super::markup::entities(raw);
    let found = doi_start(&text).map(|at| (at, text.to_string()));
    let (at, text) = match found {
        Some(found) => found,
        None => {
            let decoded = percent_decoded(&text);
            (doi_start(&decoded)?, decoded)
        }
    };
    let in_link = text[..at].rfind("://").is_some_and(|scheme| !text[scheme..at].contains(char::is_whitespace));
    let at_resolver = in_link && text[..at].contains("doi.org");
    let rest = &text[at..];
    // old Wiley and SICI names hold `<` and `>`: `10.1002/1522-2586(200102)13:2<288::AID-JMRI1041>3.0.CO;2-P`
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let sici = word.contains("(SICI)") || (word.contains('<') && word.contains(".CO;"));
    let end = rest.find(|c: char| ends_doi(c, sici)).unwrap_or(rest.len());
    let mut doi = if in_link || rest[..end].contains("%2") || rest[..end].contains("%3") {
        percent_decoded(&rest[..end])
    } else {
        rest[..end].to_owned()
    };
    if in_link && let Some(query) = doi.find(['?', '#', '&']) {
        doi.truncate(query);
    }
    if in_link && !at_resolver {
        for suffix in ["/fulltext", "/abstract", "/full", "/epdf", "/pdf", "/html", ".pdf", "/meta"] {
            if doi.ends_with(suffix) {
                doi.truncate(doi.len() - suffix.len());
            }
        }
    }
    let doi = trimmed(&doi);
    (doi.len() <= MAX_DOI && has_suffix(doi)).then(|| doi.to_owned())
}

fn has_suffix(doi: &str) -> bool {
    memchr::memchr(b'/', doi.as_bytes()).is_some_and(|at| at + 1 < doi.len())
}

/// Where `10.<4–9 digits>(.<digits>)*/` begins, not inside a longer number.
fn doi_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"10.").find(|&at| is_doi_start(bytes, at))
}

/// Whether the `10.` at `at` begins a DOI.
fn is_doi_start(bytes: &[u8], at: usize) -> bool {
    let free = at == 0 || !(bytes[at - 1].is_ascii_digit() || bytes[at - 1] == b'.');
    let registrant = bytes[at + 3..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    free && (4..=16).contains(&registrant)
        && bytes[at + 3..].iter().take(4).all(u8::is_ascii_digit)
        && bytes.get(at + 3 + registrant) == Some(&b'/')
}

fn ends_doi(c: char, sici: bool) -> bool {
    c.is_whitespace()
        || super::text::is_invisible(c)
        || matches!(c, '"' | '{' | '}' | '|' | '\\' | '^' | '`' | '、' | '。' | '，' | '）' | '］')
        || (!sici && matches!(c, '<' | '>'))
}

/// Without sentence signs, and without a closing bracket that was not opened.
fn trimmed(doi: &str) -> &str {
    if doi.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric) {
        return doi;
    }
    let mut doi = doi;
    loop {
        let before = doi;
        doi = doi
            .strip_suffix("[doi]")
            .unwrap_or(doi)
            .trim_end_matches(['.', ',', ';', ':', '\'', '*', '_', '\u{2019}', '\u{201d}', '”', '/']);
        for (open, close) in [('(', ')'), ('[', ']'), ('<', '>')] {
            if doi.ends_with(close) && doi.matches(close).count() > doi.matches(open).count() {
                doi = &doi[..doi.len() - 1];
            }
        }
        if doi == before {
            return doi;
        }
    }
}

/// `%2F` → `/`; sequences that aren't UTF-8 stay as they are.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'%') {
        return text.to_owned();
    }
    let hex = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A PMID in a field of its own: `33343428`, `PMID: 33343428`, `NLM23803397`, `MEDLINE:11111111`, `31204036.0` (from a spreadsheet).
pub fn pmid(raw: &str) -> Option<String> {
    let text = raw.trim().trim_end_matches('.');
    let text = text.strip_suffix(".0").unwrap_or(text);
    if (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.trim_start_matches('0')).filter(|number| !number.is_empty()).map(str::to_owned);
    }
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (label, number) = text.split_at(text.len() - digits);
    let label = label.trim_matches([' ', ':', '\u{a0}', '-', '/', '=']).to_ascii_lowercase();
    let known = ["", "pmid", "nlm", "medline", "pubmed", "pubmed id"].contains(&label.as_str())
        || label.ends_with("pubmed.ncbi.nlm.nih.gov")
        || label.ends_with("/pubmed");
    let number = number.trim_start_matches('0');
    (known && (1..=8).contains(&number.len())).then(|| number.to_owned())
}

/// A PMID named as such within running text (`… PMID: NLM23803397. …`, Cochrane's `PUBMED 15378438,EMBASE 39330001`).
pub fn pmid_in(text: &str) -> Option<String> {
    labelled(text, "PMID").chain(labelled(text, "PUBMED ")).find_map(|rest| {
        let rest = rest.trim_start_matches([':', ' ', '\u{a0}', '-', '=']);
        let rest = rest.strip_prefix("NLM").unwrap_or(rest);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (5..=8).contains(&digits).then(|| rest[..digits].to_owned())
    })
}

/// What stands behind each occurrence of `label`.
fn labelled<'t>(text: &'t str, label: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(label).map(move |(at, _)| &text[at + label.len()..])
}

/// The first PMCID in a text, as `PMC1234567`.
pub fn pmcid(raw: &str) -> Option<String> {
    labelled(raw, "PMC").find_map(|rest| {
        let rest = rest.trim_start_matches([':', ' ']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (3..=9).contains(&digits).then(|| format!("PMC{}", &rest[..digits]))
    })
}

/// Every ISSN in a text as `1234-567X`, in order, without repeats: `01650327`, `0964-6906 (Print)0964-6906`.
pub fn issns(raw: &str) -> Vec<String> {
    if let Some(issn) = plain_issn(raw) {
        return vec![issn];
    }
    let mut found: Vec<String> = Vec::new();
    for issn in number_runs(&plain_signs(raw)).filter_map(plain_issn) {
        if !found.contains(&issn) {
            found.push(issn);
        }
    }
    found
}

/// `1234-567X` or `1234567X` alone, the usual case.
pub fn plain_issn(value: &str) -> Option<String> {
    let value = super::text::trimmed(value);
    let (head, tail) = match value.len() {
        9 if value.as_bytes()[4] == b'-' => (value.get(..4)?, value.get(5..)?),
        8 => (value.get(..4)?, value.get(4..)?),
        _ => return None,
    };
    let (digits, last) = tail.as_bytes().split_at(3);
    let numeric = head.bytes().chain(digits.iter().copied()).all(|byte| byte.is_ascii_digit());
    (numeric && matches!(last, [b'0'..=b'9' | b'X' | b'x']))
        .then(|| [head, "-", &tail[..3], if tail.ends_with('x') { "X" } else { &tail[3..] }].concat())
}

/// The ISSN of which a spreadsheet took the zero at its head: `1485598` was `0148-5598`, as the check digit (ISO 3297) tells.
pub fn issn_without_zero(value: &str) -> Option<String> {
    let issn = plain_issn(&format!("0{value}")).filter(|_| value.len() == 7)?;
    let digits = issn.bytes().filter(|byte| *byte != b'-').map(|byte| if byte == b'X' { 10 } else { u32::from(byte - b'0') });
    let sum: u32 = digits.zip((1..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    sum.is_multiple_of(11).then_some(issn)
}

/// Every ISBN in a text, hyphens removed, in order, without repeats: 13 digits after 978/979, or ten characters.
pub fn isbns(raw: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for run in number_runs(&plain_signs(raw)).filter(|run| run.len() >= SHORTEST_ISBN) {
        let digits = run.replace('-', "").to_ascii_uppercase();
        let shaped = match digits.len() {
            13 => (digits.starts_with("978") || digits.starts_with("979")) && !digits.contains('X'),
            SHORTEST_ISBN => !digits[..9].contains('X'),
            _ => false,
        };
        if shaped && !found.contains(&digits) {
            found.push(digits);
        }
    }
    found
}

/// Full-width forms and dashes as ASCII.
fn plain_signs(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    };
    raw.chars().map(plain).collect()
}

/// Runs of digits and hyphens that begin with a digit, with a check character X at the end.
fn number_runs(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        let run = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-');
        let (length, digits) = run.fold((0, 0), |(length, digits), byte| (length + 1, digits + usize::from(byte.is_ascii_digit())));
        at = start + length;
        // only an eighth or tenth place can be a check character
        at += usize::from(matches!(digits, 7 | 9) && matches!(bytes.get(at), Some(b'X' | b'x')));
        Some(text[start..at].trim_end_matches('-'))
    })
}

/// The form of a registry's numbers: what they begin with, the fewest and the most characters behind it, and what those may be
/// besides digits.
type Registry = (&'static str, usize, usize, &'static str);

/// The registries' own published forms: those whose numbers hold `CT` …
const WITH_CT: &[Registry] = &[
    ("NCT", 8, 8, ""),
    ("jRCT", 10, 11, "s"),
    ("JapicCTI-", 6, 6, ""),
    ("ISRCTN", 8, 8, ""),
    ("ACTRN", 14, 14, ""),
    ("ChiCTR", 5, 16, "-TRCONIPDEB"),
    ("EUCTR", 14, 14, "-"),
    ("CTRI/", 14, 14, "/"),
    ("KCT", 7, 7, ""),
    ("IRCT", 8, 22, "N"),
    ("PACTR", 12, 17, ""),
    ("TCTR", 11, 11, ""),
];
/// … and the others.
const OTHERS: [Registry; 3] = [("UMIN", 9, 9, ""), ("DRKS", 8, 8, ""), ("RBR-", 5, 8, "abcdefghijklmnopqrstuvwxyz")];

/// Trial registration numbers in a text, in order, without repeats.
pub fn trial_ids(raw: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for place in memchr::memchr3_iter(b'C', b'M', b'R', raw.as_bytes()) {
        // two letters of each, which few words hold side by side
        let (pair, registries) = match raw.as_bytes()[place..] {
            [b'C', b'T', ..] => ("CT", WITH_CT),
            [b'M', b'I', ..] => ("MI", &OTHERS[..1]),
            [b'R', b'K', ..] => ("RK", &OTHERS[1..2]),
            [b'R', b'B', ..] => ("RB", &OTHERS[2..]),
            _ => continue,
        };
        found.extend(registries.iter().filter_map(|registry| {
            let at = place.checked_sub(registry.0.find(pair)?)?;
            Some((at, trial_id(raw, at, *registry)?))
        }));
    }
    found.sort();
    let mut ids: Vec<String> = Vec::new();
    for (_, id) in found {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The number of `registry` that begins at `at`, if one does.
fn trial_id(raw: &str, at: usize, (prefix, shortest, longest, more): Registry) -> Option<String> {
    let rest = raw.get(at..)?.strip_prefix(prefix)?.trim_start_matches([' ', ':']);
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || more.as_bytes().contains(byte)).count();
    let rest = rest[..length].trim_end_matches(['-', '/']);
    let free = at == 0 || !raw.as_bytes()[at - 1].is_ascii_alphanumeric();
    let said = free && (shortest..=longest).contains(&rest.len()) && rest.bytes().any(|byte| byte.is_ascii_digit());
    said.then(|| [prefix, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois() {
        for (raw, want) in [
            ("10.1000/xyz", "10.1000/xyz"),
            ("doi:10.1000/Xyz.", "10.1000/Xyz"),
            ("https://doi.org/10.1016/j.x.2020.01.001", "10.1016/j.x.2020.01.001"),
            ("http://dx.doi.org/10.1016/S0893-133X%2898%2900108-0", "10.1016/S0893-133X(98)00108-0"),
            ("http://dx.doi.org/10.1016/S0893-133X%2898%2900108-0 and http://dx.doi.org/10.1016/x", "10.1016/S0893-133X(98)00108-0"),
            ("10.1016/j.jad.2019.1 [doi]", "10.1016/j.jad.2019.1"),
            ("https://www.tandfonline.com/doi/full/10.1080/1234?needAccess=true", "10.1080/1234"),
            ("https://onlinelibrary.wiley.com/doi/10.1002/abc.12/abstract", "10.1002/abc.12"),
            ("(10.1000/abc)", "10.1000/abc"),
            ("10.1002/1522-2586(200102)13:2<288::AID-JMRI1041>3.0.CO;2-P", "10.1002/1522-2586(200102)13:2<288::AID-JMRI1041>3.0.CO;2-P"),
            (
                "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
                "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            ),
            (
                "10.1002/(SICI)1097-0258(199808)17:15&lt;1661::AID&gt;3.0.CO;2-2",
                "10.1002/(SICI)1097-0258(199808)17:15<1661::AID>3.0.CO;2-2",
            ),
            ("<a href=\"10.1/2\">https://doi.org/10.1234/x</a>", "10.1234/x"),
            ("Extra: DOI 10.5555/ab.c; more", "10.5555/ab.c"),
            ("https%3A%2F%2Fdoi.org%2F10.1234%2Fabc", "10.1234/abc"),
            ("10.1007/978-3-319-1234-5_6", "10.1007/978-3-319-1234-5_6"),
            ("10.11477/mf.1405123456。", "10.11477/mf.1405123456"),
        ] {
            assert_eq!(doi(raw).as_deref(), Some(want), "{raw}");
        }
        for none in ["", "10.", "10.1000", "110.1000/x", "2010.1000/x", "http://x.org/10.12/x", "10.1000/"] {
            assert_eq!(doi(none), None, "{none}");
        }
    }

    #[test]
    fn medline_numbers() {
        for (raw, want) in [
            ("33343428", Some("33343428")),
            ("PMID: 33343428", Some("33343428")),
            ("NLM23803397", Some("23803397")),
            ("MEDLINE:11111111", Some("11111111")),
            ("31204036.0", Some("31204036")),
            ("https://pubmed.ncbi.nlm.nih.gov/123456/", None),
            ("https://pubmed.ncbi.nlm.nih.gov/123456", Some("123456")),
            ("2023-15354-001", None),
            ("", None),
            ("123456789", None),
            ("WOS:000123", None),
        ] {
            assert_eq!(pmid(raw).as_deref(), want, "{raw}");
        }
        assert_eq!(pmid_in("NLM UID: 0400666. PMID: NLM23803397.").as_deref(), Some("23803397"));
        assert_eq!(pmid_in("no number").as_deref(), None);
        assert_eq!(pmcid("x PMC7654321 y").as_deref(), Some("PMC7654321"));
        assert_eq!(pmcid("PMC"), None);
    }

    #[test]
    fn serial_and_book_numbers() {
        for (raw, want) in [
            ("01650327", "0165-0327"),
            ("0165-0327 (Print)", "0165-0327"),
            ("0964-6906 (Print)0964-6906", "0964-6906"),
            ("1999-7777(Electronic),0222-6666(Print)", "1999-7777 0222-6666"),
            ("09540121 (ISSN)", "0954-0121"),
            ("1895-5770 1895-5770", "1895-5770"),
            ("2049632x", "2049-632X"),
            ("1092-6429 (print);;1092-6429 (linking)", "1092-6429"),
            ("0894-9867, 0894-9867", "0894-9867"),
            ("978-4-260-12345-6", ""),
            ("N.PAG", ""),
            ("ISSN0098-1133", "0098-1133"),
        ] {
            assert_eq!(issns(raw).join(" "), want, "{raw}");
        }
        assert_eq!(isbns("978-4-260-01234-5 (Print); 4260012345"), ["9784260012345", "4260012345"]);
        assert_eq!(isbns("0-306-40615-X, 1234-5678"), ["030640615X"]);
        assert!(isbns("0165-0327").is_empty());
    }

    #[test]
    fn every_registry_is_seen_wherever_it_stands() {
        for (prefix, shortest, ..) in WITH_CT.iter().chain(&OTHERS) {
            let id = [*prefix, &"7".repeat(*shortest)].concat();
            for before in 0..70 {
                assert_eq!(trial_ids(&[&"x".repeat(before), " ", &id].concat()), [id.as_str()], "behind {before}");
            }
        }
        assert_eq!(trial_ids(&"Case management: a trial. R C M".repeat(9)), [""; 0]);
    }

    #[test]
    fn registrations() {
        assert_eq!(
            trial_ids("ClinicalTrials.gov/NCT01234567; UMIN000012345, jRCTs031180001 jRCT1031200001 ISRCTN12345678 NCT01234567"),
            ["NCT01234567", "UMIN000012345", "jRCTs031180001", "jRCT1031200001", "ISRCTN12345678"]
        );
        assert_eq!(
            trial_ids("EUCTR2004-000022-63 ChiCTR-TRC-12002123 JapicCTI-123456 ACTRN12605000001611"),
            ["EUCTR2004-000022-63", "ChiCTR-TRC-12002123", "JapicCTI-123456", "ACTRN12605000001611"]
        );
        assert_eq!(
            trial_ids("IRCT2013N1234, KCT0001234; DRKS00001234 RBR-2ab3c"),
            ["IRCT2013N1234", "KCT0001234", "DRKS00001234", "RBR-2ab3c"]
        );
        assert_eq!(trial_ids("no five digits in a row: IRCT2013N1234"), ["IRCT2013N1234"]);
        assert!(trial_ids("NCT123 xNCT01234567, an RCT of CT scans").is_empty());
    }
}
