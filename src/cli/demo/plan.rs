//! What `demo/review.toml` and `demo/gold.tsv` say, as data.

use std::collections::HashMap;

use anyhow::{Context, Result};
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::app::L10n;

/// The demonstration's files, inside the binary.
#[derive(RustEmbed)]
#[folder = "demo"]
struct Files;

#[derive(Debug, Deserialize)]
pub struct Plan {
    pub review: ReviewPlan,
    pub criterion: Vec<CriterionPlan>,
    pub reason: Vec<ReasonPlan>,
    pub not_retrieved_reason: Vec<Labelled>,
    pub terms: Vec<TermsPlan>,
    pub source: Vec<SourcePlan>,
    pub lead: Person,
    pub reviewer: Vec<Person>,
    pub start: Start,
}

#[derive(Debug, Deserialize)]
pub struct ReviewPlan {
    pub title: L10n,
    pub question: L10n,
    pub protocol_doi: String,
    pub notice: L10n,
}

#[derive(Debug, Deserialize)]
pub struct CriterionPlan {
    pub key: String,
    pub kind: String,
    pub label: L10n,
    pub includes: L10n,
    pub excludes: L10n,
}

#[derive(Debug, Deserialize)]
pub struct ReasonPlan {
    pub key: String,
    pub criterion: Option<String>,
    pub label: L10n,
}

#[derive(Debug, Deserialize)]
pub struct Labelled {
    pub label: L10n,
}

#[derive(Debug, Deserialize)]
pub struct TermsPlan {
    pub group: String,
    pub ja: Vec<String>,
    pub en: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct SourcePlan {
    pub name: L10n,
    pub database: String,
    pub platform: String,
    pub kind: String,
    pub search: Vec<SearchPlan>,
}

#[derive(Debug, Deserialize)]
pub struct SearchPlan {
    pub date: String,
    pub hits: i64,
    pub files: Vec<String>,
    pub limits: L10n,
    pub strategy: String,
}

#[derive(Debug, Deserialize)]
pub struct Person {
    pub login: String,
    pub name: L10n,
}

/// How far the review has got. Shares are of the citations.
#[derive(Debug, Deserialize)]
pub struct Start {
    pub seed: u64,
    pub title_abstract_settled: f64,
    pub title_abstract_one_decision: f64,
    /// Of the settled ones: left in conflict.
    pub title_abstract_conflicts: f64,
    pub full_text_not_retrieved: usize,
    /// Of the reports at full text: both decisions are in.
    pub full_text_settled: f64,
    pub full_text_conflicts: usize,
    pub p_other_reason: f64,
    pub note_share: f64,
    pub decide: HashMap<String, Chances>,
    pub notes: Notes,
    pub resolution_notes: Notes,
}

#[derive(Debug, Deserialize)]
pub struct Chances {
    pub p_include: f64,
    pub p_maybe: f64,
}

#[derive(Debug, Deserialize)]
pub struct Notes {
    pub ja: Vec<String>,
    pub en: Vec<String>,
}

/// What a careful reviewer would make of a record.
#[derive(Clone, Debug, Deserialize)]
pub struct Gold {
    pub file: String,
    pub n: u32,
    /// `include`, `borderline`, `exclude`.
    pub gold: String,
    /// The criterion that fails or is in doubt.
    pub criterion: String,
    /// `include` or `exclude`, for those that get to full text.
    pub full_text: String,
    pub full_text_reason: String,
}

pub fn plan() -> Result<Plan> {
    toml::from_str(&text("review.toml")?).context("demo/review.toml")
}

pub fn gold() -> Result<HashMap<(String, u32), Gold>> {
    let text = text("gold.tsv")?;
    let mut table = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(text.as_bytes());
    table.deserialize::<Gold>().map(|row| row.map(|gold| ((gold.file.clone(), gold.n), gold)).context("demo/gold.tsv")).collect()
}

pub fn file(name: &str) -> Result<Vec<u8>> {
    Ok(Files::get(name).with_context(|| format!("demo/{name} is not in the binary"))?.data.into_owned())
}

fn text(name: &str) -> Result<String> {
    String::from_utf8(file(name)?).with_context(|| format!("demo/{name} is not UTF-8"))
}
