//! The training that every example runs.

use std::ops::ControlFlow;
use std::time::Instant;

use athena::Model;
use athena::data::{Dataset, Loader};
use athena::optim::Schedule;
use athena::train::TrainerBuilder;

use super::progress::Progress;
use super::{Options, Outcome, say};

/// Trains with one cycle of the learning rate over all epochs, says the accuracy on `test`, and gives the network back.
pub fn train<M: Model>(
    trainer: TrainerBuilder<M>,
    loader: Loader<'_, M::Image, M::Classes>,
    test: &Dataset<M::Image, M::Classes>,
    options: &Options,
) -> Outcome<M> {
    let mut loader = loader.seed(options.seed).shuffled();
    let trainer = trainer.batch(loader.batch_size()).seed(options.seed).schedule(Schedule::one_cycle());
    let mut trainer = trainer.build()?;
    let start = Instant::now();
    let mut progress = Progress::start();
    trainer.fit_with(&mut loader, options.epochs.get(), None, |event| {
        progress.observe(&event);
        ControlFlow::Continue(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let result = trainer.evaluate(test)?;
    let (percent, right, images) = (100.0 * result.accuracy(), result.top1, result.images);
    say(format!("test accuracy {percent:.2} % ({right} of {images} images) after {seconds:.1} s of training"))?;
    Ok(trainer.into_model())
}
