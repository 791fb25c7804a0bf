//! Bytes to records: decode, recognise, read. Its one rule: `entries = records + rejected`, and every line of a
//! file belongs to a record, to a rejected entry, or to the lines outside that are handed out too.

mod bibtex;
mod blocks; // the loop of the tagged formats
mod bookkeeping; // fields hidden in notes
mod build; // a record, field by field
pub mod decode; // bytes → UTF-8
pub mod detect; // which format, whose
mod ebsco_xml;
pub mod emit; // where entries go, numbered
pub mod encoding; // which bytes are which encoding
mod endnote_xml;
mod fields;
pub mod guess; // how a text of unknown tags is written
mod ichushi; // 医中誌's display layout and conventions
mod jsonl; // a JSON object a line
pub mod kind; // names of formats and providers
pub mod limits; // every limit
pub mod lines; // lines with numbers
pub mod mapping; // which column or tag is which field, as a lead says
pub mod messages; // issues in words
mod nbib;
mod place; // volume, issue, pages and date in one text
mod ictrp_xml;
mod ovid_labelled;
mod ovid_tagged;
pub mod prior; // decisions made in other tools
pub mod profile; // tagged text by a profile that is data
mod proquest_text;
mod pubmed_xml;
mod refworks;
mod refer;
mod ris;
mod ris_fields;
mod source_string; // the last resort for journal, volume, pages
mod table; // CSV, TSV, workbooks
mod tagged; // an entry gathered line by line
mod unknown; // tags nobody knows
mod wos;
mod xml_split;
mod xml_tree;
mod zotero_rdf;

use std::io::{self, BufRead, Read};

use crate::model::{Entry, Issue};

pub use emit::Emit;
pub use encoding::Encoding;
pub use kind::{Format, Provider};
pub use mapping::{Mapping, Naming};

/// What the caller knows better than the recogniser; `None` means: look.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub format: Option<Format>,
    pub encoding: Option<Encoding>,
    pub provider: Option<Provider>,
    /// What a lead said about columns or tags; one that is about other names changes nothing.
    pub mapping: Option<Mapping>,
    /// Tables: whether the first row names the columns. `None`: the mapping says it, or the rows show it.
    pub header: Option<bool>,
    /// The verdict that every entry has elsewhere, as a lead says (`prior::say`); empty: only what the entries say.
    pub said: String,
}

/// What a reader is told about the file it reads.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub format: Format,
    pub provider: Provider,
}

/// What reading a file came to. `entries = records + rejected`.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub format: Format,
    pub provider: Provider,
    pub encoding: Encoding,
    /// The first line with a character outside ASCII, as decoded: what to look at to judge the encoding.
    pub encoding_sample: Option<String>,
    pub entries: u32,
    pub records: u32,
    pub rejected: u32,
    /// Lines outside every entry that nobody understands (known preambles and blank lines are not counted).
    pub outside_lines: u32,
    pub issues: Vec<Issue>,
    /// Issues beyond `limits::MAX_ISSUES`.
    pub issues_not_kept: u64,
    /// The names that the file uses for its fields, where a person may say what they mean.
    pub naming: Naming,
}

/// A file that is not what it claims to be, or cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file is empty")]
    Empty,
    /// A known kind of file that holds no bibliographic entries: `PDF`, `HTML page`, `gzip archive`, …
    #[error("this is a {what}, not a bibliographic export")]
    NotBibliographic { what: &'static str },
    #[error(
        "no known bibliographic format was recognised; the file begins: {begins:?} (a table needs names of columns in its first line: \
         title, author, year, journal, doi …)"
    )]
    UnknownFormat { begins: String },
    #[error("no entry of format {format} was found in the file{}", .looks_like.map(|f| format!("; it looks like {f}")).unwrap_or_default())]
    NoEntries { format: Format, looks_like: Option<Format> },
    #[error("line {line}: bytes {bytes} are not {encoding}; choose another encoding")]
    Undecodable { line: u64, bytes: String, encoding: Encoding },
    #[error("line {line}: {detail}")]
    Malformed { line: u64, detail: String },
    #[error("the file is larger than the limit of {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the file has more than {limit} entries")]
    TooManyEntries { limit: u32 },
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
}

impl ImportError {
    /// Stable code, for messages in both languages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotBibliographic { what } if what.ends_with("archive") => "packed_file",
            Self::NotBibliographic { what: detect::PUBMED_TEXT } => "pubmed_text",
            Self::NotBibliographic { .. } => "not_bibliographic",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::NoEntries { .. } => "no_entries",
            Self::Undecodable { .. } => "undecodable_file",
            Self::Malformed { .. } => "malformed_file",
            Self::TooLarge { .. } => "file_too_large",
            Self::TooManyEntries { .. } => "too_many_entries",
            Self::Io(_) => "unreadable_file",
        }
    }
}

