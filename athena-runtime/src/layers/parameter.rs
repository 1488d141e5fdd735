//! Named tensors: what a state dict lists, and where the runtime keeps it.

use super::conv::ConvShape;
use crate::ops::Init;

/// One entry of the state dict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its key, such as `layer1.0.conv1.weight`.
    pub name: &'static str,
    /// Its shape in PyTorch's layout; empty for a scalar.
    pub shape: &'static [usize],
    /// Where and how it is kept.
    pub storage: Storage,
}

/// Where a named tensor is kept, and how it starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Storage {
    /// A convolution's weights, in the kernels' blocked layout, in the parameter buffer.
    ConvWeight {
        /// First float.
        offset: usize,
        /// The convolution.
        shape: ConvShape,
        /// How it starts.
        init: Init,
    },
    /// A linear layer's weights, in the kernels' layout, in the parameter buffer.
    LinearWeight {
        /// First float.
        offset: usize,
        /// Numbers in.
        inputs: usize,
        /// Numbers out.
        outputs: usize,
        /// How it starts.
        init: Init,
    },
    /// One number a channel in the parameter buffer.
    Vector {
        /// First float.
        offset: usize,
        /// Channels.
        len: usize,
        /// How it starts.
        init: Init,
        /// Inputs of one output of its layer, which some initialisations scale by.
        fan_in: usize,
    },
    /// One number a channel in the running buffer.
    Running {
        /// First float.
        offset: usize,
        /// Channels.
        len: usize,
        /// What each starts as.
        start: f32,
    },
    /// A counter of batches.
    Batches {
        /// Which batch norm counts.
        index: usize,
    },
}

impl Storage {
    /// The first float in the parameter buffer; `None` for running statistics and counters, which follow the batches instead.
    #[must_use]
    pub const fn in_parameters(&self) -> Option<usize> {
        match *self {
            Self::ConvWeight { offset, .. } | Self::LinearWeight { offset, .. } | Self::Vector { offset, .. } => {
                Some(offset)
            }
            Self::Running { .. } | Self::Batches { .. } => None,
        }
    }
}

impl Parameter {
    /// Numbers in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it counts batches.
    #[must_use]
    pub const fn is_counter(&self) -> bool {
        matches!(self.storage, Storage::Batches { .. })
    }

    /// Never: no shape has a zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
