//! Tables as they are found: headers in odd rows, odd delimiters, broken quotes.

use super::*;
use crate::model::Entry;

/// Records, rejected entries, lines outside with whether they were understood, codes of issues.
type Outcome = (Vec<Record>, Vec<String>, Vec<(u32, bool)>, Vec<String>);

fn read_all(text: &str) -> Outcome {
    let (mut records, mut rejected, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut sink = |entry| match entry {
        Entry::Record(parsed) => records.push(parsed.record),
        Entry::Rejected(entry) => rejected.push(format!("{}-{} {}", entry.line_start, entry.line_end, entry.reason.code)),
        Entry::Outside { line_start, understood, .. } => outside.push((line_start, understood)),
    };
    let mut out = Emit::new(&mut sink);
    read(&mut text.as_bytes(), &Context { format: Format::Csv, provider: Provider::Generic }, &mut out).expect("a table");
    let issues = out.issues.iter().map(|issue| issue.code.clone()).collect();
    (records, rejected, outside, issues)
}

#[test]
fn the_header_stands_where_its_names_do() {
    let (records, rejected, outside, issues) = read_all(
        "proquest,,,\n\nTitle,Subtitle,Author,PubDate\nT,S,\"A, B; C, D\",2022-01-01\n,,,\nTitle,Subtitle,Author,PubDate\n,,,2020\n",
    );
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].title.as_deref(), records[0].authors.len(), records[0].year), (Some("T: S"), 2, Some(2022)));
    assert_eq!(rejected, ["7-7 too_little"]);
    assert_eq!(outside.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 5, 6]);
    assert!(issues.is_empty(), "{issues:?}");
}

#[test]
fn delimiters_are_found() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = ["title", "authors", "year"].join(delimiter) + "\n" + &["T", "\"Smith, J; Doe, A\"", "2020"].join(delimiter) + "\n";
        let (records, ..) = read_all(&text);
        assert_eq!((records[0].title.as_deref(), records[0].authors.len(), records[0].year), (Some("T"), 2, Some(2020)), "{delimiter}");
    }
}

#[test]
fn pythons_lists_and_the_callers_id() {
    let (records, _, _, issues) = read_all(
        "id,title,first_authors,keywords,start_page,strange\n12345,T,\"['Marx, Karl', \"\"O'Neill, B\"\"]\",\"['a', 'b, c']\",e08,x\n",
    );
    let record = &records[0];
    assert_eq!(record.external_id.as_deref(), Some("12345"));
    assert_eq!(record.authors.iter().map(crate::model::Author::display).collect::<Vec<_>>(), ["Marx, Karl", "O'Neill, B"]);
    assert_eq!(record.keywords.iter().map(|keyword| keyword.term.as_str()).collect::<Vec<_>>(), ["a", "b, c"]);
    assert_eq!(record.extra, [("strange".to_owned(), "x".to_owned())]);
    assert_eq!(issues, ["unknown_columns"]);
}

#[test]
fn what_looks_like_a_table() {
    assert!(seen_in("title,abstract\n\"T\",\"\"\n").is_some());
    assert!(seen_in("タイトル\t著者名\t収載誌名\nx\ty\tz\n").is_some());
    assert!(seen_in("saved\n\n\nTitle,Authors,Source Title,Publication Year\n").is_some());
    assert!(seen_in("Dear all,\nplease find the title attached, with thanks\n").is_none());
    assert!(seen_in("TY  - JOUR\nTI  - x\n").is_none());
    assert!(seen_in("").is_none());
}

#[test]
fn hostile_tables_end_quickly() {
    let (records, rejected, ..) = read_all(&format!("title,authors\n\"{}", "x".repeat(50 << 20)));
    assert_eq!((records.len(), !rejected.is_empty()), (0, true));
    let (records, rejected, ..) = read_all(&format!("title,authors\n{}", "\"a,b\n".repeat(200_000)));
    assert!(records.len() + rejected.len() > 0);
    let (records, ..) = read_all(&format!("title,{}\nT{}\n", "c,".repeat(200_000), ",v".repeat(200_000)));
    assert_eq!(records.len(), 1);
}

