//! Fused elementwise passes, `y = act(sum of terms)`, and their backward pass. A term is a map, or an affine function of a map (a batch norm).
//!
//! There is one pass over memory: for each pixel, a block of channels is read from every term, summed, put through the functions, and stored.

use super::{activation, math};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, assert_channels, assert_same_shape, channels, live};
use crate::layout::{Extent, LANES, MapMut, MapRef, padded};
use crate::ops::Activation;

/// `scale * x + shift`, with one scale and one shift per channel, padded. Values beyond the last channel are not used.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'a> {
    /// The factors.
    pub scale: &'a [f32],
    /// The summands.
    pub shift: &'a [f32],
}

/// One operand of the sum.
#[derive(Clone, Copy, Debug, Default)]
pub struct Term<'a> {
    /// The map. The halos of terms may differ.
    pub x: MapRef<'a>,
    /// The affine function that is applied before the sum, if there is one.
    pub affine: Option<Affine<'a>>,
}

/// The place of the gradient of the pass's output.
#[derive(Clone, Copy, Debug)]
pub enum Gradient<'a> {
    /// In the buffer of the result, which replaces it.
    InPlace,
    /// In another map.
    From(MapRef<'a>),
}

/// The data of a term's batch norm for its backward pass.
#[derive(Debug)]
pub struct NormSums<'a> {
    /// The batch's mean, for each padded channel.
    pub mean: &'a [f32],
    /// One divided by the batch's standard deviation, for each padded channel.
    pub rstd: &'a [f32],
    /// Receives, for this image, `sum g` of each padded channel, then `sum g * x_hat` of each, `x_hat = (x - mean) * rstd`.
    pub sums: &'a mut [f32],
}

/// `y = act_n(...act_1(sum of terms))`.
///
/// # Panics
/// There is no term, shapes differ, or a slice is too short.
pub fn forward(isa: Isa, terms: &[Term<'_>], activations: &[Activation], mut y: MapMut<'_>) {
    check(terms, &y.extent());
    y.clear_halo();
    match activations {
        [Activation::Relu] => isa.call(Forward::<true> { terms, activations: &[], y }),
        _ => isa.call(Forward::<false> { terms, activations, y }),
    }
}

/// Computes `g = dy * act'(z)`, where `z` is recomputed from the terms, and for each term's batch norm the sums of `g` that it needs.
/// `norms` is empty, or has one entry per term.
///
/// # Panics
/// There is no term, shapes differ, `norms` has another length, or a slice is too short.
pub fn backward(
    isa: Isa,
    terms: &[Term<'_>],
    activations: &[Activation],
    dy: Gradient<'_>,
    mut g: MapMut<'_>,
    norms: &mut [Option<NormSums<'_>>],
) {
    let extent = g.extent();
    check(terms, &extent);
    assert!(norms.is_empty() || norms.len() == terms.len(), "an entry for each term");
    for norm in norms.iter().flatten() {
        assert_channels(norm.mean, &extent);
        assert_channels(norm.rstd, &extent);
        assert!(norm.sums.len() >= 2 * padded(extent.channels), "two sums for each padded channel");
    }
    // A gradient in place already has a halo of zeros.
    if let Gradient::From(dy) = &dy {
        assert_same_shape(&dy.extent(), &extent);
        g.clear_halo();
    }
    isa.call(Backward { terms, activations, dy, g, norms });
}

#[track_caller]
fn check(terms: &[Term<'_>], extent: &Extent) {
    assert!(!terms.is_empty(), "a sum has at least one term");
    for term in terms {
        assert_same_shape(&term.x.extent(), extent);
        if let Some(affine) = &term.affine {
            assert_channels(affine.scale, extent);
            assert_channels(affine.shift, extent);
        }
    }
}

/// The sum of the terms along one row of one block.
trait Sum<S: Simd> {
    fn at(&self, s: S, pixel: usize) -> S::Vector;
}

/// One row of a term. A plain term has scale 1 and shift 0, which costs nothing, because the pass is limited by memory.
struct Line<'a, S: Simd> {
    x: &'a [Lanes],
    scale: S::Vector,
    shift: S::Vector,
}

impl<'a, S: Simd> Line<'a, S> {
    #[inline(always)]
    fn new(s: S, term: &Term<'a>, b: usize, y: usize) -> Self {
        let (scale, shift) = match &term.affine {
            Some(affine) => {
                let extent = term.x.extent();
                (channels(s, affine.scale, &extent, b), channels(s, affine.shift, &extent, b))
            }
            None => (s.splat(1.0), s.zero()),
        };
        Self { x: term.x.row(b, y), scale, shift }
    }
}

impl<S: Simd, const N: usize> Sum<S> for [Line<'_, S>; N] {
    #[inline(always)]
    fn at(&self, s: S, pixel: usize) -> S::Vector {
        let mut sum = s.mul_add(self[0].scale, s.load(&self[0].x[pixel]), self[0].shift);
        for line in &self[1..] {
            sum = s.add(sum, s.mul_add(line.scale, s.load(&line.x[pixel]), line.shift));
        }
        sum
    }
}

/// Any number of terms. Each is looked up again for every pixel.
struct Many<'a> {
    terms: &'a [Term<'a>],
    b: usize,
    y: usize,
}

impl<S: Simd> Sum<S> for Many<'_> {
    #[inline(always)]
    fn at(&self, s: S, pixel: usize) -> S::Vector {
        let mut sum = s.zero();
        for term in self.terms {
            let line = Line::new(s, term, self.b, self.y);
            sum = s.add(sum, s.mul_add(line.scale, s.load(&line.x[pixel]), line.shift));
        }
        sum
    }
}

