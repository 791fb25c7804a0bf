//! What stands in each box of the PRISMA 2020 flow figure, in both languages (Page MJ et al., BMJ 2021;372:n71, figure 1;
//! records, reports and studies are told apart throughout: レコード, 報告, 研究). Its one rule: no number is computed here,
//! each is read from `Counts` beside the key of the list that it opens.

use serde::{Serialize, Serializer};

use crate::export::ReasonNames;
use crate::model::{Column, ColumnCounts, Counted, Counts, FlowBox, Previous, SourceKind, Text};

/// Where a box stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    Previous,
    Identified(Column),
    Removed(Column),
    Screened,
    ExcludedScreening,
    Sought(Column),
    NotRetrieved(Column),
    Assessed(Column),
    ExcludedFullText(Column),
    Included,
    Total,
}

/// A line of a box: words, a number, and the list behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub label: Text,
    pub n: u32,
    /// `None` where the review itself holds no list (an earlier version's studies).
    #[serde(rename = "box", serialize_with = "key")]
    pub flow_box: Option<FlowBox>,
    /// 0 for what the box is about, 1 for what belongs to it, 2 for what belongs to that.
    pub level: u8,
    /// Says that work is still to be done.
    pub open: bool,
}

/// A box of the figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    #[serde(rename = "key", serialize_with = "key")]
    pub flow_box: Option<FlowBox>,
    pub slot: Slot,
    pub label: Text,
    /// Shown behind the label where the parts do not say it.
    pub n: Option<u32>,
    pub parts: Vec<Part>,
}

fn key<S: Serializer>(flow_box: &Option<FlowBox>, to: S) -> Result<S::Ok, S::Error> {
    match flow_box {
        Some(flow_box) => to.collect_str(flow_box),
        None => to.serialize_none(),
    }
}

/// All boxes in reading order. The other-methods column is there when `other` says so.
pub fn contents(counts: &Counts, names: &ReasonNames, other: bool) -> Vec<Content> {
    let mut boxes = Vec::new();
    if let Some(Previous { studies, reports }) = counts.previous {
        boxes.push(pair(
            Slot::Previous,
            (None, None),
            ("前版のレビューに採用された研究", "前版のレビューに採用された研究の報告"),
            ("Studies included in previous version of review", "Reports of studies included in previous version of review"),
            (studies, reports),
        ));
    }
    boxes.extend(column(counts, names, Column::Databases));
    if other {
        boxes.extend(column(counts, names, Column::Other));
    }
    boxes.extend(outcome(counts));
    boxes
}

/// Whether the other-methods column has anything to show.
pub fn has_other(counts: &Counts) -> bool {
    counts.other != ColumnCounts::default() || counts.sources.iter().any(|count| !count.source.kind.is_database_or_register())
}

/// The heading over a column.
pub fn heading(counts: &Counts, side: Column) -> Text {
    match (side, counts.previous.is_some()) {
        (Column::Databases, false) => {
            Text::new("データベースおよびレジストリによる研究の特定", "Identification of studies via databases and registers")
        }
        (Column::Databases, true) => {
            Text::new("データベースおよびレジストリによる新たな研究の特定", "Identification of new studies via databases and registers")
        }
        (Column::Other, false) => Text::new("その他の方法による研究の特定", "Identification of studies via other methods"),
        (Column::Other, true) => Text::new("その他の方法による新たな研究の特定", "Identification of new studies via other methods"),
    }
}

/// The heading over the box of an earlier version.
pub fn previous_heading() -> Text {
    Text::new("これまでの研究", "Previous studies")
}

/// The three phases beside the boxes.
pub fn phases() -> [Text; 3] {
    [Text::new("特定", "Identification"), Text::new("スクリーニング", "Screening"), Text::new("採用", "Included")]
}

fn line(ja: &str, en: &str, n: u32, flow_box: Option<FlowBox>) -> Part {
    Part { label: Text::new(ja, en), n, flow_box, level: 1, open: false }
}

