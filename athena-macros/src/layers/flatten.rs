//! `flatten`: makes a vector of a map. Also the inverse, which is used after layers of the user's own.

use super::misfit::{fine, single};
use super::word::Word;
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word::plain(
    "flatten",
    |_| graph::WrittenOp::layer(Flatten),
    "A vector of the map's C * H * W numbers, in that order.",
);

#[derive(Debug)]
pub struct Flatten;

/// Makes a map of a vector: the inverse of flatten.
#[derive(Debug)]
pub struct Unflatten;

impl Written for Flatten {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(Partial::vector(single(inputs).numel()))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Flatten))
    }

    fn decides_rank(&self) -> bool {
        true
    }
}

impl Layer for Flatten {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Flatten(#private::Flatten))
    }
}

impl PerImage for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let x = inputs[0];
        quote!(__pass.flatten(#x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.flatten_backward(#dy, #dx, #write);)
    }
}

impl Layer for Unflatten {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Unflatten(#private::Unflatten))
    }
}

impl PerImage for Unflatten {
    fn name(&self) -> &'static str {
        "unflatten"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let x = inputs[0];
        quote!(__pass.unflatten(#x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.unflatten_backward(#dy, #dx, #write);)
    }
}
