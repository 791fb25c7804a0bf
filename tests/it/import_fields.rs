//! Fields of chosen records of real exports, as they were checked by eye against the files' own text. One rule: facts only — ids,
//! names, numbers; of titles and abstracts only how long they are.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use erabi::import::{self, Options};
use erabi::model::{Entry, Record};

use crate::samples::samples;

/// Where what was checked stands.
const GOLDEN: &str = "tests/golden/import-fields.txt";

/// Sample and the numbers of three or more of its records.
const CHOSEN: &[(&str, &[u32])] = &[
    ("ovid-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__psycinfo.rec1-80.ris", &[1, 40, 80]),
    ("ovid-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__medline.ris", &[1, 95, 190]),
    ("ebsco-ris/ESHackathon-CiteSource__psycinfo_64.ris", &[1, 32, 64]),
    ("psycnet-ris/CoLRev-Environment-colrev__psycinfo_ris.ris", &[1]),
    ("proquest-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__proquest.ris", &[1, 33, 66]),
    ("scopus-ris/mjwestgate-revtools__restoration_scopus.ris", &[1, 143, 286]),
    ("wos-ris/camaradesuk-ASySD__wos_test.ris", &[1, 25, 50]),
    ("endnote-ris/nealhaddaway-bibfix__embase.rec1-250.RIS", &[1, 125, 250]),
    ("zotero-ris/ESHackathon-CiteSource__20221207_gambling-harms_psycinfo_124.ris", &[1, 62, 124]),
    ("japanese-ris/index-14165529780__cinii_research.ris", &[1]),
    ("pubmed-nbib/AliAzlanDev-Reflib__blue-light.nbib", &[1, 40, 80]),
    ("pubmed-xml/clbustos-buhos__efetch_summary.xml", &[1, 2]),
    ("pubmed-xml/zotero-translator__PubMed_XML_07.xml", &[1]),
    ("pubmed-xml/zotero-translator__PubMed_XML_01.xml", &[1]),
    ("ovid-tagged/ijmarshall-robotsearch__ovid.rec1-60.txt", &[1, 30, 60]),
    ("ovid-labelled/JabRef-jabref__OvidImporterTest1.txt", &[1, 2, 3]),
    ("ebsco-xml/wilddamon-cs-scoping-review__psycinfo_export.rec1-300.xml", &[1, 150, 300]),
    ("endnote-xml/AliAzlanDev-Reflib__blue-light.xml", &[1, 51, 102]),
    ("endnote-enw/JabRef-jabref__Endnote.entries.enw", &[1, 7, 13]),
    ("zotero-rdf/diging-tethne__zotero.rdf", &[1, 6, 12]),
    ("wos-txt/mjwestgate-revtools__restoration_WoS.ciw", &[1, 120, 247]),
    ("ebsco-bib/clbustos-buhos__ebscohost_wrong_1.rec1-75.bib", &[1, 38, 75]),
    ("bibtex/ropensci-RefManageR__biblatexExamples.bib", &[1, 46, 92]),
    ("scopus-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__scopus.csv", &[1, 350, 709]),
    ("ebsco-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__cinahl.csv", &[1, 84, 168]),
    ("pubmed-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__medline.csv", &[1, 430, 859]),
    ("pubmed-xml/zotero-translator__PubMed_XML_03.xml", &[1]),
    ("pubmed-xml/zotero-translator__PubMed_XML_05.xml", &[1]),
    ("pubmed-xml/JabRef-jabref__MedlineImporterTestMathML.xml", &[1]),
    ("pubmed-xml/titipata-pubmed_parser__pubmed-29768149.xml", &[1]),
    ("endnote-xml/IEBH-dedupe-sweep__tafenoquine.xml", &[9, 32]),
    ("endnote-xml/sysrev-sysrev__Endnote_3_citations.xml", &[1]),
    ("endnote-xml/zotero-translator__Endnote_XML_01.xml", &[1, 4, 6]),
    ("endnote-xml/JabRef-jabref__EndnoteXmlImporterTestArticle.xml", &[1]),
    ("zotero-rdf/zotero-zotero__book_and_snapshot.rdf", &[1]),
    ("pubmed-nbib/CoLRev-Environment-colrev__eric_nbib.nbib", &[1]),
    ("pubmed-nbib/zotero-translator__MEDLINEnbib_07.nbib", &[1, 4]),
    ("pubmed-nbib/zotero-translator__MEDLINEnbib_04.nbib", &[1]),
    ("proquest-table/mccleanla-explainability-scoping-review__proquest_-journal.csv", &[1, 51]),
    ("proquest-ris/asreview-asreview__proquest.ris", &[6]),
    ("embase-csv/asreview-asreview__embase.csv", &[1, 2, 5]),
    ("ovid-ris/MaxenceOuafik-MSM-Syndemic-Scoping-Review__cochrane.rec1-8.ris", &[2, 8]),
    ("ris-other-db/CoLRev-Environment-colrev__jstor_ris.ris", &[1, 3]),
    ("wos-table/mccleanla-explainability-scoping-review__wos.csv", &[1, 120]),
    ("wos-ris/clbustos-buhos__wos.ris", &[1]),
    ("table-generic/CoLRev-Environment-colrev__xlsx_data.xlsx", &[1, 2, 3]),
    ("table-generic/asreview-asreview__generic_tab.tsv", &[1, 2]),
    ("table-generic/mccleanla-explainability-scoping-review__pubmed.xlsx", &[1, 14, 27]),
    ("zotero-csv/camaradesuk-ASySD__zotero_export.rec1-300.csv", &[1, 115, 200]),
    ("wos-table/zentouro-systematic-review-flash-floods__savedrecs.xls", &[1, 5, 10]),
    ("wos-bib/clbustos-buhos__wos_2021.bib", &[1]),
    ("wos-bib/clbustos-buhos__wos_wrong.bib", &[1]),
    ("ebsco-bib/clbustos-buhos__EBSCO_wrong_2.bib", &[1]),
    ("scopus-bib/clbustos-buhos__scopus.bib", &[1]),
    ("embase-ris/asreview-asreview__embase.ris", &[2, 4]),
    ("ebsco-ris/clbustos-buhos__ebscohost.ris", &[1, 2]),
    ("ebsco-ris/mjwestgate-synthesisr__ASP_ris_example.ris", &[4]),
    ("ebsco-ris/MikkelVembye-AIscreenR__apa_psycinfo_test_data.rec1-36.ris", &[2, 20]),
    ("ovid-ris/mjwestgate-synthesisr__Ovid_ris_example.ris", &[2]),
    ("ovid-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__psychinfo.csv", &[1]),
    ("ovid-tagged/zotero-translator__OVID_Tagged_01.txt", &[2, 3]),
    ("ovid-tagged/zotero-translator__OVID_Tagged_03.txt", &[2]),
    ("ovid-tagged/zotero-translator__OVID_Tagged_06.txt", &[1]),
    ("ovid-tagged/knh11545-commandline4expertsearchers__Embase_citavi_r3001-3002.ovd", &[1]),
    ("endnote-enw/zotero-translator__ReferBibIX_01.enw", &[1]),
    ("endnote-enw/zotero-translator__ReferBibIX_03.enw", &[1]),
    ("endnote-enw/neurostuff-neurostore__onenoteStudies.txt", &[2, 7]),
    ("endnote-xml/AliAzlanDev-Reflib__SpiderCite_demo.xml", &[3, 8]),
    ("endnote-ris/AliAzlanDev-Reflib__blue-light.ris", &[13, 20]),
    ("scopus-ris/mjwestgate-revtools__restoration_scopus.ris", &[28, 134]),
    ("scopus-csv/liambarrett26-Dimitrov-Systematic-SNHL-Phenotyping__scopus.csv", &[44, 231]),
    ("wos-txt/UWNETLAB-metaknowledge__savedrecs.txt", &[7]),
    ("wos-txt/zotero-translator__Web_of_Science_Tagged_05.txt", &[1]),
    ("wos-txt/mjwestgate-revtools__restoration_WoS.ciw", &[76, 173]),
    ("wos-ris/camaradesuk-ASySD__wos_test.ris", &[10, 33]),
    ("wos-table/mccleanla-explainability-scoping-review__wos.csv", &[50, 70]),
    ("embase-csv/asreview-asreview__embase.csv", &[4]),
    ("proquest-table/mccleanla-explainability-scoping-review__proquest_-journal.csv", &[2, 60]),
    ("proquest-ris/CoLRev-Environment-colrev__abi_inform_proquest_ris.ris", &[1, 2]),
    ("ebsco-xml/wilddamon-cs-scoping-review__psycinfo_export.rec1-300.xml", &[228]),
    ("zotero-ris/asreview-asreview__pubmed_zotero.ris", &[3]),
    ("pubmed-nbib/zotero-translator__MEDLINEnbib_02.nbib", &[2]),
    ("japanese-ris/MikkelVembye-screen_benchmarks__excluded_title_abstract.4.JA-odd.ris", &[1]),
    ("ris-other-db/ESHackathon-CiteSource__20221207_gambling-harms_lens_49.ris", &[44]),
    ("review-tool-export/Istituto-Mario-Negri-Medical-Imaging-Systematic-Review-R-Workflow__rayyan_export_included.rec1-150.bib", &[1, 75]),
    ("review-tool-export/zentouro-systematic-review-flash-floods__review_58723_irrelevant_csv_20191023234056.csv", &[9]),
    ("table-generic/clbustos-buhos__bvs_ingles.csv", &[3]),
    ("table-generic/NLeSC-litstudy__ieee.csv", &[2]),
];

