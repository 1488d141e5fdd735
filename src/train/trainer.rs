//! The trainer: training steps and evaluation.

use std::fmt;

use athena_runtime::model::{InferenceWorkspace, TrainingWorkspace, short_type_name};

use super::meter::Meter;
use super::report::{self, MetricsOf};
use super::{Metrics, TrainerBuilder};
use crate::__private::{Each, Inputs, Network};
use crate::data::{Batch, Dataset, Loader};
use crate::loss::{Loss, Targets};
use crate::optim::{Clipper, Horizon, Optimiser, Schedule};
use crate::{AnyModel, Divergence, Error, Port, Signature};

/// Trains a network. It owns the network, its gradients, and the optimiser with its state.
///
/// Memory for activations and gradients is made for the first batch (or by [`reserve`](Trainer::reserve) or [`fit`](Trainer::fit)), and
/// again only for a larger batch. Any other [`step`](Trainer::step) allocates nothing on the heap.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x8x8) -> 2 {
///         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(2)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::from_bytes([[0; 64], [255; 64]].concat(), [0, 1])?; // a black and a white image
///     let mut trainer = Trainer::builder(Net::new(1)).optimiser(Adam::new().learning_rate(0.01)).build()?;
///
///     // Epochs of batches from a loader ...
///     let reports = trainer.fit(&mut Loader::new(&data, 2)?.shuffled(), 30)?;
///     println!("{}", reports[29]);
///     println!("{}", trainer.evaluate(&data)?);
///
///     // ... or step by step.
///     let grey = Batch::new([0.4; 64], [0])?;
///     trainer.reserve(8)?; // memory for batches of up to 8 images
///     let report = trainer.step(&grey)?;
///     println!("loss {} at a rate of {}", report.metrics.loss, report.rate);
///
///     trainer.model_mut().set_parameter("linear1.bias", &[0.0, 0.0])?;
///     println!("{:?}", trainer.model().predict(&[1.0; 64])?);
///     let network: Net = trainer.into_model();
///     # let _ = network;
///     Ok(())
/// }
/// ```
pub struct Trainer<M: Network> {
    model: M,
    workspace: Option<TrainingWorkspace<M>>,
    optimiser: Box<dyn Optimiser>,
    losses: Each<M, Box<dyn Loss>>,
    pub(super) schedule: Schedule,
    clipper: Option<Clipper>,
    /// The seed of dropout's masks.
    seed: u64,
    /// Number of all steps ever taken, for the masks.
    taken: u64,
    pub(super) horizon: Option<Horizon>,
    /// Number of steps since the training began.
    pub(super) step: u64,
    /// Number of completed epochs of `fit` since the training began.
    pub(super) epoch: u64,
    /// Number of epochs of the whole training, if the user has set it.
    pub(super) epochs: Option<u64>,
    pub(super) progress: bool,
}

impl<M: Network> fmt::Debug for Trainer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, step, epoch, epochs, .. } = self;
        f.debug_struct("Trainer")
            .field("seed", seed)
            .field("step", step)
            .field("epoch", epoch)
            .field("epochs", epochs)
            .finish_non_exhaustive()
    }
}

/// The batch size for evaluation if no batch has been trained on. A larger one would take more memory and save no time.
const EVALUATED_AT_ONCE: usize = 32;

/// The report of a step.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut trainer = Trainer::builder(Net::new(1)).optimiser(Sgd::new().learning_rate(0.1)).build()?;
///     let StepReport { step, rate, metrics } = trainer.step(&Batch::new([0.5; 4], [1])?)?;
///     assert_eq!((step, rate, metrics.images), (0, 0.1, 1));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport<R = Metrics> {
    /// The step, from 0, since training began.
    pub step: u64,
    /// The learning rate it was taken with.
    pub rate: f64,
    /// The metrics of the batch, before the weights were updated.
    pub metrics: R,
}

/// The step, its rate and its metrics.
impl<R: fmt::Display> fmt::Display for StepReport<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}: {}, learning rate {}", self.step, self.metrics, self.rate)?;
        first_report(f, self.step)
    }
}

