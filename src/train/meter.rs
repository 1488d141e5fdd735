//! The metrics of one output over many batches.

use super::pixels::Maps;
use super::{MeanIou, Metrics};
use crate::Error;
use crate::loss::{Measure, Targets};

/// Measures one output of a network, batch by batch. It allocates when it is made, and never later.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    shape: [usize; 3],
    softmax: bool,
    metrics: Metrics,
    regions: Option<Regions>,
}

/// The regions of classes. The figures of a batch cannot be joined to those of all, so their pixels are counted.
#[derive(Clone, Debug)]
struct Regions {
    batch: MeanIou,
    all: MeanIou,
}

impl Meter {
    /// For an output of this shape. `softmax` says whether it ends with one. The mean IoU is measured of maps.
    pub fn new(shape: [usize; 3], softmax: bool) -> Result<Self, Error> {
        let [channels, height, width] = shape;
        let regions = match height * width {
            1 => None,
            _ => {
                let counts = MeanIou::new(channels.max(2))?;
                Some(Regions { batch: counts.clone(), all: counts })
            }
        };
        Ok(Self { shape, softmax, metrics: Metrics::default(), regions })
    }

    /// Measures a batch of outputs before a final softmax, and returns its own metrics.
    pub fn add(&mut self, loss: f64, measure: Measure, outputs: &[f32], targets: Targets<'_>) -> Metrics {
        let mut batch = Metrics::of(loss, measure, outputs, self.shape, self.softmax, targets);
        if let (Some(regions), Some(ignored)) = (&mut self.regions, classified(measure, self.shape)) {
            regions.batch.clear();
            regions.batch.add_batch(outputs, Maps::of(self.shape), targets, ignored);
            regions.all.join(&regions.batch);
            batch = batch.with_mean_iou(regions.batch.mean());
        }
        self.metrics.add(&batch);
        batch
    }

    /// The metrics of all batches.
    pub fn metrics(&self) -> Metrics {
        self.metrics.with_mean_iou(self.regions.as_ref().and_then(|regions| regions.all.mean()))
    }
}

/// Whether the pixels have classes, and then the label of those that are ignored.
fn classified(measure: Measure, [channels, ..]: [usize; 3]) -> Option<Option<u32>> {
    match measure {
        Measure::Accuracy { ignored } if channels > 1 => Some(ignored),
        Measure::Overlap { ignored } => Some(ignored),
        Measure::Answers if channels == 1 => Some(None),
        Measure::Accuracy { .. } | Measure::Errors | Measure::Answers | Measure::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores whose largest is `answers`, for three classes at 1 x 4 pixels.
    fn scores(answers: [usize; 4]) -> Vec<f32> {
        (0..12).map(|at| f32::from(u8::from(answers[at % 4] == at / 4))).collect()
    }

    #[test]
    fn the_mean_iou_is_that_of_all_pixels_and_not_the_mean_of_the_batches() {
        let mut meter = Meter::new([3, 1, 4], false).unwrap();
        let measure = Measure::Accuracy { ignored: Some(255) };
        let one = meter.add(1.0, measure, &scores([0, 0, 1, 1]), Targets::Classes(&[0, 1, 1, 255]));
        // 1 of 2 pixels of class 0, and 1 of 2 of class 1.
        assert_eq!((one.mean_iou(), one.accuracy()), (Some(0.5), Some(2.0 / 3.0)));
        let both = [scores([2, 2, 2, 2]), scores([0, 0, 2, 1])].concat();
        let two = meter.add(4.0, measure, &both, Targets::Classes(&[2, 2, 0, 2, 0, 0, 2, 0]));
        // Of class 0 there are 2 of 4 in both, of class 1 none of 1, and of class 2 four of 5.
        assert_eq!(two.mean_iou(), Some((0.5 + 0.0 + 0.8) / 3.0));
        let all = meter.metrics();
        // 3 of 6, 1 of 3, and 4 of 5.
        assert_eq!(all.mean_iou(), Some((0.5 + 1.0 / 3.0 + 0.8) / 3.0));
        assert_eq!((all.images, all.loss, all.accuracy()), (3, 3.0, Some(8.0 / 11.0)));
        assert_eq!(all.to_string(), "loss 3.0000, accuracy 72.73 %, mean IoU 0.5444");
        let mut sum = one;
        sum.add(&two);
        assert_eq!((sum.mean_iou(), sum.accuracy()), (None, all.accuracy()));
    }

    #[test]
    fn one_channel_has_two_classes() {
        for (measure, targets) in [
            (Measure::Overlap { ignored: None }, Targets::Classes(&[1, 0, 0, 0])),
            (Measure::Answers, Targets::Values(&[1.0, 0.0, 0.25, 0.0])),
        ] {
            let mut meter = Meter::new([1, 2, 2], false).unwrap();
            meter.add(0.0, measure, &[0.5, 0.5, -1.0, 0.0], targets);
            assert_eq!(meter.metrics().mean_iou(), Some((1.0 / 2.0 + 2.0 / 3.0) / 2.0), "{measure:?}");
        }
    }

    #[test]
    fn labels_that_are_no_classes_are_in_no_region() {
        let mut meter = Meter::new([3, 1, 4], false).unwrap();
        let labels = Targets::Classes(&[0, 1, 7, u32::MAX]);
        let metrics = meter.add(0.0, Measure::Accuracy { ignored: None }, &scores([0, 0, 1, 1]), labels);
        // 1 of 2 pixels of class 0, and none of 1 of class 1.
        assert_eq!((metrics.mean_iou(), metrics.accuracy()), (Some(0.25), Some(0.25)));
    }

    #[test]
    fn vectors_and_values_have_no_regions() {
        let mut meter = Meter::new([2, 1, 1], false).unwrap();
        meter.add(0.0, Measure::Accuracy { ignored: None }, &[0.0, 1.0], Targets::Classes(&[1]));
        assert_eq!(meter.metrics().mean_iou(), None);
        let mut meter = Meter::new([2, 1, 2], false).unwrap();
        meter.add(0.0, Measure::Errors, &[0.0; 4], Targets::Values(&[1.0; 4]));
        assert_eq!((meter.metrics().mean_iou(), meter.metrics().mean_absolute_error()), (None, Some(1.0)));
    }
}
