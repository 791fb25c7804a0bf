//! Relevance ranking. So far by the review's own highlight terms: what a lead marked as telling puts a citation first.
//! Its one rule: a score is a function of text and terms alone, so that the same review is ordered the same way anywhere.

use crate::model::Record;
use crate::normalize::text::fold;

/// A highlight term as ranking sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankTerm {
    /// Folded spellings; any of them counts.
    spellings: Vec<String>,
    /// Which group of terms it belongs to; `exclude` speaks against.
    group: String,
}

impl RankTerm {
    pub fn new<'a>(group: &str, spellings: impl IntoIterator<Item = &'a str>) -> Self {
        let spellings = spellings.into_iter().map(fold).filter(|spelling| !spelling.is_empty()).collect();
        Self { spellings, group: group.into() }
    }
}

/// Points for a term in the title; in the abstract or the keywords it is one.
const TITLE: i64 = 3;
/// Points for each group of which something was found: a citation that has all of PCC beats one that repeats one of them.
const GROUP: i64 = 5;
/// Points for each term that speaks against.
const AGAINST: i64 = -4;
/// Scores lie within 0 and this.
pub const MAX_SCORE: i64 = 1000;

/// How much a citation looks like what the review is after, 0 to `MAX_SCORE`; half of it where nothing is found.
pub fn by_terms(record: &Record, terms: &[RankTerm]) -> i64 {
    let titles = fold(&[record.title.as_deref(), record.title_other.as_deref()].map(Option::unwrap_or_default).join("\n"));
    let abstracts = [record.abstract_text.as_deref(), record.abstract_other.as_deref()].map(Option::unwrap_or_default).join("\n");
    let keywords: Vec<&str> = record.keywords.iter().map(|keyword| keyword.term.as_str()).collect();
    let body = fold(&format!("{abstracts}\n{}", keywords.join("\n")));
    let (mut score, mut groups) = (0, Vec::new());
    for term in terms {
        let within = |text: &str| term.spellings.iter().any(|spelling| text.contains(spelling.as_str()));
        let points = if within(&titles) { TITLE } else { i64::from(within(&body)) };
        if points == 0 {
            continue;
        }
        if term.group == "exclude" {
            score += AGAINST;
            continue;
        }
        score += points;
        if !groups.contains(&&term.group) {
            groups.push(&term.group);
            score += GROUP;
        }
    }
    (MAX_SCORE / 2 + score).clamp(0, MAX_SCORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str, text: &str) -> Record {
        Record { title: Some(title.into()), abstract_text: Some(text.into()), ..Record::default() }
    }

    #[test]
    fn more_of_what_is_looked_for_comes_first() {
        let terms = [
            RankTerm::new("concept", ["ケースマネジメント", "case management"]),
            RankTerm::new("population", ["精神障害者", "schizophrenia"]),
            RankTerm::new("exclude", ["認知症", "dementia"]),
        ];
        let ordered = [
            record("精神障がい者へのケースマネージメント", ""),
            record("A trial", "Case management for people with schizophrenia."),
            record("Case management", "in primary care"),
            record("A trial", "of something else"),
            record("認知症の人の家族", ""),
        ];
        let scores: Vec<i64> = ordered.iter().map(|record| by_terms(record, &terms)).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn a_score_stays_within_its_bounds() {
        let many: Vec<RankTerm> = (0..2000).map(|n| RankTerm::new("exclude", [format!("w{n}").as_str()])).collect();
        let text: String = (0..2000).map(|n| format!("w{n} ")).collect();
        assert_eq!(by_terms(&record(&text, ""), &many), 0);
        assert_eq!(by_terms(&Record::default(), &[]), MAX_SCORE / 2);
    }
}
