//! How the two crates are built, read from their sources: what is forgotten does not compile, imports run one way, and files and functions
//! stay short.
//!
//!     cargo test -p athena-macros --test house
#![allow(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// The crates' folders of sources.
const CRATES: [&str; 2] = ["src", "../athena-runtime/src"];

/// Enums of operations and of steps: a `match` on one names every variant.
const CLOSED: [&str; 10] =
    ["Op", "WrittenOp", "Step", "ImageStep", "BatchStep", "Item", "UnitKind", "Reads", "Operation", "Storage"];

const MOST_LINES_OF_A_FILE: usize = 400;
const MOST_LINES_OF_A_FUNCTION: usize = 60;

/// A source file that is no test.
struct Source {
    /// Its path below the crate's folder, as a path of Rust's: `plan::step`.
    module: String,
    path: PathBuf,
    text: String,
    file: syn::File,
}

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sources = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
            if stem == "tests" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                let file = syn::parse_file(&text).expect("a source file is Rust");
                sources.push(Source { module: module(&root, &path), path, text, file: without_tests(file) });
            }
        }
    }
    sources.sort_by(|one, other| one.module.cmp(&other.module));
    sources
}

/// `plan::step` of `src/plan/step.rs`, nothing of `src/lib.rs`.
fn module(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).expect("below the root").with_extension("");
    let names: Vec<&str> = below.iter().filter_map(|name| name.to_str()).collect();
    match names[..] {
        ["lib"] => String::new(),
        [ref folder @ .., "mod"] => folder.join("::"),
        ref all => all.join("::"),
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::NameValue(_) => false,
    })
}

fn without_tests(mut file: syn::File) -> syn::File {
    file.items.retain(|item| match item {
        syn::Item::Mod(item) => !is_test(&item.attrs),
        syn::Item::Use(item) => !is_test(&item.attrs),
        syn::Item::Fn(item) => !is_test(&item.attrs),
        syn::Item::Impl(item) => !is_test(&item.attrs),
        _ => true,
    });
    file
}

/// Every `match` with an arm for the rest beside arms for variants of an enum that is closed.
struct Wildcards<'a> {
    source: &'a Source,
    found: Vec<String>,
}

/// The enum of a pattern's variant, such as `Op` of `Op::Conv(_)`.
fn enum_of(pattern: &syn::Pat) -> Option<String> {
    let path = match pattern {
        syn::Pat::Path(pattern) => &pattern.path,
        syn::Pat::TupleStruct(pattern) => &pattern.path,
        syn::Pat::Struct(pattern) => &pattern.path,
        syn::Pat::Or(pattern) => return pattern.cases.iter().find_map(enum_of),
        syn::Pat::Reference(pattern) => return enum_of(&pattern.pat),
        syn::Pat::Paren(pattern) => return enum_of(&pattern.pat),
        _ => return None,
    };
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names.len().checked_sub(2).map(|at| names[at].clone())
}

impl<'ast> Visit<'ast> for Wildcards<'_> {
    fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
        let closed = |arm: &syn::Arm| enum_of(&arm.pat).filter(|name| CLOSED.contains(&name.as_str()));
        let takes_the_rest = |arm: &&syn::Arm| matches!(arm.pat, syn::Pat::Wild(_) | syn::Pat::Ident(_));
        if let (Some(name), Some(rest)) = (node.arms.iter().find_map(closed), node.arms.iter().find(takes_the_rest)) {
            let line = rest.pat.span().start().line;
            self.found.push(format!("{}:{line}: an arm for the rest of `{name}`", self.source.path.display()));
        }
        visit::visit_expr_match(self, node);
    }
}

#[test]
fn what_is_done_with_an_operation_or_a_step_is_said_of_each() {
    let mut found = Vec::new();
    for source in CRATES.into_iter().flat_map(sources) {
        let mut wildcards = Wildcards { source: &source, found: Vec::new() };
        wildcards.visit_file(&source.file);
        found.append(&mut wildcards.found);
    }
    assert!(
        found.is_empty(),
        "name the variants, so that a new one does not compile before it is thought of:\n{}",
        found.join("\n")
    );
}

/// The paths that a file names, from the crate's root: `plan::step::Step` of `use super::step::Step` in `plan::memory`.
struct Paths<'a> {
    module: &'a str,
    found: BTreeSet<String>,
}

