//! A stride of zero, through a parameter.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> down(16, 1) -> global_avg_pool -> flatten -> linear(10)
    }

    block down(filters, stride) {
        input -> conv(filters, 3x3, stride)
    }
}

fn main() {}
