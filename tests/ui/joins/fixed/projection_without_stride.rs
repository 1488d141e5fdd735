//! The projection lacks the stride.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> down(32) -> global_avg_pool -> flatten -> linear(10)
    }

    block down(filters) {
        let shortcut = input -> conv(filters, 1x1, stride = 2) -> batch_norm;
        input -> conv(filters, 3x3, stride = 2) -> batch_norm -> + shortcut -> relu
    }
}

fn main() {}
