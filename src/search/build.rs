//! The tree of a query → tantivy's query. Pairs of characters become phrases, words are also looked for by their stem.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::fold::{Folder, Kind, Piece};
use super::query::{Field, Node};
use super::schema::{Fields, identifier, stem};

/// How much a hit in a field weighs beside one in the abstract.
const TITLE: f32 = 3.0;
const AUTHOR: f32 = 2.0;
const KEYWORD: f32 = 1.5;
const JOURNAL: f32 = 1.0;
const IDENTIFIER: f32 = 10.0;
/// A hit by stem beside one of the word itself.
const STEM: f32 = 0.6;

/// What is looked for in one field: tokens at their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    pub pieces: Vec<(usize, Piece)>,
    pub prefix: bool,
    /// The stem, where the needle is one word that is not quoted.
    pub stem: Option<String>,
}

/// The tokens of a search text; `None` when nothing of it can be searched.
pub fn needle(folder: &Folder, text: &str, phrase: bool, prefix: bool) -> Option<Needle> {
    let all: Vec<(usize, Piece)> = folder.pieces(text).into_iter().enumerate().collect();
    let single = all.len() == 1;
    // The last character of a run is a token of its own; only a run of one character has no other.
    let follows_pair = |at: usize| at > 0 && all[at - 1].1.kind == Kind::Pair;
    let pieces: Vec<(usize, Piece)> = all.iter().filter(|(at, piece)| piece.kind != Kind::Last || !follows_pair(*at)).cloned().collect();
    let first = pieces.first()?;
    let one_character = single && first.1.kind == Kind::Last;
    let word = single && first.1.kind == Kind::Word;
    let stem = (word && !phrase && !prefix).then(|| stem(&first.1.text));
    let prefix = one_character || (prefix && word);
    Some(Needle { pieces, prefix, stem })
}

/// Every text that a hit may show, those behind a minus left out.
pub fn needles(folder: &Folder, node: &Node, into: &mut Vec<Needle>) {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| needles(folder, node, into)),
        Node::Text { text, phrase, prefix, .. } => into.extend(needle(folder, text, *phrase, *prefix)),
        Node::Not(_) | Node::Year(..) => {}
    }
}

pub fn query(folder: &Folder, fields: &Fields, node: &Node) -> Box<dyn Query> {
    match node {
        Node::All(nodes) => {
            let mut clauses: Vec<(Occur, Box<dyn Query>)> = nodes.iter().map(|node| clause(folder, fields, node)).collect();
            if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                clauses.push((Occur::Must, Box::new(AllQuery)));
            }
            Box::new(BooleanQuery::new(clauses))
        }
        Node::Any(nodes) => Box::new(BooleanQuery::new(nodes.iter().map(|node| (Occur::Should, query(folder, fields, node))).collect())),
        Node::Not(inner) => {
            let not = (Occur::MustNot, query(folder, fields, inner));
            Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), not]))
        }
        Node::Year(from, to) => {
            let bound = |year: &Option<i64>| year.map_or(Bound::Unbounded, |year| Bound::Included(Term::from_field_i64(fields.year, year)));
            Box::new(RangeQuery::new(bound(from), bound(to)))
        }
        Node::Text { field, text, phrase, prefix } => text_query(folder, fields, *field, text, *phrase, *prefix),
    }
}

fn clause(folder: &Folder, fields: &Fields, node: &Node) -> (Occur, Box<dyn Query>) {
    match node {
        Node::Not(inner) => (Occur::MustNot, query(folder, fields, inner)),
        other => (Occur::Must, query(folder, fields, other)),
    }
}

fn text_query(folder: &Folder, fields: &Fields, field: Option<Field>, text: &str, phrase: bool, prefix: bool) -> Box<dyn Query> {
    let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if matches!(field, None | Some(Field::Identifier)) {
        let term = Term::from_field_text(fields.identifier, &identifier(text));
        any.push(should(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), IDENTIFIER));
    }
    let Some(needle) = needle(folder, text, phrase, prefix) else { return either(any) };
    let places: [(Field, IndexField, Option<IndexField>, f32); 5] = [
        (Field::Title, fields.title, Some(fields.title_stem), TITLE),
        (Field::Abstract, fields.body, Some(fields.body_stem), 1.0),
        (Field::Author, fields.author, None, AUTHOR),
        (Field::Journal, fields.journal, None, JOURNAL),
        (Field::Keyword, fields.keyword, Some(fields.keyword_stem), KEYWORD),
    ];
    for (_, plain, stemmed, weight) in places.into_iter().filter(|(place, ..)| field.is_none_or(|field| field == *place)) {
        any.push(should(in_field(&needle, plain), weight));
        if let (Some(stem), Some(stemmed)) = (&needle.stem, stemmed) {
            let term = Term::from_field_text(stemmed, stem);
            any.push(should(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)), weight * STEM));
        }
    }
    either(any)
}

fn should(query: Box<dyn Query>, weight: f32) -> (Occur, Box<dyn Query>) {
    (Occur::Should, Box::new(BoostQuery::new(query, weight)))
}

fn either(any: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    if any.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::new(any)) }
}

fn in_field(needle: &Needle, field: IndexField) -> Box<dyn Query> {
    let term = |piece: &Piece| Term::from_field_text(field, &piece.text);
    match needle.pieces.as_slice() {
        [(_, only)] if needle.prefix => {
            let past = Term::from_field_text(field, &format!("{}\u{10ffff}", only.text));
            Box::new(RangeQuery::new(Bound::Included(term(only)), Bound::Excluded(past)))
        }
        [(_, only)] => Box::new(TermQuery::new(term(only), IndexRecordOption::WithFreqs)),
        pieces => Box::new(PhraseQuery::new_with_offset(pieces.iter().map(|(at, piece)| (*at, term(piece))).collect())),
    }
}
