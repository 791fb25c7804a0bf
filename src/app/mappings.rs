//! What leads say about columns and tags: saved in the review once, found again by the next file that uses the same names, handed
//! on to other reviews as a file. One rule: an import keeps the mapping it was read with, whatever becomes of the saved one.

use std::io::Read;
use std::path::PathBuf;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::text;
use super::{App, AppError, AppResult, Member, time};
use crate::import::mapping::{Fault, Kind, Mapping, Named, Seen};
use crate::import::{self, Naming, Options};
use crate::store::{self, MappingRow};

/// Characters of a mapping's name; mappings of a review.
const NAME_MAX: usize = 255;
const MAPPINGS_MAX: usize = 200;
/// Bytes from the head of a file in which its names are looked for; no workbook, which has to be read whole, is larger.
const HEAD_BYTES: u64 = import::limits::MAX_WORKBOOK_BYTES;
/// Names of a file that are shown.
const SEEN_MAX: usize = 300;

/// Which column or tag is which field. This is also what the file holds that leads hand on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MappingData {
    /// What people call it: the file that it was first made for.
    pub name: String,
    /// `columns` or `tags`.
    pub kind: String,
    /// Tags: format and provider of the text.
    pub format: String,
    pub provider: String,
    /// Columns: the header row by which it is found again.
    pub header: Vec<String>,
    pub names: Vec<NamedField>,
    /// Columns: no row names them; the first row is an entry, and `header` has a name for each place.
    pub headless: bool,
    /// Tags that begin a record, and what stands before and behind a tag, where the layout is nobody's standard.
    pub record_start: Vec<String>,
    pub marks: Vec<Vec<String>>,
}

/// A column or a tag and the word of its field (`import-formats` lists the words).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NamedField {
    pub name: String,
    pub field: String,
}

/// A saved mapping.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MappingView {
    pub id: Uuid,
    #[serde(flatten)]
    pub data: MappingData,
    pub created_at: String,
    pub created_by: String,
}

/// The names of a file as they were read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamingView {
    pub seen: Vec<SeenName>,
    /// What to save with other names of fields; holds those of the saved mapping that was used.
    pub mapping: MappingData,
}

/// A column or tag with what it was taken for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SeenName {
    pub name: String,
    /// Word of the field, `known` for one without a word, empty where nobody knows the name.
    pub field: String,
    /// A lead said so.
    pub mapped: bool,
    /// Another name stands for the same field, which takes one value.
    pub ambiguous: bool,
    pub examples: Vec<String>,
}

impl MappingData {
    fn of(mapping: &Mapping, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: match mapping.kind {
                Kind::Columns => "columns".to_owned(),
                Kind::Tags => "tags".to_owned(),
            },
            format: mapping.format.clone(),
            provider: mapping.provider.clone(),
            header: mapping.header.clone(),
            names: mapping.names.iter().map(|named| NamedField { name: named.name.clone(), field: named.field.clone() }).collect(),
            headless: mapping.headless,
            record_start: mapping.record_start.clone(),
            marks: mapping.marks.iter().map(|(before, after)| vec![before.clone(), after.clone()]).collect(),
        }
    }

    /// # Errors
    /// `invalid` for what is no mapping.
    fn mapping(self) -> AppResult<Mapping> {
        let refused = |(code, detail): Fault| AppError::invalid("names", code).with(detail);
        let kind = match self.kind.as_str() {
            "columns" => Kind::Columns,
            "tags" => Kind::Tags,
            _ => return Err(refused(("mapping_of_nothing", self.kind))),
        };
        let mark = |mark: Vec<String>| <[String; 2]>::try_from(mark).map(|[before, after]| (before, after));
        let marks: Result<Vec<_>, Vec<String>> = self.marks.into_iter().map(mark).collect();
        let mapping = Mapping {
            kind,
            format: self.format,
            provider: self.provider,
            header: self.header,
            names: self.names.into_iter().map(|named| Named { name: named.name, field: named.field }).collect(),
            headless: self.headless,
            record_start: self.record_start,
            marks: marks.map_err(|mark| refused(("mapping_of_nothing", mark.join(" "))))?,
        };
        mapping.check().map_err(refused)?;
        Ok(mapping)
    }
}

impl NamingView {
    pub(super) fn of(naming: &Naming, file_name: &str) -> Self {
        let seen = |seen: &Seen| SeenName {
            name: seen.name.clone(),
            field: seen.field.to_owned(),
            mapped: seen.mapped,
            ambiguous: seen.ambiguous,
            examples: seen.examples.clone(),
        };
        Self { seen: naming.seen.iter().take(SEEN_MAX).map(seen).collect(), mapping: MappingData::of(&naming.mapping, file_name) }
    }
}

/// The mapping that a row holds; none where it holds none.
pub(super) fn stored(data: &str) -> Option<Mapping> {
    serde_json::from_str(data).ok()
}

