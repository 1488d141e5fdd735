//! Programs with mistakes and their errors: `tests/ui/<rule>/<case>.rs`, its `.stderr`, and `fixed/<case>.rs`, which is the same
//! program after [`help`] has carried out every printed help. `tests/fixes.rs` compiles the fixed programs.
//!
//! `TRYBUILD=overwrite` accepts new messages, and `ATHENA_UPDATE_SNAPSHOTS=1` rewrites the fixed programs.

#[path = "../athena-macros/src/front/tests/help.rs"]
mod help;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
    // Errors of rustc about layers of the user's own.
    cases.compile_fail("tests/ui_own/*.rs");
    // Errors about the networks of `athena::models`.
    cases.compile_fail("tests/ui_models/*.rs");
    // Errors of rustc about data, networks and settings of wrong types.
    cases.compile_fail("tests/ui_types/*.rs");
}

/// Every error underlines one expression on one line and ends with a help; all helps together make the fixed program.
#[test]
fn every_fix_is_the_printed_help() {
    let cases = cases();
    assert!(cases.len() >= 90, "only {} cases found", cases.len());
    for case in cases {
        let program = mended(&case).unwrap_or_else(|reason| panic!("{}: {reason}", case.display()));
        compare(&fixed(&case), &program);
    }
}

/// Every fixed program has a case, and `tests/fixes.rs` lists all of them.
#[test]
fn every_fix_is_compiled() {
    let (cases, path) = (cases(), Path::new("tests/fixes.rs"));
    let text = read(path);
    let (before, rest) = text.split_once("\nfixed! {\n").unwrap_or_default();
    let (_, after) = rest.split_once("\n}\n").unwrap_or_default();
    let lines: Vec<String> = cases.iter().map(|case| module(&fixed(case))).collect();
    compare(path, &format!("{before}\nfixed! {{\n{}\n}}\n{after}", lines.join("\n")));
    for folder in entries(Path::new("tests/ui")) {
        for path in entries(&folder.join("fixed")) {
            assert!(cases.iter().any(|case| fixed(case) == path), "{} has no case", path.display());
        }
    }
}

/// `    joins_channels = "ui/joins/fixed/channels.rs";`
fn module(fixed: &Path) -> String {
    let path = fixed.strip_prefix("tests").unwrap_or(fixed).display().to_string();
    let name = path.trim_start_matches("ui/").trim_end_matches(".rs").replace("/fixed/", "_");
    format!("    {name} = \"{path}\";")
}

/// An error as rustc prints it.
struct Printed {
    help: String,
    line: usize,
    column: usize,
    length: usize,
}

/// The program of a case with every help carried out.
fn mended(case: &Path) -> Result<String, String> {
    let (source, stderr) = (read(case), read(&case.with_extension("stderr")));
    let mut edits = Vec::new();
    for error in format!("\n{stderr}").split("\nerror").skip(1) {
        let printed = printed(error).ok_or_else(|| format!("no help, or no single place in `error{error}`"))?;
        let line_start: usize = source.split_inclusive('\n').take(printed.line - 1).map(str::len).sum();
        let start = line_start + printed.column - 1;
        edits.extend(help::edits(&source, start..start + printed.length, &printed.help)?);
    }
    help::apply(&source, edits)
}

fn printed(error: &str) -> Option<Printed> {
    // rustc's notes about lint levels are not part of the error.
    let error = error.split("\nnote: ").next().unwrap_or(error);
    let place = error.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let mut numbers = place.rsplit(':').map(str::parse::<usize>);
    let (column, line) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let marks: Vec<&str> = error.lines().filter(|line| line.contains('^')).collect();
    let [marked] = marks[..] else { return None };
    let length = marked.matches('^').count();
    let help = error.lines().find_map(|line| line.split_once("help: "))?.1.to_string();
    let contiguous = marked.contains(&"^".repeat(length));
    contiguous.then_some(Printed { help, line, column, length })
}

fn cases() -> Vec<PathBuf> {
    let rules = entries(Path::new("tests/ui")).into_iter().filter(|path| path.is_dir());
    let mut cases: Vec<PathBuf> = rules.flat_map(|rule| entries(&rule)).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    entries
}

fn fixed(case: &Path) -> PathBuf {
    case.with_file_name("fixed").join(case.file_name().unwrap_or_default())
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares with a committed file, or writes it.
fn compare(path: &Path, text: &str) {
    if std::env::var_os("ATHENA_UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    assert_eq!(read(path), text, "{} is not what the help says", path.display());
}
