//! Losses: how far a network's outputs are from what they should have been, and the gradient that starts the backward pass.

mod cross_entropy;
mod mean_squared;
mod soft;

pub use cross_entropy::CrossEntropy;
pub use mean_squared::MeanSquaredError;

use crate::error::Error;

/// What a batch of outputs should have been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// The index of the right class of each image: N numbers below the number of classes.
    Classes(&'a [u32]),
    /// The values wanted from each output: N x classes.
    Values(&'a [f32]),
}

/// A loss over a batch.
///
/// The network's outputs reach the loss before a final `softmax`: where the network ends with one, `softmax` is true, and a loss on
/// probabilities applies it itself. So cross-entropy stays finite for logits of any size.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss",
    label = "does not implement `athena::loss::Loss`",
    note = "`athena::loss` has `CrossEntropy` and `MeanSquaredError`: `.loss(CrossEntropy::new())`"
)]
pub trait Loss: Send + Sync {
    /// Refuses targets that do not fit `images` x `classes` outputs: wrong number, class out of range, wrong kind.
    /// Called before the step touches anything.
    ///
    /// # Errors
    /// Names the first target that does not fit, and what would.
    fn check(&self, targets: Targets<'_>, images: usize, classes: usize) -> Result<(), Error>;

    /// The mean loss over the batch. Writes its gradient with respect to `logits` (both N x `classes`, image by image) into
    /// `gradients`. `targets` have passed [`check`](Loss::check). Must not allocate.
    fn loss(&self, logits: &[f32], classes: usize, softmax: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64;
}

/// One label an image, each a class.
fn check_labels(labels: &[u32], images: usize, classes: usize) -> Result<(), Error> {
    if labels.len() != images {
        return Err(Error::Targets(format!("{images} images need {images} labels, but there are {}", labels.len())));
    }
    match labels.iter().position(|&label| label as usize >= classes) {
        None => Ok(()),
        Some(image) => Err(Error::Targets(format!(
            "image {image} of the batch has label {}, but the network's classes are 0 to {}",
            labels[image],
            classes.saturating_sub(1)
        ))),
    }
}
