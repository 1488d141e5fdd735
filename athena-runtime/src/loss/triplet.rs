//! The triplet loss of embeddings.

use super::targets::{numbers, pixels};
use super::{Loss, Measure, Targets};
use crate::error::Error;
use crate::float_control::flushing_subnormals;

/// The triplet loss for embeddings (Hermans et al. 2017, In Defense of the Triplet Loss): images of one label come near each other, and stay farther from
/// images of other labels by a margin.
///
/// A triplet is an image (the anchor), another one of its label (the positive), and one of another label (the negative). With the Euclidean distances `d`
/// between their outputs, its loss is `max(d(anchor, positive) - d(anchor, negative) + margin, 0)`, as that of PyTorch's `TripletMarginLoss` with an
/// `eps` of 0.
///
/// The triplets are taken from the batch. By default each anchor has its hardest one: the farthest positive and the nearest negative (equation 5, batch
/// hard). The loss is the mean over the images that have a positive and a negative. [`batch_all`](Self::batch_all) takes all triplets.
///
/// Targets are labels, one for each image; any number is a label. The outputs are vectors, and the network has no `softmax` at its end. A batch without a
/// triplet is refused, so batches need several images of several labels. The gradient of a distance of 0 is 0.
///
/// ```
/// use athena::loss::{Loss, Targets, Triplet};
///
/// // Embeddings of one number: two images of label 7 with a distance of 1, and one of label 8 between them.
/// let mut gradients = [0.0; 3];
/// let (outputs, labels) = ([0.0, 1.0, 0.75], Targets::Classes(&[7, 7, 8]));
/// let loss = Triplet::new().margin(0.5).loss(&outputs, [1, 1, 1], false, labels, &mut gradients);
/// assert_eq!(loss, ((1.0 - 0.75 + 0.5) + (1.0 - 0.25 + 0.5)) / 2.0); // the third image has no positive
/// assert_eq!(gradients, [-0.5, 0.5, 0.0]);
/// ```
#[doc(alias(
    "TripletMarginLoss",
    "triplet_margin_loss",
    "batch hard",
    "embedding",
    "metric learning",
    "re-identification"
))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triplet {
    margin: f64,
    all: bool,
}

/// The largest batch of which all triplets are taken. The distances from an image lie on the stack, because a step allocates nothing.
const MOST_IMAGES: usize = 1024;

impl Triplet {
    /// The loss of the hardest triplets with a margin of 1, as PyTorch's.
    #[must_use]
    pub const fn new() -> Self {
        Self { margin: 1.0, all: false }
    }

    /// Sets the margin: how much farther a negative shall be than a positive; above 0.
    #[must_use]
    pub const fn margin(self, margin: f64) -> Self {
        Self { margin, ..self }
    }

    /// Takes the mean over all triplets of the batch (equation 6, batch all, divided by their number) and not only the hardest for each image. A batch
    /// may have up to 1024 images.
    ///
    /// ```
    /// use athena::loss::{Loss, Targets, Triplet};
    ///
    /// let (outputs, labels) = ([0.0, 1.0, 0.75, 5.0], Targets::Classes(&[7, 7, 8, 9]));
    /// let loss = |triplet: Triplet| triplet.loss(&outputs, [1, 1, 1], false, labels, &mut [0.0; 4]);
    /// // The fourth image is far from all others.
    /// assert_eq!(loss(Triplet::new().batch_all()), loss(Triplet::new()) / 2.0);
    /// ```
    #[must_use]
    pub const fn batch_all(self) -> Self {
        Self { all: true, ..self }
    }
}

impl Default for Triplet {
    fn default() -> Self {
        Self::new()
    }
}

impl Loss for Triplet {
    fn check_settings(&self) -> Result<(), Error> {
        if self.margin.is_finite() && self.margin > 0.0 {
            return Ok(());
        }
        let found = self.margin.to_string();
        Err(Error::Argument { name: "Triplet::margin", expected: "a finite distance above 0".into(), found })
    }

    fn check_softmax(&self, softmax: bool) -> Result<(), Error> {
        if !softmax {
            return Ok(());
        }
        let expected = "networks without `softmax` at the end, since it compares distances".into();
        Err(Error::Argument { name: "Triplet", expected, found: "one that ends with it".into() })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        let refused =
            |expected: &str, found: String| Err(Error::Argument { name: "Triplet", expected: expected.into(), found });
        if pixels(shape) != 1 {
            let [channels, height, width] = shape;
            return refused("outputs that are vectors", format!("maps of {channels}x{height}x{width}"));
        }
        let Targets::Classes(labels) = targets else { return refused("labels as targets", "values".into()) };
        if labels.len() != images {
            let found = labels.len();
            return Err(Error::Targets(format!("{images} images need {images} labels, but there are {found}")));
        }
        if self.all && images > MOST_IMAGES {
            let (expected, found) = (format!("batches of up to {MOST_IMAGES} images"), images.to_string());
            return Err(Error::Argument { name: "Triplet::batch_all", expected, found });
        }
        if (0..images).any(|anchor| is_anchor(labels, anchor)) {
            return Ok(());
        }
        Err(Error::Targets(format!(
            "the batch of {images} {} no triplet, which is two images of one label and one of another: use larger and shuffled batches, and \
             leave out a small one at the end by `Loader::drop_last`",
            if images == 1 { "image has" } else { "images has" }
        )))
    }

