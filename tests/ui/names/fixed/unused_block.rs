//! A block that nothing calls.
#![deny(unused_variables)]

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }

    block _unit(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu
    }
}

fn main() {}
