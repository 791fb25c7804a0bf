//! The material of the measurements: the 7,666 records of the reference case, as one table. One rule: the same
//! call gives the same bytes; where the labelled set is not at hand, records of the same number and shape are made up.

use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use erabi::import::{self, Options};
use erabi::model::{Entry, Record};

/// Records and works of the reference case (`domain.md` §5).
pub const RECORDS: usize = 7666;
pub const WORKS: usize = 6353;
/// Databases of the made-up set.
const DATABASES: [&str; 4] = ["MEDLINE", "PsycINFO", "CINAHL", "Ichushi"];

/// A file below the folder of shared test material: `ERABI_SHARED`, else `shared` beside a folder above the crate.
pub fn shared(path: &str) -> Option<PathBuf> {
    let named = std::env::var_os("ERABI_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared"));
    named.into_iter().chain(above).map(|dir| dir.join(path)).find(|file| file.exists())
}

/// The whole case as one CSV, and where it comes from.
pub fn table() -> (Vec<u8>, &'static str) {
    let Some(path) = shared("dedup/synth_seed_case/records.csv.gz") else {
        eprintln!("no labelled set at hand (ERABI_SHARED): measuring with made-up records");
        return (made_up().into_bytes(), "made-up records");
    };
    (unpacked(&path), "synth_seed_case")
}

/// The content of a gzip file.
pub fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).expect("the file was just found");
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("the labelled set is a gzip file");
    bytes
}

/// The records of a file, read as an import reads them.
pub fn read(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut sink = |entry: Entry| {
        if let Entry::Record(parsed) = entry {
            records.push(parsed.record);
        }
    };
    import::read(bytes, &Options::default(), &mut sink).expect("the material is readable");
    records
}

/// A small generator of numbers that looks random and is always the same.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn words(&mut self, from: &[&str], n: usize, between: &str) -> String {
        (0..n).map(|_| from[self.below(from.len())]).collect::<Vec<_>>().join(between)
    }
}

const ENGLISH: [&str; 20] = [
    "community",
    "intensive",
    "management",
    "severe",
    "illness",
    "assertive",
    "outreach",
    "recovery",
    "housing",
    "employment",
    "family",
    "nurses",
    "readmission",
    "strengths",
    "cohort",
    "randomised",
    "quality",
    "services",
    "users",
    "discharge",
];
const JAPANESE: [&str; 14] = [
    "精神障害者",
    "地域生活",
    "訪問看護",
    "退院支援",
    "ケースマネジメント",
    "家族",
    "就労",
    "リカバリー",
    "多職種",
    "連携",
    "効果",
    "質的研究",
    "統合失調症",
    "継続",
];
const PEOPLE: [&str; 12] = [
    "Sato, K",
    "Suzuki, M",
    "Olsen, T",
    "Becker, R",
    "Dias, F",
    "Nowak, P",
    "Keane, L",
    "Ito, H",
    "Marsh, J",
    "Virtanen, S",
    "Rossi, A",
    "Tran, D",
];
const JOURNALS: [&str; 6] = [
    "Journal of Community Care Studies",
    "Mental Services Review",
    "Nordic Nursing Papers",
    "精神看護研究",
    "地域保健雑誌",
    "Annals of Case Work",
];

/// The work of a made-up record.
pub fn made_up_work(n: usize) -> usize {
    if n < WORKS { n } else { (n - WORKS) * 3 }
}

/// As many records and works as the reference case, a quarter in Japanese; later copies differ as databases do.
fn made_up() -> String {
    let mut chance = Numbers(1);
    let mut csv = String::from("id,title,author,year,journal,volume,number,pages,doi,database,abstract\n");
    for n in 0..RECORDS {
        let work = made_up_work(n);
        let mut of_work = Numbers(work as u64 + 7);
        let japanese = of_work.below(4) == 0;
        let title = if japanese { of_work.words(&JAPANESE, 6, "の") } else { of_work.words(&ENGLISH, 9, " ") };
        let abstract_text = if japanese { of_work.words(&JAPANESE, 60, "は") } else { of_work.words(&ENGLISH, 150, " ") };
        let copy = n >= WORKS;
        let title = if copy && !japanese { title.to_uppercase() } else { title };
        let doi = if copy || japanese { String::new() } else { format!("10.5555/w{work}") };
        let (first, second) = (PEOPLE[of_work.below(12)], PEOPLE[of_work.below(12)]);
        let (year, journal) = (1985 + of_work.below(40), JOURNALS[of_work.below(6)]);
        let (volume, page) = (1 + of_work.below(60), 1 + of_work.below(900));
        let database = DATABASES[if japanese { 3 } else { chance.below(3) }];
        writeln!(
            csv,
            "r{n},{title},\"{first}; {second}\",{year},{journal},{volume},1,{page}-{},{doi},{database},{abstract_text}",
            page + 9
        )
        .expect("writing to a string does not fail");
    }
    csv
}
