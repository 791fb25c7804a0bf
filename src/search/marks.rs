//! Where a query hits in a text, for people to see: the text itself with U+0001 before and U+0002 after each hit.

use std::ops::Range;

use super::build::Needle;
use super::fold::{Folder, Kind, Piece};
use super::schema::stem;

pub const START: char = '\u{1}';
pub const END: char = '\u{2}';
/// Characters of a snippet, and of what stands before its first hit.
const SNIPPET: usize = 200;
const BEFORE: usize = 50;

/// The whole text with its hits marked; `None` when there are none.
pub fn marked(folder: &Folder, needles: &[Needle], text: &str) -> Option<String> {
    let hits = hits(folder, needles, text);
    (!hits.is_empty()).then(|| mark(text, 0..text.len(), &hits))
}

/// The part of the text around its first hit, with hits marked; `None` when there are none.
pub fn snippet(folder: &Folder, needles: &[Needle], text: &str) -> Option<String> {
    let hits = hits(folder, needles, text);
    let first = hits.first()?;
    let start = text[..first.start].char_indices().rev().take(BEFORE).last().map_or(first.start, |(at, _)| at);
    let start = if start == 0 { 0 } else { word_start(text, start, first.start) };
    let end = text[start..].char_indices().nth(SNIPPET).map_or(text.len(), |(at, _)| start + at).max(first.end);
    let within: Vec<Range<usize>> = hits.into_iter().filter(|hit| hit.end <= end).collect();
    let dots = |cut: bool| if cut { "…" } else { "" };
    Some(format!("{}{}{}", dots(start > 0), mark(text, start..end, &within), dots(end < text.len())))
}

/// Not in the middle of a word, where there is a blank before the hit.
fn word_start(text: &str, start: usize, hit: usize) -> usize {
    text[start..hit].find(' ').map_or(start, |at| start + at + 1)
}

fn mark(text: &str, part: Range<usize>, hits: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(part.len() + hits.len() * 2);
    let mut at = part.start;
    for hit in hits {
        out.extend(clean(&text[at..hit.start]));
        out.push(START);
        out.extend(clean(&text[hit.clone()]));
        out.push(END);
        at = hit.end;
    }
    out.extend(clean(&text[at..part.end]));
    out
}

/// Nobody else's marks, and no line ends.
fn clean(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !matches!(*c, START | END)).map(|c| if c.is_control() { ' ' } else { c })
}

/// Places of hits in order, those that touch made one.
fn hits(folder: &Folder, needles: &[Needle], text: &str) -> Vec<Range<usize>> {
    let pieces = folder.pieces(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for needle in needles {
        let Some((first, _)) = needle.pieces.first() else { continue };
        for at in 0..pieces.len() {
            let matches =
                |(offset, wanted): &(usize, Piece)| pieces.get(at + offset - first).is_some_and(|piece| same(needle, wanted, piece));
            if needle.pieces.iter().all(matches) {
                let last = needle.pieces.last().map_or(at, |(offset, _)| at + offset - first);
                let hit = &pieces[at];
                // One character is found as the beginning of a pair: only that character is the hit.
                let end = match (needle.prefix, hit.kind) {
                    (true, Kind::Pair) => pieces.get(at + 1).map_or(hit.to, |next| next.from.max(hit.from + 1)),
                    _ => pieces[last].to,
                };
                found.push(hit.from..end);
            }
        }
    }
    found.sort_by_key(|hit| (hit.start, hit.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for hit in found {
        match merged.last_mut() {
            Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
            _ => merged.push(hit),
        }
    }
    merged
}

fn same(needle: &Needle, wanted: &Piece, piece: &Piece) -> bool {
    if needle.prefix {
        return piece.text.starts_with(&wanted.text);
    }
    piece.text == wanted.text || (piece.kind == Kind::Word && needle.stem.as_ref().is_some_and(|wanted| *wanted == stem(&piece.text)))
}

#[cfg(test)]
mod tests {
    use super::super::build::needle;
    use super::*;

    fn show(query: &str, text: &str) -> Option<String> {
        let folder = Folder::new(super::super::tests::fold);
        let needles: Vec<Needle> = needle(&folder, query, false, false).into_iter().collect();
        marked(&folder, &needles, text).map(|text| text.replace(START, "[").replace(END, "]"))
    }

    #[test]
    fn hits_are_marked_in_the_original_spelling() {
        assert_eq!(show("精神障害", "ある精神障がい者の"), Some("ある[精神障がい]者の".into()));
        assert_eq!(show("ケースマネジメント", "ケースマネージメントと"), Some("[ケースマネージメント]と".into()));
        assert_eq!(show("病", "病院と疾病"), Some("[病]院と疾[病]".into()));
        assert_eq!(show("managing", "Case management manages"), Some("Case [management] [manages]".into()));
        assert_eq!(show("看護", "介護"), None);
    }

    #[test]
    fn a_snippet_shows_the_surroundings_of_the_first_hit() {
        let folder = Folder::new(super::super::tests::fold);
        let needles: Vec<Needle> = needle(&folder, "target", true, false).into_iter().collect();
        let text = format!("{} target {}", "before ".repeat(40), "after ".repeat(80));
        let shown = snippet(&folder, &needles, &text).unwrap();
        assert!(shown.starts_with("…before") && shown.contains("\u{1}target\u{2}") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < SNIPPET + 10);
    }
}
