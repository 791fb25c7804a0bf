//! How fast the pure parts are: reading each format, deduplication, drawing the figure. One rule: throughput stands beside
//! time (records and bytes a second), so that figures of different inputs compare.

mod case;

/// As the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use erabi::dedup;
use erabi::export::figure::{self, Figure, OtherColumn};
use erabi::export::{ReasonNames, ris};
use erabi::flow;
use erabi::import;
use erabi::model::{CitationId, Facts, FlowSource, Lang, Outcome, Record, ReportState, Row, SourceId, SourceKind};
use uuid::Uuid;

fn main() {
    divan::main();
}

/// Label, a real export among the shared samples, the demonstration's file of the same format.
const FORMATS: &[(&str, &str, &str)] = &[
    ("nbib (PubMed)", "pubmed-nbib/AliAzlanDev-Reflib__blue-light.nbib", "medline-pubmed.nbib"),
    ("RIS (Ovid)", "ovid-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__psycinfo.rec1-80.ris", "psycinfo-ovid.ris"),
    ("RIS (EBSCOhost)", "ebsco-ris/ESHackathon-CiteSource__psycinfo_64.ris", "cinahl-ebsco.ris"),
    ("Ovid tagged", "ovid-tagged/ijmarshall-robotsearch__ovid.rec1-60.txt", "medline-ovid.txt"),
    ("Ichushi tagged", "", "ichushi.txt"),
    ("CSV", "ebsco-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__cinahl.csv", "citation-searching.csv"),
    ("EndNote XML", "endnote-xml/AliAzlanDev-Reflib__blue-light.xml", ""),
    ("EBSCO XML", "ebsco-xml/wilddamon-cs-scoping-review__psycinfo_export.rec1-300.xml", ""),
    ("Web of Science", "wos-txt/mjwestgate-revtools__restoration_WoS.ciw", ""),
    ("BibTeX", "ebsco-bib/clbustos-buhos__ebscohost_wrong_1.rec1-75.bib", ""),
];

/// The file's bytes; a format of which neither sample nor demonstration file is at hand is left out.
fn sample(label: &str) -> Option<Vec<u8>> {
    let (_, real, demo) = FORMATS.iter().find(|(known, _, _)| *known == label)?;
    let real = (!real.is_empty()).then(|| case::shared(&format!("samples/{real}"))).flatten();
    let demo = (!demo.is_empty()).then(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(demo));
    std::fs::read(real.or(demo)?).ok()
}

fn labels() -> Vec<&'static str> {
    FORMATS.iter().map(|(label, _, _)| *label).filter(|label| sample(label).is_some()).collect()
}

#[divan::bench(args = labels())]
fn read(bencher: Bencher<'_, '_>, label: &str) {
    let bytes = sample(label).expect("only labels with a sample are listed");
    let records = case::read(&bytes).len();
    bencher.counter(ItemsCount::new(records)).counter(BytesCount::new(bytes.len())).bench(|| {
        let mut entries = 0_usize;
        let summary = import::read(bytes.as_slice(), &import::Options::default(), &mut |_| entries += 1);
        (summary.is_ok(), entries)
    });
}

fn case_records() -> (Vec<Record>, Vec<u32>) {
    let records = case::read(&case::table().0);
    let mut names: Vec<String> = Vec::new();
    let sources = records.iter().map(|record| {
        let name = record.database.clone().unwrap_or_default();
        let at = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        u32::try_from(at).expect("a handful of databases")
    });
    let sources = sources.collect();
    (records, sources)
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn find_pairs_of_the_reference_case(bencher: Bencher<'_, '_>) {
    let (records, sources) = case_records();
    bencher.counter(ItemsCount::new(records.len())).bench(|| dedup::find_pairs(&records, &sources, &dedup::Options::default()));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn group_the_reference_case(bencher: Bencher<'_, '_>) {
    let (records, sources) = case_records();
    let statements = dedup::statements(&dedup::find_pairs(&records, &sources, &dedup::Options::default()));
    bencher.counter(ItemsCount::new(records.len())).bench(|| dedup::group(records.len(), &statements));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn write_ris_of_the_reference_case(bencher: Bencher<'_, '_>) {
    let (records, _) = case_records();
    bencher.counter(ItemsCount::new(records.len())).bench(|| {
        let mut out = Vec::new();
        ris::write(records.iter(), &mut out).map(|()| out.len())
    });
}

/// The facts of the reference case: 6,353 citations of which 695 go to full text.
fn facts() -> Facts {
    let sources: Vec<FlowSource> = ["PsycINFO", "MEDLINE", "CINAHL", "医中誌Web"]
        .iter()
        .enumerate()
        .map(|(n, name)| FlowSource { id: SourceId(Uuid::from_u128(n as u128)), name: (*name).into(), kind: SourceKind::Database })
        .collect();
    let rows = (0..case::WORKS).map(|n| {
        let sought = n % 9 == 0;
        let position = (n % 4) as u32;
        let copies = if n < case::RECORDS - case::WORKS { vec![(position, 1), ((position + 1) % 4, 1)] } else { vec![(position, 1)] };
        Row {
            citation: CitationId(Uuid::from_u128(n as u128)),
            records: copies,
            removed: None,
            title_abstract: if sought { Outcome::Included } else { Outcome::Excluded(None) },
            report: if sought { ReportState::Retrieved } else { ReportState::Sought },
            full_text: if sought && n % 2 == 0 { Outcome::Included } else { Outcome::Pending },
            study: None,
            elsewhere_title_abstract: false,
            elsewhere_full_text: false,
        }
    });
    Facts { rows: rows.collect(), sources, ..Facts::default() }
}

#[divan::bench]
fn count_the_reference_case(bencher: Bencher<'_, '_>) {
    let facts = facts();
    bencher.counter(ItemsCount::new(facts.rows.len())).bench(|| flow::count(&facts));
}

#[divan::bench]
fn draw_svg(bencher: Bencher<'_, '_>) {
    let (counts, names) = (flow::count(&facts()), ReasonNames::default());
    bencher.bench(|| figure::svg(&drawing(&counts, &names), Lang::Ja));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn draw_png(bencher: Bencher<'_, '_>) {
    let (counts, names) = (flow::count(&facts()), ReasonNames::default());
    let svg = figure::svg(&drawing(&counts, &names), Lang::Ja);
    bencher.bench(|| figure::png(&svg, 2.0).map(|bytes| bytes.len()));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn draw_pdf(bencher: Bencher<'_, '_>) {
    let (counts, names) = (flow::count(&facts()), ReasonNames::default());
    let svg = figure::svg(&drawing(&counts, &names), Lang::Ja);
    bencher.bench(|| figure::pdf(&svg, "PRISMA", Lang::Ja).map(|bytes| bytes.len()));
}

fn drawing<'a>(counts: &'a erabi::model::Counts, names: &'a ReasonNames) -> Figure<'a> {
    Figure { counts, names, title: "ケースマネジメント", other: OtherColumn::Auto, link: None }
}
