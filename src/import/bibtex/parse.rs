//! The fields of one BibTeX entry. One rule: lenient — a field that can't be read is skipped and named, the others are kept.

use std::collections::HashMap;

use super::MAX_VALUE_BYTES;

/// Fields of one entry that are read.
const MAX_FIELDS: usize = 2_000;
/// Longest field name that is believed.
const MAX_NAME: usize = 60;

/// Type, key and raw fields (LaTeX not yet resolved); names in lower case, blanks and `_` as `-`.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub kind: String,
    pub key: Option<String>,
    pub fields: Vec<(String, String)>,
}

/// An entry read, and the first piece of it that was not understood.
pub struct Block {
    pub values: Values,
    pub junk: Option<String>,
}

impl Values {
    /// The first field of that name that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, value)| known == name && !value.trim().is_empty()).map(|(_, value)| value.as_str())
    }

    /// Keys of entries it inherits from (`crossref`, `xdata`). SciELO writes DOIs into `crossref`: those are no keys.
    pub fn parents(&self) -> Vec<String> {
        ["crossref", "xdata"]
            .iter()
            .filter_map(|name| self.get(name))
            .flat_map(|keys| keys.split(','))
            .map(|key| key.trim().to_owned())
            .filter(|key| !key.is_empty() && !key.starts_with("10."))
            .collect()
    }
}

/// Reads `@kind{key, name = value, …}`; `macros` are applied.
pub fn block(text: &str, macros: &HashMap<String, String>) -> Block {
    let mut reader = Reader { text, at: 0, macros, junk: None };
    let mut values = Values::default();
    reader.at = text.find('@').map_or(0, |at| at + 1);
    let kind_end = text[reader.at..].find(['{', '(']).map_or(text.len(), |step| reader.at + step);
    values.kind = text[reader.at..kind_end].trim().to_ascii_lowercase();
    reader.at = (kind_end + 1).min(text.len());
    values.key = reader.key();
    while values.fields.len() < MAX_FIELDS {
        reader.skip_filler();
        if reader.rest().is_empty() || reader.at_end() {
            break;
        }
        match reader.name() {
            Some(name) => {
                let value = reader.value();
                values.fields.push((name, value));
            }
            None => reader.skip_junk(),
        }
    }
    Block { junk: reader.junk, values }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    macros: &'t HashMap<String, String>,
    junk: Option<String>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Only closing brackets and blanks are left.
    fn at_end(&self) -> bool {
        self.rest().starts_with(['}', ')']) && self.rest().trim_matches(['}', ')', ',', ';', ' ', '\t', '\n', '\r']).is_empty()
    }

    /// White space, commas and `%` comments between fields.
    fn skip_filler(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches([',', ' ', '\t', '\n', '\r', '\u{feff}', '\u{a0}']).len();
            if !self.rest().starts_with('%') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// The citation key: everything up to the comma that a field follows (Scopus writes keys with commas).
    fn key(&mut self) -> Option<String> {
        let start = self.at;
        let mut end = start;
        loop {
            let rest = &self.text[end..];
            let Some(comma) = rest.find([',', '=', '\n', '}']) else { break };
            if rest[comma..].starts_with('=') {
                break;
            }
            end += comma;
            self.at = end;
            if !rest[comma..].starts_with(',') {
                break;
            }
            end += 1;
            self.at = end;
            let next = self.text[end..].trim_start();
            if next.is_empty() || name_length(next).is_some() || next.starts_with(['}', ')', '%', '@']) {
                break;
            }
        }
        let key = self.text[start..self.at].trim().trim_end_matches(',').trim();
        Some(key.to_owned()).filter(|key| !key.is_empty())
    }

    /// `name =`.
    fn name(&mut self) -> Option<String> {
        let length = name_length(self.rest())?;
        let name = self.rest()[..length].trim().to_lowercase().replace([' ', '_', '\t'], "-");
        self.at += length;
        self.at += self.rest().find('=').map_or(0, |at| at + 1);
        Some(name)
    }

    /// Skips to where the next line might begin a field, and remembers what was skipped.
    fn skip_junk(&mut self) {
        let rest = self.rest();
        let mut end = rest.len();
        for (at, _) in rest.match_indices(['\n', ',']) {
            let next = rest[at + 1..].trim_start();
            if name_length(next).is_some() {
                end = at;
                break;
            }
        }
        let end = if end == 0 { 1 } else { end };
        let junk = rest[..end].trim_matches(['}', ')', ' ', '\n', '\t', '\r', ',']);
        if self.junk.is_none() && !junk.is_empty() {
            self.junk = Some(junk.chars().take(80).collect());
        }
        self.at += end;
    }

    /// Pieces joined by `#`.
    fn value(&mut self) -> String {
        let mut value = String::new();
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let rest = self.rest();
            if rest.starts_with('{') {
                let end = braced_end(rest);
                push(&mut value, &rest[1..end]);
                self.at += (end + 1).min(rest.len());
            } else if rest.starts_with('"') {
                let end = quoted_end(rest);
                push(&mut value, &rest[1..end]);
                self.at += (end + 1).min(rest.len());
            } else {
                let end = rest.find([',', '#', '\n', '}', ')', '%']).unwrap_or(rest.len());
                let word = rest[..end].trim();
                let known = self.macros.get(&word.to_lowercase().replace('_', "-"));
                let word = known.map_or(word, String::as_str);
                push(&mut value, word);
                self.at += end;
            }
            let after = self.rest().trim_start();
            match after.strip_prefix('#') {
                Some(more) if value.len() < MAX_VALUE_BYTES => self.at = self.text.len() - more.len(),
                _ => return value,
            }
        }
    }
}

