//! Norms of single images: their handle, and the scale and the shift behind the norm, two numbers a channel that learn, where it has them.

use super::parameter::{Parameter, Storage};
use crate::layout::{Range, assert_room, padded};
use crate::ops::Init;

/// A norm of each image over `C` channels, with PyTorch's formulas. `K` says which numbers have one mean and one variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageNorm<K, const C: usize> {
    info: ImageNormInfo<K>,
}

/// An [`ImageNorm`] without its channels in the type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageNormInfo<K> {
    pub(super) affine: ScaleShift,
    /// A constant that is added to the variance.
    pub(super) eps: f32,
    /// Which numbers are normalised together.
    pub(super) over: K,
}

impl<K: Copy, const C: usize> ImageNorm<K, C> {
    pub(super) const fn new(offset: usize, eps: f32, affine: bool, over: K) -> Self {
        Self { info: ImageNormInfo { affine: ScaleShift::at(offset, C, affine), eps, over } }
    }

    /// The norm without its channels in the type.
    #[must_use]
    pub const fn info(&self) -> ImageNormInfo<K> {
        self.info
    }

    /// Gamma and beta in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        self.info.affine.range()
    }

    /// Offset of the first float after this layer in the parameter buffer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.parameters().end()
    }

    /// Gamma, which starts at 1.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        self.info.affine.weight(name, shape)
    }

    /// Beta, which starts at 0.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        self.info.affine.bias(name, shape)
    }
}

/// Where scale and shift lie in the parameter buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScaleShift {
    pub channels: usize,
    /// First float of `[gamma | beta]`, each padded to whole blocks.
    offset: usize,
    /// Whether they exist; otherwise they count as 1 and 0.
    pub affine: bool,
}

impl ScaleShift {
    pub const fn at(offset: usize, channels: usize, affine: bool) -> Self {
        assert!(channels > 0, "a map has channels");
        assert_room(offset, 2 * padded(channels));
        Self { channels, offset, affine }
    }

    /// Gamma and beta in the parameter buffer.
    pub const fn range(&self) -> Range {
        Range { start: self.offset, len: if self.affine { 2 * padded(self.channels) } else { 0 } }
    }

    /// Gamma and beta.
    pub fn of<'a>(&self, parameters: &'a [f32]) -> Option<(&'a [f32], &'a [f32])> {
        self.affine.then(|| self.range().of(parameters).split_at(padded(self.channels)))
    }

    /// Gamma, ones at first.
    pub const fn weight(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        self.vector(name, shape, self.offset, Init::Ones)
    }

    /// Beta, zeros at first.
    pub const fn bias(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        self.vector(name, shape, self.offset + padded(self.channels), Init::Zeros)
    }

    const fn vector(&self, name: &'static str, shape: &'static [usize], offset: usize, init: Init) -> Parameter {
        assert!(self.affine, "a norm without affine has no parameters");
        assert!(shape.len() == 1 && shape[0] == self.channels, "one number a channel");
        Parameter { name, shape, storage: Storage::Vector { offset, len: self.channels, init, fan_in: 0 } }
    }
}
