//! `peers FORMAT FILE`: reads a file with the crate biblib and prints `records seconds peak_kib`; `peers duplicates TABLE CLUSTERS`:
//! its deduplication. One rule: what is measured is the reading alone, as for ours: the text is in memory before the clock starts
//! (biblib takes a whole text).

use std::process::ExitCode;

use biblib::{BibParser, Citation, CitationParser, EndNoteXmlParser, PubMedParser, PubMedXmlParser, RisParser};

#[path = "../../cost.rs"]
mod cost;
mod duplicates;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, table, clusters] = &arguments[..]
        && word == "duplicates"
    {
        return match duplicates::find(table, clusters) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let [format, file] = &arguments[..] else {
        eprintln!("usage: peers FORMAT FILE | peers duplicates TABLE CLUSTERS");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let begun = cost::seconds();
    match parse(format, &text) {
        Ok(citations) => {
            println!("{} {} {}", citations.len(), cost::seconds() - begun, cost::peak_kib());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.chars().take(200).collect::<String>());
            ExitCode::FAILURE
        }
    }
}

fn parse(format: &str, text: &str) -> Result<Vec<Citation>, String> {
    let parsed = match format {
        "ris" => RisParser::new().parse(text),
        "nbib" => PubMedParser::new().parse(text),
        "pubmed-xml" => PubMedXmlParser::new().parse(text),
        "endnote-xml" => EndNoteXmlParser::new().parse(text),
        "bibtex" => BibParser::new().parse(text),
        _ => return Err(format!("biblib does not read {format}")),
    };
    parsed.map_err(|error| error.to_string())
}
