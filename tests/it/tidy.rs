//! Reads the sources and holds them to the rules of the house: who may import whom, where foreign crates live, that every
//! file says what it is for, that transactions begin in one place, and that every refusal has words. What is excepted stands in
//! `EXCEPTIONS`, each with its reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Module, and what it may import of ours. `cli` and `main` wire everything and stand not here.
const RINGS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("normalize", &["model"]),
    ("import", &["model", "normalize"]),
    ("dedup", &["model", "normalize"]),
    ("screen", &["model"]),
    ("rank", &["model", "normalize"]),
    ("chart", &["model"]),
    ("flow", &["model"]),
    ("export", &["model", "normalize"]),
    ("clock", &["model"]),
    ("store", &["model"]),
    ("search", &["model"]),
    ("blobs", &["model"]),
    ("fetch", &["model"]),
    (
        "app",
        &[
            "model",
            "normalize",
            "import",
            "dedup",
            "screen",
            "rank",
            "chart",
            "flow",
            "export",
            "clock",
            "store",
            "search",
            "blobs",
            "fetch",
        ],
    ),
    ("http", &["app", "model"]),
    ("jobs", &["app", "model"]),
];

/// Modules that wire everything.
const WIRING: &[&str] = &["cli", "main", "lib"];

/// Crate (as it is written in a path), and the modules it may be named in.
const HOMES: &[(&str, &[&str])] = &[
    ("actix_web", &["http", "cli"]),
    ("actix_multipart", &["http"]),
    ("utoipa_actix_web", &["http"]),
    ("sea_orm", &["store"]),
    ("erabi_migrations", &["store"]),
    ("tantivy", &["search"]),
    ("reqwest", &["fetch"]),
    ("quick_xml", &["import", "export"]),
    ("calamine", &["import"]),
    ("resvg", &["export"]),
    ("krilla", &["export"]),
    ("krilla_svg", &["export"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("console", &["cli"]),
    ("anyhow", &["cli"]),
    ("rust_embed", &["http"]),
];

/// Modules without async, IO of their own, clock or chance.
const PURE: &[&str] = &["model", "import", "normalize", "dedup", "screen", "rank", "chart", "flow", "export"];

/// What the pure modules never name: they are handed readers, writers, times and chance.
const IMPURE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::thread::spawn", "tokio", "rand", "Instant::now", "SystemTime", "async fn"];

/// File, rule broken there, reason. A row that nothing needs any more fails.
const EXCEPTIONS: &[(&str, &str, &str)] = &[("cli/demo/plan.rs", "rust_embed", "the demonstration's files travel inside the binary")];

struct Source {
    /// Below `src/`.
    name: String,
    /// The first part of the name.
    module: String,
    /// With comments blanked; strings stand.
    text: String,
    /// With comments and strings blanked.
    code: String,
    header: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let mut files = Vec::new();
    rust_files(&folder, &mut files);
    files.sort();
    assert!(files.len() > 50, "the sources were not found in {}", folder.display());
    files.iter().map(|path| source(&folder, path)).collect()
}

fn source(folder: &Path, path: &Path) -> Source {
    let raw = std::fs::read_to_string(path).unwrap();
    let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    let module = name.split(['/', '.']).next().unwrap().to_string();
    Source { name, module, text: blank(&raw, false), code: blank(&raw, true), header: raw.starts_with("//! ") }
}

/// The text with comments (and, if asked, what strings hold) turned into blanks, so that what is left is code. Lengths and line
/// ends stay.
fn blank(raw: &str, strings: bool) -> String {
    let bytes = raw.as_bytes();
    let mut out = bytes.to_vec();
    let mut i = 0;
    while i < bytes.len() {
        let rest = &bytes[i..];
        let (length, wipe) = if rest.starts_with(b"//") {
            (rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with(b"/*") {
            (block_comment(rest), true)
        } else if let Some(length) = raw_string(rest, i > 0 && is_word(bytes[i - 1])) {
            (length, strings)
        } else if rest[0] == b'"' {
            (quoted(rest), strings)
        } else if rest[0] == b'\'' {
            (character(rest), strings)
        } else {
            (1, false)
        };
        if wipe {
            out[i..i + length].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        }
        i += length;
    }
    String::from_utf8(out).expect("whole comments and strings are blanked")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn block_comment(text: &[u8]) -> usize {
    let (mut depth, mut i) = (0, 0);
    while i < text.len() {
        match &text[i..] {
            [b'/', b'*', ..] => (depth, i) = (depth + 1, i + 2),
            [b'*', b'/', ..] if depth == 1 => return i + 2,
            [b'*', b'/', ..] => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    text.len()
}

fn raw_string(text: &[u8], inside_word: bool) -> Option<usize> {
    let after = if text.starts_with(b"br") { 2 } else { 1 };
    if inside_word || !(text.starts_with(b"r") || text.starts_with(b"br")) {
        return None;
    }
    let hashes = text[after..].iter().take_while(|b| **b == b'#').count();
    if text.get(after + hashes) != Some(&b'"') {
        return None;
    }
    let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let start = after + hashes + 1;
    Some(text[start..].windows(end.len()).position(|w| w == end).map_or(text.len(), |at| start + at + end.len()))
}

fn quoted(text: &[u8]) -> usize {
    let mut i = 1;
    while i < text.len() {
        match text[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    text.len()
}

/// A character's length; 1 for the mark of a lifetime.
fn character(text: &[u8]) -> usize {
    if text.get(1) == Some(&b'\\') {
        return text[3..].iter().position(|b| *b == b'\'').map_or(1, |at| at + 4);
    }
    let width = match text.get(1) {
        Some(b) if *b >= 0xF0 => 4,
        Some(b) if *b >= 0xE0 => 3,
        Some(b) if *b >= 0xC0 => 2,
        _ => 1,
    };
    if text.get(1 + width) == Some(&b'\'') { width + 2 } else { 1 }
}

/// Where `word` stands as a whole word.
fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).map(|i| code.as_bytes()[i]);
        let after = code.as_bytes().get(at + word.len());
        !before.is_some_and(is_word) && !(word.ends_with(|c: char| c.is_alphanumeric()) && after.is_some_and(|b| is_word(*b)))
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Where a file's unit tests begin.
fn tests_begin(source: &Source) -> usize {
    if source.name.ends_with("/tests.rs") { 0 } else { source.code.find("#[cfg(test)]\nmod ").unwrap_or(source.code.len()) }
}

/// The modules that `crate::…` paths name, also those of `crate::{a, b::c}`, with the line of each. Unit tests may use pure
/// modules, e.g. to make what they need.
fn imports(source: &Source) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for at in places(&source.code, "crate::") {
        let rest = &source.code[at + "crate::".len()..];
        let line = line_of(&source.code, at);
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(first_names(list).into_iter().map(|name| (name, line)));
        } else {
            found.push((rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(), line));
        }
    }
    let tests = line_of(&source.code, tests_begin(source));
    found.retain(|(name, line)| *line < tests || !PURE.contains(&name.as_str()));
    found
}

/// The first name of each entry of a `{…}` list, of which the opening brace is gone.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut name, mut open) = (0, Vec::new(), String::new(), true);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut name));
                open = true;
            }
            c if depth == 0 && open && (c.is_alphanumeric() || c == '_') => name.push(c),
            c if c.is_whitespace() => {}
            _ => open = false,
        }
    }
    names.push(name);
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Fails with everything that is wrong but excepted; notes which exceptions were needed.
fn judge(rule: &str, wrong: Vec<(&Source, String, String)>) {
    let excepted = |source: &Source, what: &str| EXCEPTIONS.iter().any(|(file, broken, _)| *file == source.name && *broken == what);
    let left: Vec<String> = wrong
        .iter()
        .filter(|(source, what, _)| !excepted(source, what))
        .map(|(source, _, text)| format!("src/{}: {text}", source.name))
        .collect();
    assert!(left.is_empty(), "{rule}\n{}", left.join("\n"));
}

fn wrong_edges(sources: &[Source]) -> Vec<(&Source, String, String)> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|s| !WIRING.contains(&s.module.as_str())) {
        let Some((_, allowed)) = RINGS.iter().find(|(module, _)| *module == source.module) else {
            wrong.push((source, source.module.clone(), format!("the module {} has no row in RINGS", source.module)));
            continue;
        };
        for (target, line) in imports(source) {
            if target != source.module && !allowed.contains(&target.as_str()) {
                wrong.push((source, target.clone(), format!("line {line}: {} may not import {target}", source.module)));
            }
        }
    }
    wrong
}

#[test]
fn modules_import_inwards_only() {
    judge("Rings: docs/ARCHITECTURE.md says who may import whom.", wrong_edges(&sources()));
}

#[test]
fn what_is_excepted_is_still_there() {
    let sources = sources();
    let wrong = [wrong_edges(&sources), strangers(&sources)].concat();
    for (file, what, reason) in EXCEPTIONS {
        assert!(wrong.iter().any(|(s, w, _)| s.name == *file && w == what), "nothing needs the exception of {file} for {what} ({reason})");
    }
}

fn strangers(sources: &[Source]) -> Vec<(&Source, String, String)> {
    let mut wrong = Vec::new();
    for source in sources {
        for (foreign, homes) in HOMES.iter().filter(|(_, homes)| !homes.contains(&source.module.as_str())) {
            for at in places(&source.code, foreign) {
                let line = line_of(&source.code, at);
                wrong.push((source, (*foreign).to_string(), format!("line {line}: {foreign} belongs in {}", homes.join(", "))));
            }
        }
    }
    wrong
}

#[test]
fn foreign_crates_stay_at_home() {
    judge("A foreign crate is named in its home only, so that it can be exchanged there.", strangers(&sources()));
}

#[test]
fn pure_modules_touch_nothing_outside() {
    let sources = sources();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|s| PURE.contains(&s.module.as_str())) {
        let code = &source.code[..tests_begin(source)];
        for what in IMPURE {
            for at in places(code, what) {
                let named = line_of(code, at);
                wrong.push((source, (*what).to_string(), format!("line {named}: {what} in a pure module")));
            }
        }
    }
    judge("Pure modules are handed what they read, write, and what time it is.", wrong);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = Vec::new();
    for folder in ["src", "migrations", "tests", "benches", "examples"].map(|f| root().join(f)).iter().filter(|f| f.is_dir()) {
        rust_files(folder, &mut files);
    }
    let silent: Vec<_> =
        files.iter().filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//! ")).map(|p| p.display().to_string()).collect();
    assert!(silent.is_empty(), "a file opens with `//! what it is for and its one rule`:\n{}", silent.join("\n"));
    assert!(sources().iter().all(|s| s.header));
}