#[test]
fn a_lead_says_what_columns_mean() {
    let text = "検索結果一覧,,,\nNo.,文献,筆頭,題名,題目,佐藤の判断,山田の判断\n7,精神看護,山田 花子,題,別の題,採用,除外\n8,看護,佐藤 一,題二,,保留,採用\n";
    let read = |mapping: Option<Mapping>| {
        let mut records = Vec::new();
        let options = crate::import::Options { format: Some(Format::Csv), mapping, ..crate::import::Options::default() };
        let summary = crate::import::read(text.as_bytes(), &options, &mut |entry| {
            if let Entry::Record(parsed) = entry {
                records.push(parsed.record);
            }
        });
        (summary.expect("a table"), records)
    };
    let (summary, records) = read(None);
    let seen: Vec<_> = summary.naming.seen.iter().map(|seen| (seen.name.as_str(), seen.field)).collect();
    assert_eq!(seen[..5], [("No.", "known"), ("文献", ""), ("筆頭", ""), ("題名", "title"), ("題目", "")]);
    assert_eq!(summary.naming.seen[1].examples, ["精神看護", "看護"]);
    assert_eq!(records[0].extra[0], ("文献".to_owned(), "精神看護".to_owned()));
    let names = [
        ("no", "accession"),
        ("文献", "journal"),
        ("筆頭", "authors"),
        ("題目", "title"),
        ("題名", "title_other"),
        ("佐藤の判断", "verdict"),
        ("山田の判断", "verdict"),
    ];
    let names = names.map(|(name, field)| crate::import::mapping::Named { name: name.into(), field: field.into() }).to_vec();
    let (summary, records) = read(Some(Mapping { names, ..summary.naming.mapping }));
    assert!(summary.naming.seen.iter().all(|seen| seen.mapped), "{:?}", summary.naming.seen);
    let first = &records[0];
    assert_eq!((first.accession.as_deref(), first.journal.as_deref(), first.authors.len()), (Some("7"), Some("精神看護"), 1));
    assert_eq!((first.title.as_deref(), first.title_other.as_deref()), (Some("別の題"), Some("題")));
    let said: Vec<_> = first.prior_decisions.iter().map(|d| (d.reviewer.as_str(), d.verdict.as_str())).collect();
    assert_eq!(said, [("佐藤の判断", "include"), ("山田の判断", "exclude")]);
    assert_eq!(records[1].title.as_deref(), Some("題二"), "the other title stands where there is no title");
}

#[test]
fn names_of_signs_alone_are_names() {
    // a row of one long cell and empty ones is no header that a lead spoke of (found by fuzzing)
    let text = "％\tR&amp;D\t＊＊\n地域生活の支援\t\t看護\n退院調整\t\t\t\t\n";
    let mut options = crate::import::Options { format: Some(Format::Tsv), ..crate::import::Options::default() };
    let first = crate::import::read(text.as_bytes(), &options, &mut |_| {}).expect("a table");
    let names = ["％", "R&D", "＊＊"].into_iter().zip(["title", "note", "journal"]);
    let names = names.map(|(name, field)| crate::import::mapping::Named { name: name.into(), field: field.into() }).collect();
    options.mapping = Some(Mapping { names, ..first.naming.mapping });
    let mut read = Vec::new();
    let mut sink = |entry| {
        if let Entry::Record(parsed) = entry {
            read.push((parsed.record.title.unwrap_or_default(), parsed.record.journal));
        }
    };
    crate::import::read(text.as_bytes(), &options, &mut sink).expect("a mapping makes nothing unreadable");
    assert_eq!(read, [("地域生活の支援".to_owned(), Some("看護".to_owned())), ("退院調整".to_owned(), None)]);
}

