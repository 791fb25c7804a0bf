//! Decisions that files bring from other tools. One rule: only what the file says becomes a decision; a verdict that isn't
//! understood stays text.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Provider;
use crate::model::{PriorDecision, Record};
use crate::normalize::text;

/// A verdict in any tool's words, Japanese included: `include`, `exclude`, `maybe`.
pub fn verdict(word: &str) -> Option<&'static str> {
    let folded = text::fold(word.trim().trim_matches(['"', '\'', '.']));
    Some(match folded.as_str() {
        "include" | "included" | "yes" | "y" | "in" | "relevant" | "accept" | "accepted" | "1" | "1.0" | "true" | "採用" | "採択"
        | "含める" | "包含" | "組入" | "組み入れ" | "適格" | "該当" | "○" | "select" | "selected" => "include",
        "exclude" | "excluded" | "no" | "n" | "out" | "irrelevant" | "reject" | "rejected" | "0" | "0.0" | "false" | "除外" | "不採用"
        | "不採択" | "不適格" | "非該当" | "×" | "✕" | "x" => "exclude",
        "maybe" | "unsure" | "unclear" | "undecided" | "?" | "保留" | "要検討" | "△" | "不明" => "maybe",
        _ => return None,
    })
}

/// The tool that decisions in a provider's files were made with.
pub fn tool(provider: Provider) -> &'static str {
    match provider {
        Provider::AsReview => "asreview",
        Provider::Covidence => "covidence",
        Provider::Rayyan => "rayyan",
        Provider::Eppi => "eppi",
        _ => "table",
    }
}

/// Whether a word is a verdict as decisions keep it.
pub fn is_verdict(word: &str) -> bool {
    matches!(word, "include" | "exclude" | "maybe")
}

/// A record of a file whose name, not its entries, tells the verdict, as a lead says. What an entry itself says stands; its notes and
/// labels under nobody's name belong to the verdict.
pub fn say(record: &mut Record, said: &str, provider: Provider) {
    if !is_verdict(said) || record.prior_decisions.iter().any(|decision| !decision.verdict.is_empty()) {
        return;
    }
    match record.prior_decisions.iter_mut().find(|decision| decision.reviewer.is_empty()) {
        Some(decision) => (decision.verdict, decision.said) = (said.to_owned(), true),
        None => {
            let tool = tool(provider).to_owned();
            let decision = PriorDecision { tool, verdict: said.to_owned(), said: true, ..PriorDecision::default() };
            record.prior_decisions.push(decision);
        }
    }
}

/// Takes Rayyan's bookkeeping out of a note — `RAYYAN-INCLUSION: {"A"=>"Included"} | RAYYAN-LABELS: x,y |
/// RAYYAN-EXCLUSION-REASONS: … | USER-NOTES: {"A"=>["…"]}` — into decisions; gives back what else the note says.
pub fn rayyan(note: &str, record: &mut Record) -> String {
    let mut rest: Vec<&str> = Vec::new();
    let (mut answers, mut labels, mut reasons, mut notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for part in note.split(" | ").map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once(':').map(|(label, value)| (label.trim(), value.trim())) {
            Some(("RAYYAN-INCLUSION", value)) => answers = pairs(value),
            Some(("RAYYAN-LABELS", value)) => labels = listed(value),
            Some(("RAYYAN-EXCLUSION-REASONS", value)) => reasons = listed(value),
            Some(("USER-NOTES", value)) => notes = pairs(value),
            _ => rest.push(part),
        }
    }
    for label in labels.iter().filter(|label| label.starts_with("__EXR__")) {
        reasons.push(label["__EXR__".len()..].to_owned());
    }
    labels.retain(|label| !label.starts_with("__EXR__"));
    if answers.is_empty() && !(labels.is_empty() && reasons.is_empty() && notes.is_empty()) {
        answers.push((String::new(), String::new()));
    }
    for (reviewer, answer) in answers {
        let verdict = verdict(&answer).unwrap_or_default();
        record.prior_decisions.push(PriorDecision {
            tool: "rayyan".to_owned(),
            stage: String::new(),
            verdict: verdict.to_owned(),
            reason: if verdict == "include" { String::new() } else { reasons.join("; ") },
            note: notes
                .iter()
                .filter(|(who, _)| *who == reviewer || reviewer.is_empty())
                .map(|(_, note)| note.as_str())
                .collect::<Vec<_>>()
                .join("\n"),
            labels: labels.clone(),
            reviewer,
            said: false,
        });
    }
    rest.join(" | ")
}

