//! `group_norm`: group normalisation (Wu and He 2018). Each image is normalised separately, over groups of its channels.

use super::activation;
use super::misfit::{Indivisible, single};
use super::tokens::{number, option, real};
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Handle, Layer, Offsets, PerImage, Reads, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `eps` of norms.
pub const EPS: Argument = Argument::new(
    "eps",
    Kind::Real { min: 0.0, max: 1.0, open: (true, false) },
    Default::Real(1e-5),
    "added to the variance",
);
/// `affine` of norms that learn unless they are told not to.
pub const AFFINE: Argument =
    Argument::new("affine", Kind::Switch, Default::Switch(true), "whether there are a trained scale and shift");

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

#[derive(Debug)]
pub struct GroupNorm {
    pub groups: usize,
    pub eps: f32,
    pub affine: bool,
}

impl Written for GroupNormStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        let input = single(inputs);
        let problem = Indivisible::of(self.groups, input.channels, None);
        (input, problem.into_iter().map(Into::into).collect())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let GroupNormStep { groups, eps, affine } = *self;
        expansion.op(ir::Op::per_image(GroupNorm { groups: groups?, eps, affine }))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        if self.affine { &[""] } else { &[] }
    }
}

impl Layer for GroupNorm {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        let names: &[&str] = if self.affine { &["weight", "bias"] } else { &[] };
        names.iter().map(|name| Tensor::new(name, vec![to.channels], TensorKind::FixedStart)).collect()
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, _: Shape, to: Shape) -> Option<Handle> {
        let (offset, channels, groups) = (at.parameters, number(to.channels), number(self.groups));
        let (eps, affine) = (real(self.eps), self.affine);
        Some(Handle {
            kind: quote!(GroupNorm<#channels>),
            call: quote!(GroupNorm::at(#offset, #groups, #eps, #affine)),
            running: false,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(GroupNorm(#handle.info()))
    }
}

impl PerImage for GroupNorm {
    fn name(&self) -> &'static str {
        "group_norm"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn needs_work(&self) -> bool {
        true
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, norm) = (inputs[0], call.handle);
        quote!(__pass.group_norm(&#norm, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let norm = call.handle;
        let BackwardMaps { value, dy, learns, .. } = maps;
        quote!(__pass.group_norm_backward(&#norm, #value, #dy, #dx, #learns);)
    }
}
