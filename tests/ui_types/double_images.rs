//! Images of double precision in a data set.

use athena::prelude::*;

fn images(pixels: Vec<f64>, labels: Vec<u32>) -> Result<Dataset<Image<3, 32, 32>, Classes<10>>, athena::Error> {
    Dataset::from_floats(pixels, labels)
}

fn main() {}
