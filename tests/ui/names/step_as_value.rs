//! A step with arguments in the place of a value.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> + conv(16, 1x1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
