//! The words of work done elsewhere: its reasons become the review's reasons, its labels the review's labels, by their text or as
//! a lead says. One rule: a word that nothing matches is kept as it is, in the decision's note.

use std::collections::{BTreeMap, HashMap};

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::elsewhere::Elsewhere;
use super::review_lists::{LABEL_MAX, LIST_MAX, Reason};
use super::{App, AppError, AppResult, Member};
use crate::normalize::text;
use crate::store::elsewhere::Made;
use crate::store::{self, CitationLabelRow, Db, ImportRow, LabelRow};

/// Words that are listed of each kind.
const WORDS_MAX: usize = 500;
/// Characters of a decision's note.
const NOTE_MAX: usize = crate::screen::decide::NOTE_CHARS;
/// Colours of labels, as the page's palette has them.
const COLORS: usize = 8;

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

/// The labels of the file that become labels of the review; the others are taken off again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct UseLabels {
    pub labels: Vec<UseLabel>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct UseLabel {
    pub text: String,
    /// None: the label of that name, made where there is none.
    #[serde(default)]
    pub label_id: Option<Uuid>,
}

/// Words are the same when they differ in width, case and spaces only.
fn key(word: &str) -> String {
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

fn labels_of(made: &Made) -> Vec<String> {
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

    /// Puts the file's labels on its citations as labels of the review; those put there before and not named now are taken off.
    ///
    /// # Errors
    /// `invalid` for a label that is not the review's, or too many of them.
    pub async fn use_elsewhere_labels(&self, member: &Member, import: Uuid, wanted: UseLabels) -> AppResult<Elsewhere> {
        member.lead()?;
        let row = self.import_row(member, import).await?;
        if row.status != "done" {
            return Err(AppError::conflict("import_not_in_state").with(row.status));
        }
        if wanted.labels.len() > WORDS_MAX {
            return Err(AppError::invalid("labels", "too_many_items").with(WORDS_MAX));
        }
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    let chosen = app.label_rows(db, &by, &wanted.labels).await?;
                    let made = store::elsewhere::of_import(db, import).await?;
                    let mut rows = Vec::new();
                    for made in &made {
                        for label_id in labels_of(made).iter().filter_map(|label| chosen.get(&key(label)).copied()) {
                            rows.push(CitationLabelRow {
                                citation_id: made.record_id,
                                label_id,
                                review_id: by.review,
                                user_id: by.user.id,
                                created_at: app.clock.now(),
                                import_id: Some(import),
                            });
                        }
                    }
                    let labels = serde_json::to_string(&chosen).map_err(AppError::internal)?;
                    let shown = |labels: &str| serde_json::from_str(labels).ok();
                    app.log_by(db, &by, "elsewhere.label", ("import", import), shown(&row.labels), shown(&labels)).await?;
                    store::elsewhere::clear_labels(db, import).await?;
                    store::elsewhere::add_labels(db, rows).await?;
                    Ok(store::sources::update_import(db, ImportRow { labels, ..row }).await?)
                }
                .boxed()
            })
            .await?;
        self.elsewhere(member, import).await
    }

    /// Folded text → label, by id, by name, or new.
    async fn label_rows(&self, db: &Db<'_>, by: &Member, wanted: &[UseLabel]) -> AppResult<BTreeMap<String, Uuid>> {
        let mut known = store::reviews::labels(db, by.review).await?;
        let mut chosen = BTreeMap::new();
        for label in wanted {
            let word = key(&label.text);
            let found = match label.label_id {
                Some(id) => known.iter().find(|row| row.id == id).ok_or(AppError::invalid("labels", "not_found").with("label"))?.id,
                None => match known.iter().find(|row| row.active && key(&row.name) == word) {
                    Some(row) => row.id,
                    None => {
                        let row = self.new_label(by, known.len(), &label.text)?;
                        store::reviews::put_label(db, row.clone()).await?;
                        known.push(row.clone());
                        row.id
                    }
                },
            };
            chosen.insert(word, found);
        }
        Ok(chosen)
    }

    fn new_label(&self, by: &Member, position: usize, name: &str) -> AppResult<LabelRow> {
        if position >= LIST_MAX {
            return Err(AppError::invalid("labels", "too_many_items").with(LIST_MAX));
        }
        Ok(LabelRow {
            id: self.clock.id(),
            review_id: by.review,
            position: position as i64,
            name: super::accounts::text(name, "labels", LABEL_MAX)?,
            color: (1 + position % COLORS).to_string(),
            active: true,
        })
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
