//! Methods of [`Trainer`] that are called on a builder. None of these calls compiles; rustc says that `.build()?` is missing, where
//! it would otherwise suggest a method with a similar name.

use super::{EpochReport, Event, Metrics, StepReport, Trainer, TrainerBuilder, Verdict};
use crate::data::{Batch, Dataset, Loader};
use crate::{Error, Model};

/// What has a trainer. No builder has one.
#[diagnostic::on_unimplemented(
    message = "the trainer is not built yet",
    label = "this is a `TrainerBuilder`: `.build()?` is missing behind its settings",
    note = "`let mut trainer = Trainer::builder(network).build()?;`"
)]
pub trait Built<M: Model> {
    /// The trainer.
    fn trainer(&mut self) -> &mut Trainer<M>;
}

#[doc(hidden)]
impl<M: Model> TrainerBuilder<M> {
    /// See [`Trainer::fit`].
    ///
    /// # Errors
    /// Those of [`Trainer::fit`].
    pub fn fit(&mut self, loader: &mut Loader<'_, M::Image, M::Classes>, epochs: u64) -> Result<Vec<EpochReport>, Error>
    where
        Self: Built<M>,
    {
        self.trainer().fit(loader, epochs)
    }

    /// See [`Trainer::fit_with`].
    ///
    /// # Errors
    /// Those of [`Trainer::fit_with`].
    pub fn fit_with<V: Verdict>(
        &mut self,
        loader: &mut Loader<'_, M::Image, M::Classes>,
        epochs: u64,
        test: Option<&Dataset<M::Image, M::Classes>>,
        observe: impl FnMut(&mut Trainer<M>, Event) -> V,
    ) -> Result<Vec<EpochReport>, Error>
    where
        Self: Built<M>,
    {
        self.trainer().fit_with(loader, epochs, test, observe)
    }

    /// See [`Trainer::step`].
    ///
    /// # Errors
    /// Those of [`Trainer::step`].
    pub fn step(&mut self, batch: &Batch<M::Image, M::Classes>) -> Result<StepReport, Error>
    where
        Self: Built<M>,
    {
        self.trainer().step(batch)
    }

    /// See [`Trainer::evaluate`].
    ///
    /// # Errors
    /// Those of [`Trainer::evaluate`].
    pub fn evaluate(&mut self, dataset: &Dataset<M::Image, M::Classes>) -> Result<Metrics, Error>
    where
        Self: Built<M>,
    {
        self.trainer().evaluate(dataset)
    }
}
