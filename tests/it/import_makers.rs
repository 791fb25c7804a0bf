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
            "Web of Science: a book with a conference is the paper in it …",
            "FN Clarivate Analytics Web of Science\nVR 1.0\nPT B\nAU Doe, A\nTI T\nSO 7TH CONFERENCE ON FARMING\nDT Proceedings Paper\nCT 7th Conference on Farming\nER\n\nEF\n",
            vec![("/type", json!("CPAPER")), ("/publication_types", json!(["Proceedings Paper"]))],
        ),
        (
            "… a chapter of a series is a chapter, and a book is a book",
            "FN Clarivate Analytics Web of Science\nVR 1.0\nPT S\nAU Doe, A\nTI T\nSO FARMS\nDT Article; Book Chapter\nER\n\nEF\n",
            vec![("/type", json!("CHAP"))],
        ),
        (
            "… while what stands in a journal stays there",
            "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Doe, A\nTI T\nSO FARMS\nDT Article; Proceedings Paper\nER\n\nEF\n",
            vec![("/type", json!("JOUR"))],
        ),
        (
            "… and its table says it the same way",
            "Publication Type,Authors,Article Title,Source Title,Document Type,UT (Unique WOS ID)\nB,\"Doe, A\",T,7TH CONFERENCE ON FARMING,Proceedings Paper,WOS:000230445900101\n",
            vec![("/type", json!("CPAPER"))],
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
            "… and of MEDLINE the people are in one line, the number is PubMed's",
            "FN ISI Export Format\nVR 1.0\nPT J\nTI T\nAU Doe, Ann; Roe, Jo K\nSO J\nPS 411-22\nPD 2006 May-Jun\nUT MEDLINE:16735930\nER\n\nEF\n",
            vec![
                ("/authors", json!([{"family": "Doe", "given": "Ann"}, {"family": "Roe", "given": "Jo K"}])),
                ("/pmid", json!("16735930")),
                ("/pages", json!("411-422")),
            ],
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
        (
            "EconLit's note names the authors' words and when it was updated",
            "TY  - JOUR\nT1  - T\nKW  - Housing Demand R21\nDP  - EBSCOhost\n\
             N1  - Accession Number: 0992870; Keywords: Hedonic;  Spatial; Geographic Descriptors: U.S.; Publication Type: Journal Article; Update Code: 20080901\nER  - \n",
            vec![
                ("/publication_types", json!(["Journal Article"])),
                (
                    "/keywords",
                    json!([{"term": "Housing Demand R21"}, {"term": "Hedonic", "kind": "author"}, {"term": "Spatial", "kind": "author"}]),
                ),
            ],
        ),
        (
            "… and newer ones count places with semicolons, and have other words for the same",
            "TY  - JOUR\nT1  - T\nKW  - CYPRUS\nKW  - Cyprus\nDP  - EBSCOhost\n\
             N1  - Accession Number: 177899220; Doe, Ann 1; Affiliations: 1: Univ A, Town; 2: Univ B, Town; Issue Info: 2024, Vol. 33 Issue 6, p1; Subject: CYPRUS; Author-Supplied Keyword: bushfire; Language of Keywords: English; Number of Pages: 20p;\nER  - \n",
            vec![
                ("/affiliations", json!(["Univ A, Town", "Univ B, Town"])),
                ("/year", json!(2024)),
                ("/keywords", json!([{"term": "CYPRUS", "kind": "thesaurus"}, {"term": "bushfire", "kind": "author"}])),
            ],
        ),
        (
            "several addresses stand in one field",
            "TY  - JOUR\nTI  - T\nUR  - https://example.org/83090/ and https://example.org/83090/1/a.pdf\nER  - \n",
            vec![("/links", json!(["https://example.org/83090/", "https://example.org/83090/1/a.pdf"]))],
        ),
        (
            "LILACS has terms of its own thesaurus",
            "TY  - JOUR\nTI  - T\nDB  - LILACS\nID  - lil-1\nMH  - Humanos\nKW  - Mental Health\nER  -\n",
            vec![("/keywords", json!([{"term": "Humanos", "kind": "thesaurus"}, {"term": "Mental Health"}])), ("/extra", Value::Null)],
        ),
        (
            "Dimensions marks other databases' numbers",
            "TY  - JOUR\nAN  - pub.1\nTI  - T\nUR  - https://app.dimensions.ai/details/publication/pub.1\nU1  - 12345678 [PMID]\nU1  - PMC1234567 [PMCID]\nER  - \n",
            vec![("/pmid", json!("12345678")), ("/pmcid", json!("PMC1234567")), ("/database", json!("Dimensions"))],
        ),
        (
            "a tool that counts its entries is not Ovid, and its running number is no accession",
            "1.\nTY  - JOUR\nDB  - other\nID  - 1\nTI  - T\nER  -\n\n2.\nTY  - JOUR\nID  - 2\nTI  - U\nER  -\n",
            vec![("/accession", Value::Null), ("/external_id", json!("1"))],
        ),
        (
            "EBSCOhost's new BibTeX leaves its template where it has nothing",
            "@misc{edsdoj.f58970af1a46,\n title = \"T\",\n abstract = \"<cite>Copyright of J.</cite> See \"this\", too.\",\n volume = \"null\",\n number = \"null\",\n journal = \"J\",\n \
             url = \"https://research.ebsco.com/linkprocessor/plink?id=1\",\n note = \"\",\n howpublished = \"${howpublished}\",\n}\n",
            vec![
                ("/volume", Value::Null),
                ("/issue", Value::Null),
                ("/abstract", json!("Copyright of J. See \"this\", too.")),
                ("/extra", json!([["key", "edsdoj.f58970af1a46"]])),
            ],
        ),
        (
            "Taylor & Francis notes PubMed's number",
            "@article{doi:10.5555/1,\nauthor = {Ann Doe},\ntitle = {T},\njournal = {J},\n    note ={PMID: 12345678},\n\nURL = { \n    \n        https://doi.org/10.5555/1\n    \n    \n\n},\n\n}\n",
            vec![("/pmid", json!("12345678")), ("/notes", Value::Null), ("/links", json!(["https://doi.org/10.5555/1"]))],
        ),
        (
            "RefWorks has names of its own for its columns",
            "Reference Type,\"Authors, Primary\",Title Primary,Periodical Full,Periodical Abbrev,Pub Year,Volume,Issue,Start Page,Other Pages,ISSN/ISBN,Original Foreign Title\n\
             Journal Article,\"Doe,Ann;Roe,J. K.\",T,Journal of T,J.T.,2013,42,5,1180,1190,1472-6947,Titel\n",
            vec![
                ("/title", json!("T")),
                ("/title_other", json!("Titel")),
                ("/journal", json!("Journal of T")),
                ("/journal_abbreviation", json!("J.T.")),
                ("/pages", json!("1180-1190")),
                ("/extra", Value::Null),
            ],
        ),
        (
            "SciELO's table lists people by commas and cites in its own way",
            "ID,Title,Author(s),Source,Journal,Language(s),Publication year,Fulltext URL \n\
             S1-scl,T,\"Doe Poe, Ann, Roe, Jo\",Revista (Santiago); 8(1); 132-145,Revista (Santiago),Espanhol,2023,http://www.scielo.br/x \n",
            vec![
                ("/authors", json!([{"family": "Doe Poe", "given": "Ann"}, {"family": "Roe", "given": "Jo"}])),
                ("/volume", json!("8")),
                ("/issue", json!("1")),
                ("/pages", json!("132-145")),
                ("/language", json!("es")),
                ("/database", json!("SciELO")),
                ("/accession", json!("S1-scl")),
            ],
        ),
        (
            "SpringerLink glues its people together",
            "Item Title,Publication Title,Book Series Title,Journal Volume,Journal Issue,Item DOI,Authors,Publication Year,URL,Content Type\n\
             T,J,,17,3,10.5555/1,Ann B. McDoeJo van der RoeDr. Eva O'Poe,2000,http://link.springer.com/article/10.5555/1,Article\n",
            vec![(
                "/authors",
                json!([{"family": "McDoe", "given": "Ann B."}, {"family": "van der Roe", "given": "Jo"}, {"family": "O'Poe", "given": "Dr. Eva"}]),
            )],
        ),
        (
            "OpenAlex separates by bars, and has a hundred columns that say nothing of the report",
            "id,doi,title,display_name,publication_year,language,type,cited_by_count,is_retracted,ids.pmid,primary_location.source.display_name,primary_location.source.issn,biblio.volume,biblio.issue,biblio.first_page,biblio.last_page,authorships.author.display_name,authorships.raw_affiliation_strings,keywords.display_name,concepts.score\n\
             https://openalex.org/W1,https://doi.org/10.5555/1,T,T,2021,en,article,9,True,https://pubmed.ncbi.nlm.nih.gov/12345678,Journal of T,0148-2963|1873-7978,133,2,285,296,Ann Doe|Jo van der Roe,\"Univ A, Town|Univ B\",Care|Nurses,0.1\n",
            vec![
                ("/accession", json!("W1")),
                ("/pmid", json!("12345678")),
                ("/journal", json!("Journal of T")),
                ("/issn", json!(["0148-2963", "1873-7978"])),
                ("/volume", json!("133")),
                ("/issue", json!("2")),
                ("/pages", json!("285-296")),
                ("/authors", json!([{"family": "Doe", "given": "Ann"}, {"family": "van der Roe", "given": "Jo"}])),
                ("/affiliations", json!(["Univ A, Town", "Univ B"])),
                ("/keywords", json!([{"term": "Care"}, {"term": "Nurses"}])),
                ("/notices/0/kind", json!("retracted")),
                ("/extra", Value::Null),
            ],
        ),
        (
            "Dimensions' table has a line about itself above its names",
            "\"About the data: Exported on Nov 05, 2021. Criteria: 'x' in full data. All rights reserved.\"\n\
             Rank,Publication ID,DOI,PMID,PMCID,Title,Source title,Publication Date,PubYear,Volume,Issue,Pagination,Publication Type,Authors,Authors (Raw Affiliation),Times cited,Dimensions URL\n\
             500,pub.1,10.5555/1,12345678,PMC1234567,T,Journal of T,2021-11-02,2021,22,11,1500-1510,Article,\"Doe, Ann; Roe, Jo\",\"Doe, Ann (Univ A)\",3,https://app.dimensions.ai/x\n",
            vec![
                ("/accession", json!("pub.1")),
                ("/pages", json!("1500-1510")),
                ("/affiliations", json!(["Doe, Ann (Univ A)"])),
                ("/database", json!("Dimensions")),
            ],
        ),
        (
            "Publish or Perish calls the journal the source and has no empty numbers",
            "Cites,Authors,Title,Year,Source,Publisher,ArticleURL,CitesURL,GSRank,QueryDate,Type,DOI,ISSN,Volume,Issue,StartPage,EndPage,Age\n\
             3,\"山田太郎, 鈴木花子\",看護師の離職意図,2015,看護の研究,jstage.jst.go.jp,https://www.jstage.jst.go.jp/article/x,,2,2024-01-01,,,,0,0,0,0,5\n",
            vec![
                ("/journal", json!("看護の研究")),
                ("/volume", Value::Null),
                ("/pages", Value::Null),
                ("/links", json!(["https://www.jstage.jst.go.jp/article/x"])),
                ("/extra", Value::Null),
            ],
        ),
        (
            "ProQuest's older table runs its names together",
            "Title,Abstract,StoreId,ArticleType,Authors,documentType,issn,issue,language,pages,pubdate,pubtitle,volume,year,DocumentURL,identifierKeywords,startPage,subjectTerms,FindACopy,Database\n\
             T,Abs,1234567890,Scholarly Journals,\"Doe, Ann; Roe, Jo\",Journal Article,1472-6947,3,English,12-20,Mar 2010,Journal of T,4,2010,https://search.proquest.com/docview/1234567890?accountid=1,care,12,Nursing,http://resolver.example.org,ERIC\n",
            vec![
                ("/journal", json!("Journal of T")),
                ("/accession", json!("1234567890")),
                ("/database", json!("ERIC")),
                ("/keywords", json!([{"term": "care", "kind": "author"}, {"term": "Nursing", "kind": "thesaurus"}])),
                ("/publication_types", json!(["Scholarly Journals", "Journal Article"])),
                ("/extra", Value::Null),
            ],
        ),
        (
            "embase.com's table is known without its terms too",
            "Title,Original Title,Author Names,AiP/IP Entry Date,Full Record Entry Date,Source,Source title,Publication Year,Volume,Issue,First Page,Last Page,Date of Publication,Publication Type,ISSN,Abstract,Author Keywords,DOI,Full Text Link\n\
             T,,\"Doe A., Roe J.K.\",6/11/25,6/24/25,Journal of T (2025) 13:1 Article Number: 31. Date of Publication: 1 Dec 2025,Journal of T,2025,13,1,,,1-Dec-25,Review,2052-0490 (electronic),Abs,\"Care,Nurses\",10.5555/1,http://dx.doi.org/10.5555/1\n",
            vec![
                ("/database", json!("Embase")),
                ("/pages", json!("31")),
                ("/authors/1", json!({"family": "Roe", "given": "J.K."})),
                ("/keywords", json!([{"term": "Care", "kind": "author"}, {"term": "Nurses", "kind": "author"}])),
                ("/year", json!(2025)),
                ("/links", json!(["http://dx.doi.org/10.5555/1"])),
            ],
        ),
        (
            "the Cochrane Library calls the journal the source",
            "CENTRAL ID,Author(s),Title,Source,Year,Abstract,Volume,Issue,Pages,Database Name,PubMed ID,Embase ID,CTgov ID,CINAHL ID,ICTRP ID,Publication Type,Keywords,DOI,URL,Cochrane Review Group Code\n\
             CN-02757110,\"Doe, A; Roe, JK\",T,Central nervous journal,2024,Abs,14,3,765‐778,Cochrane Central Register of Controlled Trials (CENTRAL),PUBMED 12345678,,NCT01234567,,,Journal article,\"*Feces; Child, Preschool; Water [*methods, *standards]\",10.5555/1,https://www.cochranelibrary.com/central/doi/10.5555/CN-02757110/full,\n",
            vec![
                ("/journal", json!("Central nervous journal")),
                ("/accession", json!("CN-02757110")),
                ("/pmid", json!("12345678")),
                ("/pages", json!("765-778")),
                ("/database", json!("Cochrane Central Register of Controlled Trials (CENTRAL)")),
                ("/trial_ids", json!(["NCT01234567"])),
                ("/keywords/1", json!({"term": "Child, Preschool"})),
                ("/extra", Value::Null),
            ],
        ),
        (
            "a list without a column for the journal has it under the source, unless that says where the report was found",
            "Title,Authors,Year,Source\nT,\"Doe, A\",2010,Medical Care\n",
            vec![("/journal", json!("Medical Care")), ("/database", Value::Null)],
        ),
        (
            "… as here",
            "Title,Authors,Year,Source\nT,\"Doe, A\",2010,PubMed (2024)\n",
            vec![("/journal", Value::Null), ("/database", json!("PubMed (2024)"))],
        ),
        (
            "Europe PMC says whose number it gives",
            "SOURCE,EXTERNAL_ID,PMCID,DOI,TITLE,AUTHORS,JOURNAL_TITLE,ISSUE,VOLUME,PUBLICATION_YEAR,PAGE_INFO,ISSN,PUB_TYPE\nMED,12345678,PMC1234567,10.5555/1,T,\"Doe A, Roe JK.\",J,1,17,2018,12-20,1472-6955,research-article\n",
            vec![("/pmid", json!("12345678")), ("/pages", json!("12-20")), ("/authors/1", json!({"family": "Roe", "given": "JK"}))],
        ),
        (
            "a registry's table is of trials",
            "NCT Number,Study Title,Study URL,Brief Summary,Conditions,Interventions,Other IDs,First Posted,Locations\nNCT01234567,T,https://clinicaltrials.gov/study/NCT01234567,To see.,Pain|Grief,DRUG: x,UMIN000012345,2003-11-05,Japan\n",
            vec![
                ("/accession", json!("NCT01234567")),
                ("/abstract", json!("To see.")),
                ("/keywords", json!([{"term": "Pain"}, {"term": "Grief"}])),
                ("/year", json!(2003)),
                ("/database", json!("ClinicalTrials.gov")),
                ("/links", json!(["https://clinicaltrials.gov/study/NCT01234567"])),
            ],
        ),
        (
            "… and so is that of the WHO",
            "TrialID,Public title,Scientific title,Date registration,Source Register,web address,Condition\nJPRN-UMIN000012345,T,S,13/09/2020,JPRN,https://center6.umin.ac.jp/x,Pain\n",
            vec![
                ("/title", json!("S")),
                ("/title_other", json!("T")),
                ("/accession", json!("JPRN-UMIN000012345")),
                ("/trial_ids", json!(["UMIN000012345"])),
                ("/year", json!(2020)),
            ],
        ),
        (
            "Web of Science's databases beside its core name pages, dates and numbers otherwise",
            "PT\tAN\tDT\tTI\tAU\tSO\tVL\tPS\tPD\tPY\tBD\tUT\nJ\tZOOR1\tArticle\tT\tDoe, A.; Roe, J.\tJ\t87\t1484-1496\tSep 2018\t2018\tEcology; USA\tZOOREC:ZOOR1\n",
            vec![
                ("/pages", json!("1484-1496")),
                ("/date", json!("Sep 2018")),
                ("/accession", json!("ZOOREC:ZOOR1")),
                ("/keywords", json!([{"term": "Ecology", "kind": "thesaurus"}, {"term": "USA", "kind": "thesaurus"}])),
            ],
        ),
        (
            "a Japanese list names two titles, and journals by several words",
            "和文標題,英文標題,著者名,資料名,出版日付,言語,CRID\n看護師の離職,Turnover of nurses,山田太郎,看護の研究,2019-12-20,日本語(JA),1390012801498780000\n",
            vec![
                ("/title", json!("看護師の離職")),
                ("/title_other", json!("Turnover of nurses")),
                ("/journal", json!("看護の研究")),
                ("/year", json!(2019)),
                ("/language", json!("ja")),
                ("/accession", json!("1390012801498780000")),
            ],
        ),
        (
            "a list that people keep counts its rows, and says volume and issue in one cell",
            "No.,文献番号,論題,著者名,雑誌名（略誌名）,巻(号),開始-終了頁,発行年月\n7,2021990010,看護師の離職,\"山田太郎, 鈴木花子\",看護の研究,39(2),12-20,2019.12\n",
            vec![
                ("/external_id", json!("7")),
                ("/journal", json!("看護の研究")),
                ("/volume", json!("39")),
                ("/issue", json!("2")),
                ("/pages", json!("12-20")),
                ("/extra", Value::Null),
            ],
        ),
        (
            "… where another counts issues",
            "Title,Year,Vol.,No.,Pages\nT,2010,4,2,1-5\n",
            vec![("/issue", json!("2")), ("/external_id", Value::Null)],
        ),
        (
            "Semantic Scholar lists people as a program prints them",
            "paperId,title,venue,year,publicationDate,authors\nabc,T,J,2020,2020-01-02,\"[{'authorId': '1', 'name': 'Ann Doe'}, {'authorId': '2', 'name': \"\"Eva O'Poe\"\"}]\"\n",
            vec![
                ("/authors", json!([{"family": "Doe", "given": "Ann"}, {"family": "O'Poe", "given": "Eva"}])),
                ("/date", json!("2020-01-02")),
            ],
        ),
        (
            "CNKI names each field in two scripts",
            "DataType: 1\nTitle-题名: 护理研究\nAuthor-作者: 王敏;李华;\nSource-刊名: 护理学杂志\nYear-年: 2020\nKeyword-关键词: 护理;研究\nPeriod-期: 02\nRoll-卷: 12\nPage-页码: 1-5\nOrgan-机构: 大学\n\n\n\
             DataType: 1\nTitle-题名: 第二\nAuthor-作者: 王敏;\nSource-刊名: 护理学杂志\nYear-年: 2021\n",
            vec![
                ("/title", json!("护理研究")),
                ("/journal", json!("护理学杂志")),
                ("/authors/1", json!({"literal": "李华"})),
                ("/issue", json!("02")),
                ("/volume", json!("12")),
                ("/pages", json!("1-5")),
            ],
        ),
        (
            "ASReview says one answer in two columns",
            "record_id,title,abstract,included,asreview_label\n0,T,A,1,1\n",
            vec![("/prior_decisions/1", Value::Null), ("/prior_decisions/0/verdict", json!("include"))],
        ),
        (
            "RefWorks explains its tags above its entries",
            "Refworks Export Tagged Format\n\nTag legend\n*****\nRT=Reference Type\nA1=Primary Authors\n\n*****\nBEGIN EXPORTED REFERENCES\n\n\n\
             RT Book, Section\nSR Electronic(1)\nID 7\nA1 Doe,Ann\nA1 Roe,Jo\nT1 T\nYR 2002\nFD Feb\nVO 1\nIS 3\nSP 101\nOP 123\nK1 Care\nT2 All of T\nSN 1472-6947\nAN 2002-1\nLA English\nUL https://example.org/t\n",
            vec![
                ("/type", json!("CHAP")),
                ("/authors/1", json!({"family": "Roe", "given": "Jo"})),
                ("/journal", json!("All of T")),
                ("/date", json!("2002 Feb")),
                ("/pages", json!("101-123")),
                ("/accession", json!("2002-1")),
                ("/links", json!(["https://example.org/t"])),
                ("/extra", Value::Null),
            ],
        ),
        (
            "… and CNKI writes it with lists in one field",
            "RT Journal Article\nSR 1\nA1 王敏;李华\nAD 第一大学;\nT1 护理研究\nJF 护理学杂志\nYR 2026\nIS 01\nOP 1-10\nK1 护理;研究\nLA 中文;\nDS CNKI\nDO \n",
            vec![
                ("/authors", json!([{"literal": "王敏"}, {"literal": "李华"}])),
                ("/pages", json!("1-10")),
                ("/language", json!("zh")),
                ("/database", json!("CNKI")),
                ("/affiliations", json!(["第一大学"])),
            ],
        ),
        (
            "ProQuest's text has contents above its documents, and words with a colon in their abstracts",
            "____________________________________________________________\n\nTable of contents\n\n1. T\n\nBibliography\n\n____________________________________________________________\n\n\
             Document 1 of 1\n\nT\n\nAuthor: Doe, Ann; Roe, Jo\n\nhttp://search.proquest.com/docview/1548716360?accountid=1\n\nAbstract: Aims: to see.\nMethods: we saw.\n\n\
             Links: http://resolver.example.org/x\n\nhttp://resolver.example.org/y\n\nDatabase: ERIC\n\nIdentifier / keyword: Care, Nurses\n\nLanguage: English\n\nProQuest document ID: 1548716360\n\n\
             Publication title: Journal of T\n\nPublication year: 2014\n\nSource type: Scholarly Journals\n\nTitle: T\n\n____________________________________________________________\n\nContact us at: http://www.proquest.com/go/contactsupport\n",
            vec![
                ("/title", json!("T")),
                ("/authors", json!([{"family": "Doe", "given": "Ann"}, {"family": "Roe", "given": "Jo"}])),
                ("/abstract", json!("Aims: to see.\nMethods: we saw.")),
                ("/links", json!(["http://search.proquest.com/docview/1548716360"])),
                ("/accession", json!("1548716360")),
                ("/journal", json!("Journal of T")),
                ("/keywords", json!([{"term": "Care", "kind": "author"}, {"term": "Nurses", "kind": "author"}])),
                ("/type", json!("JOUR")),
                ("/year", json!(2014)),
            ],
        ),
        (
            "the WHO's XML says what its table says",
            "<?xml version='1.0' ?>\n<Trials_downloaded_from_ICTRP>\n<Trial><TrialID>JPRN-UMIN000012345\n </TrialID><Public_title>T\n</Public_title><Scientific_title>S</Scientific_title><Acronym/>\
             <Condition>Pain</Condition><Contact_Email>a@example.org</Contact_Email><Date_registration>2020-09-13</Date_registration><web_address>https://center6.umin.ac.jp/x</web_address></Trial>\n</Trials_downloaded_from_ICTRP>",
            vec![
                ("/title", json!("S")),
                ("/title_other", json!("T")),
                ("/accession", json!("JPRN-UMIN000012345")),
                ("/trial_ids", json!(["UMIN000012345"])),
                ("/keywords", json!([{"term": "Pain"}])),
                ("/year", json!(2020)),
                ("/links", json!(["https://center6.umin.ac.jp/x"])),
                ("/extra", Value::Null),
            ],
        ),
        (
            "Wiley's articles are not the Cochrane Library's",
            "Provider: John Wiley & Sons, Ltd\nContent:text/plain; charset=\"UTF-8\"\n\nTY  - JOUR\nTI  - T\nJO  - Journal of T\nER  - \n",
            vec![("/database", Value::Null)],
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
