//! `group_norm`: group normalisation (Wu and He 2018). Each image is normalised separately, over groups of its channels.

use super::activation;
use super::image_norm::{AFFINE, EPS, ImageNorm, Over};
use super::misfit::{Indivisible, single};
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir;

pub static WORD: Word = Word {
    name: "group_norm",
    args: &[
        Argument::new("groups", Kind::Count { min: 1, max: MOST }, Default::Required, "groups of channels"),
        EPS,
        AFFINE,
        activation::ARGUMENT,
    ],
    example: "group_norm(4)",
    doc: "Group normalisation (Wu and He 2018) with PyTorch's formulas and defaults. Parameters `weight` and `bias` [channels].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(GroupNormStep {
            groups: args.count("groups"),
            eps: args.real("eps").unwrap_or_default() as f32,
            affine: args.switch("affine").unwrap_or(true),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct GroupNormStep {
    groups: Option<usize>,
    eps: f32,
    affine: bool,
}

impl Written for GroupNormStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        let input = single(inputs);
        let problem = Indivisible::of(self.groups, input.channels, None);
        (input, problem.into_iter().map(Into::into).collect())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let GroupNormStep { groups, eps, affine } = *self;
        expansion.op(ir::Op::per_image(ImageNorm { over: Over::Groups(groups?), eps, affine }))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        if self.affine { &[""] } else { &[] }
    }
}
