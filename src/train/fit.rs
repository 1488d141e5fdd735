//! Whole trainings: epochs of steps, watched by the caller.

use std::ops::ControlFlow;

use super::{Metrics, StepReport, Trainer};
use crate::data::{Dataset, Loader};
use crate::optim::Horizon;
use crate::{Error, Model};

/// What an observer of a training is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// After every step.
    Step(StepEvent),
    /// After every epoch.
    Epoch(EpochReport),
}

/// Where a training is after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepEvent {
    /// The epoch, from 0.
    pub epoch: u64,
    /// Epochs of the whole training.
    pub epochs: u64,
    /// Steps of this epoch so far, this one included.
    pub done: u64,
    /// Steps of one epoch.
    pub steps: u64,
    /// This step.
    pub report: StepReport,
    /// Loss and hits of this epoch so far.
    pub so_far: Metrics,
}

/// How an epoch went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochReport {
    /// The epoch, from 0.
    pub epoch: u64,
    /// Loss and hits over its steps, each before its weights moved.
    pub training: Metrics,
    /// Loss and hits over the test set after it, where there is one.
    pub test: Option<Metrics>,
}

impl<M: Model> Trainer<M> {
    /// Trains for `epochs` epochs. See [`fit_with`](Trainer::fit_with).
    ///
    /// # Errors
    /// As [`step`](Trainer::step).
    #[doc(alias = "train")]
    pub fn fit(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        epochs: u64,
    ) -> Result<Vec<EpochReport>, Error> {
        self.fit_with(loader, epochs, None, |_| ControlFlow::Continue(()))
    }

    /// Trains for `epochs` epochs, evaluates on `test` after each where given, and tells `observe` of every step and epoch;
    /// it may end the training with `ControlFlow::Break`. Returns the epochs that were completed.
    ///
    /// The schedule starts from its beginning; the optimiser keeps the state that it has, and the loader goes on with the
    /// epoch that it is at, from its start.
    ///
    /// # Errors
    /// As [`step`](Trainer::step) and [`evaluate`](Trainer::evaluate).
    pub fn fit_with(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        epochs: u64,
        test: Option<&Dataset<M::Image, M::Classes>>,
        mut observe: impl FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Vec<EpochReport>, Error> {
        self.begin(Horizon { steps_per_epoch: loader.batches() as u64, epochs });
        let mut reports = Vec::new();
        loader.start(loader.epoch());
        for epoch in 0..epochs {
            let step = |done, steps, report, so_far| StepEvent { epoch, epochs, done, steps, report, so_far };
            let training = self
                .epoch(loader, |done, steps, report, so_far| observe(Event::Step(step(done, steps, report, so_far))))?;
            let ControlFlow::Continue(training) = training else { break };
            let test = test.map(|test| self.evaluate(test)).transpose()?;
            let report = EpochReport { epoch, training, test };
            reports.push(report);
            if observe(Event::Epoch(report)).is_break() {
                break;
            }
        }
        Ok(reports)
    }

    /// One epoch; `Break` where the observer ends it.
    fn epoch(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        mut observe: impl FnMut(u64, u64, StepReport, Metrics) -> ControlFlow<()>,
    ) -> Result<ControlFlow<(), Metrics>, Error> {
        let steps = loader.batches() as u64;
        let mut so_far = Metrics::default();
        let mut done = 0;
        while let Some(batch) = loader.next_batch() {
            let report = self.step(batch)?;
            so_far.add(&report.metrics);
            done += 1;
            if observe(done, steps, report, so_far).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(so_far))
    }
}
