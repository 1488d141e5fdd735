//! Settings of layers, shared by handles, drivers and kernels.

/// Kernel geometry of a convolution; every pair is [height, width].
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

impl Window {
    /// Length of the output along `axis` (0 rows, 1 columns) for an input of `length`, rounded down as in PyTorch; `None` if
    /// the window is larger than the padded input.
    #[must_use]
    pub const fn output(&self, axis: usize, length: usize) -> Option<usize> {
        let reach = (self.kernel[axis] - 1) * self.dilation[axis] + 1;
        let padded = length + 2 * self.padding[axis];
        if padded < reach { None } else { Some((padded - reach) / self.stride[axis] + 1) }
    }
}

/// Geometry of a pool; every pair is [height, width].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Padding on each side, at most half the kernel.
    pub padding: [usize; 2],
    /// Whether the output's size is rounded up. The last window may then reach beyond the padding.
    pub ceil: bool,
}

impl Pool {
    /// Length of the output along `axis` (0 rows, 1 columns) for an input of `length`, as in PyTorch: rounded down, or with `ceil`
    /// rounded up, if the last window then begins within the input or the padding before it. `None` if no window fits.
    #[must_use]
    pub const fn output(&self, axis: usize, length: usize) -> Option<usize> {
        let (kernel, stride, padding) = (self.kernel[axis], self.stride[axis], self.padding[axis]);
        let reached = length + 2 * padding + if self.ceil { stride - 1 } else { 0 };
        if reached < kernel {
            return None;
        }
        let windows = (reached - kernel) / stride + 1;
        let beyond = self.ceil && (windows - 1) * stride >= length + padding;
        Some(if beyond { windows - 1 } else { windows })
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
    /// x where positive, else alpha * (exp(x) - 1)
    Elu(f32),
    /// x * tanh(ln(1 + exp x))
    Mish,
    /// relu6(x + 3) / 6
    HardSigmoid,
}

/// What fills the border of `pad`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    Zeros,
    /// The map mirrored at its edge, without repeating the edge (PyTorch's `reflect`).
    Reflect,
    /// The edge repeated (PyTorch's `replicate`).
    Replicate,
}

/// Whether a gradient overwrites its slot or is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Overwrite.
    Set,
    /// Accumulate.
    Add,
}

/// The initial values of parameters.
///
/// ```
/// use athena::layer::{Init, Tensor};
///
/// const SCALE: Tensor = Tensor::new("scale", &[16], Init::Ones);
/// ```
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
    /// All the same.
    Constant(f32),
    /// A convolution that hands its input on, as PyTorch's `dirac_`: in a weight of `[outputs, inputs, taps...]`, 1 at the kernel's centre from
    /// each input channel to the output of its number, and 0 elsewhere. The groups of a convolution are filled each on its own.
    Dirac,
}

#[cfg(test)]
mod tests {
    use super::Pool;

    /// Kernel, stride and padding, and the sizes that PyTorch 2.15 makes of 1 to 9 with `max_pool2d(.., ceil_mode=True)`; 0 where
    /// it refuses.
    #[test]
    fn sizes_rounded_up_are_pytorchs() {
        let expected = [
            ([2, 2, 0], [1, 1, 2, 2, 3, 3, 4, 4, 5]),
            ([2, 3, 0], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
            ([2, 4, 0], [1, 1, 1, 1, 2, 2, 2, 2, 3]),
            ([3, 2, 0], [0, 1, 1, 2, 2, 3, 3, 4, 4]),
            ([3, 2, 1], [1, 2, 2, 3, 3, 4, 4, 5, 5]),
            ([3, 3, 0], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
            ([3, 3, 1], [1, 1, 2, 2, 2, 3, 3, 3, 4]),
            ([3, 4, 0], [1, 1, 1, 1, 2, 2, 2, 2, 3]),
            ([3, 4, 1], [1, 1, 1, 2, 2, 2, 2, 3, 3]),
        ];
        for ([kernel, stride, padding], sizes) in expected {
            let pool = Pool { kernel: [kernel; 2], stride: [stride; 2], padding: [padding; 2], ceil: true };
            let found: Vec<usize> = (1..10).map(|length| pool.output(1, length).unwrap_or(0)).collect();
            assert_eq!(found, sizes, "{pool:?}");
        }
    }
}
