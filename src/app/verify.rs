//! Checks that what is stored is whole and that what is derived says the same as a rebuild would. Changes nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::merged::{self, Part};
use super::regroup::Places;
use super::{App, AppResult, L10n};
use crate::flow;
use crate::store::{self, screening};

/// Citations whose fields are made anew at a time.
const BATCH: u64 = 500;
/// Citations that are named one by one; a fault of the whole review is said once.
const NAMED_MAX: usize = 20;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    pub reviews: usize,
    pub records: usize,
    pub citations: usize,
    pub decisions: usize,
    pub files: usize,
    /// In words, with the thing's place; empty when all is well.
    pub wrong: Vec<String>,
}

impl App {
    /// Looks through everything; `step` is told what comes next.
    pub async fn verify(&self, mut step: impl FnMut(&str)) -> AppResult<Findings> {
        let mut findings = Findings::default();
        if let Some(problem) = store::verify::database(&self.db()).await {
            findings.wrong.push(format!("the database's file is damaged ({problem}); restore a backup"));
            return Ok(findings); // nothing that is read from it can be relied on
        }
        for (child, parent, n) in store::verify::dangling(&self.db()).await? {
            findings.wrong.push(format!("{n} rows of {child} refer to rows of {parent} that are not there"));
        }
        match store::verify::audit_missing(&self.db()).await? {
            0 => {}
            n => findings.wrong.push(format!("{n} rows of the audit trail are not there")),
        }
        for review in store::reviews::all(&self.db()).await? {
            let title = L10n::from_json(&review.title).get("en").to_string();
            step(&title);
            findings.reviews += 1;
            let mut wrong = self.verify_imports(review.id, &mut findings).await?;
            wrong.extend(self.verify_full_texts(review.id, &mut findings).await?);
            wrong.extend(self.verify_citations(review.id, &mut findings).await?);
            wrong.extend(self.verify_groups(review.id).await?);
            wrong.extend(self.verify_fields(review.id).await?);
            wrong.extend(self.verify_outcomes(review.id, &mut findings).await?);
            let counts = flow::count(&self.flow_facts(review.id).await?);
            wrong.extend(counts.check().iter().map(|broken| format!("PRISMA: {} ({} ≠ {})", broken.code, broken.left, broken.right)));
            findings.wrong.extend(wrong.into_iter().map(|problem| format!("review “{title}”: {problem}")));
        }
        Ok(findings)
    }

    /// Every import's file is there byte for byte, and its entries are records or rejected.
    async fn verify_imports(&self, review: Uuid, findings: &mut Findings) -> AppResult<Vec<String>> {
        let mut wrong = Vec::new();
        for import in store::verify::imports(&self.db(), review).await? {
            findings.files += 1;
            findings.records += import.stored as usize;
            wrong.extend(self.verify_file("file", &import.file_name, &import.sha256).await);
            if import.status != "done" && import.status != "withdrawn" {
                continue;
            }
            if import.entries != import.records + import.rejected {
                wrong.push(format!(
                    "{}: {} entries, but {} records + {} rejected",
                    import.file_name, import.entries, import.records, import.rejected
                ));
            }
            if import.records != import.stored || import.rejected != import.kept - import.repaired {
                wrong.push(format!("{}: {} records and {} rejected entries are stored", import.file_name, import.stored, import.kept));
            }
        }
        Ok(wrong)
    }

    /// Every full text is there byte for byte.
    async fn verify_full_texts(&self, review: Uuid, findings: &mut Findings) -> AppResult<Vec<String>> {
        let mut wrong = Vec::new();
        for (name, sha256) in store::verify::full_texts(&self.db(), review).await? {
            findings.files += 1;
            wrong.extend(self.verify_file("full text", &name, &sha256).await);
        }
        Ok(wrong)
    }

    async fn verify_file(&self, what: &str, name: &str, sha256: &str) -> Option<String> {
        match self.blobs.is_whole(sha256).await {
            Ok(true) => None,
            Ok(false) => Some(format!("{what} {name}: its bytes have changed")),
            Err(error) => Some(format!("{what} {name}: {} ({})", error, self.blobs.path(sha256).display())),
        }
    }

