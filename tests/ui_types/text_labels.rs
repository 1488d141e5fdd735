//! Labels as words.

use athena::prelude::*;

fn images(pixels: Vec<u8>, labels: Vec<String>) -> Result<Dataset<Image<3, 32, 32>, Classes<10>>, athena::Error> {
    Dataset::from_bytes(pixels, labels)
}

fn main() {}
