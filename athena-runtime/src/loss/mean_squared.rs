//! Mean squared error.

use super::outputs::{Part, each_image, plain, through_softmax};
use super::targets::check_numbers;
use super::{Loss, Targets};
use crate::error::Error;

/// Mean squared error: the mean of `(output - target)^2` over all outputs of all images, as `torch.nn.MSELoss`.
///
/// Targets are values, or class indices, which stand for one-hot vectors. If the network ends with `softmax`, the outputs are the
/// probabilities, and the gradient includes the softmax.
///
/// ```
/// use athena::loss::{Loss, MeanSquaredError, Targets};
///
/// // A trainer takes it as it is: `Trainer::builder(network).loss(MeanSquaredError::new())`.
/// let mut gradients = [0.0; 2];
/// let loss = MeanSquaredError::new().loss(&[1.0, 4.0], [2, 1, 1], false, Targets::Values(&[1.0, 2.0]), &mut gradients);
/// assert_eq!((loss, gradients), (2.0, [0.0, 2.0]));
/// ```
///
/// A network with two values as output, such as a position in the image:
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Place(1x4x4) -> 2 { input -> conv(8, 3x3) -> relu -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     // N x 1 x 4 x 4 pixels, and N x 2 values.
///     let data = Dataset::from_floats(vec![0.5; 3 * 16], [[0.1, 0.9], [0.5, 0.5], [-1.0, 2.5]])?;
///     let mut trainer = Trainer::builder(Place::new(1)).loss(MeanSquaredError::new()).build()?;
///     trainer.fit(&mut Loader::new(&data, 2)?, 3)?;
///     let metrics = trainer.evaluate(&data)?;
///     assert!(metrics.mean_absolute_error().is_some() && metrics.accuracy().is_none());
///     Ok(())
/// }
/// ```
#[doc(alias("MSELoss", "MSE", "L2 loss", "regression"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredError;

impl MeanSquaredError {
    /// The loss. It has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// Number of partial sums that are computed side by side, so that additions do not wait for each other.
const LANES: usize = 8;

/// The sum of squares of one image. `scale` turns the sum into the image's part of the mean.
fn squares(part: Part<'_>, scale: f64) -> f64 {
    match part.wanted {
        Targets::Values(values) => differences(part.logits, values, 2.0 * scale, part.gradient),
        Targets::Classes(_) => plain(part, scale, |_, output, wanted| squared(output, wanted)),
    }
}

/// The sum of `(output - value)^2`; writes `factor` times the differences to `gradient`. With the many outputs of a whole map, a
/// single running sum would be slower than the memory.
fn differences(outputs: &[f32], values: &[f32], factor: f64, gradient: &mut [f32]) -> f64 {
    let square = |y: f32, wanted: f32, g: &mut f32| {
        let difference = f64::from(y) - f64::from(wanted);
        *g = (factor * difference) as f32;
        difference * difference
    };
    let mut sums = [0.0; LANES];
    let (outputs, outputs_left) = outputs.as_chunks::<LANES>();
    let (values, values_left) = values.as_chunks::<LANES>();
    let (gradient, gradient_left) = gradient.as_chunks_mut::<LANES>();
    for ((outputs, values), gradient) in outputs.iter().zip(values).zip(gradient) {
        for lane in 0..LANES {
            sums[lane] += square(outputs[lane], values[lane], &mut gradient[lane]);
        }
    }
    let left = outputs_left.iter().zip(values_left).zip(gradient_left);
    left.fold(sums.iter().sum(), |sum, ((&y, &wanted), g)| sum + square(y, wanted, g))
}

impl Loss for MeanSquaredError {
    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        check_numbers(targets, images, shape)
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let scale = 1.0 / logits.len() as f64;
        let image = |part: Part<'_>| match softmax {
            true => through_softmax(part, scale, squared),
            false => squares(part, scale),
        };
        scale * each_image(logits, shape, targets, gradients, image)
    }
}

/// The square of the difference and its slope.
fn squared(output: f64, wanted: f64) -> (f64, f64) {
    let difference = output - wanted;
    (difference * difference, 2.0 * difference)
}
