//! Norms of single images: what `group_norm`, `layer_norm` and `instance_norm` become once they are checked.

use super::tokens::{number, option, real};
use super::word::{Argument, Default, Kind};
use crate::ir::{BackwardMaps, CallSettings, Handle, Layer, Offsets, PerImage, Reads, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

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

/// Which numbers of an image have one mean and one variance.
#[derive(Clone, Copy, Debug)]
pub enum Over {
    /// Groups of channels, so many.
    Groups(usize),
    /// The channels of each pixel.
    Pixels,
}

/// The checked layer.
#[derive(Debug)]
pub struct ImageNorm {
    pub over: Over,
    pub eps: f32,
    pub affine: bool,
}

impl ImageNorm {
    /// The name of its handle and of its variant in the runtime.
    fn kind(&self) -> TokenStream {
        match self.over {
            Over::Groups(_) => quote!(GroupNorm),
            Over::Pixels => quote!(LayerNorm),
        }
    }
}

impl Layer for ImageNorm {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        let names: &[&str] = if self.affine { &["weight", "bias"] } else { &[] };
        names.iter().map(|name| Tensor::new(name, vec![to.channels], TensorKind::FixedStart)).collect()
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, _: Shape, to: Shape) -> Option<Handle> {
        let (kind, offset, channels) = (self.kind(), at.parameters, number(to.channels));
        let (eps, affine) = (real(self.eps), self.affine);
        let groups = match self.over {
            Over::Groups(groups) => {
                let groups = number(groups);
                quote!(#groups,)
            }
            Over::Pixels => TokenStream::new(),
        };
        Some(Handle {
            kind: quote!(#kind<#channels>),
            call: quote!(#kind::at(#offset, #groups #eps, #affine)),
            running: false,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        let kind = self.kind();
        quote!(#kind(#handle.info()))
    }
}

impl PerImage for ImageNorm {
    fn name(&self) -> &'static str {
        match self.over {
            Over::Groups(_) => "group_norm",
            Over::Pixels => "layer_norm",
        }
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn needs_work(&self) -> bool {
        true
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, norm, method) = (inputs[0], call.handle, format_ident!("{}", self.name()));
        quote!(__pass.#method(&#norm, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let (norm, method) = (call.handle, format_ident!("{}_backward", self.name()));
        let BackwardMaps { value, dy, learns, .. } = maps;
        quote!(__pass.#method(&#norm, #value, #dy, #dx, #learns);)
    }
}
