//! `x` for `*`.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> 3 * same(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block same(filters) {
        input -> conv(filters, 3x3) -> relu
    }
}

fn main() {}
