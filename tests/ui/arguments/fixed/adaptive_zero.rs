//! A size of 0.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> adaptive_avg_pool(1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
