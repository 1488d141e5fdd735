//! Groups of a transposed convolution that do not divide the input's channels.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> conv_transpose(12, 2, stride = 2, groups = 2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