/// Adds the note about slow builds to the first report of a training, when the user may be waiting for the next one.
pub(super) fn first_report(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    match athena_runtime::SLOW_BUILD {
        Some(note) if index == 0 => write!(f, "\n{note}"),
        _ => Ok(()),
    }
}

impl<M: AnyModel> Trainer<M> {
    /// A builder with the default settings: plain SGD, cross-entropy, a constant rate.
    #[must_use]
    pub fn builder(model: impl Network<M>) -> TrainerBuilder<M> {
        TrainerBuilder::new(model.itself())
    }

    pub(super) fn new(settings: TrainerBuilder<M>) -> Result<Self, Error> {
        let TrainerBuilder { model, seed, mut optimiser, losses, schedule, clip, epochs, progress } = settings;
        let losses = losses.ok_or_else(no_losses::<M>)?;
        let trainable = M::PLAN.trainable;
        optimiser.prepare(trainable)?;
        schedule.check()?;
        for (output, loss) in M::Signature::list(&losses).as_ref().iter().enumerate() {
            loss.check_settings()?;
            loss.check_softmax(M::PLAN.softmax[output])?;
        }
        let clipper = clip.map(|clip| Clipper::new(clip, trainable)).transpose()?;
        if epochs == Some(0) {
            let (expected, found) = ("1 epoch or more".into(), "0".into());
            return Err(Error::Argument { name: "TrainerBuilder::epochs", expected, found });
        }
        Ok(Self {
            model,
            workspace: None,
            optimiser,
            losses,
            schedule,
            clipper,
            seed,
            taken: 0,
            horizon: None,
            step: 0,
            epoch: 0,
            epochs,
            progress,
        })
    }

    /// Begins a training of this length: the schedule and the counts of steps and epochs start from 0. Network and
    /// optimiser do not change.
    ///
    /// The first call of [`fit`](Trainer::fit) does this itself. It is needed before [`step`](Trainer::step) if the schedule ends with the
    /// training or counts epochs, and to start another training after one that has ended.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! { struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) } }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let data = Dataset::from_floats(vec![0.5; 8], [0, 1])?;
    ///     let mut loader = Loader::new(&data, 1)?;
    ///     let mut trainer = Trainer::builder(Net::new(1)).schedule(Schedule::cosine()).build()?;
    ///     trainer.begin(Horizon { steps_per_epoch: loader.batches() as u64, epochs: 3 });
    ///     for _ in 0..3 {
    ///         for batch in &mut loader {
    ///             trainer.step(&batch)?;
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn begin(&mut self, horizon: Horizon) {
        self.horizon = Some(horizon);
        self.step = 0;
        self.epoch = 0;
    }

    /// Makes the memory for batches of up to `images` images now, and not in the first [`step`](Trainer::step) that needs it.
    ///
    /// # Errors
    /// There is too little memory. Threads cannot be started.
    pub fn reserve(&mut self, images: usize) -> Result<(), Error> {
        room(&mut self.workspace, images).map(|_| ())
    }

