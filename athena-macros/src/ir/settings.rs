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
    /// A map.
    pub fn map([channels, height, width]: [usize; 3]) -> Shape {
        Shape { channels, height, width, flat: false }
    }

    /// A vector of so many numbers.
    pub fn vector(len: usize) -> Shape {
        Shape { channels: len, height: 1, width: 1, flat: true }
    }

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
        Shape::vector(self.len())
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

impl Window {
    /// The halo that backward-data needs around the gradient of a convolution's output along an axis: the taps that reach a pixel of the
    /// input lie at most this far outside the output.
    pub fn gradient_halo(&self, axis: usize, input: usize, output: usize) -> usize {
        let (padding, stride) = (self.padding[axis], self.stride[axis]);
        let reach = (self.kernel[axis] - 1) * self.dilation[axis];
        let before = reach.saturating_sub(padding).div_ceil(stride);
        let behind = ((input - 1 + padding) / stride).saturating_sub(output - 1);
        before.max(behind)
    }
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
    /// A convolution that hands its input on: 1 at the kernel's centre from each channel to the output of its number, else 0.
    Dirac,
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
    /// x where positive, else alpha * (exp(x) - 1)
    Elu(f32),
    /// x * tanh(ln(1 + exp x))
    Mish,
    /// relu6(x + 3) / 6
    HardSigmoid,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counted by hand: which output rows can an input row reach, tap by tap?
    fn counted(window: &Window, input: usize, output: usize) -> usize {
        let mut halo = 0;
        for row in 0..input as isize {
            for tap in 0..window.kernel[0] as isize {
                let shifted = row + window.padding[0] as isize - tap * window.dilation[0] as isize;
                let stride = window.stride[0] as isize;
                if shifted.rem_euclid(stride) == 0 {
                    let at = shifted.div_euclid(stride);
                    halo = halo.max(-at).max(at - (output as isize - 1));
                }
            }
        }
        halo as usize
    }

    #[test]
    fn gradient_halo_covers_every_tap() {
        for (kernel, stride, padding, dilation, input) in (1..=5)
            .flat_map(|k| (1..=4).map(move |s| (k, s)))
            .flat_map(|(k, s)| (0..=4).map(move |p| (k, s, p)))
            .flat_map(|(k, s, p)| (1..=3).map(move |d| (k, s, p, d)))
            .flat_map(|(k, s, p, d)| (1..=9).map(move |n| (k, s, p, d, n)))
        {
            let window =
                Window { kernel: [kernel; 2], stride: [stride; 2], padding: [padding; 2], dilation: [dilation; 2] };
            let reach = (kernel - 1) * dilation + 1;
            if input + 2 * padding < reach {
                continue;
            }
            let output = (input + 2 * padding - reach) / stride + 1;
            let (halo, needed) = (window.gradient_halo(0, input, output), counted(&window, input, output));
            assert!(halo >= needed, "{window:?} on {input}: {halo} < {needed}");
        }
    }
}
