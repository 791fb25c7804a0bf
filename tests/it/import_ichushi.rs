//! 医中誌Web in every layout that it may be handed over in. One rule: THE FILES HERE ARE INVENTED (no real download could be had; see
//! `docs/FORMATS.md`), made of the data items and content rules that JAMAS publishes; each convention is checked as a field.

use erabi::import::{self, Format, Options, Provider};
use erabi::model::{Entry, Record};

/// Invented. The same two articles as each layout would write them: an article with both titles, a proceeding under a Pre number.
const LAYOUTS: &[(&str, Format, &str)] = &[
    (
        "RIS",
        Format::Ris,
        "TY  - JOUR\nID  - 2024069945\nTI  - 臨床的な検討(Clinical stroke and its care)(原著論文)(英語)\nAU  - 小林 美貴子(架空大学 看護学部)\nAU  - 若林 靖史\n\
         JO  - 信州医学雑誌(0037-3826)\nVL  - 60巻\nIS  - 1号\nSP  - Page38-45\nPY  - 2012.02\nDB  - 医中誌Web\nAB  - 【目的】見る。\nZZ  - 残る\nER  - \n\n\
         TY  - ABST\nID  - M227360015\nTI  - 乳頭筋断裂の1例（会議録）\nAU  - 山田 太郎(架空病院 内科)\nJO  - Dementia Japan\nSN  - 1342-646X\nVL  - 37\nIS  - 4\nSP  - Page705\nPY  - 2023.10\nDB  - 医中誌Web\nER  - \n",
    ),
    (
        "Refer/BibIX",
        Format::Refer,
        "%0 Journal Article\n%M 2024069945\n%T 臨床的な検討(Clinical stroke and its care)(原著論文)(英語)\n%A 小林 美貴子(架空大学 看護学部)\n%A 若林 靖史\n\
         %J 信州医学雑誌(0037-3826)60巻1号 Page38-45(2012.02)\n%X 【目的】見る。\n%~ 医中誌Web\n%q 残る\n\n\
         %0 Journal Article\n%M M227360015\n%T 乳頭筋断裂の1例（会議録）\n%A 山田 太郎(架空病院 内科)\n%J Dementia Japan\n%@ 1342-646X\n%V 37\n%N 4\n%P Page705\n%D 2023.10\n",
    ),
    (
        "MEDLINE-like",
        Format::Nbib,
        "PMID- 2024069945\nTI  - 臨床的な検討(Clinical stroke and its care)(原著論文)(英語)\nAU  - 小林 美貴子(架空大学 看護学部)\nAU  - 若林 靖史\n\
         AB  - 【目的】見る。\nSO  - 信州医学雑誌(0037-3826)60巻1号 Page38-45(2012.02)\nZZ  - 残る\n\n\
         PMID- M227360015\nTI  - 乳頭筋断裂の1例（会議録）\nFAU - 山田 太郎(架空病院 内科)\nAU  - 山田 太郎\nJT  - Dementia Japan\nIS  - 1342-646X\nVI  - 37\nIP  - 4\nPG  - Page705\nDP  - 2023.10\n",
    ),
    (
        "BibTeX",
        Format::Bibtex,
        "@article{2024069945,\n title = {臨床的な検討(Clinical stroke and its care)(原著論文)(英語)},\n author = {小林 美貴子(架空大学 看護学部) and 若林 靖史},\n\
         journal = {信州医学雑誌(0037-3826)},\n volume = {60巻},\n number = {1号},\n pages = {Page38-45},\n year = {2012.02},\n abstract = {【目的】見る。},\n zz = {残る}\n}\n\
         @article{M227360015,\n title = {乳頭筋断裂の1例（会議録）},\n author = {山田 太郎(架空病院 内科)},\n journal = {Dementia Japan},\n issn = {1342-646X},\n volume = {37},\n number = {4},\n pages = {Page705},\n year = {2023.10}\n}\n",
    ),
    (
        "CSV",
        Format::Csv,
        "医中誌文献番号,タイトル,著者名,収載誌名,ISSN,巻,号,ページ,発行年月,抄録,zz\n\
         2024069945,臨床的な検討(Clinical stroke and its care)(原著論文)(英語),\"小林 美貴子(架空大学 看護学部), 若林 靖史\",信州医学雑誌(0037-3826),,60巻,1号,Page38-45,2012.02,【目的】見る。,残る\n\
         M227360015,乳頭筋断裂の1例（会議録）,山田 太郎(架空病院 内科),Dementia Japan,1342-646X,37,4,Page705,2023.10,,\n",
    ),
    (
        "display layout",
        Format::IchushiDisplay,
        "2024069945\n臨床的な検討(Clinical stroke and its care)(原著論文)(英語)\nAuthor:小林 美貴子(架空大学 看護学部), 若林 靖史\n\
         Source:信州医学雑誌(0037-3826)60巻1号 Page38-45(2012.02)\nAbstract:【目的】見る。\n\n\
         M227360015\n乳頭筋断裂の1例（会議録）\nAuthor:山田 太郎(架空病院 内科)\nSource:Dementia Japan(1342-646X) Vol.37(4) Page705 (2023.10)\n",
    ),
    (
        "tagged text by its profile",
        Format::IchushiTagged,
        "UI - 2024069945\nTI - 臨床的な検討(Clinical stroke and its care)(原著論文)(英語)\nAU - 小林 美貴子(架空大学 看護学部), 若林 靖史\n\
         SO - 信州医学雑誌(0037-3826)60巻1号 Page38-45(2012.02)\nAB - 【目的】見る。\nZZ - 残る\n\n\
         UI - M227360015\nTI - 乳頭筋断裂の1例（会議録）\nAU - 山田 太郎(架空病院 内科)\nJN - Dementia Japan\nSN - 1342-646X\nVO - 37\nNO - 4\nPG - Page705\nPY - 2023.10\n",
    ),
];

