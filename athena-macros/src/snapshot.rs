//! Compares texts with committed files.

use std::path::{Path, PathBuf};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares `text` with what stands between the lines `begin` and `end` of the file at `path` in this crate, or writes it there where
/// `ATHENA_UPDATE_SNAPSHOTS` is set.
pub fn compare_between(path: &str, [begin, end]: [&str; 2], text: &str) {
    let page = std::fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    let parts = page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.unwrap_or_else(|| panic!("{path} lacks the line `{begin}`, or `{end}` behind it"));
    compare(path, &format!("{before}{begin}\n{text}{end}{after}"));
}

/// Compares `text` with the file at `path` in this crate, or writes the file if `ATHENA_UPDATE_SNAPSHOTS` is set.
pub fn compare(path: &str, text: &str) {
    let file = file(path);
    if std::env::var_os("ATHENA_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
        return;
    }
    let expected =
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()));
    if expected == text {
        return;
    }
    let line = expected.lines().zip(text.lines()).position(|(expected, line)| expected != line);
    let line = line.unwrap_or_else(|| expected.lines().count().min(text.lines().count()));
    panic!(
        "{path} differs at line {}:\n  expected: {}\n  found:    {}\nATHENA_UPDATE_SNAPSHOTS=1 accepts the new text",
        line + 1,
        expected.lines().nth(line).unwrap_or("(end)"),
        text.lines().nth(line).unwrap_or("(end)"),
    );
}