/// What `read_announced` hands out: first the format that was recognised, then the entries.
#[derive(Debug)]
pub enum Announced {
    Format(Format),
    Entry(Entry),
}

/// Reads a file: decodes, recognises, and hands every entry and every line outside to `sink`, in file order. Memory
/// does not grow with the file, workbooks apart.
pub fn read(input: impl Read, options: &Options, sink: &mut dyn FnMut(Entry)) -> Result<Summary, ImportError> {
    read_announced(input, options, &mut |announced| match announced {
        Announced::Format(_) => {}
        Announced::Entry(entry) => sink(entry),
    })
}

/// As `read`, for callers that want to know the format before the first entry.
pub fn read_announced(mut input: impl Read, options: &Options, sink: &mut dyn FnMut(Announced)) -> Result<Summary, ImportError> {
    let mut head = Vec::with_capacity(limits::SAMPLE_BYTES);
    (&mut input).take(limits::SAMPLE_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(ImportError::Empty);
    }
    let workbook = detect::by_magic(&head)?;
    let rest = Limited { input, left: limits::MAX_FILE_BYTES.saturating_sub(head.len() as u64) };
    if workbook.is_some() {
        return read_workbook(io::Cursor::new(head).chain(rest), options, sink);
    }
    let mut seen = recognise(&head, options)?;
    let mut decoder = decode::Decoder::new(io::Cursor::new(head).chain(rest), options.encoding);
    sink(Announced::Format(seen.context.format));
    let mut pass = |entry| sink(Announced::Entry(entry));
    let mut emit = Emit::new(&mut pass).about(&seen.context, options.mapping.as_ref());
    (emit.header, emit.said) = (options.header, options.said.as_str());
    emit.guess = seen.profile.take();
    let outcome = read_format(&mut decoder, &seen.context, &mut emit);
    settle(outcome, decoder, emit, &seen)
}

