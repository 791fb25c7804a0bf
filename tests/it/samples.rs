//! Where the sample exports lie that nobody here wrote. One rule: they are used in place (`ERABI_SHARED`, else `shared` beside a folder
//! above this crate), never copied; a test that misses them says so and passes.

use std::path::{Path, PathBuf};

/// The folder of samples, or `None` (said on standard error) where it is not there.
pub fn samples() -> Option<PathBuf> {
    let named = std::env::var_os("ERABI_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared"));
    let found = named.into_iter().chain(above).map(|dir| dir.join("samples")).find(|dir| dir.join("counts.tsv").is_file());
    if found.is_none() {
        eprintln!("SKIPPED: no sample exports; set ERABI_SHARED to the folder that holds samples/counts.tsv");
    }
    found
}