/// The facts of a record, a line each; what it does not have is left out.
fn facts(record: &Record) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(out, "  {name}: {value}").expect("memory does not fail");
        }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let length = |value: &Option<String>| value.as_ref().map(|text| format!("{} characters", text.chars().count())).unwrap_or_default();
    let names: Vec<String> =
        record.authors.iter().take(3).map(|author| format!("{}|{}|{}", author.family, author.given, author.literal)).collect();
    let count = |list: usize| if list == 0 { String::new() } else { list.to_string() };
    line("type", record.kind.clone());
    line("title", length(&record.title));
    line("title_other", length(&record.title_other));
    line("authors", if names.is_empty() { String::new() } else { format!("{} of {}", names.join("; "), record.authors.len()) });
    line("year", record.year.map(|year| year.to_string()).unwrap_or_default());
    line("date", text(&record.date));
    line("journal", text(&record.journal));
    line("abbreviation", text(&record.journal_abbreviation));
    line("volume", text(&record.volume));
    line("issue", text(&record.issue));
    line("pages", text(&record.pages));
    line("doi", text(&record.doi));
    line("pmid", text(&record.pmid));
    line("pmcid", text(&record.pmcid));
    line("accession", text(&record.accession));
    line("issn", record.issn.join("; "));
    line("isbn", record.isbn.join("; "));
    line("trials", record.trial_ids.join("; "));
    line("abstract", length(&record.abstract_text));
    line("abstract_other", length(&record.abstract_other));
    line("keywords", count(record.keywords.len()));
    line("major keywords", count(record.keywords.iter().filter(|keyword| keyword.major).count()));
    line("language", text(&record.language));
    line("publication types", record.publication_types.join("; "));
    line("database", text(&record.database));
    line("publisher", text(&record.publisher));
    line("links", record.links.join(" "));
    line("notices", record.notices.iter().map(|notice| notice.kind.as_str()).collect::<Vec<_>>().join("; "));
    line("affiliations", count(record.affiliations.len()));
    line("notes", count(record.notes.len()));
    out
}

#[test]
fn chosen_records_say_what_was_checked_by_eye() {
    let Some(samples) = samples() else { return };
    let mut found = String::new();
    for (path, chosen) in CHOSEN {
        let file = File::open(samples.join(path)).expect("the sample is there");
        import::read(file, &Options::default(), &mut |entry| {
            if let Entry::Record(parsed) = entry
                && chosen.contains(&parsed.n)
            {
                let place = format!("{path} {} (lines {}-{})", parsed.n, parsed.line_start, parsed.line_end);
                write!(found, "{place}\n{}\n", facts(&parsed.record)).expect("memory does not fail");
            }
        })
        .expect("every sample reads");
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    if std::env::var_os("ERABI_WRITE_GOLDEN").is_some() {
        std::fs::write(&golden, &found).expect("the golden file can be written");
    }
    let known = std::fs::read_to_string(&golden).expect("the golden file is there");
    let differs = known.lines().zip(found.lines()).enumerate().find(|(_, (known, found))| known != found);
    assert_eq!(differs, None, "line by line ({GOLDEN}, what is read); ERABI_WRITE_GOLDEN=1 writes it anew, to be checked by eye again");
    assert_eq!(known.lines().count(), found.lines().count());
}
