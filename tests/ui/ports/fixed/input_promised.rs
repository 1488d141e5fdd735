//! An input among the outputs.

use athena::resnet;

resnet! {
    struct Net(image: 3x32x32) -> (edges: 8x32x32) {
        image -> edges: conv(8, 3x3)
    }
}

fn main() {}
