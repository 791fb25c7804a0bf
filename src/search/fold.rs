//! Text → tokens with their places in the text: character pairs over Japanese, whole words of everything else.
//! One rule: text and query go through the same tokens, so that what is typed as it stands in a text finds the text.

use std::sync::{Arc, OnceLock};

/// Folds a text for matching (NFKC, lower case, spelling variants); handed in by whoever knows how.
pub type Fold = fn(&str) -> String;

/// Words whose spellings differ by more than a character: what is read → what is matched.
const SPELLINGS: &[(&[char], &[char])] =
    &[(&['障', 'が', 'い'], &['障', '害']), (&['障', '碍'], &['障', '害']), (&['障', '礙'], &['障', '害'])];

/// Characters for which folding is looked up in a table: punctuation and kana to the last common Han character.
const TABLE: std::ops::Range<u32> = 0x3000..0xa000;

/// One token. Offsets are bytes of the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub from: usize,
    pub to: usize,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two neighbours of a Japanese run.
    Pair,
    /// The last character of a run: it lets one character be found wherever it stands.
    Last,
    Word,
}

/// A folded character and the bytes it stands for.
#[derive(Clone, Copy)]
struct Folded {
    c: char,
    from: usize,
    to: usize,
}

/// Makes tokens. Cloned freely.
#[derive(Clone)]
pub struct Folder(Arc<Inner>);

struct Inner {
    fold: Fold,
    /// Character → folded character; `\0`: nothing; `\u{1}`: more than one.
    table: OnceLock<Vec<char>>,
}

impl Folder {
    pub fn new(fold: Fold) -> Self {
        Self(Arc::new(Inner { fold, table: OnceLock::new() }))
    }

    /// The tokens of a text, in order. A token's place in the list is its position.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        let folded = self.characters(text);
        let mut pieces = Vec::with_capacity(folded.len() / 3 + 4);
        let mut at = 0;
        while at < folded.len() {
            let c = folded[at].c;
            if is_cjk(c) {
                at = run(&folded, at, &mut pieces);
            } else if c.is_alphanumeric() {
                let end = folded[at..].iter().position(|f| is_cjk(f.c) || !f.c.is_alphanumeric()).map_or(folded.len(), |n| at + n);
                let word = &folded[at..end];
                pieces.push(Piece {
                    text: word.iter().map(|f| f.c).collect(),
                    from: word[0].from,
                    to: word[word.len() - 1].to,
                    kind: Kind::Word,
                });
                at = end;
            } else {
                at += 1;
            }
        }
        pieces
    }

    /// The folded characters: long-vowel marks and middle dots within katakana gone, spellings made one.
    fn characters(&self, text: &str) -> Vec<Folded> {
        let mut out: Vec<Folded> = Vec::with_capacity(text.len());
        let mut chars = text.char_indices().peekable();
        while let Some((from, c)) = chars.next() {
            let mut to = from + c.len_utf8();
            if c.is_ascii() && !matches!(chars.peek(), Some((_, next)) if joins(*next)) {
                if c == '-' && out.last().is_some_and(|last| is_kana(last.c) && last.to == from) {
                    continue; // typed or scanned in place of a long-vowel mark
                }
                out.push(Folded { c: c.to_ascii_lowercase(), from, to });
                continue;
            }
            while let Some((at, next)) = chars.next_if(|(_, next)| joins(*next)) {
                to = at + next.len_utf8();
            }
            let after_kana = out.last().is_some_and(|last| is_kana(last.c) && last.to == from);
            if after_kana && matches!(c, 'ー' | '―' | '－' | '‐' | '−' | '–' | '—' | 'ｰ' | '・' | '･') {
                if let Some(last) = out.last_mut() {
                    last.to = to;
                }
                continue;
            }
            self.fold_into(&text[from..to], c, (from, to), &mut out);
        }
        respell(&mut out);
        out
    }

    fn fold_into(&self, cluster: &str, c: char, (from, to): (usize, usize), out: &mut Vec<Folded>) {
        let single = cluster.len() == c.len_utf8();
        if single && TABLE.contains(&u32::from(c)) {
            let table = self.0.table.get_or_init(|| table(self.0.fold));
            match table[(u32::from(c) - TABLE.start) as usize] {
                '\0' => return,
                '\u{1}' => {}
                folded => return out.push(Folded { c: folded, from, to }),
            }
        }
        for folded in (self.0.fold)(cluster).chars() {
            let plain = unaccented(folded);
            if !is_mark(plain) {
                out.push(Folded { c: plain, from, to });
            }
        }
    }
}

