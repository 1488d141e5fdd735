//! RMSprop.

use super::whole::{self, Bound};
use super::{Optimiser, argument, check_lengths};
use crate::error::Error;

/// RMSprop (Hinton 2012, lecture 6e), as `torch.optim.RMSprop`. Defaults: learning rate 0.01, alpha 0.99, eps 1e-8, no weight decay, no
/// momentum, not centred.
///
/// With gradient `g`: `s = alpha * s + (1 - alpha) * g^2`; `d = g / (sqrt(s) + eps)`; `p -= rate * d`. With momentum: `b =
/// momentum * b + d; p -= rate * b`. If it is centred, `d` has `s - m^2` in the place of `s`, where `m` is the running mean of
/// `g`.
///
/// ```
/// use athena::optim::{Optimiser, RmsProp};
///
/// fn main() -> Result<(), athena::Error> {
///     // A trainer takes it as it is: `Trainer::builder(network).optimiser(usual)`.
///     let usual = RmsProp::new().learning_rate(0.01).alpha(0.9).momentum(0.9).centered(true).weight_decay(1e-5);
///     assert_eq!(usual.base_rate(), 0.01);
///
///     let mut plain = RmsProp::new().learning_rate(0.25).alpha(0.75).eps(1e-8);
///     let mut parameters = [1.0];
///     plain.prepare(1)?;
///     plain.step(plain.base_rate(), &mut parameters, &[3.0])?;
///     assert!((parameters[0] - 0.5).abs() < 1e-6); // 1 - 0.25 * 3 / sqrt(0.25 * 9)
///     Ok(())
/// }
/// ```
#[doc(alias("RMSprop", "RMSProp"))]
#[derive(Clone, Debug)]
pub struct RmsProp {
    rate: f64,
    alpha: f64,
    eps: f64,
    weight_decay: f64,
    momentum: f64,
    centered: bool,
    square: Vec<f32>,
    mean: Vec<f32>,
    buffer: Vec<f32>,
    /// Upper bounds of `square`, `mean` and `buffer`.
    bounds: [f64; 3],
}

/// The scalars of one step, rounded to f32.
#[derive(Clone, Copy)]
struct Scalars {
    penalty: f32,
    alpha: f32,
    fresh: f32,
    eps: f32,
    momentum: f32,
    rate: f32,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self::new()
    }
}

impl RmsProp {
    /// PyTorch's defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rate: 1e-2,
            alpha: 0.99,
            eps: 1e-8,
            weight_decay: 0.0,
            momentum: 0.0,
            centered: false,
            square: Vec::new(),
            mean: Vec::new(),
            buffer: Vec::new(),
            bounds: [0.0; 3],
        }
    }

    /// The base learning rate; 0 or more.
    #[doc(alias = "lr")]
    #[must_use]
    pub fn learning_rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// The decay rate of the running mean of squares; at least 0 and below 1.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// A constant that is added to the root; above 0.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        Self { eps, ..self }
    }

    /// L2 penalty: this factor times the parameter is added to its gradient; 0 or more.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    /// The momentum: the factor of the previous step; 0 or more.
    #[must_use]
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// Whether to divide by the running standard deviation, and not by the root of the mean of squares.
    #[must_use]
    pub fn centered(self, centered: bool) -> Self {
        Self { centered, ..self }
    }

    fn check(&self) -> Result<(), Error> {
        argument::non_negative("RmsProp::learning_rate", self.rate)?;
        argument::fraction("RmsProp::alpha", self.alpha)?;
        argument::positive("RmsProp::eps", self.eps)?;
        argument::non_negative("RmsProp::weight_decay", self.weight_decay)?;
        argument::non_negative("RmsProp::momentum", self.momentum)
    }

    fn scalars(&self, rate: f64) -> Scalars {
        Scalars {
            penalty: self.weight_decay as f32,
            alpha: self.alpha as f32,
            fresh: (1.0 - self.alpha) as f32,
            eps: self.eps as f32,
            momentum: self.momentum as f32,
            rate: rate as f32,
        }
    }
}

impl Optimiser for RmsProp {
    fn base_rate(&self) -> f64 {
        self.rate
    }

