//! A switch where a number is meant.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> scale(0.5) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
