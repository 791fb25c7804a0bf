//! The names of formats and providers. Its one rule: a name written here is what files, commands and the API say.

use std::fmt;
use std::str::FromStr;

/// Declares an enum of unit variants with one stable name each.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$vdoc])* $variant,)+ }

        impl $type {
            /// All of them, in the order of this file.
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = String;
            /// By its stable name; the error lists the names there are.
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|k| k.name().eq_ignore_ascii_case(text.trim())).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|k| k.name()).collect();
                    format!("unknown name {text:?}; known: {}", names.join(", "))
                })
            }
        }
    };
}

named! {
    /// How a file is laid out.
    Format {
        Ris = "ris",
        Nbib = "nbib",
        OvidTagged = "ovid-tagged",
        OvidLabelled = "ovid-labelled",
        Wos = "wos",
        Refer = "refer",
        RefWorks = "refworks",
        /// ProQuest's text with labels.
        ProQuestText = "proquest-text",
        /// 医中誌Web's display layout (標準形式).
        IchushiDisplay = "ichushi-display",
        /// 医中誌Web's tagged text, read through a profile.
        IchushiTagged = "ichushi-tagged",
        /// Tagged text of a make that nobody knows, read through a profile that is guessed and that a lead completes.
        Tagged = "tagged",
        PubmedXml = "pubmed-xml",
        EbscoXml = "ebsco-xml",
        EndnoteXml = "endnote-xml",
        ZoteroRdf = "zotero-rdf",
        IctrpXml = "ictrp-xml",
        Bibtex = "bibtex",
        Csv = "csv",
        Tsv = "tsv",
        /// A JSON object a line.
        Jsonl = "jsonl",
        /// Any workbook: xlsx, the older xls, and ods.
        Xlsx = "xlsx",
    }
}

named! {
    /// Who wrote a file: the same tag means different things in different hands.
    Provider {
        Generic = "generic",
        PubMed = "pubmed",
        Pmc = "pmc",
        Eric = "eric",
        Ovid = "ovid",
        Ebsco = "ebsco",
        PsycNet = "psycnet",
        ProQuest = "proquest",
        Wos = "wos",
        Scopus = "scopus",
        Embase = "embase",
        Cochrane = "cochrane",
        EndNote = "endnote",
        Zotero = "zotero",
        RefWorks = "refworks",
        Mendeley = "mendeley",
        Citavi = "citavi",
        Eppi = "eppi",
        Rayyan = "rayyan",
        Covidence = "covidence",
        AsReview = "asreview",
        Ichushi = "ichushi",
        CiNii = "cinii",
        JStage = "jstage",
        Lilacs = "lilacs",
        SciElo = "scielo",
        Lens = "lens",
        Ieee = "ieee",
        Jstor = "jstor",
        GoogleScholar = "google-scholar",
        Dimensions = "dimensions",
        OpenAlex = "openalex",
        EuropePmc = "europepmc",
        Springer = "springer",
        ClinicalTrials = "clinicaltrials",
        Ictrp = "ictrp",
        /// A file that Erabi itself wrote.
        Erabi = "erabi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_parse_back() {
        for f in Format::ALL {
            assert_eq!(f.name().parse::<Format>().as_ref(), Ok(f));
        }
        for p in Provider::ALL {
            assert_eq!(p.name().parse::<Provider>().as_ref(), Ok(p));
        }
        assert!("word".parse::<Format>().unwrap_err().contains("nbib"));
    }
}
