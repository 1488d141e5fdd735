//! Images of double precision for a prediction.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn scores(network: &Net, image: &[f64]) -> Result<Vec<f32>, athena::Error> {
    network.predict(image)
}

fn main() {}
