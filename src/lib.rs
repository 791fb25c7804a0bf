//! Erabi: screening for scoping reviews. The modules stand in the order in which an uploaded file travels.

pub mod model; // the nouns: records, citations, decisions, settings; imports nothing of ours
pub mod flow; // facts → PRISMA counts, the identities that must close
pub mod export; // records, counts and figures → files
pub mod normalize; // field text → names, dates, pages, identifiers, languages