fn read(text: &str) -> (import::Summary, Vec<Record>) {
    let mut records = Vec::new();
    let summary = import::read(text.as_bytes(), &Options::default(), &mut |entry| {
        if let Entry::Record(parsed) = entry {
            records.push(parsed.record);
        }
    });
    (summary.expect("an export"), records)
}

/// The fields of a record, a line each, in a fixed order.
fn facts(record: &Record) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let names: Vec<_> = record.authors.iter().map(|author| format!("{}|{}|{}", author.family, author.given, author.literal)).collect();
    vec![
        text(&record.title),
        text(&record.title_other),
        names.join("; "),
        record.affiliations.join("; "),
        text(&record.journal),
        record.issn.join("; "),
        format!("{} ({}) {}", text(&record.volume), text(&record.issue), text(&record.pages)),
        format!("{} {}", record.year.unwrap_or_default(), text(&record.date)),
        record.publication_types.join("; "),
        text(&record.language),
        text(&record.accession),
        text(&record.pmid),
        text(&record.abstract_text),
        text(&record.database),
    ]
}

/// The facts of the first article of `LAYOUTS`.
const FIRST: [&str; 14] = [
    "臨床的な検討",
    "Clinical stroke and its care",
    "小林|美貴子|; 若林|靖史|",
    "架空大学 看護学部",
    "信州医学雑誌",
    "0037-3826",
    "60 (1) 38-45",
    "2012 2012.02",
    "原著論文",
    "en",
    "2024069945",
    "",
    "【目的】見る。",
    "医中誌Web",
];

