//! How fast files are read: 100,000 records of each format, made by repeating real exports, beside other readers in the same
//! run. One rule: every reading is a process of its own, so that its peak memory is its own, and counts its own processor time.
//!
//! `ERABI_BENCH_RECORDS` sets another number of records. Beside ours: the crate biblib and the Python packages rispy and nbib, where
//! they can be had (`others`); the packages, and biblib where it is as slow, read the first tenth.

mod cost;
#[allow(dead_code, reason = "deduplicators are for the other benches")]
mod others;

/// As the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use erabi::import::{self, Options};
use erabi::model::Entry;

/// Records of a file, unless the environment says otherwise.
const RECORDS: usize = 100_000;
/// Slow readers get one record in this many.
const SLOW_SHARE: usize = 10;

/// A file to measure with.
struct Material {
    label: &'static str,
    format: &'static str,
    /// Real exports among the shared samples, read one after the other.
    samples: &'static [&'static str],
    /// The demonstration's file, where there are no samples.
    demo: &'static str,
    /// What stands before and behind the entries, which alone are repeated: the first tag of an entry, the last one of the last.
    entries: Option<(&'static str, &'static str)>,
    python: Option<&'static str>,
    biblib: Option<Share>,
}

/// How much of the material a reader gets.
#[derive(Clone, Copy)]
enum Share {
    All,
    /// One record in `SLOW_SHARE`.
    First,
}

const RIS: Material =
    Material { label: "", format: "ris", samples: &[], demo: "", entries: None, python: Some("rispy"), biblib: Some(Share::All) };

