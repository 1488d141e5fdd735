//! The passes that know the user's program: `parse -> resolve -> lower -> infer -> check -> freeze -> desugar`.

use crate::ast::{File, Name, Struct};
use crate::errors::{Error, Errors};
use crate::graph::Graph;
use crate::ide_hints::{self, IdeHints};
use crate::ir::CheckedStruct;
use crate::{check, desugar, freeze, infer, lower, parse, resolve};
use proc_macro2::TokenStream;
use std::collections::HashSet;

/// What an invocation says.
#[derive(Debug)]
pub struct Front {
    /// Every struct, also after errors: then without its network.
    pub structs: Vec<CheckedStruct>,
    /// What is wrong, in source order.
    pub errors: Vec<Error>,
    /// What every token means, for editors.
    pub ide_hints: IdeHints,
}

mod preset;

/// Whose words an invocation is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// All are the user's.
    User,
    /// The body is the facade's, only the struct's signature is the user's.
    Facade,
}

/// Reads and checks an invocation.
pub fn read(stream: TokenStream, author: Author) -> Front {
    let mut errors = Errors::default();
    let program = stream.clone();
    let file = parse::parse(stream, &mut errors);
    let unread = errors.places();
    let resolved = resolve::resolve(&file, &mut errors);
    let mut lowered = lower::lower(&file, &resolved, &mut errors);
    let mut networks = Vec::new();
    for (network, graph) in file.structs.iter().zip(&lowered.networks) {
        let shapes = infer::infer(graph);
        check::check(network, graph, &shapes, &mut errors);
        let hides = !graph.is_whole() || unread.iter().any(|place| !is_others(&file, network, graph, *place));
        let names = (hides && !network.freezes.is_empty()).then(|| parse::tokens::names(program.clone()));
        // A pattern may be of the label that lost its name.
        if !network.body.lost_name {
            freeze::check(network, graph, &shapes.shapes, names.as_ref(), &mut errors);
        }
        networks.push(if errors.is_empty() { desugar::desugar(graph, &shapes.shapes) } else { None });
    }
    for graph in &lowered.uncalled {
        check::problems(graph, &infer::infer(graph), &mut errors);
    }
    if errors.is_empty() {
        // Whatever is unknown was reported; should a mistake ever slip through, it is still an error on the struct.
        for (network, _) in file.structs.iter().zip(&networks).filter(|(_, finished)| finished.is_none()) {
            let fact = format!("the shapes of `{}` could not be inferred", network.name.text);
            errors.push(Error::new(network.name.loc, fact).help("give every step its arguments"));
        }
    }
    for (network, finished) in file.structs.iter().zip(&mut networks) {
        if let Some(finished) = finished {
            freeze::mark(network, finished);
        }
    }
    let sound = errors.is_empty();
    let ide_hints = ide_hints::hints(&file, &resolved, sound);
    let mut errors = errors.sorted();
    if let (Author::Facade, Some(network), Some(graph)) = (author, file.structs.first(), lowered.networks.first_mut()) {
        errors = preset::on_the_image(network, graph, program, errors);
    }
    let mut names = HashSet::new();
    let structs = file
        .structs
        .into_iter()
        .zip(networks)
        .filter(|(network, _)| names.insert(network.name.text.clone()))
        .map(|(network, finished)| checked(network, finished.filter(|_| sound)))
        .collect();
    Front { structs, errors, ide_hints }
}

/// Whether a place lies in another struct than this one, or in a block that it does not call.
fn is_others(file: &File, network: &Struct, graph: &Graph, place: u32) -> bool {
    let starts = |name: &&Name| name.loc.first <= place;
    let structs = file.structs.iter().map(|network| &network.name).filter(starts).max_by_key(|name| name.loc.first);
    let blocks = file.blocks.iter().map(|block| &block.name).filter(starts).max_by_key(|name| name.loc.first);
    let first = |name: Option<&Name>| name.map(|name| name.loc.first);
    match blocks.filter(|_| first(blocks) > first(structs)) {
        Some(block) => !graph.calls(&block.text),
        None => structs.is_some_and(|other| other.loc.first != network.name.loc.first),
    }
}

fn checked(network: Struct, finished: Option<crate::ir::Network>) -> CheckedStruct {
    CheckedStruct {
        attrs: network.attrs,
        cfgs: network.cfgs,
        vis: network.vis,
        ident: network.name.ident,
        input: network.likely.0,
        classes: network.likely.1,
        network: finished,
    }
}

#[cfg(test)]
mod tests;
