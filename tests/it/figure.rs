//! The exports of one small review, compared byte by byte with files that a person has looked at (`tests/golden/prisma`;
//! `ERABI_BLESS=1` writes them anew), and the table read the way the R package reads it.

use std::path::PathBuf;

use erabi::export::figure::{Figure, OtherColumn, svg};
use erabi::export::{ReasonNames, prisma};
use erabi::flow;
use erabi::model::{
    CitationId, Counts, Facts, FlowSource, Lang, Outcome, Previous, ReasonId, Removal, ReportState, Row, SourceId, SourceKind, StudyId,
    Text,
};
use uuid::Uuid;

fn reason(n: u128) -> ReasonId {
    ReasonId(Uuid::from_u128(n))
}

fn names() -> ReasonNames {
    let all = [
        ("対象者が異なる（小児, 認知症; その他）", "Wrong population (children, dementia; other)"),
        ("ケースマネジメントではない", "Not case management"),
        ("対象国以外", "Other country"),
    ];
    let numbered = all.iter().enumerate();
    numbered.map(|(n, (ja, en))| (reason(n as u128), Text::new(*ja, *en))).collect()
}

/// 60 citations: 54 from databases and a register (20 of them twice), 6 from citation searching and one other source alone,
/// 3 more from there that the databases had. `open` leaves the last ones undecided.
fn facts(open: bool) -> Facts {
    use SourceKind::{CitationSearching, Database, Other, Register};
    let sources = [
        ("PsycINFO, Ovid", Database),
        ("MEDLINE (PubMed)", Database),
        ("医中誌Web", Database),
        ("ClinicalTrials.gov", Register),
        ("Reference lists", CitationSearching),
        ("専門家への照会", Other),
    ];
    let rows = (0..60u32).map(|n| {
        let records = match n {
            0..20 => vec![(0, 1), (1 + n % 2, 1)],
            20..51 => vec![(n % 4, 1)],
            51..54 => vec![(1, 1), (4, 1)],
            54..58 => vec![(4, 1)],
            _ => vec![(5, 1)],
        };
        let pending = open && n >= 56;
        Row {
            citation: CitationId(Uuid::from_u128(u128::from(n))),
            records,
            removed: match n {
                7 => Some(Removal::Automation),
                8 | 9 => Some(Removal::Other),
                _ => None,
            },
            title_abstract: match n {
                _ if pending => Outcome::InConflict,
                0..32 => Outcome::Excluded(None),
                _ => Outcome::Included,
            },
            report: match n {
                33 | 55 => ReportState::NotRetrieved,
                34 if open => ReportState::Sought,
                _ => ReportState::Retrieved,
            },
            full_text: match n {
                34..36 if open => Outcome::Pending,
                34..40 => Outcome::Excluded(Some(reason(0))),
                40..44 => Outcome::Excluded(Some(reason(1))),
                44 => Outcome::Excluded(None),
                54 => Outcome::Excluded(Some(reason(2))),
                _ => Outcome::Included,
            },
            study: (48..51).contains(&n).then(|| StudyId(Uuid::from_u128(1))),
            elsewhere_title_abstract: n < 12,
            elsewhere_full_text: false,
        }
    });
    let numbered = sources.iter().enumerate();
    Facts {
        sources: numbered
            .map(|(n, (name, kind))| FlowSource { id: SourceId(Uuid::from_u128(n as u128)), name: (*name).to_owned(), kind: *kind })
            .collect(),
        reasons: (0..3).map(reason).collect(),
        rows: rows.collect(),
        previous: open.then_some(Previous { studies: 4, reports: 5 }),
    }
}

