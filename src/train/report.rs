//! The metrics of all outputs of a network.

use super::{Event, Metrics};
use crate::__private::Network;
use crate::{Signature, train::EpochReport, train::StepEvent, train::StepReport};

/// What a training of `M` reports: [`Metrics`] for one output without a name, and a [`Total`](super::Total) of the metrics of named outputs.
///
/// ```
/// use athena::prelude::*;
/// use athena::train::MetricsOf;
///
/// resnet! {
///     struct Net(1x2x2) -> (class: 3, side: 1) {
///         let vector = input -> flatten;
///         let class = vector -> linear(3);
///         let side = vector -> linear(1);
///     }
/// }
///
/// fn accuracy(metrics: &MetricsOf<Net>) -> Option<f64> {
///     metrics.outputs.class.accuracy()
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let losses = NetLosses { class: Box::new(CrossEntropy::new()), side: Box::new(MeanSquaredError::new()) };
///     let mut trainer = Trainer::builder(Net::new(1)).losses(losses).build()?;
///     let targets = NetTargets { class: Targets::Classes(&[2]), side: Targets::Values(&[0.5]) };
///     assert!(accuracy(&trainer.step(&Batch::new([0.5; 4], targets)?)?.metrics).is_some());
///     Ok(())
/// }
/// ```
pub type MetricsOf<M> = <<M as Network>::Signature as Signature>::Report<Metrics>;

/// The report of these outputs.
pub(super) fn of_outputs<S: Signature>(outputs: S::Each<Metrics>) -> S::Report<Metrics> {
    let loss = S::list(&outputs).as_ref().iter().map(|metrics| metrics.loss).sum();
    S::report(loss, outputs)
}

/// The report of no images.
pub(super) fn of_nothing<S: Signature>() -> S::Report<Metrics> {
    of_outputs::<S>(S::each(|_| Metrics::default()))
}

/// The report of the images of both.
pub(super) fn of_both<S: Signature>(first: &S::Report<Metrics>, second: &S::Report<Metrics>) -> S::Report<Metrics> {
    let (first, second) = (S::list(S::reported(first)), S::list(S::reported(second)));
    of_outputs::<S>(S::each(|output| {
        let mut both = *first.as_ref()[output];
        both.add(second.as_ref()[output]);
        both
    }))
}

/// A copy. Reports of named outputs are `Copy`, too, but what is generic over the signature does not know.
pub(super) fn copy<S: Signature>(report: &S::Report<Metrics>) -> S::Report<Metrics> {
    let outputs = S::list(S::reported(report));
    of_outputs::<S>(S::each(|output| *outputs.as_ref()[output]))
}

/// The metrics of the only output, or the sum of the losses of several.
fn total<S: Signature>(report: &S::Report<Metrics>) -> Metrics {
    let outputs = S::list(S::reported(report));
    match outputs.as_ref() {
        [output] => **output,
        outputs => {
            let mut total = Metrics::default();
            total.images = outputs[0].images;
            total.loss = outputs.iter().map(|metrics| metrics.loss).sum();
            total
        }
    }
}

/// The event as one line of progress shows it.
pub(super) fn totals<S: Signature>(event: &Event<S::Report<Metrics>>) -> Event {
    match event {
        Event::Step(StepEvent { epoch, epochs, done, steps, report, so_far }) => Event::Step(StepEvent {
            epoch: *epoch,
            epochs: *epochs,
            done: *done,
            steps: *steps,
            report: StepReport { step: report.step, rate: report.rate, metrics: total::<S>(&report.metrics) },
            so_far: total::<S>(so_far),
        }),
        Event::Epoch(EpochReport { epoch, training, test }) => Event::Epoch(EpochReport {
            epoch: *epoch,
            training: total::<S>(training),
            test: test.as_ref().map(total::<S>),
        }),
    }
}
