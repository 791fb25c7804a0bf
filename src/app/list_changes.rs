//! Two leads who change one list at once: what one of them changed, said by the list before and after, is done to the list as it is now.
//! Its one rule: only what somebody did themself is theirs to decide; the rest stays as others made it.

use serde::Deserialize;
use utoipa::ToSchema;

/// A list that replaces the one there is.
#[derive(Deserialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// The list that was changed into `items`: what others changed meanwhile is kept. Without it `items` is the list.
    #[serde(default = "Option::default")]
    pub before: Option<Vec<T>>,
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, before: None }
    }
}

/// An entry of such a list.
pub trait Entry: Clone {
    /// Whether both are one entry, whatever it says now.
    fn is(&self, other: &Self) -> bool;
    /// Whether both say the same.
    fn says(&self, other: &Self) -> bool;
}

impl<T: Entry> List<T> {
    /// What the list becomes, `now` being what is stored.
    pub fn onto(self, now: &[T]) -> Vec<T> {
        let Some(before) = self.before else { return self.items };
        let at = |list: &[T], entry: &T| list.iter().position(|other| other.is(entry));
        let untouched = |entry: &T| at(&before, entry).is_some_and(|at| before[at].says(entry));
        // an entry's place in the list as it is now; a new one follows the one it was put behind
        let mut place = 0;
        let mut entries: Vec<(usize, T)> = Vec::new();
        for entry in &self.items {
            let there = at(now, entry);
            place = there.unwrap_or(place);
            match there {
                Some(there) if untouched(entry) => entries.push((place, now[there].clone())),
                None if untouched(entry) => {} // taken out by somebody else
                _ => entries.push((place, entry.clone())),
            }
        }
        let order: Vec<usize> = self.items.iter().filter_map(|entry| at(&before, entry)).collect();
        let of_others = now.iter().enumerate().filter(|(_, entry)| at(&before, entry).is_none() && at(&self.items, entry).is_none());
        entries.extend(of_others.map(|(place, entry)| (place, entry.clone())));
        if order.is_sorted() {
            entries.sort_by_key(|(place, _)| *place);
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A letter that names the entry and what it says.
    impl Entry for &'static str {
        fn is(&self, other: &Self) -> bool {
            self[..1] == other[..1]
        }
        fn says(&self, other: &Self) -> bool {
            self == other
        }
    }

    #[test]
    fn what_two_people_changed_at_once_both_holds() {
        let cases = [
            ("nobody else", "a b c", "a b c", "a b2 d", "a b2 d"),
            ("one added", "a b", "a b c", "a b d", "a b d c"),
            ("one added in the middle", "a b", "a c b", "a d b", "a d c b"),
            ("one took out", "a b c", "a c", "a b c2", "a c2"),
            ("I took out what another changed", "a b", "a b2", "a", "a"),
            ("I changed what another took out", "a b", "a", "a b2", "a b2"),
            ("both changed one: the later", "a b", "a b2", "a b3", "a b3"),
            ("another changed what I left", "a b", "a2 b", "a b2", "a2 b2"),
            ("another turned round", "a b c", "c b a", "a b c2", "c2 b a"),
            ("I turned round", "a b c", "a b c d", "c b a", "c b a d"),
            ("I began with an empty one", "", "a", "b", "b a"),
            ("undo: mine goes, the other's stays", "a b x", "a b x c", "a b", "a b c"),
        ];
        for (case, before, now, items, expected) in cases {
            let list = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
            let change = List { items: list(items), before: Some(list(before)) };
            assert_eq!(change.onto(&list(now)).join(" "), expected, "{case}");
        }
    }

    proptest::proptest! {
        #[test]
        fn without_others_the_list_is_what_was_sent(before in "[a-h]{0,8}", items in "[a-h]{0,8}") {
            let list = |text: &str| {
                let mut seen = std::collections::HashSet::new();
                let places = text.bytes().filter(|letter| seen.insert(*letter)).map(|letter| usize::from(letter - b'a'));
                places.map(|at| &LETTERS[at..=at]).collect::<Vec<&'static str>>()
            };
            let change = List { items: list(&items), before: Some(list(&before)) };
            proptest::prop_assert_eq!(change.onto(&list(&before)), list(&items));
        }
    }

    const LETTERS: &str = "abcdefgh";
}
