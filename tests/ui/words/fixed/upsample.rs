//! A U-net's decoder enlarges its map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> wide: conv(16, 3x3) -> max_pool(2) -> conv(32, 3x3) -> upsample(2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
