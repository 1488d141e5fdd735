//! What a trainer is made from.

use super::Trainer;
use crate::loss::{CrossEntropy, Loss};
use crate::optim::{Clip, Optimiser, Schedule, Sgd};
use crate::{Error, Model};

/// Images in a step unless set otherwise.
const BATCH: usize = 128;

/// The settings of a [`Trainer`].
pub struct TrainerBuilder<M> {
    pub(super) model: M,
    pub(super) batch: usize,
    pub(super) seed: u64,
    pub(super) optimiser: Box<dyn Optimiser>,
    pub(super) loss: Box<dyn Loss>,
    pub(super) schedule: Schedule,
    pub(super) clip: Option<Clip>,
}

impl<M: Model> TrainerBuilder<M> {
    pub(super) fn new(model: M) -> Self {
        Self {
            model,
            batch: BATCH,
            seed: 0,
            optimiser: Box::new(Sgd::new()),
            loss: Box::new(CrossEntropy::new()),
            schedule: Schedule::constant(),
            clip: None,
        }
    }

    /// The most images that a step takes; memory is made for so many. 128 unless set.
    #[doc(alias = "batch_size")]
    #[must_use]
    pub fn batch(self, batch: usize) -> Self {
        Self { batch, ..self }
    }

    /// The seed of what is random within the network (dropout); 0 unless set.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The optimiser; [`Sgd::new`] unless set.
    #[must_use]
    pub fn optimiser(self, optimiser: impl Optimiser + 'static) -> Self {
        Self { optimiser: Box::new(optimiser), ..self }
    }

    /// The loss; [`CrossEntropy::new`] unless set.
    #[doc(alias = "criterion")]
    #[must_use]
    pub fn loss(self, loss: impl Loss + 'static) -> Self {
        Self { loss: Box::new(loss), ..self }
    }

    /// The learning rate over time; [`Schedule::constant`] unless set.
    #[must_use]
    pub fn schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Clips the gradients before each step; they are left alone unless set.
    #[must_use]
    pub fn clip(self, clip: Clip) -> Self {
        Self { clip: Some(clip), ..self }
    }

    /// Checks the settings and makes all the memory that training needs.
    ///
    /// # Errors
    /// A setting out of its range, too little memory, or threads that cannot be started.
    #[doc(alias = "compile")]
    pub fn build(self) -> Result<Trainer<M>, Error> {
        Trainer::new(self)
    }
}
