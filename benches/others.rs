//! Other people's tools beside ours: how they are had, run and measured. One rule: what can't be had is said and left out, and what
//! was fetched stays in `var/peers` for the next time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use erabi::model::Record;

/// CPU seconds after which a run is given up.
pub const LIMIT: u32 = 300;
/// Columns of the tables that all deduplicators read.
const COLUMNS: [&str; 12] =
    ["ID", "ENTRYTYPE", "title", "author", "year", "journal", "volume", "number", "pages", "doi", "issn", "abstract"];
/// Deduplicators in Python, with their packages.
const PYTHON: [(&str, &str); 2] = [("bib-dedupe", "bib-dedupe==0.11.0"), ("splink", "splink==4.0.17")];

/// A deduplicator: run with a table of records and the file for its clusters (a row for each record, in the table's order) it does its
/// work in one process and prints its `Cost`.
pub struct Tool {
    pub name: &'static str,
    pub program: PathBuf,
    pub arguments: Vec<String>,
}

/// What a run cost, as the tool itself tells: its last line is these four numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// CPU seconds of deduplication alone, from parsed records in memory to clusters.
    pub work: f64,
    /// CPU seconds of the whole process: with its start, reading and writing.
    pub whole: f64,
    /// The most memory it held, KiB.
    pub peak: f64,
    /// The most memory it had held when its records were parsed, KiB.
    pub before: f64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} {}", self.work, self.whole, self.peak, self.before)
    }
}

impl Tool {
    /// Clusters the `n` records of a table.
    ///
    /// # Errors
    /// The reason in a few words: it failed, or took longer than `LIMIT`.
    pub fn run(&self, table: &Path, n: usize) -> Result<(Cost, Vec<u32>), String> {
        let name = table.file_name().unwrap_or_default();
        let clusters = folder().join(self.name).join(name);
        std::fs::create_dir_all(folder().join(self.name)).map_err(|error| error.to_string())?;
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -t {LIMIT}; exec \"$0\" \"$@\"")]).arg(&self.program).args(&self.arguments);
        let [work, whole, peak, before] = told(command.arg(table).arg(&clusters))?[..] else { return Err("it tells no cost".into()) };
        let found = read_clusters(&clusters, n).ok_or("it does not place every record")?;
        Ok((Cost { work, whole, peak, before }, found))
    }
}

/// Runs a program; the numbers of the last line that it prints.
pub fn told(command: &mut Command) -> Result<Vec<f64>, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let last = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().lines().last().unwrap_or_default().to_owned();
    match output.status.code() {
        Some(0) => Ok(last(&output.stdout).split_whitespace().filter_map(|word| word.parse().ok()).collect()),
        Some(_) => Err(last(&output.stderr).chars().take(100).collect()),
        None => Err(format!("stopped (more than {LIMIT} CPU s, or out of memory)")),
    }
}

/// The folder of the sources, whichever crate the bench is built by.
fn home() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|dir| dir.join("benches/peers").is_dir()).unwrap_or(here)
}

/// Where fetched tools, tables and clusters lie.
pub fn folder() -> PathBuf {
    home().join("var/peers")
}

/// The program around biblib (`benches/peers`); `None` where it can't be built.
pub fn biblib() -> Option<PathBuf> {
    let (from, to) = (home().join("benches/peers/Cargo.toml"), folder().join("biblib"));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--quiet", "--locked", "--manifest-path"]).arg(from).arg("--target-dir").arg(&to);
    had("biblib", &mut cargo).then(|| to.join("release/erabi-peers"))
}

/// A Python with these packages; `None` where they can't be had. What is there already is not fetched again.
pub fn python(packages: &[&str]) -> Option<PathBuf> {
    let environment = folder().join("venv");
    let python = environment.join("bin/python");
    let made = python.exists() || had("Python with venv", Command::new("python3").args(["-m", "venv"]).arg(&environment));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    (made && had(&packages.join(", "), Command::new(&python).args(install).args(packages))).then_some(python)
}

fn had(what: &str, command: &mut Command) -> bool {
    let why = match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => return true,
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().lines().last().unwrap_or_default().to_owned(),
        Err(error) => error.to_string(),
    };
    eprintln!("{what}: can't be had and is left out ({why})");
    false
}

/// The other deduplicators that can be had.
pub fn deduplicators() -> Vec<Tool> {
    let script = home().join("benches/peers/peer.py").to_string_lossy().into_owned();
    let python = PYTHON.into_iter().filter_map(|(name, package)| {
        let arguments = vec![script.clone(), name.to_owned()];
        self::python(&[package]).map(|program| Tool { name, program, arguments })
    });
    let biblib = biblib().map(|program| Tool { name: "biblib", program, arguments: vec!["duplicates".into()] });
    biblib.into_iter().chain(python).collect()
}

/// Writes the records as the others read them: people divided as an import divides them.
pub fn write_table(path: &Path, records: &[Record]) -> csv::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut table = csv::Writer::from_path(path)?;
    table.write_record(COLUMNS)?;
    for r in records {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let people: Vec<String> = r.authors.iter().map(|a| a.display()).collect();
        table.write_record([
            text(&r.external_id),
            "article".into(),
            text(&r.title),
            people.join(" and "),
            r.year.map(|y| y.to_string()).unwrap_or_default(),
            text(&r.journal),
            text(&r.volume),
            text(&r.issue),
            text(&r.pages),
            text(&r.doi),
            r.issn.join(" "),
            text(&r.abstract_text),
        ])?;
    }
    Ok(table.flush()?)
}

/// Writes the cluster of each record: `id,cluster`.
pub fn write_clusters(path: &Path, records: &[Record], clusters: &[u32]) -> csv::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut table = csv::Writer::from_path(path)?;
    table.write_record(["id", "cluster"])?;
    for (record, cluster) in records.iter().zip(clusters) {
        table.write_record([record.external_id.as_deref().unwrap_or_default(), &cluster.to_string()])?;
    }
    Ok(table.flush()?)
}

/// The clusters that a tool wrote, in the table's order; `None` unless there is one for each of `n` records.
fn read_clusters(path: &Path, n: usize) -> Option<Vec<u32>> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut clusters = Vec::with_capacity(n);
    for row in csv::Reader::from_path(path).ok()?.into_deserialize::<(String, String)>() {
        let next = numbers.len() as u32;
        clusters.push(*numbers.entry(row.ok()?.1).or_insert(next));
    }
    (clusters.len() == n).then_some(clusters)
}
