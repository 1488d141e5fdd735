//! Learning-rate schedules: the rate as a function of the step.

use std::f64::consts::PI;

use super::argument;
use crate::error::Error;

/// A length of training, in steps or epochs.
///
/// ```
/// use athena::optim::{Horizon, Schedule, Span};
///
/// fn main() -> Result<(), athena::Error> {
///     let horizon = Some(Horizon { steps_per_epoch: 100, epochs: 10 });
///     let (by_steps, by_epochs) = (Schedule::step(Span::Steps(300), 0.1), Schedule::step(Span::Epochs(3), 0.1));
///     assert_eq!(by_steps.rate(1.0, 300, horizon)?, by_epochs.rate(1.0, 300, horizon)?);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// This number of optimiser steps.
    Steps(u64),
    /// This number of passes over the training set.
    Epochs(u64),
}

/// The length of the training. It is needed by schedules that are given in epochs or that end with the training.
///
/// ```
/// use athena::optim::Horizon;
///
/// let horizon = Horizon { steps_per_epoch: 391, epochs: 160 };
/// assert_eq!(horizon.steps(), 62_560);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Number of steps in an epoch; above 0.
    pub steps_per_epoch: u64,
    /// Number of epochs of the whole training; above 0.
    pub epochs: u64,
}

impl Horizon {
    /// Number of steps of the whole training.
    #[must_use]
    pub const fn steps(self) -> u64 {
        self.steps_per_epoch.saturating_mul(self.epochs)
    }
}

/// The shape of a one-cycle schedule (Smith and Topin 2019), with PyTorch's defaults.
///
/// ```
/// use athena::optim::{Horizon, OneCycle, Schedule};
///
/// fn main() -> Result<(), athena::Error> {
///     let schedule = Schedule::one_cycle_with(OneCycle { rising: 0.5, div: 10.0, ..OneCycle::default() });
///     let horizon = Some(Horizon { steps_per_epoch: 100, epochs: 1 });
///     assert!((schedule.rate(1.0, 0, horizon)? - 0.1).abs() < 1e-12); // a tenth of the base rate
///     assert!((schedule.rate(1.0, 49, horizon)? - 1.0).abs() < 1e-12); // all of it halfway
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The fraction of the steps in which the rate rises; default 0.3.
    pub rising: f64,
    /// The first rate is the base rate divided by this; default 25.
    pub div: f64,
    /// The last rate is the first rate divided by this; default 10,000.
    pub final_div: f64,
}

impl Default for OneCycle {
    fn default() -> Self {
        Self { rising: 0.3, div: 25.0, final_div: 1e4 }
    }
}

/// A learning-rate schedule: the rate at each step, as a function of the optimiser's base rate.
///
/// ```
/// use athena::optim::{Horizon, Schedule, Span};
///
/// fn main() -> Result<(), athena::Error> {
///     // A trainer takes it as it is: `Trainer::builder(network).schedule(usual)`.
///     let usual = Schedule::cosine().warm_up(Span::Epochs(5));
///     usual.check()?;
///     assert!(usual.needs_horizon() && usual.ends()); // it depends on how long the training is, and ends with it
///
///     // The rates that a training of 10 epochs of 100 steps takes from a base rate of 0.1.
///     let horizon = Some(Horizon { steps_per_epoch: 100, epochs: 10 });
///     let at = |schedule: Schedule, step| schedule.rate(0.1, step, horizon).map(|rate| (rate * 1e6).round() / 1e6);
///     assert_eq!(at(Schedule::constant(), 999)?, 0.1);
///     assert_eq!(at(Schedule::step(Span::Epochs(4), 0.5), 400)?, 0.05);
///     assert_eq!(at(Schedule::milestones([Span::Epochs(5), Span::Epochs(8)], 0.1), 850)?, 0.001);
///     assert_eq!(at(Schedule::cosine(), 500)?, 0.05);
///     assert_eq!(at(Schedule::cosine_to(0.02), 500)?, 0.06);
///     assert_eq!(at(Schedule::one_cycle(), 0)?, 0.004); // as `one_cycle_with(OneCycle::default())`
///     assert_eq!(at(Schedule::constant().warm_up_from(Span::Steps(10), 0.5), 5)?, 0.075);
///     Ok(())
/// }
/// ```
#[doc(alias("lr_scheduler", "LRScheduler", "LearningRateSchedule"))]
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    shape: Shape,
    warm_up: Option<WarmUp>,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Constant,
    Step { every: Span, gamma: f64 },
    Milestones { at: Vec<Span>, gamma: f64 },
    Cosine { floor: f64 },
    OneCycle(OneCycle),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct WarmUp {
    span: Span,
    start: f64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self::constant()
    }
}

impl From<Shape> for Schedule {
    fn from(shape: Shape) -> Self {
        Self { shape, warm_up: None }
    }
}

