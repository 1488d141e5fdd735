//! A slope that is learned has no argument.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> prelu(0.25) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
