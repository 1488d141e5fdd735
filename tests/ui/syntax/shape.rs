//! A shape as Python writes it.

use athena::resnet;

resnet! {
    struct Net([3, 32, 32]) -> 10 {
        input -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
