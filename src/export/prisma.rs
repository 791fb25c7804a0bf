//! The counts as a table and as JSON. Its one rule: the table has the rows and columns of the R package PRISMA2020 1.1.4, in
//! its order, so that the package and its web app read it as it is; anything of ours comes after them.
//!
//! That reader finds rows by part of their name, so a name of ours must hold none of its names. It splits reasons at `;` and
//! cuts their name at the first `,`, so labels hold neither. `NA` hides a line, `0` prints "n = 0". The file is long because the
//! table stands in it row by row.

use std::io::{self, Write};

use serde::Serialize;

use super::ReasonNames;
use super::figure::content::{Content, contents, has_other, heading, kind_label, phases, previous_heading, reason_name};
use crate::model::{Column, ColumnCounts, Counted, Counts, FlowBox, Lang, SourceKind};

const COLUMNS: [&str; 8] = ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"];
/// What R reads as missing.
const NA: &str = "NA";

/// How the table is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOptions<'a> {
    /// Of `boxtext` and of reasons.
    pub lang: Lang,
    /// Address before a box key; fills `url`, which makes the package's boxes clickable. Without it `url` is `NA`.
    pub link: Option<&'a str>,
}

/// Writes the table: UTF-8, no BOM (R would take it for part of the first name), LF.
pub fn csv(counts: &Counts, names: &ReasonNames, options: TableOptions<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for row in rows(counts, names, options.lang) {
        let url = match (options.link, row.flow_box) {
            (Some(link), Some(flow_box)) => format!("{link}{flow_box}"),
            _ => NA.to_owned(),
        };
        let Row { data, node, place, description, boxtext, n, .. } = row;
        table.write_record([data, node, place, description, &boxtext, description, &url, &n])?;
    }
    table.flush()
}

struct Row {
    data: &'static str,
    node: &'static str,
    /// The package's name of the box.
    place: &'static str,
    description: &'static str,
    boxtext: String,
    n: String,
    flow_box: Option<FlowBox>,
}

fn rows(counts: &Counts, names: &ReasonNames, lang: Lang) -> Vec<Row> {
    let mut rows = previous_rows(counts, lang);
    rows.extend(identified_rows(counts, lang));
    rows.extend(screened_rows(counts, lang));
    rows.extend(assessed_rows(counts, names, lang));
    rows.extend(included_rows(counts, lang));
    rows.extend(phase_rows(lang));
    rows.extend(meta_analysis_rows(lang));
    rows.extend(own_rows(counts, lang));
    rows
}

