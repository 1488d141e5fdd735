//! A layer without any of its arguments.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
