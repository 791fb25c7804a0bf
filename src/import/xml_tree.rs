//! One entry's XML as a flat tree to look things up in. One rule: nothing is fetched and no entity is expanded but the
//! predefined ones, HTML's and numeric ones; an unknown reference stays as text.

use std::borrow::Cow;

use memchr::memmem;
use quick_xml::events::attributes::Attributes;

use crate::normalize::{markup, text};

/// Deepest nesting that is read; real entries stay under 30 (MathML included).
const MAX_DEPTH: usize = 200;
/// Most nodes of one entry; collaborations' author lists reach 100,000.
const MAX_NODES: usize = 1_000_000;

/// Nodes in document order; a node's subtree is the range up to its `end`.
pub struct Tree<'x> {
    nodes: Vec<Item<'x>>,
}

struct Item<'x> {
    /// Empty for text.
    name: &'x str,
    /// Attributes as written, or text with references resolved.
    value: Cow<'x, str>,
    end: usize,
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t, 'x> {
    tree: &'t Tree<'x>,
    at: usize,
}

impl<'x> Tree<'x> {
    /// Parses the text of one element. The error is a phrase for people.
    pub fn parse(raw: &'x str) -> Result<Self, String> {
        let mut nodes: Vec<Item<'x>> = Vec::with_capacity(raw.len() / 40);
        let mut open: Vec<usize> = Vec::new();
        let mut rest = raw;
        while !rest.is_empty() {
            let at = nodes.len();
            // nearly every end tag is that of the element opened last
            if let Some(behind) = open.last().and_then(|opened| behind_end(rest, nodes[*opened].name)) {
                open.pop().into_iter().for_each(|opened| nodes[opened].end = at);
                rest = behind;
                continue;
            }
            let (token, behind) = token(rest)?;
            rest = behind;
            match token {
                Token::Text(value) => nodes.push(Item { name: "", value, end: at + 1 }),
                Token::Start(tag) => {
                    nodes.push(element(tag, at + 1));
                    open.push(at);
                }
                Token::Empty(tag) => nodes.push(element(tag, at + 1)),
                Token::End(name) => match open.pop() {
                    Some(opened) if nodes[opened].name == name => nodes[opened].end = at,
                    Some(opened) => return Err(format!("</{name}> stands where <{}> should end", nodes[opened].name)),
                    None => return Err(format!("</{name}> ends what never began")),
                },
                Token::Nothing => {}
            }
            if open.len() > MAX_DEPTH {
                return Err(format!("elements are nested deeper than {MAX_DEPTH}"));
            }
            if nodes.len() > MAX_NODES {
                return Err(format!("the entry has more than {MAX_NODES} elements"));
            }
        }
        if let Some(opened) = open.last() {
            return Err(format!("<{}> has no end tag", nodes[*opened].name));
        }
        Ok(Self { nodes })
    }

    /// The outermost element.
    pub fn root(&self) -> Option<Node<'_, 'x>> {
        self.nodes.iter().position(|item| !item.name.is_empty()).map(|at| Node { tree: self, at })
    }
}

/// What follows `</name>` where `rest` begins with it.
fn behind_end<'x>(rest: &'x str, name: &str) -> Option<&'x str> {
    rest.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')
}

fn element<'x>((name, attributes): (&'x str, &'x str), end: usize) -> Item<'x> {
    Item { name, value: Cow::Borrowed(attributes), end }
}

/// Name and attributes of a tag.
fn divided(tag: &str) -> (&str, &str) {
    let at = tag.bytes().position(|byte| byte.is_ascii_whitespace());
    at.map_or((tag, ""), |at| (&tag[..at], &tag[at + 1..]))
}

