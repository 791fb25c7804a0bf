//! The reader of `Format::Jsonl` under arbitrary bytes. One rule: `erabi_fuzz::check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| erabi_fuzz::check(Some(erabi_fuzz::import::Format::Jsonl), bytes));
