//! `#[freeze(...)]`: finds the frozen layers of a network by the patterns of its attributes.

use crate::ast::{Freeze, Pattern, Struct};
use crate::desugar;
use crate::errors::{Error, Errors};
use crate::graph::Graph;
use crate::graph::partial::Partial;
use crate::ir::Network;
use crate::words::{self, suggest};
use std::collections::HashMap;

/// The largest number of names in a list.
const LISTED: usize = 12;

/// A layer by its path, and whether it has parameters or running statistics.
struct Candidate {
    path: String,
    learns: bool,
}

/// Reports patterns that match no layer, and networks in which all layers are frozen.
///
/// If there are other mistakes, a part of the network may be missing. `names` are then the words of the program. A pattern whose
/// names are all among them may be right, and is not reported.
pub fn check(
    program: &Struct,
    graph: &Graph,
    shapes: &[Partial],
    names: Option<&HashMap<String, usize>>,
    errors: &mut Errors,
) {
    let layers = layers(graph, shapes);
    let mut unmatched = false;
    for (freeze, pattern) in program.freezes.iter().flat_map(Freeze::each) {
        if !layers.iter().any(|layer| layer.learns && matches(&pattern.text, &layer.path)) {
            unmatched = true;
            if !names.is_some_and(|names| may_be_missing(&pattern.text, names, errors.len())) {
                errors.push(nothing_matches(pattern, freeze.not, &layers));
            }
        }
    }
    let frozen = |layer: &Candidate| program.freezes.iter().any(|freeze| freeze.covers(&layer.path));
    if let Some(last) = program.freezes.last()
        && names.is_none()
        && !unmatched
        && layers.iter().all(|layer| frozen(layer) || !layer.learns)
    {
        errors.push(nothing_learns(last, &layers));
    }
}

/// Marks the frozen layers.
pub fn mark(program: &Struct, network: &mut Network) {
    let learning: Vec<bool> = network.nodes.iter().map(|node| network.is_stateful(node)).collect();
    for (node, _) in network.nodes.iter_mut().zip(learning).filter(|(_, learns)| *learns) {
        node.frozen = program.freezes.iter().any(|freeze| freeze.covers(&node.path));
    }
}

/// The layers on which the network's output depends.
fn layers(graph: &Graph, shapes: &[Partial]) -> Vec<Candidate> {
    let used = desugar::used(graph);
    let mut layers = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate().filter(|(id, node)| used[*id] && !node.path.is_empty()) {
        // For a layer with wrong arguments, only the word is known.
        let by_word: &[&str] = if words::find(node.word).is_some_and(|word| word.learns) { &[""] } else { &[] };
        let parts = match (node.op.written(), node.inputs.first()) {
            (Some(layer), Some(&input)) => layer.learning_parts(shapes[input], shapes[id]),
            (None, _) | (_, None) => by_word,
        };
        layers.extend(parts.iter().map(|part| Candidate { path: format!("{}{part}", node.path), learns: true }));
        if parts.is_empty() {
            layers.push(Candidate { path: node.path.clone(), learns: false });
        }
    }
    layers
}

/// Whether the layers of a pattern may be in the part of the network that is missing because of `mistakes`: each name of the
/// pattern occurs in the program, or is a word with a number that it may get.
fn may_be_missing(pattern: &str, names: &HashMap<String, usize>, mistakes: usize) -> bool {
    pattern.split('.').all(|name| {
        let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let number = name[stem.len()..].parse::<usize>();
        let most = names.get(stem).map(|count| count + mistakes);
        name.contains('*')
            || stem.is_empty()
            || names.contains_key(name)
            || number.is_ok_and(|number| most >= Some(number))
    })
}

impl Freeze {
    fn each(&self) -> impl Iterator<Item = (&Freeze, &Pattern)> {
        self.patterns.iter().map(move |pattern| (self, pattern))
    }

    fn covers(&self, path: &str) -> bool {
        self.not != self.patterns.iter().any(|pattern| matches(&pattern.text, path))
    }
}

/// Whether a pattern matches the path of a layer, or of something that contains the layer.
fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern: Vec<&str> = pattern.split('.').collect();
    pattern.dedup_by(|one, other| one == other && *one == "**");
    fits(&pattern, &path.split('.').collect::<Vec<_>>())
}

/// Matches name by name; `**` stands for any number of names. Paths below a match also match.
fn fits(pattern: &[&str], path: &[&str]) -> bool {
    let (mut at, mut from) = (0, 0);
    // The positions to continue from if the last `**` has to match one more name.
    let mut stars: Option<(usize, usize)> = None;
    while at < pattern.len() {
        if pattern[at] == "**" {
            at += 1;
            stars = Some((at, from));
        } else if path.get(from).is_some_and(|name| glob(pattern[at].as_bytes(), name.as_bytes())) {
            (at, from) = (at + 1, from + 1);
        } else if let Some((behind, taken)) = stars.filter(|_| from < path.len()) {
            stars = Some((behind, taken + 1));
            (at, from) = (behind, taken + 1);
        } else {
            return false;
        }
    }
    true
}

/// A path and the paths that contain it: `a`, `a.0`, `a.0.b`.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    ends.map(|end| &path[..end])
}

/// Matches one name; `*` stands for any characters.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // The positions to continue from if the last `*` has to match one more character.
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

fn nothing_matches(pattern: &Pattern, not: bool, layers: &[Candidate]) -> Error {
    let text = &pattern.text;
    if layers.iter().any(|layer| matches(text, &layer.path)) {
        return Error::new(pattern.loc, format!("`{text}` has no parameters")).help("remove it");
    }
    let learning = || layers.iter().filter(|layer| layer.learns).map(|layer| layer.path.as_str());
    let fact = format!("no layer with parameters has the path `{text}`");
    if let Some((layer, tensor)) = text.rsplit_once('.')
        && ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].contains(&tensor)
        && learning().any(|path| matches(layer, path))
    {
        let error = Error::new(pattern.loc, fact).note("a layer is frozen as a whole");
        return error.help(format!("write `{layer}`"));
    }
    let mut tops: Vec<&str> = learning().filter_map(|path| parts(path).next()).collect();
    tops.dedup();
    let error = match tops.len().saturating_sub(LISTED) {
        _ if tops.is_empty() => Error::new(pattern.loc, fact),
        0 => Error::new(pattern.loc, fact).note(format!("there are {}", quoted(&tops))),
        more => Error::new(pattern.loc, fact).note(format!("there are {} and {more} more", quoted(&tops[..LISTED]))),
    };
    if let Some((parent, _)) = text.rsplit_once('.').filter(|(_, last)| last.parse::<usize>().is_ok()) {
        let below = |path: &str| path.strip_prefix(parent)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok();
        if let Some(most) = learning().filter_map(below).max() {
            let error = error.note(format!("`{parent}` ends with `{parent}.{most}`, counted from 0"));
            return error.help(format!("write `{parent}.{most}`"));
        }
    }
    match suggest::nearest(text, learning().flat_map(parts)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        // With `not`, the layer that is trained is most likely the head.
        None => match if not { tops.last() } else { tops.first() } {
            Some(layer) => error.help(format!("write `{layer}`, or the path of another layer")),
            None => error.help("remove it"),
        },
    }
}

fn nothing_learns(freeze: &Freeze, layers: &[Candidate]) -> Error {
    let error = Error::new(freeze.loc, "nothing is left to learn");
    let last = layers.iter().rfind(|layer| layer.learns).and_then(|layer| parts(&layer.path).next());
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
