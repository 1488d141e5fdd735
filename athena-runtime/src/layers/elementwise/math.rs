//! Functions that activations are made of: the exponential and its kin, sixteen lanes at a time.
//!
//! There are no branches on values, only selects, since all lanes run the same instructions. The polynomials were fitted for this file (least
//! squares driven to equal ripple). The stated errors are those of the rounded coefficients against f64.

use crate::isa::Simd;

/// max(x, 0); NaN stays NaN.
#[inline(always)]
#[must_use]
pub fn relu<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    s.max(s.zero(), x)
}

/// The gradient where `x` is positive, else zero.
#[inline(always)]
#[must_use]
pub fn relu_backward<S: Simd>(s: S, x: S::Vector, gradient: S::Vector) -> S::Vector {
    s.select_gt(x, s.zero(), gradient, s.zero())
}

/// 1 / (1 + exp(-x))
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    let one = s.splat(1.0);
    s.div(one, s.add(one, exp(s, s.sub(s.zero(), x))))
}

/// ln(1 + exp x) as max(x, 0) + ln(1 + exp(-|x|)), which neither overflows nor cancels.
#[inline(always)]
pub(super) fn softplus<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    // ln(1 + u) = 2 artanh(u / (2 + u)); the argument is at most 1/3, where nine terms of the series leave 1e-9.
    const SERIES: [f32; 9] =
        [2.0, 2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0];
    let u = exp(s, s.sub(s.zero(), abs(s, x)));
    let ratio = s.div(u, s.add(u, s.splat(2.0)));
    s.mul_add(ratio, horner(s, s.mul(ratio, ratio), &SERIES), relu(s, x))
}

/// Beyond it `mish` is the identity, rounded to f32.
pub(super) const MISH_IS_IDENTITY: f32 = 20.0;

/// tanh(ln(1 + exp x)) and its derivative: with `u = exp x` and `n = u (u + 2)` they are `n / (n + 2)` and `4 u (u + 1) / (n + 2)^2`, in which
/// nothing cancels.
#[inline(always)]
pub(super) fn mish_gate<S: Simd>(s: S, x: S::Vector) -> (S::Vector, S::Vector) {
    let u = exp(s, s.min(s.splat(MISH_IS_IDENTITY), x));
    let n = s.mul(u, s.add(u, s.splat(2.0)));
    let below = s.div(s.splat(1.0), s.add(n, s.splat(2.0)));
    let slope = s.mul(s.mul(s.splat(4.0), u), s.mul(s.add(u, s.splat(1.0)), s.mul(below, below)));
    (s.mul(n, below), slope)
}

/// Relative error 2e-7: an odd polynomial around zero, where 1 - 2 / (exp(2 |x|) + 1) would cancel.
#[inline(always)]
pub(super) fn tanh<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    const NEAR: [f32; 5] = [-0.333_333_28, 0.133_327_95, -0.053_854_07, 0.021_010_08, -0.006_113_190_7];
    let size = abs(s, x);
    let square = s.mul(x, x);
    let near = s.mul_add(s.mul(x, square), horner(s, square, &NEAR), x);
    let one = s.splat(1.0);
    let far = s.sub(one, s.div(s.splat(2.0), s.add(exp(s, s.add(size, size)), one)));
    let far = s.select_gt(x, s.zero(), far, s.sub(s.zero(), far));
    s.select_gt(size, s.splat(0.625), far, near)
}

/// Distribution and density of the standard normal at `x`; relative error 2e-6 where they are above 1e-10.
#[inline(always)]
pub(super) fn normal<S: Simd>(s: S, x: S::Vector) -> (S::Vector, S::Vector) {
    const ONE_OVER_SQRT_TAU: f32 = 0.398_942_3;
    // The upper tail is exp(-x^2 / 2) times a slowly varying function, t times a polynomial in t = 1 / (1 + 0.3 |x|), to 1.1e-7.
    const TAIL: [f32; 10] = [
        0.119_682_7,
        0.119_679_86,
        0.109_014_96,
        0.085_890_4,
        0.068_525_16,
        -0.015_913_764,
        0.100_203_82,
        -0.147_840_74,
        0.073_254_935,
        -0.012_497_275,
    ];
    let one = s.splat(1.0);
    let bell = exp(s, s.mul(s.mul(s.splat(-0.5), x), x));
    let t = s.div(one, s.mul_add(abs(s, x), s.splat(0.3), one));
    let tail = s.mul(s.mul(bell, t), horner(s, t, &TAIL));
    (s.select_gt(x, s.zero(), s.sub(one, tail), tail), s.mul(s.splat(ONE_OVER_SQRT_TAU), bell))
}

/// exp x, relative error 2e-7; infinity above 88.7, zero below -104, subnormals between.
#[inline(always)]
#[must_use]
pub(crate) fn exp<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    let (exponent, rest) = reduce(s, clamp(s, x, -104.0, 89.0));
    // Two factors, since a single power of two would leave the range of f32 before its product with the rest does.
    let half = s.round(s.mul(exponent, s.splat(0.5)));
    s.mul(s.mul(s.add(rest, s.splat(1.0)), s.pow2(half)), s.pow2(s.sub(exponent, half)))
}

/// exp(x) - 1 for `x` at most 0 (anything above counts as 0), with a small relative error near zero.
#[inline(always)]
pub(super) fn expm1_of_negative<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    let (exponent, rest) = reduce(s, clamp(s, x, -87.0, 0.0));
    let power = s.pow2(exponent);
    s.mul_add(power, rest, s.sub(power, s.splat(1.0)))
}

/// `(n, exp(r) - 1)` with `x = n ln 2 + r` and `|r| <= ln(2) / 2`.
#[inline(always)]
pub(super) fn reduce<S: Simd>(s: S, x: S::Vector) -> (S::Vector, S::Vector) {
    // ln 2 in two parts; the first has nine bits, so that its products with n are exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const SECOND_ORDER: [f32; 5] = [0.5, 0.166_665_73, 0.041_666_362, 0.008_363_776, 0.001_394_216];
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    let r = s.mul_add(n, s.splat(-LN_2_LOW), s.mul_add(n, s.splat(-LN_2_HIGH), x));
    (n, s.mul_add(s.mul(r, r), horner(s, r, &SECOND_ORDER), r))
}

/// `c[0] + c[1] x + c[2] x^2 + ...`
#[inline(always)]
pub(super) fn horner<S: Simd, const N: usize>(s: S, x: S::Vector, coefficients: &[f32; N]) -> S::Vector {
    let mut sum = s.splat(coefficients[N - 1]);
    for i in (0..N - 1).rev() {
        sum = s.mul_add(sum, x, s.splat(coefficients[i]));
    }
    sum
}

#[inline(always)]
pub(super) fn abs<S: Simd>(s: S, x: S::Vector) -> S::Vector {
    s.max(s.sub(s.zero(), x), x)
}

/// Keeps NaN, because `min` and `max` return their second operand for it.
#[inline(always)]
pub(super) fn clamp<S: Simd>(s: S, x: S::Vector, low: f32, high: f32) -> S::Vector {
    s.max(s.splat(low), s.min(s.splat(high), x))
}
