//! athena-fortran: a fully connected layer.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(10, activation = softmax)
    }
}

fn main() {}
