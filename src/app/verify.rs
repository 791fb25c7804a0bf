//! Checks that what is stored is whole and that what is derived says the same as a rebuild would. Changes nothing.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{App, AppResult, L10n};
use crate::flow;
use crate::store::{self, screening};

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
        if let Some(problem) = store::verify::database(&self.db()).await? {
            findings.wrong.push(format!("database: {problem}"));
        }
        for review in store::reviews::all(&self.db()).await? {
            let title = L10n::from_json(&review.title).get("en").to_string();
            step(&title);
            findings.reviews += 1;
            let mut wrong = self.verify_imports(review.id, &mut findings).await?;
            wrong.extend(self.verify_citations(review.id, &mut findings).await?);
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
            let path = self.blobs.path(&import.sha256);
            match tokio::fs::read(&path).await {
                Err(error) => wrong.push(format!("file {}: {error}", import.file_name)),
                Ok(bytes) => {
                    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                    if hash != import.sha256 {
                        wrong.push(format!("file {}: its bytes have changed", import.file_name));
                    }
                }
            }
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

    /// What stands in `citation_stages` is what decisions and resolutions amount to now.
    async fn verify_outcomes(&self, review: Uuid, findings: &mut Findings) -> AppResult<Vec<String>> {
        let ids = screening::live_citations(&self.db(), review).await?;
        let stored: HashMap<(Uuid, String), _> =
            screening::stages_of(&self.db(), &ids).await?.into_iter().map(|row| ((row.citation_id, row.stage.clone()), row)).collect();
        findings.decisions += stored.values().map(|row| row.decided as usize).sum::<usize>();
        let mut differing = 0;
        for chunk in ids.chunks(500) {
            for row in self.derived_stages(&self.db(), review, chunk).await? {
                differing += usize::from(stored.get(&(row.citation_id, row.stage.clone())) != Some(&row));
            }
        }
        Ok(if differing == 0 {
            Vec::new()
        } else {
            vec![format!("{differing} outcomes differ from what a rebuild gives; run `erabi reindex`")]
        })
    }
}
