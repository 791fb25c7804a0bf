//! Column names of every make → fields. One rule: a name is compared after folding (case, width, signs), and what isn't in this table
//! is kept under its own name.

use crate::import::Provider;
use crate::normalize::text;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Title,
    Subtitle,
    TitleOther,
    Authors,
    AuthorsFull,
    FirstAuthor,
    Groups,
    Year,
    Date,
    Month,
    Day,
    Journal,
    Abbreviation,
    Container,
    Volume,
    Issue,
    /// `39(2)`, `39巻2号`, also with pages and date (`place`).
    VolumeIssue,
    Pages,
    PageStart,
    PageEnd,
    /// How many pages, where that and the first one are all that is given.
    PageCount,
    ArticleNumber,
    Doi,
    Pmid,
    Pmcid,
    Accession,
    Numbers,
    Abstract,
    AbstractOther,
    Keywords,
    AuthorKeywords,
    Thesaurus,
    /// One term of a thesaurus a column, commas and all (`Aged, 80 and Over`), after the column that says whether it is a major one.
    Term,
    TermWeight,
    /// Terms that are the point of the article.
    ThesaurusMajor,
    Mesh,
    Language,
    Types,
    Kind,
    Database,
    Publisher,
    Link,
    Affiliation,
    Notes,
    Trials,
    ExternalId,
    Citation,
    Source,
    Extra,
    Notices,
    /// Says of the report whether it was retracted.
    Retracted,
    Verdict,
    Reason,
    Reviewer,
    Comment,
    Labels,
    /// Known and not worth keeping (counts, dates of export).
    Skip,
}

use Field::*;

