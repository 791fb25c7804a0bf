//! Raw field text → values: names, dates, pages, identifiers, languages, links, titles, text. One rule: the display form
//! keeps what the source said (case, script, variants); keys for comparison are separate functions and are never stored.

pub mod dates;
mod entities;
pub mod ids;
pub mod language;
pub mod latex;
pub mod letters;
pub mod links;
pub mod markup;
pub mod names;
pub mod pages;
pub mod text;
pub mod titles;
mod variants;
