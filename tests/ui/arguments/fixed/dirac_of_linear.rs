//! A linear layer cannot hand its input on as a convolution can.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10, init = he_normal)
    }
}

fn main() {}
