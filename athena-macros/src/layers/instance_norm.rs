//! `instance_norm`: each channel of each image normalised by itself, which is a group norm with a group for each channel.

use super::activation;
use super::image_norm::{EPS, ImageNorm, Over};
use super::misfit::of_map;
use super::word::{Args, Argument, Default, Kind, Word};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Misfit, Problem, SPACE, Written, WrittenNode};
use crate::ir;

pub static WORD: Word = Word {
    name: "instance_norm",
    args: &[
        EPS,
        Argument::new("affine", Kind::Switch, Default::Switch(false), "whether there are a trained scale and shift"),
        activation::ARGUMENT,
    ],
    example: "instance_norm",
    doc: "Instance normalisation (Ulyanov et al. 2016) with PyTorch's formulas and defaults. With `affine = true` parameters `weight` and `bias` [channels].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(InstanceNormStep {
            eps: args.real("eps").unwrap_or_default() as f32,
            affine: args.switch("affine").unwrap_or(false),
        })
    },
    learns: true,
};

/// The step as written.
#[derive(Debug)]
struct InstanceNormStep {
    eps: f32,
    affine: bool,
}

impl Written for InstanceNormStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let problem: Option<Problem> =
                (input.height == Some(1) && input.width == Some(1)).then(|| SinglePixel.into());
            (input, problem.into_iter().collect())
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let InstanceNormStep { eps, affine } = *self;
        expansion.op(ir::Op::per_image(ImageNorm { over: Over::Groups(expansion.shape.channels), eps, affine }))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        if self.affine { &[""] } else { &[] }
    }
}

/// A channel of one number is its own mean.
#[derive(Debug)]
struct SinglePixel;

impl Misfit for SinglePixel {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let fact = "`instance_norm` needs more than one pixel: a single one is its own mean, and becomes 0";
        Error::new(node.step.word, fact)
            .note(checked.became(node.inputs[0], SPACE))
            .help(format!("write `layer_norm` instead of `{}`, or put it where the map is larger", node.step.text))
    }
}
