//! `conv_transpose`: transposed convolution, which makes maps larger.

use super::conv::{BIAS, DILATION, Filters, GROUPS, INIT};
use super::misfit::{fewer_filters, of_map};
use super::window::Axis;
use super::word::{Args, Argument, Default, FILTERS, Kind, MOST_SIDE, Word};
use super::{activation, window};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Misfit, SPACE, Written, WrittenNode};
use crate::ir::{
    self, BackwardMaps, CallSettings, Conv, Handle, Layer, Offsets, PerImage, Reads, Shape, Tensor, Window,
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
            "rows x columns that are added below and on the right, fewer than the stride or the dilation",
        ),
        GROUPS,
        DILATION,
        BIAS,
        INIT,
        activation::ARGUMENT,
    ],
    example: "conv_transpose(16, 2, stride = 2)",
    doc: "Transposed convolution. Parameters `weight` [channels, filters / groups, kernel height, kernel width] and `bias` [filters].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(ConvTransposeStep {
            filters: Filters::of(args),
            kernel: args.pair("kernel"),
            stride: args.pair("stride"),
            padding: args.pair("padding"),
            output_padding: args.pair("output_padding"),
            dilation: args.pair("dilation"),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct ConvTransposeStep {
    filters: Filters,
    kernel: Option<[usize; 2]>,
    stride: Option<[usize; 2]>,
    padding: Option<[usize; 2]>,
    output_padding: Option<[usize; 2]>,
    dilation: Option<[usize; 2]>,
}

/// The checked layer. It has its adjoint: the convolution from its output to its input, whose backward pass it computes.
#[derive(Debug)]
pub struct ConvTranspose(Conv);

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
        let (stride, dilation, added) = (self.stride?[at], self.dilation?[at], self.output_padding?[at]);
        if added >= stride.max(dilation) {
            return Some(AddsTooMuch { axis, stride, dilation }.into());
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
            let shape = Partial { channels: self.filters.count, height, width, flat: Some(false) };
            let mut problems: Vec<_> =
                sides.into_iter().find_map(|(axis, size)| self.misfits(axis, size)).into_iter().collect();
            problems.extend(self.filters.misfit(input.channels));
            (shape, problems)
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (kernel, stride, padding, dilation) = (self.kernel?, self.stride?, self.padding?, self.dilation?);
        let adjoint = self.filters.checked(Window { kernel, stride, padding, dilation }, expansion)?;
        expansion.op(ir::Op::per_image(ConvTranspose(adjoint)))
    }

    fn weights(&self, input: Partial) -> Option<u128> {
        self.filters.weights(input, self.kernel)
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }

    fn decides_channels(&self) -> bool {
        true
    }

    fn enlarging(&self, input: Partial, height: usize, width: usize) -> Option<(&'static str, [usize; 2])> {
        let added = |axis: Axis, size: Option<usize>, wanted: usize| {
            let at = axis.index();
            let plain = self.side(axis, size)?.checked_sub(self.output_padding?[at])?;
            let most = self.stride?[at].max(self.dilation?[at]) - 1;
            wanted.checked_sub(plain).filter(|added| *added <= most)
        };
        let rows = added(Axis::Height, input.height, height)?;
        Some(("output_padding", [rows, added(Axis::Width, input.width, width)?]))
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

/// `output_padding` is neither smaller than the stride nor smaller than the dilation.
#[derive(Debug)]
struct AddsTooMuch {
    axis: Axis,
    stride: usize,
    dilation: usize,
}

impl Misfit for AddsTooMuch {
    fn explain(&self, _: &Checked, node: &WrittenNode) -> Error {
        let (axis, most) = (self.axis.name(), self.stride.max(self.dilation) - 1);
        let limit = if self.dilation > self.stride { "dilation" } else { "stride" };
        let fact = format!("`output_padding` is smaller than the {limit}: at most {most} in {axis}");
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
        self.0.tensors_of(to, from, to.channels)
    }

    fn macs(&self, from: Shape, to: Shape) -> u64 {
        self.0.macs(to, from)
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, from: Shape, to: Shape) -> Option<Handle> {
        Some(self.0.handle_of(at, [from, to], quote!(transposed_at), None))
    }

    fn operation(&self, private: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        self.0.operation(private, handle)
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
        let rows = self.0.window.gradient_halo(0, to.height, from.height);
        let columns = self.0.window.gradient_halo(1, to.width, from.width);
        [[rows, columns], self.0.window.padding]
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, conv) = (inputs[0], call.handle);
        quote!(__pass.conv(&#conv, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let BackwardMaps { value, dy, dx, learns } = maps;
        let conv = call.handle;
        let weights = learns.then(|| quote!(__pass.conv_backward_weights(&#conv, #value, #dy);));
        let data = dx.map(|(dx, write)| quote!(__pass.conv_backward_data(&#conv, #dy, #dx, #write);));
        quote!(#weights #data)
    }
}
