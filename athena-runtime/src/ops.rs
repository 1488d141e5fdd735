//! The words that layers are configured with, shared by handles, drivers and kernels.

/// Kernel geometry of a convolution or a pool; every pair is [height, width].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Zeros on each side.
    pub padding: [usize; 2],
    /// Distance between the kernel's taps; 1 for pools.
    pub dilation: [usize; 2],
}

impl Window {
    /// Length of the output along `axis` (0 rows, 1 columns) for an input of `length`, rounded down as PyTorch does; `None` where
    /// the window is larger than the padded input.
    #[must_use]
    pub const fn output(&self, axis: usize, length: usize) -> Option<usize> {
        let reach = (self.kernel[axis] - 1) * self.dilation[axis] + 1;
        let padded = length + 2 * self.padding[axis];
        if padded < reach { None } else { Some((padded - reach) / self.stride[axis] + 1) }
    }
}

/// A pointwise function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// min(max(x, 0), 6)
    Relu6,
    /// x where positive, else slope * x
    LeakyRelu(f32),
    /// 1 / (1 + exp(-x))
    Sigmoid,
    /// tanh x
    Tanh,
    /// x * sigmoid(x)
    Silu,
    /// x * Phi(x), the exact form
    Gelu,
    /// Klambauer et al. (2017)
    Selu,
    /// ln(1 + exp x)
    Softplus,
    /// x * relu6(x + 3) / 6
    HardSwish,
}

/// What fills the border of `pad`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    Zeros,
    /// The map mirrored at its edge, the edge itself not repeated (PyTorch's `reflect`).
    Reflect,
    /// The edge repeated (PyTorch's `replicate`).
    Replicate,
}

/// Whether a gradient is the first for its slot, or is added to what lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Overwrite.
    Set,
    /// Accumulate.
    Add,
}

/// How parameters start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Normal with variance 2 / fan-in (He et al. 2015, equation 10).
    HeNormal,
    /// Uniform with the same variance.
    HeUniform,
    /// Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010, equation 16).
    XavierNormal,
    /// Uniform with the same variance.
    XavierUniform,
    /// Uniform in +-1 / sqrt(fan-in): PyTorch's default for linear layers, and for biases.
    LecunUniform,
    /// Zeros.
    Zeros,
    /// Ones.
    Ones,
}