impl Schedule {
    /// The base rate in all steps.
    #[must_use]
    pub fn constant() -> Self {
        Shape::Constant.into()
    }

    /// Multiplies the rate by `gamma` after each such number of steps or epochs (PyTorch's `StepLR`).
    #[doc(alias = "StepLR")]
    #[must_use]
    pub fn step(every: Span, gamma: f64) -> Self {
        Shape::Step { every, gamma }.into()
    }

    /// Multiplies the rate by `gamma` at each of these steps or epochs, counted from the start of training (PyTorch's `MultiStepLR`).
    #[doc(alias = "MultiStepLR")]
    #[must_use]
    pub fn milestones(at: impl Into<Vec<Span>>, gamma: f64) -> Self {
        Shape::Milestones { at: at.into(), gamma }.into()
    }

    /// Lowers the rate from the base rate to 0 at the end of training, along half a cosine (PyTorch's `CosineAnnealingLR`).
    #[doc(alias("CosineAnnealingLR", "CosineDecay"))]
    #[must_use]
    pub fn cosine() -> Self {
        Self::cosine_to(0.0)
    }

    /// Lowers the rate from the base rate to `floor` at the end of training, along half a cosine.
    #[must_use]
    pub fn cosine_to(floor: f64) -> Self {
        Shape::Cosine { floor }.into()
    }

    /// Raises the rate to the base rate and then lowers it to nearly 0, both along a cosine (PyTorch's `OneCycleLR`; the base rate is its
    /// `max_lr`).
    #[doc(alias = "OneCycleLR")]
    #[must_use]
    pub fn one_cycle() -> Self {
        Self::one_cycle_with(OneCycle::default())
    }

    /// Like [`one_cycle`](Self::one_cycle), with another shape.
    #[must_use]
    pub fn one_cycle_with(shape: OneCycle) -> Self {
        Shape::OneCycle(shape).into()
    }

    /// Adds a warm-up: a linear rise from a hundredth of the rate. See [`Schedule::warm_up_from`].
    #[must_use]
    pub fn warm_up(self, span: Span) -> Self {
        self.warm_up_from(span, 0.01)
    }

    /// Adds a warm-up: a linear rise over `span` from `start` times the rate (PyTorch's `LinearLR`); `start` is above 0 and at most 1.
    ///
    /// Cosine and one-cycle schedules start after the warm-up, which rises to their first rate, and take the rest of the training (PyTorch's
    /// `SequentialLR`). Step and milestone schedules count from the start of training (PyTorch's `ChainedScheduler`). A training that
    /// is not longer than the warm-up consists only of the warm-up.
    ///
    /// ```
    /// use athena::optim::{Horizon, Schedule, Span};
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let schedule = Schedule::cosine().warm_up(Span::Epochs(1));
    ///     let horizon = Some(Horizon { steps_per_epoch: 4, epochs: 1 });
    ///     let rates: Vec<f64> = (0..4).map(|step| schedule.rate(1.0, step, horizon)).collect::<Result<_, _>>()?;
    ///     assert_eq!(rates, [0.01, 0.2575, 0.505, 0.7525]);
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias("LinearLR", "warmup"))]
    #[must_use]
    pub fn warm_up_from(mut self, span: Span, start: f64) -> Self {
        self.warm_up = Some(WarmUp { span, start });
        self
    }

    /// Checks the numbers of the schedule.
    ///
    /// # Errors
    /// A number is out of its range; the error has its name and the range.
    pub fn check(&self) -> Result<(), Error> {
        match &self.shape {
            Shape::Constant => {}
            Shape::Step { every, gamma } => {
                argument::positive("Schedule::step", *gamma)?;
                if matches!(every, Span::Steps(0) | Span::Epochs(0)) {
                    return Err(argument::error("Schedule::step", "1 or more steps or epochs", 0));
                }
            }
            Shape::Milestones { gamma, .. } => argument::positive("Schedule::milestones", *gamma)?,
            Shape::Cosine { floor } => argument::non_negative("Schedule::cosine_to", *floor)?,
            Shape::OneCycle(shape) => shape.check()?,
        }
        match self.warm_up {
            Some(WarmUp { start, .. }) if !(start > 0.0 && start <= 1.0) => {
                Err(argument::error("Schedule::warm_up_from", "a start above 0, up to 1", start))
            }
            _ => Ok(()),
        }
    }

    /// Whether the rate depends on the length of the training or on the number of steps in an epoch. Then [`rate`](Self::rate) needs a
    /// [`Horizon`].
    #[must_use]
    pub fn needs_horizon(&self) -> bool {
        let epochs = |span: &Span| matches!(span, Span::Epochs(_));
        let shape = match &self.shape {
            Shape::Constant => false,
            Shape::Step { every, .. } => epochs(every),
            Shape::Milestones { at, .. } => at.iter().any(epochs),
            Shape::Cosine { .. } | Shape::OneCycle(_) => true,
        };
        shape || self.warm_up.is_some_and(|warm_up| epochs(&warm_up.span))
    }

    /// Whether the schedule ends with the training, as cosine and one-cycle do.
    #[must_use]
    pub fn ends(&self) -> bool {
        matches!(self.shape, Shape::Cosine { .. } | Shape::OneCycle(_))
    }

    /// The rate of step `step` (from 0), given the optimiser's base rate.
    ///
    /// After the end of the horizon, cosine and one-cycle stay at their last rate.
    ///
    /// # Errors
    /// The schedule is given in epochs, or ends with the training, and there is no horizon or one without steps. The rate is too
    /// large for an f32, as it may become with a `gamma` above 1.
    pub fn rate(&self, base: f64, step: u64, horizon: Option<Horizon>) -> Result<f64, Error> {
        let warm = self.warm_up.map_or(Ok(0), |w| steps(w.span, horizon))?;
        // The rate after the warm-up or, during the warm-up, the rate that it rises to.
        let (rising, behind) = (step < warm, step.saturating_sub(warm));
        let rate = match &self.shape {
            Shape::Constant => base,
            Shape::Step { every, gamma } => base * gamma.powf((step / steps(*every, horizon)?.max(1)) as f64),
            Shape::Milestones { at, gamma } => base * gamma.powf(passed(at, step, horizon)? as f64),
            Shape::Cosine { floor } => {
                let total = known(horizon)?.steps().saturating_sub(warm);
                if rising { base } else { cosine(base, *floor, behind, total) }
            }
            Shape::OneCycle(shape) => {
                let total = known(horizon)?.steps().saturating_sub(warm);
                if rising { shape.first(base) } else { shape.rate(base, behind, total) }
            }
        };
        let factor = match self.warm_up {
            Some(w) if rising => w.start + (1.0 - w.start) * step as f64 / warm as f64,
            _ => 1.0,
        };
        argument::rate("Schedule", factor * rate)
    }
}

