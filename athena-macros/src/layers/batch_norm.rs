//! `batch_norm`: batch normalisation.

use super::activation;
use super::misfit::{fine, single};
use super::tokens::{number, real};
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BatchNorm, Handle, Layer, Offsets, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "batch_norm",
    args: &[
        Argument::new(
            "momentum",
            Kind::Real { min: 0.0, max: 1.0, open: (false, false) },
            Default::Real(0.1),
            "weight of the newest batch in the running statistics",
        ),
        Argument::new(
            "eps",
            Kind::Real { min: 0.0, max: 1.0, open: (true, false) },
            Default::Real(1e-5),
            "added to the variance",
        ),
        Argument::new("affine", Kind::Switch, Default::Switch(true), "whether there are a trained scale and shift"),
        Argument::new("scale", Kind::Switch, Default::Switch(true), "`false`: only the shift is trained"),
        activation::ARGUMENT,
    ],
    example: "batch_norm",
    doc: "Batch normalisation (Ioffe and Szegedy 2015) with PyTorch's formulas and defaults.",
    lower: |args: &Args| {
        let shift = args.switch("affine").unwrap_or(true);
        graph::WrittenOp::layer(BatchNorm {
            momentum: args.real("momentum").unwrap_or_default() as f32,
            eps: args.real("eps").unwrap_or_default() as f32,
            scale: shift && args.switch("scale").unwrap_or(true),
            shift,
        })
    },
    learns: true,
};

impl Written for BatchNorm {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::BatchNorm(self.clone()))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }

    fn is_batch_norm(&self) -> bool {
        true
    }
}

impl Layer for BatchNorm {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        let vector = |name, kind| Tensor::new(name, vec![to.channels], kind);
        let mut tensors = Vec::new();
        let trained = [("weight", self.scale), ("bias", self.shift)];
        let trained = trained.into_iter().filter(|(_, has)| *has);
        tensors.extend(trained.map(|(name, _)| vector(name, TensorKind::FixedStart)));
        tensors.extend(["running_mean", "running_var"].map(|name| vector(name, TensorKind::Buffer)));
        let (name, method) = ("num_batches_tracked", "batches");
        tensors.push(Tensor { name, method, shape: Vec::new(), kind: TensorKind::Buffer });
        tensors
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, _: Shape, to: Shape) -> Option<Handle> {
        let (offset, running, index) = (at.parameters, at.running, number(at.norms));
        let (channels, momentum, eps) = (number(to.channels), real(self.momentum), real(self.eps));
        let (scale, shift) = (self.scale, self.shift);
        Some(Handle {
            kind: quote!(BatchNorm<#channels>),
            call: quote!(BatchNorm::at(#offset, #running, #index, #momentum, #eps, [#scale, #shift])),
            running: true,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(BatchNorm(#handle.info()))
    }
}
