//! A window larger than the map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3, stride = 8) -> max_pool(4) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
