//! `docs/errors.md` shows real errors: each section links to a test case and quotes its output. Sections about `tests/ui` also
//! show the change to the fixed program.

use std::fs;
use std::path::Path;

#[test]
fn the_page_of_errors_quotes_the_cases() {
    let page = read(Path::new("docs/errors.md"));
    let (inside, outside) = page.split_once("\n# Outside the network\n").expect("two parts");
    assert_eq!((sections(inside).len(), sections(outside).len()), (10, 4));
    for section in sections(inside) {
        check_fixed(section).unwrap_or_else(|reason| panic!("docs/errors.md, {}: {reason}", title(section)));
    }
    for section in sections(outside) {
        check(section).unwrap_or_else(|reason| panic!("docs/errors.md, {}: {reason}", title(section)));
    }
}

fn title(section: &str) -> &str {
    section.lines().next().unwrap_or_default()
}

fn sections(text: &str) -> Vec<&str> {
    text.split("\n## ").skip(1).collect()
}

/// Checks that the section quotes the output of its case.
fn check(section: &str) -> Result<&Path, String> {
    let (_, link) = section.split_once("](../").ok_or("no link to a case")?;
    let (case, _) = link.split_once(')').ok_or("the link has no end")?;
    let case = Path::new(case);
    let printed = block(section, "text")?;
    let expected = read(&case.with_extension("stderr"));
    if printed.trim_end() != expected.trim_end() {
        return Err(format!("not what {} says:\n{expected}", case.with_extension("stderr").display()));
    }
    Ok(case)
}

/// Checks that the section also shows the lines that differ in the fixed program.
fn check_fixed(section: &str) -> Result<(), String> {
    let case = check(section)?;
    let name = case.file_name().ok_or("the link names no file")?;
    let (before, after) = (read(case), read(&case.with_file_name("fixed").join(name)));
    let (shown_before, shown_after) = (marked(block(section, "diff")?, '-'), marked(block(section, "diff")?, '+'));
    if shown_before != only_in(&before, &after) || shown_after != only_in(&after, &before) {
        return Err(format!("the lines differ from what the help makes of {}", case.display()));
    }
    Ok(())
}

/// The text of a section's only block of this language.
fn block<'a>(section: &'a str, language: &str) -> Result<&'a str, String> {
    let (_, rest) = section.split_once(&format!("```{language}\n")).ok_or(format!("no block of {language}"))?;
    rest.split_once("\n```").map(|(block, _)| block).ok_or(format!("the block of {language} has no end"))
}

fn marked(diff: &str, sign: char) -> Vec<&str> {
    diff.lines().filter_map(|line| line.strip_prefix(sign)).collect()
}

fn only_in<'a>(one: &'a str, other: &str) -> Vec<&'a str> {
    one.lines().filter(|line| !other.lines().any(|elsewhere| elsewhere == *line)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
