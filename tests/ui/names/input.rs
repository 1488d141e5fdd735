//! `input` cannot be named again.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let input = input -> relu;
        input -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
