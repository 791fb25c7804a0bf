//! Links worth showing. One rule: no institution, session or person can be read off a link that passed here.

use std::borrow::Cow;

use super::ids::percent_decoded;
use super::letters::{Letters, Word};

/// Marks of a link that a publisher signed for one visit (Amazon's, Microsoft's and ScienceDirect's stores): its query is a key.
const SIGNED: [Word; 4] = [Word::new("x-amz-"), Word::new("&sig="), Word::new("?_tid="), Word::new("&_tid=")];

/// Longest link that is kept (bytes); longer ones are resolvers' parameter lists.
const MAX_LINK: usize = 2_000;

/// Whether a query parameter names an institution, a session or a campaign, or only steers a page.
fn is_private(name: &str) -> bool {
    // one more than the longest word has, so that no longer name is taken for one
    let mut lower = [0; "featuretoggles".len() + 1];
    let length = name.len().min(lower.len());
    lower[..length].copy_from_slice(&name.as_bytes()[..length]);
    lower.make_ascii_lowercase();
    matches!(
        &lower[..length],
        b"custid"
            | b"groupid"
            | b"authtype"
            | b"profile"
            | b"scope"
            | b"site"
            | b"lang"
            | b"accountid"
            | b"sid"
            | b"jsessionid"
            | b"phpsessid"
            | b"sessionid"
            | b"session"
            | b"token"
            | b"uid"
            | b"userid"
            | b"user"
            | b"geocustid"
            | b"ug"
            | b"shib"
            | b"casa_token"
            | b"needaccess"
            | b"via"
            | b"ref"
            | b"src"
            | b"from"
            | b"partnerid"
            | b"md5"
            | b"origin"
            | b"inward"
            | b"txgid"
            | b"featuretoggles"
            | b"ipaddr"
            | b"key"
            | b"cookieset"
            | b"bquery"
            | b"bdid"
            | b"_bd"
    ) || matches!(lower, [b'u', b't', b'm', b'_', ..] | [b'r', b'f', b't' | b'r', ..])
}

/// A link made presentable: entities resolved, proxies and private parameters off. `None` for what isn't a web address
/// (file paths, `javascript:`) and for institutions' resolvers.
pub fn clean(raw: &str) -> Option<String> {
    clean_seen(raw, Letters::of(raw))
}

/// As `clean`, for who has seen the link's letters.
pub fn clean_seen(raw: &str, letters: Letters) -> Option<String> {
    if letters.may_hold(b'&')
        && letters.may_hold(b';')
        && let Cow::Owned(text) = super::markup::entities(raw)
    {
        return shown(&text, Letters::of(&text));
    }
    shown(raw, letters)
}

/// As `clean`, for a text without entities.
fn shown(text: &str, letters: Letters) -> Option<String> {
    let text = if letters.is_one_word() && scheme(text).is_some() { Cow::Borrowed(text) } else { address(text, letters)? };
    let text = text.trim_end_matches(['.', ',', ';', ')', '>', '"']);
    match unproxied(text, letters) {
        Some(inner) => public(&inner, Letters::of(&inner)),
        None => public(text, letters),
    }
}

/// The link without what is private; `letters` are those of the link, or more.
fn public(text: &str, letters: Letters) -> Option<String> {
    if text.len() > MAX_LINK {
        return None;
    }
    let (scheme, rest) = scheme(text)?;
    let (authority, path) = rest.split_at(memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len()));
    let person = if letters.may_hold(b'@') { memchr::memrchr(b'@', authority.as_bytes()) } else { None };
    let mut out = String::with_capacity(text.len());
    out.push_str(scheme);
    let from = out.len();
    out.push_str(&authority[person.map_or(0, |at| at + 1)..]);
    out[from..].make_ascii_lowercase();
    if let Some(direct) = direct_host(&out[from..]) {
        out.truncate(from);
        out.push_str(&direct);
    }
    let host = &out[from..];
    if memchr::memchr(b'.', host.as_bytes()).is_none() || is_resolver(host, path, letters) {
        return None;
    }
    push_public_path(&mut out, path, letters);
    Some(out)
}

