//! A map and a table side by side.

use athena::resnet;

resnet! {
    struct Ward(scan: 1x32x32, history: 12) -> 5 {
        let image = scan -> conv(8, 3x3, activation = relu) -> global_avg_pool;
        (image -> global_avg_pool -> flatten -> linear(12)) || history -> linear(5)
    }
}

fn main() {}
