//! Softmax over a vector, or over a map's channels at each pixel. The largest value is subtracted before `exp`.

use super::Describe;
use crate::exec::Pass;
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{assert_same_shape, live};
use crate::layers::elementwise::math::exp;
use crate::layout::{LANES, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Softmax over a vector, or over a map's channels at each pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softmax;

impl Describe for Softmax {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Softmax {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        layer.node("Softmax", layer.inputs.clone(), vec![graph::int("axis", 1)]);
    }
}

impl Pass<'_> {
    /// Softmax over the channels of each pixel.
    pub fn softmax<const C: usize, const H: usize, const W: usize>(&mut self, x: Map<C, H, W>, y: Map<C, H, W>) {
        self.each_map([x.slot()], y.slot(), &|context, [x], y| forward(context.isa, x, y));
    }

    /// The gradient of a softmax's input from its output `y`.
    pub fn softmax_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        y: Map<C, H, W>,
        dy: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([y.slot(), dy.slot()], dx.slot(), &|context, [y, dy], dx| {
            backward(context.isa, y, dy, dx, write);
        });
    }
}

/// `y_c = exp(x_c) / sum over channels of exp(x)`, at each pixel.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub(crate) fn forward(isa: Isa, x: MapRef<'_>, mut y: MapMut<'_>) {
    assert_same_shape(&x.extent(), &y.extent());
    y.clear_halo();
    isa.call(Forward { x, y });
}

/// `dx = y * (dy - sum over channels of y * dy)`, at each pixel.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub(crate) fn backward(isa: Isa, y: MapRef<'_>, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    assert_same_shape(&y.extent(), &dx.extent());
    assert_same_shape(&dy.extent(), &dx.extent());
    dx.begin(write);
    isa.call(Backward { y, dy, dx, write });
}

struct Forward<'a> {
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = &self.x.extent();
        for line in 0..extent.height {
            for column in 0..extent.width {
                let mut largest = f32::NEG_INFINITY;
                for b in 0..extent.blocks() {
                    for &x in &self.x.row(b, line)[column][..live(extent, b)] {
                        largest = largest.max(x);
                    }
                }
                let mut sum = 0.0f64;
                for b in 0..extent.blocks() {
                    let x = s.sub(s.load(&self.x.row(b, line)[column]), s.splat(largest));
                    let power = s.keep(exp(s, x), live(extent, b));
                    sum += f64::from(s.sum(power));
                    s.store(power, &mut self.y.row_mut(b, line)[column]);
                }
                let scale = s.splat((1.0 / sum) as f32);
                for b in 0..extent.blocks() {
                    let y = &mut self.y.row_mut(b, line)[column];
                    // A NaN in the sum must not reach the lanes beyond the last channel.
                    s.store(s.keep(s.mul(s.load(y), scale), live(extent, b)), y);
                }
            }
        }
    }
}

struct Backward<'a> {
    y: MapRef<'a>,
    dy: MapRef<'a>,
    dx: MapMut<'a>,
    write: Write,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = &self.y.extent();
        for line in 0..extent.height {
            for column in 0..extent.width {
                let mut sum = 0.0f64;
                for b in 0..extent.blocks() {
                    let y = &self.y.row(b, line)[column];
                    let dy = &self.dy.row(b, line)[column];
                    for lane in 0..LANES {
                        sum += f64::from(y[lane]) * f64::from(dy[lane]);
                    }
                }
                let sum = s.splat(sum as f32);
                for b in 0..extent.blocks() {
                    let y = s.load(&self.y.row(b, line)[column]);
                    let dy = s.load(&self.dy.row(b, line)[column]);
                    let dx = &mut self.dx.row_mut(b, line)[column];
                    let gradient = s.keep(s.mul(y, s.sub(dy, sum)), live(extent, b));
                    let before = if self.write == Write::Set { s.zero() } else { s.load(dx) };
                    s.store(s.add(before, gradient), dx);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;
    use crate::layout::Extent;

    fn softmax(e: &Extent, x: &[f64]) -> Vec<f64> {
        let plane = e.height * e.width;
        let mut y = vec![0.0; x.len()];
        for pixel in 0..plane {
            let at = |c: usize| c * plane + pixel;
            let largest = (0..e.channels).map(|c| x[at(c)]).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..e.channels).map(|c| (x[at(c)] - largest).exp()).sum();
            (0..e.channels).for_each(|c| y[at(c)] = (x[at(c)] - largest).exp() / sum);
        }
        y
    }

    #[test]
    fn channels_sum_to_one() {
        on_each_isa(|isa| {
            for e in sizes() {
                for scale in [1.0, 10.0, 1000.0] {
                    let plain: Vec<f32> = random(1, numel(&e)).iter().map(|x| x * scale).collect();
                    let (xe, mut y) = (with_halo(e, [1, 1]), garbage(&e));
                    forward(isa, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e));
                    assert_close(&unpack(&y, &e), &softmax(&e, &wide(&plain)), 1e-6, isa.name());
                }
            }
        });
    }

    #[test]
    fn its_gradient_agrees_with_central_differences() {
        on_each_isa(|isa| {
            for e in sizes() {
                let (plain, dy) = (random(1, numel(&e)), random(2, numel(&e)));
                let y: Vec<f32> = softmax(&e, &wide(&plain)).iter().map(|&y| y as f32).collect();
                let expected = gradient(&wide(&plain), &wide(&dy), |x| softmax(&e, x));
                let (ye, dye) = (with_halo(e, [1, 1]), with_halo(e, [0, 2]));
                check_gradient(&e, &expected, 1e-6, isa.name(), |dx, write| {
                    backward(isa, map(&pack(&y, &ye), &ye), map(&pack(&dy, &dye), &dye), dx, write);
                });
            }
        });
    }
}
