//! A map beyond all memory.

use athena::resnet;

resnet! {
    struct Net(3x512x512) -> 10 {
        input -> conv(8192, 1x1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
