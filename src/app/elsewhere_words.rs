//! The words of work done elsewhere: its reasons become the review's reasons, its labels the review's labels, by their text or as
//! a lead says. One rule: a word that nothing matches is kept as it is, in the decision's note.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::review_lists::Reason;
use super::{App, AppResult, Member};
use crate::normalize::text;
use crate::store::elsewhere::Made;
use crate::store::{self, ImportRow};

/// Words that are listed of each kind.
pub(super) const WORDS_MAX: usize = 500;
/// Characters of a decision's note.
const NOTE_MAX: usize = crate::screen::decide::NOTE_CHARS;

/// A reason in the file's words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonWord {
    pub text: String,
    /// Decisions that name it.
    pub n: u32,
    /// The review's reason for it; none: it is kept as a note.
    pub reason_id: Option<Uuid>,
}

/// A label of the file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LabelWord {
    pub text: String,
    /// Entries that carry it.
    pub n: u32,
    /// The review's label that it became, or would become by its name; none: a new one.
    pub label_id: Option<Uuid>,
    /// It is on the citations.
    pub used: bool,
}

/// Words are the same when they differ in width, case and spaces only.
pub(super) fn key(word: &str) -> String {
    text::fold(word).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which of the review's reasons a word of a file means.
pub(super) struct ReasonTable(HashMap<String, Option<Uuid>>);

impl ReasonTable {
    /// `chosen` by a lead goes before what matches by its text.
    pub fn new(reasons: &[Reason], chosen: &BTreeMap<String, Option<Uuid>>) -> Self {
        let mut table = HashMap::new();
        for reason in reasons.iter().filter(|reason| reason.active) {
            for label in [&reason.label.ja, &reason.label.en].into_iter().filter(|label| !label.is_empty()) {
                table.entry(key(label)).or_insert(reason.id);
            }
        }
        table.extend(chosen.iter().map(|(word, id)| (key(word), *id)));
        Self(table)
    }

    fn of(&self, word: &str) -> Option<Uuid> {
        self.0.get(&key(word)).copied().flatten()
    }

    /// The reasons that a text names: itself where it is known whole, else what stands between its semicolons.
    fn parts<'t>(&self, reason: &'t str) -> Vec<&'t str> {
        if self.0.contains_key(&key(reason)) {
            return vec![reason.trim()];
        }
        reason.split([';', '；']).map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Reason and note of a decision. A decision has one reason: the first of its words that the review knows; the others are
    /// kept in the note.
    pub fn read(&self, made: &Made) -> (Option<Uuid>, String) {
        let parts = self.parts(&made.reason);
        let known = parts.iter().position(|part| self.of(part).is_some()).filter(|_| made.verdict == "exclude");
        let rest: Vec<&str> = parts.iter().enumerate().filter(|(at, _)| Some(*at) != known).map(|(_, part)| *part).collect();
        let note = [rest.join("; "), made.note.trim().to_string()];
        let note = note.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n");
        (known.and_then(|at| self.of(parts[at])), note.chars().take(NOTE_MAX).collect())
    }

    /// Every reason that the decisions name, the most frequent first.
    pub fn words(&self, made: &[Made]) -> Vec<ReasonWord> {
        let named = made.iter().flat_map(|made| self.parts(&made.reason).into_iter().map(str::to_string));
        counted(named).into_iter().map(|(text, n)| ReasonWord { reason_id: self.of(&text), text, n }).collect()
    }
}

/// Words with how often they stand, the most frequent first; those that differ in width, case and spaces only are one.
fn counted(words: impl Iterator<Item = String>) -> Vec<(String, u32)> {
    let mut found: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for word in words {
        found.entry(key(&word)).or_insert((word, 0)).1 += 1;
    }
    let mut found: Vec<(String, u32)> = found.into_values().collect();
    found.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    found.truncate(WORDS_MAX);
    found
}

pub(super) fn labels_of(made: &Made) -> Vec<String> {
    serde_json::from_str(&made.labels).unwrap_or_default()
}

impl App {
    /// The labels of an import's decisions, and what became of them.
    pub(super) async fn label_words(&self, member: &Member, import: &ImportRow, made: &[Made]) -> AppResult<Vec<LabelWord>> {
        let used: HashMap<String, Uuid> = serde_json::from_str(&import.labels).unwrap_or_default();
        let known = store::reviews::labels(&self.db(), member.review).await?;
        // one entry may be decided by several people, each with its labels
        let mut per_record: BTreeMap<(Uuid, String), String> = BTreeMap::new();
        for made in made {
            per_record.extend(labels_of(made).into_iter().map(|label| ((made.record_id, key(&label)), label)));
        }
        let words = counted(per_record.into_values()).into_iter().map(|(text, n)| {
            let word = key(&text);
            let by_name = known.iter().find(|row| row.active && key(&row.name) == word).map(|row| row.id);
            LabelWord { label_id: used.get(&word).copied().or(by_name), used: used.contains_key(&word), text, n }
        });
        Ok(words.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::L10n;

    fn made(verdict: &str, reason: &str, note: &str) -> Made {
        Made {
            id: Uuid::nil(),
            import_id: Uuid::nil(),
            record_id: Uuid::nil(),
            root: Uuid::nil(),
            tool: "rayyan".into(),
            name: "A".into(),
            stage: String::new(),
            verdict: verdict.into(),
            reason: reason.into(),
            note: note.into(),
            labels: "[]".into(),
        }
    }

    #[test]
    fn words_find_their_reasons_and_what_finds_none_is_a_note() {
        let reason = |n: u128, ja: &str, en: &str| Reason {
            id: Some(Uuid::from_u128(n)),
            label: L10n::new(ja, en),
            criterion_id: None,
            stages: Vec::new(),
            position: 0,
            active: true,
        };
        let reasons = [reason(1, "対象集団が異なる", "Wrong population"), reason(2, "言語", "Language; or script")];
        let table = ReasonTable::new(&reasons, &BTreeMap::new());
        let id = |n: u128| Some(Uuid::from_u128(n));
        let read = |verdict: &str, reason: &str, note: &str| table.read(&made(verdict, reason, note));
        assert_eq!(read("exclude", "wrong  POPULATION", "see p. 3"), (id(1), "see p. 3".into()));
        assert_eq!(read("exclude", "foreign; Ｗｒｏｎｇ population；editorial", ""), (id(1), "foreign; editorial".into()));
        assert_eq!(read("exclude", "language; or script", ""), (id(2), String::new()), "a reason may hold a semicolon");
        assert_eq!(read("exclude", "editorial", "n"), (None, "editorial\nn".into()));
        assert_eq!(read("maybe", "対象集団が異なる", ""), (None, "対象集団が異なる".into()), "only an exclusion has a reason");
        let chosen = BTreeMap::from([("editorial".to_string(), id(1)), ("wrong population".to_string(), None)]);
        let table = ReasonTable::new(&reasons, &chosen);
        assert_eq!(table.read(&made("exclude", "Editorial", "")).0, id(1), "a lead's word");
        assert_eq!(table.read(&made("exclude", "Wrong population", "")), (None, "Wrong population".into()), "a lead keeps it as a note");
        let words = table.words(&[made("exclude", "a; b", ""), made("exclude", "B", ""), made("include", "", "")]);
        assert_eq!(words.iter().map(|word| (word.text.as_str(), word.n)).collect::<Vec<_>>(), [("b", 2), ("a", 1)]);
    }
}
