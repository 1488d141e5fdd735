//! The number of images in a slice of floats.

use crate::error::Error;

/// The number of images in these floats.
pub(super) fn images_in(images: &[f32], shape: [usize; 3]) -> Result<usize, Error> {
    let numbers: usize = shape.iter().product();
    match (images.len() / numbers, images.len() % numbers) {
        (0, 0) => Err(Error::EmptyBatch { shape }),
        (batch, 0) => Ok(batch),
        _ => Err(Error::BatchLength { found: images.len(), shape }),
    }
}

/// Checks that so many images fit.
pub(super) fn fits(images: usize, capacity: usize) -> Result<(), Error> {
    if images <= capacity { Ok(()) } else { Err(Error::BatchTooLarge { images, capacity }) }
}
