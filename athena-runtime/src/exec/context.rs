//! The data that all steps of a phase share.

use super::memory::Norms;
use crate::isa::Isa;
use crate::layout::Range;

/// The seed and step of dropout's masks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Masks {
    pub seed: u64,
    pub step: u64,
}

/// The data that all passes of a phase read.
pub(crate) struct Context<'a> {
    pub isa: Isa,
    /// The network's inputs, each for the whole batch.
    pub inputs: &'a [&'a [f32]],
    pub batch: usize,
    pub parameters: &'a [f32],
    pub transposed: &'a [f32],
    pub norms: &'a Norms,
    /// The parameters whose gradients are in the accumulators, in this order.
    pub group: &'a [Range],
    /// Dropout's masks; `None` in inference.
    pub masks: Option<Masks>,
    /// The largest number of parts that a step of a shard may be divided into.
    pub parts: usize,
    /// Whether all convolutions are computed directly.
    pub exact: bool,
}
