//! Layers as members, as in PyTorch.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let x = input -> conv(16, 3x3) -> batch_norm -> relu;
        x -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