#[test]
fn transactions_begin_in_one_place() {
    let sources = sources();
    let begins = ["begin", "begin_with_config", "begin_with_options", "transaction", "transaction_with_config"];
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|s| !["store/writer.rs", "store/open.rs"].contains(&s.name.as_str())) {
        for what in begins {
            for at in places(&source.code, what) {
                let called = source.code[at + what.len()..].starts_with("(");
                let on_database = source.code[..at].ends_with('.') && !source.code[..at].ends_with("self.");
                if called && on_database {
                    wrong.push((source, what.to_string(), format!("line {}: .{what}(", line_of(&source.code, at))));
                }
            }
        }
    }
    judge(
        "A transaction that writes is begun by store/writer.rs alone: one writer, BEGIN IMMEDIATE, group commit; one that reads a moment by store/open.rs.",
        wrong,
    );
}

/// The string literals at the start of a call's arguments: `("field", "code")` gives both.
fn literals(arguments: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = arguments.trim_start();
    loop {
        if let Some(string) = rest.strip_prefix('"') {
            let Some(end) = string.find('"') else { return found };
            found.push(&string[..end]);
            rest = string[end + 1..].trim_start();
        } else {
            let Some(end) = rest.find([',', ')', '(']) else { return found };
            found.push("");
            rest = &rest[end..];
        }
        match rest.strip_prefix(',') {
            Some(next) if found.len() < 2 => rest = next.trim_start(),
            _ => return found,
        }
    }
}

