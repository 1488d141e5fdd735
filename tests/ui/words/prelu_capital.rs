//! PyTorch's spelling of an activation that learns.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> PReLU -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