/// (field, names as folded by `fold_name`). Names of databases' own exports and of review tools; Japanese for 医中誌 and spreadsheets.
#[rustfmt::skip]
const NAMES: &[(Field, &[&str])] = &[
    (Title, &["title", "article title", "document title", "item title", "primary title", "ti", "t1", "artinfo tig atl", "titles", "paper title", "title of article", "タイトル", "標題", "表題", "論題", "論文名", "論文タイトル", "題名", "文献タイトル", "reference title", "study title", "titel", "title primary", "public title", "和文標題", "和文タイトル", "日本語タイトル", "题名", "篇名"]),
    (Subtitle, &["subtitle"]),
    (TitleOther, &["original title", "title other", "title original language", "translated title", "foreign title", "英文タイトル", "英語タイトル", "欧文タイトル", "外国語タイトル", "英文標題", "title en", "title english", "tt", "original foreign title", "english title", "scientific title"]),
    (Authors, &["authors", "author", "author names", "author s", "first authors", "au", "a1", "著者", "著者名", "筆者", "creator", "creators", "authors primary", "author list", "作者", "authorships author display name"]),
    (AuthorsFull, &["author full names", "author full name", "af", "fau"]),
    (FirstAuthor, &["first author", "筆頭著者", "筆頭著者名", "第一著者", "第一著者名", "第1著者"]),
    (Groups, &["group authors", "book group authors", "ca", "corporate author"]),
    (Year, &["year", "publication year", "published year", "py", "yr", "pubinfo dt year", "pub year", "year of publication", "発行年", "出版年", "刊行年", "発表年", "西暦", "publicationyear", "年", "pubyear"]),
    (Date, &["date", "publication date", "pubdate", "pub date", "dp", "published", "発行年月", "発行年月日", "年月次", "発行日", "出版年月", "pubinfo dt text", "date published", "first posted", "date registration", "出版日付", "出版时间", "发表时间", "date of publication", "publicationdate", "published print", "published online", "issued"]),
    (Month, &["month", "published month", "pubinfo dt month", "発行月"]),
    (Day, &["day", "pubinfo dt day"]),
    (Journal, &["journal", "source title", "journal book", "publication title", "publication", "journal name", "journal title", "jn", "so", "secondary title", "jinfo jtl", "jf", "収載誌名", "雑誌名", "誌名", "掲載誌", "収載誌", "出典", "jt", "full journal name", "source journal", "t2", "venue", "periodical full", "parenttitle", "parent title", "journal book title", "container title", "publication name", "資料名", "収録刊行物", "刊名", "期刊", "文献来源", "primary location source display name", "pubtitle"]),
    (Abbreviation, &["journal abbreviation", "abbreviated source title", "journal iso abbreviation", "ji", "j9", "alt journal", "ja", "略誌名", "ta", "jo", "periodical abbrev"]),
    (Container, &["booktitle", "book title", "conference title", "conference name", "proceedings title", "book series title", "bt", "anthology title", "title secondary"]),
    (Volume, &["volume", "vo", "vl", "pubinfo vid", "巻", "vol", "volume number", "journal volume", "biblio volume", "卷"]),
    (Issue, &["issue", "number", "ip", "is", "pubinfo iid", "号", "no", "issue number", "journal issue", "iss", "biblio issue", "期"]),
    (VolumeIssue, &["巻(号)", "巻号", "巻号数", "巻・号", "巻号頁", "巻号ページ", "巻(号)頁", "巻(号)ページ", "巻・号・頁", "巻・号・ページ", "巻号・頁", "巻号・ページ", "volume issue", "vol no", "vol issue"]),
    (Pages, &["pages", "page range", "pagerange", "pg", "頁", "ページ", "開始頁 終了頁", "page s", "page numbers", "page", "artinfo pages", "掲載頁", "頁数", "pagination", "page info", "页码", "開始-終了頁", "開始頁-終了頁", "開始終了頁", "開始-終了ページ", "掲載ページ", "始頁-終頁"]),
    (PageStart, &["start page", "page start", "startpage", "bp", "sp", "artinfo ppf", "開始ページ", "開始頁", "first page", "beginning page", "biblio first page"]),
    (PageEnd, &["end page", "page end", "endpage", "ep", "終了ページ", "終了頁", "last page", "ending page", "other pages", "biblio last page"]),
    (ArticleNumber, &["article number", "art no", "ar", "eid number", "elocation id"]),
    (Doi, &["doi", "item doi", "di", "do", "digital object identifier", "doi link", "book doi", "d2"]),
    (Pmid, &["pmid", "pubmed id", "pubmedid", "pm", "pubmed", "ids pmid"]),
    (Pmcid, &["pmcid", "pmc id", "pmc", "ids pmcid"]),
    (Accession, &["accession number", "accession", "an", "ui", "document id", "proquest document id", "ut unique wos id", "ut", "eid", "header uiterm", "医中誌文献番号", "文献番号", "医中誌番号", "unique id", "accession no", "pre医中誌番号", "lens id", "cochrane review id", "cochrane trial id", "j global id", "crid", "central id"]),
    (Numbers, &["issn", "eissn", "isbn", "isbns", "e issn", "electronic issn", "print issn", "jinfo issn", "sn", "ei", "bn", "issn isbn", "issns", "is sn", "isbn issn", "standardnumber", "standard number", "primary location source issn"]),
    (Abstract, &["abstract", "abstract note", "ab", "abstracts", "n2", "抄録", "要旨", "アブストラクト", "要約", "artinfo ab 0", "artinfo ab", "abstract text", "summary", "description", "brief summary", "摘要"]),
    (AbstractOther, &["original abstract", "abstract other", "英文抄録", "英語抄録", "和文抄録", "artinfo ab 1", "abstract en"]),
    (Keywords, &["keywords", "keyword", "index keywords", "keywords plus", "id keywords", "キーワード", "keyword s", "kw", "tags keywords", "ieee terms", "emtree medical index terms", "emtree medical index terms major focus", "emtree drug index terms", "emtree drug index terms major focus", "subjects", "subject", "automatic tags", "inspec controlled terms", "keywords display name", "準シソーラス用語", "关键词"]),
    (AuthorKeywords, &["author keywords", "de", "著者キーワード", "manual tags", "ot", "identifierkeywords"]),
    (Thesaurus, &["descriptor s", "descriptors", "シソーラス用語", "統制語", "subject headings", "thesaurus", "artinfo sug subj", "subjectterms"]),
    (Mesh, &["mesh terms", "mesh", "mh", "mesh headings", "mesh descriptor name"]),
    (Language, &["language", "language of original document", "la", "lg", "言語", "本文言語", "lang", "languages", "language s"]),
    (Types, &["document type", "publication type", "publication types", "dt", "pt", "article type", "論文種類", "論文種別", "記事区分", "artinfo pubtype", "artinfo doctype", "work type", "sourcetype", "document identifier", "source type", "content type", "study type", "pub type", "文献类型", "来源库", "documenttype", "articletype", "type of work"]),
    (Kind, &["type", "item type", "type of reference", "reference type", "ref type", "資料種別", "文献種別", "entry type", "entrytype", "ty", "bibtex type", "typename"]),
    (Database, &["database", "db", "source database", "データベース", "library catalog", "header longdbname", "databases", "検索データベース", "name of database", "remote database name", "database name"]),
    (Publisher, &["publisher", "pu", "pb", "出版社", "発行元", "発行元名", "出版者", "institution", "school", "primary location source host organization name"]),
    (Link, &["url", "urls", "link", "links", "documenturl", "document url", "fulltext url", "ur", "open url link", "pdf link", "ftxurl", "url link", "リンク", "header displayinfo plink url", "web of science record", "link attachments", "articleurl", "fulltexturl", "external url", "source urls", "source linkout", "study url", "web address", "primary location landing page url", "链接", "full text link"]),
    (Affiliation, &["affiliation", "affiliations", "author affiliations", "addresses", "c1", "所属", "所属機関", "所属機関名", "著者所属", "author address", "artinfo aug affil", "ad", "in", "authors raw affiliation", "authorships raw affiliation strings", "机构", "单位"]),
    (Notes, &["notes", "note", "extra", "備考", "メモ", "n1", "user notes"]),
    (Trials, &["clinical trial numbers", "trial registration", "registry number", "trial id", "試験登録番号", "ctgov id", "ictrp id"]),
    (ExternalId, &["id", "record id", "recordid", "record number", "rec number", "no id", "通し番号", "整理番号", "連番", "管理番号", "論文id", "文献id", "ref id", "refid", "study id", "item id", "itemid", "covidence", "unique identifier", "external id"]),
    (Citation, &["citation"]),
    (Source, &["source"]),
    (Notices, &["notices", "erabi notices", "comments corrections"]),
    (Verdict, &["decision", "verdict", "included", "include", "inclusion", "label", "label included", "asreview label", "final decision", "final included", "screening decision", "判定", "採否", "最終判定", "判定結果", "一次スクリーニング", "一次判定", "二次スクリーニング", "二次判定", "採択", "title abstract decision", "full text decision", "title abstract screening", "full text screening", "screening", "vote", "採用除外"]),
    (Reason, &["exclusion reason", "reason", "exclusion reasons", "reason for exclusion", "除外理由", "除外の理由", "理由", "reasons", "full text exclusion reason"]),
    (Reviewer, &["reviewer", "screener", "reviewer name", "判定者", "レビュアー", "評価者", "rater", "担当者", "査読者", "screened by", "decided by"]),
    (Comment, &["comment", "comments", "コメント", "asreview note", "exported notes 1", "reviewer comment", "decision note", "判定コメント"]),
    (Labels, &["labels", "tags", "label names", "ラベル", "タグ", "asreview tags"]),
    (Skip, &["create date", "cited by", "times cited wos core", "times cited all databases", "180 day usage count", "since 2013 usage count", "cited reference count", "reference count", "date of export", "orn", "vn", "mo", "ftxurl", "fturl", "xl", "page count", "num pages", "number of pages", "date added", "date modified", "access date", "author s id", "cited references", "references", "file attachments", "highly cited status", "hot paper status", "article citation count", "patent citation count", "artinfo formats", "artinfo ppct", "resultid", "header shortdbname", "z9", "tc", "nr", "cr", "u1", "u2", "da", "ref", "dimensions url"]),
];