    /// Every active record is in exactly one live citation of its own review.
    async fn verify_citations(&self, review: Uuid, findings: &mut Findings) -> AppResult<Vec<String>> {
        let live: HashSet<Uuid> = screening::live_citations(&self.db(), review).await?.into_iter().collect();
        findings.citations += live.len();
        let mut filled = HashSet::new();
        let mut lost = 0;
        for count in store::facts::records_by_source(&self.db(), review).await? {
            if !live.contains(&count.citation_id) {
                lost += count.n;
            }
            filled.insert(count.citation_id);
        }
        let empty = live.difference(&filled).count();
        let mut wrong = Vec::new();
        if lost > 0 {
            wrong.push(format!("{lost} records are in no live citation"));
        }
        if empty > 0 {
            wrong.push(format!("{empty} live citations have no record"));
        }
        Ok(wrong)
    }

    /// Records are together as the statements have it. Between what a run says and what it then moves there is nothing to compare.
    async fn verify_groups(&self, review: Uuid) -> AppResult<Vec<String>> {
        for kind in ["dedup", "dedup_undo"] {
            let last = store::jobs::latest(&self.db(), review, kind).await?;
            if last.is_some_and(|job| job.state == "queued" || job.state == "running") {
                return Ok(Vec::new());
            }
        }
        let moved = self.misplaced(review).await?.len();
        Ok(match moved {
            0 => Vec::new(),
            _ => vec![format!("{moved} records are in citations that are not what was said of them gives; run `erabi reindex`")],
        })
    }

    /// Each live citation shows what its records and people's choices make of it, field by field.
    async fn verify_fields(&self, review: Uuid) -> AppResult<Vec<String>> {
        let db = self.db();
        let places = Places::of(&store::sources::list(&db, review).await?);
        let mut wrong = Vec::new();
        let mut number = 0;
        loop {
            let rows = store::citations::live_after(&db, review, number, BATCH).await?;
            let Some(last) = rows.last() else { break };
            number = last.number;
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let records = store::records::of_citations(&db, &ids).await?;
            let choices = store::choices::of_records(&db, &records.iter().map(|record| record.id).collect::<Vec<_>>()).await?;
            let mut held: HashMap<Uuid, Vec<Part>> = HashMap::new();
            for record in records {
                let part = places.part(record.id, record.source_id, serde_json::from_str(&record.data).unwrap_or_default());
                held.entry(record.citation_id).or_default().push(part);
            }
            for row in rows {
                let Some(parts) = held.remove(&row.id) else { continue };
                let ids: Vec<Uuid> = parts.iter().map(|part| part.id).collect();
                let fields = merged::differing(&row, &merged::fill(row.clone(), &parts, &merged::standing(&choices, &ids)));
                if !fields.is_empty() {
                    wrong.push(format!(
                        "citation {}: {} as stored is not what its records give; run `erabi reindex`",
                        row.number,
                        fields.join(", ")
                    ));
                }
            }
        }
        let more = wrong.len().saturating_sub(NAMED_MAX);
        wrong.truncate(NAMED_MAX);
        wrong.extend((more > 0).then(|| format!("{more} more citations whose fields are not what their records give")));
        Ok(wrong)
    }

    /// What stands in `citation_stages` is what decisions and resolutions amount to now.
    async fn verify_outcomes(&self, review: Uuid, findings: &mut Findings) -> AppResult<Vec<String>> {
        let ids = screening::live_citations(&self.db(), review).await?;
        let stored: HashMap<(Uuid, String), _> =
            screening::stages_of(&self.db(), &ids).await?.into_iter().map(|row| ((row.citation_id, row.stage.clone()), row)).collect();
        findings.decisions += stored.values().map(|row| row.decided as usize).sum::<usize>();
        // An import that was stopped after its records began to count gives them their places when the server starts again.
        let last = store::jobs::latest(&self.db(), review, "import").await?;
        let goes_on = last.is_some_and(|job| job.state == "queued" || job.state == "running");
        let mut differing = 0;
        for chunk in ids.chunks(500) {
            for row in self.derived_stages(&self.db(), review, chunk).await? {
                let found = stored.get(&(row.citation_id, row.stage.clone()));
                differing += usize::from(found != Some(&row) && !(found.is_none() && goes_on));
            }
        }
        Ok(if differing == 0 {
            Vec::new()
        } else {
            vec![format!("{differing} outcomes differ from what a rebuild gives; run `erabi reindex`")]
        })
    }
}
