//! A convolution of a vector.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(16) -> linear(10)
    }
}

fn main() {}
