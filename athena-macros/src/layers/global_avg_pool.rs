//! `global_avg_pool`: the mean of each channel.

use super::misfit::{fine, of_map};
use super::word::Word;
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word::plain(
    "global_avg_pool",
    |_| graph::WrittenOp::layer(GlobalAvgPool),
    "Mean of each channel: a map of C x 1 x 1.",
);

#[derive(Debug)]
pub struct GlobalAvgPool;

impl Written for GlobalAvgPool {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| fine(Partial { height: Some(1), width: Some(1), flat: Some(false), ..input }))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(GlobalAvgPool))
    }
}

impl Layer for GlobalAvgPool {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(GlobalAvgPool(#private::GlobalAvgPool))
    }
}

impl PerImage for GlobalAvgPool {
    fn name(&self) -> &'static str {
        "global_avg_pool"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let x = inputs[0];
        quote!(__pass.global_avg_pool(#x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.global_avg_pool_backward(#dy, #dx, #write);)
    }
}
