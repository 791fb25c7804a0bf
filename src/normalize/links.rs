//! Links worth showing. One rule: no institution, session or person can be read off a link that passed here.

use super::ids::percent_decoded;

/// Longest link that is kept (bytes); longer ones are resolvers' parameter lists.
const MAX_LINK: usize = 2_000;

/// Query parameters that name an institution, a session or a campaign, or only steer a page.
const PRIVATE: &[&str] = &[
    "custid",
    "groupid",
    "authtype",
    "profile",
    "scope",
    "site",
    "lang",
    "accountid",
    "sid",
    "jsessionid",
    "phpsessid",
    "sessionid",
    "session",
    "token",
    "uid",
    "userid",
    "user",
    "geocustid",
    "ug",
    "shib",
    "casa_token",
    "needaccess",
    "via",
    "ref",
    "src",
    "from",
    "partnerid",
    "md5",
    "origin",
    "inward",
    "txgid",
    "featuretoggles",
    "ipaddr",
    "key",
    "cookieset",
    "bquery",
];

/// A link made presentable: entities resolved, proxies and private parameters off. `None` for what isn't a web address
/// (file paths, `javascript:`) and for institutions' resolvers.
pub fn clean(raw: &str) -> Option<String> {
    let text = super::text::entities(raw.trim());
    let text = text.split(char::is_whitespace).find(|part| part.contains("://") || part.starts_with("www."))?;
    let text = if text.starts_with("www.") { format!("http://{text}") } else { text[scheme_start(text)?..].to_owned() };
    let text = text.trim_end_matches(['.', ',', ';', ')', '>', '"']);
    let text = unproxied(text);
    if text.len() > MAX_LINK {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = direct_host(authority.rsplit('@').next()?);
    if !host.contains('.') || is_resolver(&host, path) {
        return None;
    }
    Some(format!("{}://{host}{}", scheme.to_ascii_lowercase(), public_path(path)))
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
    let lower = text.to_ascii_lowercase();
    lower.find("https://").into_iter().chain(lower.find("http://")).min()
}

/// The link inside `https://login.proxy.example/login?url=https://…`.
fn unproxied(text: &str) -> String {
    for marker in ["?url=", "?qurl=", "&url="] {
        if let Some(at) = text.find(marker) {
            let inner = &text[at + marker.len()..];
            let inner = if inner.contains("://") { inner.to_owned() } else { percent_decoded(inner) };
            if inner.starts_with("http://") || inner.starts_with("https://") {
                return inner;
            }
        }
    }
    text.to_owned()
}

/// The publisher's host out of a proxy's: `search-ebscohost-com.ezproxy.lib.example` → `search.ebscohost.com`.
fn direct_host(authority: &str) -> String {
    let host = authority.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let Some(at) = labels.iter().position(|label| label.contains("proxy") || *label == "idm" || label.starts_with("remotexs")) else {
        return host;
    };
    match at {
        0 => host,
        1 => labels[0].replace("--", "\u{0}").replace('-', ".").replace('\u{0}', "-"),
        _ => labels[..at].join("."),
    }
}

fn is_resolver(host: &str, path: &str) -> bool {
    const HOSTS: [&str; 9] =
        ["sfx.", "resolver.", "linksource.", "openurl.", "ovidsp.", "linker2.", "serialssolutions", "exlibrisgroup.com", "linkresolver"];
    let lower = path.to_ascii_lowercase();
    HOSTS.iter().any(|part| host.starts_with(part) || (part.len() > 12 && host.contains(part)))
        || lower.contains("ovidweb.cgi")
        || lower.contains("openurl")
        || lower.contains("url_ver=z39.88")
        || lower.contains("ctx_ver=z39.88")
        || (host.contains("proxy") && lower.contains("login"))
}

/// Path and query without path parameters (`;jsessionid=…`) and private query parameters.
fn public_path(path: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    let mut out = match path.to_ascii_lowercase().find(";jsessionid=") {
        Some(at) => path[..at].to_owned(),
        None => path.to_owned(),
    };
    let kept: Vec<&str> = query
        .split(['&', '|'])
        .filter(|part| {
            let name = part.split('=').next().unwrap_or(part).to_ascii_lowercase();
            !name.is_empty()
                && !PRIVATE.contains(&name.as_str())
                && !name.starts_with("utm_")
                && !name.starts_with("rft")
                && !name.starts_with("rfr")
        })
        .collect();
    if !kept.is_empty() {
        out.push('?');
        out.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_left() {
        for (raw, want) in [
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
