//! A number of rounds that is computed, without parentheses.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stage(16, 20) -> global_avg_pool -> flatten -> linear(10)
    }

    block stage(filters, depth) {
        input -> ((depth - 2) / 6) * conv(filters, 3x3)
    }
}

fn main() {}