/// The first word of a text that is a web address, from its scheme on.
fn address(text: &str, letters: Letters) -> Option<Cow<'_, str>> {
    const MARKS: [Word; 2] = [Word::new("://"), Word::new("www.")];
    if !MARKS.iter().any(|mark| mark.is_in(text, letters)) {
        return None;
    }
    let is_address = |part: &&str| scheme(part).is_some() || part.contains("://") || part.starts_with("www.");
    let word = text.split(char::is_whitespace).find(is_address)?;
    Some(if word.starts_with("www.") { Cow::Owned(format!("http://{word}")) } else { Cow::Borrowed(&word[scheme_start(word)?..]) })
}

/// Every distinct link of several raw values, in order.
pub fn clean_all<'a>(raw: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for link in raw.into_iter().filter_map(clean) {
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

fn scheme_start(text: &str) -> Option<usize> {
    if scheme(text).is_some() {
        return Some(0);
    }
    memchr::memchr2_iter(b'h', b'H', text.as_bytes()).find(|&at| scheme(&text[at..]).is_some())
}

/// The scheme in small letters, and what stands behind it.
fn scheme(text: &str) -> Option<(&'static str, &str)> {
    let begun = |scheme: &'static str| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some((scheme, rest))
    };
    begun("https://").or_else(|| begun("http://"))
}

/// The link inside `https://login.proxy.example/login?url=https://…`.
fn unproxied(text: &str, letters: Letters) -> Option<String> {
    const URL: Word = Word::new("url=");
    if !URL.is_in(text, letters) {
        return None;
    }
    ["?url=", "?qurl=", "&url="].iter().find_map(|marker| {
        let inner = &text[text.find(marker)? + marker.len()..];
        let inner = if inner.contains("://") { inner.to_owned() } else { percent_decoded(inner) };
        (inner.starts_with("http://") || inner.starts_with("https://")).then_some(inner)
    })
}

/// The publisher's host out of a proxy's: `search-ebscohost-com.ezproxy.lib.example` → `search.ebscohost.com`; `host` is in lower case.
fn direct_host(host: &str) -> Option<String> {
    const PROXY: Word = Word::new("proxy");
    const OTHERS: [Word; 2] = [Word::new("idm"), Word::new("remotexs")];
    let letters = Letters::of(host);
    let proxy = PROXY.is_in(host, letters);
    if !proxy && !OTHERS.iter().any(|word| word.is_in(host, letters)) {
        return None;
    }
    let is_proxy = |label: &str| (proxy && label.contains("proxy")) || label == "idm" || label.starts_with("remotexs");
    match host.split('.').position(is_proxy)? {
        0 => None,
        1 => {
            let first = host.split('.').next().unwrap_or_default();
            Some(first.replace("--", "\u{0}").replace('-', ".").replace('\u{0}', "-"))
        }
        at => Some(host.split('.').take(at).collect::<Vec<_>>().join(".")),
    }
}

/// `host` is in lower case; `letters`: those of the link.
fn is_resolver(host: &str, path: &str, letters: Letters) -> bool {
    const HEADS: [&str; 7] = ["sfx.", "resolver.", "linksource.", "openurl.", "ovidsp.", "linker2.", "linkresolver"];
    const IN_HOSTS: [Word; 2] = [Word::new("serialssolutions"), Word::new("exlibrisgroup.com")];
    const IN_PATHS: [Word; 4] = [Word::new("ovidweb.cgi"), Word::new("openurl"), Word::new("url_ver=z39.88"), Word::new("ctx_ver=z39.88")];
    const PROXY: Word = Word::new("proxy");
    const LOGIN: Word = Word::new("login");
    HEADS.iter().any(|head| host.starts_with(head))
        || IN_HOSTS.iter().any(|word| word.is_in(host, letters))
        || IN_PATHS.iter().any(|word| word.is_in_any_case(path, letters))
        || (PROXY.is_in(host, letters) && LOGIN.is_in_any_case(path, letters))
}