const MATERIAL: &[Material] = &[
    Material { label: "RIS, any tool", samples: &["ris-generic/mjwestgate-revtools__avian_ecology_bibliography.ris"], ..RIS },
    Material { label: "RIS, Scopus", samples: &["scopus-ris/mjwestgate-revtools__restoration_scopus.ris"], ..RIS },
    Material { label: "RIS, Embase by EndNote", samples: &["endnote-ris/nealhaddaway-bibfix__embase.rec1-250.RIS"], ..RIS },
    Material {
        label: "RIS, Ovid MEDLINE",
        samples: &["ovid-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__medline.ris"],
        demo: "psycinfo-ovid.ris",
        ..RIS
    },
    Material { label: "RIS, EBSCOhost", samples: &["ebsco-ris/ESHackathon-CiteSource__psycinfo_64.ris"], demo: "cinahl-ebsco.ris", ..RIS },
    Material {
        label: "PubMed nbib",
        format: "nbib",
        samples: &["pubmed-nbib/AliAzlanDev-Reflib__blue-light.nbib"],
        demo: "medline-pubmed.nbib",
        python: Some("nbib"),
        ..RIS
    },
    Material {
        label: "PubMed XML",
        format: "pubmed-xml",
        samples: &["pubmed-xml/zotero-translator__PubMed_XML_07.xml", "pubmed-xml/zotero-translator__PubMed_XML_09.xml"],
        entries: Some(("<PubmedArticle>", "</PubmedArticle>")),
        python: None,
        ..RIS
    },
    Material {
        label: "EndNote XML",
        format: "endnote-xml",
        samples: &["endnote-xml/AliAzlanDev-Reflib__blue-light.xml"],
        entries: Some(("<record>", "</record>")),
        python: None,
        biblib: Some(Share::First),
        ..RIS
    },
    Material {
        label: "BibTeX, EBSCOhost",
        format: "bibtex",
        samples: &["ebsco-bib/clbustos-buhos__ebscohost_wrong_1.rec1-75.bib"],
        python: None,
        ..RIS
    },
    Material {
        label: "Web of Science",
        format: "wos",
        samples: &["wos-txt/mjwestgate-revtools__restoration_WoS.ciw"],
        python: None,
        biblib: None,
        ..RIS
    },
    Material {
        label: "Ovid tagged",
        format: "ovid-tagged",
        samples: &["ovid-tagged/ijmarshall-robotsearch__ovid.rec1-60.txt"],
        demo: "medline-ovid.txt",
        python: None,
        biblib: None,
        ..RIS
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--read") {
        return read(Path::new(&arguments[at + 1]));
    }
    let wanted = std::env::var("ERABI_BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(RECORDS);
    let folder = std::env::temp_dir().join(format!("erabi-bench-readers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    let (peers, python) = (others::biblib(), others::python(&["rispy==0.10.0", "nbib==0.3.2"]));
    println!("| format | reader | records | bytes/record | CPU s | MB/s | records/s | peak MiB |");
    println!("|---|---|--:|--:|--:|--:|--:|--:|");
    let measured = |material: &Material| measure(material, wanted, &folder, peers.as_deref(), python.as_deref());
    let (ris, rest): (Vec<&Material>, Vec<&Material>) = MATERIAL.iter().partition(|material| material.format == RIS.format);
    let each: Vec<(&str, Figures)> = ris.into_iter().flat_map(measured).collect();
    for reader in ["Erabi", "biblib", "rispy"] {
        let figures: Vec<Figures> = each.iter().filter(|(by, _)| *by == reader).map(|(_, figures)| *figures).collect();
        if !figures.is_empty() {
            row(&format!("RIS, all {}", figures.len()), reader, &Figures::of_all(&figures));
        }
    }
    rest.into_iter().for_each(|material| drop(measured(material)));
    std::fs::remove_dir_all(&folder).expect("the folder was made here");
}

/// The child: reads the file as an import does and prints what it cost.
fn read(path: &Path) {
    let begun = cost::seconds();
    let mut records = 0_u64;
    let file = std::fs::File::open(path).expect("the file was just written");
    let outcome = import::read(file, &Options::default(), &mut |entry| records += u64::from(matches!(entry, Entry::Record(_))));
    outcome.expect("the material is readable");
    println!("{records} {} {}", cost::seconds() - begun, cost::peak_kib());
}

/// What a reader took for a file.
#[derive(Clone, Copy)]
struct Figures {
    records: f64,
    bytes: f64,
    seconds: f64,
    peak_kib: f64,
}

impl Figures {
    /// Those of files that are read one after the other.
    fn of_all(files: &[Self]) -> Self {
        let sum = |of: fn(&Self) -> f64| files.iter().map(of).sum();
        let peak_kib = files.iter().map(|file| file.peak_kib).fold(0.0, f64::max);
        Self { records: sum(|file| file.records), bytes: sum(|file| file.bytes), seconds: sum(|file| file.seconds), peak_kib }
    }
}

/// All readers of one file, a row of the table each.
fn measure(material: &Material, wanted: usize, folder: &Path, peers: Option<&Path>, python: Option<&Path>) -> Vec<(&'static str, Figures)> {
    let Some(parts) = parts(material) else {
        eprintln!("{}: no sample at hand (ERABI_SHARED)", material.label);
        return Vec::new();
    };
    let (long, short) = (folder.join("long"), folder.join("short"));
    let bytes = repeat(&parts, wanted, &long);
    let ours = std::env::current_exe().expect("this program is a file");
    let mut measured = vec![("Erabi", run(material, "Erabi", bytes, Command::new(ours).arg("--read").arg(&long)))];
    let few = repeat(&parts, wanted / SLOW_SHARE, &short);
    if let (Some(share), Some(peers)) = (material.biblib, peers) {
        let (file, bytes) = match share {
            Share::All => (&long, bytes),
            Share::First => (&short, few),
        };
        measured.push(("biblib", run(material, "biblib", bytes, Command::new(peers).arg(material.format).arg(file))));
    }
    if let (Some(package), Some(python)) = (material.python, python) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/read.py");
        measured.push((package, run(material, package, few, Command::new(python).arg(script).arg(package).arg(&short))));
    }
    measured.into_iter().filter_map(|(reader, figures)| Some((reader, figures?))).collect()
}

/// What stands before the entries, the entries, what stands behind them, and how many entries there are.
struct Parts {
    head: String,
    entries: String,
    tail: String,
    count: usize,
}

/// The samples as one file in parts; `None` where there is no sample.
fn parts(material: &Material) -> Option<Parts> {
    let texts: Vec<String> = files(material).iter().map(|path| std::fs::read_to_string(path).ok()).collect::<Option<_>>()?;
    let texts: Vec<&str> = texts.iter().map(|text| text.trim_start_matches('\u{feff}')).collect();
    let cut = |text: &str| match material.entries {
        Some((first, last)) => text.find(first).zip(text.rfind(last).map(|at| at + last.len())),
        None => Some((0, text.len())),
    };
    let (mut entries, first) = (String::new(), *texts.first()?);
    for text in &texts {
        let (from, to) = cut(text)?;
        entries.push_str(&text[from..to]);
        entries.push('\n');
    }
    let (from, to) = cut(first)?;
    let (head, tail) = (first[..from].to_owned(), first[to..].to_owned());
    let mut count = 0;
    let whole = [&*head, &*entries, &*tail].concat();
    import::read(whole.as_bytes(), &Options::default(), &mut |entry| count += usize::from(matches!(entry, Entry::Record(_)))).ok()?;
    (count > 0).then_some(Parts { head, entries, tail, count })
}

fn files(material: &Material) -> Vec<PathBuf> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("ERABI_SHARED").map(PathBuf::from);
    let mut folders = named.into_iter().chain(crate_folder.ancestors().map(|dir| dir.join("shared"))).map(|dir| dir.join("samples"));
    match folders.find(|dir| material.samples.iter().all(|sample| dir.join(sample).is_file())) {
        Some(folder) if !material.samples.is_empty() => material.samples.iter().map(|sample| folder.join(sample)).collect(),
        _ if material.demo.is_empty() => Vec::new(),
        _ => vec![crate_folder.join("demo").join(material.demo)],
    }
}

/// Writes at least `wanted` records to `path`; the size of the file.
fn repeat(parts: &Parts, wanted: usize, path: &Path) -> u64 {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("the temporary folder can be written"));
    let mut write = |text: &str| file.write_all(text.as_bytes()).expect("there is room for the file");
    write(&parts.head);
    (0..wanted.div_ceil(parts.count)).for_each(|_| write(&parts.entries));
    write(&parts.tail);
    file.flush().expect("there is room for the file");
    std::fs::metadata(path).map_or(0, |data| data.len())
}

/// Runs a reader, which says `records seconds peak_kib`, and prints its row.
fn run(material: &Material, reader: &str, bytes: u64, command: &mut Command) -> Option<Figures> {
    let why = match others::told(command).as_deref() {
        Ok(&[records, seconds, peak_kib]) => {
            let figures = Figures { records, bytes: bytes as f64, seconds, peak_kib };
            row(material.label, reader, &figures);
            return Some(figures);
        }
        Ok(_) => "it does not tell what it cost".to_owned(),
        Err(why) => why.clone(),
    };
    println!("| {} | {reader} | – | – | – | – | – | {why} |", material.label);
    None
}

/// A row of the table.
fn row(label: &str, reader: &str, of: &Figures) {
    println!(
        "| {label} | {reader} | {:.0} | {:.0} | {:.2} | {:.0} | {:.0} | {:.0} |",
        of.records,
        of.bytes / of.records,
        of.seconds,
        of.bytes / of.seconds / 1e6,
        of.records / of.seconds,
        of.peak_kib / 1024.0,
    );
}
