//! A misspelt argument of a transposed convolution.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> conv_transpose(8, 3x3, stride = 2, output_pading = 1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
