//! torchvision: the name of the projection.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> shortcut(64, stride = 2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
