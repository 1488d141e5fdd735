//! Metrics: loss, accuracy and errors.

use std::fmt;

use super::pixels::{Maps, Pixel, ahead};
use crate::loss::{Measure, Targets};

/// The metrics over some images: the loss, and the accuracy or the error of the outputs.
///
/// The loss and the targets decide which ([`Loss::measure`](crate::loss::Loss::measure)): for classes the accuracy, for values
/// the differences from the outputs. Metrics that have no meaning are `None`, and are not printed.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 2 { input -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let pixels = vec![0.5; 3 * 4];
///     let network = Net::new(1);
///
///     let classes = Dataset::from_floats(&pixels, [0, 1, 1])?;
///     let metrics = evaluate(&network, &classes, &CrossEntropy::new(), 3)?;
///     println!("{metrics}"); // loss 0.7216, accuracy 33.33 %
///     assert_eq!((metrics.images, metrics.mean_absolute_error()), (3, None));
///     assert!(metrics.correct() <= Some(3)); // and `metrics.top5_accuracy()`, where there are more than five classes
///
///     let values = Dataset::from_floats(&pixels, [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])?;
///     let metrics = evaluate(&network, &values, &MeanSquaredError::new(), 3)?;
///     println!("{metrics}"); // loss 0.4102, mean absolute error 0.5718
///     assert_eq!((metrics.accuracy(), metrics.mean_iou()), (None, None)); // a network of maps has a mean IoU
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Number of images.
    pub images: u64,
    /// The mean loss over the images.
    pub loss: f64,
    score: Score,
    mean_iou: Option<f64>,
}

/// The metric besides the loss, which can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Score {
    /// There is none yet, or the batches had different metrics.
    #[default]
    Nothing,
    /// Number of images, or pixels of maps, whose class had the largest output, of `all` that have a class. With more than five classes, also the
    /// number of those whose class was among the five largest.
    Correct { top1: u64, top5: Option<u64>, all: u64 },
    /// The sum over all outputs of `|output - value|`, and their number.
    Errors { absolute: f64, outputs: u64 },
    /// Outputs that answered yes or no as their target, and how many there are.
    Answers { right: u64, answers: u64 },
}

/// The number of classes for the top-5 accuracy.
const BEST: usize = 5;

impl Metrics {
    /// The metrics of a batch's outputs before a final softmax: N images of `shape`. `softmax` says whether the network ends with one.
    pub(super) fn of(
        loss: f64,
        measure: Measure,
        outputs: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
    ) -> Self {
        let maps = Maps::of(shape);
        let images = outputs.chunks_exact(maps.len());
        let count = images.len() as u64;
        let score = match (measure, targets) {
            (Measure::Overlap { ignored }, targets) if maps.channels == 1 => {
                on_its_side(outputs, maps, targets, ignored)
            }
            (Measure::Accuracy { ignored } | Measure::Overlap { ignored }, targets) => {
                ranked(outputs, maps, targets, ignored)
            }
            (Measure::Errors, Targets::Values(values)) => {
                let absolute = images.zip(values.chunks_exact(maps.len())).map(|(outputs, values)| match softmax {
                    true => probability_error(outputs, values, maps),
                    false => absolute_error(outputs, values),
                });
                Score::Errors { absolute: absolute.sum(), outputs: values.len() as u64 }
            }
            (Measure::Answers, Targets::Values(values)) => {
                let right = outputs.iter().zip(values).filter(|(output, value)| (**output > 0.0) == (**value >= 0.5));
                Score::Answers { right: right.count() as u64, answers: values.len() as u64 }
            }
            (Measure::Errors | Measure::Answers, Targets::Classes(_)) | (Measure::Nothing, _) => Score::Nothing,
        };
        Self { images: count, loss, score, mean_iou: None }
    }

    /// The same with this mean IoU.
    pub(super) fn with_mean_iou(self, mean_iou: Option<f64>) -> Self {
        Self { mean_iou, ..self }
    }

