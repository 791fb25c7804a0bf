//! The embedded font, BIZ UDPGothic (Morisawa; SIL Open Font License 1.1, `assets/fonts/OFL.txt`), how wide text is in it, and
//! where lines break. Its one rule: a line never is wider than asked, unless a single character is.

use std::sync::LazyLock;

use ttf_parser::Face;

/// The font file. It covers JIS X 0208 and 0213's common part, Latin, Greek and Cyrillic.
pub const FONT: &[u8] = include_bytes!("../../../assets/fonts/BIZUDPGothic-Regular.ttf");
/// The family name inside the file.
pub const FAMILY: &str = "BIZ UDPGothic";

static FACE: LazyLock<Face<'static>> =
    LazyLock::new(|| Face::parse(FONT, 0).expect("the embedded font is a sound TrueType file; a test parses it"));

/// Width of `text` at `size`, in the unit of `size`. Without kerning, which only makes it narrower.
pub fn width(text: &str, size: f32) -> f32 {
    let em = f32::from(FACE.units_per_em());
    let advance = |c: char| FACE.glyph_index(c).and_then(|glyph| FACE.glyph_hor_advance(glyph));
    // A character the font lacks is drawn by another: allow a full em.
    let units: f32 = text.chars().map(|c| advance(c).map_or(em, f32::from)).sum();
    units * size / em
}

/// `text` in lines no wider than `limit`. Breaks at spaces and between Japanese characters, by the usual rules for what may
/// not begin or end a line (JIS X 4051); words wider than a line are cut.
pub fn wrap(text: &str, size: f32, limit: f32) -> Vec<String> {
    wrap_hanging(text, size, limit, 0.0)
}

/// The same where all lines but the first are moved in by `hanging` and have that much less room.
pub fn wrap_hanging(text: &str, size: f32, limit: f32, hanging: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    let mut room = limit;
    for piece in pieces(text) {
        let wide = width(piece, size);
        if used + width(piece.trim_end(), size) <= room {
            push(&mut lines, piece);
            used += wide;
            continue;
        }
        // A piece wider than a line is cut at its characters.
        let mut begins_line = used > 0.0;
        for c in piece.chars() {
            let c = c.encode_utf8(&mut [0; 4]).to_owned();
            let wide = width(&c, size);
            if begins_line || (c != " " && used > 0.0 && used + wide > room) {
                lines.push(String::new());
                (used, room, begins_line) = (0.0, limit - hanging, false);
            }
            push(&mut lines, &c);
            used += wide;
        }
    }
    lines.iter().map(|line| line.trim_end_matches(' ').to_owned()).collect()
}

fn push(lines: &mut [String], text: &str) {
    lines.last_mut().expect("there always is a line").push_str(text);
}

/// What must stay together, each with the spaces behind it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, c)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if before == ' ' {
        return after != ' ';
    }
    let japanese = is_wide(before) || is_wide(after);
    // Loan words read badly when they are broken.
    let within_word = is_katakana(before) && is_katakana(after);
    japanese && !within_word && after != ' ' && !NOT_FIRST.contains(after) && !NOT_LAST.contains(before)
}

const NOT_FIRST: &str =
    "、。，．・：；？！ー〜～々ゝゞヽヾ）」』】〕〉》｝］’”,.:;?!)]}%％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ\u{a0}";
const NOT_LAST: &str = "（「『【〔〈《｛［‘“([{\u{a0}";

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}')
}

/// Characters that are set without spaces between words.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_embedded_font_is_what_it_should_be() {
        let face = Face::parse(FONT, 0).unwrap();
        let family = face.names().into_iter().filter(|name| name.is_unicode() && name.name_id == 1);
        assert!(family.filter_map(|name| name.to_string()).any(|name| name == FAMILY));
        for c in "精神障害者のケースマネジメント髙﨑①～－（）、。Åéß×≥".chars() {
            assert!(face.glyph_index(c).is_some(), "{c}");
        }
    }

    #[test]
    fn lines_break_where_they_may() {
        let as_wide_as = |text, like| wrap(text, 10.0, width(like, 10.0));
        let bracket = as_wide_as("対象者が異なる（小児）", "対象者が異なる（");
        assert_eq!(bracket, ["対象者が異なる", "（小児）"], "no opening bracket at the end");
        let comma = as_wide_as("スクリーニングした、後", "スクリーニングした");
        assert_eq!(comma, ["スクリーニングし", "た、後"], "no comma at the start");
        assert_eq!(as_wide_as("除いたレコード", "除いたレコー"), ["除いた", "レコード"], "loan words stay whole");
        assert_eq!(as_wide_as("aaaa", "aa"), ["aa", "aa"], "cut only where nothing else helps");
        assert_eq!(wrap("", 10.0, 50.0), [""]);
        let english = wrap("Records marked as ineligible by automation tools (n\u{a0}=\u{a0}12)", 10.0, 120.0);
        assert!(english.len() > 1 && english.last().unwrap().ends_with("(n\u{a0}=\u{a0}12)"), "{english:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "[a-z 漢字かなカナ、。（）(),]{0,80}", limit in 20f32..200.0) {
            let lines = wrap(&text, 13.0, limit);
            for line in &lines {
                prop_assert!(width(line, 13.0) <= limit || line.chars().count() == 1, "{} in {}", line, limit);
            }
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
