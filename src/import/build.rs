//! A record put together field by field, the same way for every format. Its one rule: a value that loses against a
//! better one is kept where a person can see it (the other title, the other abstract, `extra`), never dropped unseen.

use super::limits::{MAX_AUTHORS, MAX_KEYWORDS};
use super::prior;
use super::tagged::split;
use crate::model::{Author, Keyword, Notice, Record};
use crate::normalize::letters::{Letters, Word};
use crate::normalize::{dates, ids, language, links, names, pages, text};

/// Longest statement of rights that is taken for nothing else (publishers' second `AB`).
const MAX_RIGHTS: usize = 1_200;
/// Longest label at the head of a section of an abstract (`MATERIALS AND METHODS:`).
const MAX_LABEL: usize = 48;

/// Keywords for which room is made at once.
const USUAL_KEYWORDS: usize = 16;
/// Authors for which room is made at once.
const USUAL_AUTHORS: usize = 8;

/// How a title or journal name was given; the smaller the better.
pub type Rank = u8;

/// A record under construction.
#[derive(Debug, Default)]
pub struct Builder {
    pub record: Record,
    title_rank: Option<Rank>,
    journal_rank: Option<Rank>,
    start: String,
    end: String,
    abstracts: Vec<String>,
    /// Editors, the authors of a work that names no other.
    editors: Vec<Author>,
    /// Month and day, where a field of their own says them.
    month: String,
    /// The first DOI in a note: this entry's, unless a field of its own says it.
    doi_of_note: Option<String>,
}

impl Builder {
    /// The title. A better rank wins; of equal ones the first, and one in another script becomes the other title.
    pub fn title(&mut self, rank: Rank, value: &str) {
        let Some(value) = cleaned(value) else { return };
        match (&self.record.title, self.title_rank) {
            (None, _) => {}
            (Some(old), _) if *old == value => return,
            (Some(old), Some(old_rank)) => {
                let differs = text::has_japanese(old) != text::has_japanese(&value);
                if rank < old_rank {
                    if differs {
                        self.record.title_other.get_or_insert(old.clone());
                    }
                } else {
                    if differs {
                        self.title_other(&value);
                    }
                    return;
                }
            }
            _ => {}
        }
        self.record.title = Some(value);
        self.title_rank = Some(rank);
    }

    /// The title in the other language.
    pub fn title_other(&mut self, value: &str) {
        let value = text::clean(value).into_owned();
        if !value.is_empty() && self.record.title_other.is_none() {
            self.record.title_other = Some(value);
        }
    }

    /// One author, in the way most databases write them.
    pub fn author(&mut self, value: &str) {
        if !is_absent(value) {
            self.push_author(names::author(value));
        }
    }

    pub fn push_author(&mut self, author: Option<Author>) {
        if let Some(author) = author
            && self.record.authors.len() < MAX_AUTHORS
        {
            if self.record.authors.is_empty() {
                self.record.authors.reserve(USUAL_AUTHORS);
            }
            self.record.authors.push(author);
        }
    }

    pub fn editor(&mut self, value: &str) {
        if let Some(editor) = names::author(value)
            && self.editors.len() < MAX_AUTHORS
        {
            self.editors.push(editor);
        }
    }

    /// The journal, or the book of a chapter. A better rank wins.
    pub fn journal(&mut self, rank: Rank, value: &str) {
        if is_absent(value) || self.journal_rank.is_some_and(|old| old <= rank) {
            return;
        }
        if let Some(journal) = cleaned(value) {
            self.record.journal = Some(journal);
            self.journal_rank = Some(rank);
        }
    }

    pub fn abbreviation(&mut self, value: &str) {
        if self.record.journal_abbreviation.is_none() {
            self.record.journal_abbreviation = cleaned(value);
        }
    }

