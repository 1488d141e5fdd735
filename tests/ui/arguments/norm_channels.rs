//! The number of channels as an argument of batch norm.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> batch_norm(64) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
