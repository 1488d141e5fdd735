//! Spatial attention: one channel does not stretch over all of them.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let attention = input -> conv(1, 7x7) -> sigmoid;
        input -> conv(16, 3x3) -> * (attention -> conv(16, 1x1) -> sigmoid) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
