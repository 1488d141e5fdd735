//! `freeze`: which layers of a finished network learn nothing, by the patterns of its `#[freeze(...)]` attributes.

use crate::ast::{Freeze, Pattern, Struct};
use crate::errors::{Error, Errors};
use crate::ir::{Network, Node, Op};
use crate::words::suggest;

/// More names than this are not listed.
const LISTED: usize = 12;

/// Marks the frozen layers. A pattern without layers, and a network in which nothing is left to learn, are mistakes.
pub fn freeze(program: &Struct, network: &mut Network, errors: &mut Errors) {
    for freeze in &program.freezes {
        for pattern in &freeze.patterns {
            if !network.nodes.iter().any(|node| learns(node) && matches(&pattern.text, &node.path)) {
                errors.push(nothing_matches(pattern, network));
            }
        }
        for node in network.nodes.iter_mut().filter(|node| learns(node)) {
            node.frozen |= freeze.covers(&node.path);
        }
    }
    if let Some(last) = program.freezes.last()
        && errors.is_empty()
        && network.nodes.iter().all(|node| node.frozen || !learns(node))
    {
        errors.push(nothing_learns(last, network));
    }
}

impl Freeze {
    fn covers(&self, path: &str) -> bool {
        self.not != self.patterns.iter().any(|pattern| matches(&pattern.text, path))
    }
}

/// Whether a layer has parameters or running statistics.
fn learns(node: &Node) -> bool {
    matches!(node.op, Op::Conv { .. } | Op::Linear { .. } | Op::BatchNorm { .. })
}

/// Whether a pattern is a layer's path, or that of something which the layer is part of.
fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern: Vec<&str> = pattern.split('.').collect();
    pattern.dedup_by(|one, other| one == other && *one == "**");
    fits(&pattern, &path.split('.').collect::<Vec<_>>())
}

/// Name by name; `**` is any number of names. What lies below a match matches too.
fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|taken| fits(rest, &path[taken..])),
        ([name, rest @ ..], [first, below @ ..]) => glob(name.as_bytes(), first.as_bytes()) && fits(rest, below),
        (_, []) => false,
    }
}

/// A path and what it lies in: `a`, `a.0`, `a.0.b`.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    ends.map(|end| &path[..end])
}

/// `*` is any run of characters.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // Where to go on if the last star has to take one character more.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at + 1, from));
            at += 1;
        } else if pattern.get(at) == Some(&text[from]) {
            (at, from) = (at + 1, from + 1);
        } else if let Some((behind, taken)) = star {
            star = Some((behind, taken + 1));
            (at, from) = (behind, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

fn nothing_matches(pattern: &Pattern, network: &Network) -> Error {
    let text = &pattern.text;
    if network.nodes.iter().any(|node| matches(text, &node.path)) {
        return Error::new(pattern.loc, format!("`{text}` has nothing to learn")).help("remove it");
    }
    let layers = || network.nodes.iter().filter(|node| learns(node));
    let fact = format!("no layer that learns has the path `{text}`");
    if let Some((layer, tensor)) = text.rsplit_once('.')
        && ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].contains(&tensor)
        && layers().any(|node| matches(layer, &node.path))
    {
        let error = Error::new(pattern.loc, fact).note("a layer is frozen as a whole");
        return error.help(format!("write `{layer}`"));
    }
    let mut tops: Vec<&str> = layers().filter_map(|node| parts(&node.path).next()).collect();
    tops.dedup();
    let error = match tops.len().saturating_sub(LISTED) {
        _ if tops.is_empty() => Error::new(pattern.loc, fact),
        0 => Error::new(pattern.loc, fact).note(format!("there are {}", quoted(&tops))),
        more => Error::new(pattern.loc, fact).note(format!("there are {} and {more} more", quoted(&tops[..LISTED]))),
    };
    match suggest::nearest(text, layers().flat_map(|node| parts(&node.path))) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => match tops.first() {
            Some(first) => error.help(format!("write `{first}`, or the path of another layer")),
            None => error.help("remove it"),
        },
    }
}

fn nothing_learns(freeze: &Freeze, network: &Network) -> Error {
    let error = Error::new(freeze.loc, "nothing is left to learn");
    let last = network.nodes.iter().rfind(|node| learns(node)).and_then(|node| parts(&node.path).next());
    match last {
        Some(last) => error.help(format!("write `#[freeze(not({last}))]`: the last layer alone learns")),
        None => error.note("no layer of the network has parameters").help("remove it"),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_paths_and_what_they_lie_in() {
        for (pattern, path, expected) in [
            ("conv1", "conv1", true),
            ("conv1", "conv10", false),
            ("layer1", "layer1.0.conv1", true),
            ("layer1", "layer10.0.conv1", false),
            ("layer*", "layer10.0.conv1", true),
            ("layer1.*", "layer1.0.conv1", true),
            ("layer1.*", "layer1", false),
            ("layer*.0", "layer2.0.conv1", true),
            ("layer*.0", "layer2.1.downsample.0", false),
            ("*.bn1", "layer1.0.bn1", false),
            ("**.bn1", "layer1.0.bn1", true),
            ("**.bn1", "bn1", true),
            ("**.0", "layer2.1.downsample.0", true),
            ("layer1.**.conv1", "layer1.0.conv1", true),
            ("*", "fc", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("conv1.weight", "conv1", false),
            ("", "conv1", false),
            ("conv1.", "conv1", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }
}