#[test]
fn two_columns_for_one_field_are_a_question() {
    let mut sink = |_| {};
    let mut out = Emit::new(&mut sink);
    let text = "Title,Article Title,Author,Keywords,Tags\nA,B,C,D,E\n";
    read(&mut text.as_bytes(), &Context { format: Format::Csv, provider: Provider::Generic }, &mut out).expect("a table");
    let doubtful: Vec<_> = out.naming.seen.iter().filter(|seen| seen.ambiguous).map(|seen| seen.name.as_str()).collect();
    assert_eq!(doubtful, ["Title", "Article Title"]);
}

#[test]
fn a_workbook_of_two_unknown_sheets_is_mapped_whole() {
    let row = |cells: &[&str], n: u32| Row {
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        raw: cells.join("\t"),
        line_start: n,
        line_end: n,
        broken: None,
    };
    let named = |name: &str, field: &str| crate::import::mapping::Named { name: name.into(), field: field.into() };
    let mapping =
        Mapping { names: vec![named("論題名", "title"), named("筆頭", "authors"), named("演題", "title")], ..Mapping::default() };
    let mapped = mapping.columns();
    for header in [["論題名", "筆頭"], ["演題", "筆頭"]] {
        let rows = [row(&["一覧"], 1), row(&header, 2), row(&["題", "山田 花子"], 3)];
        assert_eq!(header_row(rows.iter().map(|row| row.cells.as_slice()), &mapped), Some(1));
        let record = record::record(&header::columns(&rows[1].cells, Provider::Generic, &mapped), &rows[2].cells, Provider::Generic).0;
        assert_eq!((record.title.as_deref(), record.authors.len()), (Some("題"), 1));
    }
    assert!(!is_mapped(&["筆頭".to_owned(), "x".to_owned()], &mapped), "one name of several is chance");
}

#[test]
fn a_table_without_a_header_keeps_its_first_row() {
    let read = |text: &str, header: Option<bool>, mapping: Option<Mapping>| {
        let mut rows = Vec::new();
        let options = crate::import::Options { format: Some(Format::Csv), header, mapping, ..crate::import::Options::default() };
        let summary = crate::import::read(text.as_bytes(), &options, &mut |entry| match entry {
            Entry::Record(parsed) => rows.push((parsed.line_start, parsed.record.title.unwrap_or_default())),
            Entry::Rejected(entry) => rows.push((entry.line_start, String::new())),
            Entry::Outside { .. } => {}
        });
        (summary.expect("a table").naming, rows)
    };
    let named = |name: &str, field: &str| crate::import::mapping::Named { name: name.into(), field: field.into() };
    // a year tells that nobody's columns are called so
    let text = "一覧,,\n地域生活の支援,山田 花子,2012\n退院調整,佐藤 一,2015\n";
    let (naming, rows) = read(text, None, None);
    assert!(naming.mapping.headless);
    assert_eq!(naming.mapping.header, ["column 1", "column 2", "column 3"]);
    assert_eq!(naming.seen[0].examples, ["地域生活の支援", "退院調整"]);
    assert_eq!(rows, [(2, String::new()), (3, String::new())]);
    let mapping = Mapping { names: vec![named("column 1", "title"), named("column 3", "year")], ..naming.mapping };
    assert_eq!(read(text, None, Some(mapping.clone())).1, [(2, "地域生活の支援".to_owned()), (3, "退院調整".to_owned())]);
    // words alone might be names: a lead says that they are not
    let words = "地域生活の支援,山田 花子,精神看護\n退院調整,佐藤 一,看護\n";
    let (naming, rows) = read(words, None, None);
    assert!(!naming.mapping.headless && rows.len() == 1 && !mapping.fits(&naming.mapping));
    let (naming, _) = read(words, Some(false), None);
    assert!(mapping.fits(&naming.mapping) && naming.mapping.headless);
    assert_eq!(read(words, Some(false), Some(mapping.clone())).1.len(), 2);
    let wider = Mapping { header: ["column 1", "column 2"].map(str::to_owned).to_vec(), ..mapping.clone() };
    assert!(!wider.fits(&naming.mapping), "another width is another table");
    // and a lead says that the first row names them after all
    assert_eq!(read(text, Some(true), None).1.len(), 1);
    assert!(!read("Title,Year\n2012,2013\n", None, None).0.mapping.headless, "a known name is a header");
}

