//! `avg_pool`: the mean of each window.

use super::misfit::of_map;
use super::tokens;
use super::window::{self, KERNEL, POOL_PADDING, POOL_STRIDE};
use super::word::{Args, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Window, Written};
use crate::ir::{self, Call, Ends, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "avg_pool",
    args: &[KERNEL, POOL_STRIDE, POOL_PADDING],
    example: "avg_pool(2)",
    doc: "Mean of each window; padding counts as zeros.",
    lower: |args: &Args| graph::Op::layer(AvgPoolStep(window::of(args))),
    learns: false,
};

/// The step as written.
#[derive(Debug)]
struct AvgPoolStep(Window);

#[derive(Debug)]
pub struct AvgPool(pub ir::Window);

impl Written for AvgPoolStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| window::pool(input, &self.0))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(AvgPool(window::known(&self.0)?)))
    }

    fn window(&self) -> Option<&Window> {
        Some(&self.0)
    }
}

impl Layer for AvgPool {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let window = tokens::window(private, &self.0);
        quote!(AvgPool(#window))
    }
}

impl PerImage for AvgPool {
    fn name(&self) -> &'static str {
        "avg_pool"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, call: &Call, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, window) = (inputs[0], tokens::window(call.private, &self.0));
        quote!(__pass.avg_pool(&#window, #x, #y);)
    }

    fn backward(&self, call: &Call, _: usize, ends: &Ends) -> TokenStream {
        let window = tokens::window(call.private, &self.0);
        let (Ends { dy, .. }, (dx, write)) = (ends, ends.input());
        quote!(__pass.avg_pool_backward(&#window, #dy, #dx, #write);)
    }
}
