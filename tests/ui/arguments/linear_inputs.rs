//! The inputs of a linear layer are inferred.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(3072, 10)
    }
}

fn main() {}
