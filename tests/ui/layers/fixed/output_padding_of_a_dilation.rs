//! Output padding as large as the dilation.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> conv_transpose(8, 3x3, output_padding = 2, dilation = 3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
