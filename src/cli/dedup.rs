//! `erabi dedup`: files in, a table of clusters out. No database.
//!
//! One rule: standard output holds the table and nothing else; progress and what went wrong go to standard error.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    dedup::{self, Options},
    import::{self, messages},
    model::{DedupLevel, Entry, PairVerdict, Record, ScoredPair},
};

/// Rejected entries that are told one by one; the rest is summed up.
const MAX_TOLD: u64 = 50;

/// What `erabi dedup` is asked for.
#[derive(clap::Args)]
#[command(
    about = "Find duplicates in export files and write which records are the same; needs no database",
    long_about = "Reads exports of any database (RIS, PubMed .nbib and XML, Ovid, EBSCOhost, Web of Science, Scopus, EndNote, Zotero, \
BibTeX, CSV, 医中誌Web …), finds the records that are the same publication, within a file and across files, and writes a table to \
standard output, a line for each record: its file, its number there, its id (from a column `id`), its cluster, and whether it is \
`kept` or a `duplicate` of the record that is kept of its cluster. No file is changed. What a person should look at is in the table \
of --pairs: a, b (the id, or file#number where an id is missing or stands twice), score, decision (same, review, related, different) \
and the evidence.\n\nA table (CSV, TSV, a spreadsheet) needs a first line with names of columns, such as title, author, year, \
journal, volume, pages, doi. Other names: `erabi convert --mapping`.\n\nExit status: 0 if all files were read, 1 if one was not.",
    after_help = "Examples:\n  erabi dedup --pairs pairs.csv medline.nbib psycinfo.ris ichushi.txt > clusters.csv\n  erabi dedup \
--level cautious records.csv > clusters.csv\n  erabi convert --mapping ours.json table.csv | erabi dedup - > clusters.csv"
)]
pub struct Args {
    /// Files in any format that `erabi import` reads; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Output::Csv)]
    to: Output,
    /// How eager merging is: cautious merges the surest only, thorough also what a person would usually look at
    #[arg(long, value_enum, default_value_t = Level::Balanced)]
    level: Level,
    /// Also write the scored pairs with their evidence to this file
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// file,n,id,cluster,verdict
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    Cautious,
    Balanced,
    Thorough,
}

impl From<Level> for DedupLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Cautious => Self::Cautious,
            Level::Balanced => Self::Balanced,
            Level::Thorough => Self::Thorough,
        }
    }
}

/// The records of all files, and where each stood.
#[derive(Default)]
struct Input {
    records: Vec<Record>,
    /// The index of the file of each record.
    files: Vec<u32>,
    /// The number of each record among its file's entries.
    numbers: Vec<u32>,
}

/// Runs the command.
pub fn run(args: Args) -> Result<()> {
    // Before the work, so that a path that can't be written costs nothing.
    let pairs_file = args.pairs.as_ref().map(|path| File::create(path).with_context(|| format!("cannot write {}", path.display())));
    let pairs_file = pairs_file.transpose()?;
    let mut input = Input::default();
    for (index, path) in args.files.iter().enumerate() {
        read(path, index as u32, &mut input)?;
    }
    let bar = progress_bar();
    let options = Options { level: args.level.into(), ..Options::default() };
    let (pairs, _) = dedup::find_pairs_with(&input.records, &input.files, &options, &mut |step, share| {
        bar.set_message(step);
        bar.set_position((share * 100.0) as u64);
    });
    let clusters = dedup::group(input.records.len(), &dedup::statements(&pairs));
    bar.finish_and_clear();
    if let Some(file) = pairs_file {
        write_pairs(&args.files, &input, &pairs, file).context("cannot write the pairs")?;
    }
    let written = match args.to {
        Output::Csv => write_clusters(&args.files, &input, &clusters, io::stdout().lock()),
    };
    written.or_else(|error| if is_closed(&error) { Ok(()) } else { Err(error).context("cannot write the table") })?;
    summarize(&input, &pairs, &clusters);
    Ok(())
}

