//! A pool of a vector.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(10)
    }
}

fn main() {}
