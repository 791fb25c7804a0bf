//! Refer / BibIX (`%A`, `%T`), as EndNote, reference managers and 医中誌 write it. Its one rule: `%0` need not be there
//! nor stand first; an entry begins with the tag with which the first one did.

use std::io::BufRead;

use super::blocks::{self, Before, Layout, Line};
use super::build::Builder;
use super::emit::Emit;
use super::lines::MARK;
use super::tagged::{Gathered, unfolded};
use super::unknown::Unknown;
use super::{Context, ImportError, Provider, ichushi};
use crate::model::Record;
use crate::normalize::names;

/// Known tags that stay in the raw text only.
const RAW_ONLY: &[&str] = &[
    "%C", "%Y", "%?", "%!", "%#", "%$", "%&", "%(", "%)", "%*", "%L", "%O", "%1", "%2", "%3", "%4", "%6", "%7", "%9", "%=", "%>", "%<",
    "%[", "%^", "%F", "%H", "%Q", "%S", "%W", "%E",
];

/// Reads a whole file.
pub fn read(input: &mut dyn BufRead, context: &Context, out: &mut Emit<'_>) -> Result<(), ImportError> {
    let mut layout = Refer { provider: context.provider, starter: None, unknown: Unknown::default() };
    blocks::read(input, &mut layout, out)
}

struct Refer {
    provider: Provider,
    /// The character after `%` of the first line.
    starter: Option<u8>,
    unknown: Unknown,
}

impl Layout for Refer {
    fn line(&mut self, line: &str, before: &Before<'_>) -> Line {
        let start = if line.starts_with(MARK) { MARK.len_utf8() } else { 0 };
        let bytes = &line.as_bytes()[start..];
        let tagged =
            bytes.first() == Some(&b'%') && bytes.get(1).is_some_and(u8::is_ascii_graphic) && bytes.get(2).is_none_or(|b| *b == b' ');
        if !tagged {
            return Line::More;
        }
        let name = bytes[1];
        let starter = *self.starter.get_or_insert(name);
        let field = (start..start + 2, start + 2);
        let single = matches!(name, b'0' | b'T');
        let again = || single && before.entry.has_tag(&[&line[start..start + 2]]);
        let begins = (name == b'0' || name == starter) && (before.after_blank || again());
        if before.first || begins { Line::Start(Some(field)) } else { Line::Field(field.0, field.1) }
    }

    fn understand(&mut self, entry: &Gathered) -> Record {
        let mut b = Builder::default();
        for (tag, value) in entry.fields() {
            if value.is_empty() {
                continue;
            }
            let own = self.provider == Provider::Ichushi && ichushi::refer_tag(&mut b, tag, &value);
            if own || field(&mut b, tag, &value) || RAW_ONLY.contains(&tag) {
                continue;
            }
            b.unknown(tag, &value);
            self.unknown.note(tag, &value);
        }
        if self.provider == Provider::Ichushi {
            ichushi::settle(&mut b);
        }
        if let Some(provider) = entry.values("%W").next() {
            b.database(&provider); // whose database, where `%~` does not say which
        }
        if b.record.title.is_none()
            && let Some(journal) = b.record.journal.take()
        {
            b.title(9, &journal);
        }
        b.finish()
    }

    fn end(&mut self, out: &mut Emit<'_>) {
        self.unknown.report(out);
    }
}

fn field(b: &mut Builder, tag: &str, value: &str) -> bool {
    match tag {
        "%0" => b.record.kind = kind(value).to_owned(),
        "%A" => authors(b, value),
        "%E" => b.editor(&unfolded(value)),
        "%T" => b.title(0, value),
        "%J" => b.journal(0, value),
        "%B" => b.journal(1, value),
        "%D" => b.date(value),
        "%8" => b.date(value),
        "%V" => b.volume(value),
        "%N" => b.issue(value),
        "%P" => b.pages(value),
        "%X" => b.abstract_part(value),
        "%K" => value.split(['\n', ';']).for_each(|term| b.keyword(term, "")),
        "%@" => value.split('\n').for_each(|line| b.serial(line)),
        "%R" => b.doi(value),
        "%U" => value.split('\n').for_each(|line| b.link(line)),
        "%G" => b.language(value),
        "%I" => b.publisher(value),
        "%M" => b.accession(value),
        "%~" => b.database(value),
        "%+" => value.split('\n').for_each(|line| b.affiliation(line)),
        "%Z" => b.note(value),
        "%9" => b.publication_type(value),
        _ => return false,
    }
    true
}

/// One author; some tools join several by ` and `.
fn authors(b: &mut Builder, value: &str) {
    for line in value.split('\n').filter(|line| !line.is_empty()) {
        if line.contains(" and ") || line.contains(';') {
            names::author_list(line).into_iter().for_each(|author| b.push_author(Some(author)));
        } else {
            b.author(line);
        }
    }
}

/// EndNote's names of types in RIS's words.
fn kind(value: &str) -> &'static str {
    let lower = value.to_lowercase();
    let table = [
        ("journal", "JOUR"),
        ("magazine", "MGZN"),
        ("newspaper", "NEWS"),
        ("book section", "CHAP"),
        ("edited book", "EDBOOK"),
        ("electronic book", "EBOOK"),
        ("book", "BOOK"),
        ("conference", "CONF"),
        ("thesis", "THES"),
        ("report", "RPRT"),
        ("patent", "PAT"),
        ("web page", "ELEC"),
        ("electronic", "EJOUR"),
        ("generic", "GEN"),
    ];
    table.iter().find(|(name, _)| lower.contains(name)).map_or("GEN", |(_, kind)| kind)
}
