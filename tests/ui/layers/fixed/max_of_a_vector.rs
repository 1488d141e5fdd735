//! A global pool of a vector.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> flatten -> linear(10)
    }
}

fn main() {}
