//! The order of the review queue: which answer decides most, and which questions are of one kind.
//!
//! One rule: only what the statements say counts, so the same review shows the same queue to everybody.

use super::judge::thresholds;
use crate::model::{DedupLevel, Evidence};

/// How much an answer decides: the records that it would bring together or keep apart, times how unsure the rules are (0 to 1, most
/// unsure halfway between asking and merging). A pair that a rule doubts for a reason of its own is as unsure as can be.
pub fn worth(score: f64, doubted: bool, level: DedupLevel, records: usize) -> f64 {
    let limits = thresholds(level);
    let middle = f64::from(limits.same + limits.review) / 2.0;
    let p = 1.0 / (1.0 + (middle - score).exp());
    records as f64 * if doubted { 1.0 } else { 4.0 * p * (1.0 - p) }
}

/// What kind of question a pair is: field and code of the doubt, else of what the titles say, else of the strongest evidence.
pub fn kind(evidence: &[Evidence]) -> Option<(&str, &str)> {
    let doubt = evidence.iter().find(|e| e.code.starts_with("veto_"));
    let title = || evidence.iter().find(|e| e.field == "title");
    doubt.or_else(title).or_else(|| evidence.first()).map(|e| (e.field.as_str(), e.code.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(field: &str, code: &str) -> Evidence {
        Evidence { field: field.into(), code: code.into(), weight: 1.0, detail: String::new() }
    }

    #[test]
    fn the_unsure_and_the_large_come_first() {
        let limits = thresholds(DedupLevel::Balanced);
        let middle = f64::from(limits.same + limits.review) / 2.0;
        let of = |score, doubted, records| worth(score, doubted, DedupLevel::Balanced, records);
        assert!((of(middle, false, 2) - 2.0).abs() < 1e-9);
        assert!(of(middle, false, 2) > of(middle + 2.0, false, 2));
        assert!(of(middle, false, 5) > of(middle, false, 2));
        assert!((of(30.0, true, 2) - 2.0).abs() < 1e-9 && of(30.0, false, 2) < 0.01);
    }

    #[test]
    fn a_doubt_names_the_kind() {
        let list = [evidence("doi", "equal"), evidence("title", "similar"), evidence("title", "veto_part")];
        assert_eq!(kind(&list), Some(("title", "veto_part")));
        assert_eq!(kind(&list[..2]), Some(("title", "similar")));
        assert_eq!(kind(&list[..1]), Some(("doi", "equal")));
        assert_eq!(kind(&[]), None);
    }
}
