//! `layer_norm`: layer normalisation over the channels of each pixel, as ConvNeXt has it.

use super::activation;
use super::image_norm::{AFFINE, EPS, ImageNorm, Over};
use super::misfit::{fine, single};
use super::word::{Args, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir;

pub static WORD: Word = Word {
    name: "layer_norm",
    args: &[EPS, AFFINE, activation::ARGUMENT],
    example: "layer_norm",
    doc: "Layer normalisation (Ba et al. 2016) over the channels of each pixel. Parameters `weight` and `bias` [channels].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(LayerNormStep {
            eps: args.real("eps").unwrap_or_default() as f32,
            affine: args.switch("affine").unwrap_or(true),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct LayerNormStep {
    eps: f32,
    affine: bool,
}

impl Written for LayerNormStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let LayerNormStep { eps, affine } = *self;
        expansion.op(ir::Op::per_image(ImageNorm { over: Over::Pixels, eps, affine }))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        if self.affine { &[""] } else { &[] }
    }
}
