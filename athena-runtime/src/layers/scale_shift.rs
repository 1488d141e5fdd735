//! The scale and the shift behind a norm: two numbers a channel that learn, where the norm has them.

use super::parameter::{Parameter, Storage};
use crate::layout::{Range, assert_room, padded};
use crate::ops::Init;

/// Where the two lie in the parameter buffer.
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
