//! Every limit of reading, in one place. Passing one costs an entry (or the file) and is said by name, never silently.

/// Bytes of an uploaded file before decoding: 2 GiB, far beyond any search export.
pub const MAX_FILE_BYTES: u64 = 2 << 30;
/// Bytes of a workbook (xlsx, xls), which has to be held in memory while it is read.
pub const MAX_WORKBOOK_BYTES: u64 = 64 << 20;
/// Bytes of one entry's own text; Ovid PsycInfo entries with all cited references reach 60 kB.
pub const MAX_ENTRY_BYTES: usize = 4 << 20;
/// Bytes of one line; a longer one is cut, and its entry is rejected.
pub const MAX_LINE_BYTES: usize = 4 << 20;
/// Entries of one file.
pub const MAX_ENTRIES: u32 = 2_000_000;
/// Authors kept of one entry; the largest collaborations list about 6,000.
pub const MAX_AUTHORS: usize = 10_000;
/// Keywords kept of one entry.
pub const MAX_KEYWORDS: usize = 5_000;
/// Fields of one tagged entry.
pub const MAX_FIELDS: usize = 200_000;
/// Issues kept of one file; further ones are only counted.
pub const MAX_ISSUES: usize = 1_000;
/// Bytes at the head of a file from which its format is recognised.
pub const SAMPLE_BYTES: usize = 256 << 10;
/// Bytes from the first one that is not ASCII on, from which the encoding is guessed.
pub const ENCODING_SAMPLE_BYTES: usize = 1 << 20;
/// Lines outside every entry that are handed out as one piece.
pub const MAX_OUTSIDE_BYTES: usize = 64 << 10;
/// Bytes of a Zotero RDF file, whose nodes refer to each other and have to be held together.
pub const MAX_RDF_BYTES: usize = 64 << 20;
