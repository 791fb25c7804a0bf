//! The fields of the index and how text gets into them. A change here, in `fold`, or of tantivy makes every index be built anew.

use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use uuid::Uuid;

use super::fold::{Folder, Kind};

/// Grows whenever fields or tokens change.
pub const VERSION: u32 = 1;
const PLAIN: &str = "erabi_plain";
const STEMMED: &str = "erabi_stemmed";

/// What is searched of a citation.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub id: Uuid,
    pub titles: Vec<String>,
    pub abstracts: Vec<String>,
    pub authors: Vec<String>,
    pub journals: Vec<String>,
    pub keywords: Vec<String>,
    /// DOI, PMID, accession number, registry numbers, the citation's own number.
    pub identifiers: Vec<String>,
    pub year: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// The id as text, to delete by, and as two numbers, to answer with.
    pub id: Field,
    pub high: Field,
    pub low: Field,
    pub title: Field,
    pub title_stem: Field,
    pub body: Field,
    pub body_stem: Field,
    pub author: Field,
    pub journal: Field,
    pub keyword: Field,
    pub keyword_stem: Field,
    pub identifier: Field,
    pub year: Field,
}

pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer: &str, option| {
        TextOptions::default().set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option))
    };
    let plain = || text(PLAIN, IndexRecordOption::WithFreqsAndPositions);
    let stemmed = || text(STEMMED, IndexRecordOption::WithFreqs);
    let fields = Fields {
        id: builder.add_text_field("id", STRING),
        high: builder.add_u64_field("high", NumericOptions::default().set_fast()),
        low: builder.add_u64_field("low", NumericOptions::default().set_fast()),
        title: builder.add_text_field("title", plain()),
        title_stem: builder.add_text_field("title_stem", stemmed()),
        body: builder.add_text_field("body", plain()),
        body_stem: builder.add_text_field("body_stem", stemmed()),
        author: builder.add_text_field("author", plain()),
        journal: builder.add_text_field("journal", plain()),
        keyword: builder.add_text_field("keyword", plain()),
        keyword_stem: builder.add_text_field("keyword_stem", stemmed()),
        identifier: builder.add_text_field("identifier", STRING),
        year: builder.add_i64_field("year", NumericOptions::default().set_indexed().set_fast()),
    };
    (builder.build(), fields)
}

/// How an identifier is compared.
pub fn identifier(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Fields {
    pub fn document(&self, from: &Document) -> TantivyDocument {
        let mut to = TantivyDocument::default();
        to.add_text(self.id, from.id.to_string());
        let (high, low) = from.id.as_u64_pair();
        to.add_u64(self.high, high);
        to.add_u64(self.low, low);
        for (texts, plain, stemmed) in [
            (&from.titles, self.title, Some(self.title_stem)),
            (&from.abstracts, self.body, Some(self.body_stem)),
            (&from.authors, self.author, None),
            (&from.journals, self.journal, None),
            (&from.keywords, self.keyword, Some(self.keyword_stem)),
        ] {
            for text in texts {
                to.add_text(plain, text);
                if let Some(stemmed) = stemmed {
                    to.add_text(stemmed, text);
                }
            }
        }
        for text in &from.identifiers {
            to.add_text(self.identifier, identifier(text));
        }
        if let Some(year) = from.year {
            to.add_i64(self.year, year);
        }
        to
    }
}

pub fn register(manager: &TokenizerManager, folder: &Folder) {
    manager.register(PLAIN, Pieces { folder: folder.clone(), words_only: false });
    let stemmed = TextAnalyzer::builder(Pieces { folder: folder.clone(), words_only: true }).filter(Stemmer::new(Language::English));
    manager.register(STEMMED, stemmed.build());
}

/// The stem of an English word that is folded already.
pub fn stem(word: &str) -> String {
    let mut analyzer = TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(Language::English)).build();
    let mut stream = analyzer.token_stream(word);
    stream.next().map_or_else(|| word.to_string(), |token| token.text.clone())
}

/// `fold::Folder` as tantivy sees it.
#[derive(Clone)]
struct Pieces {
    folder: Folder,
    words_only: bool,
}

impl Tokenizer for Pieces {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let pieces = self.folder.pieces(text).into_iter().enumerate();
        let kept = pieces.filter(|(_, piece)| !self.words_only || piece.kind == Kind::Word);
        let tokens = kept.map(|(position, piece)| Token {
            offset_from: piece.from,
            offset_to: piece.to,
            position,
            text: piece.text,
            position_length: 1,
        });
        Stream { tokens: tokens.collect(), next: 0 }
    }
}

struct Stream {
    tokens: Vec<Token>,
    next: usize,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}