/// Words for the fields that a person may name (`import::mapping`), the field each stands for, and what else is shown as it. The
/// interface has a label for every word.
const WORDS: &[(&str, Field, &[Field])] = &[
    ("title", Title, &[]),
    ("title_other", TitleOther, &[]),
    ("authors", Authors, &[AuthorsFull]),
    ("year", Date, &[Year]),
    ("journal", Journal, &[Container]),
    ("volume", Volume, &[VolumeIssue]),
    ("issue", Issue, &[]),
    ("pages", Pages, &[]),
    ("start_page", PageStart, &[]),
    ("end_page", PageEnd, &[]),
    ("doi", Doi, &[]),
    ("pmid", Pmid, &[]),
    ("accession", Accession, &[]),
    ("issn", Numbers, &[]),
    ("abstract", Abstract, &[]),
    ("abstract_other", AbstractOther, &[]),
    ("keywords", Keywords, &[AuthorKeywords, Thesaurus, ThesaurusMajor, Mesh]),
    ("language", Language, &[]),
    ("type", Types, &[Kind]),
    ("database", Database, &[]),
    ("publisher", Publisher, &[]),
    ("link", Link, &[]),
    ("affiliation", Affiliation, &[]),
    ("notes", Notes, &[]),
    ("verdict", Verdict, &[]),
    ("reason", Reason, &[]),
    ("reviewer", Reviewer, &[]),
    ("comment", Comment, &[]),
    ("labels", Labels, &[]),
    ("keep", Extra, &[]),
];
/// The word where a field is known and has none of its own.
const KNOWN: &str = "known";

