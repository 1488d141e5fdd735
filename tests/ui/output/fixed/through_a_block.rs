//! The number of classes in a block's argument.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> head(10)
    }

    block head(classes) {
        input -> global_avg_pool -> flatten -> linear(classes) -> softmax
    }
}

fn main() {}
