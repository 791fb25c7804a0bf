//! Which letters and signs a text holds, found in one look. One rule: it can only say that a word does *not* stand in a text; where it
//! may, the text is searched.

/// Letters, capitals as small ones, and some signs, one bit each; everything else shares the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letters(u64);

/// Signs with a bit of their own, behind the letters.
const SIGNS: &[u8] = b"&;=?#@:/._-%|0123456789";

static BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut byte = 0;
    while byte < bits.len() {
        bits[byte] = bit(byte as u8);
        byte += 1;
    }
    bits
};

const fn bit(byte: u8) -> u64 {
    let letter = byte.to_ascii_lowercase();
    if letter.is_ascii_lowercase() {
        return 1 << (letter - b'a');
    }
    let mut at = 0;
    while at < SIGNS.len() {
        if SIGNS[at] == byte {
            return 1 << (26 + at);
        }
        at += 1;
    }
    if byte.is_ascii_graphic() { 1 << 62 } else { 1 << 63 }
}

impl Letters {
    /// Those of a text; they serve for any part of it too.
    pub fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |seen, byte| seen | BITS[usize::from(byte)]))
    }

    /// Whether all the text is printable ASCII without a blank.
    pub fn is_one_word(self) -> bool {
        self.0 >> 63 == 0
    }

    /// Whether the sign, one of ASCII, may stand in the text.
    pub fn may_hold(self, sign: u8) -> bool {
        self.0 & BITS[usize::from(sign)] != 0
    }
}

/// A word that is looked for in many texts.
#[derive(Debug)]
pub struct Word {
    word: &'static str,
    letters: u64,
    /// Where its rarest letter stands.
    rarest: usize,
}

/// The letters of English, the most frequent first.
const BY_FREQUENCY: &[u8] = b"etaoinsrhldcumfpgwybvkxjqz";

impl Word {
    pub const fn new(word: &'static str) -> Self {
        let bytes = word.as_bytes();
        let (mut letters, mut rarest, mut rank, mut at) = (0, 0, 0, 0);
        while at < bytes.len() {
            letters |= bit(bytes[at]);
            let mut own = 0;
            while own < BY_FREQUENCY.len() {
                if BY_FREQUENCY[own] == bytes[at].to_ascii_lowercase() && own > rank {
                    (rank, rarest) = (own, at);
                }
                own += 1;
            }
            at += 1;
        }
        Self { word, letters, rarest }
    }

    /// Whether the word stands in a text of these letters as it is written here.
    #[inline]
    pub fn is_in(&self, text: &str, letters: Letters) -> bool {
        let rarest = self.word.as_bytes()[self.rarest];
        self.may_be_in(letters) && self.stands_at(memchr::memchr_iter(rarest, text.as_bytes()), text, <[u8]>::eq)
    }

    /// As `is_in`, in capitals or not.
    #[inline]
    pub fn is_in_any_case(&self, text: &str, letters: Letters) -> bool {
        let rarest = self.word.as_bytes()[self.rarest];
        let places = || memchr::memchr2_iter(rarest.to_ascii_lowercase(), rarest.to_ascii_uppercase(), text.as_bytes());
        self.may_be_in(letters) && self.stands_at(places(), text, <[u8]>::eq_ignore_ascii_case)
    }

    #[inline]
    fn may_be_in(&self, letters: Letters) -> bool {
        letters.0 & self.letters == self.letters
    }

    /// Whether the word stands where its rarest letter does.
    fn stands_at(&self, mut places: impl Iterator<Item = usize>, text: &str, is: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let word = self.word.as_bytes();
        let at = |place: usize| text.as_bytes().get(place.checked_sub(self.rarest)?..)?.get(..word.len());
        places.any(|place| at(place).is_some_and(|part| is(part, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_wherever_it_stands() {
        const WORD: Word = Word::new("url=");
        for before in 0..70 {
            for (word, exact) in [("url=", true), ("URL=", false)] {
                let text = ["x".repeat(before).as_str(), word, "&ur=l"].concat();
                assert_eq!(WORD.is_in(&text, Letters::of(&text)), exact, "{text}");
                assert!(WORD.is_in_any_case(&text, Letters::of(&text)), "{text}");
            }
        }
        for text in ["", "url", "=lru", "l=", "u r l ="] {
            assert!(!WORD.is_in(text, Letters::of(text)) && !WORD.is_in_any_case(text, Letters::of(text)), "{text}");
        }
    }

    #[test]
    fn a_word_has_no_blank_and_nothing_beyond_ascii() {
        for (text, is) in [("a(b)~!", true), ("", true), ("a b", false), ("a\u{7f}", false), ("é", false), ("a\n", false)] {
            assert_eq!(Letters::of(text).is_one_word(), is, "{text}");
        }
    }
}
