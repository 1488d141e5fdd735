//! The training that every example runs.

use std::time::Instant;

use athena::Model;
use athena::data::{Dataset, Loader};
use athena::optim::Schedule;
use athena::train::TrainerBuilder;

use super::{Options, Outcome, say};

/// Trains with a one-cycle schedule over all epochs, prints the accuracy on `test`, and returns the network.
pub fn train<M: Model>(
    trainer: TrainerBuilder<M>,
    loader: Loader<'_, M::Image, M::Classes>,
    test: &Dataset<M::Image, M::Classes>,
    options: &Options,
) -> Outcome<M> {
    let mut loader = loader.seed(options.seed).shuffled();
    let mut trainer = trainer.seed(options.seed).schedule(Schedule::one_cycle()).progress(true).build()?;
    let start = Instant::now();
    trainer.fit(&mut loader, options.epochs.get())?;
    let seconds = start.elapsed().as_secs_f64();
    let result = trainer.evaluate(test)?;
    let percent = 100.0 * result.accuracy().unwrap_or_default();
    let (right, images) = (result.correct().unwrap_or_default(), result.images);
    say(format!("test accuracy {percent:.2} % ({right} of {images} images) after {seconds:.1} s of training"))?;
    Ok(trainer.into_model())
}
