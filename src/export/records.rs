//! Records in any format that Erabi writes, one at a time, so that memory does not grow with the file. Its one rule: the same
//! bytes as the format's own `write` gives for the whole list.

use std::io::{self, Write};

use super::{bibtex, csv, endnote_xml, jsonl, ris};

/// A file format of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    Jsonl,
    Ris,
    Csv,
    Bibtex,
    EndnoteXml,
}

impl RecordFormat {
    pub const ALL: [RecordFormat; 5] =
        [RecordFormat::Jsonl, RecordFormat::Ris, RecordFormat::Csv, RecordFormat::Bibtex, RecordFormat::EndnoteXml];

    /// As commands name it.
    pub fn name(self) -> &'static str {
        match self {
            RecordFormat::Jsonl => "jsonl",
            RecordFormat::Ris => "ris",
            RecordFormat::Csv => "csv",
            RecordFormat::Bibtex => "bibtex",
            RecordFormat::EndnoteXml => "endnote-xml",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Media type; RIS and BibTeX have none registered, these are what reference managers ask for.
    pub fn content_type(self) -> &'static str {
        match self {
            RecordFormat::Jsonl => "application/x-ndjson",
            RecordFormat::Ris => "application/x-research-info-systems; charset=utf-8",
            RecordFormat::Csv => "text/csv; charset=utf-8",
            RecordFormat::Bibtex => "application/x-bibtex; charset=utf-8",
            RecordFormat::EndnoteXml => "application/xml; charset=utf-8",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            RecordFormat::Jsonl => "jsonl",
            RecordFormat::Ris => "ris",
            RecordFormat::Csv => "csv",
            RecordFormat::Bibtex => "bib",
            RecordFormat::EndnoteXml => "xml",
        }
    }
}

/// A file under way.
pub enum RecordWriter<W: Write> {
    Jsonl(W),
    Ris(W),
    Csv(Box<csv::Table<W>>),
    /// With the number of records written.
    Bibtex(W, usize),
    EndnoteXml(W, usize),
}

impl<W: Write> RecordWriter<W> {
    /// Writes what stands before the first record.
    pub fn begin(format: RecordFormat, mut out: W) -> io::Result<Self> {
        match format {
            RecordFormat::Jsonl => Ok(Self::Jsonl(out)),
            RecordFormat::Ris => Ok(Self::Ris(out)),
            RecordFormat::Csv => Ok(Self::Csv(Box::new(csv::Table::begin(out)?))),
            RecordFormat::Bibtex => {
                out.write_all(bibtex::HEAD)?;
                Ok(Self::Bibtex(out, 0))
            }
            RecordFormat::EndnoteXml => {
                out.write_all(endnote_xml::HEAD)?;
                Ok(Self::EndnoteXml(out, 0))
            }
        }
    }

    /// Writes one record; where it stood matters to JSON lines alone.
    pub fn write(&mut self, item: jsonl::Item<'_>) -> io::Result<()> {
        match self {
            Self::Jsonl(out) => jsonl::write_line(item, out),
            Self::Ris(out) => ris::write(std::iter::once(item.record), out),
            Self::Csv(table) => table.row(item.record),
            Self::Bibtex(out, n) => {
                *n += 1;
                bibtex::entry(item.record, *n, out)
            }
            Self::EndnoteXml(out, n) => {
                *n += 1;
                endnote_xml::entry(item.record, *n, out)
            }
        }
    }

    /// Writes what stands after the last record.
    pub fn end(self) -> io::Result<()> {
        match self {
            Self::Csv(table) => table.end(),
            Self::EndnoteXml(mut out, _) => {
                out.write_all(endnote_xml::FOOT)?;
                out.flush()
            }
            Self::Jsonl(mut out) | Self::Ris(mut out) | Self::Bibtex(mut out, _) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    #[test]
    fn one_at_a_time_gives_the_same_bytes_as_all_at_once() {
        let records = ["A", "B"].map(|title| Record { title: Some(title.into()), year: Some(2020), ..Record::default() });
        let item = |record| jsonl::Item { file: "a", n: 1, format: "ris", line_start: 1, line_end: 2, record };
        for format in RecordFormat::ALL {
            let (mut streamed, mut whole) = (Vec::new(), Vec::new());
            let mut writer = RecordWriter::begin(format, &mut streamed).unwrap();
            records.iter().for_each(|record| writer.write(item(record)).unwrap());
            writer.end().unwrap();
            match format {
                RecordFormat::Jsonl => jsonl::write(records.iter().map(item), &mut whole),
                RecordFormat::Ris => ris::write(records.iter(), &mut whole),
                RecordFormat::Csv => csv::write(records.iter(), &mut whole),
                RecordFormat::Bibtex => bibtex::write(records.iter(), &mut whole),
                RecordFormat::EndnoteXml => endnote_xml::write(records.iter(), &mut whole),
            }
            .unwrap();
            assert_eq!(String::from_utf8(streamed).unwrap(), String::from_utf8(whole).unwrap(), "{}", format.name());
        }
    }
}
