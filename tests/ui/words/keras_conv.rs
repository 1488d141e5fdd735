//! Keras: a convolution with its own argument names.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> Conv2D(filters=16, kernel_size=3, strides=2, padding="same") -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