    fn prepare(&mut self, len: usize) -> Result<(), Error> {
        self.check()?;
        self.square = vec![0.0; len];
        self.bounds = [0.0; 3];
        self.mean = if self.centered { vec![0.0; len] } else { Vec::new() };
        self.buffer = if self.momentum > 0.0 { vec![0.0; len] } else { Vec::new() };
        Ok(())
    }

    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
        const NAME: &str = "RmsProp::step";
        check_lengths(NAME, self.square.len(), parameters, gradients)?;
        let s = self.scalars(argument::rate(NAME, rate)?);
        let bounds = self.bounds;
        let with_buffer = self.momentum > 0.0;
        let bound = |m: whole::Magnitudes| s.bound(m, bounds, with_buffer);
        let (square, mean, buffer) = (&mut self.square[..], &mut self.mean[..], &mut self.buffer[..]);
        let [q, m, b] = &mut self.bounds;
        match (self.centered, with_buffer) {
            (false, false) => {
                let bound = |magnitudes| bound(magnitudes).of(|[q, _, _]| [q]);
                let rule = |p: &mut [f32], g: &[f32], [q]: [&mut [f32]; 1]| plain(p, g, q, s);
                [*q] = whole::step(NAME, (parameters, gradients, [square]), bound, &rule)?;
            }
            (false, true) => {
                let bound = |magnitudes| bound(magnitudes).of(|[q, _, b]| [q, b]);
                let rule = |p: &mut [f32], g: &[f32], [q, b]: [&mut [f32]; 2]| with_momentum(p, g, q, b, s);
                [*q, *b] = whole::step(NAME, (parameters, gradients, [square, buffer]), bound, &rule)?;
            }
            (true, false) => {
                let bound = |magnitudes| bound(magnitudes).of(|[q, m, _]| [q, m]);
                let rule = |p: &mut [f32], g: &[f32], [q, m]: [&mut [f32]; 2]| centered(p, g, q, m, s);
                [*q, *m] = whole::step(NAME, (parameters, gradients, [square, mean]), bound, &rule)?;
            }
            (true, true) => {
                let rule =
                    |p: &mut [f32], g: &[f32], [q, m, b]: [&mut [f32]; 3]| centered_with_momentum(p, g, q, m, b, s);
                [*q, *m, *b] = whole::step(NAME, (parameters, gradients, [square, mean, buffer]), bound, &rule)?;
            }
        }
        Ok(())
    }
}

impl Scalars {
    /// Upper bounds of what the rules below write, if the state is at most `square`, `mean` and `buffer`.
    fn bound(self, magnitudes: whole::Magnitudes, [square, mean, buffer]: [f64; 3], with_buffer: bool) -> Bound<3> {
        let [penalty, alpha, fresh, eps, momentum, rate] =
            [self.penalty, self.alpha, self.fresh, self.eps, self.momentum, self.rate].map(f64::from);
        let gradient = magnitudes.gradient + penalty * magnitudes.parameter;
        let change = gradient + mean;
        let (square, mean) = (alpha * square + fresh * gradient * gradient, mean + fresh * change);
        // The root is 0 or more.
        let step = gradient / eps;
        let buffer = if with_buffer { momentum * buffer + step } else { step };
        Bound {
            parameter: magnitudes.parameter + rate * buffer,
            state: [square, mean, buffer],
            between: change.max(step).max(mean * mean),
        }
    }
}

/// Updates the running mean of squares with a gradient.
#[inline(always)]
fn squared(q: f32, g: f32, s: Scalars) -> f32 {
    s.alpha * q + s.fresh * g * g
}

/// The gradient divided by the running standard deviation. Rounding may make the variance slightly negative.
#[inline(always)]
fn centred(g: f32, q: f32, m: f32, s: Scalars) -> f32 {
    g / ((q - m * m).max(0.0).sqrt() + s.eps)
}

fn plain(parameters: &mut [f32], gradients: &[f32], square: &mut [f32], s: Scalars) {
    for ((p, g), q) in parameters.iter_mut().zip(gradients).zip(square) {
        let g = g + s.penalty * *p;
        *q = squared(*q, g, s);
        *p -= s.rate * (g / (q.sqrt() + s.eps));
    }
}

fn with_momentum(parameters: &mut [f32], gradients: &[f32], square: &mut [f32], buffer: &mut [f32], s: Scalars) {
    for (((p, g), q), b) in parameters.iter_mut().zip(gradients).zip(square).zip(buffer) {
        let g = g + s.penalty * *p;
        *q = squared(*q, g, s);
        *b = s.momentum * *b + g / (q.sqrt() + s.eps);
        *p -= s.rate * *b;
    }
}

fn centered(parameters: &mut [f32], gradients: &[f32], square: &mut [f32], mean: &mut [f32], s: Scalars) {
    for (((p, g), q), m) in parameters.iter_mut().zip(gradients).zip(square).zip(mean) {
        let g = g + s.penalty * *p;
        *q = squared(*q, g, s);
        *m += s.fresh * (g - *m);
        *p -= s.rate * centred(g, *q, *m, s);
    }
}

fn centered_with_momentum(
    parameters: &mut [f32],
    gradients: &[f32],
    square: &mut [f32],
    mean: &mut [f32],
    buffer: &mut [f32],
    s: Scalars,
) {
    for ((((p, g), q), m), b) in parameters.iter_mut().zip(gradients).zip(square).zip(mean).zip(buffer) {
        let g = g + s.penalty * *p;
        *q = squared(*q, g, s);
        *m += s.fresh * (g - *m);
        *b = s.momentum * *b + centred(g, *q, *m, s);
        *p -= s.rate * *b;
    }
}
