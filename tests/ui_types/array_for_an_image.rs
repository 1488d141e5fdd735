//! An array type where the type of an image belongs.

use athena::prelude::*;

fn images(pixels: Vec<u8>) -> Result<Dataset<[u8; 3072], Classes<10>>, athena::Error> {
    Dataset::from_bytes(pixels, vec![7])
}

fn main() {}
