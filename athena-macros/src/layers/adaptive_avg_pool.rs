//! `adaptive_avg_pool`: means of windows that a map of any size is divided into.

use super::avg_pool::AvgPool;
use super::global_avg_pool::GlobalAvgPool;
use super::misfit::{fine, of_map};
use super::word::{Args, Argument, Default, Kind, MOST_SIDE, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Pool, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "adaptive_avg_pool",
    args: &[Argument::new(
        "size",
        Kind::Pair { min: 1, max: MOST_SIDE },
        Default::Required,
        "rows x columns that are made of any map",
    )],
    example: "adaptive_avg_pool(5x7)",
    doc: "Means of windows, as even as the map's size lets them be.",
    lower: |args: &Args| graph::WrittenOp::layer(AdaptiveAvgPoolStep { size: args.pair("size") }),
    learns: false,
};

/// The step as written.
#[derive(Debug)]
struct AdaptiveAvgPoolStep {
    size: Option<[usize; 2]>,
}

/// Windows of different sizes, or that overlap.
#[derive(Debug)]
pub struct AdaptiveAvgPool;

impl Written for AdaptiveAvgPoolStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let [height, width] = [0, 1].map(|at| self.size.map(|size| size[at]));
            fine(Partial { height, width, flat: Some(false), ..input })
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (map, size) = (expansion.shape_of(expansion.inputs[0]), self.size?);
        let sides = [map.height, map.width];
        let kernel = [sides[0] / size[0], sides[1] / size[1]];
        let is_even = kernel[0] * size[0] == sides[0] && kernel[1] * size[1] == sides[1];
        expansion.op(match size {
            [1, 1] => ir::Op::per_image(GlobalAvgPool),
            _ if is_even => {
                let pool = Pool { kernel, stride: kernel, padding: [0, 0], ceil: false };
                ir::Op::per_image(AvgPool { pool, count_padding: true })
            }
            _ => ir::Op::per_image(AdaptiveAvgPool),
        })
    }
}

impl Layer for AdaptiveAvgPool {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(AdaptiveAvgPool(#private::AdaptiveAvgPool))
    }
}

impl PerImage for AdaptiveAvgPool {
    fn name(&self) -> &'static str {
        "adaptive_avg_pool"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let x = inputs[0];
        quote!(__pass.adaptive_avg_pool(#x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.adaptive_avg_pool_backward(#dy, #dx, #write);)
    }
}
