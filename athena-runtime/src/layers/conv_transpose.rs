//! Transposed convolutions (Zeiler et al. 2010). A transposed convolution computes what the backward pass of a convolution, the
//! *adjoint*, computes for its input. The adjoint goes from this layer's output to its input.
//!
//! So each direction is a direction of the adjoint: forward is its backward-data, the gradient of the input is its forward pass,
//! and the weight gradient is its weight gradient. As in PyTorch, the weight has the layout of the adjoint's: `[inputs, outputs /
//! groups, kernel height, kernel width]`.

use super::Describe;
use super::conv::ConvShape;
use super::conv::kernel::{self, Epilogue, Weights};
use super::parameter::{Parameter, Storage};
use crate::exec::{Pass, Working};
use crate::layout::{Map, Range, checked_end, padded};
use crate::ops::{Init, Window, Write};

/// A transposed convolution from `CI x HI x WI` to `CO x HO x WO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvTranspose<
    const CI: usize,
    const HI: usize,
    const WI: usize,
    const CO: usize,
    const HO: usize,
    const WO: usize,
> {
    info: ConvTransposeInfo,
}

/// A [`ConvTranspose`] without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvTransposeInfo {
    /// The convolution from this layer's output to its input.
    adjoint: ConvShape,
    /// First float of `[weight | bias]` in the parameter buffer.
    offset: usize,
    /// Whether a bias is added.
    has_bias: bool,
}

impl ConvTransposeInfo {
    const fn weight(&self) -> Range {
        Range { start: self.offset, len: self.adjoint.weight_len() }
    }

    const fn bias(&self) -> Range {
        Range { start: self.weight().end(), len: if self.has_bias { padded(self.adjoint.input[0]) } else { 0 } }
    }

    const fn parameters(&self) -> Range {
        Range { start: self.offset, len: self.bias().end() - self.offset }
    }
}

impl<const CI: usize, const HI: usize, const WI: usize, const CO: usize, const HO: usize, const WO: usize>
    ConvTranspose<CI, HI, WI, CO, HO, WO>
{
    /// The transposed convolution whose parameters start at `offset`.
    #[must_use]
    pub const fn at(offset: usize, window: Window, groups: usize, bias: bool) -> Self {
        let adjoint = ConvShape::new([CO, HO, WO], [CI, HI, WI], window, groups);
        checked_end(offset, &[&[adjoint.weight_len()], &[padded(CO)]]);
        Self { info: ConvTransposeInfo { adjoint, offset, has_bias: bias } }
    }

    /// The transposed convolution without its type.
    #[must_use]
    pub const fn info(&self) -> ConvTransposeInfo {
        self.info
    }

    /// Weight and bias in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        self.info.parameters()
    }

    /// Offset of the first float after this layer in the parameter buffer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.info.bias().end()
    }

    /// The weight, `[inputs, outputs / groups, kernel height, kernel width]`.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        let adjoint = self.info.adjoint;
        assert!(
            shape.len() == 4
                && shape[0] == CI
                && shape[1] == adjoint.group_inputs()
                && shape[2] == adjoint.window.kernel[0]
                && shape[3] == adjoint.window.kernel[1],
            "a weight is [inputs, outputs / groups, kernel height, kernel width]"
        );
        Parameter { name, shape, storage: Storage::ConvWeight { offset: self.info.offset, shape: adjoint, init } }
    }

    /// The bias, `[outputs]`. Its initial values depend on PyTorch's fan-in: the outputs of a group times the kernel's taps.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        assert!(self.info.has_bias, "this transposed convolution has no bias");
        assert!(shape.len() == 1 && shape[0] == CO, "a bias is [outputs]");
        let adjoint = self.info.adjoint;
        let fan_in = adjoint.group_inputs() * adjoint.window.kernel[0] * adjoint.window.kernel[1];
        let storage = Storage::Vector { offset: self.info.bias().start, len: CO, init, fan_in };
        Parameter { name, shape, storage }
    }
}

impl Describe for ConvTransposeInfo {
    fn is_join(&self) -> bool {
        false
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl crate::onnx::graph::ToNodes for ConvTransposeInfo {
    fn add_to(&self, layer: &mut crate::onnx::graph::Layer<'_, '_>) {
        use crate::onnx::graph::{int, ints, window};
        let mut inputs = layer.inputs.clone();
        inputs.extend(layer.weight_and_bias(self.has_bias));
        let ConvShape { window: of, groups, .. } = self.adjoint;
        let from = layer.input_shapes[0];
        // The rows and columns of `output_padding`.
        let added = [0, 1].map(|axis| {
            let reached = (from[axis + 1] - 1) * of.stride[axis] + (of.kernel[axis] - 1) * of.dilation[axis] + 1;
            layer.shape[axis + 1] + 2 * of.padding[axis] - reached
        });
        let mut attributes = window(of.kernel, of.stride, of.padding, of.padding);
        attributes.extend([ints("output_padding", &added), ints("dilations", &of.dilation), int("group", groups)]);
        layer.node("ConvTranspose", inputs, attributes);
    }
}

/// The working memory holds the transposed weights, which the forward pass reads, because the parameters have the adjoint's layout.
impl Working for ConvTransposeInfo {
    fn work_len(&self, _: usize) -> usize {
        self.adjoint.transposed_len()
    }
}

impl Pass<'_> {
    /// `y = conv_transpose(x) + bias`.
    pub fn conv_transpose<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        of: &ConvTranspose<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        y: Map<CO, HO, WO>,
    ) {
        let (ConvTransposeInfo { adjoint, has_bias, .. }, context) = (of.info, self.context);
        let weights = of.info.weight().of(context.parameters);
        let bias = has_bias.then(|| of.info.bias().of(context.parameters));
        let work = std::mem::take(&mut self.work);
        let transposed = &mut work[..adjoint.transposed_len()];
        kernel::transpose_weights(&adjoint, weights, transposed);
        self.each(&mut |image| {
            let ([x], [y]) = image.arena.maps([x.slot()], [y.slot()]);
            let (isa, write) = (context.isa, Write::Set);
            let weights = Weights { stored: weights, transposed };
            kernel::backward_data(isa, &adjoint, weights, x, y, write, bias);
        });
        self.work = work;
    }

    /// Computes the gradient of a transposed convolution's input, if `dx` is given, and with `learns` those of weight and bias.
    pub fn conv_transpose_backward<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        of: &ConvTranspose<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        dy: Map<CO, HO, WO>,
        dx: Option<(Map<CI, HI, WI>, Write)>,
        learns: bool,
    ) {
        let (ConvTransposeInfo { adjoint, .. }, context) = (of.info, self.context);
        let weights = of.info.weight().of(context.parameters);
        self.each(&mut |image| {
            if learns {
                let ([x, dy], []) = image.arena.maps([x.slot(), dy.slot()], []);
                let range = of.info.parameters();
                let sums = &mut image.accumulators[context.position(range)..][..range.len];
                let (dw, db) = sums.split_at_mut(adjoint.weight_len());
                kernel::backward_weights(context.isa, &adjoint, dy, x, dw, None);
                if !db.is_empty() {
                    kernel::backward_bias(context.isa, dy, db);
                }
            }
            if let Some((dx, write)) = dx {
                let ([dy], [dx]) = image.arena.maps([dy.slot()], [dx.slot()]);
                match write {
                    Write::Set => kernel::forward(context.isa, &adjoint, weights, dy, dx, 0, &Epilogue::default()),
                    Write::Add => kernel::forward_add(context.isa, &adjoint, weights, dy, dx),
                }
            }
        });
    }
}
