//! `erabi convert`: any export to JSON lines, RIS, CSV, BibTeX or EndNote XML, without a database. Its one rule: standard output holds
//! records and nothing else; everything a person should know goes to standard error.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::export::jsonl;
use crate::export::records::{RecordFormat, RecordWriter};
use crate::import::{self, Encoding, Format, ImportError, Mapping, Options, Summary, messages};
use crate::model::{Entry, RejectedEntry};

/// All files were read.
const DONE: u8 = 0;
/// A file is not what it claims to be, or could not be read or written.
const FAILED: u8 = 1;
/// Rejected entries and issues that are told one by one; the rest is summed up.
const MAX_TOLD: usize = 50;

/// What `erabi convert` is asked for.
#[derive(ClapArgs, Debug)]
#[command(
    about = "Turn export files into JSON lines, RIS, CSV, BibTeX or EndNote XML",
    long_about = "Reads exports of any database (RIS, PubMed .nbib and XML, Ovid, EBSCOhost, Web of Science, Scopus, EndNote, \
Zotero, BibTeX, CSV, 医中誌Web …) and writes their records to standard output. Format and encoding are recognised from the \
content. An entry that cannot be read is reported and costs only itself. The last line on standard error for each file says \
what was found:\n\n    format=ris encoding=utf-8 entries=12 records=12 rejected=0\n\nExit status: 0 if all files were read, \
1 if one was not.",
    after_help = "Examples:\n  erabi convert --to jsonl psycinfo.ris medline.nbib > records.jsonl\n  erabi convert --to csv \
--encoding cp932 ichushi.txt > ichushi.csv\n  erabi convert --to ris --rejected broken.jsonl export.txt > clean.ris"
)]
pub struct Args {
    /// Format of the files (ris, nbib, ovid-tagged, csv, …) instead of recognising it
    #[arg(long, value_name = "F")]
    pub format: Option<Format>,
    /// Encoding of the files (utf-8, cp932, euc-jp, …) instead of guessing it
    #[arg(long, value_name = "E")]
    pub encoding: Option<Encoding>,
    /// Mapping of columns or tags to fields, as a review hands it on (a .json file)
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Write entries that could not be read to this file, a JSON line each
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// What to write
    #[arg(long, value_parser = target(), default_value = "jsonl")]
    pub to: RecordFormat,
    /// Files to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// The formats by their names, so that `--help` lists them.
fn target() -> impl TypedValueParser<Value = RecordFormat> {
    let names = PossibleValuesParser::new(RecordFormat::ALL.map(RecordFormat::name));
    names.map(|name| RecordFormat::parse(&name).expect("only names of formats are let through"))
}

/// Converts all files; returns the exit status. Goes on with the next file after one that failed.
pub fn run(args: &Args, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    match convert(args, stdout, stderr) {
        Ok(status) => status,
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(e) => {
            let _ = writeln!(stderr, "error: {e}");
            FAILED
        }
    }
}

fn convert(args: &Args, stdout: &mut dyn Write, stderr: &mut dyn Write) -> io::Result<u8> {
    let mapping = args.mapping.as_deref().map(mapping).transpose()?;
    let mut rejected = match &args.rejected {
        Some(path) => Some(BufWriter::new(create(path)?)),
        None => None,
    };
    let mut out = RecordWriter::begin(args.to, BufWriter::with_capacity(1 << 16, stdout))?;
    let mut status = DONE;
    for path in &args.files {
        let mut job = Job {
            file: path.display().to_string(),
            out: &mut out,
            rejected: rejected.as_mut(),
            told: Vec::new(),
            untold: 0,
            failed: None,
            format: None,
        };
        let outcome = job.read(path, args, mapping.clone());
        let Job { file, told, untold, failed, .. } = job;
        if let Some(e) = failed {
            return Err(e);
        }
        for line in told {
            writeln!(stderr, "{file}: {line}")?;
        }
        if untold > 0 {
            writeln!(stderr, "{file}: … and {untold} more")?;
        }
        match outcome {
            Ok(summary) => tell(&file, &summary, stderr)?,
            Err(e) => {
                status = FAILED;
                writeln!(stderr, "{file}: {e}")?;
            }
        }
    }
    if let Some(mut rejected) = rejected {
        rejected.flush()?;
    }
    out.end()?;
    Ok(status)
}

/// A mapping that a review handed on.
fn mapping(path: &Path) -> io::Result<Mapping> {
    let wrong = |detail: String| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {detail}", path.display()));
    let mapping: Mapping = serde_json::from_slice(&std::fs::read(path)?).map_err(|e| wrong(e.to_string()))?;
    mapping.check().map_err(|(code, detail)| wrong(format!("{code} {detail}")))?;
    Ok(mapping)
}

fn create(path: &Path) -> io::Result<File> {
    File::create(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}

/// One file under way.
struct Job<'j, 'o> {
    file: String,
    out: &'j mut RecordWriter<BufWriter<&'o mut dyn Write>>,
    rejected: Option<&'j mut BufWriter<File>>,
    told: Vec<String>,
    untold: usize,
    /// Writing failed: nothing more is written.
    failed: Option<io::Error>,
    format: Option<Format>,
}

impl Job<'_, '_> {
    fn read(&mut self, path: &Path, args: &Args, mapping: Option<Mapping>) -> Result<Summary, ImportError> {
        let input: Box<dyn Read> = if path.as_os_str() == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
        let options = Options { format: args.format, encoding: args.encoding, mapping, ..Options::default() };
        import::read_announced(input, &options, &mut |announced| match announced {
            import::Announced::Format(format) => self.format = Some(format),
            import::Announced::Entry(entry) => self.take(entry),
        })
    }

    fn take(&mut self, entry: Entry) {
        if self.failed.is_some() {
            return;
        }
        let written = match entry {
            Entry::Record(parsed) => self.out.write(jsonl::Item {
                file: &self.file,
                n: parsed.n,
                format: self.format.map_or("", Format::name),
                line_start: parsed.line_start,
                line_end: parsed.line_end,
                record: &parsed.record,
            }),
            Entry::Rejected(entry) => self.reject(&entry),
            Entry::Outside { understood: true, .. } => Ok(()),
            Entry::Outside { line_start, line_end, text, .. } => {
                let begin: String = text.chars().take(60).collect();
                self.say(format!("lines {line_start}-{line_end} belong to no entry: {begin:?}"));
                Ok(())
            }
        };
        self.failed = written.err();
    }

    fn say(&mut self, line: String) {
        if self.told.len() < MAX_TOLD { self.told.push(line) } else { self.untold += 1 }
    }

    fn reject(&mut self, entry: &RejectedEntry) -> io::Result<()> {
        let reason = messages::message(&entry.reason, false);
        self.say(format!("entry {} (lines {}-{}) rejected: {reason}", entry.n, entry.line_start, entry.line_end));
        let Some(out) = &mut self.rejected else { return Ok(()) };
        let line = serde_json::json!({
            "file": self.file, "n": entry.n, "line_start": entry.line_start, "line_end": entry.line_end,
            "code": entry.reason.code, "reason": reason, "raw": entry.raw,
        });
        writeln!(out, "{line}")
    }
}

/// Issues, then the line that scripts read.
fn tell(file: &str, summary: &Summary, stderr: &mut dyn Write) -> io::Result<()> {
    for issue in summary.issues.iter().take(MAX_TOLD) {
        writeln!(stderr, "{file}: {}", messages::message(issue, false))?;
    }
    let more = summary.issues.len().saturating_sub(MAX_TOLD) as u64 + summary.issues_not_kept;
    if more > 0 {
        writeln!(stderr, "{file}: … and {more} more")?;
    }
    let Summary { format, encoding, entries, records, rejected, .. } = summary;
    writeln!(stderr, "format={format} encoding={encoding} entries={entries} records={records} rejected={rejected}")
}
