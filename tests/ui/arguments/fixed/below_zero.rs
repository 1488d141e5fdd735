//! A difference below 0.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(8 - 7, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
