//! `max_pool`: the largest value of each window.

use super::misfit::of_map;
use super::tokens;
use super::window::{self, CEIL, KERNEL, POOL_PADDING, POOL_STRIDE};
use super::word::{Args, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written, WrittenWindow};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "max_pool",
    args: &[KERNEL, POOL_STRIDE, POOL_PADDING, CEIL],
    example: "max_pool(2)",
    doc: "Largest value of each window, without the padding.",
    lower: |args: &Args| graph::WrittenOp::layer(MaxPoolStep(window::of_pool(args))),
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct MaxPoolStep(WrittenWindow);

#[derive(Debug)]
pub struct MaxPool(pub ir::Pool);

impl Written for MaxPoolStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| window::pool(input, &self.0))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(MaxPool(window::known_pool(&self.0)?)))
    }

    fn window(&self) -> Option<&WrittenWindow> {
        Some(&self.0)
    }
}

impl Layer for MaxPool {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let pool = tokens::pool(private, &self.0);
        quote!(MaxPool(#private::MaxPool(#pool)))
    }
}

impl PerImage for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, pool) = (inputs[0], tokens::pool(call.private, &self.0));
        quote!(__pass.max_pool(&#pool, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let pool = tokens::pool(call.private, &self.0);
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.max_pool_backward(&#pool, #value, #dy, #dx, #write);)
    }
}