/// What stands next in an element's text (XML 1.0, §2.4 to §3.1).
enum Token<'x> {
    /// References are resolved.
    Text(Cow<'x, str>),
    /// Name and attributes, as they stand between `<` and `>`.
    Start((&'x str, &'x str)),
    Empty((&'x str, &'x str)),
    /// The name alone.
    End(&'x str),
    /// A comment, an instruction, a declaration.
    Nothing,
}

/// The token that `rest` begins with, and what follows it.
fn token(rest: &str) -> Result<(Token<'_>, &str), String> {
    let until = |from: usize, end: &str| {
        let from_there = &rest.as_bytes()[from..];
        let length = if end == ">" { memchr::memchr(b'>', from_there) } else { memmem::find(from_there, end.as_bytes()) };
        let length = length.ok_or_else(|| format!("{:?} is not closed", rest.chars().take(20).collect::<String>()))?;
        Ok::<_, String>((&rest[from..from + length], &rest[from + length + end.len()..]))
    };
    match rest.as_bytes() {
        [b'<', b'/', ..] => until(2, ">").map(|(name, behind)| (Token::End(divided(name).0), behind)),
        [b'<', b'!', b'-', b'-', ..] => until(4, "-->").map(|(_, behind)| (Token::Nothing, behind)),
        [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
            until(9, "]]>").map(|(text, behind)| (Token::Text(Cow::Borrowed(text)), behind))
        }
        [b'<', b'?', ..] => until(2, "?>").map(|(_, behind)| (Token::Nothing, behind)),
        [b'<', b'!', ..] => until(2, ">").map(|(_, behind)| (Token::Nothing, behind)),
        [b'<', ..] => {
            if let Some(end) = bare_end(rest.as_bytes()) {
                return Ok((Token::Start((&rest[1..end], "")), &rest[end + 1..]));
            }
            let end = tag_end(rest.as_bytes()).ok_or_else(|| format!("{:?} is not closed", rest.chars().take(20).collect::<String>()))?;
            let (tag, behind) = (&rest[1..end], &rest[end + 1..]);
            Ok((tag.strip_suffix('/').map_or_else(|| Token::Start(divided(tag)), |tag| Token::Empty(divided(tag))), behind))
        }
        bytes => {
            let end = memchr::memchr2(b'<', b'&', bytes).unwrap_or(rest.len());
            if bytes.get(end) != Some(&b'&') {
                return Ok((Token::Text(Cow::Borrowed(&rest[..end])), &rest[end..]));
            }
            let (text, behind) = rest.split_at(memchr::memchr(b'<', &bytes[end..]).map_or(rest.len(), |more| end + more));
            Ok((Token::Text(markup::entities(text)), behind))
        }
    }
}

/// By byte: whether a name ends before it.
static ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let signs = b" \t\n\r\x0c>/\"'";
    let mut at = 0;
    while at < signs.len() {
        ends[signs[at] as usize] = true;
        at += 1;
    }
    ends
};

/// Where the `>` of a start tag without attributes stands, the usual case.
fn bare_end(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|byte| ENDS_NAME[usize::from(*byte)])?;
    (text[end] == b'>').then_some(end)
}

/// Where the `>` of the start tag stands that `text` begins with: one within quotes is part of a value.
pub fn tag_end(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', &text[at..])?;
        if text[at] == b'>' {
            return Some(at);
        }
        at += 2 + memchr::memchr(text[at], &text[at + 1..])?;
    }
}

/// The value of an attribute among `a="1" b="2"`, as nearly all are written; `None` where they are written in another way.
fn usual_attribute<'r>(raw: &'r str, name: &str) -> Option<Option<&'r str>> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let equals = at + bytes[at..].iter().position(|byte| !byte.is_ascii_alphanumeric())?;
        let from = equals + 2;
        if bytes.get(equals..from)? != b"=\"" {
            return None;
        }
        let end = from + memchr::memchr(b'"', &bytes[from..])?;
        if &raw[at..equals] == name {
            return Some(Some(&raw[from..end]));
        }
        at = end + 1;
        if at < bytes.len() {
            if bytes[at] != b' ' {
                return None;
            }
            at += 1;
        }
    }
    Some(None)
}

impl<'t, 'x> Node<'t, 'x> {
    fn item(self) -> &'t Item<'x> {
        &self.tree.nodes[self.at]
    }