/// Appends path and query without path parameters (`;jsessionid=…`) and private query parameters. `letters`: those of the link.
fn push_public_path(out: &mut String, path: &str, letters: Letters) {
    const SESSION: Word = Word::new(";jsessionid=");
    let place = |sign: u8, end: usize| memchr::memchr(sign, &path.as_bytes()[..end]);
    let query_end = if letters.may_hold(b'#') { place(b'#', path.len()) } else { None }.unwrap_or(path.len());
    let path_end = place(b'?', query_end).unwrap_or(query_end);
    let session = SESSION.is_in_any_case(path, letters).then(|| path[..path_end].to_ascii_lowercase().find(";jsessionid=")).flatten();
    out.push_str(&path[..session.unwrap_or(path_end)]);
    if path_end < query_end && !SIGNED.iter().any(|mark| mark.is_in_any_case(path, letters)) {
        let query = &path.as_bytes()[..query_end];
        let (mut start, mut sign) = (path_end + 1, '?');
        for end in memchr::memchr2_iter(b'&', b'|', query).filter(|at| *at > path_end).chain([query_end]) {
            let part = std::mem::replace(&mut start, end + 1)..end;
            let name = query[part.clone()].iter().position(|byte| *byte == b'=').map_or(end, |at| part.start + at);
            if name > part.start && !is_private(&path[part.start..name]) {
                out.push(std::mem::replace(&mut sign, '&'));
                out.push_str(&path[part]);
            }
        }
    }
    if query_end + 1 < path.len() {
        out.push_str(&path[query_end..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_left() {
        for (raw, want) in [
            ("https://www.proquest.com/docview/263?accountid=15&bdid=10&_bd=jQX%3D", Some("https://www.proquest.com/docview/263")),
            ("https://ac.els-cdn.com/S1/main.pdf?_tid=6eb2&acdnat=15301", Some("https://ac.els-cdn.com/S1/main.pdf")),
            ("https://files.example.org/a.pdf?hash=1&X-Amz-Security-Token=IQo&pii=S1", Some("https://files.example.org/a.pdf")),
            ("https://x.blob.core.windows.net/a.pdf?sv=2015&sr=b&sig=Lj%2", Some("https://x.blob.core.windows.net/a.pdf")),
            (
                "https://search.ebscohost.com/login.aspx?direct=true&AuthType=sso&db=ccm&AN=136788050&lang=es&site=ehost-live&custid=s123",
                Some("https://search.ebscohost.com/login.aspx?direct=true&db=ccm&AN=136788050"),
            ),
            (
                "http://search.ebscohost.com/login.aspx?direct=true&db=psyh&AN=2023-1|&amp;lang=es&amp;site=x",
                Some("http://search.ebscohost.com/login.aspx?direct=true&db=psyh&AN=2023-1"),
            ),
            (
                "https://search-ebscohost-com.ezproxy.lib.example.ac.jp/login.aspx?direct=true&db=ccm&AN=1",
                Some("https://search.ebscohost.com/login.aspx?direct=true&db=ccm&AN=1"),
            ),
            (
                "http://www.sciencedirect.com.ezproxy.example.edu/science/article/pii/S01",
                Some("http://www.sciencedirect.com/science/article/pii/S01"),
            ),
            ("https://login.proxy.example.edu/login?url=https://www.jstor.org/stable/1", Some("https://www.jstor.org/stable/1")),
            ("https://search.proquest.com/docview/2385861734?accountid=14496", Some("https://search.proquest.com/docview/2385861734")),
            ("http://example.org/a;jsessionid=ABC?x=1", Some("http://example.org/a?x=1")),
            ("HTTPS://Doi.org/10.1000/Ab", Some("https://doi.org/10.1000/Ab")),
            ("www.example.org/x", Some("http://www.example.org/x")),
            ("http://user:secret@example.org/x", Some("http://example.org/x")),
            ("http://ovidsp.ovid.com/ovidweb.cgi?T=JS&PAGE=fulltext&AN=1", None),
            ("http://sfx.example.ac.jp/x?sid=y", None),
            ("internal-pdf://0123/x.pdf", None),
            ("javascript:alert(1)", None),
            ("/home/a/x.pdf", None),
            ("", None),
        ] {
            assert_eq!(clean(raw).as_deref(), want, "{raw}");
        }
    }
}