    /// Takes one step: forward, backward, clipping, and the optimiser. After an error, weights, running statistics, the optimiser's state,
    /// dropout's masks and the schedule's step are unchanged, so the step can be left out or repeated.
    ///
    /// # Errors
    /// There is too little memory for a batch of this size. The batch has one image, and a batch norm a single value per channel.
    /// The loss does not take these targets. Pixels are not finite. The schedule needs [`begin`](Trainer::begin).
    /// [`Error::Diverged`] names the first result that would not be finite: statistics, outputs, the loss, a gradient or an
    /// update.
    pub fn step(&mut self, batch: &Batch<M::Image, M::Classes>) -> Result<StepReport<MetricsOf<M>>, Error> {
        let step = self.step;
        let rate = self.schedule.rate(self.optimiser.base_rate(), step, self.horizon)?;
        let workspace = room(&mut self.workspace, batch.len())?;
        workspace.set_masks(self.seed, self.taken);
        let (inputs, targets) = (inputs_of::<M>(batch), targets_of::<M>(batch));
        workspace
            .forward_backward(&mut self.model, inputs, targets, lent::<M>(&self.losses))
            .map_err(|error| at(step, error))?;
        if let Err(error) = update(workspace, &mut self.model, self.clipper.as_mut(), &mut *self.optimiser, rate) {
            workspace.take_back(&mut self.model);
            return Err(at(step, named::<M>(error)));
        }
        self.step += 1;
        self.taken += 1;
        let (losses, outputs, means) = (&self.losses, workspace.outputs(), workspace.losses());
        let list = (M::Signature::list(losses), M::Signature::list(&outputs), M::Signature::list(&means));
        let metrics = M::Signature::each(|output| {
            let (loss, outputs, mean) = (list.0.as_ref()[output], list.1.as_ref()[output], list.2.as_ref()[output]);
            measured::<M>(output, *mean, &**loss, outputs, batch)
        });
        Ok(StepReport { step, rate, metrics: report::of_outputs::<M::Signature>(metrics) })
    }

    /// Computes the metrics of the network on a data set. Batch norms use the running statistics. The batches are at most as
    /// large as those of the training.
    ///
    /// # Errors
    /// The loss does not take these targets. There is too little memory.
    #[doc(alias = "eval")]
    pub fn evaluate(&self, dataset: &Dataset<M::Image, M::Classes>) -> Result<MetricsOf<M>, Error> {
        let batch = self.workspace.as_ref().map_or(EVALUATED_AT_ONCE, TrainingWorkspace::capacity);
        evaluate(&self.model, dataset, lent::<M>(&self.losses), batch)
    }

    /// The network.
    #[must_use]
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The network, mutably, to load or change weights.
    pub fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }

    /// Returns the network. Gradients and the optimiser's state are freed.
    #[must_use]
    pub fn into_model(self) -> M {
        self.model
    }
}

/// Updates the weights with the gradients of the last batch. After an error, weights and optimiser are unchanged.
fn update<M: Network>(
    workspace: &mut TrainingWorkspace<M>,
    model: &mut M,
    clipper: Option<&mut Clipper>,
    optimiser: &mut dyn Optimiser,
    rate: f64,
) -> Result<(), Error> {
    if let Some(clipper) = clipper {
        clipper.apply(workspace.gradients_mut())?;
    }
    // Frozen parameters come after the trained ones and have no gradients.
    let gradients = workspace.gradients();
    let trainable = &mut model.state_mut().parameters_mut()[..gradients.len()];
    optimiser.step(rate, trainable, gradients)
}

/// The error, with the trainer's count of steps and not the workspace's.
fn at(step: u64, error: Error) -> Error {
    match error {
        Error::Diverged { cause, .. } => Error::Diverged { step, cause },
        other => other,
    }
}

/// Replaces an index into the buffers, in an optimiser's error, by the name of the parameter.
fn named<M: Network>(error: Error) -> Error {
    match error {
        Error::Update { index, value, parameter, gradient, .. } => {
            let name = M::PLAN.parameter_at(index);
            Error::Diverged { step: 0, cause: Divergence::Update { name, value, weight: parameter, gradient } }
        }
        other => other,
    }
}

/// Makes memory for `images` images if there is less. The old memory is freed first.
fn room<M: Network>(
    workspace: &mut Option<TrainingWorkspace<M>>,
    images: usize,
) -> Result<&mut TrainingWorkspace<M>, Error> {
    if workspace.as_ref().is_some_and(|workspace| workspace.capacity() < images) {
        *workspace = None;
    }
    match workspace {
        Some(workspace) => Ok(workspace),
        none => Ok(none.insert(TrainingWorkspace::new(images)?)),
    }
}

