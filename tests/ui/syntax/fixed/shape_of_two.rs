//! A shape without channels.

use athena::resnet;

resnet! {
    struct Net(1x28x28) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
