//! A transposed convolution that misses the skip by a row and a column.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let wide = input -> conv(16, 3x3) -> relu;
        wide -> conv(16, 3x3, stride = 2) -> conv_transpose(16, 3x3, stride = 2, padding = 1, output_padding = 1) -> + wide -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
