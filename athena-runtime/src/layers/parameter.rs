//! Named tensors: the entries of a state dict, with their places in the runtime's memory.

use super::conv::kernel::ConvShape;
use crate::ops::Init;

/// One entry of the state dict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its key, such as `layer1.0.conv1.weight`.
    pub name: &'static str,
    /// Its shape in PyTorch's layout; empty for a scalar.
    pub shape: &'static [usize],
    /// Its place and its layout.
    pub storage: Storage,
}

/// The place and layout of a named tensor, and its initial values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Storage {
    /// A convolution's weights, in the kernels' blocked layout, in the parameter buffer.
    ConvWeight {
        /// First float.
        offset: usize,
        /// The convolution.
        shape: ConvShape,
        /// The initial values.
        init: Init,
    },
    /// A linear layer's weights, in the kernels' layout, in the parameter buffer.
    LinearWeight {
        /// First float.
        offset: usize,
        /// Number of inputs.
        inputs: usize,
        /// Number of outputs.
        outputs: usize,
        /// The initial values.
        init: Init,
    },
    /// One number per channel, in the parameter buffer.
    Vector {
        /// First float.
        offset: usize,
        /// Channels.
        len: usize,
        /// The initial values.
        init: Init,
        /// Number of inputs of one output of its layer, for initialisations that depend on it.
        fan_in: usize,
    },
    /// One number per channel, in the buffer of running statistics.
    Running {
        /// First float.
        offset: usize,
        /// Channels.
        len: usize,
        /// The initial value.
        start: f32,
    },
    /// A counter of batches.
    Batches {
        /// Index of the batch norm.
        index: usize,
    },
}

impl Storage {
    /// The first float in the parameter buffer; `None` for running statistics and counters, which are not in it.
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
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it is a counter of batches.
    #[must_use]
    pub const fn is_counter(&self) -> bool {
        matches!(self.storage, Storage::Batches { .. })
    }

    /// Always `false`: no size is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
