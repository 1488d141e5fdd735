//! Adam and AdamW.

use super::whole::{self, Bound};
use super::{Optimiser, argument, check_lengths};
use crate::error::Error;

/// The place where weight decay is applied: the only difference between Adam and AdamW.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decay {
    /// Weight decay is added to the gradient, so it enters the moments.
    Gradient,
    /// Weight decay is subtracted from the parameter directly.
    Parameter,
}

/// The state that Adam and AdamW share.
#[derive(Clone, Debug)]
struct Moments {
    rate: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    decay: Decay,
    steps: u64,
    first: Vec<f32>,
    second: Vec<f32>,
    /// Upper bounds of the first and of the second moments.
    bounds: [f64; 2],
}

/// The scalars of one step, rounded to f32.
#[derive(Clone, Copy)]
struct Scalars {
    shrink: f32,
    penalty: f32,
    blend: f32,
    beta: f32,
    fresh: f32,
    rate: f32,
    correction: f32,
    eps: f32,
}

impl Moments {
    const fn new(weight_decay: f64, decay: Decay) -> Self {
        Self {
            rate: 1e-3,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay,
            decay,
            steps: 0,
            first: Vec::new(),
            second: Vec::new(),
            bounds: [0.0; 2],
        }
    }

    fn prepare(&mut self, names: [&'static str; 4], len: usize) -> Result<(), Error> {
        argument::non_negative(names[0], self.rate)?;
        argument::fraction(names[1], self.betas[0])?;
        argument::fraction(names[1], self.betas[1])?;
        argument::positive(names[2], self.eps)?;
        argument::non_negative(names[3], self.weight_decay)?;
        if self.decay == Decay::Parameter {
            // The factor by which a step reduces each parameter.
            argument::non_negative(names[3], self.rate * self.weight_decay)?;
        }
        self.steps = 0;
        self.first = vec![0.0; len];
        self.second = vec![0.0; len];
        self.bounds = [0.0; 2];
        Ok(())
    }

    /// The scalars of step `step`, from 1.
    fn scalars(&self, rate: f64, step: u64) -> Scalars {
        let t = step as f64;
        let [beta1, beta2] = self.betas;
        let (shrink, penalty) = match self.decay {
            Decay::Gradient => (1.0, self.weight_decay),
            Decay::Parameter => (1.0 - rate * self.weight_decay, 0.0),
        };
        Scalars {
            shrink: shrink as f32,
            penalty: penalty as f32,
            blend: (1.0 - beta1) as f32,
            beta: beta2 as f32,
            fresh: (1.0 - beta2) as f32,
            rate: (rate / (1.0 - beta1.powf(t))) as f32,
            correction: (1.0 - beta2.powf(t)).sqrt() as f32,
            eps: self.eps as f32,
        }
    }

    fn step(&mut self, name: &'static str, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
        check_lengths(name, self.first.len(), parameters, gradients)?;
        let scalars = self.scalars(argument::rate(name, rate)?, self.steps + 1);
        let bounds = self.bounds;
        let bound = |magnitudes| scalars.bound(magnitudes, bounds);
        let buffers = (parameters, gradients, [&mut self.first[..], &mut self.second[..]]);
        self.bounds = whole::step(name, buffers, bound, &|p, g, [m, v]| update(p, g, m, v, scalars))?;
        self.steps += 1;
        Ok(())
    }
}

impl Scalars {
    /// Upper bounds of what [`update`] writes, if the moments are at most `first` and `second`.
    fn bound(self, magnitudes: whole::Magnitudes, [first, second]: [f64; 2]) -> Bound<2> {
        let [shrink, penalty, blend, beta, fresh, rate, eps] =
            [self.shrink.abs(), self.penalty, self.blend, self.beta, self.fresh, self.rate, self.eps].map(f64::from);
        let parameter = shrink * magnitudes.parameter;
        let gradient = magnitudes.gradient + penalty * parameter;
        let change = gradient + first;
        let (first, second) = (first + blend * change, beta * second + fresh * gradient * gradient);
        // The corrected root is 0 or more.
        let step = first / eps;
        Bound { parameter: parameter + rate * step, state: [first, second], between: change.max(step) }
    }
}

fn update(parameters: &mut [f32], gradients: &[f32], first: &mut [f32], second: &mut [f32], s: Scalars) {
    for (((p, g), m), v) in parameters.iter_mut().zip(gradients).zip(first).zip(second) {
        *p *= s.shrink;
        let g = g + s.penalty * *p;
        *m += s.blend * (g - *m);
        *v = s.beta * *v + s.fresh * g * g;
        *p -= s.rate * (*m / (v.sqrt() / s.correction + s.eps));
    }
}

/// Defines an optimiser. The methods of Adam and AdamW are the same.
macro_rules! adam {
    ($name:ident, $text:literal, $weight_decay:literal, $decay:expr, $decay_text:literal) => {
        #[doc = $text]
        ///
        /// With gradient `g`, parameter `p` and step `t` (from 1): `m = beta1 * m + (1 - beta1) * g`; `v = beta2 * v + (1 - beta2) * g^2`;
        /// `p -= rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)`.
        ///
        /// ```
        #[doc = concat!("use athena::optim::{", stringify!($name), ", Optimiser};")]
        ///
        /// fn main() -> Result<(), athena::Error> {
        ///     // A trainer takes it as it is: `Trainer::builder(network).optimiser(adam)`.
        #[doc = concat!("    let mut adam = ", stringify!($name), "::new().learning_rate(0.25).betas(0.9, 0.999).eps(1e-8).weight_decay(0.0);")]
        ///
        ///     // The first step is the rate against the gradient's sign, whatever its size.
        ///     let mut parameters = [1.0, 1.0];
        ///     adam.prepare(2)?;
        ///     adam.step(adam.base_rate(), &mut parameters, &[3.0, -0.5])?;
        ///     assert!((parameters[0] - 0.75).abs() < 1e-6 && (parameters[1] - 1.25).abs() < 1e-6);
        ///     Ok(())
        /// }
        /// ```
        #[derive(Clone, Debug)]
        pub struct $name(Moments);

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl $name {
            /// PyTorch's defaults.
            #[must_use]
            pub const fn new() -> Self {
                Self(Moments::new($weight_decay, $decay))
            }

            /// The base learning rate; 0 or more.
            #[doc(alias = "lr")]
            #[must_use]
            pub fn learning_rate(self, rate: f64) -> Self {
                Self(Moments { rate, ..self.0 })
            }

            /// The decay rates of the first and the second moment; each at least 0 and below 1.
            #[must_use]
            pub fn betas(self, first: f64, second: f64) -> Self {
                Self(Moments { betas: [first, second], ..self.0 })
            }

            /// A constant that is added to the root of the bias-corrected second moment; above 0.
            #[must_use]
            pub fn eps(self, eps: f64) -> Self {
                Self(Moments { eps, ..self.0 })
            }

            #[doc = $decay_text]
            #[must_use]
            pub fn weight_decay(self, weight_decay: f64) -> Self {
                Self(Moments { weight_decay, ..self.0 })
            }
        }

        impl Optimiser for $name {
            fn base_rate(&self) -> f64 {
                self.0.rate
            }

            fn prepare(&mut self, len: usize) -> Result<(), Error> {
                let names = [
                    concat!(stringify!($name), "::learning_rate"),
                    concat!(stringify!($name), "::betas"),
                    concat!(stringify!($name), "::eps"),
                    concat!(stringify!($name), "::weight_decay"),
                ];
                self.0.prepare(names, len)
            }

            fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
                self.0.step(concat!(stringify!($name), "::step"), rate, parameters, gradients)
            }
        }
    };
}

adam!(
    Adam,
    "Adam (Kingma and Ba 2015), as `torch.optim.Adam`: learning rate 0.001, betas 0.9 and 0.999, eps 1e-8, no weight decay.",
    0.0,
    Decay::Gradient,
    "L2 penalty: this much of the parameter is added to its gradient; 0 or more."
);

adam!(
    AdamW,
    "Adam with decoupled weight decay (Loshchilov and Hutter 2019), as `torch.optim.AdamW`: learning rate 0.001, betas 0.9 and \
     0.999, eps 1e-8, weight decay 0.01.",
    1e-2,
    Decay::Parameter,
    "Each step first takes `rate * weight_decay` of the parameter away; 0 or more."
);
