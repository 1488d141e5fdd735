//! One training step, and what it needs.

use athena_runtime::model::{InferenceWorkspace, TrainingWorkspace};

use super::{Metrics, TrainerBuilder};
use crate::__private::Network;
use crate::data::{Batch, Dataset, Loader};
use crate::loss::Loss;
use crate::optim::{Clipper, Horizon, Optimiser, Schedule};
use crate::{Error, Model};

/// Trains one network: owns it, its gradients, the optimiser and its state.
///
/// A [`step`](Trainer::step) allocates nothing on the heap.
pub struct Trainer<M: Model> {
    model: M,
    workspace: TrainingWorkspace<M>,
    optimiser: Box<dyn Optimiser>,
    loss: Box<dyn Loss>,
    schedule: Schedule,
    clipper: Option<Clipper>,
    horizon: Option<Horizon>,
    step: u64,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The step, from 0, since training began.
    pub step: u64,
    /// The learning rate it was taken with.
    pub rate: f64,
    /// Loss and hits of the batch, before the weights moved.
    pub metrics: Metrics,
}

impl<M: Model> Trainer<M> {
    /// Settings to start from: batches of up to 128, plain SGD, cross-entropy, a constant rate.
    #[must_use]
    pub fn builder(model: impl Network<M>) -> TrainerBuilder<M> {
        TrainerBuilder::new(model.itself())
    }

    pub(super) fn new(settings: TrainerBuilder<M>) -> Result<Self, Error> {
        let TrainerBuilder { model, batch, seed, mut optimiser, loss, schedule, clip } = settings;
        let mut workspace = TrainingWorkspace::new(batch)?;
        workspace.set_masks(seed, 0);
        let learnable = workspace.gradients().len();
        optimiser.prepare(learnable)?;
        schedule.check()?;
        let clipper = clip.map(|clip| Clipper::new(clip, learnable)).transpose()?;
        Ok(Self { model, workspace, optimiser, loss, schedule, clipper, horizon: None, step: 0 })
    }

    /// Tells how long training will be and starts the schedule from its beginning; the optimiser keeps its state.
    /// [`fit`](Trainer::fit) does so by itself. Needed before [`step`](Trainer::step) where the schedule ends with the training
    /// or counts epochs.
    pub fn begin(&mut self, horizon: Horizon) {
        self.horizon = Some(horizon);
        self.step = 0;
    }

    /// One step: forward, backward, clipping, and the optimiser.
    ///
    /// # Errors
    /// A batch larger than the trainer was built for, targets that the loss does not take, a schedule that needs
    /// [`begin`](Trainer::begin), or a loss that is no finite number, in which case the weights are those before the step (the running
    /// statistics have seen the batch).
    pub fn step(&mut self, batch: &Batch<M::Image, M::Classes>) -> Result<StepReport, Error> {
        let step = self.step;
        let rate = self.schedule.rate(self.optimiser.base_rate(), step, self.horizon)?;
        let targets = batch.targets();
        let loss = self.workspace.forward_backward(&mut self.model, batch.images(), targets, &*self.loss)?;
        if !loss.is_finite() {
            return Err(Error::Diverged { step, loss });
        }
        if let Some(clipper) = &mut self.clipper {
            clipper.apply(self.workspace.gradients_mut())?;
        }
        // What is frozen lies behind what learns, and has no gradients.
        let gradients = self.workspace.gradients();
        let learnable = &mut self.model.state_mut().parameters_mut()[..gradients.len()];
        self.optimiser.step(rate, learnable, gradients)?;
        self.step += 1;
        let metrics = Metrics::of(loss, self.workspace.outputs(), M::CLASSES, targets);
        Ok(StepReport { step, rate, metrics })
    }

    /// Loss and hits over a data set, batch norm using its running statistics.
    ///
    /// # Errors
    /// Too little memory.
    #[doc(alias = "eval")]
    pub fn evaluate(&self, dataset: &Dataset<M::Image, M::Classes>) -> Result<Metrics, Error> {
        evaluate(&self.model, dataset, &*self.loss, self.workspace.capacity())
    }

    /// The network.
    #[must_use]
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The network, to load or change weights.
    pub fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }

    /// The network, for good; gradients and optimiser state are freed.
    #[must_use]
    pub fn into_model(self) -> M {
        self.model
    }
}

/// Loss and hits of a network over a data set, in batches of up to `batch` images, batch norm using its running statistics.
///
/// # Errors
/// A batch of 0 images, settings that the loss refuses, or too little memory.
pub fn evaluate<M: Model>(
    model: &M,
    dataset: &Dataset<M::Image, M::Classes>,
    loss: &dyn Loss,
    batch: usize,
) -> Result<Metrics, Error> {
    let mut loader = Loader::new(dataset, batch)?;
    let mut workspace = InferenceWorkspace::<M>::new(loader.batch_size())?;
    // Losses write gradients as they go; nobody reads these.
    let mut gradients = vec![0.0; loader.batch_size() * M::CLASSES];
    let mut metrics = Metrics::default();
    while let Some(batch) = loader.next_batch() {
        let targets = batch.targets();
        loss.check(targets, batch.len(), M::CLASSES)?;
        let outputs = workspace.outputs(model, batch.images())?;
        let unused = &mut gradients[..outputs.len()];
        let mean = loss.loss(outputs, M::CLASSES, M::PLAN.softmax, targets, unused);
        metrics.add(&Metrics::of(mean, outputs, M::CLASSES, targets));
    }
    Ok(metrics)
}
