//! The memory of training or of inference, made once for a batch size.

use super::phase::{Sizes, most};
use crate::arena::Buffer;
use crate::error::Error;
use crate::layout::LANES;
use crate::threads;

/// The purpose of the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Training: forward and backward.
    Training {
        /// Number of floats of the transposed weights.
        transposed: usize,
    },
    /// Inference: forward with running statistics.
    Inference,
}

/// All memory that the steps of a batch use, except for parameters and their gradients.
#[derive(Debug)]
pub(crate) struct Memory {
    pub capacity: usize,
    /// Number of floats of one image's part of `image`.
    pub image_len: usize,
    pub image: Buffer,
    /// Memory that is divided among the shards of a phase. See `Needs`.
    pub scratch: Buffer,
    pub accumulators: Buffer,
    pub work: Buffer,
    pub norms: Norms,
    /// Transposed weights, computed from the parameters for the backward pass; empty in inference.
    pub transposed: Buffer,
}

/// The values with which batch norms are computed. A norm whose running statistics start at `r` has its pairs of values at `r`,
/// and its coefficients at `r / 2 * 3`.
#[derive(Debug)]
pub(crate) struct Norms {
    /// `[scale | shift]` of each norm, which are applied to the map.
    pub affine: Buffer,
    /// `[mean | 1 / standard deviation]` of each norm over the batch; empty in inference.
    pub statistics: Buffer,
    /// `[k1 | k2 | k3]` of each norm, which turn the gradient of its output into that of its input; empty in inference.
    pub coefficients: Buffer,
}

impl Memory {
    /// Memory for batches of up to `capacity` images, for a network with `running` floats of running statistics.
    pub fn new(sizes: &Sizes, running: usize, direction: Direction, capacity: usize) -> Result<Self, Error> {
        if capacity == 0 {
            return Err(Error::NoCapacity);
        }
        let (transposed, training) = match direction {
            Direction::Training { transposed } => (transposed, running),
            Direction::Inference => (0, 0),
        };
        let image_len = sizes.image.checked_next_multiple_of(LANES).unwrap_or(usize::MAX);
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
