//! The sums that must close in every PRISMA figure (domain §5, PRISMA 2020 flow diagram). Its one rule: both sides are read
//! from the counts and never computed from each other, so that a wrong count shows.

use serde::Serialize;

use crate::model::{Column, ColumnCounts, Counts, SourceKind, Text};

/// One sum: what should be equal, in words, and both sides of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Stable, for tests and messages.
    pub code: &'static str,
    pub column: Option<Column>,
    pub text: Text,
    pub left: i64,
    pub right: i64,
}

impl Identity {
    pub fn holds(&self) -> bool {
        self.left == self.right
    }
}

impl Counts {
    /// Every identity, in the order of the figure. The other column's are given when it counts anything.
    pub fn identities(&self) -> Vec<Identity> {
        let mut all = column_identities(self, Column::Databases);
        if self.other != ColumnCounts::default() {
            all.extend(column_identities(self, Column::Other));
        }
        all.extend(whole_identities(self));
        all
    }

    /// The identities that do not close. Empty for everything that `count` gives.
    pub fn check(&self) -> Vec<Identity> {
        self.identities().into_iter().filter(|identity| !identity.holds()).collect()
    }
}

fn column_identities(counts: &Counts, side: Column) -> Vec<Identity> {
    let column = counts.column(side);
    let of = |code, ja: &str, en: &str, left, right| Identity { code, column: Some(side), text: Text::new(ja, en), left, right };
    let n = i64::from;
    let from_sources: u32 = SourceKind::ALL
        .into_iter()
        .filter(|kind| kind.is_database_or_register() == (side == Column::Databases))
        .map(|kind| counts.records_of(kind))
        .sum();
    let excluded = n(column.excluded_full_text_total());
    let open = &column.open;
    let open_screening = n(open.screening());
    let open_full_text = n(open.full_text());
    vec![
        of(
            "identified",
            "特定されたレコード数 ＝ 情報源ごとのレコード数の合計",
            "records identified = sum over sources",
            n(column.identified),
            n(from_sources),
        ),
        of(
            "screened",
            "スクリーニングしたレコード数 ＝ 特定 − 重複 − 自動化ツールによる除外 − その他の理由による除外",
            "screened = identified − duplicates − removed by automation − removed for other reasons",
            n(column.screened),
            n(column.identified) - n(column.duplicates) - n(column.removed_automation) - n(column.removed_other),
        ),
        of(
            "sought",
            "入手を試みた報告数 ＝ スクリーニング − 除外 − 未決（一次スクリーニング）",
            "reports sought = screened − excluded − open at title/abstract",
            n(column.sought),
            n(column.screened) - n(column.excluded_screening) - open_screening,
        ),
        of(
            "assessed",
            "適格性を評価した報告数 ＝ 入手を試みた報告数 − 入手できなかった報告数",
            "reports assessed = sought − not retrieved",
            n(column.assessed),
            n(column.sought) - n(column.not_retrieved),
        ),
        of(
            "included",
            "採用した報告数 ＝ 適格性を評価した報告数 − 理由別の除外の合計 − 未決（入手中・二次スクリーニング）",
            "reports included = assessed − sum of exclusions by reason − open at retrieval and full text",
            n(column.included_reports),
            n(column.assessed) - excluded - n(open.retrieval) - open_full_text,
        ),
        of(
            "flow",
            "特定 − 重複 − 事前の除外 − 一次の除外 − 入手不可 − 二次の除外 − 未決 ＝ 採用した報告数",
            "identified − duplicates − removed − excluded − not retrieved − excluded at full text − still open = included",
            n(column.identified)
                - n(column.duplicates)
                - n(column.removed_automation)
                - n(column.removed_other)
                - n(column.excluded_screening)
                - n(column.not_retrieved)
                - excluded
                - n(open.total()),
            n(column.included_reports),
        ),
    ]
}

fn whole_identities(counts: &Counts) -> Vec<Identity> {
    let of = |code, ja: &str, en: &str, left, right| Identity { code, column: None, text: Text::new(ja, en), left, right };
    let n = i64::from;
    let previous = counts.previous.unwrap_or_default();
    vec![
        of(
            "new_reports",
            "新たに採用した報告数 ＝ 両経路の採用報告数の合計",
            "new reports = included reports of both columns",
            n(counts.new_reports),
            n(counts.databases.included_reports) + n(counts.other.included_reports),
        ),
        of(
            "new_studies",
            "新たに採用した研究数は、報告数を超えない",
            "new studies are no more than new reports",
            n(counts.new_studies.saturating_sub(counts.new_reports)),
            0,
        ),
        of(
            "total_studies",
            "採用した研究の総数 ＝ 前版までの研究数 ＋ 新たな研究数",
            "total studies = studies of the previous version + new studies",
            n(counts.total_studies),
            n(previous.studies) + n(counts.new_studies),
        ),
        of(
            "total_reports",
            "採用した報告の総数 ＝ 前版までの報告数 ＋ 新たな報告数",
            "total reports = reports of the previous version + new reports",
            n(counts.total_reports),
            n(previous.reports) + n(counts.new_reports),
        ),
    ]
}