/// A row from the package's five names, our words in Japanese, its words in English, and the number.
struct Words(&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn row(lang: Lang, words: Words, n: impl ToString, flow_box: Option<FlowBox>) -> Row {
    let Words(data, node, place, description, ja, en) = words;
    let boxtext = if lang == Lang::Ja { ja } else { en };
    Row { data, node, place, description, boxtext: boxtext.to_owned(), n: n.to_string(), flow_box }
}

fn optional(n: Option<u32>) -> String {
    n.map_or_else(|| NA.to_owned(), |n| n.to_string())
}

fn previous_rows(counts: &Counts, lang: Lang) -> Vec<Row> {
    let n = counts.previous;
    let mut title = row(lang, Words(NA, "node4", "prevstud", "Grey title box; Previous studies", "", ""), 0, None);
    title.boxtext = previous_heading().get(lang).to_owned();
    vec![
        title,
        row(
            lang,
            Words(
                "previous_studies",
                "node5",
                "box1",
                "Studies included in previous version of review",
                "前版のレビューに採用された研究",
                "Studies included in previous version of review",
            ),
            optional(n.map(|n| n.studies)),
            None,
        ),
        row(
            lang,
            Words(
                "previous_reports",
                NA,
                "box1",
                "Reports of studies included in previous version of review",
                "前版のレビューに採用された研究の報告",
                "Reports of studies included in previous version of review",
            ),
            optional(n.map(|n| n.reports)),
            None,
        ),
    ]
}

fn identified_rows(counts: &Counts, lang: Lang) -> Vec<Row> {
    let of = |words, side: Column, kind: SourceKind| {
        let flow_box = FlowBox::In(side, Counted::IdentifiedKind(kind));
        let mut row = row(lang, words, counts.records_of(kind), Some(flow_box));
        row.boxtext = kind_label(kind).get(lang).to_owned();
        row
    };
    let title = |words, side| {
        let mut row = row(lang, words, 0, None);
        row.boxtext = heading(counts, side).get(lang).to_owned();
        row
    };
    let specific = |words, kind| row(lang, words, specific(counts, kind, lang), Some(FlowBox::In(Column::Databases, Counted::Identified)));
    use SourceKind::{CitationSearching, Database, Organisation, Register, Website};
    let (here, there) = (Column::Databases, Column::Other);
    vec![
        title(Words(NA, "node6", "newstud", "Yellow title box; Identification of new studies via databases and registers", "", ""), here),
        of(Words("database_results", "node7", "box2", "Records identified from: Databases", "", ""), here, Database),
        specific(
            Words(
                "database_specific_results",
                NA,
                "box2",
                "Records identified from: specific databases",
                "個別のデータベース",
                "Specific Databases",
            ),
            Database,
        ),
        of(Words("register_results", NA, "box2", "Records identified from: Registers", "", ""), here, Register),
        specific(
            Words(
                "register_specific_results",
                NA,
                "box2",
                "Records identified from: specific registers",
                "個別のレジストリ",
                "Specific Registers",
            ),
            Register,
        ),
        title(Words(NA, "node16", "othstud", "Grey title box; Identification of new studies via other methods", "", ""), there),
        of(Words("website_results", "node17", "box11", "Records identified from: Websites", "", ""), there, Website),
        of(Words("organisation_results", "", "box11", "Records identified from: Organisations", "", ""), there, Organisation),
        of(Words("citations_results", NA, "box11", "Records identified from: Citation searching", "", ""), there, CitationSearching),
    ]
}

/// `Name, n; Name, n`, or `NA` where there is no such source.
fn specific(counts: &Counts, kind: SourceKind, lang: Lang) -> String {
    let sources = counts.sources.iter().filter(|count| count.source.kind == kind);
    let listed = sources.map(|count| format!("{}, {}", plain(&count.source.name, lang), count.records));
    let listed: Vec<String> = listed.collect();
    if listed.is_empty() { NA.to_owned() } else { listed.join("; ") }
}

/// A label without the two characters that the reader splits at, and on one line.
fn plain(label: &str, lang: Lang) -> String {
    let comma = if lang == Lang::Ja { "、" } else { " /" };
    let parts: Vec<&str> = label.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let joiner = if lang == Lang::Ja { comma.to_owned() } else { format!("{comma} ") };
    parts.join(&joiner).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn screened_rows(counts: &Counts, lang: Lang) -> Vec<Row> {
    let c = &counts.databases;
    let at = |counted| Some(FlowBox::In(Column::Databases, counted));
    vec![
        row(
            lang,
            Words("duplicates", "node8", "box3", "Duplicate records", "重複したレコード", "Duplicate records"),
            c.duplicates,
            at(Counted::Duplicates),
        ),
        row(
            lang,
            Words(
                "excluded_automatic",
                NA,
                "box3",
                "Records marked as ineligible by automation tools",
                "自動化ツールが不適格と判定したレコード",
                "Records marked as ineligible by automation tools",
            ),
            c.removed_automation,
            at(Counted::RemovedAutomation),
        ),
        row(
            lang,
            Words(
                "excluded_other",
                NA,
                "box3",
                "Records removed for other reasons",
                "その他の理由で除いたレコード",
                "Records removed for other reasons",
            ),
            c.removed_other,
            at(Counted::RemovedOther),
        ),
        row(
            lang,
            Words(
                "records_screened",
                "node9",
                "box4",
                "Records screened (databases and registers)",
                "スクリーニングしたレコード",
                "Records screened",
            ),
            c.screened,
            at(Counted::Screened),
        ),
        row(
            lang,
            Words(
                "records_excluded",
                "node10",
                "box5",
                "Records excluded (databases and registers)",
                "除外したレコード",
                "Records excluded",
            ),
            c.excluded_screening,
            at(Counted::ExcludedScreening),
        ),
    ]
}

fn assessed_rows(counts: &Counts, names: &ReasonNames, lang: Lang) -> Vec<Row> {
    let here = |counted| Some(FlowBox::In(Column::Databases, counted));
    let there = |counted| Some(FlowBox::In(Column::Other, counted));
    let (c, o) = (&counts.databases, &counts.other);
    let (sought, missing, assessed) = (Counted::Sought, Counted::NotRetrieved, Counted::Assessed);
    vec![
        row(
            lang,
            Words(
                "dbr_sought_reports",
                "node11",
                "box6",
                "Reports sought for retrieval (databases and registers)",
                "入手を試みた報告",
                "Reports sought for retrieval",
            ),
            c.sought,
            here(sought),
        ),
        row(
            lang,
            Words(
                "dbr_notretrieved_reports",
                "node12",
                "box7",
                "Reports not retrieved (databases and registers)",
                "入手できなかった報告",
                "Reports not retrieved",
            ),
            c.not_retrieved,
            here(missing),
        ),
        row(
            lang,
            Words(
                "other_sought_reports",
                "node18",
                "box12",
                "Reports sought for retrieval (other)",
                "入手を試みた報告",
                "Reports sought for retrieval",
            ),
            o.sought,
            there(sought),
        ),
        row(
            lang,
            Words(
                "other_notretrieved_reports",
                "node19",
                "box13",
                "Reports not retrieved (other)",
                "入手できなかった報告",
                "Reports not retrieved",
            ),
            o.not_retrieved,
            there(missing),
        ),
        row(
            lang,
            Words(
                "dbr_assessed",
                "node13",
                "box8",
                "Reports assessed for eligibility (databases and registers)",
                "適格性を評価した報告",
                "Reports assessed for eligibility",
            ),
            c.assessed,
            here(assessed),
        ),
        row(
            lang,
            Words("dbr_excluded", "node14", "box9", "Reports excluded (databases and registers)", "除外した報告", "Reports excluded"),
            reasons(c, names, lang),
            here(Counted::ExcludedFullText),
        ),
        row(
            lang,
            Words(
                "other_assessed",
                "node20",
                "box14",
                "Reports assessed for eligibility (other)",
                "適格性を評価した報告",
                "Reports assessed for eligibility",
            ),
            o.assessed,
            there(assessed),
        ),
        row(
            lang,
            Words("other_excluded", "node21", "box15", "Reports excluded (other)", "除外した報告", "Reports excluded"),
            reasons(o, names, lang),
            there(Counted::ExcludedFullText),
        ),
    ]
}

/// `Reason, n; Reason, n`; a plain `0`, which the reader knows too, where nothing was excluded.
fn reasons(column: &ColumnCounts, names: &ReasonNames, lang: Lang) -> String {
    let listed = column.excluded_full_text.iter().map(|count| {
        let name = match (count.reason, lang) {
            (Some(id), _) => plain(reason_name(names, id).get(lang), lang),
            (None, Lang::Ja) => "理由の記載なし".to_owned(),
            (None, Lang::En) => "No reason given".to_owned(),
        };
        format!("{name}, {}", count.reports)
    });
    let listed: Vec<String> = listed.collect();
    if listed.is_empty() { "0".to_owned() } else { listed.join("; ") }
}

fn included_rows(counts: &Counts, lang: Lang) -> Vec<Row> {
    vec![
        row(
            lang,
            Words(
                "new_studies",
                "node15",
                "box10",
                "New studies included in review",
                "新たにレビューに採用した研究",
                "New studies included in review",
            ),
            counts.new_studies,
            Some(FlowBox::IncludedStudies),
        ),
        row(
            lang,
            Words(
                "new_reports",
                NA,
                "box10",
                "Reports of new included studies",
                "新たに採用した研究の報告",
                "Reports of new included studies",
            ),
            counts.new_reports,
            Some(FlowBox::IncludedReports),
        ),
        row(
            lang,
            Words(
                "total_studies",
                "node22",
                "box16",
                "Total studies included in review",
                "レビューに採用した研究の総数",
                "Total studies included in review",
            ),
            counts.total_studies,
            None,
        ),
        row(
            lang,
            Words(
                "total_reports",
                NA,
                "box16",
                "Reports of total included studies",
                "採用した研究の報告の総数",
                "Reports of total included studies",
            ),
            counts.total_reports,
            None,
        ),
    ]
}

fn phase_rows(lang: Lang) -> Vec<Row> {
    let names = [
        ("identification", "node1", "Blue identification box"),
        ("screening", "node2", "Blue screening box"),
        ("included", "node3", "Blue included box"),
    ];
    let phases = names.into_iter().zip(phases());
    phases
        .map(|((name, node, description), text)| Row {
            boxtext: text.get(lang).to_owned(),
            ..row(lang, Words(name, node, name, description, "", ""), 0, None)
        })
        .collect()
}

/// A scoping review has no meta-analysis: hidden.
fn meta_analysis_rows(lang: Lang) -> Vec<Row> {
    vec![
        row(
            lang,
            Words(
                "total_studies_ma",
                "node23",
                "box17",
                "Total studies included in meta-analysis",
                "メタアナリシスに採用した研究の総数",
                "Total studies included in meta-analysis",
            ),
            NA,
            None,
        ),
        row(
            lang,
            Words(
                "total_reports_ma",
                NA,
                "box17",
                "Reports of total included studies in meta-analysis",
                "メタアナリシスに採用した研究の報告の総数",
                "Reports of total included studies in meta-analysis",
            ),
            NA,
            None,
        ),
    ]
}

/// What the package has no row for, each only where it counts something.
fn own_rows(counts: &Counts, lang: Lang) -> Vec<Row> {
    let there = |counted| Some(FlowBox::In(Column::Other, counted));
    let further = counts.records_of(SourceKind::Other);
    [
        (
            further,
            Words(
                "erabi_further_sources",
                NA,
                NA,
                "Records identified from other sources than the three above",
                "その他の情報源から特定したレコード",
                "Other sources",
            ),
            there(Counted::IdentifiedKind(SourceKind::Other)),
        ),
        (
            counts.other.not_pursued(),
            Words(
                "erabi_not_pursued",
                NA,
                NA,
                "Records found by other methods and not pursued",
                "その他の方法で見つけ、入手に進まなかったレコード",
                "Records not pursued (other methods)",
            ),
            there(Counted::NotPursued),
        ),
        (
            counts.still_open(),
            Words(
                "erabi_still_open",
                NA,
                NA,
                "IN PROGRESS: not a final figure; citations still open",
                "途中経過（未決）",
                "In progress: still open",
            ),
            None,
        ),
    ]
    .into_iter()
    .filter(|(n, _, _)| *n > 0)
    .map(|(n, words, flow_box)| row(lang, words, n, flow_box))
    .collect()
}

#[derive(Serialize)]
struct Json<'a> {
    standard: &'static str,
    /// True while anything is open: not to be published as it is.
    interim: bool,
    still_open: u32,
    counts: &'a Counts,
    boxes: Vec<Content>,
    identities: Vec<JsonIdentity>,
}

#[derive(Serialize)]
struct JsonIdentity {
    code: &'static str,
    column: Option<Column>,
    text: crate::model::Text,
    left: i64,
    right: i64,
    ok: bool,
}

/// Writes everything that the figure shows, in both languages, with the identities and whether they close.
pub fn json(counts: &Counts, names: &ReasonNames, out: &mut impl Write) -> io::Result<()> {
    let identities = counts.identities().into_iter().map(|identity| JsonIdentity {
        ok: identity.holds(),
        code: identity.code,
        column: identity.column,
        text: identity.text,
        left: identity.left,
        right: identity.right,
    });
    let document = Json {
        standard: "PRISMA 2020",
        interim: counts.still_open() > 0,
        still_open: counts.still_open(),
        counts,
        boxes: contents(counts, names, has_other(counts)),
        identities: identities.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
