//! Arithmetic on a parameter, three calls away.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> outer(10) -> global_avg_pool -> flatten -> linear(10)
    }

    block outer(filters) {
        input -> middle(32)
    }

    block middle(filters) {
        input -> inner(filters / 4)
    }

    block inner(filters) {
        input -> conv(filters, 3x3)
    }
}

fn main() {}
