//! A label with a number twice.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> relu -> conv1: conv(16, 3x3) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
