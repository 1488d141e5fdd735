//! `softmax`: over a vector, or over a map's channels at each pixel.

use super::misfit::{fine, single};
use super::word::Word;
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word::plain(
    "softmax",
    |_| graph::WrittenOp::layer(Softmax),
    "Softmax over a vector, or over a map's channels at each pixel.",
);

#[derive(Debug)]
pub struct Softmax;

impl Written for Softmax {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Softmax))
    }

    fn is_softmax(&self) -> bool {
        true
    }
}

impl Layer for Softmax {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Softmax(#private::Softmax))
    }
}

impl PerImage for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Output
    }

    fn is_softmax(&self) -> bool {
        true
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let x = inputs[0];
        quote!(__pass.softmax(#x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.softmax_backward(#value, #dy, #dx, #write);)
    }
}
