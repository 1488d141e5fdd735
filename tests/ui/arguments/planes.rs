//! A parameter of a block by the name that others give it.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> basic(planes = 16, stride = 2) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters, stride = 1) {
        input -> conv(filters, 3x3, stride) -> batch_norm -> relu
    }
}

fn main() {}
