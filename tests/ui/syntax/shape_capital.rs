//! A shape with capital letters.

use athena::resnet;

resnet! {
    struct Net(3X32X32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
