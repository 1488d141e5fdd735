//! A number where a switch is meant.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> batch_norm(scale = 0) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
