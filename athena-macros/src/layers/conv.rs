//! `conv`: convolution.

use super::misfit::{Indivisible, fewer_filters, of_map};
use super::tokens::{self, number};
use super::word::{Args, Argument, Default, FILTERS, Kind, MOST, MOST_SIDE, Word};
use super::{activation, init, window};
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Written, WrittenNode, WrittenWindow};
use crate::ir::{self, Conv, Handle, Init, Layer, Offsets, Shape, Tensor, TensorKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "conv",
    args: &[
        FILTERS,
        window::KERNEL,
        window::STRIDE,
        Argument::new(
            "padding",
            Kind::Padding,
            Default::Word("same"),
            "zeros on each side; `same` is dilation * (kernel - 1) / 2",
        ),
        Argument::new("groups", Kind::Count { min: 1, max: MOST }, Default::Int(1), "independent groups of channels"),
        Argument::new(
            "dilation",
            Kind::Pair { min: 1, max: MOST_SIDE },
            Default::Int(1),
            "distance between the kernel's taps",
        ),
        Argument::new(
            "bias",
            Kind::AutoSwitch,
            Default::Word("auto"),
            "`auto`: no bias if only batch norms read the output",
        ),
        Argument::new(
            "init",
            Kind::Choice(init::NAMES),
            Default::Word("he_normal"),
            "initial values of the weights (He et al. 2015)",
        ),
        activation::ARGUMENT,
    ],
    example: "conv(16, 3x3)",
    doc: "Convolution. Parameters `weight` [filters, channels / groups, kernel height, kernel width] and `bias` [filters].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(ConvStep {
            filters: args.count("filters"),
            window: WrittenWindow { dilation: args.pair("dilation"), ..window::of(args) },
            groups: args.count("groups"),
            bias: args.switch("bias"),
            init: init::of(args),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct ConvStep {
    filters: Option<usize>,
    window: WrittenWindow,
    groups: Option<usize>,
    /// `None` is `auto`.
    bias: Option<bool>,
    init: Init,
}

impl Written for ConvStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let (mut shape, mut problems) = window::slide(input, &self.window);
            shape.channels = self.filters;
            problems.extend(Indivisible::of(self.groups, input.channels, self.filters).map(Into::into));
            (shape, problems)
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::Conv(Conv {
            window: window::known(&self.window)?,
            groups: self.groups?,
            // A batch norm would subtract the bias again.
            bias: self.bias.unwrap_or(!expansion.only_norms_follow),
            init: self.init,
        }))
    }

    fn weights(&self, input: Partial) -> Option<u128> {
        let [height, width] = self.window.kernel?;
        let taps = height as u128 * width as u128;
        Some(self.filters? as u128 * (input.channels? as u128) / (self.groups?.max(1) as u128) * taps)
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }

    fn window(&self) -> Option<&WrittenWindow> {
        Some(&self.window)
    }

    fn decides_channels(&self) -> bool {
        true
    }

    fn is_projection(&self) -> bool {
        self.window.kernel == Some([1; 2]) && self.window.stride == Some([1; 2])
    }

    fn shrunk(
        &self,
        _: &Checked,
        node: &WrittenNode,
        fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        Some(fewer_filters(node, fits(self.filters)))
    }
}

impl Layer for Conv {
    fn tensors(&self, from: Shape, to: Shape) -> Vec<Tensor> {
        let [height, width] = self.window.kernel;
        let weight = vec![to.channels, from.channels / self.groups, height, width];
        let mut tensors = vec![Tensor::new("weight", weight, TensorKind::Parameter(self.init))];
        if self.bias {
            tensors.push(Tensor::new("bias", vec![to.channels], TensorKind::Parameter(Init::LecunUniform)));
        }
        tensors
    }

    fn macs(&self, from: Shape, to: Shape) -> u64 {
        let [height, width] = self.window.kernel;
        to.len() as u64 * (from.channels / self.groups) as u64 * height as u64 * width as u64
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, from: Shape, to: Shape) -> Option<Handle> {
        let (private, offset, transposed, bias) = (at.private, at.parameters, at.transposed, self.bias);
        let (from, to) = (tokens::sizes(from), tokens::sizes(to));
        let (window, groups) = (tokens::window(private, &self.window), number(self.groups));
        Some(Handle {
            kind: quote!(Conv<#from, #to>),
            call: quote!(Conv::at(#offset, #transposed, #window, #groups, #bias)),
            running: false,
            transposed: true,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(Conv(#handle.info()))
    }
}