/// Computes the metrics of a network on a data set, in batches of up to `batch` images. Batch norms use the running statistics.
///
/// ```no_run
/// use athena::prelude::*;
///
/// athena::models::resnet20! { struct ResNet20 }
///
/// fn main() -> Result<(), athena::Error> {
///     let (_, test) = cifar10("cifar-10-batches-bin")?;
///     let network = ResNet20::from_file("resnet20-cifar10.safetensors")?;
///     println!("{}", evaluate(&network, &test, &CrossEntropy::new(), 128)?);
///     Ok(())
/// }
/// ```
///
/// # Errors
/// `batch` is 0. The loss refuses its settings or the targets. There is too little memory.
pub fn evaluate<M: AnyModel>(
    model: &M,
    dataset: &Dataset<M::Image, M::Classes>,
    losses: Each<M, &dyn Loss>,
    batch: usize,
) -> Result<MetricsOf<M>, Error> {
    let plan = M::PLAN;
    let list = M::Signature::list(&losses);
    let losses = list.as_ref();
    for (loss, softmax) in losses.iter().zip(plan.softmax) {
        loss.check_softmax(*softmax)?;
    }
    let mut loader = Loader::new(dataset, batch)?;
    let mut workspace = InferenceWorkspace::<M>::new(loader.batch_size())?;
    // Losses also write gradients, which are not used here.
    let most = plan.output_ports.iter().map(Port::len).max().unwrap_or(0);
    let mut gradients = vec![0.0; loader.batch_size() * most];
    let meter = |(port, softmax): (&Port, &bool)| Meter::new(port.map(), *softmax);
    let mut meters = plan.output_ports.iter().zip(plan.softmax).map(meter).collect::<Result<Vec<_>, _>>()?;
    for batch in &mut loader {
        for (output, loss) in losses.iter().enumerate() {
            loss.check(batch.targets_number(output), batch.len(), plan.output_ports[output].map())?;
        }
        let outputs = workspace.outputs(model, inputs_of::<M>(&batch))?;
        let outputs = M::Signature::list(&outputs);
        for (output, meter) in meters.iter_mut().enumerate() {
            let (outputs, shape) = (*outputs.as_ref()[output], plan.output_ports[output].map());
            let (targets, unused) = (batch.targets_number(output), &mut gradients[..outputs.len()]);
            let mean = losses[output].loss(outputs, shape, plan.softmax[output], targets, unused);
            meter.add(mean, losses[output].measure(targets), outputs, targets);
        }
    }
    Ok(report::of_outputs::<M::Signature>(M::Signature::each(|output| meters[output].metrics())))
}

/// The metrics of an output on a batch.
fn measured<M: AnyModel>(
    output: usize,
    mean: f64,
    loss: &dyn Loss,
    outputs: &[f32],
    batch: &Batch<M::Image, M::Classes>,
) -> Metrics {
    let (plan, targets) = (M::PLAN, batch.targets_number(output));
    let (port, softmax) = (plan.output_ports[output], plan.softmax[output]);
    Metrics::of(mean, loss.measure(targets), outputs, port.map(), softmax, targets)
}

/// The inputs of a batch, as the network takes them.
fn inputs_of<M: AnyModel>(batch: &Batch<M::Image, M::Classes>) -> Inputs<'_, M> {
    M::Signature::lend(|input| batch.input_number(input))
}

/// The targets of each output.
fn targets_of<M: AnyModel>(batch: &Batch<M::Image, M::Classes>) -> Each<M, Targets<'_>> {
    M::Signature::each(|output| batch.targets_number(output))
}

/// The losses, lent.
fn lent<M: Network>(losses: &Each<M, Box<dyn Loss>>) -> Each<M, &dyn Loss> {
    let list = M::Signature::list(losses);
    M::Signature::each(|output| &**list.as_ref()[output] as &dyn Loss)
}

/// Only a network of one output has a loss of its own.
fn no_losses<M: AnyModel>() -> Error {
    let fields: Vec<_> = M::OUTPUTS.iter().map(|port| format!("{}: Box::new(..)", port.name)).collect();
    let expected = format!("a loss for each output, `{}Losses {{ {} }}`", short_type_name::<M>(), fields.join(", "));
    Error::Argument { name: "TrainerBuilder::losses", expected, found: "none".into() }
}
