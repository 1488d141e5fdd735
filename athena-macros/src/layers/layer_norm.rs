//! `layer_norm`: layer normalisation over the channels of each pixel, as ConvNeXt has it.

use super::activation;
use super::group_norm::{AFFINE, EPS};
use super::misfit::{fine, single};
use super::tokens::{number, option, real};
use super::word::{Args, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Handle, Layer, Offsets, PerImage, Reads, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "layer_norm",
    args: &[EPS, AFFINE, activation::ARGUMENT],
    example: "layer_norm",
    doc: "Layer normalisation (Ba et al. 2016) over the channels of each pixel. Parameters `weight` and `bias` [channels].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(LayerNorm {
            eps: args.real("eps").unwrap_or_default() as f32,
            affine: args.switch("affine").unwrap_or(true),
        })
    },
    learns: true,
};

#[derive(Clone, Debug)]
pub struct LayerNorm {
    pub eps: f32,
    pub affine: bool,
}

impl Written for LayerNorm {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(self.clone()))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        if self.affine { &[""] } else { &[] }
    }
}

impl Layer for LayerNorm {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        let names: &[&str] = if self.affine { &["weight", "bias"] } else { &[] };
        names.iter().map(|name| Tensor::new(name, vec![to.channels], TensorKind::FixedStart)).collect()
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, _: Shape, to: Shape) -> Option<Handle> {
        let (offset, channels) = (at.parameters, number(to.channels));
        let (eps, affine) = (real(self.eps), self.affine);
        Some(Handle {
            kind: quote!(LayerNorm<#channels>),
            call: quote!(LayerNorm::at(#offset, #eps, #affine)),
            running: false,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(LayerNorm(#handle.info()))
    }
}

impl PerImage for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn needs_work(&self) -> bool {
        true
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, norm) = (inputs[0], call.handle);
        quote!(__pass.layer_norm(&#norm, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let norm = call.handle;
        let BackwardMaps { value, dy, learns, .. } = maps;
        quote!(__pass.layer_norm_backward(&#norm, #value, #dy, #dx, #learns);)
    }
}
