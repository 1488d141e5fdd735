//! `conv_transpose`: transposed convolution, which makes maps larger.

use super::misfit::{Indivisible, fewer_filters, of_map};
use super::tokens::{self, number, option};
use super::window::Axis;
use super::word::{Args, Argument, Default, FILTERS, Kind, MOST, MOST_SIDE, Word};
use super::{activation, init, window};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Misfit, SPACE, Written, WrittenNode};
use crate::ir::{
    self, BackwardMaps, CallSettings, Handle, Init, Layer, Offsets, PerImage, Reads, Shape, Tensor, TensorKind, Window,
};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "conv_transpose",
    args: &[
        FILTERS,
        window::KERNEL,
        Argument::new(
            "stride",
            Kind::Pair { min: 1, max: MOST_SIDE },
            Default::Int(1),
            "step between windows of the output",
        ),
        Argument::new(
            "padding",
            Kind::Pair { min: 0, max: MOST_SIDE },
            Default::Int(0),
            "rows x columns that are cut off on each side",
        ),
        Argument::new(
            "output_padding",
            Kind::Pair { min: 0, max: MOST_SIDE },
            Default::Int(0),
            "rows x columns that are added below and on the right, fewer than the stride",
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
    example: "conv_transpose(16, 2, stride = 2)",
    doc: "Transposed convolution. Parameters `weight` [channels, filters / groups, kernel height, kernel width] and `bias` [filters].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(ConvTransposeStep {
            filters: args.count("filters"),
            kernel: args.pair("kernel"),
            stride: args.pair("stride"),
            padding: args.pair("padding"),
            output_padding: args.pair("output_padding"),
            groups: args.count("groups"),
            dilation: args.pair("dilation"),
            bias: args.switch("bias"),
            init: init::of(args),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct ConvTransposeStep {
    filters: Option<usize>,
    kernel: Option<[usize; 2]>,
    stride: Option<[usize; 2]>,
    padding: Option<[usize; 2]>,
    output_padding: Option<[usize; 2]>,
    groups: Option<usize>,
    dilation: Option<[usize; 2]>,
    /// `None` is `auto`.
    bias: Option<bool>,
    init: Init,
}

/// The checked layer. Its window is that of the convolution whose backward pass it computes.
#[derive(Debug)]
pub struct ConvTranspose {
    pub window: Window,
    pub groups: usize,
    pub bias: bool,
    pub init: Init,
}

impl ConvTransposeStep {
    /// The size along an axis before the padding is cut off.
    fn uncut(&self, axis: Axis, size: Option<usize>) -> Option<usize> {
        let at = axis.index();
        let (kernel, stride) = (self.kernel?[at], self.stride?[at]);
        Some(
            size?.checked_sub(1)?.checked_mul(stride)?
                + window::extent(kernel, self.dilation?[at])
                + self.output_padding?[at],
        )
    }

    /// The size of the output along an axis.
    fn side(&self, axis: Axis, size: Option<usize>) -> Option<usize> {
        self.uncut(axis, size)?.checked_sub(2 * self.padding?[axis.index()]).filter(|size| *size > 0)
    }

    fn misfits(&self, axis: Axis, size: Option<usize>) -> Option<graph::Problem> {
        let at = axis.index();
        let (stride, added) = (self.stride?[at], self.output_padding?[at]);
        if added >= stride {
            return Some(AddsTooMuch { axis, stride }.into());
        }
        let uncut = self.uncut(axis, size)?;
        (2 * self.padding?[at] >= uncut).then(|| CutsAll { axis, uncut }.into())
    }
}

impl Written for ConvTransposeStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let sides = [(Axis::Height, input.height), (Axis::Width, input.width)];
            let [height, width] = sides.map(|(axis, size)| self.side(axis, size));
            let shape = Partial { channels: self.filters, height, width, flat: Some(false) };
            let mut problems: Vec<_> =
                sides.into_iter().find_map(|(axis, size)| self.misfits(axis, size)).into_iter().collect();
            problems.extend(Indivisible::of(self.groups, input.channels, self.filters).map(Into::into));
            (shape, problems)
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (kernel, stride, padding, dilation) = (self.kernel?, self.stride?, self.padding?, self.dilation?);
        expansion.op(ir::Op::per_image(ConvTranspose {
            window: Window { kernel, stride, padding, dilation },
            groups: self.groups?,
            // A batch norm would subtract the bias again.
            bias: self.bias.unwrap_or(!expansion.only_norms_follow),
            init: self.init,
        }))
    }

    fn weights(&self, input: Partial) -> Option<u128> {
        let [height, width] = self.kernel?;
        let taps = height as u128 * width as u128;
        Some(input.channels? as u128 * (self.filters? as u128) / (self.groups?.max(1) as u128) * taps)
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }

    fn decides_channels(&self) -> bool {
        true
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

/// `output_padding` is not smaller than the stride.
#[derive(Debug)]
struct AddsTooMuch {
    axis: Axis,
    stride: usize,
}

impl Misfit for AddsTooMuch {
    fn explain(&self, _: &Checked, node: &WrittenNode) -> Error {
        let (axis, most) = (self.axis.name(), self.stride - 1);
        let fact = format!("`output_padding` is smaller than the stride: at most {most} in {axis}");
        Error::new(node.step.origin("output_padding"), fact)
            .note("a convolution of this stride makes this input of several sizes, and `output_padding` chooses one of them")
            .help(node.step.mend("output_padding", &most.to_string()))
    }
}

/// The padding cuts off the whole map.
#[derive(Debug)]
struct CutsAll {
    axis: Axis,
    /// The size before it is cut off.
    uncut: usize,
}

impl Misfit for CutsAll {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let (axis, uncut) = (self.axis.name(), self.uncut);
        let fact = format!("the padding cuts off all of the map, whose {axis} is {uncut} before");
        Error::new(node.step.origin("padding"), fact)
            .note("a transposed convolution has its padding cut off on each side")
            .note(checked.became(node.inputs[0], SPACE))
            .help(node.step.mend("padding", &((uncut - 1) / 2).to_string()))
    }
}

impl Layer for ConvTranspose {
    fn tensors(&self, from: Shape, to: Shape) -> Vec<Tensor> {
        let [height, width] = self.window.kernel;
        let weight = vec![from.channels, to.channels / self.groups, height, width];
        let mut tensors = vec![Tensor::new("weight", weight, TensorKind::Parameter(self.init))];
        if self.bias {
            tensors.push(Tensor::new("bias", vec![to.channels], TensorKind::Parameter(Init::LecunUniform)));
        }
        tensors
    }

    fn macs(&self, from: Shape, to: Shape) -> u64 {
        let [height, width] = self.window.kernel;
        from.len() as u64 * (to.channels / self.groups) as u64 * height as u64 * width as u64
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, from: Shape, to: Shape) -> Option<Handle> {
        let (private, offset, bias) = (at.private, at.parameters, self.bias);
        let (from, to) = (tokens::sizes(from), tokens::sizes(to));
        let (window, groups) = (tokens::window(private, &self.window), number(self.groups));
        Some(Handle {
            kind: quote!(ConvTranspose<#from, #to>),
            call: quote!(ConvTranspose::at(#offset, #window, #groups, #bias)),
            running: false,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(ConvTranspose(#handle.info()))
    }
}

impl PerImage for ConvTranspose {
    fn name(&self) -> &'static str {
        "conv_transpose"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn needs_work(&self) -> bool {
        true
    }

    fn halos(&self, from: Shape, to: Shape) -> [[usize; 2]; 2] {
        let rows = self.window.gradient_halo(0, to.height, from.height);
        let columns = self.window.gradient_halo(1, to.width, from.width);
        [[rows, columns], self.window.padding]
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, conv) = (inputs[0], call.handle);
        quote!(__pass.conv_transpose(&#conv, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let conv = call.handle;
        let BackwardMaps { value, dy, learns, .. } = maps;
        quote!(__pass.conv_transpose_backward(&#conv, #value, #dy, #dx, #learns);)
    }
}
