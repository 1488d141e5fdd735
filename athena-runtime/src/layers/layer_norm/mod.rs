//! Layer normalisation (Ba et al. 2016) over the channels of each pixel, as ConvNeXt has it (Liu et al. 2022): mean 0 and variance 1 in each
//! pixel, then a scale and a shift a channel.

#[cfg(test)]
mod tests;

use super::Describe;
use super::scale_shift::{ImageNorm, ImageNormInfo};
use crate::exec::{Pass, Working};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, assert_same_shape, live};
use crate::layout::{Extent, LANES, Map, MapMut, MapRef, padded};
use crate::ops::Write;

/// Normalises the channels of each pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pixels;

/// A layer norm over `C` channels.
pub type LayerNorm<const C: usize> = ImageNorm<Pixels, C>;

/// A [`LayerNorm`] without its channels in the type.
pub type LayerNormInfo = ImageNormInfo<Pixels>;

impl<const C: usize> LayerNorm<C> {
    /// The layer norm whose parameters start at `offset`.
    #[must_use]
    pub const fn at(offset: usize, eps: f32, affine: bool) -> Self {
        Self::new(offset, eps, affine, Pixels)
    }
}

impl Describe for LayerNormInfo {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

/// ONNX normalises the last axis, so channels go there and back.
#[cfg(feature = "onnx")]
impl crate::onnx::graph::ToNodes for LayerNormInfo {
    fn add_to(&self, layer: &mut crate::onnx::graph::Layer<'_, '_>) {
        use crate::onnx::graph::{float, int, ints};
        let [weight, bias] = match self.affine.affine {
            true => ["weight", "bias"].map(|name| layer.tensor(name)),
            false => {
                [("ones", 1.0), ("zeros", 0.0)].map(|(name, of)| layer.vector(name, &vec![of; self.affine.channels]))
            }
        };
        let attributes = |axis: usize| vec![int("axis", axis), float("epsilon", self.eps)];
        let x = layer.inputs[0].clone();
        let [channels, height, width] = *layer.shape else {
            return layer.node("LayerNormalization", vec![x, weight, bias], attributes(1));
        };
        let last = [height, width, channels];
        let x = layer.step("last", "Transpose", vec![x], &last, vec![ints("perm", &[0, 2, 3, 1])]);
        let x = layer.step("normalised", "LayerNormalization", vec![x, weight, bias], &last, attributes(3));
        layer.node("Transpose", vec![x], vec![ints("perm", &[0, 3, 1, 2])]);
    }
}

/// The gradients of gamma and beta of a row of pixels.
impl Working for LayerNormInfo {
    fn work_len(&self, _: usize) -> usize {
        2 * padded(self.affine.channels)
    }
}

impl Pass<'_> {
    /// `y = gamma * (x - mean) / sqrt(variance + eps) + beta`, mean and variance over the channels of each pixel.
    pub fn layer_norm<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &LayerNorm<C>,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        let LayerNormInfo { affine, eps, .. } = of.info();
        self.each_map([x.slot()], y.slot(), &|context, [x], y| {
            forward(context.isa, eps, affine.of(context.parameters), x, y);
        });
    }

    /// The gradient of a layer norm's input, if it is asked for, and, with `learns`, those of gamma and beta.
    pub fn layer_norm_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        of: &LayerNorm<C>,
        x: Map<C, H, W>,
        dy: Map<C, H, W>,
        dx: Option<(Map<C, H, W>, Write)>,
        learns: bool,
    ) {
        let (LayerNormInfo { affine, eps, .. }, isa) = (of.info(), self.context.isa);
        let parameters = affine.of(self.context.parameters);
        let work = std::mem::take(&mut self.work);
        self.each(&mut |image| {
            if learns {
                let ([x, dy], []) = image.arena.maps([x.slot(), dy.slot()], []);
                let range = affine.range();
                let sums = &mut image.accumulators[image.context.position(range)..][..range.len];
                add_sums(isa, eps, x, dy, sums, work);
            }
            if let Some((dx, write)) = dx {
                let ([x, dy], [dx]) = image.arena.maps([x.slot(), dy.slot()], [dx.slot()]);
                backward(isa, eps, parameters.map(|(gamma, _)| gamma), x, dy, dx, write);
            }
        });
        self.work = work;
    }
}

/// # Panics
/// Shapes differ, or a slice is too short.
fn forward(isa: Isa, eps: f32, parameters: Option<(&[f32], &[f32])>, x: MapRef<'_>, mut y: MapMut<'_>) {
    assert_same_shape(&x.extent(), &y.extent());
    y.clear_halo();
    isa.call(Forward { eps, parameters, x, y });
}

/// With `x_hat = (x - mean) * rstd`, and means over the channels of a pixel:
///
/// ```text
/// dx = rstd * (gamma * dy - mean(gamma * dy) - x_hat * mean(gamma * dy * x_hat))
/// ```
///
/// # Panics
/// Shapes differ, or a slice is too short.
fn backward(
    isa: Isa,
    eps: f32,
    gamma: Option<&[f32]>,
    x: MapRef<'_>,
    dy: MapRef<'_>,
    mut dx: MapMut<'_>,
    write: Write,
) {
    assert_same_shape(&x.extent(), &dx.extent());
    assert_same_shape(&dy.extent(), &dx.extent());
    dx.begin(write);
    isa.call(Backward { eps, gamma, x, dy, dx, write });
}