/// Invented; the columns are those of EBSCOhost's XML turned into a table, after a spreadsheet had it.
#[test]
fn ebscohost_gives_the_first_page_and_how_many() {
    let (records, ..) = read_all(
        "artinfo/tig/atl,artinfo/aug/au/0,jinfo/issn,pubinfo/dt/_year,pubinfo/dt/_month,pubinfo/dt/_day,pubinfo/dt/__text,artinfo/ppf,artinfo/ppct\n\
         A,\"Doe, A.\",1485598,2020,3,1,Mar-20,59,9\nB,\"Doe, A.\",14726947,2012,1,2,2012 Supplement 1,S6,1\nC,\"Doe, A.\",1485597,2020,3,1,2020,7,\n",
    );
    let pages: Vec<_> = records.iter().map(|record| record.pages.as_deref()).collect();
    assert_eq!(pages, [Some("59-67"), Some("S6"), Some("7")]);
    assert_eq!(records[0].date.as_deref(), Some("2020 3 1"));
    assert_eq!((records[0].issn.as_slice(), records[2].issn.as_slice()), (&["0148-5598".to_owned()][..], &[][..]));
}

#[test]
fn names_in_full_and_names_in_quotes() {
    let (records, ..) =
        read_all("Authors,Author full names,Title,Source title,EID\nVan Kerschaver E.,\"Van Kerschaver, E. (660)\",T,J,2-s2.0-1\n");
    assert_eq!((records[0].authors.len(), records[0].authors[0].family.as_str()), (1, "Van Kerschaver"));
    let (records, ..) = read_all("title,authors,year\nT,\"'Neeltje van Doe', 'Ann O'Roe'\",2020\n");
    let names: Vec<_> = records[0].authors.iter().map(|author| (author.family.as_str(), author.given.as_str())).collect();
    assert_eq!(names, [("van Doe", "Neeltje"), ("O'Roe", "Ann")]);
}

/// Invented; the columns are those of embase.com.
#[test]
fn embase_marks_the_terms_an_article_is_about() {
    let (records, ..) = read_all(
        "Title,Author Names,Source,Emtree Medical Index Terms (Major Focus),Emtree Medical Index Terms,keywords,Open URL Link\n\
         T,Doe A.,Cancer (2004) 102:4 (253-258),\"cyst (diagnosis, surgery), fluid\",adult,adult,http://sfx.example.org/x?sid=EMBASE&issn=14726947&date=2004\n",
    );
    let terms: Vec<_> = records[0].keywords.iter().map(|term| (term.term.as_str(), &*term.kind, term.major)).collect();
    assert_eq!(terms, [("cyst (diagnosis, surgery)", "thesaurus", true), ("fluid", "thesaurus", true), ("adult", "thesaurus", false)]);
    assert_eq!(records[0].issn, ["1472-6947"]);
}

#[test]
fn people_of_an_address_and_people_named_twice() {
    let (records, ..) = read_all("Title,Authors,Addresses\nT,\"Doe, A\",\"[Doe, A; Roe, J] Univ A, Town; [Poe, E] Univ B\"\n");
    assert_eq!(records[0].affiliations, ["[Doe, A; Roe, J] Univ A, Town", "[Poe, E] Univ B"]);
    let (records, ..) = read_all("Title,Author,SourceType,DocumentUrl\nT,\"Doe, Ann; Doe, Ann; Roe, Jo\",Scholarly Journals,\n");
    assert_eq!(records[0].authors.len(), 2);
}

#[test]
fn a_column_of_its_own_beats_the_citation() {
    let (records, ..) = read_all(
        "PMID,Title,Citation,issue\n1,T,Nature. 2021 Dec 21;1(2):10-11. doi: 10.5555/n.,12\n2,T,Nature. 2021 Dec 21;1(2):10-11.,\n",
    );
    let issues: Vec<_> = records.iter().map(|record| (record.issue.as_deref(), record.volume.as_deref())).collect();
    assert_eq!(issues, [(Some("12"), Some("1")), (Some("2"), Some("1"))]);
}
