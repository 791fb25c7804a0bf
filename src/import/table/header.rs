//! A header row → what each column holds. One rule: what a lead said about a name stands before what its word says.

use std::collections::HashMap;

use crate::import::Provider;
use crate::normalize::text;

use super::columns::{Field, field, fold_name};

/// A column: its name as written and what it holds.
pub struct Column {
    pub name: String,
    pub field: Option<Field>,
    /// A decision column of its own (`Reviewer 1`, `判定者A`): the reviewer's name.
    pub reviewer: Option<String>,
    /// The stage its name speaks of.
    pub stage: &'static str,
}

/// The columns of a header row. What a lead said about a name stands before what its word says.
pub fn columns(header: &[String], provider: Provider, mapped: &HashMap<String, Field>) -> Vec<Column> {
    let mut columns: Vec<Column> = header.iter().map(|name| column(name, provider)).collect();
    if !mapped.is_empty() {
        columns.iter_mut().for_each(|column| map(column, mapped));
        name_reviewers(&mut columns);
    }
    // `No.` beside the volume is the issue; at the head of a list, or without a volume, it counts the rows
    let volume = columns.iter().any(|column| column.field == Some(Field::Volume));
    for (at, column) in columns.iter_mut().enumerate() {
        if (at == 0 || !volume) && column.field == Some(Field::Issue) && fold_name(&column.name) == "no" {
            column.field = Some(Field::ExternalId);
        }
    }
    // `id` means the caller's id only once; `url` columns and the like may repeat
    let mut has_id = false;
    for column in columns.iter_mut().filter(|column| column.field == Some(Field::ExternalId)) {
        if std::mem::replace(&mut has_id, true) {
            column.field = Some(Field::Extra);
        }
    }
    columns
}

fn map(column: &mut Column, mapped: &HashMap<String, Field>) {
    if let Some(field) = mapped.get(&fold_name(&column.name)) {
        column.field = Some(*field);
        column.reviewer = None;
    }
}

/// Several columns of verdicts of one stage are several reviewers'; each is called as its column is.
fn name_reviewers(columns: &mut [Column]) {
    let verdicts = |columns: &[Column], stage| columns.iter().filter(|c| c.field == Some(Field::Verdict) && c.stage == stage).count();
    for stage in ["", "title_abstract", "full_text"] {
        if verdicts(columns, stage) > 1 {
            for column in columns.iter_mut().filter(|column| column.field == Some(Field::Verdict) && column.stage == stage) {
                column.field = None;
                column.reviewer = Some(column.name.clone());
            }
        }
    }
}

/// What a name says its column holds.
pub fn column(name: &str, provider: Provider) -> Column {
    let clean = text::clean(name).into_owned();
    let folded = text::fold(&clean);
    let stage = if ["full", "二次", "フルテキスト", "ft_"].iter().any(|word| folded.contains(&text::fold(word))) {
        "full_text"
    } else if ["title", "abstract", "一次", "tiab", "ta_"].iter().any(|word| folded.contains(&text::fold(word))) {
        "title_abstract"
    } else {
        ""
    };
    let field = field(&clean, provider);
    let reviewer =
        ["reviewer", "screener", "rater", "判定者", "評価者", "レビュアー", "査読者"].iter().any(|word| folded.contains(&text::fold(word)));
    let reviewer = (reviewer && field.is_none()).then(|| clean.clone());
    Column { name: clean, field, reviewer, stage }
}
