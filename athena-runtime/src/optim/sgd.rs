//! Stochastic gradient descent.

use super::whole::{self, Bound};
use super::{Optimiser, argument, check_lengths};
use crate::error::Error;

/// Stochastic gradient descent with momentum, as `torch.optim.SGD`. Defaults: learning rate 0.001, no momentum, no weight decay.
///
/// With gradient `g` and parameter `p`: `g += weight_decay * p`; the buffer becomes `b = momentum * b + (1 - dampening) * g`
/// (the first step sets `b = g`); `p -= rate * b`, or with Nesterov's momentum `p -= rate * (g + momentum * b)`.
///
/// ```
/// use athena::optim::{Optimiser, Sgd};
///
/// fn main() -> Result<(), athena::Error> {
///     // A trainer takes it as it is: `Trainer::builder(network).optimiser(usual)`.
///     let usual = Sgd::new().learning_rate(0.1).momentum(0.9).nesterov(true).weight_decay(5e-4);
///     assert_eq!(usual.base_rate(), 0.1);
///
///     // Step by step, by hand.
///     let mut sgd = Sgd::new().learning_rate(0.125).momentum(0.5).dampening(0.0);
///     let mut parameters = [1.0];
///     sgd.prepare(1)?;
///     sgd.step(0.125, &mut parameters, &[2.0])?;
///     assert_eq!(parameters, [0.75]); // 1 - 0.125 * 2
///     sgd.step(0.125, &mut parameters, &[2.0])?;
///     assert_eq!(parameters, [0.375]); // 0.75 - 0.125 * (0.5 * 2 + 2)
///     Ok(())
/// }
/// ```
#[doc(alias("SGD", "momentum", "optim.SGD", "optimizers.SGD"))]
#[derive(Clone, Debug)]
pub struct Sgd {
    rate: f64,
    momentum: f64,
    dampening: f64,
    weight_decay: f64,
    nesterov: bool,
    len: usize,
    started: bool,
    buffer: Vec<f32>,
    /// An upper bound of the values in the buffer.
    bound: f64,
}

impl Default for Sgd {
    fn default() -> Self {
        Self::new()
    }
}

impl Sgd {
    /// PyTorch's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            rate: 1e-3,
            momentum: 0.0,
            dampening: 0.0,
            weight_decay: 0.0,
            nesterov: false,
            len: 0,
            started: false,
            buffer: Vec::new(),
            bound: 0.0,
        }
    }

    /// The base learning rate; 0 or more.
    #[doc(alias = "lr")]
    #[must_use]
    pub fn learning_rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// The momentum: the factor of the previous step; 0 or more, usually 0.9.
    #[must_use]
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// The dampening: each new gradient enters the momentum times `1 - dampening`; 0 or more.
    #[must_use]
    pub fn dampening(self, dampening: f64) -> Self {
        Self { dampening, ..self }
    }

    /// Whether to use Nesterov's momentum (Sutskever et al. 2013). It needs momentum and no dampening.
    #[must_use]
    pub fn nesterov(self, nesterov: bool) -> Self {
        Self { nesterov, ..self }
    }

    /// L2 penalty: this factor times the parameter is added to its gradient; 0 or more.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    fn check(&self) -> Result<(), Error> {
        argument::non_negative("Sgd::learning_rate", self.rate)?;
        argument::non_negative("Sgd::momentum", self.momentum)?;
        argument::non_negative("Sgd::dampening", self.dampening)?;
        argument::non_negative("Sgd::weight_decay", self.weight_decay)?;
        if self.nesterov && (self.momentum == 0.0 || self.dampening != 0.0) {
            let found = format!("momentum {} and dampening {}", self.momentum, self.dampening);
            return Err(argument::error("Sgd::nesterov", "a momentum above 0 and no dampening", found));
        }
        Ok(())
    }
}

impl Optimiser for Sgd {
    fn base_rate(&self) -> f64 {
        self.rate
    }

    fn prepare(&mut self, len: usize) -> Result<(), Error> {
        self.check()?;
        self.len = len;
        self.started = false;
        self.bound = 0.0;
        self.buffer = if self.momentum == 0.0 { Vec::new() } else { vec![0.0; len] };
        Ok(())
    }

    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
        const NAME: &str = "Sgd::step";
        check_lengths(NAME, self.len, parameters, gradients)?;
        let (rate, decay) = (argument::rate(NAME, rate)? as f32, self.weight_decay as f32);
        let (r, d) = (f64::from(rate), f64::from(decay));
        if self.momentum == 0.0 {
            let bound = |m: whole::Magnitudes| {
                let step = m.gradient + d * m.parameter;
                Bound { parameter: m.parameter + r * step, state: [], between: step }
            };
            whole::step(NAME, (parameters, gradients, []), bound, &|p, g, []| plain(p, g, rate, decay))?;
            return Ok(());
        }
        let momentum = self.momentum as f32;
        // The first gradient is not dampened.
        let fresh = if self.started { (1.0 - self.dampening) as f32 } else { 1.0 };
        let nesterov = self.nesterov;
        let (carried, weight) = (f64::from(momentum), f64::from(fresh).abs());
        let bound = |m: whole::Magnitudes| {
            let step = m.gradient + d * m.parameter;
            let buffer = carried * self.bound + weight * step;
            let moved = if nesterov { step + carried * buffer } else { buffer };
            Bound { parameter: m.parameter + r * moved, state: [buffer], between: step.max(moved) }
        };
        let buffers = (parameters, gradients, [&mut self.buffer[..]]);
        let [bound] = if nesterov {
            whole::step(NAME, buffers, bound, &|p, g, [b]| look_ahead(p, g, b, rate, decay, momentum))?
        } else {
            whole::step(NAME, buffers, bound, &|p, g, [b]| heavy_ball(p, g, b, rate, decay, momentum, fresh))?
        };
        self.bound = bound;
        self.started = true;
        Ok(())
    }
}

fn plain(parameters: &mut [f32], gradients: &[f32], rate: f32, decay: f32) {
    for (p, g) in parameters.iter_mut().zip(gradients) {
        *p -= rate * (g + decay * *p);
    }
}

fn heavy_ball(
    parameters: &mut [f32],
    gradients: &[f32],
    buffer: &mut [f32],
    rate: f32,
    decay: f32,
    momentum: f32,
    fresh: f32,
) {
    for ((p, g), b) in parameters.iter_mut().zip(gradients).zip(buffer) {
        *b = momentum * *b + fresh * (g + decay * *p);
        *p -= rate * *b;
    }
}

fn look_ahead(parameters: &mut [f32], gradients: &[f32], buffer: &mut [f32], rate: f32, decay: f32, momentum: f32) {
    for ((p, g), b) in parameters.iter_mut().zip(gradients).zip(buffer) {
        let g = g + decay * *p;
        *b = momentum * *b + g;
        *p -= rate * (g + momentum * *b);
    }
}
