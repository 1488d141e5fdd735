//! A condition as C writes it.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> basic(16, 2) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters, stride) {
        input -> conv(filters, 3x3, stride)
    }
}

fn main() {}
