//! Pointwise functions and their derivatives, sixteen lanes at a time.
//!
//! The exponential and its kin, of which they are made, are in `math`.
//!
//! At corners, the derivatives are those of PyTorch: `relu'(0) = 0`, `leaky_relu'(0) = slope`,
//! `elu'(0) = alpha`, `hard_swish'(-3) = 0`, `hard_swish'(3) = 1`, `hard_sigmoid'(-3) = hard_sigmoid'(3) = 0`. NaN goes through every function.

use super::math::*;
use crate::isa::{Kernel, Simd};
use crate::kernels::rows::Lanes;
use crate::layout::LANES;
use crate::ops::Activation;

/// Applies the functions one after the other, in place, to one row. `lanes` lanes of its pixels are channels.
#[inline(always)]
pub(crate) fn forward_row<S: Simd>(s: S, activations: &[Activation], lanes: usize, y: &mut [Lanes]) {
    for &activation in activations {
        s.call(ForwardRow { activation, y });
    }
    // Some functions are not zero at zero, so the padding lanes are cleared.
    if lanes < LANES {
        for y in y {
            s.store(s.keep(s.load(y), lanes), y);
        }
    }
}

/// Multiplies `g` by the derivative of the composed functions at the arguments `x`; both have the same length. The
/// arguments of the later functions are recomputed for each of them: lists are short, and this needs only a
/// few pixels on the stack.
#[inline(always)]
pub(crate) fn backward_row<S: Simd>(s: S, activations: &[Activation], x: &[Lanes], g: &mut [Lanes]) {
    const PIXELS: usize = 16;
    for (x, g) in x.chunks(PIXELS).zip(g.chunks_mut(PIXELS)) {
        for (last, &activation) in activations.iter().enumerate().rev() {
            let mut argument = [[0.0; LANES]; PIXELS];
            let argument = &mut argument[..x.len()];
            argument.copy_from_slice(x);
            forward_row(s, &activations[..last], LANES, argument);
            s.call(BackwardRow { activation, x: argument, g });
        }
    }
}

/// A separate kernel, so that the code of all functions exists once per instruction set and not in every loop.
struct ForwardRow<'a> {
    activation: Activation,
    y: &'a mut [Lanes],
}

impl Kernel for ForwardRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for y in self.y {
            s.store(forward(s, self.activation, s.load(y)), y);
        }
    }
}

/// A separate kernel, like [`ForwardRow`].
struct BackwardRow<'a> {
    activation: Activation,
    x: &'a [Lanes],
    g: &'a mut [Lanes],
}

impl Kernel for BackwardRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (x, g) in self.x.iter().zip(self.g) {
            s.store(backward(s, self.activation, s.load(x), s.load(g)), g);
        }
    }
}

/// `activation` of each lane.
#[inline(always)]
fn forward<S: Simd>(s: S, activation: Activation, x: S::Vector) -> S::Vector {
    match activation {
        Activation::Relu => relu(s, x),
        Activation::Relu6 => clamp(s, x, 0.0, 6.0),
        Activation::LeakyRelu(slope) => s.select_gt(x, s.zero(), x, s.mul(s.splat(slope), x)),
        Activation::Sigmoid => sigmoid(s, x),
        Activation::Tanh => tanh(s, x),
        Activation::Silu => s.mul(x, sigmoid(s, x)),
        Activation::Gelu => s.mul(x, normal(s, x).0),
        Activation::Selu => {
            let negative = s.mul(s.splat(SELU_ALPHA), expm1_of_negative(s, x));
            s.mul(s.splat(SELU_SCALE), s.select_gt(x, s.zero(), x, negative))
        }
        Activation::Softplus => softplus(s, x),
        Activation::HardSwish => {
            let gate = clamp(s, s.add(x, s.splat(3.0)), 0.0, 6.0);
            s.mul(x, s.mul(gate, s.splat(1.0 / 6.0)))
        }
        Activation::Elu(alpha) => s.select_gt(x, s.zero(), x, s.mul(s.splat(alpha), expm1_of_negative(s, x))),
        Activation::Mish => s.mul(x, mish_gate(s, x).0),
        Activation::HardSigmoid => s.mul(clamp(s, s.add(x, s.splat(3.0)), 0.0, 6.0), s.splat(1.0 / 6.0)),
    }
}

