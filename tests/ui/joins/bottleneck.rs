//! A bottleneck whose last convolution does not widen.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> 2 * bottleneck(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block bottleneck(width) {
        input
            -> conv(width, 1x1) -> batch_norm -> relu
            -> conv(width, 3x3) -> batch_norm -> relu
            -> conv(width, 1x1) -> batch_norm
            -> + input -> relu
    }
}

fn main() {}
