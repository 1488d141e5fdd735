//! The builder of trainers.

use super::Trainer;
use crate::__private::{Each, Network};
use crate::loss::{CrossEntropy, Loss};
use crate::optim::{Clip, Optimiser, Schedule, Sgd};
use crate::{AnyModel, Error, Plain, Signature};
use std::fmt;

/// The settings of a [`Trainer`].
///
/// The batch size is not a setting: memory is made for the batches that are passed.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x8x8) -> 10 { input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> linear(10) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut trainer = Trainer::builder(Net::new(1))
///         .optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).nesterov(true).weight_decay(5e-4))
///         .loss(CrossEntropy::new().label_smoothing(0.1))
///         .schedule(Schedule::cosine())
///         .clip(Clip::Norm(1.0))
///         .progress(true)
///         .build()?;
///     let data = Dataset::from_bytes([[0; 64], [255; 64]].concat(), [0, 1])?;
///     trainer.fit(&mut Loader::new(&data, 2)?, 1)?;
///     Ok(())
/// }
/// ```
pub struct TrainerBuilder<M: Network> {
    pub(super) model: M,
    pub(super) seed: u64,
    pub(super) optimiser: Box<dyn Optimiser>,
    /// `None` for several outputs, for which there is no default.
    pub(super) losses: Option<Each<M, Box<dyn Loss>>>,
    pub(super) schedule: Schedule,
    pub(super) clip: Option<Clip>,
    pub(super) epochs: Option<u64>,
    pub(super) progress: bool,
}

impl<M: Network> fmt::Debug for TrainerBuilder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, epochs, progress, .. } = self;
        f.debug_struct("TrainerBuilder")
            .field("seed", seed)
            .field("epochs", epochs)
            .field("progress", progress)
            .finish_non_exhaustive()
    }
}

impl<M: AnyModel> TrainerBuilder<M> {
    pub(super) fn new(model: M) -> Self {
        Self {
            model,
            seed: 0,
            optimiser: Box::new(Sgd::new()),
            losses: (M::OUTPUTS.len() == 1)
                .then(|| M::Signature::each(|_| Box::new(CrossEntropy::new()) as Box<dyn Loss>)),
            schedule: Schedule::constant(),
            clip: None,
            epochs: None,
            progress: false,
        }
    }

    /// Sets the seed of dropout; the default is 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the optimiser; the default is [`Sgd::new`].
    #[must_use]
    pub fn optimiser(self, optimiser: impl Optimiser + 'static) -> Self {
        Self { optimiser: Box::new(optimiser), ..self }
    }

    /// Sets the loss of each output, for a network whose outputs have names: `.losses(WardLosses { class: Box::new(..), corners: Box::new(..) })`. The
    /// training lowers their sum. [`Loss::weighted`] gives one of them a weight.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x2x2) -> (class: 3, side: 1) {
    ///         let vector = input -> flatten;
    ///         let class = vector -> linear(3);
    ///         let side = vector -> linear(1);
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let losses = NetLosses { class: Box::new(CrossEntropy::new()), side: Box::new(SmoothL1::new().weighted(0.5)) };
    ///     let trainer = Trainer::builder(Net::new(1)).losses(losses).build()?;
    ///     # let _ = trainer;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn losses(self, losses: Each<M, Box<dyn Loss>>) -> Self {
        Self { losses: Some(losses), ..self }
    }

    /// Sets the learning-rate schedule; the default is [`Schedule::constant`].
    #[must_use]
    pub fn schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Sets how gradients are clipped before each step; by default they are not clipped.
    #[must_use]
    pub fn clip(self, clip: Clip) -> Self {
        Self { clip: Some(clip), ..self }
    }

    /// Sets the number of epochs of the whole training, for schedules that end with it. It is needed if the training takes several calls of
    /// [`fit`](Trainer::fit); the default is the number of epochs of the first call.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) }
    /// }
    /// fn main() -> Result<(), athena::Error> {
    ///     let data = Dataset::from_floats(vec![0.5; 8], [0, 1])?;
    ///     let mut loader = Loader::new(&data, 2)?;
    ///     let mut trainer = Trainer::builder(Net::new(1)).schedule(Schedule::cosine()).epochs(30).build()?;
    ///     for epoch in 0..30 {
    ///         let reports = trainer.fit(&mut loader, 1)?;
    ///         println!("epoch {epoch}: {}", reports[0].training);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias = "max_epochs")]
    #[must_use]
    pub fn epochs(self, epochs: u64) -> Self {
        Self { epochs: Some(epochs), ..self }
    }

    /// Sets whether [`fit`](Trainer::fit) writes its progress to stderr: loss, accuracy or error, and the remaining time. On a
    /// terminal this is one line that is updated; elsewhere it is a new line every few seconds. The default is `false`.
    #[doc(alias("verbose", "tqdm", "enable_progress_bar"))]
    #[must_use]
    pub fn progress(self, progress: bool) -> Self {
        Self { progress, ..self }
    }

    /// Checks the settings and makes the optimiser's state.
    ///
    /// # Errors
    /// A setting is out of its range.
    #[doc(alias = "compile")]
    pub fn build(self) -> Result<Trainer<M>, Error> {
        Trainer::new(self)
    }

    /// Sets the loss; the default is [`CrossEntropy::new`].
    #[doc(alias = "criterion")]
    #[must_use]
    pub fn loss(self, loss: impl Loss + 'static) -> Self
    where
        M: OneOutput,
    {
        let mut loss = Some(Box::new(loss) as Box<dyn Loss>);
        Self {
            losses: Some(M::Signature::each(|_| loss.take().unwrap_or_else(|| Box::new(CrossEntropy::new())))),
            ..self
        }
    }
}

/// A network of one output without a name, which has one loss.
#[diagnostic::on_unimplemented(
    message = "the outputs of `{Self}` have names, so that each has a loss of its own",
    label = "no network of one output without a name",
    note = "`.losses(NetLosses {{ class: Box::new(CrossEntropy::new()), .. }})` has a loss for each output of a network `Net`"
)]
pub trait OneOutput {}

#[diagnostic::do_not_recommend]
impl<M: Network<Signature = Plain>> OneOutput for M {}
