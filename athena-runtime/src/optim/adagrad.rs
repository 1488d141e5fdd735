//! Adagrad.

use super::whole::{self, Bound};
use super::{Optimiser, argument, check_lengths};
use crate::error::Error;

/// Adagrad (Duchi et al. 2011), as `torch.optim.Adagrad`. Defaults: learning rate 0.01, no decay of the rate, no weight decay, an
/// accumulator that starts at 0, eps 1e-10.
///
/// With gradient `g` at step `t` (from 0): `s += g^2; p -= rate / (1 + t * rate_decay) * g / (sqrt(s) + eps)`.
///
/// ```
/// use athena::optim::{Adagrad, Optimiser};
///
/// fn main() -> Result<(), athena::Error> {
///     // A trainer takes it as it is: `Trainer::builder(network).optimiser(adagrad)`.
///     let mut adagrad = Adagrad::new()
///         .learning_rate(0.5)
///         .rate_decay(0.0)
///         .weight_decay(0.0)
///         .initial_accumulator(16.0)
///         .eps(1e-10);
///
///     let mut parameters = [1.0];
///     adagrad.prepare(1)?;
///     adagrad.step(adagrad.base_rate(), &mut parameters, &[3.0])?;
///     assert!((parameters[0] - 0.7).abs() < 1e-6); // 1 - 0.5 * 3 / sqrt(16 + 9)
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Adagrad {
    rate: f64,
    rate_decay: f64,
    weight_decay: f64,
    initial: f64,
    eps: f64,
    steps: u64,
    sum: Vec<f32>,
    /// An upper bound of the sums.
    bound: f64,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self::new()
    }
}

impl Adagrad {
    /// PyTorch's defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rate: 1e-2,
            rate_decay: 0.0,
            weight_decay: 0.0,
            initial: 0.0,
            eps: 1e-10,
            steps: 0,
            sum: Vec::new(),
            bound: 0.0,
        }
    }

    /// The base learning rate; 0 or more.
    #[doc(alias = "lr")]
    #[must_use]
    pub fn learning_rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// The decay of the rate per step; 0 or more (PyTorch's `lr_decay`).
    #[must_use]
    pub fn rate_decay(self, rate_decay: f64) -> Self {
        Self { rate_decay, ..self }
    }

    /// L2 penalty: this factor times the parameter is added to its gradient; 0 or more.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    /// The initial value of the sums of squares; 0 or more (PyTorch's `initial_accumulator_value`).
    #[must_use]
    pub fn initial_accumulator(self, initial: f64) -> Self {
        Self { initial, ..self }
    }

    /// A constant that is added to the root; above 0.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        Self { eps, ..self }
    }
}

impl Optimiser for Adagrad {
    fn base_rate(&self) -> f64 {
        self.rate
    }

    fn prepare(&mut self, len: usize) -> Result<(), Error> {
        argument::non_negative("Adagrad::learning_rate", self.rate)?;
        argument::non_negative("Adagrad::rate_decay", self.rate_decay)?;
        argument::non_negative("Adagrad::weight_decay", self.weight_decay)?;
        argument::non_negative("Adagrad::initial_accumulator", self.initial)?;
        argument::positive("Adagrad::eps", self.eps)?;
        self.steps = 0;
        self.sum = vec![self.initial as f32; len];
        self.bound = f64::from(self.initial as f32);
        Ok(())
    }

    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
        const NAME: &str = "Adagrad::step";
        check_lengths(NAME, self.sum.len(), parameters, gradients)?;
        let rate = (argument::rate(NAME, rate)? / (1.0 + self.steps as f64 * self.rate_decay)) as f32;
        let (penalty, eps) = (self.weight_decay as f32, self.eps as f32);
        let bound = |m: whole::Magnitudes| {
            let gradient = m.gradient + f64::from(penalty) * m.parameter;
            // The root is 0 or more.
            let step = gradient / f64::from(eps);
            let parameter = m.parameter + f64::from(rate) * step;
            Bound { parameter, state: [self.bound + gradient * gradient], between: step }
        };
        let buffers = (parameters, gradients, [&mut self.sum[..]]);
        let [bound] = whole::step(NAME, buffers, bound, &|p, g, [s]| update(p, g, s, rate, penalty, eps))?;
        self.bound = bound;
        self.steps += 1;
        Ok(())
    }
}

fn update(parameters: &mut [f32], gradients: &[f32], sum: &mut [f32], rate: f32, penalty: f32, eps: f32) {
    for ((p, g), s) in parameters.iter_mut().zip(gradients).zip(sum) {
        let g = g + penalty * *p;
        *s += g * g;
        *p -= rate * (g / (s.sqrt() + eps));
    }
}
