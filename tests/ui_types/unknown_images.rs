//! Nothing tells what the images are.

use athena::prelude::*;

fn count(pixels: Vec<u8>, labels: Vec<u32>) -> Result<usize, athena::Error> {
    let images = Dataset::from_bytes(pixels, labels)?;
    Ok(images.len())
}

fn main() {}
