//! A shortcut times a number.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let branch = input -> conv(3, 3x3);
        input + 0.1 * branch -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
