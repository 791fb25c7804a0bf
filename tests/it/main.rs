//! The integration tests: the real app on a temporary database with a fixed clock, over HTTP.
//! The same suite runs on SQLite and, with `ERABI_TEST_DATABASE=postgres://…`, on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod accounts;
mod actions;
mod assigning;
mod blind;
mod command_dedup;
mod command_line;
mod crash;
mod dedup_cases;
mod dedup_cross;
mod dedup_properties;
mod duplicates;
mod elsewhere;
mod export;
mod figure;
mod files;
mod flow;
mod formats_doc;
mod harness;
mod import_damage;
mod import_fields;
mod import_hostile;
mod import_ichushi;
mod import_makers;
mod import_properties;
mod import_samples;
mod lists;
mod mappings;
mod merged_away;
mod moving;
mod numbers;
mod one_moment;
mod openapi;
mod overlap;
mod permissions;
mod round_trips;
mod rules;
mod samples;
mod screening;
mod sends;
mod separate;
mod steering;
mod tidy;
mod world;
