//! `conv`: convolution.

use super::misfit::{Indivisible, fewer_filters, of_map};
use super::tokens::{self, number};
use super::word::{Args, Argument, Default, FILTERS, Kind, MOST, MOST_SIDE, Word};
use super::{activation, init, window};
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Problem, Written, WrittenNode, WrittenWindow};
use crate::ir::{self, Conv, Handle, Init, Layer, Offsets, Shape, Tensor, TensorKind, Window};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The argument `groups` of convolutions.
pub const GROUPS: Argument =
    Argument::new("groups", Kind::Count { min: 1, max: MOST }, Default::Int(1), "independent groups of channels");
/// The argument `dilation` of convolutions.
pub const DILATION: Argument = Argument::new(
    "dilation",
    Kind::Pair { min: 1, max: MOST_SIDE },
    Default::Int(1),
    "distance between the kernel's taps",
);
/// The argument `bias` of convolutions.
pub const BIAS: Argument = Argument::new(
    "bias",
    Kind::AutoSwitch,
    Default::Word("auto"),
    "`auto`: no bias if only batch norms read the output",
);
/// The argument `init` of convolutions.
pub const INIT: Argument = Argument::new(
    "init",
    Kind::Choice(init::OF_CONVOLUTIONS),
    Default::Word("he_normal"),
    "initial values of the weights (He et al. 2015)",
);

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
        GROUPS,
        DILATION,
        BIAS,
        INIT,
        activation::ARGUMENT,
    ],
    example: "conv(16, 3x3)",
    doc: "Convolution. Parameters `weight` [filters, channels / groups, kernel height, kernel width] and `bias` [filters].",
    lower: |args: &Args| {
        let window = WrittenWindow { dilation: args.pair("dilation"), ..window::of(args) };
        graph::WrittenOp::layer(ConvStep { filters: Filters::of(args), window })
    },
    learns: true,
};

/// What convolutions and transposed ones are written with beside their windows.
#[derive(Debug)]
pub struct Filters {
    pub count: Option<usize>,
    groups: Option<usize>,
    /// `None` is `auto`.
    bias: Option<bool>,
    init: Init,
}

impl Filters {
    pub fn of(args: &Args) -> Filters {
        Filters {
            count: args.count("filters"),
            groups: args.count("groups"),
            bias: args.switch("bias"),
            init: init::of(args),
        }
    }

    /// The groups do not divide the channels or the filters.
    pub fn misfit(&self, channels: Option<usize>) -> Option<Problem> {
        Indivisible::of(self.groups, channels, self.count).map(Into::into)
    }

    /// The checked convolution with this window.
    pub fn checked(&self, window: Window, expansion: &Expansion) -> Option<Conv> {
        Some(Conv {
            window,
            groups: self.groups?,
            // A batch norm would subtract the bias again.
            bias: self.bias.unwrap_or(!expansion.only_norms_follow),
            init: self.init,
            flat: false,
        })
    }

    /// See [`Written::weights`].
    pub fn weights(&self, input: Partial, kernel: Option<[usize; 2]>) -> Option<u128> {
        let [height, width] = kernel?;
        let taps = height as u128 * width as u128;
        Some(self.count? as u128 * (input.channels? as u128) / (self.groups?.max(1) as u128) * taps)
    }
}

/// The layer as written in the program.
#[derive(Debug)]
struct ConvStep {
    filters: Filters,
    window: WrittenWindow,
}

impl Written for ConvStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let (mut shape, mut problems) = window::slide(input, &self.window);
            shape.channels = self.filters.count;
            problems.extend(self.filters.misfit(input.channels));
            (shape, problems)
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let conv = self.filters.checked(window::known(&self.window)?, expansion)?;
        expansion.op(ir::Op::Conv(conv))
    }

    fn weights(&self, input: Partial) -> Option<u128> {
        self.filters.weights(input, self.window.kernel)
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
        Some(fewer_filters(node, fits(self.filters.count)))
    }
}

impl Conv {
    /// The tensors of this convolution from one shape to another, or of the transposed one whose adjoint it is.
    pub fn tensors_of(&self, from: Shape, to: Shape, outputs: usize) -> Vec<Tensor> {
        let [height, width] = self.window.kernel;
        let weight = match self.flat {
            true => vec![to.channels, from.channels],
            false => vec![to.channels, from.channels / self.groups, height, width],
        };
        let mut tensors = vec![Tensor::new("weight", weight, TensorKind::Parameter(self.init))];
        if self.bias {
            tensors.push(Tensor::new("bias", vec![outputs], TensorKind::Parameter(Init::LecunUniform)));
        }
        tensors
    }

    /// The handle, whose constructor is `function`. `transposed` is where its transposed weights are kept, if they are.
    pub fn handle_of(
        &self,
        at: &Offsets,
        [from, to]: [Shape; 2],
        function: TokenStream,
        transposed: Option<&TokenStream>,
    ) -> Handle {
        let (private, offset, bias) = (at.private, at.parameters, self.bias);
        let [from, to] = [from, to].map(|shape| tokens::map(private, shape));
        let (window, groups) = (tokens::window(private, &self.window), number(self.groups));
        let kept = transposed.map(|transposed| quote!(#transposed,));
        Handle {
            kind: quote!(Conv<#from, #to>),
            call: quote!(Conv::#function(#offset, #kept #window, #groups, #bias)),
            running: false,
            transposed: transposed.is_some(),
        }
    }
}

impl Layer for Conv {
    fn tensors(&self, from: Shape, to: Shape) -> Vec<Tensor> {
        self.tensors_of(from, to, to.channels)
    }

    fn macs(&self, from: Shape, to: Shape) -> u64 {
        let [height, width] = self.window.kernel;
        to.len() as u64 * (from.channels / self.groups) as u64 * height as u64 * width as u64
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, from: Shape, to: Shape) -> Option<Handle> {
        Some(self.handle_of(at, [from, to], quote!(at), Some(at.transposed)))
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(Conv(#handle.info()))
    }
}