impl Paths<'_> {
    fn add(&mut self, names: &[String]) {
        let mut base: Vec<&str> = self.module.split("::").filter(|name| !name.is_empty()).collect();
        let mut rest = names;
        match names.first().map(String::as_str) {
            Some("crate") => (base, rest) = (Vec::new(), &names[1..]),
            Some("self") => rest = &names[1..],
            Some("super") => {
                while rest.first().is_some_and(|name| name == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            _ => return,
        }
        base.extend(rest.iter().map(String::as_str));
        self.found.insert(base.join("::"));
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(name.ident.to_string())),
            syn::UseTree::Rename(name) => self.add(&with(name.ident.to_string())),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        self.tree(&[], &node.tree);
    }

    fn visit_path(&mut self, node: &'ast syn::Path) {
        self.add(&node.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, node);
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if !is_test(&node.attrs) {
            visit::visit_item_mod(self, node);
        }
    }
}

/// Which files each file imports from.
fn imports(sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let modules: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let file_of = |path: &str| {
        let mut path = path;
        loop {
            if let Some(module) = modules.get(path) {
                return Some(*module);
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    let imports = sources.iter().map(|source| {
        let mut paths = Paths { module: &source.module, found: BTreeSet::new() };
        paths.visit_file(&source.file);
        let files = paths.found.iter().filter_map(|path| file_of(path));
        (source.module.as_str(), files.filter(|file| *file != source.module && !file.is_empty()).collect())
    });
    imports.collect()
}

/// The files that can be reached from one, itself only if it lies on a circle.
fn reached<'a>(imports: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = imports[from].iter().copied().collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(imports[file].iter().copied());
        }
    }
    reached
}

#[test]
fn no_file_imports_from_one_that_imports_from_it() {
    let mut found = Vec::new();
    for folder in CRATES {
        let sources = sources(folder);
        let imports = imports(&sources);
        let circles = imports.keys().filter(|file| reached(&imports, file).contains(*file));
        found.extend(circles.map(|file| format!("{folder}: {file} -> {:?}", imports[file])));
    }
    assert!(found.is_empty(), "these files lie on circles:\n{}", found.join("\n"));
}

/// Every function that is too long.
struct Long<'a> {
    source: &'a Source,
    found: Vec<String>,
}

impl Long<'_> {
    fn look(&mut self, name: &syn::Ident, block: &syn::Block) {
        let lines = block.span().end().line + 1 - name.span().start().line;
        if lines > MOST_LINES_OF_A_FUNCTION {
            self.found.push(format!("{}: `{name}` has {lines} lines", self.source.path.display()));
        }
    }
}

impl<'ast> Visit<'ast> for Long<'_> {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.look(&node.sig.ident, &node.block);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.look(&node.sig.ident, &node.block);
        visit::visit_impl_item_fn(self, node);
    }
}

#[test]
fn files_and_functions_are_short() {
    let mut found = Vec::new();
    for source in CRATES.into_iter().flat_map(sources) {
        let lines = source.text.lines().count();
        if lines > MOST_LINES_OF_A_FILE {
            found.push(format!("{} has {lines} lines", source.path.display()));
        }
        let mut long = Long { source: &source, found: Vec::new() };
        long.visit_file(&source.file);
        found.append(&mut long.found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The modules of the runtime, each after those that it may import from.
const ORDER: [&str; 18] = [
    "layout",
    "ops",
    "speed",
    "error",
    "float_control",
    "arena",
    "threads",
    "isa",
    "kernels",
    "exec",
    "user",
    "onnx::proto",
    "onnx::graph",
    "layers",
    "loss",
    "model",
    "optim",
    "onnx",
];

/// The place of a file's module in [`ORDER`]; files of the crate's root that only list others have none.
fn place(module: &str) -> Option<usize> {
    let below = |name: &&&str| module == **name || module.starts_with(&format!("{name}::"));
    let longest = ORDER.iter().filter(below).max_by_key(|name| name.len())?;
    ORDER.iter().position(|name| name == longest)
}

#[test]
fn no_module_of_the_runtime_imports_from_a_higher_one() {
    let sources = sources(CRATES[1]);
    let imports = imports(&sources);
    let unknown = imports.keys().filter(|file| !["", "generated", "planning"].contains(file) && place(file).is_none());
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&&str>::new(), "name their modules in `ORDER`");
    let mut found = Vec::new();
    for (file, imported) in &imports {
        let Some(own) = place(file) else { continue };
        found
            .extend(imported.iter().filter(|other| place(other) > Some(own)).map(|other| format!("{file} -> {other}")));
    }
    assert!(found.is_empty(), "these arrows run up:\n{}", found.join("\n"));
}
