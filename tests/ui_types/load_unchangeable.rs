//! Weights are read into a network that may not change.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn load() -> Result<(), athena::Error> {
    let network = Net::new(1);
    network.load("net.safetensors")
}

fn main() {}
