//! All the memory of a direction, made once for a batch size.

use super::phase::most;
use crate::arena::Buffer;
use crate::error::Error;
use crate::kernels::{conv, norm};
use crate::layers::{ConvInfo, NormInfo};
use crate::layout::padded;
use crate::model::Plan;
use crate::threads;

/// What the memory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Forward and backward.
    Training,
    /// Forward with running statistics.
    Inference,
}

/// Everything that a batch's steps work on, apart from parameters and their gradients.
#[derive(Debug)]
pub(crate) struct Memory {
    pub capacity: usize,
    /// Floats of one image's part of `image`.
    pub image_len: usize,
    pub image: Buffer,
    /// What the shards of a phase share out among themselves: see `Needs`.
    pub scratch: Buffer,
    pub accumulators: Buffer,
    pub work: Buffer,
    pub norms: Norms,
    /// Weights derived from the parameters for the backward pass; empty in inference.
    pub derived: Buffer,
}

/// What batch norms are computed with. A norm whose running statistics start at `r` has its pairs at `r`, and its coefficients at
/// `r / 2 * 3`.
#[derive(Debug)]
pub(crate) struct Norms {
    /// `[scale | shift]` of each: what the norm does to a map.
    pub affine: Buffer,
    /// `[mean | 1 / standard deviation]` of each over the batch; empty in inference.
    pub statistics: Buffer,
    /// `[k1 | k2 | k3]` of each, which turn the gradient behind the norm into the one before it; empty in inference.
    pub coefficients: Buffer,
}

impl Memory {
    pub fn new(plan: &Plan, direction: Direction, capacity: usize) -> Result<Self, Error> {
        if capacity == 0 {
            return Err(Error::NoCapacity);
        }
        let sizes = match direction {
            Direction::Training => plan.training,
            Direction::Inference => plan.inference,
        };
        let training = direction == Direction::Training;
        let only_training = |len: usize| if training { len } else { 0 };
        let image_len = padded(sizes.image);
        let most = most(sizes.phases, capacity, threads::count()?);
        Ok(Self {
            capacity,
            image_len,
            image: Buffer::zeroed(image_len.saturating_mul(capacity))?,
            scratch: Buffer::zeroed(most.scratch)?,
            accumulators: Buffer::zeroed(most.accumulators)?,
            work: Buffer::zeroed(most.work)?,
            norms: Norms {
                affine: Buffer::zeroed(plan.running)?,
                statistics: Buffer::zeroed(only_training(plan.running))?,
                coefficients: Buffer::zeroed(only_training(plan.running / 2 * 3))?,
            },
            derived: Buffer::zeroed(only_training(plan.derived))?,
        })
    }

    /// Derives the weights that kernels read in another form.
    pub fn derive(&mut self, plan: &Plan, parameters: &[f32]) {
        let convs = plan.conv_table;
        let pieces = convs.len().min(threads::PIECES);
        let (mut rest, mut first) = (&mut self.derived[..], 0);
        let pieces = (0..pieces).map(|piece| {
            let range = threads::bounds(convs.len(), pieces, piece);
            let end = convs.get(range.end).map_or(usize::MAX, |next| next.derived);
            let derived = threads::split_off(&mut rest, end - first);
            (&convs[range], std::mem::replace(&mut first, end), derived)
        });
        threads::for_each_of::<{ threads::PIECES }, _>(pieces, &|(convs, first, derived): (
            &[ConvInfo],
            _,
            &mut [f32],
        )| {
            for conv in convs {
                let to = &mut derived[conv.derived - first..][..conv.derived().len];
                conv::derive(&conv.shape, conv.weight().of(parameters), to);
            }
        });
    }

    /// Sets the scales and shifts of these batch norms from the running statistics.
    pub fn use_running_statistics(&mut self, norms: &[NormInfo], parameters: &[f32], running: &[f32]) {
        for norm in norms {
            let (mean, variance) = norm.pair(running);
            let (scale, shift) = norm.pair_mut(&mut self.norms.affine);
            for c in 0..norm.channels {
                let (gamma, beta) = norm.gamma_beta(parameters, c);
                let rstd = 1.0 / (f64::from(variance[c]) + f64::from(norm.eps)).sqrt();
                (scale[c], shift[c]) = norm::affine(f64::from(mean[c]), rstd, gamma, beta);
            }
        }
    }
}

impl NormInfo {
    /// The two halves of this norm's pair in a buffer laid out as the running statistics.
    pub(super) fn pair<'a>(&self, buffer: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        buffer[self.running..][..2 * self.padded()].split_at(self.padded())
    }

    /// The same, for writing.
    pub(super) fn pair_mut<'a>(&self, buffer: &'a mut [f32]) -> (&'a mut [f32], &'a mut [f32]) {
        buffer[self.running..][..2 * self.padded()].split_at_mut(self.padded())
    }

    /// The three coefficients of this norm's backward pass.
    pub(super) fn coefficients<'a>(&self, buffer: &'a [f32]) -> [&'a [f32]; 3] {
        let padded = self.padded();
        let all = &buffer[self.running / 2 * 3..][..3 * padded];
        [&all[..padded], &all[padded..2 * padded], &all[2 * padded..]]
    }

    /// The same, for writing.
    pub(super) fn coefficients_mut<'a>(&self, buffer: &'a mut [f32]) -> [&'a mut [f32]; 3] {
        let padded = self.padded();
        let (first, rest) = buffer[self.running / 2 * 3..][..3 * padded].split_at_mut(padded);
        let (second, third) = rest.split_at_mut(padded);
        [first, second, third]
    }

    /// Gamma and beta of a channel; 1 and 0 where the norm has none.
    pub(super) fn gamma_beta(&self, parameters: &[f32], channel: usize) -> (f32, f32) {
        match self.affine {
            true => (parameters[self.offset + channel], parameters[self.offset + self.padded() + channel]),
            false => (1.0, 0.0),
        }
    }
}
