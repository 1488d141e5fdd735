//! `prelu` and `scale`: one factor a channel that learns, for the numbers that are not positive, or for all.

use super::activation;
use super::misfit::{fine, single};
use super::tokens::{number, option, real};
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Handle, Layer, Offsets, PerImage, Reads, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static PRELU: Word = Word {
    name: "prelu",
    args: &[],
    example: "prelu",
    doc: "x where positive, else a slope of its channel times x (He et al. 2015). Parameter `weight` [channels], 0.25 at first.",
    lower: |_| graph::WrittenOp::layer(ChannelSlope { start: None, bare: false }),
    learns: true,
};

pub static SCALE: Word = Word {
    name: "scale",
    args: &[
        Argument::new(
            "start",
            Kind::Real { min: -1e6, max: 1e6, open: (false, false) },
            Default::Real(1e-6),
            "what each factor is at first",
        ),
        Argument::new(
            "bare",
            Kind::Switch,
            Default::Switch(false),
            "whether the parameter has the path of the step, without `.weight`, and the shape [channels, 1, 1]",
        ),
        activation::ARGUMENT,
    ],
    example: "scale",
    doc: "A factor for each channel, as ConvNeXt's layer scale (Touvron et al. 2021). Parameter `weight` [channels].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(ChannelSlope {
            start: Some(args.real("start").unwrap_or_default() as f32),
            bare: args.switch("bare").unwrap_or_default(),
        })
    },
    learns: true,
};

#[derive(Clone, Debug)]
pub struct ChannelSlope {
    /// What the factors for all numbers start as; `None` for those of `prelu`.
    pub start: Option<f32>,
    /// Whether the parameter has the path of the step.
    pub bare: bool,
}

impl Written for ChannelSlope {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(self.clone()))
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }
}

impl Layer for ChannelSlope {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        let weight = Tensor::new("weight", vec![to.channels], TensorKind::FixedStart);
        match self.bare {
            true => vec![Tensor { name: "", shape: vec![to.channels, 1, 1], ..weight }],
            false => vec![weight],
        }
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, _: Shape, to: Shape) -> Option<Handle> {
        let (offset, channels) = (at.parameters, number(to.channels));
        let call = match self.start {
            Some(start) => {
                let start = real(start);
                quote!(ChannelSlope::scale(#offset, #start))
            }
            None => quote!(ChannelSlope::prelu(#offset)),
        };
        Some(Handle { kind: quote!(ChannelSlope<#channels>), call, running: false, transposed: false })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(ChannelSlope(#handle.info()))
    }
}

impl PerImage for ChannelSlope {
    fn name(&self) -> &'static str {
        "channel_slope"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, layer) = (inputs[0], call.handle);
        quote!(__pass.channel_slope(&#layer, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let layer = call.handle;
        let BackwardMaps { value, dy, learns, .. } = maps;
        quote!(__pass.channel_slope_backward(&#layer, #value, #dy, #dx, #learns);)
    }
}
