//! The transforms of F(4x4, 3x3) along one axis. [`super`] has the matrices.
//!
//! The points at which the polynomials are evaluated are 0, `A`, `-A`, `B`, `-B` and infinity. Lavin and Gray (2015) take `A = 1` and
//! `B = 2`. Here `A = 2/3` and `B = 3/2`: their powers stay closer to one, so that the error is about a quarter (1.3e-6 of the largest
//! output instead of 4.8e-6, with 64 channels). Their product is one, which saves multiplications.

use crate::isa::Simd;

/// Outputs of a tile along one axis.
pub const TILE: usize = 4;

/// Inputs of a tile along one axis; also the number of products along one axis.
pub(super) const EDGE: usize = 6;

/// Products of a tile.
pub(super) const PRODUCTS: usize = EDGE * EDGE;

/// Taps along one axis.
pub(super) const TAPS: usize = 3;

const A: f64 = 2.0 / 3.0;
const B: f64 = 1.5;

/// One over the product of the differences between `A` (or `-A`) and the other finite points. A factor of the rows of `G` for `A` and `-A`.
const WEIGHT_A: f64 = 1.0 / (2.0 * A * A * (A * A - B * B));
/// The same for `B` and `-B`. For the point 0 it is one.
const WEIGHT_B: f64 = 1.0 / (2.0 * B * B * (B * B - A * A));

/// The matrix `G` of the weight transform.
pub(super) const G: [[f32; TAPS]; EDGE] = [
    [1.0, 0.0, 0.0],
    [WEIGHT_A as f32, (WEIGHT_A * A) as f32, (WEIGHT_A * A * A) as f32],
    [WEIGHT_A as f32, -(WEIGHT_A * A) as f32, (WEIGHT_A * A * A) as f32],
    [WEIGHT_B as f32, (WEIGHT_B * B) as f32, (WEIGHT_B * B * B) as f32],
    [WEIGHT_B as f32, -(WEIGHT_B * B) as f32, (WEIGHT_B * B * B) as f32],
    [0.0, 0.0, 1.0],
];

/// The first three rows of the input transform `B^T d`: the points 0, `A` and `-A`.
#[inline(always)]
pub(super) fn input_low<S: Simd>(s: S, d: &[S::Vector; EDGE]) -> [S::Vector; 3] {
    let zero = s.mul_add(d[2], s.splat(-(A * A + B * B) as f32), s.add(d[0], d[4]));
    let even = s.mul_add(d[2], s.splat(-(B * B) as f32), d[4]);
    let odd = s.mul_add(d[3], s.splat(A as f32), s.mul(d[1], s.splat(-B as f32)));
    [zero, s.add(even, odd), s.sub(even, odd)]
}

/// The last three rows of the input transform `B^T d`: the points `B`, `-B` and infinity.
#[inline(always)]
pub(super) fn input_high<S: Simd>(s: S, d: &[S::Vector; EDGE]) -> [S::Vector; 3] {
    let even = s.mul_add(d[2], s.splat(-(A * A) as f32), d[4]);
    let odd = s.mul_add(d[3], s.splat(B as f32), s.mul(d[1], s.splat(-A as f32)));
    let infinity = s.mul_add(d[3], s.splat(-(A * A + B * B) as f32), s.add(d[1], d[5]));
    [s.add(even, odd), s.sub(even, odd), infinity]
}

/// `A^T m`: the output transform, from six products to four outputs.
#[inline(always)]
pub(super) fn output<S: Simd>(s: S, m: &[S::Vector; EDGE]) -> [S::Vector; TILE] {
    let (even_a, odd_a) = (s.add(m[1], m[2]), s.sub(m[1], m[2]));
    let (even_b, odd_b) = (s.add(m[3], m[4]), s.sub(m[3], m[4]));
    let cubes = s.mul_add(odd_a, s.splat((A * A * A) as f32), m[5]);
    [
        s.add(m[0], s.add(even_a, even_b)),
        s.mul_add(odd_b, s.splat(B as f32), s.mul(odd_a, s.splat(A as f32))),
        s.mul_add(even_b, s.splat((B * B) as f32), s.mul(even_a, s.splat((A * A) as f32))),
        s.mul_add(odd_b, s.splat((B * B * B) as f32), cubes),
    ]
}

/// `A z`: the transform of the gradients of four outputs.
#[inline(always)]
pub(super) fn gradient<S: Simd>(s: S, z: &[S::Vector; TILE]) -> [S::Vector; EDGE] {
    let even_a = s.mul_add(z[2], s.splat((A * A) as f32), z[0]);
    let odd_a = s.mul_add(z[3], s.splat((A * A * A) as f32), s.mul(z[1], s.splat(A as f32)));
    let even_b = s.mul_add(z[2], s.splat((B * B) as f32), z[0]);
    let odd_b = s.mul_add(z[3], s.splat((B * B * B) as f32), s.mul(z[1], s.splat(B as f32)));
    [z[0], s.add(even_a, odd_a), s.sub(even_a, odd_a), s.add(even_b, odd_b), s.sub(even_b, odd_b), z[3]]
}

/// `G g`: the weight transform, from three taps.
#[inline(always)]
pub(super) fn weights<S: Simd>(s: S, g: &[S::Vector; TAPS]) -> [S::Vector; EDGE] {
    let even_a = s.mul_add(g[2], s.splat(G[1][2]), s.mul(g[0], s.splat(G[1][0])));
    let even_b = s.mul_add(g[2], s.splat(G[3][2]), s.mul(g[0], s.splat(G[3][0])));
    let (odd_a, odd_b) = (s.mul(g[1], s.splat(G[1][1])), s.mul(g[1], s.splat(G[3][1])));
    [g[0], s.add(even_a, odd_a), s.sub(even_a, odd_a), s.add(even_b, odd_b), s.sub(even_b, odd_b), g[2]]
}

/// `G^T u`: the gradients of three taps, from six sums of products.
#[inline(always)]
pub(super) fn weight_gradient<S: Simd>(s: S, u: &[S::Vector; EDGE]) -> [S::Vector; TAPS] {
    let (even_a, odd_a) = (s.add(u[1], u[2]), s.sub(u[1], u[2]));
    let (even_b, odd_b) = (s.add(u[3], u[4]), s.sub(u[3], u[4]));
    let low = s.mul_add(even_a, s.splat(G[1][0]), u[0]);
    let high = s.mul_add(even_a, s.splat(G[1][2]), u[5]);
    [
        s.mul_add(even_b, s.splat(G[3][0]), low),
        s.mul_add(odd_b, s.splat(G[3][1]), s.mul(odd_a, s.splat(G[1][1]))),
        s.mul_add(even_b, s.splat(G[3][2]), high),
    ]
}
