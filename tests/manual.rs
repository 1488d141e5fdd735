//! The manual is the facade's rustdoc. All public items have an example or are used in one, and every word of the language has a
//! page that the front page links. This test reads the pages of
//!
//!     cargo doc --no-deps --all-features && cargo test --all-features --test manual -- --ignored

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The members of an item on a page that need an example. Fields and variants do not; the example of their type is enough.
const MEMBERS: [&str; 4] = ["method.", "tymethod.", "associatedconstant.", "associatedtype."];

/// The sections that list implementations of traits. The page's own part ends before them.
const IMPLEMENTATIONS: [&str; 5] = [
    "id=\"trait-implementations\"",
    "id=\"synthetic-implementations\"",
    "id=\"blanket-implementations\"",
    "id=\"foreign-impls\"",
    "id=\"implementors\"",
];

/// A page of an item.
struct Page {
    /// The whole page.
    html: String,
    /// Its own part of the HTML.
    own: String,
    /// The code of its examples, without tags.
    examples: String,
}

/// `target/doc/athena`.
fn folder() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    target.join("doc").join("athena")
}

/// All pages, by their paths in the crate's folder, without redirects.
fn pages() -> BTreeMap<PathBuf, Page> {
    let root = folder();
    let mut pages = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder);
        let entries = entries.unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo doc --no-deps --all-features` makes it", folder.display())
        });
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_page = path.extension().is_some_and(|ending| ending == "html") && !path.ends_with("all.html");
            if !is_page {
                continue;
            }
            let html = std::fs::read_to_string(&path).expect("a page");
            if !html.contains("http-equiv=\"refresh\"") {
                let own = own_part(&html).to_owned();
                let page = Page { examples: examples(&own), own, html };
                pages.insert(path.strip_prefix(&root).expect("below the root").to_owned(), page);
            }
        }
    }
    pages
}

fn own_part(html: &str) -> &str {
    let ends = IMPLEMENTATIONS.iter().filter_map(|mark| html.find(mark));
    &html[..ends.min().unwrap_or(html.len())]
}

/// The code of each example in Rust, without tags.
fn codes(html: &str) -> impl Iterator<Item = String> {
    let codes = html.split("<pre class=\"rust rust-example-rendered\">").skip(1);
    codes.map(|rest| text(rest.split("</pre>").next().unwrap_or_default()) + "\n")
}

/// The code of all examples.
fn examples(html: &str) -> String {
    codes(html).collect()
}

fn text(html: &str) -> String {
    let mut text = String::new();
    for (index, part) in html.split('<').enumerate() {
        text.push_str(if index == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
    }
    text
}

/// Whether a text contains this name as a whole word.
fn names(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.split(|letter| !is_part(letter)).any(|word| word == name)
}

/// `struct.Loader.html` as `Loader`, a module's `index.html` as the module's name.
fn item(path: &Path) -> String {
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().and_then(|folder| folder.file_name()).and_then(|name| name.to_str());
    match file {
        "index.html" => folder.unwrap_or("athena").to_owned(),
        _ => file.split('.').nth(1).unwrap_or_default().to_owned(),
    }
}

/// The methods, constants and types that a page lists, each with its own part of the page.
fn members(own: &str) -> Vec<(String, &str)> {
    let starts: Vec<usize> = own.match_indices("<section id=\"").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([own.len()]);
    let parts = starts.iter().zip(ends).map(|(&start, end)| &own[start..end]);
    let named = parts.filter_map(|part| {
        let id = part.strip_prefix("<section id=\"")?.split('"').next()?;
        let name = MEMBERS.iter().find_map(|kind| id.strip_prefix(kind))?;
        // Methods of one name in several `impl`s have a number behind it.
        Some((name.split('-').next().unwrap_or(name).to_owned(), part))
    });
    named.collect()
}

#[test]
#[ignore = "reads the pages of `cargo doc --no-deps --all-features`"]
fn whatever_a_user_can_name_has_an_example_or_stands_in_one() {
    let pages = pages();
    let mut without = Vec::new();
    for (path, page) in &pages {
        let is_module = path.ends_with("index.html");
        let above = if is_module { path.parent().and_then(Path::parent) } else { path.parent() };
        let of_module = above.and_then(|folder| pages.get(&folder.join("index.html")));
        let of_module = of_module.map_or("", |module| module.examples.as_str());
        let name = item(path);
        if page.examples.is_empty() && !names(of_module, &name) {
            without.push(path.display().to_string());
        }
        for (member, part) in members(&page.own) {
            let has_example = !examples(part).is_empty();
            if !has_example && !names(&page.examples, &member) && !names(of_module, &member) {
                without.push(format!("{}: {member}", path.display()));
            }
        }
        if names(&page.examples, "athena_runtime") {
            without.push(format!("{}: `athena_runtime`, where users depend on `athena` alone", path.display()));
        }
        if codes(&page.own).any(|code| code.contains("?;") && !code.contains("fn ")) {
            without.push(format!("{}: a `?` in no function", path.display()));
        }
    }
    assert!(pages.len() > 100, "{} pages", pages.len());
    assert!(without.is_empty(), "{} without an example that can be pasted:\n{}", without.len(), without.join("\n"));
}

#[test]
#[ignore = "reads the pages of `cargo doc --no-deps --all-features`"]
fn every_word_has_a_page_that_the_front_page_and_the_macros_page_link() {
    let pages = pages();
    let words: Vec<&Path> = pages.keys().map(PathBuf::as_path).filter(|path| path.starts_with("words")).collect();
    let page = |name: &str| &pages[Path::new(name)].own;
    for word in words.iter().filter(|path| path.components().count() == 3) {
        let link = format!("href=\"{}\"", word.display());
        for from in ["index.html", "macro.resnet.html"] {
            assert!(page(from).contains(&link), "{from} has no link to {}", word.display());
        }
    }
    assert!(words.len() > 25, "{} pages", words.len());
}

/// The path to which a link leads from a page's folder, and the fragment; `None` for links to other crates.
fn target(folder: &Path, link: &str) -> Option<(PathBuf, String)> {
    if link.starts_with('#') || link.contains("://") || !link.contains(".html") {
        return None;
    }
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    let mut way = folder.to_owned();
    for name in path.split('/') {
        match name {
            ".." if !way.pop() => return None,
            "." | ".." => {}
            name => way.push(name),
        }
    }
    Some((way, place.to_owned()))
}

#[test]
#[ignore = "reads the pages of `cargo doc --no-deps --all-features`"]
fn links_lead_to_a_page_and_a_place_on_it() {
    let pages = pages();
    let mut dead = Vec::new();
    for (path, page) in &pages {
        let folder = path.parent().unwrap_or(Path::new(""));
        let links = page.own.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for (way, place) in links.filter_map(|link| target(folder, link)) {
            let is_there =
                pages.get(&way).is_some_and(|page| place.is_empty() || page.html.contains(&format!("id=\"{place}\"")));
            if !is_there && !way.ends_with("all.html") {
                dead.push(format!("{}: {} {place}", path.display(), way.display()));
            }
        }
    }
    assert!(dead.is_empty(), "links to nowhere:\n{}", dead.join("\n"));
}

/// Names in PyTorch, torchvision or Keras that the search should find. None is a part of another.
const FOREIGN: &[&str] = &[
    "AdaptiveAvgPool2d",
    "BasicBlock",
    "BatchNorm2d",
    "CIFAR10",
    "Conv2d",
    "CosineAnnealingLR",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "DataLoader",
    "DiceLoss",
    "Dense",
    "GlobalAveragePooling2D",
    "JaccardIndex",
    "MSELoss",
    "MultiStepLR",
    "Normalize",
    "OneCycleLR",
    "RandomCrop",
    "RandomHorizontalFlip",
    "SparseCategoricalCrossentropy",
    "TensorDataset",
    "TripletMarginLoss",
    "clip_grad_norm_",
    "compile",
    "kaiming_normal_",
    "load_state_dict",
    "nn.Module",
    "requires_grad",
    "save_weights",
    "set_num_threads",
    "torch.onnx.export",
];

#[test]
#[ignore = "reads the pages of `cargo doc --no-deps --all-features`"]
fn the_search_knows_names_from_elsewhere() {
    let folder = folder().with_file_name("search.index").join("name");
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let index: String =
        files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("names")).collect();
    let unknown: Vec<&str> = FOREIGN.iter().copied().filter(|name| !index.contains(name)).collect();
    assert!(unknown.is_empty(), "no item has `#[doc(alias)]` for {}", unknown.join(", "));
}
