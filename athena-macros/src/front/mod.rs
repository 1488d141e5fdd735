//! The passes that know the user's program: `parse -> resolve -> lower -> infer -> check -> freeze -> desugar`, then `plan -> budget`.

use crate::ast::{File, Port, Struct};
use crate::errors::{Error, Errors, MOST_ERRORS};
use crate::graph::Graph;
use crate::ide_hints::{self, IdeHints};
use crate::ir::{self, CheckedStruct};
use crate::plan::{self, Plan};
use crate::{budget, check, desugar, freeze, infer, lower, parse, resolve, words};
use proc_macro2::{Ident, TokenStream};
use std::collections::HashSet;

/// The result of the front end for an invocation.
#[derive(Debug)]
pub struct Front {
    /// All structs. A struct with errors has no network.
    pub structs: Vec<CheckedStruct>,
    /// The plans of their networks.
    pub plans: Vec<Option<Plan>>,
    /// The errors, in source order.
    pub errors: Vec<Error>,
    /// Hints for editors.
    pub ide_hints: IdeHints,
}

mod heads;
mod preset;

/// The author of an invocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The user wrote all of it.
    User,
    /// The user wrote only the signature of the struct; the body is the facade's.
    Facade,
}

/// Reads and checks an invocation.
pub fn read(stream: TokenStream, author: Author) -> Front {
    let mut errors = Errors::default();
    let program = stream.clone();
    let mut file = parse::parse(stream, &mut errors);
    if let (Author::Facade, Some(network)) = (author, file.structs.first_mut()) {
        heads::complete(network, &mut file.blocks);
    }
    if errors.is_hopeless() {
        return hopeless(file, errors);
    }
    let unread = errors.places();
    let starts = Starts::new(&file, &errors);
    let resolved = resolve::resolve(&file, &mut errors);
    let mut lowered = lower::lower(&file, &resolved, &mut errors);
    let mut networks = Vec::new();
    let mut names = None;
    for (network, graph) in file.structs.iter().zip(&lowered.networks) {
        let shapes = infer::infer(graph);
        check::check(network, graph, &shapes, &mut errors);
        let hides = !network.freezes.is_empty()
            && (!graph.is_whole() || unread.iter().any(|place| !starts.is_others(&file, network, graph, *place)));
        let names = hides.then(|| &*names.get_or_insert_with(|| parse::tokens::names(program.clone())));
        // A pattern may name a label that is missing because of an error.
        if !network.body.lost_name {
            freeze::check(network, graph, &shapes.shapes, names, &mut errors);
        }
        networks.push(if errors.is_empty() { desugar::desugar(graph, &shapes.shapes) } else { None });
    }
    for graph in &lowered.uncalled {
        check::problems(graph, &infer::infer(graph), &mut errors);
    }
    if errors.is_empty() {
        // Unknown values have a reported error. If one has not, because of a bug, there is still an error at the struct.
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
        errors = preset::on_the_image(network, graph, errors);
    }
    let mut names = HashSet::new();
    let structs = file
        .structs
        .into_iter()
        .zip(networks)
        .filter(|(network, _)| names.insert(network.name.text.clone()))
        .map(|(network, finished)| checked(network, finished.filter(|_| sound)))
        .collect();
    planned(structs, errors, ide_hints)
}

/// Plans the networks, and compares what they cost with their budgets.
fn planned(structs: Vec<CheckedStruct>, mut errors: Vec<Error>, ide_hints: IdeHints) -> Front {
    let plans: Vec<Option<Plan>> = structs.iter().map(|checked| checked.network.as_ref().map(plan::plan)).collect();
    for (checked, plan) in structs.iter().zip(&plans) {
        errors.extend(budget::check(checked, plan.as_ref()));
    }
    errors.truncate(MOST_ERRORS);
    Front { structs, plans, errors, ide_hints }
}

/// The result for a program that was not read to its end.
fn hopeless(file: File, errors: Errors) -> Front {
    let structs = file.structs.into_iter().map(|network| checked(network, None)).collect();
    planned(structs, errors.sorted(), IdeHints::default())
}

/// The items in source order: the first token, including attributes; the token of the name; and the index, if it is a block.
struct Starts(Vec<(u32, u32, Option<usize>)>);

impl Starts {
    fn new(file: &File, errors: &Errors) -> Starts {
        let structs = file.structs.iter().map(|network| (network.name.loc.first, None));
        let blocks = file.blocks.iter().enumerate().map(|(index, block)| (block.name.loc.first, Some(index)));
        let mut names: Vec<_> = structs.chain(blocks).collect();
        names.sort_unstable();
        let mut before = None;
        let with_start = names.into_iter().map(|(name, block)| {
            let start = errors.item_start(name).filter(|start| Some(*start) > before).unwrap_or(name);
            before = Some(name);
            (start, name, block)
        });
        Starts(with_start.collect())
    }

    /// Whether a place is in another struct, or in a block that this struct does not call.
    fn is_others(&self, file: &File, network: &Struct, graph: &Graph, place: u32) -> bool {
        match self.0[..self.0.partition_point(|(start, ..)| *start <= place)].last() {
            Some((_, _, Some(block))) => !graph.calls(&file.blocks[*block].name.text),
            Some((_, name, None)) => *name != network.name.loc.first,
            None => false,
        }
    }
}

/// Types elsewhere are made of these, also after mistakes: each name once, and none that Rust keeps for itself.
fn ports(written: &[Port]) -> Vec<ir::Port> {
    let mut names = HashSet::new();
    let is_new = |port: &&Port| port.name.as_ref().is_none_or(|name| names.insert(name.text.clone()));
    let port = |port: &Port| {
        let name = port.name.as_ref().map(|name| match words::is_keyword(&name.ident.to_string()) {
            true => Ident::new(&format!("{}_", name.text), name.ident.span()),
            false => name.ident.clone(),
        });
        ir::Port { name, shape: port.likely }
    };
    let has_names = written.iter().any(|port| port.name.is_some());
    written.iter().filter(|port| port.name.is_some() == has_names).filter(is_new).map(port).collect()
}

fn checked(network: Struct, finished: Option<ir::Network>) -> CheckedStruct {
    CheckedStruct {
        attrs: network.attrs,
        cfgs: network.cfgs,
        vis: network.vis,
        ident: network.name.ident,
        inputs: ports(&network.inputs),
        outputs: ports(&network.outputs),
        limits: network.limits,
        network: finished,
    }
}

#[cfg(test)]
mod tests;
