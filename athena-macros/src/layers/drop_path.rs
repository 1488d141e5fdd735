//! `drop_path`: zeroes whole images at random in training, as in a branch that is added to its skip (stochastic depth).

use super::dropout::{Dropout, Unit};
use super::misfit::single;
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Misfit, Written, WrittenNode};
use crate::ir;

pub static WORD: Word = Word {
    name: "drop_path",
    args: &[
        Argument::new(
            "p",
            Kind::Real { min: 0.0, max: 1.0, open: (false, true) },
            Default::Required,
            "probability of an image of zeros",
        ),
        Argument::new(
            "at",
            Kind::Count { min: 0, max: MOST },
            Default::Int(1),
            "place of the block among `of`, counted from 0 or 1: the probability is p * at / of",
        ),
        Argument::new(
            "of",
            Kind::Count { min: 1, max: MOST },
            Default::Int(1),
            "the last place, whose probability is p",
        ),
    ],
    example: "drop_path(0.1)",
    doc: "In training, zeroes whole images with probability p and scales the others by 1 / (1 - p) (stochastic depth, Huang et al. 2016).",
    lower: |args: &Args| {
        graph::WrittenOp::layer(DropPathStep { p: args.real("p"), at: args.count("at"), of: args.count("of") })
    },
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct DropPathStep {
    p: Option<f64>,
    at: Option<usize>,
    of: Option<usize>,
}

impl Written for DropPathStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        let problem = match (self.at, self.of) {
            (Some(at), Some(of)) if at > of => Some(BehindLast { at, of }.into()),
            _ => None,
        };
        (single(inputs), problem.into_iter().collect())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let p = self.p? * self.at? as f64 / self.of? as f64;
        expansion.op(ir::Op::per_image(Dropout::of(Unit::Image, p)))
    }
}

/// The place lies behind the last one.
#[derive(Debug)]
struct BehindLast {
    at: usize,
    of: usize,
}

impl Misfit for BehindLast {
    fn explain(&self, _: &Checked, node: &WrittenNode) -> Error {
        let BehindLast { at, of } = *self;
        Error::new(node.step.origin("at"), format!("place {at} lies behind the last one, {of}"))
            .help(node.step.mend("at", &of.to_string()))
    }
}