/// Codes that the sources give to `AppError`, with where: literals of the constructors, and what the `code` functions of
/// `screen` return, which app passes on.
fn codes_in_use() -> BTreeSet<(String, String)> {
    let makers = [("invalid", 1), ("unauthenticated", 0), ("forbidden", 0), ("conflict", 0), ("too_large", 0), ("too_many", 0)];
    let mut codes =
        BTreeSet::from([("not_found", ""), ("busy", ""), ("internal", ""), ("already_there", "")].map(|(c, w)| (c.into(), w.into())));
    for source in sources() {
        for (maker, nth) in makers {
            for start in ["AppError::", "Self::"].iter().filter(|s| **s == "AppError::" || source.name == "app/error.rs") {
                let call = format!("{start}{maker}(");
                for (at, _) in source.text.match_indices(&call) {
                    let found = literals(&source.text[at + call.len()..]);
                    if let Some(code) = found.get(nth).filter(|code| !code.is_empty()) {
                        codes.insert(((*code).to_string(), source.name.clone()));
                    }
                }
            }
        }
        if source.module == "screen" && app_passes_on(&source.name) {
            codes.extend(returned_codes(&source.text).into_iter().map(|code| (code, source.name.clone())));
        }
    }
    codes
}

fn app_passes_on(name: &str) -> bool {
    ["screen/decide.rs", "screen/resolve.rs"].contains(&name)
}

