//! The network ends in another number of classes than it promises.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(10)
    }
}

fn main() {}
