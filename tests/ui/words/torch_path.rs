//! PyTorch: the path of a module.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> nn::Conv2d(3, 64, 7, 2, 3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
