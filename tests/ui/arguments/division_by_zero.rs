//! A division by a parameter that is 0.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> narrow(16, 0) -> global_avg_pool -> flatten -> linear(10)
    }

    block narrow(filters, ratio) {
        input -> conv(filters / ratio, 1x1)
    }
}

fn main() {}
