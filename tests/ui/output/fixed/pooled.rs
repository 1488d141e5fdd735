//! A map of one pixel.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(10, 3x3) -> global_avg_pool -> flatten
    }
}

fn main() {}
