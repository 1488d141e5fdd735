//! All the memory of a direction, made once for a batch size.

use super::phase::{Sizes, most};
use crate::arena::Buffer;
use crate::error::Error;
use crate::layout::padded;
use crate::threads;

/// What the memory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Forward and backward.
    Training {
        /// Floats of transposed weights.
        transposed: usize,
    },
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
    /// Transposed weights, computed from the parameters for the backward pass; empty in inference.
    pub transposed: Buffer,
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
    /// For batches of up to `capacity` images of a network with so many floats of running statistics.
    pub fn new(sizes: &Sizes, running: usize, direction: Direction, capacity: usize) -> Result<Self, Error> {
        if capacity == 0 {
            return Err(Error::NoCapacity);
        }
        let (transposed, training) = match direction {
            Direction::Training { transposed } => (transposed, running),
            Direction::Inference => (0, 0),
        };
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
                affine: Buffer::zeroed(running)?,
                statistics: Buffer::zeroed(training)?,
                coefficients: Buffer::zeroed(training / 2 * 3)?,
            },
            transposed: Buffer::zeroed(transposed)?,
        })
    }
}