/// `gradient * activation'(x)` of each lane, where `x` is the argument of the function.
#[inline(always)]
fn backward<S: Simd>(s: S, activation: Activation, x: S::Vector, gradient: S::Vector) -> S::Vector {
    let one = s.splat(1.0);
    match activation {
        // This is a select and not a product, because an infinite gradient times 0 would be NaN.
        Activation::Relu => relu_backward(s, x, gradient),
        Activation::Relu6 => s.select_gt(s.splat(6.0), x, relu_backward(s, x, gradient), s.zero()),
        Activation::LeakyRelu(slope) => s.select_gt(x, s.zero(), gradient, s.mul(s.splat(slope), gradient)),
        Activation::Sigmoid => {
            let y = sigmoid(s, x);
            s.mul(gradient, s.mul(y, s.sub(one, y)))
        }
        Activation::Tanh => {
            let y = tanh(s, x);
            s.mul(gradient, s.sub(one, s.mul(y, y)))
        }
        Activation::Silu => {
            let y = sigmoid(s, x);
            let slope = s.mul_add(x, s.sub(one, y), one);
            s.mul(gradient, s.mul(y, slope))
        }
        Activation::Gelu => {
            let (distribution, density) = normal(s, x);
            s.mul(gradient, s.mul_add(x, density, distribution))
        }
        Activation::Selu => {
            let negative = s.mul(s.splat(SELU_ALPHA), exp(s, s.min(s.zero(), x)));
            s.mul(gradient, s.mul(s.splat(SELU_SCALE), s.select_gt(x, s.zero(), one, negative)))
        }
        Activation::Softplus => s.mul(gradient, sigmoid(s, x)),
        Activation::HardSwish => {
            let slope = s.mul_add(x, s.splat(1.0 / 3.0), s.splat(0.5));
            let inside = s.select_gt(s.splat(3.0), x, s.mul(gradient, slope), gradient);
            s.select_gt(x, s.splat(-3.0), inside, s.zero())
        }
        Activation::Elu(alpha) => {
            let negative = s.mul(s.splat(alpha), exp(s, s.min(s.zero(), x)));
            s.mul(gradient, s.select_gt(x, s.zero(), one, negative))
        }
        Activation::Mish => {
            let (gate, slope) = mish_gate(s, x);
            s.mul(gradient, s.mul_add(s.min(s.splat(MISH_IS_IDENTITY), x), slope, gate))
        }
        Activation::HardSigmoid => {
            let inside = s.select_gt(s.splat(3.0), x, s.mul(gradient, s.splat(1.0 / 6.0)), s.zero());
            s.select_gt(x, s.splat(-3.0), inside, s.zero())
        }
    }
}

