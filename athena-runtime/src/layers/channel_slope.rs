//! One factor a channel that learns: for all numbers (`scale`), or for those that are not positive (`prelu`, He et al. 2015).

use super::Describe;
use super::parameter::{Parameter, Storage};
use crate::exec::Pass;
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, assert_channels, assert_same_shape, channels};
use crate::layout::{LANES, Map, MapMut, MapRef, Range, assert_room, padded};
use crate::ops::{Init, Write};

/// Factors of `C` channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelSlope<const C: usize> {
    info: ChannelSlopeInfo,
}

/// A [`ChannelSlope`] without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelSlopeInfo {
    channels: usize,
    /// First of the factors, padded to whole blocks, in the parameter buffer.
    offset: usize,
    /// What each starts as.
    start: f32,
    /// Whether positive numbers are left as they are.
    rectifies: bool,
}

impl<const C: usize> ChannelSlope<C> {
    /// Factors for all numbers, at `offset` of the parameters.
    #[must_use]
    pub const fn scale(offset: usize, start: f32) -> Self {
        Self::at(offset, start, false)
    }

    /// Factors for the numbers that are not positive, at `offset` of the parameters. They start as PyTorch's.
    #[must_use]
    pub const fn prelu(offset: usize) -> Self {
        Self::at(offset, 0.25, true)
    }

    const fn at(offset: usize, start: f32, rectifies: bool) -> Self {
        assert!(C > 0, "a map has channels");
        assert_room(offset, padded(C));
        Self { info: ChannelSlopeInfo { channels: C, offset, start, rectifies } }
    }

    /// The layer without its type.
    #[must_use]
    pub const fn info(&self) -> ChannelSlopeInfo {
        self.info
    }

    /// The factors in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        self.info.range()
    }

    /// The first free float of the parameter buffer behind this layer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.parameters().end()
    }

    /// The factors.
    #[must_use]
    pub const fn weight(&self, name: &'static str, shape: &'static [usize]) -> Parameter {
        let is_vector = shape.len() == 1 || shape.len() == 3 && shape[1] == 1 && shape[2] == 1;
        assert!(is_vector && shape[0] == C, "one number a channel");
        let ChannelSlopeInfo { offset, start, .. } = self.info;
        Parameter { name, shape, storage: Storage::Vector { offset, len: C, init: Init::Constant(start), fan_in: 0 } }
    }
}

impl ChannelSlopeInfo {
    const fn range(&self) -> Range {
        Range { start: self.offset, len: padded(self.channels) }
    }

    /// The largest number that is multiplied.
    fn limit(&self) -> f32 {
        if self.rectifies { 0.0 } else { f32::INFINITY }
    }
}

impl Describe for ChannelSlopeInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl crate::onnx::graph::ToNodes for ChannelSlopeInfo {
    fn add_to(&self, layer: &mut crate::onnx::graph::Layer<'_, '_>) {
        let factors = layer.factors();
        let inputs = [layer.inputs.clone(), vec![factors]].concat();
        layer.node(if self.rectifies { "PRelu" } else { "Mul" }, inputs, Vec::new());
    }
}

impl Pass<'_> {
    /// `y = weight * x`, or `x` where the layer rectifies and `x` is positive.
    pub fn channel_slope<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &ChannelSlope<C>,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        let (range, limit) = (of.info.range(), of.info.limit());
        self.each_map([x.slot()], y.slot(), &|context, [x], y| {
            forward(context.isa, range.of(context.parameters), limit, x, y);
        });
    }

    /// The gradient of the input, if it is asked for, and, with `learns`, that of the factors.
    pub fn channel_slope_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &ChannelSlope<C>,
        x: Map<C, H, W>,
        dy: Map<C, H, W>,
        dx: Option<(Map<C, H, W>, Write)>,
        learns: bool,
    ) {
        let (range, limit, isa) = (of.info.range(), of.info.limit(), self.context.isa);
        let weight = range.of(self.context.parameters);
        self.each(&mut |image| {
            if learns {
                let ([x, dy], []) = image.arena.maps([x.slot(), dy.slot()], []);
                let sums = &mut image.accumulators[image.context.position(range)..][..range.len];
                add_sums(isa, limit, x, dy, sums);
            }
            if let Some((dx, write)) = dx {
                let ([x, dy], [dx]) = image.arena.maps([x.slot(), dy.slot()], [dx.slot()]);
                backward(isa, weight, limit, x, dy, dx, write);
            }
        });
    }
}

/// # Panics
/// Shapes differ, or a slice is too short.
fn forward(isa: Isa, weight: &[f32], limit: f32, x: MapRef<'_>, mut y: MapMut<'_>) {
    assert_same_shape(&x.extent(), &y.extent());
    assert_channels(weight, &y.extent());
    y.clear_halo();
    isa.call(Apply { weight, limit, x, of: x, y, write: Write::Set });
}

/// `dx = weight * dy`, or `dy` where `x` is above the limit.
///
/// # Panics
/// As [`forward`].
fn backward(isa: Isa, weight: &[f32], limit: f32, x: MapRef<'_>, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &dx.extent());
    assert_same_shape(&dy.extent(), &dx.extent());
    assert_channels(weight, &dx.extent());
    dx.begin(write);
    isa.call(Apply { weight, limit, x, of: dy, y: dx, write });
}

