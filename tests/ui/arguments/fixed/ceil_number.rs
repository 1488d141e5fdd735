//! A number where a switch is meant.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> max_pool(3, stride = 2, ceil = true) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
