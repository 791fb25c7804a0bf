//! A file before it is imported: kept byte for byte, read once to show what is in it, changed by nothing.

use std::io::BufReader;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::elsewhere::DecidedElsewhere;
use super::import_views::{IssueView, OutsideLines, RejectedView, issue_view};
use super::mappings::NamingView;
use super::record_views::RecordView;
use super::{App, AppError, AppResult, Member, time, words};
use crate::import::{self, Encoding, Format, ImportError, Options, Summary, prior};
use crate::model::{Entry, ParsedRecord, RejectedEntry};
use crate::store::{self, UploadRow};

/// Bytes of an uploaded file.
pub const UPLOAD_LIMIT: u64 = 200 * 1024 * 1024;
/// Entries shown of an upload.
const PREVIEW: usize = 5;
const REJECTED_PREVIEW: usize = 20;
const OUTSIDE_PREVIEW: usize = 20;

/// What is in an uploaded file. Nothing of it counts yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Upload {
    pub sha256: String,
    pub file_name: String,
    pub bytes: i64,
    pub format: String,
    pub provider: String,
    pub encoding: String,
    /// Why a person should look at the encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence_note: Option<String>,
    /// The first line with letters beyond ASCII, to judge the encoding by; empty when there is none.
    pub sample_line: String,
    pub entries: u32,
    pub records: u32,
    pub rejected: u32,
    /// What was decided elsewhere on its records.
    pub decided: DecidedElsewhere,
    pub preview: Vec<RecordView>,
    pub rejected_preview: Vec<RejectedView>,
    pub outside: Vec<OutsideLines>,
    /// Lines that belong to no entry and that nobody understands; `outside` shows the first of them.
    pub outside_lines: u32,
    pub issues: Vec<IssueView>,
    /// Its columns or tags, where a lead may say what they mean.
    pub naming: NamingView,
    /// The same bytes were imported before.
    pub already: Option<Already>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Already {
    pub import_id: Uuid,
    pub file_name: String,
    pub created_at: String,
    pub source: String,
}

