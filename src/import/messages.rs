//! What the codes of issues mean, in English and Japanese. Its one rule: a code that a reader uses has a row here.

use crate::model::Issue;

/// `(code, English, Japanese)`; `{}` stands for the detail.
const MESSAGES: &[(&str, &str, &str)] = &[
    ("malformed_xml", "the entry is not well-formed XML: {}", "XMLとして正しくない項目です：{}"),
    (
        "malformed_json",
        "the line is not a JSON object (damaged near character {})",
        "JSONのオブジェクトとして読めない行です（{}文字目の付近）",
    ),
    ("unclosed_entry", "the entry has no end", "項目の終わりがありません"),
    (
        "repaired_entry",
        "the entry {} has no end; what could be read of it was kept",
        "項目{}の終わりがないため、読めた部分を取り込みました",
    ),
    ("entry_text_not_understood", "text inside the entry was not understood: {}", "項目内に解釈できない文字列があります：{}"),
    ("no_fields", "the entry has no fields {}", "項目に中身がありません {}"),
    ("unclosed_quote", "a quotation mark is never closed", "引用符が閉じられていません"),
    ("unknown_columns", "columns that nobody knows were kept with their records: {}", "未知の列があります（レコードとともに保存）：{}"),
    ("rows_wider_than_header", "rows with more cells than the header: {}", "見出しより列の多い行があります：{}行"),
    (
        "spreadsheet_dates",
        "rows in which a spreadsheet turned pages or an issue number into a date: {}",
        "表計算ソフトがページや号を日付に変えた行があります：{}行",
    ),
    ("entry_too_long", "the entry is longer than the limit of {} bytes", "1件が上限（{}バイト）を超えています"),
    ("too_many_fields", "the entry has more than {} fields", "1件の項目数が上限（{}）を超えています"),
    ("too_many_authors", "only the first {} authors were kept", "著者は先頭の{}名までを取り込みました"),
    ("no_content", "the entry has no title, author, abstract or DOI", "タイトル・著者・抄録・DOIのいずれもない項目です"),
    (
        "too_little",
        "the entry has no title, author, abstract or DOI; all it has: {}",
        "タイトル・著者・抄録・DOIのいずれもない項目です（あるのは{}のみ）",
    ),
    (
        "blank_entry",
        "an entry of type {} says nothing else; it was kept as a record",
        "種別（{}）以外に何も書かれていない項目を、レコードとして残しました",
    ),
    ("undecodable_bytes", "bytes that do not fit the encoding: {}", "文字コードに合わないバイトがあります：{}"),
    (
        "unknown_tags",
        "tags or fields that nobody knows were kept with their records: {}",
        "未知のタグ・項目があります（レコードとともに保存）：{}",
    ),
    (
        "no_record_end",
        "the end-of-record line is missing; the entry was read up to the next one",
        "レコードの終わりを示す行がないため、次のレコードの手前までを1件としました",
    ),
];

/// The issue in words. A code without a row is shown as it is, with its detail.
pub fn message(issue: &Issue, japanese: bool) -> String {
    let row = MESSAGES.iter().find(|(code, ..)| *code == issue.code);
    let text = match row {
        Some((_, en, ja)) => (if japanese { ja } else { en }).replace("{}", &issue.detail),
        None if issue.detail.is_empty() => issue.code.clone(),
        None => format!("{}: {}", issue.code, issue.detail),
    };
    let text = text.trim_end();
    match issue.line {
        Some(line) if japanese => format!("{line}行目：{text}"),
        Some(line) => format!("line {line}: {text}"),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_both_languages_and_stands_once() {
        for (i, (code, en, ja)) in MESSAGES.iter().enumerate() {
            assert!(!en.is_empty() && !ja.is_ascii(), "{code}");
            assert_eq!(en.contains("{}"), ja.contains("{}"), "{code}");
            assert!(MESSAGES[..i].iter().all(|m| m.0 != *code), "{code} twice");
        }
    }

    #[test]
    fn without_a_detail_a_message_ends_with_its_last_word() {
        assert_eq!(message(&Issue { code: "no_fields".into(), detail: String::new(), line: None }, true), "項目に中身がありません");
    }
}