#[test]
fn every_layout_gives_the_same_fields() {
    let second = [
        "乳頭筋断裂の1例",
        "",
        "山田|太郎|",
        "架空病院 内科",
        "Dementia Japan",
        "1342-646X",
        "37 (4) 705",
        "2023 2023.10",
        "会議録",
        "",
        "M227360015",
        "",
        "",
        "医中誌Web",
    ];
    for (layout, format, text) in LAYOUTS {
        let (summary, records) = read(text);
        assert_eq!((summary.format, summary.provider, summary.rejected), (*format, Provider::Ichushi, 0), "{layout}");
        assert_eq!(records.len(), 2, "{layout}");
        for (record, expected) in records.iter().zip([&FIRST, &second]) {
            assert_eq!(facts(record), expected, "{layout}");
        }
    }
}

#[test]
fn an_unknown_tag_stays_with_its_record() {
    for (layout, _, text) in LAYOUTS.iter().filter(|(_, _, text)| text.contains("残る")) {
        let (_, records) = read(text);
        let kept: Vec<_> = records[0].extra.iter().filter(|(_, value)| value == "残る").map(|(name, _)| name.to_lowercase()).collect();
        assert!(matches!(kept[..], [ref name] if ["zz", "%q"].contains(&name.as_str())), "{layout}: {:?}", records[0].extra);
    }
}

/// An article in another language carries the original and a Japanese translation of its title; its language stands behind them.
#[test]
fn a_foreign_article_has_both_titles() {
    let text = "2024069946\nClinical stroke in Japan(日本における脳卒中)(原著論文)(英語)\nAuthor:Doe Ann\nSource:Dementia Japan(1342-646X) Vol.37(4) Page705 (2023.10)\n";
    let (_, records) = read(text);
    assert_eq!(facts(&records[0])[..2], ["Clinical stroke in Japan", "日本における脳卒中"]);
    assert_eq!((records[0].language.as_deref(), records[0].publication_types.join("; ").as_str()), (Some("en"), "原著論文"));
}

/// Invented: the names of data items that JAMAS uses in its help, with the signs that tagged texts use.
#[test]
fn labels_of_any_make_are_fields() {
    let names: [[&str; 7]; 3] = [
        ["文献番号", "標題", "著者", "誌名", "巻号頁", "論文種類", "抄録"],
        ["医中誌文献番号", "タイトル", "著者名", "収載誌名", "巻(号)頁", "論文種類", "抄録"],
        ["Document ID", "Title", "Author", "雑誌名", "巻号ページ", "Article type", "Abstract"],
    ];
    let first = [
        "2024069945",
        "臨床的な検討(原著論文)",
        "小林 美貴子(架空大学 看護学部), 若林 靖史",
        "信州医学雑誌(0037-3826)",
        "60巻1号 Page38-45(2012.02)",
    ];
    let second = ["M227360015", "乳頭筋断裂の1例", "山田 太郎", "架空看護研究", "37巻4号 Page705(2023.10)"];
    for marks in [("", ": "), ("", "："), ("", ":"), ("【", "】"), ("［", "］"), ("[", "] "), ("", " - "), ("", "\t"), ("<", ">")] {
        for names in &names {
            let entry = |values: &[&str], more: &str| {
                let lines: String =
                    names.iter().zip(values).map(|(name, value)| format!("{}{name}{}{value}\n", marks.0, marks.1)).collect();
                format!(
                    "{lines}{}{}{}原著論文／比較研究\n{}{}{}【目的】見る。\n方法：見た。\n{more}",
                    marks.0, names[5], marks.1, marks.0, names[6], marks.1
                )
            };
            let text = format!("{}\n{}", entry(&first, "結果：見えた。\n"), entry(&second, "結果：見えない。\n"));
            let (summary, records) = read(&text);
            assert_eq!((summary.provider, summary.records, summary.rejected), (Provider::Ichushi, 2, 0), "{text}");
            assert!(summary.issues.is_empty(), "{:?}\n{text}", summary.issues);
            let said = facts(&records[0]);
            assert_eq!(
                (&*said[0], &*said[10], &*said[12]),
                (FIRST[0], FIRST[10], "【目的】見る。\n方法：見た。\n結果：見えた。"),
                "{text}"
            );
            assert_eq!(said[2..8], FIRST[2..8], "{text}");
            assert_eq!(said[8], "原著論文; 比較研究", "{text}");
            assert_eq!((records[1].year, records[1].pages.as_deref()), (Some(2023), Some("705")), "{text}");
            assert_eq!(records[1].publication_types, ["原著論文", "比較研究"], "{text}");
        }
    }
}

