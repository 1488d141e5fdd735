//! What the steps of a phase read beside their own image.

use super::memory::Norms;
use crate::isa::Isa;
use crate::layout::Range;

/// Which masks dropout draws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Masks {
    pub seed: u64,
    pub step: u64,
}

/// What all passes of a phase read.
pub(crate) struct Context<'a> {
    pub isa: Isa,
    pub images: &'a [f32],
    pub batch: usize,
    pub parameters: &'a [f32],
    pub transposed: &'a [f32],
    pub norms: &'a Norms,
    /// Whose gradients lie one behind the other in the accumulators.
    pub group: &'a [Range],
    /// `None` in inference.
    pub masks: Option<Masks>,
    /// Parts that a step of a shard may be divided into.
    pub parts: usize,
    /// Every convolution is computed directly.
    pub exact: bool,
}
