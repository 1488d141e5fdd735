//! How well a network does.

use std::cmp::Ordering;

use crate::loss::Targets;

/// Loss and hits over some images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// How many images.
    pub images: u64,
    /// The mean loss over them.
    pub loss: f64,
    /// Images whose class had the largest output; of equal outputs the first class counts as the larger.
    pub top1: u64,
    /// Images whose class was among the five largest outputs.
    pub top5: u64,
}

impl Metrics {
    /// Of a batch's outputs, N x `classes`. Where the targets are values, the class of an image is its largest one.
    pub(super) fn of(loss: f64, outputs: &[f32], classes: usize, targets: Targets<'_>) -> Self {
        let mut metrics = Self { loss, ..Self::default() };
        for (image, outputs) in outputs.chunks_exact(classes).enumerate() {
            let class = match targets {
                Targets::Classes(labels) => labels[image] as usize,
                Targets::Values(values) => largest(&values[image * classes..][..classes]),
            };
            let ahead = ahead(outputs, class);
            metrics.images += 1;
            metrics.top1 += u64::from(ahead < 1);
            metrics.top5 += u64::from(ahead < 5);
        }
        metrics
    }

    /// Takes in the images of another batch.
    pub fn add(&mut self, other: &Self) {
        let images = self.images + other.images;
        if images > 0 {
            // Weighted by the images, so that a smaller last batch counts for what it is.
            self.loss = (self.loss * self.images as f64 + other.loss * other.images as f64) / images as f64;
        }
        self.images = images;
        self.top1 += other.top1;
        self.top5 += other.top5;
    }

    /// Fraction of the images whose class had the largest output: 0 to 1.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.top1 as f64 / self.images.max(1) as f64
    }

    /// Fraction of the images whose class was among the five largest outputs: 0 to 1.
    #[must_use]
    pub fn top5_accuracy(&self) -> f64 {
        self.top5 as f64 / self.images.max(1) as f64
    }
}

fn largest(values: &[f32]) -> usize {
    (0..values.len()).find(|&class| ahead(values, class) == 0).unwrap_or(0)
}

/// Classes whose output ranks before that of `class`. An output that is no number ranks before all others, so that a network
/// that is broken has no hits.
fn ahead(outputs: &[f32], class: usize) -> usize {
    let own = outputs[class];
    let before = |(other, output): (usize, &f32)| match output.partial_cmp(&own) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => other < class,
        Some(Ordering::Less) => false,
        None => true,
    };
    outputs.iter().enumerate().filter(|&entry| before(entry)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_first_class() {
        let outputs = [1.0, 3.0, 3.0, 2.0];
        assert_eq!([0, 1, 2, 3].map(|class| ahead(&outputs, class)), [3, 0, 1, 2]);
        let same = [0.5; 7];
        let metrics = Metrics::of(0.0, &same.repeat(7), 7, Targets::Classes(&[0, 1, 2, 3, 4, 5, 6]));
        assert_eq!((metrics.images, metrics.top1, metrics.top5), (7, 1, 5));
    }

    #[test]
    fn outputs_that_are_no_numbers_are_no_hits() {
        let nan = [f32::NAN; 6];
        let metrics = Metrics::of(0.0, &nan, 6, Targets::Classes(&[0]));
        assert_eq!((metrics.top1, metrics.top5), (0, 0));
        assert_eq!(ahead(&[f32::NAN, 1.0], 1), 1);
    }

    #[test]
    fn few_classes_are_all_among_the_five_largest() {
        let metrics = Metrics::of(0.0, &[0.0, 1.0, 2.0], 3, Targets::Classes(&[0]));
        assert_eq!((metrics.top1, metrics.top5), (0, 1));
    }

    #[test]
    fn values_stand_for_their_largest() {
        let metrics = Metrics::of(0.0, &[0.1, 0.9, 0.2, 0.3], 2, Targets::Values(&[0.0, 1.0, 1.0, 0.0]));
        assert_eq!((metrics.images, metrics.top1), (2, 1));
    }

    #[test]
    fn batches_weigh_as_much_as_they_have_images() {
        let mut sum = Metrics::default();
        sum.add(&Metrics { images: 3, loss: 1.0, top1: 1, top5: 2 });
        sum.add(&Metrics { images: 1, loss: 5.0, top1: 1, top5: 1 });
        assert_eq!(sum, Metrics { images: 4, loss: 2.0, top1: 2, top5: 3 });
        assert_eq!((sum.accuracy(), sum.top5_accuracy()), (0.5, 0.75));
        assert_eq!(Metrics::default().accuracy(), 0.0);
    }
}
