//! Parameters in angle brackets.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> basic(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(FILTERS) {
        input -> conv(FILTERS, 3x3) -> relu
    }
}

fn main() {}
