//! One cell → the several values that it lists. One rule: what separates them is seen in the cell, never known of the file.

use crate::import::fields::add_keyword;
use crate::model::Record;

/// A list as Python prints it, or separated by semicolons, or one value.
pub fn listed(value: &str) -> Vec<String> {
    if let Some(items) = python_list(value) {
        return items;
    }
    value.split([';', '|', '\n']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// `['Marx, Karl', "O'Neill"]`.
pub fn python_list(value: &str) -> Option<Vec<String>> {
    let mut rest = value.strip_prefix('[')?.strip_suffix(']')?.trim();
    let mut items = Vec::new();
    while let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let body = &rest[1..];
        let end = body.match_indices(quote).map(|(at, _)| at).find(|at| {
            let after = body[at + 1..].trim_start();
            !body[..*at].ends_with('\\') && (after.is_empty() || after.starts_with(','))
        })?;
        items.push(body[..end].to_owned());
        rest = body[end + 1..].trim_start().trim_start_matches(',').trim_start();
    }
    (rest.is_empty() && !items.is_empty()).then_some(items)
}

/// Addresses between semicolons or line ends; those within Web of Science's `[Doe, A; Roe, J] University` are of its people.
pub fn addresses(value: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    value.split(move |c| {
        inside = (inside || c == '[') && c != ']';
        c == '\n' || (c == ';' && !inside)
    })
}

/// Links and bare DOIs between blanks, line ends, semicolons or bars.
pub fn listed_links(value: &str) -> impl Iterator<Item = &str> {
    value.split(['\n', ' ', ';', '|', '\t']).filter(|link| link.contains("://") || link.starts_with("www.") || link.starts_with("10."))
}

/// Semicolons, lines, bars or `;;` separate; commas only where nothing else does and the terms stay short.
pub fn keywords(value: &str, kind: &'static str, major: bool, record: &mut Record) {
    if let Some(items) = python_list(value) {
        return items.iter().for_each(|term| add_keyword(record, term, kind, major));
    }
    let separators: &[char] = if value.contains([';', '|', '\n', '；']) {
        &[';', '|', '\n', '；']
    } else if value.contains(['、', '，']) {
        &['、', '，']
    } else {
        &[',']
    };
    let mut depth = 0i32;
    let mut term = String::new();
    for c in value.chars().chain([separators[0]]) {
        // Embase: `bronchogenic duplication cyst (diagnosis, surgery), …`
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = (depth - 1).max(0),
            _ => {}
        }
        if separators.contains(&c) && (depth == 0 || c != ',') {
            add_keyword(record, &std::mem::take(&mut term), kind, major);
        } else {
            term.push(c);
        }
    }
    add_keyword(record, &term, kind, major);
}