    /// The publication date in the source's words; the fuller statement is kept, the first year wins.
    pub fn date(&mut self, value: &str) {
        let value = text::trimmed(value);
        let Some(year) = dates::year(value) else { return };
        self.record.year.get_or_insert(year);
        if self.record.year == Some(year) && self.record.date.as_ref().is_none_or(|old| old.len() < value.len()) {
            self.record.date = Some(value.to_owned());
        }
    }

    /// Month and day beside a year in a field of its own (`MAY`, `FEB 15`): the issue's date, before any of early access.
    pub fn month(&mut self, value: &str) {
        if self.month.is_empty() && dates::year(value).is_none() {
            self.month = value.trim().to_owned();
        }
    }

    pub fn volume(&mut self, value: &str) {
        set(&mut self.record.volume, value);
    }

    pub fn issue(&mut self, value: &str) {
        set(&mut self.record.issue, value);
    }

    /// Pages in one statement.
    pub fn pages(&mut self, value: &str) {
        if self.record.pages.is_none() && !is_absent(value) {
            self.record.pages = pages::pages(value);
        }
    }

    pub fn start_page(&mut self, value: &str) {
        if self.start.is_empty() && !is_absent(value) {
            self.start = text::trimmed(value).to_owned();
        }
    }

    pub fn end_page(&mut self, value: &str) {
        if self.end.is_empty() && !is_absent(value) {
            self.end = text::trimmed(value).to_owned();
        }
    }

    pub fn doi(&mut self, value: &str) {
        if self.record.doi.is_none() {
            self.record.doi = ids::doi(value);
        }
    }

    /// A DOI within a note may be that of a work it speaks of; it counts where no field says one.
    pub fn doi_of_note(&mut self, note: &str) {
        if self.record.doi.is_none() && self.doi_of_note.is_none() {
            self.doi_of_note = ids::doi(note);
        }
    }

    pub fn pmid(&mut self, value: &str) {
        if self.record.pmid.is_none() {
            self.record.pmid = ids::pmid(value);
        }
    }

    pub fn accession(&mut self, value: &str) {
        if !is_absent(value) {
            set(&mut self.record.accession, value);
        }
    }

    /// ISSNs and ISBNs, any number of them in one text.
    pub fn serial(&mut self, value: &str) {
        if let Some(issn) = ids::plain_issn(value) {
            if !self.record.issn.contains(&issn) {
                self.record.issn.push(issn);
            }
            return;
        }
        let isbns = ids::isbns(value);
        let issns = if isbns.is_empty() || value.len() > 20 { ids::issns(value) } else { Vec::new() };
        extend_new(&mut self.record.isbn, isbns);
        extend_new(&mut self.record.issn, issns);
    }

    /// A piece of the abstract: a section, the abstract in another language, or a statement of rights.
    pub fn abstract_part(&mut self, value: &str) {
        if is_absent(value) {
            return;
        }
        let value = text::block(value);
        if !value.is_empty() && !self.abstracts.contains(&value) {
            self.abstracts.push(value);
        }
    }

    pub fn has_abstract(&self) -> bool {
        !self.abstracts.is_empty()
    }

    /// An abstract in a second field: the other language, unless it says the same.
    pub fn second_abstract(&mut self, value: &str) {
        let value = text::block(value);
        if !self.abstracts.contains(&value) {
            self.abstract_other(&value);
        }
    }

    pub fn abstract_other(&mut self, value: &str) {
        let value = text::block(value);
        if !value.is_empty() && self.record.abstract_other.is_none() {
            self.record.abstract_other = Some(value);
        }
    }

    /// One keyword; `*` before or within it marks a major one.
    pub fn keyword(&mut self, value: &str, kind: &'static str) {
        self.keyword_marked(value, kind, false);
    }

    /// As `keyword`, of a text that `text::is_simple`.
    pub fn simple_keyword(&mut self, value: &str, kind: &'static str) {
        self.push_keyword(value.to_owned(), kind, false);
    }

