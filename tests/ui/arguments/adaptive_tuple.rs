//! A size as a tuple.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> adaptive_avg_pool((4, 4)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
