//! Uploads: a multipart body is streamed to disk, one file and some text fields, each within a limit.

use std::collections::BTreeMap;
use std::path::PathBuf;

use actix_multipart::Multipart;
use futures_util::TryStreamExt;
use tokio::io::AsyncWriteExt;

use super::error::HttpError;
use crate::app::{App, AppError};

/// Bytes of one text field beside the file.
const FIELD_LIMIT: usize = 1000;

/// What was sent.
pub struct Upload {
    pub file_name: String,
    pub path: PathBuf,
    pub fields: BTreeMap<String, String>,
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path); // it was moved into the blobs, or is not wanted
    }
}

/// Receives the field `file` and the text fields.
///
/// # Errors
/// `too_large` past `limit` bytes; `invalid` without a file.
pub async fn receive(app: &App, mut body: Multipart, limit: u64) -> Result<Upload, HttpError> {
    let bad = |error: actix_multipart::MultipartError| AppError::invalid("body", "bad_request").with(error);
    let path = app.blobs.incoming(&app.clock.id().to_string()).await.map_err(AppError::internal)?;
    let mut upload = Upload { file_name: String::new(), path, fields: BTreeMap::new() };
    let mut received = false;
    while let Some(mut field) = body.try_next().await.map_err(bad)? {
        let name = field.name().unwrap_or_default().to_string();
        if name == "file" {
            let given = field.content_disposition().and_then(|disposition| disposition.get_filename()).unwrap_or("file");
            upload.file_name = given.rsplit(['/', '\\']).next().unwrap_or(given).chars().take(255).collect();
            let mut file = tokio::fs::File::create(&upload.path).await.map_err(AppError::internal)?;
            let mut bytes = 0u64;
            while let Some(chunk) = field.try_next().await.map_err(bad)? {
                bytes += chunk.len() as u64;
                if bytes > limit {
                    return Err(AppError::too_large("too_large", format!("{} MB", limit / 1024 / 1024)).into());
                }
                file.write_all(&chunk).await.map_err(AppError::internal)?;
            }
            file.flush().await.map_err(AppError::internal)?;
            received = true;
        } else {
            let mut text = Vec::new();
            while let Some(chunk) = field.try_next().await.map_err(bad)? {
                text.extend_from_slice(&chunk);
                if text.len() > FIELD_LIMIT {
                    return Err(AppError::too_large("too_large", format!("{FIELD_LIMIT} B")).into());
                }
            }
            upload.fields.insert(name, String::from_utf8_lossy(&text).into_owned());
        }
    }
    if received { Ok(upload) } else { Err(AppError::invalid("file", "required").into()) }
}
