//! Mistakes and what is said about them: `tests/ui/<rule>/<case>.rs`, its `.stderr`, and `fixed/<case>.rs`, the same program
//! with the printed help applied. `tests/fixes.rs` compiles the fixed ones.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

/// What a fix adds stands in the `help:` of its case, so that nobody has to invent it.
#[test]
fn fixes_are_the_printed_help() {
    let cases = cases();
    assert!(cases.len() >= 38, "only {} cases found", cases.len());
    for case in cases {
        let wrong = read(&case);
        let fixed = read(&fixed(&case));
        assert_ne!(wrong, fixed, "{}", case.display());
        let help = squeezed(&help(&read(&case.with_extension("stderr"))));
        let (wrong, fixed) = (program(&wrong), program(&fixed));
        let backwards = |tokens: &[String]| tokens.iter().rev().cloned().collect::<Vec<_>>();
        let forwards = added(&wrong, &fixed);
        let mut reversed = added(&backwards(&wrong), &backwards(&fixed));
        reversed.iter_mut().for_each(|run| run.reverse());
        // Where a token can be aligned in two ways, one of them is the help's.
        let is_help = |runs: &[Vec<String>]| runs.iter().all(|run| help.contains(&run.join(" ")));
        assert!(is_help(&forwards) || is_help(&reversed), "{}: {help}\ndoes not say {forwards:?}", case.display());
    }
}

/// `tests/fixes.rs` lists every fixed program.
#[test]
fn every_fix_is_compiled() {
    let list = read(Path::new("tests/fixes.rs"));
    for case in cases() {
        let path = fixed(&case);
        let path = path.strip_prefix("tests").unwrap_or(&path).display().to_string();
        assert!(list.contains(&format!("\"{path}\"")), "tests/fixes.rs lacks {path}");
    }
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

/// The code in the `help:` lines.
fn help(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| line.trim_start().starts_with("help:"));
    let code = lines.flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_string));
    code.collect::<Vec<_>>().join("\n")
}

fn squeezed(text: &str) -> String {
    text.lines().map(|line| tokens(line).join(" ")).collect::<Vec<_>>().join("\n")
}

/// Words, numbers and single signs.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for letter in text.chars() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match tokens.last_mut() {
            Some(last) if is_word && in_word => last.push(letter),
            _ if letter.is_whitespace() => {}
            _ => tokens.push(letter.to_string()),
        }
        in_word = is_word;
    }
    tokens
}

/// The tokens between `resnet! {` and `fn main`.
fn program(text: &str) -> Vec<String> {
    let (_, program) = text.split_once("resnet! {").unwrap_or_default();
    tokens(program.split("fn main").next().unwrap_or_default())
}

/// Runs of tokens that the fixed program has and the wrong one lacks, by their longest common subsequence.
fn added(wrong: &[String], fixed: &[String]) -> Vec<Vec<String>> {
    let mut common = vec![vec![0usize; fixed.len() + 1]; wrong.len() + 1];
    for (i, token) in wrong.iter().enumerate().rev() {
        for (j, other) in fixed.iter().enumerate().rev() {
            common[i][j] =
                if token == other { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut runs: Vec<Vec<String>> = vec![Vec::new()];
    while j < fixed.len() {
        if i < wrong.len() && wrong[i] == fixed[j] {
            (i, j) = (i + 1, j + 1);
            runs.push(Vec::new());
        } else if i < wrong.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
        } else {
            runs.last_mut().map(|run| run.push(fixed[j].clone())).unwrap_or_default();
            j += 1;
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}
