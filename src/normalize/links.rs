//! Links worth showing. One rule: no institution, session or person can be read off a link that passed here.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::ids::percent_decoded;

/// Longest link that is kept (bytes); longer ones are resolvers' parameter lists.
const MAX_LINK: usize = 2_000;

/// Whether a query parameter, in lower case, names an institution, a session or a campaign, or only steers a page.
fn is_private(name: &str) -> bool {
    matches!(
        name,
        "custid"
            | "groupid"
            | "authtype"
            | "profile"
            | "scope"
            | "site"
            | "lang"
            | "accountid"
            | "sid"
            | "jsessionid"
            | "phpsessid"
            | "sessionid"
            | "session"
            | "token"
            | "uid"
            | "userid"
            | "user"
            | "geocustid"
            | "ug"
            | "shib"
            | "casa_token"
            | "needaccess"
            | "via"
            | "ref"
            | "src"
            | "from"
            | "partnerid"
            | "md5"
            | "origin"
            | "inward"
            | "txgid"
            | "featuretoggles"
            | "ipaddr"
            | "key"
            | "cookieset"
            | "bquery"
            | "bdid"
            | "_bd"
    ) || ["utm_", "rft", "rfr"].iter().any(|head| name.starts_with(head))
}

/// Marks of a link that a publisher signed for one visit (Amazon's, Microsoft's and ScienceDirect's stores): its query is a key.
const SIGNED: &[&str] = &["x-amz-", "&sig=", "?_tid=", "&_tid="];

/// A link made presentable: entities resolved, proxies and private parameters off. `None` for what isn't a web address
/// (file paths, `javascript:`) and for institutions' resolvers.
pub fn clean(raw: &str) -> Option<String> {
    let text = super::markup::entities(super::text::trimmed(raw));
    let one_word = text.bytes().fold(true, |graphic, byte| graphic & byte.is_ascii_graphic());
    let text = if one_word && starts_with_scheme(&text) { text } else { address(&text)? };
    let text = text.trim_end_matches(['.', ',', ';', ')', '>', '"']);
    let text = unproxied(text);
    if text.len() > MAX_LINK {
        return None;
    }
    let (scheme, rest) = text.split_at(memchr::memchr_iter(b':', text.as_bytes()).find(|&at| text[at..].starts_with("://"))?);
    let rest = &rest["://".len()..];
    let (authority, path) = rest.split_at(memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len()));
    let host = direct_host(&authority[memchr::memrchr(b'@', authority.as_bytes()).map_or(0, |at| at + 1)..]);
    let lower = path.to_ascii_lowercase();
    if !host.contains('.') || is_resolver(&host, &lower) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    out.push_str(scheme);
    out.make_ascii_lowercase();
    out.push_str("://");
    out.push_str(&host);
    push_public_path(&mut out, path, &lower);
    Some(out)
}

/// The first word of a text that is a web address, from its scheme on.
fn address(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains("://") && !text.contains("www.") {
        return None;
    }
    let is_address = |part: &&str| starts_with_scheme(part) || part.contains("://") || part.starts_with("www.");
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
    if starts_with_scheme(text) {
        return Some(0);
    }
    memchr::memchr2_iter(b'h', b'H', text.as_bytes()).find(|&at| starts_with_scheme(&text[at..]))
}

fn starts_with_scheme(text: &str) -> bool {
    let has = |word: &str| text.as_bytes().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    has("https://") || has("http://")
}

/// The link inside `https://login.proxy.example/login?url=https://…`.
fn unproxied(text: &str) -> Cow<'_, str> {
    static URL: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("url="));
    if URL.find(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    for marker in ["?url=", "?qurl=", "&url="] {
        if text.contains(marker)
            && let Some(at) = text.find(marker)
        {
            let inner = &text[at + marker.len()..];
            let inner = if inner.contains("://") { inner.to_owned() } else { percent_decoded(inner) };
            if inner.starts_with("http://") || inner.starts_with("https://") {
                return Cow::Owned(inner);
            }
        }
    }
    Cow::Borrowed(text)
}

/// The publisher's host out of a proxy's: `search-ebscohost-com.ezproxy.lib.example` → `search.ebscohost.com`.
fn direct_host(authority: &str) -> String {
    let host = authority.to_ascii_lowercase();
    let proxy = host.contains("proxy");
    let mut labels = host.as_bytes().split(|byte| *byte == b'.');
    let named = |label: &[u8]| memchr::memmem::find(label, b"proxy").is_some();
    let Some(at) = labels.position(|label| (proxy && named(label)) || label == b"idm" || label.starts_with(b"remotexs")) else {
        return host;
    };
    match at {
        0 => host,
        1 => {
            let first = host.split('.').next().unwrap_or_default();
            first.replace("--", "\u{0}").replace('-', ".").replace('\u{0}', "-")
        }
        _ => host.split('.').take(at).collect::<Vec<_>>().join("."),
    }
}

/// `path` is in lower case.
fn is_resolver(host: &str, path: &str) -> bool {
    const HEADS: [&str; 7] = ["sfx.", "resolver.", "linksource.", "openurl.", "ovidsp.", "linker2.", "linkresolver"];
    const WITHIN: [&str; 2] = ["serialssolutions", "exlibrisgroup.com"];
    // compiled once: this is asked of every link
    static IN_PATHS: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| ["ovidweb.cgi", "openurl", "_ver=z39.88"].map(Finder::new));
    let has = |at: usize| IN_PATHS[at].find(path.as_bytes()).is_some();
    HEADS.iter().any(|head| host.starts_with(head))
        || WITHIN.iter().any(|part| host.contains(part))
        || has(0)
        || has(1)
        || (has(2) && (path.contains("url_ver=z39.88") || path.contains("ctx_ver=z39.88")))
        || (host.contains("proxy") && path.contains("login"))
}

/// Appends path and query without path parameters (`;jsessionid=…`) and private query parameters. `lower`: the path in
/// lower case.
fn push_public_path(out: &mut String, path: &str, lower: &str) {
    let place = |sign: u8, end: usize| memchr::memchr(sign, &path.as_bytes()[..end]);
    let query_end = place(b'#', path.len()).unwrap_or(path.len());
    let path_end = place(b'?', query_end).unwrap_or(query_end);
    let session = if place(b';', path_end).is_some() { lower[..path_end].find(";jsessionid=") } else { None };
    out.push_str(&path[..session.unwrap_or(path_end)]);
    if path_end < query_end && !SIGNED.iter().any(|mark| lower.contains(mark)) {
        let query = &path.as_bytes()[..query_end];
        let (mut start, mut sign) = (path_end + 1, '?');
        for end in memchr::memchr2_iter(b'&', b'|', query).filter(|at| *at > path_end).chain([query_end]) {
            let part = std::mem::replace(&mut start, end + 1)..end;
            let name = query[part.clone()].iter().position(|byte| *byte == b'=').map_or(end, |at| part.start + at);
            if name > part.start && !is_private(&lower[part.start..name]) {
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
