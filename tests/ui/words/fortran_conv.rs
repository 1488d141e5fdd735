//! athena-fortran: a convolution.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv2d_layer_type(num_filters=16, kernel_size=3, padding="same", activation="relu") -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
