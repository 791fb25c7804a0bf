//! What a person types → a tree. `"phrases"`, `-not`, `OR`, `( )`, `title:` `author:` `journal:` `year:2010-2015` …; words mean AND.
//! One rule: anything typed means something; only the limits below refuse, and they are checked before anything is built.

/// Characters of a query, brackets within brackets, words in all.
pub const LENGTH_MAX: usize = 500;
pub const DEPTH_MAX: usize = 16;
pub const CLAUSES_MAX: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Title,
    Abstract,
    Author,
    Journal,
    Keyword,
    Identifier,
}

/// Names of fields as they may be typed before a colon.
const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("ti", Field::Title),
    ("標題", Field::Title),
    ("タイトル", Field::Title),
    ("abstract", Field::Abstract),
    ("ab", Field::Abstract),
    ("抄録", Field::Abstract),
    ("author", Field::Author),
    ("au", Field::Author),
    ("著者", Field::Author),
    ("journal", Field::Journal),
    ("ta", Field::Journal),
    ("誌名", Field::Journal),
    ("雑誌", Field::Journal),
    ("keyword", Field::Keyword),
    ("kw", Field::Keyword),
    ("キーワード", Field::Keyword),
    ("doi", Field::Identifier),
    ("pmid", Field::Identifier),
    ("accession", Field::Identifier),
    ("id", Field::Identifier),
];

const YEAR: &[&str] = &["year", "py", "年"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text {
        field: Option<Field>,
        text: String,
        phrase: bool,
        prefix: bool,
    },
    /// Both ends inclusive; `None` is open.
    Year(Option<i64>, Option<i64>),
}

/// Why a query is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    Length,
    Depth,
    Clauses,
}

/// A query and whether something about it was mended (a bracket or quotation mark without its other half).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub root: Node,
    pub mended: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    And,
    Not,
    Word { field: Option<String>, text: String, phrase: bool },
}

/// `None` for a query without any word.
///
/// # Errors
/// Past a limit.
pub fn parse(text: &str) -> Result<Option<Parsed>, TooMuch> {
    if text.chars().count() > LENGTH_MAX {
        return Err(TooMuch::Length);
    }
    let (tokens, mut mended) = tokens(text);
    if tokens.iter().filter(|token| matches!(token, Token::Word { .. })).count() > CLAUSES_MAX {
        return Err(TooMuch::Clauses);
    }
    let mut depth = 0usize;
    for token in &tokens {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(TooMuch::Depth);
        }
    }
    let mut parser = Parser { tokens: &tokens, at: 0, mended: false };
    let mut parts = Vec::new();
    while parser.at < tokens.len() {
        parts.extend(parser.any());
        if parser.peek() == Some(&Token::Close) {
            parser.at += 1;
            parser.mended = true;
        }
    }
    mended |= parser.mended;
    Ok(group(parts, Node::All).map(|root| Parsed { root, mended }))
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    mended: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Alternatives, up to a closing bracket or the end.
    fn any(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all());
            if self.peek() != Some(&Token::Or) {
                return group(parts, Node::Any);
            }
            self.at += 1;
        }
    }

    fn all(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while let Some(token) = self.peek() {
            match token {
                Token::Close | Token::Or => break,
                Token::And => self.at += 1,
                _ => parts.extend(self.one()),
            }
        }
        group(parts, Node::All)
    }

    fn one(&mut self) -> Option<Node> {
        let token = self.peek()?.clone();
        if matches!(token, Token::Close | Token::Or) {
            return None;
        }
        self.at += 1;
        match token {
            Token::Not => self.one().map(|node| Node::Not(Box::new(node))),
            Token::Open => {
                let inner = self.any();
                if self.peek() == Some(&Token::Close) {
                    self.at += 1;
                } else {
                    self.mended = true;
                }
                inner
            }
            Token::Word { field, text, phrase } => word(field.as_deref(), text, phrase),
            Token::And | Token::Or | Token::Close => None,
        }
    }
}

fn group(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Option<Node> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(many(parts)),
    }
}

fn word(field: Option<&str>, text: String, phrase: bool) -> Option<Node> {
    let name = field.map(str::to_lowercase);
    if name.as_deref().is_some_and(|name| YEAR.contains(&name))
        && let Some((from, to)) = years(&text)
    {
        return Some(Node::Year(from, to));
    }
    let known = name.as_deref().and_then(|name| FIELDS.iter().find(|(known, _)| *known == name)).map(|(_, field)| *field);
    let text = match (field, known) {
        (Some(name), None) => format!("{name}:{text}"), // no field of that name: the colon is part of the text
        _ => text,
    };
    let prefix = !phrase && text.ends_with('*');
    let text = if prefix { text.trim_end_matches('*').to_string() } else { text };
    (!text.trim().is_empty()).then_some(Node::Text { field: known, text, phrase, prefix })
}

/// `2010`, `2010-2015`, `2010-`, `-2015`, with `..` or `～` for the dash.
fn years(text: &str) -> Option<(Option<i64>, Option<i64>)> {
    let year = |text: &str| text.trim().parse::<i64>().ok().filter(|year| (1000..=9999).contains(year));
    let text = text.replace("..", "-").replace(['–', '～', '〜', '~'], "-");
    match text.split_once('-') {
        None => year(&text).map(|year| (Some(year), Some(year))),
        Some((from, to)) => {
            let ends = (year(from), year(to));
            let fine = |part: &str, end: Option<i64>| part.trim().is_empty() || end.is_some();
            (fine(from, ends.0) && fine(to, ends.1) && ends != (None, None)).then_some(ends)
        }
    }
}