    pub fn name(self) -> &'x str {
        self.item().name
    }

    /// All child elements, in order.
    pub fn elements(self) -> impl Iterator<Item = Node<'t, 'x>> {
        let end = self.item().end;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            while at < end {
                let node = Node { tree: self.tree, at };
                at = node.item().end;
                if !node.name().is_empty() {
                    return Some(node);
                }
            }
            None
        })
    }

    /// Child elements of that name.
    pub fn children(self, name: &'static str) -> impl Iterator<Item = Node<'t, 'x>> {
        self.elements().filter(move |node| node.name() == name)
    }

    /// The first child element of that name.
    pub fn child(self, name: &'static str) -> Option<Node<'t, 'x>> {
        self.children(name).next()
    }

    /// The element at the end of a path of names, the first at each step.
    pub fn at(self, path: &[&'static str]) -> Option<Node<'t, 'x>> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// Every element of that name below, in order.
    pub fn descendants(self, name: &'static str) -> impl Iterator<Item = Node<'t, 'x>> {
        (self.at + 1..self.item().end).map(move |at| Node { tree: self.tree, at }).filter(move |node| node.name() == name)
    }

    /// An attribute's value, references resolved.
    pub fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        let raw: &str = &self.item().value;
        if raw.is_empty() {
            return None;
        }
        if let Some(value) = usual_attribute(raw, name) {
            return value.map(markup::entities);
        }
        let mut attributes = Attributes::new(raw, 0);
        attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.as_ref() == name)
            .map(|attribute| Cow::Owned(markup::entities(&attribute.value).into_owned()))
    }

    /// All text below as it stands; superscripts keep their tag, so that `10<sup>5</sup>` is told from 105.
    pub fn raw_text(self) -> Cow<'t, str> {
        // a text alone, as nearly every element has it
        if self.at + 2 == self.item().end && self.tree.nodes[self.at + 1].name.is_empty() {
            return Cow::Borrowed(&self.tree.nodes[self.at + 1].value);
        }
        let mut out = String::new();
        let mut raised_until = 0;
        for at in self.at + 1..self.item().end {
            if raised_until == at {
                out.push_str("</sup>");
            }
            let item = &self.tree.nodes[at];
            if item.name.is_empty() {
                out.push_str(&item.value);
            } else if item.name == "sup" {
                out.push_str("<sup>");
                raised_until = item.end;
            }
        }
        if raised_until == self.item().end && raised_until > 0 {
            out.push_str("</sup>");
        }
        Cow::Owned(out)
    }

    /// All text below on one line; `None` when there is none.
    pub fn text(self) -> Option<String> {
        Some(self.line()).filter(|line| !line.is_empty()).map(Cow::into_owned)
    }

    /// All text below on one line, empty when there is none.
    pub fn line(self) -> Cow<'t, str> {
        match self.raw_text() {
            Cow::Borrowed(text) => text::clean(text),
            Cow::Owned(text) => Cow::Owned(text::clean(&text).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_things_up() {
        let tree =
            Tree::parse("<a x='1 &amp; 2'><b>p &lt; &#x2264; &nbsp;<i>q</i>&unknown;</b><c/><b>10<sup>5</sup></b><![CDATA[x<y]]></a>")
                .expect("well-formed");
        let root = tree.root().expect("has a root");
        assert_eq!(root.attribute("x").as_deref(), Some("1 & 2"));
        assert_eq!(root.child("b").and_then(Node::text).as_deref(), Some("p < ≤ q&unknown;"));
        assert_eq!(root.children("b").nth(1).and_then(Node::text).as_deref(), Some("10⁵"));
        assert_eq!(root.at(&["b", "i"]).and_then(Node::text).as_deref(), Some("q"));
        assert_eq!(root.elements().map(Node::name).collect::<Vec<_>>(), ["b", "c", "b"]);
        assert_eq!(root.child("c").and_then(Node::text), None);
    }

    #[test]
    fn attributes_however_they_are_written() {
        for (raw, wanted) in [
            (r#"<a y="2"/>"#, Some("2")),
            (r#"<a x="1" y="2 &lt; 3">"#, Some("2 < 3")),
            (r#"<a x="y" />"#, None),
            (r#"<a x="y='1'" y="2"/>"#, Some("2")),
            (r#"<a x = "1"  y='2'/>"#, Some("2")),
            (r#"<a n:y="1" y="2"/>"#, Some("2")),
            ("<a x=\"1\"\n y=\"2\"/>", Some("2")),
            (r#"<a xy="1"/>"#, None),
            ("<a>", None),
        ] {
            let whole = if raw.ends_with("/>") { raw.to_owned() } else { format!("{raw}</a>") };
            let tree = Tree::parse(&whole).expect("well-formed");
            assert_eq!(tree.root().and_then(|root| root.attribute("y")).as_deref(), wanted, "{raw}");
        }
    }

    #[test]
    fn refuses_what_is_broken_or_hostile() {
        assert!(Tree::parse("<a><b></a>").is_err());
        assert!(Tree::parse("<a><b>").is_err());
        assert!(Tree::parse(&"<a>".repeat(100_000)).is_err());
        let wide = format!("<a {}/>", "x='1' ".repeat(1_000_000));
        assert!(Tree::parse(&wide).is_ok_and(|tree| tree.root().and_then(|root| root.attribute("y")).is_none()));
    }
}