fn column(counts: &Counts, names: &ReasonNames, side: Column) -> Vec<Content> {
    let c = counts.column(side);
    let at = |counted| Some(FlowBox::In(side, counted));
    let single = |slot, counted, ja: &str, en: &str, n| Content {
        flow_box: at(counted),
        slot,
        label: Text::new(ja, en),
        n: Some(n),
        parts: Vec::new(),
    };
    let mut boxes = vec![identified(counts, side)];
    if side == Column::Databases {
        let mut screened = single(Slot::Screened, Counted::Screened, "スクリーニングしたレコード", "Records screened", c.screened);
        screened.parts = open_lines(side, &[(Counted::OpenScreening, c.open.screening())]);
        boxes.extend([
            removed(c),
            screened,
            single(Slot::ExcludedScreening, Counted::ExcludedScreening, "除外したレコード", "Records excluded", c.excluded_screening),
        ]);
    } else if c.not_pursued() + c.open.screening() > 0 {
        boxes.push(not_pursued(c));
    }
    let mut assessed =
        single(Slot::Assessed(side), Counted::Assessed, "適格性を評価した報告", "Reports assessed for eligibility", c.assessed);
    assessed.parts = open_lines(side, &[(Counted::OpenRetrieval, c.open.retrieval), (Counted::OpenFullText, c.open.full_text())]);
    boxes.extend([
        single(Slot::Sought(side), Counted::Sought, "入手を試みた報告", "Reports sought for retrieval", c.sought),
        single(Slot::NotRetrieved(side), Counted::NotRetrieved, "入手できなかった報告", "Reports not retrieved", c.not_retrieved),
        assessed,
        excluded(c, names, side),
    ]);
    boxes
}

fn identified(counts: &Counts, side: Column) -> Content {
    let at = |counted| Some(FlowBox::In(side, counted));
    let mut parts = Vec::new();
    for kind in SourceKind::ALL {
        let is_ours = kind.is_database_or_register() == (side == Column::Databases);
        let sources: Vec<_> = counts.sources.iter().filter(|count| count.source.kind == kind).collect();
        // "Other sources" are no line of the PRISMA figure: shown only by a review that has some.
        if !is_ours || (kind == SourceKind::Other && sources.is_empty()) {
            continue;
        }
        let label = kind_label(kind);
        let n = counts.records_of(kind);
        parts.push(Part { label, n, flow_box: at(Counted::IdentifiedKind(kind)), level: 1, open: false });
        // A single source named like its kind would say the same twice.
        let several = sources.len() > 1 || kind.is_database_or_register();
        parts.extend(sources.iter().filter(|_| several).map(|count| Part {
            label: Text::new(&count.source.name, &count.source.name),
            n: count.records,
            flow_box: at(Counted::IdentifiedFrom(count.source.id)),
            level: 2,
            open: false,
        }));
    }
    Content {
        flow_box: at(Counted::Identified),
        slot: Slot::Identified(side),
        label: Text::new("特定したレコード", "Records identified from"),
        n: None,
        parts,
    }
}

/// The words for a kind of source, in the plural.
pub fn kind_label(kind: SourceKind) -> Text {
    match kind {
        SourceKind::Database => Text::new("データベース", "Databases"),
        SourceKind::Register => Text::new("レジストリ", "Registers"),
        SourceKind::Website => Text::new("ウェブサイト", "Websites"),
        SourceKind::Organisation => Text::new("組織・団体", "Organisations"),
        SourceKind::CitationSearching => Text::new("引用文献の検索", "Citation searching"),
        SourceKind::Other => Text::new("その他", "Other sources"),
    }
}

fn removed(c: &ColumnCounts) -> Content {
    let at = |counted| Some(FlowBox::In(Column::Databases, counted));
    Content {
        flow_box: at(Counted::RemovedBefore),
        slot: Slot::Removed(Column::Databases),
        label: Text::new("スクリーニング前に除いたレコード", "Records removed before screening"),
        n: None,
        parts: vec![
            line("重複", "Duplicate records removed", c.duplicates, at(Counted::Duplicates)),
            line(
                "自動化ツールが不適格と判定",
                "Records marked as ineligible by automation tools",
                c.removed_automation,
                at(Counted::RemovedAutomation),
            ),
            line("その他の理由", "Records removed for other reasons", c.removed_other, at(Counted::RemovedOther)),
        ],
    }
}