    /// One keyword that the source may say to be a major one in words of its own.
    pub fn keyword_marked(&mut self, value: &str, kind: &'static str, major: bool) {
        let value = text::trimmed(value);
        // nearly always the only star stands at the head
        let (bare, starred) = value.strip_prefix('*').map_or((value, false), |bare| (text::trimmed(bare), true));
        if text::is_simple(bare) {
            return self.push_keyword(bare.to_owned(), kind, major || starred);
        }
        let value = if value.ends_with(';') { value.trim_end_matches(';') } else { value };
        let starred = memchr::memchr(b'*', value.as_bytes()).is_some();
        let mut bare = String::new();
        if starred {
            bare.reserve(value.len());
            split(value, b'*').for_each(|part| bare.push_str(part));
        }
        if let Some(term) = text::clean_opt(if starred { &bare } else { value }) {
            self.push_keyword(term, kind, major || starred);
        }
    }

    /// `term` has no blanks at its ends.
    #[inline]
    fn push_keyword(&mut self, term: String, kind: &'static str, major: bool) {
        let keywords = &mut self.record.keywords;
        if !says_absent(&term) && keywords.len() < MAX_KEYWORDS {
            if keywords.is_empty() {
                keywords.reserve(USUAL_KEYWORDS);
            }
            keywords.push(Keyword { term, kind: kind.into(), major });
        }
    }

    /// A language by code or word; of several the first.
    pub fn language(&mut self, value: &str) {
        if self.record.language.is_none() && !is_absent(value) {
            self.record.language = language::code(value);
        }
    }

