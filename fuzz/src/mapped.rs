//! Files read again with what a lead said about their names. One rule: whatever is said, every entry still counts once and no line
//! is lost; what is written as JSON reads back the same.

use crate::check;
use crate::import::mapping::{Mapping, Named, words};
use crate::import::{Encoding, Format, Options};

/// The first line chooses (a saved mapping, or one field for each name that the file uses), the rest is the file.
pub fn check_mapped(bytes: &[u8]) {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (head, file) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    let text = String::from_utf8_lossy(file);
    let format = if head.first() == Some(&b't') { Some(Format::Tagged) } else { None };
    let options = Options { format, encoding: Some(Encoding::Utf8), ..Options::default() };
    let Some(first) = check(&options, text.as_bytes()) else { return };
    let said = serde_json::from_slice::<Mapping>(head).ok();
    if let Some(said) = &said {
        let written = serde_json::to_string(said).expect("a mapping is text");
        assert_eq!(serde_json::from_str::<Mapping>(&written).ok().as_ref(), Some(said));
    }
    let mapping = said.filter(|said| said.check().is_ok()).unwrap_or_else(|| {
        let fields: Vec<&str> = words().collect();
        let choice = |n: usize| fields[usize::from(head.get(n % head.len().max(1)).copied().unwrap_or_default()) % fields.len()];
        let names = first.naming.seen.iter().enumerate().map(|(n, seen)| Named { name: seen.name.clone(), field: choice(n).to_owned() });
        Mapping { names: names.collect(), ..first.naming.mapping.clone() }
    });
    let again = check(&Options { mapping: Some(mapping), ..options }, text.as_bytes()).expect("a mapping makes nothing unreadable");
    assert!(again.entries >= 1);
}
