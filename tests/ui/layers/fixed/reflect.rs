//! A mirrored border wider than the map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(4, 3x3, stride = 16) -> pad(2, mode = replicate) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