/// Whoever reads the table wanted no more of it (`| head`).
fn is_closed(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

fn read(path: &Path, index: u32, input: &mut Input) -> Result<()> {
    let file = path.display();
    let source: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).with_context(|| format!("cannot open {file}"))?),
    };
    let mut rejected = 0;
    let summary = import::read(source, &import::Options::default(), &mut |entry| match entry {
        Entry::Record(parsed) => {
            input.files.push(index);
            input.numbers.push(parsed.n);
            input.records.push(parsed.record);
        }
        Entry::Rejected(entry) => {
            rejected += 1;
            if rejected <= MAX_TOLD {
                let reason = messages::message(&entry.reason, false);
                eprintln!("{file}: entry {} (lines {}-{}) rejected: {reason}", entry.n, entry.line_start, entry.line_end);
            }
        }
        Entry::Outside { .. } => {}
    })
    .map_err(|error| anyhow!("cannot read {file}: {error}"))?;
    if rejected > MAX_TOLD {
        eprintln!("{file}: … and {} more", rejected - MAX_TOLD);
    }
    eprintln!("{file}: entries={} records={} rejected={}", summary.entries, summary.records, summary.rejected);
    Ok(())
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{msg:>8} {bar:40} {pos:>3} %") {
        bar.set_style(style);
    }
    bar
}

/// The most complete record of each cluster is kept; of equals, the first.
fn kept(records: &[Record], clusters: &[u32]) -> Vec<usize> {
    let mut best: Vec<Option<usize>> = vec![None; records.len()];
    for (i, cluster) in clusters.iter().enumerate() {
        let slot = &mut best[*cluster as usize];
        if slot.is_none_or(|held| completeness(&records[i]) > completeness(&records[held])) {
            *slot = Some(i);
        }
    }
    clusters.iter().enumerate().map(|(i, cluster)| best[*cluster as usize].unwrap_or(i)).collect()
}

fn completeness(record: &Record) -> usize {
    let texts =
        [&record.title, &record.abstract_text, &record.journal, &record.volume, &record.issue, &record.pages, &record.doi, &record.pmid];
    let filled = texts.iter().filter(|t| t.is_some()).count();
    filled + usize::from(record.year.is_some()) + usize::from(!record.authors.is_empty()) + usize::from(record.abstract_text.is_some())
}

fn write_clusters(files: &[PathBuf], input: &Input, clusters: &[u32], out: impl Write) -> csv::Result<()> {
    let kept = kept(&input.records, clusters);
    let mut table = csv::Writer::from_writer(BufWriter::new(out));
    table.write_record(["file", "n", "id", "cluster", "verdict"])?;
    for (i, record) in input.records.iter().enumerate() {
        table.write_record([
            file_name(files, input, i).as_str(),
            &input.numbers[i].to_string(),
            record.external_id.as_deref().unwrap_or_default(),
            &(clusters[i] + 1).to_string(),
            if kept[i] == i { "kept" } else { "duplicate" },
        ])?;
    }
    table.flush()?;
    Ok(())
}

fn write_pairs(files: &[PathBuf], input: &Input, pairs: &[ScoredPair], out: impl Write) -> Result<()> {
    let mut times: HashMap<&str, u32> = HashMap::new();
    input.records.iter().filter_map(|r| r.external_id.as_deref()).for_each(|id| *times.entry(id).or_default() += 1);
    let name = |i: u32| {
        let i = i as usize;
        let id = input.records[i].external_id.as_deref().filter(|id| times[id] == 1);
        id.map_or_else(|| format!("{}#{}", file_name(files, input, i), input.numbers[i]), str::to_owned)
    };
    let mut table = csv::Writer::from_writer(BufWriter::new(out));
    table.write_record(["a", "b", "score", "decision", "evidence"])?;
    for pair in pairs {
        let decision = match pair.verdict {
            PairVerdict::Same => "same",
            PairVerdict::Review => "review",
            PairVerdict::Related => "related",
            PairVerdict::Different => "different",
        };
        table.write_record([
            name(pair.a),
            name(pair.b),
            format!("{:.3}", pair.score),
            decision.to_owned(),
            dedup::explain::sentence(&pair.evidence),
        ])?;
    }
    table.flush()?;
    Ok(())
}

fn file_name(files: &[PathBuf], input: &Input, record: usize) -> String {
    files[input.files[record] as usize].display().to_string()
}

fn summarize(input: &Input, pairs: &[ScoredPair], clusters: &[u32]) {
    let kept = clusters.iter().enumerate().filter(|(i, c)| **c as usize == *i).count();
    let review = dedup::of_verdict(pairs, PairVerdict::Review).count();
    let related = dedup::of_verdict(pairs, PairVerdict::Related).count();
    let records = input.records.len();
    eprintln!("records={records} kept={kept} duplicates={} review_pairs={review} related_pairs={related}", records - kept);
}