/// Appends within the limit; `whole` is what the braces held.
fn push(value: &mut String, whole: &str) {
    if value.len() + whole.len() <= super::super::limits::MAX_ENTRY_BYTES {
        value.push_str(whole);
    }
}

/// Length of a field name where one stands before `=`: words of letters, digits and signs on one line.
fn name_length(text: &str) -> Option<usize> {
    let end = memchr::memchr(b'=', &text.as_bytes()[..text.len().min(MAX_NAME + 1)])?;
    let name = text[..end].trim_end();
    let shaped = name.starts_with(|c: char| c.is_alphabetic())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ':' | '+' | '/' | '*' | '\''));
    // `and x = 1` in running text is no field: names with blanks are capitalised (`Early Access Date`) or numbered
    let words = name.split(' ').filter(|word| !word.is_empty()).count();
    let blank_ok = words == 1
        || name.split(' ').all(|word| word.is_empty() || word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
        || name.starts_with("funding");
    (shaped && blank_ok && words <= 5).then_some(name.len())
}

/// Position of the `}` that closes the `{` at 0; without one, before the next line that begins a field, or the end.
fn braced_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0i32;
    for at in memchr::memchr2_iter(b'{', b'}', bytes) {
        if at > 0 && bytes[at - 1] == b'\\' && !(at > 1 && bytes[at - 2] == b'\\') {
            continue;
        }
        depth += if bytes[at] == b'{' { 1 } else { -1 };
        if depth == 0 {
            return at;
        }
    }
    next_field_line(text)
}

/// Position of the quote that ends the value at 0. A quote ends it only where a comma and a field, a `#`, or the entry's end
/// follow: EBSCO does not escape quotes inside.
fn quoted_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0i32;
    let mut last = None;
    for at in memchr::memchr3_iter(b'"', b'{', b'}', bytes).filter(|at| *at > 0) {
        match bytes[at] {
            _ if bytes[at - 1] == b'\\' => {}
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ if ends_value(&text[at + 1..]) && (depth <= 0 || last.is_none()) => {
                if depth <= 0 {
                    return at;
                }
                last = Some(at);
            }
            _ => {}
        }
    }
    // braces that don't match inside quotes: the first quote that could have ended it
    last.unwrap_or_else(|| next_field_line(text))
}

/// What may follow the end of a quoted value.
fn ends_value(after: &str) -> bool {
    let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
    let Some(first) = after.chars().next() else { return true };
    match first {
        '#' => true,
        '}' | ')' => after.trim_matches(['}', ')', ',', ';', ' ', '\t', '\r', '\n']).is_empty(),
        ',' => {
            let next = after[1..].trim_start();
            next.is_empty()
                || next.starts_with('%')
                || name_length(next).is_some()
                || (next.starts_with(['}', ')']) && next.trim_matches(['}', ')', ',', ';', ' ', '\t', '\r', '\n']).is_empty())
        }
        '%' => true,
        _ => false,
    }
}

/// Before the first line that begins a field.
fn next_field_line(text: &str) -> usize {
    for (at, _) in text.match_indices('\n') {
        if name_length(text[at + 1..].trim_start()).is_some() {
            let body = text[..at].trim_end_matches([',', ' ', '\r', '\t']);
            return body.trim_end_matches(['}', '"']).len().max(1);
        }
    }
    text.trim_end_matches(['}', ')', ',', ' ', '\n', '\r', '\t', '"']).len().max(1)
}