/// Every word that a name may be mapped to.
pub fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, ..)| *word)
}

/// The field that a word stands for.
pub fn field_of_word(word: &str) -> Option<Field> {
    WORDS.iter().find(|(known, ..)| *known == word).map(|(_, field, _)| *field)
}

/// The word as this table has it; empty for none of it.
pub fn word(word: &str) -> &'static str {
    words().find(|known| *known == word).unwrap_or_default()
}

/// As `word`, for a field that readers know and people can't choose: `known`.
pub fn word_or_known(field: &str) -> &'static str {
    words().find(|known| *known == field).unwrap_or(KNOWN)
}

/// The field of a name that stands in the table of columns.
pub fn field_of_name(name: &str) -> Option<Field> {
    lookup(&fold_name(name)).filter(|field| *field != Skip)
}

/// The word of a name that stands in the table of columns.
pub fn known(name: &str) -> Option<&'static str> {
    field_of_name(name).map(word_of)
}

/// The word that shows a field.
pub fn word_of(field: Field) -> &'static str {
    WORDS.iter().find(|(_, own, like)| *own == field || like.contains(&field)).map_or(KNOWN, |(word, ..)| word)
}

/// A column name for comparison: folded, every sign a blank. A name of nothing but signs (`#`, `％`) keeps them.
pub fn fold_name(name: &str) -> String {
    let folded = text::fold(&name.replace(['\u{feff}', '"'], ""));
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { folded.trim().to_owned() } else { words.join(" ") }
}

