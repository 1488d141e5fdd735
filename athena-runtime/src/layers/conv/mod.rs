//! Convolutions.

pub mod kernel;
#[cfg(feature = "onnx")]
mod onnx;
mod run;
mod transposed;

pub use kernel::ConvShape;

use super::Describe;
use super::parameter::{Parameter, Storage};
use crate::exec::Working;
use crate::layout::{Range, assert_room};
use crate::ops::{Init, Window};

/// A convolution from `CI x HI x WI` to `CO x HO x WO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv<const CI: usize, const HI: usize, const WI: usize, const CO: usize, const HO: usize, const WO: usize> {
    info: ConvInfo,
}

/// A [`Conv`] without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvInfo {
    /// Sizes, window and groups.
    pub(crate) shape: ConvShape,
    /// First float of `[weight | bias]` in the parameter buffer.
    pub(crate) offset: usize,
    /// First float in the buffer of transposed weights.
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
        Range { start: self.weight().end(), len: if self.has_bias { self.shape.bias_len() } else { 0 } }
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
}

impl<const CI: usize, const HI: usize, const WI: usize, const CO: usize, const HO: usize, const WO: usize>
    Conv<CI, HI, WI, CO, HO, WO>
{
    /// The convolution whose parameters start at `offset` and whose transposed weights start at `transposed`.
    #[must_use]
    pub const fn at(offset: usize, transposed: usize, window: Window, groups: usize, bias: bool) -> Self {
        let shape = ConvShape::new([CI, HI, WI], [CO, HO, WO], window, groups);
        assert_room(offset, shape.weight_len() + shape.bias_len());
        assert_room(transposed, shape.transposed_len());
        Self { info: ConvInfo { shape, offset, transposed, has_bias: bias } }
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

    /// The weight, `[outputs, inputs / groups, kernel height, kernel width]`.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        let conv = self.info.shape;
        assert!(
            shape.len() == 4
                && shape[0] == CO
                && shape[1] == conv.group_inputs()
                && shape[2] == conv.window.kernel[0]
                && shape[3] == conv.window.kernel[1],
            "a weight is [outputs, inputs / groups, kernel height, kernel width]"
        );
        Parameter { name, shape, storage: Storage::ConvWeight { offset: self.info.offset, shape: conv, init } }
    }

    /// The bias, `[outputs]`.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        assert!(self.info.has_bias, "this convolution has no bias");
        assert!(shape.len() == 1 && shape[0] == CO, "a bias is [outputs]");
        let conv = self.info.shape;
        let fan_in = conv.group_inputs() * conv.window.kernel[0] * conv.window.kernel[1];
        let storage = Storage::Vector { offset: self.info.bias().start, len: CO, init, fan_in };
        Parameter { name, shape, storage }
    }
}

impl Describe for ConvInfo {
    fn is_join(&self) -> bool {
        false
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Foldable(self)
    }
}

impl Working for ConvInfo {
    fn work_len(&self, images: usize) -> usize {
        kernel::winograd::scratch_len(&self.shape, images)
    }
}
