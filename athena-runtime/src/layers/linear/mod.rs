//! Fully connected layers.

pub mod kernel;
#[cfg(feature = "onnx")]
mod onnx;
mod run;
#[cfg(test)]
mod tests;

use super::Describe;
use super::parameter::{Parameter, Storage};
use crate::layout::{Range, assert_room, fits, padded};
use crate::ops::Init;

/// A fully connected layer from `I` numbers to `O`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear<const I: usize, const O: usize> {
    info: LinearInfo,
}

/// A [`Linear`] without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearInfo {
    /// Number of inputs.
    pub(crate) inputs: usize,
    /// Number of outputs.
    pub(crate) outputs: usize,
    /// First float of `[weight | bias]` in the parameter buffer.
    pub(crate) offset: usize,
    /// Whether a bias is added.
    pub(crate) bias: bool,
}

impl LinearInfo {
    /// The weight in the parameter buffer.
    #[must_use]
    pub const fn weight(&self) -> Range {
        Range { start: self.offset, len: self.outputs * padded(self.inputs) }
    }

    /// The bias, padded to whole blocks, in the parameter buffer; empty without one.
    #[must_use]
    pub const fn bias(&self) -> Range {
        Range { start: self.weight().end(), len: if self.bias { padded(self.outputs) } else { 0 } }
    }

    /// Weight and bias in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        Range { start: self.offset, len: self.bias().end() - self.offset }
    }
}

impl<const I: usize, const O: usize> Linear<I, O> {
    /// The layer whose parameters start at `offset`.
    ///
    /// # Panics
    /// If a size is 0, or the parameters do not fit into memory. A layer that does not fit, as a constant, does not compile:
    ///
    /// ```compile_fail,E0080
    /// use athena_runtime::layers::Linear;
    ///
    /// const LAYER: Linear<{ usize::MAX }, { usize::MAX }> = Linear::at(0, true);
    /// let _ = LAYER;
    /// ```
    #[must_use]
    pub const fn at(offset: usize, bias: bool) -> Self {
        assert!(I > 0 && O > 0, "a vector has numbers");
        assert!(fits([O, padded(I), 1]), "a layer whose weights are larger than any buffer");
        assert_room(offset, O * padded(I) + padded(O));
        Self { info: LinearInfo { inputs: I, outputs: O, offset, bias } }
    }

    /// The layer without its type.
    #[must_use]
    pub const fn info(&self) -> LinearInfo {
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

    /// The weight, `[outputs, inputs]`.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        assert!(shape.len() == 2 && shape[0] == O && shape[1] == I, "a weight is [outputs, inputs]");
        let storage = Storage::LinearWeight { offset: self.info.offset, inputs: I, outputs: O, init };
        Parameter { name, shape, storage }
    }

    /// The bias, `[outputs]`.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize], init: Init) -> Parameter {
        assert!(self.info.bias, "this layer has no bias");
        assert!(shape.len() == 1 && shape[0] == O, "a bias is [outputs]");
        Parameter { name, shape, storage: Storage::Vector { offset: self.info.bias().start, len: O, init, fan_in: I } }
    }
}

impl Describe for LinearInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Foldable(self)
    }
}
