//! A file read again with what a lead said about its names. One rule: `erabi_fuzz::mapped::check_mapped`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| erabi_fuzz::mapped::check_mapped(bytes));
