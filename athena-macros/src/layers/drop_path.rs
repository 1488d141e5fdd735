//! `drop_path`: zeroes whole images at random in training, as in a branch that is added to its skip (stochastic depth).

use super::misfit::{fine, single};
use super::tokens::{number, real};
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "drop_path",
    args: &[Argument::new(
        "p",
        Kind::Real { min: 0.0, max: 1.0, open: (false, true) },
        Default::Required,
        "probability of an image of zeros",
    )],
    example: "drop_path(0.1)",
    doc: "In training, zeroes whole images with probability p and scales the others by 1 / (1 - p) (stochastic depth, Huang et al. 2016).",
    lower: |args: &Args| graph::WrittenOp::layer(DropPath { p: args.real("p").unwrap_or_default() as f32 }),
    learns: false,
};

#[derive(Clone, Debug)]
pub struct DropPath {
    pub p: f32,
}

impl Written for DropPath {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(self.clone()))
    }
}

impl Layer for DropPath {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(DropPath(#private::DropPath))
    }
}

impl PerImage for DropPath {
    fn name(&self) -> &'static str {
        "drop_path"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn is_identity_in_inference(&self) -> bool {
        true
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        // Each draws from a stream of its own.
        let (x, p, stream) = (inputs[0], real(self.p), number(call.index));
        quote!(__pass.drop_path(#p, #stream, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (p, stream) = (real(self.p), number(call.index));
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.drop_path_backward(#p, #stream, #dy, #dx, #write);)
    }
}
