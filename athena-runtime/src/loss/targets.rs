//! The targets of a batch: their checks against the shape of the outputs, and the names of their places.

use crate::error::Error;
use crate::exec::largest;

/// The targets of a batch.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let batch = Batch::<Image<1, 1, 2>, Classes<3>>::new([0.1, 0.2], [2])?;
///     assert_eq!(batch.targets(), Targets::Classes(&[2]));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// The index of the class of each image, or of each pixel if the outputs are maps: N x H x W numbers below the number of classes.
    Classes(&'a [u32]),
    /// A value for each output of each image: N x C x H x W. For [`MeanSquaredError`](super::MeanSquaredError) they are the values of the
    /// outputs, for [`CrossEntropy`](super::CrossEntropy) the probabilities of the classes.
    Values(&'a [f32]),
}

/// Number of outputs of an image.
pub(super) fn numbers(shape: [usize; 3]) -> usize {
    shape.into_iter().fold(1, usize::saturating_mul)
}

/// Number of pixels of an image's outputs. A vector is a map of one pixel.
pub(super) fn pixels([_, height, width]: [usize; 3]) -> usize {
    height.saturating_mul(width)
}

/// The place of output `at` of a batch.
pub(super) fn output_at(at: usize, shape: [usize; 3]) -> String {
    let (image, within) = (at / numbers(shape), at % numbers(shape));
    let channel = within / pixels(shape);
    match pixels(shape) {
        1 => format!("output {channel} of image {image} of the batch"),
        pixels => {
            let (row, column) = row_and_column(within % pixels, shape);
            format!("channel {channel} at row {row}, column {column} of image {image} of the batch")
        }
    }
}

/// The place of pixel `at` of a batch.
pub(super) fn pixel_at(at: usize, shape: [usize; 3]) -> String {
    let image = at / pixels(shape);
    match pixels(shape) {
        1 => format!("image {image} of the batch"),
        pixels => {
            let (row, column) = row_and_column(at % pixels, shape);
            format!("row {row}, column {column} of image {image} of the batch")
        }
    }
}

fn row_and_column(pixel: usize, [_, _, width]: [usize; 3]) -> (usize, usize) {
    (pixel / width, pixel % width)
}

/// Checks that target values are finite.
pub(super) fn check_finite(values: &[f32], shape: [usize; 3]) -> Result<(), Error> {
    if largest(values).is_finite() {
        return Ok(());
    }
    let at = values.iter().position(|value| !value.is_finite()).unwrap_or(0);
    let (place, value) = (output_at(at, shape), values[at]);
    Err(Error::Targets(format!("the target of {place} is {value}, but targets are finite numbers")))
}

/// Checks that there is one label per pixel, and that each is a class or `ignored`.
pub(super) fn check_labels(
    labels: &[u32],
    images: usize,
    shape: [usize; 3],
    ignored: Option<u32>,
) -> Result<(), Error> {
    let [classes, height, width] = shape;
    let (needed, found) = (images.saturating_mul(pixels(shape)), labels.len());
    if found != needed {
        return Err(Error::Targets(match pixels(shape) {
            1 => format!("{images} images need {needed} labels, but there are {found}"),
            _ => format!(
                "{images} images of {height}x{width} pixels need {needed} labels, one for each pixel, but there are {found}"
            ),
        }));
    }
    let fits = |label: u32| (label as usize) < classes || Some(label) == ignored;
    let Some(at) = labels.iter().position(|&label| !fits(label)) else { return Ok(()) };
    let (place, label, last) = (pixel_at(at, shape), labels[at], classes.saturating_sub(1));
    let or = ignored.map_or(String::new(), |label| format!(", and {label} is ignored"));
    Err(Error::Targets(format!("{place} has label {label}, but the network's classes are 0 to {last}{or}")))
}

/// Checks that there is one value per output.
pub(super) fn check_values(values: &[f32], images: usize, shape: [usize; 3]) -> Result<(), Error> {
    let (needed, found) = (images.saturating_mul(numbers(shape)), values.len());
    if found == needed {
        return Ok(());
    }
    let [channels, height, width] = shape;
    let outputs = match pixels(shape) {
        1 => channels.to_string(),
        _ => format!("{channels}x{height}x{width}"),
    };
    Err(Error::Targets(format!(
        "{images} images of {outputs} outputs need {needed} target values, but there are {found}"
    )))
}

/// Checks that the targets are labels of classes, or a finite number for each output.
pub(super) fn check_numbers(targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
    match targets {
        Targets::Classes(labels) => check_labels(labels, images, shape, None),
        Targets::Values(values) => {
            check_values(values, images, shape)?;
            check_finite(values, shape)
        }
    }
}
