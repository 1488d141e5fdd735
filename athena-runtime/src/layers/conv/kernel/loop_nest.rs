//! The loop nests of forward and backward-data: the destination pixels that are computed, and the source pixels of their taps.
//!
//! The forward pass is one loop nest. Backward-data is one loop nest for each pair of remainders of row and column modulo the stride.
//! Pixels with the same remainder have the same taps, at neighbouring source pixels, so no inserted zero is ever multiplied:
//!
//! ```text
//! forward:   y[i]  = sum over k of                               w[k] x[i s + k d - p]
//! backward:  dx[i] = sum over k where s divides (i + p - k d) of w[k] dy[(i + p - k d) / s]
//! ```
//!
//! with stride `s`, dilation `d` and padding `p` along one axis. For a remainder, the taps `k` that the sum has are every `s / gcd(s, d)`th one.

use super::shape::ConvShape;
use crate::layout::Extent;
use crate::ops::Window;

/// A loop nest along one axis. Its pixel `i` is the destination pixel `first + i * step`. Tap `t` of pixel `i` multiplies the kernel's tap
/// `weight + t * weight_step` by the source pixel `source + i * stride + t * distance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    pub pixels: usize,
    pub first: usize,
    pub step: usize,
    pub source: isize,
    pub stride: usize,
    pub taps: usize,
    pub distance: isize,
    pub weight: usize,
    pub weight_step: usize,
}

impl Axis {
    fn forward(window: &Window, axis: usize, outputs: usize) -> Self {
        Self {
            pixels: outputs,
            first: 0,
            step: 1,
            source: -(window.padding[axis] as isize),
            stride: window.stride[axis],
            taps: window.kernel[axis],
            distance: window.dilation[axis] as isize,
            weight: 0,
            weight_step: 1,
        }
    }

    /// The loop nest of backward-data for the input pixels `remainder`, `remainder + stride`, ...: tap `k` reads the output pixel
    /// `(pixel + padding - k * dilation) / stride`, where that is a whole number.
    fn backward(window: &Window, axis: usize, inputs: usize, remainder: usize) -> Self {
        let (kernel, stride) = (window.kernel[axis], window.stride[axis]);
        let (padding, dilation) = (window.padding[axis], window.dilation[axis]);
        let position = |tap: usize| (remainder + padding) as isize - (tap * dilation) as isize;
        let weight_step = stride / gcd(stride, dilation);
        let found = (0..kernel.min(weight_step)).find(|&tap| position(tap) % stride as isize == 0);
        let (weight, taps) = found.map_or((0, 0), |tap| (tap, (kernel - tap).div_ceil(weight_step)));
        Self {
            pixels: inputs.saturating_sub(remainder).div_ceil(stride),
            first: remainder,
            step: stride,
            source: position(weight).div_euclid(stride as isize),
            stride: 1,
            taps,
            distance: -((weight_step * dilation / stride) as isize),
            weight,
            weight_step,
        }
    }

    /// Whether all taps of all pixels lie within the `length` source pixels and their halo, and all pixels within the `outputs`
    /// destination pixels.
    fn fits(&self, length: usize, halo: usize, outputs: usize) -> bool {
        if self.pixels == 0 || self.taps == 0 {
            return self.pixels == 0 || self.first + (self.pixels - 1) * self.step < outputs;
        }
        let reach = (self.taps - 1) as isize * self.distance;
        let low = self.source + reach.min(0);
        let high = self.source + ((self.pixels - 1) * self.stride) as isize + reach.max(0);
        let read = -low <= halo as isize && high < (length + halo) as isize;
        read && self.first + (self.pixels - 1) * self.step < outputs
    }
}

/// A loop nest along rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoopNest {
    pub rows: Axis,
    pub columns: Axis,
}

impl LoopNest {
    pub fn forward(shape: &ConvShape) -> Self {
        Self {
            rows: Axis::forward(&shape.window, 0, shape.output[1]),
            columns: Axis::forward(&shape.window, 1, shape.output[2]),
        }
    }

    /// The loop nests that together compute every pixel of the input's gradient once.
    pub fn backward(shape: &ConvShape) -> impl Iterator<Item = Self> {
        let (shape, [rows, columns]) = (*shape, shape.window.stride);
        (0..rows * columns).map(move |i| Self {
            rows: Axis::backward(&shape.window, 0, shape.input[1], i / columns),
            columns: Axis::backward(&shape.window, 1, shape.input[2], i % columns),
        })
    }

    /// The rows `first..first + count` of a forward loop nest. Row `first` becomes row 0 of the destination.
    pub const fn rows(self, first: usize, count: usize) -> Self {
        let source = self.rows.source + (first * self.rows.stride) as isize;
        Self { rows: Axis { pixels: count, source, ..self.rows }, ..self }
    }

    /// Number of taps of each pixel.
    pub const fn taps(&self) -> usize {
        self.rows.taps * self.columns.taps
    }

    /// Whether all taps lie within the source and its halo, and all pixels within the destination. The kernels' unchecked reads and writes rely
    /// on it.
    pub fn fits(&self, source: &Extent, dest: &Extent) -> bool {
        let rows = self.rows.fits(source.height, source.halo[0], dest.height);
        rows && self.columns.fits(source.width, source.halo[1], dest.width)
    }

    /// Offset, in floats, from the source's pixel `[0, 0]` (behind the halo) to the source pixel of the first tap of pixel `[row, column]`.
    pub fn source_at(&self, source: &Extent, row: usize, column: usize) -> isize {
        let row = self.rows.source + (row * self.rows.stride) as isize;
        let column = self.columns.source + (column * self.columns.stride) as isize;
        row * source.row() as isize + column * crate::layout::LANES as isize
    }

    /// Offset, in floats, from the source pixel of one tap to that of the next, along rows and along columns.
    pub fn source_taps(&self, source: &Extent) -> [isize; 2] {
        [self.rows.distance * source.row() as isize, self.columns.distance * crate::layout::LANES as isize]
    }

    /// Number, in the kernel, of this loop nest's first tap, and the distances from one tap to the next along rows and along columns.
    pub fn weight_taps(&self, window: &Window) -> (usize, [usize; 2]) {
        let first = self.rows.weight * window.kernel[1] + self.columns.weight;
        (first, [self.rows.weight_step * window.kernel[1], self.columns.weight_step])
    }
}

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Cuts `0..total` into the smallest possible number of runs of at most `longest`, nearly equal in length. Gives `(first, length)` of each.
pub(super) fn pieces(total: usize, longest: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = total.div_ceil(longest);
    (0..count).map(move |i| {
        let (first, next) = (i * total / count, (i + 1) * total / count);
        (first, next - first)
    })
}