    /// Adds the metrics of another batch. The sum has no [`mean_iou`](Self::mean_iou), which is not the mean of those of batches.
    ///
    /// ```
    /// use athena::train::Metrics;
    ///
    /// let mut all = Metrics::default();
    /// all.add(&Metrics::default());
    /// assert_eq!((all.images, all.accuracy()), (0, None));
    /// ```
    pub fn add(&mut self, other: &Self) {
        let images = self.images + other.images;
        if images > 0 {
            // The means are weighted by the numbers of images, since the last batch may be smaller.
            self.loss = (self.loss * self.images as f64 + other.loss * other.images as f64) / images as f64;
        }
        self.score = match (self.images, other.images) {
            (0, _) => other.score,
            (_, 0) => self.score,
            _ => self.score.with(other.score),
        };
        self.mean_iou = match (self.images, other.images) {
            (0, _) => other.mean_iou,
            (_, 0) => self.mean_iou,
            _ => None,
        };
        self.images = images;
    }

    /// Number of images, or of pixels if the outputs are maps, whose class had the largest output (of equal outputs the first counts as the largest);
    /// `None` if the targets are values and not classes. Those that the loss ignores
    /// ([`ignore_index`](crate::loss::CrossEntropy::ignore_index)) do not count. If targets are probabilities, the class of an image is that with the largest one, as in Keras's
    /// `CategoricalAccuracy`.
    #[must_use]
    pub fn correct(&self) -> Option<u64> {
        match self.score {
            Score::Correct { top1, .. } => Some(top1),
            _ => None,
        }
    }

    /// The top-1 accuracy: the fraction of the images, or of the pixels of maps, whose class had the largest output, 0 to 1; without those that the loss
    /// ignores, and `None` if it ignores all. See [`correct`](Self::correct). With
    /// [`BinaryCrossEntropy`](crate::loss::BinaryCrossEntropy) and values as targets, it is the fraction of right answers among all outputs of all images.
    #[doc(alias = "top1")]
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        match self.score {
            Score::Correct { top1, all, .. } => fraction(top1, all),
            Score::Answers { right, answers } => fraction(right, answers),
            Score::Errors { .. } | Score::Nothing => None,
        }
    }

    /// The top-5 accuracy: the fraction of the images, or of the pixels of maps, whose class was among the five largest outputs, 0 to 1; `None` where
    /// [`correct`](Self::correct) is, and for networks with at most five classes.
    #[doc(alias = "top5")]
    #[must_use]
    pub fn top5_accuracy(&self) -> Option<f64> {
        match self.score {
            Score::Correct { top5, all, .. } => top5.and_then(|top5| fraction(top5, all)),
            _ => None,
        }
    }

    /// The mean IoU of maps, 0 to 1: how far the regions of the classes and their true regions are the same, over all images; see
    /// [`MeanIou`](super::MeanIou). A map of one channel has two classes: 1 where the output is above 0, and 0. `None` if the outputs are no maps of
    /// classes, and if the metrics are a sum made by [`add`](Self::add).
    #[doc(alias("mIoU", "JaccardIndex", "intersection over union"))]
    #[must_use]
    pub fn mean_iou(&self) -> Option<f64> {
        self.mean_iou
    }

    /// The mean absolute error: the mean of `|output - value|` over all outputs of all images, as `torch.nn.L1Loss`; `None` if
    /// the targets are classes or their probabilities. The outputs are those of [`predict`](crate::Model::predict): probabilities
    /// if the network ends with softmax.
    #[doc(alias("mae", "l1"))]
    #[must_use]
    pub fn mean_absolute_error(&self) -> Option<f64> {
        match self.score {
            Score::Errors { absolute, outputs } => Some(absolute / outputs as f64),
            _ => None,
        }
    }
}

/// The loss, the accuracy or the mean absolute error, and the mean IoU.
impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {:.4}", self.loss)?;
        if let Some(accuracy) = self.accuracy() {
            write!(f, ", accuracy {:.2} %", 100.0 * accuracy)?;
        }
        if let Some(error) = self.mean_absolute_error() {
            write!(f, ", mean absolute error {error:.4}")?;
        }
        if let Some(iou) = self.mean_iou {
            write!(f, ", mean IoU {iou:.4}")?;
        }
        Ok(())
    }
}