/// Invented: a label that nobody knows, in the display layout under a bare number; a title that goes on with a colon stays one.
#[test]
fn an_unknown_label_of_the_display_layout_is_no_author() {
    let text = "2024069945\n看護師の役割\n副題：文献の検討\nAuthor:小林 美貴子\n特集名:看護の今\nSource:信州医学雑誌(0037-3826)60巻1号 Page38(2012.02)\n配置:第2書庫\nAbstract:【目的】見る。\n方法:見た。\n\n";
    let (summary, records) = read(text);
    assert_eq!((summary.format, records.len()), (Format::IchushiDisplay, 1));
    assert_eq!(records[0].title.as_deref(), Some("看護師の役割 副題：文献の検討"));
    assert_eq!(records[0].authors.len(), 1);
    let kept = [("特集名", "看護の今"), ("配置", "第2書庫")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(records[0].extra, kept);
    assert_eq!(records[0].abstract_text.as_deref(), Some("【目的】見る。\n方法:見た。"));
    assert_eq!(summary.issues[0].code, "unknown_tags");
}

/// Invented: spreadsheets that name one author, and the place in one cell.
#[test]
fn a_first_author_stands_where_nobody_else_is_named() {
    let (_, records) = read("タイトル,筆頭著者,雑誌名,巻・号・頁\nある研究,山田 太郎,看護,40巻2号 123-130頁\n");
    assert_eq!((records[0].authors[0].family.as_str(), records[0].pages.as_deref()), ("山田", Some("123-130")));
    let (_, records) = read("Title,First Author,Authors,Year\nA,Doe J,\"Doe J, Roe R\",2020\n");
    assert_eq!(records[0].authors.len(), 2);
}

/// Invented: what a lead says of a label holds in the display layout too.
#[test]
fn a_label_of_the_display_layout_is_explained_by_a_lead() {
    let text = "2024069945\n題\nAuthor:小林 美貴子\n特集名:看護の今\nSource:信州医学雑誌(0037-3826)60巻1号 Page38(2012.02)\n";
    let named = import::mapping::Named { name: "特集名".to_owned(), field: "notes".to_owned() };
    let mapping = import::mapping::Mapping { names: vec![named], ..read(text).0.naming.mapping };
    let mut notes = Vec::new();
    let options = Options { mapping: Some(mapping), ..Options::default() };
    import::read(text.as_bytes(), &options, &mut |entry| {
        if let Entry::Record(parsed) = entry {
            notes.extend(parsed.record.notes);
        }
    })
    .expect("an export");
    assert_eq!(notes, ["看護の今"]);
}

/// Invented: a spreadsheet whose column of journals holds the whole place.
#[test]
fn a_journal_with_its_place_is_taken_apart() {
    let text = "医中誌文献番号,タイトル,著者名,収載誌,発行年\n2024069945,題,山田 太郎,信州医学雑誌(0037-3826)60巻1号 Page38-45(2012.02),2012\n\
        2024069946,題二,山田 太郎,精神医学(0488-1281),2013\n2024069947,題三,山田 太郎,第3巻の会雑誌,2014\n";
    let (_, records) = read(text);
    let said: Vec<_> = records.iter().map(|record| facts(record)[4..8].join("|")).collect();
    assert_eq!(said[0], "信州医学雑誌|0037-3826|60 (1) 38-45|2012 2012.02");
    assert_eq!(said[1], "精神医学|0488-1281| () |2013 ");
    assert_eq!(records[2].journal.as_deref(), Some("第3巻の会雑誌"));
}
