//! Pixels from 0 to 1 where bytes belong.

use athena::prelude::*;

fn images(pixels: Vec<f32>, labels: Vec<u32>) -> Result<Dataset<Image<3, 32, 32>, Classes<10>>, athena::Error> {
    Dataset::from_bytes(pixels, labels)
}

fn main() {}
