//! The reader of `Format::IctrpXml` under arbitrary bytes. One rule: `erabi_fuzz::check_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| erabi_fuzz::check_text(erabi_fuzz::import::Format::IctrpXml, bytes));
