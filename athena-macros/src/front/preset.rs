//! Networks that the facade defines. The user wrote only the struct, so errors in the body are errors of the image's shape.

use crate::ast::Struct;
use crate::errors::Error;
use crate::graph::Graph;
use crate::infer;
use crate::loc::Loc;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The longest side of an image that is suggested.
const LONGEST_SIDE: usize = 1024;

/// Moves errors in the body to the image's shape, with the nearest shape that fits.
pub fn on_the_image(network: &Struct, graph: &mut Graph, program: TokenStream, errors: Vec<Error>) -> Vec<Error> {
    let body = network.body.lets.iter().filter_map(|binding| Some(binding.name.as_ref()?.loc.first));
    let body = body.chain([network.body.chain.head.loc.first]).min().unwrap_or_default();
    let (mut told, hidden): (Vec<Error>, Vec<Error>) = errors.into_iter().partition(|error| error.at.first < body);
    let (Some(at), Some(mut first)) = (shape(network, program), hidden.into_iter().next()) else { return told };
    if told.iter().all(|error| error.at.first != at.first) {
        let help = match network.shape.and_then(|shape| fitting(graph, shape)) {
            Some(shape) => format!("write `{}`, or another image", shape.map(|side| side.to_string()).join("x")),
            None => "write `3x224x224`, or another image".to_string(),
        };
        first.at = at;
        told.push(first.help(help));
    }
    told
}

/// The place of the image's shape.
fn shape(network: &Struct, program: TokenStream) -> Option<Loc> {
    let trees: Vec<TokenTree> = program.into_iter().collect();
    let is_name = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if *ident == network.name.ident);
    let signature = trees.windows(2).find(|pair| is_name(&pair[0]))?;
    match &signature[1] {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let shape = group.stream().into_iter().next()?.span();
            Some(Loc::token(shape, network.name.loc.first + 2))
        }
        _ => None,
    }
}

/// The nearest image shape that fits: with longer sides, or else with shorter ones.
fn fitting(graph: &mut Graph, [channels, height, width]: [usize; 3]) -> Option<[usize; 3]> {
    let longer = (1..=LONGEST_SIDE).map(|side| [channels, height.max(side), width.max(side)]);
    let shorter = (1..usize::BITS).map(|halvings| [channels, height >> halvings, width >> halvings]);
    longer.chain(shorter.take_while(|shape| shape[1] > 0 && shape[2] > 0)).find(|shape| {
        graph.input = Some(*shape);
        infer::infer(graph).problems.is_empty()
    })
}