/// Klambauer et al. (2017), equation 2 with the constants of section 2: a fixed point of mean 0 and variance 1.
const SELU_SCALE: f32 = 1.050_701;
const SELU_ALPHA: f32 = 1.673_263_2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isa::Isa;

    const ALL: [Activation; 14] = [
        Activation::Relu,
        Activation::Relu6,
        Activation::LeakyRelu(0.01),
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Silu,
        Activation::Gelu,
        Activation::Selu,
        Activation::Softplus,
        Activation::HardSwish,
        Activation::Elu(1.0),
        Activation::Elu(0.3),
        Activation::Mish,
        Activation::HardSigmoid,
    ];

    enum What {
        Value(Activation),
        Derivative(Activation),
        Exp,
    }

    struct At(What, f32);

    impl Kernel for At {
        type Output = f32;

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> f32 {
            let x = s.splat(self.1);
            let y = match self.0 {
                What::Value(activation) => forward(s, activation, x),
                What::Derivative(activation) => backward(s, activation, x, s.splat(1.0)),
                What::Exp => exp(s, x),
            };
            s.to_array(y)[LANES - 1]
        }
    }

    fn value(isa: Isa, activation: Activation, x: f32) -> f32 {
        isa.call(At(What::Value(activation), x))
    }

    fn derivative(isa: Isa, activation: Activation, x: f32) -> f32 {
        isa.call(At(What::Derivative(activation), x))
    }

    /// Lower tail of the normal distribution by Simpson's rule over [x, x - 12]; independent of the polynomial above.
    fn phi(x: f64) -> f64 {
        let density = |t: f64| (-0.5 * t * t).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if x > 0.0 {
            return 1.0 - phi(-x);
        }
        let steps = 4000i32;
        let h = 12.0 / f64::from(steps);
        let at = |i: i32| density(x - 12.0 + h * f64::from(i));
        let inner: f64 = (1..steps).map(|i: i32| at(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
        h / 3.0 * (at(0) + inner + at(steps))
    }

    fn reference(activation: Activation, x: f64) -> f64 {
        let sigmoid = 1.0 / (1.0 + (-x).exp());
        match activation {
            Activation::Relu => x.max(0.0),
            Activation::Relu6 => x.clamp(0.0, 6.0),
            Activation::LeakyRelu(slope) => x.max(0.0) + f64::from(slope) * x.min(0.0),
            Activation::Sigmoid => sigmoid,
            Activation::Tanh => x.tanh(),
            Activation::Silu => x * sigmoid,
            Activation::Gelu => x * phi(x),
            Activation::Selu => {
                let (scale, alpha) = (1.050_700_987_355_480_5_f64, 1.673_263_242_354_377_2_f64);
                if x > 0.0 { scale * x } else { scale * alpha * x.exp_m1() }
            }
            Activation::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
            Activation::HardSwish => x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
            Activation::Elu(alpha) => {
                if x > 0.0 {
                    x
                } else {
                    f64::from(alpha) * x.exp_m1()
                }
            }
            Activation::Mish => x * (x.max(0.0) + (-x.abs()).exp().ln_1p()).tanh(),
            Activation::HardSigmoid => (x + 3.0).clamp(0.0, 6.0) / 6.0,
        }
    }

    fn grid() -> impl Iterator<Item = f32> {
        (-2400i16..=2400)
            .map(|i| f32::from(i) * 0.005_037)
            .chain((-40i16..=40).map(|i| 10f32.powi(i32::from(i.abs() / -4)) * f32::from(i)))
    }

    #[test]
    fn values_agree_with_f64() {
        for isa in Isa::available() {
            for activation in ALL {
                for x in grid() {
                    let (y, expected) = (f64::from(value(isa, activation, x)), reference(activation, f64::from(x)));
                    let error = (y - expected).abs() / expected.abs().max(1e-10);
                    assert!(error < 2e-6, "{}: {activation:?}({x}) = {y}, expected {expected}", isa.name());
                }
            }
        }
    }

    #[test]
    fn exp_agrees_with_f64_over_its_whole_range() {
        for isa in Isa::available() {
            for i in -104_000..89_000 {
                let x = i as f32 * 1e-3;
                let (y, expected) = (f64::from(isa.call(At(What::Exp, x))), f64::from(x).exp());
                if expected > f64::from(f32::MAX) {
                    assert!(y.is_infinite());
                } else {
                    // Subnormals have an absolute error of about a step.
                    let allowed = 2e-7 * expected + 1.5e-45;
                    assert!((y - expected).abs() < allowed, "{}: exp({x}) = {y}, expected {expected}", isa.name());
                }
            }
        }
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        for isa in Isa::available() {
            for activation in ALL {
                for x in grid().filter(|x| [-3.0, 0.0, 3.0, 6.0].iter().all(|corner| (x - corner).abs() > 1e-2)) {
                    let (at, h) = (f64::from(x), 1e-4);
                    let expected = (reference(activation, at + h) - reference(activation, at - h)) / (2.0 * h);
                    let d = f64::from(derivative(isa, activation, x));
                    let name = isa.name();
                    assert!((d - expected).abs() < 2e-6, "{name}: {activation:?}'({x}) = {d}, expected {expected}");
                }
            }
        }
    }

    /// PyTorch 2.15's derivatives where the function has a corner.
    #[test]
    fn corners_are_those_of_pytorch() {
        for isa in Isa::available() {
            assert_eq!(derivative(isa, Activation::Relu, 0.0), 0.0);
            assert_eq!(derivative(isa, Activation::Relu6, 0.0), 0.0);
            assert_eq!(derivative(isa, Activation::Relu6, 6.0), 0.0);
            assert_eq!(derivative(isa, Activation::LeakyRelu(0.01), 0.0), 0.01);
            assert_eq!(derivative(isa, Activation::Selu, 0.0), 1.758_099_3);
            assert_eq!(derivative(isa, Activation::HardSwish, -3.0), 0.0);
            assert_eq!(derivative(isa, Activation::HardSwish, 3.0), 1.0);
            assert_eq!(derivative(isa, Activation::Elu(0.3), 0.0), 0.3);
            assert_eq!(derivative(isa, Activation::HardSigmoid, -3.0), 0.0);
            assert_eq!(derivative(isa, Activation::HardSigmoid, 3.0), 0.0);
        }
    }

    #[test]
    fn far_arguments_give_limits_and_nan_stays_nan() {
        for isa in Isa::available() {
            for activation in ALL {
                let (low, high) = match activation {
                    Activation::Sigmoid | Activation::HardSigmoid => (0.0, 1.0),
                    Activation::Elu(alpha) => (-alpha, 1000.0),
                    Activation::Relu6 => (0.0, 6.0),
                    Activation::Tanh => (-1.0, 1.0),
                    Activation::Selu => (-1.758_099_3, 1050.701),
                    Activation::LeakyRelu(_) => (-10.0, 1000.0),
                    _ => (0.0, 1000.0),
                };
                assert!((value(isa, activation, -1000.0) - low).abs() < 1e-6, "{activation:?}");
                assert!((value(isa, activation, 1000.0) - high).abs() < 1e-3, "{activation:?}");
                for x in [-1e30, -1000.0, -100.0, -89.0, 89.0, 100.0, 1000.0, 1e30] {
                    assert!(value(isa, activation, x).is_finite(), "{activation:?}({x})");
                    assert!(derivative(isa, activation, x).is_finite(), "{activation:?}'({x})");
                }
                assert!(value(isa, activation, f32::NAN).is_nan(), "{activation:?}");
            }
        }
    }
}
