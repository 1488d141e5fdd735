//! The number of channels is inferred.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> instance_norm(num_features = 16) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
