//! A vector and a map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let shortcut = input -> global_avg_pool -> flatten -> linear(16);
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(16) -> + shortcut -> linear(10)
    }
}

fn main() {}
