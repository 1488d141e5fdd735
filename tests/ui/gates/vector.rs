//! The gate is a vector with another length than the map has channels.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> excited(64) -> global_avg_pool -> flatten -> linear(10)
    }

    block excited(channels) {
        let gate = input -> global_avg_pool -> flatten -> linear(channels / 16) -> relu -> linear(channels / 2) -> sigmoid;
        input * gate
    }
}

fn main() {}