impl Score {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Score::Correct { top1, top5, all }, Score::Correct { top1: other1, top5: other5, all: others }) => {
                let top5 = top5.zip(other5).map(|(top5, other5)| top5 + other5);
                Score::Correct { top1: top1 + other1, top5, all: all + others }
            }
            (Score::Answers { right, answers }, Score::Answers { right: more, answers: others }) => {
                Score::Answers { right: right + more, answers: answers + others }
            }
            (Score::Errors { absolute, outputs }, Score::Errors { absolute: more, outputs: others }) => {
                Score::Errors { absolute: absolute + more, outputs: outputs + others }
            }
            _ => Score::Nothing,
        }
    }
}

/// `part / all`, if there is something.
fn fraction(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// How many pixels have their class as the largest of their outputs, or among the five largest.
fn ranked(outputs: &[f32], maps: Maps, targets: Targets<'_>, ignored: Option<u32>) -> Score {
    let (mut top1, mut top5, mut all) = (0, 0, 0);
    for (outputs, class) in maps.each_pixel(outputs).zip(maps.classes(targets, ignored)) {
        let Some(class) = class else { continue };
        // A single class is the only answer.
        let ahead = ahead(outputs, class.min(maps.channels - 1));
        top1 += u64::from(ahead < 1);
        top5 += u64::from(ahead < BEST);
        all += 1;
    }
    Score::Correct { top1, top5: (maps.channels > BEST).then_some(top5), all }
}

/// How many pixels of one channel are above 0 where their class is 1, and only there.
fn on_its_side(outputs: &[f32], maps: Maps, targets: Targets<'_>, ignored: Option<u32>) -> Score {
    let classes = outputs.iter().zip(maps.classes(targets, ignored));
    let (mut top1, mut all) = (0, 0);
    for (output, class) in classes.filter_map(|(output, class)| Some((output, class?))) {
        top1 += u64::from((*output > 0.0) == (class == 1));
        all += 1;
    }
    Score::Correct { top1, top5: None, all }
}

/// Number of partial sums that are computed side by side, so that additions do not wait for each other.
const LANES: usize = 8;

/// The sum of `|output - value|`.
fn absolute_error(outputs: &[f32], values: &[f32]) -> f64 {
    let difference = |(y, wanted): (&f32, &f32)| (f64::from(*y) - f64::from(*wanted)).abs();
    let mut sums = [0.0; LANES];
    let (outputs, outputs_left) = outputs.as_chunks::<LANES>();
    let (values, values_left) = values.as_chunks::<LANES>();
    for (outputs, values) in outputs.iter().zip(values) {
        for (sum, pair) in sums.iter_mut().zip(outputs.iter().zip(values)) {
            *sum += difference(pair);
        }
    }
    sums.iter().sum::<f64>() + outputs_left.iter().zip(values_left).map(difference).sum::<f64>()
}

/// The sum of `|p - value|`, where `p` is the softmax of an image's outputs at each pixel.
fn probability_error(outputs: &[f32], values: &[f32], maps: Maps) -> f64 {
    let pixel = |outputs: Pixel<'_>, values: Pixel<'_>| {
        let most = f64::from(outputs.clone().copied().fold(f32::NEG_INFINITY, f32::max));
        let exponential = |output: &f32| (f64::from(*output) - most).exp();
        let whole: f64 = outputs.clone().map(exponential).sum();
        let errors = outputs.zip(values).map(|(output, wanted)| exponential(output) / whole - f64::from(*wanted));
        errors.map(f64::abs).sum::<f64>()
    };
    maps.each_pixel(outputs).zip(maps.each_pixel(values)).map(|(outputs, values)| pixel(outputs, values)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCURACY: Measure = Measure::Accuracy { ignored: None };

    fn of_labels(outputs: &[f32], classes: usize, labels: &[u32]) -> Metrics {
        Metrics::of(0.0, ACCURACY, outputs, [classes, 1, 1], false, Targets::Classes(labels))
    }

    #[test]
    fn ties_go_to_the_first_class() {
        let metrics = of_labels(&[0.5; 7].repeat(7), 7, &[0, 1, 2, 3, 4, 5, 6]);
        assert_eq!((metrics.images, metrics.correct(), metrics.top5_accuracy()), (7, Some(1), Some(5.0 / 7.0)));
    }

    #[test]
    fn outputs_that_are_no_numbers_are_never_correct() {
        let metrics = of_labels(&[f32::NAN; 6], 6, &[0]);
        assert_eq!((metrics.accuracy(), metrics.top5_accuracy()), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn five_classes_have_no_five_best() {
        assert_eq!(of_labels(&[0.0, 1.0, 2.0, 3.0, 4.0], 5, &[0]).top5_accuracy(), None);
        assert_eq!(of_labels(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 6, &[1]).top5_accuracy(), Some(1.0));
        assert_eq!(of_labels(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 6, &[0]).top5_accuracy(), Some(0.0));
    }

    #[test]
    fn probabilities_stand_for_their_largest() {
        let targets = Targets::Values(&[0.25, 0.75, 0.5, 0.5]);
        let metrics = Metrics::of(0.0, ACCURACY, &[0.1, 0.9, 0.2, 0.3], [2, 1, 1], false, targets);
        assert_eq!((metrics.images, metrics.correct(), metrics.mean_absolute_error()), (2, Some(1), None));
    }

    #[test]
    fn values_have_errors_and_no_accuracy() {
        // Nineteen values, so that two lanes of eight have three left: the errors are 0, 0.5, 1, ... 9.
        let outputs: Vec<f32> = (0..19).map(|i| i as f32).collect();
        let values: Vec<f32> = (0..19).map(|i| i as f32 * if i % 2 == 0 { 0.5 } else { 1.5 }).collect();
        let metrics = Metrics::of(2.0, Measure::Errors, &outputs, [19, 1, 1], false, Targets::Values(&values));
        assert_eq!((metrics.accuracy(), metrics.top5_accuracy(), metrics.correct()), (None, None, None));
        assert_eq!(metrics.mean_absolute_error(), Some(4.5));
        assert_eq!(metrics.to_string(), "loss 2.0000, mean absolute error 4.5000");
    }

    #[test]
    fn errors_are_those_of_the_probabilities_where_the_network_ends_with_softmax() {
        // A softmax of 1/4 and 3/4.
        let outputs = [0.0, 3.0_f32.ln()];
        let metrics = Metrics::of(0.0, Measure::Errors, &outputs, [2, 1, 1], true, Targets::Values(&[0.0, 0.5]));
        let error = metrics.mean_absolute_error().unwrap();
        assert!((error - 0.25).abs() < 1e-7, "{error}");
    }

    #[test]
    fn answers_are_counted_one_by_one() {
        let of = |outputs: &[f32], values: &[f32]| {
            Metrics::of(0.0, Measure::Answers, outputs, [3, 1, 1], false, Targets::Values(values))
        };
        // Yes, no, yes; an output of 0 is a no, and so is one that is no number.
        let mut all = of(&[0.1, -2.0, 3.0, 0.0, f32::NAN, 1.0], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.5]);
        assert_eq!((all.images, all.accuracy(), all.correct()), (2, Some(4.0 / 6.0), None));
        assert_eq!((all.mean_absolute_error(), all.top5_accuracy()), (None, None));
        all.add(&of(&[1.0; 3], &[0.0; 3]));
        assert_eq!((all.images, all.accuracy()), (3, Some(4.0 / 9.0)));
        assert_eq!(all.to_string(), "loss 0.0000, accuracy 44.44 %");
    }

    #[test]
    fn batches_weigh_as_much_as_they_have_images() {
        let mut sum = Metrics::default();
        assert_eq!((sum.accuracy(), sum.mean_absolute_error()), (None, None));
        sum.add(&Metrics {
            images: 3,
            loss: 1.0,
            score: Score::Correct { top1: 1, top5: Some(2), all: 3 },
            mean_iou: None,
        });
        sum.add(&Metrics {
            images: 1,
            loss: 5.0,
            score: Score::Correct { top1: 1, top5: Some(1), all: 1 },
            mean_iou: None,
        });
        sum.add(&Metrics::default());
        assert_eq!((sum.images, sum.loss, sum.accuracy(), sum.top5_accuracy()), (4, 2.0, Some(0.5), Some(0.75)));
        assert_eq!(sum.to_string(), "loss 2.0000, accuracy 50.00 %");
        let errors =
            Metrics { images: 1, loss: 1.0, score: Score::Errors { absolute: 6.0, outputs: 2 }, mean_iou: None };
        let mut of_values = errors;
        of_values.add(&Metrics {
            images: 1,
            loss: 1.0,
            score: Score::Errors { absolute: 2.0, outputs: 2 },
            mean_iou: None,
        });
        assert_eq!(of_values.mean_absolute_error(), Some(2.0));
        // Images that were measured in different ways have only a loss in common.
        sum.add(&errors);
        assert_eq!((sum.images, sum.accuracy(), sum.mean_absolute_error()), (5, None, None));
    }

    /// Two images of two pixels with three classes. The answers are 2, 0, 1 and 1.
    const MAPS: [f32; 12] = [0.1, 0.9, 0.2, 0.3, 0.7, 0.0, -1.0, 0.0, 2.0, 0.5, 1.0, 0.25];

    #[test]
    fn pixels_of_maps_are_counted_one_by_one() {
        let of = |ignored, labels: &[u32]| {
            Metrics::of(0.0, Measure::Accuracy { ignored }, &MAPS, [3, 1, 2], false, Targets::Classes(labels))
        };
        let metrics = of(None, &[2, 1, 1, 1]);
        assert_eq!((metrics.images, metrics.correct(), metrics.accuracy()), (2, Some(3), Some(0.75)));
        let mut metrics = of(Some(255), &[2, 255, 255, 0]);
        assert_eq!((metrics.images, metrics.correct(), metrics.accuracy()), (2, Some(1), Some(0.5)));
        assert_eq!(of(Some(255), &[255; 4]).accuracy(), None);
        metrics.add(&of(Some(255), &[2, 0, 1, 255]));
        assert_eq!((metrics.images, metrics.accuracy()), (4, Some(4.0 / 5.0)));
    }

    #[test]
    fn errors_of_maps_are_those_of_the_probabilities_at_each_pixel() {
        // At each pixel a softmax of 1/4 and 3/4.
        let three = 3.0_f32.ln();
        let (outputs, targets) = ([0.0, three, three, 0.0], Targets::Values(&[0.0, 0.5, 0.5, 0.0]));
        let metrics = Metrics::of(0.0, Measure::Errors, &outputs, [2, 1, 2], true, targets);
        let error = metrics.mean_absolute_error().unwrap();
        assert!((error - 0.25).abs() < 1e-7, "{error}");
    }

    #[test]
    fn one_channel_is_about_one_class() {
        let of = |targets| {
            let outputs = [0.5, -0.5, 0.0, 3.0];
            Metrics::of(0.0, Measure::Overlap { ignored: Some(9) }, &outputs, [1, 2, 2], false, targets).accuracy()
        };
        assert_eq!(of(Targets::Classes(&[1, 0, 9, 0])), Some(2.0 / 3.0));
        assert_eq!(of(Targets::Values(&[0.0, 0.2, 0.5, 1.0])), Some(0.5));
    }

    #[test]
    fn embeddings_have_a_loss_alone() {
        let metrics = Metrics::of(0.5, Measure::Nothing, &[1.0; 4], [2, 1, 1], false, Targets::Classes(&[70, 3]));
        assert_eq!(metrics.to_string(), "loss 0.5000");
        let measure = Measure::Accuracy { ignored: None };
        let single = Metrics::of(0.0, measure, &[-3.0], [1, 1, 1], false, Targets::Values(&[1.0]));
        assert_eq!(single.accuracy(), Some(1.0), "a single class is right");
    }
}
