//! Two blocks that call each other.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> even(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block even(filters) {
        input -> conv(filters, 3x3) -> odd(filters)
    }

    block odd(filters) {
        input -> relu -> even(filters)
    }
}

fn main() {}