/// The field of a column, by provider where a name means different things.
pub fn field(name: &str, provider: Provider) -> Option<Field> {
    let folded = fold_name(name);
    let own = match (provider, folded.as_str()) {
        (Provider::Ovid, "cp" | "ma" | "ca" | "pe" | "oc" | "ps" | "ol" | "ph") => Some(Extra),
        (Provider::Ovid, "so") => Some(Source),
        (Provider::Ovid, "is") => Some(Numbers),
        (Provider::Ovid, "id") => Some(AuthorKeywords),
        (Provider::Embase, "aip ip entry date" | "full record entry date") => Some(Skip),
        (Provider::Embase, name) if name.starts_with("emtree") && name.ends_with("major focus") => Some(ThesaurusMajor),
        // `keywords` says again what the columns of terms before it say
        (Provider::Embase, name) if name.starts_with("emtree") || name == "keywords" => Some(Thesaurus),
        (Provider::Wos, "id") => Some(Keywords),
        (Provider::Wos, "pt" | "publication type") => Some(Kind),
        (Provider::Wos, "pd") => Some(Month),
        // the databases beside the Core Collection
        (Provider::Wos, "ps") => Some(Pages),
        (Provider::Wos, "bd") => Some(Thesaurus),
        (Provider::Wos, "an") => Some(Extra),
        (Provider::Wos, "se" | "pg" | "rp" | "em" | "fx" | "fu") => Some(Extra),
        (Provider::Wos, "so") => Some(Journal),
        (Provider::Scopus, "source") => Some(Database),
        (Provider::Zotero, "type") => Some(Types),
        (Provider::Lilacs, "id") => Some(Accession),
        (Provider::Lilacs, "accession number") => Some(Extra),
        (Provider::Lilacs, "type") => Some(Types),
        (Provider::Covidence, "ref") => Some(ExternalId),
        (Provider::Covidence, "study" | "covidence") => Some(Extra),
        (Provider::Ieee, "date added to xplore") => Some(Skip),
        (Provider::ProQuest, "storeid") => Some(Accession),
        (Provider::ProQuest, "findacopy" | "entrydate" | "languageofsummary") => Some(Skip),
        (Provider::SciElo, "id") => Some(Accession),
        (Provider::Dimensions, "publication id") => Some(Accession),
        (Provider::Dimensions, "authors affiliations" | "dimensions url" | "rank") => Some(Skip),
        (Provider::EuropePmc, "external id") => Some(Accession),
        (Provider::GoogleScholar, "age" | "ecc" | "cites" | "gsrank" | "querydate" | "citesurl" | "relatedurl") => Some(Skip),
        (Provider::GoogleScholar, "citesperyear" | "citesperauthor" | "authorcount") => Some(Skip),
        (Provider::ClinicalTrials, "nct number") | (Provider::Ictrp, "trialid") => Some(Accession),
        (Provider::Ictrp, "scientific title") => Some(Title),
        (Provider::Ictrp, "public title") => Some(TitleOther),
        (Provider::Ictrp, name) if name.starts_with("contact ") => Some(Skip),
        (Provider::ClinicalTrials | Provider::Ictrp, "conditions" | "condition") => Some(Keywords),
        (Provider::ClinicalTrials | Provider::Ictrp, "other ids" | "secondary id" | "secondary ids") => Some(Trials),
        (Provider::OpenAlex, "id") => Some(Accession),
        (Provider::OpenAlex, "is retracted") => Some(Retracted),
        // about a hundred more, of its own graph and of counts
        (Provider::OpenAlex, name) if lookup(name).is_none() && (name.contains(' ') || name == "fwci" || name == "versions") => Some(Skip),
        (Provider::Ebsco, "artinfo ppct") => Some(PageCount),
        (Provider::Ebsco, name) if name.starts_with("artinfo aug au ") => Some(Authors),
        (Provider::Ebsco, name) if name.starts_with("artinfo sug subj ") => Some(if name.ends_with("text") { Term } else { TermWeight }),
        (Provider::Ebsco, name) if name.starts_with("artinfo ui ") => Some(if name.ends_with("text") { Doi } else { Skip }),
        (Provider::Ebsco, name) if name.starts_with("artinfo doctype") || name.starts_with("artinfo pubtype") => Some(Types),
        (Provider::Ebsco, name) if name.starts_with("jinfo issn") => Some(Numbers),
        (Provider::Ebsco, name) if name.starts_with("artinfo keyword") => Some(AuthorKeywords),
        _ => None,
    };
    own.or_else(|| lookup(&folded)).or_else(|| remarked(name))
}

/// A name with a remark in parentheses (`雑誌名（略誌名）`, `Year (YYYY)`) by what stands before it; what people decided is told apart by
/// such remarks.
fn remarked(name: &str) -> Option<Field> {
    let (before, _) = name.split_once(['(', '（'])?;
    let told_apart = [Verdict, Reason, Reviewer, Comment, Labels, ExternalId, Skip];
    named(&fold_name(before)).filter(|field| !told_apart.contains(field))
}

/// By the table alone; of a name in two scripts (`Title-题名`, `著者 (Author)`) by the one that is not Latin, since `TI  - 題` is no name.
fn lookup(folded: &str) -> Option<Field> {
    named(folded).or_else(|| {
        let (latin, other): (Vec<&str>, Vec<&str>) = folded.split(' ').partition(|word| word.is_ascii());
        let two =
            other.len() == 1 && (1..=2).contains(&latin.len()) && latin.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase()));
        if two { named(other[0]) } else { None }
    })
}

