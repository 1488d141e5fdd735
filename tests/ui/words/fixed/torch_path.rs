//! PyTorch: the path of a module.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 7, stride = 2, padding = 3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
