//! Networks that the facade defines. The user wrote only the struct, so errors in the body are errors of the image's shape.

use crate::ast::{Struct, extent};
use crate::errors::Error;
use crate::graph::Graph;
use crate::graph::partial::Partial;
use crate::infer;

/// The longest side of an image that is suggested.
const LONGEST_SIDE: usize = 1024;

/// Moves errors in the body to the image's shape, with the nearest shape that fits.
pub fn on_the_image(network: &Struct, graph: &mut Graph, errors: Vec<Error>) -> Vec<Error> {
    if let Some(error) = no_image(network) {
        return vec![error];
    }
    let body = network.body.lets.iter().filter_map(|binding| Some(binding.name.as_ref()?.loc.first));
    let last = network.body.chain.iter().map(|chain| chain.head.loc.first);
    let body = body.chain(last).min().unwrap_or_default();
    let (mut told, hidden): (Vec<Error>, Vec<Error>) = errors.into_iter().partition(|error| error.at.first < body);
    let (Some(image), Some(mut first)) = (network.inputs.first(), hidden.into_iter().next()) else { return told };
    let is_told = |error: &Error| error.at.first <= image.loc.last && image.loc.first <= error.at.last;
    if !told.iter().any(is_told) {
        let help = match image.extent.and_then(|shape| fitting(graph, shape.sizes())) {
            Some(shape) => format!("write `{}`, or another image", shape.map(|side| side.to_string()).join("x")),
            None => "write `3x224x224`, or another image".to_string(),
        };
        first.at = image.loc;
        told.push(first.help(help));
    }
    told
}

/// The bodies of the facade read one image, which has no name.
fn no_image(network: &Struct) -> Option<Error> {
    let unnamed = "the network of the paper takes one image, which has no name";
    match &network.inputs[..] {
        [] => None,
        [only] if only.likely.flat => {
            let error = Error::new(only.loc, "the network of the paper takes an image, not a vector");
            Some(error.help(match only.name {
                Some(_) => format!("write `3x224x224` instead of `{}`", only.text),
                None => "write `3x224x224`, or another image".to_string(),
            }))
        }
        [only] => {
            let name = only.name.as_ref()?;
            let help = format!("write `{}` instead of `{}`", extent(only.likely), only.text);
            Some(Error::new(name.loc, unnamed).help(help))
        }
        several @ [first, .., last] => {
            let image = several.iter().find(|port| !port.likely.flat);
            let image = image.map_or("3x224x224".to_string(), |port| extent(port.likely));
            let written: Vec<&str> = several.iter().map(|port| port.text.as_str()).collect();
            let start = first.name.as_ref().map_or(first.loc, |name| name.loc);
            let help = format!("write `{image}` instead of `{}`", written.join(", "));
            Some(Error::new(start.to(last.loc), unnamed).help(help))
        }
    }
}

/// The nearest image shape that fits: with longer sides, or else with shorter ones.
fn fitting(graph: &mut Graph, [channels, height, width]: [usize; 3]) -> Option<[usize; 3]> {
    let longer = (1..=LONGEST_SIDE).map(|side| [channels, height.max(side), width.max(side)]);
    let shorter = (1..usize::BITS).map(|halvings| [channels, height >> halvings, width >> halvings]);
    longer.chain(shorter.take_while(|shape| shape[1] > 0 && shape[2] > 0)).find(|shape| {
        graph.inputs = vec![Partial::map(*shape)];
        infer::infer(graph).problems.is_empty()
    })
}