fn table(counts: &Counts, lang: Lang) -> String {
    let mut out = Vec::new();
    prisma::csv(counts, &names(), prisma::TableOptions { lang, link: None }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn golden(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/prisma").join(name);
    if std::env::var_os("ERABI_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
    assert!(expected == actual, "{name} differs, first in line {:?}; ERABI_BLESS=1 accepts it", line.map(|n| n + 1));
}

#[test]
fn the_files_are_those_that_were_looked_at() {
    for (state, open) in [("final", false), ("interim", true)] {
        let counts = flow::count(&facts(open));
        assert_eq!(counts.check(), vec![]);
        let names = names();
        let mut json = Vec::new();
        prisma::json(&counts, &names, &mut json).unwrap();
        golden(&format!("{state}.json"), &String::from_utf8(json).unwrap());
        for lang in Lang::ALL {
            let figure = Figure { counts: &counts, names: &names, title: "Demo", other: OtherColumn::Auto, link: None };
            golden(&format!("{state}-{}.svg", lang.as_str()), &svg(&figure, lang));
            golden(&format!("{state}-{}.csv", lang.as_str()), &table(&counts, lang));
        }
    }
}

/// Reads the table as `PRISMA_data` of the R package does: a row by part of its name, reasons split at `;`, their name cut
/// at the first `,`.
struct Reader(Vec<csv::StringRecord>);

impl Reader {
    fn new(table: &str) -> Self {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let columns: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(columns, ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"]);
        Self(reader.records().map(Result::unwrap).collect())
    }

    fn cell(&self, name: &str) -> &str {
        let found: Vec<_> = self.0.iter().filter(|row| row[0].contains(name.trim_end_matches('$'))).collect();
        let found: Vec<_> = found.into_iter().filter(|row| !name.ends_with('$') || row[0] == name[..name.len() - 1]).collect();
        assert_eq!(found.len(), 1, "{name} must name one row");
        &found[0][7]
    }

    fn n(&self, name: &str) -> i64 {
        self.cell(name).parse().unwrap_or_else(|_| panic!("{name}: {}", self.cell(name)))
    }

    fn reasons(&self, name: &str) -> Vec<(String, i64)> {
        let parts = self.cell(name).split("; ").map(|part| part.split_once(", ").unwrap());
        parts.map(|(name, n)| (name.to_owned(), n.parse().unwrap())).collect()
    }
}

/// The identities of the R package's figure, on the numbers that its reader gets.
#[test]
fn the_r_package_reads_the_table() {
    let counts = flow::count(&facts(false));
    for lang in Lang::ALL {
        let table = Reader::new(&table(&counts, lang));
        let n = |name| table.n(name);
        let sum = |name| table.reasons(name).iter().map(|(_, n)| n).sum::<i64>();
        let identified = n("database_results") + n("register_results");
        assert_eq!(n("records_screened"), identified - n("duplicates") - n("excluded_automatic") - n("excluded_other"));
        assert_eq!(n("dbr_sought_reports"), n("records_screened") - n("records_excluded"));
        assert_eq!(n("dbr_assessed"), n("dbr_sought_reports") - n("dbr_notretrieved_reports"));
        assert_eq!(n("other_assessed"), n("other_sought_reports") - n("other_notretrieved_reports"));
        let elsewhere = n("website_results") + n("organisation_results") + n("citations_results") + n("erabi_further_sources");
        assert_eq!(n("other_sought_reports"), elsewhere - n("erabi_not_pursued"));
        let new = n("dbr_assessed") - sum("dbr_excluded") + n("other_assessed") - sum("other_excluded");
        assert_eq!((n("new_reports"), n("total_reports$")), (new, new));
        assert!(n("new_studies") <= n("new_reports"));
        assert_eq!(sum("database_specific_results"), n("database_results"));
        assert_eq!(sum("register_specific_results"), n("register_results"));
        assert_eq!((table.cell("previous_studies"), table.cell("total_studies_ma")), ("NA", "NA"), "hidden");
        let first = &table.reasons("dbr_excluded")[0].0;
        let expected = match lang {
            Lang::Ja => "対象者が異なる（小児、認知症、その他）",
            Lang::En => "Wrong population (children / dementia / other)",
        };
        assert_eq!(first, expected, "no comma, no semicolon");
    }
}

#[test]
fn the_table_of_an_interim_figure_says_so() {
    let counts = flow::count(&facts(true));
    let open = i64::from(counts.still_open());
    assert!(open > 0);
    let table = Reader::new(&table(&counts, Lang::En));
    assert_eq!(table.n("erabi_still_open"), open);
    assert_eq!((table.n("previous_studies"), table.n("total_studies$")), (4, 4 + table.n("new_studies")));
}

#[test]
fn links_lead_to_the_lists() {
    let counts = flow::count(&facts(false));
    let mut out = Vec::new();
    let options = prisma::TableOptions { lang: Lang::En, link: Some("https://example.org/c?box=") };
    prisma::csv(&counts, &names(), options, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains(",https://example.org/c?box=screened,"), "{text}");
    assert!(text.contains(",https://example.org/c?box=other_sought,"));
}
