//! Weights beyond all memory.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(1000000, 1x1) -> flatten -> linear(10)
    }
}

fn main() {}
