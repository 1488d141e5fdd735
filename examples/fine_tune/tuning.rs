//! The fine-tuning of all networks here.

use std::time::{Duration, Instant};

use athena::data::{Dataset, Loader};
use athena::loss::CrossEntropy;
use athena::optim::Sgd;
use athena::train::{Trainer, TrainerBuilder, evaluate};
use athena::{ClassCount, ImageShape, Model};

use super::common::{Options, Outcome, say, train};

/// The whole network is trained with this fraction of the head's learning rate.
const GENTLE: f64 = 0.1;

/// Steps that are timed, after one to warm up.
const TIMED: usize = 5;

/// Training images and test images.
pub struct Images<I, K> {
    pub training: Dataset<I, K>,
    pub test: Dataset<I, K>,
}

/// Trains a new head on a frozen trunk, and then the whole network. `Whole` is the network of `Head` without frozen layers.
pub fn fine_tune<Head, Whole>(head: Head, images: &Images<Head::Image, Head::Classes>, options: &Options) -> Outcome
where
    Head: Model,
    Whole: Model<Image = Head::Image, Classes = Head::Classes>,
{
    let Images { training, test } = images;
    let frozen = Head::PARAMETERS - Head::TRAINABLE;
    say(format!("{} images to learn from; {} parameters learn, {frozen} are frozen", training.len(), Head::TRAINABLE))?;
    let before = evaluate(&head, test, &CrossEntropy::new(), options.batch.get())?;
    say(format!("before: test accuracy {:.2} %", 100.0 * before.accuracy().unwrap_or_default()))?;

    let with_frozen = step_time(Head::with_weights_of(&head)?, training, options)?;
    let with_all = step_time(Whole::with_weights_of(&head)?, training, options)?;
    let milliseconds = |time: Duration| 1e3 * time.as_secs_f64();
    say(format!(
        "a step: {:.1} ms with the trunk frozen, {:.1} ms with all of it learning ({:.1} times as long)",
        milliseconds(with_frozen),
        milliseconds(with_all),
        with_all.as_secs_f64() / with_frozen.as_secs_f64(),
    ))?;

    say("the head alone:")?;
    let head = train(trainer(head, options.lr), loader(training, options)?, test, options)?;
    say("all of it:")?;
    let whole = Whole::with_weights_of(&head)?;
    options.save(&train(trainer(whole, GENTLE * options.lr), loader(training, options)?, test, options)?)
}

/// The settings of all trainings here.
pub fn trainer<M: Model>(model: M, rate: f64) -> TrainerBuilder<M> {
    let optimiser = Sgd::new().learning_rate(rate).momentum(0.9).nesterov(true).weight_decay(1e-4);
    Trainer::builder(model).optimiser(optimiser)
}

fn loader<'d, I: ImageShape, K: ClassCount>(
    training: &'d Dataset<I, K>,
    options: &Options,
) -> Outcome<Loader<'d, I, K>> {
    Ok(Loader::new(training, options.batch.get().min(training.len()))?)
}

/// The median of some steps on one batch.
fn step_time<M: Model>(model: M, training: &Dataset<M::Image, M::Classes>, options: &Options) -> Outcome<Duration> {
    let mut loader = loader(training, options)?;
    let mut trainer = trainer(model, 1e-4).build()?;
    let batch = loader.next_batch().ok_or("there are no images")?;
    let mut times = Vec::new();
    for _ in 0..=TIMED {
        let start = Instant::now();
        trainer.step(batch)?;
        times.push(start.elapsed());
    }
    times.remove(0);
    times.sort();
    Ok(times[TIMED / 2])
}
