//! What stored codes mean in Japanese and English: why a file or a job failed, what a job is doing. `{}` is the detail.
//! Codes are stored, words are made when somebody looks, so that each reads them in their own language.

use std::borrow::Cow;

use crate::import::{Encoding, Format, ImportError};

/// Code, Japanese, English.
pub const WORDS: &[(&str, &str, &str)] = &[
    ("empty_file", "ファイルが空です。", "The file is empty."),
    (
        "not_bibliographic",
        "文献データのファイルではないようです（{}）。データベースからRISなどの形式で書き出し直してください。",
        "This is no bibliographic export ({}). Please export the records from the database as RIS or another listed format.",
    ),
    (
        "packed_file",
        "圧縮ファイルです（{}）。展開してから、中のファイルを取り込んでください。",
        "This is a packed file ({}). Please unpack it and import the files inside.",
    ),
    (
        "pubmed_text",
        "PubMedの閲覧用テキスト（Abstract、Summary、PMID）です。PubMedの「Save」でFormatに「PubMed」を選んで保存し、そのファイルを取り込んでください。",
        "This is PubMed's text for reading (Abstract, Summary or PMID). Save the search in PubMed again in the format PubMed and import that file.",
    ),
    (
        "unknown_format",
        "形式を判別できませんでした。形式を選んでもう一度お試しください。ファイルの先頭：{}",
        "The format was not recognised. Please choose it and try again. The file begins: {}",
    ),
    ("no_entries", "選んだ形式（{}）の文献が1件も見つかりませんでした。", "No entry of the chosen format was found ({})."),
    (
        "undecodable_file",
        "文字コードが合いません（{}）。文字コードを選んでもう一度お試しください。",
        "The text does not fit the encoding ({}). Please choose another encoding and try again.",
    ),
    ("malformed_file", "ファイルの構造が壊れています（{}）。", "The file is damaged ({})."),
    ("file_too_large", "ファイルが大きすぎます（上限 {} バイト）。", "The file is too large (limit {} bytes)."),
    ("too_many_entries", "文献の件数が多すぎます（上限 {} 件）。", "The file has too many entries (limit {})."),
    ("unreadable_file", "ファイルを読み取れませんでした（{}）。", "The file could not be read ({})."),
    (
        "gave_up",
        "{}回試みましたが完了できませんでした。もう一度実行してください。",
        "It did not finish in {} attempts. Please start it again.",
    ),
    ("internal", "サーバーで問題が発生しました。もう一度実行してください。", "Something went wrong on the server. Please start it again."),
    ("reading", "ファイルを読み取っています", "Reading the file"),
    ("preparing", "スクリーニングの準備をしています", "Preparing for screening"),
    ("comparing", "レコードを比較しています", "Comparing records"),
    ("grouping", "重複をまとめています", "Grouping duplicates"),
    (
        "encoding_guessed",
        "文字コードは{}と推定しました。この行が正しく読めるか確認してください。",
        "The encoding was guessed as {}. Please check that this line reads correctly.",
    ),
    (
        "query_mended",
        "閉じていないかっこまたは引用符があったため、補って検索しました。",
        "A bracket or quotation mark without its other half was passed over.",
    ),
];

/// The sentence for a code, if it has one.
pub fn sentence(code: &str, detail: &str, locale: &str) -> Option<String> {
    let (_, ja, en) = WORDS.iter().find(|(known, _, _)| *known == code)?;
    let japanese = locale == "ja";
    Some((if japanese { ja } else { en }).replace("{}", &told(code, detail, japanese)))
}

/// Kinds of files that hold no records, in Japanese.
const KINDS: &[(&str, &str)] = &[
    ("HTML page", "HTMLページ"),
    ("Word document", "Word文書"),
    ("JSON file", "JSONファイル"),
    ("XML file of another kind", "別の種類のXML"),
    ("binary file", "バイナリファイル"),
    ("text document", "文書ファイル"),
    ("zip archive", "ZIPファイル"),
    ("gzip archive", "gzipファイル"),
    ("RAR archive", "RARファイル"),
    ("7z archive", "7zファイル"),
    ("PNG image", "PNG画像"),
    ("JPEG image", "JPEG画像"),
    ("GIF image", "GIF画像"),
    ("RTF document", "RTF文書"),
    ("SQLite database", "SQLiteのデータベース"),
    ("program", "プログラム"),
];
/// Between a format that was chosen and the one that the file looks like.
const LOOKS_LIKE: &str = " → ";

/// A detail in the reader's language, as far as it has words.
fn told<'d>(code: &str, detail: &'d str, japanese: bool) -> Cow<'d, str> {
    if let Some((chosen, other)) = detail.split_once(LOOKS_LIKE).filter(|_| code == "no_entries") {
        return Cow::Owned(if japanese {
            format!("{chosen}。{other}のファイルのようです")
        } else {
            format!("{chosen}; it looks like {other}")
        });
    }
    if let Some((encoding, (line, bytes))) =
        detail.split_once(", ").and_then(|(encoding, at)| Some((encoding, at.split_once(": ")?))).filter(|_| code == "undecodable_file")
    {
        return Cow::Owned(if japanese {
            format!("{encoding}、{line}行目のバイト列 {bytes}")
        } else {
            format!("{encoding}, line {line}, bytes {bytes}")
        });
    }
    let kind = KINDS.iter().find(|(english, _)| japanese && matches!(code, "not_bibliographic" | "packed_file") && *english == detail);
    Cow::Borrowed(kind.map_or(detail, |(_, words)| words))
}

