//! How the sources of a review overlap: numbers that open their lists, and the same as a figure and a table to keep.
//! One rule: the numbers are `flow::overlap`'s, from the same facts as the PRISMA figure.

use serde::Serialize;
use utoipa::ToSchema;

use super::figure::{FigureQuery, Made, PNG_SCALE, blocking};
use super::{App, AppError, AppResult, L10n, Member};
use crate::export::figure::{pdf, png, upset};
use crate::export::overlap::csv;
use crate::flow;
use crate::model::{Lang, Overlap, OverlapBox, SourceId};
use crate::store;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OverlapView {
    pub sources: Vec<SourceShareView>,
    pub combinations: Vec<CombinationView>,
    /// What two sources share, whoever else has it.
    pub shared: Vec<SharedView>,
    /// Duplicates within sources, and across them.
    pub within: u32,
    pub across: u32,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceShareView {
    pub name: String,
    pub records: u32,
    pub citations: u32,
    pub alone: u32,
    pub included: u32,
    pub included_alone: u32,
    pub within: u32,
    /// Keys of the lists behind `citations`, `alone`, `included` and `included_alone`.
    pub boxes: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CombinationView {
    /// Places in `sources`.
    pub sources: Vec<u32>,
    pub citations: u32,
    pub included: u32,
    /// Keys of the lists behind both numbers.
    pub boxes: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SharedView {
    pub a: u32,
    pub b: u32,
    pub citations: u32,
    #[serde(rename = "box")]
    pub key: String,
}

impl App {
    pub async fn overlap(&self, member: &Member) -> AppResult<OverlapView> {
        Ok(view(&flow::overlap(&self.flow_facts(member.review).await?)))
    }

    /// The overlap as `svg`, `png` or `pdf`, or its numbers as `csv`.
    pub async fn overlap_figure(&self, member: &Member, format: &str, query: &FigureQuery) -> AppResult<Made> {
        let lang = query.lang.as_deref().and_then(Lang::parse).or(Lang::parse(&member.user.locale)).unwrap_or_default();
        let overlap = flow::overlap(&self.flow_facts(member.review).await?);
        let review = store::reviews::get(&self.db(), member.review).await?.ok_or(AppError::not_found("review"))?;
        let title = L10n::from_json(&review.title).get(lang.as_str()).to_string();
        let (bytes, content_type) = match format {
            "csv" => {
                let mut out = Vec::new();
                csv(&overlap, lang, &mut out).map_err(AppError::internal)?;
                (out, "text/csv; charset=utf-8")
            }
            "svg" => (upset(&overlap, &title, lang).into_bytes(), "image/svg+xml"),
            "png" => (blocking(move || png(&upset(&overlap, &title, lang), PNG_SCALE).map_err(AppError::internal)).await?, "image/png"),
            "pdf" => {
                let made = blocking(move || pdf(&upset(&overlap, &title, lang), &title, lang).map_err(AppError::internal)).await?;
                (made, "application/pdf")
            }
            _ => return Err(AppError::not_found("format")),
        };
        Ok(Made { bytes, content_type, file_name: format!("overlap-{}.{format}", lang.as_str()) })
    }
}

fn view(overlap: &Overlap) -> OverlapView {
    let key = |exactly, included, sources: &[SourceId]| OverlapBox { exactly, included, sources: sources.to_vec() }.to_string();
    let id = |at: &u32| overlap.sources[*at as usize].id;
    let sources = overlap.sources.iter().map(|source| {
        let of = |exactly, included| key(exactly, included, &[source.id]);
        SourceShareView {
            name: source.name.clone(),
            records: source.records,
            citations: source.citations,
            alone: source.alone,
            included: source.included,
            included_alone: source.included_alone,
            within: source.within,
            boxes: vec![of(false, false), of(true, false), of(false, true), of(true, true)],
        }
    });
    let combinations = overlap.combinations.iter().map(|combination| {
        let ids: Vec<SourceId> = combination.sources.iter().map(id).collect();
        CombinationView {
            sources: combination.sources.clone(),
            citations: combination.citations,
            included: combination.included,
            boxes: vec![key(true, false, &ids), key(true, true, &ids)],
        }
    });
    let shared = overlap.shared.iter().map(|pair| SharedView {
        a: pair.a,
        b: pair.b,
        citations: pair.citations,
        key: key(false, false, &[id(&pair.a), id(&pair.b)]),
    });
    OverlapView {
        sources: sources.collect(),
        combinations: combinations.collect(),
        shared: shared.collect(),
        within: overlap.within,
        across: overlap.across,
    }
}
