//! Padding beyond half the window.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> max_pool(3, padding = 1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
