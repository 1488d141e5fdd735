//! The input's channels are inferred.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> conv_transpose(in_channels = 16, filters = 8, kernel = 2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