/// The forward pass. With `RELU`, the ReLU is part of the loop; all other functions are applied in another loop over each row.
struct Forward<'a, const RELU: bool> {
    terms: &'a [Term<'a>],
    activations: &'a [Activation],
    y: MapMut<'a>,
}

impl<const RELU: bool> Kernel for Forward<'_, RELU> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.y.extent();
        for b in 0..extent.blocks() {
            for y in 0..extent.height {
                let out = self.y.row_mut(b, y);
                match self.terms {
                    [x] => forward_row::<S, RELU>(s, &[Line::new(s, x, b, y)], out),
                    [x, z] => forward_row::<S, RELU>(s, &[Line::new(s, x, b, y), Line::new(s, z, b, y)], out),
                    [x, z, w] => {
                        let lines = [Line::new(s, x, b, y), Line::new(s, z, b, y), Line::new(s, w, b, y)];
                        forward_row::<S, RELU>(s, &lines, out);
                    }
                    terms => forward_row::<S, RELU>(s, &Many { terms, b, y }, out),
                }
                if !self.activations.is_empty() {
                    activation::forward_row(s, self.activations, live(&extent, b), out);
                }
            }
        }
    }
}

#[inline(always)]
fn forward_row<S: Simd, const RELU: bool>(s: S, sum: &impl Sum<S>, y: &mut [Lanes]) {
    for (pixel, y) in y.iter_mut().enumerate() {
        let z = sum.at(s, pixel);
        s.store(if RELU { math::relu(s, z) } else { z }, y);
    }
}

struct Backward<'a, 'n> {
    terms: &'a [Term<'a>],
    activations: &'a [Activation],
    dy: Gradient<'a>,
    g: MapMut<'a>,
    norms: &'a mut [Option<NormSums<'n>>],
}

impl Kernel for Backward<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let extent = self.g.extent();
        for norm in self.norms.iter_mut().flatten() {
            norm.sums[..2 * padded(extent.channels)].fill(0.0);
        }
        for b in 0..extent.blocks() {
            for y in 0..extent.height {
                let g = self.g.row_mut(b, y);
                if let Gradient::From(dy) = &self.dy {
                    g.copy_from_slice(dy.row(b, y));
                }
                match (self.activations, self.terms) {
                    ([], _) => {}
                    ([Activation::Relu], [x]) => rectify_row(s, &[Line::new(s, x, b, y)], g),
                    ([Activation::Relu], [x, z]) => {
                        rectify_row(s, &[Line::new(s, x, b, y), Line::new(s, z, b, y)], g);
                    }
                    ([Activation::Relu], terms) => rectify_row(s, &Many { terms, b, y }, g),
                    (activations, terms) => chain_row(s, &Many { terms, b, y }, activations, g),
                }
                for (term, norm) in self.terms.iter().zip(self.norms.iter_mut()) {
                    if let Some(norm) = norm {
                        add_sums(s, norm, term.x.row(b, y), g, &extent, b);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn rectify_row<S: Simd>(s: S, sum: &impl Sum<S>, g: &mut [Lanes]) {
    for (pixel, g) in g.iter_mut().enumerate() {
        s.store(math::relu_backward(s, sum.at(s, pixel), s.load(g)), g);
    }
}

#[inline(always)]
fn chain_row<S: Simd>(s: S, sum: &impl Sum<S>, activations: &[Activation], g: &mut [Lanes]) {
    const PIXELS: usize = 16;
    let mut z = [[0.0; LANES]; PIXELS];
    for (chunk, g) in g.chunks_mut(PIXELS).enumerate() {
        let z = &mut z[..g.len()];
        for (pixel, z) in z.iter_mut().enumerate() {
            s.store(sum.at(s, chunk * PIXELS + pixel), z);
        }
        activation::backward_row(s, activations, z, g);
    }
}

/// Adds one row's `sum g` and `sum g * x_hat`. The row is summed separately first, which keeps the rounding error small. It takes two
/// pixels at a time, so that the sums do not wait for each other.
#[inline(always)]
pub(crate) fn add_sums<S: Simd>(s: S, norm: &mut NormSums<'_>, x: &[Lanes], g: &[Lanes], extent: &Extent, b: usize) {
    let mean = channels(s, norm.mean, extent, b);
    let rstd = channels(s, norm.rstd, extent, b);
    let (mut even, mut odd) = ([s.zero(); 2], [s.zero(); 2]);
    let (x_pairs, x_last) = x.as_chunks::<2>();
    let (g_pairs, g_last) = g.as_chunks::<2>();
    for (x, g) in x_pairs.iter().zip(g_pairs) {
        let (g0, g1) = (s.load(&g[0]), s.load(&g[1]));
        even = [s.add(even[0], g0), s.mul_add(g0, s.sub(s.load(&x[0]), mean), even[1])];
        odd = [s.add(odd[0], g1), s.mul_add(g1, s.sub(s.load(&x[1]), mean), odd[1])];
    }
    for (x, g) in x_last.iter().zip(g_last) {
        let g = s.load(g);
        even = [s.add(even[0], g), s.mul_add(g, s.sub(s.load(x), mean), even[1])];
    }
    let sums = norm.sums.as_chunks_mut::<LANES>().0;
    let (plain, weighted) = (b, extent.blocks() + b);
    s.store(s.add(s.load(&sums[plain]), s.add(even[0], odd[0])), &mut sums[plain]);
    let row = s.mul(s.add(even[1], odd[1]), rstd);
    s.store(s.add(s.load(&sums[weighted]), row), &mut sums[weighted]);
}
