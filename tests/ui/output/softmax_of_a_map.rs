//! Softmax of a map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(10, 3x3) -> softmax
    }
}

fn main() {}
