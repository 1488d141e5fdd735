//! A vector instead of a slice.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn scores(network: &Net, images: Vec<f32>) -> Result<Vec<f32>, athena::Error> {
    network.predict(images)
}

fn main() {}
