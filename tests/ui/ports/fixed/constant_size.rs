//! A constant as a size.

use athena::resnet;

resnet! {
    struct Ward(scan: 3x32x32, history: 12) -> 5 {
        (scan -> global_avg_pool -> flatten) || history -> linear(5)
    }
}

fn main() {}
