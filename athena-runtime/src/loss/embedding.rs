//! The loss of embeddings that have a wanted direction.

use super::outputs::{Part, each_image};
use super::targets::{check_finite, check_values, numbers, pixel_at, pixels};
use super::{Loss, Measure, Targets};
use crate::error::Error;

/// Mean over the images of `1 - cos`, where `cos` is the cosine of the angle between an image's output and its target, as PyTorch's
/// `CosineEmbeddingLoss` for pairs that belong together (`y = 1`). It is for outputs of which the direction matters, such as embeddings that shall be
/// near those of a teacher.
///
/// Targets are vectors, N x K. If the outputs are maps, the vectors are the C numbers at each pixel, and the mean is over all pixels. The loss does not
/// depend on the length of a vector; an output of zeros has no direction: its loss is 1 and its gradient 0, and a target of zeros is refused. A network
/// that ends with `softmax` is refused, too.
///
/// ```
/// use athena::loss::{CosineEmbedding, Loss, Targets};
///
/// // A trainer takes it as it is: `Trainer::builder(network).loss(CosineEmbedding::new())`.
/// let mut gradients = [0.0; 4];
/// let (outputs, targets) = ([3.0, 4.0, 2.0, 0.0], Targets::Values(&[6.0, 8.0, 0.0, 5.0]));
/// let loss = CosineEmbedding::new().loss(&outputs, [2, 1, 1], false, targets, &mut gradients);
/// assert_eq!(loss, 0.5); // 0 for the first image, and 1 for the second one
/// assert_eq!(gradients, [0.0, 0.0, 0.0, -0.25]);
/// ```
#[doc(alias("CosineEmbeddingLoss", "cosine_similarity", "CosineSimilarity", "embedding", "distillation"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CosineEmbedding;

impl CosineEmbedding {
    /// The loss; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Loss for CosineEmbedding {
    fn check_softmax(&self, softmax: bool) -> Result<(), Error> {
        if !softmax {
            return Ok(());
        }
        let expected = "networks without `softmax` at the end, since it compares directions".into();
        Err(Error::Argument { name: "CosineEmbedding", expected, found: "one that ends with it".into() })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        let Targets::Values(values) = targets else {
            let (expected, found) = ("vectors as targets".into(), "labels".into());
            return Err(Error::Argument { name: "CosineEmbedding", expected, found });
        };
        check_values(values, images, shape)?;
        check_finite(values, shape)?;
        let pixels = pixels(shape);
        for (image, map) in values.chunks_exact(numbers(shape)).enumerate() {
            if let Some(pixel) =
                (0..pixels).find(|&pixel| map[pixel..].iter().step_by(pixels).all(|&value| value == 0.0))
            {
                let place = pixel_at(image * pixels + pixel, shape);
                return Err(Error::Targets(format!(
                    "the target of {place} is a vector of zeros, which has no direction: give a vector with another number"
                )));
            }
        }
        Ok(())
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
        let scale = numbers(shape) as f64 / (logits.len() * pixels(shape)) as f64;
        let image = |mut part: Part<'_>| (0..part.pixels).map(|pixel| one_minus_cosine(&mut part, pixel, scale)).sum();
        scale * each_image(logits, shape, targets, gradients, image)
    }
}

/// The loss of one pixel. With the lengths `a` and `b` of output `x` and target `t`, the gradient of the cosine `c` is `t / (a b) - c x / a^2`.
fn one_minus_cosine(part: &mut Part<'_>, pixel: usize, scale: f64) -> f64 {
    let Targets::Values(values) = part.wanted else { return f64::NAN };
    let of = |map: &[f32], channel: usize| f64::from(map[channel * part.pixels + pixel]);
    let channels = 0..part.logits.len() / part.pixels;
    let sum = |one: &[f32], other: &[f32]| channels.clone().map(|k| of(one, k) * of(other, k)).sum::<f64>();
    let (square, length) = (sum(part.logits, part.logits), sum(values, values).sqrt());
    let both = square.sqrt() * length;
    let cosine = if both == 0.0 { 0.0 } else { sum(part.logits, values) / both };
    for k in channels.clone() {
        let slope = if both == 0.0 { 0.0 } else { cosine * of(part.logits, k) / square - of(values, k) / both };
        part.gradient[k * part.pixels + pixel] = (slope * scale) as f32;
    }
    1.0 - cosine
}