/// The caller's choices; what is left out is recognised by content.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReadChoice {
    pub format: Option<String>,
    pub encoding: Option<String>,
    /// Tables: `header` where the first row names the columns, `entry` where it is an entry already.
    pub first_row: Option<String>,
    /// `include`, `exclude` or `maybe`: the verdict of every entry that has none of its own; empty: what the file says.
    pub said: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportFormats {
    pub formats: Vec<FormatName>,
    pub encodings: Vec<String>,
    /// Words for the fields that a column or a tag may be mapped to.
    pub fields: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FormatName {
    pub key: String,
    pub label: String,
}

impl ReadChoice {
    /// # Errors
    /// `invalid` for a format or an encoding that nobody reads, and for a verdict that is none.
    pub(super) fn options(&self) -> AppResult<Options> {
        fn parse<T: std::str::FromStr<Err = String>>(text: Option<&str>, field: &'static str, all: &str) -> AppResult<Option<T>> {
            let text = text.map(str::trim).filter(|text| !text.is_empty() && *text != "auto");
            text.map(|text| text.parse().map_err(|_| AppError::invalid(field, "not_one_of").with(all))).transpose()
        }
        Ok(Options {
            format: parse::<Format>(self.format.as_deref(), "format", &names(Format::ALL.iter().map(|f| f.name())))?,
            encoding: parse::<Encoding>(self.encoding.as_deref(), "encoding", &names(Encoding::ALL.iter().map(|e| e.name())))?,
            header: match self.first_row.as_deref().unwrap_or_default() {
                "" => None,
                "header" => Some(true),
                "entry" => Some(false),
                _ => return Err(AppError::invalid("first_row", "not_one_of").with("header, entry")),
            },
            said: match self.said.as_str() {
                said if said.is_empty() || prior::is_verdict(said) => said.to_owned(),
                _ => return Err(AppError::invalid("said", "not_one_of").with("include, exclude, maybe")),
            },
            ..Options::default()
        })
    }
}

fn names(all: impl Iterator<Item = &'static str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// What reading once through a file found.
struct Seen {
    summary: Summary,
    records: Vec<ParsedRecord>,
    rejected: Vec<RejectedEntry>,
    outside: Vec<OutsideLines>,
    decided: DecidedElsewhere,
}

fn look(file: std::fs::File, options: &Options) -> Result<Seen, ImportError> {
    let (mut records, mut rejected, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut decided = DecidedElsewhere::default();
    let mut sink = |entry| match entry {
        Entry::Record(parsed) => {
            parsed.record.prior_decisions.iter().for_each(|prior| decided.add(prior));
            if records.len() < PREVIEW {
                records.push(*parsed);
            }
        }
        Entry::Rejected(entry) if rejected.len() < REJECTED_PREVIEW => rejected.push(*entry),
        Entry::Outside { line_start, line_end, text, understood: false } if outside.len() < OUTSIDE_PREVIEW => {
            outside.push(OutsideLines { line_start, line_end, text });
        }
        _ => {}
    };
    let summary = import::read(BufReader::new(file), options, &mut sink)?;
    Ok(Seen { summary, records, rejected, outside, decided })
}

impl App {
    /// Keeps a received file and says what is in it.
    ///
    /// # Errors
    /// `forbidden` unless a lead asks; `invalid` for a file that holds no bibliographic entries.
    pub async fn upload(&self, member: &Member, file_name: &str, received: &std::path::Path, choice: ReadChoice) -> AppResult<Upload> {
        member.lead()?;
        choice.options()?;
        let blob = self.blobs.keep(received).await.map_err(AppError::internal)?;
        let row = UploadRow {
            review_id: member.review,
            sha256: blob.sha256.clone(),
            file_name: clean_name(file_name),
            bytes: blob.bytes as i64,
            created_by: member.user.id,
            created_at: self.clock.now(),
        };
        self.store.write::<_, AppError, _>(move |db| async move { Ok(store::sources::put_upload(db, row).await?) }.boxed()).await?;
        let upload = self.read_upload(member, &blob.sha256, choice).await?;
        Ok(Upload { file_name: clean_name(file_name), ..upload })
    }

    /// Reads an uploaded file again, with other choices.
    pub async fn read_upload(&self, member: &Member, sha256: &str, choice: ReadChoice) -> AppResult<Upload> {
        member.lead()?;
        let row = store::sources::upload(&self.db(), member.review, sha256).await?.ok_or(AppError::not_found("upload"))?;
        let options = choice.options()?;
        let guessed = options.encoding.is_none();
        let path = self.blobs.path(sha256);
        let options = self.with_saved_mapping(member.review, path.clone(), options).await?;
        let seen = tokio::task::spawn_blocking(move || look(std::fs::File::open(path)?, &options)).await.map_err(AppError::internal)?;
        let seen = seen.map_err(|error| refused(&error))?;
        let locale = &member.user.locale;
        let summary = seen.summary;
        Ok(Upload {
            sha256: row.sha256,
            naming: NamingView::of(&summary.naming, &row.file_name),
            file_name: row.file_name,
            bytes: row.bytes,
            format: summary.format.name().into(),
            provider: summary.provider.name().into(),
            encoding: summary.encoding.name().into(),
            confidence_note: encoding_note(guessed, summary.encoding, locale),
            sample_line: summary.encoding_sample.unwrap_or_default(),
            entries: summary.entries,
            records: summary.records,
            rejected: summary.rejected,
            decided: seen.decided,
            preview: seen.records.into_iter().map(RecordView::preview).collect(),
            rejected_preview: seen.rejected.into_iter().map(|entry| RejectedView::preview(entry, locale)).collect(),
            outside: seen.outside,
            outside_lines: summary.outside_lines,
            issues: summary.issues.iter().map(|issue| issue_view(issue, locale)).collect(),
            already: self.already(member, sha256).await?,
        })
    }

    async fn already(&self, member: &Member, sha256: &str) -> AppResult<Option<Already>> {
        let Some(import) = store::sources::import_of_file(&self.db(), member.review, sha256).await? else { return Ok(None) };
        let names = self.names(member.review).await?;
        let source = names.source(import.source_id);
        Ok(Some(Already { import_id: import.id, file_name: import.file_name, created_at: time(import.created_at), source }))
    }

    /// What the import dialog offers.
    pub fn import_formats(&self, locale: &str) -> ImportFormats {
        let format = |format: &Format| FormatName { key: format.name().into(), label: words::label_in(*format, locale).into() };
        ImportFormats {
            formats: Format::ALL.iter().map(format).collect(),
            encodings: Encoding::ALL.iter().map(|encoding| encoding.name().into()).collect(),
            fields: import::mapping::words().map(str::to_owned).collect(),
        }
    }
}

/// UTF-8 proves itself, one that was chosen stands; anything else was guessed, and a person should look at a line of it.
fn encoding_note(guessed: bool, encoding: Encoding, locale: &str) -> Option<String> {
    let proven = matches!(encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be);
    if guessed && !proven { words::sentence("encoding_guessed", &words::encoding_label(encoding), locale) } else { None }
}

/// A file that can't be read, as a refusal.
pub(super) fn refused(error: &ImportError) -> AppError {
    match error {
        ImportError::Io(error) => AppError::internal(error),
        other => AppError::invalid("file", other.code()).with(words::detail(other)),
    }
}

/// The file's own name, without folders and control characters.
pub(super) fn clean_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name: String = name.chars().filter(|c| !c.is_control()).take(255).collect();
    if name.trim().is_empty() { "file".into() } else { name }
}
