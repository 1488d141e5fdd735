//! A dilated window larger than the map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3, padding = valid, dilation = 15) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
