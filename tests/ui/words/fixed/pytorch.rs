//! A layer of PyTorch.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3, stride = 2, padding = 1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
