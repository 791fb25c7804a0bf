//! Import files and full texts on disk, each under its SHA-256. A file is there whole or not at all, and is never changed.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

#[derive(Clone, Debug)]
pub struct Blobs(PathBuf);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub bytes: u64,
}

impl Blobs {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where the file with this SHA-256 lies, or would.
    pub fn path(&self, sha256: &str) -> PathBuf {
        let safe: String = sha256.chars().filter(char::is_ascii_hexdigit).collect();
        self.0.join(safe.get(..2).unwrap_or("xx")).join(safe)
    }

    /// Whether the bytes that lie under this SHA-256 still have it.
    ///
    /// # Errors
    /// When there is no such file, or the disk refuses.
    pub async fn is_whole(&self, sha256: &str) -> io::Result<bool> {
        Ok(hash(&self.path(sha256)).await?.sha256 == sha256)
    }

    /// A path for a file that is being received; it is on the same disk, so that keeping it is a rename.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub async fn incoming(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.0.join("incoming");
        tokio::fs::create_dir_all(&folder).await?;
        Ok(folder.join(name))
    }

    /// Takes a received file into the store and removes it from where it was.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn keep(&self, received: &Path) -> io::Result<Blob> {
        let blob = hash(received).await?;
        let path = self.path(&blob.sha256);
        if tokio::fs::try_exists(&path).await? {
            tokio::fs::remove_file(received).await?;
            return Ok(blob);
        }
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let writable = tokio::fs::File::options().write(true).open(received).await?; // Windows writes out no other
        writable.sync_all().await?;
        drop(writable);
        tokio::fs::rename(received, &path).await?;
        #[cfg(unix)] // where a folder is a file that can be written out
        if let Some(folder) = path.parent() {
            tokio::fs::File::open(folder).await?.sync_all().await?;
        }
        Ok(blob)
    }
}

async fn hash(path: &Path) -> io::Result<Blob> {
    let mut file = tokio::fs::File::open(path).await?;
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0u64, vec![0u8; 256 * 1024]);
    loop {
        let n = file.read(&mut buffer).await?;
        if n == 0 {
            let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok(Blob { sha256, bytes });
        }
        digest.update(&buffer[..n]);
        bytes += n as u64;
    }
}
