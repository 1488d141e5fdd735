//! Spatial attention: one channel does not stretch over all of them.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let attention = input -> conv(1, 7x7) -> sigmoid;
        input -> conv(16, 3x3) -> * attention -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
