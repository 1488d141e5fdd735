//! A gate of neither the map's size nor one pixel.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let gate = input -> avg_pool(8) -> conv(16, 1x1) -> sigmoid;
        input -> conv(16, 3x3) -> * (gate -> global_avg_pool) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
