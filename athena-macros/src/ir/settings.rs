//! The values that layers are configured with.

/// Channels x height x width. A vector of `n` numbers is `n x 1 x 1` with `flat` set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Channels.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// A vector (after `flatten` or `linear`), not a map.
    pub flat: bool,
}

impl Shape {
    /// Numbers of the value.
    pub fn len(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// Channels, height, width.
    pub fn sizes(&self) -> [usize; 3] {
        [self.channels, self.height, self.width]
    }

    /// The same numbers as a vector.
    pub fn flattened(&self) -> Shape {
        Shape { channels: self.len(), height: 1, width: 1, flat: true }
    }
}

/// Kernel geometry of a convolution, as [height, width].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Zeros on each side.
    pub padding: [usize; 2],
    /// Distance between the kernel's taps.
    pub dilation: [usize; 2],
}

/// Geometry of a pool, as [height, width].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Padding on each side, at most half the kernel.
    pub padding: [usize; 2],
    /// Whether the output's size is rounded up.
    pub ceil: bool,
}

/// How parameters start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Normal with variance 2 / fan-in (He et al. 2015).
    HeNormal,
    /// Uniform with the same variance.
    HeUniform,
    /// Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
    XavierNormal,
    /// Uniform with the same variance.
    XavierUniform,
    /// Uniform in +-1 / sqrt(fan-in): PyTorch's default for linear layers, and for biases.
    LecunUniform,
    /// Zeros.
    Zeros,
}

/// A pointwise function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(x, 0)
    Relu,
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
    /// min(max(x, 0), 6)
    Relu6,
    /// x * relu6(x + 3) / 6
    HardSwish,
}
