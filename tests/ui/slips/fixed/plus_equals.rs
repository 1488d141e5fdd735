//! `+=` for a step that adds.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(3, 3x3) -> + input -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