/// The strings in the `code` functions of the types that refuse.
fn returned_codes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for refuser in ["impl Refusal {", "impl Problem {"] {
        let Some(body) = text.find(refuser).and_then(|at| text[at..].find("fn code(").map(|f| &text[at + f..])) else { continue };
        let body = &body[..body.find("\n    }\n").unwrap_or(body.len())];
        found.extend(body.split('"').skip(1).step_by(2).map(str::to_string));
    }
    found
}

#[test]
fn every_refusal_has_words() {
    let used = codes_in_use();
    assert!(used.len() > 30, "the codes were not found: {used:?}");
    let tables = [("http/messages.rs", erabi::http::messages::ERRORS), ("app/words.rs", erabi::app::words::WORDS)];
    let mut known = BTreeSet::new();
    for (file, table) in tables {
        let codes: BTreeSet<&str> = table.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(codes.len(), table.len(), "a code stands twice in {file}");
        known.extend(codes);
    }
    let mute: Vec<_> = used.iter().filter(|(code, _)| !known.contains(code.as_str())).collect();
    assert!(mute.is_empty(), "codes without a row in http/messages.rs or app/words.rs: {mute:?}");
    let all_text: String =
        sources().iter().filter(|s| !["http/messages.rs", "app/words.rs"].contains(&s.name.as_str())).map(|s| s.text.clone()).collect();
    let unused: Vec<_> = known.iter().filter(|code| !all_text.contains(&format!("\"{code}\""))).collect();
    assert!(unused.is_empty(), "rows of http/messages.rs and app/words.rs that nothing uses: {unused:?}");
}

#[test]
fn messages_say_the_same_in_both_languages() {
    for (code, ja, en) in erabi::http::messages::ERRORS.iter().chain(erabi::app::words::WORDS) {
        assert!(!ja.is_ascii() && en.is_ascii_or_quotes(), "{code}: {ja} / {en}");
        assert_eq!(ja.matches("{}").count(), en.matches("{}").count(), "{code}: the detail stands in one language only");
    }
}

trait Plain {
    fn is_ascii_or_quotes(&self) -> bool;
}

impl Plain for &str {
    /// Latin text; typographic quotes, dashes and ellipses are fine.
    fn is_ascii_or_quotes(&self) -> bool {
        self.chars().all(|c| c.is_ascii() || "“”‘’–—…×".contains(c))
    }
}

#[test]
fn the_reader_of_sources_sees_code_only() {
    let raw = "use crate::a; // crate::b\nlet s = \"crate::c \\\" crate::d\"; /* crate::e /* x */ */ let r = r#\"crate::f\"#; let q = '\"'; crate::{g, h::{i, j}};";
    let source = Source { name: "x.rs".into(), module: "x".into(), text: blank(raw, false), code: blank(raw, true), header: false };
    let names: Vec<String> = imports(&source).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "g", "h"]);
    assert!(source.text.contains("crate::c") && !source.text.contains("crate::b"));
    assert_eq!(literals("\"file\", \"not_a_pdf\").with(&name)"), ["file", "not_a_pdf"]);
    assert_eq!(literals("field, \"required\")"), ["", "required"]);
    assert_eq!(literals("\"verdict\", refusal.code())"), ["verdict", ""]);
}