/// Full-width punctuation as typed with a Japanese keyboard → the ASCII sign that it stands for.
fn plain(c: char) -> char {
    match c {
        '（' => '(',
        '）' => ')',
        '“' | '”' | '„' | '＂' | '「' | '」' | '『' | '』' => '"',
        '：' => ':',
        '－' | '−' => '-',
        '＊' => '*',
        '　' => ' ',
        c => c,
    }
}

fn tokens(text: &str) -> (Vec<Token>, bool) {
    let original: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut mended = false;
    let mut at = 0;
    while at < original.len() {
        let c = plain(original[at]);
        let starts = at == 0 || matches!(plain(original[at - 1]), ' ' | '(' | '\t' | '\n');
        match c {
            c if c.is_whitespace() => at += 1,
            '(' => {
                tokens.push(Token::Open);
                at += 1;
            }
            ')' => {
                tokens.push(Token::Close);
                at += 1;
            }
            '-' if starts && original.get(at + 1).is_some_and(|next| !next.is_whitespace()) => {
                tokens.push(Token::Not);
                at += 1;
            }
            '"' => {
                let (text, end, closed) = quoted(&original, at + 1);
                mended |= !closed;
                tokens.push(Token::Word { field: None, text, phrase: true });
                at = end;
            }
            _ => {
                let (token, end, closed) = bare(&original, at);
                mended |= !closed;
                tokens.push(token);
                at = end;
            }
        }
    }
    (tokens, mended)
}

/// The text up to the next quotation mark, where it ends, and whether there was one.
fn quoted(text: &[char], from: usize) -> (String, usize, bool) {
    match text[from..].iter().position(|c| plain(*c) == '"') {
        Some(n) => (text[from..from + n].iter().collect(), from + n + 1, true),
        None => (text[from..].iter().collect(), text.len(), false),
    }
}

fn bare(text: &[char], from: usize) -> (Token, usize, bool) {
    let mut at = from;
    let mut field: Option<String> = None;
    let mut word = String::new();
    while let Some(&c) = text.get(at) {
        match plain(c) {
            ' ' | '\t' | '\n' | '\r' | '(' | ')' => break,
            ':' if field.is_none() && !word.is_empty() => {
                field = Some(std::mem::take(&mut word));
                if text.get(at + 1).is_some_and(|next| plain(*next) == '"') {
                    let (phrase, end, closed) = quoted(text, at + 2);
                    return (Token::Word { field, text: phrase, phrase: true }, end, closed);
                }
            }
            '"' => break,
            '*' => word.push('*'),
            _ => word.push(c),
        }
        at += 1;
    }
    let token = match (field.is_none(), word.as_str()) {
        (true, "OR" | "または") => Token::Or,
        (true, "AND" | "かつ") => Token::And,
        (true, "NOT") => Token::Not,
        _ => Token::Word { field, text: word, phrase: false },
    };
    (token, at.max(from + 1), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::Text { field: None, text: text.into(), phrase: false, prefix: false }
    }

    fn root(query: &str) -> Node {
        parse(query).unwrap().unwrap().root
    }

    #[test]
    fn words_mean_all_and_or_is_weaker() {
        assert_eq!(root("a b OR c"), Node::Any(vec![Node::All(vec![text("a"), text("b")]), text("c")]));
        assert_eq!(root("a (b OR c)"), Node::All(vec![text("a"), Node::Any(vec![text("b"), text("c")])]));
        assert_eq!(root("精神　-看護"), Node::All(vec![text("精神"), Node::Not(Box::new(text("看護")))]));
        assert_eq!(root("self-help"), text("self-help"));
    }

    #[test]
    fn fields_phrases_years_and_prefixes() {
        let phrase = |field, text: &str| Node::Text { field, text: text.into(), phrase: true, prefix: false };
        assert_eq!(root("\"case management\""), phrase(None, "case management"));
        assert_eq!(root("title：「退院支援」"), phrase(Some(Field::Title), "退院支援"));
        assert_eq!(root("year:2010-2015"), Node::Year(Some(2010), Some(2015)));
        assert_eq!(root("year:2010.."), Node::Year(Some(2010), None));
        assert_eq!(root("manag*"), Node::Text { field: None, text: "manag".into(), phrase: false, prefix: true });
        assert_eq!(root("foo:bar"), text("foo:bar"));
    }

    #[test]
    fn anything_typed_means_something() {
        for query in ["(", ")", "\"", "-", "OR", "AND OR NOT", "((a)", "a) b", "\"a", "title:", ":", "*", "-(", "NOT NOT a"] {
            let _ = parse(query).unwrap();
        }
        assert!(parse("a (b").unwrap().unwrap().mended);
        assert_eq!(parse("  　 ").unwrap(), None);
    }

    #[test]
    fn limits_refuse() {
        assert_eq!(parse(&"a".repeat(LENGTH_MAX + 1)), Err(TooMuch::Length));
        assert_eq!(parse(&"(".repeat(DEPTH_MAX + 1)), Err(TooMuch::Depth));
        assert_eq!(parse(&"a ".repeat(CLAUSES_MAX + 1)), Err(TooMuch::Clauses));
    }
}
