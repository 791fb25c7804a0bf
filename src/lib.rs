//! Erabi: screening for scoping reviews. The modules stand in the order in which an uploaded file travels.

// What things are
pub mod model; // the nouns: records, citations, decisions, settings; imports nothing of ours

// What is done with them: pure
pub mod import; // bytes → records
pub mod normalize; // field text → names, dates, pages, identifiers, languages
pub mod dedup; // records → statements about pairs → citations
pub mod screen; // who sees what, what a decision does, who settles
pub mod rank; // what looks like what the review is after
pub mod flow; // facts → PRISMA counts, the identities that must close
pub mod export; // records, counts and figures → files

// Where they are kept
pub mod clock; // time and chance, handed in
pub mod store; // rows
pub mod search; // the full-text index, derived: may be deleted at any time
pub mod blobs; // import files and full texts, by SHA-256
pub mod fetch; // the outside world, where the operator allows it

// Who asks for what
pub mod app; // use cases: the only place that combines
pub mod jobs; // slow work: claim, run, keep alive, stop
pub mod http; // routes, errors, events, the embedded front end
pub mod cli; // commands, wiring