/// Adds `dgamma[c] = sum of dy * x_hat` and behind them `dbeta[c] = sum of dy`. Each row has a sum of its own, which keeps the error of
/// large maps small.
///
/// # Panics
/// Shapes differ, or a slice is too short.
fn add_sums(isa: Isa, eps: f32, x: MapRef<'_>, dy: MapRef<'_>, sums: &mut [f32], work: &mut [f32]) {
    assert_same_shape(&x.extent(), &dy.extent());
    for line in 0..x.extent().height {
        let row = &mut work[..2 * padded(x.extent().channels)];
        row.fill(0.0);
        isa.call(AddRow { eps, x, dy, line, sums: row });
        sums.iter_mut().zip(&*row).for_each(|(sum, row)| *sum += row);
    }
}

/// One pixel of a map: a vector for each block of channels.
#[derive(Clone, Copy)]
struct Pixel<'a> {
    map: MapRef<'a>,
    line: usize,
    column: usize,
}

impl Pixel<'_> {
    #[inline(always)]
    fn block<S: Simd>(&self, s: S, b: usize) -> S::Vector {
        s.load(&self.map.row(b, self.line)[self.column])
    }

    /// Mean, and one over the standard deviation. The lanes beyond the last channel are zero, so they add nothing to the sum.
    #[inline(always)]
    fn statistics<S: Simd>(&self, s: S, eps: f32) -> (S::Vector, S::Vector) {
        let extent = &self.map.extent();
        let mut sum = s.zero();
        for b in 0..extent.blocks() {
            sum = s.add(sum, self.block(s, b));
        }
        let mean = s.splat(s.sum(sum) / extent.channels as f32);
        let mut squares = s.zero();
        for b in 0..extent.blocks() {
            let deviation = s.keep(s.sub(self.block(s, b), mean), live(extent, b));
            squares = s.mul_add(deviation, deviation, squares);
        }
        let variance = s.sum(squares) / extent.channels as f32;
        (mean, s.splat(1.0 / (variance + eps).sqrt()))
    }
}

/// One of the parameters for a block of channels.
#[inline(always)]
fn parameter<S: Simd>(s: S, of: Option<&[f32]>, b: usize, otherwise: f32) -> S::Vector {
    match of {
        Some(values) => s.load(&values.as_chunks::<LANES>().0[b]),
        None => s.splat(otherwise),
    }
}

struct Forward<'a> {
    eps: f32,
    parameters: Option<(&'a [f32], &'a [f32])>,
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.x.extent();
        let (gamma, beta) = self.parameters.unzip();
        for (line, column) in pixels(&extent) {
            let x = Pixel { map: self.x, line, column };
            let (mean, rstd) = x.statistics(s, self.eps);
            for b in 0..extent.blocks() {
                let x_hat = s.mul(s.sub(x.block(s, b), mean), rstd);
                let y = s.mul_add(x_hat, parameter(s, gamma, b, 1.0), parameter(s, beta, b, 0.0));
                s.store(s.keep(y, live(&extent, b)), &mut self.y.row_mut(b, line)[column]);
            }
        }
    }
}

struct Backward<'a> {
    eps: f32,
    gamma: Option<&'a [f32]>,
    x: MapRef<'a>,
    dy: MapRef<'a>,
    dx: MapMut<'a>,
    write: Write,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.x.extent();
        let share = 1.0 / extent.channels as f32;
        for (line, column) in pixels(&extent) {
            let (x, dy) = (Pixel { map: self.x, line, column }, Pixel { map: self.dy, line, column });
            let (mean, rstd) = x.statistics(s, self.eps);
            let (mut sum, mut sum_x) = (s.zero(), s.zero());
            for b in 0..extent.blocks() {
                let g = s.mul(dy.block(s, b), parameter(s, self.gamma, b, 1.0));
                sum = s.add(sum, g);
                sum_x = s.mul_add(g, s.sub(x.block(s, b), mean), sum_x);
            }
            let mean_g = s.splat(s.sum(sum) * share);
            // One rstd for `x_hat` in the mean, another for that before it.
            let slope = s.mul(s.splat(s.sum(sum_x) * share), s.mul(rstd, rstd));
            for b in 0..extent.blocks() {
                let g = s.mul(dy.block(s, b), parameter(s, self.gamma, b, 1.0));
                let rest = s.mul(s.sub(x.block(s, b), mean), slope);
                let gradient = s.keep(s.mul(rstd, s.sub(s.sub(g, mean_g), rest)), live(&extent, b));
                let dx: &mut Lanes = &mut self.dx.row_mut(b, line)[column];
                let before = if self.write == Write::Set { s.zero() } else { s.load(dx) };
                s.store(s.add(before, gradient), dx);
            }
        }
    }
}

/// One row of pixels.
struct AddRow<'a> {
    eps: f32,
    x: MapRef<'a>,
    dy: MapRef<'a>,
    line: usize,
    sums: &'a mut [f32],
}

impl Kernel for AddRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (extent, line) = (self.x.extent(), self.line);
        let (dgamma, dbeta) = self.sums.split_at_mut(padded(extent.channels));
        let (dgamma, dbeta) = (dgamma.as_chunks_mut::<LANES>().0, dbeta.as_chunks_mut::<LANES>().0);
        for column in 0..extent.width {
            let (x, dy) = (Pixel { map: self.x, line, column }, Pixel { map: self.dy, line, column });
            let (mean, rstd) = x.statistics(s, self.eps);
            for b in 0..extent.blocks() {
                let g = dy.block(s, b);
                let x_hat = s.mul(s.sub(x.block(s, b), mean), rstd);
                s.store(s.mul_add(g, x_hat, s.load(&dgamma[b])), &mut dgamma[b]);
                s.store(s.add(s.load(&dbeta[b]), g), &mut dbeta[b]);
            }
        }
    }
}

/// Rows and columns, row by row.
#[inline(always)]
fn pixels(extent: &Extent) -> impl Iterator<Item = (usize, usize)> + use<> {
    let Extent { height, width, .. } = *extent;
    (0..height).flat_map(move |line| (0..width).map(move |column| (line, column)))
}
