//! Convolutions, and transposed convolutions (`transposed`).

pub mod kernel;
#[cfg(feature = "onnx")]
mod onnx;
mod run;
mod transposed;
mod transposed_weights;

pub use kernel::ConvShape;

use super::Describe;
use super::parameter::{Parameter, Storage};
use crate::exec::Working;
use crate::layout::{MapType, Range, assert_room, padded};
use crate::ops::{Init, Window};
use std::marker::PhantomData;

/// A convolution from `X` to `Y`, or a transposed one: two types of [`Map`](crate::layout::Map).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv<X, Y> {
    info: ConvInfo,
    maps: PhantomData<(X, Y)>,
}

/// A [`Conv`] without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvInfo {
    /// Sizes, window and groups. Those of a transposed convolution are its adjoint's: the convolution from its output to its input.
    pub(crate) shape: ConvShape,
    /// Whether it is a transposed convolution.
    pub(crate) is_transposed: bool,
    /// First float of `[weight | bias]` in the parameter buffer.
    pub(crate) offset: usize,
    /// First float in the buffer of transposed weights, which only convolutions that are not transposed have.
    pub(crate) transposed: usize,
    /// Whether a bias is added.
    pub(crate) has_bias: bool,
}

impl ConvInfo {
    /// The weight in the parameter buffer.
    #[must_use]
    pub const fn weight(&self) -> Range {
        Range { start: self.offset, len: self.shape.weight_len() }
    }

    /// The bias in the parameter buffer; empty without one.
    #[must_use]
    pub const fn bias(&self) -> Range {
        Range { start: self.weight().end(), len: if self.has_bias { padded(self.outputs()) } else { 0 } }
    }

    /// Weight and bias in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        Range { start: self.offset, len: self.bias().end() - self.offset }
    }

    /// The transposed weights in their buffer.
    #[must_use]
    pub const fn transposed(&self) -> Range {
        Range { start: self.transposed, len: self.shape.transposed_len() }
    }

    /// Channels of the layer's output.
    const fn outputs(&self) -> usize {
        if self.is_transposed { self.shape.input[0] } else { self.shape.output[0] }
    }
}

impl<X: MapType, Y: MapType> Conv<X, Y> {
    /// The convolution whose parameters start at `offset` and whose transposed weights start at `transposed`.
    #[must_use]
    pub const fn at(offset: usize, transposed: usize, window: Window, groups: usize, bias: bool) -> Self {
        let shape = ConvShape::new(X::SHAPE, Y::SHAPE, window, groups);
        assert_room(transposed, shape.transposed_len());
        Self::of(ConvInfo { shape, is_transposed: false, offset, transposed, has_bias: bias })
    }

    /// The transposed convolution whose parameters start at `offset`. Window and groups are those of its adjoint.
    #[must_use]
    pub const fn transposed_at(offset: usize, window: Window, groups: usize, bias: bool) -> Self {
        let shape = ConvShape::cut(Y::SHAPE, X::SHAPE, window, groups);
        Self::of(ConvInfo { shape, is_transposed: true, offset, transposed: 0, has_bias: bias })
    }

    const fn of(info: ConvInfo) -> Self {
        assert_room(info.offset, info.shape.weight_len() + padded(info.outputs()));
        Self { info, maps: PhantomData }
    }

    /// The convolution without its type.
    #[must_use]
    pub const fn info(&self) -> ConvInfo {
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

    /// Offset of the first float after this layer in the buffer of transposed weights.
    #[must_use]
    pub const fn transposed_end(&self) -> usize {
        self.info.transposed().end()
    }

    /// The weight, `[outputs, inputs / groups, kernel height, kernel width]`, or `[outputs, inputs]` of a linear layer over the channels of
    /// each pixel. That of a transposed convolution is its adjoint's, as in PyTorch: `[inputs, outputs / groups, kernel height, kernel width]`.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        let conv = self.info.shape;
        let [height, width] = conv.window.kernel;
        assert!(
            shape.len() >= 2 && shape[0] == conv.output[0] && shape[1] == conv.group_inputs(),
            "a weight is [outputs, inputs / groups, kernel height, kernel width], with inputs and outputs of the adjoint if it is transposed"
        );
        assert!(
            shape.len() == 4 && shape[2] == height && shape[3] == width
                || shape.len() == 2 && height == 1 && width == 1,
            "a weight has the sizes of the kernel, unless these are 1"
        );
        Parameter { name, shape, storage: Storage::ConvWeight { offset: self.info.offset, shape: conv, init } }
    }

    /// The bias, `[outputs]`. Its initial values depend on PyTorch's fan-in: `shape[1]` of the weight times the kernel's taps.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        assert!(self.info.has_bias, "this convolution has no bias");
        let (conv, len) = (self.info.shape, self.info.outputs());
        assert!(shape.len() == 1 && shape[0] == len, "a bias is [outputs]");
        let fan_in = conv.group_inputs() * conv.window.kernel[0] * conv.window.kernel[1];
        Parameter { name, shape, storage: Storage::Vector { offset: self.info.bias().start, len, init, fan_in } }
    }
}

impl Describe for ConvInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        use crate::onnx::graph::Form;
        if self.is_transposed { Form::Nodes(self) } else { Form::Foldable(self) }
    }
}

/// A transposed convolution transposes its weights in working memory: its forward pass, which inference computes, too, reads them.
impl Working for ConvInfo {
    fn work_len(&self, images: usize) -> usize {
        match self.is_transposed {
            true => self.shape.transposed_len(),
            false => kernel::winograd::scratch_len(&self.shape, images),
        }
    }
}