fn named(folded: &str) -> Option<Field> {
    // a Japanese name may have been folded (スクリーニング loses its long mark), so the table's names are folded alike
    static FOLDED: std::sync::LazyLock<std::collections::HashMap<String, Field>> = std::sync::LazyLock::new(|| {
        let mut map = std::collections::HashMap::new();
        for (field, names) in NAMES {
            for name in *names {
                map.entry(fold_name(name)).or_insert(*field);
            }
        }
        map
    });
    FOLDED.get(folded).copied()
}

/// How many different fields a row of cells names: what makes it a header.
pub fn recognised(cells: &[String]) -> usize {
    let mut seen: Vec<Field> = Vec::new();
    for cell in cells.iter().filter(|cell| !cell.trim().is_empty() && cell.len() <= 80) {
        if let Some(field) = field(cell, Provider::Generic).filter(|field| *field != Skip)
            && !seen.contains(&field)
        {
            seen.push(field);
        }
        // EBSCO's flattened names
        if cell.starts_with("artinfo/") && seen.len() < 50 {
            seen.push(Extra);
        }
    }
    seen.len()
}

/// True where a header names the title (in any of its spellings).
pub fn names_title(cells: &[String]) -> bool {
    cells.iter().any(|cell| field(cell, Provider::Generic) == Some(Title))
}

/// Whose table it is, by columns that only one writes.
pub fn provider(header: &[String]) -> Provider {
    let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
    let has = |wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|known| known == name));
    let any = |part: &str| names.iter().any(|name| name.contains(part));
    let rules: [(bool, Provider); 27] = [
        (has(&["id", "title other", "abstract other", "journal abbreviation", "publication types"]), Provider::Erabi),
        (has(&["covidence", "study"]), Provider::Covidence),
        (any("asreview") || has(&["label included"]), Provider::AsReview),
        (has(&["key", "item type"]), Provider::Zotero),
        (has(&["title primary", "authors primary"]), Provider::RefWorks),
        (has(&["orn", "vn", "db"]) || has(&["vn", "db", "ti"]), Provider::Ovid),
        (any("artinfo tig atl") || any("artinfo aug au"), Provider::Ebsco),
        ((any("emtree") || any("aip ip entry date") || has(&["author names", "original abstract"])) && has(&["source"]), Provider::Embase),
        (has(&["source title", "eid"]), Provider::Scopus),
        (
            has(&["ut unique wos id"])
                || has(&["pt", "ti", "so"])
                || (has(&["source title", "publication year"]) && any("times cited"))
                || has(&["source title", "book authors"])
                || has(&["source title", "average per year"]),
            Provider::Wos,
        ),
        (has(&["pmid", "journal book"]), Provider::PubMed),
        (has(&["sourcetype", "documenturl"]) || has(&["storeid", "pubtitle"]), Provider::ProQuest),
        (has(&["fulltext url", "descriptor s"]), Provider::Lilacs),
        (has(&["document title", "ieee terms"]), Provider::Ieee),
        (any("医中誌") || has(&["収載誌名"]) || has(&["論文種類"]), Provider::Ichushi),
        (has(&["key", "authors", "journal", "notes"]) || has(&["pmc id", "pubmed id", "notes"]), Provider::Rayyan),
        (any("scielo") || has(&["author s", "language s", "fulltext url"]), Provider::SciElo),
        (any("eppi") || has(&["itemid", "parenttitle"]), Provider::Eppi),
        (has(&["publication id", "pubyear", "times cited"]), Provider::Dimensions),
        (has(&["lens id", "title"]), Provider::Lens),
        (any("primary location source") || any("authorships author"), Provider::OpenAlex),
        (has(&["gsrank", "articleurl"]), Provider::GoogleScholar),
        (has(&["external id", "pub type", "journal title"]), Provider::EuropePmc),
        (has(&["nct number", "study url"]), Provider::ClinicalTrials),
        (has(&["trialid", "source register"]), Provider::Ictrp),
        (any("cochrane review") || has(&["central id"]), Provider::Cochrane),
        (has(&["item doi", "content type"]), Provider::Springer),
    ];
    rules.iter().find(|(holds, _)| *holds).map_or(Provider::Generic, |(_, provider)| *provider)
}
