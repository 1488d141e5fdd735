//! Whole trainings: epochs of steps, with an observer.

use std::fmt;
use std::ops::ControlFlow;

use super::progress::Progress;
use super::report::{self, MetricsOf};
use super::trainer::first_report;
use super::{Metrics, StepReport, Trainer};
use crate::TrainingWorkspace;
use crate::data::{Dataset, Loader};
use crate::optim::Horizon;
use crate::{AnyModel, Error};

/// An event that is passed to the observer of a training. See [`Trainer::fit_with`].
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::from_floats([0.5; 6 * 4], [0, 1, 0, 1, 0, 1])?;
///     let mut trainer = Trainer::builder(Net::new(1)).build()?;
///     trainer.fit_with(&mut Loader::new(&data, 2)?, 2, Some(&data), |_, event| match event {
///         Event::Step(StepEvent { epoch, epochs, done, steps, so_far, .. }) => {
///             println!("epoch {} of {epochs}, step {done} of {steps}: loss {}", epoch + 1, so_far.loss);
///         }
///         Event::Epoch(EpochReport { epoch, training, test }) => {
///             println!("epoch {}: {training}, of the test set {:?}", epoch + 1, test.map(|test| test.loss));
///         }
///     })?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<R = Metrics> {
    /// After every step.
    Step(StepEvent<R>),
    /// After every epoch.
    Epoch(EpochReport<R>),
}

/// The state of a training after a step. See [`Event`].
///
/// ```
/// use athena::train::StepEvent;
///
/// /// How much of the training is done, 0 to 1.
/// fn fraction(event: &StepEvent) -> f64 {
///     (event.epoch * event.steps + event.done) as f64 / (event.epochs * event.steps) as f64
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepEvent<R = Metrics> {
    /// The epoch, from 0, since the training began.
    pub epoch: u64,
    /// Number of epochs of the whole training, as far as it is known.
    pub epochs: u64,
    /// Number of steps of this epoch so far, including this one.
    pub done: u64,
    /// Number of steps in an epoch.
    pub steps: u64,
    /// The report of this step.
    pub report: StepReport<R>,
    /// The metrics of this epoch so far.
    pub so_far: R,
}

/// The report of an epoch.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::from_floats([0.5; 6 * 4], [0, 1, 0, 1, 0, 1])?;
///     let mut trainer = Trainer::builder(Net::new(1)).build()?;
///     for report in trainer.fit(&mut Loader::new(&data, 2)?, 3)? {
///         println!("epoch {}: loss {}", report.epoch, report.training.loss);
///         assert!(report.test.is_none()); // `fit` has no test set, `fit_with` may have one
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochReport<R = Metrics> {
    /// The epoch, from 0, since the training began.
    pub epoch: u64,
    /// The metrics over all its steps, each measured before the weights were updated.
    pub training: R,
    /// The metrics on the test set after the epoch, if there is one.
    pub test: Option<R>,
}

/// The epoch and its metrics.
impl<R: fmt::Display> fmt::Display for EpochReport<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "epoch {}: {}", self.epoch, self.training)?;
        if let Some(test) = &self.test {
            write!(f, "; test: {test}")?;
        }
        first_report(f, self.epoch)
    }
}

/// The type of an observer's result: `()`, `ControlFlow<()>`, or a `Result` with one of them.
///
/// `ControlFlow::Break(())` ends the training. So does an error, which [`fit_with`](Trainer::fit_with) returns.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use athena::Error;
/// use athena::train::Verdict;
///
/// fn is_verdict(_: impl Verdict) {}
///
/// is_verdict(());
/// is_verdict(ControlFlow::Break(()));
/// is_verdict(Ok::<(), Error>(()));
/// is_verdict(Ok::<_, Error>(ControlFlow::Continue(())));
/// ```
#[diagnostic::on_unimplemented(
    message = "an observer cannot answer with `{Self}`",
    label = "neither `()` nor `ControlFlow<()>` nor a `Result` of these",
    note = "`ControlFlow::Break(())` ends the training; `Ok(())` continues after a `?`"
)]
pub trait Verdict {
    /// Converts the result: continue, break, or an error.
    #[doc(hidden)]
    fn verdict(self) -> Result<ControlFlow<()>, Error>;
}

impl Verdict for () {
    fn verdict(self) -> Result<ControlFlow<()>, Error> {
        Ok(ControlFlow::Continue(()))
    }
}

impl Verdict for ControlFlow<()> {
    fn verdict(self) -> Result<ControlFlow<()>, Error> {
        Ok(self)
    }
}

impl<V: Verdict> Verdict for Result<V, Error> {
    fn verdict(self) -> Result<ControlFlow<()>, Error> {
        self?.verdict()
    }
}

impl<M: AnyModel> Trainer<M> {
    /// Trains for `epochs` epochs. See [`fit_with`](Trainer::fit_with).
    ///
    /// # Errors
    /// Those of [`fit_with`](Trainer::fit_with).
    #[doc(alias = "train")]
    pub fn fit(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        epochs: u64,
    ) -> Result<Vec<EpochReport<MetricsOf<M>>>, Error> {
        self.fit_with(loader, epochs, None, |_, _| ())
    }