/// PRISMA's figure has no such box: with it, the numbers of the other-methods column add up.
fn not_pursued(c: &ColumnCounts) -> Content {
    let at = |counted| Some(FlowBox::In(Column::Other, counted));
    let mut parts = vec![line("重複（データベース等との重複を含む）", "Duplicate records removed", c.duplicates, at(Counted::Duplicates))];
    parts.push(line("スクリーニングで除外", "Records excluded at screening", c.excluded_screening, at(Counted::ExcludedScreening)));
    for (counted, ja, en, n) in [
        (Counted::RemovedAutomation, "自動化ツールが不適格と判定", "Marked as ineligible by automation tools", c.removed_automation),
        (Counted::RemovedOther, "その他の理由", "Removed for other reasons", c.removed_other),
    ] {
        parts.extend((n > 0).then(|| line(ja, en, n, at(counted))));
    }
    parts.extend(open_lines(Column::Other, &[(Counted::OpenScreening, c.open.screening())]));
    Content {
        flow_box: at(Counted::NotPursued),
        slot: Slot::Removed(Column::Other),
        label: Text::new("入手に進まなかったレコード", "Records not pursued"),
        n: None,
        parts,
    }
}

fn excluded(c: &ColumnCounts, names: &ReasonNames, side: Column) -> Content {
    let parts = c.excluded_full_text.iter().map(|count| Part {
        label: count.reason.map_or_else(|| Text::new("理由の記載なし", "No reason given"), |id| reason_name(names, id)),
        n: count.reports,
        flow_box: Some(FlowBox::In(side, Counted::ExcludedFor(count.reason))),
        level: 1,
        open: false,
    });
    Content {
        flow_box: Some(FlowBox::In(side, Counted::ExcludedFullText)),
        slot: Slot::ExcludedFullText(side),
        label: Text::new("除外した報告", "Reports excluded"),
        n: Some(c.excluded_full_text_total()),
        parts: parts.collect(),
    }
}

/// The reason's words; a reason that the review no longer names is still counted and says so.
pub fn reason_name(names: &ReasonNames, reason: crate::model::ReasonId) -> Text {
    let unnamed = || Text::new("削除された理由", "Reason no longer listed");
    names.get(&reason).cloned().unwrap_or_else(unnamed)
}

fn open_lines(side: Column, open: &[(Counted, u32)]) -> Vec<Part> {
    let words = |counted| match counted {
        Counted::OpenRetrieval => Text::new("うち入手待ち", "of these, awaiting retrieval"),
        Counted::OpenFullText => Text::new("うち未決", "of these, still open"),
        _ if side == Column::Other => Text::new("スクリーニングが未決", "Still open at screening"),
        _ => Text::new("うち未決", "of these, still open"),
    };
    let open = open.iter().filter(|(_, n)| *n > 0);
    open.map(|&(counted, n)| Part { label: words(counted), n, flow_box: Some(FlowBox::In(side, counted)), level: 1, open: true }).collect()
}

fn outcome(counts: &Counts) -> Vec<Content> {
    let updated = counts.previous.is_some();
    let (ja, en) = if updated {
        (("新たに採用した研究", "新たに採用した研究の報告"), ("New studies included in review", "Reports of new included studies"))
    } else {
        (("レビューに採用した研究", "採用した研究の報告"), ("Studies included in review", "Reports of included studies"))
    };
    let mut boxes = vec![pair(
        Slot::Included,
        (Some(FlowBox::IncludedStudies), Some(FlowBox::IncludedReports)),
        ja,
        en,
        (counts.new_studies, counts.new_reports),
    )];
    if updated {
        boxes.push(pair(
            Slot::Total,
            (None, None),
            ("レビューに採用した研究の総数", "採用した研究の報告の総数"),
            ("Total studies included in review", "Reports of total included studies"),
            (counts.total_studies, counts.total_reports),
        ));
    }
    boxes
}

/// A box that counts studies and, on a line of its own, their reports.
fn pair(slot: Slot, keys: (Option<FlowBox>, Option<FlowBox>), ja: (&str, &str), en: (&str, &str), n: (u32, u32)) -> Content {
    let reports = Part { label: Text::new(ja.1, en.1), n: n.1, flow_box: keys.1, level: 0, open: false };
    Content { flow_box: keys.0, slot, label: Text::new(ja.0, en.0), n: Some(n.0), parts: vec![reports] }
}
