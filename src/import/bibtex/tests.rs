//! Odd entries, each from a kind of file that breaks other parsers.

use super::*;
use crate::import::{Format, Provider};
use crate::model::{Author, Entry, Record};
use crate::normalize::latex;

fn read_all(text: &str) -> (Vec<Record>, Vec<String>, Vec<String>) {
    let (mut records, mut rejected, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let mut sink = |entry| match entry {
        Entry::Record(parsed) => records.push(parsed.record),
        Entry::Rejected(entry) => rejected.push(format!("{}-{} {}", entry.line_start, entry.line_end, entry.reason.code)),
        Entry::Outside { text, understood, .. } => {
            if !understood {
                outside.push(text.trim().to_owned());
            }
        }
    };
    let mut out = Emit::new(&mut sink);
    read(&mut text.as_bytes(), &Context { format: Format::Bibtex, provider: Provider::Generic }, &mut out).expect("memory does not fail");
    (records, rejected, outside)
}

fn one(text: &str) -> Record {
    let (mut records, rejected, _) = read_all(text);
    assert_eq!((records.len(), rejected.len()), (1, 0), "{rejected:?}");
    records.remove(0)
}

#[test]
fn unescaped_quotes_in_ebscos_new_layout() {
    let record = one(
        "@article{2023-1,\n  title    = \"A \"quoted\" title, with a comma\",\n  author   = \"Smith, A. and Doe, B.\",\n  number   = \"null\",\n  abstract = \"He said \"yes\", and \"no\", then left.\",\n  note     = \"\",\n  year     = \"2023\"\n}\n",
    );
    assert_eq!(record.title.as_deref(), Some("A \"quoted\" title, with a comma"));
    assert_eq!(record.abstract_text.as_deref(), Some("He said \"yes\", and \"no\", then left."));
    assert_eq!((record.issue, record.year, record.authors.len()), (None, Some(2023), 2));
}

#[test]
fn latex_is_resolved() {
    for (raw, want) in [
        ("Xavier D\\'ecoret", "Xavier Décoret"),
        ("{\\'E}mile {\\\"O}zt{\\\"u}rk \\v{C}ech \\c{c}a \\o re", "Émile Öztürk Čech ça øre"),
        ("5\\% of \\$10 \\& more\\_x", "5% of $10 & more_x"),
        ("pages 1--2 --- ``q''", "pages 1–2 — “q”"),
        ("$\\alpha$-blocker at 10$^{5}$ and H$_2$O", "α-blocker at 10⁵ and H2O"),
        ("costs $5 and $10", "costs $5 and $10"),
        ("Fig.~1, but ~50%", "Fig. 1, but ~50%"),
        ("\\textit{E. coli} \\LaTeX{} x", "E. coli LaTeX x"),
        ("and\\or", "and\\or"),
        ("{\\i}\\'{\\i}", "ıí"),
    ] {
        assert_eq!(crate::normalize::text::clean(&latex::decode(raw)), want, "{raw}");
    }
}

#[test]
fn strings_joined_and_odd_delimiters() {
    let record = one(
        "@String{acm = \"ACM \" # press}\n@string{press={Press}}\n@string(acm2 = acm # {!})\n@book(k1, title = \"T\" # { U}, publisher = acm2, year = 1942, month = \"1~\" # mar)\n",
    );
    assert_eq!((record.title.as_deref(), record.publisher.as_deref()), (Some("T U"), Some("ACM press!")));
    assert_eq!((record.date.as_deref(), record.kind.as_str()), (Some("1942 1 Mar"), "BOOK"));
}

#[test]
fn one_bad_entry_costs_one() {
    let (records, rejected, outside) = read_all(
        "@article{a, title={One}}\n@article{b, title={Two, year=2020\n@article{c,\n title={Three}}\n@article{}\n@comment{x}\nstray text\n@Comment 日本語\n",
    );
    assert_eq!(records.iter().map(|record| record.title.clone().unwrap_or_default()).collect::<Vec<_>>(), ["One", "Three"]);
    assert_eq!(rejected, ["2-2 unclosed_entry", "5-5 no_fields"]);
    assert_eq!(outside, ["stray text\n@Comment 日本語"]);
}

/// Neither an entry that never ends nor a key without its comma takes the next entry with it.
#[test]
fn an_entry_begins_also_without_the_comma_after_its_key() {
    let (records, rejected, _) = read_all(
        "@article{a,\n title={Open {brace,\n year=2020\n}\n\n@article{b\n title={Second},\n year=2021\n}\n\n@article{c,\n title={Third}\n}\n",
    );
    let titles: Vec<_> = records.iter().map(|record| record.title.clone().unwrap_or_default()).collect();
    assert_eq!(titles, ["Open brace", "Second", "Third"]);
    assert!(rejected.is_empty(), "{rejected:?}");
}

#[test]
fn names_of_fields_with_blanks_keys_with_commas_duplicate_fields() {
    let record = one(
        "Scopus\nEXPORT DATE: 2 September 2018\n\n@ARTICLE{Kenny20103,17,\nauthor={van der Berg, J.P. and {World Health Organization} and others},\ntitle={{T \\& U}},\nEarly Access Date = {{DEC 2019}},\nfunding_text 1={x},\nfunding_details={a},\nfunding_details={b},\nArticle-Number = {{e17}},\n}\n",
    );
    assert_eq!(record.title.as_deref(), Some("T & U"));
    assert_eq!(record.authors.iter().map(Author::display).collect::<Vec<_>>(), ["van der Berg, J.P.", "World Health Organization"]);
    assert_eq!(record.pages.as_deref(), Some("e17"));
    assert_eq!(record.extra.iter().filter(|(name, _)| name == "funding-details").count(), 2);
    assert!(record.extra.contains(&("early-access-date".to_owned(), "DEC 2019".to_owned())));
}

#[test]
fn crossref_finds_a_parent_further_down() {
    let (records, ..) = read_all(
        "@incollection{c, title={Chapter}, crossref={b}, pages={1--9}}\n@article{x, title={Between}}\n@book{b, title={Book}, publisher={P}, year={1999}, editor={E, F}}\n",
    );
    assert_eq!(records.iter().map(|record| record.title.clone().unwrap_or_default()).collect::<Vec<_>>(), ["Chapter", "Between", "Book"]);
    assert_eq!(
        (records[0].journal.as_deref(), records[0].publisher.as_deref(), records[0].year, records[0].pages.as_deref()),
        (Some("Book"), Some("P"), Some(1999), Some("1-9"))
    );
    let (records, ..) = read_all("@incollection{c, title={Chapter}, crossref={nowhere}}\n@article{c2, title={Self}, crossref={c2}}\n");
    assert_eq!(records.len(), 2);
}

#[test]
fn what_encode_writes_decode_reads() {
    for text in ["a & b_c {d} 5% $x$ #1 ~ ^ \\ --- `` ''", "精神障害", "plain"] {
        assert_eq!(latex::decode(&latex::encode(text)), text);
    }
}

#[test]
fn hostile_files_end_quickly() {
    let unclosed = format!("@article{{a, title = \"{}", "x ".repeat(25 << 20));
    let (records, rejected, _) = read_all(&unclosed);
    assert_eq!((records.len(), rejected.len()), (0, 1));
    let mut bomb = String::from("@string{a0={xxxxxxxxxx}}\n");
    for n in 1..40 {
        bomb.push_str(&format!("@string{{a{n}=a{} # a{}}}\n", n - 1, n - 1));
    }
    bomb.push_str("@article{k, title={T}, note=a39}\n");
    assert_eq!(one(&bomb).title.as_deref(), Some("T"));
    let (records, rejected, _) = read_all(&"@article{".repeat(100_000));
    assert!(records.len() + rejected.len() <= 1);
    let (records, ..) = read_all(&format!("@article{{k, title={}T{}}}", "{".repeat(100_000), "}".repeat(100_000)));
    assert_eq!(records.len(), 1);
}

#[test]
fn ebscos_keys_hold_the_accession_number() {
    for (key, want) in [
        ("1990-02849-00119890601", Some("1990-02849-001")),
        ("17370987920231001", Some("173709879")),
        ("2023-1", None),
        ("smith20200101", None),
        ("17370987920239901", None),
    ] {
        let mut sink = |entry| {
            if let Entry::Record(parsed) = entry {
                assert_eq!(parsed.record.accession.as_deref(), want, "{key}");
            }
        };
        let context = Context { format: Format::Bibtex, provider: Provider::Ebsco };
        let mut out = Emit::new(&mut sink);
        read(&mut format!("@article{{{key},\n Title = {{T}},\n}}\n").as_bytes(), &context, &mut out).expect("memory does not fail");
        assert_eq!(out.records, 1, "{key}");
    }
}

#[test]
fn fields_that_nobody_knows_are_shown_and_mapped() {
    let text = "@article{k, title = {T}, shelf = {Room 3}, tijdschrift = {Journal of Tests}}\n@misc{l, title = {U}, shelf = {Room 4}}\n";
    let read = |mapping| {
        let mut records = Vec::new();
        let options = crate::import::Options { mapping, ..crate::import::Options::default() };
        let summary = crate::import::read(text.as_bytes(), &options, &mut |entry| {
            if let Entry::Record(parsed) = entry {
                records.push(parsed.record);
            }
        });
        (summary.expect("BibTeX"), records)
    };
    let (summary, records) = read(None);
    let seen: Vec<_> = summary.naming.seen.iter().map(|seen| (seen.name.as_str(), seen.examples.join("|"))).collect();
    assert_eq!(seen, [("shelf", "Room 3|Room 4".to_owned()), ("tijdschrift", "Journal of Tests".to_owned())], "the key is known");
    assert_eq!(records[0].journal, None);
    let names = vec![crate::import::mapping::Named { name: "tijdschrift".into(), field: "journal".into() }];
    let (_, records) = read(Some(crate::import::Mapping { names, ..summary.naming.mapping }));
    assert_eq!(records[0].journal.as_deref(), Some("Journal of Tests"));
    assert!(records[0].extra.iter().all(|(name, _)| name != "tijdschrift"));
}