/// Adds `sum of x * dy` of each channel, over the pixels where `x` is not above the limit.
///
/// # Panics
/// As [`forward`].
fn add_sums(isa: Isa, limit: f32, x: MapRef<'_>, dy: MapRef<'_>, sums: &mut [f32]) {
    assert_same_shape(&x.extent(), &dy.extent());
    assert_channels(sums, &x.extent());
    isa.call(AddSums { limit, x, dy, sums });
}

/// Multiplies `of` where `x` is not above the limit: forward the two are the same map.
struct Apply<'a> {
    weight: &'a [f32],
    limit: f32,
    x: MapRef<'a>,
    of: MapRef<'a>,
    y: MapMut<'a>,
    write: Write,
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.x.extent();
        for (b, line) in (0..extent.blocks()).flat_map(|b| (0..extent.height).map(move |line| (b, line))) {
            let weight = channels(s, self.weight, &extent, b);
            let (x, of) = (self.x.row(b, line), self.of.row(b, line));
            for ((x, of), y) in x.iter().zip(of).zip(self.y.row_mut(b, line)) {
                let of = s.load(of);
                let result = s.select_gt(s.load(x), s.splat(self.limit), of, s.mul(weight, of));
                let before = if self.write == Write::Set { s.zero() } else { s.load(y) };
                s.store(s.add(before, result), y);
            }
        }
    }
}

struct AddSums<'a> {
    limit: f32,
    x: MapRef<'a>,
    dy: MapRef<'a>,
    sums: &'a mut [f32],
}

impl Kernel for AddSums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let extent = self.x.extent();
        for (b, sum) in self.sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            for line in 0..extent.height {
                // A sum of its own for each row keeps the error of large maps small.
                let mut row = s.zero();
                for (x, dy) in self.x.row(b, line).iter().zip(self.dy.row(b, line)) {
                    let x = s.load(x);
                    let product = s.mul(x, s.load(dy));
                    row = s.add(row, s.select_gt(x, s.splat(self.limit), s.zero(), product));
                }
                let sum: &mut Lanes = sum;
                s.store(s.add(s.load(sum), row), sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;
    use crate::layout::Extent;

    /// The definition, in f64.
    fn reference(e: &Extent, rectifies: bool, x: &[f64], weight: &[f64]) -> Vec<f64> {
        let plane = e.height * e.width;
        let number = |(i, x): (usize, &f64)| if rectifies && *x > 0.0 { *x } else { weight[i / plane] * x };
        x.iter().enumerate().map(number).collect()
    }

    #[test]
    fn values_and_gradients_are_those_of_the_definition() {
        for (e, rectifies) in sizes().into_iter().flat_map(|e| [(e, true), (e, false)]) {
            let limit = if rectifies { 0.0 } else { f32::INFINITY };
            // No number is so near zero that a step of the differences changes its sign.
            let plain: Vec<f32> = random(1, numel(&e)).into_iter().map(|x| x + 0.01f32.copysign(x)).collect();
            let dy = random(2, numel(&e));
            let weight: Vec<f32> =
                random(3, e.channels).into_iter().chain(std::iter::repeat(0.0)).take(padded(e.channels)).collect();
            let (x, w) = (wide(&plain), wide(&weight[..e.channels]));
            let dx = gradient(&x, &wide(&dy), |x| reference(&e, rectifies, x, &w));
            let dw = gradient(&w, &wide(&dy), |w| reference(&e, rectifies, &x, w));
            let (xe, dye) = (with_halo(e, [1, 1]), with_halo(e, [0, 2]));
            let (x_map, dy_map) = (pack(&plain, &xe), pack(&dy, &dye));
            on_each_isa(|isa| {
                let mut y = garbage(&e);
                forward(isa, &weight, limit, map(&x_map, &xe), map_mut(&mut y, &e));
                assert_close(&unpack(&y, &e), &reference(&e, rectifies, &x, &w), 1e-6, isa.name());
                check_gradient(&e, &dx, 1e-6, isa.name(), |dx, write| {
                    backward(isa, &weight, limit, map(&x_map, &xe), map(&dy_map, &dye), dx, write);
                });
                let mut sums = vec![0.0; padded(e.channels)];
                add_sums(isa, limit, map(&x_map, &xe), map(&dy_map, &dye), &mut sums);
                assert_close(&wide(&sums[..e.channels]), &dw, 1e-5, isa.name());
                assert!(sums[e.channels..].iter().all(|sum| *sum == 0.0), "padding lanes");
            });
        }
    }

    #[test]
    fn infinite_numbers_are_scaled_and_nan_stays_nan() {
        on_each_isa(|isa| {
            let e = extent(4, 1, 1, [0, 0]);
            let x = pack(&[f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -0.0], &e);
            for limit in [0.0, f32::INFINITY] {
                let (mut y, weight) = (garbage(&e), pack(&[0.5; 4], &e));
                forward(isa, &weight, limit, map(&x, &e), map_mut(&mut y, &e));
                assert!(y[0] == f32::INFINITY && y[1] == f32::NEG_INFINITY && y[2].is_nan() && y[3] == 0.0, "{y:?}");
            }
        });
    }
}
