//! The training that every example runs.

use std::time::{Duration, Instant};

use athena::Model;
use athena::data::{Dataset, Loader};
use athena::optim::Schedule;
use athena::train::{Trainer, TrainerBuilder};

use super::{Options, Outcome, say};

/// Trains with a one-cycle schedule over all epochs, and returns the trainer and the time that it took.
pub fn fit<M: Model>(
    trainer: TrainerBuilder<M>,
    loader: Loader<'_, M::Image, M::Classes>,
    options: &Options,
) -> Outcome<(Trainer<M>, Duration)> {
    let mut loader = loader.seed(options.seed).shuffled();
    let mut trainer = trainer.seed(options.seed).schedule(Schedule::one_cycle()).progress(true).build()?;
    let start = Instant::now();
    trainer.fit(&mut loader, options.epochs.get())?;
    Ok((trainer, start.elapsed()))
}

/// The same for images of one class each: prints the accuracy on `test`, and returns the network.
#[allow(dead_code, reason = "not every example has a class for each image")]
pub fn train<M: Model>(
    trainer: TrainerBuilder<M>,
    loader: Loader<'_, M::Image, M::Classes>,
    test: &Dataset<M::Image, M::Classes>,
    options: &Options,
) -> Outcome<M> {
    let (trainer, time) = fit(trainer, loader, options)?;
    let result = trainer.evaluate(test)?;
    let percent = 100.0 * result.accuracy().unwrap_or_default();
    let (right, images, seconds) = (result.correct().unwrap_or_default(), result.images, time.as_secs_f64());
    say(format!("test accuracy {percent:.2} % ({right} of {images} images) after {seconds:.1} s of training"))?;
    Ok(trainer.into_model())
}
