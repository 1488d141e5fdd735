//! Channels and sides differ.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> conv(32, 3x3, stride = 2) -> + (stem -> conv(32, 1x1, stride = 2)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
