//! A `let` for a number.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let width = 16;
        input -> conv(width, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