impl OneCycle {
    fn check(&self) -> Result<(), Error> {
        if !(0.0..=1.0).contains(&self.rising) {
            return Err(argument::error("OneCycle::rising", "0 to 1", self.rising));
        }
        // Both divide rates, which must stay within f32.
        argument::positive("OneCycle::div", self.div)?;
        argument::positive("OneCycle::div", 1.0 / self.div)?;
        argument::positive("OneCycle::final_div", self.final_div)?;
        argument::non_negative("OneCycle::final_div", 1.0 / self.div / self.final_div)
    }

    /// The first rate of the cycle.
    fn first(self, peak: f64) -> f64 {
        peak / self.div
    }

    /// PyTorch's `OneCycleLR` with `anneal_strategy="cos"` and two phases.
    fn rate(self, peak: f64, step: u64, total: u64) -> f64 {
        let first = self.first(peak);
        let last = first / self.final_div;
        let end = total as f64 - 1.0;
        let turn = self.rising * total as f64 - 1.0;
        let step = (step as f64).min(end);
        if step <= turn { anneal(first, peak, step / turn) } else { anneal(peak, last, (step - turn) / (end - turn)) }
    }
}

/// Half a cosine from `from` at 0 to `to` at 1. For a phase of length 0, `at` is 0 / 0, and the result is `to`.
fn anneal(from: f64, to: f64, at: f64) -> f64 {
    let at = if at.is_finite() { at } else { 1.0 };
    to + (from - to) / 2.0 * (1.0 + (PI * at).cos())
}

/// Half a cosine from `base` to `floor`. If `total` is 0, the result is `floor`.
fn cosine(base: f64, floor: f64, step: u64, total: u64) -> f64 {
    anneal(base, floor, step.min(total) as f64 / total as f64)
}

/// The number of these steps or epochs that have passed.
fn passed(at: &[Span], step: u64, horizon: Option<Horizon>) -> Result<usize, Error> {
    at.iter().try_fold(0, |count, &span| Ok(count + usize::from(steps(span, horizon)? <= step)))
}

fn steps(span: Span, horizon: Option<Horizon>) -> Result<u64, Error> {
    match span {
        Span::Steps(steps) => Ok(steps),
        Span::Epochs(epochs) => Ok(known(horizon)?.steps_per_epoch.saturating_mul(epochs)),
    }
}

fn known(horizon: Option<Horizon>) -> Result<Horizon, Error> {
    let expected = "the length of the training, on which this schedule depends (tell a trainer by `trainer.begin(Horizon { \
                    steps_per_epoch, epochs })` before the first `step`, or train by `fit`)";
    match horizon {
        Some(horizon) if horizon.steps() > 0 => Ok(horizon),
        Some(Horizon { steps_per_epoch, epochs }) => {
            let found = format!("{epochs} epochs of {steps_per_epoch} steps: a training has at least one step");
            Err(argument::error("Schedule", expected, found))
        }
        None => Err(argument::error("Schedule", expected, "none")),
    }
}
