//! Keras's transposed convolution.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> Conv2DTranspose(8, 2, strides = 2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
