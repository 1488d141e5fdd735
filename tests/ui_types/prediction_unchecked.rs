//! The `?` behind `predict` is missing.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn scores(network: &Net, images: &[f32]) -> Vec<f32> {
    network.predict(images)
}

fn main() {}