    pub fn publication_type(&mut self, value: &str) {
        if let Some(value) = cleaned(value)
            && !is_absent(&value)
            && !self.record.publication_types.contains(&value)
        {
            let says = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(&value));
            if says(&["retracted publication", "retracted article", "retracted"]) {
                self.notice("retracted", &value);
            } else if says(&["retraction of publication", "retraction"]) {
                self.notice("retraction_of", &value);
            }
            self.record.publication_types.push(value);
        }
    }

    pub fn database(&mut self, value: &str) {
        if self.record.database.is_none() && !is_absent(value) {
            self.record.database = cleaned(value);
        }
    }

    pub fn publisher(&mut self, value: &str) {
        if self.record.publisher.is_none() && !is_absent(value) {
            self.record.publisher = cleaned(value);
        }
    }

    /// A link; it may also say the DOI, the PMID or the PMCID.
    pub fn link(&mut self, value: &str) {
        const DOI: Word = Word::new("doi.org/");
        const NCBI: Word = Word::new("ncbi");
        const PMC: Word = Word::new("/pmc/articles/");
        let value = text::trimmed(value);
        if value.is_empty() {
            return;
        }
        let letters = Letters::of(value);
        if self.record.doi.is_none() && DOI.is_in(value, letters) {
            self.record.doi = ids::doi(value);
        }
        if self.record.pmid.is_none() && NCBI.is_in(value, letters) {
            self.record.pmid = pmid_of_link(value);
        }
        if self.record.pmcid.is_none() && PMC.is_in(value, letters) {
            self.record.pmcid = ids::pmcid(value);
        }
        if let Some(link) = links::clean_seen(value, letters)
            && !self.record.links.contains(&link)
        {
            self.record.links.push(link);
        }
    }

    pub fn affiliation(&mut self, value: &str) {
        if let Some(value) = cleaned(value)
            && !is_absent(&value)
            && self.record.affiliations.len() < MAX_AUTHORS
            && !self.record.affiliations.contains(&value)
        {
            self.record.affiliations.push(value);
        }
    }

    /// A note that a person may want to read; what Rayyan wrote into it becomes decisions.
    pub fn note(&mut self, value: &str) {
        let mut value = text::block(value);
        if prior::is_rayyan(&value) {
            value = prior::rayyan(&value.replace('\n', " "), &mut self.record);
        }
        if !value.is_empty() && !is_absent(&value) && !self.record.notes.contains(&value) {
            self.record.notes.push(value);
        }
    }

    /// `kind` is one of those of `Notice`.
    pub fn notice(&mut self, kind: &str, value: &str) {
        let notice = Notice { kind: kind.to_owned(), text: text::clean(value).into_owned() };
        if !self.record.notices.contains(&notice) {
            self.record.notices.push(notice);
        }
    }

    /// Takes `[Comment on: …]`, `Retraction in …`, `Erratum in …`; says whether it was one.
    pub fn notice_in(&mut self, value: &str) -> bool {
        const HEADS: [(&str, &str); 9] = [
            ("retraction in", "retracted"),
            ("retracted", "retracted"),
            ("retraction of", "retraction_of"),
            ("erratum", "erratum"),
            ("correction", "erratum"),
            ("comment", "comment"),
            ("expression of concern", "concern"),
            ("update", "update"),
            ("republished", "update"),
        ];
        let bare = value.trim().trim_start_matches('[');
        let found = HEADS.iter().find(|(head, _)| bare.get(..head.len()).is_some_and(|s| s.eq_ignore_ascii_case(head)));
        if let Some((_, kind)) = found {
            self.notice(kind, bare.trim_end_matches(']'));
        }
        found.is_some()
    }

    /// Trial registration numbers anywhere in a text.
    pub fn trials_in(&mut self, value: &str) {
        extend_new(&mut self.record.trial_ids, ids::trial_ids(value));
    }

    /// A tag nobody knows, with its value.
    pub fn unknown(&mut self, tag: &str, value: &str) {
        let value = text::clean(value);
        if !value.is_empty() {
            self.record.extra.push((tag.to_owned(), value.into_owned()));
        }
    }

    /// The record, with what had to wait until all fields were there.
    pub fn finish(mut self) -> Record {
        if self.record.pages.is_none() && !(self.start.is_empty() && self.end.is_empty()) {
            self.record.pages = pages::start_end(Some(&self.start), Some(&self.end));
        }
        if self.record.authors.is_empty() {
            self.record.authors = std::mem::take(&mut self.editors);
        }
        self.record.doi = self.record.doi.take().or(self.doi_of_note.take());
        if let Some(year) = self.record.year.filter(|_| !self.month.is_empty()) {
            self.record.date = Some(format!("{year} {}", self.month));
        }
        self.settle_abstracts();
        if self.record.notices.is_empty()
            && let Some(title) = self.record.title.take()
        {
            let upper = title.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("retracted"));
            let marked = upper && title[9..].trim_start().starts_with([':', '.', ']']);
            if marked || (!title.is_ascii() && title.contains("撤回論文")) {
                self.notice("retracted", &title);
            }
            self.record.title = Some(title);
        }
        if self.record.title_other == self.record.title {
            self.record.title_other = None;
        }
        self.record
    }

    fn settle_abstracts(&mut self) {
        let mut parts = std::mem::take(&mut self.abstracts);
        for part in &parts {
            extend_new(&mut self.record.trial_ids, ids::trial_ids(part));
        }
        if parts.len() > 1 {
            parts.retain(|part| !is_rights_statement(part));
        }
        let mut parts = parts.into_iter();
        let Some(mut first) = parts.next() else { return };
        let mut other = self.record.abstract_other.take();
        for part in parts {
            let same_script = text::has_japanese(&first) == text::has_japanese(&part);
            let target = if same_script && begins_with_label(&part) { &mut first } else { other.get_or_insert_default() };
            if !target.is_empty() {
                target.push('\n');
            }
            target.push_str(&part);
        }
        self.record.abstract_text = Some(first);
        self.record.abstract_other = other;
    }
}

/// Values with which tools say that there is none.
#[inline]
pub fn is_absent(value: &str) -> bool {
    says_absent(text::trimmed(value))
}

