//! Burn's configurations.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> Conv2dConfig::new([3, 16], [3, 3]).init(device)
            -> BatchNormConfig::new(16)
            -> Relu::new()
            -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
