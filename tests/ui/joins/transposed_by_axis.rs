//! A transposed convolution that has a column more than the skip.

use athena::resnet;

resnet! {
    struct Net(3x32x35) -> 10 {
        let wide = input -> conv(16, 3x3) -> relu;
        wide -> conv(16, 3x5, stride = 2x3) -> conv_transpose(16, 3x3, stride = 2x3, padding = 1x0, output_padding = 1x0) -> || wide -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