/// A workbook, which has no encoding and is held whole.
fn read_workbook(input: impl Read, options: &Options, sink: &mut dyn FnMut(Announced)) -> Result<Summary, ImportError> {
    let mut bytes = Vec::new();
    input.take(limits::MAX_WORKBOOK_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits::MAX_WORKBOOK_BYTES {
        return Err(ImportError::TooLarge { limit: limits::MAX_WORKBOOK_BYTES });
    }
    let context = Context { format: Format::Xlsx, provider: options.provider.unwrap_or(Provider::Generic) };
    sink(Announced::Format(context.format));
    let mut pass = |entry| sink(Announced::Entry(entry));
    let mut emit = Emit::new(&mut pass).about(&context, options.mapping.as_ref());
    (emit.header, emit.said) = (options.header, options.said.as_str());
    table::read_workbook(bytes, &context, &mut emit)?;
    if emit.entries() == 0 {
        return Err(ImportError::NoEntries { format: context.format, looks_like: None });
    }
    Ok(Summary {
        format: context.format,
        provider: context.provider,
        encoding: Encoding::Utf8,
        encoding_sample: None,
        entries: emit.entries(),
        records: emit.records,
        rejected: emit.rejected,
        outside_lines: emit.outside_lines,
        issues: emit.issues,
        issues_not_kept: emit.issues_not_kept,
        naming: emit.naming,
    })
}

/// What the head of a file showed.
struct Seen {
    context: Context,
    /// What the file looks like, where the caller has claimed something else.
    looks_like: Option<Format>,
    /// How a tagged text of an unknown make seems to be written.
    profile: Option<profile::Profile>,
}

/// Format and provider by the head of the file, as far as the caller does not say.
fn recognise(head: &[u8], options: &Options) -> Result<Seen, ImportError> {
    let sample = decoded_sample(head, options.encoding)?;
    let looks = detect::by_content(&sample);
    let looks_like = looks.as_ref().ok().map(|(format, _)| *format);
    let (format, provider) = match (options.format, looks) {
        (None, looks) => looks?,
        (Some(_), Err(e @ (ImportError::Empty | ImportError::NotBibliographic { .. }))) => return Err(e),
        (Some(claimed), Ok((format, provider))) if claimed == format => (claimed, provider),
        (Some(claimed), Ok((found, _))) if detect::contradicts(claimed, found, &sample) => {
            return Err(ImportError::NoEntries { format: claimed, looks_like: Some(found) });
        }
        (Some(claimed), _) => (claimed, detect::provider(claimed, &sample)),
    };
    let context = Context { format, provider: options.provider.unwrap_or(provider) };
    let profile = if format == Format::Tagged { guess::guess(&sample) } else { None };
    Ok(Seen { context, looks_like: looks_like.filter(|found| *found != format), profile })
}

/// The head of the file as text, as far as it can be decoded; a character or line cut off at its end does no harm.
///
/// # Errors
/// Where nothing of it is of the encoding that was chosen.
fn decoded_sample(head: &[u8], encoding: Option<Encoding>) -> Result<String, ImportError> {
    let mut decoder = decode::Decoder::new(head, encoding);
    let mut bytes = Vec::with_capacity(head.len());
    while let Ok(piece) = decoder.fill_buf() {
        if piece.is_empty() {
            break;
        }
        bytes.extend_from_slice(piece);
        let used = piece.len();
        decoder.consume(used);
    }
    if let (true, Some(fault)) = (bytes.is_empty(), decoder.faults().0.first()) {
        return Err(ImportError::Undecodable { line: fault.line, bytes: fault.bytes.clone(), encoding: decoder.encoding() });
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

/// Text that is UTF-8 already, of a known format: how `fill_buf` cuts it (between characters) must make no difference.
pub(crate) fn read_format(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    match context.format {
        Format::Ris => ris::read(input, context, out),
        Format::Nbib => nbib::read(input, context, out),
        Format::OvidTagged => ovid_tagged::read(input, context, out),
        Format::OvidLabelled => ovid_labelled::read(input, context, out),
        Format::Wos => wos::read(input, context, out),
        Format::Refer => refer::read(input, context, out),
        Format::RefWorks => refworks::read(input, context, out),
        Format::ProQuestText => proquest_text::read(input, context, out),
        Format::IchushiDisplay => ichushi::read(input, context, out),
        Format::IchushiTagged | Format::Tagged => profile::read(input, context, out),
        Format::PubmedXml => pubmed_xml::read(input, context, out),
        Format::EbscoXml => ebsco_xml::read(input, context, out),
        Format::EndnoteXml => endnote_xml::read(input, context, out),
        Format::ZoteroRdf => zotero_rdf::read(input, context, out),
        Format::IctrpXml => ictrp_xml::read(input, context, out),
        Format::Bibtex => bibtex::read(input, context, out),
        Format::Csv | Format::Tsv => table::read(input, context, out),
        Format::Jsonl => jsonl::read(input, context, out),
        // a workbook is told by its first bytes; this is a text that was claimed to be one
        Format::Xlsx => Err(ImportError::NoEntries { format: context.format, looks_like: None }),
    }
}

/// Turns what the reader and the decoder saw into a summary, or into the error that explains it best.
fn settle<R: Read>(
    outcome: Result<(), ImportError>,
    decoder: decode::Decoder<R>,
    mut emit: Emit<'_>,
    seen: &Seen,
) -> Result<Summary, ImportError> {
    let encoding = decoder.encoding();
    let (faults, fault_count) = decoder.faults();
    match (outcome, faults.first()) {
        (Err(ImportError::Io(e)), Some(fault)) if e.kind() == io::ErrorKind::InvalidData => {
            return Err(ImportError::Undecodable { line: fault.line, bytes: fault.bytes.clone(), encoding });
        }
        (Err(ImportError::Io(e)), _) if e.kind() == io::ErrorKind::FileTooLarge => {
            return Err(ImportError::TooLarge { limit: limits::MAX_FILE_BYTES });
        }
        (Err(e), _) => return Err(e),
        (Ok(()), _) => {}
    }
    if emit.entries() == 0 {
        return Err(ImportError::NoEntries { format: seen.context.format, looks_like: seen.looks_like });
    }
    for fault in faults {
        emit.issue(emit::issue("undecodable_bytes", format!("{} ({encoding})", fault.bytes), u32::try_from(fault.line).ok()));
    }
    emit.issues_not_kept += fault_count - faults.len() as u64;
    Ok(Summary {
        format: seen.context.format,
        provider: seen.context.provider,
        encoding,
        encoding_sample: decoder.sample_line().map(str::to_owned),
        entries: emit.entries(),
        records: emit.records,
        rejected: emit.rejected,
        outside_lines: emit.outside_lines,
        issues: emit.issues,
        issues_not_kept: emit.issues_not_kept,
        naming: emit.naming,
    })
}

/// Ends the reading with an error where the file passes its limit.
struct Limited<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
