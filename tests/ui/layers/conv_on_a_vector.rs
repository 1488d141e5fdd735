//! A convolution of a vector.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> conv(16, 3x3) -> linear(10)
    }
}

fn main() {}
