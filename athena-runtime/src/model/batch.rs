//! The number of images in what a network gets.

use crate::error::Error;
use crate::layout::Port;

/// The number of images in a network's inputs, of which each has as many.
///
/// # Errors
/// An input is empty or not a whole number of images, or has another number of images than the first one.
pub(super) fn images_in(inputs: &[&[f32]], ports: &[Port]) -> Result<usize, Error> {
    if let ([images], [port @ Port { shape: [_, _, _], .. }]) = (inputs, ports) {
        return images_of(images, port.map());
    }
    let mut batch = None;
    for (input, &Port { name, shape }) in inputs.iter().zip(ports) {
        let len: usize = shape.iter().product();
        let images = input.len() / len;
        if images == 0 || !input.len().is_multiple_of(len) {
            return Err(Error::InputLength { input: name, found: input.len(), shape });
        }
        match *batch.get_or_insert(images) {
            expected if expected == images => {}
            expected => return Err(Error::InputCount { input: name, images, first: ports[0].name, expected }),
        }
    }
    Ok(batch.unwrap_or(0))
}

/// The number of images in these floats.
fn images_of(images: &[f32], shape: [usize; 3]) -> Result<usize, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const PORTS: &[Port] = &[Port { name: "scan", shape: &[1, 2, 2] }, Port { name: "history", shape: &[3] }];

    fn images(scan: usize, history: usize) -> Result<usize, String> {
        images_in(&[&vec![0.0; scan], &vec![0.0; history]], PORTS).map_err(|error| error.to_string())
    }

    #[test]
    fn all_inputs_have_as_many_images() {
        assert_eq!(images(8, 6), Ok(2));
        let wrong = "`scan` has 7 numbers, but one image's are 1x2x2, that is 4: pass N times as many";
        assert_eq!(images(7, 6).expect_err("part of an image"), wrong);
        let wrong = "`history` is empty: pass N x 3 numbers";
        assert_eq!(images(8, 0).expect_err("nothing"), wrong);
        let wrong = "`history` is of 3 images, but `scan` is of 2: pass as many of each";
        assert_eq!(images(8, 9).expect_err("another number of images"), wrong);
    }
}
