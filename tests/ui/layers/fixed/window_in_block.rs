//! A window that fits in the first call, not in the second.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> halve(16) -> halve(32) -> halve(64) -> global_avg_pool -> flatten -> linear(10)
    }

    block halve(filters) {
        input -> conv(filters, 2x2, padding = valid) -> max_pool(2)
    }
}

fn main() {}
