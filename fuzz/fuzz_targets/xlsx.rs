//! The reader of workbooks under arbitrary bytes. One rule: `erabi_fuzz::check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(erabi_fuzz::check(&erabi_fuzz::import::Options::default(), bytes)));