/// True where a note holds Rayyan's bookkeeping.
pub fn is_rayyan(note: &str) -> bool {
    static WORDS: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["RAYYAN-", "USER-NOTES: {"].map(Finder::new));
    let note = note.as_bytes();
    // each has a sign that few notes have
    memchr::memchr2_iter(b'Y', b'{', note).any(|at| note[at] == b'{' || note.get(at + 1) == Some(&b'Y'))
        && WORDS.iter().any(|word| word.find(note).is_some())
}

fn listed(value: &str) -> Vec<String> {
    value.split(',').map(|label| text::clean(label).into_owned()).filter(|label| !label.is_empty()).collect()
}

/// `{"A"=>"x", "B"=>["y", "z"]}` as pairs; several values of one name are joined by `; `.
fn pairs(value: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = value;
    let mut name: Option<String> = None;
    while let Some(open) = rest.find('"') {
        let body = &rest[open + 1..];
        let Some(close) = closing_quote(body) else { break };
        let word = text::clean(&body[..close].replace("\\\"", "\"")).into_owned();
        rest = &body[close + 1..];
        if rest.trim_start().starts_with("=>") {
            name = Some(word);
            continue;
        }
        let Some(name) = &name else { continue };
        match found.last_mut().filter(|(known, _)| known == name) {
            Some((_, value)) => {
                value.push_str("; ");
                value.push_str(&word);
            }
            None => found.push((name.clone(), word)),
        }
    }
    found
}

fn closing_quote(body: &str) -> Option<usize> {
    body.match_indices('"').map(|(at, _)| at).find(|at| !body[..*at].ends_with('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rayyans_notes() {
        let mut record = Record::default();
        let rest = rayyan(
            "Published 2020 | RAYYAN-INCLUSION: {\"Marta\"=>\"Included\", \"Giulia M.\"=>\"Excluded\"} | RAYYAN-LABELS: gut,lung | RAYYAN-EXCLUSION-REASONS: wrong population,foreign language | USER-NOTES: {\"Giulia M.\"=>[\"see \\\"p. 3\\\"\", \"no\"]}",
            &mut record,
        );
        assert_eq!(rest, "Published 2020");
        let [first, second] = &record.prior_decisions[..] else { panic!("{:?}", record.prior_decisions) };
        assert_eq!(
            (first.reviewer.as_str(), first.verdict.as_str(), first.reason.as_str(), first.labels.join(",")),
            ("Marta", "include", "", "gut,lung".to_owned())
        );
        assert_eq!(
            (second.reviewer.as_str(), second.verdict.as_str(), second.reason.as_str(), second.note.as_str()),
            ("Giulia M.", "exclude", "wrong population; foreign language", "see \"p. 3\"; no")
        );
    }

    #[test]
    fn a_list_of_one_verdict() {
        let says = |verdict: &str, reviewer: &str| PriorDecision {
            verdict: verdict.into(),
            reviewer: reviewer.into(),
            note: "n".into(),
            ..PriorDecision::default()
        };
        let after = |prior_decisions: Vec<PriorDecision>, said: &str| {
            let mut record = Record { prior_decisions, ..Record::default() };
            say(&mut record, said, Provider::Covidence);
            record.prior_decisions.iter().map(|d| format!("{}/{}/{}/{}", d.tool, d.reviewer, d.verdict, d.note)).collect::<Vec<_>>()
        };
        assert_eq!(after(Vec::new(), "exclude"), ["covidence//exclude/"]);
        assert_eq!(after(vec![says("", "")], "exclude"), ["//exclude/n"], "its notes go with it");
        assert_eq!(after(vec![says("include", "A")], "exclude"), ["/A/include/n"], "the entry's own word stands");
        assert_eq!(after(vec![says("", "A")], "maybe"), ["/A//n", "covidence//maybe/"], "nobody's name is given a verdict");
        assert_eq!(after(Vec::new(), ""), [""; 0]);
    }

    #[test]
    fn verdicts() {
        for (word, want) in [
            ("Included", Some("include")),
            ("×", Some("exclude")),
            ("保留", Some("maybe")),
            ("○", Some("include")),
            ("〇", Some("include")),
            ("1", Some("include")),
            ("perhaps later", None),
        ] {
            assert_eq!(verdict(word), want, "{word}");
        }
    }
}
