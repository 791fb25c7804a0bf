//! The integration tests: the real app on a temporary database with a fixed clock, over HTTP.
//! The same suite runs on SQLite and, with `ERABI_TEST_DATABASE=postgres://…`, on PostgreSQL.

mod accounts;
mod dedup_cross;
mod dedup_properties;
mod export;
mod figure;
mod flow;
mod formats_doc;
mod harness;
mod import_properties;
mod import_samples;
mod openapi;
mod permissions;
mod round_trips;
mod rules;
mod tidy;
