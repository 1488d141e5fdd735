//! A single bar.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(3, 3x3);
        a | input -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
