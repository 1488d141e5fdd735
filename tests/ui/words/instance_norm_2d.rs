//! PyTorch's instance norm.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> InstanceNorm2d(16) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