    /// Trains for `epochs` epochs, evaluates on `test` (if there is one) after each epoch, and calls `observe` after every step
    /// and every epoch. The observer gets the trainer, and may end the training: see [`Verdict`]. Returns the reports of the
    /// completed epochs.
    ///
    /// A second call continues where the first one ended: the schedule, the optimiser, and the counts of steps and epochs. The
    /// loader continues at the start of its current epoch. If the schedule ends with the training (cosine, one cycle), the length
    /// of the training is that of the first call, unless [`epochs`](super::TrainerBuilder::epochs) or [`begin`](Trainer::begin)
    /// has set it.
    ///
    /// This observer keeps the best network, and ends the training when it no longer improves:
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 { input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> linear(10) }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let (train, test) = (Dataset::from_bytes(vec![9; 16 * 64], vec![7; 16])?, Dataset::from_bytes([9; 64], [7])?);
    ///     let file = std::env::temp_dir().join(format!("athena-best-{}.safetensors", std::process::id()));
    ///     let mut trainer = Trainer::builder(Net::new(1)).schedule(Schedule::cosine()).build()?;
    ///     let (mut best, mut worse) = (f64::INFINITY, 0);
    ///     trainer.fit_with(&mut Loader::new(&train, 8)?.shuffled(), 30, Some(&test), |trainer, event| {
    ///         let Event::Epoch(EpochReport { test: Some(test), .. }) = event else {
    ///             return Ok(ControlFlow::Continue(()));
    ///         };
    ///         if test.loss < best {
    ///             (best, worse) = (test.loss, 0);
    ///             trainer.model().save(&file)?;
    ///         } else {
    ///             worse += 1;
    ///         }
    ///         Ok(if worse < 5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    ///     })?;
    ///     let mut network = trainer.into_model();
    ///     network.load(&file)?;
    ///     std::fs::remove_file(&file).expect("it was written");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`step`](Trainer::step), of [`evaluate`](Trainer::evaluate) and of the observer. Before the first step: a last
    /// batch of one image, for which a batch norm has a single value per channel; more epochs than the schedule has left; or, for
    /// a schedule that counts epochs, a loader with another number of batches than before. Then nothing has changed.
    pub fn fit_with<V: Verdict>(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        epochs: u64,
        test: Option<&Dataset<M::Image, M::Classes>>,
        mut observe: impl FnMut(&mut Self, Event<MetricsOf<M>>) -> V,
    ) -> Result<Vec<EpochReport<MetricsOf<M>>>, Error> {
        let mut reports = Vec::new();
        if epochs == 0 {
            return Ok(reports);
        }
        // A last batch that no step can take is reported now, and not at the end of an epoch.
        let sizes = loader.sizes();
        sizes.into_iter().filter(|images| *images > 0).try_for_each(TrainingWorkspace::<M>::check_batch)?;
        self.go_on(loader.batches() as u64, epochs)?;
        self.reserve(loader.batch_size())?;
        loader.start(loader.epoch());
        let mut progress = self.progress.then(Progress::start);
        let mut observe = |trainer: &mut Self, event| {
            progress.iter_mut().for_each(|progress| progress.observe(&report::totals::<M::Signature>(&event)));
            observe(trainer, event).verdict()
        };
        for _ in 0..epochs {
            let ControlFlow::Continue(training) = self.one_epoch(loader, &mut observe)? else { break };
            let test = test.map(|test| self.evaluate(test)).transpose()?;
            let copy = report::copy::<M::Signature>;
            let (epoch, event_test) = (self.epoch, test.as_ref().map(copy));
            let event = Event::Epoch(EpochReport { epoch, training: copy(&training), test: event_test });
            self.epoch += 1;
            reports.push(EpochReport { epoch, training, test });
            if observe(self, event)?.is_break() {
                break;
            }
        }
        Ok(reports)
    }

    /// Trains for one epoch. Returns `Break` if the observer ends it.
    fn one_epoch(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        mut observe: impl FnMut(&mut Self, Event<MetricsOf<M>>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<ControlFlow<(), MetricsOf<M>>, Error> {
        let steps = loader.batches() as u64;
        let (epoch, epochs) = (self.epoch, self.horizon.map_or(1, |horizon| horizon.epochs));
        let mut so_far = report::of_nothing::<M::Signature>();
        let mut done = 0;
        while let Some(batch) = loader.next_batch() {
            let report = self.step(batch)?;
            so_far = report::of_both::<M::Signature>(&so_far, &report.metrics);
            done += 1;
            let shown = report::copy::<M::Signature>(&so_far);
            if observe(self, Event::Step(StepEvent { epoch, epochs, done, steps, report, so_far: shown }))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(so_far))
    }

    /// Begins a training if there is none, and checks that it has at least `epochs` epochs left.
    fn go_on(&mut self, steps_per_epoch: u64, epochs: u64) -> Result<(), Error> {
        let horizon = self.horizon.unwrap_or(Horizon { steps_per_epoch, epochs: self.epochs.unwrap_or(epochs) });
        if self.schedule.needs_horizon() && horizon.steps_per_epoch != steps_per_epoch {
            let expected = format!(
                "loaders of {} batches an epoch, by which the schedule counts, or `begin` before another training",
                horizon.steps_per_epoch
            );
            return Err(Error::Argument { name: "Trainer::fit", expected, found: steps_per_epoch.to_string() });
        }
        // An epoch that an observer has ended is started again.
        let left = horizon.steps().saturating_sub(self.step).div_ceil(steps_per_epoch);
        if self.schedule.ends() && epochs > left {
            return Err(Error::ScheduleOver { epochs: horizon.epochs, left, asked: epochs });
        }
        let epochs = horizon.epochs.max(self.epoch.saturating_add(epochs));
        self.horizon = Some(Horizon { steps_per_epoch, epochs });
        Ok(())
    }
}