/// What an import's page shows of the mapping it was read with.
pub(super) fn names_of(data: &str) -> Vec<NamedField> {
    stored(data).map(|mapping| MappingData::of(&mapping, "").names).unwrap_or_default()
}

impl App {
    /// Latest first.
    pub async fn mappings(&self, member: &Member) -> AppResult<Vec<MappingView>> {
        let names = self.names(member.review).await?;
        let rows = store::mappings::of_review(&self.db(), member.review).await?;
        let view = |row: MappingRow| MappingView {
            id: row.id,
            data: MappingData::of(&stored(&row.data).unwrap_or_default(), &row.name),
            created_at: time(row.created_at),
            created_by: names.user(row.created_by),
        };
        Ok(rows.into_iter().map(view).collect())
    }

    pub async fn mapping(&self, member: &Member, id: Uuid) -> AppResult<MappingView> {
        self.mappings(member).await?.into_iter().find(|mapping| mapping.id == id).ok_or(AppError::not_found("mapping"))
    }

    /// Saves a mapping; one that is about the same names is replaced.
    ///
    /// # Errors
    /// `invalid` for a field that nobody knows, and for a mapping that is about nothing.
    pub async fn save_mapping(&self, member: &Member, data: MappingData) -> AppResult<MappingView> {
        member.lead()?;
        let name = text(&data.name, "name", NAME_MAX)?;
        let mapping = data.mapping()?;
        let rows = store::mappings::of_review(&self.db(), member.review).await?;
        let before =
            rows.iter().find(|row| stored(&row.data).is_some_and(|known| known.kind == mapping.kind && known.key() == mapping.key()));
        if before.is_none() && rows.len() >= MAPPINGS_MAX {
            return Err(AppError::invalid("names", "too_many_items").with(MAPPINGS_MAX));
        }
        let row = MappingRow {
            id: before.map_or_else(|| self.clock.id(), |row| row.id),
            review_id: member.review,
            name,
            data: serde_json::to_string(&mapping).map_err(AppError::internal)?,
            created_by: member.user.id,
            created_at: self.clock.now(),
        };
        let id = row.id;
        self.write_mapping(member, "mapping.save", before.cloned(), Some(row)).await?;
        self.mapping(member, id).await
    }

    /// Takes a mapping away; what was read with it stays as it is.
    pub async fn remove_mapping(&self, member: &Member, id: Uuid) -> AppResult<()> {
        member.lead()?;
        let rows = store::mappings::of_review(&self.db(), member.review).await?;
        let before = rows.into_iter().find(|row| row.id == id).ok_or(AppError::not_found("mapping"))?;
        self.write_mapping(member, "mapping.remove", Some(before), None).await
    }

    async fn write_mapping(
        &self,
        member: &Member,
        action: &'static str,
        before: Option<MappingRow>,
        after: Option<MappingRow>,
    ) -> AppResult<()> {
        let Some(id) = after.as_ref().or(before.as_ref()).map(|row| row.id) else { return Ok(()) };
        let (app, by) = (self.clone(), member.clone());
        self.store
            .write::<_, AppError, _>(move |db| {
                async move {
                    app.log_by(db, &by, action, ("mapping", id), before.as_ref().map(trail), after.as_ref().map(trail)).await?;
                    match after {
                        Some(row) => Ok(store::mappings::put(db, row).await?),
                        None => Ok(store::mappings::remove(db, id).await?),
                    }
                }
                .boxed()
            })
            .await
    }

    /// `options` with the saved mapping that is about the names of the file at `path`, if there is one. The same header goes before
    /// one that gained columns, more columns before fewer. A file that can't be read has no names.
    pub(super) async fn with_saved_mapping(&self, review: Uuid, path: PathBuf, options: Options) -> AppResult<Options> {
        let rows = store::mappings::of_review(&self.db(), review).await?;
        if rows.is_empty() {
            return Ok(options);
        }
        let known: Vec<Mapping> = rows.iter().filter_map(|row| stored(&row.data)).collect();
        let find = move || {
            let head = std::fs::File::open(path).map(|file| std::io::BufReader::new(file).take(HEAD_BYTES)).ok();
            let read = head.and_then(|head| import::read(head, &options, &mut |_| {}).ok());
            let best = read.and_then(|summary| {
                let fitting = known.into_iter().rev().filter(|mapping| mapping.fits(&summary.naming.mapping));
                fitting.max_by_key(|mapping| mapping.header.len())
            });
            Options { mapping: best, ..options }
        };
        tokio::task::spawn_blocking(find).await.map_err(AppError::internal)
    }
}

/// What the audit trail keeps of a mapping.
fn trail(row: &MappingRow) -> serde_json::Value {
    let pairs = names_of(&row.data).into_iter().map(|named| format!("{} → {}", named.name, named.field));
    serde_json::json!({ "name": row.name, "names": pairs.collect::<Vec<_>>() })
}
