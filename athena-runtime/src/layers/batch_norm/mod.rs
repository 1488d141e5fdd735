//! Batch normalisation.
//!
//! Training needs the statistics of the whole batch, so there are three steps: the statistics of each image (`image`), those of
//! the batch between two phases (`batch`), and `scale * x + shift` as a term of a fused elementwise pass. The backward pass has
//! the same three steps. In inference, and if a norm is frozen, the statistics are fixed, and there is only the last step
//! (`fixed`).

mod batch;
mod fixed;
mod image;
pub(crate) mod kernel;
#[cfg(feature = "onnx")]
pub(crate) mod onnx;
mod sums;
#[cfg(test)]
mod tests;

pub use sums::{Sums, SumsInfo};

use super::Describe;
use super::parameter::{Parameter, Storage};
use crate::layout::{Range, assert_room, padded};
use crate::ops::Init;

/// A batch norm over `C` channels (Ioffe and Szegedy 2015), with PyTorch's formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm<const C: usize> {
    info: NormInfo,
}

/// A [`BatchNorm`] without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormInfo {
    /// Channels.
    pub(crate) channels: usize,
    /// First float of `[gamma | beta]`, each padded to whole blocks, in the parameter buffer. One that is not trained is not there.
    pub(crate) offset: usize,
    /// First float of `[mean | variance]`, each padded, in the running buffer.
    pub(crate) running: usize,
    /// Index of this batch norm among those of the network.
    pub(crate) index: usize,
    /// Weight of the newest batch in the update of the running statistics.
    pub(crate) momentum: f32,
    /// A constant that is added to the variance.
    pub(crate) eps: f32,
    /// Whether there is a gamma. If not, it counts as 1.
    pub(crate) scale: bool,
    /// Whether there is a beta. If not, it counts as 0.
    pub(crate) shift: bool,
}

impl NormInfo {
    /// Channels, padded to whole blocks.
    #[must_use]
    pub const fn padded(&self) -> usize {
        padded(self.channels)
    }

    /// Gamma in the parameter buffer.
    const fn gamma(&self) -> Range {
        Range { start: self.offset, len: if self.scale { self.padded() } else { 0 } }
    }

    /// Beta in the parameter buffer.
    const fn beta(&self) -> Range {
        Range { start: self.gamma().end(), len: if self.shift { self.padded() } else { 0 } }
    }

    /// Gamma and beta in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        Range { start: self.offset, len: self.beta().end() - self.offset }
    }
}

impl Describe for NormInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

impl<const C: usize> BatchNorm<C> {
    /// The batch norm whose parameters start at `offset` and whose running statistics start at `running`. `index` counts the
    /// network's batch norms. The last argument says whether there is a trained scale, and whether there is a trained shift.
    #[must_use]
    pub const fn at(
        offset: usize,
        running: usize,
        index: usize,
        momentum: f32,
        eps: f32,
        [scale, shift]: [bool; 2],
    ) -> Self {
        assert!(C > 0, "a map has channels");
        assert_room(offset, 2 * padded(C));
        assert_room(running, 2 * padded(C));
        Self { info: NormInfo { channels: C, offset, running, index, momentum, eps, scale, shift } }
    }

    /// The batch norm without its type.
    #[must_use]
    pub const fn info(&self) -> NormInfo {
        self.info
    }

    /// Gamma and beta in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        self.info.parameters()
    }

    /// Offset of the first float after this layer in the parameter buffer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.parameters().end()
    }

    /// Offset of the first float after this layer in the buffer of running statistics.
    #[must_use]
    pub const fn running_end(&self) -> usize {
        self.info.running + 2 * padded(C)
    }

    /// Gamma, which starts at 1.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        assert!(self.info.scale, "this batch norm has no weight");
        let offset = self.info.gamma().start;
        self.vector(name, shape, Storage::Vector { offset, len: C, init: Init::Ones, fan_in: 0 })
    }

    /// Beta, which starts at 0.
    #[must_use]
    pub const fn bias(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        assert!(self.info.shift, "this batch norm has no bias");
        let offset = self.info.beta().start;
        self.vector(name, shape, Storage::Vector { offset, len: C, init: Init::Zeros, fan_in: 0 })
    }

    /// The running mean, which starts at 0.
    #[must_use]
    pub const fn running_mean(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        self.vector(name, shape, Storage::Running { offset: self.info.running, len: C, start: 0.0 })
    }

    /// The running variance, which starts at 1.
    #[must_use]
    pub const fn running_var(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        let offset = self.info.running + padded(C);
        self.vector(name, shape, Storage::Running { offset, len: C, start: 1.0 })
    }

    /// The counter of batches.
    #[must_use]
    pub const fn batches(&self, name: &'static str) -> Parameter {
        Parameter { name, shape: &[], storage: Storage::Batches { index: self.info.index } }
    }

    const fn vector(&self, name: &'static str, shape: &'static [usize], storage: Storage) -> Parameter {
        assert!(shape.len() == 1 && shape[0] == C, "one number a channel");
        Parameter { name, shape, storage }
    }
}

impl NormInfo {
    /// The two halves of this norm's values in a buffer with the layout of the running statistics.
    pub(crate) fn pair<'a>(&self, buffer: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        buffer[self.running..][..2 * self.padded()].split_at(self.padded())
    }

    /// The same, for writing.
    pub(crate) fn pair_mut<'a>(&self, buffer: &'a mut [f32]) -> (&'a mut [f32], &'a mut [f32]) {
        buffer[self.running..][..2 * self.padded()].split_at_mut(self.padded())
    }

    /// The three coefficients of this norm's backward pass.
    pub(crate) fn coefficients<'a>(&self, buffer: &'a [f32]) -> [&'a [f32]; 3] {
        let padded = self.padded();
        let all = &buffer[self.running / 2 * 3..][..3 * padded];
        [&all[..padded], &all[padded..2 * padded], &all[2 * padded..]]
    }

    /// The same, for writing.
    pub(crate) fn coefficients_mut<'a>(&self, buffer: &'a mut [f32]) -> [&'a mut [f32]; 3] {
        let padded = self.padded();
        let (first, rest) = buffer[self.running / 2 * 3..][..3 * padded].split_at_mut(padded);
        let (second, third) = rest.split_at_mut(padded);
        [first, second, third]
    }

    /// Gamma and beta of a channel; 1 and 0 where the norm has none.
    pub(crate) fn gamma_beta(&self, parameters: &[f32], channel: usize) -> (f32, f32) {
        let of = |range: Range, stands_in| range.of(parameters).get(channel).copied().unwrap_or(stands_in);
        (of(self.gamma(), 1.0), of(self.beta(), 0.0))
    }
}