/// As `is_absent`, of a value without blanks at its ends.
#[inline]
fn says_absent(value: &str) -> bool {
    const LONGEST: usize = "undefined".len();
    value.len() <= LONGEST && is_word_for_none(value)
}

fn is_word_for_none(value: &str) -> bool {
    matches!(value, "" | "NA" | "N/A" | "n/a" | "null" | "None" | "none" | "nan" | "NaN" | "undefined" | "-" | "No" | "Specified")
}

/// The value in one line; folded lines are blanks to `clean`.
fn cleaned(value: &str) -> Option<String> {
    text::clean_opt(value)
}

fn set(place: &mut Option<String>, value: &str) {
    if place.is_none() && !is_absent(value) {
        *place = cleaned(value);
    }
}

fn extend_new(known: &mut Vec<String>, more: Vec<String>) {
    for value in more {
        if !known.contains(&value) {
            known.push(value);
        }
    }
}

fn pmid_of_link(link: &str) -> Option<String> {
    let hosts = ["pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/"];
    let rest = hosts.iter().find_map(|host| link.find(host).map(|at| &link[at + host.len()..]))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=8).contains(&digits).then(|| rest[..digits].to_owned())
}

/// A publisher's statement of rights that stands where an abstract could.
fn is_rights_statement(part: &str) -> bool {
    let claims = ["may not be copied", "All rights reserved", "all rights reserved", "is the property of", "is copyright of"];
    let heads = ["Copyright", "©", "(c)", "(C)", "COPYRIGHT"];
    let about = heads.iter().any(|head| part.starts_with(head)) || part.contains("copyright holder");
    part.len() <= MAX_RIGHTS && (about || (part.len() < 300 && claims.iter().any(|claim| part.contains(claim))))
}

/// `Methods: …`, `MATERIALS AND METHODS: …`, `Method(s): …`, `【目的】…`.
fn begins_with_label(part: &str) -> bool {
    if part.starts_with(['【', '〔', '[']) {
        return true;
    }
    part.find(':').is_some_and(|at| {
        at <= MAX_LABEL
            && part.starts_with(char::is_uppercase)
            && part[..at].chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '&' | ',' | '(' | ')' | '-' | '\'' | '’'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_abstracts_are_told_apart() {
        let mut builder = Builder::default();
        builder.abstract_part("AIMS: To see.");
        builder.abstract_part("Method(s): We looked.");
        builder.abstract_part("AUTHORS' CONCLUSIONS: We saw.");
        builder.abstract_part("Copyright of Journal X is the property of Y and its content may not be copied.");
        builder.abstract_part("目的は見ることである。");
        let record = builder.finish();
        assert_eq!(record.abstract_text.as_deref(), Some("AIMS: To see.\nMethod(s): We looked.\nAUTHORS' CONCLUSIONS: We saw."));
        assert_eq!(record.abstract_other.as_deref(), Some("目的は見ることである。"));
    }

    #[test]
    fn titles_by_rank_and_script() {
        let mut builder = Builder::default();
        builder.title(5, "Short");
        builder.title(0, "地域支援の研究");
        builder.title(0, "Community support");
        let record = builder.finish();
        assert_eq!(record.title.as_deref(), Some("地域支援の研究"));
        assert_eq!(record.title_other.as_deref(), Some("Short"));
    }

    #[test]
    fn numbers_of_serials() {
        let mut builder = Builder::default();
        for value in ["0165-0327", "01650327", "978-3-16-148410-0", "1234-567x"] {
            builder.serial(value);
        }
        assert_eq!(builder.record.issn, ["0165-0327", "1234-567X"]);
        assert_eq!(builder.record.isbn, ["9783161484100"]);
        assert_eq!(pmid_of_link("https://www.ncbi.nlm.nih.gov/pubmed/32424665").as_deref(), Some("32424665"));
    }
}
