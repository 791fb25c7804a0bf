//! The pure part of Erabi, compiled in as it is, for the benches. One rule: nothing of its own.

#[path = "../../../src/model/mod.rs"]
pub mod model;

#[path = "../../../src/normalize/mod.rs"]
pub mod normalize;

#[path = "../../../src/import/mod.rs"]
pub mod import;

#[path = "../../../src/dedup/mod.rs"]
pub mod dedup;
