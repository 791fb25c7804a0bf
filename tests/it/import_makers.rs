//! What each maker of files means by a field that others mean otherwise by, or do not have. One rule: the texts here are invented,
//! after real exports in which a reader once went wrong; a row names the field, as `convert --to jsonl` calls it, and its value.

use erabi::import::{self, Options};
use erabi::model::Entry;
use serde_json::{Value, json};

/// A file, and what its first record must say: a pointer into the record and the value there.
type Case = (&'static str, &'static str, Vec<(&'static str, Value)>);

fn cases() -> Vec<Case> {
    vec![
        (
            "Academic Search gives the translated title where the journal stands elsewhere",
            "TY  - JOUR\nT1  - 試作機の設計\nT2  - Design of a prototype.\nJO  - Journal of Farming\nJF  - Journal of Farming\nDP  - EBSCOhost\nER  - \n",
            vec![("/title_other", json!("Design of a prototype.")), ("/journal", json!("Journal of Farming"))],
        ),
        (
            "Academic Search's note says where people work and of which kind its keywords are",
            "TY  - JOUR\nT1  - T\nJF  - J\nKW  - MENTAL health\nKW  - sociodrama\nKW  - Humans\nDP  - EBSCOhost\n\
             N1  - Accession Number: 151137094; Doe, Ann 1,2; Affiliation:  1: Dept A, Univ A, Town  2: Univ B; Source Info: 2021, Vol. 44 Issue 3; Subject Term: MENTAL health; Author-Supplied Keyword: sociodrama;\nER  - \n",
            vec![
                ("/affiliations", json!(["Dept A, Univ A, Town", "Univ B"])),
                (
                    "/keywords",
                    json!([{"term": "Humans"}, {"term": "MENTAL health", "kind": "thesaurus"}, {"term": "sociodrama", "kind": "author"}]),
                ),
            ],
        ),
        (
            "… and CINAHL's has no word of them",
            "TY  - JOUR\nT1  - T\nKW  - Parenting Education -- Mexico\nDP  - EBSCOhost\nN1  - Accession Number: 136788050. Language: English.\nER  - \n",
            vec![("/keywords", json!([{"term": "Parenting Education -- Mexico", "kind": "thesaurus"}]))],
        ),
        (
            "Refer names who keeps the database",
            "%0 Journal Article\n%T 题名\n%A 余敏\n%W 万方数据\n",
            vec![("/database", json!("万方数据"))],
        ),
        (
            "EBSCOhost's second name of the same journal is no title",
            "TY  - JOUR\nT1  - T\nT2  - journal of farming\nJF  - Journal of Farming\nDP  - EBSCOhost\nER  - \n",
            vec![("/title_other", Value::Null)],
        ),
        (
            "Scopus gives the title that was translated as the short one",
            "TY  - JOUR\nTI  - Factors of care\nST  - Fatores de cuidado\nT2  - Revista\nDB  - Scopus\nUR  - https://www.scopus.com/x?eid=2-s2.0-1\nER  - \n",
            vec![("/title_other", json!("Fatores de cuidado"))],
        ),
        (
            "EndNote keeps the title of a translated article as the original publication",
            "TY  - JOUR\nTI  - [Light therapy of acne]\nOP  - Lichttherapie bei Akne.\nST  - [Light therapy of acne]\nID  - 7\nER  - \n\n\nTY  - JOUR\nTI  - T\nST  - T\nID  - 8\nER  - \n",
            vec![("/title_other", json!("Lichttherapie bei Akne."))],
        ),
        (
            "… and something else as that of another",
            "TY  - JOUR\nTI  - Light therapy of acne\nOP  - J Ther\nST  - Light therapy of acne\nID  - 7\nER  - \n\n\nTY  - JOUR\nTI  - T\nST  - T\nID  - 8\nER  - \n",
            vec![("/title_other", Value::Null)],
        ),
        (
            "… in its XML too",
            "<xml><records><record><ref-type name=\"Journal Article\">17</ref-type><titles><title>[Light therapy of acne]</title></titles><orig-pub>Lichttherapie bei Akne.</orig-pub></record></records></xml>",
            vec![("/title_other", json!("Lichttherapie bei Akne.")), ("/extra", Value::Null)],
        ),
        (
            "a link to the full text is shown, a file of one's own is not",
            "TY  - JOUR\nTI  - T\nL1  - http://www.scielo.org.ar/pdf/a.pdf\nL1  - internal-pdf://a.pdf\nL1  - files/7/a.pdf\nER  - \n",
            vec![("/links", json!(["http://www.scielo.org.ar/pdf/a.pdf"]))],
        ),
        (
            "ProQuest's newer links name it, so that its own links and notices of rights are left out",
            "TY  - JOUR\nT1  - T\nAN  - 1234567891; 51887\nL1  - https://media.proquest.com/media/hms/PFT/2/x\nUR  - https://www.proquest.com/scholarly-journals/t/docview/1234567891/se-2?accountid=1\n\
             N1  - Copyright - © 2023 by the authors.\nER  -\n",
            vec![
                ("/accession", json!("1234567891")),
                ("/links", json!(["https://www.proquest.com/scholarly-journals/t/docview/1234567891/se-2"])),
                ("/notes", Value::Null),
            ],
        ),
        (
            "a stray initial of ProQuest is nobody",
            "TY  - JOUR\nT1  - T\nAU  - Vernon, Julia R; G\nUR  - https://search.proquest.com/docview/1\nER  -\n",
            vec![("/authors", json!([{"family": "Vernon", "given": "Julia R G"}]))],
        ),
        (
            "PubMed's XML within another tool's field keeps its labels",
            "TY  - JOUR\nTI  - T\nUR  - https://lens.org/1\nAB  - <AbstractText Label=\"AIMS\" NlmCategory=\"OBJECTIVE\">To see.</AbstractText>\n  <AbstractText Label=\"METHODS\">We saw.</AbstractText>\
             <CopyrightInformation>© 2022 A.</CopyrightInformation>\nER  - \n",
            vec![("/abstract", json!("AIMS: To see.\nMETHODS: We saw.\n© 2022 A."))],
        ),
        (
            "a group of authors stands beside its people in Web of Science",
            "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Doe, A\nAF Doe, Ann\nCA Study Team A\n   Study Team B\nTI T\nER\n\nEF\n",
            vec![("/authors", json!([{"family": "Doe", "given": "Ann"}, {"literal": "Study Team A"}, {"literal": "Study Team B"}]))],
        ),
        (
            "… and dates a patent in full",
            "PT P\nUT BIOSIS:PREV1\nDT Patent\nTI T\nPY 2011\nPD JUN 28 2011\nER\n\nEF\n",
            vec![("/date", json!("JUN 28 2011")), ("/year", json!(2011))],
        ),
        (
            "a chapter of PubMed names its book",
            "PMID- 21249755\nTI  - A Syndrome\nBTI - All Syndromes\nDRDT- 20080809\nPT  - Book Chapter\n",
            vec![("/title", json!("A Syndrome")), ("/journal", json!("All Syndromes")), ("/extra", Value::Null)],
        ),
        (
            "BIOSIS names its concepts, and two issues where the link has room for one",
            "<241. >\nVN  - Ovid Technologies\nDB  - BIOSIS Previews\nTI  - T\nSO  - Forest Ecology & Management. 201(2-3):327-334, November 15, 2004.\nMC  - Forestry\nDS  - poisoning: toxicity\n\
             XL  - http://example.org/sfx/?issn=0378-1127&volume=201&issue=2&pages=327-334&date=2004\n",
            vec![
                ("/issue", json!("2-3")),
                ("/keywords", json!([{"term": "Forestry", "kind": "thesaurus"}, {"term": "poisoning: toxicity", "kind": "thesaurus"}])),
            ],
        ),
        (
            "Embase's terms are not MEDLINE's",
            "<1. >\nVN  - Ovid Technologies\nDB  - Embase\nTI  - T\nMH  - *quality of life\nOD  - *quality of life\n",
            vec![("/keywords", json!([{"term": "quality of life", "kind": "thesaurus", "major": true}]))],
        ),
        (
            "EBSCOhost's table has a column for each term and says before it what it weighs",
            "artinfo/tig/atl,artinfo/aug/au/0,jinfo/issn,artinfo/sug/subj/0/_type,artinfo/sug/subj/0/__text,artinfo/sug/subj/1/_type,artinfo/sug/subj/1/__text\n\
             T,\"Doe, A.\",1472-6947,major,Audiometry,minor,\"Aged, 80 and Over\"\n",
            vec![(
                "/keywords",
                json!([{"term": "Audiometry", "kind": "thesaurus", "major": true}, {"term": "Aged, 80 and Over", "kind": "thesaurus"}]),
            )],
        ),
        (
            "EPPI-Reviewer gives a Japanese article's other title for the journal",
            "TY  - JOUR\nT1  - 家族支援の検討.\nJF  - FAMILY SUPPORT: A STUDY.\nKW  - eppi-reviewer\nER  - \n",
            vec![("/title_other", json!("FAMILY SUPPORT: A STUDY.")), ("/journal", Value::Null)],
        ),
        (
            "… and otherwise the journal",
            "TY  - JOUR\nT1  - 家族支援の検討.\nJF  - Journal of Families\nKW  - eppi-reviewer\nER  - \n",
            vec![("/title_other", Value::Null), ("/journal", json!("Journal of Families"))],
        ),
        (
            "Web of Science folds its keywords, lists addresses with their people, and knows early articles by another date",
            "@article{ WOS:000507046700001,\nAuthor = {Doe, Ann and Roe, Jo},\nTitle = {{T}},\nAffiliation = {{Doe, A (Corresponding Author), Univ A, Town, Canada.\n   Doe, Ann; Roe, Jo, Univ B, Town, Canada.}},\n\
             Early Access Date = {{DEC 2019}},\nKeywords = {{identity; race and\n   equity}},\n}\n",
            vec![
                (
                    "/affiliations",
                    json!(["Doe, A (Corresponding Author), Univ A, Town, Canada.", "Doe, Ann; Roe, Jo, Univ B, Town, Canada."]),
                ),
                ("/keywords", json!([{"term": "identity"}, {"term": "race and equity"}])),
                ("/year", json!(2019)),
            ],
        ),
        (
            "EBSCOhost's BibTeX names the database in its link",
            "@article{1990-15773-00119900101,\nTitle = {T},\nURL = {http://search.ebscohost.com/login.aspx?direct=true&db=psyh&AN=1990-15773-001&site=ehost-live},\n}\n",
            vec![("/database", json!("APA PsycInfo")), ("/accession", json!("1990-15773-001"))],
        ),
        (
            "Zotero's table folds the lines that name the article's numbers",
            "Key,Item Type,Publication Year,Author,Title,Publication Title,Extra\nHA9TDBXQ,journalArticle,2004,\"Doe, Ann\",T,J,Place: England PMID: 15116893  PMCID: PMC1234567\n",
            vec![("/pmid", json!("15116893")), ("/pmcid", json!("PMC1234567"))],
        ),
        (
            "the stop that ends PubMed's list of names is nobody's",
            "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI\n1234567,T,\"Doe A, Roe KL.\",J. 2020;1:2.,Doe A,J,2020,2020/01/01,,,\n",
            vec![("/authors/1", json!({"family": "Roe", "given": "KL"}))],
        ),
    ]
}

#[test]
fn every_maker_is_understood() {
    let mut wrong = Vec::new();
    for (what, text, expected) in cases() {
        let mut first = None;
        import::read(text.as_bytes(), &Options::default(), &mut |entry| {
            if let Entry::Record(parsed) = entry {
                first.get_or_insert(parsed.record);
            }
        })
        .expect("an export");
        let record = serde_json::to_value(first.expect("a record")).expect("plain data");
        for (pointer, value) in expected {
            let found = record.pointer(pointer).unwrap_or(&Value::Null);
            if *found != value {
                wrong.push(format!("{what}: {pointer} is {found}, not {value}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