/// What a person calls the encoding; what Japan calls Shift_JIS has a name of its own.
pub(super) fn encoding_label(encoding: Encoding) -> String {
    match encoding {
        Encoding::Cp932 => "Shift_JIS (CP932)".into(),
        other => other.name().to_uppercase(),
    }
}

/// What a person calls the format.
pub(super) fn label(format: Format) -> &'static str {
    match format {
        Format::Ris => "RIS (.ris)",
        Format::Nbib => "PubMed / MEDLINE (.nbib)",
        Format::OvidTagged => "Ovid (tagged)",
        Format::OvidLabelled => "Ovid (labelled)",
        Format::Wos => "Web of Science (tagged)",
        Format::Refer => "EndNote import / Refer (.enw)",
        Format::RefWorks => "RefWorks (tagged)",
        Format::ProQuestText => "ProQuest (text)",
        Format::IchushiDisplay => "医中誌Web（標準形式）",
        Format::IchushiTagged => "医中誌Web（タグ形式）",
        Format::Tagged => "タグ付きテキスト / tagged text",
        Format::PubmedXml => "PubMed XML",
        Format::EbscoXml => "EBSCOhost XML",
        Format::EndnoteXml => "EndNote XML",
        Format::ZoteroRdf => "Zotero RDF",
        Format::IctrpXml => "ICTRP XML",
        Format::Bibtex => "BibTeX (.bib)",
        Format::Csv => "CSV",
        Format::Tsv => "TSV",
        Format::Jsonl => "JSON Lines (.jsonl)",
        Format::Xlsx => "Excel / OpenDocument (.xlsx, .xls, .ods)",
    }
}

/// The same for a list that is read in one language.
pub(super) fn label_in(format: Format, locale: &str) -> &'static str {
    match (format, locale) {
        (Format::Tagged, "ja") => "タグ付きテキスト",
        (Format::Tagged, _) => "Tagged text",
        (Format::IchushiDisplay, "en") => "Ichushi-Web 医中誌 (display)",
        (Format::IchushiTagged, "en") => "Ichushi-Web 医中誌 (tagged)",
        _ => label(format),
    }
}

/// A code and its detail in one stored text.
pub fn pack(code: &str, detail: &str) -> String {
    format!("{code}|{detail}")
}

/// The sentence for a packed text; a code without words is a fault of the server.
pub fn unpack(packed: &str, locale: &str) -> String {
    let (code, detail) = packed.split_once('|').unwrap_or((packed, ""));
    sentence(code, detail, locale).or_else(|| sentence("internal", "", locale)).unwrap_or_default()
}

/// What the sentence about a file that can't be read is filled with.
pub fn detail(error: &ImportError) -> String {
    match error {
        ImportError::NotBibliographic { what } => (*what).into(),
        ImportError::UnknownFormat { begins } => begins.chars().take(80).collect(),
        ImportError::NoEntries { format, looks_like: Some(other) } => format!("{}{LOOKS_LIKE}{}", label(*format), label(*other)),
        ImportError::NoEntries { format, looks_like: None } => label(*format).to_owned(),
        ImportError::Undecodable { line, bytes, encoding } => format!("{}, {line}: {bytes}", encoding_label(*encoding)),
        ImportError::Malformed { line: 0, detail } => detail.clone(),
        ImportError::Malformed { line, detail } => format!("{line}: {detail}"),
        ImportError::TooLarge { limit } => limit.to_string(),
        ImportError::TooManyEntries { limit } => limit.to_string(),
        ImportError::Io(error) => error.kind().to_string(),
        ImportError::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_both_languages_and_stands_once() {
        for (i, (code, ja, en)) in WORDS.iter().enumerate() {
            assert!(!ja.is_ascii() && en.is_ascii() && !en.is_empty(), "{code}");
            assert_eq!(ja.contains("{}"), en.contains("{}"), "{code}");
            assert!(WORDS[..i].iter().all(|other| other.0 != *code), "{code} twice");
        }
        assert_eq!(unpack(&pack("too_many_entries", "7"), "en"), "The file has too many entries (limit 7).");
        let other = ImportError::NoEntries { format: Format::Csv, looks_like: Some(Format::Ris) };
        assert!(unpack(&pack(other.code(), &detail(&other)), "en").contains("CSV; it looks like RIS"));
        let undecodable = ImportError::Undecodable { line: 3, bytes: "94".into(), encoding: Encoding::EucJp };
        let packed = pack(undecodable.code(), &detail(&undecodable));
        assert!(unpack(&packed, "en").contains("(EUC-JP, line 3, bytes 94)"));
        assert!(unpack(&packed, "ja").contains("（EUC-JP、3行目のバイト列 94）"));
        assert!(unpack(&pack("not_bibliographic", "HTML page"), "ja").contains("（HTMLページ）"));
        let zip = ImportError::NotBibliographic { what: "zip archive" };
        assert!(unpack(&pack(zip.code(), &detail(&zip)), "ja").starts_with("圧縮ファイルです（ZIPファイル）。展開"));
        assert_eq!(unpack("no_such_code", "ja"), sentence("internal", "", "ja").unwrap());
    }
}
