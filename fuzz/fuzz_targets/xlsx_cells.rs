//! The cells of a workbook whose container is in order. One rule: `erabi_fuzz::check`.
#![no_main]

use erabi_fuzz::{check, import::Options, workbook};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(check(&Options::default(), &workbook::around(bytes))));