    fn measure(&self, _: Targets<'_>) -> Measure {
        Measure::Nothing
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        _softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let Targets::Classes(labels) = targets else { return f64::NAN };
        let batch = Embeddings { outputs: logits, len: numbers(shape), labels, margin: self.margin };
        gradients.fill(0.0);
        flushing_subnormals(|| if self.all { batch.all(gradients) } else { batch.hardest(gradients) })
    }
}

/// Whether an image has a positive and a negative.
fn is_anchor(labels: &[u32], anchor: usize) -> bool {
    let same = labels.iter().filter(|&&label| label == labels[anchor]).count();
    same > 1 && same < labels.len()
}

/// The embeddings of a batch.
#[derive(Clone, Copy)]
struct Embeddings<'a> {
    /// N x `len`.
    outputs: &'a [f32],
    len: usize,
    labels: &'a [u32],
    margin: f64,
}

impl Embeddings<'_> {
    fn of(&self, image: usize) -> &[f32] {
        &self.outputs[image * self.len..][..self.len]
    }

    fn distance(&self, one: usize, other: usize) -> f64 {
        let square = |(&a, &b): (&f32, &f32)| (f64::from(a) - f64::from(b)).powi(2);
        self.of(one).iter().zip(self.of(other)).map(square).sum::<f64>().sqrt()
    }

    /// The images that a triplet needs beside the anchor: those with its label, or those with another.
    fn others(&self, anchor: usize, same: bool) -> impl Iterator<Item = usize> + Clone {
        (0..self.labels.len())
            .filter(move |&other| other != anchor && (self.labels[other] == self.labels[anchor]) == same)
    }

    fn anchors(&self) -> impl Iterator<Item = usize> {
        (0..self.labels.len()).filter(|&anchor| is_anchor(self.labels, anchor))
    }

    /// The mean over the anchors with their farthest positive and nearest negative; of equal ones the first. A distance that is no number is the
    /// hardest, so that the loss is none, too.
    fn hardest(&self, gradients: &mut [f32]) -> f64 {
        let scale = 1.0 / self.anchors().count() as f64;
        let mut sum = 0.0;
        for anchor in self.anchors() {
            let distances = |same| self.others(anchor, same).map(|other| (other, self.distance(anchor, other)));
            let positive =
                distances(true).reduce(|one, other| if other.1 > one.1 || other.1.is_nan() { other } else { one });
            let negative =
                distances(false).reduce(|one, other| if other.1 < one.1 || other.1.is_nan() { other } else { one });
            let (Some((positive, far)), Some((negative, near))) = (positive, negative) else { continue };
            let loss = far - near + self.margin;
            if loss > 0.0 || loss.is_nan() {
                sum += loss;
                self.pull([anchor, positive], scale / far, gradients);
                self.pull([anchor, negative], -scale / near, gradients);
            }
        }
        sum * scale
    }

    /// The mean over all triplets.
    fn all(&self, gradients: &mut [f32]) -> f64 {
        let count = |anchor, same| self.others(anchor, same).count() as f64;
        let scale = 1.0 / self.anchors().map(|anchor| count(anchor, true) * count(anchor, false)).sum::<f64>();
        let mut sum = 0.0;
        for anchor in self.anchors() {
            let (mut distances, mut counts) = ([0.0; MOST_IMAGES], [0.0; MOST_IMAGES]);
            for (other, distance) in distances[..self.labels.len()].iter_mut().enumerate() {
                *distance = self.distance(anchor, other);
            }
            // How often each distance is in the sum.
            for positive in self.others(anchor, true) {
                for negative in self.others(anchor, false) {
                    let loss = distances[positive] - distances[negative] + self.margin;
                    if loss > 0.0 || loss.is_nan() {
                        sum += loss;
                        counts[positive] += 1.0;
                        counts[negative] -= 1.0;
                    }
                }
            }
            for other in (0..self.labels.len()).filter(|&other| counts[other] != 0.0) {
                self.pull([anchor, other], counts[other] * scale / distances[other], gradients);
            }
        }
        sum * scale
    }

    /// Adds the gradient of a distance between two images. `factor` is its weight, divided by the distance.
    fn pull(&self, [one, other]: [usize; 2], factor: f64, gradients: &mut [f32]) {
        // Equal embeddings have no direction to each other.
        if !factor.is_finite() {
            return;
        }
        for k in 0..self.len {
            let [at, towards] = [one * self.len + k, other * self.len + k];
            let slope = factor * (f64::from(self.outputs[at]) - f64::from(self.outputs[towards]));
            gradients[at] += slope as f32;
            gradients[towards] -= slope as f32;
        }
    }
}