fn table(fold: Fold) -> Vec<char> {
    let one = |code: u32| -> char {
        let Some(c) = char::from_u32(code) else { return '\0' };
        if c.is_whitespace() {
            return ' ';
        }
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (None, _) => '\0',
            (Some(only), None) => only,
            _ => '\u{1}',
        }
    };
    TABLE.map(one).collect()
}

/// Adds the pairs of the run that begins at `at`, and its last character. Blanks within Japanese do not end a run.
fn run(folded: &[Folded], at: usize, pieces: &mut Vec<Piece>) -> usize {
    let mut end = at;
    let mut previous: Option<Folded> = None;
    let mut i = at;
    while i < folded.len() {
        let f = folded[i];
        if is_cjk(f.c) {
            if let Some(before) = previous {
                pieces.push(Piece { text: [before.c, f.c].iter().collect(), from: before.from, to: f.to, kind: Kind::Pair });
            }
            previous = Some(f);
            end = i + 1;
        } else if !f.c.is_whitespace() {
            break;
        }
        i += 1;
    }
    if let Some(last) = previous {
        pieces.push(Piece { text: last.c.to_string(), from: last.from, to: last.to, kind: Kind::Last });
    }
    end
}

/// Makes the spellings of a word one; the places of the characters stay those of the text.
fn respell(text: &mut Vec<Folded>) {
    if !text.iter().any(|f| f.c == '障') {
        return;
    }
    for (read, matched) in SPELLINGS {
        let mut i = 0;
        while i + read.len() <= text.len() {
            if text[i..i + read.len()].iter().map(|f| f.c).eq(read.iter().copied()) {
                let end = text[i + read.len() - 1].to;
                for (k, c) in matched.iter().enumerate() {
                    text[i + k].c = *c;
                }
                text[i + matched.len() - 1].to = end;
                text.drain(i + matched.len()..i + read.len());
            }
            i += 1;
        }
    }
}

/// A mark that belongs to the character before it.
fn joins(c: char) -> bool {
    is_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The plain letter below a Latin letter with marks.
fn unaccented(c: char) -> char {
    if !matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
        return c;
    }
    let decomposed = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(c.encode_utf8(&mut [0; 4])).chars().next();
    decomposed.unwrap_or(c)
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}')
}

/// Scripts written without blanks between words.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fd}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> Folder {
        Folder::new(super::super::tests::fold)
    }

    fn texts(text: &str) -> Vec<String> {
        folder().pieces(text).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn japanese_becomes_pairs_and_other_scripts_words() {
        assert_eq!(texts("精神科のCare-team"), ["精神", "神科", "科の", "の", "care", "team"]);
        assert_eq!(texts("Müller ＡＣＴ"), ["muller", "act"]);
        assert_eq!(texts("ne\u{301}e"), ["nee"]);
        assert!(texts("、。 -").is_empty());
    }

    #[test]
    fn spellings_of_one_word_are_one() {
        for (a, b) in [
            ("ケースマネージメント", "ケースマネジメント"),
            ("ケース・マネジメント", "ケースマネジメント"),
            ("ｹｰｽﾏﾈｼﾞﾒﾝﾄ", "ケースマネジメント"),
            ("ケ－スマネ\nジメント", "ケースマネジメント"),
            ("精神障がい者", "精神障害者"),
            ("障碍", "障害"),
            ("髙橋", "高橋"),
            ("支援", "⽀援"),
        ] {
            assert_eq!(texts(a), texts(b), "{a} / {b}");
        }
        assert_ne!(texts("看護"), texts("介護"));
    }

    #[test]
    fn places_are_those_of_the_original() {
        let text = "<ｹｱ> 精神障がい者";
        for piece in folder().pieces(text) {
            assert!(text.is_char_boundary(piece.from) && text.is_char_boundary(piece.to) && piece.from < piece.to);
        }
        let pieces = folder().pieces(text);
        let harm = pieces.iter().find(|piece| piece.text == "障害").unwrap();
        assert_eq!(&text[harm.from..harm.to], "障がい");
    }
}
